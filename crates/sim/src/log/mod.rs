//! Reads ticket logs as helpdesks export them.
//!
//! A [`LogReader`] takes CSV (plain or gzip, told apart by the first bytes) or JSON lines, from a file, from standard
//! input (`-`) or from any reader, and a [`Mapping`] of columns to [`Field`]s. It gives a [`TicketLog`]: one compact
//! record a ticket, with every repeated text (queue, agent, skill ...) stored once.
//!
//! A program that has its tickets in memory gives them as [`PastTicket`]s instead.
//!
//! **Times without a zone are read as UTC.** Only differences matter to a simulation, so a constant shift does no harm;
//! a log that crosses a change of summer time has one hour that is off. Which formats are tried is up to the mapping:
//! see [`TimeFormat`].
//!
//! **Several rows of one ticket** (an event log, with a row for each update) are folded into one ticket: each field keeps
//! the last value the log gives for it, and a later row without a value takes nothing away. The first known queue is
//! kept beside the last, as what the ticket looked like on arrival. Mappings of logs with one row a ticket refuse a
//! repeated id instead; see [`RepeatedIds`].
//!
//! **Bad rows** are reported with line, column and reason, counted and skipped as a whole, so that none is half read; or
//! reading stops at the first, with [`LogReader::strict`]. Bad are: a missing or repeated id, a missing creation time, an
//! unreadable time or number, a resolution before the creation, another number of fields than the header has, a name
//! longer than the engine takes, invalid UTF-8 in a column that is read, and a line that is no JSON object.

mod cells;
mod csv_rows;
mod field;
mod json_rows;
mod mapping;
mod mapping_file;
mod past;
mod reader;
mod row;
mod symbols;
mod ticket_log;
mod time;

pub(crate) use row::{ATTRIBUTE_BYTES_MAX, NAME_BYTES_MAX};

pub use field::{DurationUnit, Field};
pub use mapping::{LogFormat, Mapping, RepeatedIds};
pub use past::PastTicket;
pub use reader::LogReader;
pub use symbols::{Symbol, Symbols};
pub use ticket_log::{LoggedTicket, TicketLog};
pub use time::TimeFormat;

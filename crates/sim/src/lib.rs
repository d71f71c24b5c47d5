//! Simulates a support desk on its own history.
//!
//! The crate reads a ticket log as helpdesks export it, finds out who could do what, models how long the work takes where
//! the log does not say, and reports figures of several policies side by side.
//!
//! * [`batch`] fits a policy to one batch of tickets and agents, without an engine of the caller's;
//! * [`case`] plays a story of commands through the engine, and says what did not come out as expected;
//! * [`log`] reads CSV (plain or gzip) and JSON lines into a compact [`TicketLog`];
//! * [`roster`] reads agents from a CSV, or derives them from who resolved what;
//! * [`handle_time`] says how long a ticket's work takes: data where the log has it, else a stated, seeded model;
//! * [`laws`] puts random worlds through the engine and checks every law of it;
//! * [`replay`] plays a log through the engine under one or several policies;
//! * [`metrics`] computes exact quantiles, means and measures of fairness;
//! * [`report`] lays the figures of several policies side by side, and says which are data and which are model.
//!
//! Everything here gives the same answer for the same input, on every platform: no clock but to measure the engine's
//! speed, no random source but a stated seed, no floating point in what is drawn or printed.
//!
//! # Example: from a log to its agents and its busiest queue
//!
//! ```
//! use deskmatch_sim::{LogReader, Mapping, Roster, RosterOptions};
//!
//! let csv = "number,opened_at,resolved_at,category,assignment_group,resolved_by\n\
//!            T-1,1/3/2016 09:00,1/3/2016 09:30,billing,support,ada\n\
//!            T-2,1/3/2016 09:05,?,network,support,?\n";
//! let log = LogReader::new(Mapping::servicenow()).read(csv.as_bytes())?;
//! assert_eq!(log.len(), 2);
//! assert_eq!(log.ticket(0).and_then(|ticket| ticket.queue()), Some("support"));
//!
//! let roster = Roster::from_log(&log, &RosterOptions::default());
//! assert_eq!(roster.agents()[0].id, "ada");
//! assert_eq!(roster.agents()[0].skills, [("billing".to_owned(), 100)]);
//! # Ok::<(), deskmatch_sim::Error>(())
//! ```

pub mod batch;
pub mod case;
mod duration;
mod error;
mod fixed_point;
pub mod handle_time;
pub mod laws;
pub mod log;
pub mod metrics;
pub mod replay;
pub mod report;
pub mod roster;

pub use duration::{format_duration_ms, format_moment_ms, parse_duration_ms};
pub use error::{Error, ErrorKind};
pub use handle_time::{Distribution, HandleTime, HandleTimeModel, HandleTimeSource};
pub use log::{
    DurationUnit, Field, LogFormat, LogReader, LoggedTicket, Mapping, PastTicket, RepeatedIds, Symbol,
    Symbols, TicketLog, TimeFormat,
};
pub use metrics::{Loads, Samples, Summary};
pub use report::{Basis, Figure, Report, ReportRow};
pub use roster::{Roster, RosterAgent, RosterOptions, RosterSource};

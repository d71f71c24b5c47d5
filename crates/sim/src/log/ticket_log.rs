//! The tickets of a log, compact.

use super::row::RowValues;
use super::symbols::SymbolSets;
use super::{Mapping, RepeatedIds, Symbol, Symbols};
use crate::error::{Error, ErrorKind, quotable};
use deskmatch::order;

/// Stands for a missing time or duration in a record.
const NO_TIME: i64 = i64::MIN;
/// Stands for a missing count in a record.
const NO_COUNT: u32 = u32::MAX;

/// What a log says about one ticket, in 104 bytes.
#[derive(Clone, Copy)]
struct Record {
    created: i64,
    resolved: i64,
    closed: i64,
    first_assigned: i64,
    first_response: i64,
    started: i64,
    handle_time: i64,
    first_queue: Option<Symbol>,
    queue: Option<Symbol>,
    priority: Option<Symbol>,
    agent: Option<Symbol>,
    requester: Option<Symbol>,
    channel: Option<Symbol>,
    status: Option<Symbol>,
    skills: Option<Symbol>,
    reassignments: u32,
    reopened: u32,
    rows: u32,
}

/// The tickets of a log, in order of their first row.
///
/// Ids and names lie in shared tables; a ticket costs about 130 bytes and 4 bytes an attribute, whatever its texts.
/// [`ticket`](TicketLog::ticket) gives one ticket with its texts; [`queues`](TicketLog::queues) and its like give the
/// dense numbers of names, for vectors with one place a name.
///
/// ```
/// use deskmatch_sim::{LogReader, Mapping};
///
/// let csv = "Id,Created at,Solved at,Group,Priority\n\
///            7,2026-03-02 09:00,2026-03-02 09:45,Support,High\n\
///            8,2026-03-02 08:00,,Support,-\n";
/// let log = LogReader::new(Mapping::zendesk()).read(csv.as_bytes())?;
/// let ticket = log.ticket(0).unwrap();
/// assert_eq!((ticket.id(), ticket.queue(), ticket.priority()), ("7", Some("Support"), Some("High")));
/// assert_eq!(ticket.resolved_ms().map(|at| at - ticket.created_ms()), Some(45 * 60_000));
/// assert_eq!(log.arrivals(), [1, 0], "ticket 8 came first");
/// # Ok::<(), deskmatch_sim::Error>(())
/// ```
#[derive(Default)]
pub struct TicketLog {
    ids: Symbols,
    records: Vec<Record>,
    queues: Symbols,
    agents: Symbols,
    skills: Symbols,
    skill_sets: SymbolSets,
    requesters: Symbols,
    priorities: Symbols,
    channels: Symbols,
    statuses: Symbols,
    attribute_names: Vec<String>,
    attribute_texts: Symbols,
    /// One place for each attribute of each ticket, ticket by ticket.
    attribute_values: Vec<Option<Symbol>>,
    repeated_ids: RepeatedIds,
    pub(super) rows: u64,
    pub(super) bad_row_count: u64,
    pub(super) bad_rows: Vec<Error>,
    pub(super) absent: Vec<String>,
}

impl TicketLog {
    pub(super) fn new(mapping: &Mapping) -> Self {
        Self {
            attribute_names: mapping.attribute_names().map(str::to_owned).collect(),
            repeated_ids: mapping.repeated_ids(),
            ..Self::default()
        }
    }

    /// Returns how many tickets there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Returns whether there is no ticket.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Returns how many rows were read, bad ones included, the header not.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Returns how many rows were bad and left out.
    pub fn bad_row_count(&self) -> u64 {
        self.bad_row_count
    }

    /// Returns the first bad rows, as many as the reader was told to keep.
    pub fn bad_rows(&self) -> &[Error] {
        &self.bad_rows
    }

    /// Returns the fields and attributes that the mapping has and the log has not.
    pub fn absent(&self) -> &[String] {
        &self.absent
    }

    /// Returns the ticket of that number, counted from 0 in order of first rows.
    pub fn ticket(&self, index: usize) -> Option<LoggedTicket<'_>> {
        let record = self.records.get(index)?;
        Some(LoggedTicket { log: self, record, index })
    }

    /// Returns the ticket of that id.
    pub fn find(&self, id: &str) -> Option<LoggedTicket<'_>> {
        self.ticket(self.ids.find(id)?.index())
    }

    /// Returns every ticket, in order of first rows.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = LoggedTicket<'_>> {
        self.records.iter().enumerate().map(|(index, record)| LoggedTicket { log: self, record, index })
    }

    /// Returns the numbers of the tickets in order of creation; of equal times, the earlier row comes first.
    ///
    /// Costs O(n log n).
    pub fn arrivals(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..u32::try_from(self.records.len()).unwrap_or(u32::MAX)).collect();
        order::sort_by_key(&mut order, |index| {
            self.records.get(*index as usize).map(|record| record.created)
        });
        order
    }

    /// Returns the first and the last creation time in milliseconds, or `None` without tickets.
    pub fn created_range_ms(&self) -> Option<(i64, i64)> {
        let first = self.records.iter().map(|record| record.created).min()?;
        let last = self.records.iter().map(|record| record.created).max()?;
        Some((first, last))
    }

    /// Returns the names of all queues that any row names, also of those a ticket has left.
    pub fn queues(&self) -> &Symbols {
        &self.queues
    }

    /// Returns the names of all agents.
    pub fn agents(&self) -> &Symbols {
        &self.agents
    }

    /// Returns the names of all skills that any row names.
    pub fn skills(&self) -> &Symbols {
        &self.skills
    }

    /// Returns the names of all requesters.
    pub fn requesters(&self) -> &Symbols {
        &self.requesters
    }

    /// Returns the names of all priorities.
    pub fn priorities(&self) -> &Symbols {
        &self.priorities
    }

    /// Returns the names of all channels.
    pub fn channels(&self) -> &Symbols {
        &self.channels
    }

    /// Returns the names of all states.
    pub fn statuses(&self) -> &Symbols {
        &self.statuses
    }

    /// Returns the names of the attributes, in order of the mapping.
    pub fn attribute_names(&self) -> &[String] {
        &self.attribute_names
    }

    /// Adds a row, or refuses it as a whole.
    pub(super) fn add(&mut self, row: &RowValues<'_>) -> Result<(), Error> {
        let index = self.ids.find(&row.id).map(Symbol::index);
        if index.is_some() && self.repeated_ids == RepeatedIds::Refuse {
            let message = format!(
                "the id `{}` has come before; if rows are updates, set `repeated_ids=fold`",
                quotable(&row.id)
            );
            return Err(Error::new(ErrorKind::RepeatedId, message).at_field("id"));
        }
        let mut record = match index.and_then(|index| self.records.get(index)) {
            Some(record) => *record,
            None => Record::new(row)?,
        };
        record.update_times(row)?;
        // INVARIANT: nothing was changed up to here, so that a bad row leaves no trace.
        self.update_names(&mut record, row)?;
        let index = match index {
            Some(index) => index,
            None => {
                self.attribute_values.resize(self.attribute_values.len() + self.attribute_names.len(), None);
                self.ids.intern(&row.id)?.index()
            }
        };
        self.update_attributes(index, row)?;
        match self.records.get_mut(index) {
            Some(kept) => *kept = record,
            None => self.records.push(record),
        }
        Ok(())
    }

    fn update_names(&mut self, record: &mut Record, row: &RowValues<'_>) -> Result<(), Error> {
        update(&mut self.queues, &mut record.queue, row.queue.as_deref())?;
        record.first_queue = record.first_queue.or(record.queue);
        update(&mut self.priorities, &mut record.priority, row.priority.as_deref())?;
        update(&mut self.agents, &mut record.agent, row.agent.as_deref())?;
        update(&mut self.requesters, &mut record.requester, row.requester.as_deref())?;
        update(&mut self.channels, &mut record.channel, row.channel.as_deref())?;
        update(&mut self.statuses, &mut record.status, row.status.as_deref())?;
        if !row.skills.is_empty() {
            let skills =
                row.skills.iter().map(|skill| self.skills.intern(skill)).collect::<Result<Vec<_>, _>>()?;
            record.skills = Some(self.skill_sets.intern(&skills)?);
        }
        Ok(())
    }

    fn update_attributes(&mut self, index: usize, row: &RowValues<'_>) -> Result<(), Error> {
        let start = index * self.attribute_names.len();
        for (offset, value) in row.attributes.iter().enumerate() {
            if let Some(place) = self.attribute_values.get_mut(start + offset) {
                update(&mut self.attribute_texts, place, value.as_deref())?;
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for TicketLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TicketLog")
            .field("tickets", &self.len())
            .field("rows", &self.rows)
            .field("bad_row_count", &self.bad_row_count)
            .finish_non_exhaustive()
    }
}

fn update(symbols: &mut Symbols, place: &mut Option<Symbol>, value: Option<&str>) -> Result<(), Error> {
    if let Some(value) = value {
        *place = Some(symbols.intern(value)?);
    }
    Ok(())
}

impl Record {
    fn new(row: &RowValues<'_>) -> Result<Self, Error> {
        let created = row.created.ok_or_else(|| {
            let message =
                format!("the ticket `{}` has no creation time; it cannot be replayed", quotable(&row.id));
            Error::new(ErrorKind::MissingCreated, message).at_field("created")
        })?;
        Ok(Record {
            created,
            resolved: NO_TIME,
            closed: NO_TIME,
            first_assigned: NO_TIME,
            first_response: NO_TIME,
            started: NO_TIME,
            handle_time: NO_TIME,
            first_queue: None,
            queue: None,
            priority: None,
            agent: None,
            requester: None,
            channel: None,
            status: None,
            skills: None,
            reassignments: NO_COUNT,
            reopened: NO_COUNT,
            rows: 0,
        })
    }

    fn update_times(&mut self, row: &RowValues<'_>) -> Result<(), Error> {
        for (place, value) in [
            (&mut self.created, row.created),
            (&mut self.resolved, row.resolved),
            (&mut self.closed, row.closed),
            (&mut self.first_assigned, row.first_assigned),
            (&mut self.first_response, row.first_response),
            (&mut self.started, row.started),
            (&mut self.handle_time, row.handle_time),
        ] {
            *place = value.unwrap_or(*place);
        }
        if let Some(after) = row.first_response_after {
            self.first_response = self.created.saturating_add(after);
        }
        if self.resolved != NO_TIME && self.resolved < self.created {
            let early = self.created.saturating_sub(self.resolved);
            let message = format!(
                "the ticket `{}` is resolved {} before it is created; check the two columns",
                quotable(&row.id),
                crate::format_duration_ms(early)
            );
            return Err(Error::new(ErrorKind::TimeOrder, message).at_field("resolved"));
        }
        self.reassignments = row.reassignments.unwrap_or(self.reassignments);
        self.reopened = row.reopened.unwrap_or(self.reopened);
        self.rows = self.rows.saturating_add(1);
        Ok(())
    }
}

/// One ticket of a [`TicketLog`], with its texts. Times are milliseconds since 1970 UTC.
#[derive(Clone, Copy)]
pub struct LoggedTicket<'a> {
    log: &'a TicketLog,
    record: &'a Record,
    index: usize,
}

fn time(value: i64) -> Option<i64> {
    (value != NO_TIME).then_some(value)
}

fn count(value: u32) -> Option<u32> {
    (value != NO_COUNT).then_some(value)
}

fn text(symbols: &Symbols, symbol: Option<Symbol>) -> Option<&str> {
    symbol.map(|symbol| symbols.text(symbol))
}

impl<'a> LoggedTicket<'a> {
    /// Returns the number of this ticket in its log, from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Returns the id.
    pub fn id(&self) -> &'a str {
        self.log.ids.at(self.index).unwrap_or_default()
    }

    /// Returns how many rows of the log are about this ticket.
    pub fn rows(&self) -> u32 {
        self.record.rows
    }

    /// Returns when the ticket came in.
    pub fn created_ms(&self) -> i64 {
        self.record.created
    }

    /// Returns when the ticket was resolved; never before it came in.
    pub fn resolved_ms(&self) -> Option<i64> {
        time(self.record.resolved)
    }

    /// Returns when the ticket was closed.
    pub fn closed_ms(&self) -> Option<i64> {
        time(self.record.closed)
    }

    /// Returns when an agent first had the ticket.
    pub fn first_assigned_ms(&self) -> Option<i64> {
        time(self.record.first_assigned)
    }

    /// Returns when the requester was first answered.
    pub fn first_response_ms(&self) -> Option<i64> {
        time(self.record.first_response)
    }

    /// Returns when the work began.
    pub fn started_ms(&self) -> Option<i64> {
        time(self.record.started)
    }

    /// Returns how long the work took by the log, in milliseconds.
    pub fn handle_time_ms(&self) -> Option<i64> {
        time(self.record.handle_time)
    }

    /// Returns the queue the ticket ended in.
    pub fn queue(&self) -> Option<&'a str> {
        text(&self.log.queues, self.record.queue)
    }

    /// Returns the number of the queue the ticket ended in.
    pub fn queue_symbol(&self) -> Option<Symbol> {
        self.record.queue
    }

    /// Returns the first queue the log knows of; in a log with one row a ticket the same as [`queue`](Self::queue).
    pub fn first_queue(&self) -> Option<&'a str> {
        text(&self.log.queues, self.record.first_queue)
    }

    /// Returns the priority, as the log spells it.
    pub fn priority(&self) -> Option<&'a str> {
        text(&self.log.priorities, self.record.priority)
    }

    /// Returns the number of the priority.
    pub fn priority_symbol(&self) -> Option<Symbol> {
        self.record.priority
    }

    /// Returns who resolved the ticket, or holds it.
    pub fn agent(&self) -> Option<&'a str> {
        text(&self.log.agents, self.record.agent)
    }

    /// Returns the number of the agent.
    pub fn agent_symbol(&self) -> Option<Symbol> {
        self.record.agent
    }

    /// Returns who asked.
    pub fn requester(&self) -> Option<&'a str> {
        text(&self.log.requesters, self.record.requester)
    }

    /// Returns the number of the requester.
    pub fn requester_symbol(&self) -> Option<Symbol> {
        self.record.requester
    }

    /// Returns how the ticket came in.
    pub fn channel(&self) -> Option<&'a str> {
        text(&self.log.channels, self.record.channel)
    }

    /// Returns the state, as the log spells it.
    pub fn status(&self) -> Option<&'a str> {
        text(&self.log.statuses, self.record.status)
    }

    /// Returns what the ticket takes, each once, in order of the columns.
    pub fn skills(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        let log = self.log;
        self.skill_symbols().iter().map(move |skill| log.skills.text(*skill))
    }

    /// Returns the numbers of the skills the ticket takes.
    pub fn skill_symbols(&self) -> &'a [Symbol] {
        self.record.skills.map(|set| self.log.skill_sets.members(set)).unwrap_or_default()
    }

    /// Returns how often the ticket changed hands.
    pub fn reassignments(&self) -> Option<u32> {
        count(self.record.reassignments)
    }

    /// Returns how often the ticket was opened again.
    pub fn reopened(&self) -> Option<u32> {
        count(self.record.reopened)
    }

    /// Returns the attributes the log has a value for, in order of the mapping.
    pub fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let log = self.log;
        let width = log.attribute_names.len();
        let values =
            log.attribute_values.get(self.index * width..(self.index + 1) * width).unwrap_or_default();
        let named = log.attribute_names.iter().zip(values);
        named.filter_map(move |(name, value)| Some((name.as_str(), log.attribute_texts.text((*value)?))))
    }
}

impl std::fmt::Debug for LoggedTicket<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoggedTicket")
            .field("id", &self.id())
            .field("created_ms", &self.created_ms())
            .field("resolved_ms", &self.resolved_ms())
            .field("queue", &self.queue())
            .field("agent", &self.agent())
            .finish_non_exhaustive()
    }
}

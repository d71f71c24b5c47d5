//! Tickets given as values, not as the text of a log.

use std::borrow::Cow;
use std::collections::BTreeSet;

use deskmatch::order;
use deskmatch::{Attributes, Span, Timestamp};
use serde::Deserialize;

use super::row::{ATTRIBUTE_BYTES_MAX, NAME_BYTES_MAX, RowValues};
use super::{Mapping, TicketLog};
use crate::error::{Error, ErrorKind, quotable};

/// A ticket of the past: what it was, and how long the work took.
///
/// What a program has in memory needs no detour over a file: see [`TicketLog::of_tickets`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastTicket {
    /// The id, 1 to 256 bytes, unique among the tickets.
    pub id: String,
    /// When it came.
    pub created: Timestamp,
    /// When it was resolved.
    #[serde(default)]
    pub resolved: Option<Timestamp>,
    /// How long the work took; where it is not given, the model says it.
    #[serde(default)]
    pub handle_time: Option<Span>,
    /// The queue it ended in.
    #[serde(default)]
    pub queue: Option<String>,
    /// The priority, by the words of the desk or of the policy.
    #[serde(default)]
    pub priority: Option<String>,
    /// How it came in.
    #[serde(default)]
    pub channel: Option<String>,
    /// Who asked.
    #[serde(default)]
    pub requester: Option<String>,
    /// Who resolved it. Agents are derived from this where none are given.
    #[serde(default)]
    pub agent: Option<String>,
    /// What it asked for: categories, languages, products.
    #[serde(default)]
    pub skills: Vec<String>,
    /// What else the desk knew of it, for policies that look at attributes.
    #[serde(default)]
    pub attributes: Attributes,
}

impl PastTicket {
    /// A ticket of which nothing else is known.
    pub fn new(id: impl Into<String>, created: Timestamp) -> Self {
        Self {
            id: id.into(),
            created,
            resolved: None,
            handle_time: None,
            queue: None,
            priority: None,
            channel: None,
            requester: None,
            agent: None,
            skills: Vec::new(),
            attributes: Attributes::new(),
        }
    }

    fn row(&self, attributes: &BTreeSet<&str>) -> Result<RowValues<'_>, Error> {
        let kept = attributes.iter().map(|name| {
            let Some(value) = self.attributes.get(*name) else { return Ok(None) };
            short(Some(&value.to_string()), ATTRIBUTE_BYTES_MAX, "attributes")
                .map(|text| text.map(|text| Cow::Owned(text.into_owned())))
        });
        let id = short(Some(&self.id), NAME_BYTES_MAX, "id")?;
        let id = id.ok_or_else(|| {
            Error::new(ErrorKind::MissingId, "the ticket has no id; every ticket needs one").at_field("id")
        })?;
        for (field, at) in [("created", Some(self.created)), ("resolved", self.resolved)] {
            if at.is_some_and(|at| !(Timestamp::MIN..=Timestamp::MAX).contains(&at)) {
                let message = format!("the ticket `{}` has a moment that is out of range", quotable(&id));
                return Err(Error::new(ErrorKind::InvalidTime, message).at_field(field));
            }
        }
        let mut skills: Vec<Cow<'_, str>> = Vec::with_capacity(self.skills.len());
        for skill in &self.skills {
            match short(Some(skill), NAME_BYTES_MAX, "skills")? {
                Some(skill) if !skills.contains(&skill) => skills.push(skill),
                _ => {}
            }
        }
        Ok(RowValues {
            id,
            created: Some(self.created.as_millis()),
            resolved: self.resolved.map(Timestamp::as_millis),
            closed: None,
            first_assigned: None,
            first_response: None,
            first_response_after: None,
            started: None,
            handle_time: self.handle_time.map(Span::as_millis),
            priority: short(self.priority.as_deref(), NAME_BYTES_MAX, "priority")?,
            queue: short(self.queue.as_deref(), NAME_BYTES_MAX, "queue")?,
            agent: short(self.agent.as_deref(), NAME_BYTES_MAX, "agent")?,
            requester: short(self.requester.as_deref(), NAME_BYTES_MAX, "requester")?,
            channel: short(self.channel.as_deref(), NAME_BYTES_MAX, "channel")?,
            status: None,
            skills,
            reassignments: None,
            reopened: None,
            attributes: kept.collect::<Result<_, _>>()?,
        })
    }
}

/// A value that the engine can take; `None` for an empty one, as in a log.
fn short<'a>(
    value: Option<&'a str>,
    bytes_max: usize,
    field: &'static str,
) -> Result<Option<Cow<'a, str>>, Error> {
    let value = value.filter(|value| !value.is_empty());
    match value {
        Some(value) if value.len() > bytes_max => {
            let message = format!(
                "`{}` has {} bytes, at most {bytes_max} are taken; shorten it",
                quotable(value),
                value.len()
            );
            Err(Error::new(ErrorKind::InvalidValue, message).at_field(field))
        }
        value => Ok(value.map(Cow::Borrowed)),
    }
}

impl TicketLog {
    /// Makes a log of tickets, in their order; what a file with the same values would give.
    ///
    /// Costs O(tickets * fields). An empty text is a value that is not given.
    ///
    /// # Errors
    ///
    /// At the first bad ticket, with its number counted from 1 as the [`line`](Error::line), and the field:
    /// [`ErrorKind::MissingId`], [`ErrorKind::RepeatedId`], [`ErrorKind::InvalidTime`], [`ErrorKind::TimeOrder`],
    /// [`ErrorKind::InvalidValue`].
    /// A simulation of fewer tickets than were given would mislead, so none is left out.
    ///
    /// # Example: a ticket that was resolved after half an hour
    ///
    /// ```
    /// use deskmatch::Timestamp;
    /// use deskmatch_sim::{PastTicket, TicketLog};
    ///
    /// let ticket = PastTicket { resolved: Some(Timestamp(1_800_000)), ..PastTicket::new("T-1", Timestamp(0)) };
    /// let log = TicketLog::of_tickets(&[ticket])?;
    /// assert_eq!(log.find("T-1").and_then(|ticket| ticket.resolved_ms()), Some(1_800_000));
    /// # Ok::<(), deskmatch_sim::Error>(())
    /// ```
    pub fn of_tickets(tickets: &[PastTicket]) -> Result<Self, Error> {
        let names: BTreeSet<&str> =
            order::set(tickets.iter().flat_map(|ticket| ticket.attributes.keys()).map(|name| name.as_str()));
        let mut mapping = Mapping::new("given");
        for name in &names {
            mapping.set_attribute(name, name)?;
        }
        let mut log = TicketLog::new(&mapping);
        for (index, ticket) in tickets.iter().enumerate() {
            let added = ticket.row(&names).and_then(|row| log.add(&row));
            added.map_err(|error| error.at_line(index as u64 + 1))?;
            log.rows += 1;
        }
        Ok(log)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LogReader;
    use deskmatch::AttributeValue;

    fn tickets() -> Vec<PastTicket> {
        let first = PastTicket {
            resolved: Some(Timestamp(1_800_000)),
            handle_time: Some(Span::millis(60_000)),
            queue: Some("support".to_owned()),
            agent: Some("ada".to_owned()),
            skills: vec!["vpn".to_owned(), "vpn".to_owned(), String::new()],
            attributes: [("tier".into(), AttributeValue::Integer(2))].into(),
            ..PastTicket::new("T-1", Timestamp(0))
        };
        vec![
            first,
            PastTicket { priority: Some("high".to_owned()), ..PastTicket::new("T-2", Timestamp(300_000)) },
        ]
    }

    #[test]
    fn tickets_as_values_are_the_log_that_a_file_would_be() {
        let log = TicketLog::of_tickets(&tickets()).unwrap();
        let mapping = r#"{"fields": {"id": "id", "created": "created", "resolved": "resolved", "handle_time": "took",
            "queue": "queue", "agent": "agent", "skills": "skills", "priority": "priority"}, "attributes": ["tier"],
            "units": {"handle_time": "m"}, "skill_separator": ";"}"#;
        let csv = "id,created,resolved,took,queue,agent,skills,priority,tier\n\
                   T-1,1970-01-01 00:00,1970-01-01 00:30,1,support,ada,vpn;vpn,,2\n\
                   T-2,1970-01-01 00:05,,,,,,high,\n";
        let read =
            LogReader::new(Mapping::from_json(mapping).unwrap()).strict(true).read(csv.as_bytes()).unwrap();
        let told = |log: &TicketLog| -> Vec<String> {
            let each = log.iter().map(|ticket| {
                let skills: Vec<_> = ticket.skills().collect();
                let attributes: Vec<_> = ticket.attributes().collect();
                format!(
                    "{ticket:?} {skills:?} {attributes:?} {:?} {:?}",
                    ticket.priority(),
                    ticket.handle_time_ms()
                )
            });
            each.collect()
        };
        assert_eq!(told(&log), told(&read));
    }

    #[test]
    fn a_bad_ticket_names_its_number_and_field() {
        let late = PastTicket { resolved: Some(Timestamp(-1)), ..PastTicket::new("T-3", Timestamp(0)) };
        let long = PastTicket { queue: Some("q".repeat(257)), ..PastTicket::new("T-3", Timestamp(0)) };
        for (bad, kind, field) in [
            (PastTicket::new("", Timestamp(0)), ErrorKind::MissingId, "id"),
            (PastTicket::new("T-1", Timestamp(0)), ErrorKind::RepeatedId, "id"),
            (PastTicket::new("T-3", Timestamp(i64::MIN)), ErrorKind::InvalidTime, "created"),
            (late, ErrorKind::TimeOrder, "resolved"),
            (long, ErrorKind::InvalidValue, "queue"),
        ] {
            let mut tickets = tickets();
            tickets.push(bad);
            let error = TicketLog::of_tickets(&tickets).unwrap_err();
            assert_eq!((error.kind(), error.line(), error.field()), (kind, Some(3), Some(field)));
        }
    }
}

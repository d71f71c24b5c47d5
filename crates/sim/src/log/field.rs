//! The fields of a ticket that a log may hold.

use serde::{Deserialize, Serialize};

/// Names a field of a ticket in a log.
///
/// Only [`Id`](Field::Id) and [`Created`](Field::Created) must be there; whatever else a log lacks is missing in its
/// tickets. In mappings the names are in snake case: `first_response`, `handle_time`.
///
/// ```
/// use deskmatch_sim::Field;
///
/// assert_eq!(Field::from_name("handle_time"), Some(Field::HandleTime));
/// assert_eq!(Field::Queue.name(), "queue");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The ticket's id, 1 to 256 bytes.
    Id,
    /// When the ticket came in.
    Created,
    /// When it was solved.
    Resolved,
    /// When it was closed, which desks often do by a timer after the solution.
    Closed,
    /// When an agent first had it.
    FirstAssigned,
    /// When the requester was first answered.
    FirstResponse,
    /// How long after its creation the requester was first answered; a duration.
    FirstResponseAfter,
    /// When the work on it began.
    Started,
    /// How long the work on it took; a duration.
    HandleTime,
    /// Its priority, as the log spells it.
    Priority,
    /// The queue or group that has it.
    Queue,
    /// Who resolved it, or who holds it.
    Agent,
    /// Who asked.
    Requester,
    /// What it takes, or is about; the only field with several columns at once.
    Skills,
    /// How it came in: phone, mail, chat.
    Channel,
    /// Its state, as the log spells it.
    Status,
    /// How often it changed hands.
    Reassignments,
    /// How many agents had it; where a log counts these, it changed hands one time less.
    Holders,
    /// How often it was opened again.
    Reopened,
}

impl Field {
    /// Every field, in order of declaration.
    pub const ALL: [Field; 19] = [
        Field::Id,
        Field::Created,
        Field::Resolved,
        Field::Closed,
        Field::FirstAssigned,
        Field::FirstResponse,
        Field::FirstResponseAfter,
        Field::Started,
        Field::HandleTime,
        Field::Priority,
        Field::Queue,
        Field::Agent,
        Field::Requester,
        Field::Skills,
        Field::Channel,
        Field::Status,
        Field::Reassignments,
        Field::Holders,
        Field::Reopened,
    ];

    /// Returns the name of this field in mappings and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Field::Id => "id",
            Field::Created => "created",
            Field::Resolved => "resolved",
            Field::Closed => "closed",
            Field::FirstAssigned => "first_assigned",
            Field::FirstResponse => "first_response",
            Field::FirstResponseAfter => "first_response_after",
            Field::Started => "started",
            Field::HandleTime => "handle_time",
            Field::Priority => "priority",
            Field::Queue => "queue",
            Field::Agent => "agent",
            Field::Requester => "requester",
            Field::Skills => "skills",
            Field::Channel => "channel",
            Field::Status => "status",
            Field::Reassignments => "reassignments",
            Field::Holders => "holders",
            Field::Reopened => "reopened",
        }
    }

    /// Returns the field of that name, where there is one.
    pub fn from_name(name: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Returns whether values of this field are durations, for which a mapping may state a unit.
    pub const fn is_duration(self) -> bool {
        matches!(self, Field::FirstResponseAfter | Field::HandleTime)
    }

    /// Returns the names of all fields, for messages.
    pub(crate) fn names() -> String {
        Field::ALL.map(Field::name).join(", ")
    }
}

/// Says what a bare number means in a column of durations. The default is seconds.
///
/// Values with units of their own need none: `00:12:30` (or `12:30:00`, hours first), `1h 30m`, and ServiceNow's
/// durations since 1970, `1970-01-01 00:12:30`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DurationUnit {
    /// Milliseconds.
    #[serde(rename = "ms")]
    Milliseconds,
    /// Seconds.
    #[default]
    #[serde(rename = "s")]
    Seconds,
    /// Minutes.
    #[serde(rename = "m")]
    Minutes,
    /// Hours.
    #[serde(rename = "h")]
    Hours,
}

impl DurationUnit {
    /// Returns the length of one unit in milliseconds.
    pub const fn ms(self) -> i64 {
        match self {
            DurationUnit::Milliseconds => 1,
            DurationUnit::Seconds => 1_000,
            DurationUnit::Minutes => 60_000,
            DurationUnit::Hours => 3_600_000,
        }
    }

    /// Returns the unit of that name: `ms`, `s`, `m` or `h`.
    pub fn from_name(name: &str) -> Option<DurationUnit> {
        match name {
            "ms" => Some(DurationUnit::Milliseconds),
            "s" => Some(DurationUnit::Seconds),
            "m" => Some(DurationUnit::Minutes),
            "h" => Some(DurationUnit::Hours),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_its_name_and_written_by_it() {
        for (index, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field as usize, index);
            assert_eq!(Field::from_name(field.name()), Some(field));
            assert_eq!(serde_json::to_string(&field).unwrap(), format!("\"{}\"", field.name()));
        }
    }
}

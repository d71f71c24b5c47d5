//! The fields that conditions test, and where their values come from.

use crate::agent::Agent;
use crate::attribute::AttributeValue;
use crate::id::{QueueId, SkillId};
use crate::ticket::Ticket;
use smol_str::SmolStr;

/// A field that a condition can test, read from its text once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum FieldName {
    Id,
    Queue,
    Channel,
    Priority,
    Requester,
    Size,
    Effort,
    Due,
    Capacity,
    Weight,
    Skill(SkillId),
    QueueRank(QueueId),
    Attribute(SmolStr),
}

/// What a condition is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Subject {
    Ticket,
    Agent,
}

/// The type that a field's values have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FieldType {
    Text,
    Integer,
    /// An attribute may have any.
    Any,
}

impl FieldName {
    /// Reads a field's name; `None` if neither tickets nor agents have such a field.
    pub(crate) fn parse(text: &str) -> Option<FieldName> {
        let field = match text {
            "id" => FieldName::Id,
            "queue" => FieldName::Queue,
            "channel" => FieldName::Channel,
            "priority" => FieldName::Priority,
            "requester" => FieldName::Requester,
            "size" => FieldName::Size,
            "effort" => FieldName::Effort,
            "due" => FieldName::Due,
            "capacity" => FieldName::Capacity,
            "weight" => FieldName::Weight,
            _ => match text.split_once('.')? {
                (_, "") => return None,
                ("skills", name) => FieldName::Skill(name.into()),
                ("queues", name) => FieldName::QueueRank(name.into()),
                ("attributes", name) => FieldName::Attribute(name.into()),
                _ => return None,
            },
        };
        Some(field)
    }

    /// Whether tickets, or agents, have the field.
    pub(crate) fn is_of(&self, subject: Subject) -> bool {
        match self {
            FieldName::Id | FieldName::Skill(_) | FieldName::Attribute(_) => true,
            FieldName::Queue
            | FieldName::Channel
            | FieldName::Priority
            | FieldName::Requester
            | FieldName::Size
            | FieldName::Effort
            | FieldName::Due => subject == Subject::Ticket,
            FieldName::Capacity | FieldName::Weight | FieldName::QueueRank(_) => subject == Subject::Agent,
        }
    }

    pub(crate) fn value_type(&self) -> FieldType {
        match self {
            FieldName::Id
            | FieldName::Queue
            | FieldName::Channel
            | FieldName::Priority
            | FieldName::Requester => FieldType::Text,
            FieldName::Size
            | FieldName::Effort
            | FieldName::Due
            | FieldName::Capacity
            | FieldName::Weight
            | FieldName::Skill(_)
            | FieldName::QueueRank(_) => FieldType::Integer,
            FieldName::Attribute(_) => FieldType::Any,
        }
    }
}

impl Subject {
    /// The fields there are, as one tells a user.
    pub(crate) const fn fields(self) -> &'static str {
        match self {
            Subject::Ticket => {
                "`id`, `queue`, `channel`, `priority`, `requester`, `size`, `effort`, `due`, `skills.NAME` and \
                 `attributes.NAME`"
            }
            Subject::Agent => {
                "`id`, `capacity`, `weight`, `queues.NAME`, `skills.NAME` and `attributes.NAME`"
            }
        }
    }
}

/// The value of a field.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum FieldValue<'a> {
    Bool(bool),
    Integer(i64),
    Text(&'a str),
}

impl<'a> From<&'a AttributeValue> for FieldValue<'a> {
    fn from(value: &'a AttributeValue) -> Self {
        match value {
            AttributeValue::Bool(value) => FieldValue::Bool(*value),
            AttributeValue::Integer(value) => FieldValue::Integer(*value),
            AttributeValue::Text(value) => FieldValue::Text(value),
        }
    }
}

/// What a condition can be asked of: a ticket, an agent, or a view of one.
pub(crate) trait Fields {
    /// The value of a field; `None` if it is not there.
    fn field(&self, name: &FieldName) -> Option<FieldValue<'_>>;
}

impl Fields for Ticket {
    fn field(&self, name: &FieldName) -> Option<FieldValue<'_>> {
        match name {
            FieldName::Id => Some(FieldValue::Text(self.id.as_str())),
            FieldName::Queue => self.queue.as_ref().map(|id| FieldValue::Text(id.as_str())),
            FieldName::Channel => self.channel.as_ref().map(|id| FieldValue::Text(id.as_str())),
            FieldName::Priority => self.priority.as_ref().map(|id| FieldValue::Text(id.as_str())),
            FieldName::Requester => self.requester.as_ref().map(|id| FieldValue::Text(id.as_str())),
            FieldName::Size => self.size.map(|units| FieldValue::Integer(units.into())),
            FieldName::Effort => self.effort.map(|span| FieldValue::Integer(span.as_millis())),
            FieldName::Due => self.due.map(|at| FieldValue::Integer(at.as_millis())),
            FieldName::Skill(skill) => self
                .skills
                .iter()
                .find(|asked| asked.skill == *skill)
                .map(|asked| FieldValue::Integer(asked.level.into())),
            FieldName::Attribute(name) => self.attributes.get(name).map(FieldValue::from),
            FieldName::Capacity | FieldName::Weight | FieldName::QueueRank(_) => None,
        }
    }
}

impl Fields for Agent {
    fn field(&self, name: &FieldName) -> Option<FieldValue<'_>> {
        match name {
            FieldName::Id => Some(FieldValue::Text(self.id.as_str())),
            FieldName::Capacity => Some(FieldValue::Integer(self.capacity.units.into())),
            FieldName::Weight => Some(FieldValue::Integer(self.weight.into())),
            FieldName::Skill(skill) => {
                self.skills.get(skill).map(|level| FieldValue::Integer((*level).into()))
            }
            // An agent that names no queue serves every queue at rank 0.
            FieldName::QueueRank(_) if self.queues.is_empty() => Some(FieldValue::Integer(0)),
            FieldName::QueueRank(queue) => self
                .queues
                .iter()
                .find(|served| served.queue == *queue)
                .map(|served| FieldValue::Integer(served.rank.into())),
            FieldName::Attribute(name) => self.attributes.get(name).map(FieldValue::from),
            FieldName::Queue
            | FieldName::Channel
            | FieldName::Priority
            | FieldName::Requester
            | FieldName::Size
            | FieldName::Effort
            | FieldName::Due => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::skill::SkillRequirement;
    use crate::time::Span;

    fn value<'a>(fields: &'a impl Fields, name: &str) -> Option<FieldValue<'a>> {
        fields.field(&FieldName::parse(name).unwrap())
    }

    #[test]
    fn a_ticket_shows_its_fields() {
        let ticket = Ticket::new("T-1")
            .with_queue("support")
            .with_channel("email")
            .with_priority("high")
            .with_requester("acme")
            .with_size(3)
            .with_effort(Span::minutes(5))
            .with_due(77)
            .with_skill(SkillRequirement::preferred("german", 50, 2))
            .with_attribute("plan", "gold");
        for (name, text) in [
            ("id", "T-1"),
            ("queue", "support"),
            ("channel", "email"),
            ("priority", "high"),
            ("requester", "acme"),
            ("attributes.plan", "gold"),
        ] {
            assert_eq!(value(&ticket, name), Some(FieldValue::Text(text)), "{name}");
        }
        for (name, number) in [("size", 3), ("effort", 300_000), ("due", 77), ("skills.german", 50)] {
            assert_eq!(value(&ticket, name), Some(FieldValue::Integer(number)), "{name}");
        }
        for name in ["capacity", "weight", "queues.support", "skills.french", "attributes.site"] {
            assert_eq!(value(&ticket, name), None, "{name}");
        }
        assert_eq!(value(&Ticket::new("T-1"), "queue"), None);
    }

    #[test]
    fn an_agent_shows_its_fields() {
        let ada = Agent::new("ada").with_skill("german", 80).with_attribute("remote", true);
        assert_eq!(value(&ada, "id"), Some(FieldValue::Text("ada")));
        assert_eq!(value(&ada, "capacity"), Some(FieldValue::Integer(1)));
        assert_eq!(value(&ada, "weight"), Some(FieldValue::Integer(100)));
        assert_eq!(value(&ada, "skills.german"), Some(FieldValue::Integer(80)));
        assert_eq!(value(&ada, "attributes.remote"), Some(FieldValue::Bool(true)));
        assert_eq!(value(&ada, "queues.support"), Some(FieldValue::Integer(0)));
        assert_eq!(value(&ada, "priority"), None);
        let ada = ada.with_ranked_queue("support", 2, Span::ZERO);
        assert_eq!(value(&ada, "queues.support"), Some(FieldValue::Integer(2)));
        assert_eq!(value(&ada, "queues.sales"), None);
    }

    #[test]
    fn a_name_that_is_no_field_is_not_read() {
        for text in ["", "skill", "skills", "skills.", "attributes.", "Id", "ticket.id", "."] {
            assert_eq!(FieldName::parse(text), None, "{text}");
        }
        assert_eq!(FieldName::parse("attributes.a.b"), Some(FieldName::Attribute("a.b".into())));
    }
}

//! Tickets of the engine as conditions see them.

use super::desk::Desk;
use super::records::{NONE, TicketRecord};
use super::timers::NEVER;
use crate::attribute::AttributeValue;
use crate::policy::{FieldName, FieldValue, Fields};

pub(crate) struct TicketFields<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) ticket: &'a TicketRecord,
}

impl Fields for TicketFields<'_> {
    fn field(&self, name: &FieldName) -> Option<FieldValue<'_>> {
        let (ticket, compiled) = (self.ticket, &self.desk.compiled);
        match name {
            FieldName::Id => Some(FieldValue::Text(ticket.id.as_str())),
            FieldName::Queue => {
                Some(FieldValue::Text(compiled.queues[usize::from(ticket.queue)].id.as_str()))
            }
            FieldName::Channel => {
                Some(FieldValue::Text(compiled.channels[usize::from(ticket.channel)].0.as_str()))
            }
            FieldName::Priority => {
                Some(FieldValue::Text(compiled.priorities[usize::from(ticket.priority)].id.as_str()))
            }
            FieldName::Requester => {
                ticket.requester.as_ref().map(|requester| FieldValue::Text(requester.as_str()))
            }
            FieldName::Size => (ticket.size != NONE).then_some(FieldValue::Integer(i64::from(ticket.size))),
            FieldName::Effort => ticket.extra().effort.map(FieldValue::Integer),
            FieldName::Due => (ticket.due != NEVER).then_some(FieldValue::Integer(ticket.due)),
            FieldName::Skill(skill) => {
                let skill = self.desk.skills.get(skill.as_str())?;
                let asked = ticket.skills.iter().find(|asked| u32::from(asked.skill) == skill)?;
                Some(FieldValue::Integer(i64::from(asked.level)))
            }
            FieldName::Attribute(name) => Some(match ticket.attributes.get(name)? {
                AttributeValue::Bool(value) => FieldValue::Bool(*value),
                AttributeValue::Integer(value) => FieldValue::Integer(*value),
                AttributeValue::Text(value) => FieldValue::Text(value),
            }),
            FieldName::Capacity | FieldName::Weight | FieldName::QueueRank(_) => None,
        }
    }
}

//! Conditions, read straight from their document.

use super::{NEVER, Rules, TicketModel};
use deskmatch::{Agent, AttributeValue, Condition};

/// Whether a condition is true of something whose fields a function tells.
pub(crate) fn holds(condition: &Condition, field: &dyn Fn(&str) -> Option<AttributeValue>) -> bool {
    if let Some(list) = &condition.all {
        return list.iter().all(|inner| holds(inner, field));
    }
    if let Some(list) = &condition.any {
        return list.iter().any(|inner| holds(inner, field));
    }
    if let Some(list) = &condition.none {
        return !list.iter().any(|inner| holds(inner, field));
    }
    let found = condition.field.as_deref().and_then(field);
    let number = if let Some(AttributeValue::Integer(number)) = &found { Some(*number) } else { None };
    let is = |value: &AttributeValue| found.as_ref() == Some(value);
    condition.equals.as_ref().is_none_or(is)
        && condition.not_equals.as_ref().is_none_or(|value| !is(value))
        && condition.one_of.as_ref().is_none_or(|values| values.iter().any(is))
        && condition.less.is_none_or(|bound| number.is_some_and(|number| number < bound))
        && condition.at_most.is_none_or(|bound| number.is_some_and(|number| number <= bound))
        && condition.greater.is_none_or(|bound| number.is_some_and(|number| number > bound))
        && condition.at_least.is_none_or(|bound| number.is_some_and(|number| number >= bound))
        && condition.present.is_none_or(|present| found.is_some() == present)
        && condition.starts_with.as_ref().is_none_or(
            |prefix| matches!(&found, Some(AttributeValue::Text(text)) if text.starts_with(prefix.as_str())),
        )
}

pub(crate) fn of_agent(condition: &Condition, agent: &Agent) -> bool {
    holds(condition, &|field| match field {
        "id" => Some(agent.id.as_str().into()),
        "capacity" => Some(i64::from(agent.capacity.units).into()),
        "weight" => Some(i64::from(agent.weight).into()),
        _ => match field.split_once('.')? {
            ("skills", name) => agent.skills.get(name).map(|level| i64::from(*level).into()),
            ("queues", _) if agent.queues.is_empty() => Some(0.into()),
            ("queues", name) => {
                agent.queues.iter().find(|served| served.queue == name).map(|s| i64::from(s.rank).into())
            }
            (_, name) => agent.attributes.get(name).cloned(),
        },
    })
}

fn of_ticket(condition: &Condition, ticket: &TicketModel) -> bool {
    holds(condition, &|field| match field {
        "id" => Some(format!("t{}", ticket.id).into()),
        "queue" => Some(format!("q{}", ticket.queue).into()),
        "channel" => Some(format!("c{}", ticket.channel).into()),
        "priority" => Some(format!("p{}", ticket.priority).into()),
        "requester" => ticket.requester.clone().map(Into::into),
        "size" => ticket.size.map(|size| i64::from(size).into()),
        "effort" => ticket.effort.map(Into::into),
        "due" => (ticket.due != NEVER).then(|| ticket.due.into()),
        _ => match field.split_once('.')? {
            ("skills", name) => {
                ticket.skills.iter().find(|asked| asked.skill == name).map(|a| i64::from(a.level).into())
            }
            (_, name) => ticket.attributes.get(name).cloned(),
        },
    })
}

impl TicketModel {
    /// Finds its strict class anew: the one that a rule named, else the first whose condition it meets, else behind all.
    pub(crate) fn classify(&mut self, rules: &Rules) {
        let classes = &rules.queue(self.queue).policy.classes;
        let named =
            self.routed_class.as_ref().and_then(|name| classes.iter().position(|class| class.name == name));
        let met =
            || classes.iter().position(|class| class.when.as_ref().is_some_and(|when| of_ticket(when, self)));
        self.class = named.or_else(met).unwrap_or(classes.len());
    }
}

//! What would make a waiting ticket assignable.

use super::{Change, Remedy};
use crate::engine::demand::DemandKey;
use crate::engine::desk::Desk;
use crate::engine::records::{AgentRecord, TicketRecord};
use crate::engine::timers::NEVER;
use crate::event::Exclusion;
use crate::order;
use crate::rule::Rule;
use crate::time::{Span, Timestamp};
use std::collections::BTreeMap;

impl Desk {
    /// The smallest sets of changes that would make the ticket assignable, the one that frees most agents first.
    ///
    /// For every agent, what it lacks; only the agents that lack least count. O(agents).
    pub(crate) fn remedies(&self, slot: u32) -> Vec<Remedy> {
        let ticket = &self.tickets[slot];
        let key = self.demand_key(ticket);
        let mut fewest = usize::MAX;
        let mut lacking: Vec<Vec<Change>> = Vec::new();
        for (agent, record) in self.agents.iter() {
            let changes = self.changes(ticket, &key, agent, record);
            if changes.len() < fewest {
                fewest = changes.len();
                lacking.clear();
            }
            if changes.len() == fewest {
                lacking.push(changes);
            }
        }
        let mut merged: BTreeMap<Vec<Change>, (Vec<Change>, u32)> = BTreeMap::new();
        for changes in lacking {
            let kinds = changes.iter().map(kind).collect();
            match merged.get_mut(&kinds) {
                Some((least, agents)) => {
                    *agents += 1;
                    for (known, new) in least.iter_mut().zip(changes) {
                        merge(known, new);
                    }
                }
                None => {
                    merged.insert(kinds, (changes, 1));
                }
            }
        }
        let mut remedies: Vec<Remedy> =
            merged.into_values().map(|(changes, agents)| Remedy { changes, agents }).collect();
        order::sort_by(&mut remedies, |a, b| b.agents.cmp(&a.agents).then_with(|| a.changes.cmp(&b.changes)));
        remedies
    }

    /// Everything that keeps an agent from a ticket, as changes.
    fn changes(&self, ticket: &TicketRecord, key: &DemandKey, slot: u32, agent: &AgentRecord) -> Vec<Change> {
        let mut changes = Vec::new();
        for rule in Rule::ALL {
            if self.passes(rule, ticket, key, slot, agent) {
                continue;
            }
            match rule {
                Rule::Presence => changes.push(Change::ComeOnline),
                Rule::Shift => {
                    changes.push(Change::StartShift { at: known(agent.next_shift_change(self.clock)) })
                }
                Rule::Queue => changes.push(self.queue_change(ticket, key, agent)),
                Rule::Channel => changes.push(Change::WorkOnChannel),
                Rule::Capacity => changes.push(capacity_change(key, agent)),
                Rule::Skill => self.skill_changes(key, agent, &mut changes),
                Rule::Attribute => changes.push(Change::MeetAgentCondition),
                Rule::Excluded => changes.push(Change::LiftExclusion),
                Rule::Declined => changes.push(Change::LiftDecline { at: self.decline_end(ticket, agent) }),
                Rule::Reserved => changes.push(Change::LiftReservation { at: self.reservation_end(ticket) }),
                Rule::Rate => changes.push(Change::WaitForRate { at: self.rate_free_at(agent) }),
            }
        }
        changes
    }

    fn queue_change(&self, ticket: &TicketRecord, key: &DemandKey, agent: &AgentRecord) -> Change {
        let delay = key.queues.iter().filter_map(|queue| agent.service(*queue)).map(|(_, delay)| delay).min();
        match delay {
            Some(delay) => Change::WaitForDelay { wait: Span::millis(delay - self.age(ticket)) },
            None => Change::ServeQueue { queue: self.compiled.queues[usize::from(key.queue())].id.clone() },
        }
    }

    fn skill_changes(&self, key: &DemandKey, agent: &AgentRecord, changes: &mut Vec<Change>) {
        let first = changes.len();
        for (skill, level) in &key.skills {
            let has = agent.level(*skill);
            if has < *level {
                let skill = self.skills.text(u32::from(*skill)).clone().into();
                changes.push(Change::HaveSkill { skill, level: *level, best: has });
            }
        }
        order::sort(&mut changes[first..]);
    }

    fn decline_end(&self, ticket: &TicketRecord, agent: &AgentRecord) -> Option<Timestamp> {
        let declined = ticket.extra().declined.iter().find(|declined| declined.agent == *agent.id())?;
        if let Exclusion::Until(until) = declined.until { Some(until) } else { None }
    }

    fn reservation_end(&self, ticket: &TicketRecord) -> Option<Timestamp> {
        let exclusive = ticket
            .extra()
            .preferred
            .iter()
            .filter(|entry| entry.exclusive && self.is_preferred_now(entry, ticket.channel));
        let ends: Option<Vec<Timestamp>> = exclusive.map(|entry| entry.until).collect();
        ends?.into_iter().max()
    }
}

fn capacity_change(key: &DemandKey, agent: &AgentRecord) -> Change {
    let terms = &agent.channels[usize::from(key.channel)];
    if terms.held >= terms.max {
        return Change::FreeChannelSlot;
    }
    let needed = agent.units_used + u64::from(agent.cost(key.channel, key.size));
    let units = needed.saturating_sub(u64::from(agent.spec.capacity.units));
    Change::FreeUnits { units: u32::try_from(units).unwrap_or(u32::MAX) }
}

fn known(at: i64) -> Option<Timestamp> {
    (at != NEVER).then_some(Timestamp(at))
}

/// A change without what differs from agent to agent.
fn kind(change: &Change) -> Change {
    match change {
        Change::StartShift { .. } => Change::StartShift { at: None },
        Change::WaitForDelay { .. } => Change::WaitForDelay { wait: Span::ZERO },
        Change::FreeUnits { .. } => Change::FreeUnits { units: 0 },
        Change::HaveSkill { skill, level, .. } => {
            Change::HaveSkill { skill: skill.clone(), level: *level, best: 0 }
        }
        Change::LiftDecline { .. } => Change::LiftDecline { at: None },
        Change::LiftReservation { .. } => Change::LiftReservation { at: None },
        Change::WaitForRate { .. } => Change::WaitForRate { at: Timestamp(0) },
        change => change.clone(),
    }
}

/// Keeps the smaller of two changes of one kind.
fn merge(known: &mut Change, new: Change) {
    let sooner = |a: Option<Timestamp>, b: Option<Timestamp>| match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    match (known, new) {
        (Change::StartShift { at }, Change::StartShift { at: other })
        | (Change::LiftDecline { at }, Change::LiftDecline { at: other })
        | (Change::LiftReservation { at }, Change::LiftReservation { at: other }) => *at = sooner(*at, other),
        (Change::WaitForDelay { wait }, Change::WaitForDelay { wait: other }) => *wait = (*wait).min(other),
        (Change::FreeUnits { units }, Change::FreeUnits { units: other }) => *units = (*units).min(other),
        (Change::HaveSkill { best, .. }, Change::HaveSkill { best: other, .. }) => *best = (*best).max(other),
        (Change::WaitForRate { at }, Change::WaitForRate { at: other }) => *at = (*at).min(other),
        _ => {}
    }
}

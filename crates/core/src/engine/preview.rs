//! Trying a policy on the tickets that wait, before it is set.

use super::Engine;
use crate::command::Command;
use crate::error::Error;
use crate::event::EventBody;
use crate::hash::ContentHash;
use crate::id::{AgentId, TicketId};
use crate::policy::Policy;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a policy would change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PolicyPreview {
    /// The hash of the policy.
    pub policy: ContentHash,
    /// The waiting tickets that it changes, by name.
    pub changes: Vec<TicketChange>,
}

/// What a policy would change for one waiting ticket.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TicketChange {
    /// The ticket.
    pub ticket: TicketId,
    /// Its place in its queue, from 1: before and after. `None` where it does not wait.
    pub place: (Option<u32>, Option<u32>),
    /// The agents that could ever take it: before and after.
    pub capable: (u32, u32),
    /// The agent that would get it, or an offer of it, at once.
    pub agent: Option<AgentId>,
}

impl Engine {
    /// What a policy would change for the tickets that wait now. O(state): the policy is tried on a fork.
    ///
    /// # Errors
    ///
    /// As the command `set_policy`.
    pub fn preview_policy(&self, now: Timestamp, policy: Policy) -> Result<PolicyPreview, Error> {
        let mut fork = self.fork();
        fork.execute(now, Command::Tick {})?;
        let before = fork.waiting();
        let outcome = fork.execute(now, Command::SetPolicy { policy: Box::new(policy) })?;
        let after = fork.waiting();
        let mut agents: BTreeMap<TicketId, AgentId> = BTreeMap::new();
        for event in outcome.events {
            if let EventBody::Assigned { ticket, agent, .. } | EventBody::Offered { ticket, agent, .. } =
                event.body
            {
                agents.entry(ticket).or_insert(agent);
            }
        }
        let changes = before.into_iter().filter_map(|(ticket, (place, capable))| {
            let then = after.get(&ticket).copied();
            let change = TicketChange {
                place: (Some(place), then.map(|(place, _)| place)),
                capable: (capable, then.map_or(capable, |(_, capable)| capable)),
                agent: agents.get(&ticket).cloned(),
                ticket,
            };
            (change.place.0 != change.place.1
                || change.capable.0 != change.capable.1
                || change.agent.is_some())
            .then_some(change)
        });
        Ok(PolicyPreview { policy: fork.policy_hash(), changes: changes.collect() })
    }

    /// The waiting tickets with their places and how many agents could ever take each.
    fn waiting(&mut self) -> BTreeMap<TicketId, (u32, u32)> {
        self.desk.flush_fresh();
        let mut places = BTreeMap::new();
        for queue in self.queues() {
            for (place, ticket) in (1..).zip(queue.tickets()) {
                let slot = self.desk.ticket_slot(ticket.id().as_str());
                let lane = slot.map(|slot| self.desk.tickets[slot].lane);
                let capable = lane.filter(|lane| *lane != super::records::NONE);
                let capable = capable
                    .map_or(0, |lane| self.desk.index.demands.get(lane).capable().iter().count() as u32);
                places.insert(ticket.id().clone(), (place, capable));
            }
        }
        places
    }
}

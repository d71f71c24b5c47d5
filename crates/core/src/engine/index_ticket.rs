//! Keeping the index of tickets true: who waits where, in which order, and what falls due when.

use super::demand::DemandKey;
use super::desk::{Desk, Head};
use super::records::{NONE, OrderKey, TicketRecord};
use super::timers::{NEVER, Wake};
use crate::event::Exclusion;
use crate::id::AgentId;
use crate::order;
use crate::policy::OrderKind;
use crate::state::TicketState;
use smallvec::SmallVec;
use std::sync::Arc;

impl Desk {
    /// Puts a ticket where it belongs in the index, and sets its timer.
    pub(crate) fn index_ticket(&mut self, slot: u32) {
        if self.tickets[slot].is_sought() {
            self.watch(slot);
            if self.is_open_to_agents(&self.tickets[slot]) {
                self.enter(slot);
            }
        }
        self.reset_ticket_timer(slot);
    }

    /// Takes a ticket out of the index, but for its timer. Call it before anything about it changes.
    pub(crate) fn unindex_ticket(&mut self, slot: u32) {
        if self.tickets[slot].lane != NONE {
            self.leave(slot);
        }
        if self.tickets[slot].is_sought() {
            self.unwatch(slot);
        }
    }

    /// Takes a ticket out of the index and puts it in again where it belongs now.
    pub(crate) fn reindex_ticket(&mut self, slot: u32) {
        self.unindex_ticket(slot);
        self.index_ticket(slot);
    }

    /// Whether one more agent may be found for the ticket.
    pub(crate) fn is_open_to_agents(&self, ticket: &TicketRecord) -> bool {
        match ticket.state {
            TicketState::Waiting => true,
            TicketState::Offered => {
                let policy = &self.compiled.queues[usize::from(ticket.queue)].policy;
                policy
                    .offers
                    .as_ref()
                    .is_some_and(|offers| ticket.extra().offers.len() < usize::from(offers.concurrent))
            }
            _ => false,
        }
    }

    fn enter(&mut self, slot: u32) {
        self.flush_fresh();
        let key = self.demand_key(&self.tickets[slot]);
        let demand = match self.index.demands.find(&key) {
            Some(demand) => demand,
            None => {
                let capable = self.capable_agents(&key);
                self.index.demands.insert(key, capable)
            }
        };
        self.index.demands.acquire(demand);
        self.tickets[slot].lane = demand;
        self.index.fresh = Some(slot);
    }

    fn leave(&mut self, slot: u32) {
        let lane = std::mem::replace(&mut self.tickets[slot].lane, NONE);
        if self.index.fresh == Some(slot) {
            self.index.fresh = None;
        } else {
            let key = self.order_key(&self.tickets[slot]);
            let demand = self.index.demands.get_mut(lane);
            let was_first = demand.waiting.first_key_value().is_some_and(|(first, _)| *first == key);
            let waited = demand.waiting.remove(&key);
            debug_assert_eq!(waited, Some(slot), "a ticket is taken out before anything about it changes");
            if was_first {
                let next = demand.waiting.first_key_value().map(|(next, _)| *next);
                let (skill, level) = demand.key.hardest_skill();
                for queue in &demand.key.queues {
                    let heads = &mut self.index.queues[usize::from(*queue)].heads;
                    heads.remove(&key);
                    if let Some(next) = next {
                        heads.insert(next, Head { lane, skill, level });
                    }
                }
            }
        }
        self.index.demands.release(lane);
    }

    /// Puts the fresh ticket among the others of its demand. Needed before anybody looks at who waits.
    pub(crate) fn flush_fresh(&mut self) {
        let Some(slot) = self.index.fresh.take() else { return };
        let (lane, key) = (self.tickets[slot].lane, self.order_key(&self.tickets[slot]));
        let demand = self.index.demands.get_mut(lane);
        let first = demand.waiting.first_key_value().map(|(first, _)| *first);
        demand.waiting.insert(key, slot);
        if first.is_none_or(|first| key < first) {
            let (skill, level) = demand.key.hardest_skill();
            for queue in &demand.key.queues {
                let heads = &mut self.index.queues[usize::from(*queue)].heads;
                if let Some(first) = first {
                    heads.remove(&first);
                }
                heads.insert(key, Head { lane, skill, level });
            }
        }
    }

    /// What the ticket asks of an agent, at this moment.
    pub(crate) fn demand_key(&self, ticket: &TicketRecord) -> DemandKey {
        let terms = &self.compiled.queues[usize::from(ticket.queue)];
        let mut key = DemandKey {
            queues: SmallVec::from_slice(&[ticket.queue]),
            channel: ticket.channel,
            size: ticket.size,
            selected: terms.agents.is_some(),
            skills: ticket
                .skills
                .iter()
                .filter(|asked| asked.weight == 0)
                .map(|asked| (asked.skill, asked.level))
                .collect(),
            barred: Vec::new(),
            reserved: None,
        };
        if ticket.steps != 0 {
            self.relax(ticket, &mut key);
        }
        order::sort_few(&mut key.skills);
        if let Some(extra) = ticket.extra.as_deref() {
            key.barred.extend(extra.excluded.iter().cloned());
            key.barred.extend(
                extra
                    .declined
                    .iter()
                    .filter(|declined| self.still_declines(declined))
                    .map(|d| d.agent.clone()),
            );
            order::sort(&mut key.barred);
            key.barred.dedup();
            key.reserved = self.reserved_for(ticket);
        }
        key
    }

    /// Applies the relaxation steps a ticket has taken to what it asks.
    fn relax(&self, ticket: &TicketRecord, key: &mut DemandKey) {
        let steps = &self.compiled.queues[usize::from(ticket.queue)].steps;
        for (_, step) in steps.iter().enumerate().filter(|(index, _)| ticket.steps >> index & 1 == 1) {
            for dropped in step.policy.drop_skills.iter().filter_map(|skill| self.skills.get(skill.as_str()))
            {
                key.skills.retain(|(skill, _)| u32::from(*skill) != dropped);
            }
            for (skill, lower) in &step.policy.lower_skills {
                if let Some(skill) = self.skills.get(skill.as_str()) {
                    for (_, level) in key.skills.iter_mut().filter(|(id, _)| u32::from(*id) == skill) {
                        *level = (*level).min(*lower);
                    }
                }
            }
            key.selected &= !step.policy.any_agent;
            for queue in &step.admit {
                if !key.queues.contains(queue) {
                    key.queues.push(*queue);
                }
            }
        }
    }

    pub(crate) fn still_declines(&self, declined: &super::records::Declined) -> bool {
        match declined.until {
            Exclusion::Not => false,
            Exclusion::ForGood => true,
            Exclusion::Until(until) => until.0 > self.clock,
            Exclusion::UntilPresenceChanges => self
                .agent_slot(declined.agent.as_str())
                .is_some_and(|slot| self.agents[slot].presence_mark == declined.presence),
        }
    }

    /// The agents that alone may have the ticket at this moment, sorted; `None` if anybody may.
    pub(crate) fn reserved_for(&self, ticket: &TicketRecord) -> Option<Vec<AgentId>> {
        let mut agents: Vec<AgentId> = ticket
            .extra()
            .preferred
            .iter()
            .filter(|preferred| preferred.exclusive && self.is_preferred_now(preferred, ticket.channel))
            .map(|preferred| preferred.agent.clone())
            .collect();
        order::sort(&mut agents);
        agents.dedup();
        (!agents.is_empty()).then_some(agents)
    }

    /// Whether a preference counts at this moment.
    pub(crate) fn is_preferred_now(&self, preferred: &crate::ticket::PreferredAgent, channel: u16) -> bool {
        preferred.until.is_none_or(|until| until.0 > self.clock)
            && (!preferred.while_present
                || self.agent_slot(preferred.agent.as_str()).is_some_and(|slot| {
                    self.index.channels[usize::from(channel)].present.contains(slot)
                        && self.index.shift.contains(slot)
                }))
    }

    /// Where the ticket stands in the order of its queue.
    pub(crate) fn order_key(&self, ticket: &TicketRecord) -> OrderKey {
        let terms = &self.compiled.queues[usize::from(ticket.queue)];
        let priority = &self.compiled.priorities[usize::from(ticket.priority)];
        let class = u32::from(ticket.class) << 16;
        let (class, key) = match terms.order(ticket.class) {
            OrderKind::VirtualArrival => {
                let steps =
                    terms.steps.iter().enumerate().filter(|(index, _)| ticket.steps >> index & 1 == 1);
                let credit: i64 = steps.map(|(_, step)| step.policy.credit.as_millis()).sum();
                (class, ticket.origin - priority.credit - credit)
            }
            OrderKind::Fifo => (class, ticket.origin),
            OrderKind::Lifo => (class, -ticket.origin),
            OrderKind::Deadline => (class, ticket.due),
            OrderKind::Priority => (class | u32::from(priority.rank), ticket.origin),
        };
        OrderKey { class, key, arrival: ticket.arrival }
    }

    fn watch(&mut self, slot: u32) {
        let Some(extra) = self.tickets[slot].extra.as_deref() else { return };
        for agent in watched(extra) {
            self.index.watches.entry(agent.clone()).or_default().insert(slot);
        }
    }

    fn unwatch(&mut self, slot: u32) {
        let Some(extra) = self.tickets[slot].extra.as_deref() else { return };
        for agent in watched(extra) {
            if let Some(tickets) = self.index.watches.get_mut(agent) {
                tickets.remove(&slot);
                if tickets.is_empty() {
                    self.index.watches.remove(agent);
                }
            }
        }
    }

    /// Moves a ticket to a state and keeps count.
    pub(crate) fn set_ticket_state(&mut self, slot: u32, state: TicketState, at: i64) {
        let ticket = &mut self.tickets[slot];
        let waiting = &mut self.index.queues[usize::from(ticket.queue)].waiting;
        *waiting += u32::from(state == TicketState::Waiting);
        *waiting -= u32::from(ticket.state == TicketState::Waiting);
        self.index.counts[ticket.state as usize] -= 1;
        self.index.counts[state as usize] += 1;
        ticket.state = state;
        ticket.since = at;
    }

    pub(crate) fn reset_ticket_timer(&mut self, slot: u32) {
        let ticket = &self.tickets[slot];
        let (due, timer) = (self.ticket_due(ticket), ticket.timer);
        if due == timer {
            return;
        }
        self.index.timers.reset(Wake::Ticket { arrival: ticket.arrival, slot }, timer, due);
        // The timer of a ticket may move although nothing else about it changes.
        self.touch_ticket(slot);
        self.tickets[slot].timer = due;
    }

    /// Puts what is due into an order that depends on the state alone. A timer may have been set for an earlier moment at
    /// which nothing happened, and is then not the same in an engine made from a log.
    pub(crate) fn put_in_order(&self, due: &mut [Wake]) {
        order::sort_by_cached_key(due, |wake| match wake {
            Wake::Ticket { slot, .. } => {
                (self.tickets.get(*slot).map_or(NEVER, |ticket| self.ticket_due(ticket)), *wake)
            }
            Wake::Agent { .. } => (i64::MIN, *wake),
            Wake::Queue { .. } => (NEVER, *wake),
        });
    }

    /// When the ticket next needs looking at, whatever happens around it. What fell due already is due now.
    fn ticket_due(&self, ticket: &TicketRecord) -> i64 {
        match ticket.state {
            TicketState::Scheduled => ticket.extra().not_before.unwrap_or(ticket.origin),
            TicketState::Waiting | TicketState::Offered => {
                self.sought_due(ticket).min(self.next_target_moment(ticket))
            }
            TicketState::Assigned => self.take_back_due(ticket).0.min(self.next_target_moment(ticket)),
            TicketState::Paused => NEVER,
            TicketState::WrappingUp => ticket.extra().wrap_up_until.unwrap_or(NEVER),
            TicketState::Closed | TicketState::Cancelled => {
                ticket.since + self.compiled.policy.limits.keep_closed.as_millis()
            }
        }
    }

    /// When something about who may take a waiting ticket changes by itself.
    fn sought_due(&self, ticket: &TicketRecord) -> i64 {
        let terms = &self.compiled.queues[usize::from(ticket.queue)];
        let delays = &self.index.queues[usize::from(ticket.queue)].delays;
        if terms.steps.is_empty() && delays.is_empty() && ticket.extra.is_none() {
            return NEVER;
        }
        let mut due = NEVER;
        for (index, step) in terms.steps.iter().enumerate() {
            if let Some(after) = step.after
                && ticket.steps >> index & 1 == 0
            {
                due = due.min(ticket.origin + after);
            }
        }
        let mut later = |at: i64| {
            if at > self.clock {
                due = due.min(at);
            }
        };
        let admitted = terms.steps.iter().enumerate().filter(|(index, _)| ticket.steps >> index & 1 == 1);
        for queue in admitted.flat_map(|(_, step)| &step.admit).chain([&ticket.queue]) {
            for delay in self.index.queues[usize::from(*queue)].delays.keys() {
                later(ticket.origin + delay);
            }
        }
        if let Some(extra) = ticket.extra.as_deref() {
            for declined in &extra.declined {
                if let Exclusion::Until(until) = declined.until {
                    later(until.0);
                }
            }
            for until in extra.preferred.iter().filter_map(|preferred| preferred.until) {
                later(until.0);
            }
            for offer in &extra.offers {
                due = due.min(offer.until);
            }
        }
        due
    }

    /// When an assigned ticket is taken back by itself, and whether that is because its agent is offline.
    pub(crate) fn take_back_due(&self, ticket: &TicketRecord) -> (i64, bool) {
        let terms = &self.compiled.queues[usize::from(ticket.queue)].policy;
        let offline = match terms.agent_offline {
            crate::policy::OfflinePolicy::RequeueAfter(after) if self.agents[ticket.holder].is_offline() => {
                self.agents[ticket.holder].presence_mark.0.max(ticket.since) + after.as_millis()
            }
            _ => NEVER,
        };
        let unanswered = match terms.unanswered_after {
            Some(after) if !ticket.responded => ticket.since + after.as_millis(),
            _ => NEVER,
        };
        if offline <= unanswered { (offline, true) } else { (unanswered, false) }
    }

    /// Looks again at the waiting tickets that depend on an agent's presence.
    pub(crate) fn reindex_watched(&mut self, agent: &AgentId) {
        let first = self.pending.tickets.len();
        self.reindex_watched_by_time(agent);
        for index in first..self.pending.tickets.len() {
            let slot = self.pending.tickets[index];
            self.tickets[slot].changed = self.seq + 1;
        }
    }

    /// As [`reindex_watched`](Self::reindex_watched), where no event but time has changed whether the agent is present.
    pub(crate) fn reindex_watched_by_time(&mut self, agent: &AgentId) {
        let Some(tickets) = self.index.watches.get(agent).cloned() else { return };
        for slot in tickets {
            self.reindex_ticket(slot);
            self.pending.tickets.push(slot);
        }
    }

    /// Notes a ticket that the event being applied has made assignable.
    pub(crate) fn note_change(&mut self, slot: u32) {
        self.tickets[slot].changed = self.seq + 1;
        self.pending.tickets.push(slot);
    }

    /// Looks again at every ticket that waits, because the delays of the queues' agents have changed.
    pub(crate) fn reset_waiting_timers(&mut self) {
        self.flush_fresh();
        let mut slots: Vec<u32> = Vec::new();
        for (_, demand) in self.index.demands.iter() {
            slots.extend(demand.waiting.values());
        }
        for slot in slots {
            // Not the timer alone: what it was set for may have passed unnoticed while a log was applied.
            self.reindex_ticket(slot);
        }
    }

    pub(crate) fn compiled(&self) -> Arc<super::compiled::Compiled> {
        Arc::clone(&self.compiled)
    }
}

/// The agents whose presence a ticket looks at.
fn watched(extra: &super::records::Extra) -> impl Iterator<Item = &AgentId> {
    let preferred =
        extra.preferred.iter().filter(|preferred| preferred.while_present).map(|preferred| &preferred.agent);
    let declined = extra.declined.iter().filter(|declined| declined.until == Exclusion::UntilPresenceChanges);
    preferred.chain(declined.map(|declined| &declined.agent))
}

//! Applying the events by which agents get, hold and give back tickets.

use super::apply::{invalid, warm};
use super::desk::Desk;
use super::records::{Declined, NONE, Offer};
use super::timers::NEVER;
use crate::error::Error;
use crate::event::{Event, EventBody, Exclusion};
use crate::id::AgentId;
use crate::policy::TargetKind;
use crate::state::TicketState;
use crate::time::Timestamp;

use TicketState::{Assigned, Cancelled, Closed, Offered, Paused, Scheduled, Waiting, WrappingUp};

impl Desk {
    pub(super) fn apply_offered(
        &mut self,
        event: &Event,
        slot: u32,
        agent: &AgentId,
        until: i64,
    ) -> Result<(), Error> {
        self.expect(event, slot, &[Waiting, Offered])?;
        let agent_slot = self.agent_of(event, agent)?;
        if self.tickets[slot].extra().offers.iter().any(|offer| offer.agent == agent_slot) {
            return Err(invalid(event, format!("agent `{agent}` holds an offer of the ticket already")));
        }
        self.touch_agent(agent_slot);
        self.unindex_ticket(slot);
        let ticket = &self.tickets[slot];
        let units = self.agents[agent_slot].cost(ticket.channel, ticket.size);
        let channel = ticket.channel;
        self.tickets[slot].extra_mut().offers.push(Offer { agent: agent_slot, until, units });
        if self.tickets[slot].state == Waiting {
            self.set_ticket_state(slot, Offered, event.at.0);
        }
        let record = &mut self.agents[agent_slot];
        record.offers.push(slot);
        record.units_used += u64::from(units);
        record.channels[usize::from(channel)].held += 1;
        record.rotation = warm(event.at.0, event.seq);
        record.idle = record.rotation;
        self.index_rate_and_room(agent_slot);
        self.index_ticket(slot);
        Ok(())
    }

    /// Brings an agent up to date whose offers or assignments are other ones than before.
    fn index_rate_and_room(&mut self, agent: u32) {
        if self.agents[agent].rate_limit(self.compiled.policy.rate_limit).is_some() {
            self.index_availability(agent);
        } else {
            self.index_room(agent);
        }
    }

    /// Takes an offer off a ticket and its agent. `None` for one that is accepted; else agents are sought anew.
    pub(super) fn take_offer(
        &mut self,
        event: &Event,
        slot: u32,
        agent: &AgentId,
        excluded: Option<Exclusion>,
    ) -> Result<(), Error> {
        let agent_slot = self.agent_of(event, agent)?;
        let place = self.tickets[slot].extra().offers.iter().position(|offer| offer.agent == agent_slot);
        let place =
            place.ok_or_else(|| invalid(event, format!("agent `{agent}` holds no offer of the ticket")))?;
        self.touch_agent(agent_slot);
        self.unindex_ticket(slot);
        let offer = self.tickets[slot].extra_mut().offers.remove(place);
        if self.tickets[slot].extra().offers.is_empty() {
            self.set_ticket_state(slot, Waiting, event.at.0);
        }
        let (channel, size) = (self.tickets[slot].channel, self.tickets[slot].size);
        if self.agents[agent_slot].cost(channel, size) < offer.units {
            // What is accepted costs less than when it was offered.
            self.pending.agents.push(agent_slot);
        }
        let record = &mut self.agents[agent_slot];
        record.offers.retain(|ticket| *ticket != slot);
        record.units_used -= u64::from(offer.units);
        record.channels[usize::from(channel)].held -= 1;
        self.index_rate_and_room(agent_slot);
        if let Some(excluded) = excluded {
            self.note_exclusion(slot, agent_slot, excluded);
            self.note_change(slot);
            self.pending.agents.push(agent_slot);
        }
        self.index_ticket(slot);
        Ok(())
    }

    fn note_exclusion(&mut self, slot: u32, agent: u32, until: Exclusion) {
        if until == Exclusion::Not {
            return;
        }
        let agent = &self.agents[agent];
        let declined = Declined { agent: agent.id().clone(), until, presence: agent.presence_mark };
        let entries = &mut self.tickets[slot].extra_mut().declined;
        entries.retain(|entry| entry.agent != declined.agent);
        entries.push(declined);
    }

    pub(super) fn apply_assigned(&mut self, event: &Event, slot: u32, agent: &AgentId) -> Result<(), Error> {
        self.expect(event, slot, &[Scheduled, Waiting])?;
        let agent_slot = self.agent_of(event, agent)?;
        self.touch_agent(agent_slot);
        self.unindex_ticket(slot);
        if self.tickets[slot].state == Scheduled {
            // Taken before its moment, it never came into its queue.
            self.take_queue_terms(slot);
        }
        self.set_ticket_state(slot, Assigned, event.at.0);
        let limit = self.agents[agent_slot].rate_limit(self.compiled.policy.rate_limit);
        let record = &mut self.agents[agent_slot];
        let ticket = &mut self.tickets[slot];
        let units = record.cost(ticket.channel, ticket.size);
        ticket.holder = agent_slot;
        self.index.note_holder(slot, agent_slot);
        ticket.held_units = units;
        ticket.responded = false;
        record.tickets.push(slot);
        record.units_used += u64::from(units);
        record.channels[usize::from(ticket.channel)].held += 1;
        record.rotation = warm(event.at.0, event.seq);
        record.idle = record.rotation;
        let weight = u64::from(record.brief.weight);
        record.ledger = record.ledger.saturating_add(u64::from(units.max(1)) * LEDGER_SCALE / weight);
        record.turn = record.turn.saturating_add(LEDGER_SCALE / weight);
        if let Some(limit) = limit {
            record.assigned_at.push_back(event.at.0);
            while record.assigned_at.len() > limit.max as usize {
                record.assigned_at.pop_front();
            }
        }
        self.index_rate_and_room(agent_slot);
        if self.compiled.uses_requesters
            && let Some(requester) = self.tickets[slot].requester.clone()
        {
            self.touch_requester(&requester);
            self.requesters.insert(requester, agent.clone());
        }
        self.settle_targets(slot, TargetKind::FirstAssignment);
        self.reset_ticket_timer(slot);
        Ok(())
    }

    /// Takes a ticket from its holder. The agent has room again.
    fn detach(&mut self, slot: u32, event: &Event) {
        let ticket = &mut self.tickets[slot];
        let (agent, units, channel) = (ticket.holder, ticket.held_units, usize::from(ticket.channel));
        let freed = ticket.extra.as_deref_mut().is_some_and(|extra| std::mem::take(&mut extra.units_freed));
        ticket.holder = NONE;
        ticket.held_units = 0;
        self.touch_agent(agent);
        let record = &mut self.agents[agent];
        if let Some(place) = record.tickets.iter().position(|ticket| *ticket == slot) {
            record.tickets.swap_remove(place);
        }
        if !freed {
            record.units_used -= u64::from(units);
            record.channels[channel].held -= 1;
        }
        record.idle = warm(event.at.0, event.seq);
        self.index_room(agent);
        self.pending.agents.push(agent);
    }

    pub(super) fn apply_requeued(
        &mut self,
        event: &Event,
        slot: u32,
        agent: &AgentId,
        excluded: Exclusion,
    ) -> Result<(), Error> {
        self.expect(event, slot, &[Assigned, Paused])?;
        let holder = self.tickets[slot].holder;
        if self.agents[holder].id() != agent {
            return Err(invalid(event, format!("agent `{agent}` does not hold the ticket")));
        }
        self.end_pause(slot, event.at.0);
        self.detach(slot, event);
        self.set_ticket_state(slot, Waiting, event.at.0);
        self.note_exclusion(slot, holder, excluded);
        self.index_ticket(slot);
        self.note_change(slot);
        Ok(())
    }

    pub(super) fn apply_resolved(
        &mut self,
        event: &Event,
        slot: u32,
        wrap_up_until: Option<Timestamp>,
    ) -> Result<(), Error> {
        self.expect(event, slot, &[Assigned, Paused])?;
        self.end_pause(slot, event.at.0);
        self.take_units_back(slot);
        self.set_ticket_state(slot, WrappingUp, event.at.0);
        self.settle_targets(slot, TargetKind::Resolution);
        if let Some(until) = wrap_up_until {
            self.tickets[slot].extra_mut().wrap_up_until = Some(until.0);
        }
        self.reset_ticket_timer(slot);
        Ok(())
    }

    pub(super) fn apply_closed(&mut self, slot: u32, event: &Event) {
        let holder = self.tickets[slot].holder;
        let queue = usize::from(self.tickets[slot].queue);
        if self.compiled.queues[queue].policy.affinity.reopened.is_some() {
            let agent = self.agents[holder].id().clone();
            self.tickets[slot].extra_mut().last_agent = Some(agent);
        }
        self.detach(slot, event);
        self.end_ticket(slot, Closed, event.at.0);
    }

    pub(super) fn apply_cancelled(&mut self, event: &Event, slot: u32) -> Result<(), Error> {
        self.expect(event, slot, &[Scheduled, Waiting, Assigned, Paused, WrappingUp])?;
        self.unindex_ticket(slot);
        self.end_pause(slot, event.at.0);
        if self.tickets[slot].holder != NONE {
            self.detach(slot, event);
        }
        self.end_ticket(slot, Cancelled, event.at.0);
        Ok(())
    }

    pub(super) fn apply_pause(&mut self, event: &Event, slot: u32) -> Result<(), Error> {
        if matches!(event.body, EventBody::Resumed { .. }) {
            self.expect(event, slot, &[Paused])?;
            self.end_pause(slot, event.at.0);
            self.take_units_back(slot);
            self.set_ticket_state(slot, Assigned, event.at.0);
            self.reset_ticket_timer(slot);
            return Ok(());
        }
        self.expect(event, slot, &[Assigned])?;
        let frees = self.compiled.queues[usize::from(self.tickets[slot].queue)].policy.paused_frees_units;
        self.set_ticket_state(slot, Paused, event.at.0);
        let ticket = &mut self.tickets[slot];
        let (agent, units, channel) = (ticket.holder, ticket.held_units, usize::from(ticket.channel));
        let extra = ticket.extra_mut();
        extra.pauses.push((event.at.0, NEVER));
        extra.units_freed = frees;
        if frees {
            self.touch_agent(agent);
            let record = &mut self.agents[agent];
            record.units_used -= u64::from(units);
            record.channels[channel].held -= 1;
            self.index_room(agent);
            self.pending.agents.push(agent);
        }
        self.reset_ticket_timer(slot);
        Ok(())
    }

    fn end_pause(&mut self, slot: u32, at: i64) {
        if self.tickets[slot].state == Paused
            && let Some((_, end)) = self.tickets[slot].extra_mut().pauses.last_mut()
        {
            *end = at;
        }
    }

    /// A ticket that wakes takes its units back, above the limit if need be.
    fn take_units_back(&mut self, slot: u32) {
        let ticket = &mut self.tickets[slot];
        if !ticket.extra.as_deref_mut().is_some_and(|extra| std::mem::take(&mut extra.units_freed)) {
            return;
        }
        let (agent, units, channel) = (ticket.holder, ticket.held_units, usize::from(ticket.channel));
        self.touch_agent(agent);
        let record = &mut self.agents[agent];
        record.units_used += u64::from(units);
        record.channels[channel].held += 1;
        self.index_room(agent);
    }
}

/// What one unit adds to the ledger of an agent of weight one.
const LEDGER_SCALE: u64 = 1_000_000_000;

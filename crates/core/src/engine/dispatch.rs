//! Dispatch: after every command, no ticket waits that some agent may take.
//!
//! Before a command nothing was left to assign. So only tickets that became assignable and agents that gained something
//! need a look. One ticket goes to the agent its queue's strategy picks. Where agents gained, or several tickets came at
//! once, each agent concerned names the first ticket it may have, by its queues' ranks and their orders; the ticket named
//! that is first of all goes next, to the agent the strategy picks among those that named it. So no agent ever passes
//! over a ticket that the order puts first, and none waits that somebody may take.

use super::choose::Choice;
use super::desk::{Desk, Pending};
use super::records::{NONE, OrderKey};
use super::session::Session;
use crate::decision::DecidedBy;
use crate::error::Error;
use crate::event::{CancelReason, EventBody};
use crate::order;
use crate::policy::LengthAction;
use crate::state::TicketState;
use smallvec::SmallVec;
use std::collections::BTreeMap;

impl Session<'_> {
    /// Assigns until nothing is left to assign.
    pub(crate) fn settle(&mut self) -> Result<(), Error> {
        loop {
            let pending = &mut self.desk.pending;
            let everyone = std::mem::take(&mut pending.everyone) && self.desk.agents.len() > 0;
            if pending.tickets.is_empty() && pending.agents.is_empty() && !everyone {
                if std::mem::take(&mut pending.lost) {
                    self.take_conditional_steps(None)?;
                    continue;
                }
                return if self.desk.compiled.has_windows { self.open_windows() } else { Ok(()) };
            }
            let Pending { tickets, agents, windows, .. } = pending;
            if self.desk.compiled.has_windows {
                windows.note(tickets, agents, everyone);
            }
            match (tickets.as_slice(), agents.as_slice()) {
                ([ticket], []) if !everyone => {
                    let ticket = *ticket;
                    tickets.clear();
                    self.settle_ticket(ticket)?;
                }
                ([], [agent]) if !everyone => {
                    let agent = *agent;
                    agents.clear();
                    self.serve(agent)?;
                }
                _ => self.settle_all(everyone)?,
            }
        }
    }

    /// Settles one ticket that became assignable, where nobody gained anything.
    fn settle_ticket(&mut self, slot: u32) -> Result<(), Error> {
        let Some(ticket) = self.desk.tickets.get(slot).filter(|ticket| ticket.lane != NONE) else {
            return Ok(());
        };
        if !self.desk.compiled.queues[usize::from(ticket.queue)].is_held_back()
            && let Some(choice) = self.desk.choose(slot, None, self.registry)?
        {
            self.give(slot, self.led_by(slot, choice, None))?;
        }
        self.after_dispatch(slot)
    }

    /// Settles all that is pending.
    fn settle_all(&mut self, everyone: bool) -> Result<(), Error> {
        let mut tickets = std::mem::take(&mut self.desk.pending.tickets);
        let mut agents = std::mem::take(&mut self.desk.pending.agents);
        if everyone {
            agents = self.desk.agents.slots().into();
        }
        let held_back = self.keep_dispatchable(&mut tickets);
        match (tickets.as_slice(), agents.as_slice()) {
            ([ticket], []) => {
                let ticket = *ticket;
                tickets.clear();
                self.settle_ticket(ticket)?;
            }
            ([], [agent]) => self.serve(*agent)?,
            _ => self.settle_many(&tickets, &agents)?,
        }
        for slot in tickets.into_iter().chain(held_back) {
            self.after_dispatch(slot)?;
        }
        Ok(())
    }

    /// Keeps the tickets for which agents may be sought now. The others, of batched and of pulled queues, are given back.
    fn keep_dispatchable(&mut self, tickets: &mut SmallVec<[u32; 4]>) -> Vec<u32> {
        if tickets.len() > 1 {
            order::sort_by_key(tickets, |slot| self.desk.tickets.get(*slot).map(|ticket| ticket.arrival));
            tickets.dedup();
        }
        let mut held_back = Vec::new();
        let mut kept = 0;
        for index in 0..tickets.len() {
            let slot = tickets[index];
            let Some(ticket) = self.desk.tickets.get(slot) else { continue };
            if ticket.lane == NONE {
                continue;
            }
            if self.desk.compiled.queues[usize::from(ticket.queue)].is_held_back() {
                held_back.push(slot);
            } else {
                tickets[kept] = slot;
                kept += 1;
            }
        }
        tickets.truncate(kept);
        held_back
    }

    /// What led to a choice. The strategy, where something has happened to the ticket or several agents could have it; else
    /// the order, by which its one taker came to it. It depends on events and on who is eligible alone, so that an engine made
    /// from a log says the same.
    fn led_by(&self, slot: u32, choice: Choice, takers: Option<usize>) -> Choice {
        if choice.by == DecidedBy::Preferred || self.desk.tickets[slot].changed > self.desk.pending.cause {
            return choice;
        }
        let takers = takers.unwrap_or_else(|| {
            let mut candidates = Vec::new();
            self.desk.candidates(slot, &mut candidates);
            candidates.len()
        });
        if takers > 1 { choice } else { Choice { by: DecidedBy::Order, ..choice } }
    }

    /// Lets one agent that gained room take tickets until it is full or finds none.
    fn serve(&mut self, agent: u32) -> Result<(), Error> {
        self.desk.flush_fresh();
        while let Some((_, ticket)) = self.desk.first_for(agent, None, false) {
            match self.desk.choose(ticket, Some(&[agent]), self.registry)? {
                Some(choice) => {
                    self.give(ticket, self.led_by(ticket, choice, Some(1)))?;
                }
                None => break,
            }
        }
        // A ticket with room for another offer need not be looked at: this agent was the only one that gained.
        self.desk.pending.tickets.clear();
        Ok(())
    }

    /// Settles several tickets and agents together.
    fn settle_many(&mut self, tickets: &[u32], agents: &[u32]) -> Result<(), Error> {
        let mut concerned = agents.to_vec();
        let mut candidates = Vec::new();
        for ticket in tickets {
            self.desk.candidates(*ticket, &mut candidates);
            concerned.extend_from_slice(&candidates);
        }
        concerned.sort_unstable();
        concerned.dedup();
        let mut named: BTreeMap<OrderKey, (u32, Vec<u32>)> = BTreeMap::new();
        let mut asked = concerned;
        loop {
            // A ticket with room for another offer has just come back into the index.
            self.desk.flush_fresh();
            for agent in asked.drain(..) {
                if let Some((key, ticket)) = self.desk.first_for(agent, None, false) {
                    named.entry(key).or_insert_with(|| (ticket, Vec::new())).1.push(agent);
                }
            }
            let Some((_, (ticket, takers))) = named.pop_first() else {
                // A ticket with room for another offer has been named by all that may have it.
                self.desk.pending.tickets.clear();
                return Ok(());
            };
            if let Some(choice) = self.desk.choose(ticket, Some(&takers), self.registry)? {
                self.give(ticket, self.led_by(ticket, choice, Some(takers.len())))?;
                asked = takers;
            }
        }
    }

    /// What happens to a ticket that still waits although everybody was asked.
    fn after_dispatch(&mut self, slot: u32) -> Result<(), Error> {
        let Some(ticket) = self.desk.tickets.get(slot) else { return Ok(()) };
        if ticket.state != TicketState::Waiting {
            return Ok(());
        }
        let compiled = self.desk.compiled();
        let (queue, id) = (ticket.queue, ticket.id.clone());
        let arrived = ticket.entered > self.desk.pending.cause;
        let terms = &compiled.queues[usize::from(queue)];
        if terms.has_conditional_steps && ticket.changed <= self.desk.pending.cause {
            // It was only looked at because time has passed, which an engine made from a log may notice later than another:
            // it takes its turn among all the others.
            self.desk.pending.lost = true;
        } else if terms.has_conditional_steps {
            self.take_conditional_steps(Some(slot))?;
        }
        let Some(limit) = &terms.policy.limit else { return Ok(()) };
        let still = self
            .desk
            .tickets
            .get(slot)
            .is_some_and(|t| t.state == TicketState::Waiting && t.queue == queue && t.id == id);
        if !still || !arrived || self.desk.index.queues[usize::from(queue)].waiting <= limit.max {
            return Ok(());
        }
        match &limit.then {
            LengthAction::Cancel => {
                self.emit(EventBody::Cancelled { ticket: id, reason: CancelReason::QueueFull })
            }
            LengthAction::Overflow(to) => self.overflow(slot, to.clone()),
        }
    }
}

impl Desk {
    /// The first waiting ticket that an agent may have: by the agent's queue rank, then by the order of the queues.
    ///
    /// O(queues × demands before the first that fits), not O(tickets).
    pub(crate) fn first_for(&self, agent: u32, only: Option<u16>, batched: bool) -> Option<(OrderKey, u32)> {
        if !self.has_room(agent) {
            return None;
        }
        let record = &self.agents[agent];
        if record.brief.serves_all {
            let queues = 0..self.compiled.queues.len() as u16;
            let wanted = queues.filter(|queue| only.is_none_or(|only| only == *queue));
            return wanted.filter_map(|queue| self.first_of_queue(agent, queue, 0, batched, None)).min();
        }
        for group in record.queues.chunk_by(|a, b| a.0 == b.0) {
            let mut best = None;
            for (_, queue, delay) in
                group.iter().filter(|(_, queue, _)| only.is_none_or(|only| only == *queue))
            {
                let bound = best.map(|(key, _)| key);
                best = self.first_of_queue(agent, *queue, *delay, batched, bound).or(best);
            }
            if best.is_some() {
                return best;
            }
        }
        None
    }

    /// Whether an agent has room for any ticket that may be waiting.
    fn has_room(&self, agent: u32) -> bool {
        let has_sized = self.index.demands.has_sized();
        self.index
            .channels
            .iter()
            .any(|sets| sets.ready.contains(agent) || (has_sized && sets.willing.contains(agent)))
    }

    /// The first ticket of a queue that an agent may have and that goes before a bound.
    fn first_of_queue(
        &self,
        agent: u32,
        queue: u16,
        delay: i64,
        batched: bool,
        bound: Option<OrderKey>,
    ) -> Option<(OrderKey, u32)> {
        let mut best: Option<(OrderKey, u32)> = None;
        let record = &self.agents[agent];
        for (key, head) in &self.index.queues[usize::from(queue)].heads {
            let bound = best.map(|(key, _)| key).or(bound);
            if bound.is_some_and(|bound| *key >= bound) {
                break;
            }
            if !record.has(head.skill, head.level) {
                continue;
            }
            let demand = self.index.demands.get(head.lane);
            if (!batched && self.compiled.queues[usize::from(demand.key.queue())].is_held_back())
                || !self.takes(agent, head.lane)
            {
                continue;
            }
            let mut waiting =
                demand.waiting.iter().take_while(|(key, _)| bound.is_none_or(|bound| **key < bound));
            let first = waiting.find(|(_, slot)| {
                let ticket = &self.tickets[**slot];
                self.age(ticket) >= delay && ticket.extra().offers.iter().all(|offer| offer.agent != agent)
            });
            best = first.map(|(key, slot)| (*key, *slot)).or(best);
        }
        best
    }
}

//! Relaxation at work: taking the steps that are due.

use super::bitset::all_meet;
use super::records::NONE;
use super::session::Session;
use crate::error::Error;
use crate::event::{CancelReason, EventBody, RevokeReason};
use crate::id::QueueId;

impl Session<'_> {
    /// Takes every step of a waiting ticket whose age has come, in their order.
    pub(crate) fn take_aged_steps(&mut self, slot: u32) -> Result<(), Error> {
        loop {
            // A step may have cancelled it, and nothing may be known of it any more.
            let Some(ticket) = self.desk.tickets.get(slot).filter(|ticket| ticket.is_sought()) else {
                return Ok(());
            };
            // Not by the age, which is zero until the ticket's moment: a step at once comes then, not before.
            let is_come = |after: i64| ticket.origin + after <= self.desk.clock;
            let steps = &self.desk.compiled.queues[usize::from(ticket.queue)].steps;
            let due = |(index, step): &(usize, &super::compiled::StepTerms)| {
                ticket.steps >> index & 1 == 0 && step.after.is_some_and(is_come)
            };
            let next = steps.iter().enumerate().filter(due).min_by_key(|(index, step)| (step.after, *index));
            let Some((index, _)) = next else { return Ok(()) };
            if !self.take_step(slot, index)? {
                return Ok(());
            }
        }
    }

    /// Takes the steps that wait for nobody to be present: of one ticket, or of all that wait.
    pub(crate) fn take_conditional_steps(&mut self, only: Option<u32>) -> Result<(), Error> {
        let compiled = self.desk.compiled();
        if !compiled.queues.iter().any(|queue| queue.has_conditional_steps) {
            return Ok(());
        }
        self.desk.flush_fresh();
        let mut slots = Vec::new();
        match only {
            Some(slot) => slots.push(slot),
            None => {
                for (lane, demand) in self.desk.index.demands.iter() {
                    let conditional = compiled.queues[usize::from(demand.key.queue())].has_conditional_steps;
                    if conditional && !demand.waiting.is_empty() && self.nobody_present(lane) {
                        slots.extend(demand.waiting.values());
                    }
                }
                self.desk.sort_by_arrival(&mut slots);
            }
        }
        for slot in slots {
            self.take_conditional_steps_of(slot)?;
        }
        Ok(())
    }

    fn take_conditional_steps_of(&mut self, slot: u32) -> Result<(), Error> {
        while let Some(ticket) = self.desk.tickets.get(slot).filter(|ticket| ticket.lane != NONE) {
            let steps = &self.desk.compiled.queues[usize::from(ticket.queue)].steps;
            let conditional = steps
                .iter()
                .enumerate()
                .find(|(index, step)| step.after.is_none() && ticket.steps >> index & 1 == 0);
            let Some((index, _)) = conditional else { return Ok(()) };
            if !self.nobody_present(ticket.lane) || !self.take_step(slot, index)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether nobody who could ever take the tickets of a demand is present.
    fn nobody_present(&self, lane: u32) -> bool {
        let demand = self.desk.index.demands.get(lane);
        let sets = &self.desk.index.channels[usize::from(demand.key.channel)];
        !all_meet([demand.capable(), &sets.present, &self.desk.index.shift, &sets.allowed])
    }

    /// Takes one step; whether the ticket may go on to take others.
    fn take_step(&mut self, slot: u32, index: usize) -> Result<bool, Error> {
        let compiled = self.desk.compiled();
        let ticket = &self.desk.tickets[slot];
        let (id, queue) = (ticket.id.clone(), ticket.queue);
        let step = &compiled.queues[usize::from(queue)].steps[index];
        self.emit(EventBody::Relaxed { ticket: id.clone(), step: index as u8 })?;
        if let Some(to) = step.escalate {
            let from = self.desk.tickets[slot].priority;
            if from != to {
                let name = |priority: u16| compiled.priorities[usize::from(priority)].id.clone();
                self.emit(EventBody::Escalated { ticket: id.clone(), from: name(from), to: name(to) })?;
            }
        }
        if step.policy.cancel {
            self.revoke_offers(slot, None, RevokeReason::TicketMoved)?;
            self.emit(EventBody::Cancelled { ticket: id, reason: CancelReason::Step })?;
            return Ok(false);
        }
        if let Some(to) = step.overflow {
            self.overflow(slot, compiled.queues[usize::from(to)].id.clone())?;
        }
        Ok(true)
    }

    /// Moves a waiting ticket to another queue, unless it has overflowed from there before.
    pub(crate) fn overflow(&mut self, slot: u32, to: QueueId) -> Result<(), Error> {
        let ticket = &self.desk.tickets[slot];
        let Some(queue) = self.desk.compiled.queue(to.as_str()) else { return Ok(()) };
        if queue == ticket.queue || ticket.extra().overflowed.contains(&queue) {
            return Ok(());
        }
        let (id, from) = (ticket.id.clone(), self.desk.compiled.queues[usize::from(ticket.queue)].id.clone());
        self.revoke_offers(slot, None, RevokeReason::TicketMoved)?;
        self.emit(EventBody::Overflowed { ticket: id, from, to })?;
        self.take_aged_steps(slot)
    }
}

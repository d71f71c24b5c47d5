//! Doing what time has brought due.

use super::records::TargetMark;
use super::session::Session;
use super::timers::Wake;
use crate::error::Error;
use crate::event::{EventBody, Exclusion, PresenceReason, RequeueReason, RevokeReason};
use crate::id::TicketId;
use crate::order;
use crate::policy::DeclinePolicy;
use crate::presence::Presence;
use crate::state::TicketState;
use crate::time::Timestamp;

impl Session<'_> {
    /// Does everything that is due, and settles, until nothing more is due now.
    pub(crate) fn run_due(&mut self) -> Result<(), Error> {
        loop {
            if !self.is_due() {
                self.settle()?;
                // A step taken because nobody is there may escalate a ticket to a priority whose target is missed already.
                if self.is_due() {
                    continue;
                }
                return Ok(());
            }
            let mut due = self.desk.index.timers.due(self.now.0);
            // A plan is made of things as they are now: whatever else is due comes before it, even if it was due later.
            if due.iter().any(|wake| !matches!(wake, Wake::Queue { .. })) {
                due.retain(|wake| !matches!(wake, Wake::Queue { .. }));
            }
            if due.len() > 1 {
                self.desk.put_in_order(&mut due);
            }
            for wake in due {
                match wake {
                    Wake::Agent { slot } => self.wake_agent(slot),
                    Wake::Ticket { slot, arrival } => {
                        // An earlier one of the same moment may have ended this one.
                        if self
                            .desk
                            .tickets
                            .get(slot)
                            .is_some_and(|ticket| ticket.arrival == arrival && ticket.timer <= self.now.0)
                        {
                            self.wake_ticket(slot)?;
                        }
                    }
                    Wake::Queue { queue } => self.settle_window(queue)?,
                }
            }
            self.settle()?;
        }
    }

    fn is_due(&self) -> bool {
        self.desk.index.timers.first().is_some_and(|(at, _)| at <= self.now.0)
    }

    /// A shift began or ended, or a rate window moved on.
    fn wake_agent(&mut self, slot: u32) {
        self.desk.note_look(slot);
        self.desk.index_availability(slot);
        self.desk.pending.agents.push(slot);
    }

    fn wake_ticket(&mut self, slot: u32) -> Result<(), Error> {
        self.desk.touch_ticket(slot);
        let ticket = &self.desk.tickets[slot];
        let id = ticket.id.clone();
        match ticket.state {
            TicketState::Scheduled => self.emit_queued(slot, ticket.queue)?,
            TicketState::Waiting | TicketState::Offered => self.wake_sought(slot)?,
            TicketState::Assigned => {
                self.watch_targets(slot)?;
                self.take_back(slot)?;
            }
            TicketState::WrappingUp => self.close_after_wrap_up(slot)?,
            TicketState::Closed | TicketState::Cancelled => self.emit(EventBody::Forgotten { ticket: id })?,
            TicketState::Paused => self.desk.reset_ticket_timer(slot),
        }
        Ok(())
    }

    fn wake_sought(&mut self, slot: u32) -> Result<(), Error> {
        let (offers, now) = (self.desk.tickets[slot].extra().offers.clone(), self.now.0);
        for offer in offers.iter().filter(|offer| offer.until <= now) {
            // An offer of an agent that missed another one just now is gone already.
            if self.desk.tickets[slot].extra().offers.contains(offer) {
                self.expire_offer(slot, offer.agent)?;
            }
        }
        self.watch_targets(slot)?;
        self.take_aged_steps(slot)?;
        if self.desk.tickets.get(slot).is_some_and(|ticket| ticket.is_sought()) {
            self.desk.reindex_ticket(slot);
            self.desk.pending.tickets.push(slot);
        }
        Ok(())
    }

    fn expire_offer(&mut self, slot: u32, agent: u32) -> Result<(), Error> {
        let ticket = &self.desk.tickets[slot];
        let offers = self.desk.compiled.queues[usize::from(ticket.queue)].policy.offers.clone();
        let (ticket, id) = (ticket.id.clone(), self.desk.agents[agent].id().clone());
        let missed = offers.as_ref().map_or(DeclinePolicy::NotAtAll, |offers| offers.missed);
        let excluded = self.exclusion(missed, None);
        self.emit(EventBody::OfferExpired { ticket, agent: id.clone(), excluded })?;
        let presence = offers.map_or(Presence::Online, |offers| offers.missed_presence);
        if presence > self.desk.agents[agent].spec.presence {
            let reason = PresenceReason::MissedOffer;
            self.emit(EventBody::PresenceChanged { agent: id, presence, channel: None, reason })?;
            self.revoke_offers_of(agent, None)?;
        }
        Ok(())
    }

    /// Takes back the offers of an agent that is no longer there, altogether or on one channel.
    pub(crate) fn revoke_offers_of(&mut self, agent: u32, channel: Option<u16>) -> Result<(), Error> {
        let record = &self.desk.agents[agent];
        let mut tickets: Vec<(u64, TicketId, u16)> = Vec::new();
        for slot in &record.offers {
            let ticket = &self.desk.tickets[*slot];
            tickets.push((ticket.arrival, ticket.id.clone(), ticket.channel));
        }
        order::sort(&mut tickets);
        let gone = |presence: Presence| presence >= Presence::Away;
        let id = record.id().clone();
        for (_, ticket, of) in tickets {
            let record = &self.desk.agents[agent];
            let presence = record.channels[usize::from(of)].presence.max(record.spec.presence);
            if channel.is_none_or(|channel| channel == of) && gone(presence) {
                self.emit(EventBody::OfferRevoked {
                    ticket,
                    agent: id.clone(),
                    reason: RevokeReason::AgentLeft,
                })?;
            }
        }
        Ok(())
    }

    /// What a decline means for the agent, by the policy or by the agent's own wish.
    pub(crate) fn exclusion(&self, policy: DeclinePolicy, ask_again_at: Option<Timestamp>) -> Exclusion {
        match (ask_again_at, policy) {
            (Some(at), _) => Exclusion::Until(at),
            (None, DeclinePolicy::ForGood) => Exclusion::ForGood,
            (None, DeclinePolicy::UntilPresenceChanges) => Exclusion::UntilPresenceChanges,
            (None, DeclinePolicy::For(span)) => Exclusion::Until(self.now.after(span)),
            (None, DeclinePolicy::NotAtAll) => Exclusion::Not,
        }
    }

    /// Warns of targets that will be missed soon, and notes those that were.
    fn watch_targets(&mut self, slot: u32) -> Result<(), Error> {
        let marks: Vec<TargetMark> = self.desk.open_targets(&self.desk.tickets[slot]).copied().collect();
        for mark in marks {
            let ticket = &self.desk.tickets[slot];
            let terms = &self.desk.compiled.targets[usize::from(mark.target)];
            let (id, target, kind) = (ticket.id.clone(), terms.name.clone(), terms.policy.kind);
            let Some(due) = self.desk.target_due(ticket, &mark).map(Timestamp) else { continue };
            if due <= self.now {
                self.emit(EventBody::TargetMissed { ticket: id, target, kind, due })?;
            } else if !mark.warned
                && self.desk.target_warning(ticket, &mark).is_some_and(|at| at <= self.now.0)
            {
                self.emit(EventBody::TargetWarned { ticket: id, target, kind, due })?;
            }
        }
        Ok(())
    }

    /// Takes a ticket back from an agent that has been offline too long or has not responded.
    fn take_back(&mut self, slot: u32) -> Result<(), Error> {
        let ticket = &self.desk.tickets[slot];
        let (due, offline) = self.desk.take_back_due(ticket);
        if due > self.now.0 {
            self.desk.reset_ticket_timer(slot);
            return Ok(());
        }
        let policy = &self.desk.compiled.queues[usize::from(ticket.queue)].policy;
        let (reason, excluded) = if offline {
            (RequeueReason::AgentOffline, Exclusion::Not)
        } else {
            (RequeueReason::Unanswered, self.exclusion(policy.decline, None))
        };
        let (ticket, agent) = (ticket.id.clone(), self.desk.agents[ticket.holder].id().clone());
        self.emit(EventBody::Requeued { ticket, agent, reason, note: None, excluded })
    }

    pub(crate) fn close_after_wrap_up(&mut self, slot: u32) -> Result<(), Error> {
        let ticket = &self.desk.tickets[slot];
        let (id, agent) = (ticket.id.clone(), self.desk.agents[ticket.holder].id().clone());
        self.emit_about(slot, None, EventBody::WrappedUp { ticket: id.clone(), agent })?;
        self.emit_about(slot, None, EventBody::Closed { ticket: id })
    }
}

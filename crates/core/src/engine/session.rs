//! One command at work: it emits events, which are applied as they come.

use super::choose::Choice;
use super::desk::{About, Desk};
use crate::decision::{DecidedBy, Decision};
use crate::error::Error;
use crate::event::{Event, EventBody, RevokeReason};
use crate::id::RequestId;
use crate::policy::DecisionDetail;
use crate::rule::Refusal;
use crate::strategy::Registry;
use crate::time::Timestamp;
use smol_str::SmolStr;
use std::iter;

/// What a command came to: nothing more to say, or why nothing came of it.
pub(crate) type Answered = Result<Option<Refusal>, Error>;

pub(crate) struct Session<'a> {
    pub(crate) desk: &'a mut Desk,
    pub(crate) registry: &'a Registry,
    pub(crate) now: Timestamp,
    pub(crate) request: Option<RequestId>,
    pub(crate) events: &'a mut Vec<Event>,
}

impl Session<'_> {
    /// As [`emit`](Self::emit), for an event about a ticket, and maybe an agent, whose slots are known.
    pub(crate) fn emit_about(
        &mut self,
        ticket: u32,
        agent: Option<u32>,
        body: EventBody,
    ) -> Result<(), Error> {
        debug_assert_eq!(body.ticket(), Some(&self.desk.tickets[ticket].id));
        self.desk.about = About { ticket: Some(ticket), agent, queue: None };
        self.emit(body)
    }

    /// Lets a ticket come into a queue.
    pub(crate) fn emit_queued(&mut self, ticket: u32, queue: u16) -> Result<(), Error> {
        self.desk.about = About { ticket: Some(ticket), agent: None, queue: Some(queue) };
        let id = self.desk.tickets[ticket].id.clone();
        let queue = self.desk.compiled.queues[usize::from(queue)].id.clone();
        self.emit(EventBody::Queued { ticket: id, queue })
    }

    /// Applies an event and notes it.
    pub(crate) fn emit(&mut self, body: EventBody) -> Result<(), Error> {
        let (seq, at, request) = (self.desk.seq + 1, self.now, &self.request);
        // Made where it stays: `push` would make it elsewhere first, for the case that there is no room.
        self.events.extend(iter::once_with(|| Event { seq, at, request: request.clone(), body }));
        let event = self.events.last().expect("it has just been put there");
        self.desk.apply_next(event).inspect_err(|_| drop(self.events.pop()))
    }

    pub(crate) fn decision(
        &self,
        slot: u32,
        by: DecidedBy,
        score: Option<i64>,
        reason: Option<SmolStr>,
    ) -> Box<Decision> {
        let compiled = &self.desk.compiled;
        let terms = &compiled.queues[usize::from(self.desk.tickets[slot].queue)];
        let revision = match &terms.custom {
            Some(name) => self.registry.get(name).map_or(1, |strategy| strategy.revision()),
            None => terms.ranking.revision,
        };
        let detail = compiled.policy.detail;
        Box::new(Decision {
            by,
            strategy: terms.strategy_name.clone(),
            revision,
            policy: compiled.hash,
            score,
            tally: (detail >= DecisionDetail::Summary).then(|| self.desk.tally(slot)),
            standings: (detail == DecisionDetail::Full)
                .then(|| Box::new(self.desk.standings(slot, self.registry))),
            reason,
        })
    }

    /// Gives a waiting ticket to the agent chosen for it: by an offer where the queue has offers, else at once.
    pub(crate) fn give(&mut self, slot: u32, choice: Choice) -> Result<(), Error> {
        let decision = self.decision(slot, choice.by, choice.score, None);
        let ticket = &self.desk.tickets[slot];
        let id = ticket.id.clone();
        let offers = &self.desk.compiled.queues[usize::from(ticket.queue)].policy.offers;
        let until = offers.as_ref().map(|offers| self.now.after(offers.timeout));
        let agent = self.desk.agents[choice.agent].id().clone();
        let Some(until) = until else {
            return self.emit_about(
                slot,
                Some(choice.agent),
                EventBody::Assigned { ticket: id, agent, decision },
            );
        };
        self.emit_about(slot, Some(choice.agent), EventBody::Offered { ticket: id, agent, until, decision })?;
        if self.desk.is_open_to_agents(&self.desk.tickets[slot]) {
            self.desk.pending.tickets.push(slot);
        }
        Ok(())
    }

    /// Takes back every live offer of a ticket but that of one agent.
    pub(crate) fn revoke_offers(
        &mut self,
        slot: u32,
        but: Option<u32>,
        reason: RevokeReason,
    ) -> Result<(), Error> {
        let offers = self.desk.tickets[slot].extra().offers.clone();
        for offer in offers.into_iter().filter(|offer| Some(offer.agent) != but) {
            let (ticket, agent) =
                (self.desk.tickets[slot].id.clone(), self.desk.agents[offer.agent].id().clone());
            self.emit(EventBody::OfferRevoked { ticket, agent, reason })?;
        }
        Ok(())
    }
}

//! What each command does: checks first, then events.

use super::choose::{Choice, unknown_strategy};
use super::compiled::Compiled;
use super::desk::Desk;
use super::records::NONE;
use super::session::{Answered, Session};
use crate::agent::{Agent, AgentPatch};
use crate::command::Command;
use crate::decision::DecidedBy;
use crate::error::{Error, ErrorKind, Fault};
use crate::event::{CancelReason, EventBody, Exclusion, PresenceReason, RequeueReason, RevokeReason};
use crate::id::{AgentId, ChannelId, QueueId, TicketId};
use crate::policy::Policy;
use crate::presence::Presence;
use crate::rule::{Refusal, Rule};
use crate::state::TicketState;
use crate::ticket::{Ticket, TicketPatch};
use crate::time::Timestamp;
use smol_str::SmolStr;
use std::sync::Arc;

use TicketState::{Assigned, Closed, Offered, Paused, Scheduled, Waiting, WrappingUp};

impl Session<'_> {
    /// Does one command, but for what it sets off.
    pub(crate) fn perform(&mut self, command: Command) -> Answered {
        match command {
            Command::SetPolicy { policy } => self.set_policy(policy),
            Command::AddAgent { agent } => self.add_agent(agent),
            Command::UpdateAgent { agent, patch } => self.update_agent(&agent, patch),
            Command::RemoveAgent { agent } => self.remove_agent(&agent),
            Command::SetPresence { agent, presence, channel } => self.set_presence(&agent, presence, channel),
            Command::Submit { ticket } => self.submit(ticket),
            Command::UpdateTicket { ticket, patch } => self.update_ticket(&ticket, patch),
            Command::Cancel { ticket } => self.cancel(&ticket),
            Command::Accept { ticket, agent } => self.accept(&ticket, &agent),
            Command::Decline { ticket, agent, ask_again_at } => self.decline(&ticket, &agent, ask_again_at),
            Command::Pull { agent, queue } => self.pull(&agent, queue.as_ref()),
            Command::Claim { ticket, agent } => self.take(&ticket, &agent, DecidedBy::Claim, None),
            Command::Assign { ticket, agent, force, reason } => {
                let by = if force { DecidedBy::Force } else { DecidedBy::Hand };
                self.take(&ticket, &agent, by, reason)
            }
            Command::TransferToQueue { ticket, queue } => self.transfer_to_queue(&ticket, &queue),
            Command::TransferToAgent { ticket, agent } => self.transfer_to_agent(&ticket, &agent),
            Command::Respond { ticket } => {
                let slot = self.ticket_in(&ticket, &[Assigned, Paused])?;
                if self.desk.tickets[slot].responded {
                    Ok(None)
                } else {
                    self.say(EventBody::Responded { ticket })
                }
            }
            Command::Pause { ticket } => {
                self.ticket_in(&ticket, &[Assigned])?;
                self.say(EventBody::Paused { ticket })
            }
            Command::Resume { ticket } => {
                self.ticket_in(&ticket, &[Paused])?;
                self.say(EventBody::Resumed { ticket })
            }
            Command::Resolve { ticket } => self.resolve(ticket),
            Command::FinishWrapUp { ticket } => {
                let slot = self.ticket_in(&ticket, &[WrappingUp])?;
                self.close_after_wrap_up(slot).map(|()| None)
            }
            Command::Reopen { ticket } => self.reopen(ticket),
            Command::Requeue { ticket, reason } => self.requeue(ticket, reason),
            Command::Plan { queue, limit } => self.plan_now(queue.as_ref(), limit),
            Command::Tick {} => Ok(None),
        }
    }

    fn say(&mut self, body: EventBody) -> Answered {
        self.emit(body).map(|()| None)
    }

    fn ticket(&mut self, id: &TicketId) -> Result<u32, Error> {
        self.desk.ticket_slot(id.as_str()).ok_or_else(|| {
            Error::about(ErrorKind::UnknownTicket, id, format!("ticket `{id}` is not known, or no longer"))
        })
    }

    fn ticket_in(&mut self, id: &TicketId, states: &[TicketState]) -> Result<u32, Error> {
        let slot = self.ticket(id)?;
        let state = self.desk.tickets[slot].state;
        if states.contains(&state) {
            return Ok(slot);
        }
        let allowed: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        let message =
            format!("ticket `{id}` is {state}; this can be done only while it is {}", allowed.join(" or "));
        Err(Error::about(ErrorKind::WrongState, id, message))
    }

    fn agent(&self, id: &AgentId) -> Result<u32, Error> {
        self.desk
            .agent_slot(id.as_str())
            .ok_or_else(|| Error::about(ErrorKind::UnknownAgent, id, format!("agent `{id}` is not known")))
    }

    fn queue(&self, id: &QueueId) -> Result<u16, Error> {
        self.desk.compiled.queue(id.as_str()).ok_or_else(|| {
            Error::about(ErrorKind::UnknownQueue, id, format!("the policy has no queue `{id}`"))
        })
    }

    fn set_policy(&mut self, policy: Box<Policy>) -> Answered {
        let compiled = Compiled::new(Arc::new((*policy).clone()))?;
        self.desk.check_in_use(&compiled)?;
        if let Some(name) = compiled
            .queues
            .iter()
            .filter_map(|queue| queue.custom.as_ref())
            .find(|name| self.registry.get(name).is_none())
        {
            return Err(unknown_strategy(name));
        }
        self.emit(EventBody::PolicyChanged { hash: compiled.hash, policy })?;
        self.revoke_ineligible(None)?;
        Ok(None)
    }

    fn add_agent(&mut self, agent: Box<Agent>) -> Answered {
        crate::check::agent(&agent, &self.desk.compiled.policy)?;
        if self.desk.agent_slot(agent.id.as_str()).is_some() {
            let message = format!("agent `{}` is known already; update it instead", agent.id);
            return Err(Error::about(ErrorKind::DuplicateAgent, &agent.id, message));
        }
        let max = self.desk.compiled.policy.limits.agents;
        if self.desk.agents.len() >= max as usize {
            return Err(Error::about(
                ErrorKind::LimitReached,
                &agent.id,
                format!("there are {max} agents already, the limit of the policy"),
            ));
        }
        self.desk.check_skill_room(agent.skills.keys().map(crate::id::SkillId::as_str))?;
        self.say(EventBody::AgentAdded { agent })
    }

    fn update_agent(&mut self, id: &AgentId, patch: Box<AgentPatch>) -> Answered {
        let slot = self.agent(id)?;
        let attributes = &self.desk.agents[slot].spec.attributes;
        crate::check::agent_patch(&patch, attributes, &self.desk.compiled.policy)
            .map_err(|error| error.on(id))?;
        if let Some(skills) = &patch.skills {
            self.desk.check_skill_room(skills.keys().map(crate::id::SkillId::as_str))?;
        }
        self.emit(EventBody::AgentUpdated { agent: id.clone(), patch })?;
        let offered = self.desk.agents[slot].offers.clone();
        self.revoke_ineligible(Some(&offered))?;
        Ok(None)
    }

    fn remove_agent(&mut self, id: &AgentId) -> Answered {
        let slot = self.agent(id)?;
        let by_arrival = |slots: &[u32]| {
            let mut slots = slots.to_vec();
            self.desk.sort_by_arrival(&mut slots);
            slots
        };
        let (offered, held) =
            (by_arrival(&self.desk.agents[slot].offers), by_arrival(&self.desk.agents[slot].tickets));
        for ticket in offered {
            let ticket = self.desk.tickets[ticket].id.clone();
            self.emit(EventBody::OfferRevoked {
                ticket,
                agent: id.clone(),
                reason: RevokeReason::AgentLeft,
            })?;
        }
        for slot in held {
            if self.desk.tickets[slot].state == WrappingUp {
                self.close_after_wrap_up(slot)?;
            } else {
                let ticket = self.desk.tickets[slot].id.clone();
                let (reason, excluded) = (RequeueReason::AgentRemoved, Exclusion::Not);
                self.emit(EventBody::Requeued { ticket, agent: id.clone(), reason, note: None, excluded })?;
            }
        }
        self.emit(EventBody::AgentRemoved { agent: id.clone() })?;
        self.desk.pending.agents.retain(|agent| *agent != slot);
        Ok(None)
    }

    fn set_presence(&mut self, id: &AgentId, presence: Presence, channel: Option<ChannelId>) -> Answered {
        let slot = self.agent(id)?;
        let spec = &self.desk.agents[slot].spec;
        let number = match &channel {
            Some(id) => Some(self.desk.compiled.channel(id.as_str()).ok_or_else(|| {
                Error::about(ErrorKind::UnknownChannel, id, format!("the policy has no channel `{id}`"))
            })?),
            None => None,
        };
        let same = match &channel {
            Some(channel) => spec.channel_presence.get(channel).copied().unwrap_or_default() == presence,
            None => spec.presence == presence && spec.channel_presence.is_empty(),
        };
        if same {
            return Ok(None);
        }
        self.emit(EventBody::PresenceChanged {
            agent: id.clone(),
            presence,
            channel,
            reason: PresenceReason::Command,
        })?;
        self.revoke_offers_of(slot, number)?;
        Ok(None)
    }

    fn submit(&mut self, mut ticket: Box<Ticket>) -> Answered {
        let compiled = &self.desk.compiled;
        crate::check::ticket(&ticket, &compiled.policy, self.now)?;
        if self.desk.ticket_slot(ticket.id.as_str()).is_some() {
            let message = format!("ticket `{}` is known already", ticket.id);
            return Err(Error::about(ErrorKind::DuplicateTicket, &ticket.id, message));
        }
        self.check_open_limit(&ticket.id)?;
        let route = compiled.router.route(&ticket);
        let routed = route.iter().flat_map(|route| &route.skills);
        self.desk.check_skill_room(ticket.skills.iter().chain(routed).map(|asked| asked.skill.as_str()))?;
        if let Some(route) = &route {
            crate::check::routed(&ticket, route, &compiled.policy)?;
        }
        let named = route.as_ref().and_then(|route| route.queue.as_ref()).or(ticket.queue.as_ref());
        let queue = named.map_or(compiled.default_queue, |queue| compiled.queue(queue.as_str()));
        let queue = queue.ok_or_else(|| {
            let fault = Fault::new(
                "queue",
                "neither the ticket nor a routing rule names a queue, and the policy has no default queue",
            );
            let what = format!("the ticket `{}`", ticket.id);
            Error::with_faults(ErrorKind::InvalidTicket, &what, vec![fault]).on(&ticket.id)
        })?;
        ticket.created = ticket.created.or(Some(self.now));
        let not_before = ticket.not_before.filter(|until| *until > self.now);
        self.emit(EventBody::Submitted { ticket })?;
        let slot = self.desk.newest;
        let id = |desk: &Desk| desk.tickets[slot].id.clone();
        if let Some(route) = route {
            let ticket = id(self.desk);
            self.emit_about(slot, None, EventBody::Routed { ticket, route })?;
        }
        if let Some(until) = not_before {
            let ticket = id(self.desk);
            return self.emit_about(slot, None, EventBody::Scheduled { ticket, until }).map(|()| None);
        }
        self.emit_queued(slot, queue).map(|()| None)
    }

    fn check_open_limit(&self, id: &TicketId) -> Result<(), Error> {
        let max = self.desk.compiled.policy.limits.open_tickets;
        if self.desk.open_tickets() < u64::from(max) {
            return Ok(());
        }
        Err(Error::about(
            ErrorKind::LimitReached,
            id,
            format!("there are {max} open tickets already, the limit of the policy"),
        ))
    }

    fn update_ticket(&mut self, id: &TicketId, patch: Box<TicketPatch>) -> Answered {
        let slot = self.ticket_in(id, &[Scheduled, Waiting, Offered, Assigned, Paused, WrappingUp])?;
        let attributes = &self.desk.tickets[slot].attributes;
        crate::check::ticket_patch(&patch, attributes, &self.desk.compiled.policy)
            .map_err(|error| error.on(id))?;
        self.desk.check_skill_room(patch.skills.iter().flatten().map(|asked| asked.skill.as_str()))?;
        if patch.size.is_some() && self.desk.tickets[slot].state.is_held() {
            let message =
                format!("ticket `{id}` is held by an agent, so its size cannot change; requeue it first");
            return Err(Error::about(ErrorKind::InvalidArgument, id, message));
        }
        self.emit(EventBody::TicketUpdated { ticket: id.clone(), patch })?;
        self.revoke_ineligible(Some(&[slot]))?;
        Ok(None)
    }

    /// Takes back offers of agents that may no longer have the ticket, whatever their room.
    fn revoke_ineligible(&mut self, tickets: Option<&[u32]>) -> Result<(), Error> {
        let mut slots = match tickets {
            Some(slots) => slots.to_vec(),
            None => self
                .desk
                .tickets
                .iter()
                .filter(|(_, ticket)| ticket.state == Offered)
                .map(|(slot, _)| slot)
                .collect(),
        };
        self.desk.sort_by_arrival(&mut slots);
        for slot in slots {
            for offer in self.desk.tickets[slot].extra().offers.clone() {
                let (ticket, agent) = (&self.desk.tickets[slot], &self.desk.agents[offer.agent]);
                let key = self.desk.demand_key(ticket);
                let lasting = [
                    Rule::Queue,
                    Rule::Channel,
                    Rule::Skill,
                    Rule::Attribute,
                    Rule::Excluded,
                    Rule::Reserved,
                ];
                if lasting.into_iter().all(|rule| self.desk.passes(rule, ticket, &key, offer.agent, agent)) {
                    continue;
                }
                let (ticket, agent) = (ticket.id.clone(), agent.id().clone());
                self.emit(EventBody::OfferRevoked { ticket, agent, reason: RevokeReason::NotEligible })?;
            }
        }
        Ok(())
    }

    fn cancel(&mut self, id: &TicketId) -> Answered {
        let slot = self.ticket_in(id, &[Scheduled, Waiting, Offered, Assigned, Paused, WrappingUp])?;
        self.revoke_offers(slot, None, RevokeReason::TicketMoved)?;
        self.say(EventBody::Cancelled { ticket: id.clone(), reason: CancelReason::Command })
    }

    fn offer_of(&self, slot: u32, agent: u32) -> bool {
        self.desk.tickets[slot].extra().offers.iter().any(|offer| offer.agent == agent)
    }

    fn accept(&mut self, id: &TicketId, agent_id: &AgentId) -> Answered {
        let (slot, agent) = (self.ticket(id)?, self.agent(agent_id)?);
        if !self.offer_of(slot, agent) {
            return Err(no_offer(id, agent_id));
        }
        self.hand_over(slot, agent, DecidedBy::Accept, None).map(|()| None)
    }

    /// Assigns a ticket that waits, is offered or is scheduled. An offer that the agent holds is used up; others are taken back.
    fn hand_over(
        &mut self,
        slot: u32,
        agent: u32,
        by: DecidedBy,
        reason: Option<SmolStr>,
    ) -> Result<(), Error> {
        let decision = self.decision(slot, by, None, reason);
        let (ticket, id) = (self.desk.tickets[slot].id.clone(), self.desk.agents[agent].id().clone());
        self.revoke_offers(slot, Some(agent), RevokeReason::Taken)?;
        if self.offer_of(slot, agent) {
            self.emit(EventBody::OfferAccepted { ticket: ticket.clone(), agent: id.clone() })?;
        }
        self.emit(EventBody::Assigned { ticket, agent: id, decision })
    }

    fn decline(&mut self, id: &TicketId, agent_id: &AgentId, ask_again_at: Option<Timestamp>) -> Answered {
        let (slot, agent) = (self.ticket(id)?, self.agent(agent_id)?);
        if ask_again_at.is_some_and(|at| !at.is_valid()) {
            return Err(Error::new(
                ErrorKind::TimeOutOfRange,
                "`ask_again_at` is outside the range of moments that the engine accepts",
            ));
        }
        let ticket = &self.desk.tickets[slot];
        let policy = self.desk.compiled.queues[usize::from(ticket.queue)].policy.decline;
        let excluded = self.exclusion(policy, ask_again_at);
        let (ticket_id, agent_id) = (id.clone(), agent_id.clone());
        if self.offer_of(slot, agent) {
            self.say(EventBody::OfferDeclined { ticket: ticket_id, agent: agent_id, excluded })
        } else if ticket.holder == agent && matches!(ticket.state, Assigned | Paused) {
            let reason = RequeueReason::Declined;
            self.say(EventBody::Requeued { ticket: ticket_id, agent: agent_id, reason, note: None, excluded })
        } else if ticket.holder == agent {
            // It wraps up: too late to hand it back.
            self.ticket_in(id, &[Assigned, Paused]).map(|_| None)
        } else if ticket.holder != NONE {
            let message = format!(
                "agent `{agent_id}` does not hold ticket `{id}`; `{}` does",
                self.desk.agents[ticket.holder].id()
            );
            Err(Error::about(ErrorKind::NotHolder, id, message))
        } else {
            Err(no_offer(id, &agent_id))
        }
    }

    fn pull(&mut self, id: &AgentId, queue: Option<&QueueId>) -> Answered {
        let agent = self.agent(id)?;
        let queue = queue.map(|queue| self.queue(queue)).transpose()?;
        self.desk.flush_fresh();
        match self.desk.first_for(agent, queue, true) {
            Some((_, slot)) => self.hand_over(slot, agent, DecidedBy::Pull, None).map(|()| None),
            None => Ok(Some(Refusal::NothingToPull { agent: id.clone() })),
        }
    }

    /// Claims and assignments by hand.
    fn take(
        &mut self,
        id: &TicketId,
        agent_id: &AgentId,
        by: DecidedBy,
        reason: Option<SmolStr>,
    ) -> Answered {
        let (slot, agent) = (self.ticket(id)?, self.agent(agent_id)?);
        let ticket = &self.desk.tickets[slot];
        if ticket.holder != NONE {
            let by = self.desk.agents[ticket.holder].id().clone();
            return Ok(Some(Refusal::AlreadyHeld { ticket: id.clone(), by }));
        }
        self.ticket_in(id, &[Scheduled, Waiting, Offered])?;
        if by != DecidedBy::Force
            && !self.offer_of(slot, agent)
            && let Some(refusal) = self.refuse(slot, agent)
        {
            return Ok(Some(refusal));
        }
        self.hand_over(slot, agent, by, reason).map(|()| None)
    }

    fn refuse(&self, slot: u32, agent: u32) -> Option<Refusal> {
        let ticket = &self.desk.tickets[slot];
        let key = self.desk.demand_key(ticket);
        let rule = self.desk.denied(ticket, &key, agent)?;
        let denial = self.desk.denial(rule, ticket, &key, agent);
        Some(Refusal::NotEligible {
            ticket: ticket.id.clone(),
            agent: self.desk.agents[agent].id().clone(),
            denial,
        })
    }

    fn transfer_to_queue(&mut self, id: &TicketId, to: &QueueId) -> Answered {
        let slot = self.ticket_in(id, &[Scheduled, Waiting, Offered, Assigned, Paused])?;
        self.queue(to)?;
        let from = self.desk.compiled.queues[usize::from(self.desk.tickets[slot].queue)].id.clone();
        self.revoke_offers(slot, None, RevokeReason::TicketMoved)?;
        self.requeue_for_transfer(slot)?;
        self.say(EventBody::Transferred { ticket: id.clone(), from, to: to.clone() })
    }

    fn requeue_for_transfer(&mut self, slot: u32) -> Result<(), Error> {
        let ticket = &self.desk.tickets[slot];
        if ticket.holder == NONE {
            return Ok(());
        }
        let (ticket, agent) = (ticket.id.clone(), self.desk.agents[ticket.holder].id().clone());
        let (reason, excluded) = (RequeueReason::Transferred, Exclusion::Not);
        self.emit(EventBody::Requeued { ticket, agent, reason, note: None, excluded })
    }

    fn transfer_to_agent(&mut self, id: &TicketId, agent_id: &AgentId) -> Answered {
        let slot = self.ticket_in(id, &[Scheduled, Waiting, Offered, Assigned, Paused])?;
        let agent = self.agent(agent_id)?;
        if self.desk.tickets[slot].holder == agent {
            return Ok(Some(Refusal::AlreadyHeld { ticket: id.clone(), by: agent_id.clone() }));
        }
        if !self.offer_of(slot, agent)
            && let Some(refusal) = self.refuse(slot, agent)
        {
            return Ok(Some(refusal));
        }
        self.requeue_for_transfer(slot)?;
        self.hand_over(slot, agent, DecidedBy::Transfer, None).map(|()| None)
    }

    fn resolve(&mut self, id: TicketId) -> Answered {
        let slot = self.ticket_in(&id, &[Assigned, Paused])?;
        let ticket = &self.desk.tickets[slot];
        let agent = self.desk.agents[ticket.holder].id().clone();
        let wrap_up = self.desk.compiled.queues[usize::from(ticket.queue)].policy.wrap_up;
        let wrap_up_until = (!wrap_up.is_zero()).then(|| self.now.after(wrap_up));
        self.emit_about(slot, None, EventBody::Resolved { ticket: id.clone(), agent, wrap_up_until })?;
        if wrap_up_until.is_none() {
            self.emit_about(slot, None, EventBody::Closed { ticket: id })?;
        }
        Ok(None)
    }

    fn reopen(&mut self, id: TicketId) -> Answered {
        let slot = self.ticket_in(&id, &[Closed])?;
        self.check_open_limit(&id)?;
        self.emit_about(slot, None, EventBody::Reopened { ticket: id })?;
        self.emit_queued(slot, self.desk.tickets[slot].queue).map(|()| None)
    }

    fn requeue(&mut self, id: TicketId, note: Option<SmolStr>) -> Answered {
        let slot = self.ticket_in(&id, &[Assigned, Paused])?;
        let agent = self.desk.agents[self.desk.tickets[slot].holder].id().clone();
        let (reason, excluded) = (RequeueReason::Command, Exclusion::Not);
        self.say(EventBody::Requeued { ticket: id, agent, reason, note, excluded })
    }

    fn plan_now(&mut self, queue: Option<&QueueId>, limit: Option<u32>) -> Answered {
        let queue = queue.map(|queue| self.queue(queue)).transpose()?;
        self.plan(queue, limit).map(|()| None)
    }

    /// Gives a ticket to an agent that a plan chose.
    pub(crate) fn give_planned(&mut self, slot: u32, agent: u32, score: Option<i64>) -> Result<(), Error> {
        self.give(slot, Choice { agent, by: DecidedBy::Plan, score })
    }
}

fn no_offer(ticket: &TicketId, agent: &AgentId) -> Error {
    let message = format!("agent `{agent}` holds no open offer of ticket `{ticket}`, or no longer");
    Error::about(ErrorKind::NoOffer, ticket, message)
}

impl Desk {
    /// Refuses a policy that no longer knows something in use, naming all of it.
    pub(crate) fn check_in_use(&self, new: &Compiled) -> Result<(), Error> {
        let mut faults = Vec::new();
        let mut missing = |what: &str, name: &str, user: String| {
            let fault = Fault::new(format!("{what}.{name}"), format!("is missing, but {user} needs it"));
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        };
        for (_, ticket) in self.tickets.iter() {
            let user = format!("ticket `{}`", ticket.id);
            let queue = &self.compiled.queues[usize::from(ticket.queue)].id;
            if new.queue(queue.as_str()).is_none() {
                missing("queues", queue.as_str(), user.clone());
            }
            let channel = &self.compiled.channels[usize::from(ticket.channel)].0;
            if new.channel(channel.as_str()).is_none() {
                missing("channels", channel.as_str(), user.clone());
            }
            let priority = &self.compiled.priorities[usize::from(ticket.priority)].id;
            if new.priority(priority.as_str()).is_none() {
                missing("priorities", priority.as_str(), user.clone());
            }
            for skill in ticket.skills.iter().map(|asked| self.skills.text(u32::from(asked.skill))) {
                if !new.policy.has_skill(skill) {
                    missing("skills", skill, user.clone());
                }
            }
        }
        for (_, agent) in self.agents.iter() {
            let user = || format!("agent `{}`", agent.id());
            for service in
                agent.spec.queues.iter().filter(|service| new.queue(service.queue.as_str()).is_none())
            {
                missing("queues", service.queue.as_str(), user());
            }
            let named = agent.spec.channels.iter().chain(agent.spec.capacity.channels.keys());
            let named = named.chain(agent.spec.channel_presence.keys());
            for channel in named.filter(|channel| new.channel(channel.as_str()).is_none()) {
                missing("channels", channel.as_str(), user());
            }
            for skill in agent.spec.skills.keys().filter(|skill| !new.policy.has_skill(skill.as_str())) {
                missing("skills", skill.as_str(), user());
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::with_faults(ErrorKind::PolicyInUse, "the policy", faults))
        }
    }

    /// Gives a ticket the numbers of a new policy. Its steps begin anew where its queue's steps have changed.
    pub(crate) fn translate_ticket(&mut self, slot: u32, old: &Compiled, new: &Compiled) {
        let ticket = &mut self.tickets[slot];
        let (before, after) = (
            &old.queues[usize::from(ticket.queue)],
            new.queue(old.queues[usize::from(ticket.queue)].id.as_str()),
        );
        ticket.queue = after.unwrap_or_default();
        if before.policy.relaxation != new.queues[usize::from(ticket.queue)].policy.relaxation {
            ticket.steps = 0;
        }
        ticket.channel =
            new.channel(old.channels[usize::from(ticket.channel)].0.as_str()).unwrap_or_default();
        ticket.priority =
            new.priority(old.priorities[usize::from(ticket.priority)].id.as_str()).unwrap_or_default();
        if let Some(extra) = ticket.extra.as_deref_mut() {
            extra.overflowed = extra
                .overflowed
                .iter()
                .filter_map(|queue| new.queue(old.queues[usize::from(*queue)].id.as_str()))
                .collect();
            extra.targets.retain_mut(|mark| match new.target(&old.targets[usize::from(mark.target)].name) {
                Some(target) => {
                    mark.target = target;
                    true
                }
                None => false,
            });
        }
        self.classify(slot);
    }
}

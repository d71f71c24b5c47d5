//! Taking in events: each is checked against what the model knows, then noted.

use super::ticket::OfferModel;
use super::{Model, NEVER, TicketModel, number};
use crate::laws::Law;
use crate::laws::breach::{Checked, hold};
use deskmatch::{DecidedBy, Decision, Event, EventBody, Exclusion, TargetKind, TicketState};

use TicketState::{Assigned, Offered, Paused, Scheduled, Waiting, WrappingUp};

/// What one unit adds to the ledger of an agent of weight one.
const LEDGER_SCALE: u64 = 1_000_000_000;

impl Model {
    /// Takes in one event.
    pub(crate) fn take_in(&mut self, event: &Event) -> Checked {
        hold!(Replay, event.seq == self.seq + 1, "event {} follows event {}", event.seq, self.seq);
        hold!(Due, event.at.0 >= self.now, "event {} goes back in time", event.seq);
        (self.seq, self.now) = (event.seq, event.at.0);
        match &event.body {
            EventBody::PolicyChanged { policy, hash } => self.policy_changed(policy, *hash),
            EventBody::AgentAdded { agent } => self.agent_added(agent),
            EventBody::AgentUpdated { agent, patch } => {
                let agent = number(agent.as_str());
                hold!(Views, self.agent(agent).is_some(), "a{agent} is updated but not known");
                self.agents[agent].patch(patch);
                self.agents[agent].reckon(&self.rules);
                Ok(())
            }
            EventBody::AgentRemoved { agent } => self.agent_removed(number(agent.as_str())),
            EventBody::PresenceChanged { agent, presence, channel, .. } => {
                let channel = channel.as_ref().map(|id| number(id.as_str()));
                self.presence_changed(number(agent.as_str()), *presence, channel)
            }
            EventBody::WindowOpened { queue, until } => self.window_opened(number(queue.as_str()), until.0),
            EventBody::Planned { queue, summary } => {
                self.planned(queue.as_ref().map(|id| number(id.as_str())), summary)
            }
            EventBody::Answered { .. } => self.answered(event),
            EventBody::Submitted { ticket } => self.submitted(ticket),
            body => {
                let Some(id) = body.ticket() else { return Ok(()) };
                let ticket = number(id.as_str());
                hold!(Counts, self.known(ticket).is_some(), "`{}` of t{ticket}, unknown", body.name());
                self.of_ticket(event, ticket)
            }
        }
    }

    pub(crate) fn ticket_mut(&mut self, ticket: usize) -> &mut TicketModel {
        self.tickets[ticket].as_deref_mut().expect("the ticket was found before")
    }

    pub(crate) fn in_state(&self, ticket: usize, states: &[TicketState], what: &str) -> Checked {
        let state = self.ticket(ticket).state;
        hold!(Holder, states.contains(&state), "t{ticket} is {what} while it is {state}");
        Ok(())
    }

    fn of_ticket(&mut self, event: &Event, ticket: usize) -> Checked {
        match &event.body {
            EventBody::Offered { agent, until, decision, .. } => {
                self.offered(ticket, number(agent.as_str()), until.0, decision)
            }
            EventBody::OfferAccepted { agent, .. } => {
                let agent = number(agent.as_str());
                self.take_offer(ticket, agent)?;
                self.accepted = Some((ticket, agent));
                Ok(())
            }
            EventBody::OfferDeclined { agent, excluded, .. } => {
                self.take_offer(ticket, number(agent.as_str()))?;
                self.exclude(ticket, number(agent.as_str()), *excluded);
                Ok(())
            }
            EventBody::OfferExpired { agent, excluded, .. } => {
                let agent = number(agent.as_str());
                let until = self.ticket(ticket).offer_of(agent).map_or(NEVER, |offer| offer.until);
                hold!(Due, until <= self.now, "the offer of t{ticket} to a{agent} expires before {until}");
                self.take_offer(ticket, agent)?;
                self.exclude(ticket, agent, *excluded);
                Ok(())
            }
            EventBody::OfferRevoked { agent, .. } => self.take_offer(ticket, number(agent.as_str())),
            EventBody::Assigned { agent, decision, .. } => {
                self.assigned(ticket, number(agent.as_str()), decision)
            }
            EventBody::Requeued { agent, reason, excluded, .. } => {
                self.requeued(ticket, number(agent.as_str()), *reason, *excluded)
            }
            EventBody::Responded { .. } => {
                self.in_state(ticket, &[Assigned, Paused], "responded to")?;
                let targets = std::mem::take(&mut self.rules.targets);
                self.ticket_mut(ticket).responded = true;
                self.ticket_mut(ticket).settle(TargetKind::FirstResponse, &targets);
                self.rules.targets = targets;
                Ok(())
            }
            EventBody::Paused { .. } => self.paused(ticket),
            EventBody::Resumed { .. } => self.resumed(ticket),
            EventBody::TargetWarned { target, due, .. } => self.warned(ticket, target, due.0, false),
            EventBody::TargetMissed { target, due, .. } => self.warned(ticket, target, due.0, true),
            EventBody::Resolved { agent, wrap_up_until, .. } => {
                self.resolved(ticket, number(agent.as_str()), wrap_up_until.map(|at| at.0))
            }
            EventBody::WrappedUp { agent, .. } => {
                self.in_state(ticket, &[WrappingUp], "wrapped up")?;
                let holder = self.ticket(ticket).holder;
                hold!(Holder, holder == Some(number(agent.as_str())), "t{ticket} is wrapped up by another");
                Ok(())
            }
            EventBody::Closed { .. } => self.closed(ticket),
            EventBody::Cancelled { reason, .. } => self.cancelled(ticket, *reason),
            EventBody::Reopened { .. } => self.reopened(ticket),
            EventBody::Forgotten { .. } => self.forgotten(ticket),
            _ => self.of_waiting_ticket(event, ticket),
        }
    }

    fn is_own_choice(by: DecidedBy) -> bool {
        matches!(by, DecidedBy::Strategy | DecidedBy::Preferred | DecidedBy::Order | DecidedBy::Plan)
    }

    /// Checks what every assignment and offer must hold to, right before it.
    fn check_decision(&mut self, ticket: usize, agent: usize, decision: &Decision) -> Checked {
        hold!(
            Holder,
            self.agent(agent).is_some() && self.ticket(ticket).holder.is_none(),
            "t{ticket} goes to a{agent}, which is unknown, or while another holds it"
        );
        let had_offer = self.accepted.take() == Some((ticket, agent));
        hold!(
            Holder,
            had_offer || decision.by != DecidedBy::Accept,
            "t{ticket} is accepted by a{agent}, which held no offer"
        );
        if decision.by == DecidedBy::Force || had_offer {
            return Ok(());
        }
        let denied = self.denied(self.ticket(ticket), agent);
        hold!(
            Eligible,
            denied.is_none(),
            "t{ticket} goes to a{agent} by {:?}, denied by {denied:?}",
            decision.by
        );
        self.count_check(Law::Eligible);
        if self.check_tally
            && Self::is_own_choice(decision.by)
            && let Some(tally) = &decision.tally
        {
            self.check_tally(ticket, tally)?;
        }
        let held_back = self.is_held_back(self.ticket(ticket));
        match decision.by {
            DecidedBy::Strategy | DecidedBy::Preferred | DecidedBy::Order => {
                if !held_back {
                    self.check_order(ticket, agent)?;
                    self.check_overtaking(ticket, agent)?;
                }
                self.check_choice(ticket, agent, decision.by, decision.score)
            }
            DecidedBy::Plan => self.plan_gives(ticket, agent, decision.score),
            DecidedBy::Pull => self.check_pull(ticket, agent),
            _ => Ok(()),
        }
    }

    fn check_capacity(&mut self, agent: usize, channel: usize, units: u32, decision: &Decision) -> Checked {
        if matches!(decision.by, DecidedBy::Force | DecidedBy::Accept) {
            return Ok(());
        }
        let a = &self.agents[agent];
        let capacity = u64::from(a.spec.capacity.units);
        hold!(
            Capacity,
            (units == 0 || a.used <= capacity) && a.held[channel] <= a.max[channel],
            "a{agent} has {} of {capacity} units and {} of {} tickets of c{channel}",
            a.used,
            a.held[channel],
            a.max[channel]
        );
        self.count_check(Law::Capacity);
        Ok(())
    }

    fn offered(&mut self, ticket: usize, agent: usize, until: i64, decision: &Decision) -> Checked {
        self.in_state(ticket, &[Waiting, Offered], "offered")?;
        self.check_decision(ticket, agent, decision)?;
        let t = self.ticket(ticket);
        let queue = self.rules.queue(t.queue);
        let timeout = queue.policy.offers.as_ref().map_or(0, |offers| offers.timeout.as_millis());
        hold!(Due, until == self.now + timeout, "the offer of t{ticket} stands until {until}");
        hold!(
            Holder,
            t.offer_of(agent).is_none() && t.offers.len() < queue.concurrent,
            "t{ticket} has {} offers of {} and gets one to a{agent}",
            t.offers.len(),
            queue.concurrent
        );
        let (channel, units) = (t.channel, self.agents[agent].units(t.channel, t.size));
        self.ticket_mut(ticket).offers.push(OfferModel { agent, until, units });
        if self.ticket(ticket).state == Waiting {
            self.set_state(ticket, Offered);
        }
        let worked = (self.now, true, self.seq);
        let a = &mut self.agents[agent];
        a.offers.push(ticket);
        a.take(channel, units);
        (a.rotation, a.idle) = (worked, worked);
        self.count_check(Law::Holder);
        let had_offer = matches!(decision.by, DecidedBy::Claim | DecidedBy::Hand | DecidedBy::Transfer);
        hold!(Holder, !had_offer, "t{ticket} is offered by {:?}", decision.by);
        self.check_capacity(agent, channel, units, decision)
    }

    fn take_offer(&mut self, ticket: usize, agent: usize) -> Checked {
        let Some(offer) = self.ticket(ticket).offer_of(agent) else {
            hold!(Holder, false, "a{agent} holds no offer of t{ticket}");
            return Ok(());
        };
        let t = self.ticket_mut(ticket);
        t.offers.retain(|other| other.agent != agent);
        let (channel, last) = (t.channel, t.offers.is_empty());
        if last {
            self.set_state(ticket, Waiting);
            self.returned = true;
        }
        let a = &mut self.agents[agent];
        a.offers.retain(|other| *other != ticket);
        a.give_back(channel, offer.units);
        Ok(())
    }

    pub(crate) fn exclude(&mut self, ticket: usize, agent: usize, until: Exclusion) {
        if until == Exclusion::Not {
            return;
        }
        let presences = self.agents[agent].presence_changes;
        let declined = &mut self.ticket_mut(ticket).declined;
        declined.retain(|entry| entry.agent != agent);
        declined.push(super::ticket::DeclinedModel { agent, until, presences });
    }

    fn assigned(&mut self, ticket: usize, agent: usize, decision: &Decision) -> Checked {
        self.in_state(ticket, &[Scheduled, Waiting], "assigned")?;
        let had_offer = self.accepted == Some((ticket, agent));
        self.check_decision(ticket, agent, decision)?;
        let has_offers = self.rules.queue(self.ticket(ticket).queue).has_offers();
        hold!(
            Holder,
            !has_offers || !Self::is_own_choice(decision.by),
            "t{ticket} is assigned by {:?} without an offer",
            decision.by
        );
        if self.ticket(ticket).state == Scheduled {
            self.take_queue_targets(ticket);
        }
        self.set_state(ticket, Assigned);
        let t = self.ticket(ticket);
        let (channel, requester) = (t.channel, t.requester.clone());
        let units = self.agents[agent].units(channel, t.size);
        let (now, seq) = (self.now, self.seq);
        let a = &mut self.agents[agent];
        a.tickets.push(ticket);
        a.take(channel, units);
        a.rotation = (now, true, seq);
        a.idle = a.rotation;
        let weight = u64::from(a.spec.weight);
        a.ledger += u64::from(units.max(1)) * LEDGER_SCALE / weight;
        a.turn += LEDGER_SCALE / weight;
        if let Some(limit) = a.rate_limit {
            a.assigned_at.push_back(now);
            while a.assigned_at.len() > limit.max as usize {
                a.assigned_at.pop_front();
            }
        }
        if let Some(requester) = requester.filter(|_| self.rules.uses_requesters) {
            self.requesters.insert(requester, agent);
        }
        let targets = std::mem::take(&mut self.rules.targets);
        let t = self.ticket_mut(ticket);
        t.holder = Some(agent);
        t.held_units = units;
        t.responded = false;
        t.settle(TargetKind::FirstAssignment, &targets);
        self.rules.targets = targets;
        if had_offer { Ok(()) } else { self.check_capacity(agent, channel, units, decision) }
    }

    /// Checks that an agent that pulls gets the first ticket it may have.
    fn check_pull(&mut self, ticket: usize, agent: usize) -> Checked {
        let t = self.ticket(ticket);
        let only = self.pull_queue;
        let shown = |t: &TicketModel| {
            let queues: Vec<usize> = match only {
                Some(only) => t.asks.queues.iter().copied().filter(|queue| *queue == only).collect(),
                None => t.asks.queues.clone(),
            };
            self.agents[agent].rank_for(&queues, t.age(self.now))
        };
        let own = (shown(t), t.asks.key);
        let before = self.sought.iter().map(|other| self.ticket(*other)).find(|other| {
            let rank = shown(other);
            other.id != ticket
                && rank.is_some()
                && (rank, other.asks.key) < own
                && self.may_be_given(other)
                && self.can_take(other, agent)
        });
        if let Some(before) = before {
            hold!(Order, false, "a{agent} pulls t{ticket} although t{} goes first", before.id);
        }
        self.count_check(Law::Order);
        Ok(())
    }
}

//! What happens to tickets: their states, holders, queues and ends.

use super::{Model, NEVER, TicketModel, number};
use crate::laws::Law;
use crate::laws::breach::{Checked, hold};
use deskmatch::{
    AttributeValue, CancelReason, Event, EventBody, Exclusion, PreferredAgent, RequeueReason, Route, Span,
    TargetKind, Ticket, TicketPatch, TicketState, Timestamp,
};

use TicketState::{Assigned, Cancelled, Closed, Offered, Paused, Scheduled, Waiting, WrappingUp};

impl Model {
    pub(crate) fn set_state(&mut self, ticket: usize, state: TicketState) {
        let now = self.now;
        let t = self.ticket_mut(ticket);
        let (old, was_sought) = (t.state, t.is_sought());
        t.state = state;
        t.since = now;
        let is_sought = t.is_sought();
        self.counts[old as usize] -= 1;
        self.counts[state as usize] += 1;
        if was_sought && !is_sought {
            self.sought.retain(|other| *other != ticket);
        } else if is_sought && !was_sought {
            self.sought.push(ticket);
        }
        if old.is_open() && !state.is_open() {
            self.open.retain(|other| *other != ticket);
        } else if state.is_open() && !old.is_open() {
            self.open.push(ticket);
        }
    }

    pub(crate) fn submitted(&mut self, ticket: &Ticket) -> Checked {
        let id = number(ticket.id.as_str());
        hold!(Counts, self.known(id).is_none(), "t{id} is submitted although it is known");
        hold!(Counts, ticket.created.is_some(), "t{id} is submitted without a moment of creation");
        self.submitted += 1;
        if self.tickets.len() <= id {
            self.tickets.resize(id + 1, None);
        }
        self.tickets[id] = Some(Box::new(TicketModel::new(ticket, self.submitted, self.now, &self.rules)));
        self.counts[Scheduled as usize] += 1;
        self.open.push(id);
        self.refresh(id);
        Ok(())
    }

    pub(crate) fn of_waiting_ticket(&mut self, event: &Event, ticket: usize) -> Checked {
        match &event.body {
            EventBody::Routed { route, .. } => {
                self.in_state(ticket, &[Scheduled], "routed")?;
                self.routed(ticket, route);
                self.refresh(ticket);
            }
            EventBody::Scheduled { until, .. } => {
                self.in_state(ticket, &[Scheduled], "scheduled")?;
                let t = self.ticket_mut(ticket);
                t.not_before = Some(until.0);
                t.origin = t.origin.max(until.0);
                self.refresh(ticket);
            }
            EventBody::Queued { queue, .. } => return self.queued(ticket, number(queue.as_str())),
            EventBody::Relaxed { step, .. } => return self.relaxed(ticket, usize::from(*step)),
            EventBody::Escalated { from, to, .. } => {
                self.in_state(ticket, &[Waiting, Offered], "escalated")?;
                let t = self.ticket_mut(ticket);
                hold!(Views, t.priority == number(from.as_str()), "t{ticket} is escalated from {from}");
                t.priority = number(to.as_str());
                self.refresh(ticket);
            }
            EventBody::Overflowed { from, to, .. } => {
                self.in_state(ticket, &[Waiting], "overflowed")?;
                let (from, to) = (number(from.as_str()), number(to.as_str()));
                let t = self.ticket_mut(ticket);
                let again = t.overflowed.contains(&to) || from == to;
                hold!(Due, t.queue == from && !again, "t{ticket} overflows from q{from} to q{to} again");
                t.overflowed.push(from);
                self.move_to(ticket, to);
            }
            EventBody::Transferred { from, to, .. } => {
                self.in_state(ticket, &[Waiting, Scheduled], "transferred")?;
                hold!(Views, self.ticket(ticket).queue == number(from.as_str()), "t{ticket} was elsewhere");
                self.move_to(ticket, number(to.as_str()));
            }
            EventBody::TicketUpdated { patch, .. } => {
                let open = [Scheduled, Waiting, Offered, Assigned, Paused, WrappingUp];
                self.in_state(ticket, &open, "updated")?;
                self.ticket_mut(ticket).patch(patch);
                self.refresh(ticket);
            }
            body => hold!(Answers, false, "the model does not know the event `{}`", body.name()),
        }
        Ok(())
    }

    /// Reckons anew a ticket's class and what it asks.
    pub(crate) fn refresh(&mut self, ticket: usize) {
        if let Some(t) = self.tickets[ticket].as_deref_mut() {
            t.classify(&self.rules);
            t.reckon(&self.rules);
        }
    }

    fn move_to(&mut self, ticket: usize, queue: usize) {
        let t = self.ticket_mut(ticket);
        t.queue = queue;
        t.steps = 0;
        if t.state == Waiting {
            self.arrived.push(ticket);
        }
        self.refresh(ticket);
    }

    fn routed(&mut self, ticket: usize, route: &Route) {
        let t = self.ticket_mut(ticket);
        if let Some(queue) = &route.queue {
            t.queue = number(queue.as_str());
        }
        if let Some(priority) = &route.priority {
            t.priority = number(priority.as_str());
        }
        t.skills.retain(|asked| route.skills.iter().all(|new| new.skill != asked.skill));
        t.skills.extend(route.skills.iter().cloned());
        t.attributes.extend(route.attributes.clone());
        if let Some(class) = &route.class {
            t.routed_class = Some(class.to_string());
        }
        if let Some(names) = &route.targets {
            t.mark_targets(names);
            t.targets_routed = true;
        }
    }

    fn queued(&mut self, ticket: usize, queue: usize) -> Checked {
        self.in_state(ticket, &[Scheduled], "queued")?;
        let now = self.now;
        let due = self.ticket(ticket).not_before.is_none_or(|at| at <= now);
        hold!(Due, due, "t{ticket} is queued before its moment");
        self.ticket_mut(ticket).queue = queue;
        self.set_state(ticket, Waiting);
        self.take_queue_targets(ticket);
        self.add_affinity(ticket);
        self.arrived.push(ticket);
        self.refresh(ticket);
        Ok(())
    }

    pub(crate) fn take_queue_targets(&mut self, ticket: usize) {
        let names = self.rules.queue(self.ticket(ticket).queue).policy.targets.clone();
        let t = self.ticket_mut(ticket);
        if !names.is_empty() && !t.targets_routed {
            t.mark_targets(&names);
        }
    }

    fn add_affinity(&mut self, ticket: usize) {
        let t = self.ticket(ticket);
        let affinity = &self.rules.queue(t.queue).policy.affinity;
        let mut known: Vec<(String, Span)> = Vec::new();
        if let (Some(hold), Some(agent)) = (affinity.reopened, t.last_agent) {
            known.push((format!("a{agent}"), hold));
        }
        if let Some(owner) = &affinity.owner
            && let Some(AttributeValue::Text(agent)) = t.attributes.get(&owner.attribute)
        {
            known.push((agent.to_string(), owner.hold));
        }
        if let (Some(hold), Some(requester)) = (affinity.requester, &t.requester)
            && let Some(agent) = self.requesters.get(requester)
        {
            known.push((format!("a{agent}"), hold));
        }
        let now = self.now;
        for (agent, hold) in known {
            let preferred = &mut self.ticket_mut(ticket).preferred;
            if !hold.is_zero() {
                let only = PreferredAgent::only(agent.clone(), Timestamp(now + hold.as_millis()));
                preferred.push(PreferredAgent { while_present: true, ..only });
            }
            preferred.push(PreferredAgent { while_present: true, ..PreferredAgent::new(agent) });
        }
    }

    /// Takes a ticket from its holder, who has had work until now.
    fn detach(&mut self, ticket: usize) -> Checked {
        let worked = (self.now, true, self.seq);
        let t = self.ticket_mut(ticket);
        let (channel, units, freed) = (t.channel, t.held_units, std::mem::take(&mut t.units_freed));
        let Some(agent) = t.holder.take() else {
            hold!(Holder, false, "t{ticket} is taken from nobody");
            return Ok(());
        };
        let a = &mut self.agents[agent];
        a.tickets.retain(|other| *other != ticket);
        if !freed {
            a.give_back(channel, units);
        }
        a.idle = worked;
        Ok(())
    }

    fn end_pause(&mut self, ticket: usize) {
        let now = self.now;
        let t = self.ticket_mut(ticket);
        if t.state == Paused
            && let Some(pause) = t.pauses.last_mut()
        {
            pause.1 = now;
        }
    }

    fn wake(&mut self, ticket: usize) {
        let t = self.ticket_mut(ticket);
        if std::mem::take(&mut t.units_freed)
            && let (Some(agent), channel, units) = (t.holder, t.channel, t.held_units)
        {
            self.agents[agent].take(channel, units);
        }
    }

    pub(crate) fn requeued(
        &mut self,
        ticket: usize,
        agent: usize,
        reason: RequeueReason,
        excluded: Exclusion,
    ) -> Checked {
        self.in_state(ticket, &[Assigned, Paused], "requeued")?;
        hold!(Holder, self.ticket(ticket).holder == Some(agent), "t{ticket} is requeued from another");
        let due = match reason {
            RequeueReason::AgentOffline => self.offline_due(self.ticket(ticket)),
            RequeueReason::Unanswered => self.unanswered_due(self.ticket(ticket)),
            _ => self.now,
        };
        hold!(Due, due <= self.now, "t{ticket} is requeued ({reason:?}) before {due}");
        self.end_pause(ticket);
        self.detach(ticket)?;
        self.set_state(ticket, Waiting);
        self.returned = true;
        self.exclude(ticket, agent, excluded);
        Ok(())
    }

    pub(crate) fn paused(&mut self, ticket: usize) -> Checked {
        self.in_state(ticket, &[Assigned], "paused")?;
        self.set_state(ticket, Paused);
        let frees = self.rules.queue(self.ticket(ticket).queue).policy.paused_frees_units;
        let now = self.now;
        let t = self.ticket_mut(ticket);
        t.pauses.push((now, NEVER));
        t.units_freed = frees;
        if let (true, Some(agent), channel, units) = (frees, t.holder, t.channel, t.held_units) {
            self.agents[agent].give_back(channel, units);
        }
        Ok(())
    }

    pub(crate) fn resumed(&mut self, ticket: usize) -> Checked {
        self.in_state(ticket, &[Paused], "resumed")?;
        self.end_pause(ticket);
        self.wake(ticket);
        self.set_state(ticket, Assigned);
        Ok(())
    }

    pub(crate) fn resolved(&mut self, ticket: usize, agent: usize, until: Option<i64>) -> Checked {
        self.in_state(ticket, &[Assigned, Paused], "resolved")?;
        hold!(Holder, self.ticket(ticket).holder == Some(agent), "t{ticket} is resolved by another");
        let wrap_up = self.rules.queue(self.ticket(ticket).queue).policy.wrap_up.as_millis();
        let expected = (wrap_up > 0).then(|| self.now + wrap_up);
        hold!(Due, until == expected, "t{ticket} is wrapped up until {until:?}, not {expected:?}");
        self.end_pause(ticket);
        self.wake(ticket);
        self.set_state(ticket, WrappingUp);
        let targets = std::mem::take(&mut self.rules.targets);
        let t = self.ticket_mut(ticket);
        t.settle(TargetKind::Resolution, &targets);
        t.wrap_up_until = until.unwrap_or(NEVER);
        self.rules.targets = targets;
        Ok(())
    }

    pub(crate) fn closed(&mut self, ticket: usize) -> Checked {
        self.in_state(ticket, &[WrappingUp], "closed")?;
        let t = self.ticket(ticket);
        if self.rules.queue(t.queue).policy.affinity.reopened.is_some() {
            let holder = t.holder;
            self.ticket_mut(ticket).last_agent = holder;
        }
        self.detach(ticket)?;
        self.end(ticket, Closed);
        Ok(())
    }

    fn end(&mut self, ticket: usize, state: TicketState) {
        self.set_state(ticket, state);
        if self.rules.keep_closed == 0 {
            self.forget(ticket);
        }
    }

    fn forget(&mut self, ticket: usize) {
        let state = self.ticket(ticket).state;
        self.counts[state as usize] -= 1;
        self.forgotten[usize::from(state == Cancelled)] += 1;
        self.tickets[ticket] = None;
    }

    pub(crate) fn forgotten(&mut self, ticket: usize) -> Checked {
        self.in_state(ticket, &[Closed, Cancelled], "forgotten")?;
        let due = self.ticket(ticket).since + self.rules.keep_closed;
        hold!(Due, due <= self.now, "t{ticket} is forgotten before {due}");
        self.forget(ticket);
        Ok(())
    }

    pub(crate) fn cancelled(&mut self, ticket: usize, reason: CancelReason) -> Checked {
        self.in_state(ticket, &[Scheduled, Waiting, Assigned, Paused, WrappingUp], "cancelled")?;
        if reason == CancelReason::QueueFull {
            let queue = self.ticket(ticket).queue;
            let limit = self.rules.queue(queue).limit;
            hold!(
                Due,
                limit.is_some_and(|(max, to)| to.is_none() && self.waiting_in(queue) > max as usize)
                    && self.arrived.contains(&ticket),
                "t{ticket} is cancelled by a limit that does not hold for it"
            );
        }
        self.end_pause(ticket);
        if self.ticket(ticket).holder.is_some() {
            self.detach(ticket)?;
        }
        self.end(ticket, Cancelled);
        Ok(())
    }

    pub(crate) fn reopened(&mut self, ticket: usize) -> Checked {
        self.in_state(ticket, &[Closed], "reopened")?;
        self.set_state(ticket, Scheduled);
        let now = self.now;
        let t = self.ticket_mut(ticket);
        t.origin = now;
        t.steps = 0;
        t.responded = false;
        t.declined.clear();
        t.pauses.clear();
        t.overflowed.clear();
        t.not_before = None;
        t.wrap_up_until = NEVER;
        t.preferred.retain(|entry| !entry.while_present);
        for mark in &mut t.targets {
            (mark.warned, mark.settled) = (false, false);
        }
        Ok(())
    }

    pub(crate) fn warned(&mut self, ticket: usize, name: &str, due: i64, missed: bool) -> Checked {
        let t = self.ticket(ticket);
        let mark = t.targets.iter().find(|mark| mark.name == name);
        hold!(
            Due,
            mark.is_some_and(|mark| !mark.settled && (missed || !mark.warned)),
            "t{ticket} is warned of {name}, which is settled or was warned of before"
        );
        if let Some(target) = self.target(name) {
            hold!(
                Due,
                t.is_promised(target),
                "{name} of t{ticket} is for other priorities than p{}",
                t.priority
            );
            let before = if missed { 0 } else { target.warn_before.unwrap_or(-1) };
            let runs = t.clock_of(target, self.now);
            let bound = (target.within - before).max(0);
            hold!(
                Due,
                before >= 0 && runs >= bound,
                "{name} of t{ticket} is told of at {runs} of {bound} ms"
            );
            let at_due = t.clock_of(target, due);
            hold!(Due, at_due == target.within, "{name} of t{ticket} is due at {due}, at {at_due} ms");
            hold!(Due, self.can_be_missed(t, target), "{name} of t{ticket} can never be missed");
        }
        for mark in self.ticket_mut(ticket).targets.iter_mut().filter(|mark| mark.name == name) {
            mark.warned = true;
            mark.settled |= missed;
        }
        self.count_check(Law::Due);
        Ok(())
    }

    pub(crate) fn waiting_in(&self, queue: usize) -> usize {
        let waits = |ticket: &&usize| {
            let ticket = self.ticket(**ticket);
            ticket.queue == queue && ticket.state == Waiting
        };
        self.sought.iter().filter(waits).count()
    }
}

impl TicketModel {
    fn patch(&mut self, patch: &TicketPatch) {
        if let Some(priority) = &patch.priority {
            self.priority = number(priority.as_str());
        }
        if let Some(skills) = &patch.skills {
            self.skills.clone_from(skills);
        }
        for (name, value) in &patch.attributes {
            match value {
                Some(value) => self.attributes.insert(name.clone(), value.clone()),
                None => self.attributes.remove(name),
            };
        }
        if let Some(preferred) = &patch.preferred {
            self.preferred.clone_from(preferred);
        }
        if let Some(excluded) = &patch.excluded {
            self.excluded = excluded.iter().map(|id| number(id.as_str())).collect();
        }
        self.size = patch.size.or(self.size);
        self.effort = patch.effort.map(Span::as_millis).or(self.effort);
        self.due = patch.due.map_or(self.due, |at| at.0);
    }
}

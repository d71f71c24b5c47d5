//! Applying the events of a ticket's life.

use super::apply::invalid;
use super::desk::Desk;
use super::names::hash_text;
use super::records::{Asked, Extra, NONE, TicketRecord};
use super::timers::{NEVER, Wake};
use crate::error::Error;
use crate::event::{Event, EventBody, Exclusion, Route};
use crate::id::AgentId;
use crate::policy::TargetKind;
use crate::skill::{SkillClass, SkillRequirement};
use crate::state::TicketState;
use crate::ticket::{PreferredAgent, Ticket, TicketPatch};
use crate::time::{Span, Timestamp};
use smallvec::SmallVec;

use TicketState::{Assigned, Cancelled, Closed, Offered, Paused, Scheduled, Waiting, WrappingUp};

impl Desk {
    /// Applies an event that is about one known ticket.
    pub(crate) fn apply_to_ticket(&mut self, event: &Event, slot: u32) -> Result<(), Error> {
        let at = event.at.0;
        match &event.body {
            EventBody::Routed { route, .. } => {
                self.expect(event, slot, &[Scheduled]).and_then(|()| self.apply_routed(event, slot, route))
            }
            EventBody::Scheduled { until, .. } => {
                self.expect(event, slot, &[Scheduled])?;
                self.tickets[slot].extra_mut().not_before = Some(until.0);
                let ticket = &mut self.tickets[slot];
                ticket.set_origin(ticket.origin.max(until.0));
                self.reset_ticket_timer(slot);
                Ok(())
            }
            EventBody::Queued { queue, .. } => {
                self.expect(event, slot, &[Scheduled])?;
                let queue = self.queue_of(event, queue)?;
                self.apply_queued(slot, queue, at);
                Ok(())
            }
            EventBody::Offered { agent, until, .. } => self.apply_offered(event, slot, agent, until.0),
            EventBody::OfferAccepted { agent, .. } => self.take_offer(event, slot, agent, None),
            EventBody::OfferRevoked { agent, .. } => {
                self.take_offer(event, slot, agent, Some(Exclusion::Not))
            }
            EventBody::OfferDeclined { agent, excluded, .. }
            | EventBody::OfferExpired { agent, excluded, .. } => {
                self.take_offer(event, slot, agent, Some(*excluded))
            }
            EventBody::Assigned { agent, .. } => self.apply_assigned(event, slot, agent),
            EventBody::Requeued { agent, excluded, .. } => self.apply_requeued(event, slot, agent, *excluded),
            EventBody::Resolved { wrap_up_until, .. } => self.apply_resolved(event, slot, *wrap_up_until),
            EventBody::WrappedUp { .. } => self.expect(event, slot, &[WrappingUp]),
            EventBody::Closed { .. } => {
                self.expect(event, slot, &[WrappingUp])?;
                self.apply_closed(slot, event);
                Ok(())
            }
            EventBody::Cancelled { .. } => self.apply_cancelled(event, slot),
            EventBody::Reopened { .. } => self.apply_reopened(event, slot),
            EventBody::Forgotten { .. } => {
                self.expect(event, slot, &[Closed, Cancelled])?;
                self.forget_ticket(slot);
                Ok(())
            }
            EventBody::Paused { .. } | EventBody::Resumed { .. } => self.apply_pause(event, slot),
            EventBody::Responded { .. } => {
                self.expect(event, slot, &[Assigned, Paused])?;
                self.tickets[slot].responded = true;
                self.settle_targets(slot, TargetKind::FirstResponse);
                self.reset_ticket_timer(slot);
                Ok(())
            }
            EventBody::TargetWarned { target, .. } => self.mark_target(event, slot, target, false),
            EventBody::TargetMissed { target, .. } => self.mark_target(event, slot, target, true),
            _ => self.apply_move(event, slot),
        }
    }

    /// Applies what changes a ticket's place while it waits, and changes to the ticket itself.
    fn apply_move(&mut self, event: &Event, slot: u32) -> Result<(), Error> {
        match &event.body {
            EventBody::Relaxed { step, .. } => {
                self.expect(event, slot, &[Waiting, Offered])?;
                let steps = self.compiled.queues[usize::from(self.tickets[slot].queue)].steps.len();
                if usize::from(*step) >= steps {
                    return Err(invalid(event, format!("the queue has no step {step}")));
                }
                self.change_sought(slot, |desk, slot| desk.tickets[slot].steps |= 1 << step);
            }
            EventBody::Escalated { to, .. } => {
                self.expect(event, slot, &[Waiting, Offered])?;
                let priority = self.compiled.priority(to.as_str());
                let priority =
                    priority.ok_or_else(|| invalid(event, format!("priority `{to}` is not known")))?;
                self.change_sought(slot, |desk, slot| {
                    desk.tickets[slot].priority = priority;
                    desk.classify(slot);
                });
            }
            EventBody::Overflowed { from, to, .. } => {
                self.expect(event, slot, &[Waiting])?;
                let (from, to) = (self.queue_of(event, from)?, self.queue_of(event, to)?);
                self.change_sought(slot, |desk, slot| {
                    desk.tickets[slot].extra_mut().overflowed.push(from);
                    desk.move_to_queue(slot, to);
                });
            }
            EventBody::Transferred { to, .. } => {
                self.expect(event, slot, &[Waiting, Scheduled])?;
                let to = self.queue_of(event, to)?;
                self.change_sought(slot, |desk, slot| desk.move_to_queue(slot, to));
            }
            EventBody::TicketUpdated { patch, .. } => {
                self.expect(event, slot, &[Scheduled, Waiting, Offered, Assigned, Paused, WrappingUp])?;
                if !self.trusted {
                    self.check_skill_room(patch.skills.iter().flatten().map(|asked| asked.skill.as_str()))?;
                    let ticket = &self.tickets[slot];
                    crate::check::ticket_patch(patch, &ticket.attributes, &self.compiled.policy)
                        .map_err(|error| error.on(&ticket.id))?;
                }
                self.change_sought(slot, |desk, slot| desk.patch_ticket(slot, patch));
            }
            body => return Err(invalid(event, format!("`{}` is not an event of a ticket", body.name()))),
        }
        Ok(())
    }

    /// Changes a ticket in the index; if it waits, agents are sought for it anew.
    fn change_sought(&mut self, slot: u32, change: impl FnOnce(&mut Desk, u32)) {
        self.unindex_ticket(slot);
        change(self, slot);
        self.index_ticket(slot);
        if self.tickets[slot].is_sought() {
            self.note_change(slot);
        }
    }

    pub(super) fn expect(&self, event: &Event, slot: u32, states: &[TicketState]) -> Result<(), Error> {
        let ticket = &self.tickets[slot];
        if states.contains(&ticket.state) {
            return Ok(());
        }
        let (name, id, state) = (event.body.name(), &ticket.id, ticket.state);
        Err(invalid(event, format!("`{name}` cannot happen to ticket `{id}`, which is {state}")))
    }

    pub(crate) fn apply_submitted(&mut self, event: &Event, spec: &Ticket) -> Result<(), Error> {
        if !self.trusted {
            if self.ticket_slot(spec.id.as_str()).is_some() {
                return Err(invalid(event, format!("ticket `{}` is known already", spec.id)));
            }
            crate::check::ticket(spec, &self.compiled.policy, event.at)?;
            self.check_skill_room(spec.skills.iter().map(|asked| asked.skill.as_str()))?;
        }
        let skills = self.asked(&spec.skills);
        let compiled = &self.compiled;
        let created = spec.created.unwrap_or(event.at).0;
        let has_extra = !spec.preferred.is_empty()
            || !spec.excluded.is_empty()
            || spec.not_before.is_some()
            || spec.effort.is_some();
        let extra = has_extra.then(|| {
            Box::new(Extra {
                preferred: spec.preferred.clone(),
                excluded: spec.excluded.clone(),
                not_before: spec.not_before.map(|at| at.0),
                effort: spec.effort.map(Span::as_millis),
                ..Extra::default()
            })
        });
        self.arrivals += 1;
        let mut record = TicketRecord {
            id: spec.id.clone(),
            requester: spec.requester.clone(),
            arrival: self.arrivals,
            origin: spec.not_before.map_or(created, |at| at.0.max(created)),
            due: spec.due.map_or(NEVER, |due| due.0),
            since: event.at.0,
            skills,
            attributes: spec.attributes.clone(),
            extra,
            queue: spec
                .queue
                .as_ref()
                .and_then(|id| compiled.queue(id.as_str()))
                .or(compiled.default_queue)
                .unwrap_or_default(),
            channel: spec
                .channel
                .as_ref()
                .and_then(|id| compiled.channel(id.as_str()))
                .unwrap_or(compiled.default_channel),
            priority: spec
                .priority
                .as_ref()
                .and_then(|id| compiled.priority(id.as_str()))
                .unwrap_or(compiled.default_priority),
            class: 0,
            state: Scheduled,
            responded: false,
            holder: NONE,
            held_units: 0,
            size: spec.size.unwrap_or(NONE),
            steps: 0,
            lane: NONE,
            timer: NEVER,
            changed: 0,
            entered: 0,
        };
        record.set_created(created);
        let slot = self.tickets.insert(record);
        self.newest = slot;
        self.touch_new_ticket(slot);
        self.ticket_table.insert(hash_text(spec.id.as_str()), slot);
        self.index.counts[Scheduled as usize] += 1;
        Ok(())
    }

    fn asked(&mut self, skills: &[SkillRequirement]) -> SmallVec<[Asked; 2]> {
        let asked = |asked: &SkillRequirement| Asked {
            skill: self.skills.intern(asked.skill.as_str()) as u16,
            level: asked.level,
            weight: if let SkillClass::Preferred { weight } = asked.class { weight } else { 0 },
        };
        skills.iter().map(asked).collect()
    }

    fn apply_routed(&mut self, event: &Event, slot: u32, route: &Route) -> Result<(), Error> {
        let compiled = self.compiled();
        let queue = route.queue.as_ref().map(|id| self.queue_of(event, id)).transpose()?;
        let unknown = |what: &str| invalid(event, format!("{what} of the route is not known"));
        let priority = match &route.priority {
            Some(id) => Some(compiled.priority(id.as_str()).ok_or_else(|| unknown("the priority"))?),
            None => None,
        };
        self.check_skill_room(route.skills.iter().map(|asked| asked.skill.as_str()))?;
        let routed = self.asked(&route.skills);
        let ticket = &mut self.tickets[slot];
        ticket.queue = queue.unwrap_or(ticket.queue);
        ticket.priority = priority.unwrap_or(ticket.priority);
        if !routed.is_empty() {
            let kept = ticket.skills.iter().filter(|old| routed.iter().all(|new| new.skill != old.skill));
            ticket.skills = kept.chain(routed.iter()).copied().collect();
        }
        ticket.attributes.extend(route.attributes.iter().map(|(name, value)| (name.clone(), value.clone())));
        if route.class.is_some() {
            ticket.extra_mut().class.clone_from(&route.class);
        }
        if let Some(names) = &route.targets {
            let targets: Vec<u16> = names.iter().filter_map(|name| compiled.target(name)).collect();
            let extra = self.tickets[slot].extra_mut();
            extra.targets = Desk::target_marks(&targets);
            extra.targets_routed = true;
        }
        Ok(())
    }

    fn apply_queued(&mut self, slot: u32, queue: u16, at: i64) {
        self.tickets[slot].queue = queue;
        self.set_ticket_state(slot, Waiting, at);
        self.take_queue_terms(slot);
        self.add_affinity(slot, at);
        self.index_ticket(slot);
        self.note_change(slot);
        self.tickets[slot].entered = self.seq + 1;
    }

    /// Gives a ticket the strict class and the targets that its queue has for it.
    pub(crate) fn take_queue_terms(&mut self, slot: u32) {
        self.classify(slot);
        let targets = &self.compiled.queues[usize::from(self.tickets[slot].queue)].targets;
        if !targets.is_empty() && !self.tickets[slot].extra().targets_routed {
            self.tickets[slot].extra_mut().targets = Desk::target_marks(targets);
        }
    }

    /// Lets a ticket prefer the agents that know it, its owner or its requester, as its queue says.
    fn add_affinity(&mut self, slot: u32, at: i64) {
        let ticket = &self.tickets[slot];
        let affinity = &self.compiled.queues[usize::from(ticket.queue)].policy.affinity;
        let mut known: Vec<(AgentId, Span)> = Vec::new();
        if let (Some(hold), Some(agent)) = (affinity.reopened, &ticket.extra().last_agent) {
            known.push((agent.clone(), hold));
        }
        if let Some(owner) = &affinity.owner
            && let Some(crate::attribute::AttributeValue::Text(agent)) =
                ticket.attributes.get(&owner.attribute)
        {
            known.push((agent.clone().into(), owner.hold));
        }
        if let (Some(hold), Some(requester)) = (affinity.requester, &ticket.requester)
            && let Some(agent) = self.requesters.get(requester)
        {
            known.push((agent.clone(), hold));
        }
        for (agent, hold) in known {
            let entry = PreferredAgent { while_present: true, ..PreferredAgent::new(agent) };
            let preferred = &mut self.tickets[slot].extra_mut().preferred;
            if !hold.is_zero() {
                preferred.push(PreferredAgent {
                    until: Some(Timestamp(at).after(hold)),
                    exclusive: true,
                    ..entry.clone()
                });
            }
            preferred.push(entry);
        }
    }

    /// Decides anew which strict class of its queue a ticket is in.
    pub(crate) fn classify(&mut self, slot: u32) {
        let queue = usize::from(self.tickets[slot].queue);
        if self.compiled.queues[queue].policy.classes.is_empty() {
            self.tickets[slot].class = 0;
            return;
        }
        let compiled = self.compiled();
        let ticket = &self.tickets[slot];
        let terms = &compiled.queues[queue];
        let fields = super::fields::TicketFields { desk: self, ticket };
        self.tickets[slot].class =
            compiled.router.class_of(&terms.id, &fields, ticket.extra().class.as_deref());
    }

    fn move_to_queue(&mut self, slot: u32, queue: u16) {
        let ticket = &mut self.tickets[slot];
        let waits = u32::from(ticket.state == Waiting);
        self.index.queues[usize::from(ticket.queue)].waiting -= waits;
        self.index.queues[usize::from(queue)].waiting += waits;
        ticket.queue = queue;
        ticket.steps = 0;
        self.tickets[slot].entered = self.seq + 1;
        self.classify(slot);
    }

    fn patch_ticket(&mut self, slot: u32, patch: &TicketPatch) {
        if let Some(priority) = patch.priority.as_ref().and_then(|id| self.compiled.priority(id.as_str())) {
            self.tickets[slot].priority = priority;
        }
        if let Some(skills) = &patch.skills {
            self.tickets[slot].skills = self.asked(skills);
        }
        let ticket = &mut self.tickets[slot];
        for (name, value) in &patch.attributes {
            match value {
                Some(value) => ticket.attributes.insert(name.clone(), value.clone()),
                None => ticket.attributes.remove(name),
            };
        }
        if let Some(preferred) = &patch.preferred {
            ticket.extra_mut().preferred.clone_from(preferred);
        }
        if let Some(excluded) = &patch.excluded {
            ticket.extra_mut().excluded.clone_from(excluded);
        }
        if let Some(effort) = patch.effort {
            ticket.extra_mut().effort = Some(effort.as_millis());
        }
        ticket.size = patch.size.unwrap_or(ticket.size);
        ticket.due = patch.due.map_or(ticket.due, |due| due.0);
        self.classify(slot);
    }

    pub(super) fn end_ticket(&mut self, slot: u32, state: TicketState, at: i64) {
        self.set_ticket_state(slot, state, at);
        if self.compiled.policy.limits.keep_closed.is_zero() {
            self.forget_ticket(slot);
        } else {
            self.reset_ticket_timer(slot);
        }
    }

    fn forget_ticket(&mut self, slot: u32) {
        let ticket = &self.tickets[slot];
        self.index.timers.reset(Wake::Ticket { arrival: ticket.arrival, slot }, ticket.timer, NEVER);
        self.index.counts[ticket.state as usize] -= 1;
        self.forgotten[usize::from(ticket.state == Cancelled)] += 1;
        self.ticket_table.remove(hash_text(ticket.id.as_str()), slot);
        self.tickets.forget(slot);
    }

    fn apply_reopened(&mut self, event: &Event, slot: u32) -> Result<(), Error> {
        self.expect(event, slot, &[Closed])?;
        self.set_ticket_state(slot, Scheduled, event.at.0);
        let ticket = &mut self.tickets[slot];
        ticket.set_origin(event.at.0);
        ticket.steps = 0;
        ticket.responded = false;
        if let Some(extra) = ticket.extra.as_deref_mut() {
            extra.declined.clear();
            extra.pauses.clear();
            extra.overflowed.clear();
            extra.not_before = None;
            extra.wrap_up_until = None;
            extra.preferred.retain(|preferred| !preferred.while_present);
            for mark in &mut extra.targets {
                mark.warned = false;
                mark.settled = false;
            }
        }
        let timer = std::mem::replace(&mut ticket.timer, NEVER);
        let arrival = ticket.arrival;
        self.index.timers.reset(Wake::Ticket { arrival, slot }, timer, NEVER);
        Ok(())
    }

    fn mark_target(&mut self, event: &Event, slot: u32, name: &str, missed: bool) -> Result<(), Error> {
        let target = self
            .compiled
            .target(name)
            .ok_or_else(|| invalid(event, format!("target `{name}` is not known")))?;
        if let Some(extra) = self.tickets[slot].extra.as_deref_mut() {
            for mark in extra.targets.iter_mut().filter(|mark| mark.target == target) {
                mark.warned = true;
                mark.settled |= missed;
            }
        }
        if self.tickets[slot].is_sought() {
            // Not the timer alone: what it was set for may have passed unnoticed while a log was applied.
            self.reindex_ticket(slot);
        } else {
            self.reset_ticket_timer(slot);
        }
        Ok(())
    }
}

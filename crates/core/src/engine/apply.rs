//! Applying events: the only way in which the state changes.
//!
//! Every event is checked against the state before anything changes, so an event that does not follow is refused whole.

use super::compiled::Compiled;
use super::desk::{About, Desk};
use super::names::{hash_text, keyed_hash};
use super::records::{AgentRecord, Brief, ChannelTerms, SkillLevels, skill_bits};
use super::timers::{NEVER, Wake};
use crate::agent::{Agent, AgentPatch};
use crate::capacity::Capacity;
use crate::error::{Error, ErrorKind};
use crate::event::{Event, EventBody};
use crate::id::{AgentId, ChannelId, QueueId, TicketId};
use crate::order;
use crate::policy::Policy;
use crate::presence::Presence;
use smallvec::SmallVec;
use std::collections::VecDeque;
use std::sync::Arc;

impl Desk {
    /// Applies one event.
    pub(crate) fn apply(&mut self, event: &Event) -> Result<(), Error> {
        if event.seq != self.seq + 1 {
            return Err(invalid(event, format!("event {} does not follow event {}", event.seq, self.seq)));
        }
        if !event.at.is_valid() || event.at.0 < self.clock {
            return Err(invalid(
                event,
                format!("the moment {} of event {} is before the last one", event.at, event.seq),
            ));
        }
        if !self.trusted
            && let Some(until) = event.body.until()
            && !until.is_valid_end()
        {
            return Err(invalid(
                event,
                format!("the moment {until} is outside the range that the engine accepts"),
            ));
        }
        let before = std::mem::replace(&mut self.clock, event.at.0);
        self.apply_next(event).inspect_err(|_| self.clock = before)
    }

    /// Applies an event whose number is the next and whose moment is the clock's.
    pub(crate) fn apply_next(&mut self, event: &Event) -> Result<(), Error> {
        let applied = self.apply_body(event);
        self.about = About::default();
        applied?;
        self.seq = event.seq;
        if let Some(id) = &event.request {
            self.answers.note(id, event);
        }
        Ok(())
    }

    fn apply_body(&mut self, event: &Event) -> Result<(), Error> {
        let at = event.at.0;
        match &event.body {
            EventBody::PolicyChanged { policy, .. } => self.apply_policy(policy),
            EventBody::AgentAdded { agent } => self.apply_agent_added(agent, at),
            EventBody::AgentUpdated { agent, patch } => {
                self.apply_agent_updated(self.agent_of(event, agent)?, patch)
            }
            EventBody::AgentRemoved { agent } => self.apply_agent_removed(event, agent),
            EventBody::PresenceChanged { agent, presence, channel, .. } => {
                self.apply_presence(event, self.agent_of(event, agent)?, *presence, channel.as_ref())
            }
            EventBody::WindowOpened { queue, until } => {
                let queue = self.queue_of(event, queue)?;
                self.set_window(queue, until.0);
                Ok(())
            }
            EventBody::Planned { queue, .. } => {
                match queue {
                    Some(queue) => self.set_window(self.queue_of(event, queue)?, NEVER),
                    None => (0..self.windows.len()).for_each(|queue| self.set_window(queue as u16, NEVER)),
                }
                Ok(())
            }
            EventBody::Answered { .. } => Ok(()),
            EventBody::Submitted { ticket } => self.apply_submitted(event, ticket),
            body => {
                let id = body.ticket().ok_or_else(|| invalid(event, "the event names no ticket".into()))?;
                let slot = self.ticket_of(event, id)?;
                self.touch_ticket(slot);
                self.apply_to_ticket(event, slot)
            }
        }
    }

    pub(crate) fn ticket_of(&self, event: &Event, id: &TicketId) -> Result<u32, Error> {
        let known = self.about.ticket.or_else(|| self.ticket_slot(id.as_str()));
        known.ok_or_else(|| invalid(event, format!("ticket `{id}` is not known")))
    }

    pub(crate) fn agent_of(&self, event: &Event, id: &AgentId) -> Result<u32, Error> {
        let known = self.about.agent.or_else(|| self.agent_slot(id.as_str()));
        known.ok_or_else(|| invalid(event, format!("agent `{id}` is not known")))
    }

    pub(crate) fn queue_of(&self, event: &Event, id: &QueueId) -> Result<u16, Error> {
        let known = self.about.queue.or_else(|| self.compiled.queue(id.as_str()));
        known.ok_or_else(|| invalid(event, format!("queue `{id}` is not known")))
    }

    pub(crate) fn set_window(&mut self, queue: u16, until: i64) {
        let window = &mut self.windows[usize::from(queue)];
        self.index.timers.reset(Wake::Queue { queue }, *window, until);
        *window = until;
    }

    fn apply_policy(&mut self, policy: &Policy) -> Result<(), Error> {
        let compiled = Compiled::new(Arc::new(policy.clone()))?;
        self.check_in_use(&compiled)?;
        let old = std::mem::replace(&mut self.compiled, Arc::new(compiled));
        let new = self.compiled();
        let windows = std::mem::replace(&mut self.windows, vec![NEVER; new.queues.len()]);
        for (terms, until) in old.queues.iter().zip(windows) {
            if let Some(queue) = new.queue(terms.id.as_str())
                && new.queues[usize::from(queue)].batch_window().is_some()
            {
                self.windows[usize::from(queue)] = until;
            }
        }
        for slot in self.tickets.slots() {
            self.translate_ticket(slot, &old, &new);
        }
        for slot in self.agents.slots() {
            self.translate_agent(slot, &old, &new);
        }
        self.answers.limit(new.policy.limits.requests);
        self.rebuild_index();
        self.pending.everyone = true;
        self.pending.lost = true;
        Ok(())
    }

    /// Gives an agent the numbers of a new policy.
    fn translate_agent(&mut self, slot: u32, old: &Compiled, new: &Compiled) {
        let held: Vec<u32> = new
            .channels
            .iter()
            .map(|(id, _)| {
                old.channel(id.as_str()).map_or(0, |ch| self.agents[slot].channels[usize::from(ch)].held)
            })
            .collect();
        let spec = self.agents[slot].spec.clone();
        let queues = self.queue_services(&spec);
        let channels = self.channel_terms(&spec, &held);
        let agent = &mut self.agents[slot];
        agent.queues = queues;
        agent.channels = channels;
        agent.brief = Brief::of(&spec, &agent.queues);
        agent.hash = keyed_hash(new.seed(), spec.id.as_str());
    }

    pub(crate) fn queue_services(&self, spec: &Agent) -> Box<[(u16, u16, i64)]> {
        let mut queues: Vec<(u16, u16, i64)> = spec
            .queues
            .iter()
            .filter_map(|service| {
                Some((service.rank, self.compiled.queue(service.queue.as_str())?, service.delay.as_millis()))
            })
            .collect();
        order::sort(&mut queues);
        queues.into()
    }

    fn channel_terms(&self, spec: &Agent, held: &[u32]) -> SmallVec<[ChannelTerms; 2]> {
        let terms = |(index, (id, units)): (usize, &(ChannelId, u32))| {
            let special = spec.capacity.channels.get(id).copied().unwrap_or_default();
            ChannelTerms {
                cost: special.units.unwrap_or(*units),
                max: special.max.unwrap_or(u32::MAX),
                held: held.get(index).copied().unwrap_or_default(),
                allowed: spec.channels.is_empty() || spec.channels.contains(id),
                presence: spec.channel_presence.get(id).copied().unwrap_or_default(),
            }
        };
        self.compiled.channels.iter().enumerate().map(terms).collect()
    }

    fn skill_levels(&mut self, skills: &std::collections::BTreeMap<crate::id::SkillId, u8>) -> SkillLevels {
        let mut levels: SkillLevels =
            skills.iter().map(|(skill, level)| (self.skills.intern(skill.as_str()) as u16, *level)).collect();
        order::sort(&mut levels);
        levels
    }

    fn apply_agent_added(&mut self, spec: &Agent, at: i64) -> Result<(), Error> {
        let slot = self.insert_agent(spec, at)?;
        self.touch_new_agent(slot);
        self.index_agent(slot);
        self.after_service_change(&[], slot);
        self.reindex_watched(&spec.id);
        self.pending.agents.push(slot);
        Ok(())
    }

    /// Puts an agent in, but not into the index.
    pub(crate) fn insert_agent(&mut self, spec: &Agent, at: i64) -> Result<u32, Error> {
        if self.agent_slot(spec.id.as_str()).is_some() {
            return Err(Error::about(
                ErrorKind::InvalidEvent,
                &spec.id,
                format!("agent `{}` is known already", spec.id),
            ));
        }
        if !self.trusted {
            crate::check::agent(spec, &self.compiled.policy)?;
            self.check_skill_room(spec.skills.keys().map(crate::id::SkillId::as_str))?;
        }
        let skills = self.skill_levels(&spec.skills);
        let queues = self.queue_services(spec);
        let hash = keyed_hash(self.compiled.seed(), spec.id.as_str());
        let lifted = self.smallest_ledger(None);
        let record = AgentRecord {
            channels: self.channel_terms(spec, &[]),
            units_used: 0,
            tickets: SmallVec::new(),
            offers: SmallVec::new(),
            idle: cold(at, hash),
            rotation: cold(i64::MIN, hash),
            ledger: lifted.0,
            turn: lifted.1,
            assigned_at: VecDeque::new(),
            presence_mark: (at, 0),
            spec: Box::new(spec.clone()),
            brief: Brief::of(spec, &queues),
            hash,
            skill_bits: skill_bits(&skills),
            skills,
            queues,
            timer: NEVER,
        };
        let slot = self.agents.insert(record);
        self.agent_table.insert(hash_text(spec.id.as_str()), slot);
        Ok(slot)
    }

    fn apply_agent_updated(&mut self, slot: u32, patch: &AgentPatch) -> Result<(), Error> {
        if !self.trusted {
            let agent = &self.agents[slot];
            crate::check::agent_patch(patch, &agent.spec.attributes, &self.compiled.policy)
                .map_err(|error| error.on(agent.id()))?;
            if let Some(skills) = &patch.skills {
                self.check_skill_room(skills.keys().map(crate::id::SkillId::as_str))?;
            }
        }
        self.touch_agent(slot);
        self.unindex_service(slot);
        let old_queues = self.agents[slot].queues.clone();
        let mut spec = self.agents[slot].spec.clone();
        patch_agent(&mut spec, patch);
        let skills = self.skill_levels(&spec.skills);
        let held: Vec<u32> = self.agents[slot].channels.iter().map(|terms| terms.held).collect();
        let queues = self.queue_services(&spec);
        let channels = self.channel_terms(&spec, &held);
        let agent = &mut self.agents[slot];
        agent.skill_bits = skill_bits(&skills);
        agent.skills = skills;
        agent.queues = queues;
        agent.channels = channels;
        agent.brief = Brief::of(&spec, &agent.queues);
        agent.spec = spec;
        self.index_agent(slot);
        self.after_service_change(&old_queues, slot);
        let id = self.agents[slot].id().clone();
        self.reindex_watched(&id);
        self.pending.agents.push(slot);
        self.pending.lost = true;
        Ok(())
    }

    /// Delays of agents decide when waiting tickets need looking at.
    fn after_service_change(&mut self, before: &[(u16, u16, i64)], slot: u32) {
        let delayed = |queues: &[(u16, u16, i64)]| queues.iter().any(|(_, _, delay)| *delay > 0);
        if delayed(before) || delayed(&self.agents[slot].queues) {
            self.reset_waiting_timers();
        }
    }

    fn apply_agent_removed(&mut self, event: &Event, id: &AgentId) -> Result<(), Error> {
        let slot = self.agent_of(event, id)?;
        let agent = &self.agents[slot];
        if !agent.tickets.is_empty() || !agent.offers.is_empty() {
            return Err(invalid(event, format!("agent `{id}` still has tickets")));
        }
        self.touch_agent(slot);
        self.unindex_agent(slot);
        self.agent_table.remove(hash_text(id.as_str()), slot);
        let delayed = self.agents[slot].queues.iter().any(|(_, _, delay)| *delay > 0);
        self.agents.remove(slot);
        if delayed {
            self.reset_waiting_timers();
        }
        self.reindex_watched(id);
        Ok(())
    }

    fn apply_presence(
        &mut self,
        event: &Event,
        slot: u32,
        presence: Presence,
        channel: Option<&ChannelId>,
    ) -> Result<(), Error> {
        let at = event.at.0;
        let number = match channel {
            Some(id) => Some(
                self.compiled
                    .channel(id.as_str())
                    .ok_or_else(|| invalid(event, format!("channel `{id}` is not known")))?,
            ),
            None => None,
        };
        self.touch_agent(slot);
        let lifted = self.smallest_ledger(Some(slot));
        let agent = &mut self.agents[slot];
        let was_online = agent.spec.presence == Presence::Online;
        match (number, channel) {
            (Some(number), Some(id)) => {
                agent.channels[usize::from(number)].presence = presence;
                agent.spec.channel_presence.insert(id.clone(), presence);
            }
            _ => {
                agent.spec.presence = presence;
                agent.spec.channel_presence.clear();
                for terms in &mut agent.channels {
                    terms.presence = Presence::Online;
                }
            }
        }
        agent.presence_mark = (at, agent.presence_mark.1 + 1);
        if !was_online && agent.spec.presence == Presence::Online {
            agent.idle = cold(at, agent.hash);
            agent.ledger = agent.ledger.max(lifted.0);
            agent.turn = agent.turn.max(lifted.1);
        }
        let id = agent.id().clone();
        let held = agent.tickets.clone();
        self.index_availability(slot);
        for ticket in held {
            self.reset_ticket_timer(ticket);
        }
        self.reindex_watched(&id);
        self.pending.agents.push(slot);
        Ok(())
    }

    /// The smallest ledger and the smallest turn among the agents that are online, but for one. O(agents) where a strategy looks at
    /// them, else nothing.
    fn smallest_ledger(&self, but: Option<u32>) -> (u64, u64) {
        if !self.compiled.uses_ledger {
            return (0, 0);
        }
        let online = self
            .agents
            .iter()
            .filter(|(slot, agent)| Some(*slot) != but && agent.spec.presence == Presence::Online);
        let (mut ledger, mut turn) = (u64::MAX, u64::MAX);
        for (_, agent) in online {
            ledger = ledger.min(agent.ledger);
            turn = turn.min(agent.turn);
        }
        if ledger == u64::MAX { (0, 0) } else { (ledger, turn) }
    }

    /// Refuses names of new skills beyond the limit.
    pub(crate) fn check_skill_room<'a>(
        &self,
        skills: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<(), Error> {
        let max = self.compiled.policy.limits.skills as usize;
        if self.skills.len() + skills.clone().count() <= max {
            return Ok(());
        }
        let new = skills.filter(|skill| self.skills.get(skill).is_none()).count();
        if self.skills.len() + new > max {
            return Err(Error::new(
                ErrorKind::LimitReached,
                format!("there would be more than {max} different skills, the limit of the policy"),
            ));
        }
        Ok(())
    }
}

/// The recency of an agent that has had no work since a moment: among such agents, an order drawn from the seed.
pub(crate) fn cold(at: i64, hash: u64) -> (i64, u64) {
    (at, super::names::mix(hash, at as u64) >> 1)
}

/// The recency of an agent that had work at a moment, told by an event.
pub(crate) fn warm(at: i64, seq: u64) -> (i64, u64) {
    (at, 1 << 63 | seq)
}

#[cold]
pub(crate) fn invalid(event: &Event, message: String) -> Error {
    Error::about(ErrorKind::InvalidEvent, event.seq, message)
}

fn patch_agent(spec: &mut Agent, patch: &AgentPatch) {
    fn set<T: Clone>(field: &mut T, value: &Option<T>) {
        if let Some(value) = value {
            field.clone_from(value);
        }
    }
    set(&mut spec.skills, &patch.skills);
    set(&mut spec.queues, &patch.queues);
    set::<Capacity>(&mut spec.capacity, &patch.capacity);
    set(&mut spec.channels, &patch.channels);
    set(&mut spec.weight, &patch.weight);
    set(&mut spec.shifts, &patch.shifts);
    if patch.rate_limit.is_some() {
        spec.rate_limit = patch.rate_limit;
    }
    for (name, value) in &patch.attributes {
        match value {
            Some(value) => spec.attributes.insert(name.clone(), value.clone()),
            None => spec.attributes.remove(name),
        };
    }
}

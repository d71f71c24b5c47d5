//! An agent of the model.

use super::{CHANNELS, QUEUES, Rules, SKILLS, number};
use deskmatch::{Agent, AgentPatch, Presence, RateLimit};
use std::collections::VecDeque;

/// When an agent last had work: the moment, whether by work rather than by coming online, and the event.
pub(crate) type Since = (i64, bool, u64);

#[derive(Clone, Debug)]
pub(crate) struct AgentModel {
    pub(crate) known: bool,
    pub(crate) spec: Agent,
    pub(crate) levels: [u8; SKILLS],
    pub(crate) skill_count: i64,
    pub(crate) services: [Option<(u16, i64)>; QUEUES],
    pub(crate) allowed: [bool; CHANNELS],
    pub(crate) cost: [u32; CHANNELS],
    pub(crate) max: [u32; CHANNELS],
    pub(crate) presences: [Presence; CHANNELS],
    pub(crate) held: [u32; CHANNELS],
    pub(crate) used: u64,
    /// Which queues' conditions it meets.
    pub(crate) meets: [bool; QUEUES],
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) tickets: Vec<usize>,
    pub(crate) offers: Vec<usize>,
    pub(crate) idle: Since,
    pub(crate) rotation: Since,
    pub(crate) ledger: u64,
    pub(crate) turn: u64,
    pub(crate) assigned_at: VecDeque<i64>,
    /// How many times its presence has changed, counted over all agents so that no two are alike.
    pub(crate) presence_changes: u64,
    pub(crate) presence_at: i64,
}

impl AgentModel {
    pub(crate) fn new(spec: &Agent, now: i64, seq: u64, rules: &Rules) -> AgentModel {
        let mut agent = AgentModel {
            known: true,
            spec: spec.clone(),
            levels: [0; SKILLS],
            skill_count: 0,
            services: [None; QUEUES],
            allowed: [false; CHANNELS],
            cost: [0; CHANNELS],
            max: [0; CHANNELS],
            presences: [Presence::Online; CHANNELS],
            held: [0; CHANNELS],
            used: 0,
            meets: [true; QUEUES],
            rate_limit: None,
            tickets: Vec::new(),
            offers: Vec::new(),
            idle: (now, false, 0),
            rotation: (i64::MIN, false, 0),
            ledger: 0,
            turn: 0,
            assigned_at: VecDeque::new(),
            presence_changes: seq,
            presence_at: now,
        };
        agent.reckon(rules);
        agent
    }

    /// Somebody unknown, to keep a place.
    pub(crate) fn nobody(rules: &Rules) -> AgentModel {
        AgentModel { known: false, ..AgentModel::new(&Agent::new("nobody"), 0, 0, rules) }
    }

    /// Reckons anew what follows from the description and the policy.
    pub(crate) fn reckon(&mut self, rules: &Rules) {
        self.levels = [0; SKILLS];
        for (skill, level) in &self.spec.skills {
            self.levels[number(skill.as_str())] = *level;
        }
        self.skill_count = self.spec.skills.len() as i64;
        self.services = [None; QUEUES];
        for queue in 0..QUEUES {
            if self.spec.queues.is_empty() {
                self.services[queue] = Some((0, 0));
            }
            if rules.has_queue(queue) {
                self.meets[queue] = rules
                    .queue(queue)
                    .policy
                    .agents
                    .as_ref()
                    .is_none_or(|condition| super::conditions::of_agent(condition, &self.spec));
            }
        }
        for served in &self.spec.queues {
            self.services[number(served.queue.as_str())] = Some((served.rank, served.delay.as_millis()));
        }
        for channel in 0..CHANNELS {
            let name = format!("c{channel}");
            let special = self.spec.capacity.channels.get(name.as_str()).copied().unwrap_or_default();
            self.cost[channel] = special.units.unwrap_or(rules.channels[channel].unwrap_or(1));
            self.max[channel] = special.max.unwrap_or(u32::MAX);
            self.allowed[channel] =
                self.spec.channels.is_empty() || self.spec.channels.iter().any(|id| *id == name.as_str());
            self.presences[channel] =
                self.spec.channel_presence.get(name.as_str()).copied().unwrap_or_default();
        }
        self.rate_limit = self.spec.rate_limit.or(rules.policy.rate_limit);
    }

    pub(crate) fn patch(&mut self, patch: &AgentPatch) {
        let spec = &mut self.spec;
        if let Some(skills) = &patch.skills {
            spec.skills.clone_from(skills);
        }
        if let Some(queues) = &patch.queues {
            spec.queues.clone_from(queues);
        }
        if let Some(capacity) = &patch.capacity {
            spec.capacity.clone_from(capacity);
        }
        if let Some(channels) = &patch.channels {
            spec.channels.clone_from(channels);
        }
        if let Some(weight) = patch.weight {
            spec.weight = weight;
        }
        if let Some(shifts) = &patch.shifts {
            spec.shifts.clone_from(shifts);
        }
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

    pub(crate) fn on_shift(&self, now: i64) -> bool {
        self.spec.shifts.is_empty()
            || self.spec.shifts.iter().any(|shift| shift.from.0 <= now && now < shift.to.0)
    }

    pub(crate) fn presence_on(&self, channel: usize) -> Presence {
        self.spec.presence.max(self.presences[channel])
    }

    pub(crate) fn within_rate(&self, now: i64) -> bool {
        let Some(limit) = self.rate_limit else { return true };
        self.recent(now) < limit.max as usize
    }

    /// Assignments and open offers that count against the limit.
    pub(crate) fn recent(&self, now: i64) -> usize {
        let Some(limit) = self.rate_limit else { return 0 };
        let assigned = self.assigned_at.iter().filter(|at| **at + limit.window.as_millis() > now);
        assigned.count() + self.offers.len()
    }

    pub(crate) fn units(&self, channel: usize, size: Option<u32>) -> u32 {
        size.unwrap_or(self.cost[channel])
    }

    pub(crate) fn has_room(&self, channel: usize, size: Option<u32>) -> bool {
        let units = self.units(channel, size);
        self.held[channel] < self.max[channel]
            && (units == 0 || self.used + u64::from(units) <= u64::from(self.spec.capacity.units))
    }

    pub(crate) fn take(&mut self, channel: usize, units: u32) {
        self.used += u64::from(units);
        self.held[channel] += 1;
    }

    pub(crate) fn give_back(&mut self, channel: usize, units: u32) {
        self.used -= u64::from(units);
        self.held[channel] -= 1;
    }

    /// The rank and delay by which it is shown a ticket of one of some queues at an age; the lowest rank.
    pub(crate) fn rank_for(&self, queues: &[usize], age: i64) -> Option<u16> {
        queues
            .iter()
            .filter_map(|queue| self.services[*queue])
            .filter(|(_, delay)| *delay <= age)
            .map(|(rank, _)| rank)
            .min()
    }
}

//! Keeping the index of agents true.

use super::bitset::BitSet;
use super::desk::Desk;
use super::records::{AgentRecord, skill_bit};
use super::timers::{NEVER, Wake};
use crate::attribute::AttributeValue;
use crate::presence::Presence;
use crate::strategy::ranking::RotaKind;

impl Desk {
    /// Puts an agent into the index, or brings everything about it up to date.
    pub(crate) fn index_agent(&mut self, slot: u32) {
        self.index.known.set(slot, true);
        self.index.note_skills(slot, self.agents[slot].skill_bits);
        let attributes = &self.agents[slot].spec.attributes;
        let numbers = self.compiled.numbers.iter().map(|name| number(attributes.get(name)?));
        self.index.note_numbers(slot, numbers);
        self.index_service(slot);
        self.index_capability(slot);
        self.leave_lineups(slot);
        self.index_availability(slot);
    }

    /// Takes an agent out of the index. Call it while the record is still there.
    pub(crate) fn unindex_agent(&mut self, slot: u32) {
        let agent = &self.agents[slot];
        let timer = agent.timer;
        for (queue, index) in self.index.queues.iter_mut().enumerate() {
            index.members.set(slot, false);
            if let Some((_, delay)) = agent.service(queue as u16) {
                remove_delay(&mut index.delays, delay);
            }
        }
        self.index.known.set(slot, false);
        self.index.shift.set(slot, false);
        self.index.rate.set(slot, false);
        for sets in &mut self.index.channels {
            for set in
                [&mut sets.present, &mut sets.allowed, &mut sets.room, &mut sets.willing, &mut sets.ready]
            {
                set.set(slot, false);
            }
        }
        for demand in self.index.demands.slots() {
            self.index.demands.set_capable(demand, slot, false);
        }
        for (_, rota) in &mut self.index.rotas {
            rota.remove(slot);
        }
        self.index.timers.reset(Wake::Agent { slot }, timer, NEVER);
        self.agents[slot].timer = NEVER;
        self.pending.lost = true;
    }

    /// Forgets which queues an agent serves. Call it before they change.
    pub(crate) fn unindex_service(&mut self, slot: u32) {
        let agent = &self.agents[slot];
        for (queue, index) in self.index.queues.iter_mut().enumerate() {
            if index.members.set(slot, false)
                && let Some((_, delay)) = agent.service(queue as u16)
            {
                remove_delay(&mut index.delays, delay);
            }
        }
    }

    fn index_service(&mut self, slot: u32) {
        let agent = &self.agents[slot];
        for (queue, index) in self.index.queues.iter_mut().enumerate() {
            if let Some((_, delay)) = agent.service(queue as u16)
                && index.members.set(slot, true)
                && delay > 0
            {
                *index.delays.entry(delay).or_default() += 1;
            }
        }
    }

    /// Decides anew which demands an agent could serve. O(demands).
    fn index_capability(&mut self, slot: u32) {
        for demand in self.index.demands.slots() {
            let capable = self.is_capable(&self.index.demands.get(demand).key, slot);
            if self.index.demands.set_capable(demand, slot, capable) && !capable {
                self.pending.lost = true;
            }
        }
    }

    /// Brings presence, shift, rate, room, rotas and the timer of an agent up to date.
    pub(crate) fn index_availability(&mut self, slot: u32) {
        let agent = &self.agents[slot];
        let on_shift = agent.on_shift(self.clock);
        let blocked = agent.rate_blocked_until(self.compiled.policy.rate_limit, self.clock);
        let was_on_shift = self.index.shift.contains(slot);
        self.index.shift.set(slot, on_shift);
        self.index.rate.set(slot, blocked.is_none());
        let mut lost = was_on_shift && !on_shift;
        for (sets, terms) in self.index.channels.iter_mut().zip(&agent.channels) {
            let present = terms.presence.max(agent.spec.presence) == Presence::Online;
            lost |= sets.present.set(slot, present) && !present;
            sets.allowed.set(slot, terms.allowed);
            sets.willing.set(slot, present && terms.allowed && on_shift && blocked.is_none());
        }
        self.pending.lost |= lost;
        self.index_room(slot);
        let agent = &self.agents[slot];
        let due = agent.next_shift_change(self.clock).min(blocked.unwrap_or(NEVER));
        self.index.timers.reset(Wake::Agent { slot }, agent.timer, due);
        self.agents[slot].timer = due;
        if was_on_shift != on_shift {
            let id = self.agents[slot].id().clone();
            self.reindex_watched_by_time(&id);
        }
    }

    /// Brings room and rotas of an agent up to date: all that changes when it gets or finishes work within its rate.
    pub(crate) fn index_room(&mut self, slot: u32) {
        let agent = &self.agents[slot];
        let mut available = false;
        for (channel, sets) in self.index.channels.iter_mut().enumerate() {
            let room = agent.fits(channel as u16, agent.channels[channel].cost);
            sets.room.set(slot, room);
            let ready = room && sets.willing.contains(slot);
            sets.ready.set(slot, ready);
            available |= ready;
        }
        if !self.index.rotas.is_empty() {
            self.index_rotas(slot, available);
        }
        self.stand_everywhere(slot);
    }

    #[inline(never)]
    fn index_rotas(&mut self, slot: u32, available: bool) {
        let agent = &self.agents[slot];
        for (kind, rota) in &mut self.index.rotas {
            if available {
                let (level, recency) = match kind {
                    RotaKind::Rotation => (0, agent.rotation),
                    RotaKind::Idle => (0, agent.idle),
                    RotaKind::LoadShare => (agent.load_share(), agent.idle),
                    RotaKind::LoadUnits => (agent.units_used, agent.idle),
                };
                rota.place(slot, level, recency);
            } else {
                rota.remove(slot);
            }
        }
    }

    /// The agents that could serve a demand.
    pub(crate) fn capable_agents(&self, key: &super::demand::DemandKey) -> BitSet {
        let asked = key.skills.iter().filter(|(_, level)| *level > 0);
        let asked = asked.fold(0, |bits, (skill, _)| bits | skill_bit(*skill));
        let mut capable = BitSet::default();
        for (slot, bits) in (0..).zip(&self.index.skill_bits) {
            if bits & asked == asked && self.index.known.contains(slot) && self.is_capable(key, slot) {
                capable.set(slot, true);
            }
        }
        capable
    }

    fn is_capable(&self, key: &super::demand::DemandKey, slot: u32) -> bool {
        let agent = &self.agents[slot];
        key.skills.iter().all(|(skill, level)| agent.has(*skill, *level))
            && key.queues.iter().any(|queue| agent.service(*queue).is_some())
            && key.barred.binary_search(agent.id()).is_err()
            && key.reserved.as_ref().is_none_or(|reserved| reserved.binary_search(agent.id()).is_ok())
            && (!key.selected || self.meets_condition(key.queue(), agent))
    }

    /// Whether an agent meets its queue's condition on agents.
    pub(crate) fn meets_condition(&self, queue: u16, agent: &AgentRecord) -> bool {
        self.compiled.queues[usize::from(queue)]
            .agents
            .as_ref()
            .is_none_or(|condition| condition.matches(&*agent.spec))
    }
}

/// An attribute as a number; a text is none.
fn number(value: &AttributeValue) -> Option<i64> {
    match value {
        AttributeValue::Integer(value) => Some(*value),
        AttributeValue::Bool(value) => Some(i64::from(*value)),
        AttributeValue::Text(_) => None,
    }
}

fn remove_delay(delays: &mut std::collections::BTreeMap<i64, u32>, delay: i64) {
    if let Some(count) = delays.get_mut(&delay) {
        *count -= 1;
        if *count == 0 {
            delays.remove(&delay);
        }
    }
}

//! Demands: what waiting tickets ask of an agent, each kind once.
//!
//! Tickets that ask the same (queues, channel, size, skills, condition on agents, agents barred and reserved) share one
//! demand. It holds the set of agents that could ever take them, so that finding candidates is an intersection of two
//! bitsets, and the tickets themselves in order, so that an agent with room looks at the first ticket of each demand.

use super::bitset::BitSet;
use super::lineup::Lineups;
use super::names::{hash_text, mix};
use super::records::{NONE, OrderKey};
use super::slab::Slab;
use super::table::SlotTable;
use crate::id::AgentId;
use smallvec::SmallVec;
use std::collections::{BTreeMap, VecDeque};

/// What a ticket asks of an agent, apart from the moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct DemandKey {
    /// The ticket's queue, then those whose agents were admitted.
    pub(crate) queues: SmallVec<[u16; 4]>,
    pub(crate) channel: u16,
    pub(crate) size: u32,
    /// Whether the queue's condition on agents holds.
    pub(crate) selected: bool,
    /// Skills and least levels, sorted.
    pub(crate) skills: SmallVec<[(u16, u8); 4]>,
    /// Agents that are excluded or have declined, sorted.
    pub(crate) barred: Vec<AgentId>,
    /// The agents it is reserved for, sorted.
    pub(crate) reserved: Option<Vec<AgentId>>,
}

impl DemandKey {
    pub(crate) fn queue(&self) -> u16 {
        self.queues[0]
    }

    pub(crate) fn has_size(&self) -> bool {
        self.size != NONE
    }

    /// The skill asked at the highest level; level zero where none is asked.
    pub(crate) fn hardest_skill(&self) -> (u16, u8) {
        self.skills.iter().copied().max_by_key(|(_, level)| *level).unwrap_or_default()
    }

    /// Whether only queue, channel and skills decide, so that bitsets alone tell who was turned away and why.
    pub(crate) fn is_plain(&self) -> bool {
        !self.has_size()
            && !self.selected
            && self.barred.is_empty()
            && self.reserved.is_none()
            && self.queues.len() == 1
    }

    fn hash(&self) -> u64 {
        let mut hash =
            mix(u64::from(self.channel) << 33 | u64::from(self.size) << 1 | u64::from(self.selected), 1);
        for queue in &self.queues {
            hash = mix(hash, u64::from(*queue));
        }
        for (skill, level) in &self.skills {
            hash = mix(hash, u64::from(*skill) << 8 | u64::from(*level));
        }
        for agent in &self.barred {
            hash = mix(hash, hash_text(agent.as_str()));
        }
        for agent in self.reserved.iter().flatten() {
            hash = mix(!hash, hash_text(agent.as_str()));
        }
        hash
    }
}

#[derive(Clone)]
pub(crate) struct Demand {
    pub(crate) key: DemandKey,
    capable: BitSet,
    pub(crate) waiting: BTreeMap<OrderKey, u32>,
    tickets: u32,
    /// Whether it is in the queue of those to be forgotten, and has been wanted since it was put there.
    is_queued: bool,
    is_wanted: bool,
    /// Agents looked at, one by one, for want of a lineup.
    looks: usize,
}

impl Demand {
    /// The agents that could take such a ticket if they were there and had room.
    pub(crate) fn capable(&self) -> &BitSet {
        &self.capable
    }
}

#[derive(Clone, Default)]
pub(crate) struct Demands {
    slab: Slab<Demand>,
    table: SlotTable,
    /// Demands without tickets, in the order in which they are forgotten: one that was wanted again meanwhile has a second
    /// chance, one that is in use leaves when its turn comes.
    unused: VecDeque<u32>,
    /// Tickets whose size is their own.
    sized: usize,
    pub(crate) lineups: Lineups,
}

impl Demands {
    /// How many demands without tickets are kept for the next ticket that asks the same.
    const UNUSED_MAX: usize = 1_024;
    /// How often every agent of a demand is looked at before they are lined up; debug builds line them up at once, so that
    /// tests see lineups.
    const LOOKS: usize = if cfg!(debug_assertions) { 0 } else { 1 };

    /// The demand of a key, if it is known.
    pub(crate) fn find(&self, key: &DemandKey) -> Option<u32> {
        self.table.find(key.hash(), |slot| self.slab[slot].key == *key)
    }

    /// Keeps a new demand and the agents that could serve it.
    pub(crate) fn insert(&mut self, key: DemandKey, capable: BitSet) -> u32 {
        let hash = key.hash();
        let slot = self.slab.insert(Demand {
            key,
            capable,
            waiting: BTreeMap::new(),
            tickets: 0,
            is_queued: false,
            is_wanted: false,
            looks: 0,
        });
        self.table.insert(hash, slot);
        slot
    }

    /// Gives a demand one more ticket.
    pub(crate) fn acquire(&mut self, slot: u32) {
        let demand = &mut self.slab[slot];
        demand.tickets += 1;
        demand.is_wanted = demand.is_queued;
        self.sized += usize::from(demand.key.has_size());
    }

    /// Takes a ticket from a demand.
    pub(crate) fn release(&mut self, slot: u32) {
        let demand = &mut self.slab[slot];
        demand.tickets -= 1;
        self.sized -= usize::from(demand.key.has_size());
        if demand.tickets > 0 {
            return;
        }
        if !std::mem::replace(&mut demand.is_queued, true) {
            self.unused.push_back(slot);
        }
        while self.unused.len() > Self::UNUSED_MAX {
            let Some(oldest) = self.unused.pop_front() else { break };
            let demand = &mut self.slab[oldest];
            if demand.tickets > 0 {
                demand.is_queued = false;
            } else if std::mem::take(&mut demand.is_wanted) {
                self.unused.push_back(oldest);
            } else {
                self.forget(oldest);
            }
        }
    }

    fn forget(&mut self, slot: u32) {
        self.drop_lineup(slot);
        if let Some(demand) = self.slab.remove(slot) {
            self.table.remove(demand.key.hash(), slot);
        }
    }

    pub(crate) fn get(&self, slot: u32) -> &Demand {
        &self.slab[slot]
    }

    pub(crate) fn get_mut(&mut self, slot: u32) -> &mut Demand {
        &mut self.slab[slot]
    }

    /// Whether some ticket has a size of its own.
    pub(crate) fn has_sized(&self) -> bool {
        self.sized > 0
    }

    /// Says whether an agent could take such a ticket; whether that is new.
    pub(crate) fn set_capable(&mut self, slot: u32, agent: u32, capable: bool) -> bool {
        let demand = &mut self.slab[slot];
        let changed = demand.capable.set(agent, capable);
        if changed {
            self.drop_lineup(slot);
        }
        changed
    }

    /// Notes that agents were looked at one by one; whether to line them up from now on.
    pub(crate) fn note_looks(&mut self, slot: u32, looks: usize) -> bool {
        let demand = &mut self.slab[slot];
        demand.looks += looks;
        demand.looks > demand.capable.len() as usize * Self::LOOKS
    }

    /// Gives the lineup of a demand up, if there is one.
    pub(crate) fn drop_lineup(&mut self, slot: u32) {
        self.slab[slot].looks = 0;
        self.lineups.end(slot);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Demand)> {
        self.slab.iter()
    }

    pub(crate) fn slots(&self) -> Vec<u32> {
        self.slab.slots()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(skill: u16) -> DemandKey {
        DemandKey {
            queues: SmallVec::from_slice(&[0]),
            channel: 0,
            size: NONE,
            selected: false,
            skills: SmallVec::from_slice(&[(skill, 1)]),
            barred: Vec::new(),
            reserved: None,
        }
    }

    fn acquire(demands: &mut Demands, skill: u16) -> u32 {
        let key = key(skill);
        let slot = demands.find(&key).unwrap_or_else(|| demands.insert(key, BitSet::default()));
        demands.acquire(slot);
        slot
    }

    #[test]
    fn equal_demands_are_one_and_unused_ones_are_forgotten_in_time() {
        let mut demands = Demands::default();
        let first = acquire(&mut demands, 0);
        assert_eq!(demands.find(&key(0)), Some(first));
        assert_eq!(acquire(&mut demands, 0), first);
        demands.release(first);
        demands.release(first);
        assert_eq!(acquire(&mut demands, 0), first, "an unused demand is kept");
        for skill in 1..=2 * Demands::UNUSED_MAX as u16 {
            let slot = acquire(&mut demands, skill);
            demands.release(slot);
        }
        assert!(demands.slab.len() <= Demands::UNUSED_MAX + 2);
        assert_eq!(demands.find(&key(0)), Some(first), "a demand in use is kept");
    }
}

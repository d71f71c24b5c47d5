//! Agents with room, in the order in which the simple strategies take them.
//!
//! A rota keeps agents by level (a load, or nothing) and, within a level, by how long ago they had work. Work moves an
//! agent to the end of its level, so almost every change is at the end of a list and costs O(1). The first eligible
//! agent is found by walking, or by intersecting bitsets where the eligible are rare.

use super::bitset::BitSet;
use std::collections::BTreeMap;

const NONE: u32 = u32::MAX;

/// When an agent last had work: the moment and, among equal moments, a stamp. Smaller is longer ago.
pub(crate) type Recency = (i64, u64);

#[derive(Clone)]
struct Level {
    head: u32,
    tail: u32,
    length: u32,
    sorted: bool,
    members: BitSet,
}

impl Default for Level {
    fn default() -> Self {
        Self { head: NONE, tail: NONE, length: 0, sorted: true, members: BitSet::default() }
    }
}

/// Where an agent is. Its neighbours are kept apart, so that walking a level touches little memory.
#[derive(Clone, Copy)]
struct Place {
    level: u64,
    recency: Recency,
    present: bool,
}

const ABSENT: Place = Place { level: 0, recency: (0, 0), present: false };

#[derive(Clone, Default)]
pub(crate) struct Rota {
    places: Vec<Place>,
    next: Vec<u32>,
    previous: Vec<u32>,
    levels: BTreeMap<u64, Level>,
}

impl Rota {
    /// How far a new place is looked for before the level is left to be sorted when it is next asked.
    const STEPS_MAX: u32 = 16;
    /// How many empty levels are kept.
    const LEVELS_KEPT: usize = 64;

    /// Puts an agent at a level, or moves it there.
    pub(crate) fn place(&mut self, agent: u32, level: u64, recency: Recency) {
        let index = agent as usize;
        if self.places.len() <= index {
            self.places.resize(index + 1, ABSENT);
            self.next.resize(index + 1, NONE);
            self.previous.resize(index + 1, NONE);
        }
        let place = &self.places[index];
        if place.present {
            if place.level == level && place.recency == recency {
                return;
            }
            self.unlink(agent);
        }
        self.places[index] = Place { level, recency, present: true };
        self.link(agent);
    }

    /// Takes an agent out, if it is in.
    pub(crate) fn remove(&mut self, agent: u32) {
        if self.places.get(agent as usize).is_some_and(|place| place.present) {
            self.unlink(agent);
            self.places[agent as usize] = ABSENT;
        }
    }

    fn link(&mut self, agent: u32) {
        let Place { level, recency, .. } = self.places[agent as usize];
        let list = self.levels.entry(level).or_default();
        list.members.set(agent, true);
        list.length += 1;
        let (mut after, mut steps) = (list.tail, 0);
        while after != NONE && self.places[after as usize].recency > recency && steps < Self::STEPS_MAX {
            after = self.previous[after as usize];
            steps += 1;
        }
        if after != NONE && self.places[after as usize].recency > recency {
            list.sorted = false;
        }
        let before = if after == NONE { list.head } else { self.next[after as usize] };
        self.previous[agent as usize] = after;
        self.next[agent as usize] = before;
        match after {
            NONE => list.head = agent,
            _ => self.next[after as usize] = agent,
        }
        match before {
            NONE => list.tail = agent,
            _ => self.previous[before as usize] = agent,
        }
    }

    fn unlink(&mut self, agent: u32) {
        let level = self.places[agent as usize].level;
        let (next, previous) = (self.next[agent as usize], self.previous[agent as usize]);
        let levels = self.levels.len();
        let Some(list) = self.levels.get_mut(&level) else { return };
        list.members.set(agent, false);
        list.length -= 1;
        match previous {
            NONE => list.head = next,
            _ => self.next[previous as usize] = next,
        }
        match next {
            NONE => list.tail = previous,
            _ => self.previous[next as usize] = previous,
        }
        if list.length == 0 {
            list.sorted = true;
            if levels > Self::LEVELS_KEPT {
                self.levels.remove(&level);
            }
        }
    }

    /// The first agent, by level and then by recency, that is in both sets.
    ///
    /// O(1) where many agents qualify; where few do, O(levels × agents / 64). Also tells what it took, in steps of looking at an
    /// agent.
    pub(crate) fn first(&mut self, a: &BitSet, b: &BitSet) -> (Option<u32>, usize) {
        // Trying agents one by one pays until it costs as much as intersecting the sets.
        let probes_max = 8 + a.words().len() / 8;
        let mut probes = 0;
        for level in self.levels.values_mut() {
            if !level.sorted {
                sort(level, &self.places, &mut self.next, &mut self.previous);
            }
            let mut agent = level.head;
            while agent != NONE {
                if a.contains(agent) && b.contains(agent) {
                    return (Some(agent), probes);
                }
                if probes == probes_max {
                    return (self.first_by_sets(a, b), probes * 3);
                }
                probes += 1;
                agent = self.next[agent as usize];
            }
        }
        (None, probes)
    }

    fn first_by_sets(&mut self, a: &BitSet, b: &BitSet) -> Option<u32> {
        for level in self.levels.values_mut().filter(|level| level.length > 0) {
            let both =
                || level.members.words().iter().zip(a.words()).zip(b.words()).map(|((m, a), b)| m & a & b);
            // Of most levels nobody is left, or nobody is in both sets, and none needs to be counted.
            let Some(from) = both().position(|word| word != 0) else { continue };
            // Walking takes about length / count steps, looking at each takes count: whichever is less. Where there are many, a few words
            // say so.
            let few = |count: u64| count * count <= u64::from(level.length);
            let mut count = 0;
            for word in both().skip(from) {
                count += u64::from(word.count_ones());
                if !few(count) {
                    break;
                }
            }
            if few(count) {
                return super::bitset::ones(both()).min_by_key(|agent| self.places[*agent as usize].recency);
            }
            if !level.sorted {
                sort(level, &self.places, &mut self.next, &mut self.previous);
            }
            let mut agent = level.head;
            while agent != NONE && !(a.contains(agent) && b.contains(agent)) {
                agent = self.next[agent as usize];
            }
            return Some(agent);
        }
        None
    }
}

fn sort(level: &mut Level, places: &[Place], next: &mut [u32], previous: &mut [u32]) {
    let mut agents: Vec<u32> = level.members.iter().collect();
    agents.sort_by_key(|agent| places[*agent as usize].recency);
    let mut last = NONE;
    for &agent in &agents {
        previous[agent as usize] = last;
        next[agent as usize] = NONE;
        match last {
            NONE => level.head = agent,
            _ => next[last as usize] = agent,
        }
        last = agent;
    }
    level.tail = last;
    level.sorted = true;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_of_a_rota_is_the_smallest_of_a_list(
            operations in proptest::collection::vec((0u32..200, 0u64..4, 0i64..50, 0u8..8), 1..600),
            few in 1u32..40,
        ) {
            let mut rota = Rota::default();
            let mut model: BTreeMap<u32, (u64, Recency)> = BTreeMap::new();
            for (stamp, (agent, level, moment, what)) in operations.into_iter().enumerate() {
                if what == 0 {
                    rota.remove(agent);
                    model.remove(&agent);
                } else {
                    // Mostly at the end, as work does; sometimes anywhere.
                    let recency = if what < 6 { (1_000, stamp as u64) } else { (moment, stamp as u64) };
                    rota.place(agent, level, recency);
                    model.insert(agent, (level, recency));
                }
                let (mut a, mut b) = (BitSet::default(), BitSet::default());
                for bit in 0..200 {
                    a.set(bit, bit % few == 0);
                    b.set(bit, bit % 3 != 0);
                }
                let expected = model
                    .iter()
                    .filter(|(agent, _)| **agent % few == 0 && **agent % 3 != 0)
                    .min_by_key(|(_, key)| **key)
                    .map(|(agent, _)| *agent);
                prop_assert_eq!(rota.first(&a, &b).0, expected);
                prop_assert_eq!(rota.first_by_sets(&a, &b), expected);
            }
        }
    }
}

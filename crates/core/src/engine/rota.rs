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

#[derive(Clone, Copy)]
struct Place {
    level: u64,
    next: u32,
    previous: u32,
    recency: Recency,
    present: bool,
}

const ABSENT: Place = Place { level: 0, next: NONE, previous: NONE, recency: (0, 0), present: false };

#[derive(Clone, Default)]
pub(crate) struct Rota {
    places: Vec<Place>,
    levels: BTreeMap<u64, Level>,
}

impl Rota {
    /// How far a new place is looked for before the level is left to be sorted when it is next asked.
    const STEPS_MAX: u32 = 16;
    /// How many agents are tried one by one before bitsets are intersected.
    const PROBES_MAX: u32 = 96;
    /// How many empty levels are kept.
    const LEVELS_KEPT: usize = 64;

    /// Puts an agent at a level, or moves it there.
    pub(crate) fn place(&mut self, agent: u32, level: u64, recency: Recency) {
        if self.places.len() <= agent as usize {
            self.places.resize(agent as usize + 1, ABSENT);
        }
        let place = &self.places[agent as usize];
        if place.present {
            if place.level == level && place.recency == recency {
                return;
            }
            self.unlink(agent);
        }
        self.places[agent as usize] = Place { level, recency, present: true, ..ABSENT };
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
            after = self.places[after as usize].previous;
            steps += 1;
        }
        if after != NONE && self.places[after as usize].recency > recency {
            list.sorted = false;
        }
        let before = if after == NONE { list.head } else { self.places[after as usize].next };
        self.places[agent as usize].previous = after;
        self.places[agent as usize].next = before;
        match after {
            NONE => list.head = agent,
            _ => self.places[after as usize].next = agent,
        }
        match before {
            NONE => list.tail = agent,
            _ => self.places[before as usize].previous = agent,
        }
    }

    fn unlink(&mut self, agent: u32) {
        let Place { level, next, previous, .. } = self.places[agent as usize];
        let levels = self.levels.len();
        let Some(list) = self.levels.get_mut(&level) else { return };
        list.members.set(agent, false);
        list.length -= 1;
        match previous {
            NONE => list.head = next,
            _ => self.places[previous as usize].next = next,
        }
        match next {
            NONE => list.tail = previous,
            _ => self.places[next as usize].previous = previous,
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
    /// O(1) where many agents qualify; where few do, O(levels × agents / 64).
    pub(crate) fn first(&mut self, a: &BitSet, b: &BitSet) -> Option<u32> {
        let mut probes = 0;
        for level in self.levels.values_mut() {
            if !level.sorted {
                sort(level, &mut self.places);
            }
            let mut agent = level.head;
            while agent != NONE {
                if a.contains(agent) && b.contains(agent) {
                    return Some(agent);
                }
                probes += 1;
                if probes > Self::PROBES_MAX {
                    return self.first_by_sets(a, b);
                }
                agent = self.places[agent as usize].next;
            }
        }
        None
    }

    fn first_by_sets(&mut self, a: &BitSet, b: &BitSet) -> Option<u32> {
        for level in self.levels.values_mut() {
            let both =
                || level.members.words().iter().zip(a.words()).zip(b.words()).map(|((m, a), b)| m & a & b);
            let mut count = 0u64;
            for word in both() {
                count += u64::from(word.count_ones());
            }
            if count == 0 {
                continue;
            }
            // Walking takes about length / count steps; looking at each takes count.
            if count * count <= u64::from(level.length) {
                return super::bitset::ones(both()).min_by_key(|agent| self.places[*agent as usize].recency);
            }
            if !level.sorted {
                sort(level, &mut self.places);
            }
            let mut agent = level.head;
            while agent != NONE && !(a.contains(agent) && b.contains(agent)) {
                agent = self.places[agent as usize].next;
            }
            return Some(agent);
        }
        None
    }
}

fn sort(level: &mut Level, places: &mut [Place]) {
    let mut agents: Vec<u32> = level.members.iter().collect();
    agents.sort_by_key(|agent| places[*agent as usize].recency);
    let mut previous = NONE;
    for &agent in &agents {
        places[agent as usize].previous = previous;
        places[agent as usize].next = NONE;
        match previous {
            NONE => level.head = agent,
            _ => places[previous as usize].next = agent,
        }
        previous = agent;
    }
    level.tail = previous;
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
                prop_assert_eq!(rota.first(&a, &b), expected);
                prop_assert_eq!(rota.first_by_sets(&a, &b), expected);
            }
        }
    }
}

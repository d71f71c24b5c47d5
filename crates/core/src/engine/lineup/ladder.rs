//! Places in the order of one word that changes, such as a load, and then in their own order.

use super::rungs::{Climb, Rungs};
use smallvec::SmallVec;

/// The places on each rung, as bits: a change takes one bit away and sets another, the first is the lowest bit of the lowest
/// rung. O(1) for a change, O(rungs + places / 4096) for the first.
#[derive(Clone)]
pub(super) struct Ladder {
    places: Vec<Place>,
    /// The bits of each rung in turn, `width` words a rung.
    bits: Vec<u64>,
    width: usize,
    /// Which words of the bits are not empty, `groups` words a rung.
    summary: Vec<u64>,
    groups: usize,
}

/// All that a choice reads of a place, side by side.
#[derive(Clone)]
struct Place {
    agent: u32,
    /// Places of the same group are equal but for the word.
    group: u32,
}

impl Ladder {
    /// A ladder for agents and their groups, which come one after the other. Nobody is on it yet.
    pub(super) fn new(places: impl Iterator<Item = (u32, u32)>) -> Ladder {
        let places: Vec<Place> = places.map(|(agent, group)| Place { agent, group }).collect();
        let width = places.len().div_ceil(64);
        Ladder { places, bits: Vec::new(), width, summary: Vec::new(), groups: width.div_ceil(64) }
    }

    /// Moves a place from one rung to another.
    pub(super) fn climb(&mut self, place: u32, (from, to): Climb) {
        if let Some(rung) = from {
            self.flip(place, rung);
        }
        if let Some(rung) = to {
            let height = usize::from(rung) + 1;
            if self.summary.len() < height * self.groups {
                self.bits.resize(height * self.width, 0);
                self.summary.resize(height * self.groups, 0);
            }
            self.flip(place, rung);
        }
    }

    /// Puts a place on a rung, or takes it off that rung.
    fn flip(&mut self, place: u32, rung: u16) {
        let (place, rung) = (place as usize, usize::from(rung));
        let word = &mut self.bits[rung * self.width + place / 64];
        *word ^= 1 << (place % 64);
        let summary = &mut self.summary[rung * self.groups + place / 4096];
        let mask = 1 << (place / 64 % 64);
        *summary = if *word == 0 { *summary & !mask } else { *summary | mask };
    }

    /// The agent at the place that goes before all others and those right after it, of the same rung, as long as they are its
    /// equals.
    pub(super) fn first(&self, rungs: &Rungs) -> SmallVec<[u32; 4]> {
        let mut first = SmallVec::new();
        let lowest = rungs.lowest_first().find_map(|rung| Some((rung, self.next(rung, 0)?)));
        let Some((rung, winner)) = lowest else { return first };
        let group = self.places[winner as usize].group;
        let is_equal = |place: u32| self.places.get(place as usize).is_some_and(|other| other.group == group);
        let mut next = Some(winner);
        while let Some(place) = next.filter(|place| is_equal(*place)) {
            first.push(self.places[place as usize].agent);
            // Mostly the next place is of another group, and the bits need not be looked at.
            next = is_equal(place + 1).then(|| self.next(rung, place as usize + 1)).flatten();
        }
        first
    }

    /// The first place of a rung from one on.
    fn next(&self, rung: u16, from: usize) -> Option<u32> {
        let bits = self.bits.get(usize::from(rung) * self.width..)?.get(..self.width)?;
        let summary = self.summary.get(usize::from(rung) * self.groups..)?.get(..self.groups)?;
        let word = from / 64;
        let rest = bits.get(word)? & (u64::MAX << (from % 64));
        if rest != 0 {
            return Some((word * 64) as u32 + rest.trailing_zeros());
        }
        let word = first_from(summary, word + 1)?;
        Some((word * 64) as u32 + bits[word].trailing_zeros())
    }
}

/// The first bit set from one on.
fn first_from(words: &[u64], from: usize) -> Option<usize> {
    let mut mask = u64::MAX << (from % 64);
    for (index, word) in words.iter().enumerate().skip(from / 64) {
        if word & mask != 0 {
            return Some(index * 64 + (word & mask).trailing_zeros() as usize);
        }
        mask = u64::MAX;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn the_first_of_a_ladder_are_the_smallest_of_a_list(
            size in 1u32..9_000,
            group in 1u32..6,
            changes in proptest::collection::vec((0u32..9_000, proptest::option::weighted(0.6, 0u64..90)), 1..300),
        ) {
            let agents = |place| place + 7;
            let mut ladder = Ladder::new((0..size).map(|place| (agents(place), place / group)));
            let mut rungs = Rungs::default();
            let mut model: BTreeMap<u32, u64> = BTreeMap::new();
            for (place, value) in changes {
                let place = place % size;
                let climb = rungs.stand(agents(place), value);
                prop_assert_eq!(climb.is_some(), model.get(&place).copied() != value);
                ladder.climb(place, climb.unwrap_or_default());
                prop_assert_eq!(rungs.of(agents(place)).is_some(), value.is_some());
                match value {
                    Some(value) => model.insert(place, value),
                    None => model.remove(&place),
                };
                let best = model.iter().min_by_key(|(place, value)| (**value, **place));
                let expected: Vec<u32> = best.map_or(Vec::new(), |(first, value)| {
                    let equals = model.iter().filter(|(place, other)| **place / group == *first / group && *other == value);
                    equals.map(|(place, _)| agents(*place)).collect()
                });
                prop_assert_eq!(ladder.first(&rungs).to_vec(), expected);
            }
        }
    }
}

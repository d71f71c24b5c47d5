//! Places in the order of one word that changes, such as a load, and then in their own order.

use super::rungs::{Climb, NOWHERE, Rungs};
use smallvec::SmallVec;

/// The places on each rung, as bits: a change takes one bit away and sets another, the first is the lowest bit of the lowest
/// rung. O(1) for a change, O(rungs + places / 4096) for the first.
///
/// The bits of 64 places stand together, a word for each rung, so that a change touches one line of memory.
#[derive(Clone)]
pub(super) struct Ladder {
    /// A bit for each place that differs from the one before in more than the word.
    starts: Vec<u64>,
    bits: Vec<u64>,
    /// Which words of the bits are not empty, in the same order.
    summary: Vec<u64>,
    /// How many rungs there is room for.
    height: usize,
}

/// How many rungs there is room for at first, and more each time they do not suffice.
const RUNGS: usize = 8;

impl Ladder {
    /// A ladder of places that each differ in more than the word from the one before, or do not. Nobody is on it yet.
    pub(super) fn new(places: impl ExactSizeIterator<Item = bool>) -> Ladder {
        let width = places.len().div_ceil(64);
        let mut starts = vec![0; width];
        for (place, differs) in places.enumerate() {
            starts[place / 64] |= u64::from(differs) << (place % 64);
        }
        let (bits, summary) = (vec![0; width * RUNGS], vec![0; width.div_ceil(64) * RUNGS]);
        Ladder { starts, bits, summary, height: RUNGS }
    }

    /// Moves a place from one rung to another.
    pub(super) fn climb(&mut self, place: u32, Climb { from, to }: Climb) {
        if usize::from(to) >= self.height && to != NOWHERE {
            self.heighten(usize::from(to) + 1);
        }
        let (word, bit) = (place as usize / 64, 1 << (place % 64));
        let column = &mut self.bits[word * self.height..][..self.height];
        // `NOWHERE` is above every column.
        if let Some(bits) = column.get_mut(usize::from(from)) {
            *bits &= !bit;
            if *bits == 0 {
                self.summary[word / 64 * self.height + usize::from(from)] &= !(1 << (word % 64));
            }
        }
        if let Some(bits) = column.get_mut(usize::from(to)) {
            if *bits == 0 {
                self.summary[word / 64 * self.height + usize::from(to)] |= 1 << (word % 64);
            }
            *bits |= bit;
        }
    }

    #[cold]
    fn heighten(&mut self, rungs: usize) {
        let height = rungs.next_multiple_of(RUNGS);
        for words in [&mut self.bits, &mut self.summary] {
            let mut higher = vec![0; words.len() / self.height * height];
            for (higher, column) in higher.chunks_exact_mut(height).zip(words.chunks_exact(self.height)) {
                higher[..self.height].copy_from_slice(column);
            }
            *words = higher;
        }
        self.height = height;
    }

    /// The place that goes before all others and those right after it, of the same rung, as long as they are its equals.
    pub(super) fn first(&self, rungs: &Rungs) -> SmallVec<[u32; 4]> {
        let mut first = SmallVec::new();
        let lowest = rungs.lowest_first().find_map(|rung| Some((rung, self.next(rung, 0)?)));
        let Some((rung, winner)) = lowest else { return first };
        let end = self.end_of_equals(winner);
        let mut next = Some(winner);
        while let Some(place) = next.filter(|place| *place < end) {
            first.push(place);
            // Mostly the next place differs, and the bits need not be looked at.
            next = (place + 1 < end).then(|| self.next(rung, place as usize + 1)).flatten();
        }
        first
    }

    /// The first place after one that differs from it in more than the word.
    fn end_of_equals(&self, place: u32) -> u32 {
        let from = place as usize + 1;
        let mut mask = u64::MAX << (from % 64);
        for (word, starts) in self.starts.iter().enumerate().skip(from / 64) {
            if starts & mask != 0 {
                return first_place(word, starts & mask);
            }
            mask = u64::MAX;
        }
        u32::MAX
    }

    /// The first place of a rung from one on.
    fn next(&self, rung: u16, from: usize) -> Option<u32> {
        let rung = usize::from(rung);
        if rung >= self.height {
            return None;
        }
        let word = from / 64;
        let rest = self.bits.get(word * self.height + rung)? & (u64::MAX << (from % 64));
        if rest != 0 {
            return Some(first_place(word, rest));
        }
        let from = word + 1;
        let mut mask = u64::MAX << (from % 64);
        for (group, column) in self.summary.chunks_exact(self.height).enumerate().skip(from / 64) {
            let marks = column[rung] & mask;
            if marks != 0 {
                let word = group * 64 + marks.trailing_zeros() as usize;
                return Some(first_place(word, self.bits[word * self.height + rung]));
            }
            mask = u64::MAX;
        }
        None
    }
}

fn first_place(word: usize, bits: u64) -> u32 {
    (word * 64) as u32 + bits.trailing_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn the_first_of_a_ladder_are_the_smallest_of_a_list(
            size in prop_oneof![1u32..200, 1u32..9_000],
            group in prop_oneof![1u32..6, 60u32..200],
            changes in proptest::collection::vec((0u32..9_000, proptest::option::weighted(0.6, 0u64..90)), 1..300),
        ) {
            let agents = |place| place + 7;
            let mut ladder = Ladder::new((0..size as usize).map(|place| place % group as usize == 0));
            let mut rungs = Rungs::default();
            let mut model: BTreeMap<u32, u64> = BTreeMap::new();
            for (place, value) in changes {
                let place = place % size;
                let climb = rungs.stand(agents(place), value);
                prop_assert_eq!(climb.is_some(), model.get(&place).copied() != value);
                if let Some(climb) = climb {
                    ladder.climb(place, climb);
                }
                prop_assert_eq!(rungs.of(agents(place)) != NOWHERE, value.is_some());
                match value {
                    Some(value) => model.insert(place, value),
                    None => model.remove(&place),
                };
                let best = model.iter().min_by_key(|(place, value)| (**value, **place));
                let expected: Vec<u32> = best.map_or(Vec::new(), |(first, value)| {
                    let equals = model.iter().filter(|(place, other)| **place / group == *first / group && *other == value);
                    equals.map(|(place, _)| *place).collect()
                });
                prop_assert_eq!(ladder.first(&rungs).to_vec(), expected);
            }
        }
    }
}

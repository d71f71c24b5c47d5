//! Places in the order of one word that changes, such as a load, and then in their own order.

use smallvec::SmallVec;

/// The places at each value of the word, as bits: a change sets one and takes one away, the first is the lowest bit of the
/// lowest rung. O(rungs) for both, and O(places / 4096).
#[derive(Clone)]
pub(super) struct Ladder {
    rungs: Vec<Rung>,
    /// The rung's value for each place that is there.
    values: Vec<Option<u64>>,
}

#[derive(Clone)]
struct Rung {
    value: u64,
    count: usize,
    bits: Vec<u64>,
    /// Which words of the bits are not empty.
    summary: Vec<u64>,
}

impl Ladder {
    /// How many empty rungs are kept for the next place.
    const RUNGS_KEPT: usize = 64;

    pub(super) fn new(places: usize) -> Ladder {
        Ladder { rungs: Vec::new(), values: vec![None; places] }
    }

    /// Gives a place its value, or takes it away; whether that changed anything.
    pub(super) fn set(&mut self, place: u32, value: Option<u64>) -> bool {
        let old = std::mem::replace(&mut self.values[place as usize], value);
        if old == value {
            return false;
        }
        if let Some(Ok(rung)) = old.map(|old| self.rung(old)) {
            self.rungs[rung].set(place, false);
            if self.rungs[rung].count == 0 && self.rungs.len() > Self::RUNGS_KEPT {
                self.rungs.remove(rung);
            }
        }
        if let Some(value) = value {
            let rung = self.rung(value).unwrap_or_else(|rung| {
                self.rungs.insert(rung, Rung::new(value, self.values.len()));
                rung
            });
            self.rungs[rung].set(place, true);
        }
        true
    }

    fn rung(&self, value: u64) -> Result<usize, usize> {
        self.rungs.binary_search_by_key(&value, |rung| rung.value)
    }

    /// The place that goes before all others.
    pub(super) fn winner(&self) -> Option<u32> {
        self.rungs.iter().find(|rung| rung.count > 0)?.next(0)
    }

    /// The winner and the places right after it, of the same value, as long as they are its equals.
    pub(super) fn equals(&self, winner: Option<u32>, equal: impl Fn(u32, u32) -> bool) -> SmallVec<[u32; 4]> {
        let mut first = SmallVec::new();
        let Some(winner) = winner else { return first };
        let Some(Ok(rung)) = self.values[winner as usize].map(|value| self.rung(value)) else { return first };
        let mut next = Some(winner);
        while let Some(place) = next.filter(|place| equal(*place, winner)) {
            first.push(place);
            next = self.rungs[rung].next(place as usize + 1);
        }
        first
    }
}

impl Rung {
    fn new(value: u64, places: usize) -> Rung {
        let words = places.div_ceil(64);
        Rung { value, count: 0, bits: vec![0; words], summary: vec![0; words.div_ceil(64)] }
    }

    fn set(&mut self, place: u32, on: bool) {
        let (word, bit) = (place as usize / 64, place % 64);
        if on {
            self.bits[word] |= 1 << bit;
            self.summary[word / 64] |= 1 << (word % 64);
            self.count += 1;
        } else {
            self.bits[word] &= !(1 << bit);
            if self.bits[word] == 0 {
                self.summary[word / 64] &= !(1 << (word % 64));
            }
            self.count -= 1;
        }
    }

    /// The first place from one on.
    fn next(&self, from: usize) -> Option<u32> {
        let word = from / 64;
        let rest = self.bits.get(word)? & (u64::MAX << (from % 64));
        if rest != 0 {
            return Some((word * 64) as u32 + rest.trailing_zeros());
        }
        let word = first_from(&self.summary, word + 1)?;
        Some((word * 64) as u32 + self.bits[word].trailing_zeros())
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
            let mut ladder = Ladder::new(size as usize);
            let mut model: BTreeMap<u32, u64> = BTreeMap::new();
            for (place, value) in changes {
                let place = place % size;
                prop_assert_eq!(ladder.set(place, value), model.get(&place).copied() != value);
                match value {
                    Some(value) => model.insert(place, value),
                    None => model.remove(&place),
                };
                let best = model.iter().min_by_key(|(place, value)| (**value, **place));
                prop_assert_eq!(ladder.winner(), best.map(|(place, _)| *place));
                let expected: Vec<u32> = best.map_or(Vec::new(), |(first, value)| {
                    let equals = model.iter().filter(|(place, other)| **place / group == *first / group && *other == value);
                    equals.map(|(place, _)| *place).collect()
                });
                let found = ladder.equals(ladder.winner(), |a, b| a / group == b / group);
                prop_assert_eq!(found.to_vec(), expected);
            }
        }
    }
}

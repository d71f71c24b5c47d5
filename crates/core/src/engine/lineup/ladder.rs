//! Places in the order of one word that changes, such as a load, and then in their own order.

use smallvec::SmallVec;

/// The places at each value of the word, as bits: a change sets one and takes one away, the first is the lowest bit of the
/// lowest rung. O(rungs) for both, and O(places / 4096).
#[derive(Clone)]
pub(super) struct Ladder {
    rungs: Vec<Rung>,
    /// The values of the rungs from the lowest up, and the rung of each.
    order: Vec<(u64, u16)>,
    places: Vec<Place>,
    /// The bits of each rung in turn, `width` words a rung.
    bits: Vec<u64>,
    width: usize,
    /// Which words of the bits are not empty, `width` divided by 64 words a rung.
    summary: Vec<u64>,
}

const NOWHERE: u16 = u16::MAX;

/// All that a choice reads of a place, side by side.
#[derive(Clone)]
struct Place {
    agent: u32,
    /// Places of the same group are equal but for the word.
    group: u32,
    /// The rung on which it is, or `NOWHERE`.
    rung: u16,
}

#[derive(Clone)]
struct Rung {
    value: u64,
    count: usize,
}

impl Ladder {
    /// A ladder for agents and their groups, which come one after the other.
    pub(super) fn new(places: impl Iterator<Item = (u32, u32)>) -> Ladder {
        let places: Vec<Place> = places.map(|(agent, group)| Place { agent, group, rung: NOWHERE }).collect();
        let width = places.len().div_ceil(64);
        Ladder { rungs: Vec::new(), order: Vec::new(), places, bits: Vec::new(), width, summary: Vec::new() }
    }

    /// Gives a place its value, or takes it away; whether that changed anything.
    pub(super) fn set(&mut self, place: u32, value: Option<u64>) -> bool {
        let old = self.places[place as usize].rung;
        if value == self.rungs.get(usize::from(old)).map(|rung| rung.value) {
            return false;
        }
        let (word, mask) = (place as usize / 64, 1 << (place % 64));
        let (group, group_mask) = (word / 64, 1 << (word % 64));
        let (width, groups) = (self.width, self.width.div_ceil(64));
        if let Some(rung) = self.rungs.get_mut(usize::from(old)) {
            rung.count -= 1;
            let bits = &mut self.bits[usize::from(old) * width + word];
            *bits &= !mask;
            if *bits == 0 {
                self.summary[usize::from(old) * groups + group] &= !group_mask;
            }
        }
        let new = value.map_or(NOWHERE, |value| self.rung(value));
        if let Some(rung) = self.rungs.get_mut(usize::from(new)) {
            rung.count += 1;
            self.bits[usize::from(new) * width + word] |= mask;
            self.summary[usize::from(new) * groups + group] |= group_mask;
        }
        self.places[place as usize].rung = new;
        true
    }

    /// The rung of a value: one that is there, else an empty one, else a new one.
    fn rung(&mut self, value: u64) -> u16 {
        match self.order.iter().find(|(other, _)| *other >= value) {
            Some((same, rung)) if *same == value => *rung,
            _ => self.add_rung(value),
        }
    }

    #[cold]
    fn add_rung(&mut self, value: u64) -> u16 {
        let rung = match self.order.iter().position(|(_, rung)| self.rungs[usize::from(*rung)].count == 0) {
            Some(empty) => self.order.remove(empty).1,
            None => {
                self.rungs.push(Rung { value, count: 0 });
                self.bits.resize(self.rungs.len() * self.width, 0);
                self.summary.resize(self.rungs.len() * self.width.div_ceil(64), 0);
                self.rungs.len() as u16 - 1
            }
        };
        self.rungs[usize::from(rung)].value = value;
        let place = self.order.partition_point(|(other, _)| *other < value);
        self.order.insert(place, (value, rung));
        rung
    }

    /// Whether it has so many rungs that another way to keep the order is better.
    pub(super) fn is_too_tall(&self) -> bool {
        self.rungs.len() > 64
    }

    /// The place that goes before all others.
    fn winner(&self) -> Option<u32> {
        let mut rungs = self.order.iter().map(|(_, rung)| *rung);
        let lowest = rungs.find(|rung| self.rungs[usize::from(*rung)].count > 0)?;
        self.next(lowest, 0)
    }

    /// The agent at the winner's place and those right after it, of the same value, as long as they are its equals.
    pub(super) fn first(&self) -> SmallVec<[u32; 4]> {
        let mut first = SmallVec::new();
        let Some(winner) = self.winner() else { return first };
        let Place { group, rung, .. } = self.places[winner as usize];
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
        let groups = self.width.div_ceil(64);
        let bits = &self.bits[usize::from(rung) * self.width..][..self.width];
        let summary = &self.summary[usize::from(rung) * groups..][..groups];
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
            let mut ladder = Ladder::new((0..size).map(|place| (place + 7, place / group)));
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
                    equals.map(|(place, _)| *place + 7).collect()
                });
                prop_assert_eq!(ladder.first().to_vec(), expected);
            }
        }
    }
}

//! Sets of small numbers, one bit each.

use smallvec::SmallVec;

/// A set of agent slots.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct BitSet {
    words: Vec<u64>,
    len: u32,
}

impl BitSet {
    #[inline]
    pub(crate) fn contains(&self, bit: u32) -> bool {
        self.words.get(bit as usize / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }

    /// Puts a bit in or takes it out; whether that changed the set.
    #[inline]
    pub(crate) fn set(&mut self, bit: u32, on: bool) -> bool {
        let changes = self.contains(bit) != on;
        if changes {
            self.flip(bit);
        }
        changes
    }

    #[inline(never)]
    fn flip(&mut self, bit: u32) {
        let (index, mask) = (bit as usize / 64, 1 << (bit % 64));
        if index >= self.words.len() {
            self.words.resize(index + 1, 0);
        }
        self.words[index] ^= mask;
        self.len = if self.words[index] & mask != 0 { self.len + 1 } else { self.len - 1 };
    }

    /// How many bits are set. O(1).
    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        ones(self.words.iter().copied())
    }

    /// Adds the bits that are in both sets to a list, in order.
    pub(crate) fn add_common(&self, other: &BitSet, found: &mut Vec<u32>) {
        for (index, (a, b)) in self.words.iter().zip(&other.words).enumerate() {
            let mut word = a & b;
            while word != 0 {
                found.push(index as u32 * 64 + word.trailing_zeros());
                word &= word - 1;
            }
        }
    }
}

/// Whether some bit is in all of the sets.
pub(crate) fn all_meet<const N: usize>(sets: [&BitSet; N]) -> bool {
    let words = sets.iter().map(|set| set.words.len()).min().unwrap_or_default();
    (0..words).any(|index| sets.iter().fold(u64::MAX, |common, set| common & set.words[index]) != 0)
}

/// How many words are counted together: few enough to stay in registers, enough for their bits to be added up first.
const BLOCK: usize = 64;

/// How many bits are in the first set, in the first two, in the first three, and so on; the first is not counted again.
pub(crate) fn count_in_all(sets: &[&BitSet]) -> SmallVec<[u32; 8]> {
    let mut counts = SmallVec::from_elem(0, sets.len());
    let Some((first, others)) = sets.split_first() else { return counts };
    counts[0] = first.len();
    if others.is_empty() {
        return counts;
    }
    for (index, words) in first.words.chunks(BLOCK).enumerate() {
        let mut left = [0; BLOCK];
        left[..words.len()].copy_from_slice(words);
        for (set, count) in others.iter().zip(&mut counts[1..]) {
            intersect(&mut left, set.words.get(index * BLOCK..).unwrap_or_default());
            *count += count_ones(&left);
        }
    }
    counts
}

fn intersect(left: &mut [u64; BLOCK], set: &[u64]) {
    let words = set.len().min(BLOCK);
    for (left, word) in left.iter_mut().zip(set) {
        *left &= word;
    }
    left[words..].fill(0);
}

/// Four words side by side.
type Lanes = [u64; 4];

/// The bits of a block, added up in carry-save form first, so that few words remain to be counted: Harley and Seal's method
/// (Warren, Hacker's Delight, 2nd edition, section 5-1).
fn count_ones(block: &[u64; BLOCK]) -> u32 {
    let lanes =
        |at: usize| -> Lanes { [block[at * 4], block[at * 4 + 1], block[at * 4 + 2], block[at * 4 + 3]] };
    let (mut ones, mut twos, mut fours, mut eights) =
        (Lanes::default(), Lanes::default(), Lanes::default(), Lanes::default());
    let mut total = 0;
    for half in [0, 8] {
        let mut pairs = [Lanes::default(); 4];
        for (pair, carry) in pairs.iter_mut().enumerate() {
            *carry = add(&mut ones, lanes(half + pair * 2), lanes(half + pair * 2 + 1));
        }
        let (a, b) = (add(&mut twos, pairs[0], pairs[1]), add(&mut twos, pairs[2], pairs[3]));
        let carry = add(&mut fours, a, b);
        let sixteens = add(&mut eights, carry, Lanes::default());
        total += 16 * sum(&sixteens);
    }
    total + 8 * sum(&eights) + 4 * sum(&fours) + 2 * sum(&twos) + sum(&ones)
}

/// Adds two words to a third bit by bit; what is carried over counts twice.
fn add(to: &mut Lanes, a: Lanes, b: Lanes) -> Lanes {
    let mut carry = Lanes::default();
    for lane in 0..4 {
        let either = to[lane] ^ a[lane];
        carry[lane] = (to[lane] & a[lane]) | (either & b[lane]);
        to[lane] = either ^ b[lane];
    }
    carry
}

fn sum(lanes: &Lanes) -> u32 {
    lanes.iter().map(|word| word.count_ones()).sum()
}

/// The numbers of the bits set in a sequence of words.
pub(crate) fn ones(words: impl Iterator<Item = u64>) -> impl Iterator<Item = u32> {
    words.enumerate().flat_map(|(index, mut word)| {
        std::iter::from_fn(move || {
            if word == 0 {
                return None;
            }
            let bit = word.trailing_zeros();
            word &= word - 1;
            Some(index as u32 * 64 + bit)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_bitset_is_a_set(operations in proptest::collection::vec((0u32..300, any::<bool>()), 0..200)) {
            let (mut bits, mut model) = (BitSet::default(), BTreeSet::new());
            for (bit, on) in operations {
                let changed = if on { model.insert(bit) } else { model.remove(&bit) };
                prop_assert_eq!(bits.set(bit, on), changed);
                prop_assert_eq!(bits.contains(bit), on);
            }
            prop_assert_eq!(bits.iter().collect::<Vec<_>>(), model.iter().copied().collect::<Vec<_>>());
        }

        #[test]
        fn an_intersection_holds_what_both_hold(a in proptest::collection::btree_set(0u32..200, 0..60), b in proptest::collection::btree_set(0u32..300, 0..60)) {
            let build = |set: &BTreeSet<u32>| {
                let mut bits = BitSet::default();
                for bit in set { bits.set(*bit, true); }
                bits
            };
            let both: Vec<u32> = a.intersection(&b).copied().collect();
            prop_assert_eq!(all_meet([&build(&a), &build(&b)]), !both.is_empty());
            let mut found = vec![7];
            build(&a).add_common(&build(&b), &mut found);
            prop_assert_eq!(&found[1..], both);
        }

        #[test]
        fn what_several_sets_have_in_common_is_counted(
            sets in proptest::collection::vec(proptest::collection::vec(any::<u64>(), 0..300), 1..5),
        ) {
            let build = |words: &Vec<u64>| {
                let mut bits = BitSet::default();
                for bit in ones(words.iter().copied()) { bits.set(bit, true); }
                bits
            };
            let built: Vec<BitSet> = sets.iter().map(build).collect();
            let counts = count_in_all(&built.iter().collect::<Vec<_>>());
            for (index, count) in counts.into_iter().enumerate() {
                let in_all = built[0].iter().filter(|bit| built[..=index].iter().all(|set| set.contains(*bit)));
                prop_assert_eq!(in_all.count() as u32, count);
            }
        }
    }
}

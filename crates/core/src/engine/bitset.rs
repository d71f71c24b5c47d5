//! Sets of small numbers, one bit each.

/// A set of agent slots.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct BitSet(Vec<u64>);

impl BitSet {
    pub(crate) fn contains(&self, bit: u32) -> bool {
        self.0.get(bit as usize / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }

    /// Puts a bit in or takes it out; whether that changed the set.
    pub(crate) fn set(&mut self, bit: u32, on: bool) -> bool {
        let index = bit as usize / 64;
        if index >= self.0.len() {
            if !on {
                return false;
            }
            self.0.resize(index + 1, 0);
        }
        let old = self.0[index];
        let mask = 1 << (bit % 64);
        self.0[index] = if on { old | mask } else { old & !mask };
        old != self.0[index]
    }

    pub(crate) fn words(&self) -> &[u64] {
        &self.0
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        ones(self.0.iter().copied())
    }

    /// The bits that are in both sets, in order.
    pub(crate) fn iter_and<'a>(&'a self, other: &'a BitSet) -> impl Iterator<Item = u32> + 'a {
        ones(self.0.iter().zip(&other.0).map(|(a, b)| a & b))
    }
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
            prop_assert_eq!(build(&a).iter_and(&build(&b)).collect::<Vec<_>>(), both);
        }
    }
}

//! Telling texts apart without looking at them byte by byte.

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Texts up to this length are told apart by their prints alone.
pub(crate) const SHORT_MAX: usize = 16;

/// Two numbers and a length. Of texts up to [`SHORT_MAX`] bytes no two have the same: keys and ids are hardly ever longer, and are compared
/// some forty times a command. Of longer ones two may.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Print {
    low: u64,
    high: u64,
    length: usize,
}

impl Print {
    #[inline]
    pub(crate) fn of(bytes: &[u8]) -> Print {
        let length = bytes.len();
        let (low, high) = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
            _ if length > SHORT_MAX => long(bytes),
            // Both ends, which meet or overlap.
            (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
            _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
                (Some(first), Some(last)) => {
                    (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
                }
                _ => (bytes.iter().fold(0, |low, byte| low << 8 | u64::from(*byte)), 0),
            },
        };
        Print { low, high, length }
    }

    /// Whether it stands for one text alone.
    pub(crate) fn is_exact(self) -> bool {
        self.length <= SHORT_MAX
    }

    /// A number below a power of two that is at most 2^20.
    #[inline]
    pub(crate) fn slot(self, slots: usize) -> usize {
        let both = self.low ^ self.high.rotate_left(29) ^ (self.length as u64) << 56;
        (both.wrapping_mul(FACTOR) >> 40) as usize & (slots - 1)
    }
}

// Of its own, so that short texts need no room on the stack.
#[inline(never)]
fn long(bytes: &[u8]) -> (u64, u64) {
    let mut hash = 0_u64;
    let mut add = |word: u64| hash = (hash ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let (whole, rest) = bytes.as_chunks::<8>();
    for eight in whole {
        add(u64::from_le_bytes(*eight));
    }
    add(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
    (hash, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{KEYS, number};
    use proptest::prelude::*;

    proptest! {
        /// Texts that differ in one byte, or in nothing.
        #[test]
        fn short_texts_have_prints_of_their_own(a in prop::collection::vec(any::<u8>(), 1..=16), at: usize, byte: u8) {
            let mut b = a.clone();
            b[at % a.len()] = byte;
            let (first, second) = (Print::of(&a), Print::of(&b));
            prop_assert!(first.is_exact() && second.is_exact());
            prop_assert_eq!(first == second, a == b);
            b.pop();
            prop_assert!(first != Print::of(&b));
        }
    }

    #[test]
    fn every_key_is_found_by_its_number_and_nothing_else_is() {
        for (place, key) in (0..).zip(KEYS) {
            assert_eq!(number(key), Some(place), "`{key}`");
            assert_eq!(number(&format!("{key}{key}{key}{key}{key}{key}{key}{key}{key}")), None);
        }
        for unknown in ["", "types", "Type", "agent_on_the_line"] {
            assert_eq!(number(unknown), None, "`{unknown}`");
        }
    }
}

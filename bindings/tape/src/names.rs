//! Telling names of the program apart by where they lie.
//!
//! The name of a field or of a variant is the same text in the same place each time it is written, and a batch writes forty of them an
//! answer. Its address and length say which one it is, without a look at it.

const FACTOR: usize = 0x9e37_79b1;
const BITS: u32 = 8;

/// What is known of names, each by the last one that came to its slot.
pub(crate) struct Names<V> {
    slots: Box<[Option<(usize, usize, V)>]>,
}

impl<V: Copy> Names<V> {
    pub(crate) fn new() -> Self {
        Self { slots: vec![None; 1 << BITS].into_boxed_slice() }
    }

    /// What is known of a name, found out where nothing is. Only texts that stay for good have an address of their own.
    #[inline]
    pub(crate) fn get(&mut self, name: &'static str, find: impl FnOnce() -> V) -> V {
        let (address, length) = (name.as_ptr().addr(), name.len());
        let slot = (address ^ length << 5).wrapping_mul(FACTOR) as u32 >> (u32::BITS - BITS);
        let slot = &mut self.slots[slot as usize];
        match *slot {
            Some((at, of, value)) if (at, of) == (address, length) => value,
            _ => {
                let value = find();
                *slot = Some((address, length, value));
                value
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lie_in_one_another_are_told_apart() {
        const WHOLE: &str = "tickets and agents";
        let mut names = Names::new();
        for round in 0..2 {
            for end in 0..WHOLE.len() {
                for begin in 0..=end {
                    let name = &WHOLE[begin..end];
                    assert_eq!(names.get(name, || (begin, end)), (begin, end), "round {round}: {name}");
                }
            }
        }
        names.get(WHOLE, || (0, 0));
        assert_eq!(names.get(WHOLE, || unreachable!("it is known")), (0, 0));
    }
}

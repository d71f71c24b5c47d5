//! A heap of distances.

/// A binary heap of (distance, place) pairs, least distance first. Equal distances leave in no order that anything
/// depends on, but always in the same one.
#[derive(Clone, Debug, Default)]
pub(super) struct Heap {
    entries: Vec<(f64, u32)>,
}

impl Heap {
    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    #[inline]
    pub(super) fn push(&mut self, distance: f64, place: u32) {
        let mut at = self.entries.len();
        self.entries.push((distance, place));
        while at > 0 {
            let parent = (at - 1) / ARITY;
            if self.entries[parent].0 <= distance {
                break;
            }
            self.entries[at] = self.entries[parent];
            at = parent;
        }
        self.entries[at] = (distance, place);
    }

    /// The least distance, infinity where there is none.
    #[inline]
    pub(super) fn least(&self) -> f64 {
        self.entries.first().map_or(f64::INFINITY, |entry| entry.0)
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<(f64, u32)> {
        let last = self.entries.pop()?;
        let Some(&top) = self.entries.first() else { return Some(last) };
        let length = self.entries.len();
        let mut at = 0;
        loop {
            let first = at * ARITY + 1;
            if first >= length {
                break;
            }
            let mut least = first;
            for child in first + 1..(first + ARITY).min(length) {
                if self.entries[child].0 < self.entries[least].0 {
                    least = child;
                }
            }
            if self.entries[least].0 >= last.0 {
                break;
            }
            self.entries[at] = self.entries[least];
            at = least;
        }
        self.entries[at] = last;
        Some(top)
    }
}

/// Children of a node: one cache line of entries.
const ARITY: usize = 4;

#[cfg(test)]
mod tests {
    use super::Heap;

    #[test]
    fn distances_leave_in_order() {
        let mut heap = Heap::default();
        let distances: Vec<f64> = (0..200u32).map(|i| f64::from(i * 37 % 101)).collect();
        for (place, &distance) in (0..).zip(&distances) {
            heap.push(distance, place);
        }
        let mut sorted = distances.clone();
        sorted.sort_by(f64::total_cmp);
        let left: Vec<f64> = std::iter::from_fn(|| heap.pop()).map(|(distance, _)| distance).collect();
        assert_eq!(left, sorted);
    }
}

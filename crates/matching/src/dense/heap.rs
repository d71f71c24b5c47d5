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
        self.entries.push((distance, place));
        self.rise(self.entries.len() - 1, (distance, place));
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
        // The hole sinks to the bottom first and what was last rises from there: it seldom does, so that no jump depends on it.
        let mut at = 0;
        while let Some(least) = self.least_child(at) {
            self.entries[at] = self.entries[least];
            at = least;
        }
        self.rise(at, last);
        Some(top)
    }

    /// Puts an entry into a hole, or above it.
    #[inline]
    fn rise(&mut self, mut at: usize, entry: (f64, u32)) {
        while at > 0 {
            let parent = (at - 1) / ARITY;
            if self.entries[parent].0 <= entry.0 {
                break;
            }
            self.entries[at] = self.entries[parent];
            at = parent;
        }
        self.entries[at] = entry;
    }

    /// The child of a node that leaves first. Of four without a branch: which it is cannot be foreseen.
    #[inline]
    fn least_child(&self, at: usize) -> Option<usize> {
        let first = at * ARITY + 1;
        let children = self.entries.get(first..)?;
        if let Some(four) = children.first_chunk::<ARITY>() {
            let one = usize::from(four[1].0 < four[0].0);
            let other = 2 + usize::from(four[3].0 < four[2].0);
            return Some(first + if four[other].0 < four[one].0 { other } else { one });
        }
        let lesser = |a: usize, b: usize| if children[b].0 < children[a].0 { b } else { a };
        (0..children.len()).reduce(lesser).map(|least| first + least)
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

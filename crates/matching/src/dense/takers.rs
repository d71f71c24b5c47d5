//! Shortlists by object: who has an object on its list, and what for.

use super::NONE;
use super::cost::sealed::Element;
use super::kernels::Arc;

/// The entries of all lists, sorted by object when they are turned, with room for those that lists gain later. An entry that
/// a list has lost since stays: it is a pair of the matrix all the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Takers<T: Element> {
    /// Where those of each object start, and the last ones end. INVARIANT: empty where lists have not been turned.
    starts: Vec<u32>,
    /// The bidder stands where a list has the object.
    arcs: Vec<Arc<T>>,
    /// Later entries: each with the number of the one before it of the same object, or [`NONE`].
    later: Vec<(Arc<T>, u32)>,
    last: Vec<u32>,
}

impl<T: Element> Takers<T> {
    /// Forgets all entries, and that there were any.
    pub(super) fn clear(&mut self) {
        self.starts.clear();
    }

    /// Takes the lists of all bidders, first to last. O(bidders + objects + entries).
    pub(super) fn fill<'a>(&mut self, objects: usize, lists: impl Iterator<Item = &'a [Arc<T>]> + Clone) {
        let Self { starts, arcs, later, last } = self;
        starts.clear();
        starts.resize(objects + 2, 0);
        for arc in lists.clone().flatten() {
            starts[arc.column as usize + 2] += 1;
        }
        for at in 2..starts.len() {
            starts[at] += starts[at - 1];
        }
        arcs.clear();
        arcs.resize(starts[objects + 1] as usize, Arc::default());
        // Each start but the first stands one place too far on, and moves to where it belongs while entries are placed.
        for (bidder, list) in (0..).zip(lists) {
            for arc in list {
                let place = &mut starts[arc.column as usize + 1];
                arcs[*place as usize] = Arc::new(arc.cost(), bidder);
                *place += 1;
            }
        }
        later.clear();
        last.clear();
        last.resize(objects, NONE);
    }

    /// Adds the list that a bidder has now, where lists have been turned.
    pub(super) fn add(&mut self, bidder: u32, list: &[Arc<T>]) {
        if self.starts.is_empty() {
            return;
        }
        for arc in list {
            let number = self.later.len() as u32;
            let before = std::mem::replace(&mut self.last[arc.column as usize], number);
            self.later.push((Arc::new(arc.cost(), bidder), before));
        }
    }

    /// The entries of an object that lists had when they were turned.
    #[inline]
    pub(super) fn of(&self, object: u32) -> &[Arc<T>] {
        let at = object as usize;
        &self.arcs[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// The entries of an object that lists have gained since, some of them twice.
    #[inline]
    pub(super) fn later(&self, object: u32) -> impl Iterator<Item = Arc<T>> {
        let mut number = self.last[object as usize];
        std::iter::from_fn(move || {
            let &(arc, before) = self.later.get(number as usize)?;
            number = before;
            Some(arc)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_object_knows_the_lists_that_it_is_on() {
        let arc = |cost: f64, column| Arc::<f64>::new(cost, column);
        let lists = [vec![arc(1.0, 2), arc(2.0, 0)], vec![], vec![arc(3.0, 2), arc(4.0, 3)]];
        let mut takers = Takers::default();
        takers.add(0, &lists[0]);
        takers.fill(4, lists.iter().map(Vec::as_slice));
        takers.add(1, &[arc(5.0, 2), arc(6.0, 1)]);
        takers.add(2, &[arc(3.0, 2)]);
        let all = |object| {
            let found = takers.of(object).iter().copied().chain(takers.later(object));
            found.map(|arc| (arc.cost(), arc.column)).collect::<Vec<_>>()
        };
        assert_eq!(all(0), [(2.0, 0)]);
        assert_eq!(all(1), [(6.0, 1)]);
        assert_eq!(all(2), [(1.0, 0), (3.0, 2), (3.0, 2), (5.0, 1)]);
        assert_eq!(all(3), [(4.0, 2)]);
    }
}

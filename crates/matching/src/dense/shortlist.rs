//! The cheapest entries of each row, and a bound for all others.
//!
//! A row of a large matrix needs few of its entries. Each bidder keeps a list of those whose reduced cost (cost less
//! price) was least when the list was made, and the least reduced cost that any other entry can have. Prices only fall
//! while a problem is solved, so reduced costs only rise and the bound stays true. A method that would need more than
//! the bound says reads the row again and makes a longer list.
//!
//! Working on a sparse core and pricing out the rest is due to A. Volgenant 1996, "Linear and semi-assignment
//! problems: a core oriented approach", Computers & Operations Research 23. Here no pricing pass over the whole matrix is
//! needed: the bounds of the rows are the proof.

use super::cost::sealed::Element;
use super::grid::Grid;
use super::kernels::{Arc, Collect, PARTS, Profile};

/// How many of the 64 parts of a row must have an entry below the limit of its first list; so many entries at least.
const FIRST: usize = 16;

/// Memory for lists. Reused from one problem to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Shortlists<T> {
    lists: Vec<List>,
    arcs: Vec<Arc>,
    found: Vec<Arc>,
    pub(super) line: Vec<T>,
}

#[derive(Clone, Copy, Debug, Default)]
struct List {
    start: usize,
    length: u32,
    /// How many entries have room from `start` on.
    room: u32,
    /// How many entries the next list shall have; none has been made yet while it is 0.
    wanted: u32,
    /// No entry outside the list has a smaller reduced cost.
    bound: f64,
}

impl<T: Element> Shortlists<T> {
    pub(super) fn clear(&mut self, bidders: usize) {
        self.lists.clear();
        self.lists.resize(bidders, List::default());
        self.arcs.clear();
    }

    /// The entries of a bidder's list.
    #[inline]
    pub(super) fn arcs(&self, bidder: u32) -> &[Arc] {
        let list = &self.lists[bidder as usize];
        &self.arcs[list.start..list.start + list.length as usize]
    }

    /// The least reduced cost that an entry outside the list can have; infinity where there is none.
    #[inline]
    pub(super) fn bound(&self, bidder: u32) -> f64 {
        self.lists[bidder as usize].bound
    }

    /// Makes the list of a bidder, or a longer one, from prices as they are.
    pub(super) fn extend(&mut self, grid: &Grid<'_, T>, bidder: u32, price: &[f64]) {
        let list = self.lists[bidder as usize];
        let line = grid.line(bidder as usize, &mut self.line);
        self.found.clear();
        let bound = if list.wanted == 0 {
            let parts = grid.level.run(Profile { line, sign: grid.sign, price });
            let limit = nth(parts, FIRST);
            let most = 2 * FIRST + FIRST / 2;
            collect(grid, line, price, limit, bidder, &mut self.found);
            shorten(&mut self.found, price, most).unwrap_or(limit)
        } else {
            let wanted = list.wanted as usize;
            let limit = if wanted <= PARTS {
                let parts = grid.level.run(Profile { line, sign: grid.sign, price });
                nth(parts, wanted.min(PARTS - 1))
            } else {
                f64::INFINITY
            };
            collect(grid, line, price, limit, bidder, &mut self.found);
            shorten(&mut self.found, price, 2 * wanted).unwrap_or(limit)
        };
        self.store(bidder, bound, (list.wanted * 2).max(2 * FIRST as u32));
    }

    fn store(&mut self, bidder: u32, bound: f64, wanted: u32) {
        let list = &mut self.lists[bidder as usize];
        let length = self.found.len() as u32;
        if length > list.room {
            list.start = self.arcs.len();
            list.room = length;
            self.arcs.resize(list.start + length as usize, Arc::default());
        }
        list.length = length;
        list.bound = bound;
        list.wanted = wanted;
        self.arcs[list.start..list.start + length as usize].copy_from_slice(&self.found);
    }
}

/// Collects what is not above the limit, from a column on that differs from row to row: where a list is cut short among
/// equals, rows shall not all keep the same columns.
fn collect<T: Element>(
    grid: &Grid<'_, T>,
    line: &[T],
    price: &[f64],
    limit: f64,
    bidder: u32,
    found: &mut Vec<Arc>,
) {
    let first = (bidder as usize).wrapping_mul(0x9E37_79B1) % line.len().max(1);
    for (from, to) in [(first, line.len()), (0, first)] {
        let (line, price) = (&line[from..to], &price[from..to]);
        grid.level.run(Collect { line, sign: grid.sign, price, limit, offset: from as u32, found });
    }
}

/// Keeps the `most` cheapest and returns the least reduced cost dropped, or `None` where nothing was.
fn shorten(found: &mut Vec<Arc>, price: &[f64], most: usize) -> Option<f64> {
    if found.len() <= most {
        return None;
    }
    let reduced = |arc: &Arc| arc.cost - price[arc.column as usize];
    let (_, dropped, _) = found.select_nth_unstable_by(most, |a, b| reduced(a).total_cmp(&reduced(b)));
    let bound = reduced(dropped);
    found.truncate(most);
    Some(bound)
}

/// The n-th least of the parts, counted from 0.
fn nth(mut parts: [f64; PARTS], n: usize) -> f64 {
    let (_, &mut value, _) = parts.select_nth_unstable_by(n, f64::total_cmp);
    value
}

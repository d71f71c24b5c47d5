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
use super::kernels::{Arc, Collect, GROUPS, Limit};

/// How many entries a first list has, roughly.
const FIRST: usize = 16;

/// How often an auction reads a row before it makes a list of it.
const PATIENCE: u32 = 3;

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
    /// How many entries were asked for.
    wanted: u32,
    /// How often it did not suffice since it was made.
    missed: u32,
    /// No entry outside the list has a smaller reduced cost.
    bound: f64,
}

impl<T: Element> Shortlists<T> {
    pub(super) fn clear(&mut self, bidders: usize) {
        self.lists.clear();
        self.lists.resize(bidders, List { bound: f64::NEG_INFINITY, ..List::default() });
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

    /// Whether a bidder has a list.
    pub(super) fn is_made(&self, bidder: u32) -> bool {
        self.lists[bidder as usize].bound > f64::NEG_INFINITY
    }

    /// Counts that a list did not suffice, and says whether it is time for a new one.
    #[inline]
    pub(super) fn missed(&mut self, bidder: u32) -> bool {
        let list = &mut self.lists[bidder as usize];
        list.missed += 1;
        if list.missed <= PATIENCE {
            return false;
        }
        list.missed = 0;
        true
    }

    /// Makes the list of a bidder, or a new one as long, from prices as they are.
    pub(super) fn refresh(&mut self, grid: &Grid<'_, T>, bidder: u32, price: &[f64]) {
        self.make(grid, bidder, price, FIRST);
        self.lists[bidder as usize].wanted = FIRST as u32;
    }

    /// Makes the list of a bidder twice as long.
    pub(super) fn extend(&mut self, grid: &Grid<'_, T>, bidder: u32, price: &[f64]) {
        let wanted = self.lists[bidder as usize].wanted * 2;
        self.make(grid, bidder, price, wanted as usize);
        self.lists[bidder as usize].wanted = wanted;
    }

    /// Gives a bidder a list of its cheapest entry alone, with what the next one costs.
    pub(super) fn set_single(&mut self, bidder: u32, arc: Arc, next: f64) {
        self.found.clear();
        self.found.push(arc);
        self.store(bidder, next);
        self.lists[bidder as usize].wanted = FIRST as u32 / 2;
    }

    fn make(&mut self, grid: &Grid<'_, T>, bidder: u32, price: &[f64], wanted: usize) {
        let line = grid.line(bidder as usize, &mut self.line);
        self.found.clear();
        let groups = wanted / 2;
        let limit = if groups <= GROUPS {
            grid.level.run(Limit { line, sign: grid.sign, price, groups })
        } else {
            f64::INFINITY
        };
        let most = 2 * wanted + wanted / 2;
        let (level, sign, found) = (grid.level, grid.sign, &mut self.found);
        level.run(Collect::<T, false> { line, sign, price, limit, offset: 0, most: usize::MAX, found });
        let bound = shorten(&mut self.found, price, most).unwrap_or(limit);
        if bound == limit && limit < f64::INFINITY {
            self.add_equals(grid, bidder, price, limit, most);
        }
        self.store(bidder, bound);
    }

    /// Fills a list up with entries at its limit, from a column on that differs from row to row: where a list is cut short
    /// among equals, rows shall not all keep the same columns.
    fn add_equals(&mut self, grid: &Grid<'_, T>, bidder: u32, price: &[f64], limit: f64, most: usize) {
        let line = if grid.in_lines { grid.line(bidder as usize, &mut self.line) } else { &self.line };
        let first = (bidder as usize).wrapping_mul(0x9E37_79B1) % line.len().max(1);
        for (from, to) in [(first, line.len()), (0, first)] {
            let (line, price, offset) = (&line[from..to], &price[from..to], from as u32);
            let found = &mut self.found;
            if found.len() < most {
                grid.level.run(Collect::<T, true> {
                    line,
                    sign: grid.sign,
                    price,
                    limit,
                    offset,
                    most,
                    found,
                });
            }
        }
        self.found.truncate(most);
    }

    fn store(&mut self, bidder: u32, bound: f64) {
        let list = &mut self.lists[bidder as usize];
        let length = self.found.len() as u32;
        if length > list.room {
            list.start = self.arcs.len();
            list.room = length;
            self.arcs.resize(list.start + length as usize, Arc::default());
        }
        list.length = length;
        list.bound = bound;
        self.arcs[list.start..list.start + length as usize].copy_from_slice(&self.found);
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

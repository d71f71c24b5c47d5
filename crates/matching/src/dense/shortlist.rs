//! The cheapest entries of each row, and a bound for all others.
//!
//! A row of a large matrix needs few of its entries. Each bidder keeps a list of those whose reduced cost (cost less
//! price) was least when the list was made, and the least reduced cost that any other entry can have. Prices only fall
//! while a problem is solved, so reduced costs only rise and the bound stays true. A method that would need more than
//! the bound says reads the row again and makes a new list, longer only if it must be: a list that was made from prices as they
//! are holds what matters in fewer entries.
//!
//! Working on a sparse core and pricing out the rest is due to A. Volgenant 1996, "Linear and semi-assignment
//! problems: a core oriented approach", Computers & Operations Research 23. Here no pricing pass over the whole matrix is
//! needed: the bounds of the rows are the proof.
//!
//! Where most pairs are forbidden, the others are packed while the matrix is read for the first time, and rows are read
//! there from then on.

use super::NONE;
use super::cost::sealed::Element;
use super::grid::Grid;
use super::kernels::{Arc, Cheapest, Collect, CollectNear, ColumnCheapest, GROUPS, LANES, Limit};
use super::takers::Takers;
use crate::simd::Level;

/// How many entries a first list has, roughly.
const FIRST: usize = 16;

/// How many entries a list has, roughly, once it did not suffice.
const RENEWED: u32 = 32;

/// Rows are packed where no more than one pair in so many is allowed: an entry that is packed takes as long to read as
/// some that are not.
const PACKED: usize = 8;

/// A packed row of no more entries is a list as it is.
const FULL: usize = 32;

/// When to stop looking for rows of many entries that cost as little as any can.
const IN_VAIN: u32 = 16;

/// Memory for lists. Reused from one problem to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Shortlists<T: Element> {
    lists: Vec<List>,
    arcs: Vec<Arc<T>>,
    found: Vec<Arc<T>>,
    /// Places in a packed row.
    places: Vec<Arc<f64>>,
    line: Vec<T>,
    reduced: Reduced,
    packed: Packed<T>,
    apart: Apart,
    takers: Takers<T>,
    /// How often rows had too few entries of the least possible cost, beyond half of the times.
    in_vain: u32,
}

/// The cheapest object of each bidder, its cost, and the least cost of any other.
#[derive(Clone, Debug, Default)]
struct Apart {
    first: Vec<f64>,
    at: Vec<u32>,
    second: Vec<f64>,
}

/// The allowed entries of all rows, or nothing.
#[derive(Clone, Debug, Default)]
struct Packed<T: Element> {
    arcs: Vec<Arc<T>>,
    /// Where each row starts and the last one ends; empty where rows are not packed.
    starts: Vec<usize>,
}

impl<T: Element> Packed<T> {
    fn row(&self, bidder: u32) -> &[Arc<T>] {
        &self.arcs[self.starts[bidder as usize]..self.starts[bidder as usize + 1]]
    }
}

/// Reduced costs of entries that lie apart, side by side, so that loops over lines serve them too.
#[derive(Clone, Debug, Default)]
struct Reduced {
    costs: Vec<f64>,
    /// At least as many zeros, which stand for prices.
    zeros: Vec<f64>,
}

impl Reduced {
    /// Works the reduced costs of some entries out and returns them as a row, filled up with what nobody would choose.
    fn row<T: Element>(&mut self, arcs: &[Arc<T>], price: &[f64], level: Level) -> Row<'_, f64> {
        let Self { costs, zeros } = self;
        costs.clear();
        costs.extend(arcs.iter().map(|arc| arc.cost() - price[arc.column as usize]));
        costs.resize(costs.len().next_multiple_of(LANES), f64::INFINITY);
        zeros.resize(costs.len().max(zeros.len()), 0.0);
        Row { line: costs, sign: 1.0, price: &zeros[..costs.len()], level, ahead: &[] }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct List {
    start: usize,
    length: u32,
    /// How many entries have room from `start` on.
    room: u32,
    /// How many entries were asked for.
    wanted: u32,
    /// The last search that it did not suffice for.
    renewed_in: u32,
    /// No entry outside the list has a smaller reduced cost.
    bound: f64,
}

impl<T: Element> Shortlists<T> {
    pub(super) fn clear(&mut self, bidders: usize) {
        self.lists.clear();
        self.lists.resize(bidders, List { bound: f64::NEG_INFINITY, ..List::default() });
        self.arcs.clear();
        self.packed.arcs.clear();
        self.packed.starts.clear();
        self.apart.at.clear();
        self.takers.clear();
        self.in_vain = 0;
    }

    /// Forgets all lists, so that prices may rise. What has been packed stays.
    pub(super) fn forget(&mut self) {
        for list in &mut self.lists {
            list.bound = f64::NEG_INFINITY;
        }
        self.takers.clear();
    }

    /// Packs the next row, or gives up packing where too many pairs of the rows up to it are allowed.
    pub(super) fn pack(&mut self, grid: &Grid<'_, T>, bidder: usize, price: &[f64], forbidden: usize) {
        let Packed { arcs, starts, .. } = &mut self.packed;
        let allowed = (bidder + 1) * grid.objects - forbidden;
        if starts.len() < bidder || allowed * PACKED > (bidder + 1) * grid.objects {
            starts.clear();
            return;
        }
        let (line, sign) = (grid.raw_line(bidder), grid.sign);
        starts.push(arcs.len());
        let (limit, most) = (f64::INFINITY, usize::MAX);
        grid.level.run(Collect::<T, false> {
            line,
            sign,
            price,
            limit,
            offset: 0,
            most,
            ahead: &[],
            found: arcs,
        });
        if bidder + 1 == grid.bidders {
            starts.push(arcs.len());
        }
    }

    /// Whether lists are made from lines as they lie in memory, rather than from what was packed or lies apart.
    pub(super) fn are_of_lines(&self, grid: &Grid<'_, T>) -> bool {
        grid.in_lines && self.packed.starts.is_empty()
    }

    /// Whether rows are packed as they are read.
    #[cfg(feature = "rayon")]
    pub(super) fn is_packing(&self) -> bool {
        !self.packed.starts.is_empty()
    }

    /// The cheapest entry of a bidder's list, its reduced cost, and the least of any other entry of the list.
    #[inline]
    pub(super) fn first(&mut self, bidder: u32, price: &[f64], level: Level) -> Option<(Arc<T>, f64, f64)> {
        let list = &self.lists[bidder as usize];
        let arcs = &self.arcs[list.start..list.start + list.length as usize];
        let (reduced, at, next) = self.reduced.row(arcs, price, level).cheapest();
        Some((*arcs.get(at as usize)?, reduced, next))
    }

    /// The entries of a bidder's list.
    #[inline]
    pub(super) fn arcs(&self, bidder: u32) -> &[Arc<T>] {
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

    /// Makes the list of a bidder, or a new one as long, from prices as they are.
    pub(super) fn refresh(&mut self, grid: &Grid<'_, T>, bidder: u32, price: &[f64]) {
        self.make(grid, bidder, price, FIRST);
        self.lists[bidder as usize].wanted = FIRST as u32;
    }

    /// Gives a bidder a list of entries whose reduced cost is the least that any can be, if it has some: whole numbers
    /// often do, and then no other entry matters. Gives up where most rows have too few.
    pub(super) fn take_least(&mut self, grid: &Grid<'_, T>, bidder: u32, price: &[f64], least: f64) -> bool {
        if self.in_vain >= IN_VAIN || !self.packed.starts.is_empty() || least == f64::NEG_INFINITY {
            return false;
        }
        let line = grid.line(bidder as usize, &mut self.line);
        self.found.clear();
        let row = Row { line, sign: grid.sign, price, level: grid.level, ahead: &[] };
        row.add_equals(least, FIRST, spread(bidder), &mut self.found);
        if self.found.len() < FIRST / 4 {
            self.in_vain += 2;
            return false;
        }
        self.in_vain = self.in_vain.saturating_sub(1);
        self.store(bidder, least);
        self.lists[bidder as usize].wanted = FIRST as u32;
        true
    }

    /// Makes all lists that are missing from a bidder on, on all cores, if each must be read for itself and there is much to
    /// read; whether it has.
    #[cfg(feature = "rayon")]
    pub(super) fn refresh_others(
        &mut self,
        grid: &Grid<'_, T>,
        from: usize,
        price: &[f64],
        least: f64,
    ) -> bool {
        let in_vain = self.in_vain >= IN_VAIN || least == f64::NEG_INFINITY;
        if !self.packed.starts.is_empty()
            || !in_vain
            || !super::blocks::are_worth_it(grid.bidders - from, grid.objects)
        {
            return false;
        }
        let lists = &self.lists;
        let blocks = super::blocks::each(from..grid.bidders, |bidders| {
            let (mut arcs, mut made, mut line) = (Vec::new(), Vec::new(), Vec::new());
            let mut found = Vec::new();
            for bidder in bidders.filter(|bidder| lists[*bidder].bound == f64::NEG_INFINITY) {
                let line = grid.line(bidder, &mut line);
                let ahead = grid.line_behind(bidder);
                let row = Row { line, sign: grid.sign, price, level: grid.level, ahead };
                found.clear();
                let bound = row.pick(FIRST, spread(bidder as u32), &mut found);
                made.push((bidder as u32, found.len(), bound));
                arcs.extend_from_slice(&found);
            }
            (arcs, made)
        });
        for (arcs, made) in blocks {
            let mut arcs = arcs.as_slice();
            for (bidder, length, bound) in made {
                let (own, others) = arcs.split_at(length);
                self.found.clear();
                self.found.extend_from_slice(own);
                self.store(bidder, bound);
                self.lists[bidder as usize].wanted = FIRST as u32;
                arcs = others;
            }
        }
        true
    }

    /// Makes the list of a bidder anew, as it did not suffice for a search: of entries that are cheapest by now, since prices have
    /// fallen, and twice as long only if that has been in vain in this search. Longer lists would not stay in a cache.
    pub(super) fn renew(&mut self, grid: &Grid<'_, T>, bidder: u32, price: &[f64], search: u32) {
        let list = &mut self.lists[bidder as usize];
        let before = std::mem::replace(&mut list.renewed_in, search);
        let wanted = if before == search { list.wanted * 2 } else { list.wanted.max(RENEWED) };
        self.lengthen(grid, bidder, price, wanted);
    }

    /// Makes the list of a bidder twice as long.
    pub(super) fn extend(&mut self, grid: &Grid<'_, T>, bidder: u32, price: &[f64]) {
        self.lengthen(grid, bidder, price, self.lists[bidder as usize].wanted * 2);
    }

    fn lengthen(&mut self, grid: &Grid<'_, T>, bidder: u32, price: &[f64], wanted: u32) {
        self.make(grid, bidder, price, wanted as usize);
        let list = &mut self.lists[bidder as usize];
        list.wanted = wanted;
        self.takers.add(bidder, &self.arcs[list.start..list.start + list.length as usize]);
    }

    /// Sorts the entries of all lists by object. Lists that grow from then on keep that up to date.
    pub(super) fn turn(&mut self, objects: usize) {
        let Self { lists, arcs, takers, .. } = self;
        takers.fill(objects, lists.iter().map(|list| &arcs[list.start..list.start + list.length as usize]));
    }

    /// Keeps what is known of lists by object up to date no longer.
    pub(super) fn forget_takers(&mut self) {
        self.takers.clear();
    }

    /// Who has an object on its list, since lists were turned.
    #[inline]
    pub(super) fn takers(&self) -> &Takers<T> {
        &self.takers
    }

    /// Says how little an entry outside the list can cost, now that prices have risen.
    pub(super) fn set_bound(&mut self, bidder: u32, bound: f64) {
        self.lists[bidder as usize].bound = bound;
    }

    /// Gives a bidder a list of its cheapest entry alone, with what the next one costs.
    pub(super) fn set_single(&mut self, bidder: u32, arc: Arc<T>, next: f64) {
        self.found.clear();
        self.found.push(arc);
        self.store(bidder, next);
        self.lists[bidder as usize].wanted = FIRST as u32 / 2;
    }

    /// Looks at the costs of one object for all bidders, the first object being 0, where those of a bidder lie apart: they
    /// are read as they lie, once.
    pub(super) fn note_object(&mut self, grid: &Grid<'_, T>, object: usize) {
        let Apart { first, at, second } = &mut self.apart;
        if object == 0 {
            for list in [&mut *first, &mut *second] {
                list.clear();
                list.resize(grid.bidders, f64::INFINITY);
            }
            at.clear();
            at.resize(grid.bidders, NONE);
        }
        let (line, sign, row) = (grid.raw_line(object), grid.sign, object as u32);
        grid.level.run(ColumnCheapest { line, sign, row, first, at, second });
    }

    /// Makes lists of the cheapest entry alone from what was noted of all objects.
    pub(super) fn set_noted(&mut self) {
        for bidder in 0..self.apart.at.len() {
            let Apart { first, at, second } = &self.apart;
            let (cost, column, next) = (first[bidder], at[bidder], second[bidder]);
            if column != NONE {
                self.set_single(bidder as u32, Arc::new(cost, column), next);
            }
        }
    }

    fn make(&mut self, grid: &Grid<'_, T>, bidder: u32, price: &[f64], wanted: usize) {
        let first = spread(bidder);
        // A list made anew, and no longer than before, stays where it is.
        let List { room, wanted: before, .. } = self.lists[bidder as usize];
        let room = if before as usize >= wanted { room as usize } else { usize::MAX };
        let found = &mut self.found;
        found.clear();
        if self.packed.starts.is_empty() {
            let line = grid.line(bidder as usize, &mut self.line);
            // First lists are made in order, others as it comes.
            let is_first = self.lists[bidder as usize].bound == f64::NEG_INFINITY;
            let ahead = if is_first { grid.line_behind(bidder as usize) } else { &[] };
            let bound =
                Row { line, sign: grid.sign, price, level: grid.level, ahead }.pick(wanted, first, found);
            let bound = shorten(found, price, room).unwrap_or(bound);
            self.store(bidder, bound);
        } else if self.packed.row(bidder).len() <= FULL {
            found.extend_from_slice(self.packed.row(bidder));
            self.store(bidder, f64::INFINITY);
        } else {
            let arcs = self.packed.row(bidder);
            self.places.clear();
            let bound = self.reduced.row(arcs, price, grid.level).pick(wanted, first, &mut self.places);
            found.extend(self.places.iter().map(|place| arcs[place.column as usize]));
            let bound = shorten(found, price, room).unwrap_or(bound);
            self.store(bidder, bound);
        }
    }

    fn store(&mut self, bidder: u32, bound: f64) {
        let rows = self.lists.len();
        let list = &mut self.lists[bidder as usize];
        let length = self.found.len() as u32;
        if length > list.room {
            list.start = self.arcs.len();
            list.room = length;
            if list.start + length as usize > self.arcs.capacity() {
                // First for a list of usual length for each bidder; then by little, as doubling would take much for a few long ones.
                let more = if list.start == 0 { rows * FIRST * 3 / 2 } else { list.start / 4 };
                self.arcs.reserve_exact(more.max(length as usize));
            }
            self.arcs.resize(list.start + length as usize, Arc::default());
        }
        list.length = length;
        list.bound = bound;
        self.arcs[list.start..list.start + length as usize].copy_from_slice(&self.found);
    }
}

/// A row that a list is made from.
struct Row<'a, E> {
    line: &'a [E],
    sign: f64,
    price: &'a [f64],
    level: Level,
    /// The row that will be read next, or nothing.
    ahead: &'a [E],
}

impl<E: Element> Row<'_, E> {
    /// The least reduced cost, where it stands, and the next.
    fn cheapest(&self) -> (f64, u32, f64) {
        let &Self { line, sign, price, level, .. } = self;
        level.run(Cheapest { line, sign, price })
    }

    /// Collects about as many of the cheapest entries as are wanted and returns a bound for all others.
    fn pick(&self, wanted: usize, first: usize, found: &mut Vec<Arc<E>>) -> f64 {
        let &Self { line, sign, price, level, .. } = self;
        let groups = wanted / 2;
        let limit =
            if groups <= GROUPS { level.run(Limit { line, sign, price, groups }) } else { f64::INFINITY };
        let most = 2 * wanted + wanted / 2;
        let (ahead, all) = (self.ahead, usize::MAX);
        // With those at the limit, which are few unless costs are whole numbers. The bound is the limit all the same, as bounds of whole
        // numbers have to be whole.
        let above = limit.next_up();
        if ahead.is_empty() {
            level.run(CollectNear { line, sign, price, limit: above, found });
        } else {
            let limit = above;
            level.run(Collect::<E, false> { line, sign, price, limit, offset: 0, most: all, ahead, found });
        }
        if found.len() <= most {
            if limit == limit.trunc() {
                // Rows shall not all begin with the same of many equals.
                let length = found.len().max(1);
                found.rotate_left(first % length);
            }
            return limit;
        }
        found.retain(|arc| arc.cost() - price[arc.column as usize] < limit);
        let bound = shorten(found, price, most).unwrap_or(limit);
        if bound == limit {
            self.add_equals(limit, most, first, found);
        }
        bound
    }

    /// Fills a list up with entries at its limit, from a column on that differs from row to row: where a list is cut short
    /// among equals, rows shall not all keep the same columns.
    fn add_equals(&self, limit: f64, most: usize, first: usize, found: &mut Vec<Arc<E>>) {
        let first = first % self.line.len().max(1);
        for (from, to) in [(first, self.line.len()), (0, first)] {
            let (line, price, offset) = (&self.line[from..to], &self.price[from..to], from as u32);
            if found.len() < most {
                let sign = self.sign;
                self.level.run(Collect::<E, true> {
                    line,
                    sign,
                    price,
                    limit,
                    offset,
                    most,
                    ahead: &[],
                    found,
                });
            }
        }
        found.truncate(most);
    }
}

/// A number that differs from bidder to bidder.
fn spread(bidder: u32) -> usize {
    (bidder as usize).wrapping_mul(0x9E37_79B1)
}

/// Keeps the `most` cheapest and returns the least reduced cost dropped, or `None` where nothing was.
fn shorten<T: Element>(found: &mut Vec<Arc<T>>, price: &[f64], most: usize) -> Option<f64> {
    if found.len() <= most {
        return None;
    }
    let reduced = |arc: &Arc<T>| arc.cost() - price[arc.column as usize];
    let (_, dropped, _) = found.select_nth_unstable_by(most, |a, b| reduced(a).total_cmp(&reduced(b)));
    let bound = reduced(dropped);
    found.truncate(most);
    Some(bound)
}

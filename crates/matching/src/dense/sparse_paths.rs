//! Shortest augmenting paths on shortlists.
//!
//! As Jonker and Volgenant 1987, section 4 (sparse version), but on lists that are made anew where they do not suffice: see
//! [`super::shortlist`]. A bidder whose list may miss the next entry stands in the heap at the distance that its bound allows;
//! when it comes up, its row is read again. So the answer is that of the whole matrix. Once searches have reached many rows, others go on
//! from both ends: see [`super::two_sided`].
//!
//! Costs O(rows × columns) for the first lists, then O(list × log) a step of a search; a row that is read again costs
//! O(columns).

use super::NONE;
use super::cost::sealed::Element;
use super::grid::{Board, Grid, Stuck};
use super::heap::Heap;
use super::kernels::{Arc, lower};
use super::shortest_paths;
use super::shortlist::Shortlists;
use super::two_sided;
use crate::simd::Level;

/// Marks a bidder, rather than an object, in the heap.
const BIDDER: u32 = 1 << 31;

/// How often a bidder may bid in the reduction, on average.
const BIDS_PER_ROW: usize = 8;

/// Where more than one in so many bidders waits after a round of the reduction, another round places hardly any of them.
const HOPELESS: usize = 4;

/// Where searches look at more than one in so many entries of the rows that they reach, whole rows are read sooner: a vector at a
/// time, without a heap.
const WORTH_LISTING: usize = 16;

/// Lists are turned, to search from both ends, when searches from one have reached one in so many rows: that takes about as long.
const WORTH_TURNING: usize = 4;

/// An auction takes about as long as so many searches that reach most rows.
const WORTH_BIDDING: usize = 32;

/// As long as the matrix has no more entries. From a larger one, rows come too slowly. Entries are counted, and not bytes, so that the
/// answer does not depend on the type of number.
const IN_CACHE: usize = 1 << 20;

/// What a search looks up for each entry of a list, side by side: it is seldom in the first cache.
#[derive(Clone, Copy, Debug)]
struct Known {
    price: f64,
    /// The shortest distance that the search has found.
    distance: f64,
}

/// Memory that only this method needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    heap: Heap,
    /// Of each object. INVARIANT: prices are those of the board.
    known: Vec<Known>,
    /// The bidder before each object.
    bidder_before: Vec<u32>,
    /// Objects whose distance is final.
    closed: Vec<u32>,
    /// Objects at the distance that the search has reached: they need no heap.
    level: Vec<u32>,
    /// Objects whose distance is set.
    touched: Vec<u32>,
    /// The distance of each bidder that a search has reached.
    base: Vec<f64>,
    next: Vec<u32>,
    /// Entries of a list that shorten a distance, and what to; more room than there are.
    shorter: Vec<(f64, u32)>,
    /// Objects whose distance is final, as opposed to shortened again; by stamp.
    closed_at: Vec<u32>,
    stamp: u32,
    /// How many rows all searches have reached, and how many entries they have looked at.
    reached: usize,
    looked_at: usize,
    whole_rows: shortest_paths::Scratch,
    two_sided: two_sided::Scratch,
}

#[cfg(test)]
impl Scratch {
    /// Whether searches went from both ends in the last problem that had some.
    pub(super) fn has_searched_from_both_ends(&self) -> bool {
        self.two_sided.has_moved()
    }

    /// Whether searches of the last problem went over to whole rows.
    pub(super) fn has_read_whole_rows(&self, objects: usize) -> bool {
        self.reached > objects && self.looked_at > self.reached * objects / WORTH_LISTING
    }
}

/// Makes the lists that are still missing and places whom it can without a search; the others wait. Starts from the prices
/// and places on the board. No reduced cost is less than `least`.
pub(super) fn begin<T: Element>(
    grid: &Grid<'_, T>,
    board: &mut Board,
    lists: &mut Shortlists<T>,
    scratch: &mut Scratch,
    least: f64,
) {
    for bidder in 0..grid.bidders as u32 {
        if !lists.is_made(bidder) && !lists.take_least(grid, bidder, &board.price, least) {
            lists.refresh(grid, bidder, &board.price);
            #[cfg(feature = "rayon")]
            if lists.refresh_others(grid, bidder as usize + 1, &board.price, least) {
                break;
            }
        }
    }
    board.waiting.clear();
    let object_of = &board.object_of;
    board.waiting.extend((0..grid.bidders as u32).rev().filter(|&bidder| object_of[bidder as usize] == NONE));
    reduce(grid, board, lists, scratch);
}

/// Places whom it can of those who wait without a search.
pub(super) fn reduce<T: Element>(
    grid: &Grid<'_, T>,
    board: &mut Board,
    lists: &mut Shortlists<T>,
    scratch: &mut Scratch,
) {
    for _ in 0..3 {
        reduce_rows(grid, board, lists, scratch);
        if board.waiting.len() * HOPELESS > grid.bidders {
            break;
        }
    }
}

/// What a bidder would do next.
pub(super) struct Bid {
    pub(super) object: u32,
    pub(super) cost: f64,
    pub(super) reduced: f64,
    /// A lower bound for its best alternative, not better than `reduced`.
    pub(super) second: f64,
    /// A free object that is as good, where `object` is taken.
    pub(super) free: Option<(u32, f64)>,
}

/// The cheapest entry of a bidder; reads its row again where the list cannot say.
pub(super) fn best<T: Element>(
    grid: &Grid<'_, T>,
    board: &Board,
    lists: &mut Shortlists<T>,
    bidder: u32,
) -> Option<Bid> {
    loop {
        if let Some(bid) = listed(board, lists, bidder, grid.level) {
            return Some(bid);
        }
        if lists.bound(bidder) == f64::INFINITY {
            return None;
        }
        lists.refresh(grid, bidder, &board.price);
    }
}

/// The cheapest entry of a bidder, where its list is sure to hold it.
#[inline]
pub(super) fn listed<T: Element>(
    board: &Board,
    lists: &mut Shortlists<T>,
    bidder: u32,
    level: Level,
) -> Option<Bid> {
    let (first, reduced, second) = lists.first(bidder, &board.price, level)?;
    let (object, cost) = (first.column, first.cost());
    let bound = lists.bound(bidder);
    if reduced > bound {
        return None;
    }
    let mut bid = Bid { object, cost, reduced, second: second.min(bound), free: None };
    if second == reduced && board.bidder_of[object as usize] != NONE {
        let equal = |arc: &&Arc<T>| {
            arc.cost() - board.price[arc.column as usize] == reduced
                && board.bidder_of[arc.column as usize] == NONE
        };
        bid.free = lists.arcs(bidder).iter().find(equal).map(|arc| (arc.column, arc.cost()));
    }
    Some(bid)
}

/// Lets each waiting bidder have its cheapest object, whose price falls by what the bidder saves; who had it bids next.
fn reduce_rows<T: Element>(
    grid: &Grid<'_, T>,
    board: &mut Board,
    lists: &mut Shortlists<T>,
    scratch: &mut Scratch,
) {
    let mut bids = board.waiting.len() * BIDS_PER_ROW;
    scratch.next.clear();
    while let Some(bidder) = board.waiting.pop() {
        let out = board.leave_out(bidder);
        let Some(bid) = best(grid, board, lists, bidder).filter(|bid| bid.reduced < out) else {
            scratch.next.push(bidder);
            continue;
        };
        let (mut object, mut cost) = (bid.object, bid.cost);
        let second = bid.second.min(out);
        let mut fell = false;
        if board.bidder_of[object as usize] != NONE {
            if let Some(free) = bid.free {
                (object, cost) = free;
            } else if second < f64::INFINITY {
                let price = board.price[object as usize] - (second - bid.reduced);
                fell = price < board.price[object as usize];
                board.price[object as usize] = price;
            }
            if !fell && board.bidder_of[object as usize] != NONE {
                scratch.next.push(bidder);
                continue;
            }
        }
        let before = board.give(object, bidder, cost);
        if before != NONE {
            if bids > 0 {
                bids -= 1;
                board.waiting.push(before);
            } else {
                scratch.next.push(before);
            }
        }
    }
    // Not swapped: each list shall find its own room again in the next solve.
    board.waiting.extend(scratch.next.drain(..).rev());
}

/// Places the waiting bidders one by one, each by a shortest path. Where it may give up, it does when searches look at so much that
/// better prices are worth more: false.
pub(super) fn finish<T: Element>(
    grid: &Grid<'_, T>,
    board: &mut Board,
    lists: &mut Shortlists<T>,
    scratch: &mut Scratch,
    may_give_up: bool,
) -> Result<bool, Stuck> {
    scratch.prepare(grid, board);
    let may_read_rows = lists.are_of_lines(grid) && grid.data.len() <= IN_CACHE;
    let mut may_search_from_both_ends = grid.bidders == grid.objects && board.leave_out.is_empty();
    while let Some(bidder) = board.waiting.pop() {
        let Scratch { reached, looked_at, .. } = *scratch;
        let are_long = looked_at > reached * two_sided::LONGEST;
        let is_worth_it = board.waiting.len() >= WORTH_BIDDING;
        if may_give_up && is_worth_it && are_long && reached * WORTH_TURNING > grid.objects {
            board.waiting.push(bidder);
            return Ok(false);
        }
        if may_search_from_both_ends && !are_long && reached * WORTH_TURNING > grid.objects {
            board.waiting.push(bidder);
            if two_sided::finish(grid, board, lists, &mut scratch.two_sided)? {
                return Ok(true);
            }
            scratch.prepare(grid, board);
            (scratch.reached, scratch.looked_at) = (reached, looked_at);
            may_search_from_both_ends = false;
            continue;
        }
        if may_read_rows && reached > grid.objects && looked_at > reached * grid.objects / WORTH_LISTING {
            board.waiting.push(bidder);
            shortest_paths::finish_rows(grid, board, &mut scratch.whole_rows)?;
            return Ok(true);
        }
        let mut search = Search { grid, board, lists, scratch, best: f64::INFINITY, end: End::Nowhere };
        search.place(bidder)?;
    }
    Ok(true)
}

impl Scratch {
    fn prepare<T: Element>(&mut self, grid: &Grid<'_, T>, board: &Board) {
        self.base.clear();
        self.base.resize(grid.bidders, 0.0);
        self.closed_at.clear();
        self.closed_at.resize(grid.objects, 0);
        self.stamp = 0;
        self.known.clear();
        self.known.extend(board.price.iter().map(|&price| Known { price, distance: f64::INFINITY }));
        self.bidder_before.clear();
        self.bidder_before.resize(grid.objects, NONE);
        (self.reached, self.looked_at) = (0, 0);
    }
}

#[derive(Clone, Copy)]
enum End {
    Nowhere,
    Free(u32),
    LeftOut(u32),
}

struct Search<'a, 'g, T: Element> {
    grid: &'a Grid<'g, T>,
    board: &'a mut Board,
    lists: &'a mut Shortlists<T>,
    scratch: &'a mut Scratch,
    /// The length of the shortest complete path known.
    best: f64,
    end: End,
}

impl<T: Element> Search<'_, '_, T> {
    /// Leaves nothing of a walk behind for the next one.
    fn forget_distances(&mut self) {
        let Scratch { touched, known, .. } = &mut *self.scratch;
        for object in touched.drain(..) {
            known[object as usize].distance = f64::INFINITY;
        }
    }

    fn place(&mut self, first: u32) -> Result<(), Stuck> {
        self.scratch.stamp += 1;
        self.scratch.heap.clear();
        self.scratch.level.clear();
        self.scratch.closed.clear();
        self.walk(first);
        let end = self.end;
        if let End::Nowhere = end {
            self.forget_distances();
            let objects = self.scratch.closed.clone();
            let holders = objects.iter().map(|&object| self.board.bidder_of[object as usize]);
            return Err(Stuck { bidders: std::iter::once(first).chain(holders).collect(), objects });
        }
        for &object in &self.scratch.closed {
            let known = &mut self.scratch.known[object as usize];
            known.price -= self.best - known.distance;
            self.board.price[object as usize] = known.price;
        }
        self.forget_distances();
        let grid = self.grid;
        let cost = |bidder, object| grid.cost(bidder, object);
        let bidder_before = &self.scratch.bidder_before;
        let before = |object| bidder_before[object as usize];
        match end {
            End::Free(object) => self.board.augment(first, object, before, cost),
            End::LeftOut(last) => {
                self.board.left_out[last as usize] = true;
                let object = std::mem::replace(&mut self.board.object_of[last as usize], NONE);
                if last != first {
                    self.board.augment(first, object, before, cost);
                }
            }
            End::Nowhere => {}
        }
        Ok(())
    }

    /// Dijkstra's algorithm, from the bidder to the nearest object that is free or bidder that may be left out.
    fn walk(&mut self, first: u32) {
        self.reach(first, 0.0, f64::NEG_INFINITY);
        loop {
            let (distance, place) = match self.scratch.level.pop() {
                Some(object) => (self.scratch.known[object as usize].distance, object),
                None => match self.scratch.heap.pop() {
                    Some(next) => next,
                    None => return,
                },
            };
            if distance >= self.best {
                return;
            }
            if place & BIDDER != 0 {
                self.read_again(place & !BIDDER, distance);
                continue;
            }
            let object = place as usize;
            if self.scratch.closed_at[object] == self.scratch.stamp
                || distance > self.scratch.known[object].distance
            {
                continue;
            }
            self.scratch.closed_at[object] = self.scratch.stamp;
            self.scratch.closed.push(place);
            let bidder = self.board.bidder_of[object];
            let base = distance - self.board.pays(bidder);
            self.reach(bidder, base, distance);
        }
    }

    /// Looks at all that a bidder at a distance could have instead.
    fn reach(&mut self, bidder: u32, base: f64, now: f64) {
        self.scratch.reached += 1;
        let out = base + self.board.leave_out(bidder);
        if out < self.best {
            (self.best, self.end) = (out, End::LeftOut(bidder));
        }
        self.scratch.base[bidder as usize] = base;
        self.relax(bidder, base, now);
        let tail = base + self.lists.bound(bidder);
        if tail < self.best {
            self.scratch.heap.push(tail, bidder | BIDDER);
        }
    }

    fn relax(&mut self, bidder: u32, base: f64, now: f64) {
        for place in 0..self.sift(bidder, base) {
            let (distance, column) = self.scratch.shorter[place];
            // What went before may have found a complete path.
            if distance < self.best {
                self.shorten(column, distance, bidder, now);
            }
        }
    }

    /// Writes down which entries of a bidder's list shorten a distance, and returns how many. Apart from what is done with them,
    /// and without a branch: which entries these are cannot be foreseen, and they are few.
    fn sift(&mut self, bidder: u32, base: f64) -> usize {
        let arcs = self.lists.arcs(bidder);
        let Scratch { shorter, looked_at, known, .. } = &mut *self.scratch;
        *looked_at += arcs.len();
        if shorter.len() < arcs.len() {
            shorter.resize(arcs.len(), (0.0, NONE));
        }
        let (shorter, known, best) = (shorter.as_mut_slice(), known.as_slice(), self.best);
        let mut count = 0;
        for arc in arcs {
            let Known { price, distance } = known[arc.column as usize];
            let through = base + (arc.cost() - price);
            shorter[count] = (through, arc.column);
            count += usize::from(through < lower(distance, best));
        }
        count
    }

    /// Notes a shorter way to an object.
    fn shorten(&mut self, column: u32, distance: f64, bidder: u32, now: f64) {
        let object = column as usize;
        // A distance that is final can only be shortened by rounding.
        if self.scratch.closed_at[object] == self.scratch.stamp {
            return;
        }
        let known = &mut self.scratch.known[object];
        if known.distance == f64::INFINITY {
            self.scratch.touched.push(column);
        }
        known.distance = distance;
        self.scratch.bidder_before[object] = bidder;
        if self.board.bidder_of[object] == NONE {
            (self.best, self.end) = (distance, End::Free(column));
        } else if distance <= now {
            self.scratch.level.push(column);
        } else {
            self.scratch.heap.push(distance, column);
        }
    }

    /// Makes a bidder's list anew, now that the search has come to what it left out.
    fn read_again(&mut self, bidder: u32, now: f64) {
        self.lists.renew(self.grid, bidder, &self.board.price, self.scratch.stamp);
        self.scratch.looked_at += self.grid.objects;
        let base = self.scratch.base[bidder as usize];
        self.relax(bidder, base, now);
        let tail = base + self.lists.bound(bidder);
        if tail < self.best {
            self.scratch.heap.push(tail, bidder | BIDDER);
        }
    }
}

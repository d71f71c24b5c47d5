//! Shortest augmenting paths, looked for from both ends.
//!
//! Where few bidders are left, those objects that are still free are the ones that nobody wants. A search from a bidder reaches most
//! of the matrix before it comes to one: balls grow with their radius, and one of half the radius on either side holds far
//! fewer. So one front goes from the bidder, over lists, and another from all free objects at once, over the same lists sorted by
//! object, until together they have come as far as the shortest path that they have found is long. Whichever has
//! looked at less goes on. Two fronts are due to T. A. J. Nicholson 1966, "Finding the shortest route between two points in a network",
//! The Computer Journal 9, and I. Pohl 1971, "Bi-directional search", Machine Intelligence 6.
//!
//! What both have seen changes prices. With a path of length `a + b`, the first front at `a` and the second at `b`, an object
//! at distance `d < a` from the bidder falls by `a - d` in price, as ever, and one at distance `d < b` before a free object rises
//! by `b - d`, the free ones by `b`. No reduced cost becomes negative: an edge from the first ball to the second is as long as what is left of
//! the path, or the path would be shorter.
//!
//! Lists do not hold all edges, and the bound of each says how cheap those are that it leaves out. Of a bidder in the first ball,
//! they are as far away as that bound allows, and its row is read again when both fronts together have come so far. Of others, they
//! are longer than the *depth* of the list, the bound less what the bidder pays, and the second front goes no further than the least depth.
//! Where prices have risen, bounds are that much less true: see [`Scratch::rise`].

use super::NONE;
use super::cost::sealed::Element;
use super::grid::{Board, Grid, Stuck};
use super::heap::Heap;
use super::kernels::{Arc, lower};
use super::shortlist::Shortlists;

/// What a free object costs the second front, in entries looked at, before it has looked: more than it will be, as what is near
/// a free object is looked at again in every search.
const SOURCE: usize = 16;

/// Lists that are not deep enough are made longer, if it is no more than one in so many of them, in all searches.
const DEEPENED: usize = 32;

/// How many searches there must have been before it is known whether others are worth it.
const PATIENCE: usize = 8;

/// Where searches look at more entries for each row that they reach, rows are read again too often for this to pay.
pub(super) const LONGEST: usize = 48;

/// A front and what it knows of the places on its side: of objects, the first one, and of bidders, the second.
#[derive(Clone, Debug, Default)]
struct Side {
    known: Vec<Known>,
    heap: Heap,
    /// Places at the distance that the front has reached: they need no heap.
    level: Vec<u32>,
    now: f64,
    /// Places whose distance is final, as opposed to shortened again; also by stamp.
    closed: Vec<u32>,
    closed_at: Vec<u32>,
    stamp: u32,
    /// Places whose distance is set.
    touched: Vec<u32>,
    /// Where the way to each place comes from, on the other side.
    link: Vec<u32>,
    /// Entries of a list that shorten a distance, and what to; more room than there are.
    found: Vec<(f64, u32)>,
    /// How many entries it has looked at in this search, with what it started at.
    work: usize,
    reached: usize,
}

/// What a search looks up for each entry of a list, side by side: it is seldom in the first cache.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// The price of an object; what a bidder pays.
    price: f64,
    /// The shortest distance from this front.
    own: f64,
    /// The shortest distance from the other front, of the same pair.
    other: f64,
}

impl Side {
    fn clear(&mut self, known: impl Iterator<Item = Known>) {
        self.known.clear();
        self.known.extend(known);
        for list in [&mut self.closed_at, &mut self.link] {
            list.clear();
            list.resize(self.known.len(), 0);
        }
        self.touched.clear();
        (self.stamp, self.reached) = (0, 0);
    }

    #[inline]
    fn begin(&mut self, work: usize) {
        self.heap.clear();
        self.level.clear();
        self.closed.clear();
        self.stamp += 1;
        (self.now, self.work) = (f64::NEG_INFINITY, work);
    }

    /// No place that is not closed is nearer.
    #[inline]
    fn radius(&self) -> f64 {
        if self.level.is_empty() { self.heap.least() } else { self.now }
    }

    /// Closes the nearest place and returns it with its distance, or nothing where it was closed before.
    #[inline]
    fn close(&mut self) -> Option<(u32, f64)> {
        let place = match self.level.pop() {
            Some(place) => place,
            None => {
                let (distance, place) = self.heap.pop()?;
                self.now = distance;
                place
            }
        };
        let at = place as usize;
        if self.closed_at[at] == self.stamp {
            return None;
        }
        self.closed_at[at] = self.stamp;
        self.closed.push(place);
        Some((place, self.known[at].own))
    }

    /// Writes down which entries of a list shorten a distance so that a path may be shorter than the best, and returns how many.
    /// Apart from what is done with them, and without a branch: which entries these are cannot be foreseen, and they are few.
    fn sift<T: Element>(&mut self, arcs: &[Arc<T>], base: f64, radius: f64, best: f64) -> usize {
        self.work += arcs.len();
        if self.found.len() < arcs.len() {
            self.found.resize(arcs.len(), (0.0, NONE));
        }
        let (found, known) = (self.found.as_mut_slice(), self.known.as_slice());
        let mut count = 0;
        for arc in arcs {
            let Known { price, own, other } = known[arc.column as usize];
            let through = base + (arc.cost() - price);
            found[count] = (through, arc.column);
            count += usize::from((through < own) & (through + lower(other, radius) < best));
        }
        count
    }

    /// Notes the shorter ways that were found.
    #[inline]
    fn shorten(&mut self, count: usize, step: Step<'_>, path: &mut Path) {
        let Step { others, partner, via, radius } = step;
        for number in 0..count {
            let (through, place) = self.found[number];
            let at = place as usize;
            let known = &mut self.known[at];
            // What went before may have found a better path. A distance that is final can only be shortened by rounding.
            if through >= known.own
                || through + lower(known.other, radius) >= path.length
                || self.closed_at[at] == self.stamp
            {
                continue;
            }
            if known.own == f64::INFINITY {
                self.touched.push(place);
            }
            known.own = through;
            self.link[at] = via;
            let pair = partner[at];
            if through + known.other < path.length {
                *path = Path { length: through + known.other, meets: Some((place, pair)) };
            }
            if pair != NONE {
                others.known[pair as usize].other = through;
                if through <= self.now {
                    self.level.push(place);
                } else {
                    self.heap.push(through, place);
                }
            }
        }
    }

    /// Leaves no distance behind for the next search.
    #[inline]
    fn forget(&mut self, others: &mut Side, partner: &[u32]) {
        for place in self.touched.drain(..) {
            self.known[place as usize].own = f64::INFINITY;
            if let Some(known) = others.known.get_mut(partner[place as usize] as usize) {
                known.other = f64::INFINITY;
            }
        }
    }
}

/// A step of one front: the side of the other, who belongs together, where the step starts and how far the other front is.
struct Step<'a> {
    others: &'a mut Side,
    partner: &'a [u32],
    via: u32,
    radius: f64,
}

/// The shortest complete path known.
#[derive(Clone, Copy, Debug)]
struct Path {
    length: f64,
    /// An object and its bidder where both fronts have been; one of them [`NONE`] at either end. The other way round while bidders are
    /// looked at.
    meets: Option<(u32, u32)>,
}

/// Memory that only these searches need.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    /// INVARIANT: prices are those of the board, and of bidders what they pay; of one without an object, minus infinity, so that
    /// no way leads over it.
    objects: Side,
    bidders: Side,
    free: Vec<u32>,
    /// The bound of each list when it was made, plus what `rise` was then. Less what it is now, it is a bound still.
    bound: Vec<f64>,
    /// By how much any price can have risen in all, and by how much it may.
    rise: f64,
    most_rise: f64,
    /// No list of a bidder with an object is less deep.
    depth: f64,
    /// How deep lists should be.
    wanted: f64,
    /// How many lists were made longer for that, at most.
    deepened: usize,
    /// How far each bidder in the first ball is from what its list leaves out.
    tails: Heap,
    on_path: Vec<u32>,
    /// How many entries were looked at, with rows that were read again, in how many searches.
    looked_at: usize,
    searches: usize,
    /// How many searches were held up by lists that are not deep enough.
    #[cfg(test)]
    held_up: usize,
}

struct Search<'a, 'g, T: Element> {
    grid: &'a Grid<'g, T>,
    board: &'a mut Board,
    lists: &'a mut Shortlists<T>,
    scratch: &'a mut Scratch,
    first: u32,
    path: Path,
    /// How many free objects the second front has not started from yet.
    sources: usize,
    /// How far both fronts had come before the last step.
    ahead: f64,
    behind: f64,
    /// How far the second may go, and whether that was worked out for this search.
    cap: f64,
    is_cap_exact: bool,
    is_held_up: bool,
}

/// Places the waiting bidders one by one, each by a shortest path, as long as that pays; whether all are placed. Every bidder must get an
/// object and every object a bidder, as only then prices of free objects may rise.
pub(super) fn finish<T: Element>(
    grid: &Grid<'_, T>,
    board: &mut Board,
    lists: &mut Shortlists<T>,
    scratch: &mut Scratch,
) -> Result<bool, Stuck> {
    if !are_deep(board, lists) {
        return Ok(false);
    }
    scratch.prepare(board, lists);
    lists.turn(grid.objects);
    while let Some(first) = board.waiting.pop() {
        scratch.deepen(grid, board, lists);
        let mut search = Search::new(grid, board, lists, scratch, first);
        search.place()?;
        if !scratch.pays() {
            break;
        }
    }
    for (bidder, bound) in (0..).zip(&scratch.bound) {
        lists.set_bound(bidder, bound - scratch.rise);
    }
    Ok(board.waiting.is_empty())
}

/// Whether most lists hold all that costs as little as what their bidder has; of whole numbers of a small range, they leave some out.
fn are_deep<T: Element>(board: &Board, lists: &Shortlists<T>) -> bool {
    let bidders = (0..).zip(&board.object_of).filter(|&(_, &object)| object != NONE);
    let shallow = bidders.filter(|&(bidder, _)| lists.bound(bidder) <= board.pays(bidder)).count();
    shallow * DEEPENED <= board.object_of.len()
}

impl Scratch {
    fn prepare<T: Element>(&mut self, board: &Board, lists: &Shortlists<T>) {
        let unknown = |price| Known { price, own: f64::INFINITY, other: f64::INFINITY };
        let objects = board.price.iter().zip(&board.bidder_of);
        self.objects.clear(objects.map(|(&price, &bidder)| {
            if bidder == NONE { Known { other: 0.0, ..unknown(price) } } else { unknown(price) }
        }));
        let bidders = (0..).zip(&board.object_of);
        self.bidders.clear(bidders.map(|(bidder, &object)| {
            unknown(if object == NONE { f64::NEG_INFINITY } else { board.pays(bidder) })
        }));
        self.free.clear();
        let free = (0..).zip(&board.bidder_of).filter(|&(_, &bidder)| bidder == NONE);
        self.free.extend(free.map(|(object, _): (u32, _)| object));
        self.bound.clear();
        self.bound.extend((0..board.object_of.len() as u32).map(|bidder| lists.bound(bidder)));
        (self.rise, self.depth, self.wanted) = (0.0, 0.0, 0.0);
        // No more than the differences that there are already: the range of numbers leaves room for as much again.
        let depths = (0..self.bound.len()).map(|bidder| self.depth_of(bidder));
        let deepest = depths.filter(|depth| depth.is_finite()).fold(0.0, f64::max);
        let pays = self.bidders.known.iter().map(|known| known.price).filter(|pays| pays.is_finite());
        let (least, most) = pays.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), pays| {
            (least.min(pays), most.max(pays))
        });
        self.most_rise = deepest.max(most - least);
        (self.looked_at, self.searches, self.deepened) = (0, 0, 0);
        #[cfg(test)]
        {
            self.held_up = 0;
        }
    }

    /// How much longer than what a bidder has is anything that its list leaves out, at least.
    #[inline]
    fn depth_of(&self, bidder: usize) -> f64 {
        self.bound[bidder] - self.rise - self.bidders.known[bidder].price
    }

    /// The least depth of all lists but one, or of all.
    fn least_depth(&self, but: u32) -> f64 {
        let others = (0..self.bound.len()).filter(|&bidder| bidder != but as usize);
        others.map(|bidder| self.depth_of(bidder)).fold(f64::INFINITY, lower)
    }

    /// Makes lists longer that have held the second front up, where they are few.
    fn deepen<T: Element>(&mut self, grid: &Grid<'_, T>, board: &Board, lists: &mut Shortlists<T>) {
        if self.depth >= self.wanted {
            return;
        }
        self.depth = self.least_depth(NONE);
        let is_thin = |scratch: &Self, bidder: usize| scratch.depth_of(bidder) < scratch.wanted;
        let count = (0..self.bound.len()).filter(|&bidder| is_thin(self, bidder)).count();
        if count == 0 || (self.deepened + count) * DEEPENED > grid.bidders {
            return;
        }
        self.deepened += count;
        for bidder in 0..self.bound.len() {
            while is_thin(self, bidder) {
                self.extend(grid, board, lists, bidder as u32);
            }
        }
        self.depth = self.least_depth(NONE);
    }

    fn extend<T: Element>(
        &mut self,
        grid: &Grid<'_, T>,
        board: &Board,
        lists: &mut Shortlists<T>,
        bidder: u32,
    ) {
        lists.extend(grid, bidder, &board.price);
        self.looked_at += grid.objects;
        self.bound[bidder as usize] = lists.bound(bidder) + self.rise;
    }

    /// Whether further searches are worth it.
    fn pays(&self) -> bool {
        let reached = self.objects.reached + self.bidders.reached;
        self.searches < PATIENCE || self.looked_at <= reached * LONGEST
    }
}

impl<'a, 'g, T: Element> Search<'a, 'g, T> {
    fn new(
        grid: &'a Grid<'g, T>,
        board: &'a mut Board,
        lists: &'a mut Shortlists<T>,
        scratch: &'a mut Scratch,
        first: u32,
    ) -> Self {
        let sources = scratch.free.len();
        let cap = scratch.depth.min(scratch.most_rise - scratch.rise).max(0.0);
        Self {
            grid,
            board,
            lists,
            scratch,
            first,
            path: Path { length: f64::INFINITY, meets: None },
            sources,
            ahead: f64::NEG_INFINITY,
            behind: 0.0,
            cap,
            is_cap_exact: false,
            is_held_up: false,
        }
    }

    fn place(&mut self) -> Result<(), Stuck> {
        let scratch = &mut *self.scratch;
        scratch.searches += 1;
        scratch.objects.begin(0);
        scratch.bidders.begin(self.sources * SOURCE);
        scratch.tails.clear();
        scratch.bidders.known[self.first as usize] = Known { price: 0.0, own: f64::INFINITY, other: 0.0 };
        self.reach(self.first, 0.0);
        self.walk();
        let Some(meets) = self.path.meets else {
            self.forget();
            let objects = self.scratch.objects.closed.clone();
            let holders = objects.iter().map(|&object| self.board.bidder_of[object as usize]);
            return Err(Stuck { bidders: std::iter::once(self.first).chain(holders).collect(), objects });
        };
        let end = self.join(meets);
        self.settle();
        self.forget();
        self.augment(end);
        Ok(())
    }

    /// Moves both fronts until they have come as far together as the best path is long, or the first has nowhere to go.
    fn walk(&mut self) {
        loop {
            let (ahead, behind) = (self.scratch.objects.radius(), self.behind());
            let is_due = self.scratch.bidders.work <= self.scratch.objects.work && behind < f64::INFINITY;
            if is_due && behind >= self.cap && !self.is_cap_exact {
                self.work_cap_out();
            }
            let (both, length) = (ahead + lower(behind, self.cap), self.path.length);
            if self.scratch.tails.least() < lower(both, length) {
                self.read_again();
                continue;
            }
            if ahead == f64::INFINITY || both >= length {
                return;
            }
            (self.ahead, self.behind) = (ahead, lower(behind, self.cap));
            if is_due && behind < self.cap {
                self.step_back();
            } else {
                if is_due && !self.is_held_up {
                    self.is_held_up = true;
                    #[cfg(test)]
                    {
                        self.scratch.held_up += 1;
                    }
                    self.scratch.wanted = self.scratch.wanted.max(2.0 * behind);
                }
                self.step();
            }
        }
    }

    /// How far the second front has come.
    fn behind(&self) -> f64 {
        if self.sources > 0 { 0.0 } else { self.scratch.bidders.radius() }
    }

    fn work_cap_out(&mut self) {
        let scratch = &mut *self.scratch;
        scratch.depth = scratch.least_depth(self.first);
        self.cap = self.cap.max(scratch.depth.min(scratch.most_rise - scratch.rise));
        self.is_cap_exact = true;
    }

    fn step(&mut self) {
        if let Some((object, distance)) = self.scratch.objects.close() {
            let bidder = self.board.bidder_of[object as usize];
            self.reach(bidder, distance - self.scratch.bidders.known[bidder as usize].price);
        }
    }

    /// Looks at all that a bidder could have instead, with what is added to a reduced cost to make it a distance.
    fn reach(&mut self, bidder: u32, base: f64) {
        self.scratch.objects.reached += 1;
        let Scratch { objects, bidders: others, looked_at, .. } = &mut *self.scratch;
        let (radius, arcs) = (self.behind, self.lists.arcs(bidder));
        *looked_at += arcs.len();
        let count = objects.sift(arcs, base, radius, self.path.length);
        let step = Step { others, partner: &self.board.bidder_of, via: bidder, radius };
        objects.shorten(count, step, &mut self.path);
        let tail = base + (self.scratch.bound[bidder as usize] - self.scratch.rise);
        if tail < self.path.length {
            self.scratch.tails.push(tail, bidder);
        }
    }

    /// Makes the list of a bidder longer, now that the fronts have come to what it left out.
    fn read_again(&mut self) {
        let Some((_, bidder)) = self.scratch.tails.pop() else { return };
        let Known { price: pays, other: distance, .. } = self.scratch.bidders.known[bidder as usize];
        self.scratch.extend(self.grid, self.board, self.lists, bidder);
        if bidder != self.first {
            self.scratch.depth = lower(self.scratch.depth_of(bidder as usize), self.scratch.depth);
        }
        self.reach(bidder, distance - pays);
    }

    fn step_back(&mut self) {
        if let Some(source) = self.sources.checked_sub(1) {
            self.sources = source;
            self.reach_back(self.scratch.free[source], 0.0);
        } else if let Some((bidder, distance)) = self.scratch.bidders.close() {
            self.reach_back(self.board.object_of[bidder as usize], distance);
        }
    }

    /// Looks at all bidders that could have an object instead of what they have.
    fn reach_back(&mut self, object: u32, distance: f64) {
        let Scratch { objects: others, bidders, looked_at, .. } = &mut *self.scratch;
        bidders.reached += 1;
        let takers = self.lists.takers();
        let (base, radius) = (distance - others.known[object as usize].price, self.ahead);
        let before = self.path.length;
        let mut look = |arcs: &[Arc<T>]| {
            *looked_at += arcs.len();
            let count = bidders.sift(arcs, base, radius, self.path.length);
            let step = Step { others, partner: &self.board.object_of, via: object, radius };
            bidders.shorten(count, step, &mut self.path);
        };
        look(takers.of(object));
        for arc in takers.later(object) {
            look(&[arc]);
        }
        if self.path.length < before {
            self.path.meets = self.path.meets.map(|(bidder, object)| (object, bidder));
        }
    }

    /// Makes one way of the two ways from where the fronts have met, and returns the free object that it leads to.
    fn join(&mut self, meets: (u32, u32)) -> u32 {
        let Scratch { objects, bidders, .. } = &mut *self.scratch;
        let (mut end, mut bidder) = meets;
        while bidder != NONE {
            end = bidders.link[bidder as usize];
            objects.link[end as usize] = bidder;
            bidder = self.board.bidder_of[end as usize];
        }
        end
    }

    /// Changes the prices of what the fronts have closed. How far the first went counts for as much as it can, so that prices rise little.
    fn settle(&mut self) {
        let Scratch { objects, bidders, .. } = &mut *self.scratch;
        let board = &mut *self.board;
        // Ways that the first front has not noted are longer, as the second had come no further than that.
        let ahead = lower(objects.radius(), self.path.length - self.behind);
        let behind = (self.path.length - ahead).max(0.0);
        let mut most_fall = 0.0_f64;
        for &object in &objects.closed {
            let known = &mut objects.known[object as usize];
            if known.own < ahead {
                let fall = ahead - known.own;
                most_fall = most_fall.max(fall);
                known.price -= fall;
                board.price[object as usize] = known.price;
                let holder = board.bidder_of[object as usize];
                bidders.known[holder as usize].price = board.pays(holder);
            }
        }
        for &bidder in &bidders.closed {
            let own = bidders.known[bidder as usize].own;
            if own < behind {
                let object = board.object_of[bidder as usize] as usize;
                objects.known[object].price += behind - own;
                board.price[object] = objects.known[object].price;
                bidders.known[bidder as usize].price = board.pays(bidder);
            }
        }
        if behind > 0.0 {
            for &object in &self.scratch.free {
                let known = &mut self.scratch.objects.known[object as usize];
                known.price += behind;
                board.price[object as usize] = known.price;
            }
        }
        self.scratch.rise += behind;
        self.scratch.depth -= most_fall + behind;
    }

    fn forget(&mut self) {
        let Scratch { objects, bidders, .. } = &mut *self.scratch;
        objects.forget(bidders, &self.board.bidder_of);
        bidders.forget(objects, &self.board.object_of);
        bidders.known[self.first as usize].other = f64::INFINITY;
    }

    /// Moves each bidder on the path one object on.
    fn augment(&mut self, end: u32) {
        let Scratch { objects, bidders, free, on_path, .. } = &mut *self.scratch;
        let (grid, board, before) = (self.grid, &mut *self.board, &objects.link);
        on_path.clear();
        let mut object = end;
        while object != NONE {
            let bidder = before[object as usize];
            on_path.push(bidder);
            object = board.object_of[bidder as usize];
        }
        let cost = |bidder, object| grid.cost(bidder, object);
        board.augment(self.first, end, |object| before[object as usize], cost);
        for &bidder in on_path.iter() {
            bidders.known[bidder as usize].price = board.pays(bidder);
        }
        free.retain(|&object| object != end);
        objects.known[end as usize].other = f64::INFINITY;
        self.scratch.depth = lower(self.scratch.depth_of(self.first as usize), self.scratch.depth);
    }
}

#[cfg(test)]
mod tests;

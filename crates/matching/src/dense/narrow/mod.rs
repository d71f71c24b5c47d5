//! The auction where costs are whole and lie close together: in numbers of 16 bits.
//!
//! Scores of a desk are such costs: a few hundred whole values. Four times as many of them as of doubles fit a vector and a
//! cache, so a whole row of a copy is looked at in the time that a list of its cheapest entries would take ([`copy`]). The copy of a
//! large matrix would take more memory than all else: of that, each row has a front of its cheapest entries ([`fronts`]), in the same
//! numbers.
//!
//! The auction is that of [`super::auction`]: Bertsekas 1988, sections 2 and 4, with an epsilon that ends at one unit, and shortest
//! paths for whoever has no cheapest object then (Jonker and Volgenant 1987, section 4). One round in which everyone bids once, by
//! the least epsilon, says whether bidders compete for the same objects. Only where they do, phases of larger epsilons come first.
//!
//! All sums are exact, as costs and prices have limits that leave room for them. A matrix whose costs or prices pass these, or that
//! has no answer, is left to the other methods. Costs O(rows × columns) to read the matrix, and then O(columns) a bid and a step of a
//! search from the copy, O(front) from fronts and O(columns) for a front made anew: some 15 bids a row, as many steps or fewer, and
//! five fronts a row, on desks.

mod copy;
mod fronts;
mod kernels;
mod paths;

use super::NONE;
use super::cost::sealed::Element;
use super::grid::{Board, Grid};
use crate::simd::TABLE;
use copy::Copied;
use fronts::{Fronted, Fronts};
use kernels::{LANES, Pack};

/// What a forbidden pair costs.
const FORBIDDEN: i16 = i16::MAX;

/// How far a cost may lie from the first one that was read.
const FARTHEST: i16 = 4_095;

/// How large a price may become. They start within [`FARTHEST`] of zero.
const DEAREST: i16 = 8_190;

/// A sum from here on has a forbidden pair in it, or is too large to tell.
///
/// INVARIANT: cost and price of a pair that is allowed add up to less, and stay below after what another such pair costs is taken
/// off; those of a forbidden one stay above.
const BEYOND: i16 = 1 << 14;

const _: () = {
    let (allowed, forbidden) = (FARTHEST + DEAREST, FORBIDDEN - FARTHEST);
    assert!(allowed < BEYOND && forbidden - allowed >= BEYOND);
};

/// The largest copy that is made, in bytes. It stays in the second cache, or nearly.
const LARGEST_COPY: usize = 1 << 21;

/// How many entries there are in all fronts together, for each row: with 2,000 rows, 1 MB. Half as many would have to be made anew a
/// fifth more often.
const ROOM: usize = 128;

/// The longest side for which fronts are made: what bids look up for an object stays in the first cache.
const LONGEST: usize = TABLE;

/// How many rows say whether those of a large matrix compete; more than one in so many of them must find the cheapest taken.
const SAMPLE: usize = 128;
const COMPETING: usize = 4;

/// Where fewer than one in so many pairs are allowed, they cannot say.
const SPARSE: usize = 4;

/// How much smaller epsilon becomes from phase to phase.
const FACTOR: i16 = 4;

/// The first epsilon is no more than this part of how far costs lie apart. A coarser phase would undo what it brings.
const FIRST: i16 = 16;

/// More than one in so many bidders without an object after the first round says that they compete for the same ones.
const CONTESTED: usize = 4;

/// How many bids there may be per bidder where objects are not contested, and in all.
const FEW_BIDS: usize = 6;
const MOST_BIDS: usize = 200;

/// What a bidder would do: its cheapest object, what that costs, and what the next costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Choice {
    object: u32,
    best: i16,
    second: i16,
}

/// How the costs of bidders are looked at, less `base`.
trait Rows {
    /// The cheapest object of a bidder. What the next costs may be less than it does, but not less than the cheapest.
    fn choose(&mut self, price: &[i16], bidder: u32) -> Choice;

    /// Whether a bidder has no object that costs less than that, with its price.
    fn has_none_below(&mut self, price: &[i16], bidder: u32, limit: i16) -> bool;

    fn cost(&self, bidder: u32, object: u32) -> i16;

    /// Notes the new price of an object.
    fn note(&mut self, object: u32, price: i16);

    /// Dijkstra's algorithm, from a bidder to the nearest free object, which it returns with its distance; `None` where there is
    /// none, or a distance is too large to tell.
    fn walk(&mut self, sale: &mut Sale, first: u32) -> Option<(u32, i16)>;
}

/// Both ways to look at costs, and the state of the auction. Reused from one problem to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Narrow {
    /// Costs by bidders, less `base`, each line filled up with forbidden pairs; or one such line.
    costs: Vec<i16>,
    width: usize,
    base: f64,
    fronts: Fronts,
    sale: Sale,
}

/// Prices, who has what, and who waits.
#[derive(Clone, Debug, Default)]
struct Sale {
    /// What objects cost beside, filled up to whole vectors: prices rise here, where those of a [`Board`] fall.
    price: Vec<i16>,
    object_of: Vec<u32>,
    bidder_of: Vec<u32>,
    /// What the object of each bidder costs it, without the price.
    cost_of: Vec<i16>,
    waiting: Vec<u32>,
    /// How many bids may still follow.
    bids: usize,
    search: paths::Scratch,
}

/// Fills a list anew.
fn fill<V: Clone>(list: &mut Vec<V>, length: usize, value: V) {
    list.clear();
    list.resize(length, value);
}

impl Narrow {
    /// Solves a square matrix whose bidders have their costs in one piece and must all be placed. False where it does not suit: the
    /// board is then as it was. A large matrix suits where bidders compete for the same objects, which may be known.
    pub(super) fn solve<T: Element>(
        &mut self,
        grid: &Grid<'_, T>,
        board: &mut Board,
        is_contested: bool,
    ) -> bool {
        let width = grid.objects.next_multiple_of(LANES);
        if grid.bidders * width * size_of::<i16>() <= LARGEST_COPY {
            return self.solve_by_copy(grid, board);
        }
        let suits = grid.objects <= LONGEST && (is_contested || self.seems_contested(grid));
        suits && self.solve_by_fronts(grid, board, ROOM)
    }

    /// Lets some rows bid as if there were no others, and says whether many of them find all that is cheap for them taken. Where costs
    /// are spread evenly, hardly any does. Where few pairs are allowed, too few rows have a column in common to tell; there, fronts
    /// are whole rows, and are no slower than anything else.
    fn seems_contested<T: Element>(&mut self, grid: &Grid<'_, T>) -> bool {
        let step = grid.bidders / SAMPLE;
        let some = Grid { bidders: SAMPLE, stride: grid.stride * step, ..*grid };
        if step == 0 || self.read(&some, false).is_none() {
            return false;
        }
        if self.fronts.allowed() * SPARSE < SAMPLE * grid.objects {
            return true;
        }
        let (price, line) = (&mut self.sale.price, &mut self.costs);
        let mut rows = Fronted { grid: &some, base: self.base, line, fronts: &mut self.fronts };
        let mut late = 0;
        for bidder in 0..SAMPLE as u32 {
            let Choice { object, best, second } = rows.choose_of_all(price, bidder);
            if best >= BEYOND {
                return false;
            }
            late += usize::from(best > 0);
            let gain = if second < BEYOND { second - best } else { 0 };
            let price = &mut price[object as usize];
            *price = (*price + gain + 1).min(DEAREST);
        }
        late * COMPETING > SAMPLE
    }

    fn solve_by_copy<T: Element>(&mut self, grid: &Grid<'_, T>, board: &mut Board) -> bool {
        let Some(spread) = self.read(grid, true) else { return false };
        let mut rows = Copied { costs: &self.costs, width: self.width, level: grid.level };
        self.sale.sell(&mut rows, spread).is_some() && self.report(grid, board)
    }

    /// The same, from fronts with room for so many entries a row.
    fn solve_by_fronts<T: Element>(&mut self, grid: &Grid<'_, T>, board: &mut Board, room: usize) -> bool {
        let Some(spread) = self.read(grid, false) else { return false };
        self.fronts.open(grid.bidders * room, &self.sale.price);
        let mut rows = Fronted { grid, base: self.base, line: &mut self.costs, fronts: &mut self.fronts };
        self.sale.sell(&mut rows, spread).is_some() && self.report(grid, board)
    }

    /// Writes the answer on the board.
    fn report<T: Element>(&self, grid: &Grid<'_, T>, board: &mut Board) -> bool {
        for (bidder, &object) in self.sale.object_of.iter().enumerate() {
            board.object_of[bidder] = object;
            board.bidder_of[object as usize] = bidder as u32;
            board.cost_of[bidder] = grid.cost(bidder, object as usize);
        }
        for (price, &narrow) in board.price.iter_mut().zip(&self.sale.price) {
            *price = self.base - f64::from(narrow);
        }
        true
    }

    /// Reads the matrix, makes the least cost of each column its price, and returns how far costs lie apart. `None` where they
    /// do not fit. Keeps a copy, or notes how many pairs of each row are allowed.
    fn read<T: Element>(&mut self, grid: &Grid<'_, T>, keep: bool) -> Option<i16> {
        let side = grid.objects;
        self.width = side.next_multiple_of(LANES);
        let size = if keep { grid.bidders * self.width } else { self.width };
        let costs = (0..grid.bidders).flat_map(|line| grid.raw_line(line));
        let mut costs = costs.map(|value| value.load(grid.sign));
        self.base = costs.find(|&cost| cost != f64::INFINITY)?;
        // Such costs are far from the ends of any type, so the ranges that other methods check are kept.
        if self.base.abs() > f64::from(i32::MAX) {
            return None;
        }
        fill(&mut self.sale.price, self.width, FORBIDDEN);
        self.fronts.clear();
        let mut highest = -FARTHEST;
        for number in 0..grid.bidders {
            // Room for all once the first line has fitted. Written over but for what fills the lines up.
            let room = if number == 0 { self.width } else { size };
            if self.costs.len() < room {
                self.costs.resize(room, FORBIDDEN);
            }
            let start = if keep { number * self.width } else { 0 };
            let (to, rest) = self.costs[start..][..self.width].split_at_mut(side);
            rest.fill(FORBIDDEN);
            let (line, sign, base) = (grid.raw_line(number), grid.sign, self.base);
            let least = &mut self.sale.price;
            highest = highest.max(grid.level.run(Pack { line, sign, base, to, least })?);
            if !keep {
                self.fronts.push(grid.level, &self.costs[..self.width]);
            }
        }
        let lowest = self.sale.open(grid.bidders, side)?;
        Some(highest - lowest)
    }
}

impl Sale {
    /// Turns least costs into prices and returns the least of these costs; `None` where a column has none and must be taken.
    #[inline]
    fn open(&mut self, bidders: usize, side: usize) -> Option<i16> {
        let mut lowest = FARTHEST;
        for price in &mut self.price[..side] {
            if *price == FORBIDDEN {
                if bidders == side {
                    return None;
                }
                *price = 0;
                continue;
            }
            lowest = lowest.min(*price);
            *price = -*price;
        }
        self.price[side..].fill(0);
        fill(&mut self.object_of, bidders, NONE);
        fill(&mut self.bidder_of, side, NONE);
        fill(&mut self.cost_of, bidders, 0);
        self.bids = bidders * MOST_BIDS;
        Some(lowest)
    }

    /// Places every bidder, or gives up.
    fn sell(&mut self, rows: &mut impl Rows, spread: i16) -> Option<()> {
        if !self.sell_at_once(rows)? {
            let mut epsilon = 1;
            while epsilon * FACTOR <= spread / FIRST {
                epsilon *= FACTOR;
            }
            loop {
                self.release(rows, epsilon);
                // Where bids go on for too long, paths do the rest.
                if !self.hold(rows, epsilon, usize::MAX)? || epsilon == 1 {
                    break;
                }
                epsilon /= FACTOR;
            }
        }
        self.release(rows, 0);
        self.place_waiting(rows)
    }

    /// Lets everyone bid by the least epsilon; whether that soon places all.
    fn sell_at_once(&mut self, rows: &mut impl Rows) -> Option<bool> {
        self.waiting.clear();
        let bidders = self.object_of.len();
        for bidder in 0..bidders as u32 {
            self.bid(rows, bidder, 1)?;
        }
        let is_contested = self.waiting.len() * CONTESTED > bidders;
        Some(!is_contested && self.hold(rows, 1, bidders * FEW_BIDS)?)
    }

    /// What a bidder pays for its object: cost and price.
    #[inline]
    fn pays(&self, bidder: u32) -> i16 {
        self.cost_of[bidder as usize] + self.price[self.object_of[bidder as usize] as usize]
    }

    /// Takes its object from each bidder that could have another one more than epsilon cheaper, and lists who waits.
    fn release(&mut self, rows: &mut impl Rows, epsilon: i16) {
        self.waiting.clear();
        for bidder in (0..self.object_of.len() as u32).rev() {
            let object = self.object_of[bidder as usize];
            if object != NONE {
                if rows.has_none_below(&self.price, bidder, self.pays(bidder) - epsilon) {
                    continue;
                }
                self.object_of[bidder as usize] = NONE;
                self.bidder_of[object as usize] = NONE;
            }
            self.waiting.push(bidder);
        }
    }

    /// Lets waiting bidders bid until none waits; false where that takes too many bids. `None` where a price would become too
    /// large.
    fn hold(&mut self, rows: &mut impl Rows, epsilon: i16, most: usize) -> Option<bool> {
        let mut left = most.min(self.bids);
        let before = left;
        while left > 0
            && let Some(bidder) = self.waiting.pop()
        {
            left -= 1;
            self.bid(rows, bidder, epsilon)?;
        }
        self.bids -= before - left;
        Some(self.waiting.is_empty())
    }

    #[inline]
    fn bid(&mut self, rows: &mut impl Rows, bidder: u32, epsilon: i16) -> Option<()> {
        let Choice { object, best, second } = rows.choose(&self.price, bidder);
        if best >= BEYOND {
            return None;
        }
        let gain = if second < BEYOND { second - best } else { 0 };
        let price = &mut self.price[object as usize];
        if *price > DEAREST - epsilon {
            return None;
        }
        self.cost_of[bidder as usize] = best - *price;
        // A bid may be less than what the bidder could pay.
        *price = (*price + gain + epsilon).min(DEAREST);
        rows.note(object, *price);
        let before = std::mem::replace(&mut self.bidder_of[object as usize], bidder);
        self.object_of[bidder as usize] = object;
        if before != NONE {
            self.object_of[before as usize] = NONE;
            self.waiting.push(before);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests;

//! The auction where costs are whole and lie close together: in numbers of 16 bits, on a copy of the matrix.
//!
//! Scores of a desk are such costs: a few hundred whole values. Four times as many of them as of doubles fit a vector and a
//! cache, so a whole row is looked at in the time that a list of its cheapest entries would take, and nothing need be kept about a
//! row from one bid to the next.
//!
//! The auction is that of [`super::auction`]: Bertsekas 1988, sections 2 and 4, with an epsilon that ends at one unit, and shortest
//! paths for whoever has no cheapest object then (Jonker and Volgenant 1987, section 4). One round in which everyone bids once, by
//! the least epsilon, says whether bidders compete for the same objects. Only where they do, phases of larger epsilons come first.
//!
//! All sums are exact, as costs and prices have limits that leave room for them. A matrix whose costs or prices pass these, or that
//! has no answer, is left to the other methods. Costs O(rows × columns) for the copy, and then O(columns) a bid and a step of a
//! search: some 15 bids a row, and as many steps or fewer, on desks.

mod kernels;
mod paths;

use super::NONE;
use super::cost::sealed::Element;
use super::grid::{Board, Grid};
use crate::simd::Level;
use kernels::{Cheapest, LANES, Pack};

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

/// The largest copy, in bytes, that is made before it is known whether bidders compete. It stays in the second cache, or nearly.
pub(super) const FIRST_OF_ALL: usize = 1 << 21;

/// The largest copy, in bytes, that is made where it is known. It stays in the last cache, and takes half of what the matrix
/// does, or less.
pub(super) const WHERE_CONTESTED: usize = 1 << 23;

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

/// The copy of a matrix and the state of its auction. Reused from one problem to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Narrow {
    /// Costs by bidders, less `base`, each line filled up with forbidden pairs.
    costs: Vec<i16>,
    width: usize,
    base: f64,
    /// What objects cost beside: prices rise here, where those of a [`Board`] fall.
    price: Vec<i16>,
    object_of: Vec<u32>,
    bidder_of: Vec<u32>,
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
    /// Solves a square matrix whose bidders have their costs in one piece and must all be placed, from a copy that takes no more
    /// than so many bytes. False where it does not suit: the board is then as it was.
    pub(super) fn solve<T: Element>(&mut self, grid: &Grid<'_, T>, board: &mut Board, most: usize) -> bool {
        let solved = self.read(grid, most).and_then(|spread| self.sell(grid.level, spread));
        if solved.is_none() {
            return false;
        }
        for (bidder, &object) in self.object_of.iter().enumerate() {
            board.object_of[bidder] = object;
            board.bidder_of[object as usize] = bidder as u32;
            board.cost_of[bidder] = grid.cost(bidder, object as usize);
        }
        for (price, &narrow) in board.price.iter_mut().zip(&self.price) {
            *price = self.base - f64::from(narrow);
        }
        true
    }

    /// Copies the matrix, makes the least cost of each column its price, and returns how far costs lie apart. `None` where they
    /// do not fit.
    fn read<T: Element>(&mut self, grid: &Grid<'_, T>, most: usize) -> Option<i16> {
        let side = grid.objects;
        self.width = side.next_multiple_of(LANES);
        let size = grid.bidders * self.width;
        if size * size_of::<i16>() > most {
            return None;
        }
        let costs = (0..grid.bidders).flat_map(|line| grid.raw_line(line));
        let mut costs = costs.map(|value| value.load(grid.sign));
        self.base = costs.find(|&cost| cost != f64::INFINITY)?;
        // Such costs are far from the ends of any type, so the ranges that other methods check are kept.
        if self.base.abs() > f64::from(i32::MAX) {
            return None;
        }
        fill(&mut self.price, self.width, FORBIDDEN);
        let mut highest = -FARTHEST;
        for number in 0..grid.bidders {
            // Room for all once the first line has fitted. Written over but for what fills the lines up.
            let room = if number == 0 { self.width } else { size };
            if self.costs.len() < room {
                self.costs.resize(room, FORBIDDEN);
            }
            let (to, rest) = self.costs[number * self.width..][..self.width].split_at_mut(side);
            rest.fill(FORBIDDEN);
            let (line, sign, base) = (grid.raw_line(number), grid.sign, self.base);
            let least = &mut self.price;
            highest = highest.max(grid.level.run(Pack { line, sign, base, to, least })?);
        }
        let mut lowest = FARTHEST;
        for price in &mut self.price[..side] {
            if *price == FORBIDDEN {
                return None;
            }
            lowest = lowest.min(*price);
            *price = -*price;
        }
        self.price[side..].fill(0);
        fill(&mut self.object_of, grid.bidders, NONE);
        fill(&mut self.bidder_of, side, NONE);
        self.bids = grid.bidders * MOST_BIDS;
        Some(highest - lowest)
    }

    /// Places every bidder, or gives up.
    #[inline]
    fn sell(&mut self, level: Level, spread: i16) -> Option<()> {
        if !self.sell_at_once(level)? {
            let mut epsilon = 1;
            while epsilon * FACTOR <= spread / FIRST {
                epsilon *= FACTOR;
            }
            loop {
                self.release(level, epsilon);
                // Where bids go on for too long, paths do the rest.
                if !self.hold(level, epsilon, usize::MAX)? || epsilon == 1 {
                    break;
                }
                epsilon /= FACTOR;
            }
        }
        self.release(level, 0);
        self.place_waiting(level)
    }

    /// Lets everyone bid by the least epsilon; whether that soon places all.
    #[inline]
    fn sell_at_once(&mut self, level: Level) -> Option<bool> {
        self.waiting.clear();
        let bidders = self.object_of.len();
        for bidder in 0..bidders as u32 {
            self.bid(level, bidder, 1)?;
        }
        let is_contested = self.waiting.len() * CONTESTED > bidders;
        Some(!is_contested && self.hold(level, 1, bidders * FEW_BIDS)?)
    }

    #[inline]
    fn line(&self, bidder: u32) -> &[i16] {
        &self.costs[bidder as usize * self.width..][..self.width]
    }

    #[inline]
    fn choose(&self, level: Level, bidder: u32) -> Choice {
        level.run(Cheapest { line: self.line(bidder), price: &self.price })
    }

    /// What a bidder pays for its object: cost and price.
    #[inline]
    fn pays(&self, bidder: u32) -> i16 {
        let object = self.object_of[bidder as usize] as usize;
        self.line(bidder)[object] + self.price[object]
    }

    /// Takes its object from each bidder that could have another one more than epsilon cheaper, and lists who waits.
    #[inline]
    fn release(&mut self, level: Level, epsilon: i16) {
        self.waiting.clear();
        for bidder in (0..self.object_of.len() as u32).rev() {
            let object = self.object_of[bidder as usize];
            if object != NONE {
                if self.pays(bidder) - epsilon <= self.choose(level, bidder).best {
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
    #[inline]
    fn hold(&mut self, level: Level, epsilon: i16, most: usize) -> Option<bool> {
        let mut left = most.min(self.bids);
        let before = left;
        while left > 0
            && let Some(bidder) = self.waiting.pop()
        {
            left -= 1;
            self.bid(level, bidder, epsilon)?;
        }
        self.bids -= before - left;
        Some(self.waiting.is_empty())
    }

    #[inline]
    fn bid(&mut self, level: Level, bidder: u32, epsilon: i16) -> Option<()> {
        let Choice { object, best, second } = self.choose(level, bidder);
        if best >= BEYOND {
            return None;
        }
        let gain = if second < BEYOND { second - best } else { 0 };
        let price = &mut self.price[object as usize];
        if *price > DEAREST - epsilon {
            return None;
        }
        // A bid may be less than what the bidder could pay.
        *price = (*price + gain + epsilon).min(DEAREST);
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

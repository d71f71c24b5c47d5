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
mod lines;
mod paths;

use super::NONE;
use super::cost::sealed::Element;
use super::grid::{Board, Grid};
use kernels::Cheapest;
use lines::{Lines, Place};

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

/// The state of an auction. Reused from one problem to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Narrow {
    lines: Lines,
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
    /// Solves a square matrix whose bidders have their costs in one piece and must all be placed, from a copy. False where it does
    /// not suit: the board is then as it was.
    pub(super) fn solve<T: Element>(&mut self, grid: &Grid<'_, T>, board: &mut Board) -> bool {
        self.solve_at(grid, board, Place::Copy)
    }

    /// The same for a matrix too large to be copied, of which it is known that bidders compete: else lists are faster.
    pub(super) fn solve_in_place<T: Element>(&mut self, grid: &Grid<'_, T>, board: &mut Board) -> bool {
        self.solve_at(grid, board, Place::Matrix)
    }

    fn solve_at<T: Element>(&mut self, grid: &Grid<'_, T>, board: &mut Board, place: Place) -> bool {
        let spread = self.read(grid, place);
        let solved = spread.and_then(|spread| self.sell(grid, spread, place == Place::Matrix));
        if solved.is_none() {
            return false;
        }
        for (bidder, &object) in self.object_of.iter().enumerate() {
            board.object_of[bidder] = object;
            board.bidder_of[object as usize] = bidder as u32;
            board.cost_of[bidder] = grid.cost(bidder, object as usize);
        }
        for (price, &narrow) in board.price.iter_mut().zip(&self.price) {
            *price = self.lines.base - f64::from(narrow);
        }
        true
    }

    /// Reads the matrix, makes the least cost of each column its price, and returns how far costs lie apart. `None` where they
    /// do not fit.
    fn read<T: Element>(&mut self, grid: &Grid<'_, T>, place: Place) -> Option<i16> {
        let side = grid.objects;
        let highest = self.lines.read(grid, place, &mut self.price)?;
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
    fn sell<T: Element>(&mut self, grid: &Grid<'_, T>, spread: i16, is_contested: bool) -> Option<()> {
        self.waiting.clear();
        if is_contested || !self.sell_at_once(grid)? {
            let mut epsilon = 1;
            while epsilon * FACTOR <= spread / FIRST {
                epsilon *= FACTOR;
            }
            loop {
                self.release(grid, epsilon);
                // Where bids go on for too long, paths do the rest.
                if !self.hold(grid, epsilon, usize::MAX)? || epsilon == 1 {
                    break;
                }
                epsilon /= FACTOR;
            }
        }
        self.release(grid, 0);
        self.place_waiting(grid)
    }

    /// Lets everyone bid by the least epsilon; whether that soon places all.
    fn sell_at_once<T: Element>(&mut self, grid: &Grid<'_, T>) -> Option<bool> {
        let bidders = self.object_of.len();
        for bidder in 0..bidders as u32 {
            self.bid(grid, bidder, 1)?;
        }
        let is_contested = self.waiting.len() * CONTESTED > bidders;
        Some(!is_contested && self.hold(grid, 1, bidders * FEW_BIDS)?)
    }

    fn choose<T: Element>(&mut self, grid: &Grid<'_, T>, bidder: u32) -> Choice {
        grid.level.run(Cheapest { line: self.lines.get(grid, bidder), price: &self.price })
    }

    /// What a bidder pays for its object: cost and price.
    fn pays<T: Element>(&self, grid: &Grid<'_, T>, bidder: u32) -> i16 {
        let object = self.object_of[bidder as usize];
        self.lines.cost(grid, bidder, object) + self.price[object as usize]
    }

    /// Takes its object from each bidder that could have another one more than epsilon cheaper, and lists who waits.
    fn release<T: Element>(&mut self, grid: &Grid<'_, T>, epsilon: i16) {
        self.waiting.clear();
        for bidder in (0..self.object_of.len() as u32).rev() {
            let object = self.object_of[bidder as usize];
            if object != NONE {
                if self.pays(grid, bidder) - epsilon <= self.choose(grid, bidder).best {
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
    fn hold<T: Element>(&mut self, grid: &Grid<'_, T>, epsilon: i16, most: usize) -> Option<bool> {
        let mut left = most.min(self.bids);
        let before = left;
        while left > 0
            && let Some(bidder) = self.waiting.pop()
        {
            left -= 1;
            self.bid(grid, bidder, epsilon)?;
        }
        self.bids -= before - left;
        Some(self.waiting.is_empty())
    }

    #[inline]
    fn bid<T: Element>(&mut self, grid: &Grid<'_, T>, bidder: u32, epsilon: i16) -> Option<()> {
        let Choice { object, best, second } = self.choose(grid, bidder);
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

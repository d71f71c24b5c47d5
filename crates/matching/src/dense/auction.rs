//! An auction with epsilon scaling, finished by shortest paths.
//!
//! Bidders without an object bid for their cheapest one. A bid lowers its price (a price here is a discount less than
//! zero) by what the bidder gains over its second choice, plus epsilon, and whoever had the object bids again. Epsilon starts
//! large and shrinks from phase to phase: D. P. Bertsekas 1988, "The auction algorithm: a distributed relaxation method
//! for the assignment problem", Annals of Operations Research 14, sections 2 and 4. Bids look at shortlists, which stay
//! valid because prices only fall.
//!
//! With whole costs and a last epsilon below 1 / bidders the assignment is a best one (Bertsekas 1979). Whole prices
//! that prove it follow by rounding: with more steps to a unit than there are objects, some fraction is used by no
//! price, and rounding all prices down there keeps every order that matters. Where bids go on for too
//! long, the auction stops: rows that do not have a cheapest object then find one by shortest paths, from the prices reached.
//! Costs O(bidders × list) a phase as a rule; the budget bounds it.

use super::NONE;
use super::cost::sealed::Element;
use super::grid::{Board, Grid, Stuck};
use super::shortlist::Shortlists;
use super::sparse_paths::{self, best};

/// How much smaller epsilon becomes from phase to phase.
const FACTOR: f64 = 8.0;

/// How many bids there may be per bidder before shortest paths take over.
const BIDS_PER_BIDDER: usize = 400;

/// Places every bidder, from nothing. Costs must be whole, and both sides as long.
pub(super) fn run<T: Element>(
    grid: &Grid<'_, T>,
    board: &mut Board,
    lists: &mut Shortlists<T>,
    scratch: &mut sparse_paths::Scratch,
    magnitude: f64,
) -> Result<(), Stuck> {
    sparse_paths::start(grid, board, lists);
    // A power of two, so that prices stay exact.
    let last = 1.0 / (grid.bidders as f64 + 1.0).log2().ceil().exp2();
    let mut epsilon = (magnitude / FACTOR).max(1.0).log2().floor().exp2();
    let mut bids = grid.bidders * BIDS_PER_BIDDER;
    loop {
        release(grid, board, lists, epsilon);
        hold(grid, board, lists, epsilon, &mut bids);
        if epsilon <= last || bids == 0 {
            break;
        }
        epsilon = (epsilon / FACTOR).max(last);
    }
    round(board, last);
    release(grid, board, lists, 0.0);
    sparse_paths::finish(grid, board, lists, scratch)
}

/// Takes its object from each bidder that has one more than epsilon cheaper, and lists who waits.
fn release<T: Element>(grid: &Grid<'_, T>, board: &mut Board, lists: &mut Shortlists<T>, epsilon: f64) {
    board.waiting.clear();
    for bidder in (0..grid.bidders as u32).rev() {
        let object = board.object_of[bidder as usize];
        if object != NONE {
            let cheapest = best(grid, board, lists, bidder).map_or(f64::NEG_INFINITY, |bid| bid.reduced);
            if board.pays(bidder) <= cheapest + epsilon {
                continue;
            }
            board.object_of[bidder as usize] = NONE;
            board.bidder_of[object as usize] = NONE;
        }
        board.waiting.push(bidder);
    }
}

/// Lets waiting bidders bid until none waits.
fn hold<T: Element>(
    grid: &Grid<'_, T>,
    board: &mut Board,
    lists: &mut Shortlists<T>,
    epsilon: f64,
    bids: &mut usize,
) {
    while let Some(bidder) = board.waiting.pop() {
        if *bids == 0 {
            return;
        }
        *bids -= 1;
        let Some(bid) = best(grid, board, lists, bidder) else {
            // Nothing is allowed for it: the search will say so.
            *bids = 0;
            return;
        };
        let gain = if bid.second < f64::INFINITY { bid.second - bid.reduced } else { 0.0 };
        board.price[bid.object as usize] -= gain + epsilon;
        let before = board.give(bid.object, bidder, bid.cost);
        if before != NONE {
            board.waiting.push(before);
        }
    }
}

/// Rounds prices to whole numbers so that whoever had a cheapest object within `step` now has a cheapest one.
fn round(board: &mut Board, step: f64) {
    let steps = (1.0 / step) as usize;
    let mut used = vec![false; steps];
    let fraction = |price: f64| ((-price - (-price).floor()) / step) as usize;
    for &price in &board.price {
        used[fraction(price)] = true;
    }
    let unused = used.iter().position(|&used| !used).unwrap_or(steps - 1);
    let shift = (steps - 1 - unused) as f64 * step;
    for price in &mut board.price {
        // One more than the floor, so that no price rises.
        *price = -((-*price + shift).floor() + 1.0);
    }
}

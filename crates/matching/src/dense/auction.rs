//! An auction with epsilon scaling, finished by shortest paths.
//!
//! Bidders without an object bid for their cheapest one. A bid lowers its price (a price here is a discount less than
//! zero) by what the bidder gains over its second choice, plus epsilon, and whoever had the object bids again. Epsilon starts
//! large and shrinks from phase to phase: D. P. Bertsekas 1988, "The auction algorithm: a distributed relaxation method
//! for the assignment problem", Annals of Operations Research 14, sections 2 and 4. Bids look at shortlists, which stay
//! valid because prices only fall.
//!
//! The auction ends at an epsilon of one unit. Prices are then rounded to whole numbers; bidders that do not have a
//! cheapest object at these prices give theirs back, and find one by shortest paths: exact, and faster than settling
//! ties by ever smaller bids. The same happens where bids go on for too long. Costs O(bidders × list) a phase as a rule
//! and O(bidders × objects) at worst.
//!
//! Costs that fit numbers of 16 bits go to [`super::narrow`], up to 2,048 rows; here are all others.

use super::NONE;
use super::cost::sealed::Element;
use super::grid::{Board, Grid, Stuck};
use super::shortlist::Shortlists;
use super::sparse_paths::{self, Bid, best, listed};

/// How much smaller epsilon becomes from phase to phase.
const FACTOR: f64 = 8.0;

/// How much smaller the first epsilon is than the largest cost. Prices are not far off when the auction begins, and a coarser
/// phase would undo them.
const FIRST: f64 = 32.0;

/// The last epsilon. Smaller ones would only settle ties, which shortest paths do faster.
const LAST: f64 = 1.0;

/// How many bids there may be per bidder before shortest paths take over.
const BIDS_PER_BIDDER: usize = 400;

/// Places every bidder, from lists and prices as [`sparse_paths::begin`] leaves them. Costs must be whole, and both sides as
/// long.
pub(super) fn run<T: Element>(
    grid: &Grid<'_, T>,
    board: &mut Board,
    lists: &mut Shortlists<T>,
    scratch: &mut sparse_paths::Scratch,
    magnitude: f64,
) -> Result<(), Stuck> {
    // Powers of two, so that prices stay exact.
    let mut epsilon = (magnitude / FIRST).max(1.0).log2().floor().exp2();
    let mut bids = grid.bidders * BIDS_PER_BIDDER;
    loop {
        release(grid, board, lists, epsilon);
        hold(grid, board, lists, epsilon, &mut bids);
        if epsilon <= LAST || bids == 0 {
            break;
        }
        epsilon = (epsilon / FACTOR).max(LAST);
    }
    for price in &mut board.price {
        *price = price.floor();
    }
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
        let Some(bid) = look(grid, board, lists, bidder) else {
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

/// The cheapest object of a bidder: from its list where that is sure to hold it, or else from its whole row. A row that is
/// read often gets a new list.
fn look<T: Element>(
    grid: &Grid<'_, T>,
    board: &Board,
    lists: &mut Shortlists<T>,
    bidder: u32,
) -> Option<Bid> {
    if let Some(bid) = listed(board, lists, bidder, grid.level) {
        return Some(bid);
    }
    if lists.missed(bidder) {
        lists.refresh(grid, bidder, &board.price);
    }
    let (arc, reduced, second) = lists.cheapest(grid, bidder, &board.price)?;
    Some(Bid { object: arc.column, cost: arc.cost(), reduced, second, free: None })
}

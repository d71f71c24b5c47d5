//! An auction with epsilon scaling, on shortlists: prices that are close to those of an answer.
//!
//! Bidders without an object bid for their cheapest one. A bid lowers its price (a price here is a discount less than
//! zero) by what the bidder gains over its second choice, plus epsilon, and whoever had the object bids again. Epsilon starts
//! large and shrinks from phase to phase: D. P. Bertsekas 1988, "The auction algorithm: a distributed relaxation method
//! for the assignment problem", Annals of Operations Research 14, sections 2 and 4.
//!
//! Where many bidders want the same objects, the price of each hangs on those of most others. Shortest paths move them all for
//! every bidder that is placed; bids move them together, a little at a time, and paths are short afterwards. Prices need not
//! be exact for that, so bids keep to a list even where other entries may cost a few epsilons less.
//!
//! How far prices have to move cannot be seen beforehand: by what lists span where objects are like places on a map, and by a
//! thousand times as much where all rows prefer the same columns. So the first epsilon is what lists span in the mean, and grows
//! while bidders outbid each other without end.
//!
//! In whole numbers, the last epsilon is one unit at least, prices stay whole, and most bidders have a cheapest object in the
//! end. Of others hardly one has, but prices are right within a part of what lists span. Whoever has not gives its object
//! back, and finds one by reduction and shortest paths: see [`sparse_paths`]. The same happens where bids go on for too
//! long.
//!
//! Costs O(list) a bid, of which a bidder makes ten to forty as a rule, and O(objects) a list made anew.
//!
//! Costs that fit numbers of 16 bits go to [`super::narrow`], up to 2,048 rows; here are all others.

use super::NONE;
use super::cost::sealed::Element;
use super::grid::{Board, Grid, Stuck};
use super::kernels::Arc;
use super::shortlist::Shortlists;
use super::sparse_paths;

/// How much smaller epsilon becomes from phase to phase, and how much larger where there are too many bids.
const FACTOR: f64 = 4.0;

/// How much smaller the last epsilon is than what lists span.
const LAST: f64 = 16.0;

/// How much smaller than the largest cost the first epsilon is at least: so prices stay within the range in which whole numbers are
/// exact.
const FIRST: f64 = 32.0;

/// How much smaller than the largest cost epsilon may be where costs are not whole: of nothing, it could not grow.
const FINEST: f64 = (1 << 25) as f64;

/// How many bids a bidder may make in the mean before the first epsilon grows.
const PATIENCE: usize = 8;

/// By how many epsilons an entry outside a list may be cheaper than those in it.
const NEGLIGIBLE: f64 = 8.0;

/// How many bids there may be per bidder.
const BIDS_PER_BIDDER: usize = 200;

/// How much larger than the mean cost a price may be, so that sums of prices are right to ten digits of it.
const PRECISE: f64 = 1e5;

/// Finds a best assignment, from lists and prices as [`begin`](sparse_paths::begin) leaves them, or later. Both sides must be as
/// long. False where prices rose so far above the costs that they were of no use.
///
/// # Errors
///
/// Rows that share too few columns.
pub(super) fn run<T: Element>(
    grid: &Grid<'_, T>,
    board: &mut Board,
    lists: &mut Shortlists<T>,
    scratch: &mut sparse_paths::Scratch,
    magnitude: f64,
    is_whole: bool,
) -> Result<bool, Stuck> {
    bid(grid, board, lists, magnitude, is_whole);
    sparse_paths::reduce(grid, board, lists, scratch);
    sparse_paths::finish(grid, board, lists, scratch, false)?;
    if is_whole || is_precise(board) {
        return Ok(true);
    }
    board.clear(grid.bidders, grid.objects);
    lists.forget();
    sparse_paths::begin(grid, board, lists, scratch, f64::NEG_INFINITY);
    sparse_paths::finish(grid, board, lists, scratch, false)?;
    Ok(false)
}

/// Moves prices, and lets bidders have what is cheapest for them then; the others wait. Returns how many bids there were.
fn bid<T: Element>(
    grid: &Grid<'_, T>,
    board: &mut Board,
    lists: &mut Shortlists<T>,
    magnitude: f64,
    is_whole: bool,
) -> usize {
    lists.forget_takers();
    let unit = if is_whole { 1.0 } else { power_of_two(magnitude / FINEST) };
    let highest = power_of_two(magnitude / FIRST).max(unit);
    let span = power_of_two(span(grid, board, lists));
    let last = (span / LAST).max(unit);
    let mut epsilon = span.clamp(unit, highest);
    let most = grid.bidders * BIDS_PER_BIDDER;
    let mut bids = most;
    release(grid, board, lists, epsilon);
    while !hold(grid, board, lists, epsilon, grid.bidders * PATIENCE, &mut bids) && epsilon < highest {
        epsilon = (epsilon * FACTOR).min(highest);
    }
    while hold(grid, board, lists, epsilon, usize::MAX, &mut bids) && epsilon > last {
        epsilon = (epsilon / FACTOR).max(last);
        release(grid, board, lists, epsilon);
    }
    release(grid, board, lists, 0.0);
    most - bids
}

/// Whether prices, which are sums that have been rounded, tell the costs of an answer apart: bids may raise them far above tiny
/// costs.
fn is_precise(board: &Board) -> bool {
    let highest = board.price.iter().fold(0.0, |highest: f64, price| highest.max(price.abs()));
    let total: f64 = board.cost_of.iter().map(|cost| cost.abs()).sum();
    highest * board.cost_of.len() as f64 <= total * PRECISE
}

/// How far lists reach beyond what is cheapest, in the mean: what prices have to move by, roughly, where bidders compete.
fn span<T: Element>(grid: &Grid<'_, T>, board: &Board, lists: &mut Shortlists<T>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for bidder in 0..grid.bidders as u32 {
        let Some((_, reduced, _)) = lists.first(bidder, &board.price, grid.level) else { continue };
        let span = lists.bound(bidder) - reduced;
        if span > 0.0 && span < f64::INFINITY {
            sum += span;
            count += 1.0;
        }
    }
    if count > 0.0 { sum / count } else { 0.0 }
}

/// The largest power of two that is no more than a number, so that sums of few costs and epsilons are exact; 0 for 0.
fn power_of_two(number: f64) -> f64 {
    f64::from_bits(number.to_bits() & f64::INFINITY.to_bits())
}

/// Takes its object from each bidder that has one more than epsilon cheaper, and lists who waits.
fn release<T: Element>(grid: &Grid<'_, T>, board: &mut Board, lists: &mut Shortlists<T>, epsilon: f64) {
    board.waiting.clear();
    for bidder in (0..grid.bidders as u32).rev() {
        let object = board.object_of[bidder as usize];
        if object != NONE {
            let cheapest =
                look(grid, board, lists, bidder, epsilon).map_or(f64::NEG_INFINITY, |bid| bid.reduced);
            if board.pays(bidder) <= cheapest + epsilon {
                continue;
            }
            board.object_of[bidder as usize] = NONE;
            board.bidder_of[object as usize] = NONE;
        }
        board.waiting.push(bidder);
    }
}

/// Lets waiting bidders bid until none waits; false where that takes too many bids.
fn hold<T: Element>(
    grid: &Grid<'_, T>,
    board: &mut Board,
    lists: &mut Shortlists<T>,
    epsilon: f64,
    most: usize,
    bids: &mut usize,
) -> bool {
    let mut left = most.min(*bids);
    *bids -= left;
    while left > 0
        && let Some(&bidder) = board.waiting.last()
    {
        let Some(bid) = look(grid, board, lists, bidder, epsilon) else {
            // Nothing is allowed for it: the search will say so.
            (left, *bids) = (0, 0);
            break;
        };
        left -= 1;
        board.waiting.pop();
        let (object, cost) = (bid.arc.column, bid.arc.cost());
        let gain = if bid.second < f64::INFINITY { bid.second - bid.reduced } else { 0.0 };
        board.price[object as usize] -= gain + epsilon;
        let before = board.give(object, bidder, cost);
        if before != NONE {
            board.waiting.push(before);
        }
    }
    *bids += left;
    board.waiting.is_empty()
}

/// What a bidder would do.
struct Bid<T: Element> {
    arc: Arc<T>,
    reduced: f64,
    /// What it would cost to do otherwise: not better than `reduced`.
    second: f64,
}

/// The cheapest object of a bidder, or one that costs it a few epsilons more.
fn look<T: Element>(
    grid: &Grid<'_, T>,
    board: &Board,
    lists: &mut Shortlists<T>,
    bidder: u32,
    epsilon: f64,
) -> Option<Bid<T>> {
    loop {
        let bound = lists.bound(bidder) + NEGLIGIBLE * epsilon;
        match lists.first(bidder, &board.price, grid.level) {
            Some((arc, reduced, second)) if reduced <= bound => {
                return Some(Bid { arc, reduced, second: second.min(bound) });
            }
            None if bound == f64::INFINITY => return None,
            _ => lists.refresh(grid, bidder, &board.price),
        }
    }
}

#[cfg(test)]
mod tests;

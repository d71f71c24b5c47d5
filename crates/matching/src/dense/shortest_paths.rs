//! Shortest augmenting paths on a dense matrix.
//!
//! Column reduction, reduction transfer, augmenting row reduction and Dijkstra's algorithm: R. Jonker and A. Volgenant
//! 1987, "A shortest augmenting path algorithm for dense and sparse linear assignment problems", Computing 38,
//! sections 3.1 to 3.4. Where there are fewer bidders than objects, the search starts from prices of zero instead of
//! a column reduction, because an object that stays free must cost nothing.
//!
//! The search keeps all distances in one array and finds the least by vectors, rather than with a heap: on a
//! complete matrix every step touches every object anyway. Costs O(n² m) at worst and O(n m) a search step; this
//! is the method for small matrices and the last resort of the others.

use super::NONE;
use super::cost::sealed::Element;
use super::grid::{Board, Grid, Stuck};
use super::kernels::{Cheapest, ColumnMinima, Find, Relax};

/// How often rows that lost their object may bid again, per row and sweep. Beyond it the search is cheaper.
const BIDS_PER_ROW: usize = 4;

/// Memory that only this method needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    line: Vec<f64>,
    /// Prices as a search sees them: minus infinity for objects whose distance is final.
    open_price: Vec<f64>,
    /// 0 for a free object, infinity for one that is taken.
    taken: Vec<f64>,
    /// The distance at which each object in `closed` became final.
    final_distance: Vec<f64>,
    next: Vec<u32>,
}

/// Places every bidder, from nothing.
pub(super) fn run(grid: &Grid<'_, f64>, board: &mut Board, scratch: &mut Scratch) -> Result<(), Stuck> {
    board.waiting.clear();
    if grid.bidders == grid.objects && board.leave_out.is_empty() {
        reduce_columns(grid, board, scratch);
        transfer(grid, board, scratch);
    }
    let object_of = &board.object_of;
    board.waiting.extend((0..grid.bidders as u32).filter(|&bidder| object_of[bidder as usize] == NONE));
    for _ in 0..2 {
        reduce_rows(grid, board, scratch);
    }
    finish(grid, board, scratch)
}

/// Lets every column go to the row that is cheapest for it, at that price. A row that wins several keeps the last.
fn reduce_columns(grid: &Grid<'_, f64>, board: &mut Board, scratch: &mut Scratch) {
    board.price.fill(f64::INFINITY);
    for bidder in 0..grid.bidders {
        let line = grid.line(bidder, &mut scratch.line);
        grid.level.run(ColumnMinima {
            line,
            sign: grid.sign,
            row: bidder as u32,
            least: &mut board.price,
            holder: &mut board.bidder_before,
        });
    }
    // What fills a line up costs nothing, and nobody may have it.
    board.price[grid.objects..].fill(0.0);
    for object in (0..grid.objects as u32).rev() {
        let price = &mut board.price[object as usize];
        if *price == f64::INFINITY {
            *price = 0.0;
            continue;
        }
        let (bidder, cost) = (board.bidder_before[object as usize], *price);
        if board.object_of[bidder as usize] == NONE {
            board.give(object, bidder, cost);
        } else {
            // Marks the row as one that won more than once.
            board.left_out[bidder as usize] = true;
        }
    }
}

/// Lowers the price of a column by what its row would lose without it, where the row won no other.
fn transfer(grid: &Grid<'_, f64>, board: &mut Board, scratch: &mut Scratch) {
    for bidder in 0..grid.bidders {
        let object = board.object_of[bidder];
        if object == NONE || std::mem::take(&mut board.left_out[bidder]) {
            continue;
        }
        let line = grid.line(bidder, &mut scratch.line);
        let (first, at, second) = grid.level.run(Cheapest { line, sign: grid.sign, price: &board.price });
        let alternative = if at == object { second } else { first };
        if alternative < f64::INFINITY {
            board.price[object as usize] -= alternative - board.pays(bidder as u32);
        }
    }
}

/// Lets each waiting row bid for its cheapest column; the row that had it bids next, as long as prices fall.
fn reduce_rows(grid: &Grid<'_, f64>, board: &mut Board, scratch: &mut Scratch) {
    let mut bids = board.waiting.len() * BIDS_PER_ROW + 8;
    scratch.next.clear();
    while let Some(bidder) = board.waiting.pop() {
        let line = grid.line(bidder as usize, &mut scratch.line);
        let (first, at, second) = grid.level.run(Cheapest { line, sign: grid.sign, price: &board.price });
        let out = board.leave_out(bidder);
        if first == f64::INFINITY || out <= first {
            // Nothing to bid for, or nothing worth it; the search sees to both.
            scratch.next.push(bidder);
            continue;
        }
        let mut object = at;
        if board.bidder_of[object as usize] != NONE {
            let second = if out < second { out } else { second };
            let price = board.price[object as usize] - (second - first);
            if second < f64::INFINITY && price < board.price[object as usize] {
                board.price[object as usize] = price;
            } else if let Some(free) = free_equal(grid, board, line, first) {
                object = free;
            } else {
                // A tie: whoever has it keeps it.
                scratch.next.push(bidder);
                continue;
            }
        }
        let before = board.give(object, bidder, grid.cost(bidder as usize, object as usize));
        if before != NONE {
            if bids > 0 {
                bids -= 1;
                board.waiting.push(before);
            } else {
                scratch.next.push(before);
            }
        }
    }
    scratch.next.reverse();
    std::mem::swap(&mut board.waiting, &mut scratch.next);
}

/// A free object that costs a bidder as little as its cheapest one.
fn free_equal(grid: &Grid<'_, f64>, board: &Board, line: &[f64], least: f64) -> Option<u32> {
    let equal = |&object: &usize| {
        board.bidder_of[object] == NONE && line[object].load(grid.sign) - board.price[object] == least
    };
    (0..grid.objects).find(equal).map(|object| object as u32)
}

/// Places the waiting bidders one by one, each by a shortest path. Prices may be any that keep the board's invariant.
pub(super) fn finish(grid: &Grid<'_, f64>, board: &mut Board, scratch: &mut Scratch) -> Result<(), Stuck> {
    scratch.taken.clear();
    let taken = |&bidder: &u32| if bidder == NONE { 0.0 } else { f64::INFINITY };
    scratch.taken.extend(board.bidder_of.iter().map(taken));
    scratch.open_price.clear();
    scratch.open_price.extend_from_slice(&board.price);
    while let Some(bidder) = board.waiting.pop() {
        place(grid, board, scratch, bidder)?;
    }
    Ok(())
}

fn place(grid: &Grid<'_, f64>, board: &mut Board, scratch: &mut Scratch, first: u32) -> Result<(), Stuck> {
    board.distance.fill(f64::INFINITY);
    board.closed.clear();
    scratch.final_distance.clear();
    let (mut bidder, mut base) = (first, 0.0);
    // The cheapest way to leave somebody out.
    let (mut out, mut out_at) = (f64::INFINITY, first);
    let (length, end) = loop {
        let leave = base + board.leave_out(bidder);
        if leave < out {
            (out, out_at) = (leave, bidder);
        }
        let line = grid.line(bidder as usize, &mut scratch.line);
        let (open, free) = grid.level.run(Relax {
            line,
            sign: grid.sign,
            row: bidder,
            base,
            price: &scratch.open_price,
            distance: &mut board.distance,
            row_before: &mut board.bidder_before,
            taken: &scratch.taken,
        });
        if out <= open {
            if out == f64::INFINITY {
                return Err(stuck(board, first));
            }
            break (out, None);
        }
        if free <= open {
            break (free, first_free(grid, board, free));
        }
        let Some(object) = grid.level.run(Find { values: &board.distance, wanted: open }) else {
            break (out, None);
        };
        board.closed.push(object as u32);
        scratch.final_distance.push(open);
        board.distance[object] = f64::INFINITY;
        scratch.open_price[object] = f64::NEG_INFINITY;
        bidder = board.bidder_of[object];
        base = open - board.pays(bidder);
    };
    for (&object, &distance) in board.closed.iter().zip(&scratch.final_distance) {
        board.price[object as usize] -= length - distance;
        scratch.open_price[object as usize] = board.price[object as usize];
    }
    match end {
        Some(object) => {
            scratch.taken[object as usize] = f64::INFINITY;
            board.augment(first, object, |bidder, object| grid.cost(bidder, object));
        }
        None => leave_out(grid, board, first, out_at),
    }
    Ok(())
}

/// Leaves a bidder out and moves the others on the path to it one object on.
fn leave_out(grid: &Grid<'_, f64>, board: &mut Board, first: u32, last: u32) {
    board.left_out[last as usize] = true;
    let object = std::mem::replace(&mut board.object_of[last as usize], NONE);
    if last != first {
        board.augment(first, object, |bidder, object| grid.cost(bidder, object));
    }
}

fn first_free(grid: &Grid<'_, f64>, board: &Board, distance: f64) -> Option<u32> {
    let mut from = 0;
    while let Some(step) = grid.level.run(Find { values: &board.distance[from..], wanted: distance }) {
        let object = from + step;
        if board.bidder_of[object] == NONE {
            return Some(object as u32);
        }
        from = object + 1;
    }
    None
}

/// All that a failed search has reached: more bidders than objects.
fn stuck(board: &Board, first: u32) -> Stuck {
    let holders = board.closed.iter().map(|&object| board.bidder_of[object as usize]);
    Stuck { bidders: std::iter::once(first).chain(holders).collect(), objects: board.closed.clone() }
}

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
use super::grid::{Board, Grid, Stuck};
use super::kernels::{Cheapest, ColumnMinima, Find, Relax};
use crate::simd::{Instructions, Kernel};

/// How often rows that lost their object may bid again, per row and sweep. Beyond it the search is cheaper.
const BIDS_PER_ROW: usize = 2;

/// Memory that only this method needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    /// Prices as a search sees them: minus infinity for objects whose distance is final.
    open_price: Vec<f64>,
    /// 0 for a free object, infinity for one that is taken.
    taken: Vec<f64>,
    /// The distance at which each object in `closed` became final.
    final_distance: Vec<f64>,
    next: Vec<u32>,
}

/// Places every bidder, from nothing. The grid is a copy whose costs are minimised and whose lines are whole vectors.
pub(super) fn run(grid: &Grid<'_, f64>, board: &mut Board, scratch: &mut Scratch) -> Result<(), Stuck> {
    grid.level.run(Run { grid, board, scratch })
}

/// The method in one piece: a pass over a short line takes less time than the call of a function that may use other
/// instructions than its caller. So all of it is compiled for each instruction set.
struct Run<'a, 'g> {
    grid: &'a Grid<'g, f64>,
    board: &'a mut Board,
    scratch: &'a mut Scratch,
}

impl Kernel for Run<'_, '_> {
    type Output = Result<(), Stuck>;

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> Result<(), Stuck> {
        let Self { grid, board, scratch } = self;
        board.waiting.clear();
        if grid.bidders == grid.objects && board.leave_out.is_empty() {
            reduce_columns(with, grid, board);
            transfer(with, grid, board);
        }
        let object_of = &board.object_of;
        board.waiting.extend((0..grid.bidders as u32).filter(|&bidder| object_of[bidder as usize] == NONE));
        for _ in 0..2 {
            reduce_rows(with, grid, board, scratch);
        }
        finish(with, grid, board, scratch)
    }
}

/// The costs of a bidder.
#[inline(always)]
fn line<'a>(grid: &Grid<'a, f64>, bidder: u32) -> &'a [f64] {
    &grid.data[bidder as usize * grid.stride..][..grid.width]
}

#[inline(always)]
fn cheapest<I: Instructions>(with: I, grid: &Grid<'_, f64>, board: &Board, bidder: u32) -> (f64, u32, f64) {
    Cheapest { line: line(grid, bidder), sign: 1.0, price: &board.price }.run(with)
}

/// Lets every column go to the row that is cheapest for it, at that price. A row that wins several keeps the last.
#[inline(always)]
fn reduce_columns<I: Instructions>(with: I, grid: &Grid<'_, f64>, board: &mut Board) {
    board.price.fill(f64::INFINITY);
    for bidder in 0..grid.bidders {
        let (row, least, holder) = (bidder as u32, &mut board.price, &mut board.bidder_before);
        ColumnMinima { line: line(grid, row), sign: 1.0, row, least, holder }.run(with);
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
#[inline(always)]
fn transfer<I: Instructions>(with: I, grid: &Grid<'_, f64>, board: &mut Board) {
    for bidder in 0..grid.bidders {
        let object = board.object_of[bidder];
        if object == NONE || std::mem::take(&mut board.left_out[bidder]) {
            continue;
        }
        let (first, at, second) = cheapest(with, grid, board, bidder as u32);
        let alternative = if at == object { second } else { first };
        if alternative < f64::INFINITY {
            board.price[object as usize] -= alternative - board.pays(bidder as u32);
        }
    }
}

/// Lets each waiting row bid for its cheapest column; the row that had it bids next, as long as prices fall.
#[inline(always)]
fn reduce_rows<I: Instructions>(with: I, grid: &Grid<'_, f64>, board: &mut Board, scratch: &mut Scratch) {
    let mut bids = board.waiting.len() * BIDS_PER_ROW + 8;
    scratch.next.clear();
    while let Some(bidder) = board.waiting.pop() {
        let (first, at, second) = cheapest(with, grid, board, bidder);
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
            } else if let Some(free) = free_equal(grid, board, line(grid, bidder), first) {
                object = free;
            } else {
                // A tie: whoever has it keeps it.
                scratch.next.push(bidder);
                continue;
            }
        }
        let before = board.give(object, bidder, line(grid, bidder)[object as usize]);
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

/// A free object that costs a bidder as little as its cheapest one.
fn free_equal(grid: &Grid<'_, f64>, board: &Board, line: &[f64], least: f64) -> Option<u32> {
    let equal =
        |&object: &usize| board.bidder_of[object] == NONE && line[object] - board.price[object] == least;
    (0..grid.objects).find(equal).map(|object| object as u32)
}

/// Places the waiting bidders one by one, each by a shortest path. Prices may be any that keep the board's invariant.
#[inline(always)]
fn finish<I: Instructions>(
    with: I,
    grid: &Grid<'_, f64>,
    board: &mut Board,
    scratch: &mut Scratch,
) -> Result<(), Stuck> {
    scratch.taken.clear();
    let taken = |&bidder: &u32| if bidder == NONE { 0.0 } else { f64::INFINITY };
    scratch.taken.extend(board.bidder_of.iter().map(taken));
    scratch.open_price.clear();
    scratch.open_price.extend_from_slice(&board.price);
    while let Some(bidder) = board.waiting.pop() {
        place(with, grid, board, scratch, bidder)?;
    }
    Ok(())
}

#[inline(always)]
fn place<I: Instructions>(
    with: I,
    grid: &Grid<'_, f64>,
    board: &mut Board,
    scratch: &mut Scratch,
    first: u32,
) -> Result<(), Stuck> {
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
        let (open, free) = Relax {
            line: line(grid, bidder),
            sign: 1.0,
            row: bidder,
            base,
            price: &scratch.open_price,
            distance: &mut board.distance,
            row_before: &mut board.bidder_before,
            taken: &scratch.taken,
        }
        .run(with);
        if out <= open {
            if out == f64::INFINITY {
                return Err(stuck(board, first));
            }
            break (out, None);
        }
        if free <= open {
            break (free, first_free(with, board, free));
        }
        let Some(object) = (Find { values: &board.distance, wanted: open }).run(with) else {
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

#[inline(always)]
fn first_free<I: Instructions>(with: I, board: &Board, distance: f64) -> Option<u32> {
    let mut from = 0;
    while let Some(step) = (Find { values: &board.distance[from..], wanted: distance }).run(with) {
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

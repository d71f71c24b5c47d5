//! Shortest augmenting paths on a dense matrix.
//!
//! Column reduction, reduction transfer, augmenting row reduction and Dijkstra's algorithm: R. Jonker and A. Volgenant
//! 1987, "A shortest augmenting path algorithm for dense and sparse linear assignment problems", Computing 38,
//! sections 3.1 to 3.4. Where there are fewer bidders than objects, the search starts from prices of zero instead of
//! a column reduction, because an object that stays free must cost nothing.
//!
//! Transfers are worked out at one set of prices, and a few rows bid at once, at the same prices: prices only fall, so what a row
//! would lose without its column is no less than that, even when the others have bid. The passes over lines do not wait for
//! one another then.
//!
//! The search keeps all distances in one array and finds the least by vectors, rather than with a heap: on a
//! complete matrix every step touches every object anyway. Costs O(n² m) at worst and O(n m) a search step; this
//! is the method for small matrices and the last resort of the others. Squares of up to sixteen columns go to [`super::tiny`].

use super::NONE;
use super::cost::sealed::Element;
use super::grid::{Board, Grid, Stuck};
use super::kernels::LANES;
use super::lines::{self, Block, Cheapest, Lines, Relax, Rows, cheapest, get, set};
use super::short::{self, Walk};
use super::tiny;
use crate::simd::{Instructions, Kernel, Level};

/// How often rows that lost their object may bid again, per row and sweep. Beyond it the search is cheaper.
const BIDS_PER_ROW: usize = 2;

/// How many rows bid at the same prices: while one pass waits for its results, others can go on.
const AT_ONCE: usize = 4;

/// The matrix and the memory that only this method needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    lines: Lines,
    search: Search,
    transfers: Vec<(u32, f64)>,
    next: Vec<u32>,
}

#[derive(Clone, Debug, Default)]
struct Search {
    /// Prices; minus infinity for objects whose distance is final.
    price: Vec<Block<f64>>,
    distance: Vec<Block<f64>>,
    bidder_before: Vec<Block<u32>>,
    /// A bit for each object that is free.
    free: Vec<u16>,
    closed: Vec<Closed>,
}

impl Search {
    #[inline(always)]
    fn note_free(&mut self, board: &Board) {
        self.free.clear();
        let bit = |(lane, &bidder): (usize, &u32)| u16::from(bidder == NONE) << lane;
        let bits = |bidders: &[u32]| bidders.iter().enumerate().map(bit).fold(0, std::ops::BitOr::bitor);
        self.free.extend(board.bidder_of.chunks(LANES).map(bits));
    }
}

/// An object whose distance is final.
#[derive(Clone, Copy, Debug)]
struct Closed {
    object: u32,
    distance: f64,
    price: f64,
}

impl Scratch {
    /// Takes a copy of a matrix for the run that follows and returns the largest magnitude in it, which is not finite where an
    /// entry is not.
    pub(super) fn fill<T: Element>(&mut self, grid: &Grid<'_, T>) -> f64 {
        self.lines.fill(grid)
    }

    #[inline]
    fn take_prices(&mut self, board: &Board) {
        let Search { price, distance, bidder_before, .. } = &mut self.search;
        let width = board.price.len().div_ceil(LANES);
        price.resize(width, Block([0.0; LANES]));
        distance.resize(width, Block([f64::INFINITY; LANES]));
        bidder_before.resize(width, Block([NONE; LANES]));
        for (Block(block), prices) in price.iter_mut().zip(board.price.chunks(LANES)) {
            *block = [0.0; LANES];
            block[..prices.len()].copy_from_slice(prices);
        }
    }

    #[inline]
    fn return_prices(&self, board: &mut Board) {
        for (prices, Block(found)) in board.price.chunks_mut(LANES).zip(&self.search.price) {
            prices.copy_from_slice(&found[..prices.len()]);
        }
    }
}

/// Places every bidder, from nothing, in the matrix that the scratch was filled with.
#[inline]
pub(super) fn run(board: &mut Board, scratch: &mut Scratch, level: Level) -> Result<(), Stuck> {
    if tiny::suits(board) {
        return tiny::run(board, &scratch.lines, level);
    }
    scratch.take_prices(board);
    let placed = match scratch.lines.width {
        1 => run_short::<1>(board, scratch, level),
        2 => run_short::<2>(board, scratch, level),
        3 => run_short::<3>(board, scratch, level),
        short::MOST => run_short::<{ short::MOST }>(board, scratch, level),
        _ => level.run(Run::<ANY> { board, scratch }),
    };
    scratch.return_prices(board);
    placed
}

/// Places the waiting bidders of a large matrix whose rows lie in one piece. Prices may be any that keep the board's invariant.
pub(super) fn finish_rows<T: Element>(
    grid: &Grid<'_, T>,
    board: &mut Board,
    scratch: &mut Scratch,
) -> Result<(), Stuck> {
    scratch.take_prices(board);
    let placed = grid.level.run(FinishRows { grid, board, scratch });
    scratch.return_prices(board);
    placed
}

struct FinishRows<'a, 'g, T> {
    grid: &'a Grid<'g, T>,
    board: &'a mut Board,
    scratch: &'a mut Scratch,
}

impl<T: Element> Kernel for FinishRows<'_, '_, T> {
    type Output = Result<(), Stuck>;

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> Result<(), Stuck> {
        finish(with, self.grid, self.board, &mut self.scratch.search)
    }
}

/// The method in one piece: a pass over a short line takes less time than the call of a function that may use other
/// instructions than its caller. So all of it is compiled for each instruction set.
struct Run<'a, const WIDTH: usize> {
    board: &'a mut Board,
    scratch: &'a mut Scratch,
}

impl<const WIDTH: usize> Kernel for Run<'_, WIDTH> {
    type Output = Result<(), Stuck>;

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> Result<(), Stuck> {
        place_all::<WIDTH, I>(with, self.board, self.scratch)
    }
}

/// On lines of a known number of blocks, where the processor is made for that.
#[inline]
fn run_short<const WIDTH: usize>(
    board: &mut Board,
    scratch: &mut Scratch,
    level: Level,
) -> Result<(), Stuck> {
    match level.run_wide(Run::<WIDTH> { board, scratch }) {
        Ok(placed) => placed,
        Err(Run { board, scratch }) => level.run(Run::<ANY> { board, scratch }),
    }
}

/// Stands for a number of blocks in a line that is not known when this is compiled.
const ANY: usize = 0;

#[inline(always)]
fn place_all<const WIDTH: usize, I: Instructions>(
    with: I,
    board: &mut Board,
    scratch: &mut Scratch,
) -> Result<(), Stuck> {
    board.waiting.clear();
    if !scratch.lines.least.is_empty() && board.leave_out.is_empty() {
        reduce_columns(board, scratch);
        transfer::<WIDTH, I>(with, board, scratch);
    }
    let object_of = &board.object_of;
    let unplaced = |&bidder: &u32| object_of[bidder as usize] == NONE;
    board.waiting.extend((0..object_of.len() as u32).filter(unplaced));
    for _ in 0..2 {
        reduce_rows::<WIDTH, I>(with, board, scratch);
    }
    let Scratch { lines, search, .. } = scratch;
    if WIDTH == ANY {
        return finish(with, lines, board, search);
    }
    search.note_free(board);
    while let Some(bidder) = board.waiting.pop() {
        place_short::<WIDTH, I>(with, lines, board, search, bidder)?;
    }
    Ok(())
}

/// Whether what several bids need at once stays in registers. That of a search, which is one, does for longer lines.
const fn bids_in_registers(width: usize) -> bool {
    width != ANY && width <= 2
}

/// The cheapest object of a bidder.
#[inline(always)]
fn look<const WIDTH: usize, I: Instructions>(
    with: I,
    lines: &Lines,
    price: &[Block<f64>],
    bidder: u32,
) -> Cheapest {
    match price.first_chunk() {
        Some(price) if bids_in_registers(WIDTH) => {
            short::cheapest::<WIDTH, I>(with, lines.short(bidder), price)
        }
        _ => cheapest(with, lines.line(bidder), price),
    }
}

/// Lets every column go to the row that is cheapest for it, at that price. A row that wins several keeps the last.
#[inline(always)]
fn reduce_columns(board: &mut Board, scratch: &mut Scratch) {
    let Scratch { lines, search: Search { price, .. }, .. } = scratch;
    price.copy_from_slice(&lines.least);
    for object in (0..board.bidder_of.len()).rev() {
        let bidder = get(&lines.cheapest_for, object);
        if bidder == NONE {
            continue;
        }
        if board.object_of[bidder as usize] == NONE {
            board.give(object as u32, bidder, get(price, object));
        } else {
            // Marks the row as one that won more than once.
            board.left_out[bidder as usize] = true;
        }
    }
}

/// Lowers the price of a column by what its row would lose without it, where the row won no other.
#[inline(always)]
fn transfer<const WIDTH: usize, I: Instructions>(with: I, board: &mut Board, scratch: &mut Scratch) {
    let Scratch { lines, search: Search { price, .. }, transfers, .. } = scratch;
    transfers.clear();
    for bidder in 0..board.object_of.len() as u32 {
        let object = board.object_of[bidder as usize];
        if object == NONE || std::mem::take(&mut board.left_out[bidder as usize]) {
            continue;
        }
        let best = look::<WIDTH, I>(with, lines, price, bidder);
        let alternative = if best.object == object { best.second } else { best.reduced };
        if alternative < f64::INFINITY {
            let old = get(price, object as usize);
            transfers.push((object, old - (alternative - (board.cost_of[bidder as usize] - old))));
        }
    }
    for &(object, fallen) in transfers.iter() {
        price[object as usize / LANES].0[object as usize % LANES] = fallen;
    }
}

/// Lets each waiting row bid for its cheapest column; the row that had it bids next, as long as prices fall.
#[inline(always)]
fn reduce_rows<const WIDTH: usize, I: Instructions>(with: I, board: &mut Board, scratch: &mut Scratch) {
    let mut bids = board.waiting.len() * BIDS_PER_ROW;
    scratch.next.clear();
    // Made once: a copy of what has just been written in pieces waits for the pieces.
    let (mut bidders, mut found) = ([NONE; AT_ONCE], [Cheapest::NOTHING; AT_ONCE]);
    while !board.waiting.is_empty() {
        let count = board.waiting.len().min(AT_ONCE);
        let from = board.waiting.len() - count;
        let (lines, price) = (&scratch.lines, &scratch.search.price);
        if !bids_in_registers(WIDTH) {
            for number in 0..count {
                bidders[number] = board.waiting[from + number];
                found[number] = look::<WIDTH, I>(with, lines, price, bidders[number]);
            }
        } else {
            // To look again at a short line takes less than a jump that cannot be foreseen.
            bidders = std::array::from_fn(|number| board.waiting[from + number.min(count - 1)]);
            found = bidders.map(|bidder| look::<WIDTH, I>(with, lines, price, bidder));
        }
        board.waiting.truncate(from);
        for number in 0..count {
            let best = found[number];
            if found[..number].iter().any(|other| other.object == best.object) {
                // Its price has changed.
                board.waiting.push(bidders[number]);
            } else {
                bid(board, scratch, bidders[number], best, &mut bids);
            }
        }
    }
    // Not swapped: each list shall find its own room again in the next solve.
    board.waiting.extend(scratch.next.drain(..).rev());
}

/// Gives a row its cheapest column, at a price that makes its next one as good, if that is in order.
#[inline(always)]
fn bid(board: &mut Board, scratch: &mut Scratch, bidder: u32, best: Cheapest, bids: &mut usize) {
    let Cheapest { reduced, object: mut at, mut second } = best;
    let out = board.leave_out(bidder);
    if reduced == f64::INFINITY || out <= reduced {
        // Nothing to bid for, or nothing worth it; the search sees to both.
        scratch.next.push(bidder);
        return;
    }
    if board.bidder_of[at as usize] != NONE {
        second = if out < second { out } else { second };
        let old = get(&scratch.search.price, at as usize);
        let price = old - (second - reduced);
        if second < f64::INFINITY && price < old {
            set(&mut scratch.search.price, at as usize, price);
        } else if let Some(free) = free_equal(board, scratch, bidder, reduced) {
            at = free;
        } else {
            // A tie: whoever has it keeps it.
            scratch.next.push(bidder);
            return;
        }
    }
    let before = board.give(at, bidder, scratch.lines.cost(bidder as usize, at as usize));
    if before != NONE {
        if *bids > 0 {
            *bids -= 1;
            board.waiting.push(before);
        } else {
            scratch.next.push(before);
        }
    }
}

/// A free object that costs a bidder as little as its cheapest one.
#[inline]
fn free_equal(board: &Board, scratch: &Scratch, bidder: u32, least: f64) -> Option<u32> {
    let reduced = |object| scratch.lines.cost(bidder as usize, object) - get(&scratch.search.price, object);
    let equal = |&object: &usize| board.bidder_of[object] == NONE && reduced(object) == least;
    (0..board.bidder_of.len()).find(equal).map(|object| object as u32)
}

/// Places the waiting bidders one by one, each by a shortest path. Prices may be any that keep the board's invariant.
#[inline(always)]
fn finish<I: Instructions>(
    with: I,
    rows: &impl Rows,
    board: &mut Board,
    search: &mut Search,
) -> Result<(), Stuck> {
    if board.waiting.is_empty() {
        return Ok(());
    }
    search.note_free(board);
    while let Some(bidder) = board.waiting.pop() {
        place(with, rows, board, search, bidder)?;
    }
    Ok(())
}

#[inline(always)]
fn place<I: Instructions>(
    with: I,
    rows: &impl Rows,
    board: &mut Board,
    search: &mut Search,
    first: u32,
) -> Result<(), Stuck> {
    let Search { price, distance, bidder_before, free, closed } = search;
    distance.fill(Block([f64::INFINITY; LANES]));
    closed.clear();
    let (mut bidder, mut base) = (first, 0.0);
    // The cheapest way to leave somebody out.
    let (mut out, mut out_at) = (f64::INFINITY, first);
    let (length, end) = loop {
        let leave = base + board.leave_out(bidder);
        if leave < out {
            (out, out_at) = (leave, bidder);
        }
        let open = Relax { bidder, base, price, distance, bidder_before }.run(with, rows);
        if out <= open {
            break (out, None);
        }
        let Some((object, is_free)) = lines::find(with, distance, open, free) else { break (out, None) };
        if is_free {
            break (open, Some(object));
        }
        bidder = board.bidder_of[object];
        let own = get(price, object);
        base = open - (board.cost_of[bidder as usize] - own);
        closed.push(Closed { object: object as u32, distance: open, price: own });
        set(distance, object, f64::INFINITY);
        set(price, object, f64::NEG_INFINITY);
    };
    conclude(
        rows,
        board,
        search,
        first,
        Ended { length, at: end.unwrap_or(out_at as usize), is_free: end.is_some() },
    )
}

/// How a search has ended.
struct Ended {
    length: f64,
    /// A free object, or else the bidder to leave out.
    at: usize,
    is_free: bool,
}

/// Sets the prices of what a search has reached, and moves each bidder on its path one object on.
#[inline(always)]
fn conclude(
    rows: &impl Rows,
    board: &mut Board,
    search: &mut Search,
    first: u32,
    ended: Ended,
) -> Result<(), Stuck> {
    let Search { price, bidder_before, free, closed, .. } = search;
    let Ended { length, at, is_free } = ended;
    if length == f64::INFINITY {
        return Err(stuck(board, closed, first));
    }
    for &Closed { object, distance, price: own } in closed.iter() {
        price[object as usize / LANES].0[object as usize % LANES] = own - (length - distance);
    }
    let before = |object| get(bidder_before, object as usize);
    let cost = |bidder, object| rows.cost(bidder, object);
    if is_free {
        free[at / LANES] &= !(1 << (at % LANES));
        board.augment(first, at as u32, before, cost);
        return Ok(());
    }
    board.left_out[at] = true;
    let object = std::mem::replace(&mut board.object_of[at], NONE);
    if at != first as usize {
        board.augment(first, object, before, cost);
    }
    Ok(())
}

/// The same as [`place`], on lines of a known number of blocks.
#[inline(always)]
fn place_short<const WIDTH: usize, I: Instructions>(
    with: I,
    lines: &Lines,
    board: &mut Board,
    search: &mut Search,
    first: u32,
) -> Result<(), Stuck> {
    let free = search.free.iter().rev().fold(0, |bits, &block| bits << LANES | u64::from(block));
    let Some(price) = search.price.first_chunk::<WIDTH>() else { return Ok(()) };
    let mut walk = Walk::new(price);
    search.closed.clear();
    let (mut bidder, mut base) = (first, 0.0);
    let mut out = (f64::INFINITY, first);
    let ended = loop {
        let leave = base + board.leave_out(bidder);
        if leave < out.0 {
            out = (leave, bidder);
        }
        let open = walk.relax(with, lines.short(bidder), bidder, base);
        if out.0 <= open {
            break Ended { length: out.0, at: out.1 as usize, is_free: false };
        }
        let hits = walk.at(with, open);
        if hits & free != 0 {
            break Ended { length: open, at: (hits & free).trailing_zeros() as usize, is_free: true };
        }
        let object = hits.trailing_zeros() as usize;
        bidder = board.bidder_of[object];
        let own = get(price, object);
        base = open - (board.cost_of[bidder as usize] - own);
        search.closed.push(Closed { object: object as u32, distance: open, price: own });
        walk.close(with, object);
    };
    walk.write(&mut search.bidder_before);
    conclude(lines, board, search, first, ended)
}

/// All that a failed search has reached: more bidders than objects.
fn stuck(board: &Board, closed: &[Closed], first: u32) -> Stuck {
    let objects: Vec<u32> = closed.iter().map(|closed| closed.object).collect();
    let holders = objects.iter().map(|&object| board.bidder_of[object as usize]);
    Stuck { bidders: std::iter::once(first).chain(holders).collect(), objects }
}

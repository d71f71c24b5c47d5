//! A copy of a matrix in whole vectors, and the loops over it.
//!
//! Passes over a short line take less time than what stands around them. So lines are filled up to whole vectors, no vector
//! straddles two cache lines, and a single entry is changed by writing its whole vector ([`set`]).

use super::NONE;
use super::cost::sealed::Element;
use super::grid::Grid;
use super::kernels::{LANES, Ranks, choose, load, load_rest, one_by_one};
use crate::simd::{Instructions, Kernel};

/// Some entries of a line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Block<V>(pub(super) [V; LANES]);

/// An entry of a line.
#[inline(always)]
pub(super) fn get<V: Copy>(line: &[Block<V>], place: usize) -> V {
    line[place / LANES].0[place % LANES]
}

/// Changes an entry of a line. Writes the whole vector around it, since a load that follows at once does not have to wait for
/// the memory then: processors hand a wide load what has just been written only if that was as wide.
#[inline(always)]
pub(super) fn set(line: &mut [Block<f64>], place: usize, value: f64) {
    let half = &mut line[place / LANES].0.as_chunks_mut::<HALF>().0[place % LANES / HALF];
    let (mut changed, only) = (*half, &ONLY[place % HALF]);
    for lane in 0..HALF {
        let old = changed[lane].to_bits();
        changed[lane] = f64::from_bits(old ^ ((old ^ value.to_bits()) & only[lane]));
    }
    *half = changed;
}

/// A vector of the widest set.
const HALF: usize = LANES / 2;

/// The mask of each lane. Where lanes are compared instead, the compiler jumps to one of eight places.
static ONLY: [[u64; HALF]; HALF] = {
    let mut masks = [[0; HALF]; HALF];
    let mut lane = 0;
    while lane < HALF {
        masks[lane][lane] = u64::MAX;
        lane += 1;
    }
    masks
};

/// The costs of all bidders, infinity behind the last object of each.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    blocks: Vec<Block<f64>>,
    /// Blocks in a line.
    pub(super) width: usize,
    /// The least cost of each object, zero where all are forbidden; empty but for squares of more than one block.
    pub(super) least: Vec<Block<f64>>,
    /// The first bidder who has it, or nobody. As long.
    pub(super) cheapest_for: Vec<Block<u32>>,
}

impl Lines {
    /// Copies a matrix and returns the largest magnitude of an entry: not finite where an entry is not.
    pub(super) fn fill<T: Element>(&mut self, grid: &Grid<'_, T>) -> f64 {
        self.width = grid.objects.div_ceil(LANES);
        // All of it is written below, so what is there may stay.
        self.blocks.resize(grid.bidders * self.width, Block([f64::INFINITY; LANES]));
        self.least.clear();
        // Only squares are reduced by columns, and those of one block see to it themselves.
        if grid.in_lines && grid.bidders == grid.objects && self.width > 1 {
            self.least.resize(self.width, Block([0.0; LANES]));
            self.cheapest_for.resize(self.width, Block([NONE; LANES]));
            return grid.level.run(FillAndReduce { grid, lines: self });
        }
        if grid.in_lines {
            return grid.level.run(Fill { grid, blocks: &mut self.blocks, width: self.width });
        }
        if self.width > 0 {
            self.turn(grid);
        }
        grid.level.run(Close { blocks: &mut self.blocks, width: self.width, objects: grid.objects })
    }

    /// Copies a matrix whose lines are those of objects, but for what lies behind the last object.
    fn turn<T: Element>(&mut self, grid: &Grid<'_, T>) {
        for object in 0..grid.objects {
            for (value, line) in grid.raw_line(object).iter().zip(self.blocks.chunks_exact_mut(self.width)) {
                line[object / LANES].0[object % LANES] = value.load(grid.sign);
            }
        }
    }

    #[inline(always)]
    pub(super) fn line(&self, bidder: u32) -> &[Block<f64>] {
        &self.blocks[bidder as usize * self.width..][..self.width]
    }

    /// All lines, one behind the other.
    pub(super) fn all(&self) -> &[Block<f64>] {
        &self.blocks
    }

    /// A line of so many blocks.
    #[inline(always)]
    pub(super) fn short<const WIDTH: usize>(&self, bidder: u32) -> &[Block<f64>; WIDTH] {
        &self.blocks.as_chunks().0[bidder as usize]
    }

    #[inline(always)]
    pub(super) fn cost(&self, bidder: usize, object: usize) -> f64 {
        get(&self.blocks[bidder * self.width..], object)
    }
}

/// Copies a matrix whose lines are those of bidders, and finds the largest magnitude.
struct Fill<'a, 'g, T> {
    grid: &'a Grid<'g, T>,
    blocks: &'a mut [Block<f64>],
    width: usize,
}

impl<T: Element> Kernel for Fill<'_, '_, T> {
    type Output = f64;

    #[inline(always)]
    fn run<I: Instructions>(self, _: I) -> f64 {
        let Self { grid, blocks, width } = self;
        let Grid { sign, objects, .. } = *grid;
        let used = used_of_block(objects % LANES);
        let mut most = [0; LANES];
        for (number, line) in blocks.chunks_exact_mut(width.max(1)).enumerate() {
            let (full, rest) = line.split_at_mut(objects / LANES);
            let data = &grid.data[number * grid.stride..];
            for (block, values) in full.iter_mut().zip(data.as_chunks::<LANES>().0) {
                one_by_one();
                let entries = load(values, sign);
                most = larger(&most, &entries);
                block.0 = entries;
            }
            if let Some(last) = rest.first_mut() {
                *last = load_some(&data[full.len() * LANES..], sign);
                let (kept, closed) = close(&last.0, &used);
                most = larger(&most, &kept);
                last.0 = closed;
            }
        }
        largest(most)
    }
}

/// As [`Fill`], and finds the least cost of each object and the bidder who has it.
///
/// Block by block of columns, so that what is known of a column stays in registers: read again from the copy, which does not fit
/// the first cache, it would take as long as the copy. Long lines are copied faster one after the other.
struct FillAndReduce<'a, 'g, T> {
    grid: &'a Grid<'g, T>,
    lines: &'a mut Lines,
}

impl<T: Element> Kernel for FillAndReduce<'_, '_, T> {
    type Output = f64;

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> f64 {
        let Self { grid, lines } = self;
        let Grid { sign, objects, data, stride, .. } = *grid;
        let mut most = [0; LANES];
        for number in 0..lines.width {
            let used = used_of_block(objects - number * LANES);
            let (mut lowest, mut at) = ([f64::INFINITY; LANES], [NONE; LANES]);
            let mut data = data.get(number * LANES..).unwrap_or(&[]);
            let mut blocks = lines.blocks.get_mut(number..).unwrap_or(&mut []);
            let mut bidder = 0;
            while let Some(block) = blocks.first_mut() {
                one_by_one();
                let (kept, closed) = close(&load_some(data, sign).0, &used);
                most = larger(&most, &kept);
                for ((at, &cost), &lowest) in at.iter_mut().zip(&closed).zip(&lowest) {
                    *at = choose(cost < lowest, bidder, *at);
                }
                lowest = with.lower(&closed, &lowest);
                block.0 = closed;
                bidder += 1;
                data = data.get(stride..).unwrap_or(&[]);
                blocks = blocks.get_mut(lines.width..).unwrap_or(&mut []);
            }
            lines.least[number].0 = lowest.map(|cost| if cost == f64::INFINITY { 0.0 } else { cost });
            lines.cheapest_for[number].0 = at;
        }
        largest(most)
    }
}

/// Forbids what lies behind the last object of lines that are filled, and finds the largest magnitude in them.
struct Close<'a> {
    blocks: &'a mut [Block<f64>],
    width: usize,
    objects: usize,
}

impl Kernel for Close<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<I: Instructions>(self, _: I) -> f64 {
        let used = used_of_block(self.objects % LANES);
        let mut most = [0; LANES];
        for line in self.blocks.chunks_exact_mut(self.width.max(1)) {
            let (full, rest) = line.split_at_mut(self.objects / LANES);
            for block in full {
                one_by_one();
                most = larger(&most, &block.0);
            }
            if let Some(last) = rest.first_mut() {
                let (kept, closed) = close(&last.0, &used);
                most = larger(&most, &kept);
                last.0 = closed;
            }
        }
        largest(most)
    }
}

/// Masks for the entries of a block that are used, where so many objects are left for it.
#[inline(always)]
fn used_of_block(left: usize) -> [u64; LANES] {
    let mut used = [0; LANES];
    used[..left.min(LANES)].fill(u64::MAX);
    used
}

/// The largest of magnitudes that are bits.
#[inline(always)]
fn largest(mut most: [i64; LANES]) -> f64 {
    // By halves: lanes that are indexed by anything but constants would not stay in registers.
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            most[lane] = most[lane].max(most[lane + half]);
        }
        half /= 2;
    }
    f64::from_bits(most[0] as u64)
}

/// A block of a line. Whatever lies behind the line is read as well, for [`close`] to throw away.
#[inline(always)]
fn load_some<T: Element>(values: &[T], sign: f64) -> Block<f64> {
    if let Some(values) = values.first_chunk() {
        return Block(load(values, sign));
    }
    Block(load_rest(values, sign, f64::INFINITY))
}

/// Entries with zero for those that are not used, and with what forbids them. By masks, as branches would keep the entries from
/// becoming vectors.
#[inline(always)]
fn close(entries: &[f64; LANES], used: &[u64; LANES]) -> ([f64; LANES], [f64; LANES]) {
    let (mut kept, mut closed) = (*entries, *entries);
    for lane in 0..LANES {
        let bits = entries[lane].to_bits() & used[lane];
        kept[lane] = f64::from_bits(bits);
        closed[lane] = f64::from_bits(bits | (f64::INFINITY.to_bits() & !used[lane]));
    }
    (kept, closed)
}

/// The larger of magnitudes known and those of some entries, as bits: these are in the order of magnitudes, and what is not a
/// number comes last.
#[inline(always)]
fn larger(known: &[i64; LANES], entries: &[f64; LANES]) -> [i64; LANES] {
    let mut largest = *known;
    for lane in 0..LANES {
        let bits = (entries[lane].to_bits() & (u64::MAX >> 1)) as i64;
        largest[lane] = if bits > largest[lane] { bits } else { largest[lane] };
    }
    largest
}

/// The cheapest object of a bidder.
#[derive(Clone, Copy)]
pub(super) struct Cheapest {
    /// The least reduced cost.
    pub(super) reduced: f64,
    /// The first object that has it, or [`NONE`].
    pub(super) object: u32,
    /// The least of any other object.
    pub(super) second: f64,
}

impl Cheapest {
    pub(super) const NOTHING: Self = Self { reduced: f64::INFINITY, object: NONE, second: f64::INFINITY };
}

#[inline(always)]
pub(super) fn cheapest<I: Instructions>(with: I, line: &[Block<f64>], price: &[Block<f64>]) -> Cheapest {
    let (mut ranks, mut at) = (Ranks::START, [NONE; LANES]);
    let mut object = 0;
    for (Block(costs), Block(prices)) in line.iter().zip(price) {
        let mut reduced = *costs;
        for lane in 0..LANES {
            reduced[lane] -= prices[lane];
        }
        ranks.take(&reduced, &mut at, object);
        object += LANES as u32;
    }
    let (reduced, object, second) = ranks.end(with, &at);
    Cheapest { reduced, object, second }
}

/// What a search reads: whole rows, a block at a time.
pub(super) trait Rows {
    type Row<'a>: Copy
    where
        Self: 'a;

    fn row(&self, bidder: u32) -> Self::Row<'_>;

    /// Some of a row's costs; infinity is behind the last object.
    fn block<'a>(&'a self, row: Self::Row<'a>, number: usize) -> [f64; LANES];

    fn cost(&self, bidder: usize, object: usize) -> f64;
}

impl Rows for Lines {
    type Row<'a> = &'a [Block<f64>];

    #[inline(always)]
    fn row(&self, bidder: u32) -> &[Block<f64>] {
        self.line(bidder)
    }

    #[inline(always)]
    fn block<'a>(&'a self, row: &'a [Block<f64>], number: usize) -> [f64; LANES] {
        row[number].0
    }

    #[inline(always)]
    fn cost(&self, bidder: usize, object: usize) -> f64 {
        self.cost(bidder, object)
    }
}

/// Only where the costs of a bidder lie in one piece.
impl<T: Element> Rows for Grid<'_, T> {
    type Row<'a>
        = (&'a [[T; LANES]], &'a [T])
    where
        Self: 'a;

    #[inline(always)]
    fn row(&self, bidder: u32) -> Self::Row<'_> {
        self.raw_line(bidder as usize).as_chunks()
    }

    #[inline(always)]
    fn block<'a>(&'a self, (blocks, rest): Self::Row<'a>, number: usize) -> [f64; LANES] {
        match blocks.get(number) {
            Some(block) => load(block, self.sign),
            None => load_rest(rest, self.sign, f64::INFINITY),
        }
    }

    #[inline(always)]
    fn cost(&self, bidder: usize, object: usize) -> f64 {
        self.cost(bidder, object)
    }
}

/// One step of Dijkstra's algorithm: shortens the distances of all open objects over a bidder's row.
pub(super) struct Relax<'a> {
    pub(super) bidder: u32,
    /// What is added to a reduced cost to make it a distance.
    pub(super) base: f64,
    /// Prices; minus infinity for an object whose distance is final, so that it is not shortened again.
    pub(super) price: &'a [Block<f64>],
    /// Distances; infinity for an object whose distance is final.
    pub(super) distance: &'a mut [Block<f64>],
    pub(super) bidder_before: &'a mut [Block<u32>],
}

impl Relax<'_> {
    /// Returns the least distance of an open object.
    #[inline(always)]
    pub(super) fn run<I: Instructions>(self, with: I, rows: &impl Rows) -> f64 {
        let Self { bidder, base, price, distance, bidder_before } = self;
        let mut open = [f64::INFINITY; LANES];
        let row = rows.row(bidder);
        let lists = price.iter().zip(distance).zip(bidder_before);
        for (number, ((Block(prices), Block(distances)), Block(before))) in lists.enumerate() {
            // Worked on in copies, so that all of it stays in registers.
            let (mut through, mut from) = (rows.block(row, number), *before);
            for lane in 0..LANES {
                through[lane] = through[lane] - prices[lane] + base;
                from[lane] = choose(through[lane] < distances[lane], bidder, from[lane]);
            }
            let now = with.lower(&through, distances);
            open = with.lower(&now, &open);
            (*distances, *before) = (now, from);
        }
        with.least(&open)
    }
}

/// The first place with a value, or, if there is one, the first of those that are marked; and whether it is marked. Marks
/// are bits, a number for each block.
#[inline(always)]
pub(super) fn find<I: Instructions>(
    with: I,
    line: &[Block<f64>],
    wanted: f64,
    marks: &[u16],
) -> Option<(usize, bool)> {
    // The last block first, and without a branch: where the value stands cannot be foreseen.
    let (mut any, mut best) = (usize::MAX, usize::MAX);
    for (number, (Block(values), &marks)) in line.iter().zip(marks).enumerate().rev() {
        let hits = with.equal(values, wanted);
        let marked = hits & u32::from(marks);
        any = if hits == 0 { any } else { number * LANES + hits.trailing_zeros() as usize };
        best = if marked == 0 { best } else { number * LANES + marked.trailing_zeros() as usize };
    }
    if best < usize::MAX { Some((best, true)) } else { (any < usize::MAX).then_some((any, false)) }
}

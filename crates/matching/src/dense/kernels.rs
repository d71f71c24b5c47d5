//! The loops over a line of costs that the solvers spend their time in.
//!
//! Each keeps one running result a lane and merges them at the end, so that the compiler can use vectors of any
//! width. `sign` is -1 when maximising; a cost of infinity is a forbidden pair.

mod entries;
mod inspection;

pub(super) use entries::{Arc, Collect, CollectNear, GROUPS, Limit};
pub(super) use inspection::{ColumnCheapest, ColumnLeast, Content, First, Inspect, Least, Magnitude, Whole};

use super::cost::sealed::Element;
use crate::simd::{Instructions, Kernel};

/// Lanes kept apart. Two vectors of the widest set; the tail of a line falls to the first lanes.
pub(super) const LANES: usize = 16;

#[inline(always)]
pub(super) fn lower(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

#[inline(always)]
pub(super) fn higher(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// One of two values, by a mask: the compiler would choose between their addresses and gather from those.
#[inline(always)]
pub(super) fn choose(first: bool, a: u32, b: u32) -> u32 {
    b ^ ((a ^ b) & u32::from(first).wrapping_neg())
}

/// The least lane, by halves: a chain of sixteen comparisons would take longer than a short line.
#[inline(always)]
fn least(lanes: &[f64; LANES]) -> f64 {
    let mut lanes = *lanes;
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] = lower(lanes[lane + half], lanes[lane]);
        }
        half /= 2;
    }
    lanes[0]
}

/// Keeps compilers from making vectors of a loop over what is left behind whole blocks, or of several blocks: both would be several
/// times the code, for a few steps, or for lanes that have to be sorted out again.
#[inline(always)]
pub(super) fn one_by_one() {
    std::hint::black_box(());
}

/// Costs to minimise.
#[inline(always)]
pub(super) fn load<T: Element>(values: &[T; LANES], sign: f64) -> [f64; LANES] {
    let mut costs = [0.0; LANES];
    for lane in 0..LANES {
        costs[lane] = values[lane].load(sign);
    }
    costs
}

/// What is left of a line behind its last whole block, with `filler` behind it.
#[inline(always)]
pub(super) fn load_rest<T: Element>(values: &[T], sign: f64, filler: f64) -> [f64; LANES] {
    let mut costs = [filler; LANES];
    for (cost, value) in costs.iter_mut().zip(values) {
        one_by_one();
        *cost = value.load(sign);
    }
    costs
}

/// The least and the next of what each lane has seen.
#[derive(Clone, Copy)]
pub(super) struct Ranks {
    first: [f64; LANES],
    second: [f64; LANES],
}

/// Where the least of each lane stands. Apart from [`Ranks`], as what is looked up by a lane's number does not stay in registers.
pub(super) type Places = [u32; LANES];

impl Ranks {
    pub(super) const START: Self = Self { first: [f64::INFINITY; LANES], second: [f64::INFINITY; LANES] };

    #[inline(always)]
    pub(super) fn take(&mut self, values: &[f64; LANES], at: &mut Places, from: u32) {
        for lane in 0..LANES {
            let (value, first) = (values[lane], self.first[lane]);
            self.second[lane] = lower(higher(value, first), self.second[lane]);
            at[lane] = if value < first { from + lane as u32 } else { at[lane] };
            self.first[lane] = lower(value, first);
        }
    }

    /// The least value, the first place where it stands, and the next.
    #[inline(always)]
    pub(super) fn end<I: Instructions>(self, with: I, at: &Places) -> (f64, u32, f64) {
        let (least, mut winners, others) = with.two_least(&self.first, &self.second);
        let next = if winners & (winners - 1) == 0 { others } else { least };
        let mut place = super::NONE;
        while winners != 0 {
            place = place.min(at[winners.trailing_zeros() as usize]);
            winners &= winners - 1;
        }
        (least, place, next)
    }
}

/// Finds the least reduced cost of a line.
pub(super) struct LeastReduced<'a, T> {
    pub(super) line: &'a [T],
    pub(super) sign: f64,
    pub(super) price: &'a [f64],
}

impl<T: Element> Kernel for LeastReduced<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn run<I: Instructions>(self, _: I) -> f64 {
        let mut lanes = [f64::INFINITY; LANES];
        let price = &self.price[..self.line.len()];
        let (blocks, rest) = self.line.as_chunks::<LANES>();
        let (prices, rest_prices) = price.as_chunks::<LANES>();
        for (block, prices) in blocks.iter().zip(prices) {
            for lane in 0..LANES {
                lanes[lane] = lower(block[lane].load(self.sign) - prices[lane], lanes[lane]);
            }
        }
        let rest = rest.iter().zip(rest_prices).map(|(value, price)| {
            one_by_one();
            value.load(self.sign) - price
        });
        rest.fold(least(&lanes), lower)
    }
}

/// Finds the cheapest column of a row and how much the next one costs.
pub(super) struct Cheapest<'a, T> {
    pub(super) line: &'a [T],
    pub(super) sign: f64,
    pub(super) price: &'a [f64],
}

impl<T: Element> Kernel for Cheapest<'_, T> {
    /// The least reduced cost, where it stands, and the next.
    type Output = (f64, u32, f64);

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> (f64, u32, f64) {
        let price = &self.price[..self.line.len()];
        let (blocks, rest) = self.line.as_chunks::<LANES>();
        let (prices, rest_prices) = price.as_chunks::<LANES>();
        let (mut ranks, mut at) = (Ranks::START, [super::NONE; LANES]);
        let mut column = 0;
        for (block, prices) in blocks.iter().zip(prices) {
            let mut reduced = load(block, self.sign);
            for lane in 0..LANES {
                reduced[lane] -= prices[lane];
            }
            ranks.take(&reduced, &mut at, column);
            column += LANES as u32;
        }
        let (mut best, mut place, mut next) = ranks.end(with, &at);
        for (&value, price) in rest.iter().zip(rest_prices) {
            let reduced = value.load(self.sign) - price;
            if reduced < best {
                (best, place, next) = (reduced, column, best);
            } else {
                next = lower(reduced, next);
            }
            column += 1;
        }
        (best, place, next)
    }
}

/// One step of Dijkstra's algorithm: shortens the distances of all open columns over a row.
pub(super) struct Relax<'a, T> {
    pub(super) line: &'a [T],
    pub(super) sign: f64,
    pub(super) row: u32,
    /// The distance of the row.
    pub(super) base: f64,
    /// Prices; minus infinity for a column whose distance is final, so that it is not shortened again.
    pub(super) price: &'a [f64],
    /// Distances; infinity for a column whose distance is final.
    pub(super) distance: &'a mut [f64],
    pub(super) row_before: &'a mut [u32],
    /// 0 for a free column and infinity for one that is taken.
    pub(super) taken: &'a [f64],
}

impl<T: Element> Kernel for Relax<'_, T> {
    /// The least distance of an open column, and of a free one.
    type Output = (f64, f64);

    #[inline(always)]
    fn run<I: Instructions>(self, _: I) -> (f64, f64) {
        let Self { line, sign, row, base, .. } = self;
        let length = line.len();
        let mut open = [f64::INFINITY; LANES];
        let mut free = [f64::INFINITY; LANES];
        let (values, values_rest) = line.as_chunks::<LANES>();
        let (prices, prices_rest) = self.price[..length].as_chunks::<LANES>();
        let (taken, taken_rest) = self.taken[..length].as_chunks::<LANES>();
        let (distances, distances_rest) = self.distance[..length].as_chunks_mut::<LANES>();
        let (before, before_rest) = self.row_before[..length].as_chunks_mut::<LANES>();
        for ((((values, prices), taken), distances), before) in
            values.iter().zip(prices).zip(taken).zip(distances).zip(before)
        {
            // Worked on in copies, so that all of it stays in registers.
            let (mut now, mut from) = (*distances, *before);
            for lane in 0..LANES {
                let through = values[lane].load(sign) - prices[lane] + base;
                from[lane] = choose(through < now[lane], row, from[lane]);
                now[lane] = lower(through, now[lane]);
                open[lane] = lower(now[lane], open[lane]);
                free[lane] = lower(now[lane] + taken[lane], free[lane]);
            }
            (*distances, *before) = (now, from);
        }
        let (mut least_open, mut least_free) = (least(&open), least(&free));
        for lane in 0..values_rest.len() {
            let through = values_rest[lane].load(sign) - prices_rest[lane] + base;
            let (distance, before) = (&mut distances_rest[lane], &mut before_rest[lane]);
            *before = choose(through < *distance, row, *before);
            *distance = lower(through, *distance);
            least_open = lower(*distance, least_open);
            least_free = lower(*distance + taken_rest[lane], least_free);
        }
        (least_open, least_free)
    }
}

/// Finds the first place with a value, from some place on. Every lane compares at once.
pub(super) struct Find<'a> {
    pub(super) values: &'a [f64],
    pub(super) wanted: f64,
}

impl Kernel for Find<'_> {
    type Output = Option<usize>;

    #[inline(always)]
    fn run<I: Instructions>(self, instructions: I) -> Option<usize> {
        let (blocks, rest) = self.values.as_chunks::<LANES>();
        for (number, block) in blocks.iter().enumerate() {
            let hits = instructions.equal(block, self.wanted);
            if hits != 0 {
                return Some(number * LANES + hits.trailing_zeros() as usize);
            }
        }
        let done = self.values.len() - rest.len();
        rest.iter().position(|&value| value == self.wanted).map(|at| done + at)
    }
}

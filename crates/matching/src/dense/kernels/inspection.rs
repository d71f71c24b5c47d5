//! The first reading of a matrix: what its lines hold, and what can be told before there are prices.

use super::{LANES, Ranks, choose, higher, least, load, load_rest, lower, one_by_one};
use crate::dense::NONE;
use crate::dense::cost::sealed::Element;
use crate::simd::{Instructions, Kernel};

/// What a line holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::dense) struct Content {
    /// Whether no entry is not-a-number or the infinity that is no cost.
    pub(in crate::dense) valid: bool,
    /// The largest magnitude of a cost that is allowed, or 0.
    pub(in crate::dense) magnitude: f64,
    /// How many pairs are forbidden.
    pub(in crate::dense) forbidden: usize,
}

impl Content {
    /// What no lines hold.
    pub(in crate::dense) const NOTHING: Content = Content { valid: true, magnitude: 0.0, forbidden: 0 };

    /// Adds what other valid lines hold.
    pub(in crate::dense) fn add(&mut self, other: &Content) {
        self.magnitude = self.magnitude.max(other.magnitude);
        self.forbidden += other.forbidden;
    }
}

/// How large costs are, and whether all are numbers.
#[derive(Clone, Copy)]
pub(in crate::dense) struct Sizes {
    largest: [f64; LANES],
    /// Not a number from the first cost on that is none: sums keep that, and comparisons do not.
    sum: [f64; LANES],
}

impl Sizes {
    pub(in crate::dense) const START: Self = Self { largest: [0.0; LANES], sum: [0.0; LANES] };

    #[inline(always)]
    pub(in crate::dense) fn and(self, costs: &[f64; LANES]) -> Self {
        let Self { mut largest, mut sum } = self;
        for (lane, cost) in costs.iter().enumerate() {
            largest[lane] = higher(cost.abs(), largest[lane]);
            sum[lane] += cost;
        }
        Self { largest, sum }
    }

    /// The largest magnitude, not finite where a cost is not.
    #[inline(always)]
    pub(in crate::dense) fn end<I: Instructions>(self, with: I) -> f64 {
        let mut negated = [0.0; LANES];
        for (negated, (largest, sum)) in negated.iter_mut().zip(self.largest.iter().zip(&self.sum)) {
            *negated = if sum.is_nan() { f64::NEG_INFINITY } else { -largest };
        }
        -with.least(&negated)
    }
}

/// Finds the largest magnitude of a line: not finite where a cost is not, and else all that there is to say about it.
pub(in crate::dense) struct Magnitude<'a, T> {
    pub(in crate::dense) line: &'a [T],
    pub(in crate::dense) sign: f64,
}

impl<T: Element> Kernel for Magnitude<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> f64 {
        let (blocks, rest) = self.line.as_chunks::<LANES>();
        let mut sizes = Sizes::START;
        for block in blocks {
            sizes = sizes.and(&load(block, self.sign));
        }
        sizes = sizes.and(&load_rest(rest, self.sign, 0.0));
        sizes.end(with)
    }
}

/// Looks for what is no cost, and at what there is.
pub(in crate::dense) struct Inspect<'a, T> {
    pub(in crate::dense) line: &'a [T],
    pub(in crate::dense) sign: f64,
}

impl<T: Element> Kernel for Inspect<'_, T> {
    type Output = Content;

    #[inline(always)]
    fn run<I: Instructions>(self, _: I) -> Content {
        let mut magnitude = [0.0; LANES];
        let mut forbidden = [0u64; LANES];
        let mut bad = [0u64; LANES];
        let mut look = |lane: usize, value: T| {
            let cost = value.load(self.sign);
            let size = cost.abs();
            let finite = size < f64::INFINITY;
            magnitude[lane] = higher(magnitude[lane], if finite { size } else { 0.0 });
            forbidden[lane] += u64::from(cost == f64::INFINITY);
            bad[lane] |= u64::from(cost.is_nan() | (cost == f64::NEG_INFINITY));
        };
        let (blocks, rest) = self.line.as_chunks::<LANES>();
        for block in blocks {
            for (lane, &value) in block.iter().enumerate() {
                look(lane, value);
            }
        }
        for (lane, &value) in rest.iter().enumerate() {
            one_by_one();
            look(lane, value);
        }
        Content {
            valid: bad.iter().all(|&bad| bad == 0),
            magnitude: magnitude.into_iter().fold(0.0, higher),
            forbidden: forbidden.iter().sum::<u64>() as usize,
        }
    }
}

/// Says whether all costs of a line that are finite are whole numbers.
pub(in crate::dense) struct Whole<'a, T> {
    pub(in crate::dense) line: &'a [T],
}

impl<T: Element> Kernel for Whole<'_, T> {
    type Output = bool;

    #[inline(always)]
    fn run<I: Instructions>(self, _: I) -> bool {
        let mut broken = [0u64; LANES];
        let (blocks, rest) = self.line.as_chunks::<LANES>();
        for block in blocks {
            for lane in 0..LANES {
                let cost = block[lane].load(1.0);
                broken[lane] |= u64::from(cost.trunc() != cost);
            }
        }
        let rest = rest.iter().all(|value| {
            one_by_one();
            value.load(1.0).trunc() == value.load(1.0)
        });
        rest && broken.iter().all(|&broken| broken == 0)
    }
}

/// Lowers the least cost of each column, and finds the largest magnitude, as [`Magnitude`] does.
pub(in crate::dense) struct ColumnLeast<'a, T> {
    pub(in crate::dense) line: &'a [T],
    pub(in crate::dense) sign: f64,
    pub(in crate::dense) least: &'a mut [f64],
}

impl<T: Element> Kernel for ColumnLeast<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> f64 {
        let Self { line, sign, least } = self;
        let (blocks, rest) = line.as_chunks::<LANES>();
        let (lowest, lowest_rest) = least[..line.len()].as_chunks_mut::<LANES>();
        let mut sizes = Sizes::START;
        for (block, lowest) in blocks.iter().zip(lowest) {
            let (costs, mut now) = (load(block, sign), *lowest);
            for lane in 0..LANES {
                now[lane] = lower(costs[lane], now[lane]);
            }
            *lowest = now;
            sizes = sizes.and(&costs);
        }
        for (value, lowest) in rest.iter().zip(lowest_rest) {
            one_by_one();
            *lowest = lower(value.load(sign), *lowest);
        }
        sizes = sizes.and(&load_rest(rest, sign, 0.0));
        sizes.end(with)
    }
}

/// Finds the cheapest column of a row before there are prices, how much the next one costs, and the largest magnitude, as
/// [`Magnitude`] does.
pub(in crate::dense) struct First<'a, T> {
    pub(in crate::dense) line: &'a [T],
    pub(in crate::dense) sign: f64,
}

impl<T: Element> Kernel for First<'_, T> {
    /// The column, or [`NONE`], the next cost and the magnitude.
    type Output = (u32, f64, f64);

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> (u32, f64, f64) {
        let (mut ranks, mut at) = (Ranks::START, [NONE; LANES]);
        let mut sizes = Sizes::START;
        let (blocks, rest) = self.line.as_chunks::<LANES>();
        let mut column = 0;
        for block in blocks {
            let costs = load(block, self.sign);
            ranks.take(&costs, &mut at, column);
            sizes = sizes.and(&costs);
            column += LANES as u32;
        }
        ranks.take(&load_rest(rest, self.sign, f64::INFINITY), &mut at, column);
        sizes = sizes.and(&load_rest(rest, self.sign, 0.0));
        let (_, column, next) = ranks.end(with, &at);
        (column, next, sizes.end(with))
    }
}

/// Lowers the two least costs of each column, and notes the row where the least stands.
pub(in crate::dense) struct ColumnCheapest<'a, T> {
    pub(in crate::dense) line: &'a [T],
    pub(in crate::dense) sign: f64,
    pub(in crate::dense) row: u32,
    pub(in crate::dense) first: &'a mut [f64],
    pub(in crate::dense) at: &'a mut [u32],
    pub(in crate::dense) second: &'a mut [f64],
}

impl<T: Element> Kernel for ColumnCheapest<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<I: Instructions>(self, _: I) {
        let row = self.row;
        let columns = self.first.iter_mut().zip(self.at).zip(self.second);
        for (&value, ((first, at), second)) in self.line.iter().zip(columns) {
            let cost = value.load(self.sign);
            *second = lower(higher(cost, *first), *second);
            *at = choose(cost < *first, row, *at);
            *first = lower(cost, *first);
        }
    }
}

/// Finds the least cost of a line.
pub(in crate::dense) struct Least<'a, T> {
    pub(in crate::dense) line: &'a [T],
    pub(in crate::dense) sign: f64,
}

impl<T: Element> Kernel for Least<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn run<I: Instructions>(self, _: I) -> f64 {
        let mut lanes = [f64::INFINITY; LANES];
        let (blocks, rest) = self.line.as_chunks::<LANES>();
        for block in blocks {
            for lane in 0..LANES {
                lanes[lane] = lower(block[lane].load(self.sign), lanes[lane]);
            }
        }
        let rest = rest.iter().map(|value| {
            one_by_one();
            value.load(self.sign)
        });
        rest.fold(least(&lanes), lower)
    }
}

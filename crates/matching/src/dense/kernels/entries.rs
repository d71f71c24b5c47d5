//! The few entries of a line that are kept, and how they are found.

use super::{higher, lower};
use crate::dense::cost::sealed::Element;
use crate::simd::{Instructions, Kernel, prefetch};

/// How many entries are compared at once where few will do.
const MASKED: usize = 32;

/// The largest number of groups that [`Limit`] can make.
pub(in crate::dense) const GROUPS: usize = 64;

/// Finds a limit below which a line has a few entries, without sorting: deals the line out to `groups` groups (8, 16,
/// 32 or 64) and returns the largest of their least reduced costs. Of a random line, `groups` times the `groups`-th harmonic
/// number of entries are below it: 22, 54, 130 or 304. Infinity where no group has an entry.
pub(in crate::dense) struct Limit<'a, T> {
    pub(in crate::dense) line: &'a [T],
    pub(in crate::dense) sign: f64,
    pub(in crate::dense) price: &'a [f64],
    pub(in crate::dense) groups: usize,
}

impl<T: Element> Kernel for Limit<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn run<I: Instructions>(self, _: I) -> f64 {
        let mut parts = [f64::INFINITY; GROUPS];
        let price = &self.price[..self.line.len()];
        let (blocks, rest) = self.line.as_chunks::<GROUPS>();
        let (prices, rest_prices) = price.as_chunks::<GROUPS>();
        for (block, prices) in blocks.iter().zip(prices) {
            for part in 0..GROUPS {
                parts[part] = lower(block[part].load(self.sign) - prices[part], parts[part]);
            }
        }
        for (part, (value, price)) in rest.iter().zip(rest_prices).enumerate() {
            parts[part] = lower(value.load(self.sign) - price, parts[part]);
        }
        let mut count = GROUPS;
        while count > self.groups {
            count /= 2;
            for part in 0..count {
                parts[part] = lower(parts[part + count], parts[part]);
            }
        }
        let finite = parts[..count].iter().copied().filter(|&least| least < f64::INFINITY);
        finite.fold(f64::NEG_INFINITY, higher).max(least_finite(&parts[..count]))
    }
}

/// Infinity where no part is finite, and else minus infinity.
#[inline(always)]
fn least_finite(parts: &[f64]) -> f64 {
    if parts.iter().any(|&least| least < f64::INFINITY) { f64::NEG_INFINITY } else { f64::INFINITY }
}

/// An entry of a row: its column and its cost, in so few bytes that many fit a cache line.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
#[repr(C, packed(4))]
pub(in crate::dense) struct Arc<T: Element> {
    kept: T::Kept,
    pub(in crate::dense) column: u32,
}

impl<T: Element> Arc<T> {
    #[inline(always)]
    pub(in crate::dense) fn new(cost: f64, column: u32) -> Self {
        Self { kept: T::keep(cost), column }
    }

    #[inline(always)]
    pub(in crate::dense) fn cost(self) -> f64 {
        self.kept.into()
    }
}

/// Collects the entries whose reduced cost is below a limit, or with `EQUAL` is the limit.
pub(in crate::dense) struct Collect<'a, T: Element, const EQUAL: bool> {
    pub(in crate::dense) line: &'a [T],
    pub(in crate::dense) sign: f64,
    pub(in crate::dense) price: &'a [f64],
    pub(in crate::dense) limit: f64,
    /// The column of the first entry of `line`.
    pub(in crate::dense) offset: u32,
    /// Stops some entries after there are so many.
    pub(in crate::dense) most: usize,
    /// What will be read next, or nothing: fetched meanwhile, as what is in `line` comes from a cache and leaves the memory idle.
    pub(in crate::dense) ahead: &'a [T],
    pub(in crate::dense) found: &'a mut Vec<Arc<T>>,
}

impl<T: Element, const EQUAL: bool> Kernel for Collect<'_, T, EQUAL> {
    type Output = ();

    #[inline(always)]
    fn run<I: Instructions>(self, instructions: I) {
        let price = &self.price[..self.line.len()];
        let (blocks, rest) = self.line.as_chunks::<MASKED>();
        let (prices, rest_prices) = price.as_chunks::<MASKED>();
        let mut column = self.offset;
        let mut ahead = self.ahead.chunks(MASKED);
        for (values, prices) in blocks.iter().zip(prices) {
            if let Some(soon) = ahead.next() {
                prefetch(soon);
            }
            let mut reduced = [0.0; MASKED];
            for lane in 0..MASKED {
                reduced[lane] = values[lane].load(self.sign) - prices[lane];
            }
            let mut hits = if EQUAL {
                instructions.equal(&reduced, self.limit)
            } else {
                instructions.below(&reduced, self.limit)
            };
            while hits != 0 {
                let lane = hits.trailing_zeros();
                hits &= hits - 1;
                self.found.push(Arc::new(values[lane as usize].load(self.sign), column + lane));
            }
            if self.found.len() >= self.most {
                return;
            }
            column += MASKED as u32;
        }
        for (&value, &price) in rest.iter().zip(rest_prices) {
            let cost = value.load(self.sign);
            if if EQUAL { cost - price == self.limit } else { cost - price < self.limit } {
                self.found.push(Arc::new(cost, column));
            }
            column += 1;
        }
    }
}

/// As [`Collect`] below a limit, for a line that lies in a cache. How many entries a block has cannot be foreseen, and there the jump
/// back takes longer than all else; so places are noted without a branch first. Where the memory is waited for, that takes longer.
pub(in crate::dense) struct CollectNear<'a, T: Element> {
    pub(in crate::dense) line: &'a [T],
    pub(in crate::dense) sign: f64,
    pub(in crate::dense) price: &'a [f64],
    pub(in crate::dense) limit: f64,
    pub(in crate::dense) found: &'a mut Vec<Arc<T>>,
}

/// How many places are noted before they become entries.
const NOTED: usize = 256;

impl<T: Element> CollectNear<'_, T> {
    #[inline(always)]
    fn keep(&mut self, places: &[u32]) {
        let Self { line, sign, .. } = *self;
        self.found.extend(places.iter().map(|&place| Arc::new(line[place as usize].load(sign), place)));
    }
}

impl<T: Element> Kernel for CollectNear<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<I: Instructions>(mut self, instructions: I) {
        let price = &self.price[..self.line.len()];
        let (blocks, rest) = self.line.as_chunks::<MASKED>();
        let (prices, rest_prices) = price.as_chunks::<MASKED>();
        let (mut places, mut count) = ([0; NOTED + MASKED], 0);
        for (number, (values, prices)) in blocks.iter().zip(prices).enumerate() {
            let (mut reduced, mut here) = ([0.0; MASKED], [0; MASKED]);
            for lane in 0..MASKED {
                reduced[lane] = values[lane].load(self.sign) - prices[lane];
                here[lane] = (number * MASKED + lane) as u32;
            }
            let hits = instructions.below(&reduced, self.limit);
            if let Some(to) = places[count..].first_chunk_mut() {
                instructions.compress(&here, hits, to);
            }
            count += hits.count_ones() as usize;
            if count >= NOTED {
                self.keep(&places[..count]);
                count = 0;
            }
        }
        let first = blocks.len() * MASKED;
        for (lane, (value, price)) in rest.iter().zip(rest_prices).enumerate() {
            // There is room for a block.
            places[count] = (first + lane) as u32;
            count += usize::from(value.load(self.sign) - price < self.limit);
        }
        self.keep(&places[..count]);
    }
}

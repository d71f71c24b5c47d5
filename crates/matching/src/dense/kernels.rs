//! The loops over a line of costs that the solvers spend their time in.
//!
//! Each keeps one running result a lane and merges them at the end, so that the compiler can use vectors of any
//! width. `sign` is -1 when maximising; a cost of infinity is a forbidden pair.

use super::cost::sealed::Element;
use crate::simd::{Instructions, Kernel, prefetch};

/// Lanes kept apart. Two vectors of the widest set; the tail of a line falls to the first lanes.
pub(super) const LANES: usize = 16;

/// How many entries are compared at once where few will do.
const MASKED: usize = 32;

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

/// What a line holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Content {
    /// Whether no entry is not-a-number or the infinity that is no cost.
    pub(super) valid: bool,
    /// The largest magnitude of a cost that is allowed, or 0.
    pub(super) magnitude: f64,
    /// How many pairs are forbidden.
    pub(super) forbidden: usize,
}

impl Content {
    /// What no lines hold.
    pub(super) const NOTHING: Content = Content { valid: true, magnitude: 0.0, forbidden: 0 };

    /// Adds what other valid lines hold.
    pub(super) fn add(&mut self, other: &Content) {
        self.magnitude = self.magnitude.max(other.magnitude);
        self.forbidden += other.forbidden;
    }
}

/// How large costs are, and whether all are numbers.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    largest: [f64; LANES],
    /// Not a number from the first cost on that is none: sums keep that, and comparisons do not.
    sum: [f64; LANES],
}

impl Sizes {
    pub(super) const START: Self = Self { largest: [0.0; LANES], sum: [0.0; LANES] };

    #[inline(always)]
    pub(super) fn and(self, costs: &[f64; LANES]) -> Self {
        let Self { mut largest, mut sum } = self;
        for (lane, cost) in costs.iter().enumerate() {
            largest[lane] = higher(cost.abs(), largest[lane]);
            sum[lane] += cost;
        }
        Self { largest, sum }
    }

    /// The largest magnitude, not finite where a cost is not.
    #[inline(always)]
    pub(super) fn end<I: Instructions>(self, with: I) -> f64 {
        let mut negated = [0.0; LANES];
        for (negated, (largest, sum)) in negated.iter_mut().zip(self.largest.iter().zip(&self.sum)) {
            *negated = if sum.is_nan() { f64::NEG_INFINITY } else { -largest };
        }
        -with.least(&negated)
    }
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

/// Finds the largest magnitude of a line: not finite where a cost is not, and else all that there is to say about it.
pub(super) struct Magnitude<'a, T> {
    pub(super) line: &'a [T],
    pub(super) sign: f64,
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
pub(super) struct Inspect<'a, T> {
    pub(super) line: &'a [T],
    pub(super) sign: f64,
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
pub(super) struct Whole<'a, T> {
    pub(super) line: &'a [T],
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
pub(super) struct ColumnLeast<'a, T> {
    pub(super) line: &'a [T],
    pub(super) sign: f64,
    pub(super) least: &'a mut [f64],
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
pub(super) struct First<'a, T> {
    pub(super) line: &'a [T],
    pub(super) sign: f64,
}

impl<T: Element> Kernel for First<'_, T> {
    /// The column, or [`NONE`](super::NONE), the next cost and the magnitude.
    type Output = (u32, f64, f64);

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> (u32, f64, f64) {
        let (mut ranks, mut at) = (Ranks::START, [super::NONE; LANES]);
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

/// Lowers the two least costs of each column, and notes the row where the least stands.
pub(super) struct ColumnCheapest<'a, T> {
    pub(super) line: &'a [T],
    pub(super) sign: f64,
    pub(super) row: u32,
    pub(super) first: &'a mut [f64],
    pub(super) at: &'a mut [u32],
    pub(super) second: &'a mut [f64],
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
pub(super) struct Least<'a, T> {
    pub(super) line: &'a [T],
    pub(super) sign: f64,
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

/// The largest number of groups that [`Limit`] can make.
pub(super) const GROUPS: usize = 64;

/// Finds a limit below which a line has a few entries, without sorting: deals the line out to `groups` groups (8, 16,
/// 32 or 64) and returns the largest of their least reduced costs. Of a random line, `groups` times the `groups`-th harmonic
/// number of entries are below it: 22, 54, 130 or 304. Infinity where no group has an entry.
pub(super) struct Limit<'a, T> {
    pub(super) line: &'a [T],
    pub(super) sign: f64,
    pub(super) price: &'a [f64],
    pub(super) groups: usize,
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
pub(super) struct Arc<T: Element> {
    kept: T::Kept,
    pub(super) column: u32,
}

impl<T: Element> Arc<T> {
    #[inline(always)]
    pub(super) fn new(cost: f64, column: u32) -> Self {
        Self { kept: T::keep(cost), column }
    }

    #[inline(always)]
    pub(super) fn cost(self) -> f64 {
        self.kept.into()
    }
}

/// Collects the entries whose reduced cost is below a limit, or with `EQUAL` is the limit.
pub(super) struct Collect<'a, T: Element, const EQUAL: bool> {
    pub(super) line: &'a [T],
    pub(super) sign: f64,
    pub(super) price: &'a [f64],
    pub(super) limit: f64,
    /// The column of the first entry of `line`.
    pub(super) offset: u32,
    /// Stops some entries after there are so many.
    pub(super) most: usize,
    /// What will be read next, or nothing: fetched meanwhile, as what is in `line` comes from a cache and leaves the memory idle.
    pub(super) ahead: &'a [T],
    pub(super) found: &'a mut Vec<Arc<T>>,
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

//! The loops of the narrow auction: as those of [`super::super::kernels`], one running result a lane, merged at the end.

use super::fronts::{arc, cost_of, object_of};
use super::{BEYOND, Choice, FARTHEST, FORBIDDEN};
use crate::dense::cost::sealed::Element;
use crate::dense::kernels::one_by_one;
use crate::dense::lines::Block;
use crate::simd::{Instructions, Kernel, Table, prefetch};

/// Lanes kept apart: one vector of the widest set.
pub(super) const LANES: usize = 32;

/// Entries of a front that are looked at at once.
pub(super) const ENTRIES: usize = 16;

/// Added to a whole number, leaves it in the low bits.
const MAGIC: f64 = (1u64 << 52) as f64 + (1u64 << 51) as f64;

/// Copies a line, less some base, and lowers the least cost of each column.
pub(super) struct Pack<'a, T> {
    pub(super) line: &'a [T],
    pub(super) sign: f64,
    pub(super) base: f64,
    pub(super) to: &'a mut [i16],
    pub(super) least: &'a mut [i16],
}

/// A cost less the base, and whether it fits.
#[inline(always)]
fn turn<T: Element>(value: T, sign: f64, base: f64) -> (i16, bool) {
    let cost = value.load(sign);
    let over = cost - base;
    let is_forbidden = cost == f64::INFINITY;
    let is_whole = T::INTEGER || (cost + MAGIC) - MAGIC == cost;
    // What is not a number is not within any limit.
    let fits = (over.abs() <= f64::from(FARTHEST)) & is_whole;
    let narrow = if is_forbidden { f64::from(FORBIDDEN) } else { over };
    ((narrow + MAGIC).to_bits() as i16, fits | is_forbidden)
}

impl<T: Element> Kernel for Pack<'_, T> {
    /// The largest cost less the base, or `None` where one does not fit.
    type Output = Option<i16>;

    #[inline(always)]
    fn run<I: Instructions>(self, _: I) -> Option<i16> {
        let Self { line, sign, base, to, least } = self;
        let least = &mut least[..line.len()];
        let mut broken = [0u64; LANES];
        let mut highest = [-FARTHEST; LANES];
        let (blocks, rest) = line.as_chunks::<LANES>();
        let (packed, packed_rest) = to.as_chunks_mut::<LANES>();
        let (lows, lows_rest) = least.as_chunks_mut::<LANES>();
        for ((values, packed), lows) in blocks.iter().zip(packed).zip(lows) {
            for lane in 0..LANES {
                let (cost, fits) = turn(values[lane], sign, base);
                broken[lane] |= u64::from(!fits);
                packed[lane] = cost;
            }
            for lane in 0..LANES {
                let cost = packed[lane];
                lows[lane] = lows[lane].min(cost);
                let allowed = if cost == FORBIDDEN { -FARTHEST } else { cost };
                highest[lane] = highest[lane].max(allowed);
            }
        }
        let mut highest = highest.into_iter().fold(-FARTHEST, i16::max);
        for ((&value, packed), low) in rest.iter().zip(packed_rest).zip(lows_rest) {
            let (cost, fits) = turn(value, sign, base);
            broken[0] |= u64::from(!fits);
            (*packed, *low) = (cost, cost.min(*low));
            highest = if cost == FORBIDDEN { highest } else { highest.max(cost) };
        }
        broken.iter().all(|&broken| broken == 0).then_some(highest)
    }
}

/// How many blocks ahead a line is fetched: which is read next cannot be foreseen, and the memory's own guess ends with each page.
const AHEAD: usize = 16;

/// Copies a line that fits, less some base.
pub(super) struct Turn<'a, T> {
    pub(super) line: &'a [T],
    pub(super) sign: f64,
    pub(super) base: f64,
    pub(super) to: &'a mut [i16],
}

impl<T: Element> Kernel for Turn<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<I: Instructions>(self, _: I) {
        let Self { line, sign, base, to } = self;
        let (blocks, rest) = line.as_chunks::<LANES>();
        let (packed, packed_rest) = to.as_chunks_mut::<LANES>();
        for (number, (values, packed)) in blocks.iter().zip(packed).enumerate() {
            if let Some(soon) = blocks.get(number + AHEAD) {
                prefetch(soon);
            }
            for lane in 0..LANES {
                packed[lane] = turn(values[lane], sign, base).0;
            }
        }
        for (to, &value) in packed_rest.iter_mut().zip(rest) {
            *to = turn(value, sign, base).0;
        }
    }
}

/// The least sum of each lane, and the next.
type TwoLeast = ([u16; LANES], [u16; LANES]);

/// Takes a block in. By value: so it stays in registers from block to block.
#[inline(always)]
fn take((mut first, mut second): TwoLeast, costs: &[i16; LANES], prices: &[i16; LANES]) -> TwoLeast {
    for lane in 0..LANES {
        // INVARIANT: no sum is less than zero, as each column's price began at its least cost.
        let now = costs[lane].saturating_add(prices[lane]) as u16;
        second[lane] = second[lane].min(now.max(first[lane]));
        first[lane] = first[lane].min(now);
    }
    (first, second)
}

/// Finds the cheapest object of a line, and what the next one costs.
pub(super) struct Cheapest<'a> {
    pub(super) line: &'a [i16],
    pub(super) price: &'a [i16],
}

impl Kernel for Cheapest<'_> {
    type Output = Choice;

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> Choice {
        let (line, price) = (self.line.as_chunks::<LANES>().0, self.price.as_chunks::<LANES>().0);
        let price = &price[..line.len()];
        let mut state = ([FORBIDDEN as u16; LANES], [FORBIDDEN as u16; LANES]);
        for block in 0..line.len() {
            state = take(state, &line[block], &price[block]);
        }
        let (first, second) = state;
        let best = with.least_short(&first);
        // To look for the place takes less than to carry places along.
        let (mut number, mut lane) = (0, 0);
        for block in 0..line.len() {
            if let Some(found) = with.first_sum(&line[block], &price[block], best) {
                (number, lane) = (block, found);
                break;
            }
        }
        let others = with.with_lane(&first, &second, lane);
        let object = (number * LANES + lane) as u32;
        Choice { object, best: best as i16, second: with.least_short(&others) as i16 }
    }
}

/// One step of Dijkstra's algorithm: shortens the distances of all open objects over a line.
pub(super) struct Relax<'a> {
    pub(super) line: &'a [i16],
    pub(super) price: &'a [i16],
    /// The distance of the bidder, less what it pays.
    pub(super) base: i16,
    pub(super) bidder: u16,
    /// Distances; [`CLOSED`] for an object whose distance is final, which is neither shortened nor chosen.
    pub(super) distance: &'a mut [i16],
    pub(super) before: &'a mut [u16],
    /// 0 for a free object, and all ones for one that is taken.
    pub(super) taken: &'a [u16],
}

/// Less than any distance where these are compared, more than any where the next one is chosen, which is without a sign.
pub(super) const CLOSED: i16 = i16::MIN;

impl Kernel for Relax<'_> {
    /// The least distance of an open object, and of a free one.
    type Output = (u16, u16);

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> (u16, u16) {
        let Self { line, price, base, bidder, distance, before, taken } = self;
        let (mut open, mut free) = ([u16::MAX; LANES], [u16::MAX; LANES]);
        let lines = line.as_chunks::<LANES>().0.iter().zip(price.as_chunks::<LANES>().0);
        let marks = distance.as_chunks_mut::<LANES>().0.iter_mut().zip(before.as_chunks_mut::<LANES>().0);
        for (((costs, prices), (distances, before)), taken) in
            lines.zip(marks).zip(taken.as_chunks::<LANES>().0)
        {
            // Worked on in copies, so that all of it stays in registers.
            let (mut now, mut from) = (*distances, *before);
            for lane in 0..LANES {
                let through = costs[lane].saturating_add(prices[lane]).saturating_add(base);
                from[lane] = if through < now[lane] { bidder } else { from[lane] };
                now[lane] = now[lane].min(through);
                open[lane] = open[lane].min(now[lane] as u16);
                free[lane] = free[lane].min(now[lane] as u16 | taken[lane]);
            }
            (*distances, *before) = (now, from);
        }
        (with.least_short(&open), with.least_short(&free))
    }
}

/// Collects the objects at a distance, those with a mark left out.
pub(super) struct At<'a> {
    pub(super) distance: &'a [i16],
    pub(super) wanted: i16,
    pub(super) found: &'a mut Vec<u32>,
}

impl Kernel for At<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Instructions>(self, _: I) {
        for (number, block) in self.distance.as_chunks::<LANES>().0.iter().enumerate() {
            let mut any = 0;
            for distance in block {
                any |= u16::from(*distance == self.wanted);
            }
            if any != 0 {
                let hits = block.iter().enumerate().filter(|&(_, &distance)| distance == self.wanted);
                self.found.extend(hits.map(|(lane, _)| (number * LANES + lane) as u32));
            }
        }
    }
}

/// Costs and prices of some objects added up.
#[inline(always)]
fn sums(costs: &[i16; LANES], prices: &[i16; LANES]) -> [u16; LANES] {
    let mut sums = [0; LANES];
    for lane in 0..LANES {
        sums[lane] = costs[lane].saturating_add(prices[lane]) as u16;
    }
    sums
}

/// Counts the pairs of a line that are allowed.
pub(super) struct CountAllowed<'a> {
    pub(super) line: &'a [i16],
}

impl Kernel for CountAllowed<'_> {
    type Output = u16;

    #[inline(always)]
    fn run<I: Instructions>(self, _: I) -> u16 {
        let mut counts = [0u16; LANES];
        for costs in self.line.as_chunks::<LANES>().0 {
            one_by_one();
            for lane in 0..LANES {
                counts[lane] += u16::from(costs[lane] != FORBIDDEN);
            }
        }
        counts.iter().sum()
    }
}

/// Counts the objects of a line that cost less than a limit, with their prices.
pub(super) struct CountBelow<'a> {
    pub(super) line: &'a [i16],
    pub(super) price: &'a [i16],
    pub(super) limit: i16,
}

impl Kernel for CountBelow<'_> {
    type Output = usize;

    #[inline(always)]
    fn run<I: Instructions>(self, _: I) -> usize {
        let mut counts = [0u16; LANES];
        let prices = self.price.as_chunks::<LANES>().0;
        for (costs, prices) in self.line.as_chunks::<LANES>().0.iter().zip(prices) {
            let sums = sums(costs, prices);
            for lane in 0..LANES {
                counts[lane] += u16::from(sums[lane] < self.limit as u16);
            }
        }
        usize::from(counts.iter().sum::<u16>())
    }
}

/// Finds a limit below which a line has a few objects, without sorting: the largest of what each lane's cheapest costs. Of a random
/// line, 130 cost less. Some object must be allowed.
pub(super) struct Limit<'a> {
    pub(super) line: &'a [i16],
    pub(super) price: &'a [i16],
}

impl Kernel for Limit<'_> {
    /// What the cheapest object costs, and the limit.
    type Output = (i16, i16);

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> (i16, i16) {
        let mut lowest = [u16::MAX; LANES];
        let prices = self.price.as_chunks::<LANES>().0;
        for (costs, prices) in self.line.as_chunks::<LANES>().0.iter().zip(prices) {
            let sums = sums(costs, prices);
            for lane in 0..LANES {
                lowest[lane] = lowest[lane].min(sums[lane]);
            }
        }
        let best = with.least_short(&lowest);
        let allowed = |sum: u16| if sum < BEYOND as u16 { sum } else { 0 };
        (best as i16, lowest.into_iter().map(allowed).fold(0, u16::max) as i16)
    }
}

/// Collects the entries of a line that cost less than a limit, with their prices, and then as many that cost just that as are
/// wanted or a few more, from a place on that the caller chooses.
pub(super) struct Collect<'a> {
    pub(super) line: &'a [i16],
    pub(super) price: &'a [i16],
    pub(super) limit: i16,
    pub(super) wanted: usize,
    pub(super) first: usize,
    /// INVARIANT: longer than the line by [`LANES`].
    pub(super) found: &'a mut [u32],
}

impl Collect<'_> {
    /// Adds the entries of a block that have a bit to those found, and returns how many there are then.
    #[inline(always)]
    fn take<I: Instructions>(&mut self, with: I, number: usize, hits: u32, count: usize) -> usize {
        let from = (number * LANES) as u32;
        let costs = &self.line.as_chunks::<LANES>().0[number];
        let mut arcs = [0; LANES];
        for lane in 0..LANES {
            arcs[lane] = arc(costs[lane], from + lane as u32);
        }
        if let Some(to) = self.found[count..].first_chunk_mut() {
            with.compress(&arcs, hits, to);
        }
        count + hits.count_ones() as usize
    }
}

impl Kernel for Collect<'_> {
    /// How many were found.
    type Output = usize;

    #[inline(always)]
    fn run<I: Instructions>(mut self, with: I) -> usize {
        let Self { limit, wanted, first, .. } = self;
        let (line, price) = (self.line.as_chunks::<LANES>().0, self.price.as_chunks::<LANES>().0);
        let price = &price[..line.len()];
        let limit = limit as u16;
        let mut count = 0;
        for number in 0..line.len() {
            let hits = with.below_short(&sums(&line[number], &price[number]), limit);
            count = self.take(with, number, hits, count);
        }
        if limit < BEYOND as u16 {
            let first = first % line.len().max(1);
            for number in (first..line.len()).chain(0..first) {
                if count >= wanted {
                    break;
                }
                let sums = sums(&line[number], &price[number]);
                let hits = with.below_short(&sums, limit + 1) & !with.below_short(&sums, limit);
                count = self.take(with, number, hits, count);
            }
        }
        count
    }
}

/// Finds the cheapest of some entries, and what the next one costs.
pub(super) struct CheapestOf<'a> {
    pub(super) arcs: &'a [Block<u32>],
    /// Prices as they are added to entries.
    pub(super) price: &'a Table,
}

/// What stands behind the last entry: dearer than any.
pub(super) const NOTHING: u32 = (FORBIDDEN as u32) << 16;

impl Kernel for CheapestOf<'_> {
    type Output = Choice;

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> Choice {
        let Self { arcs, price } = self;
        let (mut first, mut second) = ([NOTHING; ENTRIES], [NOTHING; ENTRIES]);
        for Block(arcs) in arcs {
            let prices = with.look_up(price, arcs);
            for lane in 0..ENTRIES {
                // INVARIANT: no sum is less than zero, so the order of these numbers is that of sums, and then of objects.
                let now = arcs[lane].wrapping_add(prices[lane]);
                second[lane] = second[lane].min(now.max(first[lane]));
                first[lane] = first[lane].min(now);
            }
        }
        // By halves: lanes that are indexed by anything but constants would not stay in registers.
        let mut half = ENTRIES / 2;
        while half > 0 {
            for lane in 0..half {
                let dearer = first[lane].max(first[lane + half]);
                second[lane] = second[lane].min(second[lane + half]).min(dearer);
                first[lane] = first[lane].min(first[lane + half]);
            }
            half /= 2;
        }
        let (best, second) = (first[0], (second[0] >> 16) as i16);
        Choice { object: object_of(best), best: (best >> 16) as i16, second }
    }
}

/// A bit for each entry of a block that is nearer than its object was.
pub(super) struct Nearer<'a> {
    pub(super) arcs: &'a Block<u32>,
    /// The distance of each object less its price.
    pub(super) slack: &'a Table,
    pub(super) base: i16,
}

impl Nearer<'_> {
    #[inline(always)]
    pub(super) fn run<I: Instructions>(self, with: I) -> u32 {
        let Self { arcs: Block(arcs), slack, base } = self;
        let slack = with.look_up(slack, arcs);
        let mut bits = 0;
        for lane in 0..ENTRIES {
            let through = i32::from(cost_of(arcs[lane])) + i32::from(base);
            bits |= u32::from(through < slack[lane] as i32) << lane;
        }
        bits
    }
}

/// Finds the least distance of an open object, that of a free one, and the least reach of a bidder.
pub(super) struct Opened<'a> {
    pub(super) distance: &'a [i16],
    pub(super) taken: &'a [u16],
    pub(super) reach: &'a [i16],
}

impl Kernel for Opened<'_> {
    type Output = (u16, u16, u16);

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> (u16, u16, u16) {
        let (mut open, mut free, mut near) = ([u16::MAX; LANES], [u16::MAX; LANES], [u16::MAX; LANES]);
        let lists = self.distance.as_chunks::<LANES>().0.iter().zip(self.taken.as_chunks::<LANES>().0);
        for ((distances, taken), reach) in lists.zip(self.reach.as_chunks::<LANES>().0) {
            for lane in 0..LANES {
                open[lane] = open[lane].min(distances[lane] as u16);
                free[lane] = free[lane].min(distances[lane] as u16 | taken[lane]);
                near[lane] = near[lane].min(reach[lane] as u16);
            }
        }
        (with.least_short(&open), with.least_short(&free), with.least_short(&near))
    }
}

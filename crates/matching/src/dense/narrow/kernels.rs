//! The loops of the narrow auction: as those of [`super::super::kernels`], one running result a lane, merged at the end.

use super::{Choice, FARTHEST, FORBIDDEN};
use crate::dense::cost::sealed::Element;
use crate::simd::{Instructions, Kernel};

/// Lanes kept apart: one vector of the widest set.
pub(super) const LANES: usize = 32;

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

impl<T: Element> Pack<'_, T> {
    /// A cost less the base, and whether it fits.
    #[inline(always)]
    fn turn(value: T, sign: f64, base: f64) -> (i16, bool) {
        let cost = value.load(sign);
        let over = cost - base;
        let is_forbidden = cost == f64::INFINITY;
        let is_whole = T::INTEGER || (cost + MAGIC) - MAGIC == cost;
        // What is not a number is not within any limit.
        let fits = (over.abs() <= f64::from(FARTHEST)) & is_whole;
        let narrow = if is_forbidden { f64::from(FORBIDDEN) } else { over };
        ((narrow + MAGIC).to_bits() as i16, fits | is_forbidden)
    }
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
                let (cost, fits) = Self::turn(values[lane], sign, base);
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
            let (cost, fits) = Self::turn(value, sign, base);
            broken[0] |= u64::from(!fits);
            (*packed, *low) = (cost, cost.min(*low));
            highest = if cost == FORBIDDEN { highest } else { highest.max(cost) };
        }
        broken.iter().all(|&broken| broken == 0).then_some(highest)
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

//! Lines of a few blocks: what a bid or a search needs of them stays in registers.
//!
//! The number of blocks is a constant here, so that loops over them are unrolled, and no list of lanes is indexed by anything but
//! constants. A step of a search then waits for neither stores nor loads but those of the row it reads, and these waits are most
//! of what a step takes on a short line. All values are those of [`super::lines`], to the bit.

use super::kernels::LANES;
use super::lines::{Block, Cheapest};
use crate::simd::{Instructions, Step};

/// The most blocks that a line here may have: the lanes of so many fit one mask.
pub(super) const MOST: usize = 4;

const _: () = assert!(MOST * LANES <= u64::BITS as usize);

/// Finds the cheapest object of a bidder. Where it stands is looked for afterwards, which takes less than to carry places along.
#[inline(always)]
pub(super) fn cheapest<const WIDTH: usize, I: Instructions>(
    with: I,
    line: &[Block<f64>; WIDTH],
    price: &[Block<f64>; WIDTH],
) -> Cheapest {
    let mut reduced = [[0.0; LANES]; WIDTH];
    let mut lowest = [f64::INFINITY; LANES];
    for block in 0..WIDTH {
        reduced[block] = with.subtract(&line[block].0, &price[block].0);
        lowest = with.lower(&reduced[block], &lowest);
    }
    let least = with.least(&lowest);
    let mut others = [f64::INFINITY; LANES];
    for values in &reduced {
        others = with.lower(&with.without(values, least), &others);
    }
    let hits = places(with, &reduced, least);
    let second = if hits & (hits - 1) == 0 { with.least(&others) } else { least };
    Cheapest { reduced: least, object: hits.trailing_zeros(), second }
}

/// A bit for each place with a value.
#[inline(always)]
fn places<const WIDTH: usize, I: Instructions>(with: I, values: &[[f64; LANES]; WIDTH], wanted: f64) -> u64 {
    // The last block first, shifted on by the others: of shifts of their own the compiler would make a vector.
    values.iter().rev().fold(0, |hits, values| hits << LANES | u64::from(with.equal(values, wanted)))
}

/// The state of Dijkstra's algorithm.
pub(super) struct Walk<const WIDTH: usize> {
    /// Prices; minus infinity for an object whose distance is final, so that it is not shortened again.
    price: [[f64; LANES]; WIDTH],
    /// Distances; infinity for an object whose distance is final.
    distance: [[f64; LANES]; WIDTH],
    /// The bidder before each object.
    before: [[f64; LANES]; WIDTH],
}

impl<const WIDTH: usize> Walk<WIDTH> {
    #[inline(always)]
    pub(super) fn new(price: &[Block<f64>; WIDTH]) -> Self {
        Self {
            price: price.map(|block| block.0),
            distance: [[f64::INFINITY; LANES]; WIDTH],
            before: [[0.0; LANES]; WIDTH],
        }
    }

    /// One step: shortens the distances of all open objects over a bidder's row, and returns the least of them.
    #[inline(always)]
    pub(super) fn relax<I: Instructions>(
        &mut self,
        with: I,
        line: &[Block<f64>; WIDTH],
        bidder: u32,
        base: f64,
    ) -> f64 {
        let mut open = [f64::INFINITY; LANES];
        let state = self.price.iter().zip(&mut self.distance).zip(&mut self.before);
        for (Block(costs), ((prices, distances), before)) in line.iter().zip(state) {
            let step = Step { costs, prices, base, mark: f64::from(bidder) };
            (*distances, *before) = with.shorten(step, distances, before);
            open = with.lower(distances, &open);
        }
        with.least(&open)
    }

    /// A bit for each object at a distance.
    #[inline(always)]
    pub(super) fn at<I: Instructions>(&self, with: I, distance: f64) -> u64 {
        places(with, &self.distance, distance)
    }

    /// Writes the bidder before each object down.
    #[inline(always)]
    pub(super) fn write(&self, to: &mut [Block<u32>]) {
        for (to, from) in to.iter_mut().zip(self.before) {
            to.0 = from.map(|bidder| bidder as u32);
        }
    }

    /// Makes the distance of an object final.
    #[inline(always)]
    pub(super) fn close<I: Instructions>(&mut self, with: I, object: usize) {
        let far = &FAR[FAR_AT - object..][..WIDTH * LANES];
        for (block, far) in far.as_chunks::<LANES>().0.iter().enumerate() {
            self.price[block] = with.subtract(&self.price[block], far);
            self.distance[block] = with.add(&self.distance[block], far);
        }
    }
}

/// The place of the only infinity in [`FAR`].
const FAR_AT: usize = MOST * LANES - 1;

/// Zeros around an infinity. Added from the right place on, it falls to one lane, and to no other: of a comparison of lane numbers
/// the compiler makes a jump.
static FAR: [f64; 2 * MOST * LANES] = {
    let mut far = [0.0; 2 * MOST * LANES];
    far[FAR_AT] = f64::INFINITY;
    far
};

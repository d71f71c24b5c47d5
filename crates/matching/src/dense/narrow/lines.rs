//! The costs of a matrix in narrow numbers: a copy of it, or one line at a time.

use super::kernels::{LANES, Pack, Turn};
use super::{FARTHEST, FORBIDDEN, fill};
use crate::dense::cost::sealed::Element;
use crate::dense::grid::Grid;

/// The largest copy, in bytes: it stays in the second cache of its core, or nearly.
const MOST_COPIED: usize = 1 << 21;

/// The largest matrix, in bytes, that is turned line by line whenever a line is asked for: it stays in the last cache, and a copy
/// would take memory that callers do not expect.
const MOST_IN_PLACE: usize = 1 << 25;

/// Where lines are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Copy,
    Matrix,
}

/// Costs less `base`, each line filled up with forbidden pairs. Reused from one problem to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    /// All lines, or the one asked for last.
    costs: Vec<i16>,
    is_copy: bool,
    pub(super) width: usize,
    pub(super) base: f64,
}

impl Lines {
    /// Reads a matrix, makes a list of the least cost of each column, and returns the highest of all. `None` where costs do not fit.
    pub(super) fn read<T: Element>(
        &mut self,
        grid: &Grid<'_, T>,
        place: Place,
        least: &mut Vec<i16>,
    ) -> Option<i16> {
        let side = grid.objects;
        self.width = side.next_multiple_of(LANES);
        let size = grid.bidders * self.width;
        self.is_copy = place == Place::Copy;
        let (bytes, most) = match place {
            Place::Copy => (size * size_of::<i16>(), MOST_COPIED),
            Place::Matrix => (grid.bidders * grid.stride * size_of::<T>(), MOST_IN_PLACE),
        };
        if bytes > most {
            return None;
        }
        let costs = (0..grid.bidders).flat_map(|line| grid.raw_line(line));
        self.base = costs.map(|value| value.load(grid.sign)).find(|&cost| cost != f64::INFINITY)?;
        // Such costs are far from the ends of any type, so the ranges that other methods check are kept.
        if self.base.abs() > f64::from(i32::MAX) {
            return None;
        }
        // Written over as a whole but for what fills the lines up.
        self.costs.resize(if self.is_copy { size } else { self.width }, FORBIDDEN);
        fill(least, self.width, FORBIDDEN);
        let mut highest = -FARTHEST;
        for number in 0..grid.bidders {
            let start = if self.is_copy { number * self.width } else { 0 };
            let (to, rest) = self.costs[start..start + self.width].split_at_mut(side);
            rest.fill(FORBIDDEN);
            let (line, sign, base) = (grid.raw_line(number), grid.sign, self.base);
            highest = highest.max(grid.level.run(Pack { line, sign, base, to, least })?);
        }
        Some(highest)
    }

    /// The line of a bidder.
    #[inline]
    pub(super) fn get<T: Element>(&mut self, grid: &Grid<'_, T>, bidder: u32) -> &[i16] {
        if self.is_copy {
            return &self.costs[bidder as usize * self.width..][..self.width];
        }
        let (line, to) = (grid.raw_line(bidder as usize), &mut self.costs[..grid.objects]);
        grid.level.run(Turn { line, sign: grid.sign, base: self.base, to });
        &self.costs
    }

    /// What a pair costs that is allowed.
    #[inline]
    pub(super) fn cost<T: Element>(&self, grid: &Grid<'_, T>, bidder: u32, object: u32) -> i16 {
        if self.is_copy {
            return self.costs[bidder as usize * self.width + object as usize];
        }
        // INVARIANT: within `FARTHEST`, checked where the matrix was read.
        (grid.cost(bidder as usize, object as usize) - self.base) as i16
    }
}

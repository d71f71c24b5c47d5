//! A question in the one form that the algorithms know: every row must go to one column, and total cost is to be least.
//!
//! A row that may be left out gets an arc of size 0 to one more column. Pairs that do not fit even an empty column are
//! dropped. From each row the cost of its cheapest arc is taken off, so that only differences have to fit.

use super::problem::Problem;
use crate::cover::Unmatched;
use crate::error::{Error, Fault, List};
use crate::goal::Goal;
use crate::problem::FORBIDDEN;

/// One column's worth of bits below the unit in prices and bounds, if the values leave room for them.
const MOST_FRACTION_BITS: u32 = 12;

/// What prices of rows and their sums stay below, so that no sum of an algorithm overflows: see [`Instance::price_limit`].
const RANGE_BITS: u32 = 60;

/// A way to place a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) column: u32,
    pub(super) size: u32,
    /// In units, at least 0; the cheapest of its row is 0.
    pub(super) cost: i64,
}

#[derive(Debug)]
pub(super) struct Instance {
    /// Places of row `i` are `starts[i]..starts[i + 1]`.
    pub(super) starts: Vec<usize>,
    /// INVARIANT: ascending by column within a row; each fits its column when that is empty.
    pub(super) places: Vec<Place>,
    pub(super) capacities: Vec<u64>,
    /// What was taken off the rows together.
    offset: i128,
    /// Prices are counted in units of 1 / 2^fraction_bits.
    pub(super) fraction_bits: u32,
    goal: Goal,
    /// The column for rows left out, if there is one.
    pub(super) outside: Option<u32>,
}

impl Instance {
    pub(super) fn new(problem: &Problem, goal: Goal, unmatched: Option<&Unmatched>) -> Result<Self, Error> {
        if let Some(Unmatched::PerRow(values)) = unmatched
            && values.len() != problem.rows()
        {
            let (expected, found) = (problem.rows(), values.len());
            return Err(Fault::LengthMismatch { list: List::Unmatched, expected, found }.into());
        }
        let mut capacities = problem.capacities().to_vec();
        let outside = unmatched.map(|_| capacities.len() as u32);
        capacities.extend(outside.map(|_| u64::MAX));
        let mut instance = Self {
            starts: vec![0],
            places: Vec::new(),
            capacities,
            offset: 0,
            fraction_bits: 0,
            goal,
            outside,
        };
        let mut spread = 0;
        for row in 0..problem.rows() {
            let left_out = unmatched.and_then(|unmatched| unmatched.get(row));
            if let Some(FORBIDDEN) = left_out {
                return Err(Fault::UnmatchedValueOutOfRange { row, value: FORBIDDEN }.into());
            }
            spread = spread.max(instance.push_row(problem, row, left_out)?);
        }
        instance.fraction_bits = fraction_bits(problem.rows(), spread)?;
        instance.check_room()?;
        Ok(instance)
    }

    /// Adds a row and returns by how much its costs differ.
    fn push_row(&mut self, problem: &Problem, row: usize, left_out: Option<i64>) -> Result<i128, Error> {
        let cost = |value: i64| -self.goal.gain(value);
        let fits = |column: u32, size: u32| u64::from(size) <= self.capacities[column as usize];
        let outside = left_out.map(|value| (self.outside.unwrap_or(0), 0, value));
        let arcs = problem.row(row).iter().map(|arc| (arc.column, arc.size, arc.value));
        let arcs: Vec<_> = arcs.filter(|&(column, size, _)| fits(column, size)).chain(outside).collect();
        let costs = arcs.iter().map(|&(.., value)| cost(value));
        let (Some(least), Some(most)) = (costs.clone().min(), costs.max()) else {
            return Err(Fault::FitsNowhere { row }.into());
        };
        let spread = most - least;
        let limit = spread_limit(problem.rows());
        if spread > i128::from(limit) {
            return Err(Fault::SpreadOutOfRange { spread, limit }.into());
        }
        self.places.extend(arcs.into_iter().map(|(column, size, value)| Place {
            column,
            size,
            cost: (cost(value) - least) as i64,
        }));
        self.starts.push(self.places.len());
        self.offset += least;
        Ok(spread)
    }

    /// Refuses rows that take more room than there is, wherever they go.
    fn check_room(&self) -> Result<(), Error> {
        let least = |row| self.row(row).iter().map(|place| u128::from(place.size)).min().unwrap_or(0);
        let size: u128 = (0..self.rows()).map(least).sum();
        let capacity: u128 = self.capacities.iter().map(|&capacity| u128::from(capacity)).sum();
        if size > capacity { Err(Fault::Overfull { size, capacity }.into()) } else { Ok(()) }
    }

    pub(super) fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    pub(super) fn columns(&self) -> usize {
        self.capacities.len()
    }

    pub(super) fn row(&self, row: usize) -> &[Place] {
        &self.places[self.starts[row]..self.starts[row + 1]]
    }

    /// The place of a row in a column. Takes one look where the row may go everywhere.
    pub(super) fn place(&self, row: usize, column: u32) -> Option<Place> {
        let places = self.row(row);
        if places.len() == self.columns() {
            return Some(places[column as usize]);
        }
        let at = places.binary_search_by_key(&column, |place| place.column).ok()?;
        Some(places[at])
    }

    /// What no price of a row passes, in fractions of a unit: sums of all prices and costs then fit 62 bits.
    pub(super) fn price_limit(&self) -> i64 {
        (1 << RANGE_BITS) / (self.rows() as i64 + 1)
    }

    /// A cost in units that every assignment stays below.
    pub(super) fn beyond_any(&self) -> i64 {
        let most = |row| self.row(row).iter().map(|place| place.cost).max().unwrap_or(0);
        (0..self.rows()).map(most).sum::<i64>() + 1
    }

    /// A cost of this form in the caller's own terms.
    pub(super) fn objective(&self, cost: i64) -> i128 {
        let cost = self.offset + i128::from(cost);
        match self.goal {
            Goal::Minimise => cost,
            Goal::Maximise => -cost,
        }
    }

    /// The caller's name of a column.
    pub(super) fn column_name(&self, column: u32) -> Option<u32> {
        (Some(column) != self.outside).then_some(column)
    }
}

/// By how much the costs of a row may differ.
fn spread_limit(rows: usize) -> i64 {
    (1 << (RANGE_BITS - 2)) / (rows as i64 + 1) - 1
}

fn fraction_bits(rows: usize, spread: i128) -> Result<u32, Error> {
    let room = i128::from(spread_limit(rows)) / (spread + 1);
    let bits = room.checked_ilog2().unwrap_or(0);
    Ok(bits.min(MOST_FRACTION_BITS))
}

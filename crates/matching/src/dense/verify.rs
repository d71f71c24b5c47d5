//! Judges an answer for a dense matrix without trusting whoever found it.
//!
//! This file shares no code with the algorithms, so that one mistake cannot hide in both.

use std::cmp::Ordering;

use super::cost::Cost;
use super::matrix::Matrix;
use super::solution::Solution;
use crate::goal::Goal;
use crate::verify::Violation;

/// Proves that a solution is feasible and optimal, from its prices alone.
///
/// `unmatched` is the list given in [`Options`](super::Options), if any. Integers are compared exactly; floats with a
/// tolerance of `1e-12` times the largest magnitude in the matrix and times the length of its shorter side up to 100,
/// as prices are sums that have been rounded. Costs O(rows × columns).
///
/// # Errors
///
/// The first [`Violation`] met.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::dense::{Matrix, Solver, verify};
/// use deskmatch_matching::{Goal, Violation};
///
/// let matrix = Matrix::new(1, 2, &[9i32, 8])?;
/// let mut solution = Solver::new().solve(&matrix, Goal::Maximise)?.clone();
/// assert_eq!(verify(&matrix, Goal::Maximise, None, &solution), Ok(()));
/// solution.columns[0] = Some(1);
/// solution.objective = 8;
/// assert_eq!(
///     verify(&matrix, Goal::Maximise, None, &solution),
///     Err(Violation::Overpriced { row: 0, column: 1 }),
/// );
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
pub fn verify<T: Cost>(
    matrix: &Matrix<'_, T>,
    goal: Goal,
    unmatched: Option<&[T]>,
    solution: &Solution<T>,
) -> Result<(), Violation> {
    let (rows, columns) = (matrix.rows(), matrix.columns());
    let lists = [
        ("rows", rows, solution.columns.len()),
        ("row prices", rows, solution.row_prices.len()),
        ("column prices", columns, solution.column_prices.len()),
        ("unmatched values", rows, unmatched.map_or(rows, <[T]>::len)),
    ];
    if let Some((list, expected, found)) = lists.into_iter().find(|&(_, expected, found)| expected != found) {
        return Err(Violation::Shape { list, expected, found });
    }
    let judge = Judge { matrix, goal, unmatched, solution, tolerance: tolerance(matrix) };
    judge.pairs()?;
    judge.rows()?;
    judge.columns()?;
    judge.sum()
}

struct Judge<'a, T: Cost> {
    matrix: &'a Matrix<'a, T>,
    goal: Goal,
    unmatched: Option<&'a [T]>,
    solution: &'a Solution<T>,
    tolerance: f64,
}

impl<T: Cost> Judge<'_, T> {
    /// Whether rows, rather than columns, must all be matched.
    fn rows_must(&self) -> bool {
        self.unmatched.is_none() && self.matrix.rows() <= self.matrix.columns()
    }

    /// Compares a sum of prices with the gain of a value; `None` for a forbidden one.
    fn compare(&self, value: T, row: T::Price, column: T::Price) -> Option<Ordering> {
        value.compare_gain(self.goal == Goal::Maximise, row, column, self.tolerance)
    }

    fn pairs(&self) -> Result<(), Violation> {
        for (row, name) in (0..self.matrix.rows()).zip(0u32..) {
            let matched = self.solution.columns[row];
            if let Some(column) = matched
                && column as usize >= self.matrix.columns()
            {
                return Err(Violation::NoArc { row: name, column });
            }
            for column in 0..self.matrix.columns() as u32 {
                let Some(value) = self.matrix.get(row, column as usize) else { continue };
                let prices = (self.solution.row_prices[row], self.solution.column_prices[column as usize]);
                match (self.compare(value, prices.0, prices.1), matched == Some(column)) {
                    (Some(Ordering::Less), _) => return Err(Violation::Underpriced { row: name, column }),
                    (Some(Ordering::Greater), true) => {
                        return Err(Violation::Overpriced { row: name, column });
                    }
                    (None, true) => return Err(Violation::NoArc { row: name, column }),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn rows(&self) -> Result<(), Violation> {
        let zero = T::Price::default();
        for (row, name) in (0..self.matrix.rows()).zip(0u32..) {
            let left_out = self.solution.columns[row].is_none();
            let against = match self.unmatched {
                Some(values) => self.compare(values[row], self.solution.row_prices[row], zero),
                None if self.rows_must() => None,
                None => T::compare_zero(self.solution.row_prices[row], self.tolerance),
            };
            match against {
                None if left_out => return Err(Violation::LeftOut { row: name }),
                Some(Ordering::Less) => return Err(Violation::UnderpricedRow { row: name }),
                Some(Ordering::Greater) if left_out => return Err(Violation::OverpricedRow { row: name }),
                _ => {}
            }
        }
        Ok(())
    }

    fn columns(&self) -> Result<(), Violation> {
        let mut taken = vec![false; self.matrix.columns()];
        for &column in self.solution.columns.iter().flatten() {
            if std::mem::replace(&mut taken[column as usize], true) {
                return Err(Violation::OverCapacity { column });
            }
        }
        let must = self.unmatched.is_none() && self.matrix.rows() >= self.matrix.columns();
        let free = self.unmatched.is_none() && self.matrix.rows() > self.matrix.columns();
        for ((column, &price), taken) in (0u32..).zip(&self.solution.column_prices).zip(taken) {
            let sign = T::compare_zero(price, self.tolerance);
            match sign {
                _ if must && !taken => return Err(Violation::Uncovered { column }),
                Some(Ordering::Less) if !free => return Err(Violation::NegativePrice { column }),
                Some(Ordering::Greater) if !taken => return Err(Violation::PricedRoom { column }),
                _ => {}
            }
        }
        Ok(())
    }

    fn sum(&self) -> Result<(), Violation> {
        let value = |(row, column): (usize, &Option<u32>)| match column {
            Some(column) => self.matrix.get(row, *column as usize),
            None => self.unmatched.map(|values| values[row]),
        };
        let found = T::total(self.solution.columns.iter().enumerate().filter_map(value));
        if found == self.solution.objective { Ok(()) } else { Err(Violation::Sum) }
    }
}

fn tolerance<T: Cost>(matrix: &Matrix<'_, T>) -> f64 {
    if T::INTEGER {
        return 0.0;
    }
    let lines = if matrix.by_rows { matrix.rows } else { matrix.columns };
    let length = if matrix.by_rows { matrix.columns } else { matrix.rows };
    let line = |line: usize| &matrix.data[line * matrix.stride..line * matrix.stride + length];
    let finite = (0..lines).flat_map(line).map(|value| value.widen().abs()).filter(|size| size.is_finite());
    finite.fold(0.0, f64::max) * 1e-12 * matrix.rows.min(matrix.columns).clamp(1, 100) as f64
}

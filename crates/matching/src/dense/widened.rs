//! A matrix of any type of number, by the solver of `f64`.

use super::cost::Cost;
use super::matrix::Matrix;
use super::solution::Solution;
use super::solver::{Solver, check_range};
use crate::error::Error;
use crate::goal::Goal;

/// Solves a matrix with a solver of `f64`, for programs that have no room for one of each type of number: each takes more than a tenth of
/// a megabyte of code.
///
/// The answer is the one that [`Solver::solve`](super::Solver::solve) finds, to the bit, and so are errors. Takes 8 bytes an entry
/// for a copy, and the time that making it takes.
///
/// # Errors
///
/// As [`Solver::solve`](super::Solver::solve).
///
/// # Examples
///
/// ```
/// use deskmatch_matching::Goal;
/// use deskmatch_matching::dense::{Matrix, Solver, solve_widened};
///
/// let matrix = Matrix::new(2, 2, &[3i32, 4, 5, 9])?;
/// let solution = solve_widened(&mut Solver::new(), &matrix, Goal::Minimise)?;
/// assert_eq!((solution.columns, solution.objective), (vec![Some(1), Some(0)], 9));
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
pub fn solve_widened<T: Cost>(
    solver: &mut Solver<f64>,
    matrix: &Matrix<'_, T>,
    goal: Goal,
) -> Result<Solution<T>, Error> {
    let forbidden = match goal {
        Goal::Minimise => f64::INFINITY,
        Goal::Maximise => f64::NEG_INFINITY,
    };
    let wide = |&value: &T| if T::INTEGER && value == T::FORBIDDEN { forbidden } else { value.widen() };
    let (lines, length) =
        if matrix.by_rows { (matrix.rows, matrix.columns) } else { (matrix.columns, matrix.rows) };
    let mut costs = Vec::with_capacity(lines * length);
    for line in 0..lines {
        costs.extend(matrix.data[line * matrix.stride..][..length].iter().map(wide));
    }
    if T::INTEGER {
        let allowed = costs.iter().filter(|cost| cost.is_finite());
        let magnitude = allowed.fold(0.0, |largest: f64, cost| largest.max(cost.abs()));
        check_range::<T>(magnitude, matrix.rows.min(matrix.columns))?;
    }
    let wide = Matrix::new(lines, length, &costs)?;
    let found = solver.solve(&if matrix.by_rows { wide } else { wide.transposed() }, goal)?;
    Ok(Solution {
        columns: found.columns.clone(),
        objective: T::total_of(std::iter::once(found.objective)),
        row_prices: found.row_prices.iter().copied().map(T::price).collect(),
        column_prices: found.column_prices.iter().copied().map(T::price).collect(),
        method: found.method,
    })
}

//! A matrix of any type of number, by the solver of `f64`.

use super::cost::Cost;
use super::cost::sealed::Element;
use super::matrix::Matrix;
use super::solution::Solution;
use super::solver::{Options, Solver, check_range, sign_of};
use crate::error::Error;
use crate::goal::Goal;
use crate::simd::{Instructions, Kernel};

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
    let sign = sign_of(goal);
    let (lines, length) =
        if matrix.by_rows { (matrix.rows, matrix.columns) } else { (matrix.columns, matrix.rows) };
    let mut costs = Vec::with_capacity(lines * length);
    for line in 0..lines {
        let line = &matrix.data[line * matrix.stride..][..length];
        solver.level().run(Widen { line, sign, to: &mut costs });
    }
    let wide = Matrix::new(lines, length, &costs)?;
    let wide = if matrix.by_rows { wide } else { wide.transposed() };
    let found = solver.solve_within(&wide, goal, Options::default(), check_range::<T>)?;
    Ok(Solution {
        columns: found.columns.clone(),
        objective: T::total_of(std::iter::once(found.objective)),
        row_prices: found.row_prices.iter().copied().map(T::price).collect(),
        column_prices: found.column_prices.iter().copied().map(T::price).collect(),
        method: found.method,
    })
}

/// Puts the values of a line behind others, in the caller's sign: forbidden pairs as `f64` has them for the goal.
struct Widen<'a, T> {
    line: &'a [T],
    sign: f64,
    to: &'a mut Vec<f64>,
}

impl<T: Element> Kernel for Widen<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<I: Instructions>(self, _: I) {
        let Self { line, sign, to } = self;
        to.extend(line.iter().map(|value| value.load(sign) * sign));
    }
}

//! Assignment on dense matrices: every row has a value for every column.
//!
//! A [`Matrix`] views a slice; a [`Solver`] holds memory that is reused from one problem to the next; the
//! [`Solution`] names the pairs, their total and the prices that prove it, and [`verify`] checks them without trusting the
//! solver. The shorter side of a matrix is matched completely, as in SciPy's `linear_sum_assignment`; with an unmatched
//! value, rows may be left out instead. Capacities and sparse graphs are for [`Problem`](crate::Problem).
//!
//! # Examples
//!
//! Three workers and four tasks; the second worker cannot do the first task:
//!
//! ```
//! use deskmatch_matching::Goal;
//! use deskmatch_matching::dense::{Matrix, Solver, verify};
//!
//! let hours = [
//!     4.0, 1.0, 3.0, 9.0, //
//!     f64::INFINITY, 0.5, 5.0, 2.0, //
//!     3.0, 2.0, 2.0, 7.0,
//! ];
//! let matrix = Matrix::new(3, 4, &hours)?;
//! let mut solver = Solver::new();
//! let solution = solver.solve(&matrix, Goal::Minimise)?;
//!
//! assert_eq!(solution.columns, [Some(1), Some(3), Some(2)]);
//! assert_eq!(solution.objective, 5.0);
//! assert_eq!(verify(&matrix, Goal::Minimise, None, solution), Ok(()));
//! # Ok::<(), deskmatch_matching::Error>(())
//! ```
//!
//! Many small problems: the memory of the first serves them all.
//!
//! ```
//! use deskmatch_matching::Goal;
//! use deskmatch_matching::dense::{Matrix, Solver};
//!
//! let mut solver = Solver::new();
//! let problems = [[1i32, 5, 5, 1], [5, 1, 1, 5]];
//! let mut total = 0;
//! solver.solve_batch(2, 2, problems.as_flattened(), Goal::Minimise, |_, solution| total += solution.objective)?;
//! assert_eq!(total, 4);
//! # Ok::<(), deskmatch_matching::Error>(())
//! ```
//!
//! With the feature `rayon`, off by default, large matrices are read on all threads of the current pool of `rayon`. The answer is the
//! same to the bit, with any number of threads and without the feature.

#![allow(
    clippy::float_arithmetic,
    reason = "whole numbers below 2^53 are exact in f64, and floats are asked for here"
)]

mod auction;
#[cfg(feature = "rayon")]
mod blocks;
mod cost;
mod grid;
mod heap;
mod incremental;
mod kernels;
mod lines;
mod matrix;
mod narrow;
mod short;
mod shortest_paths;
mod shortlist;
mod solution;
mod solver;
mod sorting;
mod sparse_paths;
mod takers;
mod tiny;
mod two_sided;
mod verify;
mod widened;

pub use cost::Cost;
pub use incremental::Incremental;
pub use matrix::Matrix;
pub use solution::{Method, Solution};
pub use solver::{Options, Solver};
pub(crate) use solver::{is_unusable, unusable_value};
pub use verify::verify;
pub use widened::solve_widened;

/// Nobody, or nothing.
const NONE: u32 = u32::MAX;

/// The cost of a forbidden pair, when minimising.
const FORBIDDEN_COST: f64 = f64::INFINITY;

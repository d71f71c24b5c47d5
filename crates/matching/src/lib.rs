//! Solves assignment problems exactly and proves every answer.
//!
//! A [`Problem`] has rows, columns that each take a number of rows, and arcs with integer values between them.
//! [`solve()`] finds the assignment of smallest or largest total value (the [`Goal`]); the [`Cover`] says which rows
//! must be matched: all of them, those that pay, or as many as possible by rank. The [`Solution`] carries dual prices
//! with which [`verify()`] proves, in one pass and without trusting the solver, that no better assignment exists.
//! Where not every row can be matched, the [`Error`] names rows that share too few columns.
//!
//! Values of a [`Problem`] are integers and all arithmetic is exact. For matrices in which every row has a value for every
//! column, integers or floats, the module [`dense`] is faster. Rows that take several units of a column's capacity are for the
//! module [`sized`], which answers with an assignment and a proven bound. The same problem always gives the same answer: there is no
//! randomness, no clock, no thread and no hashing. The graph stays sparse: no matrix of rows times columns and no
//! copy of a column for each unit of its capacity is ever made.
//!
//! # Example
//!
//! Five workers, four tasks, costs; every task takes one worker, so one worker stays idle:
//!
//! ```
//! use deskmatch_matching::{Cover, Goal, Problem, solve, verify};
//!
//! let costs = [
//!     90, 80, 75, 70, //
//!     35, 85, 55, 65, //
//!     125, 95, 90, 95, //
//!     45, 110, 95, 115, //
//!     50, 100, 90, 100,
//! ];
//! let problem = Problem::from_dense(5, 4, &costs)?;
//! let cover = Cover::most_rows(problem.rows());
//! let solution = solve(&problem, Goal::Minimise, &cover)?;
//!
//! assert_eq!(solution.objective, 265);
//! assert_eq!(solution.columns, [Some(3), Some(2), Some(1), Some(0), None]);
//! assert_eq!(verify(&problem, Goal::Minimise, &cover, &solution), Ok(()));
//! # Ok::<(), deskmatch_matching::Error>(())
//! ```

#![deny(clippy::float_arithmetic, reason = "values and prices are exact integers")]

mod algorithm;
mod cover;
pub mod dense;
mod error;
mod goal;
mod method;
#[cfg(test)]
mod numbers;
#[doc(hidden)]
pub mod order;
mod problem;
mod simd;
pub mod sized;
mod solution;
mod solve;
mod verify;

pub use cover::{Cover, Unmatched};
pub use error::{Error, ErrorKind, HallViolator};
pub use goal::Goal;
pub use method::Method;
pub use problem::{FORBIDDEN, MAX_COLUMNS, MAX_ROWS, Problem, ProblemBuilder};
#[doc(hidden)]
pub use simd::fetch;
pub use solution::{Certificate, Price, Solution};
pub use solve::solve;
#[cfg(fuzzing)]
pub use solve::solve_with;
pub use verify::{Violation, verify};

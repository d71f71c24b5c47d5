//! Rows of different sizes: the generalised assignment problem, with a proven bound.
//!
//! Each row of a [`Problem`] goes to one column and takes some units of its capacity there. How many, may depend on the
//! column. The problem is NP-hard (M. L. Fisher, R. Jaikumar and L. N. Van Wassenhove 1986), so [`solve`] promises less than
//! [`crate::solve()`]: an assignment that fits, and a bound that no assignment can pass. Where the two meet, the assignment is
//! optimal and that is proved; else [`Solution::gap`] says what could be gained at most. How much work is put in is said in
//! steps and not in time, so that the same question has the same answer on every machine.
//!
//! # How it works
//!
//! | file | idea |
//! |---|---|
//! | `capacity_prices.rs` | first prices for units of room, by relaxing the capacities |
//! | `lagrangian.rs` | prices of rows and the bound they prove, by the volume algorithm |
//! | `knapsack.rs` | what a column chooses at these prices: Pisinger's minimal algorithm |
//! | `search.rs` | local search with ejection chains, about the border of what fits |
//! | `fixing.rs` | pairs that nothing better can use |
//! | `tree.rs` | branch and bound over what is left |
//!
//! The arithmetic is in whole numbers throughout: a bound is exact, not subject to rounding.
//!
//! # Examples
//!
//! Four tickets of 2 to 5 units and two agents with 8 and 6; the scores say who should do what:
//!
//! ```
//! use deskmatch_matching::Goal;
//! use deskmatch_matching::sized::{Options, Problem, solve, verify};
//!
//! let problem = Problem::builder(vec![8, 6])
//!     .push_row_of_size(5, [(0, 90), (1, 70)])
//!     .push_row_of_size(4, [(0, 80), (1, 75)])
//!     .push_row_of_size(3, [(0, 60), (1, 20)])
//!     .push_row_of_size(2, [(0, 50), (1, 45)])
//!     .build()?;
//! let solution = solve(&problem, Goal::Maximise, &Options::default())?;
//!
//! assert_eq!(solution.columns, [Some(0), Some(1), Some(0), Some(1)]);
//! assert_eq!((solution.objective, solution.bound), (270, 270));
//! assert!(solution.is_optimal());
//! assert_eq!(verify(&problem, Goal::Maximise, None, &solution), Ok(()));
//! # Ok::<(), deskmatch_matching::Error>(())
//! ```
//!
//! With too little room for all, tickets may wait at a cost of their own:
//!
//! ```
//! use deskmatch_matching::Goal;
//! use deskmatch_matching::sized::{Options, Problem, solve};
//!
//! let problem = Problem::builder(vec![5])
//!     .push_row_of_size(3, [(0, 10)])
//!     .push_row_of_size(4, [(0, 12)])
//!     .build()?;
//! assert_eq!(solve(&problem, Goal::Minimise, &Options::default()).unwrap_err().code(), "infeasible");
//!
//! let options = Options { unmatched: Some(vec![100, 200].into()), ..Options::default() };
//! let solution = solve(&problem, Goal::Minimise, &options)?;
//! assert_eq!(solution.columns, [None, Some(0)]);
//! assert_eq!(solution.objective, 112);
//! # Ok::<(), deskmatch_matching::Error>(())
//! ```

mod capacity_prices;
mod fixing;
mod instance;
mod knapsack;
mod lagrangian;
mod matrix;
mod problem;
mod search;
mod solution;
mod solve;
mod steps;
mod subproblem;
mod tree;
mod verify;

pub use problem::{Arc, Problem, ProblemBuilder, Sizes};
pub use solution::Solution;
pub use solve::{DEFAULT_STEPS, Options, solve, solve_while};
pub use verify::verify;

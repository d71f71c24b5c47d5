//! Judges an answer without trusting whoever found it.
//!
//! This file shares no code with the algorithms, so that one mistake cannot hide in both.

use super::problem::Problem;
use super::solution::Solution;
use crate::cover::Unmatched;
use crate::goal::Goal;
use crate::verify::Violation;

/// Checks that an assignment keeps to arcs and capacities, that its objective is the sum of its values, and that its bound is on
/// the right side of it.
///
/// `unmatched` is what was given in [`Options`](super::Options). That the bound holds is not checked: the problem is NP-hard, and
/// a proof would be as long as the search. Costs O(rows × log arcs of a row).
///
/// # Errors
///
/// The first [`Violation`] met.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::sized::{Options, Problem, solve, verify};
/// use deskmatch_matching::{Goal, Violation};
///
/// let problem = Problem::builder(vec![4]).push_row_of_size(3, [(0, 9)]).build()?;
/// let mut solution = solve(&problem, Goal::Minimise, &Options::default())?;
/// assert_eq!(verify(&problem, Goal::Minimise, None, &solution), Ok(()));
/// solution.columns[0] = None;
/// assert_eq!(verify(&problem, Goal::Minimise, None, &solution), Err(Violation::LeftOut { row: 0 }));
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
pub fn verify(
    problem: &Problem,
    goal: Goal,
    unmatched: Option<&Unmatched>,
    solution: &Solution,
) -> Result<(), Violation> {
    let (expected, found) = (problem.rows(), solution.columns.len());
    if expected != found {
        return Err(Violation::Shape { list: "rows", expected, found });
    }
    let mut loads = vec![0u128; problem.columns()];
    let mut sum = 0;
    for ((index, row), &column) in (0..expected).zip(0u32..).zip(&solution.columns) {
        sum += match column {
            Some(column) => {
                let arc = problem.arc(index, column).ok_or(Violation::NoArc { row, column })?;
                loads[column as usize] += u128::from(arc.size);
                i128::from(arc.value)
            }
            None => {
                let value = unmatched.and_then(|unmatched| unmatched.get(index));
                i128::from(value.ok_or(Violation::LeftOut { row })?)
            }
        };
    }
    for (column, load) in (0u32..).zip(loads) {
        if problem.capacity(column as usize).is_none_or(|capacity| load > u128::from(capacity)) {
            return Err(Violation::OverCapacity { column });
        }
    }
    if sum != solution.objective {
        return Err(Violation::Objective { stated: solution.objective, found: sum });
    }
    let passed = match goal {
        Goal::Minimise => solution.bound > solution.objective,
        Goal::Maximise => solution.bound < solution.objective,
    };
    if passed {
        Err(Violation::Bound { stated: solution.bound, objective: solution.objective })
    } else {
        Ok(())
    }
}

//! Judges an answer without trusting whoever found it.
//!
//! This file shares no code with the algorithms, so that one mistake cannot hide in both.

use std::fmt;

use crate::cover::{Cover, Unmatched};
use crate::goal::Goal;
use crate::problem::Problem;
use crate::solution::{Price, Solution};

/// Says why an answer is not proved to be optimal.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::{Cover, Goal, Problem, Violation, solve, verify};
///
/// let problem = Problem::from_dense(1, 2, &[9, 8])?;
/// let mut solution = solve(&problem, Goal::Maximise, &Cover::AllRows)?;
/// solution.columns[0] = Some(1);
/// let violation = verify(&problem, Goal::Maximise, &Cover::AllRows, &solution).unwrap_err();
/// assert_eq!(violation, Violation::Overpriced { row: 0, column: 1 });
/// assert_eq!(violation.to_string(), "row `0` and column `1` are matched but priced above the gain of their arc");
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Violation {
    /// A list of the answer or of the cover does not fit the problem's shape.
    Shape {
        /// The name of the list.
        list: &'static str,
        /// The length that the problem asks for.
        expected: usize,
        /// The length of the list.
        found: usize,
    },
    /// A row is matched to a column that it has no arc to.
    NoArc {
        /// The row.
        row: u32,
        /// The column.
        column: u32,
    },
    /// A column holds more rows than its capacity.
    OverCapacity {
        /// The column.
        column: u32,
    },
    /// A row is left out although every row must be matched.
    LeftOut {
        /// The row.
        row: u32,
    },
    /// The objective is not the sum of the values.
    Objective {
        /// The objective that the answer states.
        stated: i128,
        /// The sum of the values.
        found: i128,
    },
    /// A column price is below zero.
    NegativePrice {
        /// The column.
        column: u32,
    },
    /// A column has room left, but a price other than zero.
    PricedRoom {
        /// The column.
        column: u32,
    },
    /// The prices of an arc's row and column add up to less than its gain: a better answer may exist.
    Underpriced {
        /// The row.
        row: u32,
        /// The column.
        column: u32,
    },
    /// The prices of a matched pair add up to more than its gain: the answer does not reach its own bound.
    Overpriced {
        /// The row.
        row: u32,
        /// The column.
        column: u32,
    },
    /// The price of a row is less than the gain of leaving it out.
    UnderpricedRow {
        /// The row.
        row: u32,
    },
    /// The price of a row left out is more than the gain of leaving it out.
    OverpricedRow {
        /// The row.
        row: u32,
    },
    /// A column is not matched although every column must be.
    Uncovered {
        /// The column.
        column: u32,
    },
    /// The objective of a dense matrix is not the sum of the values.
    Sum,
    /// Prices are so large that they cannot be added.
    Overflow,
    /// The bound on all assignments is worse than this one.
    Bound {
        /// The bound that the answer states.
        stated: i128,
        /// Its objective.
        objective: i128,
    },
}

impl std::error::Error for Violation {}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { list, expected, found } => {
                write!(f, "the list of {list} has `{found}` entries; it must have `{expected}`")
            }
            Self::NoArc { row, column } => {
                write!(f, "row `{row}` is matched to column `{column}`, to which it has no arc")
            }
            Self::OverCapacity { column } => write!(f, "column `{column}` holds more rows than its capacity"),
            Self::LeftOut { row } => write!(f, "row `{row}` is left out although every row must be matched"),
            Self::Objective { stated, found } => {
                write!(f, "the objective is stated as `{stated}`; the matched values add up to `{found}`")
            }
            Self::NegativePrice { column } => write!(f, "column `{column}` has a price below zero"),
            Self::PricedRoom { column } => {
                write!(f, "column `{column}` has room left, but its price is not zero")
            }
            Self::Underpriced { row, column } => {
                write!(f, "row `{row}` and column `{column}` are priced below the gain of their arc")
            }
            Self::Overpriced { row, column } => {
                write!(
                    f,
                    "row `{row}` and column `{column}` are matched but priced above the gain of their arc"
                )
            }
            Self::UnderpricedRow { row } => {
                write!(f, "row `{row}` is priced below the gain of leaving it out")
            }
            Self::OverpricedRow { row } => {
                write!(f, "row `{row}` is left out but priced above the gain of leaving it out")
            }
            Self::Uncovered { column } => {
                write!(f, "column `{column}` is not matched although every column must be")
            }
            Self::Sum => write!(f, "the objective is not the sum of the matched values"),
            Self::Overflow => write!(f, "prices are so large that they cannot be added"),
            Self::Bound { stated, objective } => {
                write!(f, "the bound `{stated}` is passed by the objective `{objective}`")
            }
        }
    }
}

/// Proves that a solution is feasible and optimal, from its prices alone and without solving anything.
///
/// The checks are those of linear-programming duality: the answer keeps to arcs, capacities and cover; prices have
/// the right sign; no arc gains more than its two prices; and where the answer uses an arc, leaves a row out or
/// leaves room in a column, the prices are tight (complementary slackness). Whoever trusts this function need not
/// trust the solver. Costs O(rows + columns + arcs), and O(rows log rows) more for ranks.
///
/// # Errors
///
/// The first [`Violation`] met. One that concerns prices does not mean that a better answer exists, only that
/// these prices do not prove this one.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::{Cover, Goal, Price, Problem, Violation, solve, verify};
///
/// let problem = Problem::from_dense(2, 2, &[10, 2, 8, 3])?;
/// let mut solution = solve(&problem, Goal::Maximise, &Cover::AllRows)?;
/// assert_eq!(verify(&problem, Goal::Maximise, &Cover::AllRows, &solution), Ok(()));
///
/// // Without its price for column 0 the proof falls apart.
/// solution.certificate.column_prices[0] = Price::ZERO;
/// assert_eq!(
///     verify(&problem, Goal::Maximise, &Cover::AllRows, &solution),
///     Err(Violation::Underpriced { row: 0, column: 0 }),
/// );
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
pub fn verify(problem: &Problem, goal: Goal, cover: &Cover, solution: &Solution) -> Result<(), Violation> {
    let terms = Terms::new(problem, cover)?;
    check_shape(problem, solution)?;
    let objective = check_rows(problem, goal, &terms, solution)?;
    check_columns(problem, solution)?;
    if objective == solution.objective {
        Ok(())
    } else {
        Err(Violation::Objective { stated: solution.objective, found: objective })
    }
}

/// What a row gains beside its arcs' values, as the cover says.
enum Terms<'a> {
    Must,
    May { unmatched: &'a Unmatched },
    Ranked { weights: Vec<i128> },
}

impl<'a> Terms<'a> {
    fn new(problem: &Problem, cover: &'a Cover) -> Result<Self, Violation> {
        let rows = problem.rows();
        let shape = |list, found| {
            if found == rows { Ok(()) } else { Err(Violation::Shape { list, expected: rows, found }) }
        };
        match cover {
            Cover::AllRows => Ok(Self::Must),
            Cover::Optional { unmatched } => {
                if let Unmatched::PerRow(values) = unmatched {
                    shape("unmatched values", values.len())?;
                }
                Ok(Self::May { unmatched })
            }
            Cover::MostRows { rank } => {
                shape("ranks", rank.len())?;
                let mut classes = rank.clone();
                classes.sort_unstable();
                classes.dedup();
                let weights = rank
                    .iter()
                    .map(|rank| (classes.len() - classes.partition_point(|class| class < rank)) as i128);
                Ok(Self::Ranked { weights: weights.collect() })
            }
        }
    }

    /// What a matched row gains on top of its arc.
    fn bonus(&self, row: usize) -> i128 {
        match self {
            Self::Must | Self::May { .. } => 0,
            Self::Ranked { weights } => weights[row],
        }
    }

    /// The value that a row adds when it is left out, or `None` where it must not be.
    fn left_out(&self, row: usize) -> Option<i64> {
        match self {
            Self::Must => None,
            Self::May { unmatched } => unmatched.get(row),
            Self::Ranked { .. } => Some(0),
        }
    }
}

fn check_shape(problem: &Problem, solution: &Solution) -> Result<(), Violation> {
    let lists = [
        ("rows", problem.rows(), solution.columns.len()),
        ("row prices", problem.rows(), solution.certificate.row_prices.len()),
        ("column prices", problem.columns(), solution.certificate.column_prices.len()),
    ];
    match lists.into_iter().find(|&(_, expected, found)| expected != found) {
        Some((list, expected, found)) => Err(Violation::Shape { list, expected, found }),
        None => Ok(()),
    }
}

/// Checks every row with its arcs and returns the sum of the values.
fn check_rows(
    problem: &Problem,
    goal: Goal,
    terms: &Terms<'_>,
    solution: &Solution,
) -> Result<i128, Violation> {
    let prices = &solution.certificate;
    let mut objective = 0;
    for (index, row) in (0..problem.rows()).zip(0u32..) {
        let row_price = prices.row_prices[index];
        let mut matched = None;
        for (column, value) in problem.row(index) {
            let price = add(row_price, prices.column_prices[column as usize])?;
            let gain = Price { priority: terms.bonus(index), value: goal.gain(value) };
            if price < gain {
                return Err(Violation::Underpriced { row, column });
            }
            if solution.columns[index] == Some(column) {
                matched = Some(value);
                if price > gain {
                    return Err(Violation::Overpriced { row, column });
                }
            }
        }
        let left_out = terms.left_out(index);
        objective += match (solution.columns[index], matched, left_out) {
            (Some(column), None, _) => return Err(Violation::NoArc { row, column }),
            (None, _, None) => return Err(Violation::LeftOut { row }),
            (Some(_), Some(value), _) | (None, _, Some(value)) => i128::from(value),
        };
        if let Some(value) = left_out {
            let gain = Price::of_value(goal.gain(value));
            if row_price < gain {
                return Err(Violation::UnderpricedRow { row });
            }
            if row_price > gain && matched.is_none() {
                return Err(Violation::OverpricedRow { row });
            }
        }
    }
    Ok(objective)
}

fn check_columns(problem: &Problem, solution: &Solution) -> Result<(), Violation> {
    let mut load = vec![0u32; problem.columns()];
    for &column in solution.columns.iter().flatten() {
        // INVARIANT: check_rows found an arc to this column, so it exists.
        load[column as usize] += 1;
    }
    for (column, (&price, &load)) in (0u32..).zip(solution.certificate.column_prices.iter().zip(&load)) {
        let capacity = problem.capacities()[column as usize];
        if load > capacity {
            return Err(Violation::OverCapacity { column });
        }
        if price < Price::ZERO {
            return Err(Violation::NegativePrice { column });
        }
        if load < capacity && price != Price::ZERO {
            return Err(Violation::PricedRoom { column });
        }
    }
    Ok(())
}

fn add(left: Price, right: Price) -> Result<Price, Violation> {
    match (left.priority.checked_add(right.priority), left.value.checked_add(right.value)) {
        (Some(priority), Some(value)) => Ok(Price { priority, value }),
        _ => Err(Violation::Overflow),
    }
}

//! From a question to an answer.

use super::instance::Instance;
use super::problem::Problem;
use super::solution::Solution;
use super::steps::Steps;
use super::tree::Tree;
use super::verify::verify;
use crate::cover::Unmatched;
use crate::error::{Error, Fault};
use crate::goal::Goal;

/// How many steps [`Options::default`] allows: up to a second, as a rule, for problems that are not proved before.
pub const DEFAULT_STEPS: u64 = 130_000_000;

/// Says which rows may stay out and how much work an answer is worth.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::sized::{DEFAULT_STEPS, Options};
///
/// let quick = Options { steps: 1_000_000, ..Options::default() };
/// assert_eq!(quick.unmatched, None);
/// assert_eq!(Options::default().steps, DEFAULT_STEPS);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// What a row adds to the total when it is left out, in the caller's own sign; `None`, the default, where every row must be
    /// placed.
    pub unmatched: Option<Unmatched>,
    /// How much work may be done. A step is about one look at one pair of row and column. The answer depends on this
    /// number, but not on the machine or on what else it does. At least one look at the whole problem is always taken.
    pub steps: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { unmatched: None, steps: DEFAULT_STEPS }
    }
}

/// Finds a good assignment of rows that take up room, and a bound that no assignment can pass.
///
/// The answer fits and its objective is exact. The bound is proven. Where several assignments are equally good, the
/// one returned is fixed by the problem and the options; which one it is may change with a new version of this crate.
///
/// Costs at most [`Options::steps`], plus the work of one round: O(arcs) and one knapsack a column. Memory O(arcs), and up to 512 MB
/// for open branches where steps allow a deep tree. Debug builds call [`verify`] on every answer.
///
/// # Errors
///
/// * [`Infeasible`](crate::ErrorKind::Infeasible) where it is proved that no assignment places every row;
/// * [`OutOfSteps`](crate::ErrorKind::OutOfSteps) where the steps are spent and neither an assignment nor such a proof was found. Deciding that alone is
///   NP-complete; with [`Options::unmatched`] there always is an assignment;
/// * [`LengthMismatch`](crate::ErrorKind::LengthMismatch) where the unmatched values do not have one entry a row;
/// * [`ValueOutOfRange`](crate::ErrorKind::ValueOutOfRange) where an unmatched value is `i64::MIN`, or where the values of one row differ by
///   2^58 / (rows + 1) or more, so that exact sums would not fit 64 bits.
///
/// # Examples
///
/// The second column is slower at the first row, which takes 4 units there instead of 2:
///
/// ```
/// use deskmatch_matching::Goal;
/// use deskmatch_matching::sized::{Arc, Options, Problem, solve};
///
/// let problem = Problem::builder(vec![3, 6])
///     .push_row([Arc { column: 0, size: 2, value: 10 }, Arc { column: 1, size: 4, value: 12 }])
///     .push_row_of_size(3, [(0, 20), (1, 25)])
///     .build()?;
/// let solution = solve(&problem, Goal::Minimise, &Options::default())?;
/// assert_eq!(solution.columns, [Some(1), Some(0)]);
/// assert_eq!(solution.objective, 32);
/// assert!(solution.is_optimal());
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
pub fn solve(problem: &Problem, goal: Goal, options: &Options) -> Result<Solution, Error> {
    match solve_counting(problem, goal, options, Steps::new(options.steps))? {
        Some(solution) => Ok(solution),
        // Nobody is asked whether the answer is wanted.
        None => Err(Fault::OutOfSteps { steps: options.steps }.into()),
    }
}

/// As [`solve()`], for as long as the answer is wanted: `None` once `wanted` has said that it is not.
///
/// `wanted` is asked at the start and then about every million steps, 3 to 7 milliseconds, and after it has said no, the work ends with
/// the round it is in. What it says does not change an answer that is given.
///
/// # Errors
///
/// As [`solve()`].
///
/// # Examples
///
/// ```
/// use deskmatch_matching::Goal;
/// use deskmatch_matching::sized::{Options, Problem, solve_while};
///
/// let problem = Problem::builder(vec![3]).push_row_of_size(2, [(0, 7)]).build()?;
/// let options = Options::default();
/// let solution = solve_while(&problem, Goal::Minimise, &options, &|| true)?;
/// assert_eq!(solution.map(|solution| solution.objective), Some(7));
/// assert_eq!(solve_while(&problem, Goal::Minimise, &options, &|| false)?, None);
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
pub fn solve_while(
    problem: &Problem,
    goal: Goal,
    options: &Options,
    wanted: &dyn Fn() -> bool,
) -> Result<Option<Solution>, Error> {
    solve_counting(problem, goal, options, Steps::new(options.steps).while_wanted(wanted))
}

fn solve_counting(
    problem: &Problem,
    goal: Goal,
    options: &Options,
    steps: Steps<'_>,
) -> Result<Option<Solution>, Error> {
    let unmatched = options.unmatched.as_ref();
    let instance = Instance::new(problem, goal, unmatched)?;
    let (mut tree, prices) = Tree::new(&instance, steps);
    let outcome = tree.grow(prices);
    if tree.steps.are_unwanted() {
        return Ok(None);
    }
    let (best, bound) = match (outcome.best, outcome.bound) {
        (Some(best), Some(bound)) => (best, bound),
        (None, Some(_)) => return Err(Fault::OutOfSteps { steps: options.steps }.into()),
        (_, None) => return Err(Fault::NoSizedAssignment.into()),
    };
    let solution = Solution {
        columns: best.columns.iter().map(|&column| instance.column_name(column)).collect(),
        objective: instance.objective(best.cost),
        bound: instance.objective(bound),
        steps: tree.steps.used(),
    };
    debug_assert_eq!(verify(problem, goal, unmatched, &solution), Ok(()));
    Ok(Some(solution))
}

//! From a question to an algorithm and back.

use crate::algorithm::{self, Instance, Outcome, PRICE_STEPS_PER_ROW, Scalar, Uncoverable};
use crate::cover::{Cover, Unmatched};
use crate::error::{Error, Fault, HallViolator, List};
use crate::goal::Goal;
use crate::method::Method;
use crate::problem::{FORBIDDEN, Problem};
use crate::solution::{Certificate, Price, Solution};
use crate::verify::verify;

/// Finds a best assignment, with the prices that prove it.
///
/// The answer is exact. Where several are equally good, the one returned is fixed by the problem alone, and the order in
/// which a row's arcs were given plays no part; which one it is may change with a new version of this crate.
///
/// # Methods
///
/// [`Solution::method`] says which algorithm found the answer. Problems of fewer than 200 rows are solved by shortest augmenting paths
/// (Jonker and Volgenant 1987), where a row takes, of equally good columns, one with room, and of these the lowest. From 200
/// rows on:
///
/// * with [`Cover::AllRows`] and [`Cover::MostRows`] rows are sold by auction (Bertsekas and Castañón 1989);
/// * where many rows are alike, as tickets that ask for one skill are, the network simplex (Dantzig 1951, Cunningham 1976) is tried first, with
///   16 pivots a row and column. Rows are taken for alike where less than half of them fit into the two columns that are cheapest for
///   them, shared with rows that want the same two; this is looked at with [`Cover::MostRows`], and where values lie more than 65,536 apart;
/// * where values lie further apart than that and there is room for a quarter more rows than there are, they are first placed by shortest
///   paths, until searches have looked at 32 times as many arcs as there are;
/// * where values lie no more than 16 apart, so that many are equal, they are first placed by shortest paths, until searches have looked at
///   four times as many arcs as there are;
/// * with [`Cover::Optional`] they are first placed by shortest paths, which is quickest where few rows compete; when searches have
///   looked at 8 times as many arcs as there are, the auction begins afresh;
/// * where not every row can be placed although it must, a second auction shows which rows share too few columns;
/// * where an auction ends without an answer, after 200 bids a row and column or as its prices pass the range of its numbers, the
///   network simplex takes over, and after 60 pivots a row and column shortest paths without a limit.
///
/// An auction ends so where not every row can be placed, and may do so where a few rows compete for one column at values that lie
/// far apart. All limits are counts of steps, so the same problem takes the same way on every machine.
///
/// Costs O(rows × arcs × log arcs) at worst and far less as a rule: in an auction a row bids some 10 to 20 times, and looks at all of its
/// arcs at one bid in five. Memory O(arcs + rows + columns). Debug builds call [`verify`](crate::verify()) on every answer.
///
/// # Errors
///
/// * [`Infeasible`](crate::ErrorKind::Infeasible) with [`Cover::AllRows`] where some row must stay out;
/// * [`LengthMismatch`](crate::ErrorKind::LengthMismatch) where the cover's list does not have one entry a row;
/// * [`ValueOutOfRange`](crate::ErrorKind::ValueOutOfRange) where an unmatched value is `i64::MIN`, or where the
///   values are so large, for so many rows of so many ranks, that exact sums would not fit 128 bits. The message says
///   which values would fit. With fewer than ten million rows every value fits.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::{Cover, Goal, Problem, solve};
///
/// // Column 0 takes two of the three rows.
/// let problem = Problem::builder(2)
///     .push_row([(0, 90), (1, 70)])
///     .push_row([(0, 80), (1, 75)])
///     .push_row([(0, 60)])
///     .capacities(vec![2, 1])
///     .build()?;
/// let solution = solve(&problem, Goal::Maximise, &Cover::AllRows)?;
/// assert_eq!(solution.columns, [Some(0), Some(1), Some(0)]);
/// assert_eq!(solution.objective, 225);
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
pub fn solve(problem: &Problem, goal: Goal, cover: &Cover) -> Result<Solution, Error> {
    let demand = Demand::new(problem, cover)?;
    let scale = Scale::new(problem, &demand)?;
    let solution = if scale.fits_i64 {
        solve_in::<i64>(problem, goal, &demand, scale)
    } else {
        solve_in::<i128>(problem, goal, &demand, scale)
    }?;
    debug_assert_eq!(verify(problem, goal, cover, &solution), Ok(()));
    Ok(solution)
}

/// Solves a problem by one method, for the fuzz target that compares them; `None` where the method does not serve it.
///
/// # Errors
///
/// As [`solve`].
#[cfg(fuzzing)]
#[doc(hidden)]
pub fn solve_with(
    problem: &Problem,
    goal: Goal,
    cover: &Cover,
    method: Method,
) -> Option<Result<Solution, Error>> {
    fn by<P: Scalar>(
        (problem, goal, demand, scale): (&Problem, Goal, &Demand<'_>, Scale),
        method: Method,
    ) -> Option<Result<Solution, Error>> {
        let found = algorithm::run_with(&instance::<P>(problem, goal, demand, scale), method)?;
        Some(match found {
            Ok(outcome) => Ok(solution(problem, demand, scale, outcome, method)),
            Err(uncoverable) => Err(Fault::Infeasible(hall_violator(problem, uncoverable)).into()),
        })
    }
    let scaled = Demand::new(problem, cover).and_then(|demand| Ok((Scale::new(problem, &demand)?, demand)));
    let (scale, demand) = match scaled {
        Ok(scaled) => scaled,
        Err(error) => return Some(Err(error)),
    };
    let question = (problem, goal, &demand, scale);
    if scale.fits_i64 { by::<i64>(question, method) } else { by::<i128>(question, method) }
}

/// A cover that has been checked against its problem.
enum Demand<'a> {
    AllRows,
    Optional(&'a Unmatched),
    /// Weights 1 to `classes`, larger for better ranks.
    MostRows {
        weights: Vec<u32>,
        classes: u32,
    },
}

impl<'a> Demand<'a> {
    fn new(problem: &Problem, cover: &'a Cover) -> Result<Self, Error> {
        let expected = problem.rows();
        match cover {
            Cover::AllRows => Ok(Self::AllRows),
            Cover::Optional { unmatched } => {
                if let Unmatched::PerRow(values) = unmatched
                    && values.len() != expected
                {
                    return Err(Fault::LengthMismatch {
                        list: List::Unmatched,
                        expected,
                        found: values.len(),
                    }
                    .into());
                }
                match (0..expected).find(|&row| unmatched.get(row) == Some(FORBIDDEN)) {
                    Some(row) => Err(Fault::UnmatchedValueOutOfRange { row, value: FORBIDDEN }.into()),
                    None => Ok(Self::Optional(unmatched)),
                }
            }
            Cover::MostRows { rank } if rank.len() != expected => {
                Err(Fault::LengthMismatch { list: List::Rank, expected, found: rank.len() }.into())
            }
            Cover::MostRows { rank } => {
                let mut distinct = rank.clone();
                distinct.sort_unstable();
                distinct.dedup();
                let classes = distinct.len() as u32;
                let position = |rank| distinct.partition_point(|other| other < rank) as u32;
                Ok(Self::MostRows {
                    weights: rank.iter().map(|rank| classes - position(rank)).collect(),
                    classes,
                })
            }
        }
    }

    fn largest_unmatched(&self, rows: usize) -> u64 {
        match self {
            Self::Optional(unmatched) => {
                (0..rows).filter_map(|row| unmatched.get(row)).map(i64::unsigned_abs).max().unwrap_or(0)
            }
            Self::AllRows | Self::MostRows { .. } => 0,
        }
    }

    fn weight(&self, row: usize) -> i128 {
        match self {
            Self::MostRows { weights, .. } => weights[row].into(),
            Self::AllRows | Self::Optional(_) => 0,
        }
    }
}

/// How values and rank weights become single numbers, and how wide these must be.
///
/// A price, and any sum that a search compares, is at most `16 * chain` costs added up, where `chain` bounds the
/// length of an alternating path plus the steps of [`PRICE_STEPS_PER_ROW`]. Where rows may be left out, no price
/// exceeds a few times the largest cost. One unit of rank weight counts for more than any such sum of
/// values, so combined numbers compare exactly as (weight, value) pairs do and come apart again without loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Scale {
    /// What one unit of rank weight is worth, or 0 where there are no ranks.
    unit: i128,
    fits_i64: bool,
}

impl Scale {
    fn new(problem: &Problem, demand: &Demand<'_>) -> Result<Self, Error> {
        let rows = problem.rows();
        let largest_arc = problem.values().iter().map(|value| value.unsigned_abs()).max().unwrap_or(0);
        let magnitude = largest_arc.max(demand.largest_unmatched(rows));
        let path = 2 * rows.min(problem.columns()) as u128 + 2;
        let chain = path + PRICE_STEPS_PER_ROW as u128 * rows as u128;
        let classes = match demand {
            Demand::AllRows => None,
            Demand::Optional(_) => Some(0),
            Demand::MostRows { classes, .. } => Some(*classes),
        };
        Self::choose(magnitude, chain, classes).ok_or_else(|| {
            let fits = |limit: u64| Self::choose(limit, chain, classes).is_some();
            let limit = (0..u64::BITS).map(|bit| u64::MAX >> bit).find(|&limit| fits(limit)).unwrap_or(0);
            Fault::MagnitudeOutOfRange { magnitude, limit }.into()
        })
    }

    /// `classes` is `None` where every row must be matched, and 0 where there are no ranks.
    fn choose(magnitude: u64, chain: u128, classes: Option<u32>) -> Option<Self> {
        let sums = chain.checked_mul(16)?.checked_mul(magnitude.into())?;
        let (unit, widest) = match classes {
            None => (0, sums),
            Some(0) => (0, 16 * u128::from(magnitude)),
            Some(classes) => {
                let unit = sums.checked_add(1)?;
                (unit, unit.checked_mul(classes.into())?.checked_add(magnitude.into())?.checked_mul(16)?)
            }
        };
        let fits_i64 = widest < i64::MAX as u128;
        (widest < i128::MAX as u128).then_some(Self { unit: unit as i128, fits_i64 })
    }

    /// Takes a combined number apart.
    fn split(self, combined: i128) -> Price {
        if self.unit == 0 {
            return Price::of_value(combined);
        }
        let priority = (combined + self.unit / 2).div_euclid(self.unit);
        Price { priority, value: combined - priority * self.unit }
    }
}

fn solve_in<P: Scalar>(
    problem: &Problem,
    goal: Goal,
    demand: &Demand<'_>,
    scale: Scale,
) -> Result<Solution, Error> {
    match algorithm::run(&instance::<P>(problem, goal, demand, scale)) {
        Ok((outcome, method)) => Ok(solution(problem, demand, scale, outcome, method)),
        Err(uncoverable) => Err(Fault::Infeasible(hall_violator(problem, uncoverable)).into()),
    }
}

fn instance<'a, P: Scalar>(
    problem: &'a Problem,
    goal: Goal,
    demand: &'a Demand<'_>,
    scale: Scale,
) -> Instance<'a, P> {
    let mut degrees = vec![0u32; problem.columns()];
    for &column in problem.heads() {
        degrees[column as usize] += 1;
    }
    let cost = |value: i64| P::from_i128(-goal.gain(value));
    let rows = 0..problem.rows();
    Instance {
        starts: problem.starts(),
        heads: problem.heads(),
        values: problem.values(),
        negate: goal == Goal::Maximise,
        capacities: problem
            .capacities()
            .iter()
            .zip(&degrees)
            // One place more than rows that want it, so that a column which cannot fill is not priced as full.
            .map(|(&left, &right)| left.min(right.saturating_add(1)))
            .collect(),
        weights: match demand {
            Demand::MostRows { weights, .. } => Some(weights),
            Demand::AllRows | Demand::Optional(_) => None,
        },
        leave_out: match demand {
            Demand::AllRows => None,
            // A missing value cannot occur: Demand::new has checked the length.
            Demand::Optional(unmatched) => {
                Some(rows.map(|row| cost(unmatched.get(row).unwrap_or(0))).collect())
            }
            Demand::MostRows { .. } => {
                Some(rows.map(|row| P::from_i128(demand.weight(row) * scale.unit)).collect())
            }
        },
    }
}

fn solution<P: Scalar>(
    problem: &Problem,
    demand: &Demand<'_>,
    scale: Scale,
    outcome: Outcome<P>,
    method: Method,
) -> Solution {
    let value_of = |row: usize, column: Option<u32>| match (column, demand) {
        (Some(column), _) => problem.value(row, column).unwrap_or(0),
        (None, Demand::Optional(unmatched)) => unmatched.get(row).unwrap_or(0),
        (None, Demand::AllRows | Demand::MostRows { .. }) => 0,
    };
    let objective =
        outcome.columns.iter().enumerate().map(|(row, &column)| i128::from(value_of(row, column))).sum();
    // An algorithm minimises cost, where leaving a row out costs its weight. A certificate speaks of gains, where
    // matching a row gains its weight: the sign turns and the weight moves.
    let row_price = |(row, price): (usize, P)| scale.split(demand.weight(row) * scale.unit - price.to_i128());
    Solution {
        columns: outcome.columns,
        objective,
        method,
        certificate: Certificate {
            row_prices: outcome.row_prices.into_iter().enumerate().map(row_price).collect(),
            column_prices: outcome
                .column_prices
                .into_iter()
                .map(|price| scale.split(-price.to_i128()))
                .collect(),
        },
    }
}

fn hall_violator(problem: &Problem, uncoverable: Uncoverable) -> HallViolator {
    let Uncoverable { mut rows, mut columns } = uncoverable;
    rows.sort_unstable();
    columns.sort_unstable();
    let capacity = columns.iter().map(|&column| u64::from(problem.capacities()[column as usize])).sum();
    HallViolator { rows, columns, capacity }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_equal_values_are_placed_by_paths_and_others_by_auction() {
        let method = |range: usize| {
            let values: Vec<i64> =
                (0..200 * 200).map(|place| (place * 7_919 % 1_009 % range) as i64).collect();
            let problem = Problem::from_dense(200, 200, &values).expect("the shape is right");
            solve(&problem, Goal::Minimise, &Cover::AllRows).expect("it can be solved").method
        };
        assert_eq!(method(3), crate::Method::ShortestPaths);
        assert_eq!(method(1_000), crate::Method::Auction);
    }

    #[test]
    fn values_far_apart_are_placed_by_paths_where_there_is_room_to_spare() {
        let method = |factor: i64, capacity: u32| {
            let mut builder = Problem::builder(200);
            builder.capacities(vec![capacity; 200]);
            for row in 0..250 {
                builder.push_row(
                    (0..200).map(|column| (column, i64::from((row * 200 + column) * 7_919 % 1_009) * factor)),
                );
            }
            let problem = builder.build().expect("the shape is right");
            solve(&problem, Goal::Minimise, &Cover::most_rows(250)).expect("it can be solved").method
        };
        assert_eq!(method(1_000, 2), crate::Method::ShortestPaths);
        assert_eq!(method(1, 2), crate::Method::Auction, "few phases");
        assert_eq!(method(1_000, 1), crate::Method::Auction, "too little room");
    }

    #[test]
    fn rows_that_are_alike_are_placed_by_pivots() {
        let (rows, columns) = (300usize, 300usize);
        let method = |spread: usize, cover: &Cover| {
            let mut builder = Problem::builder(columns);
            for row in 0..rows {
                let cost =
                    |column: usize| ((column * 7_919 + row * spread) % columns * 1_000 + row % 3) as i64;
                builder.push_row((0..columns).map(|column| (column as u32, cost(column))));
            }
            let problem = builder.build().expect("the shape is right");
            solve(&problem, Goal::Minimise, cover).expect("it can be solved").method
        };
        let most = Cover::most_rows(rows);
        assert_eq!(method(0, &most), crate::Method::NetworkSimplex, "all want one column");
        assert_eq!(method(1, &most), crate::Method::Auction, "each wants one of its own");
        assert_eq!(method(0, &Cover::AllRows), crate::Method::NetworkSimplex, "values far apart");
    }

    #[test]
    fn a_combined_number_comes_apart_into_weight_and_value() {
        let scale = Scale::choose(1_000, 50, Some(3)).expect("small numbers fit");
        for priority in -3..=3 {
            for value in [-400_000, -1, 0, 1, 400_000] {
                assert_eq!(scale.split(priority * scale.unit + value), Price { priority, value });
            }
        }
    }

    #[test]
    fn narrow_numbers_are_used_where_they_are_wide_enough_and_only_there() {
        let narrow =
            |magnitude, chain, classes| Scale::choose(magnitude, chain, classes).map(|scale| scale.fits_i64);
        let edge = i64::MAX as u64 / 16;
        assert_eq!(narrow(edge, 1_000, Some(0)), Some(true));
        assert_eq!(narrow(edge + 1, 1_000, Some(0)), Some(false));
        assert_eq!(narrow(edge / 1_000, 1_000, None), Some(true));
        assert_eq!(narrow(edge, 1_000, None), Some(false));
        assert_eq!(narrow(1_000_000, 60_000, Some(4)), Some(true));
        assert_eq!(narrow(u64::MAX / 2, 60_000, Some(4)), Some(false));
    }

    #[test]
    fn ten_million_rows_of_as_many_ranks_take_any_value() {
        let (rows, ranks) = (10_000_000, 10_000_000);
        let chain = 2 * rows + 2 + PRICE_STEPS_PER_ROW as u128 * rows;
        assert!(Scale::choose(i64::MAX as u64, chain, Some(ranks)).is_some());
    }

    #[test]
    fn numbers_that_would_not_fit_128_bits_are_refused() {
        assert_eq!(Scale::choose(i64::MAX as u64, 1 << 35, Some(u32::MAX)), None);
        assert_eq!(Scale::choose(u64::MAX, u128::MAX / 8, None), None);
    }
}

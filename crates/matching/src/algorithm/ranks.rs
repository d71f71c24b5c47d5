//! As many rows as possible, by rank, without numbers as large as that takes.
//!
//! That a row is left out must cost more than any way round, weight for weight, which is a number so large that the phases of an
//! auction would be spent on it. As a rule a small multiple of the values does: the rows left out are then the same. Whether they
//! are shows in one walk from the rows left out, heaviest first, along all the ways in which they could push others out: it must
//! meet no column with room and no row that weighs less. All that it meets becomes dearer with the cost of leaving a row out,
//! weight for weight, and nothing else does, so prices for the large number follow from those for the small one (linear
//! programming duality; the sets met are those of Hall 1935, one a rank).

use super::assignment::NONE;
use super::{Instance, Outcome, Scalar, Uncoverable, auction, uncoverable};
use crate::order;

/// How many times the range of all values it costs at first to leave a row out, a unit of weight.
const FIRST: i128 = 2;

/// How much more it costs when that was not enough, and how often that is tried.
const FACTOR: i128 = 16;
const TRIES: u32 = 2;

/// Returns a best assignment with the prices that prove it, or `None` where an auction does not suit.
pub(super) fn run<P: Scalar>(instance: &Instance<'_, P>, weights: &[u32]) -> Option<Outcome<P>> {
    run_from(instance, weights, first_unit(instance))
}

/// Places every row, or names rows that share too few columns; `None` where an auction does not suit.
pub(super) fn place_all<P: Scalar>(instance: &Instance<'_, P>) -> Option<Result<Outcome<P>, Uncoverable>> {
    let weights = vec![1; instance.rows()];
    let soft = soften(instance, &weights, first_unit(instance))?;
    let outcome = auction::run(&soft)?;
    levels(&soft, &weights, &outcome)?;
    Some(match outcome.columns.iter().position(Option::is_none) {
        // No way leads from the row to a place, whatever that would cost.
        Some(row) => Err(uncoverable(instance, row as u32, &outcome.columns)),
        None => Ok(outcome),
    })
}

fn first_unit<P: Scalar>(instance: &Instance<'_, P>) -> i128 {
    FIRST * i128::from(instance.range_of_arcs()) + 1
}

/// As [`run`], where leaving a unit of weight out costs so much at first.
pub(super) fn run_from<P: Scalar>(
    instance: &Instance<'_, P>,
    weights: &[u32],
    mut unit: i128,
) -> Option<Outcome<P>> {
    for _ in 0..TRIES {
        let soft = soften(instance, weights, unit)?;
        let outcome = auction::run(&soft)?;
        if let Some(levels) = levels(&soft, weights, &outcome) {
            return Some(harden(instance, weights, unit, outcome, &levels));
        }
        unit = unit.checked_mul(FACTOR)?;
    }
    None
}

/// The instance with another cost of leaving a unit of weight out; `None` where its own is no larger.
fn soften<'a, P: Scalar>(
    instance: &Instance<'a, P>,
    weights: &'a [u32],
    unit: i128,
) -> Option<Instance<'a, P>> {
    let soft = |(row, &weight): (u32, &u32)| {
        let cost = unit.checked_mul(weight.into())?;
        let ceiling = instance.leave_out(row).unwrap_or(P::INFINITY).to_i128();
        (cost <= ceiling).then(|| P::from_i128(cost))
    };
    Some(Instance {
        starts: instance.starts,
        heads: instance.heads,
        values: instance.values,
        negate: instance.negate,
        capacities: instance.capacities.clone(),
        leave_out: Some((0..).zip(weights).map(soft).collect::<Option<_>>()?),
        weights: Some(weights),
    })
}

/// For each row, then for each column, the largest weight of a row left out that could push its way there, or 0; `None` where that would
/// place another row or a heavier one.
fn levels<P: Scalar>(instance: &Instance<'_, P>, weights: &[u32], outcome: &Outcome<P>) -> Option<Vec<u32>> {
    let rows = instance.rows();
    let (mut load, mut first) = (vec![0u32; instance.columns()], vec![NONE; instance.columns()]);
    let mut next = vec![NONE; rows];
    let mut waiting = Vec::new();
    for (row, column) in (0u32..).zip(&outcome.columns) {
        match *column {
            Some(column) => {
                load[column as usize] += 1;
                next[row as usize] = std::mem::replace(&mut first[column as usize], row);
            }
            None => waiting.push(row),
        }
    }
    order::sort_by_key(&mut waiting, |&row| weights[row as usize]);
    let mut levels = vec![0; rows + instance.columns()];
    while let Some(root) = waiting.pop() {
        let level = weights[root as usize];
        let mut stack = vec![root];
        while let Some(row) = stack.pop() {
            levels[row as usize] = level;
            for (column, _) in instance.arcs(row) {
                let column = column as usize;
                if levels[rows + column] > 0 {
                    continue;
                }
                if load[column] < instance.capacities[column] {
                    return None;
                }
                levels[rows + column] = level;
                let mut member = first[column];
                while member != NONE {
                    if weights[member as usize] < level {
                        return None;
                    }
                    stack.push(member);
                    member = next[member as usize];
                }
            }
        }
    }
    Some(levels)
}

/// The prices for the instance's own cost of leaving rows out.
fn harden<P: Scalar>(
    instance: &Instance<'_, P>,
    weights: &[u32],
    unit: i128,
    mut outcome: Outcome<P>,
    levels: &[u32],
) -> Outcome<P> {
    let Some((hard, &weight)) = instance.leave_out.iter().flatten().zip(weights).next() else {
        return outcome;
    };
    let change = hard.to_i128() / i128::from(weight) - unit;
    let (rows, columns) = levels.split_at(instance.rows());
    let change = |level: u32| P::from_i128(i128::from(level) * change);
    for (price, &level) in outcome.row_prices.iter_mut().zip(rows) {
        *price += change(level);
    }
    for (price, &level) in outcome.column_prices.iter_mut().zip(columns) {
        *price -= change(level);
    }
    outcome
}

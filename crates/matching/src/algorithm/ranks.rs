//! As many rows as possible, by rank, without numbers as large as that takes.
//!
//! That a row is left out must cost more than any way round, weight for weight, which is a number so large that the phases of an
//! auction would be spent on it. As a rule a small multiple of the values does: the rows left out are then the same. Whether they
//! are shows in one walk from the rows left out, heaviest first, along all the ways in which they could push others out: it must
//! meet no column with room and no row that weighs less. All that it meets becomes dearer with the cost of leaving a row out,
//! weight for weight, and nothing else does, so prices for the large number follow from those for the small one (linear
//! programming duality; the sets met are those of Hall 1935, one a rank).

use super::assignment::NONE;
use super::{Instance, Outcome, Scalar, auction};

/// How many times the range of all values it costs at first to leave a row out, a unit of weight.
const FIRST: i128 = 2;

/// How much more it costs when that was not enough, and how often that is tried.
const FACTOR: i128 = 16;
const TRIES: u32 = 2;

/// Returns a best assignment with the prices that prove it, or `None` where an auction does not suit.
pub(super) fn run<P: Scalar>(instance: &Instance<'_, P>, weights: &[u32]) -> Option<Outcome<P>> {
    let range = instance.values.iter().max().zip(instance.values.iter().min());
    let range = range.map_or(0, |(high, low)| i128::from(high.abs_diff(*low)));
    run_from(instance, weights, range.checked_mul(FIRST)?.checked_add(1)?)
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

/// The instance with another cost of leaving a unit of weight out; `None` where the first is no larger.
fn soften<'a, P: Scalar>(
    instance: &Instance<'a, P>,
    weights: &'a [u32],
    unit: i128,
) -> Option<Instance<'a, P>> {
    let leave_out = instance.leave_out.as_ref()?;
    let soft = |(&weight, hard): (&u32, &P)| {
        let cost = unit.checked_mul(weight.into())?;
        (cost <= hard.to_i128()).then(|| P::from_i128(cost))
    };
    Some(Instance {
        starts: instance.starts,
        heads: instance.heads,
        values: instance.values,
        negate: instance.negate,
        capacities: instance.capacities.clone(),
        leave_out: Some(weights.iter().zip(leave_out).map(soft).collect::<Option<_>>()?),
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
    waiting.sort_by_key(|&row| weights[row as usize]);
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

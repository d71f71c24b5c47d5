//! The algorithms, one file each, behind one plain form of the question.
//!
//! An algorithm sees an [`Instance`]: smallest total cost, no goals, covers or ranks. It returns an [`Outcome`] whose
//! prices prove it. [`run`] chooses the algorithm by the instance's shape; a new one is a file and an arm there.

mod assignment;
mod auction;
mod network_simplex;
mod ranks;
mod reduction;
mod shortest_paths;

use crate::method::Method;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// A number that costs and prices are calculated in. The caller of an algorithm has made sure that sums fit.
pub(crate) trait Scalar:
    Copy
    + Ord
    + std::fmt::Debug
    + Add<Output = Self>
    + Sub<Output = Self>
    + AddAssign
    + SubAssign
    + Neg<Output = Self>
{
    const ZERO: Self;
    /// Larger than any cost, price or path: [`Instance`] leaves that much room.
    const INFINITY: Self;

    fn from_i64(value: i64) -> Self;
    /// Converts a number known to fit.
    fn from_i128(value: i128) -> Self;
    fn to_i128(self) -> i128;
}

impl Scalar for i64 {
    const ZERO: Self = 0;
    const INFINITY: Self = Self::MAX;

    #[inline]
    fn from_i64(value: i64) -> Self {
        value
    }

    fn from_i128(value: i128) -> Self {
        // INVARIANT: `Scale` chose this type because all costs fit; checked there.
        value as Self
    }

    fn to_i128(self) -> i128 {
        self.into()
    }
}

impl Scalar for i128 {
    const ZERO: Self = 0;
    const INFINITY: Self = Self::MAX;

    #[inline]
    fn from_i64(value: i64) -> Self {
        value.into()
    }

    fn from_i128(value: i128) -> Self {
        value
    }

    fn to_i128(self) -> i128 {
        self
    }
}

/// How many steps an algorithm may take, per row, in which a price follows from another row's price rather than
/// from a shortest path. It bounds the length of the chains of costs that a price can be the sum of, and with it
/// the room that numbers need: see `Scale`.
pub(crate) const PRICE_STEPS_PER_ROW: usize = 4;

/// Fewer rows than this are not worth the preparation of an auction or a tree.
const FEWEST_ROWS: usize = 200;

/// A smallest-cost assignment problem in plain form.
///
/// INVARIANT: let `c` be the largest absolute cost and `chain` be 2 min(rows, columns) + 2 +
/// [`PRICE_STEPS_PER_ROW`] rows. With `leave_out`, 16 c fits the scalar; without, 16 c chain does. Checked where the
/// instance is made, by `Scale`.
pub(crate) struct Instance<'a, P> {
    /// Arcs of row `i` are `starts[i]..starts[i + 1]`.
    pub(crate) starts: &'a [usize],
    /// The column of each arc, ascending within a row.
    pub(crate) heads: &'a [u32],
    /// The cost of each arc, or what it gains.
    pub(crate) values: &'a [i64],
    /// Whether `values` are gains.
    pub(crate) negate: bool,
    /// How many rows each column takes; where that is more than it has arcs, one more than these.
    pub(crate) capacities: Vec<u32>,
    /// The cost of leaving each row out, or `None` where every row must be matched.
    pub(crate) leave_out: Option<Vec<P>>,
    /// Where leaving out any row costs so many times a unit, and a unit more than any way round.
    pub(crate) weights: Option<&'a [u32]>,
}

impl<P: Scalar> Instance<'_, P> {
    pub(crate) fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    pub(crate) fn columns(&self) -> usize {
        self.capacities.len()
    }

    /// The arcs of a row as (column, cost), ascending by column.
    pub(crate) fn arcs(&self, row: u32) -> impl Iterator<Item = (u32, P)> + '_ {
        let range = self.starts[row as usize]..self.starts[row as usize + 1];
        let cost = |&value: &i64| self.turn(value);
        self.heads[range.clone()].iter().copied().zip(self.values[range].iter().map(cost))
    }

    #[inline]
    fn turn(&self, value: i64) -> P {
        // INVARIANT: no value is `i64::MIN`.
        P::from_i64(if self.negate { -value } else { value })
    }

    /// How far all costs lie apart.
    pub(crate) fn spread(&self) -> P {
        let arcs = self.values.iter().map(|&value| self.turn(value));
        let all = || arcs.clone().chain(self.leave_out.iter().flatten().copied());
        all().max().zip(all().min()).map_or(P::ZERO, |(high, low)| high - low)
    }

    /// How far the values of arcs lie apart.
    pub(crate) fn range_of_arcs(&self) -> u64 {
        let ends = |(low, high): (i64, i64), &value: &i64| (low.min(value), high.max(value));
        let (low, high) = self.values.iter().fold((i64::MAX, i64::MIN), ends);
        if low > high { 0 } else { high.abs_diff(low) }
    }

    /// Whether there is room for a quarter more rows than there are.
    fn is_roomy(&self) -> bool {
        let rows = self.rows() as u64;
        self.room() >= rows + rows / 4
    }

    /// Whether less than half of the rows that there is room for could have one of the two columns that are cheapest for them, shared
    /// only with rows that want the same two. A desk's tickets are so: those that ask for one skill want the same few agents.
    fn has_many_alike(&self) -> bool {
        // Two columns in one number: programs have a sort of those for other lists.
        let pack = |[a, b]: [u32; 2]| u64::from(a) << 32 | u64::from(b);
        let mut wanted: Vec<u64> = (0..self.rows() as u32).map(|row| pack(self.two_cheapest(row))).collect();
        wanted.sort_unstable();
        let room_of = |column: u64| self.capacities.get(column as usize).copied().map_or(0, u64::from);
        let room = |two: u64| room_of(two >> 32) + room_of(two & u64::from(u32::MAX));
        let content = |alike: &[u64]| room(alike[0]).min(alike.len() as u64);
        let content: u64 = wanted.chunk_by(|a, b| a == b).map(content).sum();
        content * 2 < self.room().min(self.rows() as u64)
    }

    /// The two cheapest columns of a row, `u32::MAX` where there are fewer.
    fn two_cheapest(&self, row: u32) -> [u32; 2] {
        let mut least = [(P::INFINITY, u32::MAX); 2];
        for (column, cost) in self.arcs(row) {
            if cost < least[0].0 {
                least = [(cost, column), least[0]];
            } else if cost < least[1].0 {
                least[1] = (cost, column);
            }
        }
        least.map(|(_, column)| column)
    }

    fn room(&self) -> u64 {
        self.capacities.iter().map(|&capacity| u64::from(capacity)).sum()
    }

    pub(crate) fn leave_out(&self, row: u32) -> Option<P> {
        self.leave_out.as_ref().map(|costs| costs[row as usize])
    }
}

/// An answer to an [`Instance`].
///
/// For every arc, row price + column price <= cost, with equality where matched; column prices are at most 0, and 0
/// where there is room; a row's price is at most its cost of being left out, with equality where it is.
pub(crate) struct Outcome<P> {
    pub(crate) columns: Vec<Option<u32>>,
    pub(crate) row_prices: Vec<P>,
    pub(crate) column_prices: Vec<P>,
}

/// Rows that cannot all be matched, and all the columns they have arcs to. In no particular order.
pub(crate) struct Uncoverable {
    pub(crate) rows: Vec<u32>,
    pub(crate) columns: Vec<u32>,
}

/// All rows and columns that a row without a place could be moved through, where none of these columns has room.
fn uncoverable<P: Scalar>(instance: &Instance<'_, P>, row: u32, columns: &[Option<u32>]) -> Uncoverable {
    let mut members = vec![Vec::new(); instance.columns()];
    for (row, column) in (0..).zip(columns) {
        if let Some(column) = *column {
            members[column as usize].push(row);
        }
    }
    let mut found = Uncoverable { rows: vec![row], columns: Vec::new() };
    let mut is_found = vec![false; instance.columns()];
    let mut next = 0;
    while let Some(&row) = found.rows.get(next) {
        next += 1;
        for (column, _) in instance.arcs(row) {
            if !std::mem::replace(&mut is_found[column as usize], true) {
                found.columns.push(column);
                found.rows.extend_from_slice(&members[column as usize]);
            }
        }
    }
    found
}

/// Costs that lie no further apart have many equals: a search passes these at no cost, while bidders would raise prices against
/// each other step by step.
const CLOSE: u64 = 16;

/// How many arcs searches for shortest paths may look at, per arc, before another method is tried.
const LOOKS_PER_ARC: usize = 8;

/// The same where costs are close: either searches are short, or an auction does as well.
const LOOKS_PER_CLOSE_ARC: usize = 4;

/// Costs that lie further apart take an auction more phases, each with as many bids as the others.
const WIDE: u64 = 1 << 16;

/// The same where costs are wide and there is room for a quarter more rows than there are: the nearest place is seldom far then.
const LOOKS_PER_ROOMY_ARC: usize = 32;

/// How many pivots the network simplex method may make, per row and column, where many rows are alike. It makes one or two as a rule, and
/// some seven where rows differ in how much they want what all of them want.
const PIVOTS_PER_ALIKE_NODE: usize = 16;

/// Solves the instance with the algorithm that suits its shape best, and says which that was.
///
/// Every step but the last has a budget that is counted, never timed, so the same instance takes the same way.
pub(crate) fn run<P: Scalar>(instance: &Instance<'_, P>) -> Result<(Outcome<P>, Method), Uncoverable> {
    let by_paths = |outcome| (outcome, Method::ShortestPaths);
    if instance.rows() < FEWEST_ROWS {
        return shortest_paths::run(instance).map(by_paths);
    }
    let range = instance.range_of_arcs();
    // Rows that are alike raise each other's prices in ever smaller steps, which a pivot settles at once.
    if (range > WIDE || instance.weights.is_some())
        && instance.has_many_alike()
        && let Some(answer) = network_simplex::run_within(instance, PIVOTS_PER_ALIKE_NODE)
    {
        return answer.map(|outcome| (outcome, Method::NetworkSimplex));
    }
    // Where few rows compete, or most costs are equal, there is little to search.
    let looks = match (instance.weights, instance.leave_out.is_some()) {
        _ if range > WIDE && instance.is_roomy() => LOOKS_PER_ROOMY_ARC,
        (Some(_), _) => 0,
        (None, true) => LOOKS_PER_ARC,
        (None, false) if range <= CLOSE => LOOKS_PER_CLOSE_ARC,
        (None, false) => 0,
    };
    if looks > 0
        && let Some(answer) = shortest_paths::run_within(instance, instance.heads.len().saturating_mul(looks))
    {
        return answer.map(by_paths);
    }
    let sold = match instance.weights {
        Some(weights) => ranks::run(instance, weights),
        None if instance.leave_out.is_none() => match auction::run(instance) {
            Some(outcome) => Some(outcome),
            // As a rule there is no answer, and this says so; else it has more room for bids.
            None => ranks::place_all(instance).transpose()?,
        },
        None => auction::run(instance),
    };
    if let Some(outcome) = sold {
        return Ok((outcome, Method::Auction));
    }
    match network_simplex::run(instance) {
        Some(answer) => answer.map(|outcome| (outcome, Method::NetworkSimplex)),
        None => shortest_paths::run(instance).map(by_paths),
    }
}

/// Solves the instance with one algorithm, whatever suits its shape; `None` where that one does not serve it.
#[cfg(fuzzing)]
pub(crate) fn run_with<P: Scalar>(
    instance: &Instance<'_, P>,
    method: Method,
) -> Option<Result<Outcome<P>, Uncoverable>> {
    match (method, instance.weights) {
        (Method::ShortestPaths, _) => Some(shortest_paths::run(instance)),
        (Method::NetworkSimplex, _) => network_simplex::run(instance),
        (Method::Auction, Some(weights)) => ranks::run(instance, weights).map(Ok),
        (Method::Auction, None) => auction::run(instance).map(Ok),
    }
}

#[cfg(test)]
mod tests;

//! What rows bid from: their arcs, packed, and of each row a front of the cheapest in one cache line.

use std::borrow::Cow;
use std::ops::{Add, Sub};

use super::super::{Instance, Scalar};

/// A number that prices in steps are calculated in.
pub(super) trait Money:
    Copy + Ord + Add<Output = Self> + Sub<Output = Self> + std::fmt::Debug
{
    /// More than any price and cost together.
    const MAX: Self;
    /// What a place costs that does not exist.
    const CLOSED: Self;
    /// A price from which on the auction gives up, so that no sum can pass the ends of the type.
    const LIMIT: Self;
    /// The largest cost in steps.
    const LARGEST: i64;

    fn narrowed(value: i64) -> Self;
    fn wide(self) -> i64;
}

impl Money for i32 {
    const MAX: Self = Self::MAX;
    const CLOSED: Self = 1 << 30;
    const LIMIT: Self = 1 << 29;
    const LARGEST: i64 = 1 << 24;

    fn narrowed(value: i64) -> Self {
        value as Self
    }

    fn wide(self) -> i64 {
        self.into()
    }
}

impl Money for i64 {
    const MAX: Self = Self::MAX;
    const CLOSED: Self = 1 << 62;
    const LIMIT: Self = 1 << 61;
    const LARGEST: i64 = 1 << 56;

    fn narrowed(value: i64) -> Self {
        value
    }

    fn wide(self) -> i64 {
        self
    }
}

/// A column and what it costs above the row's least, in units.
pub(super) trait Arc: Copy {
    type Money: Money;

    /// The highest column, and the largest cost.
    const ENDS: (u64, u64);

    /// Packs an arc that lies within the ends.
    fn new(column: u32, over: u64) -> Self;
    fn column(self) -> u32;
    /// The cost in units.
    fn over(self) -> i64;
    /// The cost in steps, with the column's price.
    fn with(self, steps: Self::Money, price: &[Self::Money]) -> Self::Money;
}

/// For up to 65,535 columns, and costs of a row that lie no further apart: twice as many fit a cache line.
#[derive(Clone, Copy)]
pub(super) struct Narrow {
    column: u16,
    over: u16,
}

impl Arc for Narrow {
    type Money = i32;

    const ENDS: (u64, u64) = (u16::MAX as u64, u16::MAX as u64);

    #[inline]
    fn new(column: u32, over: u64) -> Self {
        Self { column: column as u16, over: over as u16 }
    }

    #[inline]
    fn over(self) -> i64 {
        self.over.into()
    }

    #[inline]
    fn column(self) -> u32 {
        self.column.into()
    }

    #[inline]
    fn with(self, steps: i32, price: &[i32]) -> i32 {
        i32::from(self.over) * steps + price[self.column as usize]
    }
}

/// For all others.
#[derive(Clone, Copy)]
pub(super) struct Wide {
    column: u32,
    over: u32,
}

impl Arc for Wide {
    type Money = i64;

    const ENDS: (u64, u64) = (u32::MAX as u64, u32::MAX as u64);

    #[inline]
    fn new(column: u32, over: u64) -> Self {
        Self { column, over: over as u32 }
    }

    #[inline]
    fn over(self) -> i64 {
        self.over.into()
    }

    #[inline]
    fn column(self) -> u32 {
        self.column
    }

    #[inline]
    fn with(self, steps: i64, price: &[i64]) -> i64 {
        i64::from(self.over) * steps + price[self.column as usize]
    }
}

/// A row's cheapest arcs as they were when they were chosen. Prices only rise, so the row need not look at the others
/// before the best of these costs more than the others did.
///
/// INVARIANT: the arc of the place that the row holds is one of them.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Front<A: Arc, const N: usize> {
    /// What every other arc costs at least, with its price.
    beyond: A::Money,
    /// Which of `arcs` the row has bid for.
    own: u8,
    arcs: [A; N],
}

// One line each, and none to spare for another arc.
const _: () = assert!(size_of::<Front<Narrow, 14>>() == 64 && size_of::<Front<Wide, 6>>() == 64);

impl<A: Arc, const N: usize> Front<A, N> {
    /// Which arc is the cheapest, what it costs with its price, and what the next costs.
    #[inline]
    fn two_cheapest(&self, steps: A::Money, price: &[A::Money]) -> (u8, A::Money, A::Money) {
        let (mut at, mut best, mut second) = (0, A::Money::MAX, A::Money::MAX);
        for (index, arc) in (0u8..).zip(&self.arcs) {
            let now = arc.with(steps, price);
            let better = now < best;
            second = second.min(if better { best } else { now });
            at = if better { index } else { at };
            best = best.min(now);
        }
        (at, best, second)
    }

    /// Takes in the arcs that cost no more than a bar, as far as there is space.
    #[inline]
    fn fill(&mut self, arcs: &[A], sums: &[A::Money], bar: A::Money, closed: A) {
        let mut count = 0;
        self.beyond = A::Money::MAX;
        for (&arc, &now) in arcs.iter().zip(sums) {
            let mut fits = false;
            // Every arc is written and only some are kept: a branch would be guessed wrong as often as not.
            if let Some(slot) = self.arcs.get_mut(count) {
                *slot = arc;
                fits = now <= bar;
            }
            count += usize::from(fits);
            self.beyond = self.beyond.min(if fits { A::Money::MAX } else { now });
        }
        self.arcs[count..].fill(closed);
    }

    /// Sees to it that the arc of the place that the row holds is among the arcs.
    fn hold(&mut self, held: A, steps: A::Money, price: &[A::Money]) {
        let at = self.arcs.iter().position(|arc| arc.column() == held.column());
        let at = at.unwrap_or_else(|| {
            let at = if self.own as usize == N - 1 { N - 2 } else { N - 1 };
            self.beyond = self.beyond.min(self.arcs[at].with(steps, price));
            self.arcs[at] = held;
            at
        });
        self.own = at as u8;
    }
}

/// How many times as many arcs as a front has space for would lie below its bar, were costs spread evenly.
const SPREAD: i64 = 2;

/// A row's best arc and what it costs, and what any other costs at least.
#[derive(Clone, Copy)]
pub(super) struct Choice<M> {
    pub(super) column: u32,
    pub(super) best: M,
    pub(super) second: M,
}

/// The arcs of all rows. `N` arcs fill a line with what goes with them.
pub(super) struct Rows<'a, A: Arc, const N: usize> {
    starts: Cow<'a, [usize]>,
    arcs: Vec<A>,
    fronts: Vec<Front<A, N>>,
    /// What fills a front that has more space than the row has arcs: it leads to a column that costs too much.
    closed: A,
    /// The least cost of each row, in units.
    least: Vec<i64>,
    /// Steps to a unit.
    steps: A::Money,
    /// The largest cost of an arc above its row's least, in steps.
    pub(super) largest: A::Money,
    /// Whether prices move so fast that a front would not last.
    pub(super) is_hasty: bool,
    /// What the arcs of one row cost, while a front is chosen.
    sums: Vec<A::Money>,
}

/// Packs the arcs of a row behind others, and returns its least cost and how far its costs lie apart; `None` where that is too far.
fn pack<A: Arc>(
    heads: &[u32],
    values: &[i64],
    negate: bool,
    out: Option<(u32, i64)>,
    arcs: &mut Vec<A>,
) -> Option<(i64, i64)> {
    let ends = |(low, high): (i64, i64), &value: &i64| (low.min(value), high.max(value));
    let (mut low, mut high) = values.iter().fold((i64::MAX, -i64::MAX), ends);
    if negate {
        // INVARIANT: no value is `i64::MIN`.
        (low, high) = (-high, -low);
    }
    if let Some((_, cost)) = out {
        (low, high) = (low.min(cost), high.max(cost));
    }
    if low > high {
        return Some((0, 0));
    }
    if high.abs_diff(low) > A::ENDS.1 {
        return None;
    }
    let pairs = heads.iter().zip(values);
    if negate {
        arcs.extend(pairs.map(|(&head, &value)| A::new(head, (-value).abs_diff(low))));
    } else {
        arcs.extend(pairs.map(|(&head, &value)| A::new(head, value.abs_diff(low))));
    }
    arcs.extend(out.map(|(column, cost)| A::new(column, cost.abs_diff(low))));
    Some((low, high.abs_diff(low) as i64))
}

impl<'a, A: Arc, const N: usize> Rows<'a, A, N> {
    /// Packs the arcs; `None` where they do not fit. To be left out is a column behind the others.
    pub(super) fn new<P: Scalar>(instance: &Instance<'a, P>, steps: i64) -> Option<Self> {
        let (columns, rows) = (instance.columns() as u32, instance.rows());
        let closed = columns + u32::from(instance.leave_out.is_some());
        if u64::from(closed) > A::ENDS.0 {
            return None;
        }
        let starts = match instance.leave_out {
            Some(_) => instance.starts.iter().enumerate().map(|(row, start)| start + row).collect(),
            None => Cow::Borrowed(instance.starts),
        };
        let mut arcs = Vec::with_capacity(*starts.last()?);
        let mut least = Vec::with_capacity(rows);
        let (mut largest, mut longest) = (1, 0);
        for (row, ends) in (0..rows as u32).zip(instance.starts.windows(2)) {
            let (heads, values) = (&instance.heads[ends[0]..ends[1]], &instance.values[ends[0]..ends[1]]);
            let out = match instance.leave_out(row) {
                Some(cost) => Some(i64::try_from(cost.to_i128()).ok()?),
                None => None,
            };
            let (low, range) =
                pack(heads, values, instance.negate, out.map(|cost| (columns, cost)), &mut arcs)?;
            least.push(low);
            (largest, longest) = (largest.max(range), longest.max(heads.len() + 1));
        }
        let largest = largest.checked_mul(steps).filter(|&largest| largest <= A::Money::LARGEST)?;
        let closed = A::new(closed, 0);
        // A front without arcs is exceeded by any price, so that the row is read when it first bids.
        let front = Front { beyond: A::Money::narrowed(-1), own: 0, arcs: [closed; N] };
        Some(Self {
            starts,
            arcs,
            fronts: vec![front; rows],
            closed,
            least,
            steps: A::Money::narrowed(steps),
            largest: A::Money::narrowed(largest),
            is_hasty: true,
            sums: vec![A::Money::MAX; longest],
        })
    }

    pub(super) fn count(&self) -> usize {
        self.fronts.len()
    }

    /// Where a row stands in memory, to be fetched before it bids.
    pub(super) fn line(&self, row: u32) -> &[impl Sized + use<A, N>] {
        std::slice::from_ref(&self.fronts[row as usize])
    }

    /// The column that a row bid for last.
    pub(super) fn own(&self, row: u32) -> u32 {
        let front = &self.fronts[row as usize];
        front.arcs[front.own as usize].column()
    }

    /// What that column costs the row, in units.
    pub(super) fn own_cost(&self, row: u32) -> i128 {
        let front = &self.fronts[row as usize];
        i128::from(self.least[row as usize]) + i128::from(front.arcs[front.own as usize].over())
    }

    /// Where a row bids at these prices, and how much.
    #[inline]
    pub(super) fn bid(&mut self, row: u32, price: &[A::Money]) -> Choice<A::Money> {
        let front = &mut self.fronts[row as usize];
        let (own, best, second) = front.two_cheapest(self.steps, price);
        if best > front.beyond {
            return if self.is_hasty { self.read(row, price) } else { self.choose(row, price) };
        }
        front.own = own;
        // Where another arc may cost less than the second of the front, the row bids less than it could.
        Choice { column: front.arcs[own as usize].column(), best, second: second.min(front.beyond) }
    }

    /// Whether the place that a row holds is within epsilon of its best.
    pub(super) fn is_content(&mut self, row: u32, epsilon: A::Money, price: &[A::Money]) -> bool {
        let front = &mut self.fronts[row as usize];
        let held = front.arcs[front.own as usize];
        let (_, best, _) = front.two_cheapest(self.steps, price);
        let cost = held.with(self.steps, price);
        if cost - epsilon <= front.beyond || cost - epsilon > best {
            return cost - epsilon <= best;
        }
        let choice = if self.is_hasty { self.read(row, price) } else { self.choose(row, price) };
        let is_content = cost - epsilon <= choice.best;
        if is_content {
            self.fronts[row as usize].hold(held, self.steps, price);
        }
        is_content
    }

    /// Reads a whole row; its front is then the best arc alone.
    #[inline(never)]
    fn read(&mut self, row: u32, price: &[A::Money]) -> Choice<A::Money> {
        let arcs = &self.arcs[self.starts[row as usize]..self.starts[row as usize + 1]];
        let (mut own, mut best, mut second) = (self.closed, A::Money::MAX, A::Money::MAX);
        for &arc in arcs {
            let now = arc.with(self.steps, price);
            let better = now < best;
            second = second.min(if better { best } else { now });
            own = if better { arc } else { own };
            best = best.min(now);
        }
        let front = &mut self.fronts[row as usize];
        front.arcs = [self.closed; N];
        front.arcs[0] = own;
        (front.own, front.beyond) = (0, second);
        Choice { column: own.column(), best, second }
    }

    /// Reads a whole row and chooses its front anew.
    #[inline(never)]
    fn choose(&mut self, row: u32, price: &[A::Money]) -> Choice<A::Money> {
        let arcs = &self.arcs[self.starts[row as usize]..self.starts[row as usize + 1]];
        let sums = &mut self.sums[..arcs.len()];
        let (mut best, mut total) = (A::Money::MAX, 0i64);
        for (&arc, sum) in arcs.iter().zip(&mut *sums) {
            let now = arc.with(self.steps, price);
            *sum = now;
            total = total.wrapping_add(now.wide());
            best = best.min(now);
        }
        let front = &mut self.fronts[row as usize];
        let length = (arcs.len() as i64).max(1);
        // Were costs spread evenly, twice as many as there is space for would lie below this.
        let above = (total / length).wrapping_sub(best.wide()).max(0);
        let mut above =
            if arcs.len() <= N { i64::MAX } else { above.saturating_mul(SPREAD * N as i64) / length };
        loop {
            let bar = best.wide().saturating_add(above).min(A::Money::MAX.wide());
            front.fill(arcs, sums, A::Money::narrowed(bar), self.closed);
            let (own, least, second) = front.two_cheapest(self.steps, price);
            // Where too many lay below the bar, the best may not have found space.
            if least <= front.beyond {
                front.own = own;
                let column = front.arcs[own as usize].column();
                return Choice { column, best: least, second: second.min(front.beyond) };
            }
            above /= 2;
        }
    }
}

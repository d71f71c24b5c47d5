//! An auction for columns that take several rows each.
//!
//! Rows bid for columns; a column with k places holds the k highest bids, and its price is the lowest of them: D. P.
//! Bertsekas and D. A. Castañón 1989, "The auction algorithm for the transportation problem", Annals of Operations Research
//! 20, sections 3 and 4 (similar objects). A column is one node, whatever its capacity. Places that stay empty are taken by
//! idle bidders that want the lowest price and nothing else, so that all that is left empty ends at one price, the lowest.
//! Idle bidders are alike, so a column counts them, and they bid for all places of the cheapest column at once.
//!
//! Epsilon shrinks from phase to phase; costs are scaled so that the last epsilon is below 1 / columns of a unit, which makes the
//! assignment a best one. Whole prices that prove it follow by rounding: with more steps to a unit than there are columns, some
//! fraction is used by no price; prices are shifted so that it becomes the largest and then cut off. Where a matched arc
//! was within one step of the best, the difference of whole prices is then on the right side of every arc.
//!
//! The auction needs every row to be placed, and gives up beyond a number of bids: the caller then uses another method.
//! Costs O(arcs) a round of bids; as a rule some 60 to 100 rounds, whatever the size.

mod lowest;
mod places;
mod rows;

use std::collections::VecDeque;

use super::{Instance, Outcome, Scalar};
use crate::simd::prefetch;
use lowest::Lowest;
use places::{Out, Places};
use rows::{Arc, Choice, Money, Narrow, Rows, Wide};

/// How much smaller epsilon becomes from phase to phase; the first is this part of the largest cost.
const FACTOR: i64 = 10;

/// How many bids there may be, per bidder.
const BIDS_PER_BIDDER: usize = 600;

/// How many bids ahead a row is fetched.
const AHEAD: usize = 6;

/// Fewer rows than this are not worth the phases.
const FEWEST_ROWS: usize = 200;

/// Returns a best assignment with the prices that prove it, or `None` where the auction does not suit or does not end.
pub(super) fn run<P: Scalar>(instance: &Instance<'_, P>) -> Option<Outcome<P>> {
    if instance.rows() < FEWEST_ROWS {
        return None;
    }
    run_any(instance)
}

fn run_any<P: Scalar>(instance: &Instance<'_, P>) -> Option<Outcome<P>> {
    let room: usize = instance.capacities.iter().map(|&capacity| capacity as usize).sum();
    let idle = room.checked_sub(instance.rows())?;
    if room > 3 * instance.rows() {
        return None;
    }
    // Prices use every step of a unit but one at most: see `settle`.
    let steps = instance.columns() as i64 + 2;
    if let Some(rows) = Rows::<Narrow, 14>::new(instance, steps) {
        return Auction::new(instance, rows, idle).finish(instance, steps);
    }
    let rows = Rows::<Wide, 6>::new(instance, steps)?;
    Auction::new(instance, rows, idle).finish(instance, steps)
}

struct Auction<'a, A: Arc, const N: usize> {
    rows: Rows<'a, A, N>,
    /// What bidders pay for a column, in steps; the last is that of no column.
    price: Vec<A::Money>,
    places: Places<A::Money>,
    waiting: VecDeque<u32>,
    /// How many idle bidders have no place.
    idle_waiting: u64,
    /// The prices once more, where there are idle bidders.
    lowest: Option<Lowest<A::Money>>,
}

impl<'a, A: Arc, const N: usize> Auction<'a, A, N> {
    fn new<P: Scalar>(instance: &Instance<'a, P>, rows: Rows<'a, A, N>, idle: usize) -> Self {
        let price = |&capacity: &u32| if capacity == 0 { A::Money::CLOSED } else { A::Money::narrowed(0) };
        let mut price: Vec<A::Money> = instance.capacities.iter().map(price).collect();
        let lowest = (idle > 0).then(|| Lowest::new(&price));
        price.push(A::Money::CLOSED);
        Self {
            waiting: (0..rows.count() as u32).collect(),
            rows,
            price,
            places: Places::new(&instance.capacities),
            idle_waiting: idle as u64,
            lowest,
        }
    }

    fn finish<P: Scalar>(mut self, instance: &Instance<'_, P>, steps: i64) -> Option<Outcome<P>> {
        self.sell()?;
        self.settle(instance, steps)
    }

    /// Runs all phases; `None` where bids go on for too long.
    fn sell(&mut self) -> Option<()> {
        let mut epsilon = (self.rows.largest.wide() / FACTOR).max(1);
        let mut bids = self.rows.count().saturating_mul(BIDS_PER_BIDDER);
        loop {
            let step = A::Money::narrowed(epsilon);
            loop {
                while let Some(row) = self.waiting.pop_front() {
                    bids = bids.checked_sub(1)?;
                    if let Some(&soon) = self.waiting.get(AHEAD) {
                        prefetch(self.rows.line(soon));
                    }
                    self.bid(row, step)?;
                }
                if self.idle_waiting == 0 {
                    break;
                }
                bids = bids.checked_sub(1)?;
                self.bid_idle(step)?;
            }
            if epsilon == 1 {
                return Some(());
            }
            epsilon = (epsilon / FACTOR).max(1);
            self.rows.is_hasty = false;
            self.release(A::Money::narrowed(epsilon));
        }
    }

    /// Lets every bidder keep its place at the column's price where that is within epsilon of the best.
    fn release(&mut self, epsilon: A::Money) {
        let least = self.lowest.as_ref().map(Lowest::least);
        for column in 0..self.places.columns() {
            let idle = self.places.clear_rows(column);
            let price = self.price[column as usize];
            let keep = least.is_some_and(|least| price - epsilon <= least);
            self.places.set_idle(column, if keep { idle } else { 0 }, price);
            self.idle_waiting += if keep { 0 } else { u64::from(idle) };
        }
        for row in 0..self.rows.count() as u32 {
            if self.rows.is_content(row, epsilon, &self.price) {
                let column = self.rows.own(row);
                self.places.keep(column, self.price[column as usize], row);
            } else {
                self.waiting.push_back(row);
            }
        }
    }

    #[inline]
    fn bid(&mut self, row: u32, epsilon: A::Money) -> Option<()> {
        let Choice { column, best, second } = self.rows.bid(row, &self.price);
        if best >= A::Money::CLOSED {
            return None;
        }
        let gain = if second >= A::Money::CLOSED { self.rows.largest } else { second - best };
        let offer = self.price[column as usize] + gain + epsilon;
        match self.places.push(column, offer, row) {
            Out::Nobody => {}
            Out::Row(out) => self.waiting.push_back(out),
            Out::Idle => self.idle_waiting += 1,
        }
        self.reprice(column)
    }

    /// Lets idle bidders take the places of the cheapest column.
    fn bid_idle(&mut self, epsilon: A::Money) -> Option<()> {
        let (column, least, second) = self.lowest.as_ref()?.two();
        let beaten = if second >= A::Money::CLOSED { least + self.rows.largest } else { second };
        let waiting = &mut self.waiting;
        let out = |row| waiting.push_back(row);
        self.idle_waiting -=
            self.places.fill_with_idle(column, self.idle_waiting, beaten, beaten + epsilon, out);
        self.reprice(column)
    }

    /// Raises a column's price to its lowest bid; `None` where that is too high to go on.
    #[inline]
    fn reprice(&mut self, column: u32) -> Option<()> {
        let old = self.price[column as usize];
        if let Some(price) = self.places.least_of_full(column)
            && price > old
        {
            if price >= A::Money::LIMIT {
                return None;
            }
            self.price[column as usize] = price;
            if let Some(lowest) = &mut self.lowest {
                lowest.set(column, price);
            }
        }
        Some(())
    }

    /// Rounds the prices and hands the places over, where the prices prove them.
    fn settle<P: Scalar>(&mut self, instance: &Instance<'_, P>, steps: i64) -> Option<Outcome<P>> {
        let step = A::Money::narrowed(1);
        let least = self.lowest.as_ref().map(Lowest::least);
        for column in 0..self.places.columns() {
            let is_cheap = least.is_some_and(|least| self.price[column as usize] - step <= least);
            if self.places.idle(column) > 0 && !is_cheap {
                return None;
            }
        }
        let column_prices = self.whole_prices(instance, steps)?;
        let mut outcome = Outcome { columns: Vec::new(), row_prices: Vec::new(), column_prices };
        outcome.columns.reserve_exact(instance.rows());
        outcome.row_prices.reserve_exact(instance.rows());
        for row in 0..instance.rows() as u32 {
            if !self.rows.is_content(row, step, &self.price) {
                return None;
            }
            let own = self.rows.own(row);
            outcome.columns.push(Some(own));
            outcome
                .row_prices
                .push(P::from_i128(self.rows.own_cost(row)) - outcome.column_prices[own as usize]);
        }
        Some(outcome)
    }

    /// The prices in whole units, less the lowest, where fractions of a unit leave room for it.
    fn whole_prices<P: Scalar>(&self, instance: &Instance<'_, P>, steps: i64) -> Option<Vec<P>> {
        let open = || {
            let columns = self.price.iter().zip(&instance.capacities);
            columns.filter(|&(_, &capacity)| capacity > 0).map(|(price, _)| price.wide())
        };
        let mut used = vec![false; steps as usize];
        open().for_each(|price| used[price.rem_euclid(steps) as usize] = true);
        let unused = used.iter().position(|&used| !used)? as i64;
        let whole = |price: i64| (price + steps - 1 - unused).div_euclid(steps);
        let floor = whole(open().min().unwrap_or(0));
        // No row may want a closed column, whatever it pays.
        let range = P::from_i128(i128::from(whole(open().max().unwrap_or(0)) - floor));
        let closed = instance.spread() + range + P::from_i128(1);
        let columns = self.price.iter().zip(&instance.capacities);
        let price = |(price, &capacity): (&A::Money, &u32)| match capacity {
            0 => -closed,
            _ => P::from_i128(-i128::from(whole(price.wide()) - floor)),
        };
        Some(columns.map(price).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::shortest_paths;
    use super::*;

    /// Small random numbers (Marsaglia's xorshift64, 2003).
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 11) % limit
        }
    }

    struct Parts {
        starts: Vec<usize>,
        heads: Vec<u32>,
        costs: Vec<i64>,
        capacities: Vec<u32>,
    }

    fn random(seed: u64) -> Parts {
        let mut numbers = Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let (rows, columns) = (1 + numbers.below(80), 1 + numbers.below(40));
        let range = [2, 5, 100, 100_000][numbers.below(4) as usize];
        let density = 1 + numbers.below(10);
        let mut parts = Parts { starts: vec![0], heads: vec![], costs: vec![], capacities: vec![] };
        for _ in 0..rows {
            for column in 0..columns {
                if numbers.below(10) < density {
                    parts.heads.push(column as u32);
                    parts.costs.push(numbers.below(range) as i64 - range as i64 / 2);
                }
            }
            parts.starts.push(parts.heads.len());
        }
        let degree =
            |column: u64| parts.heads.iter().filter(|&&head| u64::from(head) == column).count() as u64;
        let most = 1 + 3 * rows / columns;
        parts.capacities =
            (0..columns).map(|column| numbers.below(most + 1).min(degree(column)) as u32).collect();
        parts
    }

    #[test]
    fn the_auction_ends_at_the_cost_of_shortest_paths_wherever_rows_can_be_placed() {
        let (mut sold, mut idle) = (0, 0);
        for seed in 1..4_000 {
            let Parts { starts, heads, costs, capacities } = random(seed);
            let instance = Instance::<i64> {
                starts: &starts,
                heads: &heads,
                values: &costs,
                negate: false,
                capacities,
                leave_out: None,
                leave_out_is_last_resort: true,
            };
            let cost = |columns: &[Option<u32>]| -> i64 {
                let own = |(row, &column)| {
                    instance.arcs(row).find(|&(head, _)| Some(head) == column).map_or(0, |(_, cost)| cost)
                };
                (0..).zip(columns).map(own).sum()
            };
            let room: u32 = instance.capacities.iter().sum();
            let expected = shortest_paths::run(&instance);
            let Some(outcome) = run_any(&instance) else {
                let is_too_roomy = room as usize > 3 * instance.rows();
                assert!(is_too_roomy || expected.is_err(), "seed {seed}: the auction gave up");
                continue;
            };
            (sold, idle) = (sold + 1, idle + usize::from(room as usize > instance.rows()));
            let expected = expected.unwrap_or_else(|_| panic!("seed {seed}: the auction placed every row"));
            assert_eq!(cost(&outcome.columns), cost(&expected.columns), "seed {seed}");
            for row in 0..instance.rows() as u32 {
                let price = outcome.row_prices[row as usize];
                for (column, cost) in instance.arcs(row) {
                    let reduced = cost - outcome.column_prices[column as usize] - price;
                    let own = outcome.columns[row as usize] == Some(column);
                    assert!(
                        reduced >= 0 && (!own || reduced == 0),
                        "seed {seed}, row {row}, column {column}"
                    );
                }
            }
        }
        assert!(
            sold > 2_500 && idle > 2_000,
            "only {sold} of the instances were sold, {idle} with idle bidders"
        );
    }
}

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
//! Where a row may be left out, that is one more column, which is never full. The auction ends without an answer where there is none,
//! and gives up beyond a number of bids: the caller then uses another method.
//! Costs as a rule some 10 to 20 bids a row, whatever the size; four in five of them read one cache line of the row.

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

/// How many bids there may be, per row and column. As a rule there are 10 to 20.
const BIDS_PER_NODE: usize = 200;

/// How many bids ahead a row is fetched.
const AHEAD: usize = 6;

/// Returns a best assignment with the prices that prove it, or `None` where the auction does not suit or does not end.
pub(super) fn run<P: Scalar>(instance: &Instance<'_, P>) -> Option<Outcome<P>> {
    let mut capacities = instance.capacities.clone();
    if instance.leave_out.is_some() {
        // One place more than there are rows, so that it is never full.
        capacities.push(u32::try_from(instance.rows()).ok()?.checked_add(1)?);
    }
    let room: usize = capacities.iter().map(|&capacity| capacity as usize).sum();
    let idle = room.checked_sub(instance.rows())?;
    // Prices use every step of a unit but one at most: see `settle`.
    let steps = capacities.len() as i64 + 2;
    if let Some(rows) = Rows::<Narrow, 14>::new(instance, steps) {
        return Auction::new(capacities, rows, idle).finish(instance, steps);
    }
    let rows = Rows::<Wide, 6>::new(instance, steps)?;
    Auction::new(capacities, rows, idle).finish(instance, steps)
}

struct Auction<'a, A: Arc, const N: usize> {
    rows: Rows<'a, A, N>,
    /// What bidders pay for a column, in steps; the last is that of no column.
    price: Vec<A::Money>,
    places: Places<A::Money>,
    /// How many rows each column takes; the last may be that of being left out.
    capacities: Vec<u32>,
    waiting: VecDeque<u32>,
    /// How many idle bidders have no place.
    idle_waiting: u64,
    /// The prices once more, where there are idle bidders.
    lowest: Option<Lowest<A::Money>>,
}

impl<'a, A: Arc, const N: usize> Auction<'a, A, N> {
    fn new(capacities: Vec<u32>, rows: Rows<'a, A, N>, idle: usize) -> Self {
        let price = |&capacity: &u32| if capacity == 0 { A::Money::CLOSED } else { A::Money::narrowed(0) };
        let mut price: Vec<A::Money> = capacities.iter().map(price).collect();
        let lowest = (idle > 0).then(|| Lowest::new(&price));
        price.push(A::Money::CLOSED);
        Self {
            waiting: (0..rows.count() as u32).collect(),
            rows,
            price,
            places: Places::new(&capacities),
            capacities,
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
        let mut bids = (self.rows.count() + self.capacities.len()).saturating_mul(BIDS_PER_NODE);
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
            let column_price = outcome.column_prices.get(own as usize).copied();
            outcome.columns.push(column_price.map(|_| own));
            let cost = P::from_i128(self.rows.own_cost(row));
            outcome.row_prices.push(cost - column_price.unwrap_or(P::ZERO));
        }
        Some(outcome)
    }

    /// The prices in whole units, less the lowest, where fractions of a unit leave room for it.
    fn whole_prices<P: Scalar>(&self, instance: &Instance<'_, P>, steps: i64) -> Option<Vec<P>> {
        let open = || {
            let columns = self.price.iter().zip(&self.capacities);
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
        let columns = self.price.iter().zip(&self.capacities);
        let price = |(price, &capacity): (&A::Money, &u32)| match capacity {
            0 => -closed,
            _ => P::from_i128(-i128::from(whole(price.wide()) - floor)),
        };
        Some(columns.map(price).take(instance.columns()).collect())
    }
}

//! A quick start: places most rows without a search.
//!
//! Each row takes its cheapest column. Where that is full, the column's price falls just far enough that one of its
//! rows, or the newcomer, is as well off elsewhere, and that row moves on. This is the augmenting row reduction of
//! Jonker and Volgenant 1987, carried over to columns that take several rows; it is also
//! the auction of Bertsekas 1979 with increments of zero, which stalls on ties. Rows at which it stalls, or for which no
//! steps are left, stay unplaced.

use crate::order;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::assignment::Assignment;
use super::{Instance, PRICE_STEPS_PER_ROW, Scalar};

/// How often rows at which the reduction stalled are tried again: prices have fallen since.
const ROUNDS: usize = 2;

/// Returns a partial assignment with valid prices, and the rows not placed: those with most at stake first, of equals
/// the lowest. Rows that then come late have little reason to move the early ones, which keeps searches short.
pub(super) fn run<'a, P: Scalar>(instance: &'a Instance<'a, P>) -> (Assignment<'a, P>, Vec<u32>) {
    let mut reduction = Reduction {
        placed: Assignment::new(instance),
        leaving: (0..instance.columns()).map(|_| BinaryHeap::new()).collect(),
        steps_left: instance.rows().saturating_mul(PRICE_STEPS_PER_ROW),
    };
    let mut unplaced: Vec<u32> = (0..instance.rows() as u32).collect();
    for _ in 0..ROUNDS {
        let mut stalled = Vec::new();
        for first in unplaced {
            let mut next = Some(first);
            while let Some(row) = next {
                next = match reduction.place(row) {
                    Step::Placed => None,
                    Step::Displaced(other) => Some(other),
                    Step::Stalled(other) => {
                        stalled.push(other);
                        None
                    }
                };
            }
        }
        unplaced = stalled;
    }
    reduction.placed.price_rows();
    unplaced.sort_unstable();
    order::sort_by_cached_key(&mut unplaced, |&row| Reverse(stake(&reduction.placed, row)));
    (reduction.placed, unplaced)
}

/// What a row costs when it is left out, then how far its best and its worst column lie apart.
fn stake<P: Scalar>(placed: &Assignment<'_, P>, row: u32) -> (Option<P>, P) {
    let reduced =
        || placed.instance.arcs(row).map(|(column, cost)| cost - placed.column_price[column as usize]);
    let spread = reduced().max().zip(reduced().min()).map_or(P::ZERO, |(worst, best)| worst - best);
    (placed.instance.leave_out(row), spread)
}

/// What came of placing a row.
enum Step {
    Placed,
    /// This row gave way, and a price fell.
    Displaced(u32),
    /// This row has no place, and no price fell that would help it.
    Stalled(u32),
}

/// A row's view of its columns.
struct Choice<P> {
    column: u32,
    cost: P,
    reduced: P,
    /// The reduced cost of the best alternative, be it another column or to be left out; `None` without any.
    second: Option<P>,
}

impl<P: Scalar> Choice<P> {
    /// The price of the column below which the row is better off with its alternative.
    fn leaving_price(&self) -> P {
        self.second.map_or(-P::INFINITY, |second| self.cost - second)
    }
}

struct Reduction<'a, P> {
    placed: Assignment<'a, P>,
    /// For each column its rows by the price at which they leave, highest first; of equals the highest row first.
    /// INVARIANT: one entry a row. A stored price is never too low, as other columns only become dearer.
    leaving: Vec<BinaryHeap<(P, u32)>>,
    steps_left: usize,
}

impl<P: Scalar> Reduction<'_, P> {
    fn place(&mut self, row: u32) -> Step {
        let out = self.placed.instance.leave_out(row);
        let Some(choice) = self.choose(row) else {
            // A row without arcs is left out where that is allowed, and otherwise left to the search to report.
            return if out.is_some() { Step::Placed } else { Step::Stalled(row) };
        };
        let column = choice.column;
        let room = self.placed.has_room(column);
        if out.is_some_and(|out| out < choice.reduced || (out == choice.reduced && !room)) {
            return Step::Placed;
        }
        if room {
            self.leaving[column as usize].push((choice.leaving_price(), row));
            self.placed.fill(column, row);
            return Step::Placed;
        }
        if self.steps_left == 0 {
            return Step::Stalled(row);
        }
        self.steps_left -= 1;
        self.leaving[column as usize].push((choice.leaving_price(), row));
        self.displace(column, row)
    }

    /// Lowers the price of a full column that `newcomer` wants until one of its rows leaves, or the newcomer does.
    fn displace(&mut self, column: u32, newcomer: u32) -> Step {
        let Some((price, leaver)) = self.first_to_leave(column) else {
            return Step::Stalled(newcomer);
        };
        if leaver != newcomer {
            let slot = self.placed.slot_of[leaver as usize];
            self.placed.vacate(leaver);
            self.placed.put(column, slot, newcomer);
        }
        let current = &mut self.placed.column_price[column as usize];
        if price == -P::INFINITY || price >= *current {
            return Step::Stalled(leaver);
        }
        *current = price;
        Step::Displaced(leaver)
    }

    /// Takes out the row that leaves a column first as its price falls, with that price.
    fn first_to_leave(&mut self, column: u32) -> Option<(P, u32)> {
        loop {
            let (stored, row) = self.leaving[column as usize].pop()?;
            let actual = self.leaving_price(row, column);
            if actual >= stored {
                return Some((stored, row));
            }
            self.leaving[column as usize].push((actual, row));
        }
    }

    /// The price of its own column at which a row leaves it, as other prices stand now.
    fn leaving_price(&self, row: u32, own: u32) -> P {
        let mut second = self.placed.instance.leave_out(row);
        let mut own_cost = P::ZERO;
        for (column, cost) in self.placed.instance.arcs(row) {
            if column == own {
                own_cost = cost;
                continue;
            }
            let reduced = cost - self.placed.column_price[column as usize];
            if second.is_none_or(|second| reduced < second) {
                second = Some(reduced);
            }
        }
        second.map_or(-P::INFINITY, |second| own_cost - second)
    }

    /// The cheapest column of a row; of equals one with room, then the lowest.
    fn choose(&self, row: u32) -> Option<Choice<P>> {
        let mut best: Option<(u32, P, P)> = None;
        let mut second = self.placed.instance.leave_out(row);
        for (column, cost) in self.placed.instance.arcs(row) {
            let reduced = cost - self.placed.column_price[column as usize];
            let better = best.is_none_or(|(other, _, least)| {
                reduced < least
                    || (reduced == least && self.placed.has_room(column) && !self.placed.has_room(other))
            });
            let beaten = if better {
                best.replace((column, cost, reduced)).map(|(_, _, least)| least)
            } else {
                Some(reduced)
            };
            if let Some(beaten) = beaten
                && second.is_none_or(|second| beaten < second)
            {
                second = Some(beaten);
            }
        }
        best.map(|(column, cost, reduced)| Choice { column, cost, reduced, second })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_falls_until_the_row_with_the_least_to_lose_moves_on() {
        // Both rows want column 0. The second loses 5 by moving, the first 8.
        let instance = Instance::<i64> {
            starts: &[0, 2, 4],
            heads: &[0, 1, 0, 1],
            values: &[-10, -2, -8, -3],
            negate: false,
            capacities: vec![1, 1],
            leave_out: None,
            weights: None,
        };
        let (placed, unplaced) = run(&instance);
        assert_eq!(unplaced, []);
        assert_eq!(placed.column_of, [0, 1]);
        assert_eq!((placed.column_price, placed.row_price), (vec![-5, 0], vec![-5, -3]));
    }

    #[test]
    fn rows_that_tie_are_left_to_the_search_with_the_most_at_stake_first() {
        let instance = Instance::<i64> {
            starts: &[0, 1, 2, 4, 6],
            heads: &[0, 0, 0, 1, 0, 1],
            values: &[0, 0, 0, 1, 0, 9],
            negate: false,
            capacities: vec![1, 0],
            leave_out: None,
            weights: None,
        };
        let (placed, unplaced) = run(&instance);
        assert_eq!(placed.load, [1, 0]);
        assert_eq!(unplaced.len(), 3);
        assert!(unplaced.is_sorted_by_key(|&row| Reverse(stake(&placed, row))));
    }
}

//! What an algorithm has placed so far.

use super::{Instance, Outcome, Scalar};

pub(super) const NONE: u32 = u32::MAX;

/// A partial assignment and its prices.
pub(super) struct Assignment<'a, P> {
    pub(super) instance: &'a Instance<'a, P>,
    /// The column of each row; [`NONE`] where it is not placed or left out.
    pub(super) column_of: Vec<u32>,
    /// Where each matched row stands in `members`.
    pub(super) slot_of: Vec<usize>,
    /// Where each column's rows start in `members`; each has as many slots as its capacity.
    pub(super) first_slot: Vec<usize>,
    pub(super) members: Vec<u32>,
    /// How many rows each column holds.
    pub(super) load: Vec<u32>,
    /// INVARIANT: equals cost - column price of the matched arc, or the cost of being left out; never exceeds
    /// cost - column price of any other arc, nor the cost of being left out. `verify` proves it at the end.
    pub(super) row_price: Vec<P>,
    /// INVARIANT: never above 0, and 0 where there is room.
    pub(super) column_price: Vec<P>,
}

impl<'a, P: Scalar> Assignment<'a, P> {
    pub(super) fn new(instance: &'a Instance<'a, P>) -> Self {
        let (rows, columns) = (instance.rows(), instance.columns());
        let mut first_slot = Vec::with_capacity(columns);
        let mut slots = 0;
        for &capacity in &instance.capacities {
            first_slot.push(slots);
            slots += capacity as usize;
        }
        Self {
            instance,
            column_of: vec![NONE; rows],
            slot_of: vec![0; rows],
            first_slot,
            members: vec![NONE; slots],
            load: vec![0; columns],
            row_price: vec![P::ZERO; rows],
            column_price: vec![P::ZERO; columns],
        }
    }

    pub(super) fn has_room(&self, column: u32) -> bool {
        self.load[column as usize] < self.instance.capacities[column as usize]
    }

    pub(super) fn members(&self, column: u32) -> &[u32] {
        let first = self.first_slot[column as usize];
        &self.members[first..first + self.load[column as usize] as usize]
    }

    /// Puts a row into a column that has room.
    pub(super) fn fill(&mut self, column: u32, row: u32) {
        let slot = self.first_slot[column as usize] + self.load[column as usize] as usize;
        self.load[column as usize] += 1;
        self.put(column, slot, row);
    }

    pub(super) fn put(&mut self, column: u32, slot: usize, row: u32) {
        self.members[slot] = row;
        self.slot_of[row as usize] = slot;
        self.column_of[row as usize] = column;
    }

    /// Takes a row out of its column, whose slot the caller fills again.
    pub(super) fn vacate(&mut self, row: u32) {
        self.column_of[row as usize] = NONE;
    }

    /// Derives the price of each row from its place. A row without a place is priced as left out where it may be.
    pub(super) fn price_rows(&mut self) {
        for row in 0..self.instance.rows() as u32 {
            let own = self.column_of[row as usize];
            let cost = self.instance.arcs(row).find(|&(column, _)| column == own).map(|(_, cost)| cost);
            self.row_price[row as usize] = match cost {
                Some(cost) => cost - self.column_price[own as usize],
                None => self.instance.leave_out(row).unwrap_or(P::ZERO),
            };
        }
    }

    pub(super) fn into_outcome(self) -> Outcome<P> {
        let column = |column| (column != NONE).then_some(column);
        Outcome {
            columns: self.column_of.into_iter().map(column).collect(),
            row_prices: self.row_price,
            column_prices: self.column_price,
        }
    }
}

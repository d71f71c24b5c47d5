//! What is left of a question when some pairs have been ruled out.

use super::instance::Instance;

/// A place of a row, as its column sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// In fractions of a unit.
    pub(super) cost: i64,
    pub(super) row: u32,
    pub(super) size: u32,
}

/// The rows that still have a choice, with the places open to them, by column. A row with one place left has been put there.
#[derive(Clone, Debug)]
pub(super) struct Subproblem {
    /// Rows with a choice, ascending.
    pub(super) free: Vec<u32>,
    /// Rows without, and where they are.
    pub(super) fixed: Vec<(u32, u32)>,
    /// What the fixed rows cost together, in units.
    pub(super) base: i64,
    /// What each column has left beside its fixed rows.
    pub(super) room: Vec<u64>,
    /// Items of column `j` are `starts[j]..starts[j + 1]`.
    pub(super) starts: Vec<usize>,
    pub(super) items: Vec<Item>,
}

impl Subproblem {
    /// The whole question, or `None` where rows with one place do not fit together.
    pub(super) fn whole(instance: &Instance) -> Option<Self> {
        let mut starts = vec![0; instance.columns() + 1];
        for place in &instance.places {
            starts[place.column as usize + 1] += 1;
        }
        for column in 0..instance.columns() {
            starts[column + 1] += starts[column];
        }
        let mut next = starts.clone();
        let mut items = vec![Item { cost: 0, row: 0, size: 0 }; instance.places.len()];
        for row in 0..instance.rows() {
            for place in instance.row(row) {
                let at = &mut next[place.column as usize];
                items[*at] =
                    Item { cost: place.cost << instance.fraction_bits, row: row as u32, size: place.size };
                *at += 1;
            }
        }
        Self {
            free: (0..instance.rows() as u32).collect(),
            fixed: Vec::new(),
            base: 0,
            room: instance.capacities.clone(),
            starts,
            items,
        }
        .settle(instance)
    }

    /// Keeps the items for which `keep` holds, by their position; `None` where a row then has no place.
    pub(super) fn restrict(&self, instance: &Instance, keep: impl Fn(usize) -> bool) -> Option<Self> {
        let mut starts = vec![0];
        let mut items = Vec::with_capacity(self.items.len());
        for column in self.starts.windows(2) {
            let kept = (column[0]..column[1]).filter(|&at| keep(at)).map(|at| self.items[at]);
            items.extend(kept);
            starts.push(items.len());
        }
        let rest = self.clone_without_items();
        Self { starts, items, ..rest }.settle(instance)
    }

    fn clone_without_items(&self) -> Self {
        Self {
            free: self.free.clone(),
            fixed: self.fixed.clone(),
            base: self.base,
            room: self.room.clone(),
            starts: Vec::new(),
            items: Vec::new(),
        }
    }

    /// Puts rows with one place left there, and drops what then fits no more, until nothing changes.
    fn settle(mut self, instance: &Instance) -> Option<Self> {
        let mut places = vec![0u32; instance.rows()];
        let mut last = vec![0u32; instance.rows()];
        loop {
            places.fill(0);
            for column in 0..self.room.len() {
                for item in &self.items[self.starts[column]..self.starts[column + 1]] {
                    places[item.row as usize] += 1;
                    last[item.row as usize] = column as u32;
                }
            }
            let before = self.free.len();
            let free = std::mem::take(&mut self.free);
            for row in free {
                match places[row as usize] {
                    0 => return None,
                    1 => self.fix(instance, row, last[row as usize])?,
                    _ => self.free.push(row),
                }
            }
            let dropped = self.drop_items(&places);
            if self.free.len() == before && !dropped {
                return Some(self);
            }
        }
    }

    fn fix(&mut self, instance: &Instance, row: u32, column: u32) -> Option<()> {
        let place = instance.place(row as usize, column)?;
        let room = &mut self.room[column as usize];
        *room = room.checked_sub(u64::from(place.size))?;
        self.base += place.cost;
        self.fixed.push((row, column));
        Some(())
    }

    /// Drops items of rows that have been fixed, and items that do not fit; says whether any of a free row was dropped.
    fn drop_items(&mut self, places: &[u32]) -> bool {
        let mut dropped = false;
        let (mut kept, mut start) = (0, 0);
        for column in 0..self.room.len() {
            for at in start..self.starts[column + 1] {
                let item = self.items[at];
                if places[item.row as usize] == 1 {
                    continue;
                }
                if u64::from(item.size) > self.room[column] {
                    dropped = true;
                    continue;
                }
                self.items[kept] = item;
                kept += 1;
            }
            start = std::mem::replace(&mut self.starts[column + 1], kept);
        }
        self.items.truncate(kept);
        dropped
    }
}

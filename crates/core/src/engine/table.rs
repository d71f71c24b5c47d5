//! Slots by a hash of what names their content.

use hashbrown::HashTable;

/// Slots by hash. Each is kept beside half of its hash: neither a table that grows nor a name that is not there looks at the contents,
/// which lie all over the memory.
#[derive(Clone, Default)]
pub(crate) struct SlotTable(HashTable<(u32, u32)>);

impl SlotTable {
    /// The slot with a hash that `is_it`.
    pub(crate) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let half = hash as u32;
        self.0.find(doubled(half), |(other, slot)| *other == half && is_it(*slot)).map(|(_, slot)| *slot)
    }

    /// Adds a slot, which must not be there yet.
    pub(crate) fn insert(&mut self, hash: u64, slot: u32) {
        let half = hash as u32;
        self.0.insert_unique(doubled(half), (half, slot), |(half, _)| doubled(*half));
    }

    /// Takes a slot out, if it is there.
    pub(crate) fn remove(&mut self, hash: u64, slot: u32) {
        if let Ok(entry) = self.0.find_entry(doubled(hash as u32), |(_, other)| *other == slot) {
            entry.remove();
        }
    }
}

/// A hash for the table, which looks at its lowest and its highest bits.
fn doubled(half: u32) -> u64 {
    u64::from(half) << 32 | u64::from(half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_finds_what_was_put_in_and_not_taken_out() {
        let mut table = SlotTable::default();
        for slot in 0..100 {
            table.insert(u64::from(slot) / 3, slot);
        }
        table.remove(2, 7);
        table.remove(9, 8);
        for slot in 0..100 {
            let found = table.find(u64::from(slot) / 3, |other| other == slot);
            assert_eq!(found, (slot != 7).then_some(slot));
        }
    }
}

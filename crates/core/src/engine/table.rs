//! Slots by a hash of what names their content.

use super::records::NONE;

/// Each slot stands in one array beside its hash, at the place that the hash names or as near after it as there was room: linear
/// probing, with what follows moved up when a slot is taken out (Knuth, The Art of Computer Programming 3, section 6.4,
/// algorithms L and R). O(1) in the mean.
///
/// An entry has 8 bytes, so whatever is sought, and that it is not there, is mostly found in the one line of memory that is read.
/// Tables that tell apart by marks and keep the rest elsewhere read two, which is what a lookup takes where there are many tickets.
#[derive(Clone, Default)]
pub(crate) struct SlotTable {
    /// As many as a power of two, or none.
    entries: Vec<Entry>,
    len: usize,
}

#[derive(Clone, Copy)]
struct Entry {
    /// Half of the hash: neither a table that grows nor a name that is not there looks at the contents.
    hash: u32,
    slot: u32,
}

const EMPTY: Entry = Entry { hash: 0, slot: NONE };
const ENTRIES_MIN: usize = 8;

impl SlotTable {
    /// The slot with a hash that `is_it`.
    pub(crate) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.place(hash as u32, is_it).map(|place| self.entries[place].slot)
    }

    /// Adds a slot, which must not be there yet.
    pub(crate) fn insert(&mut self, hash: u64, slot: u32) {
        if self.len * 8 >= self.entries.len() * 5 {
            self.grow();
        }
        self.len += 1;
        self.put(Entry { hash: hash as u32, slot });
    }

    /// Takes a slot out, if it is there.
    pub(crate) fn remove(&mut self, hash: u64, slot: u32) {
        let Some(mut hole) = self.place(hash as u32, |other| other == slot) else { return };
        self.len -= 1;
        let mut place = self.after(hole);
        while self.entries[place].slot != NONE {
            let entry = self.entries[place];
            // It may stand in the hole unless that lies before the place that its hash names.
            if self.distance(self.home(entry.hash), place) >= self.distance(hole, place) {
                self.entries[hole] = entry;
                hole = place;
            }
            place = self.after(place);
        }
        self.entries[hole] = EMPTY;
    }

    fn place(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<usize> {
        if self.entries.is_empty() {
            return None;
        }
        let mut place = self.home(hash);
        loop {
            let entry = self.entries[place];
            if entry.slot == NONE {
                return None;
            }
            if entry.hash == hash && is_it(entry.slot) {
                return Some(place);
            }
            place = self.after(place);
        }
    }

    fn put(&mut self, entry: Entry) {
        let mut place = self.home(entry.hash);
        while self.entries[place].slot != NONE {
            place = self.after(place);
        }
        self.entries[place] = entry;
    }

    #[cold]
    fn grow(&mut self) {
        let larger = (self.entries.len() * 2).max(ENTRIES_MIN);
        let entries = std::mem::replace(&mut self.entries, vec![EMPTY; larger]);
        for entry in entries.into_iter().filter(|entry| entry.slot != NONE) {
            self.put(entry);
        }
    }

    fn home(&self, hash: u32) -> usize {
        hash as usize & (self.entries.len() - 1)
    }

    fn after(&self, place: usize) -> usize {
        (place + 1) & (self.entries.len() - 1)
    }

    fn distance(&self, from: usize, to: usize) -> usize {
        to.wrapping_sub(from) & (self.entries.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// Few hashes, so that many entries want the same place, among them the last one of the array.
        #[test]
        fn a_table_finds_what_was_put_in_and_not_taken_out(
            changes in proptest::collection::vec((0u32..40, prop_oneof![0u64..4, 12u64..18, Just(u64::MAX)]), 1..200),
        ) {
            let mut table = SlotTable::default();
            let mut model: BTreeMap<u32, u64> = BTreeMap::new();
            for (slot, hash) in changes {
                match model.remove(&slot) {
                    Some(hash) => table.remove(hash, slot),
                    None => {
                        table.insert(hash, slot);
                        model.insert(slot, hash);
                    }
                }
                table.remove(hash, 1_000);
                prop_assert_eq!(table.len, model.len());
                for slot in 0..40 {
                    for hash in (0..18).chain([u64::MAX]) {
                        let found = table.find(hash, |other| other == slot);
                        prop_assert_eq!(found, (model.get(&slot) == Some(&hash)).then_some(slot));
                    }
                }
            }
        }
    }
}

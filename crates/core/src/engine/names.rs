//! Texts as dense numbers.

use hashbrown::HashTable;
use smol_str::SmolStr;

/// A hash of a text that is the same everywhere and always.
pub(crate) fn hash_text(text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(text.as_bytes())
}

/// A keyed hash that decides ties.
pub(crate) fn keyed_hash(seed: u64, text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64_with_seed(text.as_bytes(), seed)
}

/// Mixes two hashes into one: the finaliser of SplitMix64 (Steele, Lea, Flood 2014, section 4) over their sum.
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    let mut z = a.wrapping_add(b.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Numbers texts in the order in which they come. Nothing is ever taken out.
#[derive(Clone, Default)]
pub(crate) struct Names {
    texts: Vec<SmolStr>,
    table: HashTable<u32>,
}

impl Names {
    pub(crate) fn get(&self, text: &str) -> Option<u32> {
        self.table.find(hash_text(text), |index| self.texts[*index as usize] == text).copied()
    }

    /// The number of a text, which gets one if it has none.
    pub(crate) fn intern(&mut self, text: &str) -> u32 {
        if let Some(index) = self.get(text) {
            return index;
        }
        let index = self.texts.len() as u32;
        self.texts.push(SmolStr::new(text));
        let texts = &self.texts;
        self.table.insert_unique(hash_text(text), index, |index| hash_text(&texts[*index as usize]));
        index
    }

    pub(crate) fn text(&self, index: u32) -> &SmolStr {
        &self.texts[index as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    /// Forgets the text that came last.
    pub(crate) fn pop(&mut self) {
        if let Some(text) = self.texts.pop() {
            let index = self.texts.len() as u32;
            if let Ok(entry) = self.table.find_entry(hash_text(&text), |other| *other == index) {
                entry.remove();
            }
        }
    }
}

/// Slots by the text that names their content. Each is kept beside half a hash of its text: neither a table that grows nor a
/// text that is not there looks at the contents, which lie all over the memory.
#[derive(Clone, Default)]
pub(crate) struct Lookup(HashTable<(u32, u32)>);

impl Lookup {
    pub(crate) fn find<'a>(&self, text: &str, name_of: impl Fn(u32) -> &'a str) -> Option<u32> {
        let half = half_hash(text);
        let is_it = |(other, slot): &(u32, u32)| *other == half && name_of(*slot) == text;
        self.0.find(doubled(half), is_it).map(|(_, slot)| *slot)
    }

    pub(crate) fn insert(&mut self, text: &str, slot: u32) {
        let half = half_hash(text);
        self.0.insert_unique(doubled(half), (half, slot), |(half, _)| doubled(*half));
    }

    pub(crate) fn remove(&mut self, text: &str, slot: u32) {
        if let Ok(entry) = self.0.find_entry(doubled(half_hash(text)), |(_, other)| *other == slot) {
            entry.remove();
        }
    }
}

fn half_hash(text: &str) -> u32 {
    hash_text(text) as u32
}

/// A hash for the table, which looks at its lowest and its highest bits.
fn doubled(half: u32) -> u64 {
    u64::from(half) << 32 | u64::from(half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number() {
        let mut names = Names::default();
        assert_eq!(names.intern("german"), 0);
        assert_eq!(names.intern("billing"), 1);
        assert_eq!(names.intern("german"), 0);
        assert_eq!(names.get("billing"), Some(1));
        assert_eq!(names.get("french"), None);
        assert_eq!(names.text(1), "billing");
        assert_eq!(names.len(), 2);
    }

    #[test]
    fn a_lookup_finds_what_was_put_in_and_not_taken_out() {
        let ids: Vec<String> = (0..100).map(|n| format!("T-{n}")).collect();
        let mut lookup = Lookup::default();
        for (slot, id) in ids.iter().enumerate() {
            lookup.insert(id, slot as u32);
        }
        lookup.remove("T-7", 7);
        for (slot, id) in ids.iter().enumerate() {
            let expected = (slot != 7).then_some(slot as u32);
            assert_eq!(lookup.find(id, |slot| &ids[slot as usize]), expected);
        }
    }
}

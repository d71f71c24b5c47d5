//! Texts as dense numbers.

use super::table::SlotTable;
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
    table: SlotTable,
}

impl Names {
    pub(crate) fn get(&self, text: &str) -> Option<u32> {
        self.table.find(hash_text(text), |index| self.texts[index as usize] == text)
    }

    /// The number of a text, which gets one if it has none.
    pub(crate) fn intern(&mut self, text: &str) -> u32 {
        if let Some(index) = self.get(text) {
            return index;
        }
        let index = self.texts.len() as u32;
        self.texts.push(SmolStr::new(text));
        self.table.insert(hash_text(text), index);
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
            self.table.remove(hash_text(&text), self.texts.len() as u32);
        }
    }
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
}

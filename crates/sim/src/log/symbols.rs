//! Texts that repeat, stored once.

use std::num::NonZeroU32;

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, ErrorKind};

/// Stands for one text of a [`Symbols`] table; numbers run from 0 in order of first appearance.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(NonZeroU32);

impl Symbol {
    /// Returns the number of this symbol, from 0: fit to index a vector with one place for each text.
    pub const fn index(self) -> usize {
        self.0.get() as usize - 1
    }

    fn new(index: usize) -> Option<Self> {
        u32::try_from(index).ok()?.checked_add(1).and_then(NonZeroU32::new).map(Self)
    }
}

impl std::fmt::Debug for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Symbol({})", self.index())
    }
}

/// A table of different texts, each with a [`Symbol`].
///
/// All texts lie in one buffer, so a table costs the texts themselves and about 16 bytes for each. Looking up is O(1)
/// expected.
///
/// ```
/// use deskmatch_sim::{LogReader, Mapping};
///
/// let csv = "number,opened_at,assignment_group\nT-1,1/3/2016 09:00,support\nT-2,1/3/2016 09:01,sales\n";
/// let log = LogReader::new(Mapping::servicenow()).read(csv.as_bytes())?;
/// assert_eq!(log.queues().iter().collect::<Vec<_>>(), ["support", "sales"]);
/// assert_eq!(log.queues().find("sales").map(|symbol| symbol.index()), Some(1));
/// # Ok::<(), deskmatch_sim::Error>(())
/// ```
#[derive(Default)]
pub struct Symbols {
    text: String,
    ends: Vec<usize>,
    table: HashTable<u32>,
}

impl Symbols {
    /// Returns how many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns the text of a symbol of this table, or the empty text for a symbol of another one that is out of range.
    pub fn text(&self, symbol: Symbol) -> &str {
        self.at(symbol.index()).unwrap_or_default()
    }

    /// Returns the symbol of a text, if the table has it.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        let index =
            self.table.find(xxh3_64(text.as_bytes()), |index| self.at(*index as usize) == Some(text))?;
        Symbol::new(*index as usize)
    }

    /// Returns the texts in order of first appearance.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.at(index))
    }

    /// Returns the text with that number, from 0.
    pub fn at(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { *self.ends.get(index - 1)? };
        self.text.get(start..end)
    }

    /// Returns the symbol of a text, adding it if it is new.
    pub(crate) fn intern(&mut self, text: &str) -> Result<Symbol, Error> {
        if let Some(symbol) = self.find(text) {
            return Ok(symbol);
        }
        let index = self.ends.len();
        let symbol = Symbol::new(index).ok_or_else(too_many)?;
        self.text.push_str(text);
        self.ends.push(self.text.len());
        let Self { text, ends, table } = self;
        let hash_of = |index: &u32| {
            let index = *index as usize;
            let start = if index == 0 { 0 } else { ends[index - 1] };
            xxh3_64(&text.as_bytes()[start..ends[index]])
        };
        table.insert_unique(hash_of(&(index as u32)), index as u32, hash_of);
        Ok(symbol)
    }
}

impl std::fmt::Debug for Symbols {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Sets of symbols that repeat, stored once: tickets share few combinations of skills.
#[derive(Default)]
pub(crate) struct SymbolSets {
    members: Vec<Symbol>,
    ends: Vec<usize>,
    table: HashTable<u32>,
}

impl SymbolSets {
    pub(crate) fn members(&self, set: Symbol) -> &[Symbol] {
        slice_of(&self.members, &self.ends, set.index())
    }

    /// Returns the symbol of a set, adding it if it is new. The order of the members counts.
    pub(crate) fn intern(&mut self, set: &[Symbol]) -> Result<Symbol, Error> {
        let Self { members, ends, table } = self;
        let hash = hash_of(set);
        if let Some(index) = table.find(hash, |index| slice_of(members, ends, *index as usize) == set) {
            return Symbol::new(*index as usize).ok_or_else(too_many);
        }
        let index = ends.len();
        let symbol = Symbol::new(index).ok_or_else(too_many)?;
        members.extend_from_slice(set);
        ends.push(members.len());
        table.insert_unique(hash, index as u32, |index| hash_of(slice_of(members, ends, *index as usize)));
        Ok(symbol)
    }
}

fn slice_of<'a>(members: &'a [Symbol], ends: &[usize], index: usize) -> &'a [Symbol] {
    let start = if index == 0 { 0 } else { ends.get(index - 1).copied().unwrap_or_default() };
    let end = ends.get(index).copied().unwrap_or(start);
    members.get(start..end).unwrap_or_default()
}

fn hash_of(set: &[Symbol]) -> u64 {
    set.iter().fold(0x9E37_79B9_7F4A_7C15, |hash: u64, symbol| {
        let mixed = (hash ^ symbol.0.get() as u64).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
        mixed ^ (mixed >> 32)
    })
}

fn too_many() -> Error {
    Error::new(ErrorKind::Limit, "the log has more different values than can be numbered; split it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_symbol_and_order_of_appearance_counts() {
        let mut symbols = Symbols::default();
        let texts: Vec<String> = (0..1_000).map(|n| format!("group {}", n % 100)).collect();
        for text in &texts {
            symbols.intern(text).unwrap();
        }
        assert_eq!(symbols.len(), 100);
        for text in &texts {
            assert_eq!(symbols.find(text).map(|symbol| symbols.text(symbol)), Some(text.as_str()));
        }
        assert_eq!(symbols.iter().nth(7), Some("group 7"));
        assert_eq!(symbols.find("nobody"), None);
    }

    #[test]
    fn the_empty_text_is_a_text_like_others() {
        let mut symbols = Symbols::default();
        let empty = symbols.intern("").unwrap();
        let a = symbols.intern("a").unwrap();
        assert_eq!((symbols.text(empty), symbols.text(a)), ("", "a"));
    }

    #[test]
    fn equal_sets_share_one_symbol() {
        let mut symbols = Symbols::default();
        let (a, b) = (symbols.intern("a").unwrap(), symbols.intern("b").unwrap());
        let mut sets = SymbolSets::default();
        let first = sets.intern(&[a, b]).unwrap();
        let second = sets.intern(&[b]).unwrap();
        assert_ne!(first, second);
        assert_eq!(sets.intern(&[a, b]).unwrap(), first);
        assert_eq!((sets.members(first), sets.members(second)), (&[a, b][..], &[b][..]));
    }

    #[test]
    fn a_symbol_takes_four_bytes_even_if_it_may_be_missing() {
        assert_eq!(std::mem::size_of::<Option<Symbol>>(), 4);
    }
}

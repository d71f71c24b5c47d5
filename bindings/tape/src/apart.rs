//! The answers of a batch, with what they have in common written once.
//!
//! Most answers of a batch differ in a few numbers and ids alone. So each is taken apart: its *form* is its tags and keys, as in
//! any other value but without what follows the tags, and its *words* are what follows them, four bytes each. Forms and texts stand
//! in tables that all answers of the batch share. JavaScript makes one function of a form that comes often: an object literal whose values
//! lie at places that are known, so that reading an answer looks at no tag, no key and no length.
//!
//! | tag | in the form | words |
//! |---|---|---|
//! | 0, 1, 2 | the tag | |
//! | 3 | the tag | a whole number of 32 bits |
//! | 13 | the tag | a whole number of up to 2^53, the lower half first |
//! | 5, 6 | the tag | a bigint, the lower half first |
//! | 7 | the tag | the lower half of a double, the upper half |
//! | 9 | the tag | the place of the text in the table |
//! | 10, 11 | as elsewhere | for each key that has no number, the place of its text |
//!
//! A batch, in words of four bytes: one whose first byte says that it is a value, the place of the tables, and the answers. An answer
//! is the number of its words, those two included; the place of its form, doubled, and 1 more if it is a failure; its words. The tables are
//! each a count, where each entry ends, and the bytes, of which the last word may be filled up: first the forms, then the texts.
//! Words are in the order of the machine: nothing of this leaves it.

use crate::names::Names;
use crate::print::Print;
use crate::{ASCII, BIG_I64, BIG_U64, FLOAT, Fault, KEY_FIRST, KEY_TEXT, SAFE_MAX, UINT, WIDE, Writer, keys};
use std::fmt::{Display, Write as _};

/// Texts that are longer are not looked for: they hardly ever come twice.
const TEXT_MAX: usize = 64;
/// A power of two.
const SLOTS: usize = 4096;

/// Entries by place, most of them once.
struct Table {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// The print of the entry seen last in a slot, and one more than its place.
    slots: Box<[(Print, u32)]>,
}

impl Table {
    fn new() -> Self {
        Self {
            bytes: Vec::new(),
            ends: Vec::new(),
            slots: vec![Default::default(); SLOTS].into_boxed_slice(),
        }
    }

    fn entry(&self, place: usize) -> Option<&[u8]> {
        let begin = if place == 0 { 0 } else { *self.ends.get(place - 1)? };
        self.bytes.get(begin..*self.ends.get(place)?)
    }

    fn push(&mut self, entry: &[u8]) -> u32 {
        self.bytes.extend_from_slice(entry);
        self.ends.push(self.bytes.len());
        self.ends.len() as u32 - 1
    }

    /// The place of an entry, which is added if it is not the last seen in its slot.
    fn place(&mut self, entry: &[u8]) -> u32 {
        let print = Print::of(entry);
        let slot = print.slot(SLOTS);
        let (known, after) = self.slots[slot];
        if after != 0 && known == print && (print.is_exact() || self.entry(after as usize - 1) == Some(entry))
        {
            return after - 1;
        }
        let place = self.push(entry);
        self.slots[slot] = (print, place + 1);
        place
    }

    fn write(&self, bytes: &mut Vec<u8>) -> Result<(), Fault> {
        word(bytes, count(self.ends.len())?);
        for end in &self.ends {
            word(bytes, count(*end)?);
        }
        bytes.extend_from_slice(&self.bytes);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        Ok(())
    }
}

fn word(bytes: &mut Vec<u8>, word: u32) {
    bytes.extend_from_slice(&word.to_ne_bytes());
}

fn double_word(bytes: &mut Vec<u8>, both: u64) {
    word(bytes, both as u32);
    word(bytes, (both >> 32) as u32);
}

fn count(number: usize) -> Result<u32, Fault> {
    u32::try_from(number).map_err(|_| Fault::new("the answers are longer than 4 GiB"))
}

/// What the answers of a batch have in common, and the form of the one that is being written.
pub(crate) struct Apart {
    pub(crate) form: Vec<u8>,
    forms: Table,
    texts: Table,
    /// The numbers of fields, and the places of variants.
    fields: Names<Option<u16>>,
    variants: Names<u32>,
    /// Room for a text that is made of a value.
    displayed: String,
}

impl Apart {
    pub(crate) fn text(&mut self, bytes: &mut Vec<u8>, text: &str) {
        self.form.push(ASCII);
        self.place(bytes, text);
    }

    pub(crate) fn displayed(
        &mut self,
        bytes: &mut Vec<u8>,
        value: &(impl Display + ?Sized),
    ) -> Result<(), Fault> {
        let mut text = std::mem::take(&mut self.displayed);
        text.clear();
        let written = write!(text, "{value}");
        self.text(bytes, &text);
        self.displayed = text;
        written.map_err(|error| Fault::new(error.to_string()))
    }

    /// A text that stays for good.
    pub(crate) fn variant(&mut self, bytes: &mut Vec<u8>, name: &'static str) {
        self.form.push(ASCII);
        let Self { variants, texts, .. } = self;
        word(bytes, variants.get(name, || texts.place(name.as_bytes())));
    }

    fn place(&mut self, bytes: &mut Vec<u8>, text: &str) {
        let text = text.as_bytes();
        let place = if text.len() > TEXT_MAX { self.texts.push(text) } else { self.texts.place(text) };
        word(bytes, place);
    }

    /// Keys of the caller's are no part of the form: there is no end to them.
    pub(crate) fn key(&mut self, bytes: &mut Vec<u8>, key: &str) {
        self.numbered(bytes, key, keys::number(key));
    }

    /// A key that is the name of a field.
    pub(crate) fn field(&mut self, bytes: &mut Vec<u8>, name: &'static str) {
        let number = self.fields.get(name, || keys::number(name));
        self.numbered(bytes, name, number);
    }

    #[inline]
    fn numbered(&mut self, bytes: &mut Vec<u8>, key: &str, number: Option<u16>) {
        match number {
            // INVARIANT: every number of a key, `KEY_FIRST` added, is below 128; checked by `keys`.
            Some(number) => self.form.push((u64::from(number) + KEY_FIRST) as u8),
            None => {
                self.form.push(KEY_TEXT as u8);
                self.place(bytes, key);
            }
        }
    }

    pub(crate) fn unsigned(&mut self, bytes: &mut Vec<u8>, number: u64) {
        match i32::try_from(number) {
            Ok(number) => {
                self.form.push(UINT);
                word(bytes, number as u32);
            }
            Err(_) => {
                self.form.push(if number <= SAFE_MAX { WIDE } else { BIG_U64 });
                double_word(bytes, number);
            }
        }
    }

    pub(crate) fn negative(&mut self, bytes: &mut Vec<u8>, number: i64) {
        self.form.push(if number.unsigned_abs() <= SAFE_MAX { WIDE } else { BIG_I64 });
        double_word(bytes, number as u64);
    }

    pub(crate) fn float(&mut self, bytes: &mut Vec<u8>, number: f64) {
        self.form.push(FLOAT);
        double_word(bytes, number.to_bits());
    }
}

/// Where an answer begins.
pub(crate) struct Begun(usize);

impl Writer {
    /// From here on answers are written, and taken apart.
    pub(crate) fn begin_batch(&mut self) {
        self.bytes.resize(8, 0);
        self.apart = Some(Box::new(Apart {
            form: Vec::new(),
            forms: Table::new(),
            texts: Table::new(),
            fields: Names::new(),
            variants: Names::new(),
            displayed: String::new(),
        }));
    }

    pub(crate) fn begin_answer(&mut self) -> Begun {
        let begun = Begun(self.bytes.len());
        self.bytes.extend_from_slice(&[0; 8]);
        begun
    }

    pub(crate) fn end_answer(&mut self, begun: Begun, is_failure: bool) -> Result<(), Fault> {
        let Some(apart) = &mut self.apart else { return Ok(()) };
        let form = apart.forms.place(&apart.form) << 1 | u32::from(is_failure);
        apart.form.clear();
        let length = count((self.bytes.len() - begun.0) / 4)?;
        self.bytes[begun.0..begun.0 + 4].copy_from_slice(&length.to_ne_bytes());
        self.bytes[begun.0 + 4..begun.0 + 8].copy_from_slice(&form.to_ne_bytes());
        Ok(())
    }

    /// Writes the tables.
    pub(crate) fn end_batch(&mut self) -> Result<(), Fault> {
        let Some(apart) = self.apart.take() else { return Ok(()) };
        let tables = count(self.bytes.len() / 4)?;
        self.bytes[4..8].copy_from_slice(&tables.to_ne_bytes());
        apart.forms.write(&mut self.bytes)?;
        apart.texts.write(&mut self.bytes)
    }
}

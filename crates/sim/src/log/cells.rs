//! What a row of any format gives to the reader: values by slot.

use std::borrow::Cow;

use super::{Field, Mapping};
use crate::error::{Error, ErrorKind, quotable};

/// The place of a field or an attribute: fields first, in order of declaration, then attributes in order of the mapping.
pub(crate) type Slot = usize;

pub(crate) const fn slot_of(field: Field) -> Slot {
    field as usize
}

pub(crate) const fn attribute_slot(index: usize) -> Slot {
    Field::ALL.len() + index
}

/// The columns that a mapping names for one slot.
pub(crate) struct SlotNames<'m> {
    pub(crate) field: Option<Field>,
    pub(crate) label: &'m str,
    pub(crate) names: &'m [String],
    pub(crate) required: bool,
}

impl SlotNames<'_> {
    /// Whether the slot takes every column it names, and not the first alone.
    pub(crate) fn takes_all(&self) -> bool {
        self.field == Some(Field::Skills)
    }
}

/// Returns the columns of every slot of a mapping, in slot order.
pub(crate) fn slots(mapping: &Mapping) -> Vec<SlotNames<'_>> {
    let fields = Field::ALL.into_iter().map(|field| {
        let columns = mapping.fields.get(&field);
        SlotNames {
            field: Some(field),
            label: field.name(),
            names: columns.map(|columns| columns.names.as_slice()).unwrap_or_default(),
            required: columns.is_some_and(|columns| columns.required)
                || matches!(field, Field::Id | Field::Created),
        }
    });
    let attributes = mapping.attributes.iter().map(|(name, columns)| SlotNames {
        field: None,
        label: name.as_str(),
        names: &columns.names,
        required: columns.required,
    });
    fields.chain(attributes).collect()
}

/// One row, whatever its format.
pub(crate) trait Cells {
    /// Adds the values of a slot, trimmed and without those that are missing.
    fn values<'s>(&'s self, slot: Slot, out: &mut Vec<Cow<'s, str>>) -> Result<(), Error>;

    /// Returns the name of the column that a slot reads, for messages.
    fn column(&self, slot: Slot) -> &str;
}

/// Takes the rows of a log, one by one, and decides whether a bad one ends the reading.
pub(crate) trait RowSink {
    /// Takes a row that can be read.
    fn row<C: Cells>(&mut self, line: u64, cells: &C) -> Result<(), Error>;

    /// Takes a row that cannot; returning an error ends the reading.
    fn bad_row(&mut self, line: u64, error: Error) -> Result<(), Error>;
}

/// Says that a log lacks what the mapping asks for, and what it has instead.
pub(crate) fn missing_column<'a>(slot: &SlotNames<'_>, has: impl Iterator<Item = &'a str>) -> Error {
    const SHOWN_MAX: usize = 20;
    let has: Vec<String> = has.map(|name| format!("`{}`", quotable(name))).collect();
    let mut shown = has.iter().take(SHOWN_MAX).cloned().collect::<Vec<_>>().join(", ");
    if has.len() > SHOWN_MAX {
        shown.push_str(&format!(" and {} more", has.len() - SHOWN_MAX));
    }
    let key = if slot.field.is_some() { slot.label.to_owned() } else { format!("attribute.{}", slot.label) };
    let tried = slot.names.iter().map(|name| format!("`{}`", quotable(name))).collect::<Vec<_>>().join(", ");
    let fault = if tried.is_empty() {
        format!("the mapping names no column for `{key}`")
    } else {
        format!("the log has no column {tried} for `{key}`")
    };
    let message = format!("{fault}; map it with `{key}=COLUMN`; the columns are {shown}");
    let error = Error::new(ErrorKind::MissingColumn, message);
    match slot.field {
        Some(field) => error.at_field(field.name()),
        None => error,
    }
}

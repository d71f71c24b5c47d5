//! Rows of a CSV with a header.

use std::borrow::Cow;
use std::io::Read;

use csv::ByteRecord;

use super::Mapping;
use super::cells::{Cells, RowSink, Slot, SlotNames, missing_column, slots};
use crate::error::{Error, ErrorKind};

/// Where each slot stands in the rows, found once from the header.
struct Layout {
    slots: Vec<SlotPositions>,
    width: usize,
}

#[derive(Default)]
struct SlotPositions {
    positions: Vec<usize>,
    column: String,
}

/// A row with its layout.
struct CsvCells<'a> {
    record: &'a ByteRecord,
    layout: &'a Layout,
    mapping: &'a Mapping,
}

impl Cells for CsvCells<'_> {
    fn values<'s>(&'s self, slot: Slot, out: &mut Vec<Cow<'s, str>>) -> Result<(), Error> {
        let Some(place) = self.layout.slots.get(slot) else { return Ok(()) };
        for position in &place.positions {
            let bytes = self.record.get(*position).unwrap_or_default();
            let text = std::str::from_utf8(bytes).map_err(|error| {
                Error::new(ErrorKind::InvalidUtf8, "the value is not UTF-8; convert the log to UTF-8")
                    .at_column(&place.column)
                    .with_source(error)
            })?;
            let text = text.trim();
            if !self.mapping.is_missing(text) {
                out.push(Cow::Borrowed(text));
            }
        }
        Ok(())
    }

    fn column(&self, slot: Slot) -> &str {
        self.layout.slots.get(slot).map(|place| place.column.as_str()).unwrap_or_default()
    }
}

/// Reads every row of a CSV into a sink; returns the labels of the slots that the log has no column for.
pub(crate) fn read_rows(
    input: &mut dyn Read,
    mapping: &Mapping,
    delimiter: u8,
    sink: &mut impl RowSink,
) -> Result<Vec<String>, Error> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .buffer_capacity(1 << 16)
        .from_reader(input);
    let mut record = ByteRecord::new();
    if !reader.read_byte_record(&mut record).map_err(csv_error)? {
        return Err(Error::new(ErrorKind::UnknownFormat, "the log is empty; it needs a header row"));
    }
    let (layout, absent) = Layout::from_header(&record, mapping)?;
    while reader.read_byte_record(&mut record).map_err(csv_error)? {
        let line = record.position().map(csv::Position::line).unwrap_or_default();
        if record.len() == layout.width {
            sink.row(line, &CsvCells { record: &record, layout: &layout, mapping })?;
        } else {
            let (fields, columns) = (record.len(), layout.width);
            let message =
                format!("the row has {fields} fields, the header has {columns}; look for a stray quote");
            sink.bad_row(line, Error::new(ErrorKind::RowLength, message))?;
        }
    }
    Ok(absent)
}

fn csv_error(error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::io("the log", error),
        // With byte records of any length, nothing else can go wrong.
        other => Error::new(ErrorKind::UnknownFormat, format!("the log is not CSV: {other:?}")),
    }
}

impl Layout {
    fn from_header(header: &ByteRecord, mapping: &Mapping) -> Result<(Self, Vec<String>), Error> {
        let names: Vec<Cow<'_, str>> = header
            .iter()
            .map(|name| match String::from_utf8_lossy(name) {
                Cow::Borrowed(name) => Cow::Borrowed(name.trim()),
                Cow::Owned(name) => Cow::Owned(name.trim().to_owned()),
            })
            .collect();
        let mut layout = Layout { slots: Vec::new(), width: names.len() };
        let mut absent = Vec::new();
        for slot in slots(mapping) {
            let place = find_slot(&slot, &names);
            if place.positions.is_empty() && !slot.names.is_empty() {
                absent.push(slot.label.to_owned());
            }
            if place.positions.is_empty() && slot.required {
                return Err(missing_column(&slot, names.iter().map(|name| name.as_ref())).at_line(1));
            }
            layout.slots.push(place);
        }
        Ok((layout, absent))
    }
}

fn find_slot(slot: &SlotNames<'_>, header: &[Cow<'_, str>]) -> SlotPositions {
    let mut place = SlotPositions::default();
    for name in slot.names {
        let name = name.trim();
        let mut positions = positions_where(header, |column| column == name);
        if positions.is_empty() {
            positions = positions_where(header, |column| column.eq_ignore_ascii_case(name));
        }
        if positions.is_empty() {
            continue;
        }
        if place.column.is_empty() {
            place.column = positions
                .first()
                .and_then(|first| header.get(*first))
                .map_or_else(String::new, |column| column.to_string());
        }
        positions.retain(|position| !place.positions.contains(position));
        place.positions.extend(positions);
        if !slot.takes_all() {
            break;
        }
    }
    place
}

fn positions_where(header: &[Cow<'_, str>], is_meant: impl Fn(&str) -> bool) -> Vec<usize> {
    header.iter().enumerate().filter(|(_, column)| is_meant(column)).map(|(position, _)| position).collect()
}

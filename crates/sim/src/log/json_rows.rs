//! Rows of JSON lines.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::BufRead;

use serde_json::{Map, Value};

use super::Mapping;
use super::cells::{Cells, RowSink, Slot, SlotNames, missing_column, slots};
use crate::error::{Error, ErrorKind};

/// The longest line that is read; a longer one is bad.
const LINE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// An object with the columns of the mapping.
struct JsonCells<'a> {
    object: Map<String, Value>,
    slots: &'a [SlotNames<'a>],
    mapping: &'a Mapping,
    /// Which slots some row had a key for, even if its value was null.
    seen: &'a RefCell<Vec<bool>>,
}

impl Cells for JsonCells<'_> {
    fn values<'s>(&'s self, slot: Slot, out: &mut Vec<Cow<'s, str>>) -> Result<(), Error> {
        let Some(names) = self.slots.get(slot) else { return Ok(()) };
        for name in names.names {
            let Some(value) = find(&self.object, name) else { continue };
            if let Some(seen) = self.seen.borrow_mut().get_mut(slot) {
                *seen = true;
            }
            self.add(name, value, out)?;
            if !names.takes_all() {
                break;
            }
        }
        Ok(())
    }

    fn column(&self, slot: Slot) -> &str {
        let Some(names) = self.slots.get(slot) else { return "" };
        let found = names.names.iter().find(|name| find(&self.object, name).is_some());
        found.or(names.names.first()).map(String::as_str).unwrap_or_default()
    }
}

impl JsonCells<'_> {
    fn add<'s>(&self, name: &str, value: &'s Value, out: &mut Vec<Cow<'s, str>>) -> Result<(), Error> {
        match value {
            Value::Array(items) => {
                for item in items {
                    if item.is_array() {
                        return Err(not_a_value(name, "a list of lists"));
                    }
                    self.add_one(name, item, out)?;
                }
                Ok(())
            }
            _ => self.add_one(name, value, out),
        }
    }

    fn add_one<'s>(&self, name: &str, value: &'s Value, out: &mut Vec<Cow<'s, str>>) -> Result<(), Error> {
        let text = match value {
            Value::Null | Value::Array(_) => return Ok(()),
            Value::String(text) => Cow::Borrowed(text.trim()),
            Value::Bool(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
            Value::Number(number) => Cow::Owned(number.to_string()),
            Value::Object(_) => return Err(not_a_value(name, "an object")),
        };
        if !self.mapping.is_missing(&text) {
            out.push(text);
        }
        Ok(())
    }
}

fn not_a_value(name: &str, what: &str) -> Error {
    let message = format!("the value is {what}; map something inside it, as in `{name}.name`");
    Error::new(ErrorKind::InvalidValue, message).at_column(name)
}

/// Finds a key, or else the end of a path of keys.
fn find<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some(value) = object.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    let mut value = object.get(first)?;
    for key in rest.split('.') {
        value = value.as_object()?.get(key)?;
    }
    Some(value)
}

/// Reads every line into a sink; returns the labels of the slots that no line has a key for.
pub(crate) fn read_rows(
    mut input: impl BufRead,
    mapping: &Mapping,
    sink: &mut impl RowSink,
) -> Result<Vec<String>, Error> {
    let slots = slots(mapping);
    if let Some(needed) = slots.iter().find(|slot| slot.required && slot.names.is_empty()) {
        return Err(missing_column(needed, std::iter::empty()));
    }
    let seen = RefCell::new(vec![false; slots.len()]);
    let mut first_keys: Option<Vec<String>> = None;
    let mut line_bytes = Vec::new();
    let mut line = 0;
    while let Some(fits) = read_line(&mut input, &mut line_bytes)? {
        line += 1;
        if line_bytes.trim_ascii().is_empty() {
            continue;
        }
        match parse(&line_bytes, fits) {
            Ok(object) => {
                first_keys.get_or_insert_with(|| object.keys().cloned().collect());
                sink.row(line, &JsonCells { object, slots: &slots, mapping, seen: &seen })?;
            }
            Err(error) => sink.bad_row(line, error)?,
        }
    }
    absent(&slots, &seen.into_inner(), first_keys)
}

fn absent(slots: &[SlotNames<'_>], seen: &[bool], keys: Option<Vec<String>>) -> Result<Vec<String>, Error> {
    let mut absent = Vec::new();
    for (slot, _) in slots.iter().zip(seen).filter(|(slot, seen)| !slot.names.is_empty() && !**seen) {
        // Where no row was an object, the bad rows say what is wrong.
        if let (true, Some(keys)) = (slot.required, &keys) {
            return Err(missing_column(slot, keys.iter().map(String::as_str)));
        }
        absent.push(slot.label.to_owned());
    }
    Ok(absent)
}

fn parse(line: &[u8], fits: bool) -> Result<Map<String, Value>, Error> {
    if !fits {
        let message = format!("the line has more than {LINE_BYTES_MAX} bytes; write one ticket a line");
        return Err(Error::new(ErrorKind::InvalidJson, message));
    }
    let text = std::str::from_utf8(line).map_err(|error| {
        Error::new(ErrorKind::InvalidUtf8, "the line is not UTF-8; convert the log to UTF-8")
            .with_source(error)
    })?;
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => {
            Err(Error::new(ErrorKind::InvalidJson, "the line is no JSON object; write one object a line"))
        }
        Err(error) => {
            let message =
                format!("the line is not JSON at column {}; write one object a line", error.column());
            Err(Error::new(ErrorKind::InvalidJson, message).with_source(error))
        }
    }
}

/// Reads the next line and says whether it was short enough to be kept; `None` is the end.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> Result<Option<bool>, Error> {
    line.clear();
    let io = |error| Error::io("the log", error);
    let count = std::io::Read::take(&mut *input, LINE_BYTES_MAX).read_until(b'\n', line).map_err(io)?;
    if count == 0 {
        return Ok(None);
    }
    if (count as u64) < LINE_BYTES_MAX || line.ends_with(b"\n") {
        return Ok(Some(true));
    }
    line.truncate(1);
    input.skip_until(b'\n').map_err(io)?;
    Ok(Some(false))
}

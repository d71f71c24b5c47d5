//! One row, read and checked before anything of it is kept.

use std::borrow::Cow;

use super::cells::{Cells, Slot, attribute_slot, slot_of};
use super::{Field, Mapping, TimeFormat};
use crate::duration::parse_duration_ms;
use crate::error::{Error, ErrorKind, quotable};

/// The longest id or name, as the engine takes it.
pub(crate) const NAME_BYTES_MAX: usize = 256;
/// The longest value of an attribute.
pub(crate) const ATTRIBUTE_BYTES_MAX: usize = 4_096;

/// The values of one row; `None` where the row has none.
pub(crate) struct RowValues<'a> {
    pub(crate) id: Cow<'a, str>,
    pub(crate) created: Option<i64>,
    pub(crate) resolved: Option<i64>,
    pub(crate) closed: Option<i64>,
    pub(crate) first_assigned: Option<i64>,
    pub(crate) first_response: Option<i64>,
    pub(crate) first_response_after: Option<i64>,
    pub(crate) started: Option<i64>,
    pub(crate) handle_time: Option<i64>,
    pub(crate) priority: Option<Cow<'a, str>>,
    pub(crate) queue: Option<Cow<'a, str>>,
    pub(crate) agent: Option<Cow<'a, str>>,
    pub(crate) requester: Option<Cow<'a, str>>,
    pub(crate) channel: Option<Cow<'a, str>>,
    pub(crate) status: Option<Cow<'a, str>>,
    pub(crate) skills: Vec<Cow<'a, str>>,
    pub(crate) reassignments: Option<u32>,
    pub(crate) reopened: Option<u32>,
    pub(crate) attributes: Vec<Option<Cow<'a, str>>>,
}

/// Reads a row; its errors have column and field, but no line yet.
pub(crate) fn read<'a, C: Cells>(cells: &'a C, mapping: &Mapping) -> Result<RowValues<'a>, Error> {
    let reader = RowReader { cells, mapping };
    let id = reader.name(Field::Id)?.ok_or_else(|| {
        reader.fault(Field::Id, ErrorKind::MissingId, "the row has no id; every ticket needs one".to_owned())
    })?;
    let holders = reader.count(Field::Holders)?;
    let attributes = (0..mapping.attributes.len())
        .map(|index| reader.text(attribute_slot(index), ATTRIBUTE_BYTES_MAX))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(RowValues {
        id,
        created: reader.time(Field::Created)?,
        resolved: reader.time(Field::Resolved)?,
        closed: reader.time(Field::Closed)?,
        first_assigned: reader.time(Field::FirstAssigned)?,
        first_response: reader.time(Field::FirstResponse)?,
        first_response_after: reader.duration(Field::FirstResponseAfter)?,
        started: reader.time(Field::Started)?,
        handle_time: reader.duration(Field::HandleTime)?,
        priority: reader.name(Field::Priority)?,
        queue: reader.name(Field::Queue)?,
        agent: reader.name(Field::Agent)?,
        requester: reader.name(Field::Requester)?,
        channel: reader.name(Field::Channel)?,
        status: reader.name(Field::Status)?,
        skills: reader.skills()?,
        reassignments: reader
            .count(Field::Reassignments)?
            .or(holders.map(|holders| holders.saturating_sub(1))),
        reopened: reader.count(Field::Reopened)?,
        attributes,
    })
}

struct RowReader<'a, 'm, C> {
    cells: &'a C,
    mapping: &'m Mapping,
}

impl<'a, C: Cells> RowReader<'a, '_, C> {
    fn fault(&self, field: Field, kind: ErrorKind, message: String) -> Error {
        Error::new(kind, message).at_column(self.cells.column(slot_of(field))).at_field(field.name())
    }

    /// Returns the first value of a slot.
    fn first(&self, slot: Slot) -> Result<Option<Cow<'a, str>>, Error> {
        let mut values = Vec::new();
        self.cells.values(slot, &mut values)?;
        Ok(values.into_iter().next())
    }

    fn text(&self, slot: Slot, bytes_max: usize) -> Result<Option<Cow<'a, str>>, Error> {
        let value = self.first(slot)?;
        if let Some(text) = &value {
            self.check_length(slot, text, bytes_max)?;
        }
        Ok(value)
    }

    fn check_length(&self, slot: Slot, text: &str, bytes_max: usize) -> Result<(), Error> {
        if text.len() <= bytes_max {
            return Ok(());
        }
        let message =
            format!("the value has {} bytes, at most {bytes_max} are taken; shorten it", text.len());
        Err(Error::new(ErrorKind::InvalidValue, message).at_column(self.cells.column(slot)))
    }

    fn name(&self, field: Field) -> Result<Option<Cow<'a, str>>, Error> {
        self.text(slot_of(field), NAME_BYTES_MAX).map_err(|error| error.at_field(field.name()))
    }

    fn time(&self, field: Field) -> Result<Option<i64>, Error> {
        let Some(text) = self.first(slot_of(field))? else { return Ok(None) };
        let formats = &self.mapping.times;
        if let Some(time_ms) = formats.iter().find_map(|format| format.parse_ms(&text)) {
            return Ok(Some(time_ms));
        }
        let tried = formats.iter().map(TimeFormat::name).collect::<Vec<_>>().join(", ");
        let message = format!(
            "cannot read the time `{}` as {tried}; name its format in the mapping, for example `times=mdy`",
            quotable(&text)
        );
        Err(self.fault(field, ErrorKind::InvalidTime, message))
    }

    fn duration(&self, field: Field) -> Result<Option<i64>, Error> {
        let Some(text) = self.first(slot_of(field))? else { return Ok(None) };
        match duration_ms(&text, self.mapping.unit(field).ms()) {
            Some(duration_ms) => Ok(Some(duration_ms)),
            None => {
                let message = format!(
                    "cannot read the duration `{}`; write a number, `H:M:S` or `1h 30m`",
                    quotable(&text)
                );
                Err(self.fault(field, ErrorKind::InvalidNumber, message))
            }
        }
    }

    fn count(&self, field: Field) -> Result<Option<u32>, Error> {
        let Some(text) = self.first(slot_of(field))? else { return Ok(None) };
        let whole = text.strip_suffix(".0").unwrap_or(&text);
        match whole.parse::<u32>() {
            // The largest number stands for "missing" in the records.
            Ok(count) if count < u32::MAX => Ok(Some(count)),
            _ => {
                let message =
                    format!("cannot read the count `{}`; write a whole number from 0", quotable(&text));
                Err(self.fault(field, ErrorKind::InvalidNumber, message))
            }
        }
    }

    fn skills(&self) -> Result<Vec<Cow<'a, str>>, Error> {
        let slot = slot_of(Field::Skills);
        let mut values = Vec::new();
        self.cells.values(slot, &mut values)?;
        if let Some(separator) = self.mapping.skill_separator {
            values = values.into_iter().flat_map(|value| split(value, separator)).collect();
            values.retain(|value| !self.mapping.is_missing(value));
        }
        let mut skills: Vec<Cow<'a, str>> = Vec::with_capacity(values.len());
        for value in values {
            self.check_length(slot, &value, NAME_BYTES_MAX).map_err(|error| error.at_field("skills"))?;
            if !skills.contains(&value) {
                skills.push(value);
            }
        }
        Ok(skills)
    }
}

fn split(value: Cow<'_, str>, separator: char) -> Vec<Cow<'_, str>> {
    match value {
        Cow::Borrowed(text) => text.split(separator).map(|part| Cow::Borrowed(part.trim())).collect(),
        Cow::Owned(text) => text.split(separator).map(|part| Cow::Owned(part.trim().to_owned())).collect(),
    }
}

/// Reads a duration as an export writes it: a number of units, `H:M[:S]`, a time since 1970, or `1h 30m`.
fn duration_ms(text: &str, unit_ms: i64) -> Option<i64> {
    let duration_ms = if text.contains(':') {
        // ServiceNow writes durations as moments since 1970.
        if text.starts_with("1970-") { TimeFormat::Iso.parse_ms(text)? } else { clock_ms(text)? }
    } else if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        decimal_ms(text, unit_ms)?
    } else {
        parse_duration_ms(text).ok()?
    };
    (duration_ms >= 0).then_some(duration_ms)
}

fn clock_ms(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let mut part = |limit: i64| -> Option<i64> {
        let part = parts.next()?;
        part.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| part.parse::<i64>().ok())?
            .filter(|n| *n < limit)
    };
    let hours = part(1_000_000)?;
    let minutes = part(60)?;
    let seconds = if text.matches(':').count() > 1 { part(60)? } else { 0 };
    parts.next().is_none().then_some((hours * 3_600 + minutes * 60 + seconds) * 1_000)
}

fn decimal_ms(text: &str, unit_ms: i64) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.contains('.') {
        return None;
    }
    let mut total = whole.parse::<i64>().ok()?.checked_mul(unit_ms)?;
    let mut place = unit_ms;
    for digit in fraction.bytes() {
        place /= 10;
        total = total.checked_add(place * i64::from(digit - b'0'))?;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_exports_write_them() {
        for (text, unit_ms, expected_ms) in [
            ("90", 1_000, 90_000),
            ("1.5", 60_000, 90_000),
            ("0.25", 3_600_000, 900_000),
            ("00:12:30", 1_000, 750_000),
            ("100:00", 1_000, 360_000_000),
            ("1970-01-02 00:00:01", 1_000, 86_401_000),
            ("1h 30m", 1_000, 5_400_000),
        ] {
            assert_eq!(duration_ms(text, unit_ms), Some(expected_ms), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in
            ["-5", "x", "1:60", "1:2:3:4", ":", "1.2.3", ".", "99999999999999999999", "1970-13-01 00:00:00"]
        {
            assert_eq!(duration_ms(text, 1_000), None, "{text}");
        }
    }
}

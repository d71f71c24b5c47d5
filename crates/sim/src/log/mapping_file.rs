//! Mappings in JSON files.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Deserialize;

use super::mapping::{FieldColumns, invalid, one_char, unknown_field};
use super::{DurationUnit, Field, LogFormat, Mapping, RepeatedIds, TimeFormat};
use crate::error::{Error, quotable};

/// What a mapping file may say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    base: Option<String>,
    format: Option<LogFormat>,
    #[serde(default)]
    fields: IndexMap<String, OneOrMany>,
    #[serde(default)]
    attributes: Attributes,
    missing: Option<Vec<String>>,
    times: Option<Vec<TimeFormat>>,
    #[serde(default)]
    units: BTreeMap<Field, DurationUnit>,
    repeated_ids: Option<RepeatedIds>,
    delimiter: Option<String>,
    skill_separator: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Attributes {
    ByName(IndexMap<String, String>),
    SameName(Vec<String>),
}

impl Default for Attributes {
    fn default() -> Self {
        Attributes::SameName(Vec::new())
    }
}

impl Mapping {
    /// Reads a mapping from a JSON document.
    ///
    /// ```json
    /// {
    ///   "base": "servicenow",
    ///   "fields": {"id": "ref", "created": ["opened", "created_on"], "skills": ["topic", "language"]},
    ///   "attributes": {"region": "Region"},
    ///   "missing": ["", "n/a"],
    ///   "times": ["%d.%m.%Y %H:%M"],
    ///   "units": {"handle_time": "m"},
    ///   "repeated_ids": "fold",
    ///   "format": "csv",
    ///   "delimiter": ";",
    ///   "skill_separator": ","
    /// }
    /// ```
    ///
    /// Everything may be left out. `base` names the ready-made mapping that the rest changes; without it the mapping
    /// starts empty. A log must have a column of every field and attribute that the document names: where a list is
    /// given, at least one of it. `attributes` may also be a list of columns that keep their names. The other
    /// defaults are those of [`Mapping::new`]; the delimiter is found from the header.
    ///
    /// # Errors
    ///
    /// [`InvalidMapping`](crate::ErrorKind::InvalidMapping) where the text is not such a document, with the line
    /// where JSON itself is at fault.
    ///
    /// ```
    /// use deskmatch_sim::{Field, Mapping};
    ///
    /// let mapping = Mapping::from_json(r#"{"base": "jira", "fields": {"queue": "Team"}, "times": ["mdy"]}"#)?;
    /// assert_eq!(mapping.columns(Field::Queue), ["Team"]);
    /// assert_eq!(mapping.columns(Field::Id), ["Issue key", "Key"]);
    /// # Ok::<(), deskmatch_sim::Error>(())
    /// ```
    pub fn from_json(document: &str) -> Result<Self, Error> {
        let file: MappingFile = serde_json::from_str(document).map_err(|error| {
            let line = error.line() as u64;
            invalid(format!("the mapping is not valid: {error}")).at_line(line).with_source(error)
        })?;
        let mut mapping = match &file.base {
            None => Mapping::new("file"),
            Some(base) => Mapping::ready_made(base).ok_or_else(|| unknown_base(base))?,
        };
        file.apply_to(&mut mapping)?;
        Ok(mapping)
    }

    /// Returns the ready-made mapping of that name, or reads the file of that name.
    ///
    /// # Errors
    ///
    /// Those of [`from_json`](Mapping::from_json), and [`Io`](crate::ErrorKind::Io) where there is neither.
    pub fn load(name_or_path: &str) -> Result<Self, Error> {
        if let Some(mapping) = Mapping::ready_made(name_or_path) {
            return Ok(mapping);
        }
        let shown = quotable(name_or_path);
        let document = std::fs::read_to_string(name_or_path).map_err(|error| {
            Error::io(
                &format!("the mapping `{shown}`, which is none of {} either", Mapping::READY_MADE.join(", ")),
                error,
            )
        })?;
        let mut mapping = Mapping::from_json(&document)?;
        mapping.name = name_or_path.to_owned();
        Ok(mapping)
    }
}

impl MappingFile {
    fn apply_to(self, mapping: &mut Mapping) -> Result<(), Error> {
        for (name, columns) in self.fields {
            let field = Field::from_name(&name).ok_or_else(|| unknown_field(&name))?;
            let names = match columns {
                OneOrMany::One(column) => vec![column],
                OneOrMany::Many(columns) => columns,
            };
            if names.is_empty() {
                mapping.fields.remove(&field);
            } else {
                mapping.fields.insert(field, FieldColumns { names, required: true });
            }
        }
        match self.attributes {
            Attributes::ByName(attributes) => {
                for (name, column) in attributes {
                    mapping.set_attribute(&name, &column)?;
                }
            }
            Attributes::SameName(columns) => {
                for column in columns {
                    mapping.set_attribute(&column, &column)?;
                }
            }
        }
        for (field, unit) in self.units {
            if !field.is_duration() {
                return Err(invalid(format!("`{}` is not a duration and has no unit", field.name())));
            }
            mapping.units.insert(field, unit);
        }
        if self.times.as_ref().is_some_and(Vec::is_empty) {
            return Err(invalid("`times` is empty; leave it out for the default formats"));
        }
        mapping.format = self.format.unwrap_or(mapping.format);
        mapping.repeated_ids = self.repeated_ids.unwrap_or(mapping.repeated_ids);
        mapping.missing = self.missing.unwrap_or_else(|| std::mem::take(&mut mapping.missing));
        mapping.times = self.times.unwrap_or_else(|| std::mem::take(&mut mapping.times));
        if let Some(delimiter) = &self.delimiter {
            let character = one_char("delimiter", delimiter)?;
            let byte =
                u8::try_from(character).ok().filter(|byte| byte.is_ascii() && !b"\"\r\n".contains(byte));
            mapping.delimiter = Some(
                byte.ok_or_else(|| invalid("`delimiter` is one ASCII character, no quote or line end"))?,
            );
        }
        if let Some(separator) = &self.skill_separator {
            mapping.skill_separator = Some(one_char("skill_separator", separator)?);
        }
        Ok(())
    }
}

fn unknown_base(base: &str) -> Error {
    invalid(format!(
        "unknown base `{}`; the ready-made mappings are {}",
        quotable(base),
        Mapping::READY_MADE.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn a_file_says_everything_about_a_log() {
        let mapping = Mapping::from_json(
            r#"{"fields": {"id": "ref", "created": "at", "skills": ["topic", "language"]}, "attributes": ["Region"],
                "missing": ["n/a"], "times": ["%d.%m.%Y", "epoch_ms"], "units": {"handle_time": "m"},
                "repeated_ids": "fold", "format": "csv", "delimiter": ";", "skill_separator": ","}"#,
        )
        .unwrap();
        assert_eq!(mapping.columns(Field::Skills), ["topic", "language"]);
        assert_eq!(mapping.attribute_names().collect::<Vec<_>>(), ["Region"]);
        assert_eq!(mapping.times()[1], TimeFormat::EpochMilliseconds);
        assert_eq!(mapping.unit(Field::HandleTime), DurationUnit::Minutes);
        assert!(mapping.is_missing("n/a") && mapping.is_missing("") && !mapping.is_missing("?"));
    }

    #[test]
    fn a_file_that_is_wrong_is_refused() {
        for document in [
            "",
            "[]",
            "{",
            r#"{"base": "abacus"}"#,
            r#"{"fields": {"colour": "x"}}"#,
            r#"{"colour": 1}"#,
            r#"{"times": ["soon"]}"#,
            r#"{"times": []}"#,
            r#"{"units": {"queue": "m"}}"#,
            r#"{"delimiter": "\""}"#,
            r#"{"delimiter": "ab"}"#,
            r#"{"attributes": {"": "x"}}"#,
            r#"{"fields": {"id": 3}}"#,
        ] {
            assert_eq!(
                Mapping::from_json(document).unwrap_err().kind(),
                ErrorKind::InvalidMapping,
                "{document}"
            );
        }
    }

    #[test]
    fn a_name_that_is_neither_ready_made_nor_a_file_says_so() {
        let error = Mapping::load("no/such/mapping.json").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.to_string().contains("servicenow, zendesk, jira"));
    }
}

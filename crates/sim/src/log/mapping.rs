//! Which column of a log holds which field.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{DurationUnit, Field, TimeFormat};
use crate::error::{Error, ErrorKind, quotable};

/// Says how a log is written. By default the reader looks at its first bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// JSON lines where the first character is `{`, else CSV.
    #[default]
    Auto,
    /// Comma-separated values with a header row.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

/// Says what several rows with one id are. The default is `refuse`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepeatedIds {
    /// Updates of one ticket: each field keeps the last value given for it.
    Fold,
    /// A fault: every row but the first is bad.
    #[default]
    Refuse,
}

/// The columns of one field, and whether a log without any of them is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldColumns {
    pub(crate) names: Vec<String>,
    pub(crate) required: bool,
}

/// Maps the fields of a ticket to the columns of a log.
///
/// A field may have several names: the first that the log has is used, except for [`Field::Skills`], which takes all
/// of them. A name that the header holds several times (Jira repeats `Labels` and `Component/s`) means all those
/// columns: skills take each value, other fields the first that is not missing. Names are compared exactly, and where
/// a CSV header has no such column, without regard to case. In JSON lines a name may be a path, `fields.priority.name`.
///
/// | | [`servicenow`](Mapping::servicenow) | [`zendesk`](Mapping::zendesk) | [`jira`](Mapping::jira) |
/// |---|---|---|---|
/// | id | `number` | `Id` | `Issue key` |
/// | created, resolved | `opened_at`, `resolved_at` | `Created at`, `Solved at` | `Created`, `Resolved` |
/// | queue | `assignment_group` | `Group` | `Project key` |
/// | agent | `resolved_by`, else `assigned_to` | `Assignee` | `Assignee` |
/// | skills | `category` | `Ticket type` | `Component/s`, `Components` |
/// | requester, channel | `caller_id`, `contact_type` | `Requester id`, `Via` | `Reporter`, none |
/// | handle time | `time_worked` | none | `Time Spent` |
/// | missing | empty, `?` | empty, `-` | empty |
/// | times | `iso`, `dmy` | `iso` | `jira`, `iso` |
/// | several rows of a ticket | folded | refused | refused |
///
/// ```
/// use deskmatch_sim::{Field, Mapping};
///
/// let mapping = Mapping::zendesk().with_override("skills=Ticket Category [list]")?;
/// assert_eq!(mapping.columns(Field::Skills), ["Ticket Category [list]"]);
/// assert_eq!(mapping.columns(Field::Created)[0], "Created at");
/// # Ok::<(), deskmatch_sim::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    pub(super) name: String,
    pub(super) format: LogFormat,
    pub(super) fields: BTreeMap<Field, FieldColumns>,
    pub(super) attributes: IndexMap<String, FieldColumns>,
    pub(super) missing: Vec<String>,
    pub(super) times: Vec<TimeFormat>,
    pub(super) units: BTreeMap<Field, DurationUnit>,
    pub(super) repeated_ids: RepeatedIds,
    pub(super) delimiter: Option<u8>,
    pub(super) skill_separator: Option<char>,
}

impl Mapping {
    /// The names of the ready-made mappings.
    pub const READY_MADE: [&str; 3] = ["servicenow", "zendesk", "jira"];

    /// At most so many attributes: as many as the engine lets a ticket have.
    pub const ATTRIBUTES_MAX: usize = 1_024;

    /// Creates a mapping without any column, to be filled with [`with_override`](Mapping::with_override).
    ///
    /// Only the empty text is a missing value; times are tried as in [`TimeFormat::defaults`]; a repeated id is refused.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            format: LogFormat::Auto,
            fields: BTreeMap::new(),
            attributes: IndexMap::new(),
            missing: vec![String::new()],
            times: TimeFormat::defaults(),
            units: BTreeMap::new(),
            repeated_ids: RepeatedIds::Refuse,
            delimiter: None,
            skill_separator: None,
        }
    }

    /// Maps ServiceNow incident exports and event logs, by field name (`opened_at`) or by label (`Opened`).
    ///
    /// Several rows of an incident are folded into one. Impact, urgency, subcategory and location become attributes.
    pub fn servicenow() -> Self {
        let mut mapping = Self::new("servicenow")
            .optional(Field::Id, &["number"])
            .optional(Field::Created, &["opened_at", "opened", "sys_created_on", "created"])
            .optional(Field::Resolved, &["resolved_at", "resolved"])
            .optional(Field::Closed, &["closed_at", "closed"])
            .optional(Field::HandleTime, &["time_worked", "time worked"])
            .optional(Field::Priority, &["priority"])
            .optional(Field::Queue, &["assignment_group", "assignment group"])
            .optional(Field::Agent, &["resolved_by", "resolved by", "assigned_to", "assigned to"])
            .optional(Field::Requester, &["caller_id", "caller"])
            .optional(Field::Skills, &["category"])
            .optional(Field::Channel, &["contact_type", "contact type", "channel"])
            .optional(Field::Status, &["incident_state", "incident state", "state"])
            .optional(Field::Reassignments, &["reassignment_count", "reassignment count"])
            .optional(Field::Reopened, &["reopen_count", "reopen count"]);
        for name in ["impact", "urgency", "subcategory", "location"] {
            mapping.optional_attribute(name, name);
        }
        mapping.missing.push("?".to_owned());
        mapping.times = vec![TimeFormat::Iso, TimeFormat::DayFirst];
        mapping.repeated_ids = RepeatedIds::Fold;
        mapping
    }

    /// Maps Zendesk exports: the CSV of a view by its headings, and tickets of the API as JSON lines by their keys.
    ///
    /// Zendesk exports no skills, so the ticket type stands in for them; a desk with a custom field for the subject
    /// matter maps that instead, for example `skills=Ticket Category [list]`. The organisation becomes an attribute.
    pub fn zendesk() -> Self {
        let mut mapping = Self::new("zendesk")
            .optional(Field::Id, &["Id", "id"])
            .optional(Field::Created, &["Created at", "created_at"])
            .optional(Field::Resolved, &["Solved at", "metric_set.solved_at", "solved_at"])
            .optional(Field::FirstAssigned, &["Initially assigned at", "metric_set.initially_assigned_at"])
            .optional(
                Field::FirstResponseAfter,
                &["First reply time in minutes", "metric_set.reply_time_in_minutes.calendar"],
            )
            .optional(Field::Priority, &["Priority", "priority"])
            .optional(Field::Queue, &["Group", "group.name", "group_id"])
            .optional(Field::Agent, &["Assignee", "assignee.name", "assignee_id"])
            .optional(Field::Requester, &["Requester id", "Requester", "requester_id"])
            .optional(Field::Skills, &["Ticket type", "type"])
            .optional(Field::Channel, &["Via", "via.channel"])
            .optional(Field::Status, &["Status", "status"])
            .optional(Field::Holders, &["Assignee stations", "metric_set.assignee_stations"])
            .optional(Field::Reopened, &["Reopens", "metric_set.reopens"]);
        mapping.optional_attribute("organization", "Organization");
        mapping.missing.push("-".to_owned());
        mapping.times = vec![TimeFormat::Iso];
        mapping.units.insert(Field::FirstResponseAfter, DurationUnit::Minutes);
        mapping
    }

    /// Maps Jira's CSV exports ("all fields" and "current fields").
    ///
    /// The project is the queue and the components are the skills; labels can be added with `skills=Labels`. The issue
    /// type and the resolution become attributes.
    pub fn jira() -> Self {
        let mut mapping = Self::new("jira")
            .optional(Field::Id, &["Issue key", "Key"])
            .optional(Field::Created, &["Created"])
            .optional(Field::Resolved, &["Resolved"])
            .optional(Field::HandleTime, &["Time Spent"])
            .optional(Field::Priority, &["Priority"])
            .optional(Field::Queue, &["Project key", "Project name", "Project"])
            .optional(Field::Agent, &["Assignee"])
            .optional(Field::Requester, &["Reporter"])
            .optional(Field::Skills, &["Component/s", "Components"])
            .optional(Field::Status, &["Status"]);
        mapping.optional_attribute("issue_type", "Issue Type");
        mapping.optional_attribute("resolution", "Resolution");
        mapping.times = vec![TimeFormat::Jira, TimeFormat::Iso];
        mapping
    }

    /// Returns the ready-made mapping of that name.
    ///
    /// ```
    /// use deskmatch_sim::Mapping;
    ///
    /// assert_eq!(Mapping::ready_made("jira").map(|mapping| mapping.name().to_owned()).as_deref(), Some("jira"));
    /// assert!(Mapping::ready_made("abacus").is_none());
    /// ```
    pub fn ready_made(name: &str) -> Option<Self> {
        match name {
            "servicenow" => Some(Self::servicenow()),
            "zendesk" => Some(Self::zendesk()),
            "jira" => Some(Self::jira()),
            _ => None,
        }
    }

    /// Returns the name of this mapping: that of the ready-made one, or of the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the names of the columns that are tried for a field, in order; none where the field is not mapped.
    pub fn columns(&self, field: Field) -> &[String] {
        self.fields.get(&field).map(|columns| columns.names.as_slice()).unwrap_or_default()
    }

    /// Returns the names of the attributes, in order.
    pub fn attribute_names(&self) -> impl Iterator<Item = &str> {
        self.attributes.keys().map(String::as_str)
    }

    /// Returns what the log writes for a missing value.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Returns the formats that are tried for a time, in order.
    pub fn times(&self) -> &[TimeFormat] {
        &self.times
    }

    /// Returns what several rows with one id are.
    pub fn repeated_ids(&self) -> RepeatedIds {
        self.repeated_ids
    }

    /// Changes this mapping by one setting of the form `field=column`.
    ///
    /// | setting | means |
    /// |---|---|
    /// | `queue=Team` | the queue is in the column `Team`, which the log must have |
    /// | `queue=` | the log says nothing of queues |
    /// | `attribute.region=Region` | the column `Region` becomes the attribute `region` |
    /// | `handle_time.unit=m` | bare numbers are minutes; `ms`, `s`, `m` or `h` |
    /// | `skills.separator=;` | one cell holds several skills |
    /// | `times=mdy` | the only format of times; see [`TimeFormat`] |
    /// | `missing=n/a` | one more text that means a missing value |
    /// | `repeated_ids=fold` | `fold` or `refuse`; see [`RepeatedIds`] |
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidMapping`] where the setting has no `=`, names no field, or has a value that cannot be.
    ///
    /// ```
    /// use deskmatch_sim::{Field, Mapping};
    ///
    /// let mapping = Mapping::jira().with_override("queue=Custom field (Team)")?;
    /// assert_eq!(mapping.columns(Field::Queue), ["Custom field (Team)"]);
    /// assert_eq!(
    ///     Mapping::jira().with_override("qeue=Team").unwrap_err().to_string().split(';').next(),
    ///     Some("unknown field `qeue` in the mapping"),
    /// );
    /// # Ok::<(), deskmatch_sim::Error>(())
    /// ```
    pub fn with_override(self, setting: &str) -> Result<Self, Error> {
        self.with_overrides([setting])
    }

    /// Changes this mapping by several settings, as [`with_override`](Mapping::with_override) does by one.
    ///
    /// A first setting for a field replaces its columns; further ones for the same field add to them, which gives
    /// skills several columns: `skills=category`, `skills=subcategory`.
    ///
    /// # Errors
    ///
    /// Those of [`with_override`](Mapping::with_override).
    pub fn with_overrides<'a>(mut self, settings: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let mut touched = Vec::new();
        for setting in settings {
            let Some((key, value)) = setting.split_once('=') else {
                let shown = quotable(setting);
                return Err(invalid(format!("`{shown}` is no mapping; write `field=column`")));
            };
            let key = key.trim();
            if let Some(field) = Field::from_name(key) {
                self.override_field(field, value, touched.contains(&field));
                touched.push(field);
            } else {
                self.override_setting(key, value)?;
            }
        }
        Ok(self)
    }

    fn override_field(&mut self, field: Field, column: &str, add: bool) {
        if column.is_empty() {
            self.fields.remove(&field);
            return;
        }
        let columns = self.fields.entry(field).or_default();
        if !add {
            columns.names.clear();
        }
        columns.names.push(column.to_owned());
        columns.required = true;
    }

    fn override_setting(&mut self, key: &str, value: &str) -> Result<(), Error> {
        match key {
            "times" => {
                let format = TimeFormat::from_name(value).ok_or_else(|| TimeFormat::unknown(value))?;
                self.times = vec![format];
            }
            "missing" => self.missing.push(value.to_owned()),
            "repeated_ids" => {
                self.repeated_ids = match value {
                    "fold" => RepeatedIds::Fold,
                    "refuse" => RepeatedIds::Refuse,
                    _ => {
                        return Err(invalid(format!(
                            "`repeated_ids` is `fold` or `refuse`, not `{}`",
                            quotable(value)
                        )));
                    }
                }
            }
            "skills.separator" => self.skill_separator = Some(one_char("skills.separator", value)?),
            _ => return self.override_part(key, value),
        }
        Ok(())
    }

    fn override_part(&mut self, key: &str, value: &str) -> Result<(), Error> {
        if let Some(name) = key.strip_prefix("attribute.") {
            return self.set_attribute(name, value);
        }
        let field = key.strip_suffix(".unit").and_then(Field::from_name).filter(|field| field.is_duration());
        if let Some(field) = field {
            let unit = DurationUnit::from_name(value).ok_or_else(|| {
                invalid(format!(
                    "the unit of `{field}` is ms, s, m or h, not `{}`",
                    quotable(value),
                    field = field.name()
                ))
            })?;
            self.units.insert(field, unit);
            return Ok(());
        }
        Err(unknown_field(key))
    }

    /// Maps a column to an attribute, which the log must have; an empty column takes the attribute away.
    pub(super) fn set_attribute(&mut self, name: &str, column: &str) -> Result<(), Error> {
        if name.is_empty() || name.len() > super::row::NAME_BYTES_MAX {
            return Err(invalid(
                "the name of an attribute has 1 to 256 bytes, as in `attribute.region=Region`",
            ));
        }
        if column.is_empty() {
            self.attributes.shift_remove(name);
            return Ok(());
        }
        let columns = FieldColumns { names: vec![column.to_owned()], required: true };
        self.attributes.insert(name.to_owned(), columns);
        if self.attributes.len() > Self::ATTRIBUTES_MAX {
            return Err(invalid(format!("a ticket has at most {} attributes", Self::ATTRIBUTES_MAX)));
        }
        Ok(())
    }

    fn optional(mut self, field: Field, names: &[&str]) -> Self {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        self.fields.insert(field, FieldColumns { names, required: false });
        self
    }

    fn optional_attribute(&mut self, name: &str, column: &str) {
        let columns = FieldColumns { names: vec![column.to_owned()], required: false };
        self.attributes.insert(name.to_owned(), columns);
    }

    pub(crate) fn unit(&self, field: Field) -> DurationUnit {
        self.units.get(&field).copied().unwrap_or_default()
    }

    pub(crate) fn is_missing(&self, trimmed: &str) -> bool {
        trimmed.is_empty() || self.missing.iter().any(|missing| missing == trimmed)
    }
}

pub(super) fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidMapping, message)
}

pub(super) fn unknown_field(name: &str) -> Error {
    invalid(format!("unknown field `{}` in the mapping; the fields are {}", quotable(name), Field::names()))
}

/// Returns the only character of a setting.
pub(super) fn one_char(key: &str, value: &str) -> Result<char, Error> {
    let mut characters = value.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => Ok(character),
        _ => Err(invalid(format!("`{key}` is one character, not `{}`", quotable(value)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ready_made_mapping_is_found_by_its_name_and_has_the_needed_fields() {
        for name in Mapping::READY_MADE {
            let mapping = Mapping::ready_made(name).unwrap();
            assert_eq!(mapping.name(), name);
            for field in
                [Field::Id, Field::Created, Field::Resolved, Field::Agent, Field::Queue, Field::Skills]
            {
                assert!(!mapping.columns(field).is_empty(), "{name} {field:?}");
            }
        }
    }

    #[test]
    fn a_first_override_replaces_and_a_second_adds() {
        let mapping = Mapping::servicenow().with_overrides(["skills=a", "skills=b"]).unwrap();
        assert_eq!(mapping.columns(Field::Skills), ["a", "b"]);
        let mapping = mapping.with_override("skills=").unwrap();
        assert!(mapping.columns(Field::Skills).is_empty());
    }

    #[test]
    fn settings_that_cannot_be_are_refused() {
        for setting in [
            "skills",
            "=x",
            "colour=x",
            "times=soon",
            "handle_time.unit=days",
            "queue.unit=m",
            "skills.separator=",
            "attribute.=x",
            "skills.separator=ab",
            "repeated_ids=maybe",
        ] {
            let error = Mapping::jira().with_override(setting).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidMapping, "{setting}");
        }
    }

    #[test]
    fn a_column_may_hold_an_equals_sign() {
        let mapping = Mapping::jira().with_override("queue=Team = squad").unwrap();
        assert_eq!(mapping.columns(Field::Queue), ["Team = squad"]);
    }
}

//! The one error type of this crate.

use std::fmt;

/// Names what went wrong, for programs.
///
/// Each kind has a stable [`code`](ErrorKind::code). Kinds for which [`is_bad_row`](ErrorKind::is_bad_row) holds concern
/// one row of a log: unless reading is strict, such a row is reported, counted and skipped.
///
/// ```
/// use deskmatch_sim::ErrorKind;
///
/// assert_eq!(ErrorKind::InvalidTime.code(), "invalid_time");
/// assert!(ErrorKind::InvalidTime.is_bad_row() && !ErrorKind::Io.is_bad_row());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorKind {
    /// The file or stream cannot be opened or read to its end.
    Io,
    /// The input is neither CSV nor JSON lines, or it is empty.
    UnknownFormat,
    /// The mapping of fields to columns is not valid.
    InvalidMapping,
    /// A column that the mapping names is not in the log.
    MissingColumn,
    /// A row has another number of fields than the header.
    RowLength,
    /// A row has no ticket id.
    MissingId,
    /// A row of a log with one row a ticket repeats an id.
    RepeatedId,
    /// A ticket's first row has no creation time.
    MissingCreated,
    /// A time cannot be read in any of the mapping's formats.
    InvalidTime,
    /// A count or a duration cannot be read.
    InvalidNumber,
    /// A ticket is resolved before it is created.
    TimeOrder,
    /// A value is longer than the engine takes, or has a form that cannot be a value.
    InvalidValue,
    /// A row holds bytes that are not UTF-8 in a column that is read.
    InvalidUtf8,
    /// A line is not a JSON object.
    InvalidJson,
    /// A list of agents is not valid.
    InvalidRoster,
    /// A handle-time model, or a duration, is not valid.
    InvalidModel,
    /// A report row has another number of values than the report has policies.
    InvalidReport,
    /// A case is not of the form that cases have.
    InvalidCase,
    /// The engine refused a policy, an agent or a ticket of a simulation; the source is its own error.
    Engine,
    /// The log holds more than this crate can number: 4,294,967,294 tickets or different names.
    Limit,
}

impl ErrorKind {
    /// Every kind, in order of declaration.
    pub const ALL: [ErrorKind; 20] = [
        ErrorKind::Io,
        ErrorKind::UnknownFormat,
        ErrorKind::InvalidMapping,
        ErrorKind::MissingColumn,
        ErrorKind::RowLength,
        ErrorKind::MissingId,
        ErrorKind::RepeatedId,
        ErrorKind::MissingCreated,
        ErrorKind::InvalidTime,
        ErrorKind::InvalidNumber,
        ErrorKind::TimeOrder,
        ErrorKind::InvalidValue,
        ErrorKind::InvalidUtf8,
        ErrorKind::InvalidJson,
        ErrorKind::InvalidRoster,
        ErrorKind::InvalidModel,
        ErrorKind::InvalidReport,
        ErrorKind::InvalidCase,
        ErrorKind::Engine,
        ErrorKind::Limit,
    ];

    /// Returns the stable name of this kind.
    pub const fn code(self) -> &'static str {
        match self {
            ErrorKind::Io => "io",
            ErrorKind::UnknownFormat => "unknown_format",
            ErrorKind::InvalidMapping => "invalid_mapping",
            ErrorKind::MissingColumn => "missing_column",
            ErrorKind::RowLength => "row_length",
            ErrorKind::MissingId => "missing_id",
            ErrorKind::RepeatedId => "repeated_id",
            ErrorKind::MissingCreated => "missing_created",
            ErrorKind::InvalidTime => "invalid_time",
            ErrorKind::InvalidNumber => "invalid_number",
            ErrorKind::TimeOrder => "time_order",
            ErrorKind::InvalidValue => "invalid_value",
            ErrorKind::InvalidUtf8 => "invalid_utf8",
            ErrorKind::InvalidJson => "invalid_json",
            ErrorKind::InvalidRoster => "invalid_roster",
            ErrorKind::InvalidModel => "invalid_model",
            ErrorKind::InvalidReport => "invalid_report",
            ErrorKind::InvalidCase => "invalid_case",
            ErrorKind::Engine => "engine",
            ErrorKind::Limit => "limit",
        }
    }

    /// Returns whether the fault lies in one row, so that reading may go on after it.
    pub const fn is_bad_row(self) -> bool {
        match self {
            ErrorKind::RowLength
            | ErrorKind::MissingId
            | ErrorKind::RepeatedId
            | ErrorKind::MissingCreated
            | ErrorKind::InvalidTime
            | ErrorKind::InvalidNumber
            | ErrorKind::TimeOrder
            | ErrorKind::InvalidValue
            | ErrorKind::InvalidUtf8
            | ErrorKind::InvalidJson => true,
            ErrorKind::Io
            | ErrorKind::UnknownFormat
            | ErrorKind::InvalidMapping
            | ErrorKind::MissingColumn
            | ErrorKind::InvalidRoster
            | ErrorKind::InvalidModel
            | ErrorKind::InvalidReport
            | ErrorKind::InvalidCase
            | ErrorKind::Engine
            | ErrorKind::Limit => false,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Says what went wrong, where, and what to do about it.
///
/// Its text is one line: the place first where there is one, then the fault, with what the user wrote in backticks.
///
/// ```
/// use deskmatch_sim::{ErrorKind, LogReader, Mapping};
///
/// let log = "number,opened_at\nT-1,yesterday\n";
/// let error = LogReader::new(Mapping::servicenow()).strict(true).read(log.as_bytes()).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidTime);
/// assert_eq!((error.line(), error.column(), error.field()), (Some(2), Some("opened_at"), Some("created")));
/// assert!(error.to_string().starts_with("line 2, column `opened_at`: cannot read the time `yesterday`"));
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{}{}", Place(inner), inner.message)]
pub struct Error {
    // Boxed: an error is rare, and a `Result` of it must stay small.
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    line: Option<u64>,
    column: Option<String>,
    field: Option<&'static str>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

struct Place<'a>(&'a Inner);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.line, &self.0.column) {
            (Some(line), Some(column)) => write!(f, "line {line}, column `{}`: ", quotable(column)),
            (Some(line), None) => write!(f, "line {line}: "),
            (None, Some(column)) => write!(f, "column `{}`: ", quotable(column)),
            (None, None) => Ok(()),
        }
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                message: message.into(),
                line: None,
                column: None,
                field: None,
                source: None,
            }),
        }
    }

    pub(crate) fn io(what: &str, error: std::io::Error) -> Self {
        Self::new(ErrorKind::Io, format!("cannot read {what}: {error}")).with_source(error)
    }

    pub(crate) fn at_line(mut self, line: u64) -> Self {
        self.inner.line = Some(line);
        self
    }

    pub(crate) fn at_column(mut self, column: &str) -> Self {
        self.inner.column = Some(column.to_owned());
        self
    }

    pub(crate) fn at_field(mut self, field: &'static str) -> Self {
        self.inner.field = Some(field);
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// Returns what kind of fault this is.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// Returns the stable name of the kind, for example `invalid_time`.
    pub fn code(&self) -> &'static str {
        self.inner.kind.code()
    }

    /// Returns the line concerned, counted from 1 (the header is line 1), where the fault has one.
    pub fn line(&self) -> Option<u64> {
        self.inner.line
    }

    /// Returns the name of the column concerned, as the log spells it.
    pub fn column(&self) -> Option<&str> {
        self.inner.column.as_deref()
    }

    /// Returns the name of the field concerned, as a mapping spells it, for example `created`.
    pub fn field(&self) -> Option<&'static str> {
        self.inner.field
    }

    /// Returns the fault without its place.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// Returns the error below this one, such as that of the operating system.
    pub fn cause(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}

/// Makes a value from a file fit for one line of text: control characters escaped, at most 60 characters.
pub(crate) fn quotable(value: &str) -> String {
    const SHOWN_MAX: usize = 60;
    let mut shown = String::new();
    for (count, character) in value.chars().enumerate() {
        if count == SHOWN_MAX {
            shown.push('…');
            break;
        }
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_code() {
        let mut codes: Vec<_> = ErrorKind::ALL.iter().map(|kind| kind.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ErrorKind::ALL.len());
    }

    #[test]
    fn a_value_with_line_breaks_stays_on_one_line() {
        assert_eq!(quotable("a\nb\u{1b}[31m"), "a\\nb\\u{1b}[31m");
        assert_eq!(quotable(&"x".repeat(100)).chars().count(), 61);
    }
}

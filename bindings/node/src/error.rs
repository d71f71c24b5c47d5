//! What a call comes back with when it fails: plain data, of which JavaScript makes one error.

use deskmatch_tape::{self as tape, Writer};
use std::fmt;

/// Kinds of error that only the border knows, beside those of the engine, the solvers and the simulation.
pub(crate) const OWN_CODES: &[&str] = &[
    "invalid_value",
    "busy",
    "closed",
    "aborted",
    "internal_error",
    "io",
    "unknown_policy",
    "invalid_batch",
];

/// A failure on its way to JavaScript.
#[derive(Debug, Default)]
pub(crate) struct Failure {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) path: Option<String>,
    pub(crate) faults: Vec<deskmatch::Fault>,
    /// Further facts, in JSON form.
    pub(crate) detail: Option<serde_json::Value>,
}

pub(crate) type Answer<T> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), ..Self::default() }
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new("internal_error", message)
    }

    pub(crate) fn aborted() -> Self {
        Self::new("aborted", "the work was given up because its signal was aborted")
    }

    pub(crate) fn write(&self, to: &mut Writer) {
        to.begin_object();
        to.key("code");
        to.text(self.code);
        to.key("message");
        to.text(&self.message);
        if let Some(path) = &self.path {
            to.key("path");
            to.text(path);
        }
        to.key("faults");
        // Texts alone: writing them cannot fail.
        let _ = tape::to_writer(to, &self.faults);
        if let Some(detail) = &self.detail {
            to.key("detail");
            let _ = tape::to_writer(to, detail);
        }
        to.end_object();
    }
}

impl From<deskmatch::Error> for Failure {
    fn from(error: deskmatch::Error) -> Self {
        Self {
            code: error.code(),
            message: error.to_string(),
            path: error.subject().map(str::to_owned),
            faults: error.faults().to_vec(),
            detail: None,
        }
    }
}

impl From<deskmatch_matching::Error> for Failure {
    fn from(error: deskmatch_matching::Error) -> Self {
        let detail = error.hall_violator().map(|violator| {
            serde_json::json!({
                "rows": violator.rows, "columns": violator.columns, "capacity": violator.capacity,
            })
        });
        Self { code: error.code(), message: error.to_string(), detail, ..Self::default() }
    }
}

impl From<deskmatch_sim::Error> for Failure {
    fn from(error: deskmatch_sim::Error) -> Self {
        Self::new(error.kind().code(), error.to_string())
    }
}

impl From<tape::Fault> for Failure {
    fn from(fault: tape::Fault) -> Self {
        Self::new("invalid_value", fault.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

//! What came of a replay.

use crate::error;
use crate::guard::guard;
use crate::output;
use crate::records::html;
use deskmatch_sim::Report;
use deskmatch_sim::replay::AssignmentRecord;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

/// What came of a replay: the figures of every policy, side by side, the first column being what the log itself did.
#[pyclass(frozen, module = "deskmatch")]
pub(crate) struct ReplayReport {
    report: Report,
    assigned: Option<Vec<AssignmentRecord>>,
    /// The kind of frame that was given, if one was.
    kind: Option<String>,
}

impl ReplayReport {
    pub(crate) fn new(report: Report, assigned: Option<Vec<AssignmentRecord>>, kind: Option<String>) -> Self {
        ReplayReport { report, assigned, kind }
    }

    fn frame<'py>(&self, columns: &Bound<'py, PyDict>, kind: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
        let frames = columns.py().import("deskmatch._frames")?;
        frames.call_method1("made", (columns, kind, self.kind.as_deref()))
    }
}

#[pymethods]
impl ReplayReport {
    /// The headings of the columns: `log (data)`, then the policies.
    #[getter]
    fn policies(&self) -> PyResult<Vec<String>> {
        guard(|| Ok(self.report.policies().to_vec()))
    }

    /// The report as a document: title, columns, rows by section, notes.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| output::of_json(py, &self.report.to_json()))
    }

    /// Every assignment of every policy, in order: `policy`, `ticket`, `agent`, `queue`, `priority`, `at` and `waited` in milliseconds,
    /// `number` (1 for the ticket's first assignment), `by`, and `reason` in words.
    ///
    /// `kind` is `pandas`, `polars`, `pyarrow`, or `dict` for lists by column; by default the kind of the tickets that `simulate` was
    /// given, else the first of these that is installed.
    ///
    /// Raises `InvalidArgumentError` if assignments were not kept: ask for them with `assignments=True`.
    #[pyo3(signature = (kind = None))]
    fn assignments_frame<'py>(&self, py: Python<'py>, kind: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            let kept = self.assigned.as_deref().ok_or_else(|| {
                error::argument("assignments", "they were not kept; ask for them with `assignments=True`")
            })?;
            // The first heading is that of the log itself.
            let policies = &self.report.policies()[1..];
            let word = |word: &str| PyString::intern(py, word);
            let columns = PyDict::new(py);
            let text = |value: &dyn Fn(&AssignmentRecord) -> String| PyList::new(py, kept.iter().map(value));
            let few = |value: &dyn Fn(&AssignmentRecord) -> &str| {
                PyList::new(py, kept.iter().map(|it| word(value(it))))
            };
            let number = |value: &dyn Fn(&AssignmentRecord) -> i64| PyList::new(py, kept.iter().map(value));
            let names = kept.iter().map(|it| word(policies.get(it.policy).map_or("", String::as_str)));
            columns.set_item("policy", PyList::new(py, names)?)?;
            columns.set_item("ticket", text(&|it| it.ticket.clone())?)?;
            columns.set_item("agent", few(&|it| &it.agent)?)?;
            columns.set_item("queue", few(&|it| &it.queue)?)?;
            columns.set_item("priority", few(&|it| &it.priority)?)?;
            columns.set_item("at", number(&|it| it.at)?)?;
            columns.set_item("number", number(&|it| it.number.into())?)?;
            columns.set_item("waited", number(&|it| it.waited)?)?;
            columns.set_item("by", few(&|it| it.by)?)?;
            columns.set_item("reason", text(&|it| it.reason.clone())?)?;
            self.frame(&columns, kind)
        })
    }

    /// The figures with a row for each policy, the log itself first: `policy`, then a column for each row of the report, by its key, in
    /// the units that `to_dict` names. What a policy has no figure for is missing.
    ///
    /// `kind` is as for `assignments_frame`.
    #[pyo3(signature = (kind = None))]
    fn summary_frame<'py>(&self, py: Python<'py>, kind: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            let columns = PyDict::new(py);
            columns.set_item("policy", self.report.policies())?;
            let report = self.report.to_json();
            for row in report["rows"].as_array().into_iter().flatten() {
                let values = PyList::empty(py);
                for value in row["values"].as_array().into_iter().flatten() {
                    values.append(output::of_json(py, value)?)?;
                }
                columns.set_item(row["key"].as_str().unwrap_or_default(), values)?;
            }
            self.frame(&columns, kind)
        })
    }

    /// The report as a text, the same as `deskmatch replay` prints.
    fn __str__(&self) -> PyResult<String> {
        guard(|| Ok(self.report.to_text()))
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| Ok(format!("<deskmatch.ReplayReport: {}>", self.report.policies().join(", "))))
    }

    /// The report as a text that keeps its columns, for notebooks.
    fn _repr_html_(&self) -> PyResult<String> {
        guard(|| Ok(format!("<pre>{}</pre>", html::escaped(&self.report.to_text()))))
    }
}

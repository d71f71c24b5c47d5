//! Lays the figures of several policies side by side.
//!
//! A [`Report`] has a column for each policy and a row for each figure, and each row says its [`Basis`]: what is read
//! from the log, what follows from a model, what was measured on this machine. As text it fits 100 columns; as JSON it
//! has stable keys and plain numbers. Everything but measured rows is the same for the same input, on every platform.

mod figure;
mod json;
mod text;

pub use figure::{Basis, Figure};

use crate::error::{Error, ErrorKind};

/// One row of a report: a figure for each policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    /// The stable name, in snake case, for programs.
    pub key: String,
    /// The name for people.
    pub label: String,
    /// What the figures rest on.
    pub basis: Basis,
    /// A figure for each policy, in the report's order.
    pub values: Vec<Figure>,
}

/// A heading or a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Section(String),
    Row(ReportRow),
}

/// Figures of several policies, side by side.
///
/// ```
/// use deskmatch_sim::{Basis, Figure, Report};
///
/// let mut report = Report::new("3 tickets, 2 agents", ["balanced", "round robin"]);
/// report.section("Waiting");
/// report.row("wait_p50_ms", "wait p50", Basis::Model, [Figure::DurationMs(90_000), Figure::DurationMs(305_000)])?;
/// report.note("handle time is a model: always 20m");
/// assert_eq!(
///     report.to_text(),
///     "3 tickets, 2 agents\n\
///      \n\
///      \x20           balanced  round robin\n\
///      Waiting\n\
///      \x20 wait p50    1m 30s        5m 5s  model\n\
///      \n\
///      model: follows from the simulation, and so from its handle times\n\
///      handle time is a model: always 20m\n",
/// );
/// # Ok::<(), deskmatch_sim::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    title: String,
    policies: Vec<String>,
    lines: Vec<Line>,
    notes: Vec<String>,
}

impl Report {
    /// The widest line of a report as text, in characters. Many policies are set in several blocks, one below the other.
    pub const WIDTH: usize = 100;

    /// Creates a report without rows.
    pub fn new(title: impl Into<String>, policies: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            title: title.into(),
            policies: policies.into_iter().map(Into::into).collect(),
            lines: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Begins a group of rows with a heading.
    pub fn section(&mut self, heading: impl Into<String>) {
        self.lines.push(Line::Section(heading.into()));
    }

    /// Adds a row.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidReport`] where there is not exactly one value for each policy.
    pub fn row(
        &mut self,
        key: impl Into<String>,
        label: impl Into<String>,
        basis: Basis,
        values: impl IntoIterator<Item = Figure>,
    ) -> Result<(), Error> {
        let row =
            ReportRow { key: key.into(), label: label.into(), basis, values: values.into_iter().collect() };
        if row.values.len() != self.policies.len() {
            let message = format!(
                "the row `{}` has {} values for {} policies; give one for each",
                row.key,
                row.values.len(),
                self.policies.len()
            );
            return Err(Error::new(ErrorKind::InvalidReport, message));
        }
        self.lines.push(Line::Row(row));
        Ok(())
    }

    /// Adds a line below the table, such as what a model assumes.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Returns the title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the names of the policies, in order of the columns.
    pub fn policies(&self) -> &[String] {
        &self.policies
    }

    /// Returns the rows in order, without headings.
    pub fn rows(&self) -> impl Iterator<Item = &ReportRow> {
        self.lines.iter().filter_map(|line| match line {
            Line::Section(_) => None,
            Line::Row(row) => Some(row),
        })
    }

    /// Returns the notes in order.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Returns this report without what was measured, which is then the same in every run.
    pub fn without_measured(mut self) -> Self {
        self.lines.retain(|line| !matches!(line, Line::Row(row) if row.basis == Basis::Measured));
        self
    }

    /// Writes the report as an aligned table for people.
    pub fn to_text(&self) -> String {
        text::render(self)
    }

    /// Writes the report as JSON for programs.
    ///
    /// The document is `{"title", "policies": [name], "rows": [{"key", "label", "basis", "unit", "values": [value]}],
    /// "notes": [text]}`. Values are plain numbers in the row's unit (`count`, `ms`, `share`, `index`, `number`,
    /// `per_second`), texts (`text`), or null where there is none.
    ///
    /// ```
    /// use deskmatch_sim::{Basis, Figure, Report};
    ///
    /// let mut report = Report::new("day", ["balanced"]);
    /// report.row("gini", "Gini", Basis::Model, [Figure::Index { millionths: 250_000 }])?;
    /// assert_eq!(report.to_json()["rows"][0]["values"][0], 0.25);
    /// # Ok::<(), deskmatch_sim::Error>(())
    /// ```
    pub fn to_json(&self) -> serde_json::Value {
        json::render(self)
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_text())
    }
}

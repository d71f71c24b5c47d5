//! What came of playing a case.

use std::fmt;

/// What differs between a case and what the engine did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseReport {
    pub(super) title: String,
    pub(super) steps: usize,
    pub(super) events: usize,
    pub(super) differences: Vec<Difference>,
}

/// One thing that is not as the case says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Where: the step, its time and its command, or the end of the case.
    pub place: String,
    /// The field of the step, or the law.
    pub field: String,
    /// What was expected and what was found, on one line or several.
    pub detail: String,
}

impl CaseReport {
    /// The title of the case.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// How many steps were played.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// How many events came of them.
    pub fn events(&self) -> usize {
        self.events
    }

    /// Whether everything is as the case says.
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }

    /// What is not as the case says, in the order of the steps.
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.field)?;
        for line in self.detail.lines() {
            write!(f, "\n    {line}")?;
        }
        Ok(())
    }
}

impl fmt::Display for CaseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { title, steps, events, differences } = self;
        let plural =
            |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        if self.passed() {
            return write!(f, "passed: {title} ({}, {})", plural(*steps, "step"), plural(*events, "event"));
        }
        write!(f, "failed: {title} ({})", plural(differences.len(), "difference"))?;
        for difference in differences {
            write!(f, "\n  {difference}")?;
        }
        Ok(())
    }
}

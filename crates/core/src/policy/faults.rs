//! Faults and where they are: what the checks of policies, tickets and agents collect.

use crate::error::{Error, ErrorKind, Fault};
use crate::id::{self, ID_BYTES_MAX};
use std::fmt;

/// A place in a document. Lives on the stack and is written out only when there is a fault.
#[derive(Clone, Copy)]
pub(crate) enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl<'a> Path<'a> {
    pub(crate) fn key(&'a self, key: &'a str) -> Path<'a> {
        Path::Key(self, key)
    }

    pub(crate) fn index(&'a self, index: usize) -> Path<'a> {
        Path::Index(self, index)
    }
}

/// As one would write it in JavaScript: `queues.support.targets[0]`, and `queues["a.b"]` where a key is not a plain word.
impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Path::Root => Ok(()),
            Path::Index(parent, index) => write!(f, "{parent}[{index}]"),
            Path::Key(parent, key) => {
                write!(f, "{parent}")?;
                let plain = !key.is_empty()
                    && key.len() <= ID_BYTES_MAX
                    && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$'));
                match (plain, parent) {
                    (true, Path::Root) => f.write_str(key),
                    (true, _) => write!(f, ".{key}"),
                    (false, _) => write!(f, "[{:?}]", clip(key)),
                }
            }
        }
    }
}

/// How much of a value a message repeats, in bytes.
const SHOWN_BYTES_MAX: usize = 64;

fn clip(text: &str) -> &str {
    let mut end = text.len().min(SHOWN_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A value of the user's in backticks, cut where it is long.
pub(crate) struct Shown<'a>(pub(crate) &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = clip(self.0);
        write!(f, "`{shown}{}`", if shown.len() < self.0.len() { "…" } else { "" })
    }
}

/// The faults found so far. Allocates nothing until there is one.
#[derive(Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    more: usize,
}

impl Faults {
    /// How many faults are told one by one; of the rest only the number is.
    pub(crate) const MAX: usize = 1_000;

    #[cold]
    pub(crate) fn add(&mut self, path: &Path<'_>, message: impl fmt::Display) {
        if self.is_full() {
            self.more += 1;
        } else {
            self.list.push(Fault::new(path.to_string(), message.to_string()));
        }
    }

    pub(crate) fn require(&mut self, holds: bool, path: &Path<'_>, message: impl fmt::Display) {
        if !holds {
            self.add(path, message);
        }
    }

    /// Requires a text that can be a name: 1 to 256 bytes.
    pub(crate) fn name(&mut self, path: &Path<'_>, name: &str) {
        if !id::is_valid(name) {
            let bytes = name.len();
            self.add(path, format_args!("{} has {bytes} bytes; a name has 1 to {ID_BYTES_MAX}", Shown(name)));
        }
    }

    pub(crate) fn within(&mut self, path: &Path<'_>, value: impl Into<i128>, low: i128, high: i128) {
        let value = value.into();
        if value < low || value > high {
            self.add(path, format_args!("`{value}` is out of range; give {low} to {high}"));
        }
    }

    /// Whether further faults are only counted, so that nothing need be spent on their messages.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= Self::MAX
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn into_result(mut self, kind: ErrorKind, what: impl FnOnce() -> String) -> Result<(), Error> {
        if self.list.is_empty() {
            return Ok(());
        }
        if self.more > 0 {
            self.list.push(Fault::new("", format!("{} more faults are not listed", self.more)));
        }
        Err(Error::with_faults(kind, &what(), self.list))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_like_javascript() {
        let root = Path::Root;
        let queues = root.key("queues");
        let support = queues.key("support");
        let targets = support.key("targets");
        assert_eq!(targets.index(0).to_string(), "queues.support.targets[0]");
        assert_eq!(queues.key("a.b").to_string(), "queues[\"a.b\"]");
        assert_eq!(queues.key("").to_string(), "queues[\"\"]");
        assert_eq!(root.index(3).to_string(), "[3]");
        assert_eq!(queues.key(&"ä".repeat(1_000)).to_string().len(), "queues[\"\"]".len() + 64);
    }

    #[test]
    fn a_flood_of_faults_is_counted_and_not_kept() {
        let mut faults = Faults::default();
        for _ in 0..Faults::MAX + 5 {
            faults.add(&Path::Root, "wrong");
        }
        let error = faults.into_result(ErrorKind::InvalidPolicy, || "the policy".into()).unwrap_err();
        assert_eq!(error.faults().len(), Faults::MAX + 1);
        assert_eq!(error.faults()[Faults::MAX].message, "5 more faults are not listed");
    }

    #[test]
    fn a_long_value_is_cut_at_a_character() {
        assert_eq!(Shown("vip").to_string(), "`vip`");
        assert_eq!(Shown(&format!("x{}", "ä".repeat(99))).to_string(), format!("`x{}…`", "ä".repeat(31)));
    }
}

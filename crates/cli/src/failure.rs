//! Why the command ends without having done what it was asked.

use std::fmt;
use std::io;

/// Findings: a policy with faults, a case that differs, a bad row with `--strict`.
pub(crate) const FINDINGS: u8 = 1;
/// The command line is not valid.
pub(crate) const USAGE: u8 = 2;
/// An input cannot be read or is not valid.
pub(crate) const INPUT: u8 = 3;
/// The output cannot be written.
pub(crate) const OUTPUT: u8 = 4;

/// Why the command ends, and with which code.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was found has been told already.
    Findings,
    /// As `Findings`, with something left to say.
    Found(String),
    /// The command line asks for what cannot be.
    Usage(String),
    /// An input is at fault; one line for each fault.
    Input(Vec<String>),
    /// The output cannot be written.
    Output(String),
    /// Whoever read our output has had enough.
    Gone,
}

impl Failure {
    pub(crate) fn input(message: impl fmt::Display) -> Self {
        Failure::Input(vec![message.to_string()])
    }

    /// A fault of a file.
    pub(crate) fn in_file(path: &str, error: impl fmt::Display) -> Self {
        Failure::input(format_args!("{path}: {error}"))
    }

    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Failure::Usage(message.to_string())
    }

    /// Output that could not be written, or that nobody reads.
    pub(crate) fn output(what: &str, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::Gone,
            _ => Failure::Output(format!("cannot write {what}: {error}")),
        }
    }

    /// A fault of a simulation: of its input, or of the output of what watches it.
    pub(crate) fn simulation(error: &deskmatch_sim::Error, output: &str) -> Self {
        match error.cause().and_then(|cause| cause.downcast_ref::<io::Error>()) {
            Some(cause) => Failure::output(output, cause),
            None => Failure::input(error),
        }
    }

    pub(crate) fn code(&self) -> u8 {
        match self {
            Failure::Findings | Failure::Found(_) => FINDINGS,
            Failure::Usage(_) => USAGE,
            Failure::Input(_) => INPUT,
            Failure::Output(_) => OUTPUT,
            Failure::Gone => 0,
        }
    }

    /// What is left to say, line by line.
    pub(crate) fn lines(&self) -> Vec<String> {
        match self {
            Failure::Findings | Failure::Gone => Vec::new(),
            Failure::Found(line) | Failure::Usage(line) | Failure::Output(line) => vec![line.clone()],
            Failure::Input(lines) => lines.clone(),
        }
    }
}

/// Writes a policy's, agent's or ticket's error as lines: each fault by itself.
pub(crate) fn lines_of(place: &str, error: &deskmatch::Error) -> Vec<String> {
    if error.faults().is_empty() {
        return vec![format!("{place}: {error}")];
    }
    error.faults().iter().map(|fault| format!("{place}: {fault}")).collect()
}

//! The one error type of the crate.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// Why a command, a policy, an event or a snapshot was refused. Whatever was refused changed nothing.
///
/// ```
/// use deskmatch::{Command, Engine, ErrorKind, Policy, Timestamp};
///
/// let mut engine = Engine::new(Policy::default())?;
/// let error = engine.execute(Timestamp(0), Command::resolve("T-9")).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::UnknownTicket);
/// assert_eq!(error.code(), "unknown_ticket");
/// assert_eq!(error.subject(), Some("T-9"));
/// # Ok::<(), deskmatch::Error>(())
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    subject: Option<String>,
    faults: Vec<Fault>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $code:literal,)*) => {
        /// What sort of fault an [`Error`] reports. Each has a stable code.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum ErrorKind {
            $($(#[$doc])* $kind,)*
        }

        impl ErrorKind {
            /// Every kind there is.
            pub const ALL: &[ErrorKind] = &[$(ErrorKind::$kind,)*];

            /// The stable code: the kind in snake case.
            pub const fn code(self) -> &'static str {
                match self {
                    $(ErrorKind::$kind => $code,)*
                }
            }
        }
    };
}

kinds! {
    /// A text is not JSON, or not of the form expected.
    InvalidJson = "invalid_json",
    /// A policy has faults; [`Error::faults`] lists them all.
    InvalidPolicy = "invalid_policy",
    /// A policy no longer knows something that tickets or agents use; [`Error::faults`] lists it all.
    PolicyInUse = "policy_in_use",
    /// A ticket has faults; [`Error::faults`] lists them all.
    InvalidTicket = "invalid_ticket",
    /// An agent has faults; [`Error::faults`] lists them all.
    InvalidAgent = "invalid_agent",
    /// An argument of a command is not acceptable.
    InvalidArgument = "invalid_argument",
    /// No ticket of this name is known.
    UnknownTicket = "unknown_ticket",
    /// No agent of this name is known.
    UnknownAgent = "unknown_agent",
    /// The policy has no queue of this name.
    UnknownQueue = "unknown_queue",
    /// The policy has no channel of this name.
    UnknownChannel = "unknown_channel",
    /// A ticket of this name is known already.
    DuplicateTicket = "duplicate_ticket",
    /// An agent of this name is known already.
    DuplicateAgent = "duplicate_agent",
    /// The ticket is in a state in which this cannot be done.
    WrongState = "wrong_state",
    /// The agent holds no open offer of this ticket, or no longer.
    NoOffer = "no_offer",
    /// The agent does not hold this ticket.
    NotHolder = "not_holder",
    /// The time given is before the last one.
    TimeWentBack = "time_went_back",
    /// A time is outside the range that the engine accepts.
    TimeOutOfRange = "time_out_of_range",
    /// A request id came again with another command.
    RequestReused = "request_reused",
    /// A limit of the policy is reached.
    LimitReached = "limit_reached",
    /// The policy names a strategy that the host has not registered.
    UnknownStrategy = "unknown_strategy",
    /// A strategy of the host failed; the source is its own error.
    StrategyFailed = "strategy_failed",
    /// A strategy answered what cannot be: an agent that is no candidate, or a ticket twice.
    StrategyAnswer = "strategy_answer",
    /// An event does not follow from the state it is applied to.
    InvalidEvent = "invalid_event",
    /// Bytes are not a snapshot, are damaged, or contradict themselves.
    InvalidSnapshot = "invalid_snapshot",
    /// A snapshot was written by a version that this one cannot read.
    SnapshotVersion = "snapshot_version",
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One fault of a document: where it is, and what is wrong with it.
#[derive(
    Clone, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub struct Fault {
    /// Where, as a JSON path: `queues.support.targets[0]`.
    pub path: String,
    /// What is wrong, and what was expected.
    pub message: String,
}

impl Fault {
    /// A fault at a path.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "`{}`: {}", self.path, self.message)
        }
    }
}

impl Error {
    #[cold]
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            subject: None,
            faults: Vec::new(),
            source: None,
        }))
    }

    #[cold]
    pub(crate) fn about(kind: ErrorKind, subject: impl fmt::Display, message: impl Into<String>) -> Self {
        let mut error = Error::new(kind, message);
        error.0.subject = Some(subject.to_string());
        error
    }

    #[cold]
    pub(crate) fn with_faults(kind: ErrorKind, what: &str, faults: Vec<Fault>) -> Self {
        let mut message = match faults.len() {
            1 => format!("{what} has a fault"),
            n => format!("{what} has {n} faults"),
        };
        for fault in faults.iter().take(Self::FAULTS_IN_MESSAGE) {
            message.push_str("; ");
            message.push_str(&fault.to_string());
        }
        if faults.len() > Self::FAULTS_IN_MESSAGE {
            message.push_str("; and more");
        }
        let mut error = Error::new(kind, message);
        error.0.subject = faults.first().map(|fault| fault.path.clone()).filter(|path| !path.is_empty());
        error.0.faults = faults;
        error
    }

    /// Says which ticket or agent the error is about.
    #[cold]
    pub(crate) fn on(mut self, subject: impl fmt::Display) -> Self {
        self.0.subject = Some(subject.to_string());
        self
    }

    #[cold]
    pub(crate) fn caused_by(mut self, source: Arc<dyn StdError + Send + Sync>) -> Self {
        self.0.source = Some(source);
        self
    }

    const FAULTS_IN_MESSAGE: usize = 8;

    /// The sort of fault.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The stable code of the kind.
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// The id that the error is about, if it is about one; of a document without an id, such as a policy, the path of its
    /// first fault.
    pub fn subject(&self) -> Option<&str> {
        self.0.subject.as_deref()
    }

    /// Every fault of the document, in its order; empty for errors that are not about a document.
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.0.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_kinds_in_snake_case_and_differ() {
        for kind in ErrorKind::ALL {
            let snake = format!("{kind:?}").chars().fold(String::new(), |mut text, c| {
                if c.is_uppercase() && !text.is_empty() {
                    text.push('_');
                }
                text.extend(c.to_lowercase());
                text
            });
            assert_eq!(kind.code(), snake);
        }
    }

    #[test]
    fn an_error_is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}

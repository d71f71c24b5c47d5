//! Cases: a policy, agents and timed commands, with what must come of them, as one JSON document.
//!
//! A case says what the engine is meant to do in words that a team lead can check, and the same file is played by every
//! language. `tests/README.md` describes the format; [`Case::from_json`] reads it, [`play`] runs it through an engine, and
//! the [`CaseReport`] says what differs.
//!
//! Beyond what the file asks for, playing checks of every case: a decision is the same when it is made twice, and making
//! it changes nothing; an error changes nothing; no ticket waits that an agent may take; every event survives being
//! written as JSON; the log replays to the same state, and so does a snapshot.
//!
//! ```
//! use deskmatch_sim::case::{Case, play};
//!
//! let case = Case::from_json(r#"{
//!     "title": "A freed agent takes the oldest ticket",
//!     "agents": [{ "id": "ada" }],
//!     "steps": [
//!         { "do": { "type": "submit", "ticket": { "id": "T-1" } }, "holds": { "ada": ["T-1"] } },
//!         { "at": "1m", "do": { "type": "submit", "ticket": { "id": "T-2" } }, "states": { "T-2": "waiting" } },
//!         { "at": "2m", "do": { "type": "resolve", "ticket": "T-1" }, "holds": { "ada": ["T-2"] } }
//!     ]
//! }"#)?;
//! let report = play(&case);
//! assert!(report.passed(), "{report}");
//! # Ok::<(), deskmatch_sim::Error>(())
//! ```

mod check;
mod partial;
mod player;
mod report;

pub use player::play;
pub use report::{CaseReport, Difference};

use crate::error::{Error, ErrorKind};
use deskmatch::{Agent, Policy, Rule, Span, TicketState, Timestamp};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeMap;

/// One case: what there is, what is done, and what must come of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What the case is about, as a sentence.
    pub title: String,
    /// Where the behaviour is described, for cases taken from elsewhere.
    #[serde(default)]
    pub source: Option<String>,
    /// What it shows, and how words of its source are said in ours.
    #[serde(default)]
    pub shows: Option<String>,
    /// The policy document; `{}` if not given.
    #[serde(default = "no_fields")]
    policy: Value,
    /// The moment at which the case begins; 0 if not given.
    #[serde(default)]
    pub start: Timestamp,
    /// The agents, added in this order at the start.
    #[serde(default, deserialize_with = "agents")]
    pub agents: Vec<Agent>,
    /// Warnings that the linter must give for this policy and these agents, each with the fields given; others may come too.
    #[serde(default)]
    pub lint: Vec<Value>,
    /// What is done, in order, and what must come of it.
    pub steps: Vec<Step>,
    #[serde(skip)]
    parsed: Policy,
}

fn no_fields() -> Value {
    Value::Object(serde_json::Map::new())
}

/// One step of a case: a command and what must come of it. What is not given is not looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// When, after the start; at the time of the step before if not given.
    pub at: Option<Span>,
    /// What the step is there for.
    pub note: Option<String>,
    /// The command, with a `request_id` if it is to have one; a tick if not given.
    #[serde(rename = "do")]
    pub command: Option<Value>,
    /// The events, complete and in order, each with the fields given.
    pub events: Option<Vec<Value>>,
    /// The types of events that `events` is about; all if not given.
    pub only: Option<Vec<String>>,
    /// The code of the error that the command must be answered with.
    pub error: Option<String>,
    /// The refusal that the command must be answered with. Without it the command must not be refused.
    pub refusal: Option<Value>,
    /// Whether the answer must be that of an earlier command with the same request id.
    pub repeated: Option<bool>,
    /// Whether the step must leave the digest as it was (true) or not (false).
    pub digest_unchanged: Option<bool>,
    /// The tickets that each agent must hold, the first submitted first.
    pub holds: BTreeMap<String, Vec<String>>,
    /// The tickets that must wait in each queue without an offer, in the order in which they go.
    pub waiting: BTreeMap<String, Vec<String>>,
    /// The state of each ticket; null for one that is not known, or no longer.
    pub states: BTreeMap<String, Option<TicketState>>,
    /// The agents that must hold an offer of each ticket, in any order.
    pub offers: BTreeMap<String, Vec<String>>,
    /// The rule that must turn each agent away from a ticket; null if none may.
    pub denied: BTreeMap<String, BTreeMap<String, Option<Rule>>>,
    /// Tickets as they must be, with the fields given.
    pub tickets: BTreeMap<String, Value>,
    /// Agents as they must be, with the fields given.
    pub agents: BTreeMap<String, Value>,
    /// The moment at which something is due next; null for none.
    #[serde(deserialize_with = "given")]
    pub next_due: Option<Value>,
    /// What is to come for each ticket, complete and in order, each with the fields given.
    pub timeline: BTreeMap<String, Vec<Value>>,
    /// The explanation of a ticket.
    pub explain: Option<Explained>,
    /// The figures of the engine, those given.
    pub view: Option<Value>,
}

/// What the explanation of a ticket must say.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explained {
    /// The ticket.
    pub ticket: String,
    /// Parts of the text.
    #[serde(default)]
    pub text_contains: Vec<String>,
    /// The explanation as data, with the fields given.
    #[serde(default)]
    pub data: Option<Value>,
}

/// Reads agents by way of values, as commands read them: one reader of agents less in every program.
fn agents<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Agent>, D::Error> {
    serde_json::from_value(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

/// Tells a field that is null from one that is not given.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Case {
    /// Reads a case.
    ///
    /// Commands are not looked at before they are played: a case may be about a command that is not valid.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidCase`] with line and field if the text is not JSON or not a case, and with the paths of the faults
    /// if the policy is not valid.
    ///
    /// ```
    /// use deskmatch_sim::case::Case;
    ///
    /// let error = Case::from_json(r#"{ "title": "Nothing", "steps": [], "step": 1 }"#).unwrap_err();
    /// assert!(error.to_string().starts_with("line 1: the case has a fault at column 41: unknown field `step`"), "{error}");
    /// ```
    #[inline]
    pub fn from_json(text: &str) -> Result<Case, Error> {
        let mut case: Case = serde_json::from_str(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let message = error.to_string();
            let what = message.split(" at line ").next().unwrap_or_default();
            let fault = format!("the case has a fault at column {column}: {what}");
            Error::new(ErrorKind::InvalidCase, fault).at_line(line as u64).with_source(error)
        })?;
        case.parsed = Policy::from_json(&case.policy.to_string()).map_err(|error| {
            let fault = format!("the case's field `policy`: {error}");
            Error::new(ErrorKind::InvalidCase, fault).with_source(error)
        })?;
        Ok(case)
    }

    /// The policy with which the case begins.
    pub fn policy(&self) -> &Policy {
        &self.parsed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_a_file_name_their_place() {
        let fault = |text: &str| Case::from_json(text).unwrap_err().to_string();
        assert!(fault("{").starts_with("line 1: the case has a fault"), "{}", fault("{"));
        let text = "{ \"title\": \"x\",\n  \"steps\": [{ \"wating\": {} }] }";
        assert!(fault(text).contains("line 2") && fault(text).contains("`wating`"), "{}", fault(text));
        let text = r#"{ "title": "x", "policy": { "queues": { "a": { "wrap_up": -1 } } }, "steps": [] }"#;
        assert!(fault(text).contains("`queues.a.wrap_up`"), "{}", fault(text));
        assert!(fault(r#"{ "title": "x" }"#).contains("missing field `steps`"));
    }
}

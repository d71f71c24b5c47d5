//! The corpus leaves nothing out: every command, event, rule, strategy, order, error and reason occurs in what the cases do
//! or expect.

use deskmatch::{
    CancelReason, Command, DecidedBy, ErrorKind, EventBody, OrderKind, PresenceReason, RelaxationStep,
    RequeueReason, RevokeReason, Rule, StrategyPolicy, TargetKind, TicketState,
};
use deskmatch_tests::corpus;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeSet;

type Words = BTreeSet<String>;

/// Error codes that no command from a file can lead to.
const NOT_FROM_COMMANDS: [(ErrorKind, &str); 5] = [
    (ErrorKind::StrategyFailed, "needs a strategy of the host"),
    (ErrorKind::StrategyAnswer, "needs a strategy of the host"),
    (ErrorKind::InvalidEvent, "comes of applying a log"),
    (ErrorKind::InvalidSnapshot, "comes of restoring a snapshot"),
    (ErrorKind::SnapshotVersion, "comes of restoring a snapshot"),
];

/// The words of a type, as the message about a word that is none of them lists them.
fn words_of<T: DeserializeOwned>(with_wrong_word: &str) -> Words {
    let message = serde_json::from_str::<T>(with_wrong_word).err().expect("`?` is no word").to_string();
    let list = message.split("expected").nth(1).expect("the message lists what was expected");
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Every value under a key, at any depth.
fn under<'a>(key: &str, value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get(key));
            fields.values().for_each(|value| under(key, value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| under(key, value, found)),
        _ => {}
    }
}

struct Corpus {
    cases: Vec<Value>,
}

impl Corpus {
    fn read() -> Corpus {
        let parse = |text: &str| serde_json::from_str(text).expect("the corpus has read it before");
        Corpus { cases: corpus().iter().map(|case| parse(&case.text)).collect() }
    }

    fn all(&self, key: &str) -> Vec<&Value> {
        let mut found = Vec::new();
        self.cases.iter().for_each(|case| under(key, case, &mut found));
        found
    }

    /// The texts under a key at any depth.
    fn texts(&self, key: &str) -> Words {
        self.all(key).into_iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    fn steps(&self) -> impl Iterator<Item = &Value> {
        self.cases.iter().flat_map(|case| case["steps"].as_array().into_iter().flatten())
    }

    fn expected_events(&self) -> impl Iterator<Item = &Value> {
        self.steps().flat_map(|step| step["events"].as_array().into_iter().flatten())
    }

    /// The values of a field of the expected events of a type.
    fn of_events(&self, types: &[&str], field: &str) -> Words {
        let events = self.expected_events().filter(|event| types.iter().any(|name| event["type"] == *name));
        events.filter_map(|event| event[field].as_str().map(str::to_owned)).collect()
    }
}

#[track_caller]
fn covers(what: &str, wanted: &Words, found: &Words) {
    assert!(!wanted.is_empty(), "no {what} is known");
    let missing: Vec<_> = wanted.difference(found).collect();
    assert!(missing.is_empty(), "no case has the {what} {missing:?}");
}

fn set<'a>(words: impl IntoIterator<Item = &'a str>) -> Words {
    words.into_iter().map(str::to_owned).collect()
}

#[test]
fn every_scenario_of_the_field_is_there_and_sixty_of_our_own() {
    let cases = corpus();
    let scenarios =
        [1, 2, 5, 6, 8, 9, 10, 11, 12, 19, 21, 22, 24, 26, 27, 28, 29, 30, 32, 34, 35, 37, 41, 43];
    for number in scenarios {
        let prefix = format!("field-{number:02}-");
        let case = cases.iter().find(|case| case.name.starts_with(&prefix));
        let case = case.unwrap_or_else(|| panic!("no case `{prefix}...json`"));
        assert!(case.case.source.is_some(), "{} has no source", case.name);
    }
    assert!(cases.iter().filter(|case| case.name.starts_with("own-")).count() >= 60);
}

#[test]
fn every_command_is_given() {
    let given =
        Corpus::read().steps().filter_map(|step| step["do"]["type"].as_str().map(str::to_owned)).collect();
    let mut wanted = words_of::<Command>(r#"{ "type": "?" }"#);
    wanted.remove("tick"); // A step without a command is one.
    covers("command", &wanted, &given);
}

#[test]
fn every_event_is_expected() {
    let corpus = Corpus::read();
    let expected: Words =
        corpus.expected_events().filter_map(|event| event["type"].as_str().map(str::to_owned)).collect();
    let wanted = words_of::<EventBody>(r#"{ "type": "?" }"#);
    covers("event", &wanted, &expected);
    let unknown: Vec<_> = expected.difference(&wanted).collect();
    assert!(unknown.is_empty(), "{unknown:?} are no events");
}

#[test]
fn every_rule_turns_somebody_away() {
    let corpus = Corpus::read();
    let mut found = Words::new();
    for denied in corpus.steps().filter_map(|step| step["denied"].as_object()) {
        let rules = denied.values().filter_map(Value::as_object).flat_map(|agents| agents.values());
        found.extend(rules.filter_map(|rule| rule.as_str().map(str::to_owned)));
    }
    covers("rule", &set(Rule::ALL.iter().map(|rule| rule.as_str())), &found);
}

#[test]
fn every_strategy_and_every_order_is_used() {
    let corpus = Corpus::read();
    let kinds = corpus.all("strategy").into_iter().filter_map(|strategy| strategy["kind"].as_str());
    covers("strategy", &words_of::<StrategyPolicy>(r#"{ "kind": "?" }"#), &set(kinds));
    covers("order", &words_of::<OrderKind>("\"?\""), &corpus.texts("order"));
}

#[test]
fn every_error_that_a_command_can_meet_is_met() {
    let corpus = Corpus::read();
    let met: Words = corpus.steps().filter_map(|step| step["error"].as_str().map(str::to_owned)).collect();
    let beyond: Vec<ErrorKind> = NOT_FROM_COMMANDS.iter().map(|(kind, _)| *kind).collect();
    let wanted = ErrorKind::ALL.iter().filter(|kind| !beyond.contains(kind)).map(|kind| kind.code());
    covers("error", &set(wanted), &met);
}

#[test]
fn every_relaxation_field_target_kind_and_state_occurs() {
    let corpus = Corpus::read();
    let mut steps = Vec::new();
    corpus.all("relaxation").into_iter().for_each(|relaxation| steps.extend(relaxation.as_array()));
    let fields: Words = steps
        .iter()
        .copied()
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(|step| step.keys().cloned())
        .collect();
    covers("field of a relaxation step", &words_of::<RelaxationStep>(r#"{ "?": 1 }"#), &fields);
    covers("kind of target", &words_of::<TargetKind>("\"?\""), &corpus.texts("kind"));
    let mut states = Words::new();
    for expected in corpus.steps().filter_map(|step| step["states"].as_object()) {
        states.extend(expected.values().filter_map(|state| state.as_str().map(str::to_owned)));
    }
    covers("state", &set(TicketState::ALL.iter().map(|state| state.as_str())), &states);
}

#[test]
fn every_reason_is_given() {
    let corpus = Corpus::read();
    let given = |types: &[&str]| corpus.of_events(types, "reason");
    covers("reason of a presence", &words_of::<PresenceReason>("\"?\""), &given(&["presence_changed"]));
    covers("reason of a revocation", &words_of::<RevokeReason>("\"?\""), &given(&["offer_revoked"]));
    covers("reason of a requeue", &words_of::<RequeueReason>("\"?\""), &given(&["requeued"]));
    covers("reason of a cancellation", &words_of::<CancelReason>("\"?\""), &given(&["cancelled"]));
    covers("way of deciding", &words_of::<DecidedBy>("\"?\""), &corpus.texts("by"));
}

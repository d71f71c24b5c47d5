//! Commands that the engine must refuse, each with its code, and each without a trace.
//!
//! The table is `bad_commands.json`: a desk with a ticket in every state, and commands that are wrong in some way. A
//! command is an object, or a text where it is not even JSON or has a key twice; `at` is in milliseconds, one hour if not
//! given. `says` is a part of the message; `subject` is whom or what the error is about, if it is looked at.

use deskmatch::{Agent, Engine, Error, Policy, Request, TicketState, Timestamp};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    policy: Value,
    agents: Vec<Agent>,
    setup: Vec<Value>,
    bad: Vec<Bad>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bad {
    why: String,
    command: Value,
    #[serde(default = "one_hour")]
    at: Timestamp,
    code: String,
    #[serde(default)]
    says: String,
    subject: Option<String>,
}

fn one_hour() -> Timestamp {
    Timestamp(3_600_000)
}

fn table() -> Table {
    serde_json::from_str(include_str!("../bad_commands.json")).expect("the table is of the form above")
}

fn execute(engine: &mut Engine, at: Timestamp, text: &str) -> Result<(), Error> {
    engine.execute(at, Request::from_json(text)?).map(|_| ())
}

fn desk(table: &Table) -> Engine {
    let policy = Policy::from_json(&table.policy.to_string()).expect("the policy of the table is valid");
    let mut engine = Engine::new(policy).expect("the policy of the table is valid");
    for agent in &table.agents {
        engine
            .execute(Timestamp(0), deskmatch::Command::add_agent(agent.clone()))
            .expect("its agents are valid");
    }
    for command in &table.setup {
        execute(&mut engine, Timestamp(0), &command.to_string()).expect("its set-up is valid");
    }
    execute(&mut engine, one_hour(), r#"{ "type": "tick" }"#).expect("time goes on");
    engine
}

#[test]
fn the_desk_has_a_ticket_in_every_state() {
    let engine = desk(&table());
    for state in TicketState::ALL {
        assert!(engine.tickets().any(|ticket| ticket.state() == state), "{state}");
    }
}

#[test]
fn every_bad_command_is_refused_with_its_code_and_changes_nothing() {
    let table = table();
    assert!(table.bad.len() >= 60, "the table has {} commands", table.bad.len());
    let mut engine = desk(&table);
    let (digest, seq, snapshot) = (engine.digest(), engine.seq(), engine.snapshot());
    let mut wrong = Vec::new();
    for bad in &table.bad {
        let text = match &bad.command {
            Value::String(text) => text.clone(),
            command => command.to_string(),
        };
        let found = match execute(&mut engine, bad.at, &text) {
            Ok(()) => "was accepted".to_owned(),
            Err(error) if error.code() != bad.code => format!("{error:?}"),
            Err(error) if !error.to_string().contains(&bad.says) => {
                format!("does not say `{}`: {error}", bad.says)
            }
            Err(error) if bad.subject.is_some() && error.subject() != bad.subject.as_deref() => {
                format!("is about {:?}: {error}", error.subject())
            }
            Err(_) if engine.digest() != digest || engine.seq() != seq => "changed the state".to_owned(),
            Err(_) => continue,
        };
        wrong.push(format!("{}: expected {}\n    {text:.200}\n    {found}", bad.why, bad.code));
        engine = Engine::restore(&snapshot).unwrap();
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), table.bad.len(), wrong.join("\n"));
    assert_eq!(engine.snapshot(), snapshot);
}

#[test]
fn after_all_bad_commands_the_desk_works_on() {
    let table = table();
    let mut engine = desk(&table);
    let mut untouched = desk(&table);
    for bad in &table.bad {
        let text = bad.command.as_str().map_or_else(|| bad.command.to_string(), str::to_owned);
        assert!(execute(&mut engine, bad.at, &text).is_err(), "{}", bad.why);
    }
    for text in [
        r#"{ "type": "resolve", "ticket": "open-1" }"#,
        r#"{ "type": "submit", "ticket": { "id": "new-1" } }"#,
    ] {
        for engine in [&mut engine, &mut untouched] {
            execute(engine, Timestamp(7_200_000), text).unwrap();
        }
    }
    assert_eq!(engine.digest(), untouched.digest());
}

#[test]
fn a_deep_command_is_refused_before_it_exhausts_the_stack() {
    let deep =
        format!(r#"{{ "type": "submit", "ticket": {}1{} }}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(Request::from_json(&deep).unwrap_err().code(), "invalid_json");
}

#[test]
fn a_vast_command_is_refused_by_its_limits() {
    let mut engine = desk(&table());
    let digest = engine.digest();
    let attributes: Vec<String> = (0..200_000).map(|n| format!("\"a{n}\": {n}")).collect();
    let text = format!(
        r#"{{ "type": "submit", "ticket": {{ "id": "x", "attributes": {{ {} }} }} }}"#,
        attributes.join(", ")
    );
    assert_eq!(execute(&mut engine, one_hour(), &text).unwrap_err().code(), "invalid_ticket");
    let skills: Vec<String> = (0..200_000).map(|n| format!("{{ \"skill\": \"s{n}\" }}")).collect();
    let text =
        format!(r#"{{ "type": "submit", "ticket": {{ "id": "x", "skills": [{}] }} }}"#, skills.join(", "));
    assert_eq!(execute(&mut engine, one_hour(), &text).unwrap_err().code(), "invalid_ticket");
    let text = format!(r#"{{ "type": "resolve", "ticket": "{}" }}"#, "x".repeat(10_000_000));
    assert_eq!(execute(&mut engine, one_hour(), &text).unwrap_err().code(), "unknown_ticket");
    assert_eq!(engine.digest(), digest);
}

/// Events that do not follow from the desk: what is wrong with each, and the event, but for its number and its moment.
const BAD_EVENTS: [(&str, &str); 9] = [
    ("not known", r#"{ "type": "paused", "ticket": "nowhere" }"#),
    (
        "not known",
        r#"{ "type": "presence_changed", "agent": "nobody", "presence": "away", "reason": "command" }"#,
    ),
    ("cannot happen", r#"{ "type": "resumed", "ticket": "NEW" }"#),
    ("not known", r#"{ "type": "queued", "ticket": "NEW", "queue": "nowhere" }"#),
    ("outside the range", r#"{ "type": "scheduled", "ticket": "NEW", "until": 9007199254740993 }"#),
    ("outside the range", r#"{ "type": "scheduled", "ticket": "NEW", "until": -9007199254740993 }"#),
    ("outside the range", r#"{ "type": "window_opened", "queue": "batch", "until": 9223372036854775807 }"#),
    (
        "outside the range",
        r#"{ "type": "resolved", "ticket": "NEW", "agent": "ada", "wrap_up_until": 9007199254740993 }"#,
    ),
    ("known already", r#"{ "type": "submitted", "ticket": { "id": "NEW" } }"#),
];

#[test]
fn every_event_that_does_not_follow_is_refused_and_changes_nothing() {
    let policy =
        r#"{ "queues": { "default": {}, "batch": { "batch_window": "1m" } }, "default_queue": "default" }"#;
    let mut engine = Engine::new(Policy::from_json(policy).expect("it is valid")).expect("it is valid");
    let applied = |engine: &mut Engine, seq: u64, at: i64, body: &str| {
        let event = format!(r#"{{ "seq": {seq}, "at": {at}, {}"#, &body[1..]);
        engine.apply(&serde_json::from_str(&event).expect("it is an event"))
    };
    applied(&mut engine, 1, 5, r#"{ "type": "submitted", "ticket": { "id": "NEW" } }"#).expect("it follows");
    let before = engine.digest();
    let good = r#"{ "type": "queued", "ticket": "NEW", "queue": "default" }"#;
    let misplaced = [(3, 5, good), (1, 5, good), (2, 4, good), (2, Timestamp::MAX.0 + 1, good)];
    let bad = BAD_EVENTS.iter().map(|(says, body)| (2, 5, *body, *says));
    for (seq, at, body, says) in
        misplaced.into_iter().map(|(seq, at, body)| (seq, at, body, "event")).chain(bad)
    {
        let error = applied(&mut engine, seq, at, body).expect_err(body);
        assert_eq!(error.code(), "invalid_event", "{body}");
        assert!(error.to_string().contains(says), "{body}: {error}");
        assert_eq!(engine.digest(), before, "{body}");
    }
    applied(&mut engine, 2, 5, good).expect("the desk works on");
}

//! The other commands: assign, check, run, explain, policies, schema, completions.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

mod support;

use std::io::Read;
use std::process::{Command, Stdio};

use serde_json::Value;
use support::Folder;

const AGENTS: &str = "id,skills,queues,capacity\n\
                      ada,german:80;billing,support,2\n\
                      ben,billing:50,support,1\n\
                      chen,vpn:90,support,1\n";
const TICKETS: &str = "id,queue,priority,skills\n\
                       T-1,support,normal,billing:10\n\
                       T-2,support,urgent,german:50\n\
                       T-3,support,low,\n\
                       T-4,support,normal,vpn\n\
                       T-5,support,normal,french\n";

fn desk() -> Folder {
    Folder::new().with("agents.csv", AGENTS).with("tickets.csv", TICKETS)
}

const ASSIGN: [&str; 5] = ["assign", "--tickets", "tickets.csv", "--agents", "agents.csv"];

fn assign<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ASSIGN.into_iter().chain(more.iter().copied()).collect()
}

/// Reads the rows of an assignment: ticket, agent, state, denied.
fn rows(csv: &str) -> Vec<[String; 4]> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|column| column == name).unwrap();
    let columns = ["ticket", "agent", "state", "denied"].map(column);
    reader.records().map(|record| columns.map(|column| record.as_ref().unwrap()[column].to_owned())).collect()
}

#[test]
fn a_batch_is_assigned_in_order_and_says_who_waits_why() {
    let ran = desk().run(&assign(&[])).expect(0);
    let rows = rows(&ran.stdout);
    let of = |ticket: &str| rows.iter().find(|row| row[0] == ticket).unwrap();
    assert_eq!(of("T-2")[1], "ada");
    assert_eq!(of("T-4")[1], "chen");
    assert_eq!(of("T-5")[..3], ["T-5", "", "waiting"]);
    assert!(of("T-1")[1] == "ada" || of("T-1")[1] == "ben");
    assert!(of("T-3")[2] == "assigned", "there are four units for four tickets that can be had");
    assert!(ran.stderr.contains("5 tickets: 4 assigned, 1 waiting"), "{}", ran.stderr);
}

#[test]
fn every_strategy_assigns_the_batch_and_the_same_again() {
    let folder = desk();
    for strategy in [
        "round_robin",
        "longest_idle",
        "least_loaded",
        "fair_share",
        "weighted",
        "lexicographic",
        "random_weighted",
        "optimal",
    ] {
        let arguments = assign(&["--strategy", strategy, "--json"]);
        let ran = folder.run(&arguments).expect(0);
        let rows: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let assigned = rows.iter().filter(|row| row["state"] == "assigned").count();
        assert_eq!(assigned, 4, "{strategy}: {}", ran.stdout);
        assert!(rows.iter().all(|row| row["strategy"] == strategy), "{}", ran.stdout);
        let plans = rows.iter().filter(|row| row["by"] == "plan").count();
        assert_eq!(plans, if strategy == "optimal" { 4 } else { 0 });
        assert_eq!(folder.run(&arguments).expect(0), ran);
    }
}

#[test]
fn tickets_and_agents_may_be_json() {
    let tickets = "{\"id\":\"T-1\",\"skills\":[{\"skill\":\"vpn\",\"level\":90}]}\n{\"id\":\"T-2\"}\n";
    let agents = "[{\"id\":\"ada\"},\n {\"id\":\"chen\",\"skills\":{\"vpn\":90}}]";
    let folder = Folder::new().with("t.jsonl", tickets).with("a.json", agents);
    let ran =
        folder.run(&["assign", "--tickets", "t.jsonl", "--agents", "a.json", "--out", "out.csv"]).expect(0);
    assert_eq!(ran.stdout, "");
    let rows = rows(&folder.read("out.csv"));
    assert_eq!((rows[0][1].as_str(), rows[1][1].as_str()), ("chen", "ada"));
    let ran = folder.run_with_input(&["assign", "--tickets", "-", "--agents", "a.json"], tickets).expect(0);
    assert!(ran.stdout.contains("T-1,chen,assigned"), "{}", ran.stdout);
}

#[test]
fn a_batch_explains_itself() {
    let folder = desk();
    let ran = folder.run(&assign(&["--explain", "--events", "events.jsonl"])).expect(0);
    assert!(
        ran.stdout.contains("ben: not eligible by skill: needs german at level 50 or more"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("What would help:"), "{}", ran.stdout);
    let ran = folder.run(&["explain", "--log", "events.jsonl", "T-2"]).expect(0);
    assert!(ran.stdout.contains("assigned to ada") && ran.stdout.contains("ada: chosen"), "{}", ran.stdout);
    let ran = folder.run(&["explain", "--log", "events.jsonl", "T-5", "--json"]).expect(0);
    let explained: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(explained["event"], Value::Null);
    assert_eq!(explained["explanation"]["state"], "waiting");
    let events = folder.read("events.jsonl");
    let assigned: Vec<Value> = events.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let seq = assigned.iter().find(|event| event["type"] == "assigned" && event["ticket"] == "T-4").unwrap()
        ["seq"]
        .to_string();
    let ran = folder.run(&["explain", "--log", "events.jsonl", "--event", &seq]).expect(0);
    assert!(ran.stdout.contains("assigned to chen"), "{}", ran.stdout);
    folder.run(&["explain", "--log", "events.jsonl", "--event", "1"]).expect(3);
    folder.run(&["explain", "--log", "events.jsonl", "--event", "9999"]).expect(3);
    folder.run(&["explain", "--log", "events.jsonl", "T-99"]).expect(3);
    folder.run(&["explain", "--log", "events.jsonl"]).expect(2);
    folder.run(&["explain", "T-1"]).expect(2);
}

#[test]
fn faults_of_a_batch_are_told_all_at_once_with_their_lines() {
    let folder = desk()
        .with("bad.csv", "id,priority,skills\nT-1,normal,x:0\nT-2,normal,\nT-3\n")
        .with("unknown.csv", "id,priority\nT-1,huge\nT-1,normal\nT-1,normal\n")
        .with("bad.jsonl", "{\"id\":\"T-1\",\"prio\":1}\n{\"id\":\"T-2\"}\n{\n");
    let faults = |tickets: &str| {
        let ran = folder.run(&["assign", "--tickets", tickets, "--agents", "agents.csv"]).expect(3);
        assert_eq!(ran.stdout, "");
        ran.stderr.lines().filter(|line| line.starts_with("error: ")).map(str::to_owned).collect::<Vec<_>>()
    };
    let found = faults("bad.csv");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("error: bad.csv: line 2, column `skills`: "), "{found:?}");
    let found = faults("unknown.csv");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("error: unknown.csv: line 2: `priority`: "), "{found:?}");
    assert!(found[1].starts_with("error: unknown.csv: line 4: "), "{found:?}");
    let found = faults("bad.jsonl");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("error: bad.jsonl: line 1, column "), "{found:?}");
    assert!(found[1].starts_with("error: bad.jsonl: line 3, column "), "{found:?}");
}

#[test]
fn every_fault_of_a_policy_is_told_with_its_path() {
    let bad = r#"{ "seed": "x", "queues": { "support": { "wrap_up": -1, "targets": ["t"] } } }"#;
    let folder = Folder::new().with("bad.json", bad).with("broken.json", "{\n  \"seed\": 1,\n}");
    let ran = folder.run(&["check", "bad.json"]).expect(1);
    for path in ["`seed`", "`queues.support.wrap_up`"] {
        assert!(ran.stdout.contains(&format!("error: bad.json: {path}: ")), "{}", ran.stdout);
    }
    let ran = folder.run(&["check", "bad.json", "balanced", "--json"]).expect(1);
    let found: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&found[0]["valid"], &found[1]["valid"]), (&Value::Bool(false), &Value::Bool(true)));
    assert_eq!(found[0]["errors"][0]["path"], "queues.support.wrap_up");
    assert_eq!(found[1]["overtaking"][0]["bound_ms"], 28_800_000);
    let ran = folder.run(&["check", "broken.json"]).expect(1);
    assert!(ran.stdout.contains("line 3"), "{}", ran.stdout);
    folder.run(&["check", "none.json"]).expect(3);
}

#[test]
fn what_looks_odd_is_a_finding_only_if_asked_for() {
    let odd = r#"{ "queues": { "support": { "order": "lifo" } } }"#;
    let folder = desk().with("odd.json", odd);
    let ran = folder.run(&["check", "odd.json"]).expect(0);
    assert!(ran.stdout.contains("warning: odd.json: `queues.support.order`: "), "{}", ran.stdout);
    folder.run(&["check", "odd.json", "--strict"]).expect(1);
    let ran = folder.run(&["check", "balanced", "--agents", "agents.csv"]).expect(0);
    assert!(ran.stdout.contains("[queue_nobody_serves]"), "{}", ran.stdout);
}

const CASE: &str = r#"{
    "title": "A freed agent takes the oldest ticket",
    "agents": [{ "id": "ada" }],
    "steps": [
        { "do": { "type": "submit", "ticket": { "id": "T-1" } }, "holds": { "ada": ["T-1"] } },
        { "at": "1m", "do": { "type": "submit", "ticket": { "id": "T-2" } }, "states": { "T-2": "waiting" } }
    ]
}"#;

#[test]
fn a_case_passes_or_shows_what_differs() {
    let wrong = CASE.replace("\"ada\": [\"T-1\"]", "\"ada\": [\"T-9\"]");
    let folder = Folder::new().with("right.json", CASE).with("wrong.json", wrong).with("none.json", "{}");
    let ran = folder.run(&["run", "right.json"]).expect(0);
    assert!(ran.stdout.starts_with("right.json: passed: A freed agent"), "{}", ran.stdout);
    let ran = folder.run(&["run", "right.json", "wrong.json"]).expect(1);
    assert!(ran.stdout.contains("wrong.json: failed: ") && ran.stdout.contains("T-9"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("1 of 2 cases passed\n"), "{}", ran.stdout);
    let ran = folder.run(&["run", "."]).expect(3);
    assert!(ran.stderr.contains("none.json: line 1: the case has a fault"), "{}", ran.stderr);
    let ran = folder.run(&["run", "wrong.json", "--json"]).expect(1);
    let found: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(found[0]["passed"], false);
    let ran = folder.run(&["explain", "--case", "right.json", "T-2"]).expect(0);
    assert!(ran.stdout.contains("ada: not eligible by capacity"), "{}", ran.stdout);
}

#[test]
fn every_ready_made_policy_can_be_printed_and_checked() {
    let folder = Folder::new();
    let listed = folder.run(&["policies"]).expect(0).stdout;
    assert!(listed.lines().count() >= 6);
    for name in listed.lines().filter_map(|line| line.split_whitespace().next()) {
        let json = folder.run(&["policies", name]).expect(0).stdout;
        let ran = folder.run_with_input(&["check", "-"], &json).expect(0);
        assert!(ran.stdout.starts_with("valid: -: "), "{name}: {}", ran.stdout);
    }
    folder.run(&["policies", "none"]).expect(2);
}

#[test]
fn the_schema_is_the_published_one() {
    let published = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/policy.schema.json");
    let schema = Folder::new().run(&["schema"]).expect(0).stdout;
    assert_eq!(schema, std::fs::read_to_string(published).unwrap());
}

#[test]
fn there_are_completions_for_the_usual_shells() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(folder.run(&["completions", shell]).expect(0).stdout.contains("replay"), "{shell}");
    }
    folder.run(&["completions", "abacus"]).expect(2);
}

#[test]
fn help_tells_the_exit_codes() {
    let folder = Folder::new();
    let help = folder.run(&["--help"]).expect(0).stdout;
    assert!(help.contains("Exit codes:") && help.contains("NO_COLOR"), "{help}");
    assert!(folder.run(&["--version"]).expect(0).stdout.starts_with("deskmatch "));
    folder.run(&[]).expect(2);
    folder.run(&["frobnicate"]).expect(2);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_deskmatch"))
        .args(["schema"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut complaint = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
    assert_eq!((child.wait().unwrap().code(), complaint.as_str()), (Some(0), ""));
}

#[test]
fn nothing_is_coloured_where_it_is_not_read_by_a_person() {
    let ran = Folder::new().with("bad.json", "{").run(&["check", "bad.json"]).expect(1);
    assert!(!ran.stdout.contains('\u{1b}') && !ran.stderr.contains('\u{1b}'));
}

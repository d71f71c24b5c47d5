//! `deskmatch replay` on the incidents that come with the project.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

mod support;

use std::collections::BTreeMap;
use support::{Folder, INCIDENTS};

const TWO: [&str; 6] =
    ["--policy", "balanced", "--policy", "technical_support", "--handle-time", "lognormal:2h,1.0"];

fn two_policies<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ["replay", INCIDENTS].into_iter().chain(TWO).chain(more.iter().copied()).collect()
}

#[test]
fn two_runs_print_and_write_the_same() {
    let folder = Folder::new();
    let runs = ["one.csv", "two.csv"].map(|out| {
        let ran = folder.run(&two_policies(&["--out", out])).expect(0);
        (ran.stdout, folder.read(out))
    });
    assert_eq!(runs[0], runs[1]);
    let (report, _) = &runs[0];
    assert!(report.starts_with("1,500 tickets, created 2016-02-29 01:16 UTC"), "{report}");
    for part in
        ["log (data)", "balanced", "technical_support", "p99", "Gini", "Jain", "handle time is a model"]
    {
        assert!(report.contains(part), "{part} is not in {report}");
    }
    assert!(!report.contains("per second"), "what is measured differs from run to run");
}

#[test]
fn every_ticket_is_in_the_file_once_for_each_policy_with_a_reason() {
    let folder = Folder::new();
    folder.run(&two_policies(&["--out", "out.csv", "-q"])).expect(0);
    let text = folder.read("out.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|column| column == name).unwrap();
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        assert!(record[column("reason")].contains("eligible"), "{record:?}");
        assert!(record[column("waited_ms")].parse::<i64>().unwrap() >= 0);
        assert_eq!(&record[column("handle_time")], "model");
        seen.entry(record[column("policy")].to_owned())
            .or_default()
            .push(record[column("ticket")].to_owned());
    }
    assert_eq!(seen.keys().collect::<Vec<_>>(), ["balanced", "technical_support"]);
    for tickets in seen.values_mut() {
        tickets.sort();
        tickets.dedup();
        assert_eq!(tickets.len(), 1_500);
    }
}

#[test]
fn json_lines_hold_the_same_assignments() {
    let folder = Folder::new();
    folder.run(&two_policies(&["--out", "out.jsonl", "-q", "--limit", "100"])).expect(0);
    let text = folder.read("out.jsonl");
    let rows: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 200);
    assert!(rows[0]["waited_ms"].is_i64() && rows[0]["agent"].is_string());
    assert!(text.starts_with("{\"policy\":\"balanced\",\"ticket\":"), "columns keep their order");
}

#[test]
fn the_report_is_also_json_and_speed_comes_on_demand() {
    let folder = Folder::new();
    let ran = folder.run(&two_policies(&["--json", "--timing"])).expect(0);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["policies"], serde_json::json!(["log (data)", "balanced", "technical_support"]));
    let row = |key: &str| report["rows"].as_array().unwrap().iter().find(|row| row["key"] == key).unwrap();
    assert_eq!(row("assigned")["values"], serde_json::json!([1500, 1500, 1500]));
    assert_eq!(row("decisions_per_second")["basis"], "measured");
    assert!(ran.stderr.contains("of engine time"), "{}", ran.stderr);
    let quiet = folder.run(&two_policies(&["-q"])).expect(0);
    assert_eq!(quiet.stderr, "");
}

const LOG: &str = "number,opened_at,resolved_at,category,assignment_group,resolved_by\n\
                   T-1,1/3/2016 09:00,1/3/2016 09:30,vpn,desk,ada\n\
                   T-2,yesterday,1/3/2016 10:00,vpn,desk,ada\n\
                   T-3,1/3/2016 09:10\n\
                   T-4,1/3/2016 09:10,1/3/2016 10:00,vpn,desk,ben\n";

#[test]
fn bad_rows_are_reported_with_their_lines_counted_and_left_out() {
    let folder = Folder::new().with("log.csv", LOG);
    let ran = folder.run(&["replay", "log.csv"]).expect(0);
    assert!(
        ran.stderr.contains("warning: log.csv: line 3, column `opened_at`: cannot read the time"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("warning: log.csv: line 4: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("2 of 4 rows are bad and left out"), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("2 tickets"), "{}", ran.stdout);
    assert!(ran.stdout.contains("2 of 4 rows of the log are bad and left out"), "{}", ran.stdout);
}

#[test]
fn strict_ends_at_the_first_bad_row_with_code_1() {
    let folder = Folder::new().with("log.csv", LOG);
    let ran = folder.run(&["replay", "log.csv", "--strict"]).expect(1);
    assert!(ran.stderr.starts_with("error: log.csv: line 3, column `opened_at`"), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
}

#[test]
fn a_log_may_come_from_standard_input_with_a_mapping_of_its_own() {
    let log = "{\"key\":\"A\",\"at\":\"2026-03-02 09:00\",\"who\":\"ada\"}\n{\"key\":\"B\",\"at\":\"2026-03-02 09:05\",\"who\":\"ben\"}\n";
    let mapping = r#"{ "fields": { "id": "key", "created": "at", "agent": "who" } }"#;
    let folder = Folder::new().with("mapping.json", mapping);
    let ran = folder.run_with_input(&["replay", "-", "--mapping", "mapping.json", "-q"], log).expect(0);
    assert!(ran.stdout.starts_with("2 tickets"), "{}", ran.stdout);
    let ran = folder
        .run_with_input(
            &[
                "replay",
                "-",
                "--mapping",
                "jira",
                "--map",
                "id=key",
                "--map",
                "created=at",
                "--map",
                "agent=who",
                "-q",
            ],
            log,
        )
        .expect(0);
    assert!(ran.stdout.starts_with("2 tickets"), "{}", ran.stdout);
}

#[test]
fn agents_may_come_from_a_file() {
    let folder = Folder::new().with("log.csv", LOG).with("agents.csv", "id,queues\nzoe,desk\n");
    let ran =
        folder.run(&["replay", "log.csv", "--agents", "agents.csv", "--out", "out.csv", "-q"]).expect(0);
    assert!(ran.stdout.contains("agents are data: 1 agents of a file"), "{}", ran.stdout);
    assert!(folder.read("out.csv").contains(",zoe,"));
}

#[test]
fn a_policy_of_ones_own_stands_beside_a_ready_made_one() {
    let policy = r#"{ "queues": { "desk": { "strategy": { "kind": "round_robin" } } } }"#;
    let folder = Folder::new().with("log.csv", LOG).with("ours.json", policy);
    let ran =
        folder.run(&["replay", "log.csv", "--policy", "ours.json", "--policy", "balanced", "-q"]).expect(0);
    let heading = ran.stdout.lines().find(|line| line.contains("log (data)")).unwrap();
    assert!(heading.ends_with("ours  balanced"), "{heading}");
}

#[test]
fn what_cannot_be_read_is_named_with_code_3() {
    let folder = Folder::new()
        .with("log.csv", LOG)
        .with("empty.csv", "")
        .with("bad.json", "{ \"sede\": 1 }")
        .with("agents.csv", "id,skills\nada,x:0\n");
    for (arguments, message) in [
        (&["replay", "none.csv"][..], "error: none.csv: cannot be read"),
        (&["replay", "empty.csv"], "error: empty.csv: the log is empty"),
        (&["replay", "log.csv", "--policy", "bad.json"], "error: bad.json: `sede`: "),
        (&["replay", "log.csv", "--policy", "balance"], "error: there is no policy `balance`"),
        (&["replay", "log.csv", "--mapping", "sap"], "error: there is no mapping `sap`"),
        (&["replay", "log.csv", "--mapping", "zendesk"], "error: log.csv: "),
        (&["replay", "log.csv", "--agents", "agents.csv"], "error: agents.csv: line 2, column `skills`"),
        (
            &["replay", "log.csv", "--policy", "live_chat", "--reaction", "1m"],
            "error: policy `live_chat`: offers",
        ),
    ] {
        let ran = folder.run(arguments).expect(3);
        assert!(ran.stderr.lines().any(|line| line.starts_with(message)), "{arguments:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_with_code_2() {
    let folder = Folder::new().with("log.csv", LOG).with("agents.csv", "id\nada\n");
    for arguments in [
        &["replay"][..],
        &["replay", "log.csv", "--handle-time", "soon"],
        &["replay", "log.csv", "--out", "out.xlsx"],
        &["replay", "log.csv", "--map", "colour=x"],
        &["replay", "log.csv", "--capacity", "0"],
        &["replay", "log.csv", "--missed-offers", "95"],
        &["replay", "log.csv", "--agents", "agents.csv", "--capacity", "2"],
        &["replay", "log.csv", "--events", "e.jsonl", "--policy", "balanced", "--policy", "live_chat"],
    ] {
        let ran = folder.run(arguments).expect(2);
        assert!(ran.stderr.starts_with("error: "), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn output_that_cannot_be_written_gives_code_4() {
    let folder = Folder::new().with("log.csv", LOG);
    let ran = folder.run(&["replay", "log.csv", "--out", "nowhere/out.csv"]).expect(4);
    assert!(ran.stderr.contains("cannot write nowhere/out.csv"), "{}", ran.stderr);
}

#[test]
fn the_events_of_a_replay_explain_an_assignment() {
    let folder = Folder::new();
    folder.run(&["replay", INCIDENTS, "--limit", "200", "--events", "events.jsonl", "-q"]).expect(0);
    let ran = folder.run(&["explain", "--log", "events.jsonl", "INC0000047"]).expect(0);
    assert!(ran.stdout.contains(": chosen"), "{}", ran.stdout);
    assert!(ran.stdout.contains("assigned to"), "{}", ran.stdout);
    assert!(ran.stdout.contains("not eligible by queue"), "{}", ran.stdout);
}

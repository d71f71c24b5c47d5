//! What every case comes to, to the last byte: the same in every language.
//!
//! A transcript has, for every step of a case, its events as JSON lines or the code and message of its error, then the digest;
//! and at the end the explanation of every ticket as text. `transcripts.txt` holds a hash of each and the last digest; Rust, Python
//! and Node each make the transcripts and compare. Set `DESKMATCH_WRITE_TRANSCRIPTS` to write the file anew.

use deskmatch::{Command, Engine, Request, Timestamp};
use deskmatch_sim::case::Case;
use deskmatch_tests::corpus;
use serde_json::json;
use std::fmt::Write as _;

const EXPECTED: &str = include_str!("transcripts.txt");

/// FNV-1a of 64 bits, which any language writes in four lines.
fn fnv(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn note(
    transcript: &mut String,
    engine: &mut Engine,
    at: Timestamp,
    request: Result<Request, deskmatch::Error>,
) {
    match request.and_then(|request| engine.execute(at, request)) {
        Ok(outcome) => {
            for event in &outcome.events {
                let _ = writeln!(transcript, "{}", serde_json::to_string(event).expect("events are JSON"));
            }
        }
        Err(error) => {
            let _ = writeln!(transcript, "{}: {error}", error.code());
        }
    }
    let _ = writeln!(transcript, "{}", engine.digest());
}

fn transcript(case: &Case) -> (String, String) {
    let mut engine = Engine::new(case.policy().clone()).expect("the corpus has valid policies");
    let mut text = String::new();
    let mut now = case.start;
    for agent in &case.agents {
        note(&mut text, &mut engine, now, Ok(Command::add_agent(agent.clone()).into()));
    }
    let tick = json!({ "type": "tick" });
    for step in &case.steps {
        now = step.at.map_or(now, |at| case.start.after(at));
        let command = step.command.as_ref().unwrap_or(&tick);
        note(&mut text, &mut engine, now, Request::from_json(&command.to_string()));
    }
    let mut tickets: Vec<String> = engine.tickets().map(|ticket| ticket.id().to_string()).collect();
    tickets.sort_unstable();
    for ticket in tickets {
        let explanation = engine.explain(&ticket).expect("the ticket is known");
        let _ = writeln!(text, "{explanation}");
    }
    let digest = engine.digest().to_string();
    (text, digest)
}

#[test]
fn every_case_has_the_transcript_that_every_language_has() {
    let mut found = String::new();
    for case in corpus() {
        let (text, digest) = transcript(&case.case);
        let _ = writeln!(found, "{} {:016x} {digest}", case.name, fnv(&text));
    }
    if std::env::var_os("DESKMATCH_WRITE_TRANSCRIPTS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts.txt");
        std::fs::write(path, found).expect("the file can be written");
        return;
    }
    let different: Vec<_> = found.lines().zip(EXPECTED.lines()).filter(|(a, b)| a != b).collect();
    assert!(different.is_empty(), "other transcripts than before: {different:#?}");
    assert_eq!(found.lines().count(), EXPECTED.lines().count(), "the file lacks a case, or has one too many");
}

//! How long does one decision take: the least loaded agent among those with one skill at a level? The choice alone, and a
//! whole submission with its decision.
#![allow(clippy::print_stdout, reason = "benchmarks report on standard output")]
#![allow(missing_docs, reason = "a benchmark is read as a program")]

use deskmatch::{Command, Engine, SkillRequirement, Ticket, TicketId, Timestamp};
use deskmatch_benches::{Random, engine_with, quantiles};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

const SKILLS: u64 = 4;
/// Tickets of the queue `asked` wait for somebody to take them, so that one can ask again and again who would get them.
const POLICY: &str = r#"{
  "detail": "off",
  "limits": { "keep_closed": "0ms" },
  "queues": { "default": {}, "asked": { "dispatch": "pull" } }
}"#;

fn main() {
    println!("four in sixteen agents have the skill");
    println!("{:>8} {:>12} {:>12} {:>12} {:>12}", "", "the choice", "", "submission", "");
    println!("{:>8} {:>12} {:>12} {:>12} {:>12}", "agents", "median", "p99", "median", "p99");
    for agents in [100, 1_000, 10_000, 100_000] {
        let (mut choices, mut submissions) = measure(agents);
        let (choice, submission) = (quantiles(&mut choices), quantiles(&mut submissions));
        println!(
            "{agents:>8} {:>12.3?} {:>12.3?} {:>12.3?} {:>12.3?}",
            choice.0, choice.1, submission.0, submission.1
        );
    }
}

/// Fills half a desk and keeps it so; times each submission and, in the state it left, one choice.
fn measure(agents: usize) -> (Vec<Duration>, Vec<Duration>) {
    let mut engine = engine_with(POLICY, agents, SKILLS as usize, 8);
    let start = Timestamp(agents as i64);
    for skill in 0..SKILLS {
        let ticket = ticket(format!("asked-{skill}"), skill).with_queue("asked");
        engine.execute(start, Command::submit(ticket)).expect("the ticket is valid");
    }
    let mut random = Random::new(5);
    let (mut open, mut events) = (VecDeque::new(), Vec::new());
    let (mut choices, mut submissions) = (Vec::new(), Vec::new());
    for number in 0..agents as u64 * 4 + 200_000 {
        let command =
            Command::submit(ticket(format!("T-{number}"), random.below(SKILLS)).with_queue("default"));
        let now = Timestamp(agents as i64 + number as i64);
        events.clear();
        let start = Instant::now();
        engine.execute_into(now, command, &mut events).expect("the ticket is valid");
        let took = start.elapsed();
        open.push_back(TicketId::new(format!("T-{number}")));
        if open.len() > agents * 4 {
            submissions.push(took);
            choices.push(choose(&mut engine, &format!("asked-{}", random.below(SKILLS))));
            let ticket = open.pop_front().expect("there are open tickets");
            engine.execute_into(now, Command::Resolve { ticket }, &mut events).expect("it is held");
        }
    }
    (choices, submissions)
}

fn choose(engine: &mut Engine, ticket: &str) -> Duration {
    let start = Instant::now();
    let agent = engine.suggest(ticket).expect("the ticket waits");
    let took = start.elapsed();
    assert!(agent.is_some(), "half the desk is free");
    took
}

fn ticket(id: String, skill: u64) -> Ticket {
    Ticket::new(id).with_skill(SkillRequirement::required(format!("skill-{skill}"), 20))
}

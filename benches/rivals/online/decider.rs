//! The engine as one of the deciders that `online.py` compares.
//!
//! It reads the world from standard input: the number of agents; for each agent its load and its skills with levels; the
//! skill of every ticket. It answers on standard output, as JSON, with the hash of its first choices and what they took.
//! Every choice is a ticket submitted with its decision; its release is a ticket resolved.
#![allow(clippy::print_stdout, reason = "it answers on standard output")]

use deskmatch::{
    Agent, AgentId, Attributes, Capacity, Command, Engine, Event, EventBody, Policy, SkillRequirement,
    Ticket, TicketId, Timestamp,
};
use deskmatch_benches::quantiles;
use std::collections::VecDeque;
use std::io::Read;
use std::time::{Duration, Instant};

/// The lowest load, then the highest level, then the smallest number: what all deciders do.
const POLICY: &str = r#"{
  "detail": "off",
  "limits": { "keep_closed": 0 },
  "queues": { "default": { "strategy": { "kind": "lexicographic", "layers": [
    { "factor": "headroom", "prefer": "high" },
    { "factor": "skill_level", "prefer": "high" },
    { "factor": "attribute", "attribute": "number", "prefer": "low" }
  ] } } }
}"#;
const CAPACITY: u32 = 8;
/// How many decisions are not counted, of every decider.
const WARM_UP: usize = 20;

fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).expect("the world comes from standard input");
    let mut lines = text.lines();
    let agents: usize = lines.next().and_then(|line| line.parse().ok()).expect("the number of agents");
    let mut engine = Engine::new(Policy::from_json(POLICY).expect("it is valid")).expect("it is valid");
    for (number, line) in lines.by_ref().take(agents).enumerate() {
        add_agent(&mut engine, number, line);
    }
    let tickets: Vec<u64> =
        lines.flat_map(str::split_whitespace).map(|skill| skill.parse().expect("a skill")).collect();
    let Measured { hash, mut times, mut releases } = decide(&mut engine, agents, &tickets);
    times.drain(..WARM_UP.min(times.len() / 10));
    let clock = clock();
    for time in times.iter_mut().chain(&mut releases) {
        *time = time.saturating_sub(clock);
    }
    let mean = mean_us(&times);
    let life = mean + mean_us(&releases);
    let (p50, p99) = quantiles(&mut times);
    println!(
        r#"{{"hash": {hash}, "n": {}, "mean_us": {mean:.4}, "p50_us": {:.4}, "p99_us": {:.4}, "life_us": {life:.4}}}"#,
        times.len(),
        p50.as_secs_f64() * 1e6,
        p99.as_secs_f64() * 1e6
    );
}

/// An agent, and the load that it has from the start: tickets that are never released.
fn add_agent(engine: &mut Engine, number: usize, line: &str) {
    let mut words = line.split_whitespace();
    let load: u32 = words.next().and_then(|word| word.parse().ok()).expect("a load");
    let id = AgentId::new(format!("agent-{number:07}"));
    let mut agent = Agent::new(id.clone()).with_capacity(Capacity::units(CAPACITY));
    agent.attributes = Attributes::from([("number".into(), (number as i64).into())]);
    for word in words {
        let (skill, level) = word.split_once(':').expect("a skill and its level");
        agent = agent.with_skill(skill, level.parse().expect("a level"));
    }
    engine.execute(Timestamp(0), Command::add_agent(agent)).expect("the agent is valid");
    for part in 0..load {
        let ticket =
            Ticket::new(format!("start-{number}-{part}")).with_skill(SkillRequirement::required("none", 1));
        let ticket_id = ticket.id.clone();
        engine.execute(Timestamp(0), Command::submit(ticket)).expect("the ticket is valid");
        let command = Command::Assign { ticket: ticket_id, agent: id.clone(), force: true, reason: None };
        engine.execute(Timestamp(0), command).expect("the agent is there");
    }
}

struct Measured {
    /// Of the first choices.
    hash: u64,
    /// What each decision took, and each release.
    times: Vec<Duration>,
    releases: Vec<Duration>,
}

/// What reading the clock takes, which is in every time that is measured: the least of many.
fn clock() -> Duration {
    (0..10_000).map(|_| Instant::now().elapsed()).min().unwrap_or_default()
}

fn mean_us(times: &[Duration]) -> f64 {
    times.iter().sum::<Duration>().as_secs_f64() * 1e6 / times.len().max(1) as f64
}

/// Decides ticket after ticket; once the desk is half full, each decision is followed by the release of the oldest.
fn decide(engine: &mut Engine, agents: usize, tickets: &[u64]) -> Measured {
    let mut measured = Measured { hash: 0, times: Vec::new(), releases: Vec::new() };
    let mut open = VecDeque::new();
    let mut events: Vec<Event> = Vec::new();
    let skills: Vec<String> = (0..16).map(|skill| skill.to_string()).collect();
    for (number, skill) in tickets.iter().enumerate() {
        let ticket = Ticket::new(format!("T-{number}"))
            .with_skill(SkillRequirement::required(skills[*skill as usize].as_str(), 1));
        open.push_back(ticket.id.clone());
        let (now, command) = (Timestamp(number as i64), Command::submit(ticket));
        events.clear();
        let start = Instant::now();
        engine.execute_into(now, command, &mut events).expect("the ticket is valid");
        measured.times.push(start.elapsed());
        if number < 300 {
            let agent = assigned(&events).expect("somebody has room");
            measured.hash = measured.hash.wrapping_mul(1_000_003).wrapping_add(agent) & 0xffff_ffff_ffff;
        }
        if open.len() > 2 * agents + 10 {
            let ticket: TicketId = open.pop_front().expect("there are open tickets");
            events.clear();
            let start = Instant::now();
            engine.execute_into(now, Command::Resolve { ticket }, &mut events).expect("it is held");
            measured.releases.push(start.elapsed());
        }
    }
    measured
}

fn assigned(events: &[Event]) -> Option<u64> {
    events.iter().find_map(|event| match &event.body {
        EventBody::Assigned { agent, .. } => agent.as_str().strip_prefix("agent-")?.parse().ok(),
        _ => None,
    })
}

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
    let (hash, mut times) = decide(&mut engine, agents, &tickets);
    let mean = times.iter().sum::<Duration>().as_secs_f64() * 1e6 / times.len() as f64;
    let (p50, p99) = quantiles(&mut times);
    println!(
        r#"{{"hash": {hash}, "n": {}, "mean_us": {mean:.4}, "p50_us": {:.4}, "p99_us": {:.4}}}"#,
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

/// Decides ticket after ticket; once the desk is half full, each decision is followed by the release of the oldest.
fn decide(engine: &mut Engine, agents: usize, tickets: &[u64]) -> (u64, Vec<Duration>) {
    let (mut hash, mut times, mut open) = (0u64, Vec::new(), VecDeque::new());
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
        times.push(start.elapsed());
        if number < 300 {
            let agent = assigned(&events).expect("somebody has room");
            hash = hash.wrapping_mul(1_000_003).wrapping_add(agent) & 0xffff_ffff_ffff;
        }
        if open.len() > 2 * agents + 10 {
            let ticket: TicketId = open.pop_front().expect("there are open tickets");
            events.clear();
            engine.execute_into(now, Command::Resolve { ticket }, &mut events).expect("it is held");
        }
    }
    (hash, times)
}

fn assigned(events: &[Event]) -> Option<u64> {
    events.iter().find_map(|event| match &event.body {
        EventBody::Assigned { agent, .. } => agent.as_str().strip_prefix("agent-")?.parse().ok(),
        _ => None,
    })
}

//! How much memory does a waiting ticket and an agent take, and how long do a snapshot and its restoration?
//!
//! Memory is the growth of the process's resident set, read from the system, so it includes what the allocator keeps.
#![allow(clippy::print_stdout, reason = "benchmarks report on standard output")]
#![allow(missing_docs, reason = "a benchmark is read as a program")]

use deskmatch::{Agent, Command, Engine, Policy, SkillRequirement, Ticket, Timestamp};
use deskmatch_benches::{Random, time};

const AGENTS: u64 = 100_000;
const WAITING: u64 = 1_000_000;

/// Bytes resident, as Linux counts them; 0 elsewhere.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4_096
}

fn main() {
    let mut engine = Engine::new(Policy::default()).expect("the policy is valid");
    let before = resident();
    for index in 0..AGENTS {
        let agent = Agent::new(format!("agent-{index}")).with_skill(format!("skill-{}", index % 100), 50);
        let agent = agent.with_presence(deskmatch::Presence::Offline);
        engine.execute(Timestamp(0), Command::add_agent(agent)).expect("the agent is valid");
    }
    println!("{} bytes an agent, with one skill", (resident() - before) / AGENTS);
    let mut engine = Engine::new(Policy::default()).expect("the policy is valid");
    let mut random = Random::new(2);
    let before = resident();
    for number in 0..WAITING {
        let skill = SkillRequirement::required(format!("skill-{}", random.below(100)), 10);
        let ticket = Ticket::new(format!("T-{number}")).with_skill(skill);
        engine.execute(Timestamp(number as i64), Command::submit(ticket)).expect("the ticket is valid");
    }
    println!("{} bytes a waiting ticket, with one skill", (resident() - before) / WAITING);
    let (snapshot, took) = time(|| engine.snapshot());
    println!(
        "snapshot of {WAITING} open tickets: {took:.2?}, {} bytes a ticket",
        snapshot.len() as u64 / WAITING
    );
    let (restored, took) = time(|| Engine::restore(&snapshot).expect("our own snapshot can be read"));
    println!("restored in {took:.2?}");
    assert_eq!(restored.view().waiting, WAITING);
    let (digest, took) = time(|| engine.digest());
    println!("digest {digest} in {took:.2?}");
    assert_eq!(restored.digest(), digest);
}

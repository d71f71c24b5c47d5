//! What does a batch window cost when it is over: finding and scoring the candidates, the best plan, and the assignments?
#![allow(clippy::print_stdout, reason = "benchmarks report on standard output")]
#![allow(missing_docs, reason = "a benchmark is read as a program")]

use deskmatch::{
    Agent, Capacity, Command, Engine, Event, EventBody, Policy, SkillRequirement, Ticket, Timestamp,
};
use deskmatch_benches::{Random, quantiles};
use std::time::Instant;

const POLICY: &str = r#"{
  "limits": { "keep_closed": 0 },
  "queues": { "default": {
    "batch_window": "10s",
    "strategy": { "kind": "optimal", "factors": [{ "factor": "skill_level", "weight": 3 }, { "factor": "headroom", "weight": 1 }] }
  } }
}"#;
const AGENTS: u64 = 1_000;
const SKILLS: u64 = 30;
const WINDOWS: u64 = 40;

fn main() {
    println!("| tickets a window | agents | assigned | median | p99 | a ticket |");
    println!("|---|---|---|---|---|---|");
    for tickets in [20, 200, 2_000] {
        windows_of(tickets);
    }
}

/// Every agent has three of thirty skills, so about one in ten may have a ticket.
fn desk(random: &mut Random) -> Engine {
    let policy = Policy::from_json(POLICY).expect("the policy is valid");
    let mut engine = Engine::new(policy).expect("the policy is valid");
    for number in 0..AGENTS {
        let mut agent = Agent::new(format!("agent-{number}")).with_capacity(Capacity::units(3));
        for _ in 0..3 {
            agent = agent.with_skill(format!("skill-{}", random.below(SKILLS)), 1 + random.below(100) as u8);
        }
        engine.execute(Timestamp(0), Command::add_agent(agent)).expect("the agent is valid");
    }
    engine
}

/// Opens windows, fills each with so many tickets, settles it, and resolves what was assigned.
fn windows_of(tickets: u64) {
    let mut random = Random::new(7);
    let mut engine = desk(&mut random);
    let (mut times, mut assigned) = (Vec::new(), 0);
    for window in 0..WINDOWS {
        let start = Timestamp(window as i64 * 60_000);
        for number in 0..tickets {
            let skill = SkillRequirement::required(
                format!("skill-{}", random.below(SKILLS)),
                1 + random.below(50) as u8,
            );
            let ticket = Ticket::new(format!("T-{window}-{number}")).with_skill(skill);
            engine.execute(start, Command::submit(ticket)).expect("the ticket is valid");
        }
        let end = Timestamp(start.0 + 10_000);
        let clock = Instant::now();
        let outcome = engine.execute(end, Command::Tick {}).expect("time goes on");
        times.push(clock.elapsed());
        for event in &outcome.events {
            if let Event { body: EventBody::Assigned { ticket, .. }, .. } = event {
                assigned += 1;
                engine.execute(end, Command::Resolve { ticket: ticket.clone() }).expect("it is held");
            }
        }
    }
    let (median, p99) = quantiles(&mut times);
    println!(
        "| {tickets} | {AGENTS} | {} | {median:?} | {p99:?} | {:?} |",
        assigned / WINDOWS,
        median / tickets as u32
    );
}

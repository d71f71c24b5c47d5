//! How long does one decision take: the least loaded agent among those with one skill at a level, submission included?
#![allow(clippy::print_stdout, reason = "benchmarks report on standard output")]
#![allow(missing_docs, reason = "a benchmark is read as a program")]

use deskmatch::{Command, SkillRequirement, Ticket, Timestamp};
use deskmatch_benches::{Random, engine_with, quantiles};
use std::collections::VecDeque;
use std::time::Instant;

fn main() {
    println!("one submission with its decision, four in sixteen agents have the skill");
    println!("{:>8} {:>12} {:>12}", "agents", "median", "p99");
    for agents in [100, 1_000, 10_000, 100_000] {
        let policy = r#"{ "detail": "off", "limits": { "keep_closed": "0ms" } }"#;
        let mut engine = engine_with(policy, agents, 4, 8);
        let mut random = Random::new(5);
        let (mut open, mut times, mut events) = (VecDeque::new(), Vec::new(), Vec::new());
        for number in 0..agents as u64 * 4 + 200_000 {
            let skill = SkillRequirement::required(format!("skill-{}", random.below(4)), 20);
            let command = Command::submit(Ticket::new(format!("T-{number}")).with_skill(skill));
            let now = Timestamp((agents as u64 + number) as i64);
            events.clear();
            let start = Instant::now();
            engine.execute_into(now, command, &mut events).expect("the ticket is valid");
            let took = start.elapsed();
            open.push_back(deskmatch::TicketId::new(format!("T-{number}")));
            if open.len() > agents * 4 {
                times.push(took);
                let ticket = open.pop_front().expect("there are open tickets");
                engine.execute_into(now, Command::Resolve { ticket }, &mut events).expect("it is held");
            }
        }
        let (median, p99) = quantiles(&mut times);
        println!("{agents:>8} {median:>12.3?} {p99:>12.3?}");
    }
}

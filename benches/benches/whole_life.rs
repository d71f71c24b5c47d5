//! How many tickets a second go through their whole life: submitted with a decision, then resolved?
//!
//! Agents 10 to 100,000, of whom 1, 10 or 50 in a hundred have the skill that a ticket requires. Half of the capacity is
//! taken all the time: each ticket that comes in is followed by the resolution of the oldest.
#![allow(clippy::print_stdout, reason = "benchmarks report on standard output")]
#![allow(missing_docs, reason = "a benchmark is read as a program")]

use deskmatch::{Command, Timestamp};
use deskmatch_benches::{Random, engine_with, ticket, time};
use std::collections::VecDeque;

fn main() {
    println!("tickets a second through their whole life, one thread");
    println!("{:>8} {:>9} {:>8} {:>14} {:>14}", "agents", "eligible", "detail", "tickets/s", "us a ticket");
    // Arguments keep the rows whose figures they name: `whole_life 1000 off`.
    let kept: Vec<String> = std::env::args().skip(1).filter(|text| !text.starts_with('-')).collect();
    for agents in [10, 1_000, 10_000, 100_000] {
        for percent in [1, 10, 50] {
            for detail in ["off", "summary"] {
                let row = [agents.to_string(), format!("{percent}%"), detail.to_owned()];
                if kept.iter().all(|figure| row.contains(figure)) {
                    run(agents, percent, detail);
                }
            }
        }
    }
}

fn run(agents: usize, percent: u64, detail: &str) {
    let skills = (100 / percent).min(agents as u64);
    let policy = format!(r#"{{ "detail": "{detail}", "limits": {{ "keep_closed": "0ms" }} }}"#);
    let mut engine = engine_with(&policy, agents, skills as usize, 4);
    let (mut random, mut now, mut open, mut number) = (Random::new(1), agents as i64, VecDeque::new(), 0);
    let mut events = Vec::new();
    let rounds = if agents > 10_000 { 300_000 } else { 1_000_000 };
    let warm_up = agents as u64 * 3;
    // What comes in is made before the clock runs: it is the host's work, not the engine's.
    let mut incoming: Vec<Command> = Vec::new();
    let mut done = 0;
    // Time for ten thousand tickets, again and again: the middle one is what the engine takes when nothing disturbs it.
    let mut rates: Vec<f64> = Vec::new();
    while done < rounds {
        incoming.extend((0..10_000).map(|_| {
            number += 1;
            Command::submit(ticket(number, random.below(skills)))
        }));
        let (count, took) = time(|| {
            let mut count = 0u32;
            for command in incoming.drain(..) {
                let Command::Submit { ticket } = &command else { continue };
                open.push_back(ticket.id.clone());
                now += 1;
                events.clear();
                engine.execute_into(Timestamp(now), command, &mut events).expect("the ticket is valid");
                if open.len() > agents * 2 {
                    let ticket = open.pop_front().expect("there are open tickets");
                    events.clear();
                    engine
                        .execute_into(Timestamp(now), Command::Resolve { ticket }, &mut events)
                        .expect("it is assigned");
                    count += 1;
                }
            }
            count
        });
        if number > warm_up {
            rates.push(f64::from(count) / took.as_secs_f64());
            done += count;
        }
    }
    rates.sort_by(f64::total_cmp);
    let rate = rates[rates.len() / 2];
    println!("{agents:>8} {:>8}% {detail:>8} {rate:>14.0} {:>14.3}", 100 / skills, 1e6 / rate);
}

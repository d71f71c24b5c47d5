//! What the benchmarks share: worlds of agents and tickets, and how figures are taken and shown.
//!
//! Each benchmark is a program of its own under `benches/`, named by the question it answers: `cargo bench -p
//! deskmatch-benches --bench whole_life`. None of them asserts a time.
#![allow(clippy::print_stdout, reason = "benchmarks report on standard output")]

use cpu_time::ProcessTime;
use deskmatch::{Agent, Capacity, Command, Engine, Policy, SkillRequirement, Ticket, Timestamp};
use std::time::Duration;

/// A small generator of numbers: SplitMix64 (Steele, Lea, Flood 2014). The same seed gives the same world.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Starts a sequence.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// An engine with so many agents, of whom `percent` in a hundred have each of a hundred over `percent` skills.
///
/// # Panics
///
/// If the policy is not valid.
pub fn engine_with(policy: &str, agents: usize, skills: usize, capacity: u32) -> Engine {
    let mut engine = Engine::new(Policy::from_json(policy).expect("the benchmark's policy is valid"))
        .expect("it is valid");
    for index in 0..agents {
        let skill = format!("skill-{}", index % skills);
        let agent = Agent::new(format!("agent-{index}"))
            .with_skill(skill, 50)
            .with_capacity(Capacity::units(capacity));
        // Agents come in one by one, so that no two have been idle equally long.
        engine.execute(Timestamp(index as i64), Command::add_agent(agent)).expect("the agent is valid");
    }
    engine
}

/// A ticket that requires one skill.
pub fn ticket(number: u64, skill: u64) -> Ticket {
    Ticket::new(format!("T-{number}")).with_skill(SkillRequirement::required(format!("skill-{skill}"), 10))
}

/// The middle and the 99th percentile of some times.
pub fn quantiles(times: &mut [Duration]) -> (Duration, Duration) {
    times.sort_unstable();
    let at = |share: usize| {
        times.get((times.len() * share / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
    };
    (at(50), at(99))
}

/// Times a piece of work, in processor time of this process: what else the machine does hardly shows.
pub fn time<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = ProcessTime::now();
    let result = work();
    (result, start.elapsed())
}

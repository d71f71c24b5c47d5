//! How soon has an agent who frees up its next ticket, while a million tickets wait in 50 queues with 500 skill demands?
#![allow(clippy::print_stdout, reason = "benchmarks report on standard output")]
#![allow(missing_docs, reason = "a benchmark is read as a program")]

use deskmatch::{
    Agent, AgentQueue, Capacity, Command, Engine, EventBody, Policy, QueuePolicy, SkillRequirement, Ticket,
    Timestamp,
};
use deskmatch_benches::{Random, quantiles};
use std::time::Instant;

const QUEUES: u64 = 50;
const DEMANDS: u64 = 500;
const SKILLS: u64 = 100;
const AGENTS: u64 = 1_000;
const WAITING: u64 = 1_000_000;

/// Each demand is one of a hundred skills at one of five levels.
fn demand(number: u64) -> SkillRequirement {
    SkillRequirement::required(format!("skill-{}", number % SKILLS), 10 + 20 * (number / SKILLS) as u8)
}

fn main() {
    let mut random = Random::new(3);
    let mut policy = Policy::default();
    policy.limits.keep_closed = deskmatch::Span::ZERO;
    policy.default_queue = Some("queue-00".into());
    for queue in 0..QUEUES {
        policy.queues.insert(format!("queue-{queue:02}").into(), QueuePolicy::default());
    }
    let mut engine = Engine::new(policy).expect("the policy is valid");
    for index in 0..AGENTS {
        let mut agent = Agent::new(format!("agent-{index}")).with_capacity(Capacity::units(1));
        for _ in 0..8 {
            agent = agent.with_skill(format!("skill-{}", random.below(SKILLS)), 1 + random.below(100) as u8);
        }
        let first = random.below(QUEUES);
        agent.queues =
            (0..5).map(|step| AgentQueue::new(format!("queue-{:02}", (first + step * 7) % QUEUES))).collect();
        engine.execute(Timestamp(0), Command::add_agent(agent)).expect("the agent is valid");
    }
    let mut held = std::collections::VecDeque::new();
    let mut events = Vec::new();
    for number in 0..WAITING {
        let queue = format!("queue-{:02}", random.below(QUEUES));
        let ticket =
            Ticket::new(format!("T-{number}")).with_queue(queue).with_skill(demand(random.below(DEMANDS)));
        events.clear();
        engine
            .execute_into(Timestamp(number as i64), Command::submit(ticket), &mut events)
            .expect("the ticket is valid");
        held.extend(assigned(&events));
    }
    println!("{} tickets wait, {} are held", engine.view().waiting, engine.view().assigned);
    let now = Timestamp(WAITING as i64);
    let mut times = Vec::new();
    let mut taken = 0;
    for _ in 0..100_000 {
        let Some(ticket) = held.pop_front() else { break };
        events.clear();
        let start = Instant::now();
        engine.execute_into(now, Command::Resolve { ticket }, &mut events).expect("it is held");
        times.push(start.elapsed());
        let next = assigned(&events);
        taken += next.len();
        held.extend(next);
    }
    let (median, p99) = quantiles(&mut times);
    println!(
        "{} resolved, {taken} taken next: {median:?} at the median, {p99:?} at p99, the resolution included",
        times.len()
    );
}

fn assigned(events: &[deskmatch::Event]) -> Vec<deskmatch::TicketId> {
    let ticket = |event: &deskmatch::Event| {
        if let EventBody::Assigned { ticket, .. } = &event.body { Some(ticket.clone()) } else { None }
    };
    events.iter().filter_map(ticket).collect()
}

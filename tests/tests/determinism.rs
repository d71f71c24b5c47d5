//! The same commands give the same events and the same digest: in every build, with one thread or many, and whatever the
//! order in which agents were added.
//!
//! The digests below are fixed. A change that moves one changes what desks see, and says so in the changelog.

use deskmatch::{
    Agent, Capacity, Command, Engine, EventBody, Policy, Presence, ReadyMade, SkillRequirement, Ticket,
    Timestamp,
};
use std::fmt::Write;

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

fn agents(count: u64, policy: &Policy) -> Vec<Agent> {
    let queues = policy.queue_names();
    let mut random = Random(11);
    let agent = |index| {
        let mut agent = Agent::new(format!("agent-{index:03}"))
            .with_capacity(Capacity::units(200))
            .with_weight(50 + index as u32);
        for _ in 0..3 {
            agent = agent.with_skill(format!("skill-{}", random.below(6)), 1 + random.below(100) as u8);
        }
        for queue in &queues {
            if random.below(3) > 0 {
                agent = agent.with_queue(queue.clone());
            }
        }
        agent
    };
    (0..count).map(agent).collect()
}

/// A day at a desk: what happened, as a hash of the events, and the digest at the end.
fn day(policy: &Policy, agents: Vec<Agent>) -> (u64, String) {
    let mut engine = Engine::new(policy.clone()).expect("the policy is valid");
    let mut random = Random(7);
    let queues = policy.queue_names();
    let names: Vec<_> = agents.iter().map(|agent| agent.id.clone()).collect();
    let sorted = {
        let mut names = names.clone();
        names.sort();
        names
    };
    for agent in agents {
        engine.execute(Timestamp(0), Command::add_agent(agent)).expect("the agent is valid");
    }
    let mut happened = String::new();
    let mut now = 0;
    for number in 0..1_500u64 {
        now += random.below(20_000) as i64;
        let queue = queues[random.below(queues.len() as u64) as usize].clone();
        let ticket = Ticket::new(format!("T-{number}")).with_queue(queue);
        let skill =
            SkillRequirement::required(format!("skill-{}", random.below(6)), random.below(60) as u8 + 1);
        let command = match random.below(10) {
            0..5 => Command::submit(if random.below(2) == 0 { ticket.with_skill(skill) } else { ticket }),
            5..8 => Command::resolve(format!("T-{}", random.below(number + 1))),
            8 => {
                let agent = sorted[random.below(sorted.len() as u64) as usize].clone();
                Command::Accept { ticket: format!("T-{}", random.below(number + 1)).into(), agent }
            }
            _ => {
                let presence =
                    [Presence::Online, Presence::Away, Presence::Offline][random.below(3) as usize];
                Command::set_presence(sorted[random.below(sorted.len() as u64) as usize].clone(), presence)
            }
        };
        if let Ok(outcome) = engine.execute(Timestamp(now), command) {
            for event in outcome.events {
                writeln!(happened, "{}", serde_json::to_string(&event).expect("an event is JSON"))
                    .expect("a string takes text");
            }
        }
    }
    (fnv(&happened), engine.digest().to_string())
}

/// FNV-1a, 64 bits.
fn fnv(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A policy whose batches are large enough to be scored in parallel.
fn batched() -> Policy {
    let json = r#"{ "seed": 3, "queues": { "default": { "batch_window": "10m", "strategy": { "kind": "optimal", "factors": [
        { "factor": "skill_level", "weight": 3 }, { "factor": "headroom", "weight": 2 }, { "factor": "idle_time", "weight": 1 } ] } } } }"#;
    Policy::from_json(json).expect("the policy is valid")
}

#[test]
fn the_digests_of_a_day_are_those_of_every_other_build() {
    let mut days: Vec<(String, Policy)> =
        ReadyMade::ALL.iter().map(|ready| (ready.name().to_owned(), ready.policy())).collect();
    days.push(("batched".to_owned(), batched()));
    let mut found = String::new();
    for (name, policy) in days {
        let (events, digest) = day(&policy, agents(40, &policy));
        writeln!(found, "{name} {events:016x} {digest}").expect("a string takes text");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/digests.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &found).expect("the file can be written");
    }
    let fixed = std::fs::read_to_string(path).expect("the file is there");
    assert_eq!(
        found, fixed,
        "the digests differ from those of other builds; run again with UPDATE=1 if that is meant"
    );
}

#[test]
fn the_order_in_which_agents_are_added_shows_nowhere() {
    for ready in ReadyMade::ALL {
        let policy = ready.policy();
        let in_order = agents(40, &policy);
        let mut shuffled = in_order.clone();
        let mut random = Random(5);
        for place in (1..shuffled.len()).rev() {
            shuffled.swap(place, random.below(place as u64 + 1) as usize);
        }
        assert_ne!(in_order, shuffled);
        // The events that add the agents come in another order, so only what follows is compared: the digest covers it all.
        assert_eq!(day(&policy, in_order).1, day(&policy, shuffled).1, "{}", ready.name());
    }
}

#[test]
fn an_event_log_replays_to_the_same_digest() {
    let policy = batched();
    let mut engine = Engine::new(policy.clone()).expect("the policy is valid");
    let mut replayed = Engine::new(policy.clone()).expect("the policy is valid");
    for (moment, agent) in agents(10, &policy).into_iter().enumerate() {
        engine
            .execute(Timestamp(moment as i64), Command::add_agent(agent))
            .expect("the agent is valid")
            .events
            .iter()
            .for_each(|event| replayed.apply(event).expect("the event follows"));
    }
    for number in 0..200 {
        let now = Timestamp(1_000 + number * 60_000);
        let outcome = engine
            .execute(now, Command::submit(Ticket::new(format!("T-{number}"))))
            .expect("the ticket is valid");
        assert!(outcome.events.iter().any(|event| matches!(event.body, EventBody::Queued { .. })));
        outcome.events.iter().for_each(|event| replayed.apply(event).expect("the event follows"));
    }
    assert_eq!(engine.digest(), replayed.digest());
}

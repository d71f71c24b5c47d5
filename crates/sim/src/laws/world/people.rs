//! Random agents and tickets, and changes to them.

use super::{Shape, agent_name, level, queue_name, seconds};
use crate::laws::random::Random;
use deskmatch::{
    Agent, AgentPatch, AgentQueue, Attributes, Capacity, ChannelCapacity, Interval, PreferredAgent, Presence,
    SkillClass, SkillId, SkillRequirement, Span, Ticket, TicketPatch, Timestamp,
};
use std::collections::BTreeMap;

pub(super) fn agent(random: &mut Random, shape: &Shape, number: usize, now: i64) -> Agent {
    let mut agent = Agent {
        skills: skills(random, shape),
        queues: queues(random, shape),
        capacity: capacity(random, shape),
        attributes: attributes(random),
        weight: random.pick(&[50, 100, 100, 200, 300]),
        presence: presence(random),
        ..Agent::new(format!("a{number}"))
    };
    if random.percent(20) {
        agent.channels = channels(random, shape);
    }
    if random.percent(10) {
        let channel = format!("c{}", random.below(shape.channels));
        agent.channel_presence.insert(channel.into(), presence(random));
    }
    if random.percent(20) {
        agent.shifts = shifts(random, now);
    }
    if random.percent(12) {
        agent.rate_limit = Some(super::policies::rate_limit(random));
    }
    agent
}

fn skills(random: &mut Random, shape: &Shape) -> BTreeMap<SkillId, u8> {
    (0..shape.skills)
        .flat_map(|skill| random.percent(65).then(|| (format!("s{skill}").into(), level(random))))
        .collect()
}

fn queues(random: &mut Random, shape: &Shape) -> Vec<AgentQueue> {
    if random.percent(40) {
        return Vec::new();
    }
    let served = |queue: usize, random: &mut Random| AgentQueue {
        queue: format!("q{queue}").into(),
        rank: random.range(0, 2) as u16,
        delay: if random.percent(75) { Span::ZERO } else { seconds(random, 1, 20) },
    };
    (0..shape.queues).flat_map(|queue| random.percent(70).then(|| served(queue, random))).collect()
}

fn capacity(random: &mut Random, shape: &Shape) -> Capacity {
    let mut capacity = Capacity::units(random.pick(&[0, 1, 1, 1, 2, 2, 3, 4, 6, 100]));
    for channel in 0..shape.channels {
        if random.percent(20) {
            let special = ChannelCapacity {
                max: random.percent(60).then(|| random.range(0, 3) as u32),
                units: random.percent(50).then(|| random.pick(&[0, 1, 2, 5])),
            };
            capacity.channels.insert(format!("c{channel}").into(), special);
        }
    }
    capacity
}

fn channels(random: &mut Random, shape: &Shape) -> Vec<deskmatch::ChannelId> {
    (0..shape.channels).filter(|_| random.percent(70)).map(|channel| format!("c{channel}").into()).collect()
}

fn attributes(random: &mut Random) -> Attributes {
    let mut attributes = Attributes::new();
    if random.percent(70) {
        attributes.insert("team".into(), random.pick(&["x", "y"]).into());
    }
    if random.percent(70) {
        attributes.insert("cost".into(), random.range(0, 100).into());
    }
    if random.percent(70) {
        attributes.insert("rating".into(), random.range(-10, 100).into());
    }
    attributes
}

pub(super) fn presence(random: &mut Random) -> Presence {
    match random.below(10) {
        0 => Presence::Draining,
        1 => Presence::Away,
        2 => Presence::Offline,
        _ => Presence::Online,
    }
}

fn shifts(random: &mut Random, now: i64) -> Vec<Interval> {
    let mut at = now - 10_000;
    let mut shifts = Vec::new();
    for _ in 0..random.range(1, 3) {
        let from = at + random.range(0, 20) * 1_000;
        at = from + random.range(5, 90) * 1_000;
        if from >= Timestamp::MIN.0 && at <= Timestamp::MAX.0 {
            shifts.push(Interval { from: Timestamp(from), to: Timestamp(at) });
        }
    }
    shifts
}

pub(super) fn agent_patch(random: &mut Random, shape: &Shape, now: i64) -> AgentPatch {
    let mut patch = AgentPatch::default();
    match random.below(10) {
        0 => patch.skills = Some(skills(random, shape)),
        1 => patch.queues = Some(queues(random, shape)),
        2 | 3 => patch.capacity = Some(capacity(random, shape)),
        4 => patch.channels = Some(channels(random, shape)),
        5 => patch.weight = Some(random.pick(&[50, 100, 300])),
        6 => patch.shifts = Some(if random.percent(30) { Vec::new() } else { shifts(random, now) }),
        7 => patch.rate_limit = Some(super::policies::rate_limit(random)),
        8 => {
            let value = random.percent(80).then(|| random.range(0, 5).into());
            patch.attributes.insert("rating".into(), value);
        }
        _ => {
            let value = random.percent(70).then(|| random.pick(&["x", "y"]).into());
            patch.attributes.insert("team".into(), value);
        }
    }
    patch
}

fn requirements(random: &mut Random, shape: &Shape) -> Vec<SkillRequirement> {
    let mut asked = Vec::new();
    for skill in 0..shape.skills {
        if random.percent(35) {
            let class = if random.percent(75) {
                SkillClass::Required
            } else {
                SkillClass::Preferred { weight: random.range(1, 5) as u16 }
            };
            asked.push(SkillRequirement { skill: format!("s{skill}").into(), level: level(random), class });
        }
    }
    asked.truncate(3);
    asked
}

fn preferred(random: &mut Random, shape: &Shape, now: i64) -> Vec<PreferredAgent> {
    (0..random.range(1, 2))
        .map(|_| PreferredAgent {
            until: random.percent(75).then(|| {
                Timestamp((now + random.range(-5, 20) * 1_000).clamp(Timestamp::MIN.0, Timestamp::MAX.0))
            }),
            exclusive: random.percent(50),
            while_present: random.percent(40),
            ..PreferredAgent::new(agent_name(random, shape))
        })
        .collect()
}

pub(super) fn ticket(random: &mut Random, shape: &Shape, number: usize, now: i64) -> Ticket {
    let mut ticket = Ticket::new(format!("t{number}"));
    let later = |random: &mut Random, low: i64, high: i64| {
        Timestamp((now + random.range(low, high) * 1_000).clamp(Timestamp::MIN.0, Timestamp::MAX.0))
    };
    if random.percent(70) {
        ticket.queue = Some(queue_name(random, shape).into());
    }
    if random.percent(70) {
        ticket.channel = Some(format!("c{}", random.below(shape.channels)).into());
    }
    if random.percent(80) {
        ticket.priority = Some(format!("p{}", random.below(shape.priorities)).into());
    }
    ticket.skills = requirements(random, shape);
    if random.percent(40) {
        ticket.attributes.insert("team".into(), random.pick(&["x", "y", "z"]).into());
    }
    if random.percent(40) {
        ticket.attributes.insert("value".into(), random.range(0, 9).into());
    }
    if random.percent(15) {
        ticket.attributes.insert("owner".into(), agent_name(random, shape).into());
    }
    if random.percent(40) {
        ticket.requester = Some(format!("r{}", random.below(4)).into());
    }
    let special = if shape.plain { 4 } else { 14 };
    if random.percent(special) {
        ticket.preferred = preferred(random, shape, now);
    }
    if random.percent(special) {
        ticket.excluded.push(agent_name(random, shape).into());
    }
    if random.percent(special) {
        ticket.size = Some(random.range(0, 4) as u32);
    }
    if random.percent(special) {
        ticket.effort = Some(seconds(random, 0, 100));
    }
    if random.percent(special) {
        ticket.not_before = Some(later(random, -5, 20));
    }
    if random.percent(30) {
        ticket.due = Some(later(random, -10, 120));
    }
    if random.percent(special) {
        ticket.created = Some(later(random, -60, 0));
    }
    ticket
}

pub(super) fn ticket_patch(random: &mut Random, shape: &Shape, now: i64) -> TicketPatch {
    let mut patch = TicketPatch::default();
    match random.below(8) {
        0 => patch.priority = Some(format!("p{}", random.below(shape.priorities)).into()),
        1 => patch.skills = Some(requirements(random, shape)),
        2 => {
            let value = random.percent(70).then(|| random.pick(&["x", "y", "z"]).into());
            patch.attributes.insert("team".into(), value);
        }
        3 => patch.preferred = Some(preferred(random, shape, now)),
        4 => patch.excluded = Some(vec![agent_name(random, shape).into()]),
        5 => patch.size = Some(random.range(0, 4) as u32),
        6 => patch.effort = Some(seconds(random, 0, 100)),
        _ => patch.due = Some(Timestamp((now + random.range(0, 60) * 1_000).min(Timestamp::MAX.0))),
    }
    patch
}

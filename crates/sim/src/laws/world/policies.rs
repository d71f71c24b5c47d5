//! Random policies.

use super::queues::{condition_of_ticket, queue};
use super::{Shape, level, queue_name, seconds};
use crate::laws::random::Random;
use deskmatch::{
    ChannelPolicy, Condition, DecisionDetail, Interval, IntervalTable, Limits, Policy, PriorityPolicy,
    RateLimit, Routing, RoutingEffect, RoutingMode, RoutingRule, SkillPolicy, SkillRequirement, Span,
    SplitShare, Target, TargetKind, Timestamp,
};

/// A policy for a world of a shape.
pub(super) fn policy(random: &mut Random, shape: &Shape, start: i64) -> Policy {
    let mut policy = Policy { seed: random.draw() >> 12, ..Policy::default() };
    if random.percent(25) {
        policy.skills = (0..shape.skills).map(|s| (format!("s{s}").into(), SkillPolicy::default())).collect();
    }
    for channel in 0..shape.channels {
        let units = random.pick(&[1, 1, 1, 0, 2, 3]);
        policy.channels.insert(format!("c{channel}").into(), ChannelPolicy { units });
    }
    for priority in 0..shape.priorities {
        let credit = if random.percent(40) { Span::ZERO } else { seconds(random, 0, 60) };
        let rank = random.range(0, 3) as u16;
        policy.priorities.insert(format!("p{priority}").into(), PriorityPolicy { rank, credit });
    }
    add_targets(random, shape, &mut policy, start);
    for number in 0..shape.queues {
        let queue = queue(random, shape, &policy);
        policy.queues.insert(format!("q{number}").into(), queue);
    }
    policy.default_queue = Some(queue_name(random, shape).into());
    policy.default_channel = Some(format!("c{}", random.below(shape.channels)).into());
    policy.default_priority = Some(format!("p{}", random.below(shape.priorities)).into());
    if random.percent(if shape.plain { 15 } else { 45 }) {
        policy.routing = routing(random, shape, &policy);
    }
    if random.percent(if shape.plain { 5 } else { 20 }) {
        policy.rate_limit = Some(rate_limit(random));
    }
    policy.detail = match random.below(20) {
        0..=7 => DecisionDetail::Off,
        8 if shape.agents < 12 => DecisionDetail::Full,
        _ => DecisionDetail::Summary,
    };
    policy.limits = limits(random);
    policy
}

pub(super) fn rate_limit(random: &mut Random) -> RateLimit {
    RateLimit { max: random.range(1, 4) as u32, window: seconds(random, 1, 40) }
}

fn limits(random: &mut Random) -> Limits {
    Limits {
        keep_closed: match random.below(4) {
            0 => Span::ZERO,
            1 => seconds(random, 1, 20),
            _ => seconds(random, 20, 300),
        },
        requests: random.pick(&[0, 1, 3, 100, 100]),
        open_tickets: if random.percent(5) { random.range(3, 12) as u32 } else { 1_000 },
        ..Limits::default()
    }
}

fn add_targets(random: &mut Random, shape: &Shape, policy: &mut Policy, start: i64) {
    if shape.plain && random.percent(80) {
        return;
    }
    if random.percent(50) {
        let mut at = start - 20_000;
        let mut intervals = Vec::new();
        for _ in 0..random.range(1, 12) {
            let from = at + random.range(0, 20) * 1_000;
            at = from + random.range(1, 60) * 1_000;
            intervals.push(Interval { from: Timestamp(from), to: Timestamp(at) });
        }
        let valid = intervals.iter().all(|open| open.from >= Timestamp::MIN && open.to <= Timestamp::MAX);
        if let Some(table) = IntervalTable::new(intervals).filter(|_| valid) {
            policy.calendars.insert("k0".into(), table);
        }
    }
    for number in 0..random.range(0, 3) {
        let calendar = policy.calendars.keys().next().cloned().filter(|_| random.percent(60));
        let target = Target {
            kind: random.pick(&[
                TargetKind::FirstAssignment,
                TargetKind::FirstResponse,
                TargetKind::Resolution,
            ]),
            within: seconds(random, 1, 60),
            warn_before: random.percent(60).then(|| seconds(random, 0, 70)),
            priorities: if random.percent(30) {
                vec![format!("p{}", random.below(shape.priorities)).into()]
            } else {
                Vec::new()
            },
            calendar,
        };
        policy.targets.insert(format!("g{number}").into(), target);
    }
}

fn routing(random: &mut Random, shape: &Shape, policy: &Policy) -> Routing {
    let mode = random.pick(&[RoutingMode::First, RoutingMode::All]);
    let rules = (0..random.range(1, 4)).map(|number| RoutingRule {
        name: format!("rule{number}").into(),
        when: random.percent(80).then(|| condition_of_ticket(random, shape)),
        then: effect(random, shape, policy),
    });
    Routing { mode, rules: rules.collect() }
}

fn effect(random: &mut Random, shape: &Shape, policy: &Policy) -> RoutingEffect {
    let mut effect = RoutingEffect { override_queue: random.percent(40), ..RoutingEffect::default() };
    match random.below(4) {
        0 => effect.queue = Some(queue_name(random, shape).into()),
        1 if shape.queues > 1 => {
            let percent = random.range(1, 99) as u8;
            let share = |queue: usize, percent| SplitShare { queue: format!("q{queue}").into(), percent };
            effect.split = vec![share(0, percent), share(1, 100 - percent)];
        }
        _ => {}
    }
    if random.percent(25) {
        effect.priority = Some(format!("p{}", random.below(shape.priorities)).into());
    }
    let classes: Vec<_> = policy.queues.values().flat_map(|queue| &queue.classes).collect();
    if !classes.is_empty() && random.percent(40) {
        effect.class = Some(random.pick(&classes).name.clone());
    }
    if random.percent(20) {
        let skill = format!("s{}", random.below(shape.skills));
        effect.skills.push(SkillRequirement::required(skill, level(random)));
    }
    if random.percent(25) {
        effect.attributes.insert("team".into(), random.pick(&["x", "y", "z"]).into());
    }
    let targets: Vec<_> = policy.targets.keys().cloned().collect();
    if random.percent(25) {
        effect.targets = Some(targets.into_iter().filter(|_| random.percent(60)).collect());
    }
    effect
}

/// A change to a policy that keeps most of it.
pub(super) fn changed(random: &mut Random, shape: &Shape, old: &Policy, start: i64) -> Policy {
    if random.percent(30) {
        return policy(random, shape, start);
    }
    let mut policy = old.clone();
    match random.below(9) {
        0 => policy.rate_limit = random.percent(70).then(|| rate_limit(random)),
        1 => policy.limits = limits(random),
        2 => {
            policy.skills.clear();
            for skill in 0..shape.skills {
                if random.percent(70) {
                    policy.skills.insert(format!("s{skill}").into(), SkillPolicy::default());
                }
            }
        }
        3 => drop(policy.channels.remove(format!("c{}", random.below(shape.channels)).as_str())),
        4 => policy.routing = Routing::default(),
        5 => policy.seed = random.draw() >> 12,
        6 => policy.limits.agents = random.range(1, 20) as u32,
        _ => {
            let name = queue_name(random, shape);
            let new = queue(random, shape, &policy);
            policy.queues.insert(name.as_str().into(), new);
        }
    }
    policy
}

/// A policy that is refused.
pub(super) fn faulty(random: &mut Random, old: &Policy) -> Policy {
    let mut policy = old.clone();
    match random.below(4) {
        0 => policy.default_queue = Some("nowhere".into()),
        1 => policy.queues.clear(),
        2 => policy.limits.agents = 0,
        _ => {
            let rule = RoutingRule {
                name: "odd".into(),
                when: Some(Condition::default()),
                ..RoutingRule::default()
            };
            policy.routing.rules.push(rule);
        }
    }
    policy
}

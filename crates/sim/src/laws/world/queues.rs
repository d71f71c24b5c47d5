//! Random queues.

use super::{Shape, level, queue_name, seconds};
use crate::laws::random::Random;
use deskmatch::{
    AffinityPolicy, AttributeValue, Condition, DeclinePolicy, Dispatch, Factor, FactorTerm, LengthAction,
    LengthLimit, LexicographicLayer, OfferPolicy, OfflinePolicy, OrderKind, OwnerAffinity, Policy, Prefer,
    Presence, QueuePolicy, RelaxationStep, StepCondition, StrategyPolicy, StrictClass,
};

const ORDERS: [OrderKind; 7] = [
    OrderKind::VirtualArrival,
    OrderKind::VirtualArrival,
    OrderKind::VirtualArrival,
    OrderKind::Fifo,
    OrderKind::Lifo,
    OrderKind::Deadline,
    OrderKind::Priority,
];

pub(super) fn queue(random: &mut Random, shape: &Shape, policy: &Policy) -> QueuePolicy {
    let some =
        |random: &mut Random, percent: usize| random.percent(if shape.plain { percent / 3 } else { percent });
    let mut queue = QueuePolicy {
        order: random.pick(&ORDERS),
        strategy: strategy(random, shape),
        decline: decline(random),
        paused_frees_units: random.percent(50),
        ..QueuePolicy::default()
    };
    if some(random, 30) {
        queue.classes = classes(random, shape);
    }
    if some(random, 12) {
        queue.dispatch = Dispatch::Pull;
    }
    if some(random, 25) {
        queue.agents = Some(condition_of_agent(random, shape));
    }
    if some(random, 45) {
        queue.offers = Some(OfferPolicy {
            timeout: seconds(random, 1, 20),
            concurrent: random.range(1, 3) as u16,
            missed_presence: random.pick(&[
                Presence::Online,
                Presence::Draining,
                Presence::Away,
                Presence::Away,
                Presence::Offline,
            ]),
            missed: decline(random),
        });
    }
    if some(random, 45) {
        queue.relaxation = (0..random.range(1, 4)).map(|_| step(random, shape)).collect();
    }
    queue.targets = policy.targets.keys().filter(|_| random.percent(70)).cloned().collect();
    if some(random, 35) {
        queue.wrap_up = seconds(random, 1, 15);
    }
    if some(random, 40) {
        queue.agent_offline = OfflinePolicy::RequeueAfter(seconds(random, 0, 15));
    }
    if some(random, 20) {
        queue.unanswered_after = Some(seconds(random, 1, 30));
    }
    if some(random, 35) {
        queue.affinity = affinity(random);
    }
    if some(random, 25) {
        let then = if random.percent(50) {
            LengthAction::Cancel
        } else {
            LengthAction::Overflow(queue_name(random, shape).into())
        };
        queue.limit = Some(LengthLimit { max: random.range(0, 5) as u32, then });
    }
    let batched = matches!(queue.strategy, StrategyPolicy::Optimal { .. });
    if (batched && random.percent(60)) || some(random, 10) {
        queue.batch_window = Some(seconds(random, 1, 10));
    }
    queue
}

fn decline(random: &mut Random) -> DeclinePolicy {
    match random.below(4) {
        0 => DeclinePolicy::ForGood,
        1 => DeclinePolicy::UntilPresenceChanges,
        2 => DeclinePolicy::For(seconds(random, 0, 15)),
        _ => DeclinePolicy::NotAtAll,
    }
}

fn affinity(random: &mut Random) -> AffinityPolicy {
    AffinityPolicy {
        reopened: random.percent(50).then(|| seconds(random, 0, 20)),
        owner: random
            .percent(50)
            .then(|| OwnerAffinity { attribute: "owner".into(), hold: seconds(random, 0, 20) }),
        requester: random.percent(50).then(|| seconds(random, 0, 20)),
    }
}

fn classes(random: &mut Random, shape: &Shape) -> Vec<StrictClass> {
    let class = |number: i64, random: &mut Random| StrictClass {
        name: format!("k{number}").into(),
        when: random.percent(85).then(|| condition_of_ticket(random, shape)),
        order: random.percent(40).then(|| random.pick(&ORDERS)),
    };
    (0..random.range(1, 3)).map(|number| class(number, random)).collect()
}

fn strategy(random: &mut Random, shape: &Shape) -> StrategyPolicy {
    if shape.custom && random.percent(50) {
        let factors = if random.percent(50) { factors(random) } else { Vec::new() };
        return StrategyPolicy::Custom { name: "last".into(), factors };
    }
    match random.below(12) {
        0 => StrategyPolicy::RoundRobin { weighted: false },
        1 => StrategyPolicy::RoundRobin { weighted: true },
        2 => StrategyPolicy::LongestIdle {},
        3 | 4 => StrategyPolicy::LeastLoaded { absolute: false },
        5 => StrategyPolicy::LeastLoaded { absolute: true },
        6 => StrategyPolicy::FairShare {},
        7 => StrategyPolicy::Weighted { factors: factors(random) },
        8 | 9 => StrategyPolicy::Lexicographic { layers: layers(random) },
        10 => StrategyPolicy::RandomWeighted {},
        _ => StrategyPolicy::Optimal { factors: factors(random) },
    }
}

const FACTORS: [Factor; 12] = [
    Factor::SkillLevel,
    Factor::PreferredSkills,
    Factor::SkillTightness,
    Factor::Headroom,
    Factor::IdleTime,
    Factor::FairShare,
    Factor::Affinity,
    Factor::Priority,
    Factor::Wait,
    Factor::Slack,
    Factor::Cost,
    Factor::Attribute,
];

fn factors(random: &mut Random) -> Vec<FactorTerm> {
    let term = |random: &mut Random| {
        let factor = random.pick(&FACTORS);
        let weight = random.range(1, 9) as i32;
        FactorTerm {
            horizon: random.percent(70).then(|| seconds(random, 1, 120)),
            attribute: (factor == Factor::Attribute).then(|| "rating".into()),
            low: random.percent(40).then(|| random.range(-20, 20)),
            high: random.percent(40).then(|| random.range(21, 90)),
            ..FactorTerm::new(factor, if random.percent(25) { -weight } else { weight })
        }
    };
    (0..random.range(1, 4)).map(|_| term(random)).collect()
}

fn layers(random: &mut Random) -> Vec<LexicographicLayer> {
    let layer = |factor: Factor, random: &mut Random| LexicographicLayer {
        factor,
        prefer: random.pick(&[Prefer::High, Prefer::Low]),
        attribute: (factor == Factor::Attribute).then(|| "rating".into()),
    };
    let rest = random.range(0, 3);
    // A load and then what is fixed about an agent is what many desks ask for, and chance hardly ever.
    let is_usual = random.percent(50);
    let factors: &[Factor] = if is_usual { &[Factor::SkillLevel, Factor::Attribute] } else { &FACTORS };
    let first = if is_usual { Factor::Headroom } else { random.pick(factors) };
    let mut layers = vec![layer(first, random)];
    layers.extend((0..rest).map(|_| {
        let factor = random.pick(factors);
        layer(factor, random)
    }));
    layers
}

fn step(random: &mut Random, shape: &Shape) -> RelaxationStep {
    let mut step = RelaxationStep::default();
    if random.percent(75) {
        step.after = Some(seconds(random, 0, 30));
    } else {
        step.when = Some(StepCondition::NobodyPresent);
    }
    let skill = format!("s{}", random.below(shape.skills));
    match random.below(8) {
        0 => step.drop_skills.push(skill.into()),
        1 => drop(step.lower_skills.insert(skill.into(), level(random))),
        2 => step.any_agent = true,
        3 => step.admit.push(queue_name(random, shape).into()),
        4 => step.credit = seconds(random, 1, 60),
        5 => step.escalate = Some(format!("p{}", random.below(shape.priorities)).into()),
        6 => step.overflow = Some(queue_name(random, shape).into()),
        _ => step.cancel = random.percent(50),
    }
    if random.percent(20) {
        step.credit = seconds(random, 1, 30);
    }
    step
}

pub(super) fn condition_of_ticket(random: &mut Random, shape: &Shape) -> Condition {
    condition_within(random, shape, Condition::DEPTH_MAX)
}

/// A condition of a ticket with at most as many levels, two or more.
fn condition_within(random: &mut Random, shape: &Shape, levels: usize) -> Condition {
    match random.below(8) {
        0 => Condition::equals("priority", format!("p{}", random.below(shape.priorities)).as_str()),
        1 => Condition::equals("channel", format!("c{}", random.below(shape.channels)).as_str()),
        2 => Condition::at_least("attributes.value", random.range(0, 5)),
        3 => Condition { present: Some(random.percent(50)), ..named("requester") },
        4 => Condition::all([
            Condition::equals("attributes.team", random.pick(&["x", "y", "z"])),
            Condition { not_equals: Some("c0".into()), ..named("channel") },
        ]),
        5 if levels > 2 => {
            let inner = condition_within(random, shape, levels - 1);
            Condition { none: Some(vec![inner]), ..Condition::default() }
        }
        6 => Condition::at_least(format!("skills.s{}", random.below(shape.skills)), 50),
        _ => Condition {
            one_of: Some(vec!["x".into(), "y".into(), AttributeValue::Bool(true)]),
            ..named("attributes.team")
        },
    }
}

fn condition_of_agent(random: &mut Random, shape: &Shape) -> Condition {
    match random.below(5) {
        0 => Condition::at_least("attributes.rating", random.range(0, 60)),
        1 => Condition::at_least(format!("skills.s{}", random.below(shape.skills)), 50),
        2 => Condition { greater: Some(1), ..named("capacity") },
        3 => {
            Condition { none: Some(vec![Condition::equals("attributes.team", "x")]), ..Condition::default() }
        }
        _ => Condition::equals("attributes.team", random.pick(&["x", "y"])),
    }
}

fn named(field: &str) -> Condition {
    Condition { field: Some(field.into()), ..Condition::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::world::World;

    fn levels(condition: &Condition) -> usize {
        let joined = [&condition.all, &condition.any, &condition.none].into_iter().flatten().flatten();
        1 + joined.map(levels).max().unwrap_or(0)
    }

    #[test]
    fn conditions_nest_no_deeper_than_is_allowed() {
        let mut random = Random::new(1);
        let shape = World::new(&mut random).shape;
        for allowed in [2, 3] {
            let conditions = (0..10_000).map(|_| condition_within(&mut random, &shape, allowed));
            assert_eq!(conditions.map(|condition| levels(&condition)).max(), Some(allowed));
        }
    }
}

//! What commands may bring and what they may not, each with the paths of its faults.

use super::*;
use crate::agent::AgentQueue;
use crate::policy::QueuePolicy;
use crate::time::Span;

/// Queues `support` and `sales`, channel `chat`, priorities `high` and `low`, at most two attributes.
fn policy() -> Policy {
    Policy::from_json(
        r#"{ "queues": { "support": {}, "sales": {} }, "default_queue": "support", "channels": { "chat": {} },
             "priorities": { "high": {}, "low": { "rank": 1 } }, "default_priority": "low",
             "limits": { "attributes": 2, "skills": 3 } }"#,
    )
    .unwrap()
}

/// The policy, with the skills `german` and `billing` declared.
fn skilled() -> Policy {
    let mut policy = policy();
    policy.skills = ["german", "billing"].map(|skill| (skill.into(), Default::default())).into();
    policy
}

#[track_caller]
fn refuses(result: Result<(), Error>, kind: ErrorKind, paths: &[&str]) {
    let error = result.unwrap_err();
    let found: Vec<&str> = error.faults().iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!((error.kind(), found.as_slice()), (kind, paths), "{error}");
}

const NOW: Timestamp = Timestamp(1_000);

fn full_ticket() -> Ticket {
    Ticket::new("T-1")
        .with_queue("support")
        .with_channel("chat")
        .with_priority("high")
        .with_skill(SkillRequirement::required("german", 100))
        .with_skill(SkillRequirement::preferred("billing", 1, 1_000))
        .with_attribute("plan", "x".repeat(ATTRIBUTE_BYTES_MAX))
        .with_attribute("vip", true)
        .with_requester("acme")
        .with_preferred(PreferredAgent::only("ada", 5_000))
        .with_excluded("ben")
        .with_size(Capacity::UNITS_MAX)
        .with_effort(Span::MAX)
        .with_not_before(Timestamp::MAX)
        .with_due(Timestamp::MIN)
        .with_created(NOW)
}

#[test]
fn a_ticket_with_everything_in_bounds_is_accepted() {
    ticket(&full_ticket(), &skilled(), NOW).unwrap();
    ticket(&full_ticket(), &policy(), NOW).unwrap();
    ticket(&Ticket::new("é".repeat(128)), &policy(), NOW).unwrap();
    let named_so = Ticket::new("T-1").with_queue("default").with_channel("default").with_priority("default");
    ticket(&named_so, &Policy::default(), NOW).unwrap();
}

#[test]
fn each_fault_of_a_ticket_is_told_with_its_path() {
    let long = "x".repeat(257);
    let long_path = format!("attributes[{:?}]", &long[..64]);
    let beyond = Timestamp::MAX.0 + 1;
    let long_paths = [long_path.as_str()];
    let cases: Vec<(Ticket, &[&str])> = vec![
        (Ticket::new(""), &["id"]),
        (Ticket::new(long.as_str()), &["id"]),
        (Ticket::new("T").with_queue("suport"), &["queue"]),
        (Ticket::new("T").with_queue("default"), &["queue"]),
        (Ticket::new("T").with_channel("voice"), &["channel"]),
        (Ticket::new("T").with_priority(""), &["priority"]),
        (Ticket::new("T").with_skill(SkillRequirement::required("german", 0)), &["skills[0].level"]),
        (Ticket::new("T").with_skill(SkillRequirement::required("german", 101)), &["skills[0].level"]),
        (Ticket::new("T").with_skill(SkillRequirement::required("", 1)), &["skills[0].skill"]),
        (
            Ticket::new("T").with_skill(SkillRequirement::preferred("a", 1, 0)),
            &["skills[0].class.preferred.weight"],
        ),
        (
            Ticket::new("T").with_skill(SkillRequirement::preferred("a", 1, 1_001)),
            &["skills[0].class.preferred.weight"],
        ),
        (
            Ticket::new("T")
                .with_skill(SkillRequirement::required("a", 1))
                .with_skill(SkillRequirement::preferred("b", 1, 1))
                .with_skill(SkillRequirement::preferred("a", 2, 1)),
            &["skills[2].skill"],
        ),
        (Ticket::new("T").with_attribute("", 1), &["attributes[\"\"]"]),
        (Ticket::new("T").with_attribute(long.as_str(), 1), &long_paths),
        (Ticket::new("T").with_attribute("a", "x".repeat(ATTRIBUTE_BYTES_MAX + 1)), &["attributes.a"]),
        (
            Ticket::new("T").with_attribute("a", 1).with_attribute("b", 1).with_attribute("c", 1),
            &["attributes"],
        ),
        (Ticket::new("T").with_requester(""), &["requester"]),
        (
            Ticket::new("T").with_preferred(PreferredAgent::only("", beyond)),
            &["preferred[0].agent", "preferred[0].until"],
        ),
        (Ticket::new("T").with_excluded("ada").with_excluded(long.as_str()), &["excluded[1]"]),
        (Ticket::new("T").with_size(Capacity::UNITS_MAX + 1), &["size"]),
        (Ticket::new("T").with_not_before(beyond), &["not_before"]),
        (Ticket::new("T").with_due(Timestamp::MIN.0 - 1), &["due"]),
        (Ticket::new("T").with_created(NOW.0 + 1), &["created"]),
        (Ticket::new("T").with_created(i64::MIN), &["created"]),
    ];
    for (bad, paths) in cases {
        refuses(ticket(&bad, &policy(), NOW), ErrorKind::InvalidTicket, paths);
    }
}

#[test]
fn every_fault_of_a_ticket_is_told_at_once() {
    let bad = Ticket::new("").with_queue("x").with_priority("y").with_size(u32::MAX).with_created(i64::MAX);
    let paths = ["id", "queue", "priority", "size", "created", "created"];
    refuses(ticket(&bad, &policy(), NOW), ErrorKind::InvalidTicket, &paths);
}

#[test]
fn a_skill_must_be_declared_where_any_is() {
    let french = Ticket::new("T").with_skill(SkillRequirement::required("french", 1));
    ticket(&french, &policy(), NOW).unwrap();
    refuses(ticket(&french, &skilled(), NOW), ErrorKind::InvalidTicket, &["skills[0].skill"]);
    let ada = Agent::new("ada").with_skill("french", 1);
    agent(&ada, &policy()).unwrap();
    refuses(agent(&ada, &skilled()), ErrorKind::InvalidAgent, &["skills.french"]);
}

#[test]
fn a_ticket_asks_for_at_most_255_skills() {
    let mut ticket_of_many = Ticket::new("T");
    for n in 0..255 {
        ticket_of_many = ticket_of_many.with_skill(SkillRequirement::required(format!("s{n}"), 1));
    }
    ticket(&ticket_of_many, &policy(), NOW).unwrap();
    let again = ticket_of_many.clone().with_skill(SkillRequirement::required("s0", 1));
    refuses(ticket(&again, &policy(), NOW), ErrorKind::InvalidTicket, &["skills", "skills[255].skill"]);
    let route =
        |skill: &str| Route { skills: vec![SkillRequirement::required(skill, 9)], ..Route::default() };
    routed(&ticket_of_many, &route("s7"), &policy()).unwrap();
    refuses(routed(&ticket_of_many, &route("new"), &policy()), ErrorKind::InvalidTicket, &["skills"]);
}

#[test]
fn routing_cannot_push_a_ticket_over_its_attributes() {
    let two = Ticket::new("T").with_attribute("a", 1).with_attribute("b", 1);
    let route = |name: &str| Route { attributes: [(name.into(), 2.into())].into(), ..Route::default() };
    routed(&two, &route("a"), &policy()).unwrap();
    refuses(routed(&two, &route("c"), &policy()), ErrorKind::InvalidTicket, &["attributes"]);
}

#[test]
fn a_change_to_a_ticket_is_checked_against_what_it_has() {
    let before: Attributes = [("a".into(), 1.into()), ("b".into(), 1.into())].into();
    let change = |changes: &[(&str, Option<i64>)]| TicketPatch {
        attributes: changes.iter().map(|(name, value)| ((*name).into(), value.map(Into::into))).collect(),
        ..TicketPatch::default()
    };
    let check = |patch: &TicketPatch| ticket_patch(patch, &before, &policy());
    check(&TicketPatch::default()).unwrap();
    check(&change(&[("a", Some(2)), ("b", None), ("c", Some(3))])).unwrap();
    check(&change(&[("x", None)])).unwrap();
    refuses(check(&change(&[("c", Some(3))])), ErrorKind::InvalidTicket, &["attributes"]);
    let bad = TicketPatch {
        priority: Some("urgent".into()),
        skills: Some(vec![SkillRequirement::required("german", 0)]),
        preferred: Some(vec![PreferredAgent::new("")]),
        excluded: Some(vec!["".into()]),
        size: Some(u32::MAX),
        due: Some(i64::MAX.into()),
        ..TicketPatch::default()
    };
    let paths = ["priority", "skills[0].level", "preferred[0].agent", "excluded[0]", "size", "due"];
    refuses(check(&bad), ErrorKind::InvalidTicket, &paths);
}

fn full_agent() -> Agent {
    let mut ada = Agent::new("ada")
        .with_skill("german", 100)
        .with_ranked_queue("support", u16::MAX, Span::MAX)
        .with_queue("sales")
        .with_capacity(
            Capacity::units(Capacity::UNITS_MAX).with_channel_units("chat", 0).with_channel_max("chat", 0),
        )
        .with_channel("chat")
        .with_attribute("site", "graz")
        .with_weight(AGENT_WEIGHT_MAX)
        .with_shift(Interval { from: 0.into(), to: 10.into() })
        .with_shift(Interval { from: 10.into(), to: 20.into() })
        .with_rate_limit(RateLimit { max: RATE_MAX, window: Span::millis(1) });
    ada.channel_presence.insert("chat".into(), crate::presence::Presence::Away);
    ada
}

#[test]
fn an_agent_with_everything_in_bounds_is_accepted() {
    agent(&full_agent(), &skilled()).unwrap();
    agent(&Agent::new("ada").with_queue("default"), &Policy::default()).unwrap();
}

#[test]
fn each_fault_of_an_agent_is_told_with_its_path() {
    let spoil = |change: &dyn Fn(&mut Agent)| {
        let mut agent = full_agent();
        change(&mut agent);
        agent
    };
    let interval = |from: i64, to: i64| Interval { from: from.into(), to: to.into() };
    let cases: Vec<(Agent, &[&str])> = vec![
        (spoil(&|a| a.id = "".into()), &["id"]),
        (
            spoil(&|a| a.skills = [("german".into(), 0), ("x y".into(), 101)].into()),
            &["skills.german", "skills[\"x y\"]"],
        ),
        (spoil(&|a| a.skills = ["a", "b", "c", "d"].map(|skill| (skill.into(), 1)).into()), &["skills"]),
        (spoil(&|a| a.queues.push(AgentQueue::new("support"))), &["queues[2].queue"]),
        (spoil(&|a| a.queues.push(AgentQueue::new("billing"))), &["queues[2].queue"]),
        (spoil(&|a| a.capacity.units += 1), &["capacity.units"]),
        (
            spoil(&|a| a.capacity = Capacity::units(1).with_channel_units("chat", u32::MAX)),
            &["capacity.channels.chat.units"],
        ),
        (
            spoil(&|a| a.capacity = Capacity::units(1).with_channel_max("voice", 1)),
            &["capacity.channels.voice"],
        ),
        (spoil(&|a| a.channels.push("voice".into())), &["channels[1]"]),
        (spoil(&|a| a.channels.push("chat".into())), &["channels[1]"]),
        (
            spoil(&|a| a.attributes = ["a", "b", "c"].map(|name| (name.into(), 1.into())).into()),
            &["attributes"],
        ),
        (spoil(&|a| a.weight = 0), &["weight"]),
        (spoil(&|a| a.weight += 1), &["weight"]),
        (
            spoil(&|a| a.channel_presence = [("voice".into(), Default::default())].into()),
            &["channel_presence.voice"],
        ),
        (spoil(&|a| a.shifts = vec![interval(5, 5)]), &["shifts[0].to"]),
        (spoil(&|a| a.shifts = vec![interval(0, 6), interval(5, 9)]), &["shifts[1].from"]),
        (spoil(&|a| a.shifts = vec![interval(i64::MIN, i64::MAX)]), &["shifts[0].from", "shifts[0].to"]),
        (
            spoil(&|a| a.rate_limit = Some(RateLimit { max: 0, window: Span::ZERO })),
            &["rate_limit.max", "rate_limit.window"],
        ),
        (
            spoil(&|a| a.rate_limit = Some(RateLimit { max: RATE_MAX + 1, window: Span::MAX })),
            &["rate_limit.max"],
        ),
    ];
    for (bad, paths) in cases {
        refuses(agent(&bad, &policy()), ErrorKind::InvalidAgent, paths);
    }
}

#[test]
fn a_change_to_an_agent_is_checked_as_an_agent_is() {
    let none = Attributes::new();
    agent_patch(&AgentPatch::default(), &none, &policy()).unwrap();
    let bad = AgentPatch {
        skills: Some([("german".into(), 0)].into()),
        queues: Some(vec![AgentQueue::new("x")]),
        capacity: Some(Capacity::units(u32::MAX)),
        channels: Some(vec!["voice".into()]),
        attributes: ["a", "b", "c"].map(|name| (name.into(), Some(1.into()))).into(),
        weight: Some(0),
        shifts: Some(vec![Interval { from: 1.into(), to: 0.into() }]),
        rate_limit: Some(RateLimit { max: 0, window: Span::MAX }),
    };
    let paths = [
        "skills.german",
        "queues[0].queue",
        "capacity.units",
        "channels[0]",
        "attributes",
        "weight",
        "shifts[0].to",
        "rate_limit.max",
    ];
    refuses(agent_patch(&bad, &none, &policy()), ErrorKind::InvalidAgent, &paths);
}

#[test]
fn a_name_that_comes_twice_is_found_in_lists_of_any_length() {
    let mut policy = Policy::default();
    for n in 0..100 {
        policy.queues.insert(format!("q{n:02}").into(), QueuePolicy::default());
    }
    for length in [2_usize, 15, 16, 17, 100] {
        let mut ada = Agent::new("ada");
        for n in 0..length {
            ada = ada.with_queue(format!("q{n:02}"));
        }
        agent(&ada, &policy).unwrap();
        ada.queues[length - 1].queue = "q00".into();
        refuses(agent(&ada, &policy), ErrorKind::InvalidAgent, &[&format!("queues[{}].queue", length - 1)]);
    }
}

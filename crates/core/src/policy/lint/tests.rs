//! Each code of the linter, in a policy that earns it.

use super::*;
use crate::capacity::Capacity;

fn warnings(json: &str, agents: &[Agent]) -> Vec<(WarningCode, String)> {
    let policy = Policy::from_json(json).unwrap_or_else(|error| panic!("{error}"));
    let warnings = policy.lint(agents).into_iter().filter(|warning| warning.severity == Severity::Warning);
    warnings.map(|warning| (warning.code, warning.path)).collect()
}

#[track_caller]
fn warns(json: &str, expected: &[(WarningCode, &str)]) {
    warns_of_agents(json, &[], expected);
}

#[track_caller]
fn warns_of_agents(json: &str, agents: &[Agent], expected: &[(WarningCode, &str)]) {
    let found = warnings(json, agents);
    let found: Vec<_> = found.iter().map(|(code, path)| (*code, path.as_str())).collect();
    assert_eq!(found, expected);
}

/// A policy of one queue with these settings.
fn queue(settings: &str) -> String {
    format!(r#"{{ "queues": {{ "support": {{ {settings} }}, "spare": {{}} }}, "default_queue": "support" }}"#)
}

/// A policy of one routing rule with this condition.
fn rule(when: &str) -> String {
    format!(
        r#"{{ "queues": {{ "support": {{}} }}, "priorities": {{ "high": {{}} }},
             "routing": {{ "rules": [{{ "name": "r", "when": {when} }}] }} }}"#
    )
}

#[test]
fn codes_are_the_names_in_snake_case_and_differ() {
    for code in WarningCode::ALL {
        let snake = format!("{code:?}").chars().fold(String::new(), |mut text, c| {
            if c.is_uppercase() && !text.is_empty() {
                text.push('_');
            }
            text.extend(c.to_lowercase());
            text
        });
        assert_eq!(code.code(), snake);
    }
}

#[test]
fn the_default_policy_earns_no_warning() {
    warns("{}", &[]);
    warns_of_agents("{}", &[Agent::new("ada")], &[]);
}

#[test]
fn a_skill_that_nobody_has_is_told() {
    let json = r#"{ "skills": { "german": {}, "french": {} }, "routing": { "rules": [
        { "name": "r", "then": { "skills": [{ "skill": "german", "level": 80 },
                                            { "skill": "french", "class": { "preferred": { "weight": 1 } } }] } }] } }"#;
    let ada = Agent::new("ada").with_skill("german", 79);
    let expected = [
        (WarningCode::SkillNobodyHas, "routing.rules[0].then.skills[0]"),
        (WarningCode::SkillNobodyHas, "skills.french"),
    ];
    warns_of_agents(json, &[ada], &expected);
    warns_of_agents(json, &[Agent::new("ada").with_skill("german", 80).with_skill("french", 1)], &[]);
    warns(json, &[]);
}

#[test]
fn a_queue_or_channel_that_nobody_serves_is_told() {
    let json = r#"{ "queues": { "a": {}, "b": {} }, "default_queue": "a", "channels": { "chat": {}, "mail": {} },
                    "default_channel": "mail" }"#;
    let ada = Agent::new("ada").with_queue("a").with_channel("chat");
    let expected =
        [(WarningCode::ChannelNobodyServes, "channels.mail"), (WarningCode::QueueNobodyServes, "queues.b")];
    warns_of_agents(json, &[ada], &expected);
    warns_of_agents(json, &[Agent::new("ben")], &[]);
}

#[test]
fn a_channel_whose_tickets_fit_nobody_is_told() {
    let json = r#"{ "channels": { "voice": { "units": 100 } } }"#;
    let ada = Agent::new("ada").with_capacity(Capacity::units(99));
    warns_of_agents(
        json,
        std::slice::from_ref(&ada),
        &[(WarningCode::CostAboveCapacity, "channels.voice.units")],
    );
    let cheap = ada.clone().with_capacity(Capacity::units(99).with_channel_units("voice", 99));
    warns_of_agents(json, &[ada, cheap], &[]);
    let none = Agent::new("ben").with_capacity(Capacity::units(100).with_channel_max("voice", 0));
    warns_of_agents(json, &[none], &[(WarningCode::CostAboveCapacity, "channels.voice.units")]);
}

#[test]
fn a_condition_on_agents_that_none_meets_is_told() {
    let json = queue(r#""agents": { "field": "weight", "greater": 100 }"#);
    warns_of_agents(
        &json,
        &[Agent::new("ada")],
        &[(WarningCode::SelectorNeverMatches, "queues.support.agents")],
    );
    warns_of_agents(&json, &[Agent::new("ada"), Agent::new("ben").with_weight(101)], &[]);
    let json = queue(r#""agents": { "field": "weight", "greater": 100, "less": 101 }"#);
    warns(&json, &[(WarningCode::SelectorNeverMatches, "queues.support.agents")]);
}

#[test]
fn a_rule_behind_one_that_matches_all_is_told() {
    let rules = r#"[{ "name": "a", "when": { "field": "size", "less": 5 } }, { "name": "b", "when": { "all": [] } },
                    { "name": "c" }, { "name": "d", "when": { "field": "size", "less": 6 } }]"#;
    let code = WarningCode::RuleNeverMatches;
    let first = format!(r#"{{ "routing": {{ "rules": {rules} }} }}"#);
    warns(&first, &[(code, "routing.rules[2]"), (code, "routing.rules[3]")]);
    warns(&format!(r#"{{ "routing": {{ "mode": "all", "rules": {rules} }} }}"#), &[]);
}

#[test]
fn a_rule_with_the_condition_of_one_before_it_is_told() {
    let json = r#"{ "routing": { "rules": [{ "name": "a", "when": { "field": "size", "less": 5 } },
                                           { "name": "b", "when": { "field": "size", "less": 5 } }] } }"#;
    warns(json, &[(WarningCode::RuleNeverMatches, "routing.rules[1].when")]);
}

#[test]
fn a_condition_that_contradicts_itself_is_told() {
    for when in [
        r#"{ "any": [] }"#,
        r#"{ "none": [{ "all": [] }] }"#,
        r#"{ "field": "attributes.a", "in": [] }"#,
        r#"{ "field": "attributes.a", "equals": 1, "not_equals": 1 }"#,
        r#"{ "field": "attributes.a", "equals": 1, "in": [2, "1"] }"#,
        r#"{ "field": "attributes.a", "equals": 1, "present": false }"#,
        r#"{ "field": "attributes.a", "equals": "abc", "starts_with": "b" }"#,
        r#"{ "field": "attributes.a", "less": 5, "at_least": 5 }"#,
        r#"{ "field": "attributes.a", "less": 6, "greater": 4, "not_equals": 5, "in": [5, 7] }"#,
        r#"{ "field": "attributes.a", "less": 6, "starts_with": "x" }"#,
        r#"{ "field": "attributes.a", "at_most": -9223372036854775808, "not_equals": 1, "less": -9223372036854775808, "equals": 1 }"#,
        r#"{ "field": "priority", "less": 5 }"#,
        r#"{ "field": "priority", "equals": 5 }"#,
        r#"{ "field": "size", "starts_with": "5" }"#,
        r#"{ "field": "size", "equals": "5" }"#,
        r#"{ "field": "size", "equals": true }"#,
        r#"{ "field": "priority", "equals": "hihg" }"#,
        r#"{ "field": "queue", "in": ["sales", "billing"] }"#,
        r#"{ "field": "channel", "equals": "chat" }"#,
        r#"{ "all": [{ "field": "attributes.a", "equals": "x" }, { "all": [{ "field": "attributes.a", "equals": "y" }] }] }"#,
        r#"{ "all": [{ "field": "size", "less": 5 }, { "any": [{ "field": "queue", "equals": "sales" }] }] }"#,
        r#"{ "all": [{ "field": "id", "starts_with": "T" }, { "field": "id", "starts_with": "X-" }] }"#,
        r#"{ "any": [{ "field": "priority", "less": 5 }, { "field": "size", "equals": "5" }] }"#,
    ] {
        let found = warnings(&rule(when), &[]);
        assert_eq!(found, [(WarningCode::RuleNeverMatches, "routing.rules[0].when".to_owned())], "{when}");
    }
}

#[test]
fn a_condition_that_may_hold_is_not_told() {
    for when in [
        r#"{ "any": [{ "field": "priority", "less": 5 }, { "field": "size", "equals": 5 }] }"#,
        r#"{ "none": [{ "field": "priority", "less": 5 }] }"#,
        r#"{ "field": "attributes.a", "present": false, "not_equals": 5 }"#,
        r#"{ "field": "attributes.a", "less": 6, "greater": 4 }"#,
        r#"{ "field": "attributes.a", "in": [1, "abc"], "starts_with": "ab" }"#,
        r#"{ "field": "priority", "in": ["hihg", "high"] }"#,
        r#"{ "all": [{ "field": "id", "starts_with": "T-" }, { "field": "id", "starts_with": "T" }] }"#,
        r#"{ "all": [{ "field": "attributes.a", "equals": "x" }, { "field": "attributes.b", "equals": "y" }] }"#,
    ] {
        warns(&rule(when), &[]);
    }
}

#[test]
fn a_class_that_no_ticket_can_reach_is_told() {
    let classes = r#""classes": [{ "name": "orphan" }, { "name": "odd", "when": { "any": [] } },
                                 { "name": "all", "when": { "all": [] } },
                                 { "name": "late", "when": { "field": "size", "less": 5 } }]"#;
    let code = WarningCode::ClassNeverReached;
    warns(
        &queue(classes),
        &[
            (code, "queues.support.classes[0]"),
            (code, "queues.support.classes[1].when"),
            (code, "queues.support.classes[3]"),
        ],
    );
    let named = format!(
        r#"{{ "queues": {{ "support": {{ {classes} }} }}, "routing": {{ "mode": "all", "rules": [
            {{ "name": "1", "then": {{ "class": "orphan" }} }}, {{ "name": "2", "then": {{ "class": "odd" }} }},
            {{ "name": "3", "then": {{ "class": "late" }} }}] }} }}"#
    );
    warns(&named, &[]);
}

#[test]
fn a_step_that_comes_after_the_targets_is_told() {
    let json = |calendar: &str| {
        format!(
            r#"{{ "targets": {{ "take": {{ "kind": "first_assignment", "within": "1h" }},
                                "reply": {{ "kind": "first_response", "within": "4h" {calendar} }},
                                "solve": {{ "kind": "resolution", "within": "2d" }} }},
                 "calendars": {{ "office": [] }},
                 "queues": {{ "support": {{ "targets": ["take", "reply", "solve"], "relaxation": [
                    {{ "after": "3h", "credit": "1h" }}, {{ "after": "4h", "credit": "1h" }},
                    {{ "after": "9d", "cancel": true }}] }} }} }}"#
        )
    };
    let unused = (WarningCode::UnusedCalendar, "calendars.office");
    warns(&json(""), &[unused, (WarningCode::StepAfterTarget, "queues.support.relaxation[1].after")]);
    warns(&json(r#", "calendar": "office""#), &[]);
}

#[test]
fn a_step_that_changes_nothing_is_told() {
    let code = WarningCode::StepWithoutEffect;
    for (steps, places) in [
        (r#"{ "after": "1m" }"#, &[0][..]),
        (r#"{ "after": "1m", "any_agent": true }"#, &[0]),
        (r#"{ "after": "1m", "admit": ["support"] }"#, &[0]),
        (r#"{ "after": "1m", "overflow": "support" }"#, &[0]),
        (r#"{ "after": "1m", "drop_skills": ["a"] }, { "after": "2m", "drop_skills": ["a"] }"#, &[1]),
        (r#"{ "after": "2m", "lower_skills": { "a": 5 } }, { "after": "1m", "drop_skills": ["a"] }"#, &[0]),
        (
            r#"{ "after": "1m", "lower_skills": { "a": 5 } }, { "after": "2m", "lower_skills": { "a": 5 } }"#,
            &[1],
        ),
        (r#"{ "after": "1m", "cancel": true }, { "after": "2m", "admit": ["spare"] }"#, &[1]),
        (
            r#"{ "after": "1m", "lower_skills": { "a": 5 } }, { "after": "2m", "lower_skills": { "a": 4 } }"#,
            &[],
        ),
        (r#"{ "after": "1m", "admit": ["spare"] }, { "after": "2m", "credit": "5m" }"#, &[]),
    ] {
        let mut found = warnings(&queue(&format!(r#""relaxation": [{steps}]"#)), &[]);
        found.retain(|(code, _)| *code != WarningCode::OverflowCycle);
        let expected: Vec<_> =
            places.iter().map(|index| (code, format!("queues.support.relaxation[{index}]"))).collect();
        assert_eq!(found, expected, "{steps}");
    }
}

#[test]
fn an_offer_that_stands_longer_than_a_ticket_may_wait_is_told() {
    let json = |timeout: &str| {
        format!(
            r#"{{ "targets": {{ "take": {{ "kind": "first_assignment", "within": "1m" }} }},
                 "queues": {{ "chat": {{ "targets": ["take"], "offers": {{ "timeout": "{timeout}" }} }} }} }}"#
        )
    };
    warns(&json("61s"), &[(WarningCode::OfferLongerThanTarget, "queues.chat.offers.timeout")]);
    warns(&json("60s"), &[]);
}

#[test]
fn a_circle_of_overflow_is_told_once() {
    let json = r#"{ "queues": {
        "a": { "relaxation": [{ "after": "1m", "overflow": "b" }] },
        "b": { "limit": { "max": 5, "then": { "overflow": "c" } } },
        "c": { "relaxation": [{ "after": "1m", "overflow": "a" }, { "after": "2m", "overflow": "d" }] },
        "d": {}, "e": { "relaxation": [{ "after": "1m", "overflow": "d" }] } }, "default_queue": "a" }"#;
    warns(json, &[(WarningCode::OverflowCycle, "queues.a")]);
    let message = &Policy::from_json(json).unwrap().lint(&[])[0].message;
    assert!(message.contains("`a` to `b` to `c` to `a`"), "{message}");
}

#[test]
fn an_order_that_may_starve_is_told() {
    let code = WarningCode::OrderMayStarve;
    warns(&queue(r#""order": "lifo""#), &[(code, "queues.support.order")]);
    warns(&queue(r#""order": "priority""#), &[(code, "queues.support.order")]);
    warns(&queue(r#""order": "deadline""#), &[]);
    let class = r#""classes": [{ "name": "vip", "when": { "field": "size", "less": 5 }, "order": "lifo" }]"#;
    warns(&queue(class), &[(code, "queues.support.classes[0].order")]);
}

#[test]
fn settings_that_nothing_looks_at_are_told() {
    let code = WarningCode::SettingWithoutEffect;
    let factors = r#""strategy": { "kind": "weighted", "factors": [
        { "factor": "headroom", "weight": 1, "horizon": "5m", "attribute": "x", "low": 1, "high": 2 },
        { "factor": "wait", "weight": 1, "horizon": "5m" },
        { "factor": "attribute", "weight": 1, "attribute": "x", "low": 1, "high": 2 }] }"#;
    let at = |key: &str| format!("queues.support.strategy.factors[0].{key}");
    let found = warnings(&queue(factors), &[]);
    assert_eq!(found, ["attribute", "high", "horizon", "low"].map(|key| (code, at(key))));
    let pulled = queue(r#""dispatch": "pull", "batch_window": "10s""#);
    assert_eq!(warnings(&pulled, &[]), [(code, "queues.support.batch_window".to_owned())]);
    warns(&queue(r#""batch_window": "10s""#), &[]);
    let layers = r#""strategy": { "kind": "lexicographic", "layers": [
        { "factor": "wait" }, { "factor": "cost", "attribute": "x" }, { "factor": "headroom" }] }"#;
    let at = "queues.support.strategy.layers";
    let expected = ["[0].factor", "[1].attribute"].map(|key| (code, format!("{at}{key}")));
    assert_eq!(warnings(&queue(layers), &[]), expected);
}

#[test]
fn a_credit_that_no_order_looks_at_is_told() {
    let json = |order: &str| {
        format!(
            r#"{{ "priorities": {{ "high": {{ "credit": "1h" }} }},
                 "queues": {{ "q": {{ "order": "{order}", "relaxation": [{{ "after": "1m", "credit": "5m" }}] }} }} }}"#
        )
    };
    let code = WarningCode::CreditWithoutEffect;
    warns(&json("fifo"), &[(code, "priorities.high.credit"), (code, "queues.q.relaxation[0].credit")]);
    warns(&json("virtual_arrival"), &[]);
}

#[test]
fn what_is_left_over_is_told() {
    warns(
        r#"{ "targets": { "reply": { "kind": "first_response", "within": "1h", "warn_before": "1h" } },
             "calendars": { "office": [] },
             "queues": { "q": { "limit": { "max": 0, "then": "cancel" } } } }"#,
        &[
            (WarningCode::UnusedCalendar, "calendars.office"),
            (WarningCode::NoTicketMayWait, "queues.q.limit.max"),
            (WarningCode::UnusedTarget, "targets.reply"),
            (WarningCode::WarningAtOnce, "targets.reply.warn_before"),
        ],
    );
}

#[test]
fn the_overtaking_bound_is_the_largest_credit() {
    let policy = Policy::from_json(
        r#"{ "priorities": { "high": { "credit": "4h" }, "low": { "credit": "1h" } }, "default_priority": "low",
             "queues": { "a": { "relaxation": [{ "after": "1m", "credit": "5m", "overflow": "b" }] },
                         "b": { "relaxation": [{ "after": "1m", "credit": "7m" }] },
                         "c": { "order": "fifo" }, "d": { "order": "lifo" },
                         "e": { "classes": [{ "name": "x", "when": { "field": "size", "less": 1 } }] } },
             "default_queue": "a" }"#,
    )
    .unwrap();
    for (queue, expected) in [
        ("a", Some(Span::minutes(185))),
        ("b", Some(Span::minutes(192))),
        ("c", Some(Span::ZERO)),
        ("d", None),
        ("e", None),
        ("f", None),
    ] {
        assert_eq!(policy.overtaking_bound(&queue.into()), expected, "{queue}");
    }
    let told = policy.lint(&[]);
    let bound = told.iter().find(|warning| warning.path == "queues.a.order").unwrap();
    assert_eq!(bound.message, "no ticket is overtaken by one that arrived more than 185m later");
    assert_eq!((bound.code, bound.severity), (WarningCode::OvertakingBound, Severity::Info));
}

//! Routing rules made ready, and the strict classes of queues.

use super::compiled::CompiledCondition;
use super::field::{FieldName, FieldValue, Fields};
use super::{Policy, QueuePolicy, RoutingEffect, RoutingMode, SplitShare};
use crate::event::Route;
use crate::id::QueueId;
use crate::order;
use crate::ticket::Ticket;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Completes tickets by the routing rules of a policy, and knows the strict classes of its queues.
#[derive(Clone, Debug)]
pub(crate) struct Router {
    mode: RoutingMode,
    rules: Box<[Rule]>,
    classes: BTreeMap<QueueId, Classes>,
}

#[derive(Clone, Debug)]
struct Rule {
    name: SmolStr,
    /// The key of its split: a hash of the policy's seed and the rule's name.
    key: u64,
    when: Option<CompiledCondition>,
    then: RoutingEffect,
}

impl Router {
    pub(crate) fn new(policy: &Policy) -> Router {
        let rules = policy.routing.rules.iter().map(|rule| Rule {
            name: rule.name.clone(),
            key: xxh3_64_with_seed(rule.name.as_bytes(), policy.seed),
            when: rule.when.as_ref().map(CompiledCondition::new),
            then: rule.then.clone(),
        });
        let classes = policy.queues.iter().map(|(name, queue)| (name.clone(), Classes::new(queue)));
        Router { mode: policy.routing.mode, rules: rules.collect(), classes: order::map(classes) }
    }

    /// What the rules set on a ticket; `None` if none matches. Without rules it costs nothing.
    ///
    /// O(rules). A rule that matches takes effect, and is named, even if it sets nothing.
    pub(crate) fn route(&self, ticket: &Ticket) -> Option<Box<Route>> {
        let mut route: Option<Box<Route>> = None;
        for rule in &self.rules {
            let matches = match (&rule.when, &route) {
                (None, _) => true,
                (Some(when), None) => when.matches(ticket),
                (Some(when), Some(route)) => when.matches(&Routed { ticket, route }),
            };
            if !matches {
                continue;
            }
            rule.apply(ticket, route.get_or_insert_default());
            if self.mode == RoutingMode::First {
                break;
            }
        }
        route
    }

    /// The place of the ticket's strict class in its queue, as [`Classes::class_of`] gives it. O(log queues) more.
    pub(crate) fn class_of(&self, queue: &QueueId, fields: &impl Fields, routed: Option<&str>) -> u16 {
        self.classes.get(queue).map_or(0, |classes| classes.class_of(fields, routed))
    }
}

impl Rule {
    fn apply(&self, ticket: &Ticket, route: &mut Route) {
        route.rules.push(self.name.clone());
        let then = &self.then;
        if (ticket.queue.is_none() || then.override_queue)
            && let Some(queue) = self.share_of(ticket).or(then.queue.as_ref())
        {
            route.queue = Some(queue.clone());
        }
        if let Some(priority) = &then.priority {
            route.priority = Some(priority.clone());
        }
        if let Some(class) = &then.class {
            route.class = Some(class.clone());
        }
        for skill in &then.skills {
            match route.skills.iter_mut().find(|set| set.skill == skill.skill) {
                Some(set) => *set = skill.clone(),
                None => route.skills.push(skill.clone()),
            }
        }
        for (name, value) in &then.attributes {
            route.attributes.insert(name.clone(), value.clone());
        }
        if let Some(targets) = &then.targets {
            route.targets = Some(targets.clone());
        }
    }

    /// The queue that the split gives the ticket, if the rule has a split.
    fn share_of(&self, ticket: &Ticket) -> Option<&QueueId> {
        let total: u64 = self.then.split.iter().map(|share| u64::from(share.percent)).sum();
        let hash = xxh3_64_with_seed(ticket.id.as_str().as_bytes(), self.key);
        // The high half of the product: as even as a remainder, and free of its bias.
        let mut point = ((u128::from(hash) * u128::from(total)) >> 64) as u64;
        for SplitShare { queue, percent } in &self.then.split {
            match point.checked_sub(u64::from(*percent)) {
                None => return Some(queue),
                Some(rest) => point = rest,
            }
        }
        None
    }
}

/// A ticket with what rules have set on it so far.
struct Routed<'a> {
    ticket: &'a Ticket,
    route: &'a Route,
}

impl Fields for Routed<'_> {
    fn field(&self, name: &FieldName) -> Option<FieldValue<'_>> {
        let set = match name {
            FieldName::Queue => self.route.queue.as_ref().map(|id| FieldValue::Text(id.as_str())),
            FieldName::Priority => self.route.priority.as_ref().map(|id| FieldValue::Text(id.as_str())),
            FieldName::Skill(skill) => self
                .route
                .skills
                .iter()
                .find(|set| set.skill == *skill)
                .map(|set| FieldValue::Integer(set.level.into())),
            FieldName::Attribute(name) => self.route.attributes.get(name).map(FieldValue::from),
            _ => None,
        };
        set.or_else(|| self.ticket.field(name))
    }
}

/// The strict classes of one queue.
#[derive(Clone, Debug, Default)]
struct Classes(Box<[Class]>);

#[derive(Clone, Debug)]
struct Class {
    name: SmolStr,
    when: Option<CompiledCondition>,
}

impl Classes {
    fn new(queue: &QueuePolicy) -> Classes {
        let classes = queue.classes.iter().map(|class| Class {
            name: class.name.clone(),
            when: class.when.as_ref().map(CompiledCondition::new),
        });
        Classes(classes.collect())
    }

    /// The place of a ticket's class, from 0 for the first to go: the one that routing named if the queue has it, else
    /// the first whose condition the ticket meets, else the place behind them all.
    fn class_of(&self, fields: &impl Fields, routed: Option<&str>) -> u16 {
        let named = routed.and_then(|name| self.0.iter().position(|class| class.name == name));
        let place = named.or_else(|| {
            self.0.iter().position(|class| class.when.as_ref().is_some_and(|when| when.matches(fields)))
        });
        u16::try_from(place.unwrap_or(self.0.len())).unwrap_or(u16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::skill::SkillRequirement;

    fn router(json: &str) -> Router {
        Router::new(&serde_json::from_str::<Policy>(json).unwrap())
    }

    const RULES: &str = r#"[
        { "name": "gold", "when": { "field": "attributes.plan", "equals": "gold" },
          "then": { "queue": "premium", "priority": "high", "attributes": { "vip": true } } },
        { "name": "vip", "when": { "field": "attributes.vip", "equals": true },
          "then": { "skills": [{ "skill": "german", "level": 50 }], "class": "first", "targets": ["fast"] } },
        { "name": "german", "when": { "all": [
            { "field": "skills.german", "at_least": 50 }, { "field": "priority", "equals": "high" },
            { "field": "queue", "equals": "premium" }] },
          "then": { "queue": "berlin", "skills": [{ "skill": "german", "level": 80 }] } }
    ]"#;

    #[test]
    fn without_a_rule_that_matches_there_is_no_route() {
        let ticket = Ticket::new("T-1");
        assert_eq!(router("{}").route(&ticket), None);
        assert_eq!(router(&format!(r#"{{ "routing": {{ "rules": {RULES} }} }}"#)).route(&ticket), None);
    }

    #[test]
    fn the_first_rule_that_matches_decides() {
        let router = router(&format!(r#"{{ "routing": {{ "rules": {RULES} }} }}"#));
        let route = router.route(&Ticket::new("T-1").with_attribute("plan", "gold")).unwrap();
        assert_eq!(route.rules, ["gold"]);
        assert_eq!(route.queue, Some("premium".into()));
        assert_eq!(route.priority, Some("high".into()));
        assert!(route.skills.is_empty());
    }

    #[test]
    fn in_the_mode_all_each_rule_sees_what_those_before_it_set() {
        let router = router(&format!(r#"{{ "routing": {{ "mode": "all", "rules": {RULES} }} }}"#));
        let route = router.route(&Ticket::new("T-1").with_attribute("plan", "gold")).unwrap();
        assert_eq!(route.rules, ["gold", "vip", "german"]);
        assert_eq!(route.queue, Some("berlin".into()));
        assert_eq!(route.skills, [SkillRequirement::required("german", 80)]);
        assert_eq!(route.class.as_deref(), Some("first"));
        assert_eq!(route.targets, Some(vec!["fast".into()]));
        assert_eq!(route.attributes["vip"], true.into());
    }

    #[test]
    fn a_queue_that_the_sender_named_stays_unless_the_rule_overrides_it() {
        for (over, expected) in [("false", None), ("true", Some(QueueId::from("b")))] {
            let router = router(&format!(
                r#"{{ "routing": {{ "rules": [
                    {{ "name": "r", "then": {{ "queue": "b", "override_queue": {over} }} }}] }} }}"#
            ));
            let route = router.route(&Ticket::new("T-1").with_queue("a")).unwrap();
            assert_eq!(route.queue, expected);
            assert_eq!(router.route(&Ticket::new("T-1")).unwrap().queue, Some("b".into()));
        }
    }

    #[test]
    fn a_split_gives_each_queue_its_share() {
        let policy = |seed: u64, rule: &str| {
            router(&format!(
                r#"{{ "seed": {seed}, "routing": {{ "rules": [{{ "name": "{rule}", "then": {{ "split": [
                    {{ "queue": "a", "percent": 50 }}, {{ "queue": "b", "percent": 37 }},
                    {{ "queue": "c", "percent": 13 }}] }} }}] }} }}"#
            ))
        };
        let shares = |router: &Router| {
            let mut counts = BTreeMap::<QueueId, u32>::new();
            for n in 0..10_000 {
                let queue = router.route(&Ticket::new(format!("T-{n}"))).unwrap().queue.unwrap();
                *counts.entry(queue).or_default() += 1;
            }
            counts
        };
        for seed in [0, 1, 7, u64::MAX] {
            let counts = shares(&policy(seed, "trial"));
            for (queue, percent) in [("a", 50_u32), ("b", 37), ("c", 13)] {
                assert!(counts[queue].abs_diff(percent * 100) < 150, "seed {seed}: {counts:?}");
            }
        }
        let queues = |router: Router| -> Vec<_> {
            (0..100).map(|n| router.route(&Ticket::new(format!("T-{n}"))).unwrap().queue).collect()
        };
        assert_eq!(queues(policy(7, "trial")), queues(policy(7, "trial")));
        assert_ne!(queues(policy(7, "trial")), queues(policy(8, "trial")));
        assert_ne!(queues(policy(7, "trial")), queues(policy(7, "other")));
    }

    #[test]
    fn a_class_is_the_one_routing_named_else_the_first_that_fits_else_behind_all() {
        let router = router(
            r#"{ "queues": { "support": { "classes": [
                { "name": "named" },
                { "name": "vip", "when": { "field": "attributes.vip", "equals": true } },
                { "name": "german", "when": { "field": "skills.german", "present": true } }] } } }"#,
        );
        let support = QueueId::from("support");
        let plain = Ticket::new("T-1");
        let german = Ticket::new("T-2").with_skill(SkillRequirement::required("german", 1));
        let both = german.clone().with_attribute("vip", true);
        assert_eq!(router.class_of(&support, &plain, None), 3);
        assert_eq!(router.class_of(&support, &german, None), 2);
        assert_eq!(router.class_of(&support, &both, None), 1);
        assert_eq!(router.class_of(&support, &both, Some("named")), 0);
        assert_eq!(router.class_of(&support, &both, Some("german")), 2);
        assert_eq!(router.class_of(&support, &plain, Some("elsewhere")), 3);
        assert_eq!(router.class_of(&"other".into(), &plain, Some("named")), 0);
    }
}

//! Routing rules: their conditions, and that what they set exists.

use super::Checker;
use crate::order;
use crate::policy::faults::{Path, Shown};
use crate::policy::field::Subject;
use crate::policy::{Limits, RoutingEffect};
use std::collections::BTreeSet;

impl Checker<'_> {
    pub(super) fn routing(&mut self, path: &Path<'_>) {
        let rules = &self.policy.routing.rules;
        let path = path.key("rules");
        let (count, limit) = (rules.len(), Limits::RULES_MAX);
        self.faults.require(count <= limit, &path, format_args!("{count} rules; at most {limit}"));
        let classes = self.policy.queues.values().flat_map(|queue| &queue.classes);
        let classes: BTreeSet<&str> = order::set(classes.map(|class| class.name.as_str()));
        for (index, rule) in rules.iter().enumerate() {
            let path = path.index(index);
            self.faults.name(&path.key("name"), &rule.name);
            if let Some(when) = &rule.when {
                self.condition(&path.key("when"), when, Subject::Ticket);
            }
            self.effect(&path.key("then"), &rule.then, &classes);
        }
        self.faults.distinct(&path, Some("name"), count, |index| rules[index].name.as_str());
    }

    fn effect(&mut self, path: &Path<'_>, then: &RoutingEffect, classes: &BTreeSet<&str>) {
        if let Some(queue) = &then.queue {
            self.queue_name(&path.key("queue"), queue.as_str());
        }
        self.split(&path.key("split"), then);
        if let Some(priority) = &then.priority {
            self.priority_name(&path.key("priority"), priority.as_str());
        }
        if let Some(class) = &then.class {
            let message =
                format_args!("{} is not a strict class of any queue; declare it in one", Shown(class));
            self.faults.require(classes.contains(class.as_str()), &path.key("class"), message);
        }
        let skills = path.key("skills");
        self.faults.requirements(&skills, &then.skills);
        for (index, asked) in then.skills.iter().enumerate() {
            let names = self.policy.skills.keys().map(|name| name.as_str());
            let known = self.policy.has_skill(asked.skill.as_str());
            self.known(known, &skills.index(index).key("skill"), "skill", asked.skill.as_str(), names);
        }
        let attributes = path.key("attributes");
        let (count, limit) = (then.attributes.len(), self.policy.limits.attributes as usize);
        let message = format_args!("{count} attributes; the policy's limit is {limit}");
        self.faults.require(count <= limit, &attributes, message);
        for (name, value) in &then.attributes {
            self.faults.attribute(&attributes, name, Some(value));
        }
        self.target_names(&path.key("targets"), then.targets.as_deref().unwrap_or_default());
    }

    fn split(&mut self, path: &Path<'_>, then: &RoutingEffect) {
        if then.split.is_empty() {
            return;
        }
        self.faults.require(
            then.queue.is_none(),
            path,
            "both `queue` and `split` are given; give one of them",
        );
        for (index, share) in then.split.iter().enumerate() {
            let path = path.index(index);
            self.queue_name(&path.key("queue"), share.queue.as_str());
            self.faults.within(&path.key("percent"), share.percent, 1, 100);
        }
        self.faults.distinct(path, Some("queue"), then.split.len(), |index| then.split[index].queue.as_str());
        let sum: u64 = then.split.iter().map(|share| u64::from(share.percent)).sum();
        self.faults.require(sum == 100, path, format_args!("the shares sum to {sum} percent; make it 100"));
    }
}

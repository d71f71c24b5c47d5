//! Conditions that can never be true, and rules and classes behind ones that always are.

use super::{Linter, WarningCode};
use crate::attribute::AttributeValue;
use crate::order;
use crate::policy::faults::{Path, Shown};
use crate::policy::field::{FieldName, FieldType};
use crate::policy::{Condition, Policy, RoutingMode};
use std::collections::{BTreeMap, BTreeSet};

impl Linter<'_> {
    /// Routing rules that no ticket can match.
    pub(super) fn rules(&mut self) {
        let policy = self.policy;
        let root = Path::Root;
        let routing = root.key("routing");
        let rules = routing.key("rules");
        let first = policy.routing.mode == RoutingMode::First;
        let mut catches_all: Option<&str> = None;
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for (index, rule) in policy.routing.rules.iter().enumerate() {
            let path = rules.index(index);
            let code = WarningCode::RuleNeverMatches;
            if let Some(earlier) = catches_all.filter(|_| first) {
                let message =
                    format_args!("the rule {} before it matches every ticket; move it up", Shown(earlier));
                self.warn(code, &path, message);
                continue;
            }
            let always = rule.when.as_ref().is_none_or(always);
            if always {
                catches_all = Some(&rule.name);
            }
            let Some(when) = &rule.when else { continue };
            if never(policy, when) {
                let message =
                    "no ticket can meet this condition: its parts contradict, or name what does not exist";
                self.warn(code, &path.key("when"), message);
            } else if let Some(earlier) = seen.insert(text(when), &rule.name).filter(|_| first) {
                let message =
                    format_args!("the rule {} before it has the same condition; join them", Shown(earlier));
                self.warn(code, &path.key("when"), message);
            }
        }
    }

    /// Strict classes that no ticket can be in.
    pub(super) fn classes(&mut self, path: &Path<'_>, queue: &crate::policy::QueuePolicy) {
        if queue.classes.is_empty() {
            return;
        }
        let policy = self.policy;
        let named: BTreeSet<&str> =
            order::set(policy.routing.rules.iter().filter_map(|rule| rule.then.class.as_deref()));
        let mut catches_all: Option<&str> = None;
        let path = path.key("classes");
        for (index, class) in queue.classes.iter().enumerate() {
            let path = path.index(index);
            let reached = named.contains(class.name.as_str());
            let code = WarningCode::ClassNeverReached;
            match &class.when {
                _ if reached => {}
                None => {
                    let message = "it has no condition, and no routing rule names it; give it `when`";
                    self.warn(code, &path, message);
                }
                Some(_) if catches_all.is_some() => {
                    let earlier = Shown(catches_all.unwrap_or_default());
                    self.warn(code, &path, format_args!("the class {earlier} before it takes every ticket"));
                }
                Some(when) if never(policy, when) => {
                    let message = "no ticket can meet this condition: its parts contradict, or name what does not exist";
                    self.warn(code, &path.key("when"), message);
                }
                Some(_) => {}
            }
            if class.when.as_ref().is_some_and(always) {
                catches_all = Some(&class.name);
            }
        }
    }
}

fn text(condition: &Condition) -> String {
    serde_json::to_string(condition).unwrap_or_default()
}

/// Whether a condition is true whatever it is asked of. Says no where it cannot tell.
pub(super) fn always(condition: &Condition) -> bool {
    if let Some(list) = &condition.all {
        return list.iter().all(always);
    }
    if let Some(list) = &condition.any {
        return list.iter().any(always);
    }
    condition.none.as_ref().is_some_and(Vec::is_empty)
}

/// Whether a condition is false whatever it is asked of. Says no where it cannot tell.
pub(super) fn never(policy: &Policy, condition: &Condition) -> bool {
    if let Some(list) = &condition.any {
        return list.iter().all(|inner| never(policy, inner));
    }
    if let Some(list) = &condition.none {
        return list.iter().any(always);
    }
    let mut domains = BTreeMap::new();
    gather(policy, condition, &mut domains)
        || domains
            .iter()
            .any(|(field, domain)| FieldName::parse(field).is_some_and(|f| domain.is_empty(policy, &f)))
}

/// Puts together what a test, or the tests of an `all`, ask of each field. True if a part can never be true.
fn gather<'a>(
    policy: &Policy,
    condition: &'a Condition,
    domains: &mut BTreeMap<&'a str, Domain<'a>>,
) -> bool {
    if let Some(list) = &condition.all {
        return list.iter().any(|inner| gather(policy, inner, domains));
    }
    if condition.any.is_some() || condition.none.is_some() {
        return never(policy, condition);
    }
    if let Some(field) = condition.field.as_deref() {
        domains.entry(field).or_default().narrow(condition);
    }
    false
}

/// What tests leave of the values of a field.
#[derive(Default)]
struct Domain<'a> {
    values: Option<BTreeSet<&'a AttributeValue>>,
    others_than: BTreeSet<&'a AttributeValue>,
    above: Option<i128>,
    below: Option<i128>,
    prefix: Option<&'a str>,
    present: bool,
    absent: bool,
    contradicts: bool,
}

impl<'a> Domain<'a> {
    fn narrow(&mut self, test: &'a Condition) {
        if let Some(value) = &test.equals {
            self.keep(order::set([value]));
        }
        if let Some(values) = &test.one_of {
            self.keep(order::set(values));
        }
        self.others_than.extend(&test.not_equals);
        let below =
            test.less.map(i128::from).into_iter().chain(test.at_most.map(|bound| i128::from(bound) + 1));
        self.below = below.chain(self.below).min();
        let above =
            test.greater.map(i128::from).into_iter().chain(test.at_least.map(|bound| i128::from(bound) - 1));
        self.above = above.chain(self.above).max();
        if let Some(prefix) = test.starts_with.as_deref() {
            let longer = self.prefix.filter(|earlier| earlier.len() > prefix.len()).unwrap_or(prefix);
            let shorter = self.prefix.filter(|earlier| earlier.len() <= prefix.len()).unwrap_or(prefix);
            self.contradicts |= !longer.starts_with(shorter);
            self.prefix = Some(longer);
        }
        self.present |= test.present == Some(true);
        self.absent |= test.present == Some(false);
    }

    fn keep(&mut self, values: BTreeSet<&'a AttributeValue>) {
        self.values = Some(match self.values.take() {
            Some(before) => order::set(before.intersection(&values).copied()),
            None => values,
        });
    }

    fn is_empty(&self, policy: &Policy, field: &FieldName) -> bool {
        let number = self.above.is_some() || self.below.is_some();
        let text = self.prefix.is_some();
        let there = self.present || number || text || self.values.is_some();
        let none_between =
            matches!((self.above, self.below), (Some(above), Some(below)) if below - above <= 1);
        let wrong_type = match field.value_type() {
            FieldType::Text => number,
            FieldType::Integer => text,
            FieldType::Any => false,
        };
        self.contradicts
            || self.absent && there
            || number && text
            || none_between
            || wrong_type
            || self
                .values
                .as_ref()
                .is_some_and(|values| !values.iter().any(|value| self.admits(policy, field, value)))
    }

    fn admits(&self, policy: &Policy, field: &FieldName, value: &AttributeValue) -> bool {
        let fits = match value {
            AttributeValue::Integer(value) => {
                let value = i128::from(*value);
                field.value_type() != FieldType::Text
                    && self.prefix.is_none()
                    && self.above.is_none_or(|above| value > above)
                    && self.below.is_none_or(|below| value < below)
            }
            AttributeValue::Text(text) => {
                let known = match field {
                    FieldName::Queue => policy.has_queue(text),
                    FieldName::Channel => policy.has_channel(text),
                    FieldName::Priority => policy.has_priority(text),
                    _ => true,
                };
                known
                    && field.value_type() != FieldType::Integer
                    && self.above.is_none()
                    && self.below.is_none()
                    && self.prefix.is_none_or(|prefix| text.starts_with(prefix))
            }
            AttributeValue::Bool(_) => {
                field.value_type() == FieldType::Any
                    && self.prefix.is_none()
                    && self.above.is_none()
                    && self.below.is_none()
            }
        };
        fits && !self.others_than.contains(value)
    }
}

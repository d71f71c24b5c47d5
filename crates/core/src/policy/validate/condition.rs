//! Conditions: one kind each, known fields, bounded depth and size.

use super::Checker;
use crate::policy::Condition;
use crate::policy::faults::{Path, Shown};
use crate::policy::field::{FieldName, Subject};

impl Checker<'_> {
    /// Requires a valid condition over a ticket or an agent.
    pub(super) fn condition(&mut self, path: &Path<'_>, condition: &Condition, subject: Subject) {
        let nodes = self.node(path, condition, subject, 1);
        let limit = Condition::NODES_MAX;
        self.faults.require(
            nodes <= limit,
            path,
            format_args!("has {nodes} tests and joins; at most {limit}"),
        );
    }

    /// Checks one test or join and returns how many there are. Recurses to the depth allowed and no further.
    fn node(&mut self, path: &Path<'_>, condition: &Condition, subject: Subject, depth: usize) -> usize {
        let joins = [("all", &condition.all), ("any", &condition.any), ("none", &condition.none)];
        let kinds =
            joins.iter().filter(|(_, list)| list.is_some()).count() + usize::from(condition.field.is_some());
        self.faults.require(
            kinds == 1,
            path,
            format_args!("{kinds} of `all`, `any`, `none` and `field` are given; give exactly one"),
        );
        let limit = Condition::DEPTH_MAX;
        if depth > limit {
            self.faults.add(path, format_args!("lies {depth} deep; conditions nest at most {limit} deep"));
            return 1;
        }
        let mut nodes = 1;
        for (key, list) in joins {
            let path = path.key(key);
            for (index, inner) in list.iter().flatten().enumerate() {
                nodes += self.node(&path.index(index), inner, subject, depth + 1);
            }
        }
        self.test(path, condition, subject);
        nodes
    }

    fn test(&mut self, path: &Path<'_>, condition: &Condition, subject: Subject) {
        let comparisons = comparisons(condition);
        let Some(field) = &condition.field else {
            for key in comparisons.into_iter().flatten() {
                self.faults
                    .add(&path.key(key), "compares nothing without a `field`; name one, or take it out");
            }
            return;
        };
        self.faults.require(
            comparisons.iter().any(Option::is_some),
            path,
            format_args!(
                "{} is compared with nothing; give `equals`, `in`, `present` or another",
                Shown(field)
            ),
        );
        let path = path.key("field");
        let name = FieldName::parse(field).filter(|name| name.is_of(subject));
        match name {
            None => self.faults.add(
                &path,
                format_args!(
                    "{} is not a field of {}; expected {}",
                    Shown(field),
                    match subject {
                        Subject::Ticket => "a ticket",
                        Subject::Agent => "an agent",
                    },
                    subject.fields()
                ),
            ),
            Some(FieldName::Skill(skill)) => self.skill_name(&path, skill.as_str()),
            Some(FieldName::QueueRank(queue)) => self.queue_name(&path, queue.as_str()),
            Some(FieldName::Attribute(attribute)) => self.faults.name(&path, &attribute),
            Some(_) => {}
        }
    }
}

/// The comparisons that are given, by their keys.
fn comparisons(condition: &Condition) -> [Option<&'static str>; 9] {
    [
        condition.equals.is_some().then_some("equals"),
        condition.not_equals.is_some().then_some("not_equals"),
        condition.one_of.is_some().then_some("in"),
        condition.less.is_some().then_some("less"),
        condition.at_most.is_some().then_some("at_most"),
        condition.greater.is_some().then_some("greater"),
        condition.at_least.is_some().then_some("at_least"),
        condition.present.is_some().then_some("present"),
        condition.starts_with.is_some().then_some("starts_with"),
    ]
}

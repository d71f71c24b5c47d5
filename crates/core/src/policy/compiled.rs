//! Conditions made ready to be asked often: a flat table of tests, each with the place to go on at.

use super::Condition;
use super::field::{FieldName, FieldValue, Fields};
use crate::attribute::AttributeValue;
use crate::order;
use smol_str::SmolStr;

/// A condition as a flat table of tests: evaluation neither recurses nor allocates. O(tests), and O(log values) in an `in`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct CompiledCondition {
    tests: Box<[Test]>,
    start: u32,
    /// The document form, for explanations.
    source: Condition,
}

/// One comparison, and where to go on if it holds and if it does not.
// INVARIANT: both places are `TRUE`, `FALSE` or an index below the test's own, so that evaluation ends; see `Builder`.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Test {
    field: FieldName,
    comparison: Comparison,
    exits: Exits,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Exits {
    holds: u32,
    fails: u32,
}

const TRUE: u32 = u32::MAX;
const FALSE: u32 = u32::MAX - 1;

/// One comparison of a test.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Comparison {
    Equals(AttributeValue),
    NotEquals(AttributeValue),
    /// Sorted.
    In(Box<[AttributeValue]>),
    Less(i64),
    AtMost(i64),
    Greater(i64),
    AtLeast(i64),
    Present(bool),
    StartsWith(SmolStr),
}

impl Comparison {
    pub(super) fn holds(&self, found: Option<FieldValue<'_>>) -> bool {
        let Some(found) = found else {
            return matches!(self, Comparison::NotEquals(_) | Comparison::Present(false));
        };
        match (self, found) {
            (Comparison::Equals(value), found) => found == value.into(),
            (Comparison::NotEquals(value), found) => found != value.into(),
            (Comparison::In(values), found) => {
                values.binary_search_by(|value| FieldValue::from(value).cmp(&found)).is_ok()
            }
            (Comparison::Less(bound), FieldValue::Integer(found)) => found < *bound,
            (Comparison::AtMost(bound), FieldValue::Integer(found)) => found <= *bound,
            (Comparison::Greater(bound), FieldValue::Integer(found)) => found > *bound,
            (Comparison::AtLeast(bound), FieldValue::Integer(found)) => found >= *bound,
            (Comparison::Present(present), _) => *present,
            (Comparison::StartsWith(prefix), FieldValue::Text(found)) => found.starts_with(prefix.as_str()),
            _ => false,
        }
    }

    /// The comparisons of a test, in the order of its fields.
    pub(super) fn all_of(condition: &Condition) -> Vec<Comparison> {
        [
            condition.equals.clone().map(Comparison::Equals),
            condition.not_equals.clone().map(Comparison::NotEquals),
            condition.one_of.as_ref().map(|values| {
                let mut values = values.clone();
                order::sort(&mut values);
                Comparison::In(values.into_boxed_slice())
            }),
            condition.less.map(Comparison::Less),
            condition.at_most.map(Comparison::AtMost),
            condition.greater.map(Comparison::Greater),
            condition.at_least.map(Comparison::AtLeast),
            condition.present.map(Comparison::Present),
            condition.starts_with.clone().map(Comparison::StartsWith),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// How conditions are joined.
#[derive(Clone, Copy)]
pub(super) enum Join {
    All,
    Any,
    None,
}

/// A join and its conditions; a test has none.
pub(super) fn join_of(condition: &Condition) -> Option<(Join, &[Condition])> {
    let all = condition.all.as_deref().map(|list| (Join::All, list));
    let any = condition.any.as_deref().map(|list| (Join::Any, list));
    let none = condition.none.as_deref().map(|list| (Join::None, list));
    all.or(any).or(none)
}

/// Writes the table from its end, so that every place to go on at is known when it is needed.
struct Builder {
    tests: Vec<Test>,
}

/// A join that is being written: the conditions still to come, and where the ones written already begin.
struct Frame<'a> {
    join: Join,
    left: &'a [Condition],
    start: u32,
    exits: Exits,
}

impl Frame<'_> {
    fn new(join: Join, left: &[Condition], exits: Exits) -> Frame<'_> {
        // Behind the last condition none has decided: every one of `all` held, none of `any` or `none` did.
        let start = match join {
            Join::All | Join::None => exits.holds,
            Join::Any => exits.fails,
        };
        Frame { join, left, start, exits }
    }

    fn exits_of_next(&self) -> Exits {
        match self.join {
            Join::All => Exits { holds: self.start, fails: self.exits.fails },
            Join::Any => Exits { holds: self.exits.holds, fails: self.start },
            Join::None => Exits { holds: self.exits.fails, fails: self.start },
        }
    }
}

impl Builder {
    fn condition(&mut self, condition: &Condition) -> u32 {
        let exits = Exits { holds: TRUE, fails: FALSE };
        let mut frames = vec![Frame::new(Join::All, std::slice::from_ref(condition), exits)];
        let mut start = TRUE;
        while let Some(frame) = frames.last_mut() {
            if let Some((next, left)) = frame.left.split_last() {
                frame.left = left;
                let exits = frame.exits_of_next();
                match join_of(next) {
                    Some((join, list)) => frames.push(Frame::new(join, list, exits)),
                    None => frame.start = self.tests(next, exits),
                }
            } else {
                start = frame.start;
                frames.pop();
                if let Some(parent) = frames.last_mut() {
                    parent.start = start;
                }
            }
        }
        start
    }

    /// The comparisons of one test, all of which must hold.
    fn tests(&mut self, condition: &Condition, exits: Exits) -> u32 {
        let Some(text) = &condition.field else { return exits.holds };
        // A policy with an unknown field is refused; here it is a field that is never there.
        let field = FieldName::parse(text).unwrap_or_else(|| FieldName::Attribute(text.clone()));
        let mut start = exits.holds;
        for comparison in Comparison::all_of(condition).into_iter().rev() {
            let exits = Exits { holds: start, fails: exits.fails };
            start = u32::try_from(self.tests.len()).unwrap_or(FALSE);
            self.tests.push(Test { field: field.clone(), comparison, exits });
        }
        start
    }
}

impl CompiledCondition {
    /// Makes a condition ready. Does not recurse, however deep the condition is.
    pub(crate) fn new(condition: &Condition) -> CompiledCondition {
        let mut builder = Builder { tests: Vec::new() };
        let start = builder.condition(condition);
        CompiledCondition { tests: builder.tests.into_boxed_slice(), start, source: condition.clone() }
    }

    /// The document form.
    pub(crate) fn source(&self) -> &Condition {
        &self.source
    }

    /// Whether the condition is true.
    pub(crate) fn matches(&self, fields: &impl Fields) -> bool {
        let mut at = self.start;
        while let Some(test) = self.tests.get(at as usize) {
            at = if test.comparison.holds(fields.field(&test.field)) {
                test.exits.holds
            } else {
                test.exits.fails
            };
        }
        at == TRUE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::Ticket;
    use proptest::prelude::*;

    fn holds(json: &str, ticket: &Ticket) -> bool {
        let condition: Condition = serde_json::from_str(json).unwrap();
        CompiledCondition::new(&condition).matches(ticket)
    }

    /// The meaning as the document form tells it, read straight from its words.
    fn naive(condition: &Condition, fields: &impl Fields) -> bool {
        if let Some(list) = &condition.all {
            return list.iter().all(|condition| naive(condition, fields));
        }
        if let Some(list) = &condition.any {
            return list.iter().any(|condition| naive(condition, fields));
        }
        if let Some(list) = &condition.none {
            return !list.iter().any(|condition| naive(condition, fields));
        }
        let value = fields.field(&FieldName::parse(condition.field.as_deref().unwrap()).unwrap());
        let number = match value {
            Some(FieldValue::Integer(number)) => Some(number),
            _ => None,
        };
        let is = |other: &AttributeValue| value == Some(FieldValue::from(other));
        condition.equals.as_ref().is_none_or(is)
            && condition.not_equals.as_ref().is_none_or(|other| !is(other))
            && condition.one_of.as_ref().is_none_or(|others| others.iter().any(is))
            && condition.less.is_none_or(|bound| number.is_some_and(|n| n < bound))
            && condition.at_most.is_none_or(|bound| number.is_some_and(|n| n <= bound))
            && condition.greater.is_none_or(|bound| number.is_some_and(|n| n > bound))
            && condition.at_least.is_none_or(|bound| number.is_some_and(|n| n >= bound))
            && condition.present.is_none_or(|present| value.is_some() == present)
            && condition.starts_with.as_ref().is_none_or(
                |prefix| matches!(value, Some(FieldValue::Text(text)) if text.starts_with(prefix.as_str())),
            )
    }

    fn values() -> impl Strategy<Value = AttributeValue> {
        prop_oneof![
            any::<bool>().prop_map(AttributeValue::from),
            (-2_i64..3).prop_map(AttributeValue::from),
            "[ab]{0,2}".prop_map(AttributeValue::from),
        ]
    }

    fn tests() -> impl Strategy<Value = Condition> {
        let field = prop_oneof![Just("attributes.x"), Just("attributes.y"), Just("queue"), Just("size")];
        let number = || proptest::option::weighted(0.2, -2_i64..3);
        let text = || proptest::option::weighted(0.2, "[ab]{0,2}".prop_map(SmolStr::from));
        let value = || proptest::option::weighted(0.3, values());
        let list = proptest::option::weighted(0.3, proptest::collection::vec(values(), 0..4));
        let numbers = (number(), number(), number(), number());
        (field, value(), value(), list, numbers, proptest::option::weighted(0.2, any::<bool>()), text())
            .prop_map(
                |(
                    field,
                    equals,
                    not_equals,
                    one_of,
                    (less, at_most, greater, at_least),
                    present,
                    starts_with,
                )| {
                    Condition {
                        field: Some(field.into()),
                        equals,
                        not_equals,
                        one_of,
                        less,
                        at_most,
                        greater,
                        at_least,
                        present,
                        starts_with,
                        ..Condition::default()
                    }
                },
            )
    }

    fn conditions() -> impl Strategy<Value = Condition> {
        tests().prop_recursive(4, 24, 4, |inner| {
            let list = proptest::collection::vec(inner, 0..4);
            (list, 0..3).prop_map(|(list, join)| match join {
                0 => Condition { all: Some(list), ..Condition::default() },
                1 => Condition { any: Some(list), ..Condition::default() },
                _ => Condition { none: Some(list), ..Condition::default() },
            })
        })
    }

    fn tickets() -> impl Strategy<Value = Ticket> {
        let value = || proptest::option::of(values());
        let queue = proptest::option::of("[ab]{0,2}");
        (value(), value(), queue, proptest::option::of(0_u32..3)).prop_map(|(x, y, queue, size)| {
            let attributes = [("x", x), ("y", y)];
            Ticket {
                queue: queue.map(Into::into),
                size,
                attributes: attributes
                    .into_iter()
                    .filter_map(|(name, value)| Some((name.into(), value?)))
                    .collect(),
                ..Ticket::new("T-1")
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_flat_table_means_what_the_document_says(condition in conditions(), ticket in tickets()) {
            let compiled = CompiledCondition::new(&condition);
            prop_assert_eq!(compiled.matches(&ticket), naive(&condition, &ticket));
            prop_assert_eq!(compiled.first_failure(&ticket).is_none(), naive(&condition, &ticket));
        }
    }

    #[test]
    fn a_field_that_is_not_there_fails_all_but_its_absence_and_being_other() {
        let ticket = Ticket::new("T-1");
        for (comparison, expected) in [
            (r#""equals": "gold""#, false),
            (r#""not_equals": "gold""#, true),
            (r#""in": ["gold"]"#, false),
            (r#""less": 1"#, false),
            (r#""at_most": 1"#, false),
            (r#""greater": -1"#, false),
            (r#""at_least": -1"#, false),
            (r#""present": true"#, false),
            (r#""present": false"#, true),
            (r#""starts_with": """#, false),
        ] {
            let json = format!(r#"{{ "field": "attributes.plan", {comparison} }}"#);
            assert_eq!(holds(&json, &ticket), expected, "{comparison}");
        }
    }

    #[test]
    fn empty_joins_are_true_false_and_true() {
        let ticket = Ticket::new("T-1");
        assert!(holds(r#"{ "all": [] }"#, &ticket));
        assert!(!holds(r#"{ "any": [] }"#, &ticket));
        assert!(holds(r#"{ "none": [] }"#, &ticket));
    }

    #[test]
    fn a_deep_condition_is_made_ready_without_recursion() {
        let mut deep = Condition::equals("id", "T-1");
        for _ in 0..1_000 {
            deep = Condition { none: Some(vec![deep]), ..Condition::default() };
        }
        assert!(CompiledCondition::new(&deep).matches(&Ticket::new("T-1")));
        assert!(!CompiledCondition::new(&deep).matches(&Ticket::new("T-2")));
    }
}

//! Conditions in words, for explanations and messages.

use super::Condition;
use super::compiled::{Comparison, CompiledCondition, Join, join_of};
use super::faults::Shown;
use super::field::{FieldName, FieldValue, Fields};
use crate::attribute::AttributeValue;

/// How many values of an `in` are told.
const VALUES_SHOWN_MAX: usize = 16;

impl CompiledCondition {
    /// Why the condition is not true: what was found and what was needed; `None` if it is true.
    ///
    /// Of an `all` the first condition that fails is told; an `any` or a `none` is told as a whole.
    pub(crate) fn first_failure(&self, fields: &impl Fields) -> Option<(String, String)> {
        if self.matches(fields) {
            return None;
        }
        let mut failing = self.source();
        while let Some((Join::All, list)) = join_of(failing) {
            failing = list.iter().find(|condition| !CompiledCondition::new(condition).matches(fields))?;
        }
        let Some((_, list)) = join_of(failing) else {
            let field = failing.field.as_deref()?;
            let name = FieldName::parse(field)?;
            let needed =
                Comparison::all_of(failing).into_iter().find(|test| !test.holds(fields.field(&name)))?;
            return Some((found(field, fields), comparison(field, &needed)));
        };
        let mut seen = Vec::new();
        for field in fields_of(list) {
            let text = found(field, fields);
            if !seen.contains(&text) {
                seen.push(text);
            }
        }
        Some((seen.join(", "), condition(failing, Condition::DEPTH_MAX)))
    }
}

/// The fields that conditions test, in their order.
fn fields_of(list: &[Condition]) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut left: Vec<&Condition> = list.iter().rev().collect();
    while let Some(condition) = left.pop() {
        if let Some((_, list)) = join_of(condition) {
            left.extend(list.iter().rev());
        } else if let Some(field) = condition.field.as_deref() {
            fields.push(field);
        }
    }
    fields
}

/// What a field is found to be: "attributes.plan equal to `gold`".
fn found(field: &str, fields: &impl Fields) -> String {
    match FieldName::parse(field).and_then(|name| fields.field(&name).map(value)) {
        Some(value) => format!("{field} equal to {value}"),
        None => format!("no {field}"),
    }
}

fn value(value: FieldValue<'_>) -> String {
    match value {
        FieldValue::Bool(value) => value.to_string(),
        FieldValue::Integer(value) => value.to_string(),
        FieldValue::Text(value) => Shown(value).to_string(),
    }
}

/// A comparison: "attributes.plan one of `gold`, `platinum`".
fn comparison(field: &str, test: &Comparison) -> String {
    let word = |other: &AttributeValue| value(other.into());
    match test {
        Comparison::Equals(value) => format!("{field} equal to {}", word(value)),
        Comparison::NotEquals(value) => format!("{field} other than {}", word(value)),
        Comparison::In(values) => {
            let values: Vec<String> = values.iter().take(VALUES_SHOWN_MAX).map(word).collect();
            format!("{field} one of {}", values.join(", "))
        }
        Comparison::Less(bound) => format!("{field} below {bound}"),
        Comparison::AtMost(bound) => format!("{field} at most {bound}"),
        Comparison::Greater(bound) => format!("{field} above {bound}"),
        Comparison::AtLeast(bound) => format!("{field} at least {bound}"),
        Comparison::Present(true) => format!("any {field}"),
        Comparison::Present(false) => format!("no {field}"),
        Comparison::StartsWith(prefix) => format!("{field} beginning with {}", Shown(prefix)),
    }
}

/// A condition. Recurses no deeper than `depth`.
fn condition(whole: &Condition, depth: usize) -> String {
    let Some((join, list)) = join_of(whole) else {
        let field = whole.field.as_deref().unwrap_or_default();
        let tests: Vec<String> =
            Comparison::all_of(whole).iter().map(|test| comparison(field, test)).collect();
        return tests.join(" and ");
    };
    if depth == 0 {
        return "…".to_owned();
    }
    let parts: Vec<String> = list.iter().map(|part| condition(part, depth - 1)).collect();
    let parts = parts.join("; ");
    match join {
        Join::All => format!("all of ({parts})"),
        Join::Any => format!("any of ({parts})"),
        Join::None => format!("none of ({parts})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Agent;

    fn failure(json: &str, agent: &Agent) -> Option<(String, String)> {
        let condition: Condition = serde_json::from_str(json).unwrap();
        CompiledCondition::new(&condition).first_failure(agent)
    }

    fn told(found: &str, needed: &str) -> Option<(String, String)> {
        Some((found.to_owned(), needed.to_owned()))
    }

    #[test]
    fn a_failure_names_the_first_test_that_fails() {
        let json = r#"{ "all": [
            { "field": "weight", "at_least": 1 },
            { "all": [{ "field": "attributes.site", "in": ["graz", "berlin"], "not_equals": "graz" }] }
        ] }"#;
        let ada = Agent::new("ada").with_attribute("site", "oslo");
        let needed = "attributes.site one of `berlin`, `graz`";
        assert_eq!(failure(json, &ada), told("attributes.site equal to `oslo`", needed));
        assert_eq!(failure(json, &Agent::new("ben")), told("no attributes.site", needed));
        let eva = Agent::new("eva").with_attribute("site", "graz");
        assert_eq!(
            failure(json, &eva),
            told("attributes.site equal to `graz`", "attributes.site other than `graz`")
        );
        assert_eq!(failure(json, &eva.with_attribute("site", "berlin")), None);
        let light = Agent::new("kim").with_weight(0);
        assert_eq!(failure(json, &light), told("weight equal to 0", "weight at least 1"));
    }

    #[test]
    fn a_failed_any_or_none_is_told_as_a_whole() {
        let either = r#"{ "any": [{ "field": "weight", "greater": 200 }, { "field": "attributes.senior", "equals": true }] }"#;
        assert_eq!(
            failure(either, &Agent::new("ada")),
            told(
                "weight equal to 100, no attributes.senior",
                "any of (weight above 200; attributes.senior equal to true)"
            )
        );
        let neither =
            r#"{ "none": [{ "field": "id", "starts_with": "a" }, { "field": "weight", "less": 50 }] }"#;
        assert_eq!(
            failure(neither, &Agent::new("ada")),
            told(
                "id equal to `ada`, weight equal to 100",
                "none of (id beginning with `a`; weight below 50)"
            )
        );
    }
}

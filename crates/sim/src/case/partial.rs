//! Comparing what was expected, in part, with what was found.

use deskmatch::{Span, Timestamp};
use serde_json::Value;

/// The first place at which a value is not what was expected; `None` if it is.
///
/// Of an object only the fields expected are looked at; a list must have as many items; null means that nothing is there;
/// a span where a number was found is a moment, so long after the start.
pub(super) fn mismatch(expected: &Value, found: &Value, start: Timestamp) -> Option<String> {
    differs(expected, found, start).map(|(path, expected, found)| {
        let place = if path.is_empty() { String::new() } else { format!("{path}: ") };
        format!("{place}expected {expected}, found {found}")
    })
}

/// The path, the value expected there, and the one found.
fn differs<'a>(
    expected: &'a Value,
    found: &'a Value,
    start: Timestamp,
) -> Option<(String, &'a Value, &'a Value)> {
    match (expected, found) {
        (Value::Object(fields), Value::Object(others)) => fields.iter().find_map(|(key, expected)| {
            let found = others.get(key).unwrap_or(&Value::Null);
            differs(expected, found, start).map(|(path, a, b)| (joined(key, &path), a, b))
        }),
        (Value::Array(items), Value::Array(others)) if items.len() == others.len() => {
            items.iter().zip(others).enumerate().find_map(|(index, (expected, found))| {
                differs(expected, found, start)
                    .map(|(path, a, b)| (joined(&format!("[{index}]"), &path), a, b))
            })
        }
        (Value::String(text), Value::Number(moment)) => {
            let meant = text.parse::<Span>().ok().map(|span| start.after(span).as_millis());
            (meant.is_none() || meant != moment.as_i64()).then(|| (String::new(), expected, found))
        }
        _ => (expected != found).then(|| (String::new(), expected, found)),
    }
}

fn joined(key: &str, path: &str) -> String {
    match path {
        "" => key.to_owned(),
        path if path.starts_with('[') => format!("{key}{path}"),
        path => format!("{key}.{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_expected_is_compared() {
        let at = Timestamp(1_000);
        assert_eq!(mismatch(&json!({ "a": 1 }), &json!({ "a": 1, "b": 2 }), at), None);
        assert_eq!(mismatch(&json!({ "a": null }), &json!({ "b": 2 }), at), None);
        assert_eq!(mismatch(&json!({ "until": "5s" }), &json!({ "until": 6_000 }), at), None);
        let wrong = mismatch(&json!({ "a": [{ "b": 1 }] }), &json!({ "a": [{ "b": 2 }] }), at);
        assert_eq!(wrong.as_deref(), Some("a[0].b: expected 1, found 2"));
        let shorter = mismatch(&json!({ "a": [1] }), &json!({ "a": [1, 2] }), at);
        assert_eq!(shorter.as_deref(), Some("a: expected [1], found [1,2]"));
        assert!(mismatch(&json!("5s"), &json!(5_000), at).is_some());
    }
}

//! The guide to policies says what is so: its examples are valid, and it leaves nothing out.

use deskmatch::{Policy, ReadyMade, Severity, WarningCode};
use serde_json::Value;
use std::collections::BTreeSet;

const GUIDE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/policies.md"));

fn examples() -> Vec<&'static str> {
    let blocks = GUIDE.split("```json\n").skip(1);
    blocks.filter_map(|block| block.split("```").next()).filter(|text| text.starts_with('{')).collect()
}

#[test]
fn every_example_is_a_valid_policy_without_a_warning() {
    assert!(examples().len() >= 5);
    for example in examples() {
        let policy = Policy::from_json(example).unwrap_or_else(|error| panic!("{error}\n{example}"));
        let warnings = policy.lint(&[]);
        assert!(warnings.iter().all(|warning| warning.severity == Severity::Info), "{warnings:?}\n{example}");
    }
}

#[test]
fn every_ready_made_policy_has_its_section() {
    for ready_made in ReadyMade::ALL {
        assert!(GUIDE.contains(&format!("\n### {ready_made}\n")), "{ready_made}");
    }
}

#[test]
fn every_field_and_word_of_the_document_is_explained() {
    fn words<'a>(schema: &'a Value, found: &mut BTreeSet<&'a str>) {
        match schema {
            Value::Object(entries) => {
                if let Some(properties) = entries.get("properties").and_then(Value::as_object) {
                    found.extend(properties.keys().map(String::as_str));
                }
                found.extend(entries.get("const").and_then(Value::as_str));
                entries.values().for_each(|value| words(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| words(value, found)),
            _ => {}
        }
    }
    let schema: Value = serde_json::from_str(&Policy::json_schema()).unwrap();
    let mut found = BTreeSet::new();
    words(&schema, &mut found);
    assert!(found.len() > 100, "{found:?}");
    let missing: Vec<_> = found
        .into_iter()
        .filter(|word| !GUIDE.contains(&format!("`{word}`")) && !GUIDE.contains(&format!("\"{word}\"")))
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn every_code_of_the_linter_is_explained() {
    for code in WarningCode::ALL {
        assert!(GUIDE.contains(&format!("`{}`", code.code())), "{}", code.code());
    }
}

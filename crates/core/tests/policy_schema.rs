//! The published JSON Schema of policy documents is the one that the types give.

use deskmatch::Policy;
use serde_json::Value;

const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/policy.schema.json");

/// Writes the file anew with `UPDATE=1 cargo test -p deskmatch --test policy_schema`.
#[test]
fn the_published_schema_is_the_one_of_the_types() {
    let schema = Policy::json_schema();
    if option_env!("UPDATE").is_some() {
        std::fs::write(PUBLISHED, &schema).unwrap();
    }
    let published = std::fs::read_to_string(PUBLISHED).unwrap_or_default();
    let parse = |text: &str| serde_json::from_str::<Value>(text).ok();
    assert_eq!(
        parse(&published),
        parse(&schema),
        "docs/policy.schema.json is out of date; run with UPDATE=1"
    );
}

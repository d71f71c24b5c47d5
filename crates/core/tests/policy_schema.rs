//! The JSON Schemas that are kept as texts are those that the types give.
//!
//! `UPDATE=1 cargo test -p deskmatch --test policy_schema` writes them anew.

use deskmatch::{Agent, AgentPatch, Policy, Ticket, TicketPatch};
use schemars::generate::SchemaSettings;
use schemars::schema_for;
use serde_json::Value;

/// Compares a file with what the types give, or writes it.
fn compare(path: &str, schema: &Value) {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, format!("{schema:#}\n")).expect("the file can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let kept: Option<Value> = serde_json::from_str(&kept).ok();
    assert_eq!(kept.as_ref(), Some(schema), "{path} is out of date; run with UPDATE=1");
}

#[test]
fn the_published_schema_is_the_one_of_the_types() {
    let schema = schema_for!(Policy).to_value();
    compare("src/policy/schema.json", &schema);
    compare("../../docs/policy.schema.json", &schema);
    if std::env::var_os("UPDATE").is_none() {
        assert_eq!(serde_json::from_str::<Value>(&Policy::json_schema()).unwrap(), schema);
    }
}

#[test]
fn the_schemas_of_commands_are_those_of_the_types() {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    generator.subschema_for::<Agent>();
    generator.subschema_for::<AgentPatch>();
    generator.subschema_for::<Ticket>();
    generator.subschema_for::<TicketPatch>();
    let mut schemas = Value::Object(generator.take_definitions(true));
    without_descriptions(&mut schemas);
    compare("src/definitions.json", &schemas);
}

/// Takes out what is for readers alone; a field may have that name, but is no text.
fn without_descriptions(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.retain(|name, value| !(name == "description" && value.is_string()));
            fields.values_mut().for_each(without_descriptions);
        }
        Value::Array(items) => items.iter_mut().for_each(without_descriptions),
        _ => {}
    }
}

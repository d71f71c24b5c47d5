//! The policy as a JSON document: reading, writing, hash and schema.

use super::faults::{Faults, Path};
use super::pretty::pretty;
use super::{Limits, Policy, structure};
use crate::error::{Error, ErrorKind};
use crate::hash::ContentHash;
use serde_json::Value;
use std::sync::{Arc, LazyLock};

/// The published schema. A text, because the code that makes schemas of types is a tenth of a program that embeds the engine; a test
/// compares it with the types.
const SCHEMA_TEXT: &str = include_str!("schema.json");

static SCHEMA: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(SCHEMA_TEXT).unwrap_or_default());

impl Policy {
    /// Reads a policy from a JSON document of at most [`Limits::POLICY_BYTES_MAX`] bytes, and checks all of it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidJson`] with line and column if the text is not JSON or nests too deep. Otherwise
    /// [`ErrorKind::InvalidPolicy`] with every fault, each with its path: first those of form (unknown fields, wrong
    /// types, keys that come twice); where there are none, those of meaning, as [`Policy::validate`] finds them.
    ///
    /// ```
    /// use deskmatch::Policy;
    ///
    /// let error = Policy::from_json(r#"{ "seed": "x", "queues": { "support": { "wrap_up": -1 } } }"#).unwrap_err();
    /// assert_eq!(error.code(), "invalid_policy");
    /// let paths: Vec<_> = error.faults().iter().map(|fault| fault.path.as_str()).collect();
    /// assert_eq!(paths, ["queues.support.wrap_up", "seed"]);
    /// ```
    #[inline]
    pub fn from_json(text: &str) -> Result<Policy, Error> {
        let mut faults = Faults::default();
        let (bytes, limit) = (text.len(), Limits::POLICY_BYTES_MAX);
        if bytes > limit {
            faults.add(&Path::Root, format_args!("the document has {bytes} bytes; at most {limit}"));
        }
        let policy = if faults.is_empty() { Policy::from_text(text, &mut faults)? } else { None };
        faults.into_result(ErrorKind::InvalidPolicy, || "the policy".to_owned())?;
        let policy = policy.unwrap_or_default();
        policy.validate()?;
        Ok(policy)
    }

    /// The policy, if its form is right.
    #[inline]
    fn from_text(text: &str, faults: &mut Faults) -> Result<Option<Policy>, Error> {
        let value = structure::parse(text, faults).map_err(|error| {
            let place = format!("the policy is not JSON at line {}, column {}", error.line(), error.column());
            Error::new(ErrorKind::InvalidJson, format!("{place}: {error}")).caused_by(Arc::new(error))
        })?;
        structure::check(&value, &SCHEMA, faults);
        if !faults.is_empty() {
            return Ok(None);
        }
        // What the schema lets pass the types do too; a difference between the two must not pass for a policy.
        match serde_json::from_value(value) {
            Ok(policy) => Ok(Some(policy)),
            Err(error) => {
                faults.add(&Path::Root, error);
                Ok(None)
            }
        }
    }

    /// The policy as a JSON document: the same text for equal policies, with names in order.
    pub fn to_json(&self) -> String {
        pretty(&serde_json::to_string(self).unwrap_or_default())
    }

    /// The hash that decisions carry: equal for equal policies, whatever the order and spacing of their documents.
    pub fn hash(&self) -> ContentHash {
        ContentHash::of_bytes(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// The JSON Schema (draft 2020-12) of policy documents, as published in `docs/policy.schema.json`.
    pub fn json_schema() -> String {
        SCHEMA_TEXT.to_owned()
    }

    /// The schema as a value.
    pub(crate) fn schema() -> &'static Value {
        &SCHEMA
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RICH: &str = include_str!("../../tests/rich_policy.json");

    #[test]
    fn a_policy_is_written_as_it_was_read() {
        let policy = Policy::from_json(RICH).unwrap();
        let text = policy.to_json();
        assert_eq!(Policy::from_json(&text).unwrap(), policy);
        assert_eq!(Policy::from_json(&text).unwrap().to_json(), text);
        assert_eq!(Policy::from_json("{}").unwrap(), Policy::default());
        assert_eq!(Policy::from_json(&Policy::default().to_json()).unwrap(), Policy::default());
    }

    #[test]
    fn equal_policies_have_equal_hashes_and_others_have_others() {
        let one = r#"{ "seed": 7, "queues": { "a": {}, "b": { "wrap_up": "60s" } }, "default_queue": "a" }"#;
        let same = r#"{"default_queue":"a","queues":{"b":{"wrap_up":60000},"a":{"targets":[]}},"seed":7}"#;
        let other =
            r#"{ "seed": 8, "queues": { "a": {}, "b": { "wrap_up": "60s" } }, "default_queue": "a" }"#;
        let hash = |text| Policy::from_json(text).unwrap().hash();
        assert_eq!(hash(one), hash(same));
        assert_ne!(hash(one), hash(other));
    }

    #[test]
    fn a_hash_stays_what_it_was() {
        // Decisions in stored logs carry it: if this changes, say so in the changelog.
        assert_eq!(Policy::from_json(RICH).unwrap().hash().to_string(), "921c93abea6cff36082982bb93898316");
    }

    #[test]
    fn the_rich_policy_uses_every_field() {
        let schema: Value = serde_json::from_str(&Policy::json_schema()).unwrap();
        let rich = Policy::from_json(RICH).unwrap().to_json();
        let mut fields: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        for definition in schema["$defs"].as_object().unwrap().values() {
            fields.extend(definition["properties"].as_object().into_iter().flat_map(serde_json::Map::keys));
        }
        for field in fields {
            assert!(rich.contains(&format!("\"{field}\":")), "{field}");
        }
    }
}

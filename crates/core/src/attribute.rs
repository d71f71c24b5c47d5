//! Attributes: what a desk knows about its tickets and agents beyond the words of the model.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Attributes by name.
pub type Attributes = BTreeMap<SmolStr, AttributeValue>;

/// The value of an attribute: a text, a whole number or a truth value. In JSON, just that.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AttributeValue {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(SmolStr),
}

impl From<bool> for AttributeValue {
    fn from(value: bool) -> Self {
        AttributeValue::Bool(value)
    }
}

impl From<i64> for AttributeValue {
    fn from(value: i64) -> Self {
        AttributeValue::Integer(value)
    }
}

impl From<&str> for AttributeValue {
    fn from(value: &str) -> Self {
        AttributeValue::Text(value.into())
    }
}

impl From<String> for AttributeValue {
    fn from(value: String) -> Self {
        AttributeValue::Text(value.into())
    }
}

impl fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AttributeValue::Bool(value) => write!(f, "{value}"),
            AttributeValue::Integer(value) => write!(f, "{value}"),
            AttributeValue::Text(value) => f.write_str(value),
        }
    }
}

/// The form used by formats that do not describe themselves, such as snapshots.
#[derive(Serialize, Deserialize)]
enum Tagged {
    Bool(bool),
    Integer(i64),
    Text(SmolStr),
}

impl Serialize for AttributeValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return match self.clone() {
                AttributeValue::Bool(value) => Tagged::Bool(value),
                AttributeValue::Integer(value) => Tagged::Integer(value),
                AttributeValue::Text(value) => Tagged::Text(value),
            }
            .serialize(serializer);
        }
        match self {
            AttributeValue::Bool(value) => serializer.serialize_bool(*value),
            AttributeValue::Integer(value) => serializer.serialize_i64(*value),
            AttributeValue::Text(value) => serializer.serialize_str(value),
        }
    }
}

impl<'de> Deserialize<'de> for AttributeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = AttributeValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a whole number or a truth value")
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<AttributeValue, E> {
                Ok(AttributeValue::Bool(value))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<AttributeValue, E> {
                Ok(AttributeValue::Integer(value))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<AttributeValue, E> {
                i64::try_from(value)
                    .map(AttributeValue::Integer)
                    .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(value), &self))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<AttributeValue, E> {
                Ok(AttributeValue::Text(value.into()))
            }
        }
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Visitor)
        } else {
            Ok(match Tagged::deserialize(deserializer)? {
                Tagged::Bool(value) => AttributeValue::Bool(value),
                Tagged::Integer(value) => AttributeValue::Integer(value),
                Tagged::Text(value) => AttributeValue::Text(value),
            })
        }
    }
}

impl JsonSchema for AttributeValue {
    fn schema_name() -> Cow<'static, str> {
        "AttributeValue".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A text, a whole number or a truth value.",
            "type": ["string", "integer", "boolean"]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_plain_json() {
        let values: Vec<AttributeValue> = serde_json::from_str("[\"gold\", 3, true]").unwrap();
        assert_eq!(values, ["gold".into(), 3.into(), true.into()]);
        assert_eq!(serde_json::to_string(&values).unwrap(), "[\"gold\",3,true]");
    }

    #[test]
    fn fractions_and_structures_are_refused() {
        for json in ["1.5", "null", "[]", "{}", "18446744073709551615"] {
            assert!(serde_json::from_str::<AttributeValue>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_value_survives_a_binary_format() {
        for value in [AttributeValue::from(true), (-7).into(), "gold".into()] {
            let bytes = postcard::to_allocvec(&value).unwrap();
            assert_eq!(postcard::from_bytes::<AttributeValue>(&bytes).unwrap(), value);
        }
    }
}

//! Conditions: the one table that routing rules, strict classes, targets and selectors share.

use crate::attribute::AttributeValue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A condition over a ticket or an agent: a test of one field, or several conditions joined.
///
/// Exactly one of `all`, `any`, `none` and `field` is given. A test may hold several comparisons, all of which must be
/// true. A field that is not there fails every comparison but `present: false` and `not_equals`.
///
/// Fields of a ticket: `id`, `queue`, `channel`, `priority`, `requester`, `size`, `effort` (ms), `due` (ms since 1970),
/// `skills.NAME` (the level asked for) and `attributes.NAME`. Fields of an agent: `id`, `capacity`, `weight`,
/// `queues.NAME` (its rank), `skills.NAME` (its level) and `attributes.NAME`.
///
/// At most [`Condition::DEPTH_MAX`] deep and [`Condition::NODES_MAX`] tests and joins in all.
///
/// ```
/// use deskmatch::Condition;
///
/// let gold: Condition = serde_json::from_str(r#"{
///     "all": [
///         { "field": "attributes.plan", "in": ["gold", "platinum"] },
///         { "field": "priority", "equals": "high" }
///     ]
/// }"#)?;
/// assert_eq!(gold.all.unwrap().len(), 2);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// True if every one of these is; true if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<Vec<Condition>>,
    /// True if one of these is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub any: Option<Vec<Condition>>,
    /// True if not one of these is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub none: Option<Vec<Condition>>,
    /// The field to test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<SmolStr>,
    /// The field has this value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<AttributeValue>,
    /// The field has another value, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_equals: Option<AttributeValue>,
    /// The field has one of these values.
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    pub one_of: Option<Vec<AttributeValue>>,
    /// The field is a number below this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub less: Option<i64>,
    /// The field is a number not above this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<i64>,
    /// The field is a number above this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub greater: Option<i64>,
    /// The field is a number not below this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<i64>,
    /// The field is there (true) or not (false).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub present: Option<bool>,
    /// The field is a text that begins so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_with: Option<SmolStr>,
}

impl Condition {
    /// How deep joins may nest.
    pub const DEPTH_MAX: usize = 8;
    /// How many tests and joins one condition may hold.
    pub const NODES_MAX: usize = 256;

    /// A test that a field has a value.
    pub fn equals(field: impl Into<SmolStr>, value: impl Into<AttributeValue>) -> Self {
        Self { field: Some(field.into()), equals: Some(value.into()), ..Self::default() }
    }

    /// A test that a field is a number not below another.
    pub fn at_least(field: impl Into<SmolStr>, value: i64) -> Self {
        Self { field: Some(field.into()), at_least: Some(value), ..Self::default() }
    }

    /// True if every one of these is.
    pub fn all(conditions: impl IntoIterator<Item = Condition>) -> Self {
        Self { all: Some(conditions.into_iter().collect()), ..Self::default() }
    }
}

//! Routing rules: a flat table that completes a ticket when it arrives.

use super::Condition;
use crate::attribute::Attributes;
use crate::id::{PriorityId, QueueId};
use crate::skill::SkillRequirement;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The rules by which a ticket is completed when it arrives.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Routing {
    /// Whether the first rule that matches decides, or all that match, in order.
    pub mode: RoutingMode,
    /// The rules, in order. At most 10,000.
    pub rules: Vec<RoutingRule>,
}

impl Routing {
    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// Which of the rules that match take effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoutingMode {
    /// The first.
    #[default]
    First,
    /// All, in order; each sees what those before it set, and a later one wins.
    All,
}

/// One rule: a condition and its effect.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoutingRule {
    /// Its name, unique among the rules; explanations and events use it.
    pub name: SmolStr,
    /// When it matches; always if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// What it sets.
    #[serde(default)]
    pub then: RoutingEffect,
}

/// What a routing rule sets. A queue that the ticket's sender named is not changed unless `override_queue` says so.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RoutingEffect {
    /// The queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    /// The queue by shares, in percent that sum to 100; decided by a keyed hash of the seed, the rule and the ticket.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub split: Vec<SplitShare>,
    /// Whether a queue that the sender named is changed too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub override_queue: bool,
    /// The priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<PriorityId>,
    /// The strict class in its queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<SmolStr>,
    /// Skills to ask for; one asked for already is replaced.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillRequirement>,
    /// Attributes to set.
    #[serde(skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
    /// Service targets by name, in place of the queue's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub targets: Option<Vec<SmolStr>>,
}

/// One share of a split.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitShare {
    /// The queue.
    pub queue: QueueId,
    /// Its share, in percent.
    pub percent: u8,
}

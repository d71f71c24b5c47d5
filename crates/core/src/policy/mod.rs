//! The policy: one document that says everything a desk may decide about assignment.

mod compiled;
mod condition;
mod document;
pub(crate) mod faults;
mod field;
mod lint;
mod names;
mod pretty;
mod queue;
mod ready_made;
mod relaxation;
mod route;
mod routing;
mod strategy;
pub(crate) mod structure;
mod target;
mod validate;
mod words;

pub(crate) use compiled::CompiledCondition;
pub(crate) use field::{FieldName, FieldValue, Fields};
pub(crate) use route::Router;

pub use condition::Condition;
pub use lint::{Severity, Warning, WarningCode};
pub use queue::{
    AffinityPolicy, DeclinePolicy, Dispatch, LengthAction, LengthLimit, OfferPolicy, OfflinePolicy,
    OrderKind, OwnerAffinity, QueuePolicy, StrictClass,
};
pub use ready_made::ReadyMade;
pub use relaxation::{RelaxationStep, StepCondition};
pub use routing::{Routing, RoutingEffect, RoutingMode, RoutingRule, SplitShare};
pub use strategy::{Factor, FactorTerm, LexicographicLayer, Prefer, StrategyPolicy};
pub use target::{Target, TargetKind};

use crate::capacity::RateLimit;
use crate::id::{ChannelId, PriorityId, QueueId, SkillId};
use crate::time::{IntervalTable, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Everything a desk decides about assignment, in one document.
///
/// Every field has a default: `{}` is a policy with one queue `default`, one channel `default` of one unit and one
/// priority `default`, whose tickets go to the least loaded agent.
///
/// ```
/// use deskmatch::Policy;
///
/// let policy = Policy::from_json(r#"{
///     "seed": 7,
///     "queues": { "support": { "strategy": { "kind": "longest_idle" } } }
/// }"#)?;
/// assert!(policy.queues.contains_key("support"));
/// # Ok::<(), deskmatch::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<SmolStr>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<SmolStr>,
    /// Decides ties and splits. Two engines with the same seed decide alike. 0 by default.
    pub seed: u64,
    /// The skills there are. None at all means that any name will do; otherwise any other name is refused.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub skills: BTreeMap<SkillId, SkillPolicy>,
    /// The channels there are; one named `default` if none is given.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub channels: BTreeMap<ChannelId, ChannelPolicy>,
    /// The priorities there are; one named `default` if none is given.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub priorities: BTreeMap<PriorityId, PriorityPolicy>,
    /// The queues there are; one named `default` if none is given.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub queues: BTreeMap<QueueId, QueuePolicy>,
    /// The queue of a ticket for which neither its sender nor a rule chose one; needed where there are several queues and
    /// none is named `default`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_queue: Option<QueueId>,
    /// The channel of a ticket that names none; needed where there are several and none is named `default`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_channel: Option<ChannelId>,
    /// The priority of a ticket that names none; needed where there are several and none is named `default`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_priority: Option<PriorityId>,
    /// Rules that complete a ticket when it arrives.
    #[serde(skip_serializing_if = "Routing::is_empty")]
    pub routing: Routing,
    /// Service targets by name; queues and rules refer to them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub targets: BTreeMap<SmolStr, Target>,
    /// Times that count, by name: sorted intervals that do not overlap. Targets refer to them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub calendars: BTreeMap<SmolStr, IntervalTable>,
    /// The most assignments per agent and window; no limit by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
    /// How much of each decision its event carries; a summary by default.
    pub detail: DecisionDetail,
    /// Limits that protect the host.
    pub limits: Limits,
}

/// A skill of the policy.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SkillPolicy {
    /// What it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<SmolStr>,
}

/// A channel of the policy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChannelPolicy {
    /// What one ticket costs an agent, in units; 1 by default. Zero means that only counts limit it.
    pub units: u32,
}

impl Default for ChannelPolicy {
    fn default() -> Self {
        Self { units: 1 }
    }
}

/// A priority of the policy.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PriorityPolicy {
    /// How important it is: 0 is the most important. Decides the order `priority`, the factor `priority` and which
    /// tickets an optimal plan serves first. At most 65,535.
    pub rank: u16,
    /// Its head start in the order `virtual_arrival`: its tickets count as having arrived so much earlier.
    pub credit: Span,
}

/// How much of each decision its event carries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionDetail {
    /// The strategy and the policy alone.
    Off,
    /// Also how many agents were eligible and how many each rule turned away. Costs a pass over bitsets of the agents.
    #[default]
    Summary,
    /// Also the standing of every agent. Costs a pass over the agents and an event of that size.
    Full,
}

/// Limits that protect the host. Reaching one is a typed error that changes nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Agents in the engine; at most and by default 1,000,000.
    pub agents: u32,
    /// Tickets that are not closed or cancelled; at most and by default 10,000,000.
    pub open_tickets: u32,
    /// Different skills; at most and by default 65,535.
    pub skills: u32,
    /// Attributes of one ticket or agent; at most and by default 1,024.
    pub attributes: u32,
    /// How long a closed or cancelled ticket stays known, so that it can be reopened; 30 days by default.
    pub keep_closed: Span,
    /// How many request ids are remembered, the latest first; 10,000 by default, at most 10,000,000.
    pub requests: u32,
}

impl Limits {
    /// Agents that one engine may hold.
    pub const AGENTS_MAX: u32 = 1_000_000;
    /// Open tickets that one engine may hold.
    pub const OPEN_TICKETS_MAX: u32 = 10_000_000;
    /// Skills that one engine may know.
    pub const SKILLS_MAX: u32 = 65_535;
    /// Attributes that one ticket or agent may have.
    pub const ATTRIBUTES_MAX: u32 = 1_024;
    /// Bytes of a policy document.
    pub const POLICY_BYTES_MAX: usize = 16 << 20;
    /// Request ids that one engine may remember.
    pub const REQUESTS_MAX: u32 = 10_000_000;
    /// Queues that a policy may name; as many channels, priorities, targets and calendars.
    pub const NAMES_MAX: u32 = 65_535;
    /// Routing rules of a policy.
    pub const RULES_MAX: usize = 10_000;
    /// Strict classes of a queue.
    pub const CLASSES_MAX: usize = 64;
    /// Relaxation steps of a queue.
    pub const STEPS_MAX: usize = 32;
    /// Factors of a strategy.
    pub const FACTORS_MAX: usize = 32;
    /// The largest weight of a factor, positive or negative.
    pub const WEIGHT_MAX: i32 = 1_000_000;
    /// Offers of one ticket that may stand at once.
    pub const OFFERS_MAX: u16 = 64;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            agents: Self::AGENTS_MAX,
            open_tickets: Self::OPEN_TICKETS_MAX,
            skills: Self::SKILLS_MAX,
            attributes: Self::ATTRIBUTES_MAX,
            keep_closed: Span::days(30),
            requests: 10_000,
        }
    }
}

/// The name of the queue, channel and priority that a policy has when it names none.
pub const DEFAULT_NAME: &str = "default";

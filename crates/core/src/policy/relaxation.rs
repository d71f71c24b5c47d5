//! Relaxation: what happens as a ticket grows old.

use crate::id::{PriorityId, QueueId, SkillId};
use crate::time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One step: at an age of the ticket or on a condition, asks less of the agents, admits more of them, or moves the ticket.
///
/// A step is taken once. Age counts from the ticket's creation (from `not_before` if that is later), and neither a
/// decline nor a requeue resets it. Steps are taken while the ticket waits or is offered; one that comes due meanwhile is
/// taken when the ticket waits again.
///
/// ```
/// use deskmatch::{RelaxationStep, Span};
///
/// let step: RelaxationStep = serde_json::from_str(r#"{ "after": "5m", "lower_skills": { "german": 30 } }"#)?;
/// assert_eq!(step.after, Some(Span::minutes(5)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RelaxationStep {
    /// The age at which it is taken. Exactly one of `after` and `when` is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Span>,
    /// The condition on which it is taken at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<StepCondition>,
    /// Skills that are no longer required.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drop_skills: Vec<SkillId>,
    /// Skills that are from now on required only at this level, if they were at a higher one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lower_skills: BTreeMap<SkillId, u8>,
    /// Whether the queue's condition on its agents no longer holds.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub any_agent: bool,
    /// Queues whose agents may from now on take the ticket too, as if it were in those queues.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub admit: Vec<QueueId>,
    /// A further head start in the order `virtual_arrival`.
    #[serde(skip_serializing_if = "Span::is_zero")]
    pub credit: Span,
    /// A new priority: the ticket is escalated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalate: Option<PriorityId>,
    /// The queue the ticket moves to. A queue it has overflowed from before is not entered again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overflow: Option<QueueId>,
    /// Whether the ticket is cancelled.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cancel: bool,
}

/// A condition on which a relaxation step is taken at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepCondition {
    /// No agent who could ever take the ticket (by queue, channel, skill, attribute and exclusion) is online on its
    /// channel and on shift.
    NobodyPresent,
}

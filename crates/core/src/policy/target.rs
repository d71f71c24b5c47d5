//! Service targets: what a desk has promised.

use crate::id::PriorityId;
use crate::time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A promise about a ticket's time.
///
/// Its clock starts with the ticket's age and stands still while the ticket waits on its requester and outside its calendar.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// What is promised.
    pub kind: TargetKind,
    /// Within which time.
    pub within: Span,
    /// How long before that a warning is given; none by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_before: Option<Span>,
    /// The priorities it holds for; every one if none is given. A ticket whose priority changes gains and loses targets
    /// with it, but for those that are met or missed already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub priorities: Vec<PriorityId>,
    /// The calendar in which its time counts; always if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<SmolStr>,
}

/// What a service target promises.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// That an agent has it.
    FirstAssignment,
    /// That an agent has responded.
    FirstResponse,
    /// That it is resolved.
    Resolution,
}

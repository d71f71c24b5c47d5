//! What a policy says about one queue.

use super::{Condition, RelaxationStep, StrategyPolicy};
use crate::id::QueueId;
use crate::presence::Presence;
use crate::time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// One queue: who may take its tickets, in which order they go, to whom, and what happens when that takes too long.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QueuePolicy {
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<SmolStr>,
    /// The order in which its tickets go.
    pub order: OrderKind,
    /// Classes that go strictly one before the other, the first one first; a ticket is in the first class whose
    /// condition it meets, and behind them all if there is none. At most 64.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<StrictClass>,
    /// Whether its tickets go out by themselves.
    #[serde(skip_serializing_if = "Dispatch::is_push")]
    pub dispatch: Dispatch,
    /// Who among the eligible agents gets a ticket.
    pub strategy: StrategyPolicy,
    /// A condition over the agent that every agent must meet (the rule `attribute`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agents: Option<Condition>,
    /// Tickets are offered and must be accepted; without it they are assigned at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offers: Option<OfferPolicy>,
    /// What a decline means for the agent that declined.
    pub decline: DeclinePolicy,
    /// What happens as a ticket grows old. At most 32 steps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub relaxation: Vec<RelaxationStep>,
    /// Service targets of its tickets, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<SmolStr>,
    /// How long an agent stays occupied after resolving, at most; the agent may finish sooner. None by default.
    #[serde(skip_serializing_if = "Span::is_zero")]
    pub wrap_up: Span,
    /// What happens to assigned tickets when their agent goes offline.
    pub agent_offline: OfflinePolicy,
    /// Takes a ticket back if its agent has not responded within this time of the assignment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unanswered_after: Option<Span>,
    /// Whether a ticket that waits on its requester frees its units meanwhile. It takes them back when it wakes, above
    /// the limit if need be. False by default.
    pub paused_frees_units: bool,
    /// Agents that know the requester, the account or the ticket.
    pub affinity: AffinityPolicy,
    /// How many tickets may wait, and what happens to one too many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<LengthLimit>,
    /// Collects tickets for this long and then assigns them by one plan; at once by default. The window opens when a
    /// ticket waits that an agent may take, so a ticket that nobody may take opens none. Of no effect on pulled queues.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_window: Option<Span>,
}

/// Whether tickets go out by themselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dispatch {
    /// As soon as an agent may have them.
    #[default]
    Push,
    /// Only when an agent pulls or claims them, somebody assigns them, or a plan is asked for.
    Pull,
}

impl Dispatch {
    fn is_push(&self) -> bool {
        *self == Dispatch::Push
    }
}

/// The order in which waiting tickets go. Ties end with the ticket that was submitted first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// By arrival less the credit of the priority: waiting raises every ticket alike, and no ticket is overtaken by one
    /// that arrived more than the largest credit later.
    #[default]
    VirtualArrival,
    /// Oldest first.
    Fifo,
    /// Youngest first. Old tickets may starve; the linter says so.
    Lifo,
    /// Earliest due first; tickets without a due moment last.
    Deadline,
    /// Most important priority first, then oldest. Unimportant tickets may starve; the linter says so.
    Priority,
}

/// A class of tickets that goes strictly before the classes after it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StrictClass {
    /// Its name, unique in the queue. Routing rules may put a ticket into it by this name.
    pub name: SmolStr,
    /// Which tickets are in it; only those that a rule puts there if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// The order within the class; the queue's if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderKind>,
}

/// How tickets are offered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferPolicy {
    /// How long an offer stands.
    pub timeout: Span,
    /// How many agents may hold an offer of one ticket at once; the first to accept gets it. 1 by default, at most 64.
    #[serde(default = "one")]
    pub concurrent: u16,
    /// What an agent that lets an offer run out is from then on; `away` by default, `online` leaves it as it is.
    #[serde(default = "away")]
    pub missed_presence: Presence,
    /// Whether that agent may be offered the ticket again; once its presence changes by default.
    #[serde(default = "until_presence_changes")]
    pub missed: DeclinePolicy,
}

const fn one() -> u16 {
    1
}

const fn away() -> Presence {
    Presence::Away
}

const fn until_presence_changes() -> DeclinePolicy {
    DeclinePolicy::UntilPresenceChanges
}

impl OfferPolicy {
    /// An offer to one agent at a time, which becomes away if it lets the offer run out.
    pub const fn new(timeout: Span) -> Self {
        Self { timeout, concurrent: one(), missed_presence: away(), missed: until_presence_changes() }
    }
}

/// For how long an agent that declined a ticket does not get it again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeclinePolicy {
    /// For as long as the ticket is open.
    #[default]
    ForGood,
    /// Until the agent's presence changes.
    UntilPresenceChanges,
    /// For a time.
    For(
        /// How long.
        Span,
    ),
    /// Not at all: it may be offered again at once.
    NotAtAll,
}

/// What happens to assigned tickets when their agent goes offline.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfflinePolicy {
    /// The agent keeps them.
    #[default]
    Keep,
    /// They wait again, with their old age, if the agent is still offline after this time.
    RequeueAfter(
        /// How long.
        Span,
    ),
}

/// Agents that know the requester, the account or the ticket. Each such agent is tried first; with a hold, nobody else
/// gets the ticket for that long while the agent is present.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AffinityPolicy {
    /// A reopened ticket goes to its last agent; this is the hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reopened: Option<Span>,
    /// A ticket goes to the agent that an attribute names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerAffinity>,
    /// A ticket goes to the last agent of its requester; this is the hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requester: Option<Span>,
}

/// A ticket goes to the agent that an attribute of it names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnerAffinity {
    /// The attribute whose text is the agent's id.
    pub attribute: SmolStr,
    /// For how long nobody else gets the ticket; no time by default.
    #[serde(default)]
    pub hold: Span,
}

/// How many tickets may wait in a queue.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LengthLimit {
    /// The most tickets that may wait.
    pub max: u32,
    /// What happens to a ticket that arrives, finds nobody, and would be one too many.
    pub then: LengthAction,
}

/// What happens to a ticket that would be one too many.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LengthAction {
    /// It is cancelled, with that reason.
    Cancel,
    /// It goes to another queue. If it was there before, it stays instead.
    Overflow(
        /// The other queue.
        QueueId,
    ),
}

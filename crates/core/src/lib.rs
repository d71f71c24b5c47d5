//! An embeddable, deterministic engine that decides which agent gets which ticket.

mod agent;
mod attribute;
mod capacity;
mod command;
mod decision;
mod error;
mod event;
mod explain;
mod hash;
mod id;
mod policy;
mod presence;
mod rule;
mod skill;
mod ticket;
mod time;

pub use agent::{Agent, AgentPatch, AgentQueue};
pub use attribute::{AttributeValue, Attributes};
pub use capacity::{Capacity, ChannelCapacity, RateLimit};
pub use command::{Command, Request};
pub use decision::{DecidedBy, Decision, Tally};
pub use error::{Error, ErrorKind, Fault};
pub use event::{
    CancelReason, Event, EventBody, Exclusion, PlanSummary, PresenceReason, RequeueReason, RevokeReason,
    Route,
};
pub use explain::{AgentStanding, Change, Explanation, Remedy, Standing, Term};
pub use hash::{ContentHash, Digest};
pub use id::{
    AgentId, ChannelId, ID_BYTES_MAX, PriorityId, QueueId, RequestId, RequesterId, SkillId, TicketId,
};
pub use policy::{
    AffinityPolicy, ChannelPolicy, Condition, DEFAULT_NAME, DecisionDetail, DeclinePolicy, Factor,
    FactorTerm, LengthAction, LengthLimit, LexicographicLayer, Limits, OfferPolicy, OfflinePolicy, OrderKind,
    OwnerAffinity, Policy, Prefer, PriorityPolicy, QueuePolicy, RelaxationStep, Routing, RoutingEffect,
    RoutingMode, RoutingRule, SkillPolicy, SplitShare, StepCondition, StrategyPolicy, StrictClass, Target,
    TargetKind,
};
pub use presence::Presence;
pub use rule::{Denial, Refusal, Rule};
pub use skill::{LEVEL_MAX, SkillClass, SkillRequirement};
pub use ticket::{PreferredAgent, Ticket, TicketPatch};
pub use time::{Interval, IntervalTable, InvalidSpan, Span, Timestamp};

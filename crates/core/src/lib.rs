//! An embeddable, deterministic engine that decides which agent gets which ticket.

mod agent;
mod attribute;
mod capacity;
mod check;
mod command;
mod decision;
mod engine;
mod error;
mod event;
mod explain;
mod hash;
mod id;
mod policy;
mod presence;
mod rule;
mod skill;
mod state;
pub mod strategy;
mod ticket;
mod time;

pub use agent::{Agent, AgentPatch, AgentQueue};
pub use attribute::{AttributeValue, Attributes};
pub use capacity::{Capacity, ChannelCapacity, RateLimit};
pub use command::{Command, Request};
pub use decision::{DecidedBy, Decision, Tally};
pub use engine::{
    AgentView, Candidate, Engine, EngineBuilder, Outcome, PolicyPreview, QueueView, TicketChange, TicketView,
    View,
};
pub use error::{Error, ErrorKind, Fault};
pub use event::{
    CancelReason, Event, EventBody, Exclusion, PlanSummary, PresenceReason, RequeueReason, RevokeReason,
    Route,
};
pub use explain::{AgentStanding, Change, Explanation, Moment, Occasion, Remedy, Standing, Term};
pub use hash::{ContentHash, Digest};
pub use id::{
    AgentId, ChannelId, ID_BYTES_MAX, PriorityId, QueueId, RequestId, RequesterId, SkillId, TicketId,
};
pub use policy::{
    AffinityPolicy, ChannelPolicy, Condition, DEFAULT_NAME, DecisionDetail, DeclinePolicy, Dispatch, Factor,
    FactorTerm, LengthAction, LengthLimit, LexicographicLayer, Limits, OfferPolicy, OfflinePolicy, OrderKind,
    OwnerAffinity, Policy, Prefer, PriorityPolicy, QueuePolicy, ReadyMade, RelaxationStep, Routing,
    RoutingEffect, RoutingMode, RoutingRule, Severity, SkillPolicy, SplitShare, StepCondition,
    StrategyPolicy, StrictClass, Target, TargetKind, Warning, WarningCode,
};
pub use presence::Presence;
pub use rule::{Denial, Refusal, Rule};
pub use skill::{LEVEL_MAX, SkillClass, SkillRequirement};
pub use state::TicketState;
pub use strategy::{Batch, BatchTicket, Strategy, StrategyError};
pub use ticket::{PreferredAgent, Ticket, TicketPatch};
pub use time::{Interval, IntervalTable, InvalidSpan, Span, Timestamp};

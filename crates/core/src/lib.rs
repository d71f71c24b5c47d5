//! An embeddable, deterministic engine that decides which agent gets which ticket.
//!
//! A support desk decides thousands of times a day who gets which ticket: by skill, workload, priority, promise and fairness.
//! [`Engine`] does that inside the helpdesk you have. It is a state machine without input or output: commands at stated times
//! give events, the same everywhere. After every command no ticket waits that some agent may take, and every decision can
//! be explained.
//!
//! | to… | use |
//! |---|---|
//! | say what there is | [`Ticket`], [`Agent`], [`Policy`] |
//! | do something | [`Engine::execute`] with a [`Command`] |
//! | know what happened | the [`Event`]s of the [`Outcome`] |
//! | know when to call next | [`Engine::next_due`] and [`Command::Tick`] |
//! | know why | [`Engine::explain`], [`Engine::explain_event`], [`Engine::timeline`] |
//! | keep it | [`Engine::snapshot`] and the events since, or the events alone with [`Engine::apply`] |
//! | try something | [`Engine::fork`], [`Engine::decide`], [`Engine::preview_policy`], [`Policy::lint`] |
//! | choose yourself | [`Strategy`], or [`Engine::candidates`] and [`Command::Claim`] |
//!
//! # Example: offers, and what happens when nobody answers
//!
//! ```
//! use deskmatch::{Agent, Command, Engine, EventBody, Policy, Ticket, Timestamp};
//!
//! let policy = Policy::from_json(r#"{ "queues": { "chat": { "offers": { "timeout": "30s" } } } }"#)?;
//! let mut engine = Engine::new(policy)?;
//! engine.execute(Timestamp(0), Command::add_agent(Agent::new("ada")))?;
//! engine.execute(Timestamp(0), Command::submit(Ticket::new("T-1")))?;
//!
//! // The engine says when it next has something to do.
//! assert_eq!(engine.next_due(), Some(Timestamp(30_000)));
//! let outcome = engine.execute(Timestamp(30_000), Command::Tick {})?;
//! assert!(matches!(&outcome.events[0].body, EventBody::OfferExpired { agent, .. } if *agent == "ada"));
//! assert_eq!(engine.agent("ada").map(|ada| ada.presence()), Some(deskmatch::Presence::Away));
//! # Ok::<(), deskmatch::Error>(())
//! ```

// Rounding differs between platforms and orders of summing: decisions count in millionths instead.
#![deny(clippy::float_arithmetic, clippy::float_cmp, clippy::cast_precision_loss)]

mod agent;
mod attribute;
mod by_value;
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

#[doc(hidden)]
pub use deskmatch_matching::order;

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
    AgentPrice, CancelReason, Event, EventBody, Exclusion, PlanSummary, PresenceReason, RequeueReason,
    RevokeReason, Route, SkillPrice,
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

//! Events: everything that happened, enough to rebuild the state.

use crate::agent::{Agent, AgentPatch};
use crate::attribute::Attributes;
use crate::by_value;
use crate::decision::Decision;
use crate::hash::ContentHash;
use crate::id::{AgentId, ChannelId, PriorityId, QueueId, RequestId, SkillId, TicketId};
use crate::policy::{Policy, TargetKind};
use crate::presence::Presence;
use crate::rule::Refusal;
use crate::skill::SkillRequirement;
use crate::ticket::{Ticket, TicketPatch};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// One thing that happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Event {
    /// Its number: 1 for the first of an engine, without gaps.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// The request id of the command that led to it, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// What.
    #[serde(flatten)]
    pub body: EventBody,
}

/// What happened. In JSON an object whose `type` is the name in snake case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventBody {
    /// A policy is in force from now on.
    PolicyChanged {
        /// Its hash, which decisions carry.
        hash: ContentHash,
        /// The policy.
        #[serde(deserialize_with = "by_value::part")]
        policy: Box<Policy>,
    },
    /// An agent is known.
    AgentAdded {
        /// The agent.
        #[serde(deserialize_with = "by_value::part")]
        agent: Box<Agent>,
    },
    /// An agent has changed.
    AgentUpdated {
        /// The agent.
        agent: AgentId,
        /// What changed.
        #[serde(deserialize_with = "by_value::part")]
        patch: Box<AgentPatch>,
    },
    /// An agent is no longer known. What it held was taken from it by events before this one.
    AgentRemoved {
        /// The agent.
        agent: AgentId,
    },
    /// An agent's presence has changed.
    PresenceChanged {
        /// The agent.
        agent: AgentId,
        /// What it is now.
        presence: Presence,
        /// The channel; altogether if not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<ChannelId>,
        /// Why.
        reason: PresenceReason,
    },
    /// A ticket has come in.
    Submitted {
        /// The ticket, with the moment of its creation.
        #[serde(deserialize_with = "by_value::part")]
        ticket: Box<Ticket>,
    },
    /// Routing rules have completed a ticket.
    Routed {
        /// The ticket.
        ticket: TicketId,
        /// What they set.
        route: Box<Route>,
    },
    /// A ticket is held back until a moment.
    Scheduled {
        /// The ticket.
        ticket: TicketId,
        /// The moment.
        until: Timestamp,
    },
    /// A ticket waits in a queue.
    Queued {
        /// The ticket.
        ticket: TicketId,
        /// The queue.
        queue: QueueId,
    },
    /// A ticket is offered to an agent.
    Offered {
        /// The ticket.
        ticket: TicketId,
        /// The agent.
        agent: AgentId,
        /// Until when the offer stands.
        until: Timestamp,
        /// Why this agent.
        decision: Box<Decision>,
    },
    /// An agent has accepted an offer; the assignment follows.
    OfferAccepted {
        /// The ticket.
        ticket: TicketId,
        /// The agent.
        agent: AgentId,
    },
    /// An agent has declined an offer.
    OfferDeclined {
        /// The ticket.
        ticket: TicketId,
        /// The agent.
        agent: AgentId,
        /// Whether it may be asked again.
        excluded: Exclusion,
    },
    /// An agent has let an offer run out.
    OfferExpired {
        /// The ticket.
        ticket: TicketId,
        /// The agent.
        agent: AgentId,
        /// Whether it may be asked again.
        excluded: Exclusion,
    },
    /// An offer was taken back.
    OfferRevoked {
        /// The ticket.
        ticket: TicketId,
        /// The agent.
        agent: AgentId,
        /// Why.
        reason: RevokeReason,
    },
    /// An agent holds the ticket.
    Assigned {
        /// The ticket.
        ticket: TicketId,
        /// The agent.
        agent: AgentId,
        /// Why this agent.
        decision: Box<Decision>,
    },
    /// The agent has responded to the requester for the first time.
    Responded {
        /// The ticket.
        ticket: TicketId,
    },
    /// A ticket waits on its requester.
    Paused {
        /// The ticket.
        ticket: TicketId,
    },
    /// A ticket no longer waits on its requester.
    Resumed {
        /// The ticket.
        ticket: TicketId,
    },
    /// A ticket was taken from its agent and waits again.
    Requeued {
        /// The ticket.
        ticket: TicketId,
        /// The agent that held it.
        agent: AgentId,
        /// Why.
        reason: RequeueReason,
        /// What whoever asked for it said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SmolStr>,
        /// Whether the agent may have it again.
        excluded: Exclusion,
    },
    /// A relaxation step was taken.
    Relaxed {
        /// The ticket.
        ticket: TicketId,
        /// The step: its place in the queue's list, from 0.
        step: u8,
    },
    /// A step has raised a ticket's priority.
    Escalated {
        /// The ticket.
        ticket: TicketId,
        /// The priority before.
        from: PriorityId,
        /// The priority now.
        to: PriorityId,
    },
    /// A ticket has moved to another queue because it waited too long or too many did.
    Overflowed {
        /// The ticket.
        ticket: TicketId,
        /// The queue before.
        from: QueueId,
        /// The queue now.
        to: QueueId,
    },
    /// A service target will be missed soon.
    TargetWarned {
        /// The ticket.
        ticket: TicketId,
        /// The target.
        target: SmolStr,
        /// What it promises.
        kind: TargetKind,
        /// When it will be missed.
        due: Timestamp,
    },
    /// A service target was missed.
    TargetMissed {
        /// The ticket.
        ticket: TicketId,
        /// The target.
        target: SmolStr,
        /// What it promised.
        kind: TargetKind,
        /// When it was due.
        due: Timestamp,
    },
    /// Somebody has moved a ticket to another queue, where it waits.
    Transferred {
        /// The ticket.
        ticket: TicketId,
        /// The queue before.
        from: QueueId,
        /// The queue now.
        to: QueueId,
    },
    /// A ticket has changed.
    TicketUpdated {
        /// The ticket.
        ticket: TicketId,
        /// What changed.
        #[serde(deserialize_with = "by_value::part")]
        patch: Box<TicketPatch>,
    },
    /// A ticket is done.
    Resolved {
        /// The ticket.
        ticket: TicketId,
        /// The agent that did it.
        agent: AgentId,
        /// Until when the agent wraps up at most, if it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wrap_up_until: Option<Timestamp>,
    },
    /// The agent has finished wrapping up.
    WrappedUp {
        /// The ticket.
        ticket: TicketId,
        /// The agent.
        agent: AgentId,
    },
    /// A ticket is closed.
    Closed {
        /// The ticket.
        ticket: TicketId,
    },
    /// A ticket was cancelled.
    Cancelled {
        /// The ticket.
        ticket: TicketId,
        /// Why.
        reason: CancelReason,
    },
    /// A closed ticket is open again.
    Reopened {
        /// The ticket.
        ticket: TicketId,
    },
    /// A closed or cancelled ticket is no longer known.
    Forgotten {
        /// The ticket.
        ticket: TicketId,
    },
    /// A batch window of a queue has opened: a ticket waits there that an agent may take.
    WindowOpened {
        /// The queue.
        queue: QueueId,
        /// When it settles.
        until: Timestamp,
    },
    /// A batch was settled by a plan; its assignments follow.
    Planned {
        /// The queue; every queue if not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queue: Option<QueueId>,
        /// The plan in figures.
        summary: Box<PlanSummary>,
    },
    /// A command with a request id was answered.
    Answered {
        /// A hash of the command, so that another one under the same id is noticed.
        command: ContentHash,
        /// The refusal, if that was the answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refusal: Option<Box<Refusal>>,
    },
}

/// What routing rules set on a ticket.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Route {
    /// The rules that took effect, in order.
    pub rules: Vec<SmolStr>,
    /// The queue, if they chose one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    /// The priority, if they set one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<PriorityId>,
    /// The strict class, if they set one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<SmolStr>,
    /// The skills they added or replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillRequirement>,
    /// The attributes they set.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
    /// The targets, if they set them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets: Option<Vec<SmolStr>>,
}

/// For how long an agent does not get a ticket again.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Debug,
    Default,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// It may get it again at once.
    #[default]
    Not,
    /// For as long as the ticket is open.
    ForGood,
    /// Until its presence changes.
    UntilPresenceChanges,
    /// Until a moment.
    Until(Timestamp),
}

/// Why a presence has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresenceReason {
    /// The host said so.
    Command,
    /// The agent let an offer run out.
    MissedOffer,
}

/// Why an offer was taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevokeReason {
    /// Another agent accepted or was given the ticket.
    Taken,
    /// The agent is no longer there.
    AgentLeft,
    /// The agent may no longer have the ticket: it, the ticket or the policy has changed.
    NotEligible,
    /// The ticket was cancelled, moved or taken back.
    TicketMoved,
}

/// Why a ticket waits again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequeueReason {
    /// The host said so.
    Command,
    /// Its agent handed it back.
    Declined,
    /// Its agent has been offline too long.
    AgentOffline,
    /// Its agent was removed.
    AgentRemoved,
    /// Its agent did not respond in time.
    Unanswered,
    /// It was moved to another queue.
    Transferred,
}

/// Why a ticket was cancelled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The host said so.
    Command,
    /// A relaxation step said so.
    Step,
    /// Too many tickets waited.
    QueueFull,
}

/// A plan in figures.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PlanSummary {
    /// Tickets that waited.
    pub tickets: u32,
    /// Tickets that the plan assigns.
    pub assigned: u32,
    /// The sum of the scores of its pairs.
    pub score: i64,
    /// What choosing ticket by ticket would have assigned.
    pub greedy_assigned: u32,
    /// The sum of scores that choosing ticket by ticket would have reached.
    pub greedy_score: i64,
    /// Whether the plan is proved the best there is. Where tickets differ in size or channel it may be a good one instead.
    pub exact: bool,
    /// What no plan can score that assigns as many tickets of each priority, where the plan is not exact but no other is proved to
    /// assign more. None where not even that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<i64>,
    /// The agents that the plan filled and for which one more ticket of room would have helped: the scarcest first, at most 16.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<AgentPrice>,
    /// The skills that the plan's tickets require and that only such agents have: the scarcest first, at most 16.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillPrice>,
}

/// What one more ticket of room with an agent would have been worth to a plan, at most: its dual price.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AgentPrice {
    /// The agent.
    pub agent: AgentId,
    /// Whether one more ticket, or a more urgent one, would have been assigned.
    pub covers: bool,
    /// What the score would have gained, in points. Where `covers` is set that comes first, and this may be below zero.
    pub points: i64,
}

/// What one more ticket of room for a skill would have been worth to a plan, at most: the price of the least scarce of the agents
/// that have it. "One more German speaker is worth 14 points."
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SkillPrice {
    /// The skill.
    pub skill: SkillId,
    /// Whether one more ticket, or a more urgent one, would have been assigned.
    pub covers: bool,
    /// What the score would have gained, in points. Where `covers` is set that comes first, and this may be below zero.
    pub points: i64,
}

impl EventBody {
    /// The moment to come that the event names, for what ends or happens by itself then.
    pub(crate) fn until(&self) -> Option<Timestamp> {
        match self {
            EventBody::Scheduled { until, .. }
            | EventBody::Offered { until, .. }
            | EventBody::WindowOpened { until, .. }
            | EventBody::OfferDeclined { excluded: Exclusion::Until(until), .. }
            | EventBody::OfferExpired { excluded: Exclusion::Until(until), .. }
            | EventBody::Requeued { excluded: Exclusion::Until(until), .. } => Some(*until),
            EventBody::Resolved { wrap_up_until, .. } => *wrap_up_until,
            _ => None,
        }
    }

    /// The name used as `type` in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            EventBody::PolicyChanged { .. } => "policy_changed",
            EventBody::AgentAdded { .. } => "agent_added",
            EventBody::AgentUpdated { .. } => "agent_updated",
            EventBody::AgentRemoved { .. } => "agent_removed",
            EventBody::PresenceChanged { .. } => "presence_changed",
            EventBody::Submitted { .. } => "submitted",
            EventBody::Routed { .. } => "routed",
            EventBody::Scheduled { .. } => "scheduled",
            EventBody::Queued { .. } => "queued",
            EventBody::Offered { .. } => "offered",
            EventBody::OfferAccepted { .. } => "offer_accepted",
            EventBody::OfferDeclined { .. } => "offer_declined",
            EventBody::OfferExpired { .. } => "offer_expired",
            EventBody::OfferRevoked { .. } => "offer_revoked",
            EventBody::Assigned { .. } => "assigned",
            EventBody::Responded { .. } => "responded",
            EventBody::Paused { .. } => "paused",
            EventBody::Resumed { .. } => "resumed",
            EventBody::Requeued { .. } => "requeued",
            EventBody::Relaxed { .. } => "relaxed",
            EventBody::Escalated { .. } => "escalated",
            EventBody::Overflowed { .. } => "overflowed",
            EventBody::TargetWarned { .. } => "target_warned",
            EventBody::TargetMissed { .. } => "target_missed",
            EventBody::Transferred { .. } => "transferred",
            EventBody::TicketUpdated { .. } => "ticket_updated",
            EventBody::Resolved { .. } => "resolved",
            EventBody::WrappedUp { .. } => "wrapped_up",
            EventBody::Closed { .. } => "closed",
            EventBody::Cancelled { .. } => "cancelled",
            EventBody::Reopened { .. } => "reopened",
            EventBody::Forgotten { .. } => "forgotten",
            EventBody::WindowOpened { .. } => "window_opened",
            EventBody::Planned { .. } => "planned",
            EventBody::Answered { .. } => "answered",
        }
    }

    /// The ticket it is about, if it is about one.
    pub fn ticket(&self) -> Option<&TicketId> {
        match self {
            EventBody::Submitted { ticket } => Some(&ticket.id),
            EventBody::Routed { ticket, .. }
            | EventBody::Scheduled { ticket, .. }
            | EventBody::Queued { ticket, .. }
            | EventBody::Offered { ticket, .. }
            | EventBody::OfferAccepted { ticket, .. }
            | EventBody::OfferDeclined { ticket, .. }
            | EventBody::OfferExpired { ticket, .. }
            | EventBody::OfferRevoked { ticket, .. }
            | EventBody::Assigned { ticket, .. }
            | EventBody::Responded { ticket }
            | EventBody::Paused { ticket }
            | EventBody::Resumed { ticket }
            | EventBody::Requeued { ticket, .. }
            | EventBody::Relaxed { ticket, .. }
            | EventBody::Escalated { ticket, .. }
            | EventBody::Overflowed { ticket, .. }
            | EventBody::TargetWarned { ticket, .. }
            | EventBody::TargetMissed { ticket, .. }
            | EventBody::Transferred { ticket, .. }
            | EventBody::TicketUpdated { ticket, .. }
            | EventBody::Resolved { ticket, .. }
            | EventBody::WrappedUp { ticket, .. }
            | EventBody::Closed { ticket }
            | EventBody::Cancelled { ticket, .. }
            | EventBody::Reopened { ticket }
            | EventBody::Forgotten { ticket } => Some(ticket),
            EventBody::PolicyChanged { .. }
            | EventBody::AgentAdded { .. }
            | EventBody::AgentUpdated { .. }
            | EventBody::AgentRemoved { .. }
            | EventBody::PresenceChanged { .. }
            | EventBody::WindowOpened { .. }
            | EventBody::Planned { .. }
            | EventBody::Answered { .. } => None,
        }
    }
}

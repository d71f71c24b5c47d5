//! Tickets, agents and queues as they are now, as plain data.

use deskmatch::{
    AgentId, AgentQueue, AgentView, Attributes, Candidate, Capacity, ChannelId, Interval, PreferredAgent,
    Presence, PriorityId, QueueId, QueueView, RateLimit, RequesterId, SkillId, SkillRequirement, Span,
    TicketId, TicketState, TicketView, Timestamp,
};
#[cfg(feature = "schemas")]
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A ticket as it is now.
#[derive(Serialize)]
#[cfg_attr(feature = "schemas", derive(JsonSchema))]
#[cfg_attr(feature = "schemas", schemars(rename = "TicketView"))]
pub(crate) struct TicketNow<'a> {
    /// Its name.
    id: &'a TicketId,
    /// Where it is in its life.
    state: TicketState,
    /// Since when it is in this state.
    since: Timestamp,
    /// Its queue.
    queue: &'a QueueId,
    /// Its channel.
    channel: &'a ChannelId,
    /// Its priority, after escalations.
    priority: &'a PriorityId,
    /// The strict class it is in, if its queue has classes.
    class: Option<&'a str>,
    /// The skills it was submitted with or routed to, before relaxation.
    skills: Vec<SkillRequirement>,
    /// The skills it requires at this moment, after relaxation.
    required_skills: Vec<SkillRequirement>,
    /// Its attributes.
    attributes: &'a Attributes,
    /// Who asked for help.
    requester: Option<&'a RequesterId>,
    /// Agents tried first, those added by affinity included.
    preferred: &'a [PreferredAgent],
    /// Agents that may not have it.
    excluded: &'a [AgentId],
    /// Its size, if it has one of its own, in units.
    size: Option<u32>,
    /// Its expected effort.
    effort: Option<Span>,
    /// When it came into being.
    created: Timestamp,
    /// How long it has been waiting to be dealt with, in milliseconds since its age began.
    age: i64,
    /// Until when it is scheduled.
    not_before: Option<Timestamp>,
    /// When it is due.
    due: Option<Timestamp>,
    /// The agent that holds it.
    agent: Option<&'a AgentId>,
    /// The live offers of it.
    offers: Vec<LiveOffer<'a>>,
    /// Whether its agent has responded.
    responded: bool,
    /// The relaxation steps taken in its queue, by their places.
    steps_taken: Vec<u8>,
}

/// A live offer.
#[derive(Serialize)]
#[cfg_attr(feature = "schemas", derive(JsonSchema))]
#[cfg_attr(feature = "schemas", schemars(rename = "LiveOffer"))]
pub(crate) struct LiveOffer<'a> {
    /// The agent that holds it.
    agent: &'a AgentId,
    /// Until when it stands.
    until: Timestamp,
}

impl<'a> From<TicketView<'a>> for TicketNow<'a> {
    fn from(view: TicketView<'a>) -> Self {
        Self {
            id: view.id(),
            state: view.state(),
            since: view.since(),
            queue: view.queue(),
            channel: view.channel(),
            priority: view.priority(),
            class: view.class(),
            skills: view.skills(),
            required_skills: view.required_skills(),
            attributes: view.attributes(),
            requester: view.requester(),
            preferred: view.preferred(),
            excluded: view.excluded(),
            size: view.size(),
            effort: view.effort(),
            created: view.created(),
            age: view.age().as_millis(),
            not_before: view.not_before(),
            due: view.due(),
            agent: view.agent(),
            offers: view.offers().into_iter().map(|(agent, until)| LiveOffer { agent, until }).collect(),
            responded: view.responded(),
            steps_taken: view.steps_taken(),
        }
    }
}

/// An agent as it is now: its description, and what it holds.
#[derive(Serialize)]
#[cfg_attr(feature = "schemas", derive(JsonSchema))]
#[cfg_attr(feature = "schemas", schemars(rename = "AgentView"))]
pub(crate) struct AgentNow<'a> {
    /// Its name.
    id: &'a AgentId,
    /// Skills with their levels, 1 to 100.
    skills: &'a BTreeMap<SkillId, u8>,
    /// The queues it serves. None at all means every queue, at rank 0 and without delay.
    queues: &'a [AgentQueue],
    /// How much it can hold at once.
    capacity: &'a Capacity,
    /// The channels it may work on. None at all means every channel.
    channels: &'a [ChannelId],
    /// What else the desk knows of it.
    attributes: &'a Attributes,
    /// Its share of the work beside the others'.
    weight: u32,
    /// Whether it is there.
    presence: Presence,
    /// What differs on single channels.
    channel_presence: &'a BTreeMap<ChannelId, Presence>,
    /// When it works. None at all means always.
    shifts: &'a [Interval],
    /// The most assignments in a window, if it has a limit of its own.
    rate_limit: Option<RateLimit>,
    /// Whether it is on shift.
    on_shift: bool,
    /// Units taken by its tickets and offers. Forced assignments and tickets that woke may lift it above the capacity.
    units_used: u64,
    /// Units free.
    units_free: u64,
    /// The tickets it holds, the first submitted first.
    tickets: Vec<&'a TicketId>,
    /// The tickets it holds an offer of, the first submitted first.
    offers: Vec<&'a TicketId>,
    /// When it last got or finished work, or came online.
    idle_since: Timestamp,
    /// Work received over its weight: units, in parts of 10^9 for a weight of one.
    ledger: u64,
    /// As a candidate for a ticket, its score by the factors of the queue, in points of a millionth; not there where the queue has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<i64>,
}

impl<'a> From<AgentView<'a>> for AgentNow<'a> {
    fn from(view: AgentView<'a>) -> Self {
        let agent = view.agent();
        Self {
            id: view.id(),
            skills: &agent.skills,
            queues: &agent.queues,
            capacity: &agent.capacity,
            channels: &agent.channels,
            attributes: &agent.attributes,
            weight: agent.weight,
            presence: view.presence(),
            channel_presence: &agent.channel_presence,
            shifts: &agent.shifts,
            rate_limit: agent.rate_limit,
            on_shift: view.on_shift(),
            units_used: view.units_used(),
            units_free: view.units_free(),
            tickets: view.tickets(),
            offers: view.offers(),
            idle_since: view.idle_since(),
            ledger: view.ledger(),
            score: None,
        }
    }
}

/// A queue as it is now.
#[derive(Serialize)]
#[cfg_attr(feature = "schemas", derive(JsonSchema))]
#[cfg_attr(feature = "schemas", schemars(rename = "QueueView"))]
pub(crate) struct QueueNow<'a> {
    /// Its name.
    id: &'a QueueId,
    /// How many of its tickets wait without an offer.
    waiting: usize,
    /// How many agents serve it.
    agents: usize,
    /// When its batch window settles, if one is open.
    settles_at: Option<Timestamp>,
    /// Its tickets that wait without an offer, in the order in which they go.
    tickets: Vec<&'a TicketId>,
}

impl<'a> From<QueueView<'a>> for QueueNow<'a> {
    fn from(view: QueueView<'a>) -> Self {
        Self {
            id: view.id(),
            waiting: view.waiting(),
            agents: view.agents(),
            settles_at: view.settles_at(),
            tickets: view.tickets().iter().map(TicketView::id).collect(),
        }
    }
}

/// The agents of candidates, with their scores.
pub(crate) fn agents_of<'a>(candidates: &[Candidate<'a>]) -> Vec<AgentNow<'a>> {
    let one = |candidate: &Candidate<'a>| AgentNow {
        score: candidate.score(),
        ..AgentNow::from(*candidate.agent())
    };
    candidates.iter().map(one).collect()
}

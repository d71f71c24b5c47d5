//! Tickets, agents and queues as they were when they were asked for.

use crate::record::{ClassInfo, complete, record};
use deskmatch::{
    AgentId, AttributeValue, ChannelId, PriorityId, QueueId, RequesterId, SkillId, TicketId, TicketState,
    Timestamp,
};
use pyo3::prelude::*;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// What a [`deskmatch::TicketView`] says.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TicketNow {
    id: TicketId,
    state: TicketState,
    since: Timestamp,
    queue: QueueId,
    channel: ChannelId,
    priority: PriorityId,
    class: Option<SmolStr>,
    agent: Option<AgentId>,
    offers: Vec<(AgentId, Timestamp)>,
    skills: Vec<deskmatch::SkillRequirement>,
    required_skills: Vec<deskmatch::SkillRequirement>,
    attributes: BTreeMap<SmolStr, AttributeValue>,
    requester: Option<RequesterId>,
    preferred: Vec<deskmatch::PreferredAgent>,
    excluded: Vec<AgentId>,
    size: Option<u32>,
    effort: Option<i64>,
    created: Timestamp,
    age: i64,
    not_before: Option<Timestamp>,
    due: Option<Timestamp>,
    responded: bool,
    steps_taken: Vec<u8>,
}

impl From<deskmatch::TicketView<'_>> for TicketNow {
    fn from(it: deskmatch::TicketView<'_>) -> Self {
        Self {
            id: it.id().clone(),
            state: it.state(),
            since: it.since(),
            queue: it.queue().clone(),
            channel: it.channel().clone(),
            priority: it.priority().clone(),
            class: it.class().map(SmolStr::new),
            agent: it.agent().cloned(),
            offers: it.offers().into_iter().map(|(agent, until)| (agent.clone(), until)).collect(),
            skills: it.skills(),
            required_skills: it.required_skills(),
            attributes: it.attributes().clone(),
            requester: it.requester().cloned(),
            preferred: it.preferred().to_vec(),
            excluded: it.excluded().to_vec(),
            size: it.size(),
            effort: it.effort().map(|effort| effort.as_millis()),
            created: it.created(),
            age: it.age().as_millis(),
            not_before: it.not_before(),
            due: it.due(),
            responded: it.responded(),
            steps_taken: it.steps_taken(),
        }
    }
}

/// What a [`deskmatch::AgentView`] says.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AgentNow {
    id: AgentId,
    agent: deskmatch::Agent,
    presence: deskmatch::Presence,
    on_shift: bool,
    skills: BTreeMap<SkillId, u8>,
    attributes: BTreeMap<SmolStr, AttributeValue>,
    weight: u32,
    units_used: u64,
    units_free: u64,
    held_of_channel: BTreeMap<ChannelId, u32>,
    tickets: Vec<TicketId>,
    offers: Vec<TicketId>,
    idle_since: Timestamp,
    ledger: u64,
    score: Option<i64>,
}

impl AgentNow {
    /// As [`new`](Self::new), with its score.
    pub(crate) fn of_candidate(it: &deskmatch::Candidate<'_>, channels: &[ChannelId]) -> Self {
        Self { score: it.score(), ..Self::new(*it.agent(), channels) }
    }

    /// `channels` are those of the policy.
    pub(crate) fn new(it: deskmatch::AgentView<'_>, channels: &[ChannelId]) -> Self {
        let held = channels.iter().map(|channel| (channel.clone(), it.held_of_channel(channel.as_str())));
        Self {
            id: it.id().clone(),
            agent: it.agent().clone(),
            presence: it.presence(),
            on_shift: it.on_shift(),
            skills: it.agent().skills.clone(),
            attributes: it.agent().attributes.clone(),
            weight: it.agent().weight,
            units_used: it.units_used(),
            units_free: it.units_free(),
            held_of_channel: held.filter(|(_, held)| *held > 0).collect(),
            tickets: it.tickets().into_iter().cloned().collect(),
            offers: it.offers().into_iter().cloned().collect(),
            idle_since: it.idle_since(),
            ledger: it.ledger(),
            score: None,
        }
    }
}

/// What a [`deskmatch::QueueView`] says.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct QueueNow {
    id: QueueId,
    waiting: usize,
    agents: usize,
    settles_at: Option<Timestamp>,
    tickets: Vec<TicketId>,
}

impl From<deskmatch::QueueView<'_>> for QueueNow {
    fn from(it: deskmatch::QueueView<'_>) -> Self {
        Self {
            id: it.id().clone(),
            waiting: it.waiting(),
            agents: it.agents(),
            settles_at: it.settles_at(),
            tickets: it.tickets().iter().map(|ticket| ticket.id().clone()).collect(),
        }
    }
}

record! {
    /// A ticket as it was when it was asked for.
    TicketView(TicketNow) {
        /// Its name.
        id (id): TicketId,
        /// Where it is in its life.
        state (state): TicketState,
        /// Since when it is in this state, in milliseconds since 1970.
        since (since): Timestamp,
        /// Its queue.
        queue (queue): QueueId,
        /// Its channel.
        channel (channel): ChannelId,
        /// Its priority, after escalations.
        priority (priority): PriorityId,
        /// The strict class it is in, if its queue has classes.
        class_ (class): Option<SmolStr>,
        /// The agent that holds it.
        agent (agent): Option<AgentId>,
        /// The agents that hold a live offer of it, and until when.
        offers (offers): Vec<(AgentId, Timestamp)>,
        /// The skills it was submitted with or routed to, before relaxation.
        skills (skills): Vec<deskmatch::SkillRequirement>,
        /// The skills it requires at this moment, after relaxation.
        required_skills (required_skills): Vec<deskmatch::SkillRequirement>,
        /// Its attributes.
        attributes (attributes): BTreeMap<SmolStr, AttributeValue>,
        /// Who asked for help.
        requester (requester): Option<RequesterId>,
        /// Agents tried first, those added by affinity included.
        preferred (preferred): Vec<deskmatch::PreferredAgent>,
        /// Agents that may not have it.
        excluded (excluded): Vec<AgentId>,
        /// Its size in units, if it has one of its own.
        size (size): Option<u32>,
        /// Its expected effort, in milliseconds.
        effort (effort): Option<i64>,
        /// When it came into being, in milliseconds since 1970.
        created (created): Timestamp,
        /// How long it has been waiting to be dealt with, in milliseconds since its age began.
        age (age): i64,
        /// Until when it is scheduled.
        not_before (not_before): Option<Timestamp>,
        /// When it is due.
        due (due): Option<Timestamp>,
        /// Whether its agent has responded.
        responded (responded): bool,
        /// The relaxation steps taken in its queue, by their places.
        steps_taken (steps_taken): Vec<u8>,
    }
}

record! {
    /// An agent as it was when it was asked for.
    AgentView(AgentNow) {
        /// Its name.
        id (id): AgentId,
        /// Its description, with its present presence.
        agent (agent): deskmatch::Agent,
        /// Whether it is there.
        presence (presence): deskmatch::Presence,
        /// Whether it is on shift.
        on_shift (on_shift): bool,
        /// Skills with their levels, 1 to 100.
        skills (skills): BTreeMap<SkillId, u8>,
        /// What else the desk knows.
        attributes (attributes): BTreeMap<SmolStr, AttributeValue>,
        /// Its share of the work beside the others'.
        weight (weight): u32,
        /// Units taken by its tickets and offers.
        units_used (units_used): u64,
        /// Units free.
        units_free (units_free): u64,
        /// Tickets and offers that count against the maximum of a channel, where there are some.
        held_of_channel (held_of_channel): BTreeMap<ChannelId, u32>,
        /// The tickets it holds, the first submitted first.
        tickets (tickets): Vec<TicketId>,
        /// The tickets it holds an offer of, the first submitted first.
        offers (offers): Vec<TicketId>,
        /// When it last got or finished work, or came online; milliseconds since 1970.
        idle_since (idle_since): Timestamp,
        /// Work received over its weight: units, in parts of 10^9 for a weight of one.
        ledger (ledger): u64,
        /// As a candidate for a ticket, its score by the factors of the queue, in points of a millionth; none where the queue has none.
        score (score): Option<i64>,
    }

    /// Its level in a skill; 0 if it has not got it.
    fn level(&self, skill: &str) -> PyResult<u8> {
        crate::guard::guard(|| Ok(self.0.skills.get(skill).copied().unwrap_or(0)))
    }
}

record! {
    /// A queue as it was when it was asked for.
    QueueView(QueueNow) {
        /// Its name.
        id (id): QueueId,
        /// How many of its tickets wait without an offer.
        waiting (waiting): usize,
        /// How many agents serve it.
        agents (agents): usize,
        /// When its batch window settles, if one is open.
        settles_at (settles_at): Option<Timestamp>,
        /// Its tickets that wait without an offer, in the order in which they go.
        tickets (tickets): Vec<TicketId>,
    }
}

complete! {
    TicketNow {
        id, state, since, queue, channel, priority, class, agent, offers, skills, required_skills, attributes, requester,
        preferred, excluded, size, effort, created, age, not_before, due, responded, steps_taken,
    }
    AgentNow {
        id, agent, presence, on_shift, skills, attributes, weight, units_used, units_free, held_of_channel, tickets, offers,
        idle_since, ledger, score,
    }
    QueueNow { id, waiting, agents, settles_at, tickets }
}

pub(crate) const CLASSES: &[ClassInfo] = &[TicketView::CLASS, AgentView::CLASS, QueueView::CLASS];

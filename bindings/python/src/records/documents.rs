//! What a desk says of its tickets and agents.

use crate::record::{ClassInfo, complete, record};
use pyo3::prelude::*;
use smol_str::SmolStr;
use std::collections::BTreeMap;

record! {
    /// A ticket as a desk submits it: what it is, what it asks of an agent, and when.
    ///
    /// Only the id is needed; the policy and its routing rules fill in the rest.
    Ticket(deskmatch::Ticket) {
        /// The ticket's name, unique among the tickets the engine still knows.
        id (id): deskmatch::TicketId,
        /// The queue; chosen by routing rules, else the policy's default, if not given.
        queue (queue): Option<deskmatch::QueueId>,
        /// The channel; the policy's default if not given.
        channel (channel): Option<deskmatch::ChannelId>,
        /// The priority; the policy's default if not given.
        priority (priority): Option<deskmatch::PriorityId>,
        /// The skills asked for; at most 255, none twice.
        skills (skills): Vec<deskmatch::SkillRequirement>,
        /// What else the desk knows, for rules and explanations.
        attributes (attributes): deskmatch::Attributes,
        /// Who asked for help.
        requester (requester): Option<deskmatch::RequesterId>,
        /// Agents to try first, in this order.
        preferred (preferred): Vec<deskmatch::PreferredAgent>,
        /// Agents that may not have the ticket.
        excluded (excluded): Vec<deskmatch::AgentId>,
        /// What the ticket costs its agent, in units; what its channel costs if not given.
        size (size): Option<u32>,
        /// How much work the ticket is expected to be.
        effort (effort): Option<deskmatch::Span>,
        /// The ticket is scheduled until this moment.
        not_before (not_before): Option<deskmatch::Timestamp>,
        /// When the ticket is due, for the order `deadline` and the factor `slack`.
        due (due): Option<deskmatch::Timestamp>,
        /// When the ticket came into being; its age counts from here (from `not_before` if that is later). The moment of
        /// submission if not given. May not lie in the future.
        created (created): Option<deskmatch::Timestamp>,
    }
}

record! {
    /// An agent to try first with a ticket.
    PreferredAgent(deskmatch::PreferredAgent) {
        /// The agent. It need not be known yet.
        agent (agent): deskmatch::AgentId,
        /// Until when; for as long as the ticket is open if not given.
        until (until): Option<deskmatch::Timestamp>,
        /// Whether nobody but the exclusive agents may have the ticket until then. False by default.
        exclusive (exclusive): bool,
        /// Whether the entry counts only while the agent is online and on shift. False by default.
        while_present (while_present): bool,
    }
}

record! {
    /// A change to a ticket. What is not given stays as it is.
    TicketPatch(deskmatch::TicketPatch) {
        /// A new priority.
        priority (priority): Option<deskmatch::PriorityId>,
        /// New skills, in place of all the old ones.
        skills (skills): Option<Vec<deskmatch::SkillRequirement>>,
        /// Attributes to set; a null takes one away.
        attributes (attributes): BTreeMap<SmolStr, Option<deskmatch::AttributeValue>>,
        /// New preferred agents, in place of all the old ones.
        preferred (preferred): Option<Vec<deskmatch::PreferredAgent>>,
        /// New excluded agents, in place of all the old ones.
        excluded (excluded): Option<Vec<deskmatch::AgentId>>,
        /// A new size, in units. Refused while an agent holds the ticket.
        size (size): Option<u32>,
        /// A new expected effort.
        effort (effort): Option<deskmatch::Span>,
        /// A new due moment.
        due (due): Option<deskmatch::Timestamp>,
    }
}

record! {
    /// One skill that a ticket asks for, at a minimum level.
    SkillRequirement(deskmatch::SkillRequirement) {
        /// The skill.
        skill (skill): deskmatch::SkillId,
        /// The lowest level that will do, 1 to 100; 1 by default.
        level (level): u8,
        /// Whether the ticket cannot do without; required by default.
        class_ (class): deskmatch::SkillClass,
    }
}

record! {
    /// An agent as a desk describes it: what it can do, for whom, how much at once, and when.
    Agent(deskmatch::Agent) {
        /// The agent's name, unique in the engine.
        id (id): deskmatch::AgentId,
        /// Skills with their levels, 1 to 100.
        skills (skills): BTreeMap<deskmatch::SkillId, u8>,
        /// The queues this agent serves. None at all means every queue, at rank 0 and without delay.
        queues (queues): Vec<deskmatch::AgentQueue>,
        /// How much the agent can hold at once; one unit by default.
        capacity (capacity): deskmatch::Capacity,
        /// The channels the agent may work on. None at all means every channel.
        channels (channels): Vec<deskmatch::ChannelId>,
        /// What else the desk knows, for selectors and factors.
        attributes (attributes): deskmatch::Attributes,
        /// The agent's share of the work beside the others', 1 to 10,000; 100 by default.
        weight (weight): u32,
        /// Whether the agent is there; online by default.
        presence (presence): deskmatch::Presence,
        /// What differs on single channels. A channel can only be less available than the agent.
        channel_presence (channel_presence): BTreeMap<deskmatch::ChannelId, deskmatch::Presence>,
        /// When the agent works: sorted intervals that do not overlap. None at all means always.
        shifts (shifts): Vec<deskmatch::Interval>,
        /// The most assignments in a window; what the policy says by default.
        rate_limit (rate_limit): Option<deskmatch::RateLimit>,
    }
}

record! {
    /// A queue that an agent serves.
    AgentQueue(deskmatch::AgentQueue) {
        /// The queue.
        queue (queue): deskmatch::QueueId,
        /// Which queue the agent serves first: lower before higher, equal ones by the order of their tickets.
        rank (rank): u16,
        /// How old a ticket must be before this agent is shown it.
        delay (delay): deskmatch::Span,
    }
}

record! {
    /// A change to an agent. What is not given stays as it is. Presence has a command of its own.
    AgentPatch(deskmatch::AgentPatch) {
        /// New skills, in place of all the old ones.
        skills (skills): Option<BTreeMap<deskmatch::SkillId, u8>>,
        /// New queues, in place of all the old ones.
        queues (queues): Option<Vec<deskmatch::AgentQueue>>,
        /// A new capacity. Work held above it stays.
        capacity (capacity): Option<deskmatch::Capacity>,
        /// New channels, in place of all the old ones.
        channels (channels): Option<Vec<deskmatch::ChannelId>>,
        /// Attributes to set; a null takes one away.
        attributes (attributes): BTreeMap<SmolStr, Option<deskmatch::AttributeValue>>,
        /// A new share.
        weight (weight): Option<u32>,
        /// New shifts, in place of all the old ones.
        shifts (shifts): Option<Vec<deskmatch::Interval>>,
        /// A new rate limit.
        rate_limit (rate_limit): Option<deskmatch::RateLimit>,
    }
}

record! {
    /// How much work an agent can hold at once: units in all, and per channel a cost and a maximum count.
    ///
    /// Both limits hold together. A ticket costs its own size if it has one, else what its channel costs this agent, else
    /// what the policy's channel costs.
    Capacity(deskmatch::Capacity) {
        /// Units in all, 0 to 1,000,000,000.
        units (units): u32,
        /// What is special to a channel.
        channels (channels): BTreeMap<deskmatch::ChannelId, deskmatch::ChannelCapacity>,
    }
}

record! {
    /// What is special to one channel of an agent's capacity.
    ChannelCapacity(deskmatch::ChannelCapacity) {
        /// The most tickets of this channel at once; no limit by default.
        max (max): Option<u32>,
        /// What a ticket of this channel costs, in units; what the policy says by default.
        units (units): Option<u32>,
    }
}

record! {
    /// At most so many assignments in a sliding window.
    ///
    /// An open offer counts as an assignment for as long as it stands, so that what an agent accepts never exceeds the limit.
    RateLimit(deskmatch::RateLimit) {
        /// The most assignments in the window, 1 to 10,000.
        max (max): u32,
        /// The length of the window. An assignment counts until exactly this long after it.
        window (window): deskmatch::Span,
    }
}

record! {
    /// A half-open interval of time, `from` included and `to` not.
    Interval(deskmatch::Interval) {
        /// The first moment inside.
        from_ (from): deskmatch::Timestamp,
        /// The first moment after.
        to (to): deskmatch::Timestamp,
    }
}

complete! {
    deskmatch::Ticket { id, queue, channel, priority, skills, attributes, requester, preferred, excluded, size, effort, not_before, due, created }
    deskmatch::PreferredAgent { agent, until, exclusive, while_present }
    deskmatch::TicketPatch { priority, skills, attributes, preferred, excluded, size, effort, due }
    deskmatch::SkillRequirement { skill, level, class }
    deskmatch::Agent { id, skills, queues, capacity, channels, attributes, weight, presence, channel_presence, shifts, rate_limit }
    deskmatch::AgentQueue { queue, rank, delay }
    deskmatch::AgentPatch { skills, queues, capacity, channels, attributes, weight, shifts, rate_limit }
    deskmatch::Capacity { units, channels }
    deskmatch::ChannelCapacity { max, units }
    deskmatch::RateLimit { max, window }
    deskmatch::Interval { from, to }
}

pub(crate) const CLASSES: &[ClassInfo] = &[
    Ticket::CLASS,
    PreferredAgent::CLASS,
    TicketPatch::CLASS,
    SkillRequirement::CLASS,
    Agent::CLASS,
    AgentQueue::CLASS,
    AgentPatch::CLASS,
    Capacity::CLASS,
    ChannelCapacity::CLASS,
    RateLimit::CLASS,
    Interval::CLASS,
];

/// The agent of an argument: an `Agent`, or its document.
pub(crate) fn agent_of(value: &Bound<'_, PyAny>, path: &str) -> PyResult<deskmatch::Agent> {
    match value.cast::<Agent>() {
        Ok(agent) => Ok(agent.get().0.clone()),
        Err(_) => crate::input::read(value, path),
    }
}

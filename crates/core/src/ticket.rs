//! A ticket as a desk submits it.

use crate::attribute::{AttributeValue, Attributes};
use crate::id::{AgentId, ChannelId, PriorityId, QueueId, RequesterId, TicketId};
use crate::skill::SkillRequirement;
use crate::time::{Span, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A ticket as a desk submits it: what it is, what it asks of an agent, and when.
///
/// Only the id is needed; the policy and its routing rules fill in the rest.
///
/// ```
/// use deskmatch::{SkillRequirement, Ticket};
///
/// let ticket = Ticket::new("T-1")
///     .with_queue("support")
///     .with_priority("high")
///     .with_skill(SkillRequirement::required("german", 50))
///     .with_attribute("plan", "gold");
/// assert_eq!(ticket.id, "T-1");
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// The ticket's name, unique among the tickets the engine still knows.
    pub id: TicketId,
    /// The queue; chosen by routing rules, else the policy's default, if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    /// The channel; the policy's default if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelId>,
    /// The priority; the policy's default if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<PriorityId>,
    /// The skills asked for; at most 255, none twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillRequirement>,
    /// What else the desk knows, for rules and explanations.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
    /// Who asked for help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<RequesterId>,
    /// Agents to try first, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preferred: Vec<PreferredAgent>,
    /// Agents that may not have the ticket.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<AgentId>,
    /// What the ticket costs its agent, in units; what its channel costs if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
    /// How much work the ticket is expected to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<Span>,
    /// The ticket is scheduled until this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// When the ticket is due, for the order `deadline` and the factor `slack`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// When the ticket came into being; its age counts from here (from `not_before` if that is later). The moment of
    /// submission if not given. May not lie in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
}

impl Ticket {
    /// A ticket of which only the name is known.
    pub fn new(id: impl Into<TicketId>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    /// Sets the queue.
    #[must_use]
    pub fn with_queue(mut self, queue: impl Into<QueueId>) -> Self {
        self.queue = Some(queue.into());
        self
    }

    /// Sets the channel.
    #[must_use]
    pub fn with_channel(mut self, channel: impl Into<ChannelId>) -> Self {
        self.channel = Some(channel.into());
        self
    }

    /// Sets the priority.
    #[must_use]
    pub fn with_priority(mut self, priority: impl Into<PriorityId>) -> Self {
        self.priority = Some(priority.into());
        self
    }

    /// Asks for one more skill.
    #[must_use]
    pub fn with_skill(mut self, skill: SkillRequirement) -> Self {
        self.skills.push(skill);
        self
    }

    /// Sets an attribute.
    #[must_use]
    pub fn with_attribute(mut self, name: impl Into<SmolStr>, value: impl Into<AttributeValue>) -> Self {
        self.attributes.insert(name.into(), value.into());
        self
    }

    /// Sets who asked for help.
    #[must_use]
    pub fn with_requester(mut self, requester: impl Into<RequesterId>) -> Self {
        self.requester = Some(requester.into());
        self
    }

    /// Adds an agent to try first, after those added before.
    #[must_use]
    pub fn with_preferred(mut self, preferred: PreferredAgent) -> Self {
        self.preferred.push(preferred);
        self
    }

    /// Adds an agent that may not have the ticket.
    #[must_use]
    pub fn with_excluded(mut self, agent: impl Into<AgentId>) -> Self {
        self.excluded.push(agent.into());
        self
    }

    /// Sets what the ticket costs its agent, in units.
    #[must_use]
    pub fn with_size(mut self, units: u32) -> Self {
        self.size = Some(units);
        self
    }

    /// Sets the expected work.
    #[must_use]
    pub fn with_effort(mut self, effort: Span) -> Self {
        self.effort = Some(effort);
        self
    }

    /// Schedules the ticket.
    #[must_use]
    pub fn with_not_before(mut self, at: impl Into<Timestamp>) -> Self {
        self.not_before = Some(at.into());
        self
    }

    /// Sets when the ticket is due.
    #[must_use]
    pub fn with_due(mut self, at: impl Into<Timestamp>) -> Self {
        self.due = Some(at.into());
        self
    }

    /// Sets when the ticket came into being.
    #[must_use]
    pub fn with_created(mut self, at: impl Into<Timestamp>) -> Self {
        self.created = Some(at.into());
        self
    }
}

/// An agent to try first with a ticket.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreferredAgent {
    /// The agent. It need not be known yet.
    pub agent: AgentId,
    /// Until when; for as long as the ticket is open if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Whether nobody but the exclusive agents may have the ticket until then. False by default.
    #[serde(default)]
    pub exclusive: bool,
    /// Whether the entry counts only while the agent is online and on shift. False by default.
    #[serde(default)]
    pub while_present: bool,
}

impl PreferredAgent {
    /// An agent to try first, for as long as the ticket is open.
    pub fn new(agent: impl Into<AgentId>) -> Self {
        Self { agent: agent.into(), until: None, exclusive: false, while_present: false }
    }

    /// An agent that alone may have the ticket until a moment.
    pub fn only(agent: impl Into<AgentId>, until: impl Into<Timestamp>) -> Self {
        Self { agent: agent.into(), until: Some(until.into()), exclusive: true, while_present: false }
    }
}

/// A change to a ticket. What is not given stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketPatch {
    /// A new priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<PriorityId>,
    /// New skills, in place of all the old ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skills: Option<Vec<SkillRequirement>>,
    /// Attributes to set; a null takes one away.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub attributes: std::collections::BTreeMap<SmolStr, Option<AttributeValue>>,
    /// New preferred agents, in place of all the old ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred: Option<Vec<PreferredAgent>>,
    /// New excluded agents, in place of all the old ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded: Option<Vec<AgentId>>,
    /// A new size, in units. Refused while an agent holds the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
    /// A new expected effort.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<Span>,
    /// A new due moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}

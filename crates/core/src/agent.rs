//! An agent as a desk describes it.

use crate::attribute::{AttributeValue, Attributes};
use crate::capacity::{Capacity, RateLimit};
use crate::id::{AgentId, ChannelId, QueueId, SkillId};
use crate::presence::Presence;
use crate::time::{Interval, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// An agent as a desk describes it: what it can do, for whom, how much at once, and when.
///
/// ```
/// use deskmatch::{Agent, Capacity};
///
/// let ada = Agent::new("ada").with_skill("german", 80).with_queue("support").with_capacity(Capacity::units(3));
/// assert_eq!(ada.skills["german"], 80);
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// The agent's name, unique in the engine.
    pub id: AgentId,
    /// Skills with their levels, 1 to 100.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skills: BTreeMap<SkillId, u8>,
    /// The queues this agent serves. None at all means every queue, at rank 0 and without delay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queues: Vec<AgentQueue>,
    /// How much the agent can hold at once; one unit by default.
    #[serde(default)]
    pub capacity: Capacity,
    /// The channels the agent may work on. None at all means every channel.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelId>,
    /// What else the desk knows, for selectors and factors.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
    /// The agent's share of the work beside the others', 1 to 10,000; 100 by default.
    #[serde(default = "weight_default")]
    pub weight: u32,
    /// Whether the agent is there; online by default.
    #[serde(default)]
    pub presence: Presence,
    /// What differs on single channels. A channel can only be less available than the agent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub channel_presence: BTreeMap<ChannelId, Presence>,
    /// When the agent works: sorted intervals that do not overlap. None at all means always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shifts: Vec<Interval>,
    /// The most assignments in a window; what the policy says by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
}

const fn weight_default() -> u32 {
    Agent::WEIGHT_DEFAULT
}

/// An agent without a name, which the engine refuses.
impl Default for Agent {
    fn default() -> Self {
        Agent::new("")
    }
}

impl Agent {
    /// The share of an agent of which nothing else is said.
    pub const WEIGHT_DEFAULT: u32 = 100;

    /// An agent that is online, holds one unit, serves every queue and has no skill.
    pub fn new(id: impl Into<AgentId>) -> Self {
        Self {
            id: id.into(),
            skills: BTreeMap::new(),
            queues: Vec::new(),
            capacity: Capacity::default(),
            channels: Vec::new(),
            attributes: Attributes::new(),
            weight: Self::WEIGHT_DEFAULT,
            presence: Presence::Online,
            channel_presence: BTreeMap::new(),
            shifts: Vec::new(),
            rate_limit: None,
        }
    }

    /// Adds a skill at a level, 1 to 100.
    #[must_use]
    pub fn with_skill(mut self, skill: impl Into<SkillId>, level: u8) -> Self {
        self.skills.insert(skill.into(), level);
        self
    }

    /// Lets the agent serve a queue, at rank 0 and without delay.
    #[must_use]
    pub fn with_queue(mut self, queue: impl Into<QueueId>) -> Self {
        self.queues.push(AgentQueue::new(queue));
        self
    }

    /// Lets the agent serve a queue at a rank (lower is served first) and after a delay.
    #[must_use]
    pub fn with_ranked_queue(mut self, queue: impl Into<QueueId>, rank: u16, delay: Span) -> Self {
        self.queues.push(AgentQueue { queue: queue.into(), rank, delay });
        self
    }

    /// Sets the capacity.
    #[must_use]
    pub fn with_capacity(mut self, capacity: Capacity) -> Self {
        self.capacity = capacity;
        self
    }

    /// Lets the agent work on a channel, and on no channel that is not named.
    #[must_use]
    pub fn with_channel(mut self, channel: impl Into<ChannelId>) -> Self {
        self.channels.push(channel.into());
        self
    }

    /// Sets an attribute.
    #[must_use]
    pub fn with_attribute(mut self, name: impl Into<SmolStr>, value: impl Into<AttributeValue>) -> Self {
        self.attributes.insert(name.into(), value.into());
        self
    }

    /// Sets the agent's share of the work.
    #[must_use]
    pub fn with_weight(mut self, weight: u32) -> Self {
        self.weight = weight;
        self
    }

    /// Sets whether the agent is there.
    #[must_use]
    pub fn with_presence(mut self, presence: Presence) -> Self {
        self.presence = presence;
        self
    }

    /// Adds a shift after those added before.
    #[must_use]
    pub fn with_shift(mut self, shift: Interval) -> Self {
        self.shifts.push(shift);
        self
    }

    /// Sets the most assignments in a window.
    #[must_use]
    pub fn with_rate_limit(mut self, rate_limit: RateLimit) -> Self {
        self.rate_limit = Some(rate_limit);
        self
    }
}

/// A queue that an agent serves.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentQueue {
    /// The queue.
    pub queue: QueueId,
    /// Which queue the agent serves first: lower before higher, equal ones by the order of their tickets.
    #[serde(default)]
    pub rank: u16,
    /// How old a ticket must be before this agent is shown it.
    #[serde(default, skip_serializing_if = "Span::is_zero")]
    pub delay: Span,
}

impl AgentQueue {
    /// A queue at rank 0 and without delay.
    pub fn new(queue: impl Into<QueueId>) -> Self {
        Self { queue: queue.into(), rank: 0, delay: Span::ZERO }
    }
}

/// A change to an agent. What is not given stays as it is. Presence has a command of its own.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentPatch {
    /// New skills, in place of all the old ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skills: Option<BTreeMap<SkillId, u8>>,
    /// New queues, in place of all the old ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queues: Option<Vec<AgentQueue>>,
    /// A new capacity. Work held above it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
    /// New channels, in place of all the old ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<ChannelId>>,
    /// Attributes to set; a null takes one away.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<SmolStr, Option<AttributeValue>>,
    /// A new share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
    /// New shifts, in place of all the old ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shifts: Option<Vec<Interval>>,
    /// A new rate limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
}

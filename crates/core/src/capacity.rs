//! How much an agent can hold at once.

use crate::id::ChannelId;
use crate::time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much work an agent can hold at once: units in all, and per channel a cost and a maximum count.
///
/// Both limits hold together. A ticket costs its own size if it has one, else what its channel costs this agent, else
/// what the policy's channel costs.
///
/// ```
/// use deskmatch::Capacity;
///
/// // 100 units; a call takes all of them, five chats fit.
/// let capacity = Capacity::units(100).with_channel_units("voice", 100).with_channel_units("chat", 20);
/// assert_eq!(capacity.channels["chat"].units, Some(20));
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// Units in all, 0 to 1,000,000,000.
    pub units: u32,
    /// What is special to a channel.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub channels: BTreeMap<ChannelId, ChannelCapacity>,
}

/// One unit: one ticket at a time on a channel that costs one.
impl Default for Capacity {
    fn default() -> Self {
        Capacity::units(1)
    }
}

impl Capacity {
    /// The most units an agent, a channel or a ticket may have.
    pub const UNITS_MAX: u32 = 1_000_000_000;

    /// So many units, with nothing special to any channel.
    pub const fn units(units: u32) -> Self {
        Self { units, channels: BTreeMap::new() }
    }

    /// Sets what one ticket of the channel costs this agent, in units.
    #[must_use]
    pub fn with_channel_units(mut self, channel: impl Into<ChannelId>, units: u32) -> Self {
        self.channels.entry(channel.into()).or_default().units = Some(units);
        self
    }

    /// Sets how many tickets of the channel this agent may hold at once.
    #[must_use]
    pub fn with_channel_max(mut self, channel: impl Into<ChannelId>, max: u32) -> Self {
        self.channels.entry(channel.into()).or_default().max = Some(max);
        self
    }
}

/// What is special to one channel of an agent's capacity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelCapacity {
    /// The most tickets of this channel at once; no limit by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// What a ticket of this channel costs, in units; what the policy says by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<u32>,
}

/// At most so many assignments in a sliding window.
///
/// An open offer counts as an assignment for as long as it stands, so that what an agent accepts never exceeds the limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// The most assignments in the window, 1 to 10,000.
    pub max: u32,
    /// The length of the window. An assignment counts until exactly this long after it.
    pub window: Span,
}

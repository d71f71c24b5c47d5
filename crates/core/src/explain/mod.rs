//! Explanations: why a ticket went where it did, or why it waits.

mod remedy;
mod standings;
mod text;
mod timeline;

pub use timeline::{Moment, Occasion};

use crate::hash::ContentHash;
use crate::id::{AgentId, QueueId, SkillId, TicketId};
use crate::policy::Factor;
use crate::rule::Denial;
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// How one agent stands towards one ticket.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AgentStanding {
    /// The agent.
    pub agent: AgentId,
    /// How it stands.
    #[serde(flatten)]
    pub standing: Standing,
    /// The terms of its score, in the order of the strategy; empty for an agent that was denied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<Term>,
}

/// How an agent stands towards a ticket.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Standing {
    /// It holds the ticket or an offer of it, or would get it.
    Chosen,
    /// It may have the ticket, but another one comes first.
    Outranked {
        /// The other one.
        by: AgentId,
        /// What puts the other one first: a factor; `preferred` for a preferred agent; `tie` for the keyed hash; `order`
        /// where this agent had another ticket to take first; `holder` where the other one holds the ticket already;
        /// `custom` for a strategy of the host.
        on: SmolStr,
    },
    /// It may not have the ticket.
    Denied {
        /// Why.
        denial: Denial,
    },
}

/// One term of a score.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Term {
    /// The factor.
    pub factor: SmolStr,
    /// The agent's value: of a weighted sum in millionths; else a load in millionths of capacity or in units, a number of turns,
    /// the attribute, or how long ago in milliseconds, [`Term::NEVER`] if it never was.
    pub value: i64,
    /// What it counts.
    pub weight: i64,
    /// The points it adds.
    pub points: i64,
}

impl Term {
    /// How long ago something was that never was: the largest number that every language reads exactly.
    pub const NEVER: i64 = (1 << 53) - 1;
}

/// Why a ticket went where it did, or why it waits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Explanation {
    /// The ticket.
    pub ticket: TicketId,
    /// Its state.
    pub state: SmolStr,
    /// Its queue.
    pub queue: QueueId,
    /// The moment the explanation is for.
    pub at: Timestamp,
    /// The strategy that chooses.
    pub strategy: SmolStr,
    /// The hash of the policy.
    pub policy: ContentHash,
    /// Every agent, the chosen one first, then by rank, then the denied by name.
    pub agents: Vec<AgentStanding>,
    /// Whether only the keyed hash of seed, ticket and agent put the first before the second.
    pub tie_broken: bool,
    /// For a waiting ticket: the smallest changes that would make it assignable, the one that frees most agents first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub would_help: Vec<Remedy>,
}

/// The changes that together would make a waiting ticket assignable.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Remedy {
    /// The changes: one where one is enough, else as few as will do.
    pub changes: Vec<Change>,
    /// How many agents could have the ticket after these changes.
    pub agents: u32,
}

/// A change to an agent, a ticket or the time.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// An agent comes online.
    ComeOnline,
    /// A shift begins.
    StartShift {
        /// When the earliest does, if any is planned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
    },
    /// An agent serves the queue.
    ServeQueue {
        /// The queue.
        queue: QueueId,
    },
    /// Time passes until the ticket is shown to agents with a delay.
    WaitForDelay {
        /// How much.
        wait: Span,
    },
    /// An agent works on the channel.
    WorkOnChannel,
    /// An agent has so many more units free.
    FreeUnits {
        /// The fewest that help somebody.
        units: u32,
    },
    /// An agent may hold one more ticket of the channel.
    FreeChannelSlot,
    /// An agent has a skill at a level, or the ticket asks for less.
    HaveSkill {
        /// The skill.
        skill: SkillId,
        /// The level that the ticket asks for.
        level: u8,
        /// The highest level among the agents that lack only this.
        best: u8,
    },
    /// The queue's condition on its agents does not hold back.
    MeetAgentCondition,
    /// The ticket does not exclude the agent.
    LiftExclusion,
    /// A decline no longer counts.
    LiftDecline {
        /// When the earliest ends by itself, if one does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
    },
    /// A reservation ends.
    LiftReservation {
        /// When, if it does by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
    },
    /// A rate window moves on.
    WaitForRate {
        /// When the earliest does.
        at: Timestamp,
    },
}

impl Factor {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Factor::SkillLevel => "skill_level",
            Factor::PreferredSkills => "preferred_skills",
            Factor::SkillTightness => "skill_tightness",
            Factor::Headroom => "headroom",
            Factor::IdleTime => "idle_time",
            Factor::FairShare => "fair_share",
            Factor::Affinity => "affinity",
            Factor::Priority => "priority",
            Factor::Wait => "wait",
            Factor::Slack => "slack",
            Factor::Cost => "cost",
            Factor::Attribute => "attribute",
        }
    }
}

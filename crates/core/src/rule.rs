//! Eligibility rules: the fixed list of reasons for which an agent may not have a ticket.

use crate::id::{AgentId, TicketId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A reason for which an agent may not have a ticket. They are tried in this order; the first that fails is the one told.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The agent is not online, or not on this channel.
    Presence,
    /// The agent is not on shift.
    Shift,
    /// The agent does not serve the ticket's queue, or the ticket is younger than its delay.
    Queue,
    /// The agent may not work on the ticket's channel.
    Channel,
    /// The ticket does not fit into the agent's units, or the agent has all the tickets of its channel it may have.
    Capacity,
    /// The agent lacks a required skill, or its level is too low.
    Skill,
    /// The agent does not meet the queue's condition on its agents.
    Attribute,
    /// The ticket excludes the agent.
    Excluded,
    /// The agent has declined the ticket, or let an offer of it run out.
    Declined,
    /// The ticket is reserved for another agent.
    Reserved,
    /// The agent has had all the assignments it may have in the window.
    Rate,
}

impl Rule {
    /// Every rule, in the order in which they are tried.
    pub const ALL: [Rule; 11] = [
        Rule::Presence,
        Rule::Shift,
        Rule::Queue,
        Rule::Channel,
        Rule::Capacity,
        Rule::Skill,
        Rule::Attribute,
        Rule::Excluded,
        Rule::Declined,
        Rule::Reserved,
        Rule::Rate,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Rule::Presence => "presence",
            Rule::Shift => "shift",
            Rule::Queue => "queue",
            Rule::Channel => "channel",
            Rule::Capacity => "capacity",
            Rule::Skill => "skill",
            Rule::Attribute => "attribute",
            Rule::Excluded => "excluded",
            Rule::Declined => "declined",
            Rule::Reserved => "reserved",
            Rule::Rate => "rate",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A rule that failed, with the value it found and the one it needed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Denial {
    /// The rule.
    pub rule: Rule,
    /// What was found: `german at level 40`.
    pub found: String,
    /// What was needed: `german at level 50 or more`.
    pub needed: String,
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: needs {}, has {}", self.rule, self.needed, self.found)
    }
}

/// An outcome that is not an error: the command was understood, and this is why nothing came of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Refusal {
    /// The agent may not have the ticket.
    NotEligible {
        /// The ticket.
        ticket: TicketId,
        /// The agent.
        agent: AgentId,
        /// The first rule that says so.
        denial: Denial,
    },
    /// Another agent holds the ticket already.
    AlreadyHeld {
        /// The ticket.
        ticket: TicketId,
        /// Who holds it.
        by: AgentId,
    },
    /// There is no ticket that the agent may have.
    NothingToPull {
        /// The agent.
        agent: AgentId,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotEligible { ticket, agent, denial } => {
                write!(f, "`{agent}` may not have `{ticket}`: {denial}")
            }
            Refusal::AlreadyHeld { ticket, by } => write!(f, "`{by}` holds `{ticket}` already"),
            Refusal::NothingToPull { agent } => write!(f, "no waiting ticket that `{agent}` may have"),
        }
    }
}

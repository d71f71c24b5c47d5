//! The states of a ticket.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a ticket is in its life.
///
/// `scheduled -> waiting -> offered -> assigned -> (paused <-> assigned) -> wrapping_up -> closed`, with `cancelled` from
/// any open state and back to `waiting` by a decline, an expiry, a requeue, a transfer, a reopening or its agent's leaving.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// Held back until its moment.
    Scheduled,
    /// In its queue.
    Waiting,
    /// In its queue, with at least one live offer.
    Offered,
    /// An agent works on it.
    Assigned,
    /// Its agent holds it while it waits on its requester.
    Paused,
    /// Done, while its agent wraps up.
    WrappingUp,
    /// Done.
    Closed,
    /// Given up.
    Cancelled,
}

impl TicketState {
    /// Every state, in the order of a life.
    pub const ALL: [TicketState; 8] = [
        TicketState::Scheduled,
        TicketState::Waiting,
        TicketState::Offered,
        TicketState::Assigned,
        TicketState::Paused,
        TicketState::WrappingUp,
        TicketState::Closed,
        TicketState::Cancelled,
    ];

    /// The word used in JSON and in texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            TicketState::Scheduled => "scheduled",
            TicketState::Waiting => "waiting",
            TicketState::Offered => "offered",
            TicketState::Assigned => "assigned",
            TicketState::Paused => "paused",
            TicketState::WrappingUp => "wrapping_up",
            TicketState::Closed => "closed",
            TicketState::Cancelled => "cancelled",
        }
    }

    /// Whether the ticket is neither closed nor cancelled.
    pub const fn is_open(self) -> bool {
        !matches!(self, TicketState::Closed | TicketState::Cancelled)
    }

    /// Whether an agent holds the ticket.
    pub const fn is_held(self) -> bool {
        matches!(self, TicketState::Assigned | TicketState::Paused | TicketState::WrappingUp)
    }
}

impl fmt::Display for TicketState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

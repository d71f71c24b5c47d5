//! `longest_idle`: the agent longest without new work.
//!
//! The rule of contact centres. An agent's idle time starts when it gets a ticket, when it finishes one, and when it comes
//! online; so whoever has waited longest for something to happen is next.
//!
//! *Ties*: by the order in which the work came or went; agents that came online at the same moment go in an order drawn
//! from the seed and that moment. *Cost*: O(1) where many agents qualify, else O(log agents) for each
//! change of an agent.

use super::ranking::{Layer, Plan, RotaKind};

pub(crate) fn layers() -> Plan {
    ("longest_idle", vec![Layer::Idle], Some(RotaKind::Idle))
}

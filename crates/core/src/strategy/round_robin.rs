//! `round_robin`: the agent whose last assignment is longest ago.
//!
//! For teams in which everybody should get the next ticket in turn, whatever they have on their desks. It spreads
//! tickets, not work: where tickets differ, `least_loaded` or `fair_share` balance better.
//!
//! With `weighted`, agents take turns in proportion to their weights, as in stride scheduling (Waldspurger and Weihl 1995,
//! "Stride Scheduling", section 2): each assignment moves an agent on by the inverse of its weight, and the agent that
//! has moved least is next. An agent that returns is lifted to the least of those present, so it is neither flooded nor owed.
//!
//! *Ties*: agents that have never been assigned anything go in an order drawn from the seed; `weighted` ties go to the
//! rotation. *Cost*: O(1) where many agents qualify, else, and where `weighted`, O(log agents) for each change of an agent.

use super::ranking::{Layer, Plan, RotaKind};

pub(crate) fn layers(weighted: bool) -> Plan {
    if weighted {
        ("round_robin", vec![Layer::Turn, Layer::Rotation], None)
    } else {
        ("round_robin", vec![Layer::Rotation], Some(RotaKind::Rotation))
    }
}

//! `least_loaded`: the agent with the smallest load over its capacity, then the longest idle. The default.
//!
//! Load is what the agent's tickets and open offers cost, in units. With `absolute` the units themselves are compared,
//! whatever the capacities. For desks where agents hold several tickets at once and should be equally busy; it gives fast
//! agents more, which `fair_share` and `round_robin` do not.
//!
//! *Ties*: loads are compared in millionths of the capacity; then as `longest_idle`. *Cost*: O(1) where many agents
//! qualify, else O(log agents) for each change of an agent.

use super::ranking::{Layer, Plan, RotaKind};

pub(crate) fn layers(absolute: bool) -> Plan {
    if absolute {
        ("least_loaded", vec![Layer::LoadUnits, Layer::Idle], Some(RotaKind::LoadUnits))
    } else {
        ("least_loaded", vec![Layer::LoadShare, Layer::Idle], Some(RotaKind::LoadShare))
    }
}

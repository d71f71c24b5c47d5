//! `weighted`: the agent with the highest weighted sum of factors.
//!
//! Each [factor](crate::Factor) is scaled to millionths, multiplied by its whole-number weight and summed in integers, so
//! that a score is the same on every platform. For desks that balance several wishes: skill against load, the agent who
//! knows the customer against a free one.
//!
//! *Ties*: a keyed hash of seed, ticket and agent. *Cost*: O(factors × log agents) for each change of an
//! agent where every factor is skill level, headroom, cost or an attribute; else O(candidates × factors).

use super::ranking::{Layer, Plan};
use crate::policy::FactorTerm;

pub(crate) fn layers(factors: &[FactorTerm]) -> Plan {
    ("weighted", vec![Layer::Sum(factors.to_vec())], None)
}

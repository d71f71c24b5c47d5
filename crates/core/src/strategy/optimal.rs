//! `optimal`: the best plan for all tickets of a batch together.
//!
//! First as many tickets as possible by priority: no plan assigns more tickets of the most important priority, and among
//! those none assigns more of the next, and so on. Then the highest total score, where a pair's score is the weighted sum of
//! factors that `weighted` would use. Exact while every ticket of the batch costs an agent the same; the event says so. The
//! plan carries what the greedy choice would have reached, and the price of the scarcest agents.
//!
//! Use it with a batch window, or with the command `plan`. One ticket by itself goes where `weighted` would send it.
//!
//! *Ties*: among plans of the same total, the one that the solver finds, which depends on the batch alone. *Cost*: that of
//! [`deskmatch_matching::solve`] over the eligible pairs.

use super::ranking::{Layer, Plan};
use crate::policy::FactorTerm;

pub(crate) fn layers(factors: &[FactorTerm]) -> Plan {
    ("optimal", vec![Layer::Sum(factors.to_vec())], None)
}

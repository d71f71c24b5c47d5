//! `lexicographic`: the agent that is best by the first factor, then by the second, and so on.
//!
//! For desks whose wishes have a strict order: first the right level, then the lower cost, then the longest idle. No
//! amount of a later factor outweighs an earlier one.
//!
//! *Ties*: a keyed hash of seed, ticket and agent. *Cost*: O(1) where headroom comes first
//! and only skill levels, costs and attributes after it; O(log agents) for each change of an agent where every factor is one of
//! these or idle time; else O(candidates) for the first layer, and O(those still equal) for each further one.

use super::ranking::{Layer, Plan};
use crate::policy::{FactorTerm, LexicographicLayer};

pub(crate) fn layers(layers: &[LexicographicLayer]) -> Plan {
    let layer = |layer: &LexicographicLayer| {
        let term = FactorTerm { attribute: layer.attribute.clone(), ..FactorTerm::new(layer.factor, 1) };
        Layer::Factor(term, layer.prefer)
    };
    ("lexicographic", layers.iter().map(layer).collect(), None)
}

//! `fair_share`: the agent with the smallest ledger.
//!
//! An agent's ledger grows by the units of every ticket it gets, over its weight. So over a day everybody receives work in
//! proportion to the weights, however fast each resolves it. An agent that returns from absence, or is new, is lifted to
//! the smallest ledger among those present: nobody is flooded with what was missed, and nobody is owed.
//!
//! *Ties*: as `longest_idle`. *Cost*: O(log agents) for each change of an agent; a return is O(agents).

use super::ranking::{Layer, Plan};

pub(crate) fn layers() -> Plan {
    ("fair_share", vec![Layer::Ledger, Layer::Idle], None)
}

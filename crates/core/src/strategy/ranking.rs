//! What the greedy strategies have in common: layers that compare agents, the first difference deciding.

use crate::policy::{Factor, FactorTerm, Prefer, StrategyPolicy};

/// One way to compare agents. The smaller value comes first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Layer {
    /// When the agent was last assigned a ticket.
    Rotation,
    /// Tickets received over the agent's weight.
    Turn,
    /// When the agent last got or finished work.
    Idle,
    /// Load over capacity.
    LoadShare,
    /// Load in units.
    LoadUnits,
    /// Units received over the agent's weight.
    Ledger,
    /// The lot of the ticket and the agent.
    Lot,
    /// One factor, and which end of it is better.
    Factor(FactorTerm, Prefer),
    /// A weighted sum of factors.
    Sum(Vec<FactorTerm>),
}

/// Which rota answers a ranking without looking at every agent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum RotaKind {
    Rotation,
    Idle,
    LoadShare,
    LoadUnits,
}

impl RotaKind {
    pub(crate) const ALL: [RotaKind; 4] =
        [RotaKind::Rotation, RotaKind::Idle, RotaKind::LoadShare, RotaKind::LoadUnits];
}

/// A strategy as layers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Ranking {
    pub(crate) name: &'static str,
    pub(crate) revision: u32,
    pub(crate) layers: Vec<Layer>,
    /// What scores pairs, if anything does; for a strategy of the host beside its answers, not in their place.
    factors: Vec<FactorTerm>,
    pub(crate) rota: Option<RotaKind>,
    /// How many words an agent's standing has, if agents can be lined up: see the engine's `lineup`.
    pub(crate) width: Option<usize>,
    /// Whether a load comes first and everything after it is fixed for an agent and a demand.
    pub(crate) is_ladder: bool,
    /// Whether no two agents are equal: each has a place of its own in every rotation.
    pub(crate) is_decisive: bool,
}

impl Ranking {
    pub(crate) fn of(strategy: &StrategyPolicy) -> Ranking {
        let (name, layers, rota) = match strategy {
            StrategyPolicy::RoundRobin { weighted } => super::round_robin::layers(*weighted),
            StrategyPolicy::LongestIdle {} => super::longest_idle::layers(),
            StrategyPolicy::LeastLoaded { absolute } => super::least_loaded::layers(*absolute),
            StrategyPolicy::FairShare {} => super::fair_share::layers(),
            StrategyPolicy::Weighted { factors } => super::weighted::layers(factors),
            StrategyPolicy::Lexicographic { layers } => super::lexicographic::layers(layers),
            StrategyPolicy::RandomWeighted {} => super::random_weighted::layers(),
            StrategyPolicy::Optimal { factors } => super::optimal::layers(factors),
            StrategyPolicy::Custom { .. } => ("custom", Vec::new(), None),
        };
        let factors = match strategy {
            StrategyPolicy::Weighted { factors }
            | StrategyPolicy::Optimal { factors }
            | StrategyPolicy::Custom { factors, .. } => factors.clone(),
            StrategyPolicy::RoundRobin { .. }
            | StrategyPolicy::LongestIdle {}
            | StrategyPolicy::LeastLoaded { .. }
            | StrategyPolicy::FairShare {}
            | StrategyPolicy::Lexicographic { .. }
            | StrategyPolicy::RandomWeighted {} => Vec::new(),
        };
        let width = standing_width(&layers);
        let is_decisive = layers.iter().any(|layer| matches!(layer, Layer::Rotation | Layer::Idle));
        let is_ladder = match layers.split_first() {
            Some((Layer::LoadShare | Layer::LoadUnits, rest)) => rest.iter().all(is_fixed),
            Some((Layer::Factor(first, _), rest)) => {
                first.factor == Factor::Headroom && rest.iter().all(is_fixed)
            }
            _ => false,
        };
        Ranking { name, revision: 1, layers, factors, rota, width, is_ladder, is_decisive }
    }

    /// Whether it looks at what agents have received, so that returning agents must be lifted.
    pub(crate) fn uses_ledger(&self) -> bool {
        let scores_by_it = self.factors.iter().any(|term| term.factor == Factor::FairShare);
        scores_by_it
            || self.layers.iter().any(|layer| match layer {
                Layer::Ledger | Layer::Turn => true,
                Layer::Factor(term, _) => term.factor == Factor::FairShare,
                Layer::Sum(_)
                | Layer::Rotation
                | Layer::Idle
                | Layer::LoadShare
                | Layer::LoadUnits
                | Layer::Lot => false,
            })
    }

    /// The attributes of agents that its factors read.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = &str> {
        let of_layers = self.layers.iter().flat_map(|layer| match layer {
            Layer::Factor(term, _) => std::slice::from_ref(term),
            Layer::Sum(terms) => terms,
            _ => &[],
        });
        of_layers.chain(&self.factors).filter_map(FactorTerm::attribute_read)
    }

    /// The weighted sum that scores pairs, if there is one.
    pub(crate) fn sum(&self) -> Option<&[FactorTerm]> {
        (!self.factors.is_empty()).then_some(self.factors.as_slice())
    }
}

/// How many words tell an agent's standing, if the order of agents is the same for all tickets of a demand and at every moment
/// until an agent changes.
fn standing_width(layers: &[Layer]) -> Option<usize> {
    let width = |layer: &Layer| match layer {
        Layer::Rotation | Layer::Idle => Some(2),
        Layer::Turn | Layer::LoadShare | Layer::LoadUnits | Layer::Ledger => Some(1),
        Layer::Factor(term, _) => (term.factor == Factor::IdleTime || lasts(term.factor)).then_some(1),
        Layer::Sum(terms) => terms.iter().all(|term| lasts(term.factor)).then_some(1),
        Layer::Lot => None,
    };
    if layers.is_empty() { None } else { layers.iter().map(width).sum() }
}

/// Whether a layer changes only with the agent's description.
fn is_fixed(layer: &Layer) -> bool {
    let Layer::Factor(term, _) = layer else { return false };
    matches!(term.factor, Factor::SkillLevel | Factor::Cost | Factor::Attribute)
}

/// Whether a factor depends on the agent and the demand alone.
fn lasts(factor: Factor) -> bool {
    matches!(factor, Factor::SkillLevel | Factor::Headroom | Factor::Cost | Factor::Attribute)
}

/// What a strategy's file says of it.
pub(crate) type Plan = (&'static str, Vec<Layer>, Option<RotaKind>);

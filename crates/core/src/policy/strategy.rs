//! Which strategy a queue uses, and its settings.

use crate::time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// Who among the eligible agents gets a ticket.
///
/// The strategies themselves are documented in [`strategy`](crate::strategy).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum StrategyPolicy {
    /// The agent whose last assignment is longest ago.
    RoundRobin {
        /// Whether agents take turns in proportion to their weights. False by default.
        #[serde(default)]
        weighted: bool,
    },
    /// The agent longest without new work.
    LongestIdle {},
    /// The agent with the smallest load over capacity, then the longest idle.
    LeastLoaded {
        /// Compares units of load, whatever the capacity. False by default.
        #[serde(default)]
        absolute: bool,
    },
    /// The agent with the smallest ledger of work received over its weight.
    FairShare {},
    /// The agent with the highest weighted sum of factors.
    Weighted {
        /// The factors and their weights; 1 to 32.
        factors: Vec<FactorTerm>,
    },
    /// The agent that is best by the first factor, then by the second, and so on.
    Lexicographic {
        /// The factors, the most important first; 1 to 32.
        layers: Vec<LexicographicLayer>,
    },
    /// An agent by lot, in proportion to weights: repeatable from the seed.
    RandomWeighted {},
    /// The best plan for all tickets of a batch together; one ticket by itself as `weighted` would.
    Optimal {
        /// The factors and their weights; 1 to 32.
        factors: Vec<FactorTerm>,
    },
    /// A strategy that the host registered under a name.
    Custom {
        /// The name.
        name: SmolStr,
        /// Factors that score candidates for it, as `weighted` does; at most 32. None by default, and then candidates have no
        /// score.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        factors: Vec<FactorTerm>,
    },
}

impl Default for StrategyPolicy {
    fn default() -> Self {
        StrategyPolicy::LeastLoaded { absolute: false }
    }
}

/// One factor of a score and how much it counts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactorTerm {
    /// The factor.
    pub factor: Factor,
    /// How much it counts, −1,000,000 to 1,000,000 and not 0; a negative weight prefers low values.
    pub weight: i32,
    /// The span at which `idle_time`, `wait` and `slack` are full; one hour by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon: Option<Span>,
    /// The agent's attribute for the factor `attribute`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<SmolStr>,
    /// The value of the attribute that counts as nothing; 0 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<i64>,
    /// The value of the attribute that counts in full; 100 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<i64>,
}

impl FactorTerm {
    /// A factor with a weight and nothing else set.
    pub const fn new(factor: Factor, weight: i32) -> Self {
        Self { factor, weight, horizon: None, attribute: None, low: None, high: None }
    }

    /// The attribute of agents that it reads, if it reads one.
    pub(crate) fn attribute_read(&self) -> Option<&str> {
        let reads = matches!(self.factor, Factor::Cost | Factor::Attribute);
        reads.then(|| self.attribute.as_deref().unwrap_or("cost"))
    }
}

/// One layer of a lexicographic strategy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LexicographicLayer {
    /// The factor.
    pub factor: Factor,
    /// Which end is better; `high` by default.
    #[serde(default)]
    pub prefer: Prefer,
    /// The agent's attribute for the factor `attribute`. An agent without it comes last whichever end is preferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<SmolStr>,
}

/// Which end of a factor is better.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Prefer {
    /// The highest value.
    #[default]
    High,
    /// The lowest value.
    Low,
}

/// What a score is made of. In weighted sums each is scaled to 0..=1,000,000 (millionths); in lexicographic layers the
/// same value is compared, but `idle_time` in milliseconds and `attribute` as it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    /// The mean level of the agent in the skills required; in full if none is.
    SkillLevel,
    /// The weight of the preferred skills the agent has, over that of all preferred skills; nothing if there are none.
    PreferredSkills,
    /// The share of the ticket's skills in the agent's: full for an agent that has no skill the ticket does not need.
    /// Keeps rare experts free.
    SkillTightness,
    /// Free units over capacity.
    Headroom,
    /// Time since the agent last got or finished work, full at the horizon.
    IdleTime,
    /// How far the agent's ledger is below the highest among the candidates, over the distance to the lowest.
    FairShare,
    /// Full for the ticket's first preferred agent, less for each further one, nothing for the others.
    Affinity,
    /// The rank of the ticket's priority: full for the most important. The same for all agents: tells tickets apart in
    /// plans.
    Priority,
    /// The ticket's age, full at the horizon. The same for all agents.
    Wait,
    /// How near the due moment is: full when due, nothing at the horizon before it. The same for all agents.
    Slack,
    /// The agent's attribute `cost`, as `attribute`.
    Cost,
    /// A whole-number attribute of the agent, from `low` to `high`. An agent without it has the worst value.
    Attribute,
}

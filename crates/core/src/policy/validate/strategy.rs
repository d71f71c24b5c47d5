//! Strategies: their factors and layers.

use super::Checker;
use crate::policy::faults::Path;
use crate::policy::{Factor, FactorTerm, LexicographicLayer, Limits, StrategyPolicy};

impl Checker<'_> {
    pub(super) fn strategy(&mut self, path: &Path<'_>, strategy: &StrategyPolicy) {
        match strategy {
            StrategyPolicy::Weighted { factors } | StrategyPolicy::Optimal { factors } => {
                self.factors(&path.key("factors"), factors);
            }
            StrategyPolicy::Lexicographic { layers } => self.layers(&path.key("layers"), layers),
            StrategyPolicy::Custom { name, factors } => {
                self.faults.name(&path.key("name"), name);
                // It may do without any.
                if !factors.is_empty() {
                    self.factors(&path.key("factors"), factors);
                }
            }
            StrategyPolicy::RoundRobin { .. }
            | StrategyPolicy::LongestIdle {}
            | StrategyPolicy::LeastLoaded { .. }
            | StrategyPolicy::FairShare {}
            | StrategyPolicy::RandomWeighted {} => {}
        }
    }

    fn count(&mut self, path: &Path<'_>, count: usize) {
        let limit = Limits::FACTORS_MAX;
        let message = format_args!("{count} factors; give 1 to {limit}");
        self.faults.require((1..=limit).contains(&count), path, message);
    }

    fn factors(&mut self, path: &Path<'_>, factors: &[FactorTerm]) {
        self.count(path, factors.len());
        for (index, term) in factors.iter().enumerate() {
            let path = path.index(index);
            let weight = path.key("weight");
            let limit = i128::from(Limits::WEIGHT_MAX);
            self.faults.within(&weight, term.weight, -limit, limit);
            self.faults.require(
                term.weight != 0,
                &weight,
                "a factor of weight 0 counts nothing; take it out",
            );
            let counts = term.horizon.is_none_or(|horizon| !horizon.is_zero());
            self.faults.require(counts, &path.key("horizon"), "is no time at all; give more than 0");
            self.attribute(&path, term.factor, term.attribute.as_deref());
            let (low, high) = (term.low.unwrap_or(0), term.high.unwrap_or(100));
            self.faults.require(
                low != high,
                &path.key("high"),
                format_args!("`low` and `high` are both `{low}`; give different ones"),
            );
        }
    }

    fn layers(&mut self, path: &Path<'_>, layers: &[LexicographicLayer]) {
        self.count(path, layers.len());
        for (index, layer) in layers.iter().enumerate() {
            self.attribute(&path.index(index), layer.factor, layer.attribute.as_deref());
        }
    }

    fn attribute(&mut self, path: &Path<'_>, factor: Factor, attribute: Option<&str>) {
        let path = path.key("attribute");
        match attribute {
            Some(name) => self.faults.name(&path, name),
            None => self.faults.require(
                factor != Factor::Attribute,
                &path,
                "is missing; the factor `attribute` needs the name of an attribute of the agents",
            ),
        }
    }
}

//! What factors are worth: whole numbers, in millionths.

use super::desk::Desk;
use super::names::{keyed_hash, mix};
use super::records::{NONE, TicketRecord};
use super::timers::NEVER;
use crate::attribute::AttributeValue;
use crate::policy::{Factor, FactorTerm, Prefer};
use crate::strategy::random_weighted::lot;
use crate::strategy::ranking::Layer;

/// A factor in full.
pub(crate) const FULL: i64 = 1_000_000;

/// What the candidates of one choice have in common.
#[derive(Clone, Copy, Default)]
pub(crate) struct Field {
    ticket_hash: u64,
    ledgers: (u64, u64),
}

impl Desk {
    /// Looks over the candidates of a choice.
    pub(crate) fn field(&self, ticket: &TicketRecord, candidates: &[u32]) -> Field {
        let (mut low, mut high) = (u64::MAX, 0);
        if self.compiled.uses_ledger {
            for agent in candidates {
                let ledger = self.agents[*agent].ledger;
                low = low.min(ledger);
                high = high.max(ledger);
            }
        }
        Field { ticket_hash: keyed_hash(self.compiled.seed(), ticket.id.as_str()), ledgers: (low, high) }
    }

    /// Decides between agents that are equal in everything else.
    pub(crate) fn tie_break(&self, field: &Field, agent: u32) -> u64 {
        mix(field.ticket_hash, self.agents[agent].brief.hash)
    }

    /// What a layer makes of an agent: the smaller comes first.
    pub(crate) fn layer_value(
        &self,
        layer: &Layer,
        ticket: &TicketRecord,
        field: &Field,
        slot: u32,
    ) -> (i64, u64) {
        let agent = &self.agents[slot];
        match layer {
            Layer::Rotation => agent.rotation,
            Layer::Turn => (0, agent.turn),
            Layer::Idle => agent.idle,
            Layer::LoadShare => (0, agent.load_share()),
            Layer::LoadUnits => (0, agent.units_used),
            Layer::Ledger => (0, agent.ledger),
            Layer::Lot => (lot(self.tie_break(field, slot), agent.brief.weight), 0),
            Layer::Factor(term, prefer) => (self.lexicographic_value(term, *prefer, ticket, field, slot), 0),
            Layer::Sum(terms) => (-self.score(terms, ticket, field, slot), 0),
        }
    }

    /// The score of a pair, in points of a millionth.
    pub(crate) fn score(
        &self,
        terms: &[FactorTerm],
        ticket: &TicketRecord,
        field: &Field,
        agent: u32,
    ) -> i64 {
        terms.iter().map(|term| self.factor(term, ticket, field, agent) * i64::from(term.weight)).sum()
    }

    fn lexicographic_value(
        &self,
        term: &FactorTerm,
        prefer: Prefer,
        ticket: &TicketRecord,
        field: &Field,
        slot: u32,
    ) -> i64 {
        let value = match term.factor {
            Factor::IdleTime => Some(self.clock - self.agents[slot].idle.0),
            Factor::Attribute | Factor::Cost => {
                self.attribute(slot, term.attribute.as_deref().unwrap_or("cost"))
            }
            _ => Some(self.factor(term, ticket, field, slot)),
        };
        match (value, prefer) {
            (None, _) => i64::MAX,
            (Some(value), Prefer::High) => value.checked_neg().unwrap_or(i64::MAX - 1),
            (Some(value), Prefer::Low) => value.min(i64::MAX - 1),
        }
    }

    /// A factor, from 0 to [`FULL`].
    pub(crate) fn factor(&self, term: &FactorTerm, ticket: &TicketRecord, field: &Field, slot: u32) -> i64 {
        let agent = &self.agents[slot];
        let horizon = term.horizon.map_or(3_600_000, |horizon| horizon.as_millis());
        match term.factor {
            Factor::SkillLevel => {
                let mut levels = (0, 0);
                for asked in ticket.skills.iter().filter(|asked| asked.weight == 0) {
                    levels = (levels.0 + i64::from(agent.level(asked.skill)), levels.1 + 1);
                }
                share(levels.0, levels.1 * 100).unwrap_or(FULL)
            }
            Factor::PreferredSkills => {
                let mut weights = (0, 0);
                for asked in ticket.skills.iter().filter(|asked| asked.weight > 0) {
                    let has = agent.level(asked.skill) >= asked.level;
                    weights = (
                        weights.0 + i64::from(has) * i64::from(asked.weight),
                        weights.1 + i64::from(asked.weight),
                    );
                }
                share(weights.0, weights.1).unwrap_or(0)
            }
            Factor::SkillTightness => {
                let used = ticket.skills.iter().filter(|asked| agent.level(asked.skill) > 0).count();
                share(used as i64, agent.skills.len() as i64).unwrap_or(FULL)
            }
            Factor::Headroom => {
                let capacity = i64::from(agent.brief.units);
                let used = i64::try_from(agent.units_used).unwrap_or(i64::MAX);
                share((capacity - used).max(0), capacity).unwrap_or(0)
            }
            Factor::IdleTime => scaled(self.clock - agent.idle.0, horizon),
            Factor::FairShare => {
                let (low, high) = field.ledgers;
                let (ahead, spread) =
                    (u128::from(high - agent.ledger.min(high)), u128::from(high.saturating_sub(low)));
                (ahead * FULL as u128).checked_div(spread).map_or(FULL, |value| value as i64)
            }
            Factor::Affinity => self.affinity(ticket, slot),
            Factor::Priority => {
                let rank = i64::from(self.compiled.priorities[usize::from(ticket.priority)].rank);
                let last = i64::from(self.compiled.rank_max);
                share(last - rank, last).unwrap_or(FULL)
            }
            Factor::Wait => scaled(self.age(ticket), horizon),
            Factor::Slack if ticket.due == NEVER => 0,
            Factor::Slack => FULL - scaled(ticket.due - self.clock, horizon),
            Factor::Cost | Factor::Attribute => {
                let (low, high) = (term.low.unwrap_or(0), term.high.unwrap_or(100));
                match self.attribute(slot, term.attribute.as_deref().unwrap_or("cost")) {
                    Some(value) => between(value, low, high),
                    None if term.weight < 0 => FULL,
                    None => 0,
                }
            }
        }
    }

    fn attribute(&self, slot: u32, name: &str) -> Option<i64> {
        match self.agents[slot].spec.attributes.get(name)? {
            AttributeValue::Integer(value) => Some(*value),
            AttributeValue::Bool(value) => Some(i64::from(*value)),
            AttributeValue::Text(_) => None,
        }
    }

    fn affinity(&self, ticket: &TicketRecord, slot: u32) -> i64 {
        let agent = self.agents[slot].id();
        let preferred =
            ticket.extra().preferred.iter().filter(|entry| self.is_preferred_now(entry, ticket.channel));
        preferred
            .enumerate()
            .find(|(_, entry)| entry.agent == *agent)
            .map_or(0, |(place, _)| FULL / (place as i64 + 1))
    }

    /// The first preferred agent among the candidates.
    pub(crate) fn preferred_among(&self, ticket: &TicketRecord, candidates: &[u32]) -> Option<u32> {
        let preferred =
            ticket.extra().preferred.iter().filter(|entry| self.is_preferred_now(entry, ticket.channel));
        preferred
            .filter_map(|entry| self.agent_slot(entry.agent.as_str()))
            .find(|agent| *agent != NONE && candidates.contains(agent))
    }
}

/// A part of a whole, in millionths; `None` of nothing.
fn share(part: i64, whole: i64) -> Option<i64> {
    match part.checked_mul(FULL) {
        Some(scaled) => scaled.checked_div(whole),
        None => {
            (i128::from(part) * i128::from(FULL)).checked_div(i128::from(whole)).map(|value| value as i64)
        }
    }
}

/// A span over its horizon, cut to between nothing and full.
fn scaled(span: i64, horizon: i64) -> i64 {
    share(span.clamp(0, horizon), horizon).unwrap_or(FULL)
}

/// Where a value lies from low to high, cut to between nothing and full.
fn between(value: i64, low: i64, high: i64) -> i64 {
    let (part, whole) = (i128::from(value) - i128::from(low), i128::from(high) - i128::from(low));
    (part * i128::from(FULL)).checked_div(whole).map_or(0, |scaled| scaled.clamp(0, i128::from(FULL)) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_scaled_to_millionths_and_cut() {
        assert_eq!(share(1, 3), Some(333_333));
        assert_eq!(share(1, 0), None);
        assert_eq!(scaled(90, 60), FULL);
        assert_eq!(scaled(-5, 60), 0);
        assert_eq!(between(75, 50, 100), 500_000);
        assert_eq!(between(75, 100, 50), 500_000);
        assert_eq!(between(i64::MIN, i64::MAX, 0), FULL);
    }
}

//! What factors are worth: whole numbers, in millionths.

use super::desk::Desk;
use super::names::{keyed_hash, mix};
use super::records::{AgentRecord, NONE, TicketRecord};
use super::timers::NEVER;
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
        mix(field.ticket_hash, self.agents[agent].hash)
    }

    /// What a layer makes of an agent: the smaller comes first.
    pub(crate) fn layer_value(
        &self,
        layer: &Layer,
        ticket: &TicketRecord,
        field: &Field,
        slot: u32,
    ) -> (i64, u64) {
        self.with_layer(layer, ticket, field, |value| value(slot))
    }

    /// What a layer makes of some agents, one after the other.
    pub(crate) fn layer_values(
        &self,
        layer: &Layer,
        ticket: &TicketRecord,
        field: &Field,
        agents: &[u32],
    ) -> Vec<(i64, u64)> {
        if let Layer::Sum(terms) = layer {
            return self.scores(terms, ticket, field, agents).into_iter().map(highest_first).collect();
        }
        self.with_layer(layer, ticket, field, |value| agents.iter().map(|slot| value(*slot)).collect())
    }

    /// Shows what a layer makes of any agent. What layer it is and what the ticket brings to it is settled once, not for each
    /// agent.
    fn with_layer<R>(
        &self,
        layer: &Layer,
        ticket: &TicketRecord,
        field: &Field,
        look: impl FnOnce(&dyn Fn(u32) -> (i64, u64)) -> R,
    ) -> R {
        let agents = &self.agents;
        match layer {
            Layer::Rotation => look(&|slot| agents[slot].rotation),
            Layer::Turn => look(&|slot| (0, agents[slot].turn)),
            Layer::Idle => look(&|slot| agents[slot].idle),
            Layer::LoadShare => look(&|slot| (0, agents[slot].load_share())),
            Layer::LoadUnits => look(&|slot| (0, agents[slot].units_used)),
            Layer::Ledger => look(&|slot| (0, agents[slot].ledger)),
            Layer::Lot => look(&|slot| (lot(self.tie_break(field, slot), agents[slot].brief.weight), 0)),
            Layer::Sum(terms) => look(&|slot| highest_first(self.score(terms, ticket, field, slot))),
            Layer::Factor(term, prefer) => match term.factor {
                Factor::IdleTime => {
                    look(&|slot| (ranked(Some(self.clock - agents[slot].idle.0), *prefer), 0))
                }
                Factor::Attribute | Factor::Cost => {
                    let numbers = self.numbers(term);
                    look(&|slot| (ranked(numbers[slot as usize], *prefer), 0))
                }
                _ => self.with_factor(term, ticket, field, |factor| {
                    look(&|slot| (ranked(Some(factor(slot)), *prefer), 0))
                }),
            },
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

    /// A factor, from 0 to [`FULL`].
    pub(crate) fn factor(&self, term: &FactorTerm, ticket: &TicketRecord, field: &Field, agent: u32) -> i64 {
        self.with_factor(term, ticket, field, |factor| factor(agent))
    }

    /// The scores of a ticket with some agents, one after the other.
    pub(crate) fn scores(
        &self,
        terms: &[FactorTerm],
        ticket: &TicketRecord,
        field: &Field,
        agents: &[u32],
    ) -> Vec<i64> {
        let mut scores = vec![0; agents.len()];
        for term in terms {
            self.with_factor(term, ticket, field, |factor| {
                for (score, agent) in scores.iter_mut().zip(agents) {
                    *score += factor(*agent) * i64::from(term.weight);
                }
            });
        }
        scores
    }

    /// Shows what a factor is for any agent, from 0 to [`FULL`]. As with [`with_layer`](Self::with_layer), what the ticket brings
    /// to it is settled once.
    fn with_factor<R>(
        &self,
        term: &FactorTerm,
        ticket: &TicketRecord,
        field: &Field,
        look: impl FnOnce(&dyn Fn(u32) -> i64) -> R,
    ) -> R {
        let agents = &self.agents;
        let horizon = term.horizon.map_or(3_600_000, |horizon| horizon.as_millis());
        match term.factor {
            Factor::SkillLevel => look(&|slot| skill_level(ticket, &agents[slot])),
            Factor::PreferredSkills => look(&|slot| preferred_skills(ticket, &agents[slot])),
            Factor::SkillTightness => look(&|slot| skill_tightness(ticket, &agents[slot])),
            Factor::Headroom => look(&|slot| headroom(&agents[slot])),
            Factor::IdleTime => look(&|slot| scaled(self.clock - agents[slot].idle.0, horizon)),
            Factor::FairShare => look(&|slot| fair_share(field.ledgers, agents[slot].ledger)),
            Factor::Affinity => look(&|slot| self.affinity(ticket, slot)),
            Factor::Priority => {
                let rank = i64::from(self.compiled.priorities[usize::from(ticket.priority)].rank);
                let last = i64::from(self.compiled.rank_max);
                let factor = share(last - rank, last).unwrap_or(FULL);
                look(&|_| factor)
            }
            Factor::Wait => {
                let factor = scaled(self.age(ticket), horizon);
                look(&|_| factor)
            }
            Factor::Slack => {
                let left = if ticket.due == NEVER { horizon } else { ticket.due - self.clock };
                let factor = FULL - scaled(left, horizon);
                look(&|_| factor)
            }
            Factor::Cost | Factor::Attribute => {
                let numbers = self.numbers(term);
                let (low, high) = (term.low.unwrap_or(0), term.high.unwrap_or(100));
                let missing = if term.weight < 0 { FULL } else { 0 };
                look(&|slot| numbers[slot as usize].map_or(missing, |value| between(value, low, high)))
            }
        }
    }

    /// The attribute that a factor reads, of each agent.
    fn numbers(&self, term: &FactorTerm) -> &[Option<i64>] {
        let place = self.compiled.numbers.iter().position(|name| term.attribute_read() == Some(name));
        &self.index.numbers[place.expect("the factors of a policy are those that were compiled")]
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

fn highest_first(score: i64) -> (i64, u64) {
    (-score, 0)
}

/// A value as a place in an order, the smaller first; agents without a value come last.
fn ranked(value: Option<i64>, prefer: Prefer) -> i64 {
    match (value, prefer) {
        (None, _) => i64::MAX,
        (Some(value), Prefer::High) => value.checked_neg().unwrap_or(i64::MAX - 1),
        (Some(value), Prefer::Low) => value.min(i64::MAX - 1),
    }
}

/// The mean level in the skills that a ticket requires.
fn skill_level(ticket: &TicketRecord, agent: &AgentRecord) -> i64 {
    let mut levels = (0, 0);
    for asked in ticket.skills.iter().filter(|asked| asked.weight == 0) {
        levels = (levels.0 + i64::from(agent.level(asked.skill)), levels.1 + 1);
    }
    share(levels.0, levels.1 * 100).unwrap_or(FULL)
}

/// How many of the skills that a ticket prefers an agent has, by their weights.
fn preferred_skills(ticket: &TicketRecord, agent: &AgentRecord) -> i64 {
    let mut weights = (0, 0);
    for asked in ticket.skills.iter().filter(|asked| asked.weight > 0) {
        let (has, weight) = (agent.level(asked.skill) >= asked.level, i64::from(asked.weight));
        weights = (weights.0 + i64::from(has) * weight, weights.1 + weight);
    }
    share(weights.0, weights.1).unwrap_or(0)
}

/// How many of an agent's skills a ticket makes use of.
fn skill_tightness(ticket: &TicketRecord, agent: &AgentRecord) -> i64 {
    let used = ticket.skills.iter().filter(|asked| agent.level(asked.skill) > 0).count();
    share(used as i64, agent.skills.len() as i64).unwrap_or(FULL)
}

/// How much of an agent's capacity is free.
fn headroom(agent: &AgentRecord) -> i64 {
    let capacity = i64::from(agent.brief.units);
    let used = i64::try_from(agent.units_used).unwrap_or(i64::MAX);
    share((capacity - used).max(0), capacity).unwrap_or(0)
}

/// How far behind the candidate that has received most an agent is, of the distance between the least and the most.
fn fair_share((low, high): (u64, u64), ledger: u64) -> i64 {
    let (ahead, spread) = (u128::from(high - ledger.min(high)), u128::from(high.saturating_sub(low)));
    (ahead * FULL as u128).checked_div(spread).map_or(FULL, |value| value as i64)
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

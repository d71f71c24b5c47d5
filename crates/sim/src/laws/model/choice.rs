//! Who is the best of some candidates, by the queue's strategy.

use super::{Model, NEVER, TicketModel, number};
use crate::laws::Law;
use crate::laws::breach::{Checked, hold};
use deskmatch::{
    AttributeValue, DecidedBy, Factor, FactorTerm, LexicographicLayer, Prefer, SkillClass, StrategyPolicy,
};

const FULL: i128 = 1_000_000;

/// What orders candidates: the smaller goes first, equal ones may go either way.
type Key = Vec<i128>;

impl Model {
    /// Checks that the agent chosen is the best of those for whom the ticket is the first they may have.
    pub(crate) fn check_choice(
        &mut self,
        ticket: usize,
        agent: usize,
        by: DecidedBy,
        score: Option<i64>,
    ) -> Checked {
        let t = self.ticket(ticket);
        let takers: Vec<usize> = self
            .candidates(t)
            .into_iter()
            .filter(|taker| self.is_held_back(t) || self.is_first_for(t, *taker).is_none())
            .collect();
        hold!(Choice, takers.contains(&agent), "a{agent} takes t{ticket} but is none of {takers:?}");
        let preferred = self.preferred_among(t, &takers);
        if let Some(preferred) = preferred {
            hold!(
                Choice,
                preferred == agent,
                "t{ticket} goes to a{agent}, not to its preferred a{preferred}"
            );
        }
        hold!(
            Choice,
            preferred.is_some() || by != DecidedBy::Preferred,
            "t{ticket} goes to a{agent} as preferred, which it is not"
        );
        if preferred.is_none() {
            self.check_ranking(t, agent, &takers, score)?;
        }
        self.count_check(Law::Choice);
        Ok(())
    }

    fn check_ranking(&self, t: &TicketModel, agent: usize, takers: &[usize], score: Option<i64>) -> Checked {
        let strategy = &self.rules.queue(t.queue).policy.strategy;
        if let StrategyPolicy::Custom { .. } = strategy {
            let last = takers.iter().max_by_key(|taker| &self.agents[**taker].spec.id);
            hold!(Choice, last == Some(&agent), "the host's strategy is not asked for t{}", t.id);
            return Ok(());
        }
        let ledgers = self.ledgers(takers);
        if let StrategyPolicy::Weighted { factors } | StrategyPolicy::Optimal { factors } = strategy {
            let own = self.score(factors, t, agent, ledgers);
            hold!(
                Choice,
                score.map(i128::from) == Some(own),
                "t{} scores {score:?} with a{agent}, not {own}",
                t.id
            );
        }
        if takers.len() == 1 {
            return Ok(());
        }
        let Some(key) = self.key(strategy, t, agent, ledgers) else { return Ok(()) };
        for taker in takers {
            let other = self.key(strategy, t, *taker, ledgers).unwrap_or_default();
            hold!(
                Choice,
                other >= key,
                "t{} goes to a{agent} ({key:?}) although a{taker} is better ({other:?})",
                t.id
            );
        }
        Ok(())
    }

    /// The first preferred agent among some.
    pub(crate) fn preferred_among(&self, t: &TicketModel, takers: &[usize]) -> Option<usize> {
        let preferred = t.preferred.iter().filter(|entry| self.prefers(t, entry));
        preferred.map(|entry| number(entry.agent.as_str())).find(|agent| takers.contains(agent))
    }

    pub(crate) fn ledgers(&self, takers: &[usize]) -> (u64, u64) {
        let ledgers = || takers.iter().map(|taker| self.agents[*taker].ledger);
        (ledgers().min().unwrap_or(0), ledgers().max().unwrap_or(0))
    }

    fn key(
        &self,
        strategy: &StrategyPolicy,
        t: &TicketModel,
        agent: usize,
        ledgers: (u64, u64),
    ) -> Option<Key> {
        let a = &self.agents[agent];
        let since = |first: Option<i128>, (at, worked, seq): super::agent::Since| {
            first.into_iter().chain([i128::from(at), i128::from(worked), i128::from(seq)]).collect()
        };
        let load = |absolute: bool| match u128::from(a.spec.capacity.units) {
            _ if absolute => i128::from(a.used),
            0 if a.used == 0 => 0,
            0 => i128::from(u64::MAX),
            capacity => (u128::from(a.used) * 1_000_000 / capacity) as i128,
        };
        Some(match strategy {
            StrategyPolicy::RoundRobin { weighted: false } => since(None, a.rotation),
            StrategyPolicy::RoundRobin { weighted: true } => since(Some(a.turn.into()), a.rotation),
            StrategyPolicy::LongestIdle {} => since(None, a.idle),
            StrategyPolicy::LeastLoaded { absolute } => since(Some(load(*absolute)), a.idle),
            StrategyPolicy::FairShare {} => since(Some(a.ledger.into()), a.idle),
            StrategyPolicy::Weighted { factors } | StrategyPolicy::Optimal { factors } => {
                vec![-self.score(factors, t, agent, ledgers)]
            }
            StrategyPolicy::Lexicographic { layers } => {
                layers.iter().map(|layer| self.layer(layer, t, agent, ledgers)).collect()
            }
            StrategyPolicy::RandomWeighted {} | StrategyPolicy::Custom { .. } => return None,
        })
    }

    fn layer(&self, layer: &LexicographicLayer, t: &TicketModel, agent: usize, ledgers: (u64, u64)) -> i128 {
        let value = match layer.factor {
            Factor::IdleTime => Some(i128::from(self.now - self.agents[agent].idle.0)),
            Factor::Attribute | Factor::Cost => self.attribute(agent, layer.attribute.as_deref()),
            factor => Some(self.factor(&FactorTerm::new(factor, 1), t, agent, ledgers)),
        };
        match (value, layer.prefer) {
            (None, _) => i128::MAX,
            (Some(value), Prefer::High) => -value,
            (Some(value), Prefer::Low) => value,
        }
    }

    pub(crate) fn score(
        &self,
        factors: &[FactorTerm],
        t: &TicketModel,
        agent: usize,
        ledgers: (u64, u64),
    ) -> i128 {
        factors.iter().map(|term| self.factor(term, t, agent, ledgers) * i128::from(term.weight)).sum()
    }

    fn attribute(&self, agent: usize, name: Option<&str>) -> Option<i128> {
        match self.agents[agent].spec.attributes.get(name.unwrap_or("cost"))? {
            AttributeValue::Integer(value) => Some(i128::from(*value)),
            AttributeValue::Bool(value) => Some(i128::from(*value)),
            AttributeValue::Text(_) => None,
        }
    }

    fn factor(&self, term: &FactorTerm, t: &TicketModel, agent: usize, ledgers: (u64, u64)) -> i128 {
        let a = &self.agents[agent];
        let horizon = i128::from(term.horizon.map_or(3_600_000, |horizon| horizon.as_millis()));
        let over_horizon = |span: i64| i128::from(span).clamp(0, horizon) * FULL / horizon;
        let part = |part: i128, whole: i128, none: i128| if whole == 0 { none } else { part * FULL / whole };
        match term.factor {
            Factor::SkillLevel => {
                let levels: Vec<i128> = t.required().map(|(skill, _)| a.levels[skill].into()).collect();
                part(levels.iter().sum(), levels.len() as i128 * 100, FULL)
            }
            Factor::PreferredSkills => {
                let (mut has, mut all) = (0, 0);
                for asked in &t.skills {
                    if let SkillClass::Preferred { weight } = asked.class {
                        all += i128::from(weight);
                        if a.levels[number(asked.skill.as_str())] >= asked.level {
                            has += i128::from(weight);
                        }
                    }
                }
                part(has, all, 0)
            }
            Factor::SkillTightness => {
                let used = t.skills.iter().filter(|asked| a.levels[number(asked.skill.as_str())] > 0).count();
                part(used as i128, a.skill_count.into(), FULL)
            }
            Factor::Headroom => {
                let capacity = i128::from(a.spec.capacity.units);
                part((capacity - i128::from(a.used)).max(0), capacity, 0)
            }
            Factor::IdleTime => over_horizon(self.now - a.idle.0),
            Factor::FairShare => {
                part(i128::from(ledgers.1 - a.ledger), i128::from(ledgers.1 - ledgers.0), FULL)
            }
            Factor::Affinity => {
                let mut counting = t.preferred.iter().filter(|entry| self.prefers(t, entry));
                let place = counting.position(|entry| number(entry.agent.as_str()) == agent);
                place.map_or(0, |place| FULL / (place as i128 + 1))
            }
            Factor::Priority => {
                let last = i128::from(self.rules.rank_max);
                part(last - i128::from(self.rules.priority(t.priority).0), last, FULL)
            }
            Factor::Wait => over_horizon(self.now - t.origin),
            Factor::Slack if t.due == NEVER => 0,
            Factor::Slack => FULL - over_horizon(t.due - self.now),
            Factor::Cost | Factor::Attribute => {
                let (low, high) = (i128::from(term.low.unwrap_or(0)), i128::from(term.high.unwrap_or(100)));
                match self.attribute(agent, term.attribute.as_deref()) {
                    Some(value) => ((value - low) * FULL / (high - low)).clamp(0, FULL),
                    None if term.weight < 0 => FULL,
                    None => 0,
                }
            }
        }
    }
}

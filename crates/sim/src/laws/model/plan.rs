//! Plans, judged by trying everything.

use super::{Model, NEVER};
use crate::laws::Law;
use crate::laws::breach::{Checked, hold};
use deskmatch::{Factor, FactorTerm, PlanSummary, StrategyPolicy, TicketState};
use std::collections::BTreeMap;

/// What pairs are worth where the queue's strategy does not score.
static PLAIN: [FactorTerm; 2] =
    [FactorTerm::new(Factor::Headroom, 2), FactorTerm::new(Factor::SkillLevel, 1)];

/// Beyond so many ways, a plan is not compared with every other.
const WAYS_MAX: usize = 20_000;

/// A plan as it should be.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    /// Assignments still to come.
    pub(crate) left: u32,
    /// The score of every pair that may be.
    pairs: BTreeMap<(usize, usize), i128>,
    ranks: Vec<u16>,
    /// The best there is, where a plan says that it is that.
    best: Option<Worth>,
    /// What else a plan says that cannot be passed: the tickets by rank that it assigns itself, and the score.
    bound: Option<(Worth, i128)>,
    found: Worth,
}

/// What a plan is worth: tickets by rank of priority, the most important first, then the score.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
struct Worth {
    by_rank: Vec<u32>,
    score: i128,
}

/// One ticket of a batch: its rank, and its agents with their scores.
struct Row {
    rank: usize,
    channel: usize,
    /// Agent, score and units.
    agents: Vec<(usize, i128, u64)>,
}

/// What an agent may still have.
#[derive(Clone, Debug)]
struct Room {
    units: u64,
    by_rate: u64,
    by_channel: Vec<u64>,
}

impl Room {
    fn take(&self, units: u64, channel: usize) -> Option<Room> {
        let mut left = self.clone();
        left.units = left.units.checked_sub(units)?;
        left.by_rate = left.by_rate.checked_sub(1)?;
        left.by_channel[channel] = left.by_channel[channel].checked_sub(1)?;
        Some(left)
    }
}

impl Model {
    pub(crate) fn planned(&mut self, queue: Option<usize>, summary: &PlanSummary) -> Checked {
        hold!(
            Optimal,
            self.plan.as_ref().is_none_or(|plan| plan.left == 0),
            "a plan begins before the last is carried out"
        );
        let by_window = queue.is_some_and(|queue| self.windows[queue] <= self.now);
        match queue {
            Some(queue) => self.windows[queue] = NEVER,
            None => self.windows.fill(NEVER),
        }
        let mut batch: Vec<usize> = self
            .sought
            .iter()
            .copied()
            .filter(|ticket| {
                let ticket = self.ticket(*ticket);
                ticket.state == TicketState::Waiting
                    && queue.map_or(!self.rules.queue(ticket.queue).is_pulled, |queue| queue == ticket.queue)
            })
            .collect();
        batch.sort_by_key(|ticket| self.ticket(*ticket).asks.key);
        batch.truncate(self.plan_limit.filter(|_| !by_window).map_or(usize::MAX, |limit| limit as usize));
        hold!(
            Optimal,
            batch.len() == summary.tickets as usize,
            "a plan is for {} tickets, not {}",
            summary.tickets,
            batch.len()
        );
        let is_custom = queue.is_some_and(|queue| {
            matches!(self.rules.queue(queue).policy.strategy, StrategyPolicy::Custom { .. })
        });
        self.expect_plan(&batch, summary, is_custom)
    }

    fn expect_plan(&mut self, batch: &[usize], summary: &PlanSummary, is_custom: bool) -> Checked {
        let mut ranks: Vec<u16> =
            batch.iter().map(|ticket| self.rules.priority(self.ticket(*ticket).priority).0).collect();
        ranks.sort_unstable();
        ranks.dedup();
        let (mut rows, mut pairs) = (Vec::new(), BTreeMap::new());
        let mut costs: BTreeMap<usize, (u32, usize)> = BTreeMap::new();
        let mut is_uniform = true;
        for ticket in batch {
            let t = self.ticket(*ticket);
            let mut candidates = self.candidates(t);
            if let Some(preferred) = self.preferred_among(t, &candidates) {
                candidates = vec![preferred];
            }
            let ledgers = self.ledgers(&candidates);
            let factors = match &self.rules.queue(t.queue).policy.strategy {
                StrategyPolicy::Weighted { factors } | StrategyPolicy::Optimal { factors } => factors,
                StrategyPolicy::Custom { factors, .. } if !factors.is_empty() => factors,
                _ => &PLAIN[..],
            };
            let mut agents = Vec::new();
            for agent in candidates {
                let cost = (self.agents[agent].units(t.channel, t.size), t.channel);
                is_uniform &= *costs.entry(agent).or_insert(cost) == cost;
                let score = self.score(factors, t, agent, ledgers);
                agents.push((agent, score, u64::from(cost.0)));
                pairs.insert((*ticket, agent), score);
            }
            let rank = self.rules.priority(t.priority).0;
            rows.push(Row { rank: ranks.binary_search(&rank).unwrap_or(0), channel: t.channel, agents });
        }
        let nothing = Worth { by_rank: vec![0; ranks.len()], score: 0 };
        let ways = rows.iter().try_fold(1, |ways: usize, row| {
            ways.checked_mul(row.agents.len() + 1).filter(|ways| *ways <= WAYS_MAX)
        });
        hold!(Optimal, is_custom || summary.exact || !is_uniform, "a plan for equal tickets is not exact");
        hold!(Optimal, !summary.exact || summary.bound.is_none(), "an exact plan has a bound beside it");
        let is_judged = !is_custom && ways.is_some() && (summary.exact || summary.bound.is_some());
        let best = is_judged.then(|| {
            let mut rooms = costs.into_keys().map(|agent| (agent, self.room(agent))).collect();
            best(&rows, &mut rooms, nothing.clone())
        });
        let bound = best.clone().zip(summary.bound.map(i128::from));
        let best = best.filter(|_| summary.exact);
        self.plan = Some(Expected { left: summary.assigned, pairs, ranks, best, bound, found: nothing });
        self.finish_plan()
    }

    /// What an agent may still have.
    fn room(&self, agent: usize) -> Room {
        let a = &self.agents[agent];
        let by_rate = a
            .rate_limit
            .map_or(u64::MAX, |limit| u64::from(limit.max).saturating_sub(a.recent(self.now) as u64));
        let channels = a.max.iter().zip(&a.held);
        Room {
            units: u64::from(a.spec.capacity.units).saturating_sub(a.used),
            by_rate,
            by_channel: channels.map(|(max, held)| u64::from(max.saturating_sub(*held))).collect(),
        }
    }

    /// Takes note of a pair of the plan at hand.
    pub(crate) fn plan_gives(&mut self, ticket: usize, agent: usize, score: Option<i64>) -> Checked {
        let rank = self.rules.priority(self.ticket(ticket).priority).0;
        let Some(mut plan) = self.plan.take() else {
            hold!(Optimal, false, "t{ticket} goes to a{agent} by no plan");
            return Ok(());
        };
        let own = plan.pairs.get(&(ticket, agent)).copied();
        hold!(Optimal, plan.left > 0 && own.is_some(), "t{ticket} goes to a{agent}, which no plan has");
        hold!(
            Optimal,
            score.is_none() || score.map(i128::from) == own,
            "t{ticket} scores {score:?} with a{agent}, not {own:?}"
        );
        plan.left -= 1;
        if let Ok(place) = plan.ranks.binary_search(&rank) {
            plan.found.by_rank[place] += 1;
        }
        plan.found.score += own.unwrap_or(0);
        self.plan = Some(plan);
        self.finish_plan()
    }

    /// Compares a plan that is carried out with the best there is.
    fn finish_plan(&mut self) -> Checked {
        if let Some(Expected { left: 0, best: Some(best), found, .. }) = &self.plan {
            hold!(Optimal, best == found, "a plan is worth {found:?}; the best is worth {best:?}");
            self.count_check(Law::Optimal);
        }
        if let Some(Expected { left: 0, bound: Some((best, bound)), found, .. }) = &self.plan {
            let holds = best.by_rank == found.by_rank && best.score <= *bound;
            hold!(Optimal, holds, "a plan worth {found:?} is bounded by {bound}; the best is worth {best:?}");
        }
        Ok(())
    }
}

/// The best that can be made of the rows that are left.
fn best(rows: &[Row], rooms: &mut BTreeMap<usize, Room>, so_far: Worth) -> Worth {
    let Some((row, rest)) = rows.split_first() else { return so_far };
    let mut found = best(rest, rooms, so_far.clone());
    for (agent, score, units) in &row.agents {
        let Some(left) = rooms.get(agent).and_then(|room| room.take(*units, row.channel)) else { continue };
        let before = rooms.insert(*agent, left);
        let mut worth = so_far.clone();
        worth.by_rank[row.rank] += 1;
        worth.score += score;
        found = found.max(best(rest, rooms, worth));
        rooms.extend(before.map(|room| (*agent, room)));
    }
    found
}

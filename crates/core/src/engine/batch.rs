//! Batches: many tickets settled by one plan.

use super::choose::unknown_strategy;
use super::desk::Desk;
use super::plan_sized::Load;
use super::records::OrderKey;
use super::session::Session;
use super::views::{Candidate, TicketView};
use crate::error::{Error, ErrorKind};
use crate::event::{AgentPrice, EventBody, PlanSummary, SkillPrice};
use crate::order;
use crate::policy::{Factor, FactorTerm};
use crate::state::TicketState;
use crate::strategy::{Batch, BatchTicket, Registry};
use deskmatch_matching::{Cover, Goal, Price, Problem};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What pairs are worth where the queue's strategy does not score: room first, then skill.
static PLAIN_FACTORS: [FactorTerm; 2] =
    [FactorTerm::new(Factor::Headroom, 2), FactorTerm::new(Factor::SkillLevel, 1)];

/// How many prices a summary names at most.
const PRICES_MAX: usize = 16;

/// A ticket, the agent that gets it, and what the pair is worth.
pub(super) type Pair = (u32, u32, Option<i64>);

/// Tickets that wait, the agents that may have each, and how many each agent may have.
pub(super) struct Batched {
    /// In the order in which they go.
    pub(super) tickets: Vec<u32>,
    /// For each ticket, places in `agents` and scores.
    pub(super) pairs: Vec<Vec<(u32, i64)>>,
    pub(super) agents: Vec<u32>,
    room: Vec<u32>,
    /// Whether every ticket costs each agent the same.
    pub(super) uniform: bool,
}

impl Session<'_> {
    /// Settles a queue whose batch window is over.
    pub(crate) fn settle_window(&mut self, queue: u16) -> Result<(), Error> {
        if self.desk.windows[usize::from(queue)] > self.now.0 {
            return Ok(());
        }
        self.plan(Some(queue), None)
    }

    /// Settles what waits, in one queue or in all, by one plan.
    pub(crate) fn plan(&mut self, queue: Option<u16>, limit: Option<u32>) -> Result<(), Error> {
        self.desk.flush_fresh();
        let batch = self.desk.gather(queue, limit.map_or(usize::MAX, |limit| limit as usize));
        let compiled = self.desk.compiled();
        let custom = queue.and_then(|queue| compiled.queues[usize::from(queue)].custom.as_ref());
        let (pairs, summary) = match custom {
            Some(name) => (self.desk.ask_custom_plan(&batch, name, self.registry)?, PlanSummary::default()),
            None => self.desk.optimum(&batch)?,
        };
        let (pairs, summary) = self.desk.that_fit(pairs, summary);
        let (pairs, summary) = if custom.is_some() || batch.uniform {
            (pairs, summary)
        } else {
            self.desk.fitted_to_sizes(&batch, pairs, summary, limit.is_none())
        };
        let assigned = pairs.len() as u32;
        let summary = PlanSummary { tickets: batch.tickets.len() as u32, assigned, ..summary };
        let name = queue.map(|queue| compiled.queues[usize::from(queue)].id.clone());
        self.emit(EventBody::Planned { queue: name, summary: Box::new(summary) })?;
        for (ticket, agent, score) in pairs {
            self.give_planned(ticket, agent, score)?;
        }
        if limit.is_none() {
            self.fill_up(&batch)?;
        }
        // A plan for so many tickets at most, or one of a strategy of the host, may leave some that could go out.
        self.desk.pending.windows.note_all();
        Ok(())
    }

    /// Gives away what a plan for tickets of different sizes left although there is room.
    fn fill_up(&mut self, batch: &Batched) -> Result<(), Error> {
        for slot in &batch.tickets {
            let waits =
                self.desk.tickets.get(*slot).is_some_and(|ticket| ticket.state == TicketState::Waiting);
            if waits && let Some(choice) = self.desk.choose(*slot, None, self.registry)? {
                self.give(*slot, choice)?;
            }
        }
        Ok(())
    }
}

impl Desk {
    pub(super) fn gather(&self, queue: Option<u16>, limit: usize) -> Batched {
        let tickets = self.waiting_for_plan(queue, limit);
        let found = self.scored_candidates(&tickets);
        // By agent, whether there are few or many: each of a great many pairs is looked up.
        let mut costs: Vec<Option<(u32, u16)>> = vec![None; self.agents.bound()];
        let mut uniform = true;
        for (slot, scored) in tickets.iter().zip(&found) {
            let ticket = &self.tickets[*slot];
            for (agent, _) in scored {
                let cost = self.agents[*agent].cost(ticket.channel, ticket.size);
                let known = costs[*agent as usize].get_or_insert((cost, ticket.channel));
                uniform &= *known == (cost, ticket.channel);
                known.0 = known.0.max(cost);
            }
        }
        // Columns go by name, so that the plan does not depend on where agents happen to be kept.
        let mut agents: Vec<u32> =
            (0..).zip(&costs).filter_map(|(agent, cost)| cost.map(|_| agent)).collect();
        order::sort_by(&mut agents, |a, b| self.agents[*a].id().cmp(self.agents[*b].id()));
        let mut columns = vec![0; costs.len()];
        for (column, agent) in (0..).zip(&agents) {
            columns[*agent as usize] = column;
        }
        let in_columns = |scored: Vec<(u32, i64)>| {
            let pairs = scored.into_iter().map(|(agent, score)| (columns[agent as usize], score));
            let mut pairs: Vec<(u32, i64)> = pairs.collect();
            pairs.sort_unstable();
            pairs
        };
        let room = agents.iter().map(|agent| self.room(*agent, costs[*agent as usize])).collect();
        Batched { tickets, pairs: found.into_iter().map(in_columns).collect(), agents, room, uniform }
    }

    /// The tickets that a plan is for, in the order in which they go.
    fn waiting_for_plan(&self, queue: Option<u16>, limit: usize) -> Vec<u32> {
        let mut waiting: Vec<(OrderKey, u32)> = Vec::new();
        for (_, demand) in self.index.demands.iter() {
            let own = demand.key.queue();
            if queue.map_or(!self.compiled.queues[usize::from(own)].is_pulled(), |queue| queue == own) {
                let waits =
                    |(_, slot): &(&OrderKey, &u32)| self.tickets[**slot].state == TicketState::Waiting;
                waiting.extend(demand.waiting.iter().filter(waits).map(|(key, slot)| (*key, *slot)));
            }
        }
        order::sort(&mut waiting);
        waiting.truncate(limit);
        waiting.into_iter().map(|(_, slot)| slot).collect()
    }

    /// For each ticket, the agents that may have it and what the pairs are worth. On all cores with the feature `rayon`.
    fn scored_candidates(&self, tickets: &[u32]) -> Vec<Vec<(u32, i64)>> {
        let scored = |slot: &u32| {
            let mut candidates = Vec::new();
            self.candidates(*slot, &mut candidates);
            self.keep_preferred(*slot, &mut candidates);
            let ticket = &self.tickets[*slot];
            let field = self.field(ticket, &candidates);
            let sum = self.compiled.queues[usize::from(ticket.queue)].ranking.sum().unwrap_or(&PLAIN_FACTORS);
            let scores = self.scores(sum, ticket, &field, &candidates);
            candidates.into_iter().zip(scores).collect()
        };
        #[cfg(feature = "rayon")]
        {
            use rayon::prelude::*;
            tickets.par_iter().map(scored).collect()
        }
        #[cfg(not(feature = "rayon"))]
        tickets.iter().map(scored).collect()
    }

    /// A ticket with a preferred agent among its candidates goes to that one.
    fn keep_preferred(&self, slot: u32, candidates: &mut Vec<u32>) {
        if let Some(agent) = self.preferred_among(&self.tickets[slot], candidates) {
            candidates.retain(|candidate| *candidate == agent);
        }
    }

    /// Leaves out the pairs for which an earlier one leaves too little room, as can be where tickets differ in size or channel.
    pub(super) fn that_fit(
        &self,
        mut pairs: Vec<Pair>,
        mut summary: PlanSummary,
    ) -> (Vec<Pair>, PlanSummary) {
        let mut load = Load::new(self);
        pairs.retain(|(slot, agent, score)| {
            let fits = load.take(*slot, *agent);
            if !fits {
                summary.score -= score.unwrap_or(0);
            }
            fits
        });
        (pairs, summary)
    }

    /// How many tickets of a cost an agent may still have.
    fn room(&self, slot: u32, cost: Option<(u32, u16)>) -> u32 {
        let agent = &self.agents[slot];
        let Some((cost, channel)) = cost else { return 0 };
        let free = u64::from(agent.brief.units).saturating_sub(agent.units_used);
        let by_units = free.checked_div(u64::from(cost)).unwrap_or(u64::MAX);
        let terms = &agent.channels[usize::from(channel)];
        let by_count = u64::from(terms.max - terms.held.min(terms.max));
        let by_rate = self.rate_left(slot);
        u32::try_from(by_units.min(by_count).min(by_rate)).unwrap_or(u32::MAX >> 1)
    }

    /// How many tickets an agent may still be given by its rate limit.
    pub(super) fn rate_left(&self, slot: u32) -> u64 {
        let agent = &self.agents[slot];
        agent.rate_limit(self.compiled.policy.rate_limit).map_or(u64::MAX, |limit| {
            let since = self.clock - limit.window.as_millis();
            let recent = agent.assigned_at.iter().filter(|at| **at > since).count() as u64;
            u64::from(limit.max).saturating_sub(recent + agent.offers.len() as u64)
        })
    }

    /// The rank of each ticket's priority.
    pub(super) fn ranks(&self, batch: &Batched) -> Vec<u32> {
        let rank =
            |slot: &u32| u32::from(self.compiled.priorities[usize::from(self.tickets[*slot].priority)].rank);
        batch.tickets.iter().map(rank).collect()
    }

    /// The best plan: most tickets by priority, then the highest score.
    pub(super) fn optimum(&self, batch: &Batched) -> Result<(Vec<Pair>, PlanSummary), Error> {
        if batch.agents.is_empty() {
            return Ok((Vec::new(), PlanSummary { exact: true, ..PlanSummary::default() }));
        }
        let failed = |error: deskmatch_matching::Error| {
            Error::new(ErrorKind::StrategyFailed, format!("the plan could not be made: {error}"))
                .caused_by(Arc::new(error))
        };
        let mut builder = Problem::builder(batch.agents.len());
        builder.capacities(batch.room.clone());
        for pairs in &batch.pairs {
            builder.push_row(pairs.iter().copied());
        }
        let problem = builder.build().map_err(failed)?;
        let ranks = self.ranks(batch);
        let cover = Cover::MostRows { rank: ranks };
        let solution = deskmatch_matching::solve(&problem, Goal::Maximise, &cover).map_err(failed)?;
        let mut pairs = Vec::new();
        for (row, column) in solution.columns.iter().enumerate() {
            if let Some(column) = column {
                let score = problem.value(row, *column);
                pairs.push((batch.tickets[row], batch.agents[*column as usize], score));
            }
        }
        let (greedy_assigned, greedy_score) = greedy(batch);
        let column_prices = &solution.certificate.column_prices;
        let score = i64::try_from(solution.objective).unwrap_or(i64::MAX);
        Ok((
            pairs,
            PlanSummary {
                score,
                greedy_assigned,
                greedy_score,
                exact: batch.uniform,
                prices: self.agent_prices(batch, column_prices),
                skills: self.skill_prices(batch, column_prices),
                ..PlanSummary::default()
            },
        ))
    }

    fn agent_prices(&self, batch: &Batched, prices: &[Price]) -> Vec<AgentPrice> {
        let scarce = batch.agents.iter().zip(prices).filter(|(_, price)| **price > Price::ZERO);
        let named = |(agent, price): (&u32, &Price)| {
            let (covers, points) = in_points(*price);
            AgentPrice { agent: self.agents[*agent].id().clone(), covers, points }
        };
        let mut prices: Vec<AgentPrice> = scarce.map(named).collect();
        order::sort_by(&mut prices, |a, b| {
            (b.covers, b.points, &a.agent).cmp(&(a.covers, a.points, &b.agent))
        });
        prices.truncate(PRICES_MAX);
        prices
    }

    /// A skill is as scarce as the least scarce of those who have it: only where all have a price does room for it have one.
    fn skill_prices(&self, batch: &Batched, prices: &[Price]) -> Vec<SkillPrice> {
        let mut asked: BTreeMap<u16, u8> = BTreeMap::new();
        for slot in &batch.tickets {
            for (skill, level) in &self.index.demands.get(self.tickets[*slot].lane).key.skills {
                let least = asked.entry(*skill).or_insert(*level);
                *least = (*least).min(*level);
            }
        }
        let mut found: Vec<SkillPrice> = Vec::new();
        for (skill, level) in asked.into_iter().filter(|(_, level)| *level > 0) {
            let having =
                batch.agents.iter().zip(prices).filter(|(agent, _)| self.agents[**agent].has(skill, level));
            let least = having.map(|(_, price)| *price).min().unwrap_or_default();
            if least > Price::ZERO {
                let (covers, points) = in_points(least);
                found.push(SkillPrice {
                    skill: self.skills.text(skill.into()).clone().into(),
                    covers,
                    points,
                });
            }
        }
        order::sort_by(&mut found, |a, b| {
            (b.covers, b.points, &a.skill).cmp(&(a.covers, a.points, &b.skill))
        });
        found.truncate(PRICES_MAX);
        found
    }

    /// Asks a strategy of the host for a plan, and checks it.
    fn ask_custom_plan(&self, batch: &Batched, name: &str, registry: &Registry) -> Result<Vec<Pair>, Error> {
        let strategy = registry.get(name).ok_or_else(|| unknown_strategy(name))?;
        let tickets = batch.tickets.iter().zip(&batch.pairs).map(|(slot, pairs)| {
            let ticket = TicketView::new(self, *slot);
            let agents: Vec<u32> = pairs.iter().map(|(place, _)| batch.agents[*place as usize]).collect();
            BatchTicket { ticket, candidates: Candidate::all(self, ticket, &agents) }
        });
        let shown = Batch {
            tickets: tickets.collect(),
            room: order::map(batch.agents.iter().zip(&batch.room).map(|(a, r)| (self.agents[*a].id(), *r))),
        };
        let plan = strategy.plan(&shown).map_err(|source| {
            Error::about(
                ErrorKind::StrategyFailed,
                name,
                format!("the strategy `{name}` failed on a batch: {source}"),
            )
            .caused_by(Arc::from(source))
        })?;
        let wrong = |what: String| {
            Error::about(ErrorKind::StrategyAnswer, name, format!("the strategy `{name}` answered {what}"))
        };
        let mut left = batch.room.clone();
        let mut taken = vec![false; batch.tickets.len()];
        let mut pairs = Vec::new();
        for (ticket, candidate) in plan {
            let places = batch
                .pairs
                .get(ticket)
                .ok_or_else(|| wrong(format!("ticket {ticket} of {}", batch.tickets.len())))?;
            let (place, _) = *places
                .get(candidate)
                .ok_or_else(|| wrong(format!("candidate {candidate} of {}", places.len())))?;
            if std::mem::replace(&mut taken[ticket], true) {
                return Err(wrong(format!("ticket {ticket} twice")));
            }
            let agent = batch.agents[place as usize];
            let room = &mut left[place as usize];
            *room = room.checked_sub(1).ok_or_else(|| {
                wrong(format!("more tickets for agent `{}` than it has room for", self.agents[agent].id()))
            })?;
            pairs.push((batch.tickets[ticket], agent, None));
        }
        order::sort_by_key(&mut pairs, |(slot, _, _)| batch.tickets.iter().position(|ticket| ticket == slot));
        Ok(pairs)
    }
}

/// Whether more rows would be covered, and the value.
fn in_points(price: Price) -> (bool, i64) {
    let limit = if price.value < 0 { i64::MIN } else { i64::MAX };
    (price.priority > 0, i64::try_from(price.value).unwrap_or(limit))
}

/// What choosing ticket by ticket would have reached: each takes its best agent with room.
fn greedy(batch: &Batched) -> (u32, i64) {
    let mut left = batch.room.clone();
    let (mut assigned, mut total) = (0, 0i64);
    for pairs in &batch.pairs {
        let open = pairs.iter().filter(|(place, _)| left[*place as usize] > 0);
        if let Some((place, score)) = open.max_by_key(|(place, score)| (*score, std::cmp::Reverse(*place))) {
            left[*place as usize] -= 1;
            assigned += 1;
            total = total.saturating_add(*score);
        }
    }
    (assigned, total)
}

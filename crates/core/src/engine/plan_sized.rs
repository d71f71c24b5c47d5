//! Plans for tickets of different sizes.
//!
//! The plan that counts every ticket of an agent as the largest leaves room unused, and gaps that are filled one ticket after the
//! other. Here the solver for rows of several sizes looks for a better one, with so few steps that a window takes milliseconds. What
//! agents may have of a channel, and in a window of their rate limit, it does not know: what it finds is fitted to that afterwards,
//! and taken only where it is worth more than the other plan with its gaps filled.

use super::batch::{Batched, Pair};
use super::desk::Desk;
use crate::event::PlanSummary;
use crate::order;
use deskmatch_matching::Goal;
use deskmatch_matching::sized::{Arc, Options, Problem, solve};
use std::collections::{BTreeMap, BTreeSet};

/// How much work a better plan is worth: 5 to 15 milliseconds, the same number of steps on every machine.
const STEPS: u64 = 2_000_000;

/// A batch of more pairs is not worth a second plan: a single look at all of them would take longer than the steps do.
const PAIRS_MAX: usize = 200_000;

/// The solver tells values of a row apart up to 2^58 divided by the number of rows and one.
const VALUE_BITS: u32 = 58;

/// What a plan is worth: tickets by rank of priority, the most important first, then the score.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Worth {
    by_rank: Vec<u32>,
    score: i128,
}

/// A plan that is better than the one it was compared with, or proves that one the best.
struct SizedPlan {
    /// None where the other plan is as good.
    pairs: Option<Vec<Pair>>,
    /// What no plan that assigns as many tickets of each priority as the plan taken can score; none where another could assign more.
    bound: Option<i64>,
}

/// What agents have and may have while a plan is put together.
pub(super) struct Load<'a> {
    desk: &'a Desk,
    units: BTreeMap<u32, u64>,
    /// By agent and channel.
    counts: BTreeMap<(u32, u16), u32>,
    /// What the rate limit leaves.
    rates: BTreeMap<u32, u64>,
}

impl<'a> Load<'a> {
    pub(super) fn new(desk: &'a Desk) -> Self {
        Self { desk, units: BTreeMap::new(), counts: BTreeMap::new(), rates: BTreeMap::new() }
    }

    /// Gives a ticket to an agent if there is room; says whether there was.
    pub(super) fn take(&mut self, slot: u32, agent: u32) -> bool {
        let (ticket, record) = (&self.desk.tickets[slot], &self.desk.agents[agent]);
        let terms = &record.channels[usize::from(ticket.channel)];
        let cost = u64::from(record.cost(ticket.channel, ticket.size));
        let used = self.units.entry(agent).or_insert(record.units_used);
        let held = self.counts.entry((agent, ticket.channel)).or_insert(terms.held);
        let rate = self.rates.entry(agent).or_insert_with(|| self.desk.rate_left(agent));
        let fits =
            *rate > 0 && *held < terms.max && (cost == 0 || *used + cost <= u64::from(record.brief.units));
        if fits {
            (*used, *held, *rate) = (*used + cost, *held + 1, *rate - 1);
        }
        fits
    }
}

/// How plans are told apart by one number: a ticket of a rank counts more than all of the ranks behind it and all scores.
struct Scale {
    /// The rank of each ticket, as a place in `weights`.
    places: Vec<usize>,
    weights: Vec<i64>,
    /// Taken off every score.
    least: i64,
    /// Scores are halved so often before they count.
    shift: u32,
}

impl Scale {
    /// None where there are so many tickets and ranks that no score could count.
    fn new(batch: &Batched, ranks: &[u32]) -> Option<Scale> {
        let scores = || batch.pairs.iter().flatten().map(|(_, score)| *score);
        let (least, most) = (scores().min()?, scores().max()?);
        let mut kinds = ranks.to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        let places: Vec<usize> = ranks.iter().map(|rank| kinds.partition_point(|kind| kind < rank)).collect();
        let mut tickets = vec![0i128; kinds.len()];
        places.iter().for_each(|place| tickets[*place] += 1);
        let limit = (1i128 << VALUE_BITS) / (ranks.len() as i128 + 1) - 1;
        let spread = i128::from(most) - i128::from(least);
        (0..64).find_map(|shift| {
            let spread = spread >> shift;
            let mut weight = spread.checked_mul(ranks.len() as i128)? + 1;
            let mut weights = vec![0; kinds.len()];
            for (own, tickets) in weights.iter_mut().zip(&tickets).rev() {
                *own = i64::try_from(weight).ok().filter(|own| i128::from(*own) + spread < limit)?;
                weight += tickets * weight;
            }
            Some(Scale { places: places.clone(), weights, least, shift })
        })
    }

    fn value(&self, row: usize, score: i64) -> i64 {
        self.weights[self.places[row]] + ((i128::from(score) - i128::from(self.least)) >> self.shift) as i64
    }
}

impl Desk {
    /// The better of a plan that fits and of one that the solver for rows of several sizes finds. `fills` says whether gaps of the
    /// plan will be filled ticket by ticket.
    pub(super) fn fitted_to_sizes(
        &self,
        batch: &Batched,
        pairs: Vec<Pair>,
        summary: PlanSummary,
        fills: bool,
    ) -> (Vec<Pair>, PlanSummary) {
        let found = self.sized_plan(batch, &pairs, fills);
        let (pairs, summary) = match found.pairs {
            // Prices belong to the plan that was not taken.
            Some(pairs) => (pairs, PlanSummary { prices: Vec::new(), skills: Vec::new(), ..summary }),
            None => (pairs, summary),
        };
        let score = pairs.iter().fold(0, |sum: i64, (.., score)| sum.saturating_add(score.unwrap_or(0)));
        let exact = found.bound == Some(score);
        let bound = found.bound.filter(|_| !exact);
        (pairs, PlanSummary { score, exact, bound, ..summary })
    }

    /// A plan with its gaps filled: each ticket that it leaves out goes, in turn, to the agent with room where it is worth most.
    fn filled(&self, batch: &Batched, mut pairs: Vec<Pair>) -> Vec<Pair> {
        let mut load = Load::new(self);
        pairs.retain(|(slot, agent, _)| load.take(*slot, *agent));
        let placed: BTreeSet<u32> = order::set(pairs.iter().map(|(slot, ..)| *slot));
        for (slot, candidates) in
            batch.tickets.iter().zip(&batch.pairs).filter(|(slot, _)| !placed.contains(slot))
        {
            let mut best_first = candidates.clone();
            order::sort_by_key(&mut best_first, |(place, score)| (std::cmp::Reverse(*score), *place));
            let mut agents =
                best_first.into_iter().map(|(place, score)| (batch.agents[place as usize], score));
            if let Some((agent, score)) = agents.find(|(agent, _)| load.take(*slot, *agent)) {
                pairs.push((*slot, agent, Some(score)));
            }
        }
        let places: BTreeMap<u32, usize> = order::map(batch.tickets.iter().copied().zip(0..));
        order::sort_by_key(&mut pairs, |(slot, ..)| places.get(slot).copied());
        pairs
    }

    /// Looks for a plan that is worth more than one that fits.
    fn sized_plan(&self, batch: &Batched, known: &[Pair], fills: bool) -> SizedPlan {
        let nothing = SizedPlan { pairs: None, bound: None };
        if let Some(bound) = everything_at_its_best(batch, known) {
            return SizedPlan { bound: Some(bound), ..nothing };
        }
        let arcs: usize = batch.pairs.iter().map(Vec::len).sum();
        let scale = if arcs > PAIRS_MAX { None } else { Scale::new(batch, &self.ranks(batch)) };
        let Some(scale) = scale else { return nothing };
        let Some((found, bound)) = self.solve_sized(batch, &scale) else { return nothing };
        let places: BTreeMap<u32, usize> =
            batch.tickets.iter().copied().zip(scale.places.iter().copied()).collect();
        let found = self.filled(batch, found);
        let kept = if fills { self.filled(batch, known.to_vec()) } else { known.to_vec() };
        let (found_worth, kept_worth) = (worth(&found, &places), worth(&kept, &places));
        if found_worth > kept_worth {
            SizedPlan { pairs: Some(found), bound: scale.score_bound(bound, &found_worth) }
        } else if kept.len() == known.len() {
            SizedPlan { pairs: None, bound: scale.score_bound(bound, &kept_worth) }
        } else {
            // What fills the gaps is no part of the plan that the figures are of.
            nothing
        }
    }

    /// What the solver finds, and what by its values no plan can pass; nothing where it finds nothing.
    fn solve_sized(&self, batch: &Batched, scale: &Scale) -> Option<(Vec<Pair>, i128)> {
        let free = |agent: &u32| {
            let agent = &self.agents[*agent];
            u64::from(agent.brief.units).saturating_sub(agent.units_used)
        };
        let mut builder = Problem::builder(batch.agents.iter().map(free).collect());
        for (row, (slot, pairs)) in batch.tickets.iter().zip(&batch.pairs).enumerate() {
            let ticket = &self.tickets[*slot];
            builder.push_row(pairs.iter().map(|(place, score)| Arc {
                column: *place,
                size: self.agents[batch.agents[*place as usize]].cost(ticket.channel, ticket.size),
                value: scale.value(row, *score),
            }));
        }
        let problem = builder.build().ok()?;
        let options = Options { unmatched: Some(0.into()), steps: STEPS };
        // Tickets may stay out, so there always is an answer; what else could be wrong leaves the plan that is known.
        let solution = solve(&problem, Goal::Maximise, &options).ok()?;
        let pairs = solution.columns.iter().enumerate().filter_map(|(row, column)| {
            let place = (*column)?;
            let (_, score) = batch.pairs[row].iter().find(|(own, _)| *own == place)?;
            Some((batch.tickets[row], batch.agents[place as usize], Some(*score)))
        });
        Some((pairs.collect(), solution.bound))
    }
}

impl Scale {
    /// What no plan scores that assigns as many tickets of each rank as one that is worth so much, where by the bound none assigns more.
    fn score_bound(&self, bound: i128, worth: &Worth) -> Option<i64> {
        let weights = self.weights.iter().zip(&worth.by_rank);
        let cover: i128 = weights.map(|(weight, count)| i128::from(*weight) * i128::from(*count)).sum();
        let scores = bound - cover;
        let is_best_cover = self.weights.last().is_some_and(|least| scores < i128::from(*least));
        let assigned: i128 = worth.by_rank.iter().map(|count| i128::from(*count)).sum();
        // Scores that were halved have lost what a bound is about.
        let bound = (self.shift == 0 && is_best_cover).then(|| scores + i128::from(self.least) * assigned)?;
        i64::try_from(bound).ok()
    }
}

/// The score of a plan that gives every ticket to the agent where it is worth most: nothing can be better.
fn everything_at_its_best(batch: &Batched, pairs: &[Pair]) -> Option<i64> {
    let mut best: BTreeMap<u32, i64> = BTreeMap::new();
    for (slot, pairs) in batch.tickets.iter().zip(&batch.pairs) {
        best.extend(pairs.iter().map(|(_, score)| *score).max().map(|score| (*slot, score)));
    }
    let is_best = |(slot, _, score): &Pair| score.is_some() && best.get(slot) == score.as_ref();
    let all = pairs.len() == best.len() && pairs.iter().all(is_best);
    all.then(|| best.values().fold(0, |sum: i64, score| sum.saturating_add(*score)))
}

/// What a plan is worth. `ranks` are those of the tickets, from 0.
fn worth(pairs: &[Pair], ranks: &BTreeMap<u32, usize>) -> Worth {
    let kinds = ranks.values().max().map_or(0, |last| last + 1);
    let mut worth = Worth { by_rank: vec![0; kinds], score: 0 };
    for (slot, _, score) in pairs {
        if let Some(count) = ranks.get(slot).and_then(|rank| worth.by_rank.get_mut(*rank)) {
            *count += 1;
        }
        worth.score += i128::from(score.unwrap_or(0));
    }
    worth
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Agent, Capacity, Command, Engine, Policy, Ticket, Timestamp};
    use proptest::prelude::*;
    use serde_json::json;

    /// A desk of agents with few units and few tickets of each channel, with tickets of all sizes that wait for one plan.
    #[derive(Clone, Debug)]
    struct World {
        /// Units, most chats at once, level.
        agents: Vec<(u32, u32, u8)>,
        /// Size, whether it is a chat, whether it is urgent, level asked.
        tickets: Vec<(u32, bool, bool, u8)>,
        rate: u32,
    }

    fn worlds(sizes: std::ops::Range<u32>) -> impl Strategy<Value = World> {
        let agents = prop::collection::vec((1..10u32, 1..3u32, 1..100u8), 1..4);
        let tickets = prop::collection::vec((sizes, any::<bool>(), any::<bool>(), 1..40u8), 1..7);
        (agents, tickets, prop_oneof![Just(100u32), 1..4u32]).prop_map(|(agents, tickets, rate)| World {
            agents,
            tickets,
            rate,
        })
    }

    impl World {
        fn desk(&self) -> Engine {
            let policy = json!({
                "channels": { "mail": {}, "chat": { "units": 2 } },
                "default_channel": "mail",
                "priorities": { "urgent": { "rank": 0 }, "normal": { "rank": 1 } },
                "default_priority": "normal",
                "rate_limit": { "max": self.rate, "window": "1h" },
                "queues": { "all": { "batch_window": "1m", "strategy": { "kind": "optimal",
                    "factors": [{ "factor": "skill_level", "weight": 3 }, { "factor": "headroom", "weight": 1 }] } } },
            });
            let policy = Policy::from_json(&policy.to_string()).unwrap();
            let mut engine = Engine::new(policy).unwrap();
            for (number, (units, chats, level)) in self.agents.iter().enumerate() {
                let capacity = Capacity::units(*units).with_channel_max("chat", *chats);
                let agent = Agent::new(format!("a{number}")).with_skill("s", *level).with_capacity(capacity);
                engine.execute(Timestamp(0), Command::add_agent(agent)).unwrap();
            }
            for (number, (size, is_chat, is_urgent, level)) in self.tickets.iter().enumerate() {
                let mut ticket =
                    json!({ "id": format!("t{number}"), "skills": [{ "skill": "s", "level": level }] });
                if *size > 0 {
                    ticket["size"] = json!(size);
                }
                ticket["channel"] = json!(if *is_chat { "chat" } else { "mail" });
                ticket["priority"] = json!(if *is_urgent { "urgent" } else { "normal" });
                let ticket: Ticket = serde_json::from_value(ticket).unwrap();
                engine.execute(Timestamp(0), Command::submit(ticket)).unwrap();
            }
            engine.desk.flush_fresh();
            engine
        }
    }

    /// The most that any plan is worth, by trying all.
    fn best(desk: &Desk, batch: &Batched, places: &BTreeMap<u32, usize>) -> Worth {
        fn from(
            desk: &Desk,
            batch: &Batched,
            places: &BTreeMap<u32, usize>,
            row: usize,
            chosen: &mut Vec<Pair>,
        ) -> Worth {
            if row == batch.tickets.len() {
                return worth(chosen, places);
            }
            let mut found = from(desk, batch, places, row + 1, chosen);
            for (place, score) in &batch.pairs[row] {
                chosen.push((batch.tickets[row], batch.agents[*place as usize], Some(*score)));
                let mut load = Load::new(desk);
                if chosen.iter().all(|(slot, agent, _)| load.take(*slot, *agent)) {
                    found = found.max(from(desk, batch, places, row + 1, chosen));
                }
                chosen.pop();
            }
            found
        }
        from(desk, batch, places, 0, &mut Vec::new())
    }

    fn places(desk: &Desk, batch: &Batched) -> BTreeMap<u32, usize> {
        let ranks = desk.ranks(batch);
        let mut kinds = ranks.clone();
        kinds.sort_unstable();
        kinds.dedup();
        let place = |rank: &u32| kinds.partition_point(|kind| kind < rank);
        batch.tickets.iter().copied().zip(ranks.iter().map(place)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        #[test]
        fn a_plan_for_sizes_fits_is_no_worse_than_the_other_and_says_no_more_than_it_proves(world in worlds(1..6)) {
            let engine = world.desk();
            let desk = &engine.desk;
            let batch = desk.gather(Some(0), usize::MAX);
            let places = places(desk, &batch);
            let (known, summary) = desk.optimum(&batch).unwrap();
            let (known, summary) = desk.that_fit(known, summary);
            let old = desk.filled(&batch, known.clone());
            let (pairs, summary) = desk.fitted_to_sizes(&batch, known, summary, true);
            let mut load = Load::new(desk);
            prop_assert!(pairs.iter().all(|(slot, agent, _)| load.take(*slot, *agent)));
            let all = desk.filled(&batch, pairs.clone());
            prop_assert!(worth(&all, &places) >= worth(&old, &places));
            let (own, best) = (worth(&pairs, &places), best(desk, &batch, &places));
            prop_assert_eq!(own.score, i128::from(summary.score));
            if summary.exact {
                prop_assert_eq!(&own, &best);
            }
            if let Some(bound) = summary.bound {
                prop_assert!(!summary.exact && own.by_rank == best.by_rank && best.score <= i128::from(bound));
            }
        }
    }
}

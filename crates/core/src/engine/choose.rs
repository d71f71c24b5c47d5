//! Choosing the agent for one ticket.

use super::desk::Desk;
use super::score::Field;
use super::views::{Candidate, TicketView};
use crate::decision::DecidedBy;
use crate::error::{Error, ErrorKind};
use crate::order;
use crate::strategy::{Registry, ranking::Ranking};
use std::sync::Arc;

/// The agent chosen for a ticket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Choice {
    pub(crate) agent: u32,
    pub(crate) by: DecidedBy,
    pub(crate) score: Option<i64>,
}

/// How many steps of a rota are cheaper than keeping agents lined up.
const STEPS_QUICK: usize = 32;

impl Desk {
    /// Chooses the agent for a ticket among all that may have it, or among some of those.
    pub(crate) fn choose(
        &mut self,
        slot: u32,
        among: Option<&[u32]>,
        registry: &Registry,
    ) -> Result<Option<Choice>, Error> {
        if among.is_none() && self.is_plain(slot) {
            if let Some(choice) = self.choose_in_rota(slot) {
                return Ok(choice);
            }
            if let Some(choice) = self.choose_in_lineup(slot) {
                return Ok(choice);
            }
        }
        let mut candidates = Vec::new();
        match among {
            // They have named the ticket, so they may have it.
            Some(among) => candidates.extend_from_slice(among),
            None => self.candidates(slot, &mut candidates),
        }
        if candidates.is_empty() {
            return Ok(None);
        }
        let ticket = &self.tickets[slot];
        if let Some(agent) = self.preferred_among(ticket, &candidates) {
            return Ok(Some(Choice { agent, by: DecidedBy::Preferred, score: None }));
        }
        let terms = &self.compiled.queues[usize::from(ticket.queue)];
        if let Some(name) = &terms.custom {
            return self.ask_custom(slot, candidates, name, registry).map(Some);
        }
        Ok(Some(self.choose_among(slot, &mut candidates)))
    }

    /// The choice of the queue's strategy among some agents.
    fn choose_among(&self, slot: u32, candidates: &mut Vec<u32>) -> Choice {
        let ticket = &self.tickets[slot];
        let ranking = &self.compiled.queues[usize::from(ticket.queue)].ranking;
        let field = self.field(ticket, candidates);
        let agent = self.best(ranking, slot, &field, candidates);
        let score = ranking.sum().map(|sum| self.score(sum, ticket, &field, agent));
        Choice { agent, by: DecidedBy::Strategy, score }
    }

    /// Whether nothing about the single ticket matters: any other of its demand would get the same agents in the same order.
    fn is_plain(&self, slot: u32) -> bool {
        let ticket = &self.tickets[slot];
        if ticket.lane == super::records::NONE || ticket.has_size() || ticket.steps != 0 {
            return false;
        }
        let extra = ticket.extra();
        let queues = &self.index.demands.get(ticket.lane).key.queues;
        extra.offers.is_empty()
            && extra.preferred.is_empty()
            && queues.iter().all(|queue| self.index.queues[usize::from(*queue)].delays.is_empty())
    }

    /// The choice by the queue's rota, if it has one that is quick for this demand.
    fn choose_in_rota(&mut self, slot: u32) -> Option<Option<Choice>> {
        let ticket = &self.tickets[slot];
        let kind = self.compiled.queues[usize::from(ticket.queue)].ranking.rota?;
        let (channel, lane) = (usize::from(ticket.channel), ticket.lane);
        if self.index.demands.lineups.get(lane).is_some() {
            return None;
        }
        let (_, rota) = self.index.rotas.iter_mut().find(|(other, _)| *other == kind)?;
        let capable = self.index.demands.get(lane).capable();
        let (agent, steps) = rota.first(capable, &self.index.channels[channel].ready);
        self.note_looks(slot, steps.saturating_sub(STEPS_QUICK));
        Some(agent.map(|agent| Choice { agent, by: DecidedBy::Strategy, score: None }))
    }

    /// The choice by the demand's lineup, if its strategy allows one and it is worth having.
    fn choose_in_lineup(&mut self, slot: u32) -> Option<Option<Choice>> {
        let ticket = &self.tickets[slot];
        let lane = ticket.lane;
        let ranking = &self.compiled.queues[usize::from(ticket.queue)].ranking;
        ranking.width?;
        let Some(first) = self.index.demands.lineups.first(lane, ranking.is_decisive) else {
            self.note_looks(slot, self.index.demands.get(lane).capable().len() as usize);
            return None;
        };
        let choice = match first.as_slice() {
            [] => None,
            // Nothing that lasts looks at the other candidates.
            [agent] => {
                self.call_agent(*agent);
                let score = ranking.sum().map(|sum| self.score(sum, ticket, &Field::default(), *agent));
                Some(Choice { agent: *agent, by: DecidedBy::Strategy, score })
            }
            _ => Some(self.choose_among(slot, &mut first.into_vec())),
        };
        debug_assert_eq!(
            choice,
            self.choose_from_all(slot),
            "a lineup is another way to look at every agent"
        );
        Some(choice)
    }

    /// The choice by looking at every agent.
    fn choose_from_all(&self, slot: u32) -> Option<Choice> {
        let mut candidates = Vec::new();
        self.candidates(slot, &mut candidates);
        (!candidates.is_empty()).then(|| self.choose_among(slot, &mut candidates))
    }

    /// Notes what a choice without a lineup cost; where it would have paid, there is one from now on.
    fn note_looks(&mut self, slot: u32, looks: usize) {
        let ticket = &self.tickets[slot];
        let lane = ticket.lane;
        let can = self.compiled.queues[usize::from(ticket.queue)].ranking.width.is_some();
        if can && self.index.demands.note_looks(lane, looks) {
            self.line_up(slot);
        }
    }

    /// The best of some candidates: layer by layer, those that are not the best so far drop out.
    pub(crate) fn best(&self, ranking: &Ranking, slot: u32, field: &Field, candidates: &mut Vec<u32>) -> u32 {
        let ticket = &self.tickets[slot];
        for layer in &ranking.layers {
            if candidates.len() <= 1 {
                break;
            }
            let values = self.layer_values(layer, ticket, field, candidates);
            let best = values.iter().min();
            let mut values = values.iter();
            candidates.retain(|_| values.next() == best);
        }
        let tie_break = |agent: &u32| (self.tie_break(field, *agent), self.agents[*agent].id().clone());
        match candidates.as_slice() {
            [only] => *only,
            several => {
                several.iter().copied().min_by_key(tie_break).expect("there is at least one candidate")
            }
        }
    }

    /// Asks a strategy of the host.
    pub(crate) fn ask_custom(
        &self,
        slot: u32,
        mut candidates: Vec<u32>,
        name: &str,
        registry: &Registry,
    ) -> Result<Choice, Error> {
        let strategy = registry.get(name).ok_or_else(|| unknown_strategy(name))?;
        // The order in which the host sees candidates is that of their ids: nothing of ours shows.
        order::sort_by(&mut candidates, |a, b| self.agents[*a].id().cmp(self.agents[*b].id()));
        let ticket = TicketView::new(self, slot);
        let shown = Candidate::all(self, ticket, &candidates);
        let index = strategy.choose(&ticket, &shown).map_err(|source| {
            let message = format!("the strategy `{name}` failed on ticket `{}`: {source}", ticket.id());
            Error::about(ErrorKind::StrategyFailed, name, message).caused_by(Arc::from(source))
        })?;
        let agent = candidates.get(index).copied().ok_or_else(|| {
            let message = format!(
                "the strategy `{name}` chose candidate {index} of {} for ticket `{}`; it must answer an index below that",
                candidates.len(),
                ticket.id()
            );
            Error::about(ErrorKind::StrategyAnswer, name, message)
        })?;
        Ok(Choice { agent, by: DecidedBy::Strategy, score: None })
    }
}

pub(crate) fn unknown_strategy(name: &str) -> Error {
    let message = format!(
        "the policy names the strategy `{name}`, which is not registered; register it with the engine first"
    );
    Error::about(ErrorKind::UnknownStrategy, name, message)
}

//! Choosing the agent for one ticket.

use super::desk::Desk;
use super::score::Field;
use super::views::{AgentView, Candidate, TicketView};
use crate::decision::DecidedBy;
use crate::error::{Error, ErrorKind};
use crate::strategy::{Registry, ranking::Ranking};
use std::sync::Arc;

/// The agent chosen for a ticket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice {
    pub(crate) agent: u32,
    pub(crate) by: DecidedBy,
    pub(crate) score: Option<i64>,
}

impl Desk {
    /// Chooses the agent for a ticket among all that may have it, or among some of those.
    pub(crate) fn choose(
        &mut self,
        slot: u32,
        among: Option<&[u32]>,
        registry: &Registry,
    ) -> Result<Option<Choice>, Error> {
        let compiled = self.compiled();
        let ticket = &self.tickets[slot];
        let terms = &compiled.queues[usize::from(ticket.queue)];
        if among.is_none()
            && let Some(kind) = terms.ranking.rota
            && self.is_simple(slot)
        {
            let channel = usize::from(ticket.channel);
            let capable = &self.index.demands.get(ticket.lane).capable;
            let rota = self.index.rotas.iter_mut().find(|(other, _)| *other == kind);
            let agent = rota.and_then(|(_, rota)| rota.first(capable, &self.index.channels[channel].ready));
            return Ok(agent.map(|agent| Choice { agent, by: DecidedBy::Strategy, score: None }));
        }
        let mut candidates = Vec::new();
        self.candidates(slot, &mut candidates);
        if let Some(among) = among {
            candidates.retain(|agent| among.contains(agent));
        }
        if candidates.is_empty() {
            return Ok(None);
        }
        let ticket = &self.tickets[slot];
        if let Some(agent) = self.preferred_among(ticket, &candidates) {
            return Ok(Some(Choice { agent, by: DecidedBy::Preferred, score: None }));
        }
        if let Some(name) = &terms.custom {
            return self.ask_custom(slot, candidates, name, registry).map(Some);
        }
        let field = self.field(ticket, &candidates);
        let agent = self.best(&terms.ranking, slot, &field, &mut candidates);
        let score = terms.ranking.sum().map(|sum| self.score(sum, &self.tickets[slot], &field, agent));
        Ok(Some(Choice { agent, by: DecidedBy::Strategy, score }))
    }

    /// Whether a rota alone can answer for the ticket.
    fn is_simple(&self, slot: u32) -> bool {
        let ticket = &self.tickets[slot];
        if ticket.lane == super::records::NONE || ticket.has_size() {
            return false;
        }
        let extra = ticket.extra();
        let queues = &self.index.demands.get(ticket.lane).key.queues;
        extra.offers.is_empty()
            && extra.preferred.is_empty()
            && queues.iter().all(|queue| self.index.queues[usize::from(*queue)].delays.is_empty())
    }

    /// The best of some candidates: layer by layer, those that are not the best so far drop out.
    pub(crate) fn best(&self, ranking: &Ranking, slot: u32, field: &Field, candidates: &mut Vec<u32>) -> u32 {
        let ticket = &self.tickets[slot];
        for layer in &ranking.layers {
            if candidates.len() <= 1 {
                break;
            }
            let mut best = (i64::MAX, u64::MAX);
            let mut kept = 0;
            for index in 0..candidates.len() {
                let agent = candidates[index];
                let value = self.layer_value(layer, ticket, field, agent);
                if value < best {
                    best = value;
                    kept = 0;
                }
                if value == best {
                    candidates[kept] = agent;
                    kept += 1;
                }
            }
            candidates.truncate(kept);
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
        candidates.sort_by(|a, b| self.agents[*a].id().cmp(self.agents[*b].id()));
        let ticket = TicketView::new(self, slot);
        let shown: Vec<Candidate<'_>> =
            candidates.iter().map(|agent| Candidate::new(ticket, AgentView::new(self, *agent))).collect();
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

//! How every agent stands towards a ticket.

use super::{AgentStanding, Explanation, Standing, Term};
use crate::engine::demand::DemandKey;
use crate::engine::desk::Desk;
use crate::engine::records::{NONE, TicketRecord};
use crate::engine::score::Field;
use crate::order;
use crate::policy::{FactorTerm, Prefer};
use crate::rule::Rule;
use crate::strategy::Registry;
use crate::strategy::ranking::Layer;
use crate::time::Timestamp;
use smol_str::{SmolStr, format_smolstr};
use std::cmp::Ordering;

impl Desk {
    /// Why a ticket is where it is. `chosen` is the agent that an event names; without it, who holds the ticket or would get it.
    pub(crate) fn explanation(&self, slot: u32, chosen: Option<u32>, registry: &Registry) -> Explanation {
        let ticket = &self.tickets[slot];
        let terms = &self.compiled.queues[usize::from(ticket.queue)];
        let (agents, tie_broken) = self.standings_of(slot, chosen, registry);
        Explanation {
            ticket: ticket.id.clone(),
            state: SmolStr::new_static(ticket.state.as_str()),
            queue: terms.id.clone(),
            at: Timestamp(self.clock.max(ticket.since)),
            strategy: terms.strategy_name.clone(),
            policy: self.compiled.hash,
            would_help: if ticket.is_sought()
                && agents.iter().all(|agent| matches!(agent.standing, Standing::Denied { .. }))
            {
                self.remedies(slot)
            } else {
                Vec::new()
            },
            agents,
            tie_broken,
        }
    }

    pub(crate) fn standings(&self, slot: u32, registry: &Registry) -> Vec<AgentStanding> {
        self.standings_of(slot, None, registry).0
    }

    fn standings_of(
        &self,
        slot: u32,
        chosen: Option<u32>,
        registry: &Registry,
    ) -> (Vec<AgentStanding>, bool) {
        let ticket = &self.tickets[slot];
        let key = self.demand_key(ticket);
        let (mut eligible, denied) = self.sort_out(ticket, &key, chosen);
        let field = self.field(ticket, &eligible);
        let preferred = self.preferred_among(ticket, &eligible);
        order::sort_by(&mut eligible, |a, b| self.compare(ticket, &field, *a, *b));
        let winner = chosen
            .or_else(|| (ticket.holder != NONE).then_some(ticket.holder))
            .or(preferred)
            .or_else(|| self.custom_choice(slot, registry))
            .or_else(|| eligible.first().copied());
        if let Some(winner) = winner
            && let Some(place) = eligible.iter().position(|agent| *agent == winner)
        {
            let winner = eligible.remove(place);
            eligible.insert(0, winner);
        }
        let tie_broken =
            eligible.len() > 1 && self.difference(ticket, &field, eligible[0], eligible[1]) == "tie";
        let mut standings: Vec<AgentStanding> = eligible
            .iter()
            .map(|agent| {
                let is_offered = ticket.extra().offers.iter().any(|offer| offer.agent == *agent);
                let standing = match winner {
                    Some(winner) if winner != *agent && !is_offered => {
                        let on = if ticket.holder == winner && chosen.is_none() {
                            SmolStr::new_static("holder")
                        } else if preferred == Some(winner) {
                            SmolStr::new_static("preferred")
                        } else {
                            self.difference(ticket, &field, winner, *agent)
                        };
                        Standing::Outranked { by: self.agents[winner].id().clone(), on }
                    }
                    _ => Standing::Chosen,
                };
                AgentStanding {
                    agent: self.agents[*agent].id().clone(),
                    standing,
                    terms: self.terms(ticket, &field, *agent),
                }
            })
            .collect();
        standings.extend(denied.into_iter().map(|(agent, rule)| AgentStanding {
            agent: self.agents[agent].id().clone(),
            standing: Standing::Denied { denial: self.denial(rule, ticket, &key, agent) },
            terms: Vec::new(),
        }));
        (standings, tie_broken)
    }

    /// The agents that may have a ticket, those that have it or an offer of it among them, and the others by id with what denies
    /// them.
    fn sort_out(
        &self,
        ticket: &TicketRecord,
        key: &DemandKey,
        chosen: Option<u32>,
    ) -> (Vec<u32>, Vec<(u32, Rule)>) {
        let (mut eligible, mut denied) = (Vec::new(), Vec::new());
        for (agent, _) in self.agents.iter() {
            let is_offered = ticket.extra().offers.iter().any(|offer| offer.agent == agent);
            match self.denied(ticket, key, agent) {
                Some(rule) if ticket.holder != agent && !is_offered && chosen != Some(agent) => {
                    denied.push((agent, rule));
                }
                _ => eligible.push(agent),
            }
        }
        order::sort_by(&mut denied, |a, b| self.agents[a.0].id().cmp(self.agents[b.0].id()));
        (eligible, denied)
    }

    /// What a strategy of the host would choose, if it can say.
    fn custom_choice(&self, slot: u32, registry: &Registry) -> Option<u32> {
        let ticket = &self.tickets[slot];
        let name = self.compiled.queues[usize::from(ticket.queue)].custom.as_ref()?;
        let mut candidates = Vec::new();
        self.candidates(slot, &mut candidates);
        if candidates.is_empty() {
            return None;
        }
        self.ask_custom(slot, candidates, name, registry).ok().map(|choice| choice.agent)
    }

    fn layers(&self, ticket: &TicketRecord) -> &[Layer] {
        &self.compiled.queues[usize::from(ticket.queue)].ranking.layers
    }

    /// Which of two agents the ranking puts first.
    fn compare(&self, ticket: &TicketRecord, field: &Field, a: u32, b: u32) -> Ordering {
        for layer in self.layers(ticket) {
            let order =
                self.layer_value(layer, ticket, field, a).cmp(&self.layer_value(layer, ticket, field, b));
            if order.is_ne() {
                return order;
            }
        }
        self.tie_break(field, a)
            .cmp(&self.tie_break(field, b))
            .then_with(|| self.agents[a].id().cmp(self.agents[b].id()))
    }

    /// What puts the winner before another agent.
    fn difference(&self, ticket: &TicketRecord, field: &Field, winner: u32, other: u32) -> SmolStr {
        if self.compiled.queues[usize::from(ticket.queue)].custom.is_some() {
            return SmolStr::new_static("custom");
        }
        for layer in self.layers(ticket) {
            match self
                .layer_value(layer, ticket, field, winner)
                .cmp(&self.layer_value(layer, ticket, field, other))
            {
                Ordering::Less => return self.difference_in(layer, ticket, field, winner, other),
                Ordering::Greater => return SmolStr::new_static("order"),
                Ordering::Equal => {}
            }
        }
        SmolStr::new_static("tie")
    }

    /// The name of a layer; of a weighted sum, the factor that makes most of the difference.
    fn difference_in(
        &self,
        layer: &Layer,
        ticket: &TicketRecord,
        field: &Field,
        winner: u32,
        other: u32,
    ) -> SmolStr {
        let Layer::Sum(terms) = layer else { return layer_name(layer) };
        let lead = |term: &&FactorTerm| {
            let points = |agent| self.factor(term, ticket, field, agent) * i64::from(term.weight);
            points(winner) - points(other)
        };
        terms.iter().max_by_key(lead).map_or(SmolStr::new_static("tie"), term_name)
    }

    /// The terms of an agent's score.
    fn terms(&self, ticket: &TicketRecord, field: &Field, agent: u32) -> Vec<Term> {
        let mut terms = Vec::new();
        for layer in self.layers(ticket) {
            if let Layer::Sum(factors) = layer {
                terms.extend(factors.iter().map(|factor| {
                    let (value, weight) =
                        (self.factor(factor, ticket, field, agent), i64::from(factor.weight));
                    Term { factor: term_name(factor), value, weight, points: value * weight }
                }));
            } else {
                let value = self.shown_value(layer, ticket, field, agent);
                terms.push(Term { factor: layer_name(layer), value, weight: 0, points: 0 });
            }
        }
        terms
    }

    /// A layer's value as people read it: loads in millionths or units, times as how long ago.
    fn shown_value(&self, layer: &Layer, ticket: &TicketRecord, field: &Field, slot: u32) -> i64 {
        let agent = &self.agents[slot];
        let shown = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        match layer {
            Layer::Rotation if agent.rotation.0 == i64::MIN => Term::NEVER,
            Layer::Rotation => self.clock.saturating_sub(agent.rotation.0),
            Layer::Idle => self.clock.saturating_sub(agent.idle.0),
            Layer::Turn => shown(agent.turn),
            Layer::LoadShare => shown(agent.load_share()),
            Layer::LoadUnits => shown(agent.units_used),
            Layer::Ledger => shown(agent.ledger),
            Layer::Lot => self.layer_value(layer, ticket, field, slot).0,
            Layer::Factor(_, prefer) => {
                let value = self.layer_value(layer, ticket, field, slot).0;
                match prefer {
                    Prefer::High => value.checked_neg().unwrap_or(i64::MAX),
                    Prefer::Low => value,
                }
            }
            Layer::Sum(terms) => self.score(terms, ticket, field, slot),
        }
    }
}

fn term_name(term: &FactorTerm) -> SmolStr {
    match &term.attribute {
        Some(attribute) => format_smolstr!("attribute {attribute}"),
        None => SmolStr::new_static(term.factor.as_str()),
    }
}

fn layer_name(layer: &Layer) -> SmolStr {
    SmolStr::new_static(match layer {
        Layer::Rotation => "last_assignment",
        Layer::Turn => "turn",
        Layer::Idle => "idle_time",
        Layer::LoadShare => "load_share",
        Layer::LoadUnits => "load",
        Layer::Ledger => "ledger",
        Layer::Lot => "lot",
        Layer::Sum(_) => "score",
        Layer::Factor(term, _) => return term_name(term),
    })
}

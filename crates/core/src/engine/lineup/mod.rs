//! The agents that could have the tickets of one demand at this moment, best first.
//!
//! Lineups are for demands that few agents can serve and for strategies that no rota answers;
//! [`Demands`](super::demand::Demands) says when one is made and when it is given up. Where only a load changes and
//! everything after it is fixed, a [`Ladder`] keeps the order and a change costs next to nothing; else a [`Tournament`]
//! does, and a change costs O(log agents).

mod ladder;
mod tournament;

use super::desk::Desk;
use super::records::TicketRecord;
use super::score::Field;
use crate::policy::{Factor, Prefer};
use crate::strategy::ranking::Layer;
use ladder::Ladder;
use smallvec::SmallVec;
use tournament::Tournament;

/// What an agent is worth to a demand: words that are compared one after the other, the smaller first.
type Standing = SmallVec<[u64; 8]>;

#[derive(Clone)]
pub(crate) struct Lineup {
    /// A ticket of the demand: what any of them asks.
    ticket: Box<TicketRecord>,
    /// The agents, by place.
    agents: Vec<u32>,
    order: Order,
    /// Changes since it was last asked.
    changes: usize,
}

#[derive(Clone)]
enum Order {
    Tournament(Tournament),
    /// Agents are placed in the order of what is fixed about them, which is kept with each.
    Ladder(Ladder, Vec<Standing>),
}

impl Lineup {
    fn new(ticket: &TicketRecord, agents: Vec<u32>, order: Order) -> Lineup {
        Lineup { ticket: Box::new(ticket.clone()), agents, order, changes: 0 }
    }

    /// Its agents; their order gives their places.
    pub(crate) fn agents(&self) -> &[u32] {
        &self.agents
    }

    /// Whether it has changed so often since it was last asked that looking at every agent would have been cheaper.
    pub(crate) fn is_stale(&self) -> bool {
        let limit = match &self.order {
            Order::Ladder(ladder, _) if ladder.is_too_tall() => 64,
            _ => self.agents.len() / 2 + 64,
        };
        self.changes > limit
    }

    /// The agents that no other goes before: one, or several that are equal, which a decisive ranking does not have.
    pub(crate) fn first(&mut self, is_decisive: bool) -> SmallVec<[u32; 4]> {
        self.changes = 0;
        let mut first = match &self.order {
            Order::Tournament(tournament) if is_decisive => tournament.winner().into_iter().collect(),
            Order::Tournament(tournament) => tournament.equals(tournament.winner()),
            Order::Ladder(ladder, _) => ladder.equals(ladder.winner()),
        };
        for place in &mut first {
            *place = self.agents[*place as usize];
        }
        first
    }
}

impl Desk {
    /// Lines the agents of a demand up, as for one of its tickets.
    pub(crate) fn line_up(&self, slot: u32) -> Lineup {
        let ticket = &self.tickets[slot];
        let ranking = &self.compiled.queues[usize::from(ticket.queue)].ranking;
        let mut agents: Vec<u32> = self.index.demands.get(ticket.lane).capable().iter().collect();
        if ranking.is_ladder {
            let fixed = |agent: &u32| (self.standing(&ranking.layers[1..], ticket, *agent), *agent);
            let mut placed: Vec<(Standing, u32)> = agents.iter().map(fixed).collect();
            placed.sort_unstable();
            agents = placed.iter().map(|(_, agent)| *agent).collect();
            let fixed: Vec<Standing> = placed.into_iter().map(|(fixed, _)| fixed).collect();
            let groups = fixed
                .chunk_by(|a, b| a == b)
                .zip(0..)
                .flat_map(|(group, number)| group.iter().map(move |_| number));
            let order = Order::Ladder(Ladder::new(groups.collect()), fixed);
            if let Some(lineup) = self.filled(Lineup::new(ticket, agents.clone(), order)) {
                return lineup;
            }
        }
        let order = Order::Tournament(Tournament::new(agents.len(), ranking.width.unwrap_or_default()));
        let lineup = self.filled(Lineup::new(ticket, agents, order));
        lineup.expect("a tournament takes any number of values")
    }

    /// Gives every place its standing; `None` if a ladder is not the way to keep them.
    fn filled(&self, mut lineup: Lineup) -> Option<Lineup> {
        for place in 0..lineup.agents.len() {
            self.stand(&mut lineup, place as u32);
            if matches!(&lineup.order, Order::Ladder(ladder, _) if ladder.is_too_tall()) {
                return None;
            }
        }
        lineup.changes = 0;
        Some(lineup)
    }

    /// Brings the standing of one place of a lineup up to date.
    fn stand(&self, lineup: &mut Lineup, place: u32) {
        let (ticket, agent) = (&lineup.ticket, lineup.agents[place as usize]);
        let is_ready = self.index.channels[usize::from(ticket.channel)].ready.contains(agent);
        let layers = &self.compiled.queues[usize::from(ticket.queue)].ranking.layers;
        let changed = match &mut lineup.order {
            Order::Tournament(tournament) => {
                let standing = is_ready.then(|| self.standing(layers, ticket, agent));
                tournament.set(place, standing.as_deref())
            }
            Order::Ladder(ladder, _) => {
                let value = is_ready.then(|| self.standing(&layers[..1], ticket, agent)[0]);
                ladder.set(place, value)
            }
        };
        lineup.changes += usize::from(changed);
    }

    fn standing(&self, layers: &[Layer], ticket: &TicketRecord, agent: u32) -> Standing {
        let mut words = Standing::new();
        let ordered = |value: i64| value as u64 ^ 1 << 63;
        for layer in layers {
            if let Layer::Factor(layer) = layer
                && layer.factor == Factor::IdleTime
            {
                // Who began to be idle earlier has been idle longer, whatever the time.
                let since = self.agents[agent].idle.0;
                words.push(ordered(if layer.prefer == Prefer::High {
                    since
                } else {
                    since.saturating_neg()
                }));
                continue;
            }
            let (first, second) = self.layer_value(layer, ticket, &Field::default(), agent);
            match layer {
                Layer::Rotation | Layer::Idle => words.extend([ordered(first), second]),
                Layer::Factor(_) | Layer::Sum(_) => words.push(ordered(first)),
                _ => words.push(second),
            }
        }
        words
    }

    /// Brings the standing of an agent up to date wherever it is lined up.
    pub(crate) fn stand_everywhere(&mut self, agent: u32) {
        let mut number = 0;
        while let Some((lane, place)) = self.index.demands.place_of(agent, number) {
            number += 1;
            let Some(mut lineup) = self.index.demands.take_lineup(lane) else { continue };
            self.stand(&mut lineup, place);
            number -= usize::from(!self.index.demands.put_lineup(lane, lineup));
        }
    }

    /// Gives up the lineups in which an agent's place has changed with what was fixed about it.
    pub(crate) fn leave_lineups(&mut self, agent: u32) {
        let mut number = 0;
        while let Some((lane, place)) = self.index.demands.place_of(agent, number) {
            number += 1;
            let Some(lineup) = self.index.demands.get(lane).lineup() else { continue };
            let Order::Ladder(_, fixed) = &lineup.order else { continue };
            let layers = &self.compiled.queues[usize::from(lineup.ticket.queue)].ranking.layers;
            if self.standing(&layers[1..], &lineup.ticket, agent) != fixed[place as usize] {
                self.index.demands.drop_lineup(lane);
                number -= 1;
            }
        }
    }
}

//! The agents that could have the tickets of one demand at this moment, best first.
//!
//! Lineups are for demands that few agents can serve and for strategies that no rota answers;
//! [`Demands`](super::demand::Demands) says when one is made and when it is given up. Where only a load changes and
//! everything after it is fixed, a [`Ladder`] keeps the order and a change costs next to nothing; else a [`Tournament`]
//! does, and a change costs O(log agents).

mod ladder;
mod lineups;
mod rungs;
mod tournament;

pub(crate) use lineups::Lineups;

use super::desk::Desk;
use super::records::{NONE, TicketRecord};
use super::score::Field;
use crate::policy::{Factor, Prefer};
use crate::strategy::ranking::{Layer, Ranking};
use ladder::Ladder;
use rungs::{Climb, Rungs};
use smallvec::SmallVec;
use tournament::Tournament;

/// What an agent is worth to a demand: words that are compared one after the other, the smaller first.
type Standing = SmallVec<[u64; 8]>;

/// The queue and the channel of tickets. Those of one kind ask for the same load, whatever else they ask.
pub(crate) type Kind = (u16, u16);

/// How many changes without a question keep a lineup where each costs much, as on many rungs.
const FEW_CHANGES: usize = 64;

/// How many changes cost no more than one look at all of some agents.
fn patience(agents: &[u32]) -> usize {
    agents.len() / 2 + FEW_CHANGES
}

#[derive(Clone)]
pub(crate) struct Lineup {
    /// A ticket of the demand: what any of them asks.
    ticket: Box<TicketRecord>,
    kind: Kind,
    /// The agents, by place.
    agents: Vec<u32>,
    order: Order,
    /// The rungs that a ladder shares with others of its kind, else `NONE`.
    rungs: u32,
    /// How many more changes it is worth until it is asked again.
    patience: usize,
}

#[derive(Clone)]
enum Order {
    Tournament(Tournament),
    /// Agents are placed in the order of what is fixed about them, which is kept with each.
    Ladder(Ladder, Fixed),
}

/// What is fixed about the agents of a ladder, place after place.
#[derive(Clone)]
struct Fixed {
    words: Vec<u64>,
    width: usize,
}

impl Fixed {
    fn of(&self, place: usize) -> &[u64] {
        &self.words[place * self.width..][..self.width]
    }
}

impl Lineup {
    fn new(ticket: &TicketRecord, agents: Vec<u32>, order: Order) -> Lineup {
        let (kind, patience) = ((ticket.queue, ticket.channel), patience(&agents));
        Lineup { ticket: Box::new(ticket.clone()), kind, agents, order, rungs: NONE, patience }
    }

    /// Says what a place of a tournament is worth now; `None` if it cannot have a ticket.
    fn stand(&mut self, place: u32, worth: Option<&[u64]>) {
        if let Order::Tournament(tournament) = &mut self.order {
            self.patience = self.patience.saturating_sub(usize::from(tournament.set(place, worth)));
        }
    }

    /// Moves a place of a ladder from one rung to another.
    fn climb(&mut self, place: u32, climb: Climb) {
        if let Order::Ladder(ladder, _) = &mut self.order {
            ladder.climb(place, climb);
            self.patience = self.patience.saturating_sub(1);
        }
    }

    /// Whether it has changed so often since it was last asked that looking at every agent would have been cheaper.
    fn is_stale(&self) -> bool {
        self.patience == 0
    }

    /// The agents that no other goes before: one, or several that are equal, which a decisive ranking does not have.
    fn first(&mut self, rungs: Option<&Rungs>, is_decisive: bool) -> SmallVec<[u32; 4]> {
        self.patience = if rungs.is_some_and(Rungs::are_many) { FEW_CHANGES } else { patience(&self.agents) };
        let mut first = match &self.order {
            Order::Ladder(ladder, _) => rungs.map(|rungs| ladder.first(rungs)).unwrap_or_default(),
            Order::Tournament(tournament) => match tournament.winner() {
                winner if is_decisive => winner.into_iter().collect(),
                winner => tournament.equals(winner),
            },
        };
        for place in &mut first {
            *place = self.agents[*place as usize];
        }
        first
    }
}

impl Desk {
    /// Lines the agents of a demand up, as for one of its tickets. O(agents log agents).
    pub(crate) fn line_up(&mut self, slot: u32) {
        let ticket = &self.tickets[slot];
        let lane = ticket.lane;
        let ranking = &self.compiled.queues[usize::from(ticket.queue)].ranking;
        let agents: Vec<u32> = self.index.demands.get(lane).capable().iter().collect();
        let ladder = ranking.is_ladder.then(|| self.ladder(ticket, &ranking.layers, &agents)).flatten();
        if let Some((lineup, values)) = ladder
            && self.index.demands.lineups.start_ladder(lane, lineup, &values)
        {
            return;
        }
        let ticket = &self.tickets[slot];
        let mut tournament = Tournament::new(agents.len(), ranking.width.unwrap_or_default());
        for (agent, place) in agents.iter().zip(0..) {
            tournament.set(place, self.worth(ticket, &ranking.layers, *agent).as_deref());
        }
        let lineup = Lineup::new(ticket, agents, Order::Tournament(tournament));
        self.index.demands.lineups.start(lane, lineup);
    }

    /// A ladder for some agents, in the order of what is fixed about them, on which nobody is yet; and what changes about the agent
    /// at each place, `None` for one that cannot have a ticket now.
    fn ladder(
        &self,
        ticket: &TicketRecord,
        layers: &[Layer],
        agents: &[u32],
    ) -> Option<(Lineup, Vec<Option<u64>>)> {
        let (changing, fixed) = layers.split_first()?;
        let values = |layer| self.layer_values(layer, ticket, &Field::default(), agents);
        let ready = &self.index.channels[usize::from(ticket.channel)].ready;
        let changing: Vec<Option<u64>> = agents
            .iter()
            .zip(values(changing))
            .map(|(agent, value)| ready.contains(*agent).then(|| last_word(changing, value)))
            .collect();
        let mut words = vec![0; agents.len() * fixed.len()];
        for (column, layer) in fixed.iter().enumerate() {
            for (row, value) in words.chunks_exact_mut(fixed.len()).zip(values(layer)) {
                row[column] = last_word(layer, value);
            }
        }
        let unsorted = Fixed { words, width: fixed.len() };
        let mut order: Vec<usize> = (0..agents.len()).collect();
        // Stable, by one word after the other: agents often come in the order of one of them already.
        for word in (0..fixed.len()).rev() {
            order.sort_by_key(|index| unsorted.of(*index)[word]);
        }
        let mut last = order.first();
        let ladder =
            Ladder::new(order.iter().map(|index| {
                last.replace(index).is_some_and(|last| unsorted.of(*last) != unsorted.of(*index))
            }));
        let words = order.iter().flat_map(|index| unsorted.of(*index)).copied().collect();
        let fixed = Fixed { words, width: fixed.len() };
        let agents = order.iter().map(|index| agents[*index]).collect();
        let changing = order.iter().map(|index| changing[*index]).collect();
        Some((Lineup::new(ticket, agents, Order::Ladder(ladder, fixed)), changing))
    }

    /// What an agent is worth to a ticket at this moment by some layers; `None` if it cannot have it.
    fn worth(&self, ticket: &TicketRecord, layers: &[Layer], agent: u32) -> Option<Standing> {
        let ready = &self.index.channels[usize::from(ticket.channel)].ready;
        ready.contains(agent).then(|| self.standing(layers, ticket, agent))
    }

    fn standing(&self, layers: &[Layer], ticket: &TicketRecord, agent: u32) -> Standing {
        let mut words = Standing::new();
        for layer in layers {
            if let Layer::Factor(term, prefer) = layer
                && term.factor == Factor::IdleTime
            {
                // Who began to be idle earlier has been idle longer, whatever the time.
                let since = self.agents[agent].idle.0;
                words.push(ordered(if *prefer == Prefer::High { since } else { since.saturating_neg() }));
                continue;
            }
            let value = self.layer_value(layer, ticket, &Field::default(), agent);
            if matches!(layer, Layer::Rotation | Layer::Idle) {
                words.push(ordered(value.0));
            }
            words.push(last_word(layer, value));
        }
        words
    }

    /// Brings the standing of an agent up to date wherever it is lined up. Lineups that cost more than they save are given up.
    pub(crate) fn stand_everywhere(&mut self, agent: u32) {
        let mut stale = SmallVec::<[u32; 4]>::new();
        let mut number = 0;
        while let Some(spot) = self.index.demands.lineups.spots(agent).get(number).copied() {
            let ticket = &self.lined_up(spot.lane).ticket;
            let layers = &self.ranking_of(ticket).layers;
            if spot.rungs == NONE {
                let worth = self.worth(ticket, layers, agent);
                if self.index.demands.lineups.stand(spot, worth.as_deref()) {
                    stale.push(spot.lane);
                }
                number += 1;
            } else {
                let (ready, layer) = (&self.index.channels[usize::from(ticket.channel)].ready, &layers[0]);
                let word = || last_word(layer, self.layer_value(layer, ticket, &Field::default(), agent));
                let value = ready.contains(agent).then(word);
                number += self.index.demands.lineups.climb(agent, number, value, &mut stale);
            }
        }
        for lane in stale {
            self.index.demands.drop_lineup(lane);
        }
    }

    fn lined_up(&self, lane: u32) -> &Lineup {
        self.index.demands.lineups.get(lane).expect("whoever has a spot is lined up")
    }

    fn ranking_of(&self, ticket: &TicketRecord) -> &Ranking {
        &self.compiled.queues[usize::from(ticket.queue)].ranking
    }

    /// Gives up the lineups in which an agent's place has changed with what was fixed about it.
    pub(crate) fn leave_lineups(&mut self, agent: u32) {
        let mut number = 0;
        while let Some(spot) = self.index.demands.lineups.spots(agent).get(number).copied() {
            number += 1;
            let lineup = self.lined_up(spot.lane);
            let Order::Ladder(_, fixed) = &lineup.order else { continue };
            let layers = &self.ranking_of(&lineup.ticket).layers;
            if *self.standing(&layers[1..], &lineup.ticket, agent) != *fixed.of(spot.place as usize) {
                self.index.demands.drop_lineup(spot.lane);
                number -= 1;
            }
        }
    }
}

/// What a layer says of an agent as a word; two layers have another one before it.
fn last_word(layer: &Layer, (first, second): (i64, u64)) -> u64 {
    if matches!(layer, Layer::Factor(..) | Layer::Sum(_)) { ordered(first) } else { second }
}

/// A number as a word in the same order.
fn ordered(value: i64) -> u64 {
    value as u64 ^ 1 << 63
}

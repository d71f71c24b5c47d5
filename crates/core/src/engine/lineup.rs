//! The agents that could have the tickets of one demand at this moment, best first.
//!
//! A tournament: each agent of the demand has a place, each inner node names the better of its two sides, so the root
//! names the first of all. A change costs O(log agents) and mostly ends after a step or two, because what changed did
//! not win its first match before and does not now. Lineups are for demands that few agents can serve and for strategies
//! that no rota answers; [`Demands`](super::demand::Demands) says when one is made and when it is given up.

use super::desk::Desk;
use super::records::{NONE, TicketRecord};
use super::score::Field;
use crate::policy::{Factor, Prefer};
use crate::strategy::ranking::{Layer, Ranking};
use smallvec::SmallVec;

/// What an agent is worth to a demand: words that are compared one after the other, the smaller first.
pub(crate) type Standing = SmallVec<[u64; 8]>;

#[derive(Clone)]
pub(crate) struct Lineup {
    /// A ticket of the demand: what any of them asks.
    ticket: Box<TicketRecord>,
    /// The agents, by place.
    agents: Vec<u32>,
    tournament: Tournament,
    /// Changes since it was last asked.
    changes: usize,
}

impl Lineup {
    /// Its agents; their order gives their places.
    pub(crate) fn agents(&self) -> &[u32] {
        &self.agents
    }

    /// Whether it has changed so often since it was last asked that looking at every agent would have been cheaper.
    pub(crate) fn is_stale(&self) -> bool {
        self.changes > self.agents.len() / 2 + 64
    }

    /// The agents that no other goes before: one, or several that are equal, which a decisive ranking does not have.
    pub(crate) fn first(&mut self, is_decisive: bool) -> SmallVec<[u32; 4]> {
        self.changes = 0;
        let winner = self.tournament.winner();
        let mut first = if is_decisive { winner.into_iter().collect() } else { self.tournament.equals(winner) };
        for place in &mut first {
            *place = self.agents[*place as usize];
        }
        first
    }
}

#[derive(Clone)]
struct Tournament {
    /// The words of all places, one place after the other.
    words: Vec<u64>,
    width: usize,
    /// Nodes from the root, which is number one, to the leaves. Each holds a place, or `NONE` where nobody is there.
    nodes: Vec<u32>,
}

impl Tournament {
    fn new(places: usize, width: usize) -> Tournament {
        Tournament { words: vec![0; places * width], width, nodes: vec![NONE; places * 2] }
    }

    fn standing(&self, place: u32) -> &[u64] {
        &self.words[place as usize * self.width..][..self.width]
    }

    /// Gives a place its standing, or takes it out of the running; whether that changed anything.
    fn set(&mut self, place: u32, standing: Option<&[u64]>) -> bool {
        let leaf = self.nodes.len() / 2 + place as usize;
        let was_there = self.nodes[leaf] != NONE;
        match standing {
            Some(words) if was_there && self.standing(place) == words => return false,
            Some(words) => {
                self.words[place as usize * self.width..][..self.width].copy_from_slice(words);
                self.nodes[leaf] = place;
            }
            None if was_there => self.nodes[leaf] = NONE,
            None => return false,
        }
        let mut node = leaf / 2;
        while node > 0 {
            let winner = self.better(self.nodes[node * 2], self.nodes[node * 2 + 1]);
            if winner == self.nodes[node] && winner != place {
                break;
            }
            self.nodes[node] = winner;
            node /= 2;
        }
        true
    }

    fn better(&self, a: u32, b: u32) -> u32 {
        if b == NONE || (a != NONE && self.goes_first(a, b)) { a } else { b }
    }

    /// Whether no word of the first place that differs from the other's is the larger.
    fn goes_first(&self, a: u32, b: u32) -> bool {
        let mut words = self.standing(a).iter().zip(self.standing(b));
        words.find(|(a, b)| a != b).is_none_or(|(a, b)| a < b)
    }

    /// A place that no other goes before.
    fn winner(&self) -> Option<u32> {
        self.nodes.get(1).copied().filter(|winner| *winner != NONE)
    }

    /// The places that are equal to the winner, which is one of them.
    fn equals(&self, winner: Option<u32>) -> SmallVec<[u32; 4]> {
        let mut first = SmallVec::new();
        let Some(winner) = winner else { return first };
        let mut open: SmallVec<[usize; 32]> = SmallVec::from_slice(&[1]);
        while let Some(node) = open.pop() {
            let place = self.nodes[node];
            if place == NONE || (place != winner && self.standing(place) != self.standing(winner)) {
                continue;
            }
            if node >= self.nodes.len() / 2 {
                first.push(place);
            } else {
                open.extend([node * 2, node * 2 + 1]);
            }
        }
        first
    }
}

impl Desk {
    /// Lines the agents of a demand up, as for one of its tickets.
    pub(crate) fn line_up(&self, slot: u32, width: usize) -> Lineup {
        let ticket = Box::new(self.tickets[slot].clone());
        let agents: Vec<u32> = self.index.demands.get(ticket.lane).capable().iter().collect();
        let tournament = Tournament::new(agents.len(), width);
        let mut lineup = Lineup { ticket, agents, tournament, changes: 0 };
        for place in 0..lineup.agents.len() {
            self.stand(&mut lineup, place as u32);
        }
        lineup.changes = 0;
        lineup
    }

    /// Brings the standing of one place of a lineup up to date.
    fn stand(&self, lineup: &mut Lineup, place: u32) {
        let (ticket, agent) = (&lineup.ticket, lineup.agents[place as usize]);
        let is_ready = self.index.channels[usize::from(ticket.channel)].ready.contains(agent);
        let ranking = &self.compiled.queues[usize::from(ticket.queue)].ranking;
        let standing = is_ready.then(|| self.standing(ranking, ticket, agent));
        lineup.changes += usize::from(lineup.tournament.set(place, standing.as_deref()));
    }

    fn standing(&self, ranking: &Ranking, ticket: &TicketRecord, agent: u32) -> Standing {
        let mut words = Standing::new();
        let ordered = |value: i64| value as u64 ^ 1 << 63;
        for layer in &ranking.layers {
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
        for (lane, place) in self.index.demands.places_of(agent) {
            let Some(mut lineup) = self.index.demands.take_lineup(lane) else { continue };
            self.stand(&mut lineup, place);
            self.index.demands.put_lineup(lane, lineup);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn the_first_of_a_tournament_are_the_smallest_of_a_list(
            size in 1u32..40,
            changes in proptest::collection::vec((0u32..40, proptest::option::weighted(0.8, (0u64..3, 0u64..3))), 1..300),
        ) {
            let mut tournament = Tournament::new(size as usize, 2);
            let mut model: BTreeMap<u32, [u64; 2]> = BTreeMap::new();
            for (place, standing) in changes {
                let place = place % size;
                let words = standing.map(|(a, b)| [a, b]);
                tournament.set(place, words.as_ref().map(|words| words.as_slice()));
                match words {
                    Some(words) => model.insert(place, words),
                    None => model.remove(&place),
                };
                let best = model.values().min();
                let expected: Vec<u32> =
                    model.iter().filter(|(_, words)| Some(*words) == best).map(|(place, _)| *place).collect();
                let winner = tournament.winner();
                prop_assert!(winner.is_none_or(|winner| expected.contains(&winner)));
                let mut found = tournament.equals(winner).to_vec();
                found.sort_unstable();
                prop_assert_eq!(found, expected);
            }
        }
    }
}

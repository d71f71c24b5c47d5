//! Places in the order of several words, of which any may change.

use crate::engine::records::NONE;
use smallvec::SmallVec;

/// Each inner node names the better of its two sides, so the root names the first of all. A change costs O(log places) and
/// mostly ends after a step or two, because what changed did not win its first match before and does not now.
#[derive(Clone)]
pub(super) struct Tournament {
    /// The words of all places, one place after the other.
    words: Vec<u64>,
    width: usize,
    /// Nodes from the root, which is number one, to the leaves. Each holds a place, or `NONE` where nobody is there.
    nodes: Vec<u32>,
}

impl Tournament {
    pub(super) fn new(places: usize, width: usize) -> Tournament {
        Tournament { words: vec![0; places * width], width, nodes: vec![NONE; places * 2] }
    }

    fn standing(&self, place: u32) -> &[u64] {
        &self.words[place as usize * self.width..][..self.width]
    }

    /// Gives a place its standing, or takes it out of the running; whether that changed anything.
    pub(super) fn set(&mut self, place: u32, standing: Option<&[u64]>) -> bool {
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
    pub(super) fn winner(&self) -> Option<u32> {
        self.nodes.get(1).copied().filter(|winner| *winner != NONE)
    }

    /// The places that are equal to the winner, which is one of them.
    pub(super) fn equals(&self, winner: Option<u32>) -> SmallVec<[u32; 4]> {
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

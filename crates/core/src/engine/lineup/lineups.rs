//! All lineups, by demand; where each agent stands in them; and the rungs that ladders share.

use super::rungs::{Climb, NOWHERE, Rungs};
use super::{Kind, Lineup, patience};
use crate::engine::records::NONE;
use crate::engine::slab::Slab;
use deskmatch_matching::fetch;
use smallvec::SmallVec;

/// An agent's place in the lineup of a demand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    pub(crate) lane: u32,
    pub(crate) place: u32,
    /// The rungs that the lineup shares with others of its kind; `NONE` if it is no ladder.
    pub(crate) rungs: u32,
}

#[derive(Clone, Default)]
pub(crate) struct Lineups {
    by_lane: Vec<Option<Box<Lineup>>>,
    /// The spots of each agent. Those on the same rungs follow one another.
    spots: Vec<Spots>,
    shared: Slab<Shared>,
}

/// The spots of an agent, in one line of memory as long as they are few.
#[derive(Clone, Default)]
#[repr(align(64))]
struct Spots(SmallVec<[Spot; 4]>);

#[derive(Clone)]
struct Shared {
    kind: Kind,
    rungs: Rungs,
    ladders: u32,
}

impl Lineups {
    pub(crate) fn get(&self, lane: u32) -> Option<&Lineup> {
        self.by_lane.get(lane as usize)?.as_deref()
    }

    pub(crate) fn spots(&self, agent: u32) -> &[Spot] {
        self.spots.get(agent as usize).map_or(&[], |spots| spots.0.as_slice())
    }

    /// Asks for the memory in which the spots of an agent stand.
    pub(crate) fn call(&self, agent: u32) {
        fetch(self.spots.get(agent as usize..).unwrap_or_default(), 1);
    }

    /// The agents of a demand that no other goes before: one, or several that are equal, which a decisive ranking does not have.
    /// `None` if they are not lined up.
    pub(crate) fn first(&mut self, lane: u32, is_decisive: bool) -> Option<SmallVec<[u32; 4]>> {
        let lineup = self.by_lane.get_mut(lane as usize)?.as_deref_mut()?;
        Some(lineup.first(self.shared.get(lineup.rungs).map(|shared| &shared.rungs), is_decisive))
    }

    /// Says what an agent is worth now at its spot in a tournament; `None` if it cannot have a ticket. Whether the lineup should
    /// be given up.
    pub(super) fn stand(&mut self, spot: Spot, worth: Option<&[u64]>) -> bool {
        let lineup = self.by_lane[spot.lane as usize].as_deref_mut();
        lineup.is_some_and(|lineup| {
            lineup.stand(spot.place, worth);
            lineup.is_stale()
        })
    }

    /// Gives an agent its value on the rungs of one of its spots, in all ladders that share them; those spots follow one another.
    /// Notes the lineups that should be given up. How many spots there were.
    pub(super) fn climb(
        &mut self,
        agent: u32,
        spot: usize,
        value: Option<u64>,
        stale: &mut SmallVec<[u32; 4]>,
    ) -> usize {
        let spots = &self.spots[agent as usize].0[spot..];
        let number = spots[0].rungs;
        let ladders = spots.iter().take_while(|spot| spot.rungs == number);
        let rungs = &mut self.shared[number].rungs;
        let Some(climb) = rungs.stand(agent, value) else { return ladders.count() };
        let mut count = 0;
        for spot in ladders {
            count += 1;
            if let Some(lineup) = self.by_lane[spot.lane as usize].as_deref_mut() {
                lineup.climb(spot.place, climb);
                if lineup.is_stale() {
                    stale.push(spot.lane);
                }
            }
        }
        count
    }

    /// Keeps a new lineup that is no ladder.
    pub(super) fn start(&mut self, lane: u32, lineup: Lineup) {
        for (place, agent) in (0..).zip(&lineup.agents) {
            let agent = *agent as usize;
            if self.spots.len() <= agent {
                self.spots.resize(agent + 1, Spots::default());
            }
            let spots = &mut self.spots[agent].0;
            let after = spots
                .iter()
                .rposition(|spot| spot.rungs == lineup.rungs)
                .map_or(spots.len(), |spot| spot + 1);
            spots.insert(after, Spot { lane, place, rungs: lineup.rungs });
        }
        if self.by_lane.len() <= lane as usize {
            self.by_lane.resize(lane as usize + 1, None);
        }
        self.by_lane[lane as usize] = Some(Box::new(lineup));
    }

    /// Keeps a new ladder, on which nobody is yet, and puts its agents on the rungs of its kind, each by its value. Whether there
    /// are not too many of them.
    pub(super) fn start_ladder(&mut self, lane: u32, mut lineup: Lineup, values: &[Option<u64>]) -> bool {
        let of_kind = self.shared.iter().find(|(_, shared)| shared.kind == lineup.kind);
        let number = match of_kind {
            Some((number, _)) => number,
            None => self.shared.insert(Shared { kind: lineup.kind, rungs: Rungs::default(), ladders: 0 }),
        };
        let shared = &mut self.shared[number];
        shared.ladders += 1;
        lineup.rungs = number;
        for (place, value) in (0..).zip(values) {
            let agent = lineup.agents[place as usize];
            // Those that stand on another ladder of the kind have this value already.
            shared.rungs.stand(agent, *value);
            lineup.climb(place, Climb { from: NOWHERE, to: shared.rungs.of(agent) });
            if shared.rungs.are_many() {
                self.leave_rungs(number);
                return false;
            }
        }
        lineup.patience = patience(&lineup.agents);
        self.start(lane, lineup);
        true
    }

    /// Gives a lineup up, if there is one.
    pub(crate) fn end(&mut self, lane: u32) {
        let Some(lineup) = self.by_lane.get_mut(lane as usize).and_then(Option::take) else { return };
        for agent in &lineup.agents {
            self.spots[*agent as usize].0.retain(|spot| spot.lane != lane);
        }
        if lineup.rungs != NONE {
            self.leave_rungs(lineup.rungs);
        }
    }

    fn leave_rungs(&mut self, rungs: u32) {
        self.shared[rungs].ladders -= 1;
        if self.shared[rungs].ladders == 0 {
            self.shared.forget(rungs);
        }
    }
}

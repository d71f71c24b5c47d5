//! Shortest paths for the bidders that the auction leaves without an object.

use super::kernels::{At, CLOSED, LANES, Relax};
use super::{BEYOND, DEAREST, Narrow, fill};
use crate::dense::NONE;
use crate::simd::Level;

/// The memory of a search.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    distance: Vec<i16>,
    /// The bidder before each object.
    before: Vec<u16>,
    /// 0 for a free object, and all ones for one that is taken.
    taken: Vec<u16>,
    /// Objects at the distance that the search has reached.
    level: Vec<u32>,
    /// Objects whose distance is final, and that.
    closed: Vec<(u32, i16)>,
}

impl Narrow {
    /// Places all waiting bidders, each by a shortest path; `None` where one cannot be placed, or a distance or price is too
    /// large to tell.
    #[inline]
    pub(super) fn place_waiting(&mut self, level: Level) -> Option<()> {
        fill(&mut self.search.distance, self.width, i16::MAX);
        fill(&mut self.search.before, self.width, 0);
        let taken = |&bidder: &u32| if bidder == NONE { 0 } else { u16::MAX };
        self.search.taken.clear();
        self.search.taken.extend(self.bidder_of.iter().map(taken));
        self.search.taken.resize(self.width, u16::MAX);
        while let Some(bidder) = self.waiting.pop() {
            let (end, distance) = self.walk(level, bidder)?;
            for &(object, closed) in &self.search.closed {
                let price = &mut self.price[object as usize];
                *price += distance - closed;
                if *price > DEAREST {
                    return None;
                }
            }
            self.augment(bidder, end);
        }
        Some(())
    }

    /// Dijkstra's algorithm, from a bidder to the nearest free object, which it returns with its distance.
    #[inline]
    fn walk(&mut self, level: Level, first: u32) -> Option<(u32, i16)> {
        self.search.distance.fill(i16::MAX);
        self.search.closed.clear();
        let (mut open, mut free) = self.relax(level, first, 0);
        loop {
            let now = open;
            if now >= BEYOND as u16 {
                return None;
            }
            if free == now {
                return Some((self.free_at(now as i16)?, now as i16));
            }
            self.collect(level, now as i16);
            while let Some(object) = self.search.level.pop() {
                self.search.closed.push((object, now as i16));
                self.search.distance[object as usize] = CLOSED;
                let bidder = self.bidder_of[object as usize];
                let found = self.relax(level, bidder, now as i16 - self.pays(bidder));
                (open, free) = (found.0, free.min(found.1));
                if free == now {
                    open = now;
                    break;
                }
                if open == now && self.search.level.is_empty() {
                    self.collect(level, now as i16);
                }
            }
        }
    }

    /// Looks at all that a bidder could have, and returns the least distance of an open object, and of a free one.
    #[inline]
    fn relax(&mut self, level: Level, bidder: u32, base: i16) -> (u16, u16) {
        let line = &self.costs[bidder as usize * self.width..][..self.width];
        let Scratch { distance, before, taken, .. } = &mut self.search;
        let price = &self.price;
        level.run(Relax { line, price, base, bidder: bidder as u16, distance, before, taken })
    }

    #[inline]
    fn collect(&mut self, level: Level, wanted: i16) {
        let Scratch { distance, level: found, .. } = &mut self.search;
        found.clear();
        level.run(At { distance, wanted, found });
    }

    /// The first free object at a distance.
    #[inline]
    fn free_at(&self, wanted: i16) -> Option<u32> {
        let Scratch { distance, taken, .. } = &self.search;
        let blocks = distance.as_chunks::<LANES>().0.iter().zip(taken.as_chunks::<LANES>().0);
        for (number, (distances, taken)) in blocks.enumerate() {
            let is_it = |lane: &usize| distances[*lane] as u16 | taken[*lane] == wanted as u16;
            if (0..LANES).fold(false, |any, lane| any | is_it(&lane)) {
                return (0..LANES).find(is_it).map(|lane| (number * LANES + lane) as u32);
            }
        }
        None
    }

    /// Moves each bidder on the path found one object on.
    #[inline]
    fn augment(&mut self, first: u32, end: u32) {
        self.search.taken[end as usize] = u16::MAX;
        let mut object = end;
        loop {
            let bidder = u32::from(self.search.before[object as usize]);
            let left = std::mem::replace(&mut self.object_of[bidder as usize], object);
            self.bidder_of[object as usize] = bidder;
            if bidder == first {
                return;
            }
            object = left;
        }
    }
}

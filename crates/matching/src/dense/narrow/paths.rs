//! Shortest paths for the bidders that the auction leaves without an object.

use super::kernels::LANES;
use super::{DEAREST, Rows, Sale, fill};
use crate::dense::NONE;

/// The memory of a search.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    /// Distances of objects: [`CLOSED`](super::kernels::CLOSED) where final.
    pub(super) distance: Vec<i16>,
    /// The bidder before each object.
    pub(super) before: Vec<u16>,
    /// 0 for a free object, and all ones for one that is taken.
    pub(super) taken: Vec<u16>,
    /// Objects at the distance that the search has reached.
    pub(super) level: Vec<u32>,
    /// Objects whose distance is final, and that.
    pub(super) closed: Vec<(u32, i16)>,
}

impl Sale {
    /// Places all waiting bidders, each by a shortest path; `None` where one cannot be placed, or a distance or price is too
    /// large to tell.
    pub(super) fn place_waiting(&mut self, rows: &mut impl Rows) -> Option<()> {
        let width = self.price.len();
        fill(&mut self.search.distance, width, i16::MAX);
        fill(&mut self.search.before, width, 0);
        let taken = |&bidder: &u32| if bidder == NONE { 0 } else { u16::MAX };
        self.search.taken.clear();
        self.search.taken.extend(self.bidder_of.iter().map(taken));
        self.search.taken.resize(width, u16::MAX);
        while let Some(bidder) = self.waiting.pop() {
            let (end, distance) = rows.walk(self, bidder)?;
            for &(object, closed) in &self.search.closed {
                let price = &mut self.price[object as usize];
                *price += distance - closed;
                if *price > DEAREST {
                    return None;
                }
                rows.note(object, *price);
            }
            self.augment(rows, bidder, end);
        }
        Some(())
    }

    /// Moves each bidder on the path found one object on.
    fn augment(&mut self, rows: &impl Rows, first: u32, end: u32) {
        self.search.taken[end as usize] = u16::MAX;
        let mut object = end;
        loop {
            let bidder = u32::from(self.search.before[object as usize]);
            let left = std::mem::replace(&mut self.object_of[bidder as usize], object);
            self.bidder_of[object as usize] = bidder;
            self.cost_of[bidder as usize] = rows.cost(bidder, object);
            if bidder == first {
                return;
            }
            object = left;
        }
    }
}

/// The first free object at a distance.
#[inline]
pub(super) fn free_at(search: &Scratch, wanted: i16) -> Option<u32> {
    let Scratch { distance, taken, .. } = search;
    let blocks = distance.as_chunks::<LANES>().0.iter().zip(taken.as_chunks::<LANES>().0);
    for (number, (distances, taken)) in blocks.enumerate() {
        let is_it = |lane: &usize| distances[*lane] as u16 | taken[*lane] == wanted as u16;
        if (0..LANES).fold(false, |any, lane| any | is_it(&lane)) {
            return (0..LANES).find(is_it).map(|lane| (number * LANES + lane) as u32);
        }
    }
    None
}

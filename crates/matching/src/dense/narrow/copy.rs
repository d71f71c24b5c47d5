//! Costs looked at in a copy of the whole matrix.

use super::kernels::{At, CLOSED, Cheapest, Relax};
use super::paths::{Scratch, free_at};
use super::{BEYOND, Choice, Rows, Sale};
use crate::simd::Level;

/// A copy of a matrix.
pub(super) struct Copied<'a> {
    /// Costs by bidders, each line filled up with forbidden pairs.
    pub(super) costs: &'a [i16],
    pub(super) width: usize,
    pub(super) level: Level,
}

impl Copied<'_> {
    #[inline]
    fn line(&self, bidder: u32) -> &[i16] {
        &self.costs[bidder as usize * self.width..][..self.width]
    }

    /// Looks at all that a bidder could have, and returns the least distance of an open object, and of a free one.
    #[inline]
    fn relax(&self, sale: &mut Sale, bidder: u32, base: i16) -> (u16, u16) {
        let line = self.line(bidder);
        let Scratch { distance, before, taken, .. } = &mut sale.search;
        let price = &sale.price;
        self.level.run(Relax { line, price, base, bidder: bidder as u16, distance, before, taken })
    }

    #[inline]
    fn collect(&self, sale: &mut Sale, wanted: i16) {
        let Scratch { distance, level: found, .. } = &mut sale.search;
        found.clear();
        self.level.run(At { distance, wanted, found });
    }
}

impl Rows for Copied<'_> {
    #[inline]
    fn choose(&mut self, price: &[i16], bidder: u32) -> Choice {
        self.level.run(Cheapest { line: self.line(bidder), price })
    }

    #[inline]
    fn has_none_below(&mut self, price: &[i16], bidder: u32, limit: i16) -> bool {
        self.choose(price, bidder).best >= limit
    }

    #[inline]
    fn note(&mut self, _: u32, _: i16) {}

    #[inline]
    fn cost(&self, bidder: u32, object: u32) -> i16 {
        self.line(bidder)[object as usize]
    }

    #[inline]
    fn walk(&mut self, sale: &mut Sale, first: u32) -> Option<(u32, i16)> {
        sale.search.distance.fill(i16::MAX);
        sale.search.closed.clear();
        let (mut open, mut free) = self.relax(sale, first, 0);
        loop {
            let now = open;
            if now >= BEYOND as u16 {
                return None;
            }
            if free == now {
                return Some((free_at(&sale.search, now as i16)?, now as i16));
            }
            self.collect(sale, now as i16);
            while let Some(object) = sale.search.level.pop() {
                sale.search.closed.push((object, now as i16));
                sale.search.distance[object as usize] = CLOSED;
                let bidder = sale.bidder_of[object as usize];
                let found = self.relax(sale, bidder, now as i16 - sale.pays(bidder));
                (open, free) = (found.0, free.min(found.1));
                if free == now {
                    open = now;
                    break;
                }
                if open == now && sale.search.level.is_empty() {
                    self.collect(sale, now as i16);
                }
            }
        }
    }
}

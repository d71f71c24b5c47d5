//! Costs looked at in the cheapest entries of each row.
//!
//! A front holds entries that cost least, with their prices, when it was made, and a bound that no other entry of the row was below.
//! Prices only rise from the first bid to the last path, so the bound stays true, and a bidder reads its row again only when all
//! that its front holds costs more than that. The capacitated auction does the same (`algorithm/auction/rows.rs`); on lists that grow,
//! so do [`super::super::shortlist`]s.
//!
//! All fronts together have room for some number of entries, which rows share: where most pairs are forbidden, a front is the whole
//! row, and no row is read again.

use super::kernels::{
    At, CLOSED, Cheapest, CheapestOf, Collect, CountAllowed, CountBelow, ENTRIES, LANES, Limit, NOTHING,
    Nearer, Opened, Relax, Turn,
};
use super::{BEYOND, Choice, Rows, Sale, fill};
use crate::dense::cost::sealed::Element;
use crate::dense::grid::Grid;
use crate::dense::lines::Block;
use crate::simd::{Instructions, Kernel, Level, TABLE, Table};

/// No other entry of the row is allowed.
const WHOLE: i16 = i16::MAX;

/// A cost and its object in one number, so that the lesser of two sums brings its object along.
#[inline(always)]
pub(super) fn arc(cost: i16, object: u32) -> u32 {
    u32::from(cost as u16) << 16 | object
}

#[inline(always)]
pub(super) fn object_of(arc: u32) -> u32 {
    arc & u32::from(u16::MAX)
}

#[inline(always)]
pub(super) fn cost_of(arc: u32) -> i16 {
    (arc >> 16) as i16
}

#[derive(Clone, Copy, Debug)]
struct Front {
    /// The first block of entries.
    start: u32,
    /// How many entries there is room for, and how many there are.
    room: u16,
    length: u16,
    /// How many entries the row has.
    allowed: u16,
    /// No entry elsewhere in the row costs less, with its price; [`WHOLE`] where there is none, and `i16::MIN` before it is made.
    bound: i16,
}

/// The fronts of all rows, and what a search notes about rows. Reused from one problem to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Fronts {
    fronts: Vec<Front>,
    arcs: Vec<Block<u32>>,
    /// Prices as they are added to entries.
    price: Values,
    /// The distances of objects in a search, less their prices: less than any sum for an object whose distance is final.
    slack: Values,
    /// Entries that a front is made of.
    found: Vec<u32>,
    /// The distance of each bidder that a search has reached, less what it pays.
    base: Vec<i16>,
    /// The least distance that an entry outside its front can have: [`WHOLE`] where there is none, or it has not been reached.
    reach: Vec<i16>,
    /// Bidders at some reach.
    far: Vec<u32>,
}

/// A value for each object; nothing before it is needed.
#[derive(Clone, Debug, Default)]
struct Values(Vec<u32>);

impl Values {
    #[inline(always)]
    fn table(&self) -> &Table {
        self.0.first_chunk().expect("it is made where fronts are")
    }

    fn make(&mut self) -> &mut [u32] {
        self.0.resize(TABLE, 0);
        &mut self.0
    }
}

impl Fronts {
    pub(super) fn clear(&mut self) {
        self.fronts.clear();
    }

    /// Takes the next row in: how many of its entries are allowed.
    #[inline]
    pub(super) fn push(&mut self, level: Level, line: &[i16]) {
        let allowed = level.run(CountAllowed { line });
        self.fronts.push(Front { start: 0, room: 0, length: 0, allowed, bound: i16::MIN });
    }

    /// How many entries of all rows are allowed.
    pub(super) fn allowed(&self) -> usize {
        self.fronts.iter().map(|front| usize::from(front.allowed)).sum()
    }

    /// Gives all rows room for as many entries, and no more than they have, so that it comes to a number of entries in all, or
    /// nearly. Takes prices over.
    #[inline]
    pub(super) fn open(&mut self, total: usize, price: &[i16]) {
        let blocks = |front: &Front, room: u16| usize::from(front.allowed.min(room)).div_ceil(ENTRIES);
        let most = |room: u16| self.fronts.iter().map(|front| blocks(front, room)).sum::<usize>();
        let (mut fits, mut beyond) = (1, TABLE as u16 + 1);
        while fits + 1 < beyond {
            let middle = fits + (beyond - fits) / 2;
            (fits, beyond) = if most(middle) * ENTRIES <= total { (middle, beyond) } else { (fits, middle) };
        }
        let mut start = 0;
        for front in &mut self.fronts {
            (front.start, front.room) = (start, front.allowed.min(fits));
            start += blocks(front, fits) as u32;
        }
        if self.arcs.len() < start as usize {
            self.arcs.resize(start as usize, Block([NOTHING; ENTRIES]));
        }
        self.found.resize(price.len() + LANES, 0);
        for (own, &price) in self.price.make().iter_mut().zip(price) {
            *own = arc(price, 0);
        }
    }

    #[inline]
    fn set_slack(&mut self, sale: &Sale) {
        let slack = self.slack.make().iter_mut();
        for ((slack, &distance), &price) in slack.zip(&sale.search.distance).zip(&sale.price) {
            let open = i32::from(distance) - i32::from(price);
            *slack = if distance == CLOSED { i32::MIN } else { open } as u32;
        }
    }

    #[inline(always)]
    fn arcs(&self, bidder: u32) -> &[Block<u32>] {
        let front = &self.fronts[bidder as usize];
        &self.arcs[front.start as usize..][..usize::from(front.length).div_ceil(ENTRIES)]
    }
}

/// A matrix with fronts of its rows.
pub(super) struct Fronted<'a, 'g, T> {
    pub(super) grid: &'a Grid<'g, T>,
    /// What costs in fronts are less than those of the matrix.
    pub(super) base: f64,
    /// One row in narrow numbers.
    pub(super) line: &'a mut [i16],
    pub(super) fronts: &'a mut Fronts,
}

impl<T: Element> Fronted<'_, '_, T> {
    fn width(&self) -> usize {
        self.grid.objects.next_multiple_of(LANES)
    }

    /// Reads a row.
    fn read(&mut self, bidder: u32) {
        let width = self.width();
        let Self { grid: &Grid { sign, objects, level, .. }, base, .. } = *self;
        let (to, rest) = self.line[..width].split_at_mut(objects);
        rest.fill(super::FORBIDDEN);
        level.run(Turn { line: self.grid.raw_line(bidder as usize), sign, base, to });
    }

    /// The cheapest object of a bidder, looked for in its whole row.
    pub(super) fn choose_of_all(&mut self, price: &[i16], bidder: u32) -> Choice {
        self.read(bidder);
        self.grid.level.run(Cheapest { line: &self.line[..self.width()], price })
    }

    /// Makes the front of a bidder whose row has been read.
    fn make(&mut self, price: &[i16], bidder: u32) {
        let (level, line) = (self.grid.level, &self.line[..self.width()]);
        let Fronts { fronts, arcs, found, .. } = &mut *self.fronts;
        let front = &mut fronts[bidder as usize];
        let mut limit = BEYOND;
        front.bound = WHOLE;
        if front.room < front.allowed {
            let (best, highest) = level.run(Limit { line, price });
            limit = highest;
            loop {
                let count = level.run(CountBelow { line, price, limit });
                if count <= usize::from(front.room) {
                    break;
                }
                // As if costs were spread evenly. It comes down at least by one, and none is below the best.
                limit = best + (i64::from(limit - best) * i64::from(front.room) / count as i64) as i16;
            }
            front.bound = limit;
        }
        let wanted = usize::from(front.room);
        // Where a front is cut short among equals, rows shall not all keep the same objects.
        let first = (bidder as usize).wrapping_mul(0x9E37_79B1);
        let length = level.run(Collect { line, price, limit, wanted, first, found }).min(wanted);
        front.length = length as u16;
        for (number, entries) in found[..length].chunks(ENTRIES).enumerate() {
            let Block(arcs) = &mut arcs[front.start as usize + number];
            *arcs = [NOTHING; ENTRIES];
            arcs[..entries.len()].copy_from_slice(entries);
        }
    }

    /// Takes in all that a bidder may have that is in its front; a free object at the distance of the bidder, if there is one.
    fn enter(&mut self, sale: &mut Sale, bidder: u32, now: i16, base: i16) -> Option<u32> {
        let bound = self.fronts.fronts[bidder as usize].bound;
        self.fronts.base[bidder as usize] = base;
        // No entry is nearer than the bidder itself.
        let reach = if bound == WHOLE { WHOLE } else { (base + bound).max(now) };
        self.fronts.reach[bidder as usize] = reach;
        self.grid.level.run(Enter { fronts: self.fronts, sale, bidder, now, base })
    }

    /// Takes in all that bidders may have who reach no further than that.
    fn expand(&mut self, sale: &mut Sale, reach: i16) {
        let level = self.grid.level;
        let mut far = std::mem::take(&mut self.fronts.far);
        far.clear();
        level.run(At { distance: &self.fronts.reach, wanted: reach, found: &mut far });
        for &bidder in &far {
            self.read(bidder);
            self.make(&sale.price, bidder);
            self.fronts.reach[bidder as usize] = WHOLE;
            let base = self.fronts.base[bidder as usize];
            let (line, price) = (&self.line[..self.width()], &sale.price);
            let paths = &mut sale.search;
            let (distance, before, taken) = (&mut paths.distance, &mut paths.before, &paths.taken);
            level.run(Relax { line, price, base, bidder: bidder as u16, distance, before, taken });
        }
        self.fronts.far = far;
        self.fronts.set_slack(sale);
    }
}

struct Enter<'a> {
    fronts: &'a mut Fronts,
    sale: &'a mut Sale,
    bidder: u32,
    now: i16,
    base: i16,
}

impl Kernel for Enter<'_> {
    type Output = Option<u32>;

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> Option<u32> {
        let Self { fronts: Fronts { fronts, arcs, slack, .. }, sale, bidder, now, base } = self;
        let Sale { price, search, .. } = sale;
        let front = &fronts[bidder as usize];
        let mut left = usize::from(front.length);
        for arcs in &arcs[front.start as usize..][..left.div_ceil(ENTRIES)] {
            let mut hits = Nearer { arcs, slack: slack.table(), base }.run(with);
            hits &= if left < ENTRIES { (1 << left) - 1 } else { u32::MAX };
            left = left.saturating_sub(ENTRIES);
            while hits != 0 {
                let arc = arcs.0[hits.trailing_zeros() as usize % ENTRIES];
                hits &= hits - 1;
                let object = object_of(arc) as usize;
                let through = base + cost_of(arc);
                let distance = through + price[object];
                slack.0[object] = i32::from(through) as u32;
                search.distance[object] = distance;
                search.before[object] = bidder as u16;
                if distance == now {
                    if search.taken[object] == 0 {
                        return Some(object as u32);
                    }
                    search.level.push(object as u32);
                }
            }
        }
        None
    }
}

impl<T: Element> Rows for Fronted<'_, '_, T> {
    #[inline]
    fn choose(&mut self, price: &[i16], bidder: u32) -> Choice {
        loop {
            let choice = self
                .grid
                .level
                .run(CheapestOf { arcs: self.fronts.arcs(bidder), price: self.fronts.price.table() });
            let bound = self.fronts.fronts[bidder as usize].bound;
            if choice.best <= bound {
                return Choice { second: choice.second.min(bound), ..choice };
            }
            self.read(bidder);
            self.make(price, bidder);
        }
    }

    fn has_none_below(&mut self, price: &[i16], bidder: u32, limit: i16) -> bool {
        if self.fronts.fronts[bidder as usize].bound >= limit {
            let arcs = self.fronts.arcs(bidder);
            return self.grid.level.run(CheapestOf { arcs, price: self.fronts.price.table() }).best >= limit;
        }
        self.choose(price, bidder).best >= limit
    }

    #[inline]
    fn note(&mut self, object: u32, price: i16) {
        self.fronts.price.0[object as usize] = arc(price, 0);
    }

    fn cost(&self, bidder: u32, object: u32) -> i16 {
        (self.grid.cost(bidder as usize, object as usize) - self.base) as i16
    }

    fn walk(&mut self, sale: &mut Sale, first: u32) -> Option<(u32, i16)> {
        let width = self.width();
        fill(&mut self.fronts.base, self.grid.bidders, 0);
        fill(&mut self.fronts.reach, width, WHOLE);
        sale.search.distance.fill(i16::MAX);
        sale.search.closed.clear();
        sale.search.level.clear();
        self.fronts.set_slack(sale);
        let (mut now, mut bidder, mut base) = (0, first, 0);
        loop {
            if let Some(object) = self.enter(sale, bidder, now, base) {
                return Some((object, now));
            }
            while sale.search.level.is_empty() {
                let paths = &sale.search;
                let (distance, taken, reach) = (&paths.distance, &paths.taken, &self.fronts.reach);
                let (open, free, reach) = self.grid.level.run(Opened { distance, taken, reach });
                if reach < open {
                    self.expand(sale, reach as i16);
                    continue;
                }
                if open >= BEYOND as u16 {
                    return None;
                }
                now = open as i16;
                if free == open {
                    return Some((super::paths::free_at(&sale.search, now)?, now));
                }
                let found = &mut sale.search.level;
                self.grid.level.run(At { distance: &sale.search.distance, wanted: now, found });
            }
            let object = sale.search.level.pop()?;
            sale.search.closed.push((object, now));
            sale.search.distance[object as usize] = CLOSED;
            self.fronts.slack.0[object as usize] = i32::MIN as u32;
            bidder = sale.bidder_of[object as usize];
            base = now - sale.pays(bidder);
        }
    }
}

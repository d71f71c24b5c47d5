//! Better assignments from good ones: local search that may overfill columns for a price.
//!
//! M. Yagiura, T. Ibaraki and F. Glover 2004, "An ejection chain approach for the generalized assignment problem", INFORMS Journal on
//! Computing 16, sections 2 and 3. A row moves to another column; or changes places with a row there; or throws
//! a row out of it that goes to a third column. What a column holds beyond its capacity costs a penalty a unit, so that the
//! search can pass through assignments that do not fit. When no move is left that pays, penalties rise where columns are overfull and
//! fall where nothing is, and the search goes on: it swings about the border of what fits, where the best assignments are.
//!
//! Costs, for each look at all rows, O(places) for moves and O(rows × candidates × rows a column × candidates) at most for chains, most of
//! which end at the first sum that cannot pay.

use super::capacity_prices::CapacityPrices;
use super::instance::{Instance, Place};
use super::lagrangian::Choice;
use super::steps::Steps;
use super::subproblem::Subproblem;
use crate::order;
use std::cmp::Ordering;

/// How many columns of a row are looked at for exchanges and chains: a fifth of them, within these bounds.
const CANDIDATES: (usize, usize) = (8, 16);

/// By what part of themselves penalties fall where all fits, and rise where it does not.
const FALL: i64 = 10;
const RISE: i64 = 33;

/// The same until something has fitted.
const FIRST_RISE: i64 = 4;

/// A complete assignment that fits.
#[derive(Clone, Debug)]
pub(super) struct Incumbent {
    /// In units.
    pub(super) cost: i64,
    /// The column of each row.
    pub(super) columns: Vec<u32>,
}

/// A change of the assignment: what it saves, and which rows go where.
#[derive(Clone, Copy, Debug)]
struct Move {
    /// Below 0 where it pays; in fractions.
    change: i64,
    to: Place,
    /// The row thrown out, and where it goes.
    then: Option<(u32, Place)>,
}

#[derive(Debug)]
pub(super) struct Search<'a> {
    instance: &'a Instance,
    /// A few places of each row, those where it pays least, one row after the other.
    candidates: Vec<Place>,
    candidate_starts: Vec<u32>,
    /// Where each row is.
    at: Vec<Place>,
    /// The rows of each column, and each row's position there.
    members: Vec<Vec<u32>>,
    slots: Vec<u32>,
    load: Vec<u64>,
    /// Fractions of cost for each 2^size_shift units above capacity.
    penalties: Vec<i64>,
    /// For each row what it would pay at least where it does not stand, as of the last look at all rows.
    escapes: Vec<i64>,
    most_penalty: i64,
    size_shift: u32,
    cost: i64,
    pub(super) best: Option<Incumbent>,
    random: u64,
}

impl<'a> Search<'a> {
    pub(super) fn new(instance: &'a Instance, prices: &CapacityPrices) -> Self {
        let (mut candidates, mut candidate_starts) = (Vec::new(), vec![0]);
        let mut sorted = Vec::new();
        let fan = (instance.columns() / 5).clamp(CANDIDATES.0, CANDIDATES.1);
        let mut total = 0u64;
        for row in 0..instance.rows() {
            sorted.clear();
            sorted.extend(instance.row(row).iter().map(|&place| (prices.pays(place), place.column, place)));
            order::sort_by_key(&mut sorted, |&(pays, column, _)| (pays, column));
            candidates.extend(sorted.iter().take(fan).map(|&(.., place)| place));
            candidate_starts.push(candidates.len() as u32);
            let largest = instance.row(row).iter().map(|place| place.size).max().unwrap_or(0);
            total = total.saturating_add(largest.into());
        }
        let size_shift = (u64::BITS - total.leading_zeros()).saturating_sub(31);
        let most_penalty = (1 << 58) / ((total >> size_shift) as i64 + 1);
        // Where room is not scarce by the prices, an eighth of what is usual between cost and size.
        let usual = i128::from(instance.beyond_any()) << instance.fraction_bits;
        let usual = usual / i128::from((total >> size_shift).max(1)) / 8;
        let unit = |column| i128::from(prices.unit(column)) << size_shift;
        let first = |column| unit(column).max(usual).clamp(1, most_penalty.into()) as i64;
        Self {
            instance,
            candidates,
            candidate_starts,
            at: instance.starts.windows(2).map(|row| instance.places[row[0]]).collect(),
            members: vec![Vec::new(); instance.columns()],
            slots: vec![0; instance.rows()],
            load: vec![0; instance.columns()],
            penalties: (0..instance.columns()).map(first).collect(),
            escapes: vec![0; instance.rows()],
            most_penalty,
            size_shift,
            cost: 0,
            best: None,
            random: 0x9E37_79B9_7F4A_7C15,
        }
    }

    /// The cost that a better assignment must stay below.
    pub(super) fn cost_to_beat(&self) -> i64 {
        self.best.as_ref().map_or(i64::MAX, |best| best.cost)
    }

    /// Begins with what the columns chose: a row chosen by several goes to the cheapest of them; the others, the largest first,
    /// where cost and penalty are least.
    pub(super) fn begin(&mut self, sub: &Subproblem, choice: &Choice) {
        let instance = self.instance;
        let mut placed: Vec<Option<Place>> = vec![None; instance.rows()];
        for &(row, column) in &sub.fixed {
            placed[row as usize] = instance.place(row as usize, column);
        }
        for (column, picks) in (0u32..).zip(choice.starts.windows(2)) {
            for &pick in &choice.picks[picks[0]..picks[1]] {
                let row = sub.items[pick as usize].row as usize;
                let place = instance.place(row, column);
                let better = |place: &Place| placed[row].is_none_or(|old| place.cost < old.cost);
                placed[row] = place.filter(better).or(placed[row]);
            }
        }
        self.members.iter_mut().for_each(Vec::clear);
        self.load.fill(0);
        self.cost = 0;
        let mut missing = Vec::new();
        for (row, place) in placed.into_iter().enumerate() {
            match place {
                Some(place) => self.put(row, place),
                None => missing.push(row),
            }
        }
        let size = |row: usize| instance.row(row).iter().map(|place| place.size).min();
        order::sort_by_key(&mut missing, |&row| (std::cmp::Reverse(size(row)), row));
        for row in missing {
            let places = instance.row(row).iter();
            let cheapest = places.min_by_key(|place| self.fine(place.cost) + self.enters(**place));
            if let Some(&place) = cheapest {
                self.put(row, place);
            }
        }
    }

    /// Swings about the border of what fits until `rounds` have brought nothing better, or steps are spent.
    pub(super) fn swing(&mut self, rounds: u32, allowed: u64, steps: &mut Steps<'_>) {
        let mut failures = 0;
        let until = steps.used() + allowed;
        while failures < rounds && !steps.are_spent() && steps.used() < until {
            self.descend(steps);
            failures += 1;
            let fits = self.fits();
            let rise = if self.best.is_some() { RISE } else { FIRST_RISE };
            if fits && self.cost < self.cost_to_beat() {
                self.keep();
                failures = 0;
            }
            if !fits && self.keep_repaired(steps) {
                failures = 0;
            }

            for column in 0..self.load.len() {
                let penalty = self.penalties[column];
                self.penalties[column] = if fits {
                    (penalty - penalty / FALL).max(1)
                } else if self.load[column] > self.instance.capacities[column] {
                    (penalty + penalty / rise + 1).min(self.most_penalty)
                } else {
                    penalty
                };
            }
        }
    }

    /// Keeps the assignment if it fits and is the best so far.
    pub(super) fn keep_if_better(&mut self) {
        if self.cost < self.cost_to_beat() && self.fits() {
            self.keep();
        }
    }

    /// Where rows may be left out, makes the assignment fit by leaving some out, and puts what then fits elsewhere there. Keeps what comes
    /// of it if it is the best so far; the search itself goes on from where it was.
    pub(super) fn keep_repaired(&mut self, steps: &mut Steps<'_>) -> bool {
        let Some(outside) = self.instance.outside else { return false };
        let (mut at, mut load) = (self.at.clone(), self.load.clone());
        let moved = self.make_room(outside, &mut at, &mut load, steps);
        self.put_back(moved, &mut at, &mut load, steps);
        let cost = at.iter().map(|place| place.cost).sum();
        let is_best = cost < self.cost_to_beat();
        if is_best {
            self.best = Some(Incumbent { cost, columns: at.iter().map(|place| place.column).collect() });
        }
        is_best
    }

    /// Takes rows out of overfull columns, those first that gain least for the room they take; returns them with where they were.
    fn make_room(
        &self,
        outside: u32,
        at: &mut [Place],
        load: &mut [u64],
        steps: &mut Steps<'_>,
    ) -> Vec<(usize, Place)> {
        let mut moved = Vec::new();
        for ((load, &capacity), members) in load.iter_mut().zip(&self.instance.capacities).zip(&self.members)
        {
            if *load <= capacity {
                continue;
            }
            let leaves =
                |&row: &u32| self.instance.place(row as usize, outside).map(|out| (row as usize, out));
            let mut members: Vec<_> = members.iter().filter_map(leaves).collect();
            order::sort_by(&mut members, |a, b| by_gain(at, a, b));
            steps.spend(members.len());
            for (row, out) in members {
                if *load <= capacity {
                    break;
                }
                *load -= u64::from(at[row].size);
                moved.push((row, at[row]));
                at[row] = out;
            }
        }
        moved
    }

    /// Puts rows that were taken out where they fit and cost least, those first that gain most for their room.
    fn put_back(
        &self,
        mut moved: Vec<(usize, Place)>,
        at: &mut [Place],
        load: &mut [u64],
        steps: &mut Steps<'_>,
    ) {
        let gain = |(row, was): &(usize, Place)| i128::from(at[*row].cost - was.cost);
        order::sort_by(&mut moved, |a, b| {
            let (left, right) = (gain(a) * i128::from(b.1.size), gain(b) * i128::from(a.1.size));
            right.cmp(&left).then(a.0.cmp(&b.0))
        });
        for (row, _) in moved {
            let places = self.instance.row(row);
            steps.spend(places.len());
            let fits = |place: &&Place| {
                let column = place.column as usize;
                load[column] + u64::from(place.size) <= self.instance.capacities[column]
            };
            if let Some(&place) = places.iter().filter(fits).min_by_key(|place| place.cost) {
                load[place.column as usize] += u64::from(place.size);
                at[row] = place;
            }
        }
    }

    fn keep(&mut self) {
        let columns = self.at.iter().map(|place| place.column).collect();
        self.best = Some(Incumbent { cost: self.cost, columns });
    }

    fn fits(&self) -> bool {
        self.load.iter().zip(&self.instance.capacities).all(|(load, capacity)| load <= capacity)
    }

    /// Takes the best move of each row in turn until none pays.
    fn descend(&mut self, steps: &mut Steps<'_>) {
        let rows = self.instance.rows();
        let first = self.draw(rows);
        let (mut row, mut idle) = (first, 0);
        self.look_for_escapes();
        while idle < rows && !steps.are_spent() {
            if (row + 1) % rows == first {
                self.look_for_escapes();
                steps.spend(self.candidates.len());
            }
            idle += 1;
            if let Some(best) = self.best_move(row, steps) {
                self.apply(row, best);
                idle = 0;
            }
            row = if row + 1 == rows { 0 } else { row + 1 };
        }
    }

    fn look_for_escapes(&mut self) {
        for row in 0..self.instance.rows() {
            let elsewhere =
                self.candidates_of(row).iter().filter(|place| place.column != self.at[row].column);
            let pays = elsewhere.map(|&place| self.fine(place.cost) + self.enters(place)).min();
            self.escapes[row] = pays.unwrap_or(i64::MAX / 4);
        }
    }

    /// A number below `limit` (G. Marsaglia 2003, "Xorshift RNGs").
    fn draw(&mut self, limit: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        if limit == 0 { 0 } else { (self.random % limit as u64) as usize }
    }

    fn best_move(&self, row: usize, steps: &mut Steps<'_>) -> Option<Move> {
        let from = self.at[row];
        let leaves = self.penalty(from.column, self.load[from.column as usize] - u64::from(from.size))
            - self.penalty(from.column, self.load[from.column as usize]);
        let mut best = Move { change: 0, to: from, then: None };
        let places = self.instance.row(row);
        for &to in places.iter().filter(|to| to.column != from.column) {
            let change = self.fine(to.cost - from.cost) + leaves + self.enters(to);
            if change < best.change {
                best = Move { change, to, then: None };
            }
        }
        let mut looks = places.len();
        for to in self.candidates_of(row).iter().filter(|to| to.column != from.column) {
            looks += self.look_into(from, *to, leaves, &mut best);
        }
        steps.spend(looks);
        (best.change < 0).then_some(best)
    }

    /// Looks for a row to throw out of `to`; returns how many places were looked at.
    fn look_into(&self, from: Place, to: Place, leaves: i64, best: &mut Move) -> usize {
        let (left, entered) = (from.column as usize, to.column as usize);
        let moved = self.fine(to.cost - from.cost);
        let before = self.penalty(to.column, self.load[entered]);
        let room_left = self.load[left] - u64::from(from.size);
        let penalty_left = self.penalty(from.column, self.load[left]);
        let mut looks = self.members[entered].len();
        for &other in &self.members[entered] {
            let old = self.at[other as usize];
            let after = self.load[entered] + u64::from(to.size) - u64::from(old.size);
            let change = moved - self.fine(old.cost) + self.penalty(to.column, after) - before;
            // Nothing that follows is cheaper than leaving without paying for the place gone to.
            if change + leaves >= best.change {
                continue;
            }
            if let Some(place) = self.instance.place(other as usize, from.column) {
                let enters = self.penalty(from.column, room_left + u64::from(place.size)) - penalty_left;
                let change = change + self.fine(place.cost) + enters;
                if change < best.change {
                    *best = Move { change, to, then: Some((other, place)) };
                }
            }
            // A look at the places only where it paid when all rows were last looked at.
            if change + leaves + self.escapes[other as usize] >= best.change {
                continue;
            }
            let candidates = self.candidates_of(other as usize);
            looks += candidates.len();
            for &place in candidates.iter().filter(|place| ![from.column, to.column].contains(&place.column))
            {
                let change = change + leaves + self.fine(place.cost) + self.enters(place);
                if change < best.change {
                    *best = Move { change, to, then: Some((other, place)) };
                }
            }
        }
        looks
    }

    fn apply(&mut self, row: usize, taken: Move) {
        self.take(row);
        if let Some((other, place)) = taken.then {
            self.take(other as usize);
            self.put(other as usize, place);
        }
        self.put(row, taken.to);
    }

    fn put(&mut self, row: usize, place: Place) {
        let column = place.column as usize;
        self.at[row] = place;
        self.slots[row] = self.members[column].len() as u32;
        self.members[column].push(row as u32);
        self.load[column] += u64::from(place.size);
        self.cost += place.cost;
    }

    fn take(&mut self, row: usize) {
        let Place { column, size, cost } = self.at[row];
        let (column, slot) = (column as usize, self.slots[row] as usize);
        self.members[column].swap_remove(slot);
        if let Some(&moved) = self.members[column].get(slot) {
            self.slots[moved as usize] = slot as u32;
        }
        self.load[column] -= u64::from(size);
        self.cost -= cost;
    }

    fn candidates_of(&self, row: usize) -> &[Place] {
        &self.candidates[self.candidate_starts[row] as usize..self.candidate_starts[row + 1] as usize]
    }

    /// A cost in fractions.
    #[inline]
    fn fine(&self, cost: i64) -> i64 {
        cost << self.instance.fraction_bits
    }

    /// What a load costs beyond capacity.
    #[inline]
    fn penalty(&self, column: u32, load: u64) -> i64 {
        let over = load.saturating_sub(self.instance.capacities[column as usize]);
        let part = over & ((1 << self.size_shift) - 1) != 0;
        self.penalties[column as usize] * ((over >> self.size_shift) as i64 + i64::from(part))
    }

    /// What more a row costs beyond capacity where it enters.
    #[inline]
    fn enters(&self, place: Place) -> i64 {
        let load = self.load[place.column as usize];
        self.penalty(place.column, load + u64::from(place.size)) - self.penalty(place.column, load)
    }
}

/// Which of two rows gains less for the room it takes where it is, beside a place that takes none.
fn by_gain(at: &[Place], (a, out_of_a): &(usize, Place), (b, out_of_b): &(usize, Place)) -> Ordering {
    let gain = |row: usize, out: &Place| i128::from(out.cost - at[row].cost);
    let size = |row: usize| i128::from(at[row].size);
    (gain(*a, out_of_a) * size(*b)).cmp(&(gain(*b, out_of_b) * size(*a))).then(a.cmp(b))
}

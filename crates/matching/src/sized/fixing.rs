//! Pairs that no better assignment can use.
//!
//! Reduced-cost fixing by what the knapsacks would lose, as in M. Posta, J. A. Ferland and P. Michelon 2012, "An exact method with variable
//! fixing for solving the generalized assignment problem", Computational Optimization and Applications 52, section 3. Suppose a row must go to a
//! column. Then that column's knapsack earns less than before if it had not chosen the row, and so does every other one that had. The
//! columns' losses add up, as each knapsack is a question of its own. Where bound and losses reach the cost of the best assignment
//! known, the pair is of no use. The least loss of all places of a row holds in any case and lifts the bound.
//!
//! Losses are taken from G. B. Dantzig's bound (1957) with one row forced in or kept out: O(log rows) a pair, by sums along the
//! order of profit per unit.

use super::instance::Instance;
use super::knapsack::{Entry, sort_by_density};
use super::lagrangian::Choice;
use super::steps::Steps;
use super::subproblem::Subproblem;

/// What it costs to use each pair.
#[derive(Debug, Default)]
pub(super) struct Losses {
    /// For each item, in fractions, what any assignment with this pair costs above the bound.
    pub(super) losses: Vec<i64>,
    /// For each row the sum of what columns lose that had chosen it and must not.
    kept_out: Vec<i64>,
    line: Line,
}

/// The rows that one column would like, by profit per unit, with running sums.
#[derive(Debug, Default)]
struct Line {
    entries: Vec<Entry>,
    /// One more than entries: size and profit of all before.
    sums: Vec<(u128, i64)>,
    /// The position of each item in the line, from the column's first item on; `NONE` where it has no profit.
    positions: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Losses {
    pub(super) fn find(
        &mut self,
        instance: &Instance,
        sub: &Subproblem,
        prices: &[i64],
        choice: &Choice,
        steps: &mut Steps<'_>,
    ) {
        self.losses.clear();
        self.losses.resize(sub.items.len(), 0);
        self.kept_out.clear();
        self.kept_out.resize(instance.rows(), 0);
        let mut picked = vec![false; sub.items.len()];
        for &pick in &choice.picks {
            picked[pick as usize] = true;
        }
        for column in 0..sub.room.len() {
            let range = sub.starts[column]..sub.starts[column + 1];
            steps.spend(range.len() * 8);
            self.line.fill(sub, range.clone(), prices);
            let (room, earns) = (sub.room[column], choice.earnings[column]);
            for at in range.clone() {
                let item = sub.items[at];
                let position = self.line.positions[at - range.start];
                let at_most = if picked[at] {
                    self.line.earns(room.into(), position)
                } else {
                    let rest = u128::from(room) - u128::from(item.size);
                    prices[item.row as usize] - item.cost + self.line.earns(rest, position)
                };
                self.losses[at] = (earns - at_most).max(0);
                if picked[at] {
                    self.kept_out[item.row as usize] += self.losses[at];
                }
            }
        }
        for (at, item) in sub.items.iter().enumerate() {
            let elsewhere = self.kept_out[item.row as usize];
            let loss = &mut self.losses[at];
            *loss = if picked[at] { elsewhere - *loss } else { elsewhere + *loss };
        }
    }
}

impl Line {
    fn fill(&mut self, sub: &Subproblem, range: std::ops::Range<usize>, prices: &[i64]) {
        self.entries.clear();
        self.positions.clear();
        self.positions.resize(range.len(), NONE);
        for (name, item) in (0..).zip(&sub.items[range]) {
            let profit = prices[item.row as usize] - item.cost;
            if profit > 0 {
                self.entries.push(Entry { profit, size: item.size.into(), name });
            }
        }
        sort_by_density(&mut self.entries);
        self.sums.clear();
        self.sums.push((0, 0));
        let (mut size, mut profit) = (0, 0);
        for (position, entry) in (0..).zip(&self.entries) {
            self.positions[entry.name as usize] = position;
            (size, profit) = (size + u128::from(entry.size), profit + entry.profit);
            self.sums.push((size, profit));
        }
    }

    /// The most that fits into the room could earn without the entry at `without`: rows in order, the last one in part.
    fn earns(&self, room: u128, without: u32) -> i64 {
        let fits = |room: u128| self.sums.partition_point(|&(size, _)| size <= room) - 1;
        let (mut end, mut room, mut less) = (fits(room), room, 0);
        if without != NONE && without as usize <= end {
            let Entry { profit, size, .. } = self.entries[without as usize];
            room += u128::from(size);
            less = profit;
            end = fits(room);
        }
        let (size, profit) = self.sums[end];
        profit - less + self.entries.get(end).map_or(0, |next| part(room - size, next))
    }
}

/// What a part of an entry earns, rounded down: the whole sum is a whole number and at most this.
fn part(room: u128, entry: &Entry) -> i64 {
    match (room as i64).checked_mul(entry.profit) {
        Some(product) if room <= 1 << 62 => product / entry.size as i64,
        _ => (room * entry.profit as u128 / u128::from(entry.size)) as i64,
    }
}

//! Prices of rows, and the bound they prove: Lagrangian relaxation of "every row goes to one column".
//!
//! M. L. Fisher, R. Jaikumar and L. N. Van Wassenhove 1986, "A multiplier adjustment method for the generalized assignment
//! problem", Management Science 32, section 2. With a price for each row, every column may choose its rows alone, for the best
//! sum of price less cost: one knapsack each. The sum of the prices less what the knapsacks earn is a bound on the cost of any assignment,
//! whatever the prices are; whole numbers make it exact.
//!
//! Good prices are found by the volume algorithm, F. Barahona and R. Anbil 2000, "The volume algorithm: producing primal
//! solutions with a subgradient method", Mathematical Programming 87, section 3: a step from the best prices known along a running mean of
//! the rows' shortages, longer while that helps. Costs one knapsack a column and step.

use super::instance::Instance;
use super::knapsack::{Entry, Knapsack};
use super::steps::Steps;
use super::subproblem::Subproblem;

/// What the columns choose at some prices.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    /// The bound that the prices prove, in fractions of a unit.
    pub(super) bound: i64,
    /// What each column's knapsack earns, or a bound above it.
    pub(super) earnings: Vec<i64>,
    /// Positions of the items chosen by column `j` are `picks[starts[j]..starts[j + 1]]`.
    pub(super) picks: Vec<u32>,
    pub(super) starts: Vec<usize>,
    /// How many columns chose each row.
    pub(super) times: Vec<u32>,
}

impl Choice {
    /// Lets every column choose at these prices.
    pub(super) fn make(
        &mut self,
        instance: &Instance,
        sub: &Subproblem,
        prices: &[i64],
        knapsack: &mut Knapsack,
        steps: &mut Steps<'_>,
    ) {
        self.earnings.clear();
        self.picks.clear();
        self.starts.clear();
        self.starts.push(0);
        self.times.clear();
        self.times.resize(instance.rows(), 0);
        for (column, range) in sub.starts.windows(2).enumerate() {
            let items = &sub.items[range[0]..range[1]];
            steps.spend(items.len());
            knapsack.entries.clear();
            for (name, item) in (range[0] as u32..).zip(items) {
                let profit = prices[item.row as usize] - item.cost;
                if profit > 0 {
                    knapsack.entries.push(Entry { profit, size: item.size.into(), name });
                }
            }
            self.earnings.push(knapsack.choose(sub.room[column], &mut self.picks, steps));
            self.starts.push(self.picks.len());
        }
        for &pick in &self.picks {
            self.times[sub.items[pick as usize].row as usize] += 1;
        }
        let paid: i64 = sub.free.iter().map(|&row| prices[row as usize]).sum();
        self.bound = (sub.base << instance.fraction_bits) + paid - self.earnings.iter().sum::<i64>();
    }
}

/// One in the fixed-point numbers of directions and factors.
const ONE: i64 = 1 << 16;

/// Bounds of the step factor, and what it begins with.
const FACTORS: (i64, i64, i64) = (ONE / 2_000, ONE * 2, ONE / 5);

/// How many steps without a better bound make steps shorter.
const PATIENCE: u32 = 6;

/// The volume algorithm at work.
#[derive(Debug)]
pub(super) struct Ascent {
    /// The best prices known, one a row, and what the columns choose there.
    pub(super) prices: Vec<i64>,
    pub(super) best: Choice,
    /// What the columns chose last.
    pub(super) latest: Choice,
    trial: Vec<i64>,
    /// The running mean of shortages, one a row.
    mean: Vec<i64>,
    factor: i64,
    /// The largest weight of the newest shortage in the mean.
    newest: i64,
    failures: u32,
}

impl Ascent {
    pub(super) fn new(
        instance: &Instance,
        sub: &Subproblem,
        prices: Vec<i64>,
        knapsack: &mut Knapsack,
        steps: &mut Steps<'_>,
    ) -> Self {
        let mut best = Choice::default();
        best.make(instance, sub, &prices, knapsack, steps);
        let mut mean = vec![0; prices.len()];
        for &row in &sub.free {
            mean[row as usize] = shortage(&best, row);
        }
        let trial = prices.clone();
        Self {
            latest: best.clone(),
            prices,
            best,
            trial,
            mean,
            factor: FACTORS.2,
            newest: ONE / 8,
            failures: 0,
        }
    }

    /// Looks again at the best prices after the subproblem has become smaller.
    pub(super) fn refresh(
        &mut self,
        instance: &Instance,
        sub: &Subproblem,
        knapsack: &mut Knapsack,
        steps: &mut Steps<'_>,
    ) {
        self.best.make(instance, sub, &self.prices, knapsack, steps);
        self.latest.clone_from(&self.best);
    }

    /// Tries other prices; says whether they prove more. `target` is a cost, in fractions, that the bound is to reach.
    pub(super) fn step(
        &mut self,
        instance: &Instance,
        sub: &Subproblem,
        target: i64,
        knapsack: &mut Knapsack,
        steps: &mut Steps<'_>,
    ) -> bool {
        self.move_prices(instance, sub, target);
        self.latest.make(instance, sub, &self.trial, knapsack, steps);
        steps.spend(sub.free.len() * 4);
        let better = self.latest.bound > self.best.bound;
        let along: i64 = sub
            .free
            .iter()
            .map(|&row| (self.mean[row as usize] >> 8) * (shortage(&self.latest, row) >> 8))
            .fold(0, i64::saturating_add);
        if better {
            self.prices.copy_from_slice(&self.trial);
            std::mem::swap(&mut self.best, &mut self.latest);
            self.failures = 0;
            let longer = if along > 0 { self.factor * 3 / 2 } else { self.factor };
            self.factor = longer.min(FACTORS.1);
        } else {
            self.failures += 1;
            if self.failures >= PATIENCE {
                self.failures = 0;
                self.factor = (self.factor * 2 / 3).max(FACTORS.0);
                self.newest = (self.newest * 7 / 8).max(ONE / 64);
            }
        }
        let newest = if better { &self.best } else { &self.latest };
        mix(&mut self.mean, newest, sub, self.newest);
        better
    }

    fn move_prices(&mut self, instance: &Instance, sub: &Subproblem, target: i64) {
        let norm: i128 = sub.free.iter().map(|&row| i128::from(self.mean[row as usize]).pow(2)).sum();
        let missing = (i128::from(target) - i128::from(self.best.bound)).max(1 << instance.fraction_bits);
        let missing = missing.min(
            i128::from(self.best.bound.abs() / 10).max((sub.free.len() as i128) << instance.fraction_bits),
        );
        // A price moves by factor * missing * mean / |mean|^2; two fixed-point ones cancel, 2^24 is for precision.
        let ratio = ((missing * i128::from(self.factor)) << 24) / norm.max(1);
        let limit = instance.price_limit();
        for &row in &sub.free {
            let by = (ratio * i128::from(self.mean[row as usize])) >> 24;
            let price = i128::from(self.prices[row as usize]) + by;
            self.trial[row as usize] = price.clamp(-i128::from(limit), i128::from(limit)) as i64;
        }
    }
}

/// How far a row is from being chosen once: above 0 where it is wanted by too few.
fn shortage(choice: &Choice, row: u32) -> i64 {
    ONE - i64::from(choice.times[row as usize]) * ONE
}

/// Adds the newest shortages to the mean, with the weight up to `newest` that makes the mean shortest.
fn mix(mean: &mut [i64], choice: &Choice, sub: &Subproblem, newest: i64) {
    let (mut dot, mut norm) = (0i128, 0i128);
    for &row in &sub.free {
        let old = i128::from(mean[row as usize]);
        let apart = old - i128::from(shortage(choice, row));
        dot += old * apart;
        norm += apart * apart;
    }
    let best = if norm == 0 { 0 } else { (dot * i128::from(ONE) / norm).clamp(0, i128::from(ONE)) as i64 };
    let weight = best.clamp(newest / 10, newest);
    for &row in &sub.free {
        let old = &mut mean[row as usize];
        *old += ((shortage(choice, row) - *old) * weight) >> 16;
    }
}

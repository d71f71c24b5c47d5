//! Prices for units of the columns' room, to begin with: Lagrangian relaxation of the capacities.
//!
//! With a price for each unit, every row goes where cost and units together are cheapest, in one look at its places; what
//! an overfull column asks is raised, what an empty one asks is lowered (subgradient method: M. Held, P. Wolfe and H. P. Crowder
//! 1974, "Validation of subgradient optimization", Mathematical Programming 6). This bound is no better than linear programming, but a
//! step costs only one look at each place, and what a row then pays in all is a good first price for the row in the
//! stronger relaxation. The prices of units also say which places deserve a look when a row moves.

use super::instance::{Instance, Place};
use super::steps::Steps;

/// How many times the prices are changed.
const ROUNDS: u32 = 100;

/// How many rounds without a better bound halve the step.
const PATIENCE: u32 = 3;

/// Prices of units of room.
#[derive(Clone, Debug)]
pub(super) struct CapacityPrices {
    /// One a column, at least 0, in fractions of a unit of cost times `2^shift` for a unit of room.
    prices: Vec<i64>,
    shift: u32,
    fraction_bits: u32,
}

impl CapacityPrices {
    /// What a row pays in a place, for room and cost, in fractions.
    #[inline]
    pub(super) fn pays(&self, place: Place) -> i64 {
        let room = (self.prices[place.column as usize] * i64::from(place.size)) >> self.shift;
        (place.cost << self.fraction_bits) + room
    }

    /// The price of a unit of room in a column, rounded up, in fractions.
    pub(super) fn unit(&self, column: usize) -> i64 {
        (self.prices[column] >> self.shift) + 1
    }

    /// Looks for the prices with the best bound.
    pub(super) fn find(instance: &Instance, steps: &mut Steps<'_>) -> Self {
        let largest = instance.places.iter().map(|place| place.size).max().unwrap_or(0);
        let shift = u32::BITS - largest.leading_zeros();
        let fraction_bits = instance.fraction_bits;
        let mut now = Self { prices: vec![0; instance.columns()], shift, fraction_bits };
        // INVARIANT: a price times any size stays below the limit of prices of rows, shifted.
        let most = ((i128::from(instance.price_limit()) << shift) / (i128::from(largest) + 1))
            .min(i128::from(i64::MAX / 4) / (i128::from(largest) + 1)) as i64;
        let mut best = (i128::MIN, now.prices.clone());
        let (mut halvings, mut failures) = (0, 0);
        let mut load = vec![0u128; instance.columns()];
        for _ in 0..ROUNDS {
            let bound = now.bound(instance, &mut load);
            steps.spend(instance.places.len());
            // First prices are not worth more than a quarter of the work: the rest is for assignments.
            if steps.beyond(4) {
                best = best.max((bound, now.prices.clone()));
                break;
            }
            if bound > best.0 {
                best = (bound, now.prices.clone());
                failures = 0;
            } else {
                failures += 1;
                if failures == PATIENCE {
                    (halvings, failures) = (halvings + 1, 0);
                    now.prices.clone_from(&best.1);
                    now.bound(instance, &mut load);
                }
            }
            let missing =
                (best.0.abs() / 16).max(i128::from(instance.rows() as i64) << fraction_bits) >> halvings;
            now.advance(instance, &load, missing, most);
        }
        Self { prices: best.1, ..now }
    }

    /// Sends every row where it pays least; fills in the loads and returns the bound.
    fn bound(&self, instance: &Instance, load: &mut [u128]) -> i128 {
        load.fill(0);
        let mut paid = 0;
        for row in 0..instance.rows() {
            let places = instance.row(row).iter();
            let cheapest = places
                .map(|&place| (self.pays(place), place))
                .min_by_key(|&(pays, place)| (pays, place.size));
            if let Some((pays, place)) = cheapest {
                paid += i128::from(pays);
                load[place.column as usize] += u128::from(place.size);
            }
        }
        let rooms = self.prices.iter().zip(&instance.capacities).filter(|&(&price, _)| price > 0);
        paid - rooms.map(|(&price, &room)| (i128::from(price) * i128::from(room)) >> self.shift).sum::<i128>()
    }

    /// Raises what overfull columns ask and lowers what the others do.
    fn advance(&mut self, instance: &Instance, load: &[u128], missing: i128, most: i64) {
        let over = |column: usize| load[column] as i128 - i128::from(instance.capacities[column]);
        let counts = |column: &usize| over(*column) > 0 || self.prices[*column] > 0;
        let columns: Vec<usize> = (0..self.prices.len()).filter(counts).collect();
        let largest = columns.iter().map(|&column| over(column).unsigned_abs()).max().unwrap_or(0);
        // Only the direction matters: 30 bits of it, so that squares and products fit.
        let down = (u128::BITS - largest.leading_zeros()).saturating_sub(30);
        let norm: i128 = columns.iter().map(|&column| (over(column) >> down).pow(2)).sum();
        for column in columns {
            let by = ((missing << self.shift) / norm.max(1)).saturating_mul(over(column) >> down) >> down;
            let price = i128::from(self.prices[column]).saturating_add(by);
            self.prices[column] = price.clamp(0, i128::from(most)) as i64;
        }
    }
}

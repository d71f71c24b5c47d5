//! Exact figures over many values: quantiles, means and how evenly work is shared.
//!
//! Everything is computed in integers, so that a report is the same on every platform. Shares and indices are in
//! millionths.

/// Collects values and gives their exact quantiles.
///
/// It keeps every value (8 bytes each), so nothing is estimated. Adding is O(1); the first question after adding sorts,
/// O(n log n).
///
/// ```
/// use deskmatch_sim::Samples;
///
/// let mut waits: Samples = [30, 10, 20, 40].into_iter().collect();
/// assert_eq!(waits.quantile(500), Some(20));
/// let summary = waits.summary().unwrap();
/// assert_eq!((summary.p90, summary.max, summary.mean), (40, 40, 25));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Samples {
    values: Vec<i64>,
    is_sorted: bool,
}

/// The usual figures of a set of values, in the values' own unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How many values there are; at least one.
    pub count: u64,
    /// The smallest value.
    pub min: i64,
    /// The mean, rounded half away from zero.
    pub mean: i64,
    /// The median: the value that half of all do not exceed.
    pub p50: i64,
    /// The value that nine tenths do not exceed.
    pub p90: i64,
    /// The value that 99 of a hundred do not exceed.
    pub p99: i64,
    /// The largest value.
    pub max: i64,
}

impl Samples {
    /// Creates an empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value.
    pub fn push(&mut self, value: i64) {
        self.values.push(value);
        self.is_sorted = false;
    }

    /// Returns how many values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Returns whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Returns the quantile at `permille` thousandths, or `None` without values.
    ///
    /// It is the nearest rank: the smallest value that at least that share of the values does not exceed. So it is
    /// always one of the values; 0 gives the smallest, 1,000 and more the largest.
    pub fn quantile(&mut self, permille: u32) -> Option<i64> {
        self.sort();
        let count = self.values.len() as u128;
        let rank = (count * u128::from(permille)).div_ceil(1_000).clamp(1, count.max(1));
        self.values.get(rank as usize - 1).copied()
    }

    /// Returns the usual figures, or `None` without values.
    pub fn summary(&mut self) -> Option<Summary> {
        Some(Summary {
            count: self.values.len() as u64,
            min: self.quantile(0)?,
            mean: self.mean()?,
            p50: self.quantile(500)?,
            p90: self.quantile(900)?,
            p99: self.quantile(990)?,
            max: self.quantile(1_000)?,
        })
    }

    /// Returns the mean, rounded half away from zero, or `None` without values.
    pub fn mean(&self) -> Option<i64> {
        let count = self.values.len() as i128;
        if count == 0 {
            return None;
        }
        let sum: i128 = self.values.iter().map(|value| i128::from(*value)).sum();
        let half = if sum < 0 { -count } else { count };
        i64::try_from((2 * sum + half) / (2 * count)).ok()
    }

    fn sort(&mut self) {
        if !self.is_sorted {
            self.values.sort_unstable();
            self.is_sorted = true;
        }
    }
}

impl FromIterator<i64> for Samples {
    fn from_iter<I: IntoIterator<Item = i64>>(values: I) -> Self {
        Self { values: values.into_iter().collect(), is_sorted: false }
    }
}

impl Extend<i64> for Samples {
    fn extend<I: IntoIterator<Item = i64>>(&mut self, values: I) {
        self.values.extend(values);
        self.is_sorted = false;
    }
}

/// The load of every agent, and how evenly it is shared.
///
/// Give it one place for each agent that could have worked, also for those that had nothing: leaving them out makes a
/// desk look fairer than it is.
///
/// ```
/// use deskmatch_sim::Loads;
///
/// let even = Loads::new(vec![5, 5, 5, 5]);
/// assert_eq!((even.gini_millionths(), even.jain_millionths()), (Some(0), Some(1_000_000)));
/// let one_does_all = Loads::new(vec![20, 0, 0, 0]);
/// assert_eq!((one_does_all.gini_millionths(), one_does_all.jain_millionths()), (Some(750_000), Some(250_000)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loads {
    sorted: Vec<u64>,
}

impl Loads {
    /// Takes the load of each agent, in any order.
    pub fn new(mut loads: Vec<u64>) -> Self {
        loads.sort_unstable();
        Self { sorted: loads }
    }

    /// Returns how many agents there are.
    pub fn agents(&self) -> usize {
        self.sorted.len()
    }

    /// Returns how many agents have any load.
    pub fn busy_agents(&self) -> usize {
        self.sorted.iter().filter(|load| **load > 0).count()
    }

    /// Returns the smallest load.
    pub fn min(&self) -> Option<u64> {
        self.sorted.first().copied()
    }

    /// Returns the largest load.
    pub fn max(&self) -> Option<u64> {
        self.sorted.last().copied()
    }

    /// Returns the median load: the nearest rank, as of [`Samples::quantile`].
    pub fn median(&self) -> Option<u64> {
        self.sorted.get(self.sorted.len().div_ceil(2).checked_sub(1)?).copied()
    }

    /// Returns the mean load in thousandths, rounded down.
    pub fn mean_thousandths(&self) -> Option<u64> {
        let count = self.sorted.len() as u128;
        let sum: u128 = self.sorted.iter().map(|load| u128::from(*load)).sum();
        u64::try_from((sum * 1_000).checked_div(count)?).ok()
    }

    /// Returns the Gini coefficient in millionths: 0 where all have the same, towards 1,000,000 where one has all.
    ///
    /// It is the mean absolute difference over twice the mean, without correction for small numbers. `None` where
    /// there is no load at all.
    pub fn gini_millionths(&self) -> Option<u32> {
        let loads = self.scaled();
        let count = loads.len() as i128;
        let sum: i128 = loads.iter().map(|load| *load as i128).sum();
        let weighted: i128 =
            loads.iter().zip(1_i128..).map(|(load, rank)| (2 * rank - count - 1) * *load as i128).sum();
        ratio_millionths(u128::try_from(weighted).ok()?, u128::try_from(count * sum).ok()?)
    }

    /// Returns Jain's index of fairness in millionths: 1,000,000 where all have the same, 1/n of it where one has all.
    ///
    /// It is the square of the sum over n times the sum of squares (Jain, Chiu and Hawe, DEC-TR-301, 1984). `None`
    /// where there is no load at all.
    pub fn jain_millionths(&self) -> Option<u32> {
        let loads = self.scaled();
        let sum: u128 = loads.iter().sum();
        let squares: u128 = loads.iter().map(|load| load * load).sum();
        ratio_millionths(sum * sum, loads.len() as u128 * squares)
    }

    /// Returns the loads, all shifted right until the largest has 24 bits, so that no product overflows.
    fn scaled(&self) -> Vec<u128> {
        let shift = 40_u32.saturating_sub(self.max().unwrap_or_default().leading_zeros());
        self.sorted.iter().map(|load| u128::from(*load >> shift)).collect()
    }
}

/// Returns a share in millionths, rounded half up; `None` where the whole is zero or the share does not fit.
///
/// ```
/// use deskmatch_sim::metrics::ratio_millionths;
///
/// assert_eq!(ratio_millionths(2, 3), Some(666_667));
/// assert_eq!(ratio_millionths(2, 0), None);
/// ```
pub fn ratio_millionths(part: u128, whole: u128) -> Option<u32> {
    let shift = 128_u32.saturating_sub(whole.max(part).leading_zeros()).saturating_sub(104);
    let (part, whole) = (part >> shift, whole >> shift);
    u32::try_from((part * 2_000_000 + whole).checked_div(2 * whole)?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quantiles_are_nearest_ranks() {
        let mut samples: Samples = (1..=100).collect();
        assert_eq!([0, 500, 900, 990, 1_000].map(|p| samples.quantile(p)), [1, 50, 90, 99, 100].map(Some));
        assert_eq!([1, 10, 11, u32::MAX].map(|p| samples.quantile(p)), [1, 1, 2, 100].map(Some));
        assert_eq!(Samples::new().quantile(500), None);
        assert_eq!(Samples::new().summary(), None);
    }

    #[test]
    fn means_round_half_away_from_zero() {
        for (values, mean) in
            [(vec![1, 2], 2), (vec![-1, -2], -2), (vec![1, 1, 2], 1), (vec![i64::MAX, i64::MAX], i64::MAX)]
        {
            assert_eq!(values.into_iter().collect::<Samples>().mean(), Some(mean));
        }
    }

    #[test]
    fn values_may_be_added_after_a_question() {
        let mut samples = Samples::new();
        samples.extend([5, 3]);
        assert_eq!(samples.quantile(1_000), Some(5));
        samples.push(9);
        assert_eq!(samples.quantile(1_000), Some(9));
    }

    #[test]
    fn nothing_done_has_no_fairness() {
        for loads in [vec![], vec![0, 0]] {
            let loads = Loads::new(loads);
            assert_eq!((loads.gini_millionths(), loads.jain_millionths()), (None, None));
        }
    }

    #[test]
    fn loads_have_mean_and_median() {
        let loads = Loads::new(vec![4, 0, 1]);
        assert_eq!(
            (loads.median(), loads.mean_thousandths(), loads.busy_agents()),
            (Some(1), Some(1_666), 2)
        );
        assert_eq!(Loads::default().median(), None);
    }

    proptest! {
        #[test]
        fn fairness_agrees_with_its_definition(loads in prop::collection::vec(0_u64..1_000_000, 1..40)) {
            let n = loads.len() as f64;
            let sum: f64 = loads.iter().map(|x| *x as f64).sum();
            prop_assume!(sum > 0.0);
            let differences: f64 =
                loads.iter().flat_map(|a| loads.iter().map(move |b| a.abs_diff(*b) as f64)).sum();
            let squares: f64 = loads.iter().map(|x| (*x as f64).powi(2)).sum();
            let measured = Loads::new(loads);
            let gini = f64::from(measured.gini_millionths().unwrap()) / 1e6;
            let jain = f64::from(measured.jain_millionths().unwrap()) / 1e6;
            prop_assert!((gini - differences / (2.0 * n * sum)).abs() < 2e-6);
            prop_assert!((jain - sum * sum / (n * squares)).abs() < 2e-6);
        }

        #[test]
        fn extreme_loads_do_not_overflow(loads in prop::collection::vec(any::<u64>(), 0..40)) {
            let measured = Loads::new(loads);
            prop_assert!(measured.gini_millionths().unwrap_or(0) <= 1_000_000);
            prop_assert!(measured.jain_millionths().unwrap_or(0) <= 1_000_000);
        }
    }
}

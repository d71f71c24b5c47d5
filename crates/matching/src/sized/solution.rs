//! An answer, and how far from the best it can be.

/// Holds an assignment of rows that take up room, with a proven bound on what any assignment can reach.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::Goal;
/// use deskmatch_matching::sized::{Options, Problem, solve};
///
/// let problem = Problem::builder(vec![4, 4])
///     .push_row_of_size(3, [(0, 9), (1, 2)])
///     .push_row_of_size(2, [(0, 8), (1, 7)])
///     .build()?;
/// let solution = solve(&problem, Goal::Maximise, &Options::default())?;
/// assert_eq!(solution.columns, [Some(0), Some(1)]);
/// assert_eq!((solution.objective, solution.bound, solution.gap()), (16, 16, 0));
/// assert!(solution.is_optimal());
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    /// The column of each row, `None` for a row left out.
    pub columns: Vec<Option<u32>>,
    /// The sum of the values of the matched arcs and of the unmatched values of the rows left out, in the caller's own sign.
    pub objective: i128,
    /// What no assignment can pass: when minimising none is cheaper, when maximising none is worth more. Proven.
    pub bound: i128,
    /// How much of [`Options::steps`](super::Options::steps) was used. May exceed it by the work of one round.
    pub steps: u64,
}

impl Solution {
    /// Returns by how much a best assignment could be better than this one at most: the distance of objective and bound.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::sized::Solution;
    ///
    /// let solution = Solution { columns: vec![], objective: 1_020, bound: 1_000, steps: 0 };
    /// assert_eq!(solution.gap(), 20);
    /// ```
    #[must_use]
    pub fn gap(&self) -> u128 {
        self.objective.abs_diff(self.bound)
    }

    /// Returns the gap in millionths of the bound's magnitude, rounded up; `None` where the bound is 0 and the gap is not.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::sized::Solution;
    ///
    /// let solution = Solution { columns: vec![], objective: 1_020, bound: 1_000, steps: 0 };
    /// assert_eq!(solution.gap_millionths(), Some(20_000));
    /// ```
    #[must_use]
    pub fn gap_millionths(&self) -> Option<u128> {
        match (self.gap(), self.bound.unsigned_abs()) {
            (0, _) => Some(0),
            (_, 0) => None,
            (gap, bound) => Some(gap.saturating_mul(1_000_000).div_ceil(bound)),
        }
    }

    /// Returns whether no assignment is better, which is proved: objective and bound are equal.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::sized::Solution;
    ///
    /// assert!(Solution { columns: vec![], objective: 7, bound: 7, steps: 0 }.is_optimal());
    /// ```
    #[must_use]
    pub fn is_optimal(&self) -> bool {
        self.objective == self.bound
    }
}

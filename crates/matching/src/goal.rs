//! What "best" means: least or most.

/// Says whether the total value is to be as small or as large as possible.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::{Cover, Goal, Problem, solve};
///
/// let problem = Problem::from_dense(1, 2, &[30, 70])?;
/// assert_eq!(solve(&problem, Goal::Minimise, &Cover::AllRows)?.columns, [Some(0)]);
/// assert_eq!(solve(&problem, Goal::Maximise, &Cover::AllRows)?.columns, [Some(1)]);
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Goal {
    /// The smallest total value: values are costs.
    Minimise,
    /// The largest total value: values are profits.
    Maximise,
}

impl Goal {
    /// Returns what a value is worth to this goal: the value itself when maximising, its negative when
    /// minimising.
    ///
    /// Prices in a [`Certificate`](crate::Certificate) are stated in gains, so that one rule reads the same for
    /// both goals.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::Goal;
    ///
    /// assert_eq!(Goal::Maximise.gain(7), 7);
    /// assert_eq!(Goal::Minimise.gain(7), -7);
    /// ```
    #[must_use]
    pub fn gain(self, value: i64) -> i128 {
        match self {
            Self::Minimise => -i128::from(value),
            Self::Maximise => i128::from(value),
        }
    }
}

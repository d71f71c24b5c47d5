//! Which rows an answer must match.

/// Says which rows must be matched and what it means to leave one out.
///
/// # Why one weight a rank is enough
///
/// The sets of rows that can be matched at the same time are the independent sets of a transversal matroid
/// (Edmonds and Fulkerson 1965; Lawler 1976, "Combinatorial Optimization: Networks and Matroids", chapter 7). By
/// Edmonds' greedy theorem (1971) the independent sets of largest weight then depend only on the *order* of the
/// weights, and all of them hold the same number of rows of each weight. So with `k` distinct ranks, any positive
/// weights that strictly fall from rank to rank name the lexicographically best sets; [`Cover::MostRows`] gives
/// the best rank weight `k`, the next `k - 1`, and the last 1. No steep weights such as powers of the number of
/// rows are needed, and numbers stay small.
///
/// A row's gain is then the pair (weight, gain of its arc), pairs compare by weight first, and one set of dual
/// prices over pairs proves both levels at once: see [`Price`](crate::Price).
///
/// # Examples
///
/// Two rows want the only column. Which of them gets it, and whether one may stay out, is the cover's matter:
///
/// ```
/// use deskmatch_matching::{Cover, ErrorKind, Goal, Problem, solve};
///
/// let problem = Problem::from_dense(2, 1, &[9, 4])?;
///
/// let all = solve(&problem, Goal::Maximise, &Cover::AllRows).unwrap_err();
/// assert_eq!(all.kind(), ErrorKind::Infeasible);
///
/// let optional = Cover::Optional { unmatched: 0.into() };
/// assert_eq!(solve(&problem, Goal::Maximise, &optional)?.columns, [Some(0), None]);
///
/// let second_row_first = Cover::MostRows { rank: vec![1, 0] };
/// assert_eq!(solve(&problem, Goal::Maximise, &second_row_first)?.columns, [None, Some(0)]);
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Cover {
    /// Every row must be matched. Where that is impossible, the error names rows that share too few columns: see
    /// [`HallViolator`](crate::HallViolator).
    AllRows,
    /// Any row may be left out; a row left out adds its `unmatched` value to the total, in place of an arc's.
    Optional {
        /// What each row adds when it is left out.
        unmatched: Unmatched,
    },
    /// As many rows as possible: first the most rows of the best rank, then the most rows of the next rank beside
    /// them, and so on; among all such answers, one of best total value.
    MostRows {
        /// The rank of each row, one entry a row. 0 is the most important. Only the order of the numbers counts:
        /// `[0, 5, 9]` and `[0, 1, 2]` mean the same.
        rank: Vec<u32>,
    },
}

impl Cover {
    /// Returns [`Cover::Optional`] where a row left out adds nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::{Cover, Unmatched};
    ///
    /// assert_eq!(Cover::optional(), Cover::Optional { unmatched: Unmatched::Uniform(0) });
    /// ```
    #[must_use]
    pub fn optional() -> Self {
        Self::Optional { unmatched: Unmatched::Uniform(0) }
    }

    /// Returns [`Cover::MostRows`] where all of `rows` rows have the same rank.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::Cover;
    ///
    /// assert_eq!(Cover::most_rows(3), Cover::MostRows { rank: vec![0, 0, 0] });
    /// ```
    #[must_use]
    pub fn most_rows(rows: usize) -> Self {
        Self::MostRows { rank: vec![0; rows] }
    }
}

/// Holds what a row adds to the total when it is left out: the same for all rows, or one value a row.
///
/// Values stand in the caller's own sign, like the values of arcs: a cost when minimising, a profit when
/// maximising. The default is a uniform 0.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::{Cover, Goal, Problem, solve};
///
/// // Leaving the row out costs 10, so an arc of cost 12 is not worth taking.
/// let problem = Problem::from_dense(1, 1, &[12])?;
/// let answer = solve(&problem, Goal::Minimise, &Cover::Optional { unmatched: 10.into() })?;
/// assert_eq!(answer.columns, [None]);
/// assert_eq!(answer.objective, 10);
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Unmatched {
    /// The same value for every row.
    Uniform(i64),
    /// One value a row.
    PerRow(Vec<i64>),
}

impl Unmatched {
    /// Returns the value of a row, or `None` where the list is too short.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::Unmatched;
    ///
    /// assert_eq!(Unmatched::Uniform(3).get(7), Some(3));
    /// assert_eq!(Unmatched::PerRow(vec![1, 2]).get(1), Some(2));
    /// assert_eq!(Unmatched::PerRow(vec![1, 2]).get(2), None);
    /// ```
    #[must_use]
    pub fn get(&self, row: usize) -> Option<i64> {
        match self {
            Self::Uniform(value) => Some(*value),
            Self::PerRow(values) => values.get(row).copied(),
        }
    }
}

impl Default for Unmatched {
    fn default() -> Self {
        Self::Uniform(0)
    }
}

impl From<i64> for Unmatched {
    fn from(value: i64) -> Self {
        Self::Uniform(value)
    }
}

impl From<Vec<i64>> for Unmatched {
    fn from(values: Vec<i64>) -> Self {
        Self::PerRow(values)
    }
}

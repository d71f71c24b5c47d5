//! An answer and the proof that there is no better one.

use crate::method::Method;

/// Holds a best assignment together with its proof.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::{Cover, Goal, Problem, solve, verify};
///
/// let problem = Problem::from_dense(2, 2, &[9, 8, 7, 1])?;
/// let solution = solve(&problem, Goal::Maximise, &Cover::AllRows)?;
/// assert_eq!(solution.columns, [Some(1), Some(0)]);
/// assert_eq!(solution.objective, 15);
/// assert_eq!(solution.matched(), 2);
/// assert!(verify(&problem, Goal::Maximise, &Cover::AllRows, &solution).is_ok());
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    /// The column of each row, `None` for a row left out.
    pub columns: Vec<Option<u32>>,
    /// The sum of the values of the matched arcs, in the caller's own sign; with
    /// [`Cover::Optional`](crate::Cover::Optional) also of the unmatched values of the rows left out.
    pub objective: i128,
    /// The algorithm that found it.
    pub method: Method,
    /// The dual prices that prove it.
    pub certificate: Certificate,
}

impl Solution {
    /// Returns the number of matched rows. Costs O(rows).
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::{Cover, Goal, Problem, solve};
    ///
    /// let problem = Problem::from_dense(2, 1, &[3, 5])?;
    /// assert_eq!(solve(&problem, Goal::Maximise, &Cover::optional())?.matched(), 1);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn matched(&self) -> usize {
        self.columns.iter().flatten().count()
    }
}

/// Proves an answer optimal by linear-programming duality; [`verify`](crate::verify()) reads it.
///
/// Prices are stated in gains: see [`Goal::gain`](crate::Goal::gain). For either goal they satisfy:
///
/// * `column_prices[j] >= 0`, and it is 0 where column `j` has room left;
/// * `row_prices[i] + column_prices[j] >= gain(i, j)` for every arc, with equality where `i` is matched to `j`;
/// * `row_prices[i] >= gain of leaving row i out` where that is allowed, with equality where it is left out.
///
/// So the total gain equals the sum of the row prices plus the sum of capacity times column price, and no other
/// assignment can exceed that sum.
///
/// # What the prices say
///
/// `column_prices[j]` is the shadow price of the column: one more unit of its capacity improves the answer by at
/// most this much, for both goals. A price of 0 means that more capacity there changes nothing.
/// `row_prices[i]` is what the row contributes: without it, the answer would lose at least this much. Where several
/// sets of prices prove the answer, the one reported is fixed by the problem, but which one it is is not specified.
///
/// # Examples
///
/// Two rows compete for column 0. A second unit of it would raise the total from 10 + 3 to 10 + 8:
///
/// ```
/// use deskmatch_matching::{Cover, Goal, Price, Problem, solve};
///
/// let problem = Problem::from_dense(2, 2, &[10, 2, 8, 3])?;
/// let solution = solve(&problem, Goal::Maximise, &Cover::AllRows)?;
/// assert_eq!(solution.objective, 13);
/// assert_eq!(solution.certificate.column_prices, [Price::of_value(5), Price::ZERO]);
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// The price of each row.
    pub row_prices: Vec<Price>,
    /// The price of each column, never below zero.
    pub column_prices: Vec<Price>,
}

impl Certificate {
    /// Returns the value part of a column's price: what one more unit of its capacity adds to the total value at
    /// most, or saves when minimising, while the rows covered stay as good.
    ///
    /// With [`Cover::MostRows`](crate::Cover::MostRows) a column whose price has a positive
    /// [`priority`](Price::priority) would cover more rows; its value part then says what that does to the total,
    /// and may be negative. For a missing column it is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::{Cover, Goal, Problem, solve};
    ///
    /// let problem = Problem::from_dense(2, 2, &[10, 2, 8, 3])?;
    /// let solution = solve(&problem, Goal::Maximise, &Cover::AllRows)?;
    /// assert_eq!(solution.certificate.column_value_price(0), 5);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn column_value_price(&self, column: usize) -> i128 {
        self.column_prices.get(column).map_or(0, |price| price.value)
    }
}

/// Holds a dual price on two levels: rows covered first, value second. Prices compare in that order.
///
/// `priority` is 0 except with [`Cover::MostRows`](crate::Cover::MostRows), where it counts in rank weights: with
/// `k` distinct ranks a row of the best rank weighs `k`, one of the last rank 1, so a column price of priority 2 says
/// that one more unit of capacity covers at most one more row of the last rank but one, or its like. Because pairs
/// add up and compare like numbers, one set of such prices proves both levels at once.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::{Cover, Goal, Price, Problem, solve};
///
/// // Two rows, one place: the second row (rank 7) is worth less than the first (rank 2), whatever its value.
/// let problem = Problem::from_dense(2, 1, &[10, 90])?;
/// let solution = solve(&problem, Goal::Maximise, &Cover::MostRows { rank: vec![2, 7] })?;
/// assert_eq!(solution.columns, [Some(0), None]);
/// assert!(solution.certificate.column_prices[0] > Price::of_value(1_000_000));
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price {
    /// Rows covered, in rank weights. 0 unless the cover is [`Cover::MostRows`](crate::Cover::MostRows).
    pub priority: i128,
    /// Value.
    pub value: i128,
}

impl Price {
    /// The price of what is not scarce.
    pub const ZERO: Self = Self { priority: 0, value: 0 };

    /// Returns a price without priority.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::Price;
    /// assert_eq!(Price::of_value(5), Price { priority: 0, value: 5 });
    /// ```
    #[must_use]
    pub const fn of_value(value: i128) -> Self {
        Self { priority: 0, value }
    }
}

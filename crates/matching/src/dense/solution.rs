//! An answer for a dense matrix.

use super::cost::Cost;

/// Holds a best assignment of a dense matrix with the prices that prove it.
///
/// Prices are stated in gains, as in [`Certificate`](crate::Certificate): the gain of a pair is its value when
/// maximising and minus its cost when minimising. `row_prices[i] + column_prices[j]` is at least the gain of every
/// pair that is allowed, and equal to it where matched. The prices of the longer side are at least 0, and 0 where
/// unmatched (of the columns, where both are as long); with an unmatched value for each row, so are those of the columns,
/// and a row's price is at least the gain of leaving it out, and equal to it where it is.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::Goal;
/// use deskmatch_matching::dense::{Matrix, Solver};
///
/// let mut solver = Solver::new();
/// let solution = solver.solve(&Matrix::new(2, 2, &[10i32, 2, 8, 3])?, Goal::Maximise)?;
/// assert_eq!(solution.objective, 13);
/// assert_eq!(solution.column_prices, [7, 0]);
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Solution<T: Cost> {
    /// The column of each row, `None` for a row that has none.
    pub columns: Vec<Option<u32>>,
    /// The sum of the values of the matched pairs and of the rows left out, in the caller's own sign.
    pub objective: T::Total,
    /// The price of each row, in gains.
    pub row_prices: Vec<T::Price>,
    /// The price of each column, in gains.
    pub column_prices: Vec<T::Price>,
    /// The algorithm that found it.
    pub method: Method,
}

impl<T: Cost> Default for Solution<T> {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            objective: T::Total::default(),
            row_prices: Vec::new(),
            column_prices: Vec::new(),
            method: Method::ShortestPaths,
        }
    }
}

/// Names an algorithm for dense matrices.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::Goal;
/// use deskmatch_matching::dense::{Matrix, Method, Solver};
///
/// let mut solver = Solver::new();
/// let small = solver.solve(&Matrix::new(2, 2, &[1.0, 0.5, 0.25, 0.125])?, Goal::Minimise)?;
/// assert_eq!(small.method, Method::ShortestPaths);
/// assert_eq!(small.method.code(), "shortest_paths");
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// Shortest augmenting paths on the whole matrix (Jonker and Volgenant 1987): small matrices.
    ShortestPaths,
    /// Shortest augmenting paths on the cheapest entries of each row, which grow where they do not suffice: large
    /// matrices.
    Shortlist,
    /// An auction with epsilon scaling (Bertsekas 1988), finished by shortest paths: square matrices whose rows compete for the same
    /// columns, as do scores of low rank, distances and values with many ties. Whole values that lie close together are read in
    /// numbers of 16 bits: from a copy of up to 2 MiB, or from the cheapest 128 entries of each row where a copy would take
    /// more. Of others, rows bid for the cheapest entries that they have on their lists.
    Auction,
    /// Sorting, with a proof by one pass: matrices like a product of a row's and a column's factor.
    Sorting,
}

impl Method {
    /// Returns the stable name of this method.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::dense::Method;
    /// assert_eq!(Method::Auction.code(), "auction");
    /// ```
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ShortestPaths => "shortest_paths",
            Self::Shortlist => "shortlist",
            Self::Auction => "auction",
            Self::Sorting => "sorting",
        }
    }
}

//! Rows, columns, capacities and the arcs between them.

use crate::error::{Error, Fault, List};

/// Marks a forbidden pair in [`Problem::from_dense`]. It is the one `i64` that is not a value.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::{FORBIDDEN, Problem};
///
/// let problem = Problem::from_dense(1, 2, &[FORBIDDEN, 3])?;
/// assert_eq!(problem.arc_count(), 1);
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
pub const FORBIDDEN: i64 = i64::MIN;

/// The largest number of rows of a problem.
pub const MAX_ROWS: usize = 0xFFFF_FFF0;

/// The largest number of columns of a problem.
pub const MAX_COLUMNS: usize = 0xFFFF_FFF0;

/// Holds an assignment problem: rows, columns with capacities, and arcs with values between them.
///
/// Each row is matched to at most one column, and column `j` takes at most `capacity(j)` rows. Pairs without an arc
/// are forbidden. Arcs are stored sparsely, by row and in ascending order of columns, so the order in which they
/// were given has no influence on any answer.
///
/// Limits: [`MAX_ROWS`] rows, [`MAX_COLUMNS`] columns, values above `i64::MIN`. Memory: 12 bytes an arc, 8 a row,
/// 4 a column.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::Problem;
///
/// let problem = Problem::builder(3)
///     .push_row([(0, 50), (2, 80)])
///     .push_row([(1, 30)])
///     .capacities(vec![1, 2, 0])
///     .build()?;
/// assert_eq!((problem.rows(), problem.columns(), problem.arc_count()), (2, 3, 3));
/// assert_eq!(problem.capacity(1), Some(2));
/// assert_eq!(problem.value(0, 2), Some(80));
/// assert_eq!(problem.value(1, 2), None);
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// INVARIANT: starts with 0, ascends, ends with the number of arcs; one more entry than rows.
    starts: Vec<usize>,
    /// INVARIANT: strictly ascending within a row, each below the number of columns.
    heads: Vec<u32>,
    values: Vec<i64>,
    capacities: Vec<u32>,
}

impl Problem {
    /// Starts a problem with this many columns, no rows, and capacity 1 in every column.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::Problem;
    ///
    /// let empty = Problem::builder(0).build()?;
    /// assert_eq!(empty.rows(), 0);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn builder(columns: usize) -> ProblemBuilder {
        ProblemBuilder {
            columns,
            starts: vec![0],
            heads: Vec::new(),
            values: Vec::new(),
            capacities: None,
            row: Vec::new(),
            fault: None,
        }
    }

    /// Builds a problem from a matrix in row-major order, where [`FORBIDDEN`] marks pairs without an arc.
    ///
    /// Every column has capacity 1; [`with_capacities`](Self::with_capacities) changes that. Costs
    /// O(rows × columns).
    ///
    /// # Errors
    ///
    /// [`LengthMismatch`](crate::ErrorKind::LengthMismatch) where `values` does not hold `rows * columns` entries;
    /// [`TooLarge`](crate::ErrorKind::TooLarge) beyond the limits.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::{FORBIDDEN, Problem};
    ///
    /// let problem = Problem::from_dense(2, 2, &[1, FORBIDDEN, 3, 4])?;
    /// assert_eq!(problem.row(1).collect::<Vec<_>>(), [(0, 3), (1, 4)]);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn from_dense(rows: usize, columns: usize, values: &[i64]) -> Result<Self, Error> {
        let expected = rows.saturating_mul(columns);
        if values.len() != expected {
            return Err(Fault::LengthMismatch { list: List::Dense, expected, found: values.len() }.into());
        }
        let mut builder = Self::builder(columns);
        for row in 0..rows {
            let line = &values[row * columns..(row + 1) * columns];
            builder.push_row((0..).zip(line.iter().copied()).filter(|&(_, value)| value != FORBIDDEN));
        }
        builder.build()
    }

    /// Returns the problem with other capacities, one entry a column.
    ///
    /// # Errors
    ///
    /// [`LengthMismatch`](crate::ErrorKind::LengthMismatch) where the list does not have one entry a column.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::Problem;
    ///
    /// let problem = Problem::from_dense(2, 1, &[7, 8])?.with_capacities(vec![2])?;
    /// assert_eq!(problem.capacity(0), Some(2));
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn with_capacities(mut self, capacities: Vec<u32>) -> Result<Self, Error> {
        let (expected, found) = (self.capacities.len(), capacities.len());
        if expected != found {
            return Err(Fault::LengthMismatch { list: List::Capacities, expected, found }.into());
        }
        self.capacities = capacities;
        Ok(self)
    }

    /// Returns the number of rows.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::Problem;
    /// assert_eq!(Problem::from_dense(2, 1, &[7, 8])?.rows(), 2);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Returns the number of columns.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::Problem;
    /// assert_eq!(Problem::from_dense(2, 1, &[7, 8])?.columns(), 1);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn columns(&self) -> usize {
        self.capacities.len()
    }

    /// Returns the number of arcs of all rows.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::Problem;
    /// assert_eq!(Problem::from_dense(2, 1, &[7, 8])?.arc_count(), 2);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn arc_count(&self) -> usize {
        self.heads.len()
    }

    /// Returns how many rows a column takes, or `None` where there is no such column.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::Problem;
    /// let problem = Problem::from_dense(2, 1, &[7, 8])?;
    /// assert_eq!(problem.capacity(0), Some(1));
    /// assert_eq!(problem.capacity(1), None);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn capacity(&self, column: usize) -> Option<u32> {
        self.capacities.get(column).copied()
    }

    /// Returns the arcs of a row as pairs of column and value, ascending by column; none where there is no such row.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::Problem;
    /// let problem = Problem::builder(3).push_row([(2, 8), (0, 5)]).build()?;
    /// assert_eq!(problem.row(0).collect::<Vec<_>>(), [(0, 5), (2, 8)]);
    /// assert_eq!(problem.row(1).count(), 0);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn row(&self, row: usize) -> impl ExactSizeIterator<Item = (u32, i64)> + '_ {
        let range = if row < self.rows() { self.starts[row]..self.starts[row + 1] } else { 0..0 };
        self.heads[range.clone()].iter().copied().zip(self.values[range].iter().copied())
    }

    /// Returns the value of a pair, or `None` where it has no arc. Costs O(log arcs of the row).
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::Problem;
    /// let problem = Problem::builder(3).push_row([(2, 8)]).build()?;
    /// assert_eq!(problem.value(0, 2), Some(8));
    /// assert_eq!(problem.value(0, 1), None);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn value(&self, row: usize, column: u32) -> Option<i64> {
        if row >= self.rows() {
            return None;
        }
        let range = self.starts[row]..self.starts[row + 1];
        let offset = self.heads[range.clone()].binary_search(&column).ok()?;
        Some(self.values[range][offset])
    }

    pub(crate) fn starts(&self) -> &[usize] {
        &self.starts
    }

    pub(crate) fn heads(&self) -> &[u32] {
        &self.heads
    }

    pub(crate) fn values(&self) -> &[i64] {
        &self.values
    }

    pub(crate) fn capacities(&self) -> &[u32] {
        &self.capacities
    }
}

/// Collects the rows of a [`Problem`], one after the other.
///
/// The first mistake is kept and reported by [`build`](Self::build), so that calls chain.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::Problem;
///
/// let mut builder = Problem::builder(2);
/// for row in 0..3 {
///     builder.push_row([(0, row), (1, 10 - row)]);
/// }
/// let problem = builder.capacities(vec![2, 1]).build()?;
/// assert_eq!(problem.rows(), 3);
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProblemBuilder {
    columns: usize,
    starts: Vec<usize>,
    heads: Vec<u32>,
    values: Vec<i64>,
    capacities: Option<Vec<u32>>,
    /// Scratch space for the row being pushed.
    row: Vec<(u32, i64)>,
    fault: Option<Fault>,
}

impl ProblemBuilder {
    /// Adds a row with its arcs as pairs of column and value, in any order.
    ///
    /// A row without arcs is allowed: it can never be matched. Costs O(arcs), or O(arcs log arcs) where they do not
    /// ascend by column. Arcs to an unknown column, two arcs to one column and the value `i64::MIN` are errors
    /// that [`build`](Self::build) reports.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::Problem;
    ///
    /// let problem = Problem::builder(2).push_row([(1, 30), (0, 20)]).push_row([]).build()?;
    /// assert_eq!(problem.rows(), 2);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn push_row(&mut self, arcs: impl IntoIterator<Item = (u32, i64)>) -> &mut Self {
        if self.fault.is_some() {
            return self;
        }
        let row = self.starts.len() - 1;
        if row >= MAX_ROWS {
            self.fault = Some(Fault::TooManyRows);
            return self;
        }
        self.row.clear();
        self.row.extend(arcs);
        if !self.row.is_sorted_by_key(|&(column, _)| column) {
            self.row.sort_unstable();
        }
        self.fault = self.first_fault_in(row);
        if self.fault.is_none() {
            self.heads.extend(self.row.iter().map(|&(column, _)| column));
            self.values.extend(self.row.iter().map(|&(_, value)| value));
            self.starts.push(self.heads.len());
        }
        self
    }

    fn first_fault_in(&self, row: usize) -> Option<Fault> {
        // The row ascends, so its last column is its largest.
        if let Some(&(column, _)) = self.row.last()
            && column as usize >= self.columns
        {
            return Some(Fault::ColumnOutOfRange { row, column, columns: self.columns });
        }
        if let Some(pair) = self.row.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Some(Fault::DuplicateArc { row, column: pair[0].0 });
        }
        let &(column, value) = self.row.iter().find(|&&(_, value)| value == FORBIDDEN)?;
        Some(Fault::ArcValueOutOfRange { row, column, value })
    }

    /// Sets the capacities, one entry a column. Without this call every column takes one row.
    ///
    /// Any `u32` is allowed: 0 closes a column, and `u32::MAX` in every column is no overflow.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::Problem;
    ///
    /// let problem = Problem::builder(2).capacities(vec![0, 5]).build()?;
    /// assert_eq!(problem.capacity(1), Some(5));
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn capacities(&mut self, capacities: Vec<u32>) -> &mut Self {
        self.capacities = Some(capacities);
        self
    }

    /// Finishes the problem and leaves the builder empty, ready for another one with as many columns.
    ///
    /// # Errors
    ///
    /// The first mistake met: [`ColumnOutOfRange`](crate::ErrorKind::ColumnOutOfRange),
    /// [`DuplicateArc`](crate::ErrorKind::DuplicateArc), [`ValueOutOfRange`](crate::ErrorKind::ValueOutOfRange) for
    /// the value `i64::MIN`, [`LengthMismatch`](crate::ErrorKind::LengthMismatch) for the capacities, or
    /// [`TooLarge`](crate::ErrorKind::TooLarge).
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::{ErrorKind, Problem};
    ///
    /// let error = Problem::builder(2).capacities(vec![1]).build().unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::LengthMismatch);
    /// ```
    pub fn build(&mut self) -> Result<Problem, Error> {
        let columns = self.columns;
        let built = std::mem::replace(self, Problem::builder(columns));
        if columns > MAX_COLUMNS {
            return Err(Fault::TooManyColumns { columns }.into());
        }
        if let Some(fault) = built.fault {
            return Err(fault.into());
        }
        let capacities = built.capacities.unwrap_or_else(|| vec![1; columns]);
        if capacities.len() != columns {
            let (expected, found) = (columns, capacities.len());
            return Err(Fault::LengthMismatch { list: List::Capacities, expected, found }.into());
        }
        Ok(Problem { starts: built.starts, heads: built.heads, values: built.values, capacities })
    }
}

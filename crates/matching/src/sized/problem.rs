//! Rows that take up room, and columns that have only so much of it.

use crate::error::{Error, Fault, List};
use crate::problem::{FORBIDDEN, MAX_COLUMNS, MAX_ROWS};

/// Says how much room each row takes, for [`Problem::from_dense`].
///
/// # Examples
///
/// Two rows and two columns, first with one size a row, then with one a pair:
///
/// ```
/// use deskmatch_matching::sized::{Problem, Sizes};
///
/// let values = [4, 7, 6, 5];
/// let by_row = Problem::from_dense(2, 2, &values, Sizes::PerRow(&[3, 1]), vec![3, 2])?;
/// let by_pair = Problem::from_dense(2, 2, &values, Sizes::PerPair(&[3, 3, 1, 1]), vec![3, 2])?;
/// assert_eq!(by_row, by_pair);
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sizes<'a> {
    /// A row takes the same number of units wherever it goes: one entry a row.
    PerRow(&'a [u32]),
    /// What a row takes depends on the column: one entry a pair, in row-major order.
    PerPair(&'a [u32]),
}

/// One pair of a row and a column that may be matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arc {
    /// The column.
    pub column: u32,
    /// How many units of the column's capacity the row takes there. 0 is allowed.
    pub size: u32,
    /// What the pair adds to the total.
    pub value: i64,
}

/// Holds a generalised assignment problem: each row goes to one column, takes a number of units there, and no column gives
/// more units than its capacity.
///
/// Arcs are stored by row and in ascending order of columns, so the order in which they were given has no influence on any
/// answer. Limits: [`MAX_ROWS`] rows, [`MAX_COLUMNS`] columns, sizes of any `u32`, capacities of any `u64`, values above
/// `i64::MIN`. Memory: 16 bytes an arc, 8 a row, 8 a column.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::sized::Problem;
///
/// let problem = Problem::builder(vec![8, 5])
///     .push_row_of_size(3, [(0, 40), (1, 35)])
///     .push_row_of_size(5, [(1, 90)])
///     .build()?;
/// assert_eq!((problem.rows(), problem.columns(), problem.arc_count()), (2, 2, 3));
/// assert_eq!(problem.capacity(1), Some(5));
/// assert_eq!(problem.arc(1, 1).map(|arc| (arc.size, arc.value)), Some((5, 90)));
/// assert_eq!(problem.arc(1, 0), None);
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// INVARIANT: starts with 0, ascends, ends with the number of arcs; one more entry than rows.
    starts: Vec<usize>,
    /// INVARIANT: strictly ascending by column within a row, each column below the number of columns.
    arcs: Vec<Arc>,
    capacities: Vec<u64>,
}

impl Problem {
    /// Starts a problem without rows whose columns have these capacities, in units.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::sized::Problem;
    ///
    /// assert_eq!(Problem::builder(vec![4, 0]).build()?.columns(), 2);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn builder(capacities: Vec<u64>) -> ProblemBuilder {
        ProblemBuilder { starts: vec![0], arcs: Vec::new(), capacities, fault: None }
    }

    /// Builds a problem from values in row-major order, where [`FORBIDDEN`] marks pairs that may not be matched.
    ///
    /// Costs O(rows × columns).
    ///
    /// # Errors
    ///
    /// [`LengthMismatch`](crate::ErrorKind::LengthMismatch) where a list does not fit the shape;
    /// [`TooLarge`](crate::ErrorKind::TooLarge) beyond the limits.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::FORBIDDEN;
    /// use deskmatch_matching::sized::{Problem, Sizes};
    ///
    /// let problem = Problem::from_dense(1, 2, &[FORBIDDEN, 9], Sizes::PerRow(&[2]), vec![5, 5])?;
    /// assert_eq!(problem.arc_count(), 1);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn from_dense(
        rows: usize,
        columns: usize,
        values: &[i64],
        sizes: Sizes<'_>,
        capacities: Vec<u64>,
    ) -> Result<Self, Error> {
        let pairs = rows.saturating_mul(columns);
        let lengths = match sizes {
            Sizes::PerRow(sizes) => (rows, sizes.len()),
            Sizes::PerPair(sizes) => (pairs, sizes.len()),
        };
        let lists = [
            (List::Dense, pairs, values.len()),
            (List::Sizes, lengths.0, lengths.1),
            (List::Capacities, columns, capacities.len()),
        ];
        if let Some((list, expected, found)) =
            lists.into_iter().find(|&(_, expected, found)| expected != found)
        {
            return Err(Fault::LengthMismatch { list, expected, found }.into());
        }
        let mut builder = Self::builder(capacities);
        for row in 0..rows {
            let arc = |(column, place): (u32, usize)| {
                let size = match sizes {
                    Sizes::PerRow(sizes) => sizes[row],
                    Sizes::PerPair(sizes) => sizes[place],
                };
                Arc { column, size, value: values[place] }
            };
            let places = row * columns..(row + 1) * columns;
            builder.push_row((0..).zip(places).map(arc).filter(|arc| arc.value != FORBIDDEN));
        }
        builder.build()
    }

    /// Returns the number of rows.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::sized::Problem;
    /// assert_eq!(Problem::builder(vec![1]).push_row([]).build()?.rows(), 1);
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
    /// # use deskmatch_matching::sized::Problem;
    /// assert_eq!(Problem::builder(vec![1, 7]).build()?.columns(), 2);
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
    /// # use deskmatch_matching::sized::Problem;
    /// assert_eq!(Problem::builder(vec![1]).push_row_of_size(1, [(0, 3)]).build()?.arc_count(), 1);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn arc_count(&self) -> usize {
        self.arcs.len()
    }

    /// Returns how many units a column gives, or `None` where there is no such column.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::sized::Problem;
    /// assert_eq!(Problem::builder(vec![1, 7]).build()?.capacity(1), Some(7));
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn capacity(&self, column: usize) -> Option<u64> {
        self.capacities.get(column).copied()
    }

    /// Returns the arcs of a row, ascending by column; none where there is no such row.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::sized::Problem;
    /// let problem = Problem::builder(vec![9, 9]).push_row_of_size(2, [(1, 8), (0, 5)]).build()?;
    /// assert_eq!(problem.row(0).iter().map(|arc| arc.value).collect::<Vec<_>>(), [5, 8]);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn row(&self, row: usize) -> &[Arc] {
        if row < self.rows() { &self.arcs[self.starts[row]..self.starts[row + 1]] } else { &[] }
    }

    /// Returns the arc of a pair, or `None` where it is forbidden. Costs O(log arcs of the row).
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::sized::Problem;
    /// let problem = Problem::builder(vec![9, 9]).push_row_of_size(2, [(1, 8)]).build()?;
    /// assert_eq!(problem.arc(0, 1).map(|arc| arc.size), Some(2));
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn arc(&self, row: usize, column: u32) -> Option<Arc> {
        let arcs = self.row(row);
        let place = arcs.binary_search_by_key(&column, |arc| arc.column).ok()?;
        Some(arcs[place])
    }

    pub(super) fn capacities(&self) -> &[u64] {
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
/// use deskmatch_matching::sized::{Arc, Problem};
///
/// // The second column is slower at the first row: it takes 4 units there instead of 2.
/// let problem = Problem::builder(vec![6, 6])
///     .push_row([Arc { column: 0, size: 2, value: 10 }, Arc { column: 1, size: 4, value: 10 }])
///     .push_row_of_size(3, [(0, 20), (1, 25)])
///     .build()?;
/// assert_eq!(problem.rows(), 2);
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProblemBuilder {
    starts: Vec<usize>,
    arcs: Vec<Arc>,
    capacities: Vec<u64>,
    fault: Option<Fault>,
}

impl ProblemBuilder {
    /// Adds a row with its arcs, in any order.
    ///
    /// A row without arcs is allowed: it can never be matched. Costs O(arcs log arcs). Arcs to an unknown column, two arcs to
    /// one column and the value `i64::MIN` are errors that [`build`](Self::build) reports.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::sized::{Arc, Problem};
    ///
    /// let problem = Problem::builder(vec![5]).push_row([Arc { column: 0, size: 2, value: 7 }]).build()?;
    /// assert_eq!(problem.rows(), 1);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn push_row(&mut self, arcs: impl IntoIterator<Item = Arc>) -> &mut Self {
        if self.fault.is_some() {
            return self;
        }
        let (row, first) = (self.starts.len() - 1, self.arcs.len());
        if row >= MAX_ROWS {
            self.fault = Some(Fault::TooManyRows);
            return self;
        }
        self.arcs.extend(arcs);
        self.arcs[first..].sort_unstable();
        self.fault = self.first_fault_in(row, first);
        self.starts.push(self.arcs.len());
        self
    }

    /// Adds a row that takes the same number of units in every column, with its arcs as pairs of column and value.
    ///
    /// The rest is as in [`push_row`](Self::push_row).
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::sized::Problem;
    ///
    /// let problem = Problem::builder(vec![5, 5]).push_row_of_size(3, [(0, 1), (1, 2)]).build()?;
    /// assert!(problem.row(0).iter().all(|arc| arc.size == 3));
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn push_row_of_size(&mut self, size: u32, arcs: impl IntoIterator<Item = (u32, i64)>) -> &mut Self {
        self.push_row(arcs.into_iter().map(|(column, value)| Arc { column, size, value }))
    }

    fn first_fault_in(&self, row: usize, first: usize) -> Option<Fault> {
        let (arcs, columns) = (&self.arcs[first..], self.capacities.len());
        // The row ascends, so its last column is its largest.
        if let Some(&Arc { column, .. }) = arcs.last()
            && column as usize >= columns
        {
            return Some(Fault::ColumnOutOfRange { row, column, columns });
        }
        if let Some(pair) = arcs.windows(2).find(|pair| pair[0].column == pair[1].column) {
            return Some(Fault::DuplicateArc { row, column: pair[0].column });
        }
        let &Arc { column, value, .. } = arcs.iter().find(|arc| arc.value == FORBIDDEN)?;
        Some(Fault::ArcValueOutOfRange { row, column, value })
    }

    /// Finishes the problem and leaves the builder without rows, ready for another one with the same capacities.
    ///
    /// # Errors
    ///
    /// The first mistake met: [`ColumnOutOfRange`](crate::ErrorKind::ColumnOutOfRange),
    /// [`DuplicateArc`](crate::ErrorKind::DuplicateArc), [`ValueOutOfRange`](crate::ErrorKind::ValueOutOfRange) for the value
    /// `i64::MIN`, or [`TooLarge`](crate::ErrorKind::TooLarge).
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::{ErrorKind, sized::Problem};
    ///
    /// let error = Problem::builder(vec![5]).push_row_of_size(3, [(4, 1)]).build().unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::ColumnOutOfRange);
    /// ```
    pub fn build(&mut self) -> Result<Problem, Error> {
        let built = std::mem::replace(self, Problem::builder(self.capacities.clone()));
        if built.capacities.len() > MAX_COLUMNS {
            return Err(Fault::TooManyColumns { columns: built.capacities.len() }.into());
        }
        match built.fault {
            Some(fault) => Err(fault.into()),
            None => Ok(Problem { starts: built.starts, arcs: built.arcs, capacities: built.capacities }),
        }
    }
}

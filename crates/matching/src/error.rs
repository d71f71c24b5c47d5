//! What can be wrong with a question.

use std::fmt;

/// Reports why a problem could not be built or solved.
///
/// Nothing is ever half done: on an error there is no answer. The message is one line that says what to change.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::{ErrorKind, Problem};
///
/// let error = Problem::builder(2).push_row([(5, 1)]).build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::ColumnOutOfRange);
/// assert_eq!(error.code(), "column_out_of_range");
/// assert_eq!(error.to_string(), "row `0` has an arc to column `5`; columns must be below `2`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Fault>);

/// Names the kinds of [`Error`], for a `match` that must handle each.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::ErrorKind;
///
/// let codes: Vec<_> = ErrorKind::ALL.iter().map(|kind| kind.code()).collect();
/// assert!(codes.contains(&"infeasible"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorKind {
    /// An arc points at a column that the problem does not have.
    ColumnOutOfRange,
    /// A row has two arcs to the same column.
    DuplicateArc,
    /// A value lies outside the allowed range.
    ValueOutOfRange,
    /// A value is not a number, or an infinity that does not forbid a pair.
    NotANumber,
    /// A list has another length than the problem's shape asks for.
    LengthMismatch,
    /// The problem has more rows or columns than a 32-bit index can name.
    TooLarge,
    /// Every row must be matched and that is impossible.
    Infeasible,
    /// The steps allowed were used up before an answer was found or proved not to exist.
    OutOfSteps,
}

impl ErrorKind {
    /// All kinds, in the order of their declaration.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::ErrorKind;
    /// assert_eq!(ErrorKind::ALL.len(), 8);
    /// ```
    pub const ALL: [Self; 8] = [
        Self::ColumnOutOfRange,
        Self::DuplicateArc,
        Self::ValueOutOfRange,
        Self::NotANumber,
        Self::LengthMismatch,
        Self::TooLarge,
        Self::Infeasible,
        Self::OutOfSteps,
    ];

    /// Returns the stable name of this kind, fit for logs and other languages.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::ErrorKind;
    /// assert_eq!(ErrorKind::DuplicateArc.code(), "duplicate_arc");
    /// ```
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ColumnOutOfRange => "column_out_of_range",
            Self::DuplicateArc => "duplicate_arc",
            Self::ValueOutOfRange => "value_out_of_range",
            Self::NotANumber => "not_a_number",
            Self::LengthMismatch => "length_mismatch",
            Self::TooLarge => "too_large",
            Self::Infeasible => "infeasible",
            Self::OutOfSteps => "out_of_steps",
        }
    }
}

/// Proves that not every row can be matched: these rows are more than all their columns can hold.
///
/// Every arc of `rows` leads into `columns`, and `capacity`, the sum of the capacities of `columns`, is below the
/// number of `rows`. By Hall's theorem (1935) such a set exists exactly when some row must stay out. Both lists
/// are ascending. The set holds as few rows as the search met, which need not be the fewest possible.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::{Cover, Goal, Problem, solve};
///
/// // Rows 0 and 2 can only use column 1.
/// let problem = Problem::builder(2).push_row([(1, 4)]).push_row([(0, 4), (1, 4)]).push_row([(1, 9)]).build()?;
/// let error = solve(&problem, Goal::Maximise, &Cover::AllRows).unwrap_err();
/// let violator = error.hall_violator().expect("the error is about rows that share too few columns");
/// assert_eq!((&violator.rows[..], &violator.columns[..], violator.capacity), (&[0, 2][..], &[1][..], 1));
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HallViolator {
    /// The rows, ascending.
    pub rows: Vec<u32>,
    /// All columns that these rows have arcs to, ascending.
    pub columns: Vec<u32>,
    /// How many rows these columns can hold together.
    pub capacity: u64,
}

/// A list whose length the problem's shape fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    Dense,
    Capacities,
    Unmatched,
    Rank,
    Rows,
    Columns,
    Sizes,
}

/// A floating-point value that is no cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    NotANumber,
    Infinity,
    MinusInfinity,
}

impl Unusable {
    fn name(self) -> &'static str {
        match self {
            Self::NotANumber => "NaN",
            Self::Infinity => "inf",
            Self::MinusInfinity => "-inf",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    ColumnOutOfRange { row: usize, column: u32, columns: usize },
    DuplicateArc { row: usize, column: u32 },
    ArcValueOutOfRange { row: usize, column: u32, value: i64 },
    UnmatchedValueOutOfRange { row: usize, value: i64 },
    MagnitudeOutOfRange { magnitude: u64, limit: u64 },
    FloatOutOfRange,
    NotWhole { row: usize, column: usize },
    NotANumber { row: usize, column: Option<usize>, found: Unusable },
    LengthMismatch { list: List, expected: usize, found: usize },
    TooManyRows,
    TooManyColumns { columns: usize },
    Infeasible(HallViolator),
    SpreadOutOfRange { spread: i128, limit: i64 },
    FitsNowhere { row: usize },
    Overfull { size: u128, capacity: u128 },
    NoSizedAssignment,
    OutOfSteps { steps: u64 },
}

impl Error {
    /// Returns the kind of this error.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::{ErrorKind, Problem};
    ///
    /// let error = Problem::from_dense(2, 2, &[1, 2, 3]).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::LengthMismatch);
    /// ```
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match *self.0 {
            Fault::ColumnOutOfRange { .. } => ErrorKind::ColumnOutOfRange,
            Fault::DuplicateArc { .. } => ErrorKind::DuplicateArc,
            Fault::ArcValueOutOfRange { .. }
            | Fault::UnmatchedValueOutOfRange { .. }
            | Fault::MagnitudeOutOfRange { .. }
            | Fault::SpreadOutOfRange { .. }
            | Fault::NotWhole { .. }
            | Fault::FloatOutOfRange => ErrorKind::ValueOutOfRange,
            Fault::NotANumber { .. } => ErrorKind::NotANumber,
            Fault::LengthMismatch { .. } => ErrorKind::LengthMismatch,
            Fault::TooManyRows | Fault::TooManyColumns { .. } => ErrorKind::TooLarge,
            Fault::Infeasible(_)
            | Fault::FitsNowhere { .. }
            | Fault::Overfull { .. }
            | Fault::NoSizedAssignment => ErrorKind::Infeasible,
            Fault::OutOfSteps { .. } => ErrorKind::OutOfSteps,
        }
    }

    /// Returns the stable name of this error's kind.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::Problem;
    ///
    /// let error = Problem::builder(1).push_row([(0, 1), (0, 2)]).build().unwrap_err();
    /// assert_eq!(error.code(), "duplicate_arc");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind().code()
    }

    /// Returns the rows that share too few columns, for an error of kind [`ErrorKind::Infeasible`] about rows that all take
    /// one unit. Rows of several sizes have no such proof: for them it is `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::{Cover, Goal, Problem, solve};
    ///
    /// let problem = Problem::builder(1).push_row([]).build()?;
    /// let error = solve(&problem, Goal::Minimise, &Cover::AllRows).unwrap_err();
    /// assert_eq!(error.hall_violator().map(|violator| &violator.rows[..]), Some(&[0][..]));
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn hall_violator(&self) -> Option<&HallViolator> {
        match &*self.0 {
            Fault::Infeasible(violator) => Some(violator),
            _ => None,
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self(Box::new(fault))
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Fault::ColumnOutOfRange { row, column, columns } => {
                write!(f, "row `{row}` has an arc to column `{column}`; columns must be below `{columns}`")
            }
            Fault::DuplicateArc { row, column } => {
                write!(f, "row `{row}` has two arcs to column `{column}`; keep the better one")
            }
            Fault::ArcValueOutOfRange { row, column, value } => write!(
                f,
                "row `{row}` has the value `{value}` for column `{column}`; values must be above `{}`",
                i64::MIN
            ),
            Fault::UnmatchedValueOutOfRange { row, value } => {
                write!(
                    f,
                    "row `{row}` has the unmatched value `{value}`; values must be above `{}`",
                    i64::MIN
                )
            }
            Fault::MagnitudeOutOfRange { magnitude, limit } => write!(
                f,
                "the largest absolute value is `{magnitude}`; for this many rows and ranks it must be at most `{limit}`"
            ),
            Fault::FloatOutOfRange => {
                write!(f, "a value is larger than `1e300`; scale the values down")
            }
            Fault::NotWhole { row, column } => write!(
                f,
                "row `{row}` has a value for column `{column}` that is no whole number of 64 bits; round or scale the values"
            ),
            Fault::NotANumber { row, column: Some(column), found } => write!(
                f,
                "row `{row}` has the value `{}` for column `{column}`; values must be numbers, or the infinity that forbids",
                found.name()
            ),
            Fault::NotANumber { row, column: None, found } => {
                write!(f, "row `{row}` has the unmatched value `{}`; values must be numbers", found.name())
            }
            Fault::LengthMismatch { list, expected, found } => {
                let name = match list {
                    List::Dense => "the matrix",
                    List::Capacities => "the list of capacities",
                    List::Unmatched => "the list of unmatched values",
                    List::Rank => "the list of ranks",
                    List::Rows => "the list of rows",
                    List::Columns => "the list of columns",
                    List::Sizes => "the list of sizes",
                };
                write!(f, "{name} has `{found}` entries; it must have `{expected}`")
            }
            Fault::TooManyRows => write!(f, "the problem has more than `{}` rows; split it", crate::MAX_ROWS),
            Fault::TooManyColumns { columns } => {
                write!(f, "the problem has `{columns}` columns; at most `{}` are allowed", crate::MAX_COLUMNS)
            }
            Fault::Infeasible(HallViolator { rows, columns, capacity }) => {
                write!(
                    f,
                    "`{}` rows, row `{}` among them, ",
                    rows.len(),
                    rows.first().copied().unwrap_or(0)
                )?;
                write!(f, "share `{}` columns that hold only `{capacity}`; ", columns.len())?;
                write!(f, "add capacity or allow rows to be left out")
            }
            Fault::SpreadOutOfRange { spread, limit } => write!(
                f,
                "the values of a row differ by `{spread}`; for this many rows they may differ by at most `{limit}`"
            ),
            Fault::FitsNowhere { row } => {
                write!(f, "row `{row}` fits into no column; add capacity or allow rows to be left out")
            }
            Fault::Overfull { size, capacity } => write!(
                f,
                "the rows take at least `{size}` units and the columns hold `{capacity}`; add capacity or allow rows to be left out"
            ),
            Fault::NoSizedAssignment => {
                write!(f, "no assignment places every row; add capacity or allow rows to be left out")
            }
            Fault::OutOfSteps { steps } => write!(
                f,
                "no assignment was found within `{steps}` steps; allow more steps or allow rows to be left out"
            ),
        }
    }
}

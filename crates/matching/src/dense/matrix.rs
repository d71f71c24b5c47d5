//! A view of costs that lie in memory as a matrix.

use crate::error::{Error, Fault, List};
use crate::problem::{MAX_COLUMNS, MAX_ROWS};

/// Views a slice as a matrix of rows and columns, without copying it.
///
/// # Examples
///
/// The same matrix, by rows, with a stride, and by columns:
///
/// ```
/// use deskmatch_matching::dense::Matrix;
///
/// let plain = Matrix::new(2, 3, &[1, 2, 3, 4, 5, 6])?;
/// let wide = Matrix::with_stride(2, 3, 4, &[1, 2, 3, 0, 4, 5, 6])?;
/// let turned = Matrix::by_columns(2, 3, &[1, 4, 2, 5, 3, 6])?;
/// for row in 0..2 {
///     for column in 0..3 {
///         assert_eq!(plain.get(row, column), wide.get(row, column));
///         assert_eq!(plain.get(row, column), turned.get(row, column));
///     }
/// }
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// INVARIANT: with `lines` lines of `length` each, `data` holds at least `(lines - 1) * stride + length` entries.
    pub(crate) stride: usize,
    /// Whether a row lies in one piece; otherwise a column does.
    pub(crate) by_rows: bool,
}

impl<'a, T: Copy> Matrix<'a, T> {
    /// Views `rows * columns` entries in row-major order: entry (i, j) is `data[i * columns + j]`.
    ///
    /// # Errors
    ///
    /// [`LengthMismatch`](crate::ErrorKind::LengthMismatch) where `data` has another length;
    /// [`TooLarge`](crate::ErrorKind::TooLarge) beyond [`MAX_ROWS`] or [`MAX_COLUMNS`].
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::{ErrorKind, dense::Matrix};
    ///
    /// assert_eq!(Matrix::new(2, 2, &[1, 2, 3]).unwrap_err().kind(), ErrorKind::LengthMismatch);
    /// ```
    pub fn new(rows: usize, columns: usize, data: &'a [T]) -> Result<Self, Error> {
        let expected = rows.saturating_mul(columns);
        if data.len() != expected {
            return Err(Fault::LengthMismatch { list: List::Dense, expected, found: data.len() }.into());
        }
        Self::view(rows, columns, columns, data, true)
    }

    /// Views rows that start `stride` entries apart: entry (i, j) is `data[i * stride + j]`. What lies between and
    /// behind the rows is not read.
    ///
    /// # Errors
    ///
    /// [`LengthMismatch`](crate::ErrorKind::LengthMismatch) where `stride` is below `columns` or `data` ends before
    /// the last row does; [`TooLarge`](crate::ErrorKind::TooLarge) beyond the limits.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::dense::Matrix;
    ///
    /// let left_half = Matrix::with_stride(2, 1, 2, &[7, 0, 8, 0])?;
    /// assert_eq!(left_half.get(1, 0), Some(8));
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn with_stride(rows: usize, columns: usize, stride: usize, data: &'a [T]) -> Result<Self, Error> {
        Self::view(rows, columns, stride, data, true)
    }

    /// Views `rows * columns` entries in column-major order: entry (i, j) is `data[j * rows + i]`.
    ///
    /// # Errors
    ///
    /// As [`Matrix::new`].
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::dense::Matrix;
    ///
    /// assert_eq!(Matrix::by_columns(2, 2, &[1, 2, 3, 4])?.get(0, 1), Some(3));
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn by_columns(rows: usize, columns: usize, data: &'a [T]) -> Result<Self, Error> {
        Ok(Matrix::new(columns, rows, data)?.transposed())
    }

    /// Views the same entries with rows and columns changed over.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::dense::Matrix;
    ///
    /// let matrix = Matrix::new(1, 2, &[5, 6])?;
    /// assert_eq!(matrix.transposed().get(1, 0), Some(6));
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn transposed(self) -> Self {
        Self { rows: self.columns, columns: self.rows, by_rows: !self.by_rows, ..self }
    }

    fn view(rows: usize, columns: usize, stride: usize, data: &'a [T], by_rows: bool) -> Result<Self, Error> {
        if rows > MAX_ROWS {
            return Err(Fault::TooManyRows.into());
        }
        if columns > MAX_COLUMNS {
            return Err(Fault::TooManyColumns { columns }.into());
        }
        let last = rows.saturating_sub(1).saturating_mul(stride).saturating_add(columns);
        let expected = if rows == 0 { 0 } else { last };
        if stride < columns || data.len() < expected {
            let expected = expected.max(rows.saturating_mul(columns));
            return Err(Fault::LengthMismatch { list: List::Dense, expected, found: data.len() }.into());
        }
        Ok(Self { data, rows, columns, stride, by_rows })
    }

    /// Returns the number of rows.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::dense::Matrix;
    /// assert_eq!(Matrix::new(1, 2, &[5, 6])?.rows(), 1);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Returns the number of columns.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::dense::Matrix;
    /// assert_eq!(Matrix::new(1, 2, &[5, 6])?.columns(), 2);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Returns an entry, or `None` outside the matrix.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::dense::Matrix;
    /// let matrix = Matrix::new(1, 2, &[5, 6])?;
    /// assert_eq!((matrix.get(0, 1), matrix.get(1, 0)), (Some(6), None));
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    #[must_use]
    pub fn get(&self, row: usize, column: usize) -> Option<T> {
        if row >= self.rows || column >= self.columns {
            return None;
        }
        let (line, place) = if self.by_rows { (row, column) } else { (column, row) };
        self.data.get(line * self.stride + place).copied()
    }
}

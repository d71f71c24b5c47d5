//! Problems from matrices of any type of number.

use super::problem::{Arc, Problem, Sizes};
use crate::dense::{Cost, Matrix, is_unusable, unusable_value};
use crate::error::{Error, Fault, List};
use crate::goal::Goal;

impl Problem {
    /// Builds a problem from a matrix in which forbidden pairs are marked as [`Cost`] says: by the smallest integer, or for
    /// floats by infinity when minimising and minus infinity when maximising. Floats must be whole.
    ///
    /// Costs O(rows × columns).
    ///
    /// # Errors
    ///
    /// As [`Problem::from_dense`]; [`NotANumber`](crate::ErrorKind::NotANumber) for NaN and for an infinity that does not forbid;
    /// [`ValueOutOfRange`](crate::ErrorKind::ValueOutOfRange) for a value that is not whole or not within 64 bits.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::Goal;
    /// use deskmatch_matching::dense::Matrix;
    /// use deskmatch_matching::sized::{Problem, Sizes};
    ///
    /// let hours = [4.0, f64::INFINITY, 6.0, 5.0];
    /// let matrix = Matrix::new(2, 2, &hours)?;
    /// let problem = Problem::from_matrix(&matrix, Goal::Minimise, Sizes::PerRow(&[3, 1]), vec![3, 2])?;
    /// assert_eq!((problem.row(0).len(), problem.row(1).len()), (1, 2));
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn from_matrix<T: Cost>(
        matrix: &Matrix<'_, T>,
        goal: Goal,
        sizes: Sizes<'_>,
        capacities: Vec<u64>,
    ) -> Result<Self, Error> {
        let (rows, columns) = (matrix.rows(), matrix.columns());
        let lengths = match sizes {
            Sizes::PerRow(sizes) => (rows, sizes.len()),
            Sizes::PerPair(sizes) => (rows.saturating_mul(columns), sizes.len()),
        };
        let lists = [(List::Sizes, lengths.0, lengths.1), (List::Capacities, columns, capacities.len())];
        for (list, expected, found) in lists {
            if expected != found {
                return Err(Fault::LengthMismatch { list, expected, found }.into());
            }
        }
        let sign = if goal == Goal::Maximise { -1.0 } else { 1.0 };
        let mut builder = Self::builder(capacities);
        let mut arcs = Vec::new();
        for row in 0..rows {
            arcs.clear();
            for column in 0..columns {
                let size = match sizes {
                    Sizes::PerRow(sizes) => sizes[row],
                    Sizes::PerPair(sizes) => sizes[row * columns + column],
                };
                let Some(value) = matrix.get(row, column) else { continue };
                if let Some(value) = whole(value, sign, (row, column))? {
                    arcs.push(Arc { column: column as u32, size, value });
                }
            }
            builder.push_row(arcs.iter().copied());
        }
        builder.build()
    }
}

/// A value as a whole number, or `None` where it forbids the pair.
fn whole<T: Cost>(value: T, sign: f64, (row, column): (usize, usize)) -> Result<Option<i64>, Error> {
    let cost = value.load(sign);
    if cost == f64::INFINITY {
        return Ok(None);
    }
    if is_unusable(cost) {
        return Err(unusable_value(row, column, value));
    }
    match value.whole() {
        Some(value) => Ok(Some(value)),
        None => Err(Fault::NotWhole { row, column }.into()),
    }
}

//! Dense matrices from NumPy.

use super::{goal, of_matching};
use crate::error;
use crate::guard::guard;
use deskmatch_matching::ErrorKind;
use deskmatch_matching::dense::{Cost, Matrix, Options, Solution, Solver};
use deskmatch_matrices::Number;
use numpy::{Element, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use std::cell::Cell;

/// A matrix in one of the types that the solver reads as they are.
pub(super) enum Numbers<'py> {
    F64(PyReadonlyArray2<'py, f64>),
    F32(PyReadonlyArray2<'py, f32>),
    I64(PyReadonlyArray2<'py, i64>),
    I32(PyReadonlyArray2<'py, i32>),
}

/// Does the same with a matrix of any of the types.
macro_rules! each {
    ($numbers:expr, $array:ident => $do:expr) => {
        match $numbers {
            Numbers::F64($array) => $do,
            Numbers::F32($array) => $do,
            Numbers::I64($array) => $do,
            Numbers::I32($array) => $do,
        }
    };
}
pub(super) use each;

/// The matrix of an argument, and whether it had to be copied. Anything that `numpy.asarray` takes.
fn numbers<'py>(cost: &Bound<'py, PyAny>) -> PyResult<(Numbers<'py>, bool)> {
    let numpy = cost.py().import("numpy")?;
    // SciPy reads lists as doubles at once, so a text in one is another error than a text in an array.
    let is_list = cost.is_instance_of::<PyList>() || cost.is_instance_of::<PyTuple>();
    let array = if is_list {
        numpy.call_method1("asarray", (cost, "float64"))?
    } else {
        numpy.call_method1("asarray", (cost,))?
    };
    let dimensions: usize = array.getattr("ndim")?.extract()?;
    if dimensions != 2 {
        let shape = array.getattr("shape")?;
        let message = format!("expected a matrix (2-D array), got a {} array", shape.repr()?);
        return Err(PyValueError::new_err(message));
    }
    if let Some(numbers) = as_is(&array) {
        return Ok((numbers, false));
    }
    Ok((Numbers::F64(in_doubles(&array)?), true))
}

/// A matrix that need not be copied: of a type that the solver reads, with its rows or its columns one after the other.
pub(super) fn as_is<'py>(array: &Bound<'py, PyAny>) -> Option<Numbers<'py>> {
    fn of<'py, T: Element>(array: &Bound<'py, PyAny>) -> Option<PyReadonlyArray2<'py, T>> {
        let array = array.cast::<PyArray2<T>>().ok()?;
        let in_one = array.is_c_contiguous() || array.is_fortran_contiguous();
        if in_one { array.try_readonly().ok() } else { None }
    }
    None.or_else(|| of(array).map(Numbers::F64))
        .or_else(|| of(array).map(Numbers::F32))
        .or_else(|| of(array).map(Numbers::I64))
        .or_else(|| of(array).map(Numbers::I32))
}

/// A copy in `float64`, as SciPy makes one of every matrix.
pub(super) fn in_doubles<'py>(array: &Bound<'py, PyAny>) -> PyResult<PyReadonlyArray2<'py, f64>> {
    let options = PyDict::new(array.py());
    options.set_item("casting", "safe")?;
    options.set_item("order", "C")?;
    let doubles = array.call_method("astype", ("float64",), Some(&options))?;
    Ok(doubles.cast_into::<PyArray2<f64>>()?.readonly())
}

/// The matrix as the solver reads it, without a copy.
pub(super) fn view<'a, T: Element + Cost>(array: &'a PyReadonlyArray2<'_, T>) -> PyResult<Matrix<'a, T>> {
    let (rows, columns) = (array.shape()[0], array.shape()[1]);
    // NumPy gives the numbers in the order in which they lie.
    let data = array.as_slice().map_err(|_| error::internal("the matrix does not lie in one piece"))?;
    let matrix = if array.is_c_contiguous() {
        Matrix::new(rows, columns, data)
    } else {
        Matrix::by_columns(rows, columns, data)
    };
    matrix.map_err(|fault| of_matching(&fault))
}

/// A solver of this thread's, with the memory of the solves before: touching fresh memory, and giving it back, takes a tenth of the
/// time of a solve. For matrices beyond [`KEPT_LINES`] a solver of its own, so that what a thread keeps stays small.
pub(crate) trait Kept: Element + Number {
    fn with_solver<R>(lines: usize, work: impl FnOnce(&mut Solver<Self>) -> R) -> R;
}

/// Rows and columns together up to which a thread keeps the memory: at most some 4 MB for each type of number.
const KEPT_LINES: usize = 8_192;

macro_rules! kept {
    ($($type:ty),*) => {$(
        impl Kept for $type {
            fn with_solver<R>(lines: usize, work: impl FnOnce(&mut Solver<Self>) -> R) -> R {
                thread_local! {
                    static SOLVER: Cell<Option<Box<Solver<$type>>>> = const { Cell::new(None) };
                }
                // Taken out meanwhile: what panics in a solve does not come back.
                let kept = if lines <= KEPT_LINES { SOLVER.take() } else { None };
                let mut solver = kept.unwrap_or_else(|| Box::new(Solver::new()));
                let done = work(&mut solver);
                if lines <= KEPT_LINES {
                    SOLVER.set(Some(solver));
                }
                done
            }
        }
    )*};
}
kept!(f64, f32, i64, i32);

/// Solves without the interpreter: the matrix must not be changed meanwhile. `take` says what of the solution is wanted.
fn solved<T: Kept, R: Send>(
    py: Python<'_>,
    array: &PyReadonlyArray2<'_, T>,
    maximize: bool,
    unmatched: Option<&[T]>,
    take: impl FnOnce(&Solution<T>) -> R + Send,
) -> PyResult<Result<R, deskmatch_matching::Error>> {
    let matrix = view(array)?;
    let options = Options { unmatched, method: None };
    let lines = matrix.rows() + matrix.columns();
    Ok(py.detach(|| {
        T::with_solver(lines, |solver| T::solve(solver, &matrix, goal(maximize), options).map(take))
    }))
}

type Indices<'py> = Bound<'py, PyArray1<i64>>;
type Answered = Result<Vec<Option<u32>>, deskmatch_matching::Error>;

fn columns_of(py: Python<'_>, numbers: &Numbers<'_>, maximize: bool) -> PyResult<Answered> {
    each!(numbers, array => match in_order(array)? {
        Some(columns) => Ok(Ok(columns)),
        None => solved(py, array, maximize, None, |solution| solution.columns.clone()),
    })
}

/// The first rows with the first columns, where all pairs are worth the same. Any answer is a best one then; SciPy's tests ask for
/// this one. Looks no further than the first difference.
fn in_order<T: Element + Cost + Plain>(
    array: &PyReadonlyArray2<'_, T>,
) -> PyResult<Option<Vec<Option<u32>>>> {
    let data = array.as_slice().map_err(|_| error::internal("the matrix does not lie in one piece"))?;
    let Some(first) = data.first().copied() else { return Ok(None) };
    // Infinities and what is not a number are for the solver to judge.
    if !first.is_plain() || data.iter().any(|value| *value != first) {
        return Ok(None);
    }
    let (rows, columns) = (array.shape()[0], array.shape()[1] as u32);
    Ok(Some((0..rows as u32).map(|row| (row < columns).then_some(row)).collect()))
}

/// Solves the linear sum assignment problem, in the place of `scipy.optimize.linear_sum_assignment`.
///
/// Every row of `cost_matrix` gets a column of its own, or where there are more rows than columns every column a row, so that the
/// sum is the smallest there is, or the largest with `maximize`. Infinity (minus infinity when maximising) forbids a pair.
///
/// Arrays of float64, float32, int64 and int32 that lie in one piece are read where they are, without a copy; anything else is copied
/// into float64 first. Other threads run meanwhile, and must not change the array.
///
/// Returns the rows, ascending, and the column of each, as two arrays of int64.
///
/// Raises `ValueError` if the matrix has not two dimensions, holds what is not a number, or allows no assignment; `TypeError` if its
/// type does not fit into float64.
///
///     >>> import numpy, deskmatch
///     >>> cost = numpy.array([[4, 1, 3], [2, 0, 5], [3, 2, 2]])
///     >>> rows, columns = deskmatch.linear_sum_assignment(cost)
///     >>> columns.tolist(), int(cost[rows, columns].sum())
///     ([1, 0, 2], 5)
#[pyfunction]
#[pyo3(signature = (cost_matrix, maximize = false))]
pub(crate) fn linear_sum_assignment<'py>(
    cost_matrix: &Bound<'py, PyAny>,
    maximize: bool,
) -> PyResult<(Indices<'py>, Indices<'py>)> {
    guard(|| {
        let py = cost_matrix.py();
        let (numbers, _) = numbers(cost_matrix)?;
        let mut answer = columns_of(py, &numbers, maximize)?;
        // Integers beyond what the solver adds up exactly, and the one that forbids: SciPy takes them as doubles.
        if answer.as_ref().is_err_and(|fault| fault.kind() == ErrorKind::ValueOutOfRange)
            && !matches!(numbers, Numbers::F64(_))
        {
            let array = cost_matrix.py().import("numpy")?.call_method1("asarray", (cost_matrix,))?;
            answer = columns_of(py, &Numbers::F64(in_doubles(&array)?), maximize)?;
        }
        let columns = answer.map_err(|fault| as_scipy(&fault))?;
        let pairs = || {
            (0i64..).zip(&columns).filter_map(|(row, column)| column.map(|column| (row, i64::from(column))))
        };
        let rows = PyArray1::from_iter(py, pairs().map(|(row, _)| row));
        Ok((rows, PyArray1::from_iter(py, pairs().map(|(_, column)| column))))
    })
}

/// Whether a number forbids nothing and can be added up.
trait Plain: Copy {
    fn is_plain(self) -> bool;
}

macro_rules! plain {
    ($($type:ty: $value:ident => $is:expr;)*) => {$(
        impl Plain for $type {
            fn is_plain(self) -> bool {
                let $value = self;
                $is
            }
        }
    )*};
}
plain! {
    f64: value => value.is_finite();
    f32: value => value.is_finite();
    i64: value => value != i64::FORBIDDEN;
    i32: value => value != i32::FORBIDDEN;
}

/// What SciPy raises.
fn as_scipy(fault: &deskmatch_matching::Error) -> PyErr {
    match fault.kind() {
        ErrorKind::NotANumber => PyValueError::new_err("matrix contains invalid numeric entries"),
        ErrorKind::Infeasible => PyValueError::new_err("cost matrix is infeasible"),
        ErrorKind::ColumnOutOfRange
        | ErrorKind::DuplicateArc
        | ErrorKind::ValueOutOfRange
        | ErrorKind::LengthMismatch
        | ErrorKind::TooLarge
        | ErrorKind::OutOfSteps => of_matching(fault),
    }
}

/// A best assignment of a dense matrix with the prices that prove it.
///
/// Prices are stated in gains: a pair's value when maximising, minus its cost when minimising. A row's and a column's price add up to
/// at least the gain of their pair, and to just that where they are matched.
#[pyclass(frozen, module = "deskmatch")]
pub(crate) struct DenseAssignment {
    columns: Vec<Option<u32>>,
    objective: Py<PyAny>,
    row_prices: Py<PyAny>,
    column_prices: Py<PyAny>,
    method: &'static str,
    copied: bool,
}

#[pymethods]
impl DenseAssignment {
    /// The column of each row; none for a row that has none.
    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        guard(|| PyTuple::new(py, &self.columns))
    }

    /// The sum of the values of the pairs, and of the rows left out.
    #[getter]
    fn objective<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| Ok(self.objective.bind(py).clone()))
    }

    /// The price of each row, in gains, as an array.
    #[getter]
    fn row_prices<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| Ok(self.row_prices.bind(py).clone()))
    }

    /// The price of each column, in gains, as an array: what one more of it would be worth at most.
    #[getter]
    fn column_prices<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| Ok(self.column_prices.bind(py).clone()))
    }

    /// The algorithm that found it.
    #[getter]
    fn method(&self) -> PyResult<&'static str> {
        guard(|| Ok(self.method))
    }

    /// Whether the matrix had to be copied to be read.
    #[getter]
    fn copied(&self) -> PyResult<bool> {
        guard(|| Ok(self.copied))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        guard(|| {
            let matched = self.columns.iter().flatten().count();
            Ok(format!(
                "<deskmatch.DenseAssignment: {matched} pairs, objective {}>",
                self.objective.bind(py).repr()?
            ))
        })
    }
}

/// Solves a dense assignment problem, with prices, and proves the answer by them.
///
/// As `linear_sum_assignment`, but rows may be left out where `unmatched` says what each row adds then (an array of the matrix's type,
/// or one number for all): the shorter side need not be matched completely.
///
/// Raises a `MatchingError`; `InvalidSolutionError` if the proof fails, which is a fault of ours.
///
///     >>> import numpy, deskmatch
///     >>> answer = deskmatch.assign_dense(numpy.array([[1, 9], [9, 9]]), unmatched=3)
///     >>> answer.columns, answer.objective
///     ((0, None), 4)
#[pyfunction]
#[pyo3(signature = (cost_matrix, maximize = false, *, unmatched = None))]
pub(crate) fn assign_dense(
    cost_matrix: &Bound<'_, PyAny>,
    maximize: bool,
    unmatched: Option<&Bound<'_, PyAny>>,
) -> PyResult<DenseAssignment> {
    guard(|| {
        let (numbers, copied) = numbers(cost_matrix)?;
        each!(&numbers, array => proved(cost_matrix.py(), array, maximize, unmatched, copied))
    })
}

fn proved<'py, T: Kept + for<'a> FromPyObject<'a, 'py> + IntoPyObject<'py>>(
    py: Python<'py>,
    array: &PyReadonlyArray2<'py, T>,
    maximize: bool,
    unmatched: Option<&Bound<'py, PyAny>>,
    copied: bool,
) -> PyResult<DenseAssignment>
where
    T::Price: Element + Send + Sync,
    T::Total: Send + Sync + IntoPyObject<'py> + Copy,
{
    let rows = array.shape()[0];
    let unmatched = unmatched.map(|value| values_of::<T>(value, rows)).transpose()?;
    let solution = solved(py, array, maximize, unmatched.as_deref(), Solution::clone)?
        .map_err(|fault| of_matching(&fault))?;
    let matrix = view(array)?;
    let unmatched = unmatched.as_deref();
    let proof = py.detach(|| T::verify(&matrix, goal(maximize), unmatched, &solution));
    proof.map_err(|violation| error::of_code("invalid_solution", &violation.to_string()))?;
    Ok(DenseAssignment {
        objective: solution.objective.into_py_any(py)?,
        row_prices: PyArray1::from_vec(py, solution.row_prices).into_any().unbind(),
        column_prices: PyArray1::from_vec(py, solution.column_prices).into_any().unbind(),
        method: solution.method.code(),
        columns: solution.columns,
        copied,
    })
}

/// A value for each row: a list of them, or one for all.
fn values_of<'py, T: Copy + for<'a> FromPyObject<'a, 'py>>(
    value: &Bound<'py, PyAny>,
    rows: usize,
) -> PyResult<Vec<T>> {
    let wrong =
        || error::argument("unmatched", "expected a number of the matrix's type, or one for each row");
    let list = if value.hasattr("tolist")? { value.call_method0("tolist")? } else { value.clone() };
    if let Ok(one) = list.extract::<T>() {
        return Ok(vec![one; rows]);
    }
    list.try_iter().map_err(|_| wrong())?.map(|item| item?.extract::<T>().map_err(|_| wrong())).collect()
}

//! Rows of several sizes.

use super::dense::{Numbers, as_is, each, in_doubles, view};
use super::{goal, of_matching};
use crate::error;
use crate::guard::guard;
use deskmatch_matching::sized::{Arc, DEFAULT_STEPS, Options, Problem, Sizes, Solution, solve_while, verify};
use deskmatch_matching::{Goal, Unmatched};
use numpy::{PyArray2, PyArrayMethods, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use std::cell::RefCell;

/// An assignment of rows that take up room, with a proven bound on what any assignment can reach.
#[pyclass(frozen, module = "deskmatch")]
pub(crate) struct SizedAssignment(Solution);

#[pymethods]
impl SizedAssignment {
    /// The column of each row; none for a row left out.
    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        guard(|| PyTuple::new(py, &self.0.columns))
    }

    /// The sum of the values of the pairs, and of the rows left out.
    #[getter]
    fn objective(&self) -> PyResult<i128> {
        guard(|| Ok(self.0.objective))
    }

    /// What no assignment can pass: when minimising none is cheaper, when maximising none is worth more. Proven.
    #[getter]
    fn bound(&self) -> PyResult<i128> {
        guard(|| Ok(self.0.bound))
    }

    /// By how much a best assignment could be better than this one at most: the distance of objective and bound.
    #[getter]
    fn gap(&self) -> PyResult<u128> {
        guard(|| Ok(self.0.gap()))
    }

    /// Whether it is proved that no assignment is better: the gap is 0.
    #[getter]
    fn proved(&self) -> PyResult<bool> {
        guard(|| Ok(self.0.is_optimal()))
    }

    /// How many steps of work were done. May pass what was allowed by the work of one round.
    #[getter]
    fn steps(&self) -> PyResult<u64> {
        guard(|| Ok(self.0.steps))
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let matched = self.0.columns.iter().flatten().count();
            let (objective, gap) = (self.0.objective, self.0.gap());
            Ok(format!(
                "<deskmatch.SizedAssignment: {matched} rows matched, objective {objective}, gap {gap}>"
            ))
        })
    }
}

/// Assigns rows that take several units of a column's capacity: the generalised assignment problem, with a proven bound.
///
/// Each row goes to one column and takes `sizes` units there; no column gives more than its entry of `capacities`. The problem is
/// NP-hard, so an answer has a `bound` beside its `objective`: where they meet it is `proved` best, else `gap` says what could be gained
/// at most.
///
/// `costs` are whole numbers. A matrix is an array of two dimensions (in an array of floats infinity forbids a pair, minus infinity when
/// maximising; in one of integers its smallest value does), or lists of numbers. A sparse problem is a list with a dictionary from column
/// to value for each row, or a sparse matrix of SciPy's. `sizes` has one entry a row; or, for a matrix, one a pair, in the same shape; or
/// it is left out where the dictionaries have pairs of value and size.
///
/// `unmatched` says what a row adds when it is left out, one number for all or one a row; without it every row must be placed. `steps`
/// is how much work may be done: 130 million by default, about a second, and the answer depends on it but not on the machine. Other threads run
/// meanwhile and must not change the array; Ctrl-C ends the work.
///
/// Raises `InfeasibleError` if it is proved that not every row can be placed, `OutOfStepsError` if the steps are spent and neither an
/// assignment nor that was found, and another `MatchingError` for lists that do not fit each other.
///
///     >>> import deskmatch
///     >>> answer = deskmatch.assign_sized([[90, 70], [80, 75], [60, 20], [50, 45]], [5, 4, 3, 2], [8, 6], maximize=True)
///     >>> answer.columns, answer.objective, answer.bound, answer.proved
///     ((0, 1, 0, 1), 270, 270, True)
#[pyfunction]
#[pyo3(signature = (costs, sizes, capacities, maximize = false, *, unmatched = None, steps = None))]
pub(crate) fn assign_sized(
    costs: &Bound<'_, PyAny>,
    sizes: Option<&Bound<'_, PyAny>>,
    capacities: &Bound<'_, PyAny>,
    maximize: bool,
    unmatched: Option<&Bound<'_, PyAny>>,
    steps: Option<u64>,
) -> PyResult<SizedAssignment> {
    guard(|| {
        let py = costs.py();
        let goal = goal(maximize);
        let capacities: Vec<u64> =
            whole_numbers(capacities).map_err(|_| wrong_numbers("capacities", "one for each column"))?;
        let problem = if let Some(rows) = rows_of_dictionaries(costs) {
            from_dictionaries(&rows, sizes, capacities)?
        } else if costs.hasattr("tocsr")? {
            from_scipy(&costs.call_method0("tocsr")?, sizes, capacities)?
        } else {
            from_matrix(costs, sizes, capacities, goal)?
        };
        let unmatched = unmatched.map(left_out).transpose()?;
        let options = Options { unmatched, steps: steps.unwrap_or(DEFAULT_STEPS) };
        solved(py, &problem, goal, &options).map(SizedAssignment)
    })
}

/// Solves without the interpreter, which is asked every few milliseconds whether somebody pressed Ctrl-C.
fn solved(py: Python<'_>, problem: &Problem, goal: Goal, options: &Options) -> PyResult<Solution> {
    let (answer, raised) = py.detach(|| {
        let raised = RefCell::new(None);
        let wanted = || {
            let told = Python::attach(|py| py.check_signals()).err();
            let is_wanted = told.is_none();
            raised.replace(told);
            is_wanted
        };
        let answer = solve_while(problem, goal, options, &wanted);
        (answer, raised.into_inner())
    });
    if let Some(raised) = raised {
        return Err(raised);
    }
    let solution = answer.map_err(|fault| of_matching(&fault))?;
    let solution =
        solution.ok_or_else(|| error::internal("the work ended although its answer was wanted"))?;
    let judged = py.detach(|| verify(problem, goal, options.unmatched.as_ref(), &solution));
    judged.map_err(|violation| error::of_code("invalid_solution", &violation.to_string()))?;
    Ok(solution)
}

/// The rows, if they are dictionaries; no rows at all are none that are not.
fn rows_of_dictionaries<'py>(costs: &Bound<'py, PyAny>) -> Option<Vec<Bound<'py, PyDict>>> {
    if !costs.is_instance_of::<PyList>() && !costs.is_instance_of::<PyTuple>() {
        return None;
    }
    let rows = costs.try_iter().ok()?.map(|row| row.ok()?.cast_into::<PyDict>().ok());
    rows.collect()
}

fn from_dictionaries(
    rows: &[Bound<'_, PyDict>],
    sizes: Option<&Bound<'_, PyAny>>,
    capacities: Vec<u64>,
) -> PyResult<Problem> {
    let sizes = sizes.map(|sizes| per_row(sizes, rows.len())).transpose()?;
    let mut builder = Problem::builder(capacities);
    for (index, row) in rows.iter().enumerate() {
        let arc = |(column, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| -> PyResult<Arc> {
            let (value, size) = match &sizes {
                Some(sizes) => (value.extract()?, sizes[index]),
                None => value.extract::<(i64, u32)>()?,
            };
            Ok(Arc { column: column.extract()?, size, value })
        };
        let arcs = row.iter().map(arc).collect::<PyResult<Vec<_>>>().map_err(|_| {
            let form = if sizes.is_some() {
                "whole values"
            } else {
                "pairs of value and size, as there are no `sizes`"
            };
            error::argument(&format!("costs[{index}]"), format!("expected columns with {form}"))
        })?;
        builder.push_row(arcs);
    }
    builder.build().map_err(|fault| of_matching(&fault))
}

/// A matrix in SciPy's compressed rows: what it stores are the pairs that are allowed, whatever their value.
fn from_scipy(
    matrix: &Bound<'_, PyAny>,
    sizes: Option<&Bound<'_, PyAny>>,
    capacities: Vec<u64>,
) -> PyResult<Problem> {
    let wrong = |_: PyErr| {
        error::argument("costs", "expected whole numbers in the sparse matrix; `astype(int)` makes them so")
    };
    let (rows, columns): (usize, usize) = matrix.getattr("shape")?.extract()?;
    if columns != capacities.len() {
        return Err(error::argument("capacities", format!("expected {columns}, one for each column")));
    }
    let starts: Vec<usize> = whole_numbers(&matrix.getattr("indptr")?).map_err(wrong)?;
    let places: Vec<u32> = whole_numbers(&matrix.getattr("indices")?).map_err(wrong)?;
    let values: Vec<i64> = whole_numbers(&matrix.getattr("data")?).map_err(wrong)?;
    let sizes = per_row(sizes.ok_or_else(|| wrong_sizes(rows))?, rows)?;
    let mut builder = Problem::builder(capacities);
    for (row, size) in sizes.into_iter().enumerate() {
        let range = starts.get(row).zip(starts.get(row + 1)).map(|(begin, end)| *begin..*end);
        let range =
            range.ok_or_else(|| error::argument("costs", "the sparse matrix has fewer rows than it says"))?;
        let arcs =
            places.get(range.clone()).into_iter().flatten().zip(values.get(range).into_iter().flatten());
        builder.push_row_of_size(size, arcs.map(|(column, value)| (*column, *value)));
    }
    builder.build().map_err(|fault| of_matching(&fault))
}

fn from_matrix(
    costs: &Bound<'_, PyAny>,
    sizes: Option<&Bound<'_, PyAny>>,
    capacities: Vec<u64>,
    goal: Goal,
) -> PyResult<Problem> {
    let array = costs.py().import("numpy")?.call_method1("asarray", (costs,))?;
    if array.getattr("ndim")?.extract::<usize>()? != 2 {
        let shape = array.getattr("shape")?;
        let told = format!("expected a matrix or a list of dictionaries, got a {} array", shape.repr()?);
        return Err(error::argument("costs", told));
    }
    let numbers = match as_is(&array) {
        Some(numbers) => numbers,
        None if "iub".contains(&array.getattr("dtype")?.getattr("kind")?.extract::<String>()?) => {
            Numbers::I64(in_integers(&array)?)
        }
        None => Numbers::F64(in_doubles(&array)?),
    };
    each!(&numbers, array => {
        let (rows, columns) = (array.shape()[0], array.shape()[1]);
        let sizes = sizes.ok_or_else(|| wrong_sizes(rows))?;
        let sizes_by_pair = by_pair(sizes, rows, columns)?;
        let sizes_by_row = if sizes_by_pair.is_none() { per_row(sizes, rows)? } else { Vec::new() };
        let sizes = sizes_by_pair.as_deref().map_or(Sizes::PerRow(&sizes_by_row), Sizes::PerPair);
        let matrix = view(array)?;
        costs.py().detach(|| Problem::from_matrix(&matrix, goal, sizes, capacities)).map_err(|fault| of_matching(&fault))
    })
}

/// A copy in `int64`, where every value fits there.
fn in_integers<'py>(array: &Bound<'py, PyAny>) -> PyResult<PyReadonlyArray2<'py, i64>> {
    let options = PyDict::new(array.py());
    options.set_item("casting", "safe")?;
    options.set_item("order", "C")?;
    let copy = array.call_method("astype", ("int64",), Some(&options))?;
    Ok(copy.cast_into::<PyArray2<i64>>()?.readonly())
}

/// Whole numbers from a sequence, or from anything that makes a list of itself, as arrays and columns of frames do.
fn whole_numbers<'py, T: for<'a> FromPyObject<'a, 'py>>(value: &Bound<'py, PyAny>) -> PyResult<Vec<T>> {
    let list = if value.hasattr("tolist")? { value.call_method0("tolist")? } else { value.clone() };
    list.try_iter()?.map(|item| item?.extract::<T>().map_err(Into::into)).collect()
}

/// One size a pair, row by row, if there are lists in the list.
fn by_pair(sizes: &Bound<'_, PyAny>, rows: usize, columns: usize) -> PyResult<Option<Vec<u32>>> {
    let list = if sizes.hasattr("tolist")? { sizes.call_method0("tolist")? } else { sizes.clone() };
    let Ok(lines) = list.try_iter() else { return Err(wrong_sizes(rows)) };
    let lines = lines.collect::<PyResult<Vec<_>>>()?;
    if !lines.first().is_some_and(|line| line.hasattr("__iter__").unwrap_or(false)) {
        return Ok(None);
    }
    let wrong = || wrong_numbers("sizes", &format!("{rows} rows of {columns}, as there are costs"));
    let mut all = Vec::with_capacity(rows.saturating_mul(columns));
    for line in &lines {
        let line: Vec<u32> = whole_numbers(line).map_err(|_| wrong())?;
        if line.len() != columns {
            return Err(wrong());
        }
        all.extend(line);
    }
    if lines.len() == rows { Ok(Some(all)) } else { Err(wrong()) }
}

fn per_row(sizes: &Bound<'_, PyAny>, rows: usize) -> PyResult<Vec<u32>> {
    let sizes: Vec<u32> = whole_numbers(sizes).map_err(|_| wrong_sizes(rows))?;
    if sizes.len() == rows { Ok(sizes) } else { Err(wrong_sizes(rows)) }
}

fn wrong_sizes(rows: usize) -> PyErr {
    wrong_numbers("sizes", &format!("one for each of the {rows} rows"))
}

fn wrong_numbers(path: &str, which: &str) -> PyErr {
    error::argument(path, format!("expected whole numbers that are not negative, {which}"))
}

fn left_out(value: &Bound<'_, PyAny>) -> PyResult<Unmatched> {
    let wrong = |_: PyErr| error::argument("unmatched", "expected a whole number, or one for each row");
    match value.extract::<i64>() {
        Ok(one) => Ok(Unmatched::Uniform(one)),
        Err(_) => whole_numbers(value).map(Unmatched::PerRow).map_err(wrong),
    }
}

//! Sparse problems, and columns that take several rows.

use super::{goal, of_matching};
use crate::error;
use crate::guard::guard;
use deskmatch_matching::{Cover, FORBIDDEN, Problem, Solution, Unmatched, solve, verify};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

/// An assignment problem: rows, columns that each take a number of rows, and whole values of the pairs that are allowed.
///
/// `rows` has, for each row, a dictionary from column to value, or a list of such pairs. Columns are numbers from 0; there are
/// `columns` of them. `capacities` says how many rows each takes; one by default.
///
/// Raises a `MatchingError` that names the row or column that is wrong.
///
///     >>> import deskmatch
///     >>> problem = deskmatch.AssignmentProblem([{0: 9, 1: 8}, {0: 7}, {1: 2}], columns=2, capacities=[1, 2])
///     >>> answer = problem.solve(maximize=True)
///     >>> answer.columns, answer.objective
///     ((1, 0, 1), 17)
#[pyclass(frozen, module = "deskmatch")]
pub(crate) struct AssignmentProblem(Problem);

/// An assignment and the prices that prove it.
#[pyclass(frozen, module = "deskmatch")]
pub(crate) struct Assignment {
    solution: Solution,
    cover: Cover,
    maximize: bool,
}

/// The arcs of a row: a dictionary, or pairs.
fn arcs(row: &Bound<'_, PyAny>) -> PyResult<Vec<(u32, i64)>> {
    let pairs = match row.cast::<PyDict>() {
        Ok(dict) => dict.items().into_any(),
        Err(_) => row.clone(),
    };
    pairs.try_iter()?.map(|pair| pair?.extract::<(u32, i64)>()).collect()
}

#[pymethods]
impl AssignmentProblem {
    #[new]
    #[pyo3(signature = (rows, *, columns, capacities = None))]
    fn new(rows: &Bound<'_, PyAny>, columns: usize, capacities: Option<Vec<u32>>) -> PyResult<Self> {
        guard(|| {
            // Beyond this the solver refuses; asked first, so that no memory is taken for nothing.
            if columns > deskmatch_matching::MAX_COLUMNS {
                return Err(error::of_code(
                    "too_large",
                    &format!("a problem may not have {columns} columns"),
                ));
            }
            let mut builder = Problem::builder(columns);
            for (index, row) in rows.try_iter()?.enumerate() {
                let row = arcs(&row?).map_err(|error| {
                    let detail = error.value(rows.py()).to_string();
                    error::argument(
                        &format!("rows[{index}]"),
                        format!("expected columns with whole values: {detail}"),
                    )
                })?;
                if row.iter().any(|(_, value)| *value == FORBIDDEN) {
                    let path = format!("rows[{index}]");
                    return Err(error::argument(&path, "leave out a pair that is not allowed"));
                }
                builder.push_row(row);
            }
            if let Some(capacities) = capacities {
                builder.capacities(capacities);
            }
            builder.build().map(AssignmentProblem).map_err(|fault| of_matching(&fault))
        })
    }

    /// The number of rows.
    #[getter]
    fn rows(&self) -> PyResult<usize> {
        guard(|| Ok(self.0.rows()))
    }

    /// The number of columns.
    #[getter]
    fn columns(&self) -> PyResult<usize> {
        guard(|| Ok(self.0.columns()))
    }

    /// The best assignment. `cover` says which rows must be matched: `all`, by default; `most`, as many as possible, those of the
    /// lowest `ranks` first (all alike by default), then by value; `optional`, those that pay more than `unmatched`, which is 0 by
    /// default and may be a list.
    ///
    /// Raises `InfeasibleError` if not every row can be matched and `cover` is `all`.
    #[pyo3(signature = (*, maximize = false, cover = "all", ranks = None, unmatched = None))]
    fn solve(
        &self,
        py: Python<'_>,
        maximize: bool,
        cover: &str,
        ranks: Option<Vec<u32>>,
        unmatched: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Assignment> {
        guard(|| {
            let cover = match cover {
                "all" => Cover::AllRows,
                "most" => Cover::MostRows { rank: ranks.unwrap_or_else(|| vec![0; self.0.rows()]) },
                "optional" => Cover::Optional { unmatched: left_out(unmatched)? },
                _ => return Err(error::argument("cover", "expected `all`, `most` or `optional`")),
            };
            let solution =
                py.detach(|| solve(&self.0, goal(maximize), &cover)).map_err(|fault| of_matching(&fault))?;
            Ok(Assignment { solution, cover, maximize })
        })
    }

    /// Proves an answer best by its prices, without trusting the solver. O(pairs allowed).
    ///
    /// Raises `InvalidSolutionError` that names the first thing that is wrong.
    fn verify(&self, py: Python<'_>, answer: &Bound<'_, Assignment>) -> PyResult<()> {
        guard(|| {
            let answer = answer.get();
            let proof = py.detach(|| verify(&self.0, goal(answer.maximize), &answer.cover, &answer.solution));
            proof.map_err(|violation| error::of_code("invalid_solution", &violation.to_string()))
        })
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let (rows, columns, arcs) = (self.0.rows(), self.0.columns(), self.0.arc_count());
            Ok(format!("<deskmatch.AssignmentProblem: {rows} rows, {columns} columns, {arcs} pairs allowed>"))
        })
    }
}

fn left_out(unmatched: Option<&Bound<'_, PyAny>>) -> PyResult<Unmatched> {
    let wrong = || error::argument("unmatched", "expected a whole number, or one for each row");
    match unmatched {
        None => Ok(Unmatched::Uniform(0)),
        Some(value) => match value.extract::<i64>() {
            Ok(one) => Ok(Unmatched::Uniform(one)),
            Err(_) => value.extract().map(Unmatched::PerRow).map_err(|_| wrong()),
        },
    }
}

#[pymethods]
impl Assignment {
    /// The column of each row; none for a row left out.
    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        guard(|| PyTuple::new(py, &self.solution.columns))
    }

    /// The sum of the values of the pairs; with `optional` also of the rows left out.
    #[getter]
    fn objective(&self) -> PyResult<i128> {
        guard(|| Ok(self.solution.objective))
    }

    /// The algorithm that found it: `auction`, `network_simplex` or `shortest_paths`. All are exact; which one is used follows
    /// from the problem alone.
    #[getter]
    fn method(&self) -> PyResult<&'static str> {
        guard(|| Ok(self.solution.method.code()))
    }

    /// How many rows have a column.
    #[getter]
    fn matched(&self) -> PyResult<usize> {
        guard(|| Ok(self.solution.matched()))
    }

    /// The price of each row, in gains.
    #[getter]
    fn row_prices<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        guard(|| PyTuple::new(py, self.solution.certificate.row_prices.iter().map(|price| price.value)))
    }

    /// The price of each column: what one more of its room would be worth at most.
    #[getter]
    fn column_prices<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        guard(|| PyTuple::new(py, self.solution.certificate.column_prices.iter().map(|price| price.value)))
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let (matched, objective) = (self.solution.matched(), self.solution.objective);
            Ok(format!("<deskmatch.Assignment: {matched} rows matched, objective {objective}>"))
        })
    }
}

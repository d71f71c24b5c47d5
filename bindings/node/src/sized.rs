//! Rows of several sizes.

use crate::error::{Answer, Failure};
use crate::matching::{goal, small, with_elements};
use crate::work::Job;
use deskmatch_matching::dense::{Cost, Matrix};
use deskmatch_matching::sized::{Arc, DEFAULT_STEPS, Options, Problem, Sizes, solve_while};
use deskmatch_matching::{Goal, Unmatched};
use deskmatch_tape::Reader;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Question {
    problem: Given,
    /// The arcs of each row: column, value and, where there are no sizes, the size. None where the bytes of a matrix follow.
    rows: Option<Vec<Vec<Vec<i64>>>>,
    /// The element's type of a matrix: `f64`, `f32`, `i32` or `i64`.
    element: Option<String>,
}

/// A problem as JavaScript hands it in, but for its costs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    /// One a row, or one a pair of a matrix.
    sizes: Option<Vec<u32>>,
    capacities: Vec<u64>,
    #[serde(default)]
    maximize: bool,
    unmatched: Option<i64>,
    unmatched_by_row: Option<Vec<i64>>,
    steps: Option<u64>,
}

#[derive(Serialize)]
struct Answered {
    columns: Vec<Option<u32>>,
    objective: i64,
    bound: i64,
    gap: i64,
    proved: bool,
    steps: u64,
}

impl Given {
    /// The problem of the rows. A size stands beside each value, or there is a list of them.
    fn of_rows(&self, rows: &[Vec<Vec<i64>>]) -> Answer<Problem> {
        let sizes = self.sizes.as_deref();
        if let Some(sizes) = sizes.filter(|sizes| sizes.len() != rows.len()) {
            let told = format!("the list of sizes has {} entries; it must have {}", sizes.len(), rows.len());
            return Err(Failure::new("length_mismatch", told));
        }
        let mut builder = Problem::builder(self.capacities.clone());
        for (row, arcs) in rows.iter().enumerate() {
            let arc = |arc: &Vec<i64>| {
                let (column, value, size) = match (&arc[..], sizes) {
                    (&[column, value, size], None) => (column, value, u32::try_from(size).ok()?),
                    (&[column, value], Some(sizes)) => (column, value, sizes[row]),
                    _ => return None,
                };
                Some(Arc { column: u32::try_from(column).ok()?, size, value })
            };
            let arcs: Option<Vec<_>> = arcs.iter().map(arc).collect();
            let form = if sizes.is_some() { "[column, value]" } else { "[column, value, size]" };
            builder.push_row(arcs.ok_or_else(|| {
                Failure::new("invalid_value", format!("row {row}: an arc is {form}, in whole numbers"))
            })?);
        }
        Ok(builder.build()?)
    }

    /// The problem of a matrix: there are as many columns as capacities.
    fn of_matrix<T: Cost>(&self, data: &[T]) -> Answer<Problem> {
        let sizes = self.sizes.as_deref().unwrap_or_default();
        let columns = self.capacities.len();
        let rows = data.len().checked_div(columns).unwrap_or(sizes.len());
        let matrix = Matrix::new(rows, columns, data)?;
        let sizes = if sizes.len() == rows { Sizes::PerRow(sizes) } else { Sizes::PerPair(sizes) };
        Ok(Problem::from_matrix(&matrix, self.goal(), sizes, self.capacities.clone())?)
    }

    fn goal(&self) -> Goal {
        goal(self.maximize)
    }
}

/// Solves a problem of rows of several sizes, for as long as the answer is wanted.
pub(crate) fn solve(job: &mut Job<'_>) -> Answer<()> {
    let mut reader = Reader::new(job.input);
    let Question { problem: given, rows, element } = Question::deserialize(&mut reader)?;
    let bytes = reader.rest();
    let problem = match (rows, element.as_deref()) {
        (Some(rows), _) => given.of_rows(&rows)?,
        (None, Some(element)) => with_elements!(element, bytes, data => given.of_matrix(&data))?,
        (None, None) => return Err(Failure::internal("there are neither rows nor a matrix")),
    };
    let goal = given.goal();
    let unmatched = match (given.unmatched_by_row, given.unmatched) {
        (Some(values), _) => Some(Unmatched::PerRow(values)),
        (None, value) => value.map(Unmatched::Uniform),
    };
    let options = Options { unmatched, steps: given.steps.unwrap_or(DEFAULT_STEPS) };
    let control = job.control;
    let wanted = || !control.is_aborted();
    let solution = solve_while(&problem, goal, &options, &wanted)?.ok_or_else(Failure::aborted)?;
    job.write(&Answered {
        objective: small(solution.objective)?,
        bound: small(solution.bound)?,
        gap: small(i128::try_from(solution.gap()).unwrap_or(i128::MAX))?,
        proved: solution.is_optimal(),
        steps: solution.steps,
        columns: solution.columns,
    })
}

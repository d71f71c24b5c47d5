//! The exact solvers: dense matrices without a copy where they are asked for on the spot, sparse problems with capacities.

use crate::error::{Answer, Failure};
use crate::exports::{answered, deliver};
use crate::work::Job;
use deskmatch_matching::dense::{Matrix, Options, Solution, Solver};
use deskmatch_matching::{Certificate, Cover, Error, Goal, Method, Price, Problem, Unmatched, solve, verify};
use deskmatch_tape::{Reader, Writer, to_writer};
use napi::bindgen_prelude::{
    BigInt64ArraySlice, Float32ArraySlice, Float64ArraySlice, Int32ArraySlice, Uint8ArraySlice,
};
use napi_derive::napi;
use serde::{Deserialize, Serialize};

pub(crate) fn goal(maximize: bool) -> Goal {
    if maximize { Goal::Maximise } else { Goal::Minimise }
}

/// The shape of a matrix and what is asked of it.
#[derive(Deserialize)]
struct Question {
    rows: usize,
    columns: usize,
    maximize: bool,
    /// The element's type: `f64`, `f32`, `i32` or `i64`.
    element: String,
    /// An answer to be verified instead of found.
    verify: Option<Given>,
}

/// An answer as JavaScript hands it in to be verified.
#[derive(Deserialize)]
struct Given {
    columns: Vec<i64>,
    objective: f64,
    row_prices: Vec<f64>,
    column_prices: Vec<f64>,
}

/// A number of an answer, as the element's type wants it.
trait Number: Copy {
    fn from_f64(value: f64) -> Option<Self>;
}

impl Number for f64 {
    fn from_f64(value: f64) -> Option<f64> {
        Some(value)
    }
}

macro_rules! whole {
    ($($type:ty),*) => {
        $(impl Number for $type {
            fn from_f64(value: f64) -> Option<$type> {
                // Beyond 2^53 a number is no whole number that one can be sure of.
                (value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0).then_some(value as $type)
            }
        })*
    };
}

whole!(i64, i128);

fn numbers<T: Number>(values: &[f64]) -> Answer<Vec<T>> {
    let number = |value: &f64| {
        T::from_f64(*value).ok_or_else(|| Failure::new("invalid_value", "a price is not whole"))
    };
    values.iter().map(number).collect()
}

fn write_dense<T: Element>(output: &mut Writer, solution: &Solution<T>) -> Answer<()> {
    output.begin_object();
    output.key("columns");
    to_writer(output, &solution.columns)?;
    output.key("objective");
    to_writer(output, &solution.objective)?;
    output.key("row_prices");
    to_writer(output, &solution.row_prices)?;
    output.key("column_prices");
    to_writer(output, &solution.column_prices)?;
    output.end_object();
    Ok(())
}

/// A type of number that a typed array has.
trait Element: deskmatch_matrices::Number<Price: Serialize + Number, Total: Serialize + Number> {
    /// Solves a matrix. One solver serves all types: four would be another third of a megabyte to install.
    fn solve_dense(matrix: &Matrix<'_, Self>, goal: Goal) -> Result<Solution<Self>, Error> {
        Self::solve_widened(matrix, goal)
    }
}

impl Element for f32 {}
impl Element for i32 {}
impl Element for i64 {}

impl Element for f64 {
    /// Where it is, without a copy.
    fn solve_dense(matrix: &Matrix<'_, Self>, goal: Goal) -> Result<Solution<Self>, Error> {
        deskmatch_matrices::Number::solve(&mut Solver::new(), matrix, goal, Options::default()).cloned()
    }
}

/// Solves, or verifies an answer: null if it is proved best, else a text that says why not.
fn dense<T: Element>(data: &[T], question: &Question, output: &mut Writer) -> Answer<()> {
    let matrix = Matrix::new(question.rows, question.columns, data)?;
    let goal = goal(question.maximize);
    let Some(given) = &question.verify else {
        return write_dense(output, &T::solve_dense(&matrix, goal)?);
    };
    let objective = T::Total::from_f64(given.objective);
    let solution = Solution::<T> {
        columns: given.columns.iter().map(|column| u32::try_from(*column).ok()).collect(),
        objective: objective.ok_or_else(|| Failure::new("invalid_value", "the objective is not whole"))?,
        row_prices: numbers(&given.row_prices)?,
        column_prices: numbers(&given.column_prices)?,
        ..Solution::default()
    };
    let violation = T::verify(&matrix, goal, None, &solution).err().map(|violation| violation.to_string());
    Ok(to_writer(output, &violation)?)
}

macro_rules! solvers {
    ($($name:ident $type:ident),*) => {
        $(
            /// Solves a matrix, or verifies an answer, on the buffer of JavaScript's.
            #[napi]
            pub(crate) fn $name(data: $type<'_>, question: &[u8], length: u32, output: Uint8ArraySlice<'_>) -> f64 {
                let answer = answered(stringify!($name), |writer| {
                    let bytes = question.get(..length as usize).unwrap_or_default();
                    dense(&data, &deskmatch_tape::from_bytes::<Question>(bytes)?, writer)
                });
                deliver(answer, output)
            }
        )*
    };
}

solvers! {
    solve_f64 Float64ArraySlice, solve_f32 Float32ArraySlice, solve_i32 Int32ArraySlice, solve_i64 BigInt64ArraySlice
}

/// The names of the entries above, for tests.
pub(crate) const ENTRIES: &[&str] = &["solve_f64", "solve_f32", "solve_i32", "solve_i64"];

/// Does the same with numbers of any of the types of a typed array, which lie in bytes.
macro_rules! with_elements {
    ($element:expr, $bytes:expr, $data:ident => $do:expr) => {{
        macro_rules! with {
            ($type:ty) => {{
                let element = |chunk: &[u8]| <$type>::from_ne_bytes(chunk.try_into().unwrap_or_default());
                let $data: Vec<$type> = $bytes.chunks_exact(size_of::<$type>()).map(element).collect();
                $do
            }};
        }
        match $element {
            "f64" => with!(f64),
            "f32" => with!(f32),
            "i32" => with!(i32),
            "i64" => with!(i64),
            _ => Err($crate::error::Failure::internal("the element's type is not known")),
        }
    }};
}
pub(crate) use with_elements;

/// Solves a matrix whose bytes follow the question.
pub(crate) fn solve_dense_copied(job: &mut Job<'_>) -> Answer<()> {
    let mut reader = Reader::new(job.input);
    let question = Question::deserialize(&mut reader)?;
    let bytes = reader.rest();
    with_elements!(question.element.as_str(), bytes, data => dense(&data, &question, job.output))
}

/// A sparse problem as JavaScript hands it in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sparse {
    columns: usize,
    rows: Vec<Vec<(u32, i64)>>,
    capacities: Option<Vec<u32>>,
    #[serde(default)]
    maximize: bool,
    #[serde(default)]
    cover: CoverName,
    /// Of the cover `optional`: the value of leaving any row out, or of leaving out each.
    unmatched: Option<i64>,
    unmatched_by_row: Option<Vec<i64>>,
    /// Of the cover `most_rows`: the rank of each row, the lowest first; all alike by default.
    ranks: Option<Vec<u32>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum CoverName {
    #[default]
    AllRows,
    Optional,
    MostRows,
}

impl Sparse {
    fn build(self) -> Answer<(Problem, Goal, Cover)> {
        let cover = match self.cover {
            CoverName::AllRows => Cover::AllRows,
            CoverName::Optional => Cover::Optional {
                unmatched: match self.unmatched_by_row {
                    Some(values) => Unmatched::PerRow(values),
                    None => Unmatched::Uniform(self.unmatched.unwrap_or_default()),
                },
            },
            CoverName::MostRows => match self.ranks {
                Some(rank) => Cover::MostRows { rank },
                None => Cover::most_rows(self.rows.len()),
            },
        };
        let mut builder = Problem::builder(self.columns);
        for row in self.rows {
            builder.push_row(row);
        }
        if let Some(capacities) = self.capacities {
            builder.capacities(capacities);
        }
        Ok((builder.build()?, goal(self.maximize), cover))
    }
}

/// A price on two levels: rows covered first, value second.
#[derive(Serialize, Deserialize)]
struct PlainPrice {
    priority: i64,
    value: i64,
}

#[derive(Serialize, Deserialize)]
struct PlainSolution {
    columns: Vec<Option<u32>>,
    objective: i64,
    #[serde(default)]
    method: String,
    row_prices: Vec<PlainPrice>,
    column_prices: Vec<PlainPrice>,
}

pub(crate) fn small(number: i128) -> Answer<i64> {
    i64::try_from(number).map_err(|_| {
        Failure::new("value_out_of_range", "a sum or price is beyond 64 bits; use smaller values")
    })
}

fn plain(prices: &[Price]) -> Answer<Vec<PlainPrice>> {
    let price =
        |price: &Price| Ok(PlainPrice { priority: small(price.priority)?, value: small(price.value)? });
    prices.iter().map(price).collect()
}

fn priced(prices: Vec<PlainPrice>) -> Vec<Price> {
    prices
        .into_iter()
        .map(|price| Price { priority: price.priority.into(), value: price.value.into() })
        .collect()
}

/// Solves a sparse problem.
pub(crate) fn solve_sparse(job: &mut Job<'_>) -> Answer<()> {
    let (problem, goal, cover) = job.read::<Sparse>()?.build()?;
    let solution = solve(&problem, goal, &cover)?;
    job.write(&PlainSolution {
        objective: small(solution.objective)?,
        method: solution.method.code().into(),
        row_prices: plain(&solution.certificate.row_prices)?,
        column_prices: plain(&solution.certificate.column_prices)?,
        columns: solution.columns,
    })
}

/// Verifies an answer to a sparse problem: null if it is proved best, else a text that says why not.
pub(crate) fn verify_sparse(job: &mut Job<'_>) -> Answer<()> {
    let (sparse, given): (Sparse, PlainSolution) = job.read()?;
    let (problem, goal, cover) = sparse.build()?;
    let solution = deskmatch_matching::Solution {
        columns: given.columns,
        objective: given.objective.into(),
        // How an answer was found is no part of its proof.
        method: Method::ShortestPaths,
        certificate: Certificate {
            row_prices: priced(given.row_prices),
            column_prices: priced(given.column_prices),
        },
    };
    let violation = verify(&problem, goal, &cover, &solution).err().map(|violation| violation.to_string());
    job.write(&violation)
}

//! Solves a stream of problems in every number type and by every method, and says what came of each.
//!
//! Standard input: one problem after the other, little-endian. A byte for what it is (0 a matrix of `i64`, 1 a matrix of `f64`, 2 rows
//! with arcs); a byte for the goal (0 minimise, 1 maximise); rows and columns as `u32`; then the numbers by rows. For arcs: the
//! capacities as `u32`, the end of each row in the list of arcs as `u32`, the columns as `u32` and the values as `i64`.
//!
//! Standard output: one line a problem, with `type/method=answer` for each way it was solved. An answer is an objective, or the code
//! of an error, or `unproved` where the certificate does not hold.
#![allow(clippy::print_stderr, reason = "a command-line tool talks to its user")]

use std::fmt::Display;
use std::io::{BufRead, BufReader, BufWriter, Error, Read, Write};
use std::process::ExitCode;

use deskmatch_matching::dense::{self, Cost, Matrix, Method, Options, Solver};
use deskmatch_matching::{Cover, FORBIDDEN, Goal, Problem};

const METHODS: [Option<Method>; 5] = [
    None,
    Some(Method::ShortestPaths),
    Some(Method::Shortlist),
    Some(Method::Auction),
    Some(Method::Sorting),
];

/// Up to here whole numbers, and for `f64` their sums, are the same in each of the types.
const WHOLE_IN_F64: u64 = 1 << 53;
const WHOLE_IN_F32: u64 = 1 << 24;

fn main() -> ExitCode {
    match run(BufReader::new(std::io::stdin().lock()), BufWriter::new(std::io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("solve_many: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut input: impl BufRead, mut output: impl Write) -> Result<(), Error> {
    let mut solvers = Solvers::default();
    while !input.fill_buf()?.is_empty() {
        let [what, goal] = read(&mut input)?;
        let goal = if goal == 0 { Goal::Minimise } else { Goal::Maximise };
        let rows = u32::from_le_bytes(read(&mut input)?) as usize;
        let columns = u32::from_le_bytes(read(&mut input)?) as usize;
        let mut answers = Answers { goal, rows, columns, line: Vec::new() };
        match what {
            0 => answers.whole(&list(&mut input, rows * columns, i64::from_le_bytes)?, &mut solvers),
            1 => answers.real(&list(&mut input, rows * columns, f64::from_le_bytes)?, &mut solvers),
            _ => {
                let capacities = list(&mut input, columns, u32::from_le_bytes)?;
                let ends = list(&mut input, rows, u32::from_le_bytes)?;
                let arcs = ends.last().map_or(0, |&end| end as usize);
                let heads = list(&mut input, arcs, u32::from_le_bytes)?;
                let values = list(&mut input, arcs, i64::from_le_bytes)?;
                let mut builder = Problem::builder(columns);
                let mut start = 0;
                for end in ends {
                    let row = start..end as usize;
                    builder.push_row(heads[row.clone()].iter().copied().zip(values[row].iter().copied()));
                    start = end as usize;
                }
                answers.sparse(builder.capacities(capacities).build());
            }
        }
        writeln!(output, "{}", answers.line.join(" "))?;
    }
    output.flush()
}

fn read<const WIDTH: usize>(input: &mut impl Read) -> Result<[u8; WIDTH], Error> {
    let mut bytes = [0; WIDTH];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn list<const WIDTH: usize, T>(
    input: &mut impl Read,
    length: usize,
    turn: fn([u8; WIDTH]) -> T,
) -> Result<Vec<T>, Error> {
    (0..length).map(|_| read(input).map(turn)).collect()
}

/// One solver a type, so that memory is used again from problem to problem, as a caller would.
#[derive(Default)]
struct Solvers {
    i32: Solver<i32>,
    i64: Solver<i64>,
    f32: Solver<f32>,
    f64: Solver<f64>,
}

struct Answers {
    goal: Goal,
    rows: usize,
    columns: usize,
    line: Vec<String>,
}

impl Answers {
    fn whole(&mut self, values: &[i64], solvers: &mut Solvers) {
        let allowed = values.iter().filter(|&&value| value != FORBIDDEN);
        let largest = allowed.map(|value| value.unsigned_abs()).max().unwrap_or(0);
        self.dense("i64", values, &mut solvers.i64);
        if largest <= i32::MAX as u64 {
            let turn = |&value: &i64| i32::try_from(value).unwrap_or(i32::MIN);
            self.dense("i32", &values.iter().map(turn).collect::<Vec<_>>(), &mut solvers.i32);
        }
        let forbidden = self.forbidden();
        let turn = |&value: &i64| if value == FORBIDDEN { forbidden } else { value as f64 };
        let real: Vec<f64> = values.iter().map(turn).collect();
        if largest.saturating_mul(self.rows.min(self.columns) as u64) <= WHOLE_IN_F64 {
            self.dense("f64", &real, &mut solvers.f64);
        }
        if largest <= WHOLE_IN_F32 {
            let narrow: Vec<f32> = real.iter().map(|&value| value as f32).collect();
            self.dense("f32", &narrow, &mut solvers.f32);
        }
        self.sparse(Problem::from_dense(self.rows, self.columns, values));
    }

    fn real(&mut self, values: &[f64], solvers: &mut Solvers) {
        self.dense("f64", values, &mut solvers.f64);
        let narrow: Vec<f32> = values.iter().map(|&value| value as f32).collect();
        self.dense("f32", &narrow, &mut solvers.f32);
    }

    fn forbidden(&self) -> f64 {
        if self.goal == Goal::Minimise { f64::INFINITY } else { f64::NEG_INFINITY }
    }

    fn dense<T: Cost<Total: Display>>(&mut self, name: &str, values: &[T], solver: &mut Solver<T>) {
        for method in METHODS {
            let matrix = Matrix::new(self.rows, self.columns, values);
            let answer = matrix.and_then(|matrix| {
                let solution = solver.solve_with(&matrix, self.goal, Options { method, unmatched: None })?;
                let proved = dense::verify(&matrix, self.goal, None, solution).is_ok();
                Ok(if proved { solution.objective.to_string() } else { "unproved".into() })
            });
            let answer = answer.unwrap_or_else(|error| error.code().into());
            self.line.push(format!("{name}/{}={answer}", method.map_or("chosen", Method::code)));
        }
    }

    /// Rows all matched where there are no more than places; else as many as possible.
    fn sparse(&mut self, problem: Result<Problem, deskmatch_matching::Error>) {
        let answer = problem.and_then(|problem| {
            let places: usize = (0..problem.columns())
                .filter_map(|column| problem.capacity(column))
                .map(|capacity| capacity as usize)
                .sum();
            let all = self.rows <= places;
            let cover = if all { Cover::AllRows } else { Cover::most_rows(self.rows) };
            let solution = deskmatch_matching::solve(&problem, self.goal, &cover)?;
            let proved = deskmatch_matching::verify(&problem, self.goal, &cover, &solution).is_ok();
            Ok(match proved {
                false => "unproved".into(),
                true if !all && solution.matched() < places => "infeasible".into(),
                true => solution.objective.to_string(),
            })
        });
        self.line.push(format!("sparse/solve={}", answer.unwrap_or_else(|error| error.code().into())));
    }
}

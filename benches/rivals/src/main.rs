//! Solves instance files with `deskmatch-matching` and prints a line of JSON each.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its user")]

mod instance;

use std::process::ExitCode;

use cpu_time::ProcessTime;
use deskmatch_matching::dense::{Cost, Matrix, Method, Options, Solver, verify};
use deskmatch_matching::{Cover, Goal, Problem, solve};
use instance::Instance;

/// What one way of solving took: the CPU time of each run, the objective and the algorithm.
struct Measured {
    times: Vec<f64>,
    objective: f64,
    method: String,
    proved: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, runs, rest @ ..] = &arguments[..] else {
        eprintln!(
            "usage: deskmatch-rivals FILE RUNS [f64|f32|i32|i64] [shortest_paths|shortlist|auction|sorting]"
        );
        return ExitCode::FAILURE;
    };
    match measure(path, runs.parse().unwrap_or(3), rest) {
        Ok(lines) => {
            for line in lines {
                println!("{line}");
            }
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{path}: {message}");
            ExitCode::FAILURE
        }
    }
}

fn measure(path: &str, runs: usize, rest: &[String]) -> Result<Vec<String>, String> {
    let name =
        std::path::Path::new(path).file_stem().map_or_else(String::new, |s| s.to_string_lossy().into());
    let wanted = rest.first().map(String::as_str);
    let method = rest.get(1).and_then(|name| {
        [Method::ShortestPaths, Method::Shortlist, Method::Auction, Method::Sorting]
            .into_iter()
            .find(|method| method.code() == name)
    });
    let mut lines = Vec::new();
    match Instance::read(path).map_err(|error| error.to_string())? {
        Instance::Dense { rows, columns, costs } => {
            let whole = costs.iter().all(|cost| cost.is_infinite() || cost.fract() == 0.0);
            let wants = |kind| wanted.is_none_or(|wanted| wanted == kind);
            if wants("f64") {
                lines.push(line("f64", &name, &dense(rows, columns, &costs, runs, method)?));
            }
            if wants("f32") {
                let narrow: Vec<f32> = costs.iter().map(|&cost| cost as f32).collect();
                lines.push(line("f32", &name, &dense(rows, columns, &narrow, runs, method)?));
            }
            if whole && wants("i32") {
                let turn = |&cost: &f64| if cost.is_infinite() { i32::MIN } else { cost as i32 };
                let whole: Vec<i32> = costs.iter().map(turn).collect();
                lines.push(line("i32", &name, &dense(rows, columns, &whole, runs, method)?));
            }
        }
        Instance::Capacitated(instance) => lines.push(line("sparse", &name, &capacitated(instance, runs)?)),
    }
    Ok(lines)
}

trait Plain: Cost {
    fn plain(total: Self::Total) -> f64;
}

impl Plain for f64 {
    fn plain(total: f64) -> f64 {
        total
    }
}

impl Plain for f32 {
    fn plain(total: f64) -> f64 {
        total
    }
}

impl Plain for i32 {
    fn plain(total: i128) -> f64 {
        total as f64
    }
}

fn dense<T: Plain>(
    rows: usize,
    columns: usize,
    costs: &[T],
    runs: usize,
    method: Option<Method>,
) -> Result<Measured, String> {
    let matrix = Matrix::new(rows, columns, costs).map_err(|error| error.to_string())?;
    let mut solver = Solver::new();
    let options = Options { method, unmatched: None };
    // Small problems are solved many times a run, so that the clock can see them.
    let start = ProcessTime::now();
    solver.solve_with(&matrix, Goal::Minimise, options).map_err(|error| error.to_string())?;
    let inner = if rows.max(columns) > 128 {
        1
    } else {
        (0.01 / start.elapsed().as_secs_f64().max(1e-6)).clamp(1.0, 5_000.0) as usize
    };
    let mut times = Vec::new();
    for _ in 0..runs {
        let start = ProcessTime::now();
        for _ in 0..inner {
            solver.solve_with(&matrix, Goal::Minimise, options).map_err(|error| error.to_string())?;
        }
        times.push(start.elapsed().as_secs_f64() / inner as f64);
    }
    let solution = solver.solve_with(&matrix, Goal::Minimise, options).map_err(|error| error.to_string())?;
    Ok(Measured {
        times,
        objective: T::plain(solution.objective),
        method: solution.method.code().into(),
        proved: verify(&matrix, Goal::Minimise, None, solution).is_ok(),
    })
}

fn capacitated(instance: instance::Capacitated, runs: usize) -> Result<Measured, String> {
    let mut builder = Problem::builder(instance.capacities.len());
    for row in instance.starts.windows(2) {
        let arcs = row[0]..row[1];
        builder
            .push_row(instance.heads[arcs.clone()].iter().copied().zip(instance.costs[arcs].iter().copied()));
    }
    let problem =
        builder.capacities(instance.capacities.clone()).build().map_err(|error| error.to_string())?;
    // The process's memory is a figure, too: the problem is in it once.
    drop(instance);
    let mut times = Vec::new();
    let mut last = None;
    for _ in 0..runs {
        let start = ProcessTime::now();
        let solution = solve(&problem, Goal::Minimise, &Cover::AllRows).map_err(|error| error.to_string())?;
        times.push(start.elapsed().as_secs_f64());
        last = Some(solution);
    }
    let solution = last.ok_or("no run was asked for")?;
    Ok(Measured {
        times,
        objective: solution.objective as f64,
        method: solution.method.code().into(),
        proved: deskmatch_matching::verify(&problem, Goal::Minimise, &Cover::AllRows, &solution).is_ok(),
    })
}

fn line(kind: &str, name: &str, measured: &Measured) -> String {
    let mut times = measured.times.clone();
    times.sort_by(f64::total_cmp);
    let median = times.get(times.len() / 2).copied().unwrap_or(0.0);
    format!(
        "RESULT {{\"solver\":\"deskmatch-{kind}\",\"inst\":\"{name}\",\"cpu_med\":{median},\"cpu_min\":{},\"obj\":{},\"ok\":{},\"method\":\"{}\"}}",
        times.first().copied().unwrap_or(0.0),
        measured.objective,
        measured.proved,
        measured.method,
    )
}

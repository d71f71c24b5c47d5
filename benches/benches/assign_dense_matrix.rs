//! How long does a best assignment of a whole matrix take, by kind and size? And one more row, and many small matrices?
#![allow(clippy::print_stdout, reason = "benchmarks report on standard output")]
#![allow(missing_docs, reason = "a benchmark is read as a program")]

use cpu_time::ProcessTime;
use deskmatch_benches::{Random, quantiles};
use deskmatch_matching::Goal;
use deskmatch_matching::dense::{Incremental, Matrix, Solver};

/// Skills of a desk; a row needs up to three, a column has each at one of six levels.
const SKILLS: usize = 16;

fn main() {
    println!("{:>12} {:>8} {:>12} {:>16}", "kind", "side", "CPU time", "method");
    for kind in ["uniform", "few values", "product", "desk"] {
        for side in [100, 500, 1_000, 2_000] {
            let costs = matrix(kind, side);
            let matrix = Matrix::new(side, side, &costs).expect("it is complete");
            let mut solver = Solver::new();
            let mut times = Vec::new();
            let mut method = "";
            for _ in 0..7 {
                let start = ProcessTime::now();
                method = solver.solve(&matrix, Goal::Minimise).expect("nothing is forbidden").method.code();
                times.push(start.elapsed());
            }
            println!("{kind:>12} {side:>8} {:>12.3?} {method:>16}", quantiles(&mut times).0);
        }
    }
    small();
    one_more_row();
}

/// Many small matrices in one call.
fn small() {
    for side in [10, 20] {
        let count = 100_000;
        let mut random = Random::new(3);
        let costs: Vec<f64> = (0..count * side * side).map(|_| random.below(1 << 52) as f64).collect();
        let mut solver = Solver::new();
        let start = ProcessTime::now();
        let mut received = 0usize;
        let receive = |_, _: &_| received += 1;
        solver.solve_batch(side, side, &costs, Goal::Minimise, receive).expect("nothing is forbidden");
        let rate = received as f64 / start.elapsed().as_secs_f64();
        println!("{received} matrices of {side} x {side}: {rate:.0} a second");
    }
}

/// The last rows of a square, each into an assignment that is already best.
fn one_more_row() {
    for kind in ["uniform", "desk"] {
        let side = 1_000;
        let costs = matrix(kind, side);
        let mut assignment = Incremental::new(side, Goal::Minimise);
        let mut times = Vec::new();
        for (row, line) in costs.chunks_exact(side).enumerate() {
            let start = ProcessTime::now();
            assignment.insert_row(line).expect("nothing is forbidden");
            if row >= side - 100 {
                times.push(start.elapsed());
            }
        }
        let (median, p99) = quantiles(&mut times);
        println!("one of the last rows of a {kind} matrix of {side}: median {median:.3?}, p99 {p99:.3?}");
    }
}

fn matrix(kind: &str, side: usize) -> Vec<f64> {
    let mut random = Random::new(side as u64);
    let mut numbers =
        |count: usize, below: u64| -> Vec<u64> { (0..count).map(|_| random.below(below)).collect() };
    match kind {
        "uniform" => numbers(side * side, 1 << 52).iter().map(|&number| number as f64).collect(),
        "few values" => numbers(side * side, 100).iter().map(|&number| number as f64).collect(),
        "product" => (0..side * side).map(|entry| ((entry / side + 1) * (entry % side + 1)) as f64).collect(),
        _ => {
            let (levels, loads) = (numbers(side * SKILLS, 6), numbers(side, 11));
            let (needs, weights) = (numbers(side * 2, SKILLS as u64), numbers(side, 4));
            let cost = |row: usize, column: usize| {
                let level = |need: usize| levels[column * SKILLS + needs[row * 2 + need] as usize];
                let fit = level(0) * 2 + level(1);
                let weight = [2, 3, 4, 6][weights[row] as usize];
                (300 - weight * (fit * 7 / 3 + 10 - loads[column]) / 2) as f64
            };
            (0..side * side).map(|entry| cost(entry / side, entry % side)).collect()
        }
    }
}

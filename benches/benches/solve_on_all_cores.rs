//! How much sooner is a large dense matrix solved on all cores? Wall time, one thread and all of them in turn.
//!
//! `cargo bench -p deskmatch-benches --features rayon --bench solve_on_all_cores`
#![allow(clippy::print_stdout, reason = "benchmarks report on standard output")]
#![allow(missing_docs, reason = "a benchmark is read as a program")]

use deskmatch_benches::Random;
use deskmatch_matching::Goal;
use deskmatch_matching::dense::{Matrix, Solver};
use std::time::{Duration, Instant};

const ROUNDS: usize = 9;

fn main() {
    let pool = |threads: usize| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be had")
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (one, all) = (pool(1), pool(cores));
    println!("| matrix | one thread | {cores} threads | ratio |");
    println!("|---|---|---|---|");
    for side in [2_000, 5_000, 10_000] {
        let mut random = Random::new(side as u64);
        let costs: Vec<f32> = (0..side * side).map(|_| random.below(1 << 24) as f32 / 16_777_216.0).collect();
        let matrix = Matrix::new(side, side, &costs).expect("the shape is right");
        let (mut solver, mut times) = (Solver::new(), [Vec::new(), Vec::new()]);
        for _ in 0..ROUNDS {
            for (pool, times) in [&one, &all].into_iter().zip(&mut times) {
                let start = Instant::now();
                pool.install(|| solver.solve(&matrix, Goal::Minimise).map(|_| ())).expect("it can be solved");
                times.push(start.elapsed());
            }
        }
        let [one, all] = times.map(median);
        println!(
            "| uniform-{side}, f32 | {one:?} | {all:?} | {:.2}x |",
            one.as_secs_f64() / all.as_secs_f64()
        );
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

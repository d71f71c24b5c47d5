//! A solver keeps its memory: the second solve of a matrix allocates nothing.

#![allow(
    unsafe_code,
    reason = "an allocator that counts can only be written with it; the crate itself has no part in this"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use deskmatch_matching::Goal;
use deskmatch_matching::dense::{Matrix, Method, Options, Solver};

thread_local! {
    /// Allocations of this thread: the test harness has others, which allocate when they like.
    static COUNT: Cell<usize> = const { Cell::new(0) };
    /// Bytes that this thread holds now, and the most that it held.
    static HELD: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
}

struct Counting;

fn count(bytes: isize) {
    if bytes > 0 {
        COUNT.set(COUNT.get() + 1);
    }
    let (now, most) = HELD.get();
    HELD.set((now + bytes, most.max(now + bytes)));
}

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the caller keeps the contract, and `pointer` came from the same allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Costs of several kinds, most of them whole numbers.
fn costs(kind: &str, rows: usize, columns: usize) -> Vec<f64> {
    let mut state = 7u64;
    let mut below = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let quality: Vec<u64> = (0..columns).map(|_| below(300)).collect();
    let need: Vec<u64> = (0..rows).map(|_| below(7)).collect();
    let places: Vec<f64> = (0..2 * (rows + columns)).map(|_| below(1 << 20) as f64).collect();
    let mut cost = |row: usize, column: usize| match kind {
        "few values" => below(100) as f64,
        "desk, 70 % forbidden" if row != column && below(100) < 70 => f64::INFINITY,
        "desk, 95 % forbidden" if row != column && below(100) < 95 => f64::INFINITY,
        _ if kind.starts_with("desk") => {
            (quality[column] * need[row] / 3 + quality[(column + row) % 7]) as f64
        }
        "points" => (places[row] - places[rows + column])
            .hypot(places[rows + columns + row] - places[2 * rows + columns + column]),
        "real desk" => (quality[column] * need[row]) as f64 / 3.0 + below(1 << 20) as f64 / 1e6,
        "mostly forbidden" if row != column && below(20) > 0 => f64::INFINITY,
        _ => below(1 << 40) as f64,
    };
    (0..rows * columns).map(|entry| cost(entry / columns, entry % columns)).collect()
}

/// A build with debug assertions judges each answer, and the judge keeps a list of the columns taken.
const JUDGE: usize = if cfg!(debug_assertions) { 1 } else { 0 };

#[test]
fn a_second_solve_allocates_nothing() {
    for kind in ["any", "few values", "desk", "mostly forbidden", "points", "real desk"] {
        for (rows, columns) in [(40, 40), (400, 400), (250, 900), (900, 250), (1_050, 1_050)] {
            // So large that it is solved from fronts; with the feature `rayon`, other methods share out the reading, which allocates.
            let from_fronts = rows > 1_000;
            if from_fronts && kind != "desk" {
                continue;
            }
            if kind == "mostly forbidden" && rows != columns {
                continue;
            }
            let data = costs(kind, rows, columns);
            let matrix = Matrix::new(rows, columns, &data).expect("it is complete");
            for method in [None, Some(Method::Auction), Some(Method::Sorting), Some(Method::ShortestPaths)] {
                if from_fronts && method.is_some_and(|method| method != Method::Auction) {
                    continue;
                }
                let options = Options { method, ..Options::default() };
                let mut solver = Solver::new();
                let first = solver.solve_with(&matrix, Goal::Minimise, options).expect("an answer exists");
                let objective = first.objective;
                let before = COUNT.get();
                let second = solver.solve_with(&matrix, Goal::Minimise, options).expect("an answer exists");
                let (found, again) = (COUNT.get() - before, second.objective);
                assert_eq!((found, again), (JUDGE, objective), "{kind} {rows}x{columns} {method:?}");
            }
        }
    }
}

#[test]
fn a_large_matrix_is_not_copied_as_it_is() {
    for kind in
        ["any", "few values", "desk", "desk, 70 % forbidden", "desk, 95 % forbidden", "points", "real desk"]
    {
        let side = 2_000;
        let data = costs(kind, side, side);
        let matrix = Matrix::new(side, side, &data).expect("it is complete");
        let before = HELD.get().0;
        HELD.set((before, before));
        let mut solver = Solver::new();
        let method = solver.solve(&matrix, Goal::Minimise).expect("nothing is forbidden").method;
        let held = HELD.get().1 - before;
        println!("{kind} matrix of {side} by {}: {held} bytes", method.code());
        assert!(held < 2_000_000, "{kind}: {held} bytes");
    }
}

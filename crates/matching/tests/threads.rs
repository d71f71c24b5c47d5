//! Large matrices have one answer, to the bit, with any number of threads and without them.
//!
//! The hashes below are of answers found without the feature `rayon`; with it, several numbers of threads must come to the same.

use deskmatch_matching::Goal;
use deskmatch_matching::dense::{Cost, Matrix, Method, Solver};

/// Sixteen bits at a time: the quick generator of Numerical Recipes (Press and others 1992), high half.
struct Random(u32);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 16
    }
}

/// Long enough for what is left after the first lines to be shared out.
const SIDE: usize = 1_100;

fn matrix(rows: usize, columns: usize, mut entry: impl FnMut(&mut Random, usize) -> f64) -> Vec<f64> {
    let mut random = Random(5);
    (0..rows * columns).map(|place| entry(&mut random, place)).collect()
}

fn real(random: &mut Random) -> f64 {
    f64::from(random.next()) + f64::from(random.next()) / 65_536.0
}

/// A hash of pairs and prices: FNV-1a (Fowler, Noll, Vo 1991).
fn answer<T: Cost<Price = f64>>(rows: usize, columns: usize, costs: &[T]) -> (u64, Method) {
    let matrix = Matrix::new(rows, columns, costs).expect("the shape is right");
    let mut solver = Solver::new();
    let solution = solver.solve(&matrix, Goal::Minimise).expect("it can be solved");
    let pairs = solution.columns.iter().map(|column| column.map_or(u64::MAX, u64::from));
    let prices = solution.row_prices.iter().chain(&solution.column_prices).map(|price| price.to_bits());
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x0100_0000_01b3);
    (pairs.chain(prices).fold(0xcbf2_9ce4_8422_2325, mix), solution.method)
}

fn answers() -> Vec<(&'static str, (u64, Method))> {
    let uniform = matrix(SIDE, SIDE, |random, _| real(random));
    let signed_zeros = matrix(SIDE, SIDE, |random, place| match random.next() % 50 {
        0 if place % 3 == 0 => -0.0,
        0 => 0.0,
        _ => real(random),
    });
    let holes = matrix(SIDE, SIDE, |random, place| {
        let cost = real(random);
        if place > 40 * SIDE && random.next() % 3 == 0 { f64::INFINITY } else { cost }
    });
    let sparse = matrix(SIDE, SIDE, |random, _| {
        let cost = real(random);
        if random.next() % 20 == 0 { cost } else { f64::INFINITY }
    });
    let few = matrix(SIDE, SIDE, |random, _| f64::from(random.next() % 100));
    let low_rank = matrix(SIDE, SIDE, |random, place| {
        let (row, column) = (place / SIDE, place % SIDE);
        ((row * 7_919 % 5) * (column * 104_729 % 90) + (random.next() % 3) as usize) as f64
    });
    let low_rank_far_apart: Vec<f64> = low_rank.iter().map(|cost| cost * 1_000.0).collect();
    let real_low_rank: Vec<f64> = low_rank.iter().map(|cost| cost / 3.0).collect();
    let mut random = Random(9);
    let places: Vec<f64> = (0..4 * SIDE).map(|_| real(&mut random)).collect();
    let distances: Vec<f64> = (0..SIDE * SIDE)
        .map(|place| {
            let (row, column) = (2 * (place / SIDE), 2 * (SIDE + place % SIDE));
            let (across, down) = (places[row] - places[column], places[row + 1] - places[column + 1]);
            (across * across + down * down).sqrt()
        })
        .collect();
    let wide = matrix(600, 2_000, |random, _| real(random));
    vec![
        ("uniform", answer(SIDE, SIDE, &uniform)),
        ("zeros of both signs", answer(SIDE, SIDE, &signed_zeros)),
        ("a third forbidden from a row on", answer(SIDE, SIDE, &holes)),
        ("19 of 20 forbidden", answer(SIDE, SIDE, &sparse)),
        ("few values", answer(SIDE, SIDE, &few)),
        ("low rank", answer(SIDE, SIDE, &low_rank)),
        ("low rank, far apart", answer(SIDE, SIDE, &low_rank_far_apart)),
        ("low rank, not whole", answer(SIDE, SIDE, &real_low_rank)),
        ("distances", answer(SIDE, SIDE, &distances)),
        ("wide", answer(600, 2_000, &wide)),
    ]
}

#[test]
fn the_answer_is_the_same_with_any_number_of_threads() {
    let expected = EXPECTED.map(|(name, hash, method)| (name, (hash, method)));
    #[cfg(not(feature = "rayon"))]
    assert_eq!(answers(), expected);
    #[cfg(feature = "rayon")]
    for threads in [1, 2, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be had");
        assert_eq!(pool.install(answers), expected, "{threads} threads");
    }
}

#[test]
fn a_broken_entry_is_the_first_one_whoever_reads_it() {
    let mut costs = matrix(SIDE, SIDE, |random, _| real(random));
    for (row, column) in [(900, 3), (700, 8), (700, 5), (1_099, 0)] {
        costs[row * SIDE + column] = f64::NAN;
    }
    let matrix = Matrix::new(SIDE, SIDE, &costs).expect("the shape is right");
    let error = Solver::new().solve(&matrix, Goal::Minimise).expect_err("it is broken");
    assert!(error.to_string().contains("700") && error.to_string().contains('5'), "{error}");
}

/// What the matrices come to. Another algorithm may find other answers that are as good: run without the feature to see them.
const EXPECTED: [(&str, u64, Method); 10] = [
    ("uniform", 0xee8b_b3ce_65ae_8249, Method::Shortlist),
    ("zeros of both signs", 0x4bd6_97b2_5617_1bd1, Method::Shortlist),
    ("a third forbidden from a row on", 0x0f60_52fd_e640_011b, Method::Shortlist),
    ("19 of 20 forbidden", 0xf1d2_11a3_a63c_4e57, Method::Shortlist),
    ("few values", 0xc52f_09db_c05c_225d, Method::Shortlist),
    ("low rank", 0x59b7_4806_8ab9_52d7, Method::Auction),
    ("low rank, far apart", 0xaca0_596e_7d81_cb01, Method::Auction),
    ("low rank, not whole", 0x7ff6_09e5_5d8f_f39b, Method::Auction),
    ("distances", 0x962e_214e_6b9d_2cdd, Method::Auction),
    ("wide", 0x8956_c1bf_5b86_e956, Method::Shortlist),
];

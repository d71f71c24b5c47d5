//! A matrix of any bytes: all methods, and the sparse solver, agree on its answer or on that there is none; so it does for many
//! copies of each row.
#![no_main]

use deskmatch_matching::dense::{Matrix, Method, Options, Solver, verify};
use deskmatch_matching::{Cover, Goal, Problem, solve, verify as verify_sparse};
use libfuzzer_sys::fuzz_target;

const METHODS: [Method; 4] = [Method::ShortestPaths, Method::Shortlist, Method::Auction, Method::Sorting];

fuzz_target!(|bytes: &[u8]| {
    let [rows, scale, values @ ..] = bytes else { return };
    let rows = usize::from(*rows % 70) + 1;
    let columns = values.len() / rows;
    // 255 forbids a pair; the scale decides how far apart the others lie.
    let value = |&byte: &u8| {
        if byte == 255 { i32::MIN } else { i32::from(byte).saturating_mul(1 << (scale % 20)) }
    };
    let costs: Vec<i32> = values[..rows * columns].iter().map(value).collect();
    let matrix = Matrix::new(rows, columns, &costs).expect("it is complete");
    let mut solver = Solver::new();
    let mut found = Vec::new();
    for method in METHODS {
        let options = Options { method: Some(method), unmatched: None };
        let solution = solver.solve_with(&matrix, Goal::Minimise, options).ok();
        if let Some(solution) = solution {
            assert_eq!(verify(&matrix, Goal::Minimise, None, solution), Ok(()), "{method:?}");
        }
        found.push(solution.map(|solution| solution.objective));
    }
    if rows <= columns {
        let wide: Vec<i64> =
            costs.iter().map(|&cost| if cost == i32::MIN { i64::MIN } else { cost.into() }).collect();
        let problem = Problem::from_dense(rows, columns, &wide).expect("it is complete");
        found.push(solve(&problem, Goal::Minimise, &Cover::AllRows).ok().map(|solution| solution.objective));
        // So many copies of each row and each place that the methods for large problems are used: so many times the cost.
        let copies = 200_usize.div_ceil(rows);
        let mut builder = Problem::builder(columns);
        for row in (0..rows).flat_map(|row| std::iter::repeat_n(row, copies)) {
            builder.push_row(problem.row(row));
        }
        let many = builder.capacities(vec![copies as u32; columns]).build().expect("the same arcs");
        let all = solve(&many, Goal::Minimise, &Cover::AllRows).ok().map(|solution| solution.objective);
        assert_eq!(all, found[0].map(|objective| objective * copies as i128));
        let most = solve(&many, Goal::Minimise, &Cover::most_rows(many.rows())).expect("rows may stay out");
        assert_eq!(verify_sparse(&many, Goal::Minimise, &Cover::most_rows(many.rows()), &most), Ok(()));
    }
    assert!(found.windows(2).all(|pair| pair[0] == pair[1]), "{found:?}");
});

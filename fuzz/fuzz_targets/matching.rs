//! A matrix of any bytes: all methods for dense and for sparse problems agree on its answer or on that there is none; so they do for
//! many copies of each row, and where rows may stay out. With sizes, bound and answer lie on either side of what is best.
#![no_main]

use deskmatch_matching::dense::{Matrix, Method, Options, Solver, verify};
use deskmatch_matching::{
    Cover, Goal, Problem, Unmatched, sized, solve, solve_with, verify as verify_sparse,
};
use libfuzzer_sys::fuzz_target;

const METHODS: [Method; 4] = [Method::ShortestPaths, Method::Shortlist, Method::Auction, Method::Sorting];

/// Larger problems of sized rows take too long for a run.
const MOST_SIZED: usize = 12;

fuzz_target!(|bytes: &[u8]| {
    let [rows, scale, values @ ..] = bytes else { return };
    let rows = usize::from(*rows % 70) + 1;
    let columns = values.len() / rows;
    let goal = if scale & 128 == 0 { Goal::Minimise } else { Goal::Maximise };
    // 255 forbids a pair; the scale decides how far apart the others lie.
    let value = |&byte: &u8| {
        if byte == 255 { i32::MIN } else { i32::from(byte).saturating_mul(1 << (scale % 20)) }
    };
    let costs: Vec<i32> = values[..rows * columns].iter().map(value).collect();
    let best = dense(rows, columns, &costs, goal);
    if rows > columns {
        return;
    }
    let wide: Vec<i64> =
        costs.iter().map(|&cost| if cost == i32::MIN { i64::MIN } else { cost.into() }).collect();
    let problem = Problem::from_dense(rows, columns, &wide).expect("it is complete");
    assert_eq!(sparse(&problem, goal, &Cover::AllRows), best);
    let unmatched = i64::from(values.first().copied().unwrap_or(0)) << (scale % 20);
    sparse(&problem, goal, &Cover::Optional { unmatched: Unmatched::Uniform(unmatched) });
    sparse(&problem, goal, &Cover::MostRows { rank: (0..rows as u32).map(|row| row % 3).collect() });
    // So many copies of each row and each place that the methods for large problems are used: so many times the cost.
    let copies = 200_usize.div_ceil(rows);
    let mut builder = Problem::builder(columns);
    for row in (0..rows).flat_map(|row| std::iter::repeat_n(row, copies)) {
        builder.push_row(problem.row(row));
    }
    let many = builder.capacities(vec![copies as u32; columns]).build().expect("the same arcs");
    let all = sparse(&many, goal, &Cover::AllRows);
    assert_eq!(all, best.map(|objective| objective * copies as i128));
    sparse(&many, goal, &Cover::most_rows(many.rows()));
    if rows <= MOST_SIZED && columns <= MOST_SIZED {
        sized_rows(rows, columns, &wide, goal, best);
    }
});

/// What the matrix comes to, by every method for dense ones.
fn dense(rows: usize, columns: usize, costs: &[i32], goal: Goal) -> Option<i128> {
    let matrix = Matrix::new(rows, columns, costs).expect("it is complete");
    let mut solver = Solver::new();
    let mut found = Vec::new();
    for method in METHODS {
        let options = Options { method: Some(method), unmatched: None };
        let solution = solver.solve_with(&matrix, goal, options).ok();
        if let Some(solution) = solution {
            assert_eq!(verify(&matrix, goal, None, solution), Ok(()), "{method:?}");
        }
        found.push(solution.map(|solution| solution.objective));
    }
    assert!(found.windows(2).all(|pair| pair[0] == pair[1]), "{found:?}");
    found[0]
}

/// What a problem comes to, by the method that is chosen and by each that serves it.
fn sparse(problem: &Problem, goal: Goal, cover: &Cover) -> Option<i128> {
    let chosen = solve(problem, goal, cover).ok();
    let matched = |columns: &[Option<u32>]| columns.iter().flatten().count();
    let comes_to = chosen.as_ref().map(|best| (best.objective, matched(&best.columns)));
    if let Some(chosen) = &chosen {
        assert_eq!(verify_sparse(problem, goal, cover, chosen), Ok(()), "{:?}", chosen.method);
    }
    for method in deskmatch_matching::Method::ALL {
        let Some(found) = solve_with(problem, goal, cover, method) else { continue };
        let found = found.ok();
        if let Some(found) = &found {
            assert_eq!(verify_sparse(problem, goal, cover, found), Ok(()), "{method:?}");
        }
        let found = found.map(|found| (found.objective, matched(&found.columns)));
        let same = |(objective, count): (i128, usize)| match cover {
            // Of equals, one may leave more rows out than another.
            Cover::Optional { .. } => (objective, 0),
            Cover::AllRows | Cover::MostRows { .. } => (objective, count),
        };
        assert_eq!(found.map(same), comes_to.map(same), "{method:?}");
    }
    comes_to.map(|(objective, _)| objective)
}

/// Rows of one unit are those of the matrix; of several sizes, answer and bound are checked.
fn sized_rows(rows: usize, columns: usize, values: &[i64], goal: Goal, best: Option<i128>) {
    for sizes in [vec![1; rows], (0..rows as u32).map(|row| 1 + row % 3).collect()] {
        let capacities = vec![1 + u64::from(sizes.iter().any(|&size| size > 1)) * 3; columns];
        let problem =
            sized::Problem::from_dense(rows, columns, values, sized::Sizes::PerRow(&sizes), capacities)
                .expect("it is complete");
        let options = sized::Options { steps: 100_000, ..sized::Options::default() };
        let found = sized::solve(&problem, goal, &options).ok();
        if let Some(found) = &found {
            assert_eq!(sized::verify(&problem, goal, None, found), Ok(()));
        }
        if sizes.iter().all(|&size| size == 1)
            && let Some(found) = &found
        {
            let best = best.expect("an assignment of the matrix exists");
            let sign = if goal == Goal::Minimise { 1 } else { -1 };
            assert!(found.bound * sign <= best * sign && best * sign <= found.objective * sign, "{best}");
        }
    }
}

//! The solver's answers, judged by trying everything and by the checker.

mod support;

use deskmatch_matching::{
    Cover, Error, ErrorKind, FORBIDDEN, Goal, Method, Price, Problem, Solution, solve, verify,
};
use proptest::prelude::*;
use proptest::sample::Index;
use support::{Numbers, Question, brute_force, objective, quality, questions, sparse};

fn answer(question: &Question) -> Result<Solution, Error> {
    solve(&question.problem, question.goal, &question.cover)
}

fn check_against_brute_force(question: &Question) -> Result<(), TestCaseError> {
    let best = brute_force(question);
    match answer(question) {
        Ok(solution) => {
            prop_assert_eq!(quality(question, &solution.columns), best);
            prop_assert_eq!(Some(solution.objective), objective(question, &solution.columns));
            prop_assert_eq!(verify(&question.problem, question.goal, &question.cover, &solution), Ok(()));
        }
        Err(error) => {
            prop_assert_eq!(error.kind(), ErrorKind::Infeasible);
            prop_assert_eq!(best, None);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn the_solver_equals_brute_force_on_small_problems(question in questions(-3..=3i64)) {
        check_against_brute_force(&question)?;
    }

    #[test]
    fn the_solver_equals_brute_force_on_values_without_ties(question in questions(-1_000_000..=1_000_000i64)) {
        check_against_brute_force(&question)?;
    }

    #[test]
    fn the_solver_equals_brute_force_at_the_ends_of_the_range(
        question in questions(prop_oneof![
            Just(i64::MAX), Just(-i64::MAX), Just(i64::MAX - 1), Just(0), i64::MAX / 40..=i64::MAX / 8,
        ])
    ) {
        check_against_brute_force(&question)?;
    }

    #[test]
    fn the_solver_equals_brute_force_where_narrow_numbers_just_fit(
        question in prop::sample::select(vec![1, 2, 12, 24, 36, 600, 2_400, 9_600])
            .prop_map(|share| i64::MAX / 16 / share)
            .prop_flat_map(|edge| questions(prop::sample::select(vec![-edge, 1 - edge, 0, 1, edge - 1, edge])))
    ) {
        check_against_brute_force(&question)?;
    }

    #[test]
    fn the_order_of_arcs_and_a_second_run_change_nothing(question in questions(-2..=2i64)) {
        let mut reversed = Problem::builder(question.problem.columns());
        for row in 0..question.problem.rows() {
            reversed.push_row(question.problem.row(row).collect::<Vec<_>>().into_iter().rev());
        }
        let capacities = (0..question.problem.columns()).filter_map(|column| question.problem.capacity(column));
        reversed.capacities(capacities.collect());
        let reversed = reversed.build().expect("the same arcs in another order are valid");
        prop_assert_eq!(&reversed, &question.problem);
        prop_assert_eq!(answer(&question), solve(&reversed, question.goal, &question.cover));
    }

    #[test]
    fn an_infeasible_problem_names_rows_that_share_too_few_columns(mut question in questions(-3..=3i64)) {
        question.cover = Cover::AllRows;
        let Err(error) = answer(&question) else { return Ok(()) };
        let violator = error.hall_violator().expect("an infeasible problem has a violator");
        prop_assert!(violator.rows.is_sorted_by(|a, b| a < b) && violator.columns.is_sorted_by(|a, b| a < b));
        for &row in &violator.rows {
            for (column, _) in question.problem.row(row as usize) {
                prop_assert!(violator.columns.contains(&column), "column {} is missing", column);
            }
        }
        let capacity: u32 =
            violator.columns.iter().filter_map(|&column| question.problem.capacity(column as usize)).sum();
        prop_assert_eq!(violator.capacity, u64::from(capacity));
        prop_assert!((capacity as usize) < violator.rows.len());
    }

    #[test]
    fn one_more_unit_of_capacity_is_worth_at_most_the_column_price(
        question in questions(-9..=9i64),
        column: Index,
    ) {
        let Ok(before) = answer(&question) else { return Ok(()) };
        if question.problem.columns() == 0 {
            return Ok(());
        }
        let column = column.index(question.problem.columns());
        let mut capacities: Vec<u32> =
            (0..question.problem.columns()).filter_map(|column| question.problem.capacity(column)).collect();
        capacities[column] += 1;
        let mut wider = question.clone();
        wider.problem = wider.problem.with_capacities(capacities).expect("one entry a column");
        let after = answer(&wider).expect("more capacity keeps a problem feasible");
        let better = worth(&wider, &after) - worth(&question, &before);
        let price = before.certificate.column_prices[column];
        prop_assert!(better <= price.priority * WEIGHT + price.value, "better by {}, price {:?}", better, price);
    }
}

/// What one unit of rank weight counts for in `worth`: more than all values of a small problem.
const WEIGHT: i128 = 1_000_000;

fn worth(question: &Question, solution: &Solution) -> i128 {
    let (counts, gain) = quality(question, &solution.columns).expect("solutions keep to the rules");
    let weights = (1..=counts.len() as i128).rev();
    counts.iter().zip(weights).map(|(&count, weight)| count as i128 * weight * WEIGHT).sum::<i128>() + gain
}

#[test]
fn every_problem_of_two_rows_and_two_columns_is_solved() {
    let values = [None, Some(-1), Some(0), Some(2)];
    let covers = [
        Cover::AllRows,
        Cover::optional(),
        Cover::Optional { unmatched: vec![1, -1].into() },
        Cover::most_rows(2),
        Cover::MostRows { rank: vec![3, 1] },
    ];
    for code in 0..4usize.pow(4) {
        let arcs = [0, 1].map(|row| vec![values[code >> (4 * row) & 3], values[code >> (4 * row + 2) & 3]]);
        for capacities in [[1, 1], [2, 0], [0, 1], [2, 2]] {
            for goal in [Goal::Minimise, Goal::Maximise] {
                for cover in &covers {
                    let problem = sparse(2, &arcs, capacities.to_vec());
                    let question = Question { problem, goal, cover: cover.clone() };
                    let found =
                        answer(&question).ok().and_then(|solution| quality(&question, &solution.columns));
                    assert_eq!(found, brute_force(&question), "{question:?}");
                }
            }
        }
    }
}

#[test]
fn five_workers_and_four_tasks_cost_265() {
    let costs = [90, 80, 75, 70, 35, 85, 55, 65, 125, 95, 90, 95, 45, 110, 95, 115, 50, 100, 90, 100];
    let problem = Problem::from_dense(5, 4, &costs).expect("the matrix is complete");
    let solution = solve(&problem, Goal::Minimise, &Cover::most_rows(5)).expect("some rows may stay out");
    assert_eq!(solution.objective, 265);
    assert_eq!(solution.columns, [Some(3), Some(2), Some(1), Some(0), None]);
}

#[test]
fn a_better_rank_displaces_any_number_of_lower_ones() {
    // Row 0 needs column 0, which rows 1 and 2 of a lower rank also want, at a far better value.
    let problem =
        Problem::from_dense(3, 2, &[1, FORBIDDEN, 900, 900, 900, FORBIDDEN]).expect("it is complete");
    let solution =
        solve(&problem, Goal::Maximise, &Cover::MostRows { rank: vec![4, 9, 9] }).expect("always solvable");
    assert_eq!(solution.columns, [Some(0), Some(1), None]);
}

#[test]
fn a_scarce_column_is_priced_by_the_rows_it_would_cover() {
    let problem = Problem::from_dense(2, 1, &[5, 5]).expect("it is complete");
    let solution = solve(&problem, Goal::Maximise, &Cover::most_rows(2)).expect("always solvable");
    assert_eq!(solution.certificate.column_prices, [Price { priority: 1, value: 5 }]);
    assert_eq!(solution.certificate.column_value_price(0), 5);
}

#[test]
fn the_empty_problem_has_the_empty_answer() {
    for columns in [0, 3] {
        let problem = Problem::builder(columns).build().expect("nothing is wrong with nothing");
        for cover in [Cover::AllRows, Cover::optional(), Cover::most_rows(0)] {
            let solution = solve(&problem, Goal::Minimise, &cover).expect("no row needs a place");
            assert_eq!((solution.columns.len(), solution.objective), (0, 0));
            assert_eq!(solution.certificate.column_prices, vec![Price::ZERO; columns]);
        }
    }
}

#[test]
fn huge_capacities_are_no_overflow() {
    let problem =
        Problem::from_dense(3, 2, &[1, 5, 1, 5, 5, 1]).and_then(|p| p.with_capacities(vec![u32::MAX; 2]));
    let solution = solve(&problem.expect("valid"), Goal::Maximise, &Cover::AllRows).expect("there is room");
    assert_eq!(solution.columns, [Some(1), Some(1), Some(0)]);
    assert_eq!(solution.certificate.column_prices, [Price::ZERO; 2]);
}

#[test]
fn a_chain_of_a_hundred_thousand_moves_needs_no_deep_stack() {
    // Row i may use columns i and i + 1; the last row only its own, so placing it moves everyone.
    let rows: u32 = 100_000;
    let mut builder = Problem::builder(rows as usize);
    for row in 0..rows - 1 {
        builder.push_row([(row, 0), (row + 1, 1)]);
    }
    let problem = builder.push_row([(0, 0)]).build().expect("valid");
    let solution = solve(&problem, Goal::Minimise, &Cover::AllRows).expect("everyone moves on by one");
    assert_eq!(solution.objective, i128::from(rows - 1));
    assert_eq!(solution.columns[0], Some(1));
}

/// Rows of `degree` arcs each; columns differ in quality, so that rows compete.
fn competition(rows: usize, columns: usize, degree: usize, seats: u64, seed: u64) -> Problem {
    let mut numbers = Numbers(seed);
    let quality: Vec<u64> = (0..columns).map(|_| numbers.below(1_000_000)).collect();
    let mut builder = Problem::builder(columns);
    for _ in 0..rows {
        let first = numbers.below(columns as u64) as usize;
        let arcs: Vec<(u32, i64)> = (0..degree)
            .map(|step| (first + step * 7) % columns)
            .map(|column| (column as u32, (quality[column] + numbers.below(500_000)) as i64))
            .collect();
        builder.push_row(arcs);
    }
    builder.capacities((0..columns).map(|_| numbers.below(seats + 1) as u32).collect());
    builder.build().expect("steps of 7 meet no column twice")
}

#[test]
fn large_answers_are_proved_by_their_prices() {
    for (seed, seats) in [(1, 1), (2, 6), (3, 20), (4, 60), (5, 200)] {
        let problem = competition(800, 101, 12, seats, seed);
        let ranks: Vec<u32> = (0..800).map(|row| row % 5).collect();
        for goal in [Goal::Minimise, Goal::Maximise] {
            for cover in [Cover::optional(), Cover::most_rows(800), Cover::MostRows { rank: ranks.clone() }] {
                let solution = solve(&problem, goal, &cover).expect("rows may stay out");
                assert_eq!(verify(&problem, goal, &cover, &solution), Ok(()), "seed {seed}, {goal:?}");
            }
            let most = solve(&problem, goal, &Cover::most_rows(800)).expect("rows may stay out");
            match solve(&problem, goal, &Cover::AllRows) {
                Ok(all) => {
                    assert_eq!(verify(&problem, goal, &Cover::AllRows, &all), Ok(()));
                    assert_eq!((most.matched(), all.objective), (800, most.objective));
                }
                Err(error) => {
                    let violator = error.hall_violator().expect("nothing else can be wrong");
                    assert!((violator.capacity as usize) < violator.rows.len());
                    assert!(most.matched() < 800);
                }
            }
        }
    }
}

#[test]
fn the_method_follows_from_the_size_and_the_values() {
    let problem = competition(800, 101, 12, 20, 3);
    let small = solve(&competition(199, 101, 12, 20, 3), Goal::Minimise, &Cover::most_rows(199));
    assert_eq!(small.map(|solution| solution.method), Ok(Method::ShortestPaths));
    let sold = solve(&problem, Goal::Minimise, &Cover::most_rows(800)).expect("rows may stay out");
    assert_eq!(sold.method, Method::Auction);

    // Values so far apart do not fit an auction, and the best assignment does not change.
    let mut builder = Problem::builder(problem.columns());
    for row in 0..problem.rows() {
        builder.push_row(problem.row(row).map(|(column, value)| (column, value << 40)));
    }
    builder.capacities((0..problem.columns()).filter_map(|column| problem.capacity(column)).collect());
    let problem = builder.build().expect("the same arcs");
    let cover = Cover::most_rows(800);
    let solution = solve(&problem, Goal::Minimise, &cover).expect("rows may stay out");
    assert_eq!((solution.method, solution.objective), (Method::NetworkSimplex, sold.objective << 40));
    assert_eq!(verify(&problem, Goal::Minimise, &cover, &solution), Ok(()));
}

#[test]
fn a_column_that_all_its_rows_do_not_fill_has_no_price() {
    // Three of the rows want column 1 badly, and it takes five.
    let mut builder = Problem::builder(2);
    for row in 0..250 {
        builder.push_row([(0, 900 + row)].into_iter().chain((row < 3).then_some((1, row))));
    }
    let problem = builder.capacities(vec![248, 5]).build().expect("valid");
    for cover in [Cover::AllRows, Cover::most_rows(250)] {
        let solution = solve(&problem, Goal::Minimise, &cover).expect("there is room");
        assert_eq!(verify(&problem, Goal::Minimise, &cover, &solution), Ok(()));
        assert_eq!(solution.certificate.column_prices[1], Price::ZERO);
    }
}

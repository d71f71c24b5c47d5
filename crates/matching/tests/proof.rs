//! The checker accepts what is proved and nothing else.

mod support;

use deskmatch_matching::{Cover, Goal, Method, Price, Problem, Solution, Violation, solve, verify};
use proptest::prelude::*;
use proptest::sample::Index;
use support::{Question, brute_force, loads, objective, quality, questions};

fn judge(question: &Question, solution: &Solution) -> Result<(), Violation> {
    verify(&question.problem, question.goal, &question.cover, solution)
}

fn answer(question: &Question) -> Option<Solution> {
    solve(&question.problem, question.goal, &question.cover).ok()
}

fn pick(index: Index, length: usize) -> Option<usize> {
    (length > 0).then(|| index.index(length))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn a_changed_assignment_is_accepted_only_where_it_is_as_good(
        question in questions(-3..=3i64),
        row: Index,
        column in prop::option::of(0..7u32),
    ) {
        let Some(mut solution) = answer(&question) else { return Ok(()) };
        let Some(row) = pick(row, solution.columns.len()) else { return Ok(()) };
        prop_assume!(solution.columns[row] != column);
        solution.columns[row] = column;
        if let Some(objective) = objective(&question, &solution.columns) {
            solution.objective = objective;
        }
        let still_best = quality(&question, &solution.columns).is_some_and(|now| Some(now) == brute_force(&question));
        // Prices that prove one best answer prove them all: so says complementary slackness.
        prop_assert_eq!(judge(&question, &solution).is_ok(), still_best);
    }

    #[test]
    fn two_rows_that_swap_are_accepted_only_where_that_is_as_good(
        question in questions(-3..=3i64),
        first: Index,
        second: Index,
    ) {
        let Some(mut solution) = answer(&question) else { return Ok(()) };
        let rows = solution.columns.len();
        let (Some(first), Some(second)) = (pick(first, rows), pick(second, rows)) else { return Ok(()) };
        solution.columns.swap(first, second);
        if let Some(objective) = objective(&question, &solution.columns) {
            solution.objective = objective;
        }
        let still_best = quality(&question, &solution.columns).is_some_and(|now| Some(now) == brute_force(&question));
        prop_assert_eq!(judge(&question, &solution).is_ok(), still_best);
    }

    #[test]
    fn a_changed_row_price_is_rejected(
        question in questions(-3..=3i64),
        row: Index,
        change in prop_oneof![-3..=-1i128, 1..=3i128],
        on_priority: bool,
    ) {
        let Some(mut solution) = answer(&question) else { return Ok(()) };
        let Some(row) = pick(row, solution.columns.len()) else { return Ok(()) };
        let price = &mut solution.certificate.row_prices[row];
        *(if on_priority { &mut price.priority } else { &mut price.value }) += change;
        prop_assert!(judge(&question, &solution).is_err());
    }

    #[test]
    fn a_changed_column_price_is_rejected(
        question in questions(-3..=3i64),
        column: Index,
        change in prop_oneof![-3..=-1i128, 1..=3i128],
        on_priority: bool,
    ) {
        let Some(mut solution) = answer(&question) else { return Ok(()) };
        let Some(column) = pick(column, question.problem.columns()) else { return Ok(()) };
        // The price of a closed column may be any that is high enough.
        if question.problem.capacity(column) == Some(0) {
            return Ok(());
        }
        let price = &mut solution.certificate.column_prices[column];
        *(if on_priority { &mut price.priority } else { &mut price.value }) += change;
        prop_assert!(judge(&question, &solution).is_err());
    }

    #[test]
    fn a_changed_objective_is_rejected(question in questions(-3..=3i64), change in prop_oneof![Just(-1), Just(1)]) {
        let Some(mut solution) = answer(&question) else { return Ok(()) };
        solution.objective += change;
        let rejected = matches!(judge(&question, &solution), Err(Violation::Objective { .. }));
        prop_assert!(rejected);
    }

    #[test]
    fn guessed_prices_prove_only_best_answers(
        question in questions(0..=1i64),
        columns in prop::collection::vec(prop::option::of(0..3u32), 6),
        prices in prop::collection::vec((0..=1i128, 0..=1i128), 12),
    ) {
        let (rows, width) = (question.problem.rows(), question.problem.columns());
        let price = |&(priority, value): &(i128, i128)| Price { priority, value };
        let columns: Vec<_> = columns.into_iter().take(rows).collect();
        let mut guess = Solution { columns, objective: 0, method: Method::ShortestPaths, certificate: Default::default() };
        guess.objective = objective(&question, &guess.columns).unwrap_or(0);
        guess.certificate.row_prices = prices.iter().take(rows).map(price).collect();
        guess.certificate.column_prices = prices.iter().skip(6).take(width).map(price).collect();
        if judge(&question, &guess).is_ok() {
            prop_assert_eq!(quality(&question, &guess.columns), brute_force(&question));
        }
    }

    #[test]
    fn the_prices_add_up_to_the_gain(question in questions(-3..=3i64)) {
        let Some(solution) = answer(&question) else { return Ok(()) };
        let prices = &solution.certificate;
        let priced: i128 = prices.row_prices.iter().map(|price| price.value).sum::<i128>()
            + loads(&question.problem, &solution)
                .iter()
                .zip(&prices.column_prices)
                .map(|(&load, price)| i128::from(load) * price.value)
                .sum::<i128>();
        let gain = if question.goal == Goal::Maximise { solution.objective } else { -solution.objective };
        prop_assert_eq!(priced, gain);
    }
}

/// Rows 0 and 1 compete for column 0; row 1 gives way. Column 2 is closed.
fn small() -> (Problem, Solution) {
    let problem =
        Problem::from_dense(2, 3, &[10, 2, 8, 8, 3, 8]).and_then(|p| p.with_capacities(vec![1, 2, 0]));
    let problem = problem.expect("one entry a column");
    let solution = solve(&problem, Goal::Maximise, &Cover::optional()).expect("rows may stay out");
    assert_eq!(solution.columns, [Some(0), Some(1)]);
    (problem, solution)
}

fn violation(cover: &Cover, change: impl FnOnce(&mut Solution)) -> Option<Violation> {
    let (problem, mut solution) = small();
    change(&mut solution);
    verify(&problem, Goal::Maximise, cover, &solution).err()
}

#[test]
fn each_violation_is_named() {
    let optional = Cover::optional();
    assert_eq!(violation(&optional, |_| {}), None);
    let found = violation(&optional, |s| s.columns[0] = Some(7));
    assert_eq!(found, Some(Violation::NoArc { row: 0, column: 7 }));
    let found = violation(&optional, |s| s.columns[1] = None);
    assert_eq!(found, Some(Violation::OverpricedRow { row: 1 }));
    let found = violation(&Cover::AllRows, |s| s.columns[1] = None);
    assert_eq!(found, Some(Violation::LeftOut { row: 1 }));
    let found = violation(&Cover::Optional { unmatched: vec![0, 4].into() }, |_| {});
    assert_eq!(found, Some(Violation::UnderpricedRow { row: 1 }));
    let found = violation(&optional, |s| s.certificate.row_prices[1].value += 1);
    assert_eq!(found, Some(Violation::Overpriced { row: 1, column: 1 }));
    let found = violation(&optional, |s| s.certificate.row_prices[1].value -= 1);
    assert!(matches!(found, Some(Violation::Underpriced { row: 1, .. })), "{found:?}");
    let found = violation(&optional, |s| s.objective -= 1);
    assert_eq!(found, Some(Violation::Objective { stated: 12, found: 13 }));
    let found = violation(&optional, |s| s.certificate.row_prices[0].value = i128::MAX);
    assert_eq!(found, Some(Violation::Overflow));
}

#[test]
fn columns_are_checked_for_load_room_and_sign() {
    // One row, two equal columns: prices are easy to write by hand.
    let problem = Problem::from_dense(2, 2, &[5, 5, 5, 5]).expect("it is complete");
    let solution = |columns: [u32; 2], row: i128, column: [i128; 2]| {
        let mut solution = Solution {
            columns: columns.map(Some).to_vec(),
            objective: 10,
            method: Method::ShortestPaths,
            certificate: Default::default(),
        };
        solution.certificate.row_prices = vec![Price::of_value(row); 2];
        solution.certificate.column_prices = column.map(Price::of_value).to_vec();
        verify(&problem, Goal::Maximise, &Cover::AllRows, &solution)
    };
    assert_eq!(solution([0, 1], 5, [0, 0]), Ok(()));
    assert_eq!(solution([0, 1], 4, [1, 1]), Ok(()));
    assert_eq!(solution([0, 0], 5, [0, 0]), Err(Violation::OverCapacity { column: 0 }));
    assert_eq!(solution([0, 1], 6, [-1, -1]), Err(Violation::NegativePrice { column: 0 }));
    let roomy = problem.clone().with_capacities(vec![1, 2]).expect("one entry a column");
    let mut priced = solve(&problem, Goal::Maximise, &Cover::AllRows).expect("there is room");
    priced.certificate.row_prices = vec![Price::of_value(4); 2];
    priced.certificate.column_prices = vec![Price::of_value(1); 2];
    let found = verify(&roomy, Goal::Maximise, &Cover::AllRows, &priced);
    assert_eq!(found, Err(Violation::PricedRoom { column: 1 }));
}

#[test]
fn lists_of_the_wrong_length_are_no_panic() {
    let shape = |list, expected, found| Some(Violation::Shape { list, expected, found });
    let optional = Cover::optional();
    assert_eq!(violation(&optional, |s| s.columns.truncate(1)), shape("rows", 2, 1));
    assert_eq!(violation(&optional, |s| s.certificate.row_prices.clear()), shape("row prices", 2, 0));
    assert_eq!(violation(&optional, |s| s.certificate.column_prices.clear()), shape("column prices", 3, 0));
    assert_eq!(violation(&Cover::most_rows(3), |_| {}), shape("ranks", 2, 3));
    let unmatched = Cover::Optional { unmatched: vec![0].into() };
    assert_eq!(violation(&unmatched, |_| {}), shape("unmatched values", 2, 1));
}

//! Rows of several sizes: answers judged by trying everything and by the checker.

mod support;

use deskmatch_matching::dense::Matrix;
use deskmatch_matching::sized::{Arc, Options, Problem, Sizes, Solution, solve, solve_while, verify};
use deskmatch_matching::{Error, ErrorKind, FORBIDDEN, Goal, Unmatched, Violation};
use proptest::collection::vec;
use proptest::prelude::*;
use std::cell::Cell;
use support::{Numbers, goals};

#[derive(Clone, Debug)]
struct Question {
    problem: Problem,
    goal: Goal,
    unmatched: Option<Unmatched>,
}

fn questions(values: impl Strategy<Value = i64> + Clone + 'static) -> impl Strategy<Value = Question> {
    (0..=7usize, 0..=3usize).prop_flat_map(move |(rows, columns)| {
        let arc = prop::option::weighted(0.85, (0..=6u32, values.clone()));
        let unmatched = prop_oneof![
            3 => Just(None),
            1 => values.clone().prop_map(|value| Some(Unmatched::Uniform(value))),
            1 => vec(values.clone(), rows).prop_map(|values| Some(Unmatched::PerRow(values))),
        ];
        (vec(vec(arc, columns), rows), vec(0..=14u64, columns), goals(), unmatched).prop_map(
            |(rows, capacities, goal, unmatched)| {
                let mut builder = Problem::builder(capacities);
                for row in rows {
                    let arcs = (0..).zip(row).filter_map(|(column, arc)| Some((column, arc?)));
                    builder.push_row(arcs.map(|(column, (size, value))| Arc { column, size, value }));
                }
                Question { problem: builder.build().expect("generated problems are valid"), goal, unmatched }
            },
        )
    })
}

impl Question {
    fn answer(&self, steps: u64) -> Result<Solution, Error> {
        solve(&self.problem, self.goal, &Options { unmatched: self.unmatched.clone(), steps })
    }

    fn cost(&self, value: i64) -> i128 {
        -self.goal.gain(value)
    }

    /// The least cost by trying everything, or `None` where nothing fits.
    fn best(&self) -> Option<i128> {
        let room: Vec<u64> =
            (0..self.problem.columns()).filter_map(|column| self.problem.capacity(column)).collect();
        self.best_from(0, &mut room.clone())
    }

    fn best_from(&self, row: usize, room: &mut [u64]) -> Option<i128> {
        if row == self.problem.rows() {
            return Some(0);
        }
        let mut best = None;
        let left_out = self.unmatched.as_ref().and_then(|unmatched| unmatched.get(row));
        if let Some(value) = left_out {
            best = self.best_from(row + 1, room).map(|rest| rest + self.cost(value));
        }
        for arc in self.problem.row(row) {
            let column = arc.column as usize;
            if u64::from(arc.size) <= room[column] {
                room[column] -= u64::from(arc.size);
                let with = self.best_from(row + 1, room).map(|rest| rest + self.cost(arc.value));
                room[column] += u64::from(arc.size);
                best = [best, with].into_iter().flatten().min();
            }
        }
        best
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let best = self.best();
        match self.answer(u64::MAX) {
            Ok(solution) => {
                let judged = verify(&self.problem, self.goal, self.unmatched.as_ref(), &solution);
                prop_assert_eq!(judged, Ok(()));
                prop_assert!(solution.is_optimal(), "{:?}", solution);
                let cost = if self.goal == Goal::Minimise { solution.objective } else { -solution.objective };
                prop_assert_eq!(Some(cost), best);
            }
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::Infeasible);
                prop_assert_eq!(best, None);
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn without_a_limit_the_answer_is_the_best_and_says_so(question in questions(-3..=3i64)) {
        question.check()?;
    }

    #[test]
    fn values_without_ties_are_no_harder(question in questions(-100_000..=100_000i64)) {
        question.check()?;
    }

    #[test]
    fn values_far_from_zero_and_wide_apart_are_exact(
        question in (-2..=2i64).prop_flat_map(|far| questions(far * (1 << 61)..=far * (1 << 61) + (1 << 54)))
    ) {
        question.check()?;
    }

    #[test]
    fn whatever_the_steps_the_best_lies_between_answer_and_bound(
        question in questions(-9..=9i64),
        steps in prop_oneof![Just(0u64), 0..400u64, 0..20_000u64],
    ) {
        let best = question.best();
        match question.answer(steps) {
            Ok(solution) => {
                let judged = verify(&question.problem, question.goal, question.unmatched.as_ref(), &solution);
                prop_assert_eq!(judged, Ok(()));
                let best = best.expect("what fits has a best");
                let best = if question.goal == Goal::Minimise { best } else { -best };
                let ends = [solution.bound, solution.objective];
                prop_assert!(ends.iter().min() <= Some(&best) && Some(&best) <= ends.iter().max());
            }
            Err(error) if error.kind() == ErrorKind::OutOfSteps => {}
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::Infeasible);
                prop_assert_eq!(best, None);
            }
        }
    }

    #[test]
    fn the_order_of_arcs_and_a_second_run_change_nothing(question in questions(-2..=2i64), steps in 0..50_000u64) {
        let capacities = (0..question.problem.columns()).filter_map(|column| question.problem.capacity(column));
        let mut reversed = Problem::builder(capacities.collect());
        for row in 0..question.problem.rows() {
            reversed.push_row(question.problem.row(row).iter().rev().copied());
        }
        let problem = reversed.build().expect("the same arcs in another order are valid");
        prop_assert_eq!(&problem, &question.problem);
        prop_assert_eq!(question.answer(steps), Question { problem, ..question }.answer(steps));
    }
}

/// Costs fall with sizes and capacities are tight: the hardest of the usual classes (type D of P. C. Chu and J. E. Beasley 1997).
fn hard(columns: usize, rows: usize, seed: u64) -> Problem {
    let mut numbers = Numbers(seed);
    let sizes: Vec<u32> = (0..rows * columns).map(|_| 1 + numbers.below(100) as u32).collect();
    let costs: Vec<i64> =
        sizes.iter().map(|&size| 111 - i64::from(size) + numbers.below(21) as i64 - 10).collect();
    let total = |column| (0..rows).map(|row| u64::from(sizes[row * columns + column])).sum::<u64>();
    let capacities = (0..columns).map(|column| total(column) * 8 / 10 / columns as u64).collect();
    Problem::from_dense(rows, columns, &costs, Sizes::PerPair(&sizes), capacities).expect("it is complete")
}

/// The least cost by dynamic programming over what the columns hold; for few columns with little room.
fn by_loads(problem: &Problem) -> Option<i64> {
    let room: Vec<usize> = (0..problem.columns())
        .filter_map(|column| problem.capacity(column))
        .map(|room| room as usize)
        .collect();
    let states = room.iter().map(|room| room + 1).product();
    let mut least: Vec<Option<i64>> = vec![None; states];
    least[0] = Some(0);
    for row in 0..problem.rows() {
        let mut next = vec![None; states];
        for (state, cost) in least.iter().enumerate() {
            let Some(cost) = cost else { continue };
            for arc in problem.row(row) {
                let column = arc.column as usize;
                let unit: usize = room[..column].iter().map(|room| room + 1).product();
                let load = state / unit % (room[column] + 1) + arc.size as usize;
                if load <= room[column] {
                    let next: &mut Option<i64> = &mut next[state + unit * arc.size as usize];
                    *next = Some(next.map_or(cost + arc.value, |known| known.min(cost + arc.value)));
                }
            }
        }
        least = next;
    }
    least.into_iter().flatten().min()
}

#[test]
fn deep_trees_lose_nothing() {
    let mut numbers = Numbers(11);
    for _ in 0..60 {
        let (rows, columns) = (18, 3);
        let sizes: Vec<u32> = (0..rows * columns).map(|_| 2 + numbers.below(8) as u32).collect();
        let cost = |&size: &u32| 40 - 3 * i64::from(size) + numbers.below(9) as i64;
        let costs: Vec<i64> = sizes.iter().map(cost).collect();
        let capacities = (0..columns).map(|_| 25 + numbers.below(6)).collect();
        let problem = Problem::from_dense(rows, columns, &costs, Sizes::PerPair(&sizes), capacities);
        let problem = problem.expect("complete");
        let options = Options { steps: u64::MAX, ..Options::default() };
        let found = solve(&problem, Goal::Minimise, &options).ok();
        assert!(found.as_ref().is_none_or(Solution::is_optimal));
        assert_eq!(found.map(|found| found.objective), by_loads(&problem).map(i128::from));
    }
}

#[test]
fn a_hard_problem_is_answered_within_one_per_cent_of_its_bound() {
    let problem = hard(8, 120, 7);
    let options = Options { steps: 20_000_000, ..Options::default() };
    let solution = solve(&problem, Goal::Minimise, &options).expect("there is room");
    assert_eq!(verify(&problem, Goal::Minimise, None, &solution), Ok(()));
    assert!(solution.gap_millionths() <= Some(10_000), "{:?}", solution.gap_millionths());
    assert!(solution.steps < 21_000_000, "{}", solution.steps);
    assert_eq!(solve(&problem, Goal::Minimise, &options), Ok(solution));
}

#[test]
fn more_steps_do_no_harm_here() {
    let problem = hard(5, 60, 3);
    let answer = |steps| solve(&problem, Goal::Minimise, &Options { steps, ..Options::default() });
    let (few, many) = (answer(1_000_000).expect("room"), answer(40_000_000).expect("room"));
    assert!(many.objective <= few.objective && many.bound >= few.bound, "{few:?} {many:?}");
}

#[test]
fn rows_of_one_unit_are_the_capacitated_problem() {
    let mut numbers = Numbers(5);
    let (rows, columns) = (40, 6);
    let values: Vec<i64> = (0..rows * columns).map(|_| numbers.below(100) as i64).collect();
    let sized =
        Problem::from_dense(rows, columns, &values, Sizes::PerRow(&[1; 40]), vec![7; 6]).expect("complete");
    let plain = deskmatch_matching::Problem::from_dense(rows, columns, &values)
        .and_then(|problem| problem.with_capacities(vec![7; columns]))
        .expect("complete");
    let exact = deskmatch_matching::solve(&plain, Goal::Maximise, &deskmatch_matching::Cover::AllRows);
    let found = solve(&sized, Goal::Maximise, &Options::default()).expect("there is room");
    assert_eq!(found.objective, exact.expect("there is room").objective);
    assert!(found.is_optimal());
}

#[test]
fn sizes_and_capacities_at_the_ends_of_their_ranges_are_exact() {
    let (size, most) = (u32::MAX, u64::from(u32::MAX));
    let values = [5, 4, 9, 1, 7, 7];
    let problem = Problem::from_dense(3, 2, &values, Sizes::PerRow(&[size; 3]), vec![2 * most, u64::MAX]);
    let solution = solve(&problem.expect("complete"), Goal::Minimise, &Options::default()).expect("room");
    assert_eq!((solution.objective, solution.is_optimal()), (12, true));
    let problem = Problem::from_dense(3, 2, &values, Sizes::PerRow(&[size; 3]), vec![2 * most - 1, 2 * most]);
    let solution = solve(&problem.expect("complete"), Goal::Minimise, &Options::default()).expect("room");
    assert_eq!((solution.objective, solution.is_optimal()), (10 + 2, true));
    let problem = Problem::from_dense(3, 2, &values, Sizes::PerRow(&[size; 3]), vec![most, most]);
    let error = solve(&problem.expect("complete"), Goal::Minimise, &Options::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Infeasible);
}

#[test]
fn what_cannot_be_is_said_and_why() {
    let full = Problem::builder(vec![3]).push_row_of_size(2, [(0, 1)]).push_row_of_size(2, [(0, 1)]).build();
    let told = solve(&full.expect("valid"), Goal::Minimise, &Options::default()).unwrap_err().to_string();
    assert_eq!(
        told,
        "the rows take at least `4` units and the columns hold `3`; add capacity or allow rows to be left out"
    );
    let nowhere = Problem::builder(vec![3, 1]).push_row_of_size(2, [(1, 1)]).build().expect("valid");
    let error = solve(&nowhere, Goal::Minimise, &Options::default()).unwrap_err();
    assert_eq!(error.to_string(), "row `0` fits into no column; add capacity or allow rows to be left out");
    assert_eq!(error.hall_violator(), None);
    // Three rows of 2 units and two columns of 3: there is room for all units, but not for all rows.
    let values = [1; 6];
    let split = Problem::from_dense(3, 2, &values, Sizes::PerRow(&[2; 3]), vec![3, 3]).expect("complete");
    let error = solve(&split, Goal::Minimise, &Options::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no assignment places every row; add capacity or allow rows to be left out"
    );
}

#[test]
fn questions_that_do_not_fit_are_refused() {
    let kind = |problem: Result<Problem, Error>| problem.unwrap_err().kind();
    let dense = |values: &[i64], sizes: &[u32], capacities| {
        Problem::from_dense(2, 1, values, Sizes::PerRow(sizes), capacities)
    };
    assert_eq!(kind(dense(&[1], &[1, 1], vec![1])), ErrorKind::LengthMismatch);
    assert_eq!(kind(dense(&[1, 2], &[1], vec![1])), ErrorKind::LengthMismatch);
    assert_eq!(kind(dense(&[1, 2], &[1, 1], vec![])), ErrorKind::LengthMismatch);
    let row = |arcs: &[(u32, i64)]| Problem::builder(vec![1]).push_row_of_size(1, arcs.to_vec()).build();
    assert_eq!(kind(row(&[(0, 1), (0, 2)])), ErrorKind::DuplicateArc);
    assert_eq!(kind(row(&[(1, 1)])), ErrorKind::ColumnOutOfRange);
    assert_eq!(kind(row(&[(0, FORBIDDEN)])), ErrorKind::ValueOutOfRange);

    let wide = Problem::builder(vec![1, 1]).push_row_of_size(1, [(0, -i64::MAX), (1, i64::MAX)]).build();
    let asked = |unmatched| Options { unmatched: Some(unmatched), ..Options::default() };
    let refused =
        |options: &Options| solve(wide.as_ref().expect("valid"), Goal::Minimise, options).unwrap_err().kind();
    assert_eq!(refused(&Options::default()), ErrorKind::ValueOutOfRange);
    assert_eq!(refused(&asked(Unmatched::PerRow(vec![]))), ErrorKind::LengthMismatch);
    assert_eq!(refused(&asked(Unmatched::Uniform(i64::MIN))), ErrorKind::ValueOutOfRange);
}

#[test]
fn the_checker_finds_each_fault() {
    let problem = Problem::from_dense(2, 2, &[5, 6, 7, FORBIDDEN], Sizes::PerRow(&[2, 2]), vec![3, 3]);
    let problem = problem.expect("complete");
    let good = solve(&problem, Goal::Minimise, &Options::default()).expect("room");
    let judge = |change: fn(&mut Solution)| {
        let mut solution = good.clone();
        change(&mut solution);
        verify(&problem, Goal::Minimise, None, &solution).err()
    };
    assert_eq!(judge(|_| {}), None);
    assert_eq!(judge(|s| s.columns[1] = Some(1)), Some(Violation::NoArc { row: 1, column: 1 }));
    assert_eq!(judge(|s| s.columns[0] = Some(0)), Some(Violation::OverCapacity { column: 0 }));
    assert_eq!(judge(|s| s.columns[0] = None), Some(Violation::LeftOut { row: 0 }));
    assert_eq!(judge(|s| s.objective = 12), Some(Violation::Objective { stated: 12, found: 13 }));
    assert_eq!(judge(|s| s.bound = 14), Some(Violation::Bound { stated: 14, objective: 13 }));
    let shape = Violation::Shape { list: "rows", expected: 2, found: 1 };
    assert_eq!(judge(|s| s.columns.truncate(1)), Some(shape));
}

#[test]
fn an_answer_that_is_no_longer_wanted_ends_the_work() {
    let problem = hard(10, 60, 7);
    let options = Options { steps: u64::MAX, ..Options::default() };
    let asked = Cell::new(0);
    let wanted = || {
        asked.set(asked.get() + 1);
        asked.get() < 4
    };
    assert_eq!(solve_while(&problem, Goal::Minimise, &options, &wanted), Ok(None));
    assert_eq!(asked.get(), 4, "nobody asks again after a no");
}

#[test]
fn asking_whether_an_answer_is_wanted_does_not_change_it() {
    let problem = hard(10, 60, 7);
    let options = Options { steps: 9_000_000, ..Options::default() };
    let plain = solve(&problem, Goal::Minimise, &options).expect("there is an assignment");
    assert!(!plain.is_optimal() && plain.steps > 3 << 20, "{plain:?}");
    assert_eq!(solve_while(&problem, Goal::Minimise, &options, &|| true), Ok(Some(plain)));
}

#[test]
fn matrices_of_all_types_give_the_same_problem() {
    let whole = [4, i32::MIN, 6, 5];
    let wide = whole.map(|value| if value == i32::MIN { i64::MIN } else { value.into() });
    let capacities = || vec![3, 2];
    let sizes = Sizes::PerPair(&[3, 3, 1, 2]);
    let expected = Problem::from_dense(2, 2, &wide, sizes, capacities()).expect("the shape fits");
    for goal in [Goal::Minimise, Goal::Maximise] {
        let none = if goal == Goal::Minimise { f64::INFINITY } else { f64::NEG_INFINITY };
        let floats = [4.0, none, 6.0, 5.0];
        let narrow = floats.map(|value| value as f32);
        let turned = [4.0, 6.0, none, 5.0];
        let of = |result: Result<Problem, Error>| result.expect("the matrix fits");
        let matrix = |data: &[f64]| {
            of(Problem::from_matrix(&Matrix::new(2, 2, data).expect("2 by 2"), goal, sizes, capacities()))
        };
        assert_eq!(matrix(&floats), expected);
        let view = Matrix::new(2, 2, &narrow).expect("2 by 2");
        assert_eq!(of(Problem::from_matrix(&view, goal, sizes, capacities())), expected);
        let view = Matrix::new(2, 2, &whole).expect("2 by 2");
        assert_eq!(of(Problem::from_matrix(&view, goal, sizes, capacities())), expected);
        let view = Matrix::new(2, 2, &wide).expect("2 by 2");
        assert_eq!(of(Problem::from_matrix(&view, goal, sizes, capacities())), expected);
        let view = Matrix::by_columns(2, 2, &turned).expect("2 by 2");
        assert_eq!(of(Problem::from_matrix(&view, goal, sizes, capacities())), expected);
    }
}

#[test]
fn values_that_are_no_whole_numbers_are_refused() {
    let kind = |value: f64, sizes: &[u32], capacities: Vec<u64>| {
        let data = [value];
        let matrix = Matrix::new(1, 1, &data).expect("1 by 1");
        Problem::from_matrix(&matrix, Goal::Minimise, Sizes::PerRow(sizes), capacities)
            .map_err(|error| error.kind())
    };
    for value in [1.5, 9_223_372_036_854_775_808.0, -1e300, 5e-324] {
        assert_eq!(kind(value, &[1], vec![1]), Err(ErrorKind::ValueOutOfRange), "{value}");
    }
    for value in [f64::NAN, f64::NEG_INFINITY] {
        assert_eq!(kind(value, &[1], vec![1]), Err(ErrorKind::NotANumber), "{value}");
    }
    assert_eq!(kind(1.0, &[], vec![1]), Err(ErrorKind::LengthMismatch));
    assert_eq!(kind(1.0, &[1], vec![]), Err(ErrorKind::LengthMismatch));
    assert_eq!(kind(f64::INFINITY, &[1], vec![1]).map(|problem| problem.arc_count()), Ok(0));
}

/// Rows of which about two thirds fit, worth more by rank than all behind them: what a batch of tickets by priority is.
fn ranked(rows: usize, columns: usize, seed: u64) -> (Problem, Vec<u32>) {
    let mut numbers = Numbers(seed);
    let capacities: Vec<u64> = (0..columns).map(|_| 6 + numbers.below(8)).collect();
    let (least, weights) = (4_000_000 * rows as i64, [1_000i64, 1]);
    let mut builder = Problem::builder(capacities);
    let mut sizes = Vec::new();
    for row in 0..rows {
        let size = 1 + numbers.below(7) as u32;
        let weight = weights[usize::from(row % 5 != 0)] * least;
        let mut arcs = Vec::new();
        for column in 0..columns as u32 {
            if numbers.below(10) < 7 {
                arcs.push((column, weight + numbers.below(4_000_000) as i64));
            }
        }
        builder.push_row_of_size(size, arcs);
        sizes.push(size);
    }
    (builder.build().expect("columns are in range"), sizes)
}

#[test]
fn with_rows_that_may_stay_out_there_is_an_answer_however_few_the_steps() {
    let (problem, sizes) = ranked(300, 100, 3);
    for steps in [0, 100_000, 2_000_000] {
        let options = Options { unmatched: Some(0.into()), steps };
        let solution = solve(&problem, Goal::Maximise, &options).expect("leaving all out is an answer");
        assert_eq!(verify(&problem, Goal::Maximise, options.unmatched.as_ref(), &solution), Ok(()));
        // One after the other, the small first, as somebody would do it by hand.
        let mut by_hand: Vec<usize> = (0..300).collect();
        by_hand.sort_by_key(|&row| (row % 5 != 0, sizes[row]));
        let mut room: Vec<u64> = (0..100).filter_map(|column| problem.capacity(column)).collect();
        let mut total = 0;
        for row in by_hand {
            let fits = problem.row(row).iter().find(|arc| u64::from(arc.size) <= room[arc.column as usize]);
            if let Some(arc) = fits {
                room[arc.column as usize] -= u64::from(arc.size);
                total += i128::from(arc.value);
            }
        }
        assert!(solution.objective <= solution.bound);
        assert!(steps == 0 || solution.objective > total, "{steps}: {} {total}", solution.objective);
    }
}

//! Dense matrices: answers judged by trying everything and by the checker.

mod support;

use deskmatch_matching::dense::{Cost, Matrix, Method, Options, Solution, Solver, solve_widened, verify};
use deskmatch_matching::{Error, ErrorKind, Goal};
use proptest::collection::vec;
use proptest::prelude::*;
use support::Numbers;

const METHODS: [Option<Method>; 5] = [
    None,
    Some(Method::ShortestPaths),
    Some(Method::Shortlist),
    Some(Method::Auction),
    Some(Method::Sorting),
];

/// A matrix of small integers, `None` for a forbidden pair, with an unmatched value for each row or not.
#[derive(Clone, Debug)]
struct Question {
    rows: usize,
    columns: usize,
    values: Vec<Option<i32>>,
    unmatched: Option<Vec<i32>>,
    goal: Goal,
}

fn questions(values: impl Strategy<Value = i32> + Clone + 'static) -> impl Strategy<Value = Question> {
    let allowed = prop_oneof![Just(0.999), Just(0.9), Just(0.5)];
    (0..=7usize, 0..=7usize, allowed).prop_flat_map(move |(rows, columns, allowed)| {
        let entries = vec(prop::option::weighted(allowed, values.clone()), rows * columns);
        let unmatched = prop::option::weighted(0.4, vec(values.clone(), rows));
        let goal = prop_oneof![Just(Goal::Minimise), Just(Goal::Maximise)];
        (entries, unmatched, goal).prop_map(move |(values, unmatched, goal)| Question {
            rows,
            columns,
            values,
            unmatched,
            goal,
        })
    })
}

impl Question {
    fn cost(&self, row: usize, column: usize) -> Option<i64> {
        self.values[row * self.columns + column].map(|value| self.signed(value))
    }

    fn signed(&self, value: i32) -> i64 {
        if self.goal == Goal::Maximise { -i64::from(value) } else { value.into() }
    }

    /// The least cost, by dynamic programming over sets of columns; `None` where nothing is allowed.
    fn best(&self) -> Option<i64> {
        let must = if self.unmatched.is_some() { 0 } else { self.rows.min(self.columns) };
        let mut best: Vec<Option<i64>> = vec![None; 1 << self.columns];
        best[0] = Some(0);
        for row in 0..self.rows {
            let stay = match &self.unmatched {
                Some(values) => Some(self.signed(values[row])),
                None => (self.rows > self.columns).then_some(0),
            };
            let mut next = vec![None; best.len()];
            for (set, cost) in best.iter().enumerate() {
                let Some(cost) = cost else { continue };
                let options = (0..self.columns)
                    .filter(|column| set >> column & 1 == 0)
                    .filter_map(|column| Some((set | 1 << column, self.cost(row, column)?)))
                    .chain(stay.map(|stay| (set, stay)));
                for (set, more) in options {
                    next[set] = Some(next[set].map_or(cost + more, |known: i64| known.min(cost + more)));
                }
            }
            best = next;
        }
        let complete =
            |(set, cost): (usize, &Option<i64>)| cost.filter(|_| set.count_ones() as usize >= must);
        best.iter().enumerate().filter_map(complete).min()
    }

    /// Solves with entries turned into `T`, and checks the answer; returns its cost.
    fn solve<T: Cost>(
        &self,
        solver: &mut Solver<T>,
        method: Option<Method>,
        turn: impl Fn(Option<i32>) -> T,
        total: impl Fn(T::Total) -> i64,
    ) -> Result<i64, Error> {
        let data: Vec<T> = self.values.iter().map(|&value| turn(value)).collect();
        let unmatched: Option<Vec<T>> =
            self.unmatched.as_ref().map(|values| values.iter().map(|&value| turn(Some(value))).collect());
        let matrix = Matrix::new(self.rows, self.columns, &data)?;
        let options = Options { unmatched: unmatched.as_deref(), method };
        let solution = solver.solve_with(&matrix, self.goal, options)?.clone();
        assert_eq!(verify(&matrix, self.goal, unmatched.as_deref(), &solution), Ok(()), "{self:?}");
        let mut by_columns = Vec::new();
        for column in 0..self.columns {
            by_columns.extend((0..self.rows).map(|row| data[row * self.columns + column]));
        }
        let turned = Matrix::by_columns(self.rows, self.columns, &by_columns)?;
        let again = solver.solve_with(&turned, self.goal, options)?;
        assert_eq!(total(again.objective), total(solution.objective), "{self:?}");
        let sign = if self.goal == Goal::Maximise { -1 } else { 1 };
        Ok(sign * total(solution.objective))
    }

    fn check<T: Cost>(
        &self,
        turn: impl Fn(Option<i32>) -> T + Copy,
        total: impl Fn(T::Total) -> i64 + Copy,
    ) -> Result<(), TestCaseError> {
        let best = self.best();
        let mut solver = Solver::new();
        for method in METHODS {
            match self.solve(&mut solver, method, turn, total) {
                Ok(cost) => prop_assert_eq!(Some(cost), best, "{:?}", method),
                Err(error) => {
                    prop_assert_eq!(error.kind(), ErrorKind::Infeasible);
                    prop_assert_eq!(best, None);
                    self.check_violator(&error)?;
                }
            }
        }
        Ok(())
    }

    fn check_violator(&self, error: &Error) -> Result<(), TestCaseError> {
        let violator = error.hall_violator().expect("an infeasible problem has a violator");
        prop_assert!(violator.rows.is_sorted_by(|a, b| a < b) && violator.columns.is_sorted_by(|a, b| a < b));
        for &row in &violator.rows {
            for column in 0..self.columns {
                let allowed = self.cost(row as usize, column).is_some();
                prop_assert!(!allowed || violator.columns.contains(&(column as u32)));
            }
        }
        let spare = self.rows.saturating_sub(self.columns);
        prop_assert!(violator.rows.len() > violator.columns.len() + spare, "{:?} {:?}", self, violator);
        Ok(())
    }
}

fn float(goal: Goal) -> impl Fn(Option<i32>) -> f64 + Copy {
    let forbidden = if goal == Goal::Maximise { f64::NEG_INFINITY } else { f64::INFINITY };
    move |value| value.map_or(forbidden, f64::from)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn small_integers_with_ties_equal_brute_force(question in questions(-2..=2)) {
        question.check(|value| value.unwrap_or(i32::MIN), |total| total as i64)?;
    }

    #[test]
    fn large_integers_equal_brute_force(question in questions(-1_000_000..=1_000_000)) {
        question.check(|value| value.unwrap_or(i32::MIN), |total| total as i64)?;
        question.check(|value| value.map_or(i64::MIN, i64::from), |total| total as i64)?;
    }

    #[test]
    fn integers_at_the_ends_of_the_range_equal_brute_force(
        question in questions(prop_oneof![Just(i32::MAX), Just(-i32::MAX), Just(0), Just(1), Just(1 << 30)])
    ) {
        question.check(|value| value.unwrap_or(i32::MIN), |total| total as i64)?;
    }

    #[test]
    fn floats_equal_brute_force(question in questions(-9..=9)) {
        let turn = float(question.goal);
        question.check(turn, |total| total as i64)?;
        question.check(move |value| turn(value) as f32, |total| total as i64)?;
    }
}

#[test]
fn a_broken_answer_is_rejected() {
    let matrix = Matrix::new(3, 3, &[1, 2, 3, 2, 4, 6, 3, 6, 9]).expect("it is complete");
    let good = Solver::new().solve(&matrix, Goal::Minimise).expect("nothing is forbidden").clone();
    assert_eq!(verify(&matrix, Goal::Minimise, None, &good), Ok(()));
    let broken: [fn(&mut Solution<i32>); 6] = [
        |solution| solution.columns.swap(0, 1),
        |solution| solution.columns[0] = None,
        |solution| solution.columns[0] = solution.columns[1],
        |solution| solution.objective -= 1,
        |solution| solution.row_prices[1] -= 1,
        |solution| solution.column_prices[2] += 1,
    ];
    for (number, change) in broken.iter().enumerate() {
        let mut bad = good.clone();
        change(&mut bad);
        assert!(verify(&matrix, Goal::Minimise, None, &bad).is_err(), "change {number}");
    }
}

#[test]
fn what_is_no_number_is_named() {
    let mut solver = Solver::new();
    let mut ask = |value: f64, goal| {
        let data = [1.0, 2.0, 3.0, value];
        let matrix = Matrix::new(2, 2, &data).expect("it is complete");
        solver.solve(&matrix, goal).err().map(|error| (error.kind(), error.to_string()))
    };
    let said = |found: &str| {
        let text = format!(
            "row `1` has the value `{found}` for column `1`; values must be numbers, or the infinity that forbids"
        );
        Some((ErrorKind::NotANumber, text))
    };
    for goal in [Goal::Minimise, Goal::Maximise] {
        assert_eq!(ask(f64::NAN, goal), said("NaN"));
    }
    assert_eq!(ask(f64::NEG_INFINITY, Goal::Minimise), said("-inf"));
    assert_eq!(ask(f64::INFINITY, Goal::Maximise), said("inf"));
    assert_eq!(ask(f64::INFINITY, Goal::Minimise), None);
    assert_eq!(ask(f64::NEG_INFINITY, Goal::Maximise), None);
    assert_eq!(ask(2e300, Goal::Minimise).map(|(kind, _)| kind), Some(ErrorKind::ValueOutOfRange));
}

#[test]
fn integers_whose_sums_would_not_be_exact_are_refused_with_the_range() {
    let data = [1i64 << 50, 0, 0, 0];
    let mut solver = Solver::new();
    let error = solver.solve(&Matrix::new(2, 2, &data).expect("complete"), Goal::Minimise);
    let error = error.expect_err("the value is too large");
    assert_eq!(error.kind(), ErrorKind::ValueOutOfRange);
    assert!(error.to_string().contains("it must be at most `562949953421312`"), "{error}");
}

/// A matrix of one of several kinds, too large for lists of a row to be complete.
fn large(kind: &str, rows: usize, columns: usize, seed: u64) -> Vec<i32> {
    let mut numbers = Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let quality: Vec<u64> = (0..columns).map(|_| numbers.below(300)).collect();
    let need: Vec<u64> = (0..rows).map(|_| numbers.below(4)).collect();
    let mut value = |row: usize, column: usize| match kind {
        "random" => numbers.below(1_000_000) as i32,
        "few values" => numbers.below(10) as i32,
        "equal" => 7,
        "product" => ((row * 7 % rows + 1) * (column * 11 % columns + 1)) as i32,
        "nearly a product" => ((row + 1) * (column + 1)) as i32 * 10 + numbers.below(30) as i32,
        "low rank" => (quality[column] * need[row] / 10 + quality[(column + row) % columns.min(7)]) as i32,
        "permutation" => i32::from((row * 31 + seed as usize) % columns.max(1) != column),
        "geometric" => 1 << ((row + column) % 30),
        "sums" => (quality[column] + need[row]) as i32,
        "sparse" if (row + 1) % columns.max(1) != column && numbers.below(10) > 0 => i32::MIN,
        "very sparse" if (row + 1) % columns.max(1) != column && numbers.below(20) > 0 => i32::MIN,
        "sparse below" if row >= 5 && row != column && numbers.below(20) > 0 => i32::MIN,
        "sparse above" if row < rows / 2 && row != column && numbers.below(20) > 0 => i32::MIN,
        _ => numbers.below(1000) as i32,
    };
    (0..rows * columns).map(|entry| value(entry / columns, entry % columns)).collect()
}

const KINDS: [&str; 14] = [
    "random",
    "few values",
    "equal",
    "product",
    "nearly a product",
    "low rank",
    "permutation",
    "geometric",
    "sums",
    "sparse",
    "very sparse",
    "sparse above",
    "sparse below",
    "plain",
];

#[test]
fn all_methods_agree_on_matrices_of_every_kind() {
    let shapes = [(64, 64), (130, 130), (257, 257), (700, 700), (40, 300), (300, 40), (220, 400), (400, 220)];
    let mut solver = Solver::new();
    let mut floats = Solver::new();
    for kind in KINDS {
        for (rows, columns) in shapes {
            // Other shapes may leave no answer; rows of the largest are packed, and longer than a list.
            let sparse = kind.contains("sparse");
            if (sparse && rows != columns) || (!sparse && rows == 700) {
                continue;
            }
            let data = large(kind, rows, columns, (rows * columns) as u64);
            let matrix = Matrix::new(rows, columns, &data).expect("it is complete");
            for goal in [Goal::Minimise, Goal::Maximise] {
                let mut totals = Vec::new();
                for method in METHODS {
                    let options = Options { method, unmatched: None };
                    let solution = solver.solve_with(&matrix, goal, options).expect("an answer exists");
                    assert_eq!(
                        verify(&matrix, goal, None, solution),
                        Ok(()),
                        "{kind} {rows}x{columns} {method:?}"
                    );
                    totals.push(solution.objective);
                }
                let turn = |&value: &i32| if value == i32::MIN { float(goal)(None) } else { value.into() };
                let wide: Vec<f64> = data.iter().map(turn).collect();
                let wide = Matrix::new(rows, columns, &wide).expect("it is complete");
                totals.push(floats.solve(&wide, goal).expect("an answer exists").objective as i128);
                assert!(
                    totals.windows(2).all(|pair| pair[0] == pair[1]),
                    "{kind} {rows}x{columns} {totals:?}"
                );
            }
        }
    }
}

#[test]
fn fractions_are_solved_and_proved() {
    let mut solver = Solver::new();
    for kind in KINDS {
        let data: Vec<f64> = large(kind, 240, 240, 5)
            .iter()
            .map(|&value| if value == i32::MIN { f64::INFINITY } else { f64::from(value) / 1000.7 })
            .collect();
        let matrix = Matrix::new(240, 240, &data).expect("it is complete");
        let mut totals = Vec::new();
        for method in METHODS {
            let options = Options { method, unmatched: None };
            let solution = solver.solve_with(&matrix, Goal::Minimise, options).expect("an answer exists");
            assert_eq!(verify(&matrix, Goal::Minimise, None, solution), Ok(()), "{kind} {method:?}");
            totals.push(solution.objective);
        }
        let close = |pair: &[f64]| (pair[0] - pair[1]).abs() <= 1e-9 * pair[0].abs().max(1e-9);
        assert!(totals.windows(2).all(close), "{kind} {totals:?}");
    }
}

#[test]
fn huge_tiny_and_denormal_costs_keep_their_order() {
    let data = [1e300, 1.0, 5e-324, 1e-300, 2e300_f64.min(1e300), 0.0, -1e300, 3.0, 1e-5];
    let matrix = Matrix::new(3, 3, &data).expect("it is complete");
    let mut solver = Solver::new();
    let solution = solver.solve(&matrix, Goal::Minimise).expect("nothing is forbidden");
    assert_eq!(solution.columns[2], Some(0));
    assert_eq!(verify(&matrix, Goal::Minimise, None, solution), Ok(()));
}

#[test]
fn an_infeasible_large_matrix_names_its_rows() {
    // Rows 3, 50 and 200 may only use columns 9 and 10.
    let side = 260;
    let mut data = large("random", side, side, 3);
    for row in [3, 50, 200] {
        for column in (0..side).filter(|column| ![9, 10].contains(column)) {
            data[row * side + column] = i32::MIN;
        }
    }
    let turn = |&value: &i32| if value == i32::MIN { f64::INFINITY } else { f64::from(value) + 0.25 };
    let fractions: Vec<f64> = data.iter().map(turn).collect();
    names_rows_that_share_too_few_columns(side, &data);
    names_rows_that_share_too_few_columns(side, &fractions);
}

fn names_rows_that_share_too_few_columns<T: Cost>(side: usize, data: &[T]) {
    let matrix = Matrix::new(side, side, data).expect("it is complete");
    for method in METHODS {
        let mut solver = Solver::new();
        let options = Options { method, unmatched: None };
        let error =
            solver.solve_with(&matrix, Goal::Minimise, options).expect_err("three rows share two columns");
        let violator = error.hall_violator().expect("nothing else is wrong");
        let found = (&violator.rows[..], &violator.columns[..]);
        assert_eq!(found, (&[3, 50, 200][..], &[9, 10][..]), "{method:?}");
    }
}

#[test]
fn long_searches_give_way_to_bids() {
    // Every row would have the nearest column; whoever does not get it moves others far around.
    let side = 700;
    let mut numbers = Numbers(77);
    let places: Vec<f64> = (0..4 * side).map(|_| numbers.below(1 << 20) as f64).collect();
    let (x, y) = places.split_at(2 * side);
    let distance = |entry: usize| {
        let (row, column) = (entry / side, side + entry % side);
        (x[row] - x[column]).hypot(y[row] - y[column])
    };
    let costs: Vec<f64> = (0..side * side).map(distance).collect();
    let matrix = Matrix::new(side, side, &costs).expect("it is complete");
    let mut solver = Solver::new();
    let mut totals = Vec::new();
    for (method, used) in [
        (None, Method::Auction),
        (Some(Method::Auction), Method::Auction),
        (Some(Method::Shortlist), Method::Shortlist),
    ] {
        let options = Options { method, unmatched: None };
        let solution = solver.solve_with(&matrix, Goal::Minimise, options).expect("an answer exists");
        assert_eq!(solution.method, used);
        assert_eq!(verify(&matrix, Goal::Minimise, None, solution), Ok(()));
        totals.push(solution.objective);
    }
    assert!(totals.iter().all(|total| (total - totals[0]).abs() <= 1e-9 * totals[0]), "{totals:?}");
}

#[test]
fn a_reused_solver_answers_like_a_new_one() {
    let mut solver = Solver::new();
    for (seed, side) in [(1, 250), (2, 3), (3, 0), (4, 231), (5, 90), (6, 250)] {
        let data = large("low rank", side, side, seed);
        let matrix = Matrix::new(side, side, &data).expect("it is complete");
        let again = solver.solve(&matrix, Goal::Minimise).expect("nothing is forbidden").clone();
        assert_eq!(Solver::new().solve(&matrix, Goal::Minimise), Ok(&again));
    }
}

#[test]
fn a_batch_answers_like_one_by_one() {
    let data = large("random", 200 * 5, 7, 9);
    let mut received = Vec::new();
    let mut solver = Solver::new();
    let receive = |number: usize, solution: &Solution<i32>| received.push((number, solution.clone()));
    solver.solve_batch(5, 7, &data, Goal::Maximise, receive).expect("nothing is forbidden");
    assert_eq!(received.len(), 200);
    for (number, solution) in received {
        let matrix = Matrix::new(5, 7, &data[number * 35..(number + 1) * 35]).expect("it is complete");
        assert_eq!(solver.solve(&matrix, Goal::Maximise), Ok(&solution));
    }
    let error =
        solver.solve_batch(5, 7, &data[1..], Goal::Maximise, |_, _| {}).expect_err("one is not whole");
    assert_eq!(error.kind(), ErrorKind::LengthMismatch);
}

#[test]
fn an_infeasible_matrix_leaves_nothing_behind_for_a_smaller_one() {
    let forbidden = i32::MIN;
    let mut numbers = Numbers(3);
    for method in METHODS {
        let mut solver = Solver::new();
        for _ in 0..30 {
            // The last two rows may have no column but the last.
            let size = 30;
            let mut large: Vec<i32> = (0..size * size).map(|_| numbers.below(1_000) as i32).collect();
            for row in [size - 2, size - 1] {
                large[row * size..(row + 1) * size - 1].fill(forbidden);
            }
            let matrix = Matrix::new(size, size, &large).expect("complete");
            let options = Options { method, unmatched: None };
            let error =
                solver.solve_with(&matrix, Goal::Minimise, options).expect_err("two rows share a column");
            assert_eq!(error.kind(), ErrorKind::Infeasible);
            let size = 12;
            let small: Vec<i32> = (0..size * size).map(|_| numbers.below(1_000) as i32).collect();
            let matrix = Matrix::new(size, size, &small).expect("complete");
            let again = solver.solve_with(&matrix, Goal::Minimise, options).expect("complete").clone();
            assert_eq!(verify(&matrix, Goal::Minimise, None, &again), Ok(()));
        }
    }
}

#[test]
fn tiny_costs_among_huge_ones_are_not_rounded_away() {
    // By the order of sums alone, the huge prices of the first columns would hide what the last rows cost.
    let mut numbers = Numbers(9);
    for number in 0..200 {
        let size = if number % 10 > 0 { 8 } else { 80 };
        let power = |numbers: &mut Numbers| 10f64.powi(numbers.below(61) as i32 - 30);
        let costs: Vec<f64> =
            (0..size * size).map(|_| numbers.below(1_000) as f64 * power(&mut numbers)).collect();
        let matrix = Matrix::new(size, size, &costs).expect("complete");
        let totals = METHODS.map(|method| {
            let options = Options { method, unmatched: None };
            Solver::new().solve_with(&matrix, Goal::Minimise, options).expect("complete").objective
        });
        for total in totals {
            assert!((total - totals[1]).abs() <= 1e-9 * totals[1], "{totals:?}");
        }
    }
}

/// Solves as it is and as doubles, by rows and by columns.
fn widened_is_the_same<T: Cost>(rows: usize, columns: usize, data: &[T], goal: Goal) {
    let by_rows = Matrix::new(rows, columns, data).expect("it is complete");
    for matrix in [by_rows, by_rows.transposed()] {
        let own = Solver::new().solve(&matrix, goal).cloned();
        let widened = solve_widened(&mut Solver::new(), &matrix, goal);
        assert_eq!(widened, own, "{rows} x {columns}, {goal:?}, {}", std::any::type_name::<T>());
    }
}

#[test]
fn the_solver_of_doubles_serves_every_type_of_number_to_the_bit() {
    let shapes = [(0, 3), (7, 7), (64, 64), (257, 257), (700, 700), (40, 300), (1_100, 1_100)];
    for (kind, &(rows, columns)) in
        KINDS.iter().flat_map(|kind| shapes.iter().map(move |shape| (kind, shape)))
    {
        if rows > 1_000 && !["random", "geometric", "product"].contains(kind) {
            continue;
        }
        let whole = large(kind, rows, columns, 5);
        for goal in [Goal::Minimise, Goal::Maximise] {
            let allowed = |value: i32| (value != i32::MIN).then_some(value);
            let long: Vec<i64> = whole
                .iter()
                .map(|&value| allowed(value).map_or(i64::MIN, |value| i64::from(value) << 8))
                .collect();
            let float = float(goal);
            let short: Vec<f32> = whole.iter().map(|&value| (float(allowed(value)) / 7.0) as f32).collect();
            widened_is_the_same(rows, columns, &whole, goal);
            widened_is_the_same(rows, columns, &long, goal);
            widened_is_the_same(rows, columns, &short, goal);
        }
    }
}

#[test]
fn a_product_that_comes_to_nothing_is_the_same_in_doubles() {
    let side = 64;
    let factor = |place: usize| if place.is_multiple_of(2) { 0 } else { 1_000 + place as i32 };
    let products: Vec<i32> =
        (0..side * side).map(|entry| factor(entry / side) * factor(entry % side)).collect();
    widened_is_the_same(side, side, &products, Goal::Minimise);
}

#[test]
fn the_solver_of_doubles_refuses_what_others_refuse() {
    for goal in [Goal::Minimise, Goal::Maximise] {
        widened_is_the_same(2, 2, &[1i64 << 50, 0, i64::MIN, 0], goal);
        widened_is_the_same(2, 2, &[1i64 << 49, 0, 0, i64::MIN], goal);
        // Out of range, and cannot be met either.
        widened_is_the_same(2, 2, &[i64::MIN, 1i64 << 60, i64::MIN, 1], goal);
        widened_is_the_same(1, 2, &[f32::NAN, 1.0], goal);
        widened_is_the_same(2, 2, &[1.0, f32::INFINITY, f32::NEG_INFINITY, 2.0], goal);
        widened_is_the_same(2, 2, &[i32::MIN, 1, i32::MIN, 2], goal);
        widened_is_the_same(2, 2, &[i32::MIN + 1, i32::MAX, 1, 2], goal);
    }
}

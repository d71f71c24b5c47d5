//! Bad input is answered with a typed error.

use deskmatch_matching::dense::{Matrix, Solver};
use deskmatch_matching::sized;
use deskmatch_matching::{Cover, Error, ErrorKind, FORBIDDEN, Goal, Problem, solve};

fn not_a_number() -> Result<Problem, Error> {
    let matrix = Matrix::new(2, 1, &[1.0, f64::NAN])?;
    Err(Solver::new().solve(&matrix, Goal::Minimise).expect_err("a matrix of numbers only"))
}

fn out_of_steps() -> Result<sized::Solution, Error> {
    let problem = sized::Problem::from_dense(2, 2, &[1, 2, 1, 2], sized::Sizes::PerRow(&[1, 1]), vec![1, 1])?;
    let options = sized::Options { steps: 0, ..sized::Options::default() };
    sized::solve(&problem, Goal::Minimise, &options)
}

fn one_error_of_each_kind() -> Vec<Error> {
    let problem = Problem::from_dense(2, 1, &[1, 2]).expect("it is complete");
    let built = [
        Problem::builder(2).push_row([(0, 1)]).push_row([(0, 4), (2, 5)]).build(),
        Problem::builder(2).push_row([(1, 4), (0, 4), (1, 5)]).build(),
        Problem::builder(2).push_row([(1, FORBIDDEN)]).build(),
        not_a_number(),
        Problem::from_dense(2, 2, &[1, 2, 3]),
        Problem::builder(usize::MAX).build(),
    ];
    let mut errors: Vec<Error> = built.into_iter().filter_map(Result::err).collect();
    errors.extend(solve(&problem, Goal::Minimise, &Cover::AllRows).err());
    errors.extend(out_of_steps().err());
    errors
}

#[test]
fn every_kind_of_error_occurs_and_reads_well() {
    let errors = one_error_of_each_kind();
    assert_eq!(errors.iter().map(Error::kind).collect::<Vec<_>>(), ErrorKind::ALL);
    let messages: Vec<String> = errors.iter().map(Error::to_string).collect();
    assert_eq!(
        messages,
        [
            "row `1` has an arc to column `2`; columns must be below `2`",
            "row `0` has two arcs to column `1`; keep the better one",
            "row `0` has the value `-9223372036854775808` for column `1`; values must be above `-9223372036854775808`",
            "row `1` has the value `NaN` for column `0`; values must be numbers, or the infinity that forbids",
            "the matrix has `3` entries; it must have `4`",
            "the problem has `18446744073709551615` columns; at most `4294967280` are allowed",
            "`2` rows, row `0` among them, share `1` columns that hold only `1`; add capacity or allow rows to be left out",
            "no assignment was found within `0` steps; allow more steps or allow rows to be left out",
        ]
    );
}

#[test]
fn codes_are_distinct() {
    let mut codes = ErrorKind::ALL.map(ErrorKind::code).to_vec();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), ErrorKind::ALL.len());
}

#[test]
fn lists_of_a_cover_must_have_one_entry_a_row() {
    let problem = Problem::from_dense(2, 1, &[1, 2]).expect("it is complete");
    let error = solve(&problem, Goal::Minimise, &Cover::most_rows(3)).expect_err("one rank too many");
    assert_eq!(error.to_string(), "the list of ranks has `3` entries; it must have `2`");
    let cover = Cover::Optional { unmatched: vec![0].into() };
    let error = solve(&problem, Goal::Minimise, &cover).expect_err("one value too few");
    assert_eq!(error.to_string(), "the list of unmatched values has `1` entries; it must have `2`");
    let error = problem.with_capacities(vec![]).expect_err("one capacity too few");
    assert_eq!(error.to_string(), "the list of capacities has `0` entries; it must have `1`");
}

#[test]
fn an_unmatched_value_out_of_range_names_its_row() {
    let problem = Problem::from_dense(2, 1, &[1, 2]).expect("it is complete");
    let cover = Cover::Optional { unmatched: vec![0, i64::MIN].into() };
    let error = solve(&problem, Goal::Minimise, &cover).expect_err("the value is out of range");
    assert_eq!(error.kind(), ErrorKind::ValueOutOfRange);
    assert!(error.to_string().starts_with("row `1` has the unmatched value"), "{error}");
}

#[test]
fn a_shape_that_overflows_is_an_error() {
    let error = Problem::from_dense(usize::MAX, 2, &[]).expect_err("nothing has so many rows");
    assert_eq!(error.kind(), ErrorKind::LengthMismatch);
}

#[test]
fn a_builder_can_be_used_again_after_an_error() {
    let mut builder = Problem::builder(1);
    assert!(builder.push_row([(3, 0)]).push_row([(0, 0)]).build().is_err());
    let problem = builder.push_row([(0, 7)]).build().expect("the error is gone");
    assert_eq!((problem.rows(), problem.value(0, 0)), (1, Some(7)));
}

#[test]
fn a_row_that_needs_a_closed_column_is_infeasible() {
    let problem = Problem::from_dense(1, 1, &[1]).and_then(|problem| problem.with_capacities(vec![0]));
    let error =
        solve(&problem.expect("valid"), Goal::Minimise, &Cover::AllRows).expect_err("the column is closed");
    let violator = error.hall_violator().expect("it is infeasible");
    assert_eq!((&violator.rows[..], &violator.columns[..], violator.capacity), (&[0][..], &[0][..], 0));
}

//! The assignment problems of OR-Library (J. E. Beasley 1990, "OR-Library: distributing test problems by electronic mail",
//! Journal of the Operational Research Society 41), against the published optima.
//!
//! The files carry no licence, so they are not here: `DESKMATCH_ORLIB` names a folder that has them, as `assign100.txt` or
//! `assign100.txt.gz` and so on. What was not run is said on standard error.

use std::io::{Read, Write};
use std::path::Path;

use deskmatch_matching::dense::{Matrix, Method, Options, Solver, verify as verify_matrix};
use deskmatch_matching::{Cover, Goal, Problem, solve, verify};

/// Names and published optima.
const INSTANCES: [(&str, i128); 8] = [
    ("assign100", 305),
    ("assign200", 475),
    ("assign300", 626),
    ("assign400", 804),
    ("assign500", 991),
    ("assign600", 1176),
    ("assign700", 1362),
    ("assign800", 1552),
];

/// Reads a file, packed or not; `None` where there is none.
fn read(folder: &Path, name: &str) -> Option<String> {
    if let Ok(text) = std::fs::read_to_string(folder.join(format!("{name}.txt"))) {
        return Some(text);
    }
    let packed = std::fs::File::open(folder.join(format!("{name}.txt.gz"))).ok()?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).expect("a packed text");
    Some(text)
}

/// The size, then the costs by rows.
fn parse(text: &str) -> Result<(usize, Vec<i32>), String> {
    let mut numbers = text.split_ascii_whitespace();
    let size = numbers.next().ok_or("the file is empty")?;
    let size: usize = size.parse().map_err(|_| format!("the size `{size}` is not a number"))?;
    let number = |word: &str| word.parse().map_err(|_| format!("`{word}` is not a whole number"));
    let costs: Vec<i32> = numbers.map(number).collect::<Result<_, _>>()?;
    if costs.len() != size * size {
        return Err(format!("{} costs, not {size} times {size}", costs.len()));
    }
    Ok((size, costs))
}

fn check(name: &str, text: &str, optimum: i128) {
    let (size, costs) = parse(text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    let matrix = Matrix::new(size, size, &costs).expect("it is complete");
    let mut solver = Solver::new();
    for method in [
        None,
        Some(Method::ShortestPaths),
        Some(Method::Shortlist),
        Some(Method::Auction),
        Some(Method::Sorting),
    ] {
        let options = Options { method, unmatched: None };
        let solution = solver.solve_with(&matrix, Goal::Minimise, options).expect("every pair is allowed");
        assert_eq!(solution.objective, optimum, "{name} by {method:?}");
        assert_eq!(verify_matrix(&matrix, Goal::Minimise, None, solution), Ok(()), "{name} by {method:?}");
    }
    let values: Vec<i64> = costs.iter().map(|&cost| cost.into()).collect();
    let problem = Problem::from_dense(size, size, &values).expect("it is complete");
    for cover in [Cover::AllRows, Cover::most_rows(size)] {
        let solution = solve(&problem, Goal::Minimise, &cover).expect("every pair is allowed");
        assert_eq!(solution.objective, optimum, "{name}, {cover:?}");
        assert_eq!(verify(&problem, Goal::Minimise, &cover, &solution), Ok(()), "{name}, {cover:?}");
    }
}

#[test]
fn the_published_optima_are_met() {
    // Written past the test runner, which keeps what a passing test prints to itself.
    let say = |line: String| writeln!(std::io::stderr(), "{line}").expect("standard error is open");
    let Some(folder) = std::env::var_os("DESKMATCH_ORLIB") else {
        let names = INSTANCES.map(|(name, _)| name).join(", ");
        return say(format!("not run: {names} (OR-Library); DESKMATCH_ORLIB names no folder that has them"));
    };
    let mut run = 0;
    for (name, optimum) in INSTANCES {
        match read(Path::new(&folder), name) {
            Some(text) => {
                check(name, &text, optimum);
                say(format!("{name}: {optimum} by every method"));
                run += 1;
            }
            None => say(format!("not run: {name} is not in the folder")),
        }
    }
    assert!(run > 0, "DESKMATCH_ORLIB is set, but none of the instances is there");
}

#[test]
fn a_broken_file_is_refused() {
    assert_eq!(parse(" 2\n 1 2\n 3 4\n"), Ok((2, vec![1, 2, 3, 4])));
    assert!(parse("").is_err() && parse("2 1 2 3").is_err() && parse("1 x").is_err());
}

//! After any changes, the answer is that of a fresh solve.

use super::super::{Matrix, Solver};
use super::*;
use crate::numbers::Numbers;

fn value(numbers: &mut Numbers) -> i32 {
    if numbers.below(6) == 0 { i32::MIN } else { numbers.below(30) as i32 }
}

/// What a fresh solve of the same rows and columns gives, or `None` where that is infeasible.
fn fresh(assignment: &Incremental<i32>) -> Option<i128> {
    let numbers = |side: &Side| (0..side.alive.len()).filter(|&n| side.alive[n]).collect::<Vec<_>>();
    let (rows, columns) = (numbers(&assignment.rows), numbers(&assignment.columns));
    let sign = sign_of(assignment.goal);
    let mut costs = Vec::new();
    for &row in &rows {
        for &column in &columns {
            let cost = assignment.rows.lines[row][column];
            costs.push(if cost.is_finite() { (cost * sign) as i32 } else { i32::MIN });
        }
    }
    let matrix = Matrix::new(rows.len(), columns.len(), &costs).expect("it is complete");
    assert!(rows.len() <= columns.len());
    Solver::new().solve(&matrix, assignment.goal).ok().map(|solution| solution.objective)
}

#[test]
fn after_any_changes_the_answer_equals_a_fresh_one() {
    let (mut done, mut refused) = (0, 0);
    for seed in 1..=60u64 {
        let mut numbers = Numbers::new(seed);
        let goal = if seed % 2 == 0 { Goal::Minimise } else { Goal::Maximise };
        let mut assignment = Incremental::new(1 + seed as usize % 9, goal);
        for step in 0..120 {
            let (rows, columns) = (assignment.rows.lines.len(), assignment.columns.lines.len());
            let (row, column) = (numbers.below(20) as usize, numbers.below(20) as usize);
            let before = assignment.objective();
            let result = match numbers.below(8) {
                0..3 => {
                    let values: Vec<i32> = (0..columns).map(|_| value(&mut numbers)).collect();
                    assignment.insert_row(&values).map(|_| ())
                }
                3 => assignment.remove_row(row),
                4 if columns < 15 => {
                    let values: Vec<i32> = (0..rows).map(|_| value(&mut numbers)).collect();
                    assignment.insert_column(&values).map(|_| ())
                }
                5 => assignment.remove_column(column),
                _ => assignment.set_value(row, column, value(&mut numbers)),
            };
            match result {
                Ok(()) => done += 1,
                Err(_) => {
                    refused += 1;
                    assert_eq!(assignment.objective(), before, "seed {seed}, step {step}");
                }
            }
            assignment.check();
            assert_eq!(Some(assignment.objective()), fresh(&assignment), "seed {seed}, step {step}");
        }
    }
    assert!(done > 1_000 && refused > 300, "{done} done, {refused} refused");
}

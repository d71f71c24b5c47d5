//! The algorithms judge one another on small random instances.

use super::*;
use crate::numbers::Numbers;

struct Parts {
    starts: Vec<usize>,
    heads: Vec<u32>,
    values: Vec<i64>,
    capacities: Vec<u32>,
    leave_out: Vec<i64>,
}

fn random(seed: u64) -> Parts {
    let mut numbers = Numbers::new(seed);
    let (rows, columns) = (1 + numbers.below(80), 1 + numbers.below(40));
    let range = [2, 5, 100, 100_000][numbers.below(4) as usize];
    let density = 1 + numbers.below(10);
    let (mut starts, mut heads, mut values) = (vec![0], vec![], vec![]);
    for _ in 0..rows {
        for column in 0..columns {
            if numbers.below(10) < density {
                heads.push(column as u32);
                values.push(numbers.below(range) as i64 - range as i64 / 2);
            }
        }
        starts.push(heads.len());
    }
    let degree = |column: u64| heads.iter().filter(|&&head| u64::from(head) == column).count() as u64;
    let most = 1 + 3 * rows / columns;
    let capacities = (0..columns).map(|column| numbers.below(most + 1).min(degree(column)) as u32).collect();
    let leave_out = (0..rows).map(|_| numbers.below(range) as i64 - range as i64 / 4).collect();
    Parts { starts, heads, values, capacities, leave_out }
}

impl Parts {
    fn instance(&self, negate: bool, leave_out: bool) -> Instance<'_, i64> {
        Instance {
            starts: &self.starts,
            heads: &self.heads,
            values: &self.values,
            negate,
            capacities: self.capacities.clone(),
            leave_out: leave_out.then(|| self.leave_out.clone()),
            weights: None,
        }
    }
}

/// What an answer costs, after its prices have proved it.
fn proved_cost(instance: &Instance<'_, i64>, outcome: &Outcome<i64>, seed: u64) -> i64 {
    let mut load = vec![0; instance.columns()];
    let mut total = 0;
    for row in 0..instance.rows() as u32 {
        let (place, price) = (outcome.columns[row as usize], outcome.row_prices[row as usize]);
        let mut own = None;
        for (column, cost) in instance.arcs(row) {
            let reduced = cost - outcome.column_prices[column as usize] - price;
            let is_own = place == Some(column);
            own = if is_own { Some(cost) } else { own };
            assert!(reduced >= 0 && (!is_own || reduced == 0), "seed {seed}, row {row}, column {column}");
        }
        let out = instance.leave_out(row);
        assert!(
            out.is_none_or(|out| price <= out && (place.is_some() || price == out)),
            "seed {seed}, row {row}"
        );
        place.into_iter().for_each(|column| load[column as usize] += 1);
        total += if place.is_some() { own } else { out }.expect("an arc, or leave to stay out");
    }
    for (column, (&load, &price)) in load.iter().zip(&outcome.column_prices).enumerate() {
        let capacity = instance.capacities[column];
        assert!(load <= capacity && price <= 0, "seed {seed}, column {column}");
        assert!(load == capacity || price == 0, "seed {seed}, column {column} has room and a price");
    }
    total
}

#[test]
fn the_auction_agrees_with_shortest_paths_wherever_there_is_an_answer() {
    let (mut sold, mut idle) = (0, 0);
    for seed in 1..4_000 {
        let parts = random(seed);
        for leave_out in [false, true] {
            let instance = parts.instance(seed % 2 == 0, leave_out);
            let expected = shortest_paths::run(&instance);
            let Some(outcome) = auction::run(&instance) else {
                assert!(expected.is_err(), "seed {seed}: the auction gave up");
                continue;
            };
            let room: u32 = instance.capacities.iter().sum();
            (sold, idle) = (sold + 1, idle + usize::from(room as usize > instance.rows()));
            let expected = expected.unwrap_or_else(|_| panic!("seed {seed}: the auction placed every row"));
            let cost = proved_cost(&instance, &outcome, seed);
            assert_eq!(cost, proved_cost(&instance, &expected, seed), "seed {seed}");
        }
    }
    assert!(sold > 6_000 && idle > 5_000, "only {sold} of the instances were sold, {idle} with idle bidders");
}

fn check_uncoverable(instance: &Instance<'_, i64>, found: &Uncoverable, seed: u64) {
    let places = found.columns.iter().map(|&column| instance.capacities[column as usize]);
    assert!(places.sum::<u32>() < found.rows.len() as u32, "seed {seed}");
    let mut all = found.rows.iter().flat_map(|&row| instance.arcs(row));
    assert!(all.all(|(column, _)| found.columns.contains(&column)), "seed {seed}");
}

#[test]
fn rows_that_cannot_all_be_placed_are_found_by_auction() {
    let (mut placed, mut infeasible) = (0, 0);
    for seed in 1..4_000 {
        let parts = random(seed);
        let instance = parts.instance(seed % 2 == 0, false);
        match (ranks::place_all(&instance), shortest_paths::run(&instance)) {
            (None, _) => {}
            (Some(Ok(found)), Ok(expected)) => {
                placed += 1;
                let cost = proved_cost(&instance, &found, seed);
                assert_eq!(cost, proved_cost(&instance, &expected, seed), "seed {seed}");
            }
            (Some(Err(found)), Err(_)) => {
                infeasible += 1;
                check_uncoverable(&instance, &found, seed);
            }
            _ => panic!("seed {seed}: one method places every row, the other does not"),
        }
    }
    assert!(placed > 2_500 && infeasible > 200, "{placed} were placed, {infeasible} could not be");
}

#[test]
fn the_network_simplex_agrees_with_shortest_paths() {
    let mut infeasible = 0;
    for seed in 1..4_000 {
        let parts = random(seed);
        for leave_out in [false, true] {
            let instance = parts.instance(seed % 2 == 0, leave_out);
            let answer = network_simplex::run(&instance);
            let answer = answer.unwrap_or_else(|| panic!("seed {seed}: too many pivots"));
            match (answer, shortest_paths::run(&instance)) {
                (Ok(found), Ok(expected)) => {
                    let cost = proved_cost(&instance, &found, seed);
                    assert_eq!(cost, proved_cost(&instance, &expected, seed), "seed {seed}");
                }
                (Err(found), Err(_)) => {
                    infeasible += 1;
                    check_uncoverable(&instance, &found, seed);
                }
                _ => panic!("seed {seed}: one method places every row, the other does not"),
            }
        }
    }
    assert!(infeasible > 200, "only {infeasible} of the instances could not be solved");
}

#[test]
fn rows_by_rank_agree_with_shortest_paths() {
    let (mut sold, mut left_out) = (0, 0);
    for seed in 1..4_000 {
        let parts = random(seed);
        let weights: Vec<u32> = parts.leave_out.iter().map(|cost| 1 + cost.rem_euclid(3) as u32).collect();
        let mut instance = parts.instance(seed % 2 == 0, true);
        instance.leave_out = Some(weights.iter().map(|&weight| 1_000_000_000 * i64::from(weight)).collect());
        instance.weights = Some(&weights);
        let expected = shortest_paths::run(&instance).unwrap_or_else(|_| panic!("rows may stay out"));
        let expected = proved_cost(&instance, &expected, seed);
        // Starting from 1, the rows left out are often the wrong ones at first.
        for outcome in [ranks::run(&instance, &weights), ranks::run_from(&instance, &weights, 1)] {
            let Some(outcome) = outcome else { continue };
            sold += 1;
            left_out += usize::from(outcome.columns.contains(&None));
            assert_eq!(proved_cost(&instance, &outcome, seed), expected, "seed {seed}");
        }
    }
    assert!(
        sold > 5_000 && left_out > 1_000,
        "only {sold} of the instances were sold, {left_out} with rows left out"
    );
}

use super::kernels::{At, CLOSED, Cheapest, Collect, CountAllowed, CountBelow, Limit, Relax};
use super::*;
use crate::Goal;
use crate::dense::{Matrix, Method, Options, Solution, Solver, verify};
use crate::simd::Level;

/// A sequence that depends on its start alone.
fn sequence(mut state: u64) -> impl FnMut(u64) -> u64 {
    move |limit| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    }
}

/// A line with ties, forbidden entries and what fills it up; and prices for it.
fn line(length: usize, values: u64) -> (Vec<i16>, Vec<i16>) {
    let mut below = sequence(length as u64 * values);
    let width = length.next_multiple_of(LANES);
    let mut line: Vec<i16> =
        (0..length).map(|_| if below(4) == 0 { FORBIDDEN } else { below(values) as i16 }).collect();
    line.resize(width, FORBIDDEN);
    let mut price: Vec<i16> = (0..length).map(|_| below(values) as i16).collect();
    price.resize(width, 0);
    (line, price)
}

#[test]
fn the_cheapest_object_and_the_next_are_those_of_a_plain_loop() {
    for length in [1, 31, 32, 33, 64, 250] {
        for values in [1, 3, 200, 4_000] {
            let (line, price) = line(length, values);
            let mut sums: Vec<i16> = line.iter().zip(&price).map(|(a, b)| a.saturating_add(*b)).collect();
            let best = *sums.iter().min().expect("it is not empty");
            for &level in Level::available() {
                let found = level.run(Cheapest { line: &line, price: &price });
                assert_eq!(found.best, best);
                assert_eq!(sums[found.object as usize], best);
                let own = std::mem::replace(&mut sums[found.object as usize], i16::MAX);
                assert_eq!(Some(&found.second), sums.iter().min());
                sums[found.object as usize] = own;
                assert_eq!(found, Level::SCALAR.run(Cheapest { line: &line, price: &price }));
            }
        }
    }
}

#[test]
fn a_step_of_a_search_shortens_open_distances_alone() {
    for length in [1, 33, 250] {
        let (line, mut price) = line(length, 300);
        // Distances are never negative, whatever a step takes off.
        price[..length].iter_mut().for_each(|price| *price += 100);
        let mut below = sequence(9);
        let before: Vec<i16> =
            line.iter().map(|_| if below(3) == 0 { CLOSED } else { below(500) as i16 }).collect();
        let taken: Vec<u16> = line.iter().map(|_| if below(2) == 0 { 0 } else { u16::MAX }).collect();
        let mut expected = before.clone();
        let mut changed = vec![7u16; line.len()];
        for (at, distance) in expected.iter_mut().enumerate() {
            let through = line[at].saturating_add(price[at]) - 40;
            if through < *distance {
                (*distance, changed[at]) = (through, 3);
            }
        }
        let open = expected.iter().filter(|&&distance| distance != CLOSED);
        let free =
            expected.iter().zip(&taken).filter(|&(&distance, &taken)| distance != CLOSED && taken == 0);
        let (open, free) = (open.min(), free.map(|(distance, _)| distance).min());
        for &level in Level::available() {
            let (mut distance, mut from) = (before.clone(), vec![7u16; line.len()]);
            let step = Relax {
                line: &line,
                price: &price,
                base: -40,
                bidder: 3,
                distance: &mut distance,
                before: &mut from,
                taken: &taken,
            };
            let found = level.run(step);
            assert_eq!((&distance, &from), (&expected, &changed), "{level:?}");
            assert!(open.is_none_or(|&open| open as u16 == found.0));
            assert!(free.is_none_or(|&free| free as u16 == found.1));
            let mut at = Vec::new();
            level.run(At { distance: &distance, wanted: 100, found: &mut at });
            assert!(at.iter().all(|&at| distance[at as usize] == 100));
            assert_eq!(at.len(), distance.iter().filter(|&&distance| distance == 100).count());
        }
    }
}

/// The answer of the narrow auction alone, or `None` where it does not suit.
fn narrow(side: usize, costs: &[f64], goal: Goal) -> Option<Vec<u32>> {
    let matrix = Matrix::new(side, side, costs).expect("it is complete");
    let grid = Grid::new(matrix, false, crate::dense::solver::sign_of(goal), Level::detect());
    let mut board = Board::default();
    board.clear(side, side);
    Narrow::default().solve(&grid, &mut board, false).then_some(board.object_of)
}

fn solved(side: usize, costs: &[f64], goal: Goal, method: Method) -> Solution<f64> {
    let matrix = Matrix::new(side, side, costs).expect("it is complete");
    let options = Options { method: Some(method), ..Options::default() };
    let mut solver = Solver::new();
    let solution = solver.solve_with(&matrix, goal, options).expect("an answer exists").clone();
    assert_eq!(verify(&matrix, goal, None, &solution), Ok(()));
    solution
}

#[test]
fn its_answers_are_best_whatever_the_spread_of_costs() {
    for (number, values) in [1, 2, 7, 100, 1_000, 4_000].into_iter().enumerate() {
        for side in [1, 2, 5, 31, 32, 33, 70] {
            for (goal, far) in [(Goal::Minimise, 0.0), (Goal::Maximise, -1e9)] {
                let mut below = sequence((number * 100 + side) as u64);
                let forbidden = if goal == Goal::Minimise { f64::INFINITY } else { f64::NEG_INFINITY };
                let mut costs: Vec<f64> = (0..side * side)
                    .map(|_| if below(3) == 0 { forbidden } else { far + below(values) as f64 })
                    .collect();
                for row in 0..side {
                    // So that there is an answer.
                    costs[row * side + (row * 7 + 3) % side] = far + below(values) as f64;
                }
                if side % 7 == 0 {
                    continue;
                }
                assert!(narrow(side, &costs, goal).is_some(), "{values} {side}");
                let found = solved(side, &costs, goal, Method::Auction);
                let expected = solved(side, &costs, goal, Method::ShortestPaths);
                assert_eq!(found.objective, expected.objective, "{values} {side} {goal:?}");
            }
        }
    }
}

/// Costs of which a part is forbidden, with an answer.
fn costs(side: usize, values: u64, allowed: u64, seed: u64) -> Vec<f64> {
    let mut below = sequence(seed);
    let mut costs: Vec<f64> = (0..side * side)
        .map(|_| if below(100) < allowed { below(values) as f64 } else { f64::INFINITY })
        .collect();
    for row in 0..side {
        costs[row * side + (row + side / 2) % side] = below(values) as f64;
    }
    costs
}

#[test]
fn fronts_of_any_length_come_to_the_best_answer_on_every_instruction_set() {
    let mut seed = 0;
    for (side, values) in [(1, 5), (31, 3), (32, 400), (70, 12), (130, 4_000), (200, 90)] {
        for allowed in [100, 30, 5] {
            seed += 1;
            let costs = costs(side, values, allowed, seed);
            let expected = solved(side, &costs, Goal::Minimise, Method::ShortestPaths).objective;
            let matrix = Matrix::new(side, side, &costs).expect("it is complete");
            for room in [1, 3, 16, 50, 500] {
                let answer = |level| {
                    let grid = Grid::new(matrix, false, 1.0, level);
                    let mut board = Board::default();
                    board.clear(side, side);
                    assert!(Narrow::default().solve_by_fronts(&grid, &mut board, room), "{side} {values}");
                    (board.object_of, board.price)
                };
                let found = answer(Level::SCALAR);
                let pairs = found.0.iter().enumerate();
                let total: f64 = pairs.map(|(row, &column)| costs[row * side + column as usize]).sum();
                assert_eq!(total, expected, "{side} {values} {allowed} {room}");
                for &level in Level::available() {
                    assert_eq!(answer(level), found, "{level:?} {side} {values} {allowed} {room}");
                }
            }
        }
    }
}

#[test]
fn a_front_holds_all_that_costs_less_than_its_limit() {
    for length in [40, 250, 2_000] {
        for values in [1, 3, 200, 4_000] {
            let (line, price) = line(length, values);
            let sums: Vec<i16> = line.iter().zip(&price).map(|(a, b)| a.saturating_add(*b)).collect();
            let expected = Level::SCALAR.run(Limit { line: &line, price: &price });
            for &level in Level::available() {
                let (best, limit) = level.run(Limit { line: &line, price: &price });
                assert_eq!((best, limit), expected);
                assert_eq!(Some(&best), sums.iter().min());
                let below = |limit| sums.iter().filter(|&&sum| sum < limit).count();
                let allowed = line.iter().filter(|&&cost| cost != FORBIDDEN).count();
                assert_eq!(usize::from(level.run(CountAllowed { line: &line })), allowed);
                for limit in [limit, (best + limit) / 2, BEYOND] {
                    let (line, price) = (&line[..], &price[..]);
                    let count = level.run(CountBelow { line, price, limit });
                    assert_eq!(count, below(limit));
                    let equals = if limit == BEYOND { 0 } else { below(limit + 1) - count };
                    let (wanted, first) = (count + 2, 77);
                    let mut found = vec![0; line.len() + LANES];
                    let length = level.run(Collect { line, price, limit, wanted, first, found: &mut found });
                    assert!((count + equals.min(2)..=count + equals).contains(&length));
                    for (number, &arc) in found[..length].iter().enumerate() {
                        let (object, cost) = (fronts::object_of(arc) as usize, fronts::cost_of(arc));
                        assert_eq!(line[object], cost);
                        assert_eq!(sums[object] < limit, number < count, "{level:?}");
                    }
                    found[..length].sort_unstable_by_key(|&arc| fronts::object_of(arc));
                    found[..length].windows(2).for_each(|two| assert!(two[0] != two[1]));
                }
            }
        }
    }
}

/// Scores of a desk: a row wants what few columns have, and all rows want the same.
fn scores(side: usize, forbidden: u64) -> Vec<f64> {
    let mut below = sequence(side as u64);
    let levels: Vec<u64> = (0..side * 4).map(|_| below(6)).collect();
    let needs: Vec<(usize, usize, u64)> =
        (0..side).map(|_| (below(4) as usize, below(4) as usize, 1 + below(3))).collect();
    let mut costs: Vec<f64> = needs
        .iter()
        .flat_map(|&(one, other, weight)| {
            let score = move |level: &[u64]| weight * (level[one] * 9 + level[other] * 4);
            levels.chunks_exact(4).map(move |level| (300 - score(level)) as f64)
        })
        .collect();
    for (entry, cost) in costs.iter_mut().enumerate() {
        if below(100) < forbidden && entry / side != entry % side {
            *cost = f64::INFINITY;
        }
    }
    costs
}

#[test]
fn large_matrices_that_rows_compete_in_are_solved_from_fronts() {
    let side = 1_050usize;
    assert!(side * side.next_multiple_of(LANES) * size_of::<i16>() > LARGEST_COPY);
    for forbidden in [0, 70, 95] {
        let costs = scores(side, forbidden);
        let matrix = Matrix::new(side, side, &costs).expect("it is complete");
        let mut solver = Solver::new();
        let found = solver.solve(&matrix, Goal::Minimise).expect("an answer exists").clone();
        assert_eq!(found.method, Method::Auction, "{forbidden}");
        assert_eq!(verify(&matrix, Goal::Minimise, None, &found), Ok(()));
        let expected = solved(side, &costs, Goal::Minimise, Method::Shortlist);
        assert_eq!(found.objective, expected.objective, "{forbidden}");
    }
    let mut below = sequence(1);
    let costs: Vec<f64> = (0..side * side).map(|_| below(100) as f64).collect();
    let matrix = Matrix::new(side, side, &costs).expect("it is complete");
    let method = Solver::new().solve(&matrix, Goal::Minimise).expect("nothing is forbidden").method;
    assert_eq!(method, Method::Shortlist);
}

#[test]
fn what_does_not_fit_is_left_to_others() {
    let far = f64::from(FARTHEST);
    assert_eq!(narrow(2, &[0.0, far, far, 0.0], Goal::Minimise), Some(vec![0, 1]));
    assert_eq!(narrow(2, &[0.0, -far, -far, 0.0], Goal::Minimise), Some(vec![1, 0]));
    for misfit in [far + 1.0, -far - 1.0, 0.5, f64::NAN, f64::NEG_INFINITY, 1e300] {
        assert_eq!(narrow(2, &[0.0, 1.0, 2.0, misfit], Goal::Minimise), None, "{misfit}");
    }
    // A first cost that is no whole number, with others as far from it as whole numbers are.
    assert_eq!(narrow(2, &[0.5, 1.5, 2.5, 3.5], Goal::Minimise), None);
    assert_eq!(narrow(2, &[f64::INFINITY; 4], Goal::Minimise), None);
    // Two bidders share the one object that either may have: the others say so.
    let shared = [1.0, f64::INFINITY, f64::INFINITY, 2.0, f64::INFINITY, f64::INFINITY, 3.0, 4.0, 5.0];
    assert_eq!(narrow(3, &shared, Goal::Minimise), None);
}

#[test]
fn a_price_beyond_the_limit_is_left_to_others() {
    // Each bidder has its own object at no cost and another's at the largest one, so that places move round in a chain.
    let side = 40;
    let mut costs = vec![f64::INFINITY; side * side];
    for bidder in 0..side {
        costs[bidder * side + bidder] = f64::from(FARTHEST);
        if bidder > 0 {
            costs[bidder * side + bidder - 1] = 0.0;
        }
    }
    costs[0] = -f64::from(FARTHEST);
    costs[side - 1] = f64::from(FARTHEST);
    let found = solved(side, &costs, Goal::Minimise, Method::Auction);
    let expected = solved(side, &costs, Goal::Minimise, Method::ShortestPaths);
    assert_eq!(found.objective, expected.objective);
}

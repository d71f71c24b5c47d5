use super::*;
use crate::Goal;
use crate::dense::sparse_paths;
use crate::dense::{Matrix, Method, Options, Solver};
use crate::numbers::Numbers;
use crate::simd::Level;

const FORBIDDEN: f64 = f64::INFINITY;

/// All that a problem takes, with those placed who can have their cheapest object.
struct Table {
    side: usize,
    costs: Vec<f64>,
    board: Board,
    lists: Shortlists<f64>,
}

/// How many problems of a family went which way.
#[derive(Debug, Default)]
struct Ways {
    done: usize,
    given_up: usize,
    stuck: usize,
    held_up: usize,
    deepened: usize,
    from_behind: usize,
    rose: usize,
}

impl Scratch {
    /// Whether the second front has moved in the last problem.
    pub(in crate::dense) fn has_moved(&self) -> bool {
        self.bidders.reached > 0
    }
}

impl Table {
    fn new(side: usize, mut cost: impl FnMut(usize, usize) -> f64) -> Self {
        let costs: Vec<f64> = (0..side * side).map(|entry| cost(entry / side, entry % side)).collect();
        let mut board = Board::default();
        board.clear(side, side);
        for object in 0..side {
            let least = (0..side).map(|bidder| costs[bidder * side + object]).fold(FORBIDDEN, f64::min);
            board.price[object] = if least == FORBIDDEN { 0.0 } else { least };
        }
        let mut lists = Shortlists::default();
        lists.clear(side);
        let grid = grid(side, &costs);
        for bidder in 0..side as u32 {
            lists.refresh(&grid, bidder, &board.price);
            match lists.first(bidder, &board.price, grid.level) {
                Some((arc, _, _)) if board.bidder_of[arc.column as usize] == NONE => {
                    board.give(arc.column, bidder, arc.cost());
                }
                _ => board.waiting.push(bidder),
            }
        }
        Self { side, costs, board, lists }
    }

    /// Places everybody, and checks what can be said of the end.
    fn solve(&mut self, scratch: &mut Scratch, ways: &mut Ways) {
        let Self { side, costs, board, lists } = self;
        let grid = grid(*side, costs);
        let end = finish(&grid, board, lists, scratch);
        ways.held_up += scratch.held_up;
        ways.deepened += scratch.deepened;
        ways.from_behind += usize::from(scratch.bidders.reached > 0);
        ways.rose += usize::from(scratch.rise > 0.0);
        match end {
            Ok(is_done) => {
                self.check_prices();
                self.check_bounds();
                let is_empty = self.board.waiting.is_empty();
                assert!(is_empty || !is_done);
                ways.done += usize::from(is_empty);
                ways.given_up += usize::from(!is_empty);
            }
            Err(stuck) => {
                self.check_stuck(&stuck);
                ways.stuck += 1;
            }
        }
    }

    /// Nobody would be better off with another object: the pairs that there are cost as little as they can.
    fn check_prices(&self) {
        let largest =
            self.costs.iter().filter(|cost| cost.is_finite()).fold(0.0, |all: f64, cost| all.max(cost.abs()));
        for bidder in (0..self.side as u32).filter(|&bidder| self.board.object_of[bidder as usize] != NONE) {
            let object = self.board.object_of[bidder as usize] as usize;
            assert_eq!(self.board.bidder_of[object], bidder);
            assert_eq!(self.board.cost_of[bidder as usize], self.costs[bidder as usize * self.side + object]);
            for object in 0..self.side {
                let reduced = self.costs[bidder as usize * self.side + object] - self.board.price[object];
                // Whole numbers leave no remainder, and are all that is tried beyond a hundred.
                let tolerance = if largest < 100.0 { 1e-12 } else { 0.0 };
                assert!(
                    self.board.pays(bidder) <= reduced + tolerance,
                    "{bidder} would rather have {object}"
                );
            }
        }
    }

    fn check_bounds(&self) {
        for bidder in 0..self.side as u32 {
            let list: Vec<u32> = self.lists.arcs(bidder).iter().map(|arc| arc.column).collect();
            for object in (0..self.side).filter(|&object| !list.contains(&(object as u32))) {
                let reduced = self.costs[bidder as usize * self.side + object] - self.board.price[object];
                assert!(
                    self.lists.bound(bidder) <= reduced + 1e-12,
                    "{bidder} has a wrong bound for {object}"
                );
            }
        }
    }

    /// The bidders want nothing but the objects, which are fewer.
    fn check_stuck(&self, stuck: &Stuck) {
        assert!(stuck.bidders.len() > stuck.objects.len());
        for &bidder in &stuck.bidders {
            let line = &self.costs[bidder as usize * self.side..][..self.side];
            for (object, &cost) in (0..).zip(line) {
                assert!(cost == FORBIDDEN || stuck.objects.contains(&object));
            }
        }
    }
}

fn grid(side: usize, costs: &[f64]) -> Grid<'_, f64> {
    let matrix = Matrix::new(side, side, costs).expect("it is complete");
    Grid::new(matrix, false, 1.0, Level::detect())
}

/// Solves a family of problems, with one memory for all.
fn solve_all(sides: &[usize], rounds: u64, mut cost: impl FnMut(&mut Numbers, usize, usize) -> f64) -> Ways {
    let (mut scratch, mut ways) = (Scratch::default(), Ways::default());
    for round in 0..rounds {
        for &side in sides {
            let mut numbers = Numbers::new(round * 1_000 + side as u64);
            let mut table = Table::new(side, |row, column| cost(&mut numbers, row, column));
            table.solve(&mut scratch, &mut ways);
        }
    }
    ways
}

#[test]
fn real_numbers_are_placed_at_the_least_cost() {
    let ways =
        solve_all(&[1, 2, 3, 8, 40, 90, 150, 200], 12, |numbers, _, _| numbers.below(1 << 40) as f64 / 1e12);
    assert_eq!(ways.done + ways.given_up, 96);
    assert!(ways.from_behind > 40 && ways.rose > 40, "{ways:?}");
}

#[test]
fn whole_numbers_are_placed_at_the_least_cost_with_exact_prices() {
    for range in [100, 1_000, 1_000_000] {
        let ways =
            solve_all(&[1, 2, 5, 40, 90, 150, 200], 6, |numbers, _, _| numbers.below(range) as f64 - 300.0);
        assert!(ways.done + ways.given_up == 42 && ways.rose > 0, "{range}: {ways:?}");
    }
}

#[test]
fn where_most_things_cost_the_same_it_is_left_to_others() {
    let ways = solve_all(&[40, 150], 6, |numbers, _, _| numbers.below(3) as f64);
    assert!(ways.given_up == 12 && ways.from_behind == 0, "{ways:?}");
}

#[test]
fn bidders_that_share_too_few_objects_are_named() {
    for allowed in [2, 4, 12] {
        let ways = solve_all(&[1, 2, 5, 20, 60, 150], 20, |numbers, _, _| {
            if numbers.below(20) < allowed { numbers.below(1_000_000) as f64 } else { FORBIDDEN }
        });
        assert!(ways.stuck > 0 && ways.done > 0, "{allowed}: {ways:?}");
    }
}

#[test]
fn neighbours_on_a_line_and_products_are_placed_at_the_least_cost() {
    let far = solve_all(&[30, 120], 8, |numbers, row, column| {
        (row.abs_diff(column) * 1_000) as f64 + numbers.below(900) as f64
    });
    let product = solve_all(&[30, 120], 8, |_, row, column| ((row + 1) * (column + 1)) as f64);
    assert_eq!((far.stuck, product.stuck), (0, 0));
    assert!(far.done > 0, "{far:?}");
}

#[test]
fn a_large_matrix_is_searched_from_both_ends_on_every_processor_alike() {
    let side = 700;
    let mut numbers = Numbers::new(3);
    let costs: Vec<f32> = (0..side * side).map(|_| numbers.below(1 << 24) as f32).collect();
    let matrix = Matrix::new(side, side, &costs).expect("it is complete");
    let solve = |level, method| {
        let mut solver = Solver::at(level);
        let options = Options { method: Some(method), ..Options::default() };
        let solution = solver.solve_with(&matrix, Goal::Maximise, options).cloned();
        (solution.expect("nothing is forbidden"), solver.has_searched_from_both_ends())
    };
    let (expected, from_both_ends) = solve(Level::SCALAR, Method::Shortlist);
    assert!(from_both_ends);
    for &level in Level::available() {
        assert_eq!(solve(level, Method::Shortlist).0, expected, "{level:?}");
    }
    assert_eq!(solve(Level::detect(), Method::ShortestPaths).0.objective, expected.objective);
}

#[test]
fn lists_are_as_good_as_before_for_whoever_goes_on() {
    let (mut scratch, mut ways) = (Scratch::default(), Ways::default());
    let mut others = sparse_paths::Scratch::default();
    for seed in 0..60 {
        let mut numbers = Numbers::new(seed);
        let points: Vec<[f64; 2]> =
            (0..400).map(|_| [numbers.below(10_000) as f64, numbers.below(10_000) as f64]).collect();
        let distance = |row: usize, column: usize| {
            let (row, column) = (points[row], points[200 + column]);
            (row[0] - column[0]).hypot(row[1] - column[1]).floor()
        };
        let mut table = Table::new(200, distance);
        table.solve(&mut scratch, &mut ways);
        let grid = grid(table.side, &table.costs);
        sparse_paths::finish(&grid, &mut table.board, &mut table.lists, &mut others, false)
            .expect("all are allowed");
        table.check_prices();
        assert!(table.board.object_of.iter().all(|&object| object != NONE));
    }
    assert!(ways.given_up > 10 && ways.done > 10 && ways.rose > 50, "{ways:?}");
    assert!(ways.held_up > 100 && ways.deepened > 100, "{ways:?}");
}

#[test]
fn lists_of_one_entry_are_read_again_before_they_mislead() {
    let (mut scratch, mut ways) = (Scratch::default(), Ways::default());
    for seed in 0..2_000 {
        let mut numbers = Numbers::new(seed);
        let side = 20 + numbers.below(80) as usize;
        let one_in = 1 + numbers.below(12);
        let mut table = Table::new(side, |_, _| numbers.below(1_000_000_000) as f64);
        let grid = grid(side, &table.costs);
        for bidder in (0..side as u32).filter(|_| numbers.below(one_in) == 0) {
            table.lists.refresh(&grid, bidder, &table.board.price);
            let cheapest = table.lists.first(bidder, &table.board.price, grid.level);
            let (arc, _, next) = cheapest.expect("all are allowed");
            let next = next.min(table.lists.bound(bidder));
            table.lists.set_single(bidder, arc, next);
        }
        table.solve(&mut scratch, &mut ways);
    }
    assert!(ways.from_behind > 500 && ways.rose > 500, "{ways:?}");
}

#[test]
fn lists_that_hold_whole_rows_hold_nobody_up() {
    let (mut scratch, mut ways) = (Scratch::default(), Ways::default());
    for seed in 0..20 {
        let mut numbers = Numbers::new(seed);
        let mut table =
            Table::new(
                100,
                |_, _| {
                    if numbers.below(10) > 0 { FORBIDDEN } else { numbers.below(1_000_000) as f64 }
                },
            );
        for bidder in 0..100 {
            while table.lists.bound(bidder) < f64::INFINITY {
                let grid = grid(table.side, &table.costs);
                table.lists.extend(&grid, bidder, &table.board.price);
            }
        }
        table.solve(&mut scratch, &mut ways);
    }
    assert!(ways.held_up < 10 && ways.rose > 10, "{ways:?}");
}

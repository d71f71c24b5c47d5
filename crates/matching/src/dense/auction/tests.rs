use super::*;
use crate::Goal;
use crate::dense::{Matrix, Method, Options, Solver};
use crate::numbers::Numbers;
use crate::simd::Level;

/// Large enough for epsilon to grow before it shrinks.
const SIDE: usize = 600;

/// All that a sale takes.
struct Sale {
    side: usize,
    costs: Vec<f64>,
    board: Board,
    lists: Shortlists<f64>,
}

impl Sale {
    /// With prices and lists as a solver has them when bids begin.
    fn new(side: usize, mut cost: impl FnMut(usize, usize) -> f64) -> Self {
        let costs: Vec<f64> = (0..side * side).map(|entry| cost(entry / side, entry % side)).collect();
        let (mut board, mut lists) = (Board::default(), Shortlists::default());
        board.clear(side, side);
        for object in 0..side {
            board.price[object] =
                (0..side).map(|bidder| costs[bidder * side + object]).fold(f64::INFINITY, f64::min);
        }
        lists.clear(side);
        let mut scratch = sparse_paths::Scratch::default();
        sparse_paths::begin(&grid(side, &costs), &mut board, &mut lists, &mut scratch, 0.0);
        Self { side, costs, board, lists }
    }

    fn bid(&mut self) -> usize {
        let magnitude = self.costs.iter().filter(|cost| cost.is_finite());
        let magnitude = magnitude.fold(0.0, |largest: f64, cost| largest.max(cost.abs()));
        let is_whole = self.costs.iter().all(|cost| cost.fract() == 0.0 || cost.is_infinite());
        bid(&grid(self.side, &self.costs), &mut self.board, &mut self.lists, magnitude, is_whole)
    }

    fn row(&self, bidder: usize) -> impl Iterator<Item = f64> {
        let row = &self.costs[bidder * self.side..(bidder + 1) * self.side];
        row.iter().zip(&self.board.price).map(|(cost, price)| cost - price)
    }

    /// What prices prove that any assignment costs at least.
    fn bound(&self) -> f64 {
        let least: f64 = (0..self.side).map(|bidder| self.row(bidder).fold(f64::INFINITY, f64::min)).sum();
        least + self.board.price.iter().sum::<f64>()
    }

    fn best(&self) -> f64 {
        let matrix = Matrix::new(self.side, self.side, &self.costs).expect("it is complete");
        let options = Options { method: Some(Method::ShortestPaths), unmatched: None };
        Solver::new().solve_with(&matrix, Goal::Minimise, options).expect("all are allowed").objective
    }
}

fn grid(side: usize, costs: &[f64]) -> Grid<'_, f64> {
    let matrix = Matrix::new(side, side, costs).expect("it is complete");
    Grid::new(matrix, false, 1.0, Level::detect())
}

fn numbers(seed: u64, count: usize) -> Vec<f64> {
    let mut numbers = Numbers::new(seed);
    (0..count).map(|_| numbers.below(1 << 30) as f64 / f64::from(1 << 30)).collect()
}

/// Distances, scores that all rows rank alike but for a little, and scores that hardly differ in rank at all.
fn contested(seed: u64) -> Vec<(&'static str, Sale)> {
    let (x, y, noise) =
        (numbers(seed, 2 * SIDE), numbers(seed + 1, 2 * SIDE), numbers(seed + 2, SIDE * SIDE));
    let distance =
        |row: usize, column: usize| (x[row] - x[SIDE + column]).hypot(y[row] - y[SIDE + column]) * 1e3;
    let score = |row: usize, column: usize| x[row] * x[SIDE + column] * 1e3;
    let other = |row: usize, column: usize| noise[row * SIDE + column];
    vec![
        ("distances", Sale::new(SIDE, distance)),
        ("scores", Sale::new(SIDE, |row, column| score(row, column) + other(row, column))),
        ("ranks", Sale::new(SIDE, |row, column| score(row, column) + other(row, column) / 1e6)),
        ("whole scores", Sale::new(SIDE, |row, column| (score(row, column) + other(row, column)).round())),
    ]
}

#[test]
fn bids_bring_prices_near_those_of_an_answer() {
    for (kind, mut sale) in contested(1).into_iter().chain(contested(2)) {
        let best = sale.best();
        let before = (best - sale.bound()) / best;
        let bids = sale.bid();
        let after = (best - sale.bound()) / best;
        assert!(before > 0.1 && after < 0.05, "{kind}: {before}, then {after}");
        // As many again are not far from as many as there may be.
        assert!(bids < 100 * SIDE, "{kind}: {bids} bids of {SIDE}");
    }
}

#[test]
fn whoever_has_an_object_after_bids_has_its_cheapest() {
    for (kind, mut sale) in contested(3) {
        sale.bid();
        for bidder in 0..SIDE {
            let least = sale.row(bidder).fold(f64::INFINITY, f64::min);
            let object = sale.board.object_of[bidder];
            if object == NONE {
                assert!(sale.board.waiting.contains(&(bidder as u32)));
            } else {
                assert_eq!(sale.board.bidder_of[object as usize], bidder as u32);
                assert_eq!(
                    sale.board.pays(bidder as u32),
                    least,
                    "{kind}: {bidder} would rather have another"
                );
            }
        }
    }
}

#[test]
fn bids_end_where_nothing_can_be_gained_by_them() {
    let side = 40;
    // Equal costs, nothing, the least number that there is, and nearly the largest.
    for cost in [1.5, 0.0, 5e-324, 2f64.powi(996)] {
        let mut sale = Sale::new(side, |_, _| cost);
        sale.bid();
        assert_eq!(sale.bound(), cost * side as f64);
    }
    // Rows that share too few columns.
    let is_forbidden = |row: usize, column: usize| row < 10 && column >= 3;
    for is_whole in [false, true] {
        let cost = |row: usize, column: usize| (row * column % 7) as f64 + if is_whole { 0.0 } else { 0.25 };
        let mut sale =
            Sale::new(
                side,
                |row, column| if is_forbidden(row, column) { f64::INFINITY } else { cost(row, column) },
            );
        let most = side * BIDS_PER_BIDDER;
        assert_eq!(sale.bid(), most, "seven rows bid for as long as they may");
    }
    let mut sale =
        Sale::new(side, |row, column| if row == 5 { f64::INFINITY } else { (row + column) as f64 });
    sale.bid();
    assert!(sale.board.waiting.contains(&5), "it may have nothing");
}

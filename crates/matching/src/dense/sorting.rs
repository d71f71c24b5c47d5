//! Matrices like a product of a row's and a column's factor.
//!
//! Where rows and columns can be ordered so that `c[i][j] + c[k][l] <= c[i][l] + c[k][j]` for all `i < k` and `j < l` (G. Monge
//! 1781; A. J. Hoffman 1963, "On simple linear programming problems"), matching them in that order is best. The costs
//! `a[i] * b[j]`, with which R. E. Machol and M. Wien 1976, "A hard assignment problem", Operations Research 24, showed
//! that successive shortest paths can be slow, are of this kind.
//!
//! The order is guessed from two rows and two columns, prices follow from neighbours in that order, and one pass over the
//! matrix proves them; rows for which the guess is wrong wait for another method, which starts from these prices. So
//! a matrix that is nearly of this kind is no bad case either. Costs O(n²), and a probe of O(1) for all others.

use super::NONE;
use super::cost::sealed::Element;
use super::grid::{Board, Grid};
use super::kernels::LeastReduced;

/// How many pairs of rows and columns the probe looks at.
const PROBES: usize = 40;

/// Memory that only this method needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    rows: Vec<(f64, u32)>,
    columns: Vec<(f64, u32)>,
}

/// How much more the cost grows from one column to the other in one row than in another.
fn twist<T: Element>(grid: &Grid<'_, T>, rows: (usize, usize), columns: (usize, usize)) -> f64 {
    (grid.cost(rows.1, columns.1) - grid.cost(rows.1, columns.0))
        - (grid.cost(rows.0, columns.1) - grid.cost(rows.0, columns.0))
}

/// A place of many, in no simple order: the finisher of SplitMix (G. L. Steele, D. Lea and C. H. Flood 2014, "Fast splittable
/// pseudorandom number generators", figure 17). A mere multiple taken modulo the side comes round to the same few
/// pairs for some sides, and then one random matrix in a few dozen looks like a product.
#[inline]
fn place(number: u64, side: usize) -> usize {
    let mut mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    // Multiplied rather than divided, which takes longer.
    ((u128::from(mixed) * side as u128) >> 64) as usize
}

/// Says whether a square matrix without forbidden pairs looks like a product, by a sample.
pub(super) fn probe<T: Element>(grid: &Grid<'_, T>) -> bool {
    let last = grid.bidders - 1;
    let mut twisted = 0;
    for probe in 0..PROBES {
        let place = |salt: u64| place(probe as u64 * 4 + salt, grid.bidders);
        let (rows, columns) = ((place(1), place(2)), (place(3), place(4)));
        let across = twist(grid, rows, (0, last));
        let down = twist(grid, (0, last), columns);
        let corner = twist(grid, (0, last), (0, last));
        let expected = across.signum() * down.signum() * corner.signum();
        let found = twist(grid, rows, columns);
        if found == 0.0 || across == 0.0 || down == 0.0 || corner == 0.0 {
            continue;
        }
        if found.signum() != expected {
            return false;
        }
        twisted += 1;
    }
    twisted > PROBES / 2
}

/// Matches in the guessed order and sets prices. Rows for which that is not best are left without an object.
pub(super) fn run<T: Element>(grid: &Grid<'_, T>, board: &mut Board, scratch: &mut Scratch) {
    let last = grid.bidders - 1;
    let Scratch { rows, columns } = scratch;
    rows.clear();
    columns.clear();
    rows.extend((0..=last).map(|row| (twist(grid, (0, row), (0, last)), row as u32)));
    in_order(rows);
    let ends = (rows[0].1 as usize, rows[last].1 as usize);
    // The other way round, in the same order.
    columns.extend((0..=last).map(|column| (-twist(grid, ends, (0, column)), column as u32)));
    in_order(columns);
    let mut price = 0.0;
    for place in 0..=last {
        let (row, column) = (rows[place].1, columns[place].1);
        let cost = grid.cost(row as usize, column as usize);
        board.give(column, row, cost);
        board.price[column as usize] = price;
        if let Some(&(_, next)) = columns.get(place + 1) {
            price += grid.cost(row as usize, next as usize) - cost;
        }
    }
    let paid: f64 = board.cost_of.iter().map(|cost| cost.abs()).sum();
    let mut buffer = Vec::new();
    for bidder in 0..grid.bidders {
        let line = grid.line(bidder, &mut buffer);
        let least = grid.level.run(LeastReduced { line, sign: grid.sign, price: &board.price });
        if least < board.pays(bidder as u32) {
            let object = std::mem::replace(&mut board.object_of[bidder], NONE);
            board.bidder_of[object as usize] = NONE;
        }
    }
    // Tiny costs among huge ones: where rounding of prices decides, they are of no use to any method.
    let total = if board.object_of.contains(&NONE) { least_possible(grid) } else { paid };
    let price = board.price.iter().fold(0.0, |most: f64, price| most.max(price.abs()));
    if price * f64::EPSILON * grid.bidders as f64 > total * 1e-10 {
        board.clear(grid.bidders, grid.objects);
    }
}

#[inline]
fn in_order(lines: &mut [(f64, u32)]) {
    lines.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
}

/// The sum of the smallest magnitude in each row.
fn least_possible<T: Element>(grid: &Grid<'_, T>) -> f64 {
    let row = |bidder| (0..grid.objects).map(move |object| grid.cost(bidder, object).abs());
    (0..grid.bidders).map(|bidder| row(bidder).fold(f64::INFINITY, f64::min)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dense::Matrix;
    use crate::simd::Level;

    fn looks_sorted(side: usize, costs: &[f64]) -> bool {
        let matrix = Matrix::new(side, side, costs).expect("it is complete");
        probe(&Grid::new(matrix, false, 1.0, Level::SCALAR))
    }

    #[test]
    fn products_look_sorted_and_random_matrices_do_not() {
        for side in 32..=200usize {
            let product: Vec<f64> = (0..side * side).map(|at| ((at / side) * (at % side)) as f64).collect();
            assert!(looks_sorted(side, &product), "{side}");
            for seed in 0..8 {
                let mut numbers = crate::numbers::Numbers::new(seed * 1_000 + side as u64);
                let costs: Vec<f64> = (0..side * side).map(|_| numbers.below(1 << 40) as f64).collect();
                assert!(!looks_sorted(side, &costs), "{side} {seed}");
            }
        }
    }
}

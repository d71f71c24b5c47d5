//! From a matrix to an algorithm and back.

use super::NONE;
use super::auction;
use super::cost::Cost;
use super::grid::{Board, Grid, Stuck};
use super::kernels::{Arc, ColumnLeast, Content, First, Inspect, Least, Magnitude, Whole};
use super::matrix::Matrix;
use super::narrow::Narrow;
use super::shortest_paths;
use super::shortlist::Shortlists;
use super::solution::{Method, Solution};
use super::sorting;
use super::sparse_paths;
use crate::error::{Error, Fault, HallViolator, List, Unusable};
use crate::goal::Goal;
use crate::simd::Level;

/// Says what a solve may do beside matching the shorter side completely.
///
/// # Examples
///
/// Leaving a row out costs 3, so the second row does not take its column at 9:
///
/// ```
/// use deskmatch_matching::Goal;
/// use deskmatch_matching::dense::{Matrix, Options, Solver};
///
/// let mut solver = Solver::new();
/// let options = Options { unmatched: Some(&[3, 3]), ..Options::default() };
/// let solution = solver.solve_with(&Matrix::new(2, 2, &[1i32, 9, 9, 9])?, Goal::Minimise, options)?;
/// assert_eq!(solution.columns, [Some(0), None]);
/// assert_eq!(solution.objective, 4);
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a, T> {
    /// What each row adds when it is left out, one value a row; a forbidden value says that the row must be matched.
    /// `None`, the default: the shorter side is matched completely.
    pub unmatched: Option<&'a [T]>,
    /// The algorithm to use. `None`, the default: the one that suits the matrix. A method that cannot serve a
    /// matrix gives way to one that can; the solution says which it was.
    pub method: Option<Method>,
}

/// Solves dense problems and keeps its memory for the next.
///
/// After a problem has been solved, one that is no larger is solved without allocating, unless its solution needs more
/// room for entries than any before. The same problem always gives the same answer, on every processor.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::Goal;
/// use deskmatch_matching::dense::{Matrix, Solver};
///
/// let mut solver = Solver::new();
/// for cost in [1i32, 2] {
///     let solution = solver.solve(&Matrix::new(1, 1, &[cost])?, Goal::Minimise)?;
///     assert_eq!(solution.objective, i128::from(cost));
/// }
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Solver<T: Cost> {
    level: Level,
    board: Board,
    dense: shortest_paths::Scratch,
    sparse: sparse_paths::Scratch,
    lists: Shortlists<T>,
    sorting: sorting::Scratch,
    narrow: Narrow,
    solution: Solution<T>,
}

impl<T: Cost> Default for Solver<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Cost> Solver<T> {
    /// Makes a solver without memory.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::dense::Solver;
    ///
    /// let solver = Solver::<f32>::new();
    /// # drop(solver);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::at(Level::detect())
    }

    #[cfg(test)]
    pub(super) fn has_searched_from_both_ends(&self) -> bool {
        self.sparse.has_searched_from_both_ends()
    }

    /// The instruction set that it runs with.
    pub(super) fn level(&self) -> Level {
        self.level
    }

    /// A solver with the instruction set of choice, for tests that compare them.
    pub(crate) fn at(level: Level) -> Self {
        Self {
            level,
            board: Board::default(),
            dense: shortest_paths::Scratch::default(),
            sparse: sparse_paths::Scratch::default(),
            lists: Shortlists::default(),
            sorting: sorting::Scratch::default(),
            narrow: Narrow::default(),
            solution: Solution::default(),
        }
    }

    /// Finds a best assignment that matches the shorter side of the matrix completely.
    ///
    /// # Errors
    ///
    /// * [`NotANumber`](crate::ErrorKind::NotANumber) for a cost that is not a number, or the infinity that does
    ///   not forbid: minus infinity when minimising, infinity when maximising;
    /// * [`ValueOutOfRange`](crate::ErrorKind::ValueOutOfRange) for costs so large that sums would not be exact: see
    ///   [`Cost`];
    /// * [`Infeasible`](crate::ErrorKind::Infeasible) where forbidden pairs leave no such assignment. The error names
    ///   rows that share too few columns: more of them must stay out than the shape of the matrix asks for.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::dense::{Matrix, Solver};
    /// use deskmatch_matching::{ErrorKind, Goal};
    ///
    /// let mut solver = Solver::new();
    /// let error = solver.solve(&Matrix::new(1, 2, &[f64::NAN, 1.0])?, Goal::Minimise).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::NotANumber);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn solve(&mut self, matrix: &Matrix<'_, T>, goal: Goal) -> Result<&Solution<T>, Error> {
        self.solve_with(matrix, goal, Options::default())
    }

    /// Finds a best assignment, with options.
    ///
    /// # Errors
    ///
    /// As [`solve`](Self::solve), and [`LengthMismatch`](crate::ErrorKind::LengthMismatch) where the list of
    /// unmatched values does not have one entry a row.
    ///
    /// # Examples
    ///
    /// See [`Options`].
    pub fn solve_with(
        &mut self,
        matrix: &Matrix<'_, T>,
        goal: Goal,
        options: Options<'_, T>,
    ) -> Result<&Solution<T>, Error> {
        self.solve_within(matrix, goal, options, check_range::<T>)
    }

    /// As [`solve_with`](Self::solve_with), with another check of the largest absolute value and the shorter side.
    pub(super) fn solve_within(
        &mut self,
        matrix: &Matrix<'_, T>,
        goal: Goal,
        options: Options<'_, T>,
        check_range: fn(f64, usize) -> Result<(), Error>,
    ) -> Result<&Solution<T>, Error> {
        let sign = sign_of(goal);
        // Where both sides are as long, the one whose costs lie in one piece bids.
        let turned = options.unmatched.is_none()
            && (matrix.rows > matrix.columns || (matrix.rows == matrix.columns && !matrix.by_rows));
        let grid = Grid::new(*matrix, turned, sign, self.level);
        self.board.clear(grid.bidders, grid.objects);
        if let Some(values) = options.unmatched {
            self.take_unmatched(values, matrix.rows, sign)?;
        }
        if self.is_narrow(&grid, options.method) && self.narrow.solve(&grid, &mut self.board, false) {
            self.solution.method = Method::Auction;
            self.report(matrix, turned, None);
            debug_assert_eq!(super::verify(matrix, goal, None, &self.solution), Ok(()));
            return Ok(&self.solution);
        }
        let content = self.inspect(matrix, &grid, options.method)?;
        let largest = self.board.leave_out.iter().filter(|cost| cost.is_finite());
        let magnitude = largest.fold(content.magnitude, |largest, cost| largest.max(cost.abs()));
        check_range(magnitude, grid.bidders.min(grid.objects))?;
        let solved = self.run(grid, options.method, &content);
        match solved {
            Ok(method) => self.solution.method = method,
            Err(stuck) => return Err(Fault::Infeasible(violator(matrix, turned, stuck)).into()),
        }
        self.report(matrix, turned, options.unmatched);
        debug_assert_eq!(super::verify(matrix, goal, options.unmatched, &self.solution), Ok(()));
        Ok(&self.solution)
    }

    /// Solves many problems of one shape that lie one behind the other, and hands each solution to `receive` with its
    /// number. Nothing is allocated after the first.
    ///
    /// # Errors
    ///
    /// As [`solve`](Self::solve), for the first problem that has one: those before it have been received. Also
    /// [`LengthMismatch`](crate::ErrorKind::LengthMismatch) where `costs` does not hold whole problems.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::Goal;
    /// use deskmatch_matching::dense::Solver;
    ///
    /// let mut totals = Vec::new();
    /// let costs = [3i32, 4, 5, 6];
    /// Solver::new().solve_batch(1, 2, &costs, Goal::Minimise, |_, solution| totals.push(solution.objective))?;
    /// assert_eq!(totals, [3, 5]);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn solve_batch(
        &mut self,
        rows: usize,
        columns: usize,
        costs: &[T],
        goal: Goal,
        mut receive: impl FnMut(usize, &Solution<T>),
    ) -> Result<(), Error> {
        let size = rows.saturating_mul(columns);
        if size == 0 || !costs.len().is_multiple_of(size) {
            let found = costs.len();
            return match size {
                0 if found == 0 => Ok(()),
                _ => Err(Fault::LengthMismatch {
                    list: List::Dense,
                    expected: size * (found / size.max(1) + 1),
                    found,
                }
                .into()),
            };
        }
        for (number, problem) in costs.chunks_exact(size).enumerate() {
            receive(number, self.solve(&Matrix::new(rows, columns, problem)?, goal)?);
        }
        Ok(())
    }

    fn take_unmatched(&mut self, values: &[T], rows: usize, sign: f64) -> Result<(), Error> {
        if values.len() != rows {
            let (expected, found) = (rows, values.len());
            return Err(Fault::LengthMismatch { list: List::Unmatched, expected, found }.into());
        }
        self.board.leave_out.extend(values.iter().map(|value| value.load(sign)));
        match self.board.leave_out.iter().position(|&cost| is_unusable(cost)) {
            Some(row) => {
                Err(Fault::NotANumber { row, column: None, found: name(values[row].widen()) }.into())
            }
            None => Ok(()),
        }
    }

    /// Reads the whole matrix once, and does what can be done with a line while it is in cache: a large square matrix is
    /// reduced by columns, so that each column's price becomes the least cost in it; in a large wide one, whose prices
    /// start at zero and where few bidders meet, each gets a list of its cheapest entry alone.
    fn inspect(
        &mut self,
        matrix: &Matrix<'_, T>,
        grid: &Grid<'_, T>,
        wanted: Option<Method>,
    ) -> Result<Content, Error> {
        let (level, sign) = (grid.level, grid.sign);
        let large = wanted.map_or(!is_small(grid), |method| method != Method::ShortestPaths);
        if !large {
            // Only a broken matrix is looked at more closely.
            let magnitude = self.dense.fill(grid);
            if magnitude.is_finite() {
                return Ok(Content { magnitude, ..Content::NOTHING });
            }
        }
        let reduce = large && grid.bidders == grid.objects && self.board.leave_out.is_empty();
        let single = large && !reduce;
        if reduce {
            self.board.price.fill(f64::INFINITY);
        }
        self.lists.clear(grid.bidders);
        let mut all = Content::NOTHING;
        let lines = grid.shape().0;
        for number in 0..lines {
            let line = grid.raw_line(number);
            let magnitude = self.read_line(grid, number, reduce, single);
            let content = content_of(line, sign, level, magnitude);
            if !content.valid {
                return Err(unusable(matrix, grid, number));
            }
            all.add(&content);
            if large && grid.in_lines {
                self.lists.pack(grid, number, &self.board.price, all.forbidden);
            }
            #[cfg(feature = "rayon")]
            if reduce
                && grid.in_lines
                && !self.lists.is_packing()
                && super::blocks::are_worth_it(lines - number, grid.objects)
            {
                // Nothing but the least costs is to be found in the others, which needs no order.
                let others = super::blocks::inspect(grid, number + 1..lines, &mut self.board.price);
                all.add(&others.map_err(|line| unusable(matrix, grid, line))?);
                break;
            }
        }
        if single && !grid.in_lines {
            self.lists.set_noted();
        }
        if reduce {
            for price in &mut self.board.price {
                // An object that nobody may have: the search will say so.
                // Of zeros that differ in sign, the one that was read last stayed; added to zero, both are the same.
                *price = if *price == f64::INFINITY { 0.0 } else { *price + 0.0 };
            }
        }
        Ok(all)
    }

    /// Reads one line, does with it what the reduction or the single entries need, and returns the largest magnitude in it.
    fn read_line(&mut self, grid: &Grid<'_, T>, number: usize, reduce: bool, single: bool) -> f64 {
        let (level, sign, line) = (grid.level, grid.sign, grid.raw_line(number));
        if reduce && grid.in_lines {
            return level.run(ColumnLeast { line, sign, least: &mut self.board.price });
        }
        if single && grid.in_lines {
            let (column, next, magnitude) = level.run(First { line, sign });
            if column != NONE {
                let cost = line[column as usize].load(sign);
                self.lists.set_single(number as u32, Arc::new(cost, column), next);
            }
            return magnitude;
        }
        if single {
            self.lists.note_object(grid, number);
        } else if reduce {
            self.board.price[number] = level.run(Least { line, sign });
        }
        level.run(Magnitude { line, sign })
    }

    /// Whether the auction in narrow numbers is to be tried.
    fn is_narrow(&self, grid: &Grid<'_, T>, wanted: Option<Method>) -> bool {
        let is_square = grid.bidders == grid.objects && self.board.leave_out.is_empty();
        let suits = || !is_small(grid) && !sorting::probe(grid);
        is_square && grid.in_lines && wanted.map_or_else(suits, |method| method == Method::Auction)
    }

    fn run(&mut self, grid: Grid<'_, T>, wanted: Option<Method>, content: &Content) -> Result<Method, Stuck> {
        let square = grid.bidders == grid.objects && self.board.leave_out.is_empty();
        let (board, lists) = (&mut self.board, &mut self.lists);
        let sortable = square && content.forbidden == 0 && grid.bidders > 0;
        // No cost is below the price of its column, which is the least cost in it, until somebody sets other prices.
        let mut least = if square { 0.0 } else { f64::NEG_INFINITY };
        let looks_sorted = || grid.bidders >= WORTH_SORTING && sorting::probe(&grid);
        if sortable && wanted.map_or_else(looks_sorted, |method| method == Method::Sorting) {
            sorting::run(&grid, board, &mut self.sorting);
            if board.object_of.iter().all(|&object| object != NONE) {
                return Ok(Method::Sorting);
            }
            if !is_small(&grid) && self.narrow.solve(&grid, board, true) {
                return Ok(Method::Auction);
            }
            least = f64::NEG_INFINITY;
        }
        if wanted.map_or_else(|| is_small(&grid), |method| method == Method::ShortestPaths) {
            if board.object_of.iter().any(|&object| object != NONE) {
                board.clear(grid.bidders, grid.objects);
            }
            shortest_paths::run(board, &mut self.dense, grid.level)?;
            return Ok(Method::ShortestPaths);
        }
        sparse_paths::begin(&grid, board, lists, &mut self.sparse, least);
        let stalled = board.waiting.len() * STALLED > grid.bidders;
        let may_bid = square && wanted != Some(Method::Shortlist);
        let bids_at_once = square && wanted.map_or(stalled, |method| method == Method::Auction);
        if !bids_at_once && sparse_paths::finish(&grid, board, lists, &mut self.sparse, may_bid)? {
            return Ok(Method::Shortlist);
        }
        let is_whole = is_whole(&grid);
        let has_bid = is_whole && self.narrow.solve(&grid, board, true)
            || auction::run(&grid, board, lists, &mut self.sparse, content.magnitude, is_whole)?;
        Ok(if has_bid { Method::Auction } else { Method::Shortlist })
    }

    /// Writes the board into the solution.
    fn report(&mut self, matrix: &Matrix<'_, T>, turned: bool, unmatched: Option<&[T]>) {
        let (board, solution) = (&self.board, &mut self.solution);
        let square = matrix.rows == matrix.columns && board.leave_out.is_empty();
        // Where every object is taken, the prices of one side may rise together; the least of a column becomes 0.
        let least = if turned {
            (0..board.object_of.len() as u32).map(|bidder| -board.pays(bidder)).fold(f64::INFINITY, f64::min)
        } else {
            -board.price.iter().map(|price| -price).fold(f64::INFINITY, f64::min)
        };
        let shift = if square && least.is_finite() { least } else { 0.0 };
        let bidder_price =
            (0..board.object_of.len() as u32).map(|bidder| T::price(-(board.pays(bidder) + shift)));
        let object_price = board.price.iter().map(|price| T::price(shift - price));
        let (bidders, objects, of) = if turned {
            (&mut solution.column_prices, &mut solution.row_prices, &board.bidder_of)
        } else {
            (&mut solution.row_prices, &mut solution.column_prices, &board.object_of)
        };
        bidders.clear();
        bidders.extend(bidder_price);
        objects.clear();
        objects.extend(object_price);
        solution.columns.clear();
        solution.columns.extend(of.iter().map(|&at| (at != NONE).then_some(at)));
        let value = |(row, column): (usize, &Option<u32>)| match column {
            Some(column) => matrix.get(row, *column as usize),
            None => unmatched.and_then(|values| values.get(row).copied()),
        };
        solution.objective = T::total(solution.columns.iter().enumerate().filter_map(value));
    }
}

/// Up to this many bidders, and this many entries, all entries are copied and looked at.
const SMALL: usize = 200;
const SMALL_ENTRIES: usize = 1 << 18;

/// Fewer bidders are solved sooner than sorted.
const WORTH_SORTING: usize = 32;

fn is_small<T>(grid: &Grid<'_, T>) -> bool {
    grid.bidders <= SMALL && grid.bidders.saturating_mul(grid.objects) <= SMALL_ENTRIES
}

/// Where one in so many bidders still waits when no bid can place another one, ties are many, and an auction is faster than
/// a search for each.
const STALLED: usize = 5;

pub(super) fn sign_of(goal: Goal) -> f64 {
    match goal {
        Goal::Minimise => 1.0,
        Goal::Maximise => -1.0,
    }
}

/// Whether a cost is not a number, or the infinity that does not forbid.
pub(crate) fn is_unusable(cost: f64) -> bool {
    cost.is_nan() || cost == f64::NEG_INFINITY
}

/// Names a value that cannot be used.
pub(crate) fn unusable_value<T: Cost>(row: usize, column: usize, value: T) -> Error {
    Fault::NotANumber { row, column: Some(column), found: name(value.widen()) }.into()
}

fn name(value: f64) -> Unusable {
    if value.is_nan() {
        Unusable::NotANumber
    } else if value > 0.0 {
        Unusable::Infinity
    } else {
        Unusable::MinusInfinity
    }
}

/// What a line holds whose largest magnitude is known. Most lines hold nothing special, and need no closer look.
pub(super) fn content_of<T: Cost>(line: &[T], sign: f64, level: Level, magnitude: f64) -> Content {
    if magnitude.is_finite() {
        return Content { valid: true, magnitude, forbidden: 0 };
    }
    level.run(Inspect { line, sign })
}

/// Whether all costs are whole numbers.
fn is_whole<T: Cost>(grid: &Grid<'_, T>) -> bool {
    T::INTEGER || (0..grid.shape().0).all(|line| grid.level.run(Whole { line: grid.raw_line(line) }))
}

fn unusable<T: Cost>(matrix: &Matrix<'_, T>, grid: &Grid<'_, T>, line: usize) -> Error {
    let broken = |value: &T| is_unusable(value.load(grid.sign));
    let place = grid.raw_line(line).iter().position(broken).unwrap_or(0);
    let (row, column) = if matrix.by_rows { (line, place) } else { (place, line) };
    let found = name(matrix.get(row, column).map_or(f64::NAN, T::widen));
    Fault::NotANumber { row, column: Some(column), found }.into()
}

/// Makes sure that no sum along a path, nor a price, leaves the range in which numbers are exact.
pub(super) fn check_range<T: Cost>(magnitude: f64, side: usize) -> Result<(), Error> {
    if T::INTEGER {
        let limit = (1u64 << 53) / (4 * (side as u64 + 2));
        if magnitude > limit as f64 {
            return Err(Fault::MagnitudeOutOfRange { magnitude: magnitude as u64, limit }.into());
        }
    } else if magnitude > 1e300 {
        return Err(Fault::FloatOutOfRange.into());
    }
    Ok(())
}

/// Puts what a failed search has reached into rows and columns.
fn violator<T: Copy>(matrix: &Matrix<'_, T>, turned: bool, stuck: Stuck) -> HallViolator {
    let Stuck { bidders, objects } = stuck;
    let (mut rows, mut columns) = if turned {
        // Columns that share too few rows: all other rows share too few of the other columns.
        (others(matrix.rows, &objects), others(matrix.columns, &bidders))
    } else {
        (bidders, objects)
    };
    rows.sort_unstable();
    columns.sort_unstable();
    let capacity = columns.len() as u64;
    HallViolator { rows, columns, capacity }
}

fn others(count: usize, without: &[u32]) -> Vec<u32> {
    let mut keep = vec![true; count];
    for &one in without {
        keep[one as usize] = false;
    }
    (0..count as u32).filter(|&one| keep[one as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values that repeat, so that ties are broken too; every line has a tail that fills no vector.
    fn values(side: usize) -> Vec<f64> {
        (0..side * side).map(|entry| (entry * 7919 % 1009) as f64 / 8.0).collect()
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        for side in [1, 7, 16, 20, 33, 50, 64, 129, 259] {
            let costs = values(side);
            let whole: Vec<i32> = costs.iter().map(|cost| cost.floor() as i32).collect();
            for method in [Method::ShortestPaths, Method::Shortlist, Method::Auction, Method::Sorting] {
                let options = Options { method: Some(method), ..Options::default() };
                let matrix = Matrix::new(side, side, &costs).expect("it is complete");
                let mut scalar = Solver::at(Level::SCALAR);
                let expected = scalar.solve_with(&matrix, Goal::Minimise, options).cloned();
                for &level in Level::available() {
                    let mut solver = Solver::at(level);
                    let found = solver.solve_with(&matrix, Goal::Minimise, options).cloned();
                    assert_eq!(found, expected, "{level:?} {method:?} {side}");
                }
                let options = Options { method: Some(method), ..Options::default() };
                let matrix = Matrix::new(side, side, &whole).expect("it is complete");
                let mut scalar = Solver::at(Level::SCALAR);
                let expected = scalar.solve_with(&matrix, Goal::Maximise, options).cloned();
                for &level in Level::available() {
                    let mut solver = Solver::at(level);
                    let found = solver.solve_with(&matrix, Goal::Maximise, options).cloned();
                    assert_eq!(found, expected, "{level:?} {method:?} {side}");
                }
            }
        }
    }

    #[test]
    fn where_neighbours_are_many_searches_read_whole_rows_and_come_to_the_same() {
        for side in [250, 333] {
            let mut numbers = crate::numbers::Numbers::new(side as u64);
            let points: Vec<[f64; 2]> =
                (0..2 * side).map(|_| [numbers.below(10_000) as f64, numbers.below(10_000) as f64]).collect();
            let (rows, columns) = points.split_at(side);
            let distance = |row: &[f64; 2], column: &[f64; 2]| (row[0] - column[0]).hypot(row[1] - column[1]);
            let costs: Vec<i32> = rows
                .iter()
                .flat_map(|row| columns.iter().map(move |column| distance(row, column) as i32))
                .collect();
            let matrix = Matrix::new(side, side, &costs).expect("it is complete");
            let solve = |level, method| {
                let mut solver = Solver::at(level);
                let options = Options { method: Some(method), ..Options::default() };
                let solution = solver.solve_with(&matrix, Goal::Minimise, options).cloned();
                (solution.expect("nothing is forbidden"), solver.sparse.has_read_whole_rows(side))
            };
            let (expected, whole_rows) = solve(Level::SCALAR, Method::Shortlist);
            assert!(whole_rows, "{side}");
            for &level in Level::available() {
                assert_eq!(solve(level, Method::Shortlist).0, expected, "{level:?} {side}");
            }
            assert_eq!(solve(Level::detect(), Method::ShortestPaths).0.objective, expected.objective);
        }
    }
}

//! Squares of up to sixteen rows and columns, many of which may come in one call.
//!
//! Column reduction and shortest paths alone (R. Jonker and A. Volgenant 1987, sections 3.1 and 3.4): the steps between them, which
//! save long searches on larger matrices, take longer here than the few steps of a search that they save. What is done to rows and
//! columns one by one elsewhere is done to all at once, by masks with a bit for each, so that there is little to foresee.
//!
//! Costs O(n³) at worst.

use super::grid::{Board, Stuck};
use super::kernels::LANES;
use super::lines::{Block, Lines};
use crate::simd::{Instructions, Kernel, Level, Step};

/// Whether a board is a square, all of which must be placed, that fits.
#[inline]
pub(super) fn suits(board: &Board) -> bool {
    let (bidders, objects) = (board.object_of.len(), board.bidder_of.len());
    bidders == objects && (1..=LANES).contains(&objects) && board.leave_out.is_empty()
}

/// Places every bidder of a board that suits, from nothing.
#[inline]
pub(super) fn run(board: &mut Board, lines: &Lines, level: Level) -> Result<(), Stuck> {
    level.run(Run { board, lines: lines.all() })
}

struct Run<'a> {
    board: &'a mut Board,
    /// A block for each bidder, infinity behind the last object.
    lines: &'a [Block<f64>],
}

impl Kernel for Run<'_> {
    type Output = Result<(), Stuck>;

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> Result<(), Stuck> {
        let Self { board, lines } = self;
        let mut hall = Hall::reduce_columns(with, lines);
        while hall.waiting != 0 {
            let first = hall.waiting.ilog2();
            hall.waiting ^= 1 << first;
            hall.place(with, lines, first)?;
        }
        hall.write(board);
        Ok(())
    }
}

/// Prices and places. Of places, numbers are within arrays by a mask: no jump, and no panic.
struct Hall {
    price: [f64; LANES],
    /// The bidder of each object, and what the object costs that one.
    bidder_of: [u32; LANES],
    held: [f64; LANES],
    object_of: [u32; LANES],
    /// A bit for each object that nobody has, and for each bidder that has none.
    free: u32,
    waiting: u32,
}

impl Hall {
    /// Lets every column go to the first row that is cheapest for it, at that price. A row that wins several keeps the last.
    #[inline(always)]
    fn reduce_columns<I: Instructions>(with: I, lines: &[Block<f64>]) -> Self {
        let mut least = [f64::INFINITY; LANES];
        for Block(costs) in lines {
            least = with.lower(costs, &least);
        }
        let all = u32::MAX >> (u32::BITS as usize - lines.len());
        let (mut open, mut free, mut waiting) = (all, all, 0);
        // What a row without a column is given goes to a place that is not read.
        let (mut object_of, mut bidder_of) = ([0; LANES], [0; 2 * LANES]);
        for (bidder, (Block(costs), own)) in (0u32..).zip(lines.iter().zip(&mut object_of)) {
            // Of infinities, the difference is not a number, and equals nothing.
            let won = with.equal(&with.subtract(costs, &least), 0.0) & open;
            open &= !won;
            let (object, is_placed) = (won.checked_ilog2().unwrap_or(LANES as u32), won != 0);
            *own = object % LANES as u32;
            bidder_of[object as usize % (2 * LANES)] = bidder;
            free &= !(u32::from(is_placed) << *own);
            waiting |= u32::from(!is_placed) << bidder;
        }
        // An object that nobody may have: the search will say so.
        let price = least.map(|cost| if cost == f64::INFINITY { 0.0 } else { cost });
        let bidder_of = std::array::from_fn(|object| bidder_of[object]);
        Self { price, bidder_of, held: price, object_of, free, waiting }
    }

    /// Places a bidder by Dijkstra's algorithm.
    #[inline(always)]
    fn place<I: Instructions>(&mut self, with: I, lines: &[Block<f64>], first: u32) -> Result<(), Stuck> {
        // Prices, minus infinity for an object whose distance is final, so that it is not shortened again.
        let mut price = self.price;
        // Distances, those of open objects alone, and the bidder before each.
        let (mut known, mut open) = ([f64::INFINITY; LANES], [f64::INFINITY; LANES]);
        let mut before = [0.0; LANES];
        let (mut bidder, mut base, mut closed) = (first, 0.0, 0);
        let (length, end) = loop {
            let Block(costs) = &lines[bidder as usize];
            let step = Step { costs, prices: &price, base, mark: f64::from(bidder) };
            (open, before) = with.shorten(step, &open, &before);
            known = with.lower(&open, &known);
            let least = with.least(&open);
            let hits = with.equal(&open, least);
            if hits & self.free != 0 {
                break (least, (hits & self.free).trailing_zeros() as usize % LANES);
            }
            if least == f64::INFINITY {
                return Err(self.stuck(first, closed));
            }
            let object = hits.trailing_zeros() as usize % LANES;
            closed |= 1 << object;
            bidder = self.bidder_of[object];
            base = least - (self.held[object] - self.price[object]);
            let far = FAR[LANES - 1 - object..].first_chunk().unwrap_or(&[0.0; LANES]);
            price = with.subtract(&price, far);
            open = with.add(&open, far);
        };
        if length == f64::INFINITY {
            return Err(self.stuck(first, closed));
        }
        // What is nearer than the end has a distance that is final; the end and what is beyond it keep their prices.
        for (price, known) in self.price.iter_mut().zip(known) {
            let fall = length - known;
            *price -= if fall > 0.0 { fall } else { 0.0 };
        }
        self.augment(lines, first, end, &before);
        Ok(())
    }

    /// Moves each bidder on a path one object on.
    #[inline(always)]
    fn augment(&mut self, lines: &[Block<f64>], first: u32, end: usize, before: &[f64; LANES]) {
        self.free &= !(1 << end);
        let before = before.map(|bidder| bidder as u32);
        let mut object = end;
        loop {
            let bidder = before[object % LANES];
            let own = &mut self.object_of[bidder as usize % LANES];
            let left = std::mem::replace(own, object as u32);
            self.bidder_of[object % LANES] = bidder;
            self.held[object % LANES] = lines[bidder as usize].0[object % LANES];
            if bidder == first {
                return;
            }
            object = left as usize;
        }
    }

    /// All that a failed search has reached: more bidders than objects.
    #[cold]
    fn stuck(&self, first: u32, closed: u32) -> Stuck {
        let objects: Vec<u32> = (0..LANES as u32).filter(|object| closed >> object & 1 != 0).collect();
        let holders = objects.iter().map(|&object| self.bidder_of[object as usize]);
        Stuck { bidders: std::iter::once(first).chain(holders).collect(), objects }
    }

    #[inline(always)]
    fn write(&self, board: &mut Board) {
        let side = board.object_of.len().min(LANES);
        board.object_of.copy_from_slice(&self.object_of[..side]);
        board.bidder_of.copy_from_slice(&self.bidder_of[..side]);
        board.price.copy_from_slice(&self.price[..side]);
        for (cost, &object) in board.cost_of.iter_mut().zip(&self.object_of) {
            *cost = self.held[object as usize % LANES];
        }
    }
}

/// Zeros around an infinity. Added from the right place on, it falls to one lane, and to no other.
static FAR: [f64; 2 * LANES - 1] = {
    let mut far = [0.0; 2 * LANES - 1];
    far[LANES - 1] = f64::INFINITY;
    far
};

#[cfg(test)]
mod tests {
    use crate::dense::{Matrix, Method, Options, Solution, Solver, verify};
    use crate::numbers::Numbers;
    use crate::simd::Level;
    use crate::{Error, Goal};

    fn solve(level: Level, side: usize, costs: &[f64], method: Method) -> Result<Solution<f64>, Error> {
        let matrix = Matrix::new(side, side, costs).expect("it is complete");
        let mut solver = Solver::at(level);
        let options = Options { method: Some(method), ..Options::default() };
        let solution = solver.solve_with(&matrix, Goal::Minimise, options)?;
        assert_eq!(verify(&matrix, Goal::Minimise, None, solution), Ok(()));
        Ok(solution.clone())
    }

    /// Ties, fractions, and forbidden pairs: up to nine in ten, so that some matrices have no answer.
    fn matrices() -> Vec<(usize, Vec<f64>)> {
        let mut numbers = Numbers::new(11);
        let mut matrices = Vec::new();
        for side in 1..=super::LANES {
            for (limit, allowed) in [(2, 10), (5, 10), (1 << 40, 10), (40, 7), (9, 4), (3, 1)] {
                for _ in 0..20 {
                    let mut cost = || {
                        let is_allowed = numbers.below(10) < allowed;
                        let cost = numbers.below(limit) as f64 / 8.0 - 2.0;
                        if is_allowed { cost } else { f64::INFINITY }
                    };
                    matrices.push((side, (0..side * side).map(|_| cost()).collect()));
                }
            }
        }
        matrices
    }

    #[test]
    fn small_squares_have_the_answer_of_other_methods_on_every_instruction_set() {
        let mut refused = 0;
        for (side, costs) in matrices() {
            let expected = solve(Level::SCALAR, side, &costs, Method::Shortlist);
            let found = solve(Level::SCALAR, side, &costs, Method::ShortestPaths);
            match (&found, &expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found.objective, expected.objective, "{costs:?}"),
                (Err(found), Err(expected)) => {
                    refused += 1;
                    assert_eq!(found.kind(), expected.kind());
                    let violator = found.hall_violator().expect("it says which rows");
                    assert!(violator.rows.len() > violator.columns.len(), "{costs:?}");
                }
                _ => panic!("{found:?} {expected:?} {costs:?}"),
            }
            for &level in Level::available() {
                let again = solve(level, side, &costs, Method::ShortestPaths);
                assert_eq!(again.as_ref().ok(), found.as_ref().ok(), "{level:?} {costs:?}");
                let message = |error: &Error| error.to_string();
                assert_eq!(again.as_ref().err().map(message), found.as_ref().err().map(message));
            }
        }
        assert!(refused > 100, "{refused}");
    }

    #[test]
    fn a_batch_has_the_answers_of_single_calls() {
        for side in [1, 3, 10, 16] {
            let all = matrices();
            let own: Vec<&Vec<f64>> = all
                .iter()
                .filter(|(of, costs)| *of == side && costs.iter().all(|cost| cost.is_finite()))
                .map(|(_, costs)| costs)
                .collect();
            let costs: Vec<f64> = own.iter().copied().flatten().copied().collect();
            let mut received = Vec::new();
            let receive = |_, solution: &Solution<f64>| received.push(solution.clone());
            Solver::new()
                .solve_batch(side, side, &costs, Goal::Minimise, receive)
                .expect("all have an answer");
            let single = |costs: &&Vec<f64>| {
                let matrix = Matrix::new(side, side, costs).expect("it is complete");
                Solver::new().solve(&matrix, Goal::Minimise).expect("it has an answer").clone()
            };
            assert_eq!(received, own.iter().map(single).collect::<Vec<_>>());
            assert!(received.len() >= 60);
        }
    }
}

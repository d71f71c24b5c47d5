//! The solver of dense matrices for the four types of number that both bindings read.
//!
//! A solver is compiled where its type of number is named. Named in a binding it would be compiled as the binding is, which is for size:
//! three to six times as slow. Nothing here does more than call. For the same reason functions of the solver that name no type of number are
//! `#[inline]`: they are compiled with what calls them, and the crate that they stand in is for size.

use deskmatch_matching::dense::{Cost, Matrix, Options, Solution, Solver, solve_widened, verify};
use deskmatch_matching::{Error, Goal, Violation};

/// A type of number that matrices come in.
pub trait Number: Cost {
    /// [`Solver::solve_with`].
    ///
    /// # Errors
    ///
    /// As there.
    fn solve<'s>(
        solver: &'s mut Solver<Self>,
        matrix: &Matrix<'_, Self>,
        goal: Goal,
        options: Options<'_, Self>,
    ) -> Result<&'s Solution<Self>, Error>;

    /// [`solve_widened`].
    ///
    /// # Errors
    ///
    /// As there.
    fn solve_widened(matrix: &Matrix<'_, Self>, goal: Goal) -> Result<Solution<Self>, Error>;

    /// [`verify`].
    ///
    /// # Errors
    ///
    /// As there.
    fn verify(
        matrix: &Matrix<'_, Self>,
        goal: Goal,
        unmatched: Option<&[Self]>,
        solution: &Solution<Self>,
    ) -> Result<(), Violation>;
}

macro_rules! numbers {
    ($($type:ty),*) => {$(
        // Inlined, they would be compiled as what calls them.
        impl Number for $type {
            #[inline(never)]
            fn solve<'s>(
                solver: &'s mut Solver<Self>,
                matrix: &Matrix<'_, Self>,
                goal: Goal,
                options: Options<'_, Self>,
            ) -> Result<&'s Solution<Self>, Error> {
                solver.solve_with(matrix, goal, options)
            }

            #[inline(never)]
            fn solve_widened(matrix: &Matrix<'_, Self>, goal: Goal) -> Result<Solution<Self>, Error> {
                solve_widened(&mut Solver::new(), matrix, goal)
            }

            #[inline(never)]
            fn verify(
                matrix: &Matrix<'_, Self>,
                goal: Goal,
                unmatched: Option<&[Self]>,
                solution: &Solution<Self>,
            ) -> Result<(), Violation> {
                verify(matrix, goal, unmatched, solution)
            }
        }
    )*};
}

numbers!(f64, f32, i64, i32);

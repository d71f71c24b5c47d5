//! Rows of different sizes: the generalised assignment problem.

#![allow(missing_docs)]
mod capacity_prices;
mod fixing;
mod instance;
mod knapsack;
mod lagrangian;
mod problem;
mod search;
mod solution;
mod steps;
mod subproblem;
mod tree;
mod verify;

pub use problem::{Arc, Problem, ProblemBuilder, Sizes};
pub use solution::Solution;
pub use verify::verify;

use crate::cover::Unmatched;
use crate::error::{Error, Fault};
use crate::goal::Goal;
use instance::Instance;
use steps::Steps;
use tree::Tree;

#[derive(Clone, Debug)]
pub struct Options {
    pub unmatched: Option<Unmatched>,
    pub steps: u64,
}
pub const DEFAULT_STEPS: u64 = 300_000_000;
impl Default for Options {
    fn default() -> Self {
        Self { unmatched: None, steps: DEFAULT_STEPS }
    }
}

pub fn solve(problem: &Problem, goal: Goal, options: &Options) -> Result<Solution, Error> {
    let instance = Instance::new(problem, goal, options.unmatched.as_ref())?;
    let (mut tree, prices) = Tree::new(&instance, Steps::new(options.steps));
    let outcome = tree.grow(prices);
    let steps = tree.steps.used();
    let (best, bound) = match (outcome.best, outcome.bound) {
        (Some(best), Some(bound)) => (best, bound),
        (None, Some(_)) => return Err(Fault::OutOfSteps { steps: options.steps }.into()),
        (_, None) => return Err(Fault::NoSizedAssignment.into()),
    };
    Ok(Solution {
        columns: best.columns.iter().map(|&column| instance.column_name(column)).collect(),
        objective: instance.objective(best.cost),
        bound: instance.objective(bound),
        steps,
    })
}

//! Assignment problems without a helpdesk in them.

mod dense;
mod sized;
mod sparse;

pub(crate) use dense::{DenseAssignment, Kept, assign_dense, linear_sum_assignment};
pub(crate) use sized::{SizedAssignment, assign_sized};
pub(crate) use sparse::{Assignment, AssignmentProblem};

use crate::error;
use deskmatch_matching::Goal;
use pyo3::prelude::*;

/// An error of the solvers as an exception of its kind.
fn of_matching(fault: &deskmatch_matching::Error) -> PyErr {
    error::of_code(fault.code(), &fault.to_string())
}

fn goal(maximize: bool) -> Goal {
    if maximize { Goal::Maximise } else { Goal::Minimise }
}

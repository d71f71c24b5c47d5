//! Assignment problems without a helpdesk in them.

mod dense;
mod sparse;

pub(crate) use dense::{DenseAssignment, assign_dense, linear_sum_assignment};
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

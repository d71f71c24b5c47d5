//! What the tests of this package ask of the Rust engine, past the binding. In the module only where the environment has
//! `DESKMATCH_TEST_HOOKS`.

use crate::error;
use crate::guard::guard;
use deskmatch::{Command, Engine};
use deskmatch_sim::case::Case;
use pyo3::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Plays a case without Python, and tells as JSON the digest after each step, the events, and the explanation of every ticket.
#[pyfunction]
pub(crate) fn _play_case(text: &str) -> PyResult<String> {
    guard(|| {
        let case =
            deskmatch_documents::case(text).map_err(|error| error::argument("case", error.to_string()))?;
        played(&case).map(|told| told.to_string()).map_err(|error| error::of_engine(&error))
    })
}

fn played(case: &Case) -> Result<Value, deskmatch::Error> {
    let mut engine = Engine::new(case.policy().clone())?;
    let (mut now, mut events, mut digests) = (case.start, Vec::new(), Vec::new());
    for agent in &case.agents {
        events.extend(engine.execute(now, Command::add_agent(agent.clone()))?.events);
    }
    for step in &case.steps {
        now = step.at.map_or(now, |at| case.start.after(at));
        let command = step.command.clone().unwrap_or_else(|| json!({ "type": "tick" }));
        // Some steps are refused on purpose.
        if let Ok(request) = deskmatch_documents::request(&command.to_string())
            && let Ok(outcome) = engine.execute(now, request)
            && !outcome.repeated
        {
            events.extend(outcome.events);
        }
        digests.push(engine.digest());
    }
    let explained = |id: &str| engine.explain(id).map(|explanation| explanation.to_string());
    let explanations: BTreeMap<&str, String> = engine
        .tickets()
        .map(|ticket| Ok((ticket.id().as_str(), explained(ticket.id().as_str())?)))
        .collect::<Result<_, deskmatch::Error>>()?;
    Ok(json!({ "digests": digests, "events": events, "explanations": explanations }))
}

/// How long commands take in Rust alone, in nanoseconds: documents are read before, and no object of Python is made.
#[pyfunction]
pub(crate) fn _time_commands(
    py: Python<'_>,
    engine: &Bound<'_, crate::engine::Engine>,
    commands: Vec<Bound<'_, PyAny>>,
) -> PyResult<u64> {
    guard(|| {
        let requests = commands.iter().map(crate::engine::request_of).collect::<PyResult<Vec<_>>>()?;
        engine.get().at_leisure(py, |engine| {
            let begun = std::time::Instant::now();
            let mut events = Vec::new();
            for request in requests {
                // The benchmark's commands are right; a refusal would only make it faster.
                let _ = engine.execute_into(deskmatch::Timestamp(0), request, &mut events);
                events.clear();
            }
            begun.elapsed().as_nanos() as u64
        })
    })
}

/// How long the solver takes in Rust alone for a contiguous matrix of float64, in nanoseconds, with the memory that it had before as
/// `linear_sum_assignment` has it.
#[pyfunction]
pub(crate) fn _time_matrix(py: Python<'_>, cost: numpy::PyReadonlyArray2<'_, f64>) -> PyResult<u64> {
    use crate::matching::Kept;
    use deskmatch_matching::dense::{Matrix, Options};
    use deskmatch_matrices::Number;
    use numpy::PyUntypedArrayMethods;
    guard(|| {
        let wrong = |what: String| error::argument("cost", what);
        let data = cost.as_slice().map_err(|fault| wrong(fault.to_string()))?;
        let (rows, columns) = (cost.shape()[0], cost.shape()[1]);
        let matrix = Matrix::new(rows, columns, data).map_err(|fault| wrong(fault.to_string()))?;
        py.detach(|| {
            f64::with_solver(rows + columns, |solver| {
                let begun = std::time::Instant::now();
                let goal = deskmatch_matching::Goal::Minimise;
                let solved = f64::solve(solver, &matrix, goal, Options::default()).map(|_| ());
                solved.map_err(|fault| wrong(fault.to_string())).map(|()| begun.elapsed().as_nanos() as u64)
            })
        })
    })
}

/// How long the engine took in the last batch of `assign`, in nanoseconds.
#[pyfunction]
pub(crate) fn _solver_ns() -> PyResult<u64> {
    guard(|| Ok(crate::assign::SOLVER_NS.load(std::sync::atomic::Ordering::Relaxed)))
}

//! What the tests of this package ask of the Rust engine, past the binding. In the module only where the environment has
//! `DESKMATCH_TEST_HOOKS`.

use crate::error;
use crate::guard::guard;
use deskmatch::{Command, Engine, Request};
use deskmatch_sim::case::Case;
use pyo3::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Plays a case without Python, and tells as JSON the digest after each step, the events, and the explanation of every ticket.
#[pyfunction]
pub(crate) fn _play_case(text: &str) -> PyResult<String> {
    guard(|| {
        let case = Case::from_json(text).map_err(|error| error::argument("case", error.to_string()))?;
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
        if let Ok(request) = Request::from_json(&command.to_string())
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

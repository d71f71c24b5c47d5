//! What is asked of an engine.

use crate::records::events::event_of;
use crate::records::views::AgentNow;
use deskmatch::{Engine, Error, Event};
use pyo3::prelude::*;

/// The events of a log: a list of them, or of their documents.
pub(super) fn log_of(log: &Bound<'_, PyAny>) -> PyResult<Vec<Event>> {
    log.try_iter()?.map(|event| event_of(&event?)).collect()
}

pub(super) fn candidates(engine: &Engine, ticket: &str) -> Result<Vec<AgentNow>, Error> {
    let channels = engine.policy().channel_names();
    let found = engine.candidates(ticket)?;
    Ok(found.iter().map(|candidate| AgentNow::of_candidate(candidate, &channels)).collect())
}

pub(super) fn suggest(engine: &mut Engine, ticket: &str) -> Result<Option<AgentNow>, Error> {
    let channels = engine.policy().channel_names();
    Ok(engine.suggest(ticket)?.map(|agent| AgentNow::new(agent, &channels)))
}

/// `<deskmatch.Engine: 3 agents, 2 tickets waiting, event 17>`
pub(super) fn summary(engine: &Engine) -> String {
    let view = engine.view();
    format!(
        "<deskmatch.Engine: {} agents, {} tickets waiting, event {}>",
        view.agents,
        view.waiting,
        engine.seq()
    )
}

//! Strategies written in Python.

use crate::error;
use crate::output::ToPy;
use crate::records::views::{AgentNow, TicketNow};
use deskmatch::{Candidate, EngineBuilder, Strategy, StrategyError, TicketView};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyString, PyTuple};

/// A callable `choose(ticket, candidates)`.
struct InPython {
    choose: Py<PyAny>,
    revision: u32,
}

impl Strategy for InPython {
    fn revision(&self) -> u32 {
        self.revision
    }

    fn choose(&self, ticket: &TicketView<'_>, candidates: &[Candidate<'_>]) -> Result<usize, StrategyError> {
        Python::attach(|py| self.ask(py, ticket, candidates)).map_err(StrategyError::from)
    }
}

impl InPython {
    fn ask(&self, py: Python<'_>, ticket: &TicketView<'_>, candidates: &[Candidate<'_>]) -> PyResult<usize> {
        let shown = candidates.iter().map(|candidate| AgentNow::new(*candidate.agent(), &[]).to_py(py));
        let shown = PyTuple::new(py, shown.collect::<PyResult<Vec<_>>>()?)?;
        let chosen = self.choose.bind(py).call1((TicketNow::from(*ticket).to_py(py)?, &shown))?;
        let id = match chosen.cast::<PyString>() {
            Ok(id) => id.clone().into_any(),
            Err(_) if chosen.is_instance_of::<PyInt>() => return place(&chosen, candidates.len()),
            Err(_) => chosen.getattr("id").map_err(|_| answer(&chosen))?,
        };
        let id = id.cast::<PyString>().map_err(|_| answer(&chosen))?.to_str()?;
        let found = candidates.iter().position(|candidate| *candidate.agent().id() == id);
        // An index beyond the list: the engine says that the answer is none of the candidates.
        Ok(found.unwrap_or(candidates.len()))
    }
}

fn place(chosen: &Bound<'_, PyAny>, candidates: usize) -> PyResult<usize> {
    Ok(chosen.extract::<usize>().unwrap_or(candidates))
}

fn answer(chosen: &Bound<'_, PyAny>) -> PyErr {
    let found = chosen.get_type().name().map(|name| name.to_string()).unwrap_or_default();
    error::argument("choose", format!("expected one of the candidates, its id or its place, not a `{found}`"))
}

/// Registers the strategies of an argument, by name. Says whether there are any.
pub(crate) fn register(
    mut builder: EngineBuilder,
    strategies: Option<&Bound<'_, PyAny>>,
) -> PyResult<(EngineBuilder, bool)> {
    let Some(strategies) = strategies.filter(|strategies| !strategies.is_none()) else {
        return Ok((builder, false));
    };
    let given = strategies
        .cast::<PyDict>()
        .map_err(|_| error::argument("strategies", "expected a dictionary by name"))?;
    for (name, strategy) in given.iter() {
        let name = name
            .cast::<PyString>()
            .map_err(|_| error::argument("strategies", "a name must be a text"))?
            .to_str()?;
        let choose = strategy.getattr_opt("choose")?.unwrap_or_else(|| strategy.clone());
        if !choose.is_callable() {
            let path = format!("strategies.{name}");
            return Err(error::argument(&path, "expected a callable `choose(ticket, candidates)`"));
        }
        let revision = match strategy.getattr_opt("revision")? {
            Some(revision) => crate::input::read(&revision, &format!("strategies.{name}.revision"))?,
            None => 1,
        };
        builder = builder.strategy(name, InPython { choose: choose.unbind(), revision });
    }
    Ok((builder, !given.is_empty()))
}

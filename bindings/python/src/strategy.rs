//! Strategies written in Python.

use crate::error;
use crate::output::ToPy;
use crate::records::views::{AgentNow, TicketNow};
use deskmatch::{Candidate, EngineBuilder, Strategy, StrategyError, TicketView, Timestamp};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt, PyString, PyTuple};
use pyo3::{PyTraverseError, PyVisit};
use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

/// The callables of an engine, by the places that its strategies have.
///
/// The engine's object owns them, one reference each, and shows them to the garbage collector; a strategy that is registered with the
/// engine below knows only its place. Were the references down there, shared by forks, a cycle through an engine could never be freed.
pub(crate) struct Callables(Mutex<Vec<Py<PyAny>>>);

thread_local! {
    /// Those of the engines that are at work on this thread, the innermost last.
    static AT_WORK: RefCell<Vec<Arc<Callables>>> = const { RefCell::new(Vec::new()) };
}

/// While it lives, strategies of an engine can be asked on this thread.
pub(crate) struct AtWork(bool);

impl Drop for AtWork {
    fn drop(&mut self) {
        if self.0 {
            AT_WORK.with_borrow_mut(Vec::pop);
        }
    }
}

pub(crate) fn at_work(callables: Option<&Arc<Callables>>) -> AtWork {
    if let Some(callables) = callables {
        AT_WORK.with_borrow_mut(|all| all.push(Arc::clone(callables)));
    }
    AtWork(callables.is_some())
}

impl Callables {
    /// The same callables for another object, which owns references of its own.
    pub(crate) fn copied(&self, py: Python<'_>) -> Arc<Self> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::new(Callables(Mutex::new(held.iter().map(|callable| callable.clone_ref(py)).collect())))
    }

    pub(crate) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        // Whoever holds the lock lets go without waiting for anything; what is not visited is kept, which is safe.
        match self.0.try_lock() {
            Ok(held) => held.iter().try_for_each(|callable| visit.call(callable)),
            Err(_) => Ok(()),
        }
    }

    pub(crate) fn clear(&self) {
        let held = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        // Letting go may run code of Python, which may come back here.
        drop(held);
    }

    fn at(&self, py: Python<'_>, place: usize) -> Option<Py<PyAny>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(place).map(|callable| callable.clone_ref(py))
    }
}

/// What a callable is asked for.
#[derive(Clone, Copy)]
enum Form {
    /// `choose(ticket, candidates)`: one of the candidates.
    Choose,
    /// `score(ticket, candidate)`: a number; the highest gets the ticket.
    Score,
}

/// A callable of the engine that is at work.
struct InPython {
    place: usize,
    form: Form,
    revision: u32,
}

impl Strategy for InPython {
    fn revision(&self) -> u32 {
        self.revision
    }

    fn choose(&self, ticket: &TicketView<'_>, candidates: &[Candidate<'_>]) -> Result<usize, StrategyError> {
        let asked = AT_WORK.with_borrow(|all| all.last().cloned());
        Python::attach(|py| {
            let callable = asked.and_then(|callables| callables.at(py, self.place));
            let callable = callable.ok_or_else(|| error::internal("a strategy has been let go"))?;
            match self.form {
                Form::Choose => choose(callable.bind(py), ticket, candidates),
                Form::Score => highest(callable.bind(py), ticket, candidates),
            }
        })
        .map_err(StrategyError::from)
    }
}

fn shown<'py>(py: Python<'py>, candidate: &Candidate<'_>) -> PyResult<Bound<'py, PyAny>> {
    AgentNow::of_candidate(candidate, &[]).to_py(py)
}

fn choose(
    callable: &Bound<'_, PyAny>,
    ticket: &TicketView<'_>,
    candidates: &[Candidate<'_>],
) -> PyResult<usize> {
    let py = callable.py();
    let agents = candidates.iter().map(|candidate| shown(py, candidate)).collect::<PyResult<Vec<_>>>()?;
    let agents = PyTuple::new(py, agents)?;
    let chosen = callable.call1((TicketNow::from(*ticket).to_py(py)?, agents))?;
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

/// The candidate with the highest score; of equal ones the one idle longest, then the first by id.
fn highest(
    callable: &Bound<'_, PyAny>,
    ticket: &TicketView<'_>,
    candidates: &[Candidate<'_>],
) -> PyResult<usize> {
    let py = callable.py();
    let asked = TicketNow::from(*ticket).to_py(py)?;
    let mut best: Option<(usize, f64, Timestamp)> = None;
    for (index, candidate) in candidates.iter().enumerate() {
        let points = callable.call1((&asked, shown(py, candidate)?))?;
        let points = number(&points, candidate)?;
        let idle_since = candidate.agent().idle_since();
        let is_better = best
            .is_none_or(|(_, highest, since)| points > highest || (points == highest && idle_since < since));
        if is_better {
            best = Some((index, points, idle_since));
        }
    }
    Ok(best.map_or(candidates.len(), |(index, _, _)| index))
}

fn number(points: &Bound<'_, PyAny>, candidate: &Candidate<'_>) -> PyResult<f64> {
    let number = if points.is_instance_of::<PyBool>() { None } else { points.extract::<f64>().ok() };
    number.filter(|number| !number.is_nan()).ok_or_else(|| {
        let found = points.repr().map(|text| text.to_string()).unwrap_or_default();
        error::argument(
            "score",
            format!("the score of `{}` is {found}; it must be a number", candidate.agent().id()),
        )
    })
}

fn place(chosen: &Bound<'_, PyAny>, candidates: usize) -> PyResult<usize> {
    Ok(chosen.extract::<usize>().unwrap_or(candidates))
}

fn answer(chosen: &Bound<'_, PyAny>) -> PyErr {
    let found = chosen.get_type().name().map(|name| name.to_string()).unwrap_or_default();
    error::argument("choose", format!("expected one of the candidates, its id or its place, not a `{found}`"))
}

/// Registers the strategies of an argument, by name, and gives back their callables, if there are any.
pub(crate) fn register(
    mut builder: EngineBuilder,
    strategies: Option<&Bound<'_, PyAny>>,
) -> PyResult<(EngineBuilder, Option<Arc<Callables>>)> {
    let Some(strategies) = strategies.filter(|strategies| !strategies.is_none()) else {
        return Ok((builder, None));
    };
    let given = strategies
        .cast::<PyDict>()
        .map_err(|_| error::argument("strategies", "expected a dictionary by name"))?;
    let mut callables = Vec::with_capacity(given.len());
    for (name, strategy) in given.iter() {
        let name = name
            .cast::<PyString>()
            .map_err(|_| error::argument("strategies", "a name must be a text"))?
            .to_str()?;
        let (form, callable) = match (strategy.getattr_opt("choose")?, strategy.getattr_opt("score")?) {
            (Some(choose), _) => (Form::Choose, choose),
            (None, Some(score)) => (Form::Score, score),
            (None, None) => (Form::Choose, strategy.clone()),
        };
        if !callable.is_callable() {
            let path = format!("strategies.{name}");
            let message = "expected a callable `choose(ticket, candidates)`, or an object with a method `choose` or `score`";
            return Err(error::argument(&path, message));
        }
        let revision = match strategy.getattr_opt("revision")? {
            Some(revision) => crate::input::read(&revision, &format!("strategies.{name}.revision"))?,
            None => 1,
        };
        builder = builder.strategy(name, InPython { place: callables.len(), form, revision });
        callables.push(callable.unbind());
    }
    let callables = (!callables.is_empty()).then(|| Arc::new(Callables(Mutex::new(callables))));
    Ok((builder, callables))
}

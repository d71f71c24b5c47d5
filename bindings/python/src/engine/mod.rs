//! The engine as a live handle.

mod command;
mod commands;
mod lock;
pub(crate) mod outcome;
mod queries;
mod questions;

pub(crate) use command::request_of;

use crate::error;
use crate::guard::guard;
use crate::input::time;
use crate::logging;
use crate::records::policy::policy_of;
use crate::strategy::{self, Callables};
use deskmatch::{Command, Request, Timestamp};
use lock::Lock;
use outcome::Outcome;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};
use pyo3::{PyTraverseError, PyVisit};
use std::sync::Arc;

/// With more agents than this, any command may take long.
const AGENTS_FEW: u64 = 4_096;

/// The engine: it knows tickets, agents and a policy, and turns commands into events.
///
/// It does no input or output and draws no random number: the same commands at the same times give the same events everywhere.
/// After every command, no ticket waits that some agent may take. A command that raises changes nothing.
///
/// Every command takes `at`, its moment: whole milliseconds since 1970, or a `datetime` with a time zone. By default it is what the
/// clock says, or the engine's last moment if that is later. Time may stand still but not go back. A `request_id` makes a command
/// that is sent twice happen once.
///
/// One engine is one partition; engines share nothing. Threads may share an engine: its commands go one after the other.
///
///     >>> import deskmatch
///     >>> engine = deskmatch.Engine()
///     >>> engine.add_agent("ada", skills={"german": 80}, at=0).events[0].type
///     'agent_added'
///     >>> [event.type for event in engine.submit("T-1", at=0)]
///     ['submitted', 'queued', 'assigned']
#[pyclass(frozen, module = "deskmatch", weakref)]
pub(crate) struct Engine {
    lock: Lock,
}

type Object<'a, 'py> = Option<&'a Bound<'py, PyAny>>;

/// The moment of a command: the one given, else now, but never before the engine's last one.
fn moment(engine: &deskmatch::Engine, at: Object<'_, '_>) -> PyResult<Timestamp> {
    match at.filter(|at| !at.is_none()) {
        Some(at) => time::moment(at, "at"),
        None => Ok(engine.now().map_or_else(time::now, |last| last.max(time::now()))),
    }
}

impl Engine {
    pub(crate) fn new_with(engine: deskmatch::Engine, callables: Option<Arc<Callables>>) -> Self {
        Engine { lock: Lock::new(engine, callables) }
    }

    /// Does something with the engine while this thread alone holds it, and keeps the interpreter.
    fn with<T>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut deskmatch::Engine) -> PyResult<T>,
    ) -> PyResult<T> {
        let mut held = self.lock.hold(py)?;
        work(&mut held.engine)
    }

    /// As [`with`](Self::with), for what may take over a millisecond: the interpreter is let go meanwhile.
    pub(crate) fn at_leisure<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut deskmatch::Engine) -> T + Send,
    ) -> PyResult<T> {
        let mut held = self.lock.hold(py)?;
        let engine = &mut *held.engine;
        Ok(py.detach(|| work(engine)))
    }

    fn run(&self, py: Python<'_>, request: Request, at: Object<'_, '_>) -> PyResult<Outcome> {
        let mut held = self.lock.hold(py)?;
        let engine = &mut *held.engine;
        let at = moment(engine, at)?;
        let is_long = command::may_take_long(&request.command)
            || engine.view().agents > AGENTS_FEW
            || engine.next_due().is_some_and(|due| due <= at);
        let done =
            if is_long { py.detach(|| engine.execute(at, request)) } else { engine.execute(at, request) };
        drop(held);
        let done = done.map_err(|error| error::of_engine(&error))?;
        logging::tell(py, &done.events)?;
        Ok(done.into())
    }

    fn command(
        &self,
        py: Python<'_>,
        command: Command,
        at: Object<'_, '_>,
        id: Option<&str>,
    ) -> PyResult<Outcome> {
        self.run(py, Request { request_id: id.map(Into::into), command }, at)
    }
}

#[pymethods]
impl Engine {
    /// An engine with a policy and nothing else.
    ///
    /// `policy` is a `Policy`, its document as a dictionary or as JSON, or the path of a file; `{}` by default. `strategies` are those
    /// of the host, by the names that the policy uses: callables `choose(ticket, candidates)` that return one of the candidates, or
    /// objects with a method of that name, or with a method `score(ticket, candidate)` that returns a number: the highest gets the
    /// ticket, of equal ones the agent idle longest, then the first by id. An attribute `revision` of such an object is carried by
    /// its decisions. Candidates have a `score` where the policy gives the strategy `factors`.
    ///
    /// Raises `InvalidPolicyError` with every fault, and `UnknownStrategyError` if the policy names one that is not given.
    #[new]
    #[pyo3(signature = (policy = None, *, strategies = None))]
    fn new(policy: Object<'_, '_>, strategies: Object<'_, '_>) -> PyResult<Self> {
        guard(|| {
            let (builder, callables) =
                strategy::register(deskmatch::Engine::builder(policy_of(policy)?), strategies)?;
            let engine = builder.build().map_err(|error| error::of_engine(&error))?;
            Ok(Engine::new_with(engine, callables))
        })
    }

    /// An engine from what `snapshot` gave.
    ///
    /// Raises `InvalidSnapshotError` or `SnapshotVersionError`; `UnknownStrategyError` if its policy names one that is not given.
    #[staticmethod]
    #[pyo3(signature = (snapshot, *, strategies = None))]
    fn restore(py: Python<'_>, snapshot: &Bound<'_, PyBytes>, strategies: Object<'_, '_>) -> PyResult<Self> {
        guard(|| {
            let policy = deskmatch::Policy::default();
            let (builder, callables) = strategy::register(deskmatch::Engine::builder(policy), strategies)?;
            let bytes = snapshot.as_bytes();
            let engine = py
                .detach(|| deskmatch_documents::restore(builder, bytes))
                .map_err(|error| error::of_engine(&error))?;
            Ok(Engine::new_with(engine, callables))
        })
    }

    /// Does a command given as a document: a dictionary whose `type` is the command, or its JSON.
    ///
    /// Raises `InvalidJsonError` if it is no command, and else what the command's own method raises.
    #[pyo3(signature = (command, *, at = None, request_id = None))]
    fn execute(
        &self,
        py: Python<'_>,
        command: &Bound<'_, PyAny>,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| {
            let mut request = command::request_of(command)?;
            request.request_id = request_id.map(Into::into).or(request.request_id);
            self.run(py, request, at)
        })
    }

    /// What a command would lead to, without doing it: store its events, then `apply` them.
    #[pyo3(signature = (command, *, at = None, request_id = None))]
    fn decide(
        &self,
        py: Python<'_>,
        command: &Bound<'_, PyAny>,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| {
            let mut request = command::request_of(command)?;
            request.request_id = request_id.map(Into::into).or(request.request_id);
            let mut held = self.lock.hold(py)?;
            let engine = &mut *held.engine;
            let at = moment(engine, at)?;
            let decided = py.detach(|| engine.decide(at, request));
            decided.map(Outcome::from).map_err(|error| error::of_engine(&error))
        })
    }

    /// Does many commands in one crossing, one after the other: each a document as for `execute`, or a pair of its moment and the
    /// document. A command without a moment has `at`.
    ///
    /// Returns their outcomes in order. With `on_error="raise"` the first that fails raises; its exception's `index` is the command's
    /// place, and the outcomes before it are in `outcomes`: those commands were done. With `on_error="return"` the exception stands in
    /// the place of the outcome, and the rest is done.
    #[pyo3(signature = (commands, *, at = None, on_error = "raise"))]
    fn execute_many<'py>(
        &self,
        py: Python<'py>,
        commands: &Bound<'py, PyAny>,
        at: Object<'_, 'py>,
        on_error: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        guard(|| {
            let raises = match on_error {
                "raise" => true,
                "return" => false,
                _ => return Err(error::argument("on_error", "expected `raise` or `return`")),
            };
            self.run_many(py, commands, at, raises)
        })
    }

    /// Applies events of a log: one, or a list of them. Never asks a strategy, so a log replays anywhere.
    ///
    /// Raises `InvalidEventError` at the first that does not follow from the state; those before it were applied.
    fn apply(&self, py: Python<'_>, events: &Bound<'_, PyAny>) -> PyResult<()> {
        guard(|| {
            let is_one =
                events.is_instance_of::<crate::records::events::Event>() || events.is_instance_of::<PyDict>();
            let read = if is_one {
                vec![crate::records::events::event_of(events)?]
            } else {
                queries::log_of(events)?
            };
            let applied =
                self.at_leisure(py, move |engine| read.iter().try_for_each(|event| engine.apply(event)))?;
            applied.map_err(|error| error::of_engine(&error))
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        guard(|| self.with(py, |engine| Ok(queries::summary(engine))))
    }

    /// Shows the garbage collector the strategies, which may refer to the engine. Called without the interpreter.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.lock.callables().map_or(Ok(()), |callables| callables.visit(&visit))
    }

    /// Breaks a cycle that nothing else can reach.
    fn __clear__(&self) {
        if let Some(callables) = self.lock.callables() {
            callables.clear();
        }
    }

    fn __copy__(&self, py: Python<'_>) -> PyResult<Engine> {
        self.fork(py)
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> PyResult<Engine> {
        self.fork(py)
    }

    /// An engine with strategies of the host is not pickled: give them to `restore` instead.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        guard(|| {
            if self.lock.callables().is_some() {
                let message = "an engine with strategies of the host is not pickled; keep its snapshot, and give them to `restore`";
                return Err(error::argument("strategies", message));
            }
            let restore = py.get_type::<Engine>().getattr("restore")?;
            PyTuple::new(py, [restore, PyTuple::new(py, [self.snapshot(py)?])?.into_any()])
        })
    }
}

impl Engine {
    fn run_many<'py>(
        &self,
        py: Python<'py>,
        commands: &Bound<'py, PyAny>,
        at: Object<'_, 'py>,
        raises: bool,
    ) -> PyResult<Bound<'py, PyList>> {
        let mut held = self.lock.hold(py)?;
        let engine = &mut *held.engine;
        let mut requests = Vec::with_capacity(commands.len().unwrap_or_default());
        let by_default = moment(engine, at)?;
        for command in commands.try_iter()? {
            let request = timed(&command?, by_default);
            let is_last = raises && request.is_err();
            requests.push(request);
            if is_last {
                break;
            }
        }
        let outcomes = py.detach(|| {
            let mut outcomes = Vec::with_capacity(requests.len());
            for request in requests {
                let outcome = request.and_then(|(at, request)| {
                    engine.execute(at, request).map_err(|error| error::of_engine(&error))
                });
                let is_last = raises && outcome.is_err();
                outcomes.push(outcome);
                if is_last {
                    break;
                }
            }
            outcomes
        });
        drop(held);
        let list = PyList::empty(py);
        for (index, outcome) in outcomes.into_iter().enumerate() {
            if let Ok(outcome) = &outcome {
                logging::tell(py, &outcome.events)?;
            }
            match outcome {
                Ok(outcome) => list.append(Bound::new(py, Outcome::from(outcome))?)?,
                Err(error) if raises => {
                    let value = error.value(py);
                    value.setattr("index", index)?;
                    value.setattr("outcomes", list)?;
                    return Err(error);
                }
                Err(error) => list.append(error.into_value(py))?,
            }
        }
        Ok(list)
    }
}

/// A command of a batch with its moment.
fn timed(command: &Bound<'_, PyAny>, by_default: Timestamp) -> PyResult<(Timestamp, Request)> {
    match command.cast::<PyTuple>() {
        Ok(pair) if pair.len() == 2 => {
            let at = time::moment(&pair.get_item(0)?, "at")?;
            Ok((at, command::request_of(&pair.get_item(1)?)?))
        }
        _ => Ok((by_default, command::request_of(command)?)),
    }
}

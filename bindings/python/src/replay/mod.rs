//! Replaying a desk's own history under policies that are not in force.

use crate::error;
use crate::guard::guard;
use crate::input;
use crate::output;
use crate::records::html;
use deskmatch_sim::replay::{Observer, QueueUse, Simulation, SimulationOptions, SkillUse};
use deskmatch_sim::{Error, HandleTimeModel, LogReader, Mapping, Report, Roster, RosterOptions, TicketLog};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How often the interpreter is asked whether somebody wants to stop.
const PATIENCE: Duration = Duration::from_millis(20);

/// What came of a replay: the figures of every policy, side by side, the first column being what the log itself did.
#[pyclass(frozen, module = "deskmatch")]
pub(crate) struct ReplayReport(Report);

#[pymethods]
impl ReplayReport {
    /// The headings of the columns: `log (data)`, then the policies.
    #[getter]
    fn policies(&self) -> PyResult<Vec<String>> {
        guard(|| Ok(self.0.policies().to_vec()))
    }

    /// The report as a document: title, columns, rows by section, notes.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| output::of_json(py, &self.0.to_json()))
    }

    /// The report as a text, the same as `deskmatch replay` prints.
    fn __str__(&self) -> PyResult<String> {
        guard(|| Ok(self.0.to_text()))
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| Ok(format!("<deskmatch.ReplayReport: {}>", self.0.policies().join(", "))))
    }

    /// The report as a text that keeps its columns, for notebooks.
    fn _repr_html_(&self) -> PyResult<String> {
        guard(|| Ok(format!("<pre>{}</pre>", html::escaped(&self.0.to_text()))))
    }
}

/// Tells how far it is, and stops when Python wants to.
struct Watch {
    progress: Option<Py<PyAny>>,
    policy: String,
    total: usize,
    asked: Instant,
    raised: Option<PyErr>,
}

impl Watch {
    /// Asks Python, at most every few milliseconds.
    fn look(&mut self, arrived: Option<usize>) -> io::Result<()> {
        let is_end = arrived == Some(self.total);
        if self.raised.is_none() && (is_end || self.asked.elapsed() >= PATIENCE) {
            self.asked = Instant::now();
            let told = Python::attach(|py| {
                py.check_signals()?;
                match (&self.progress, arrived) {
                    (Some(progress), Some(arrived)) => {
                        progress.bind(py).call1((self.policy.as_str(), arrived, self.total)).map(|_| ())
                    }
                    _ => Ok(()),
                }
            });
            self.raised = told.err();
        }
        if self.raised.is_some() { Err(io::Error::other("stopped from Python")) } else { Ok(()) }
    }
}

impl Observer for Watch {
    fn arrived(&mut self, tickets: usize) {
        // What is raised here ends the replay at the next event.
        let _ = self.look(Some(tickets));
    }

    fn happened(&mut self, _event: &deskmatch::Event) -> io::Result<()> {
        self.look(None)
    }
}

/// Replays a log under policies. The package's `replay` says what the arguments are.
#[pyfunction]
pub(crate) fn _replay(
    py: Python<'_>,
    log: &Bound<'_, PyAny>,
    policies: &Bound<'_, PyDict>,
    settings: &Bound<'_, PyDict>,
    progress: Option<Py<PyAny>>,
) -> PyResult<ReplayReport> {
    guard(|| {
        let settings = Settings(settings);
        let log = read_log(py, log, &settings)?;
        let roster = match settings.0.get_item("agents")?.filter(|agents| !agents.is_none()) {
            Some(path) => {
                let file = error::open_file(&path.extract::<PathBuf>()?)?;
                Roster::read(file).map_err(|error| of_sim(&error))?
            }
            None => {
                let resolved_min = settings.number("resolved_min")?;
                Roster::from_log(
                    &log,
                    &RosterOptions { resolved_min, capacity: settings.number("capacity")? },
                )
            }
        };
        let options = settings.options()?;
        let simulation = Simulation::new(&log, &roster, options);
        let mut runs = Vec::new();
        for (name, policy) in policies.iter() {
            let name = name.cast::<PyString>()?.to_str()?.to_owned();
            let policy = crate::records::policy::policy_of(Some(&policy))?;
            let total = options.tickets_max.map_or(log.len(), |most| most.min(log.len()));
            let progress = progress.as_ref().map(|progress| progress.clone_ref(py));
            let mut watch =
                Watch { progress, policy: name.clone(), total, asked: Instant::now(), raised: None };
            let run = py.detach(|| simulation.run(&name, &policy, &mut watch));
            // Signals that came at the very end.
            py.check_signals()?;
            match (run, watch.raised) {
                (_, Some(raised)) => return Err(raised),
                (run, None) => runs.push(run.map_err(|error| of_sim(&error))?),
            }
        }
        let report = simulation.report(&runs).map_err(|error| of_sim(&error))?;
        Ok(ReplayReport(report.without_measured()))
    })
}

fn read_log(py: Python<'_>, log: &Bound<'_, PyAny>, settings: &Settings<'_, '_>) -> PyResult<TicketLog> {
    let name = settings.text("mapping")?;
    let mapping = match Mapping::ready_made(&name) {
        Some(mapping) => mapping,
        None => Mapping::from_json(&error::read_file(name.as_ref())?).map_err(|error| of_sim(&error))?,
    };
    let reader = LogReader::new(mapping);
    let read = match log.cast::<PyBytes>() {
        Ok(bytes) => {
            let bytes = bytes.as_bytes();
            py.detach(|| reader.read(bytes))
        }
        Err(_) => {
            let file = error::open_file(&log.extract::<PathBuf>()?)?;
            py.detach(|| reader.read(file))
        }
    };
    let log = read.map_err(|error| of_sim(&error))?;
    if log.is_empty() {
        return Err(error::argument("log", "no ticket can be read; look at the mapping"));
    }
    Ok(log)
}

/// The settings of a replay, by name; the package gives all of them.
struct Settings<'a, 'py>(&'a Bound<'py, PyDict>);

impl Settings<'_, '_> {
    fn get(&self, name: &str) -> PyResult<Bound<'_, PyAny>> {
        self.0.get_item(name)?.ok_or_else(|| error::argument(name, "is missing"))
    }

    fn text(&self, name: &str) -> PyResult<String> {
        input::read(&self.get(name)?, name)
    }

    fn number<T: serde::de::DeserializeOwned>(&self, name: &str) -> PyResult<T> {
        input::read(&self.get(name)?, name)
    }

    fn span_ms(&self, name: &str) -> PyResult<i64> {
        let span: deskmatch::Span = input::read(&self.get(name)?, name)?;
        Ok(span.as_millis())
    }

    fn options(&self) -> PyResult<SimulationOptions> {
        let handle_time = self.text("handle_time")?.parse().map_err(|error: Error| of_sim(&error))?;
        let percent: u16 = self.number("missed_offers")?;
        Ok(SimulationOptions {
            handle_time: HandleTimeModel::new(handle_time, self.number("seed")?),
            reaction_ms: self.span_ms("reaction")?,
            missed_offers_permille: percent.saturating_mul(10),
            comeback_ms: self.span_ms("comeback")?,
            response_ms: self.span_ms("response")?,
            within_ms: self.span_ms("within")?,
            skills: match self.text("skills")?.as_str() {
                "required" => SkillUse::Required,
                "preferred" => SkillUse::Preferred,
                "ignored" => SkillUse::Ignored,
                _ => return Err(error::argument("skills", "expected `required`, `preferred` or `ignored`")),
            },
            queues: match self.text("queues")?.as_str() {
                "log" => QueueUse::Log,
                "policy" => QueueUse::Policy,
                _ => return Err(error::argument("queues", "expected `log` or `policy`")),
            },
            tickets_max: self.number("limit")?,
        })
    }
}

fn of_sim(error: &Error) -> PyErr {
    error::of_code(error.kind().code(), &error.to_string())
}

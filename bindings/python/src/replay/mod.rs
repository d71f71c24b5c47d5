//! Replaying a desk's own history under policies that are not in force.

mod report;
mod rows;

pub(crate) use report::ReplayReport;

use crate::error;
use crate::guard::guard;
use crate::input;
use deskmatch_sim::replay::{
    Assignment, AssignmentRecord, Observer, QueueUse, Simulation, SimulationOptions, SkillUse,
};
use deskmatch_sim::{Error, HandleTimeModel, LogReader, Mapping, Roster, RosterOptions, TicketLog};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How often the interpreter is asked whether somebody wants to stop.
const PATIENCE: Duration = Duration::from_millis(20);

/// Tells how far it is, and stops when Python wants to.
struct Watch {
    progress: Option<Py<PyAny>>,
    assigned: Option<Vec<AssignmentRecord>>,
    place: usize,
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

    fn assigned(&mut self, assignment: &Assignment<'_>) -> io::Result<()> {
        if let Some(assigned) = &mut self.assigned {
            assigned.push(assignment.record(self.place));
        }
        Ok(())
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
            None => settings.derived(&log)?,
        };
        run(py, &log, &roster, policies, &settings, progress, None)
    })
}

/// Simulates tickets and agents given as values. The package's `simulate` says what the arguments are.
#[pyfunction]
pub(crate) fn _simulate(
    py: Python<'_>,
    tickets: &Bound<'_, PyAny>,
    agents: Option<&Bound<'_, PyAny>>,
    policies: &Bound<'_, PyDict>,
    settings: &Bound<'_, PyDict>,
    progress: Option<Py<PyAny>>,
) -> PyResult<ReplayReport> {
    guard(|| {
        let settings = Settings(settings);
        let log = rows::log(tickets)?;
        let roster = match agents.filter(|agents| !agents.is_none()) {
            Some(agents) => rows::roster(agents)?,
            None => settings.derived(&log)?,
        };
        let kind: Option<String> = settings.number("kind")?;
        run(py, &log, &roster, policies, &settings, progress, kind)
    })
}

/// Plays a log under each policy, and lays the figures side by side.
fn run(
    py: Python<'_>,
    log: &TicketLog,
    roster: &Roster,
    policies: &Bound<'_, PyDict>,
    settings: &Settings<'_, '_>,
    progress: Option<Py<PyAny>>,
    kind: Option<String>,
) -> PyResult<ReplayReport> {
    let options = settings.options()?;
    let simulation = Simulation::new(log, roster, options);
    let total = options.tickets_max.map_or(log.len(), |most| most.min(log.len()));
    let mut runs = Vec::new();
    let keeps: bool = settings.number("assignments")?;
    let mut assigned = keeps.then(Vec::new);
    for (place, (name, policy)) in policies.iter().enumerate() {
        let policy_name = name.cast::<PyString>()?.to_str()?.to_owned();
        let policy = crate::records::policy::policy_of(Some(&policy))?;
        let progress = progress.as_ref().map(|progress| progress.clone_ref(py));
        let mut watch = Watch {
            progress,
            assigned,
            place,
            policy: policy_name.clone(),
            total,
            asked: Instant::now(),
            raised: None,
        };
        let run = py.detach(|| simulation.run(&policy_name, &policy, &mut watch));
        assigned = watch.assigned;
        // Signals that came at the very end.
        py.check_signals()?;
        match (run, watch.raised) {
            (_, Some(raised)) => return Err(raised),
            (run, None) => runs.push(run.map_err(|error| of_sim(&error))?),
        }
    }
    let report = simulation.report(&runs).map_err(|error| of_sim(&error))?;
    Ok(ReplayReport::new(report.without_measured(), assigned, kind))
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

    /// The agents that the log itself tells of.
    fn derived(&self, log: &TicketLog) -> PyResult<Roster> {
        let (resolved_min, capacity) = (self.number("resolved_min")?, self.number("capacity")?);
        Ok(Roster::from_log(log, &RosterOptions { resolved_min, capacity }))
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

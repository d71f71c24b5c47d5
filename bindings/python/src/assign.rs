//! One batch: tickets and agents in, assignments out. The same as `deskmatch assign` does with files.

use crate::error;
use crate::guard::guard;
use crate::input;
use crate::output::of_json;
use crate::records::documents::{Agent, Ticket};
use crate::records::policy::policy_of;
use deskmatch::{
    Command, Engine, Event, EventBody, Policy, ReadyMade, StrategyPolicy, TicketState, Timestamp,
};
use deskmatch_sim::batch;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// How long the engine took for the last batch, for the benchmark that tells it from the border.
pub(crate) static SOLVER_NS: AtomicU64 = AtomicU64::new(0);

/// The columns of the answer.
const COLUMNS: [&str; 8] = ["ticket", "agent", "state", "queue", "priority", "by", "strategy", "score"];

/// The columns that a frame may have, and how a cell of one becomes a field.
pub(crate) struct Columns {
    pub(crate) known: &'static [&'static str],
    pub(crate) cell: for<'py> fn(&Bound<'py, PyDict>, &str, &Bound<'py, PyAny>, &str) -> PyResult<()>,
}

const TICKET_COLUMNS: Columns = Columns {
    cell,
    known: &[
        "id",
        "queue",
        "channel",
        "priority",
        "skills",
        "preferred_skills",
        "requester",
        "preferred",
        "excluded",
        "size",
        "effort",
        "not_before",
        "due",
        "created",
        "attributes",
    ],
};
pub(crate) const AGENT_COLUMNS: Columns = Columns {
    cell,
    known: &["id", "skills", "queues", "capacity", "channels", "weight", "presence", "attributes"],
};

/// Assigns a batch, and gives the answer as columns. `tickets` and `agents` are lists of documents, or dictionaries of columns.
#[pyfunction]
#[pyo3(signature = (tickets, agents, policy, strategy, at, reasons))]
pub(crate) fn _assign<'py>(
    tickets: &Bound<'py, PyAny>,
    agents: &Bound<'py, PyAny>,
    policy: Option<&Bound<'py, PyAny>>,
    strategy: Option<&Bound<'py, PyAny>>,
    at: Option<&Bound<'py, PyAny>>,
    reasons: bool,
) -> PyResult<Bound<'py, PyDict>> {
    guard(|| {
        let py = tickets.py();
        let tickets =
            each(tickets, "tickets", &TICKET_COLUMNS, |value, path| match value.cast::<Ticket>() {
                Ok(ticket) => Ok(ticket.get().0.clone()),
                Err(_) => input::read(value, path),
            })?;
        let agents = each(agents, "agents", &AGENT_COLUMNS, |value, path| match value.cast::<Agent>() {
            Ok(agent) => Ok(agent.get().0.clone()),
            Err(_) => input::read(value, path),
        })?;
        let given = policy.filter(|policy| !policy.is_none());
        let mut policy = match given {
            Some(_) => policy_of(given)?,
            None => ready_made(&tickets, &agents),
        };
        if let Some(strategy) = strategy.filter(|strategy| !strategy.is_none()) {
            policy.queues = policy.effective_queues();
            for queue in policy.queues.values_mut() {
                queue.strategy = strategy_of(strategy, &queue.strategy)?;
            }
        }
        let at = match at.filter(|at| !at.is_none()) {
            Some(at) => input::time::moment(at, "at")?,
            None => tickets.iter().filter_map(|ticket| ticket.created).max().unwrap_or_default(),
        };
        let batch = Batch { policy, tickets, agents, at };
        let begun = Instant::now();
        let rows = py.detach(|| batch.settle(reasons));
        SOLVER_NS.store(begun.elapsed().as_nanos() as u64, Ordering::Relaxed);
        let rows = rows.map_err(|fault| match fault {
            Fault::Engine(place, error) => error::of_engine_at(&place, &error),
        })?;
        columns(py, &rows, reasons)
    })
}

/// Reads every row of a list, or of columns.
pub(crate) fn each<'py, T>(
    value: &Bound<'py, PyAny>,
    name: &str,
    known: &Columns,
    read: impl Fn(&Bound<'py, PyAny>, &str) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    if let Ok(columns) = value.cast::<PyDict>() {
        return of_columns(columns, name, known, read);
    }
    let rows = value.try_iter().map_err(|_| error::argument(name, "expected a list or a frame"))?;
    rows.enumerate().map(|(index, row)| read(&row?, &format!("{name}[{index}]"))).collect()
}

fn of_columns<'py, T>(
    columns: &Bound<'py, PyDict>,
    name: &str,
    known: &Columns,
    read: impl Fn(&Bound<'py, PyAny>, &str) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let py = columns.py();
    let mut cells = Vec::new();
    for (column, values) in columns.iter() {
        let column = column
            .cast_into::<PyString>()
            .map_err(|_| error::argument(name, "a column's name must be a text"))?;
        let text = column.to_str()?.to_owned();
        if !known.known.contains(&text.as_str()) && !text.starts_with("attribute.") {
            let message = format!(
                "is not known; leave it out or call it `attribute.{text}`; the columns are {}",
                known.known.join(", ")
            );
            return Err(error::argument(&format!("{name}.{text}"), message));
        }
        cells.push((text, values.cast_into::<PyList>()?));
    }
    let length = cells.first().map_or(0, |(_, values)| values.len());
    let mut rows = Vec::with_capacity(length);
    for index in 0..length {
        let (row, attributes) = (PyDict::new(py), PyDict::new(py));
        for (column, values) in &cells {
            let value = values.get_item(index)?;
            if value.is_none() {
                continue;
            }
            match column.strip_prefix("attribute.") {
                Some(attribute) => attributes.set_item(attribute, value)?,
                None => (known.cell)(&row, column, &value, &format!("{name}[{index}]"))?,
            }
        }
        if !attributes.is_empty() {
            row.set_item("attributes", attributes)?;
        }
        rows.push(read(row.as_any(), &format!("{name}[{index}]"))?);
    }
    Ok(rows)
}

/// One cell. Where a document has a list or an object, a cell may have a text: `german:50;french` or `support;billing`.
fn cell<'py>(row: &Bound<'py, PyDict>, column: &str, value: &Bound<'py, PyAny>, path: &str) -> PyResult<()> {
    let py = row.py();
    if column == "capacity" && value.extract::<i64>().is_ok() {
        let capacity = PyDict::new(py);
        capacity.set_item("units", value)?;
        return row.set_item(column, capacity);
    }
    let Ok(text) = value.cast::<PyString>() else { return row.set_item(column, value) };
    let text = text.to_str()?;
    let parts = || text.split(';').map(str::trim).filter(|part| !part.is_empty());
    let is_agent = !path.starts_with("tickets");
    match column {
        "skills" if is_agent => {
            let skills = PyDict::new(py);
            for part in parts() {
                let (skill, level) = level_of(part, path)?;
                skills.set_item(skill, level)?;
            }
            row.set_item(column, skills)
        }
        "skills" | "preferred_skills" => {
            let class =
                if column == "skills" { json!("required") } else { json!({ "preferred": { "weight": 1 } }) };
            let list = match row.get_item("skills")? {
                Some(list) => list.cast_into::<PyList>()?,
                None => PyList::empty(py),
            };
            for part in parts() {
                let (skill, level) = level_of(part, path)?;
                list.append(of_json(py, &json!({ "skill": skill, "level": level, "class": class }))?)?;
            }
            row.set_item("skills", list)
        }
        "preferred" => {
            let agents =
                parts().map(|agent| of_json(py, &json!({ "agent": agent }))).collect::<PyResult<Vec<_>>>()?;
            row.set_item(column, agents)
        }
        "queues" => {
            let queues =
                parts().map(|queue| of_json(py, &json!({ "queue": queue }))).collect::<PyResult<Vec<_>>>()?;
            row.set_item(column, queues)
        }
        "excluded" | "channels" => row.set_item(column, parts().collect::<Vec<_>>()),
        _ => row.set_item(column, value),
    }
}

/// Reads `german:50`; without a level any will do.
fn level_of<'a>(part: &'a str, path: &str) -> PyResult<(&'a str, u8)> {
    let Some((skill, level)) = part.rsplit_once(':') else { return Ok((part, 1)) };
    match level.trim().parse() {
        Ok(level) => Ok((skill.trim(), level)),
        Err(_) => Err(error::argument(
            path,
            format!("the skill `{part}` needs a level from 1 to 100, as in `german:50`"),
        )),
    }
}

/// The policy `balanced`, with a queue like its own for each that tickets and agents name.
fn ready_made(tickets: &[deskmatch::Ticket], agents: &[deskmatch::Agent]) -> Policy {
    let policy = deskmatch_documents::ready_made(ReadyMade::Balanced);
    let known = policy.queue_names();
    let named = batch::queues_named(tickets.iter(), agents.iter());
    let missing = named.into_iter().filter(|queue| !known.contains(queue));
    policy.with_queues_like(ReadyMade::Balanced.template(), missing)
}

/// A strategy in place of another: its name, or its document in a policy.
fn strategy_of(value: &Bound<'_, PyAny>, old: &StrategyPolicy) -> PyResult<StrategyPolicy> {
    let Ok(name) = value.cast::<PyString>() else { return input::read(value, "strategy") };
    match deskmatch_documents::strategy_named(name.to_str()?, old) {
        Some(strategy) => Ok(strategy),
        // The engine's own reader says which names there are.
        None => input::read(&of_json(value.py(), &json!({ "kind": name.to_str()? }))?, "strategy"),
    }
}

struct Batch {
    policy: Policy,
    tickets: Vec<deskmatch::Ticket>,
    agents: Vec<deskmatch::Agent>,
    at: Timestamp,
}

enum Fault {
    Engine(String, deskmatch::Error),
}

impl Batch {
    /// Brings everything in under a policy by which nothing is settled, then sets the policy itself.
    fn settle(self, reasons: bool) -> Result<Vec<Vec<Value>>, Fault> {
        let at_policy = |error| Fault::Engine("policy".to_owned(), error);
        let policy = batch::fitted(self.policy);
        let is_planned = batch::is_planned(&policy);
        let mut engine = Engine::new(batch::held(policy.clone())).map_err(at_policy)?;
        let mut events = Vec::new();
        for (index, agent) in self.agents.into_iter().enumerate() {
            let added = engine.execute_into(self.at, Command::add_agent(agent), &mut events);
            added.map_err(|error| Fault::Engine(format!("agents[{index}]"), error))?;
        }
        let ids: Vec<String> = self.tickets.iter().map(|ticket| ticket.id.to_string()).collect();
        for (index, ticket) in self.tickets.into_iter().enumerate() {
            let submitted = engine.execute_into(self.at, Command::submit(ticket), &mut events);
            submitted.map_err(|error| Fault::Engine(format!("tickets[{index}]"), error))?;
        }
        events.clear();
        let set = Command::SetPolicy { policy: Box::new(policy) };
        engine.execute_into(self.at, set, &mut events).map_err(at_policy)?;
        if is_planned {
            let plan = Command::Plan { queue: None, limit: None };
            engine.execute_into(self.at, plan, &mut events).map_err(at_policy)?;
        }
        Ok(rows(&engine, &ids, &events, reasons))
    }
}

fn rows(engine: &Engine, ids: &[String], events: &[Event], reasons: bool) -> Vec<Vec<Value>> {
    let mut assigned = HashMap::new();
    for event in events {
        if let EventBody::Assigned { ticket, agent, decision } = &event.body {
            assigned.insert(ticket.as_str(), (agent, decision));
        }
    }
    let row = |id: &String| {
        let view = engine.ticket(id);
        let state = view.map_or(TicketState::Cancelled, |view| view.state());
        let chosen = assigned.get(id.as_str());
        let decision = chosen.map(|(_, decision)| decision);
        let mut row = vec![
            json!(id),
            json!(chosen.map(|(agent, _)| agent)),
            json!(state),
            json!(view.map(|view| view.queue())),
            json!(view.map(|view| view.priority())),
            json!(decision.map(|decision| decision.by)),
            json!(decision.map(|decision| &decision.strategy)),
            json!(decision.and_then(|decision| decision.score)),
        ];
        if reasons {
            row.push(match decision {
                Some(decision) => json!(deskmatch_sim::replay::reason(decision)),
                None => json!(
                    engine
                        .explain(id)
                        .map(|explanation| batch::why_it_waits(&explanation))
                        .unwrap_or_default()
                ),
            });
        }
        row
    };
    ids.iter().map(row).collect()
}

fn columns<'py>(py: Python<'py>, rows: &[Vec<Value>], reasons: bool) -> PyResult<Bound<'py, PyDict>> {
    let names = COLUMNS.into_iter().chain(reasons.then_some("reason"));
    let dict = PyDict::new(py);
    for (place, name) in names.enumerate() {
        let column = PyList::empty(py);
        for row in rows {
            match &row[place] {
                // Few words in many rows: queues, agents, states.
                Value::String(text) if place != 0 && name != "reason" => {
                    column.append(PyString::intern(py, text))?
                }
                value => column.append(of_json(py, value)?)?,
            }
        }
        dict.set_item(name, column)?;
    }
    Ok(dict)
}

//! Tickets of the past and agents, from lists and frames.

use crate::assign::{self, Columns};
use crate::error;
use crate::input;
use crate::records::documents::Agent;
use deskmatch_sim::{Error, PastTicket, Roster, TicketLog};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

const TICKET_COLUMNS: Columns = Columns {
    known: &[
        "id",
        "created",
        "resolved",
        "handle_time",
        "queue",
        "priority",
        "channel",
        "requester",
        "agent",
        "skills",
    ],
    cell,
};

/// One cell of a frame of tickets: `vpn;german` is a list of skills.
fn cell<'py>(row: &Bound<'py, PyDict>, column: &str, value: &Bound<'py, PyAny>, _: &str) -> PyResult<()> {
    match value.cast::<PyString>() {
        Ok(text) if column == "skills" => {
            let text = text.to_str()?;
            row.set_item(column, text.split(';').map(str::trim).collect::<Vec<_>>())
        }
        _ => row.set_item(column, value),
    }
}

/// The log that tickets are.
pub(super) fn log(tickets: &Bound<'_, PyAny>) -> PyResult<TicketLog> {
    let tickets: Vec<PastTicket> = assign::each(tickets, "tickets", &TICKET_COLUMNS, input::read)?;
    if tickets.is_empty() {
        return Err(error::argument("tickets", "there are none; give at least one"));
    }
    TicketLog::of_tickets(&tickets).map_err(|error| of_row("tickets", &error))
}

/// The agents.
pub(super) fn roster(agents: &Bound<'_, PyAny>) -> PyResult<Roster> {
    let agents =
        assign::each(agents, "agents", &assign::AGENT_COLUMNS, |value, path| match value.cast::<Agent>() {
            Ok(agent) => Ok(agent.get().0.clone()),
            Err(_) => input::read(value, path),
        })?;
    Roster::of_agents(&agents).map_err(|error| of_row("agents", &error))
}

/// An error about one of several values: the place is said as Python counts.
fn of_row(name: &str, error: &Error) -> PyErr {
    let Some(line) = error.line() else { return super::of_sim(error) };
    let field = error.field().or(error.column()).map(|field| format!(".{field}")).unwrap_or_default();
    error::of_code_at(
        error.kind().code(),
        &format!("{name}[{}]{field}", line.saturating_sub(1)),
        error.message(),
    )
}

//! Commands from Python.

use crate::error;
use crate::input::{json, typed};
use crate::records::documents::Ticket;
use deskmatch::{Command, Request};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// The request of a document: a dictionary, or its JSON as a text.
pub(crate) fn request_of(value: &Bound<'_, PyAny>) -> PyResult<Request> {
    if let Ok(dict) = value.cast_exact::<PyDict>()
        && let Some(request) = quick(dict)
    {
        return Ok(request);
    }
    let text = match value.cast::<PyString>() {
        Ok(text) => text.to_str()?.to_owned(),
        Err(_) => json::write(value, "")?.to_string(),
    };
    deskmatch_documents::request(&text).map_err(|error| error::of_engine(&error))
}

/// Reads the commands that desks send all day without going through JSON. `None` for any other, and for any that is not right:
/// the engine's own reader then says what is wrong.
fn quick(dict: &Bound<'_, PyDict>) -> Option<Request> {
    let (mut kind, mut ticket, mut agent, mut request) = (None, None, None, None);
    for (key, value) in dict.iter() {
        let field = match key.cast::<PyString>().ok()?.to_str().ok()? {
            "type" => &mut kind,
            "ticket" => &mut ticket,
            "agent" => &mut agent,
            "request_id" => &mut request,
            _ => return None,
        };
        *field = Some(value);
    }
    let kind = kind?;
    let kind = kind.cast::<PyString>().ok()?.to_str().ok()?;
    let command = match (ticket, agent) {
        (Some(ticket), None) if kind == "submit" => {
            return with_id(Command::Submit { ticket: Box::new(submitted(&ticket)?) }, request);
        }
        (Some(ticket), None) => of_ticket(kind, name(&ticket)?)?,
        (Some(ticket), Some(agent)) => of_ticket_and_agent(kind, name(&ticket)?, name(&agent)?)?,
        (None, Some(agent)) if kind == "add_agent" => {
            Command::AddAgent { agent: Box::new(typed::read(&agent).ok()?) }
        }
        (None, Some(agent)) if kind == "remove_agent" => Command::RemoveAgent { agent: name(&agent)?.into() },
        (None, None) if kind == "tick" => Command::Tick {},
        _ => return None,
    };
    with_id(command, request)
}

fn with_id(command: Command, id: Option<Bound<'_, PyAny>>) -> Option<Request> {
    let request_id = match id {
        Some(id) if !id.is_none() => Some(name(&id)?.into()),
        _ => None,
    };
    Some(Request { request_id, command })
}

fn submitted(ticket: &Bound<'_, PyAny>) -> Option<deskmatch::Ticket> {
    match ticket.cast::<Ticket>() {
        Ok(ticket) => Some(ticket.get().0.clone()),
        Err(_) => typed::read(ticket).ok(),
    }
}

fn name<'a>(value: &'a Bound<'_, PyAny>) -> Option<&'a str> {
    value.cast::<PyString>().ok()?.to_str().ok()
}

fn of_ticket(kind: &str, ticket: &str) -> Option<Command> {
    let ticket = ticket.into();
    Some(match kind {
        "cancel" => Command::Cancel { ticket },
        "respond" => Command::Respond { ticket },
        "pause" => Command::Pause { ticket },
        "resume" => Command::Resume { ticket },
        "resolve" => Command::Resolve { ticket },
        "finish_wrap_up" => Command::FinishWrapUp { ticket },
        "reopen" => Command::Reopen { ticket },
        "requeue" => Command::Requeue { ticket, reason: None },
        _ => return None,
    })
}

fn of_ticket_and_agent(kind: &str, ticket: &str, agent: &str) -> Option<Command> {
    let (ticket, agent) = (ticket.into(), agent.into());
    Some(match kind {
        "accept" => Command::Accept { ticket, agent },
        "decline" => Command::Decline { ticket, agent, ask_again_at: None },
        "claim" => Command::Claim { ticket, agent },
        "assign" => Command::Assign { ticket, agent, force: false, reason: None },
        "transfer_to_agent" => Command::TransferToAgent { ticket, agent },
        _ => return None,
    })
}

/// Whether a command may take long. The interpreter is let go meanwhile.
///
/// Written without a catch-all, so that a command that the engine gains is thought about, and gets a method.
pub(crate) fn may_take_long(command: &Command) -> bool {
    match command {
        Command::SetPolicy { .. }
        | Command::AddAgent { .. }
        | Command::UpdateAgent { .. }
        | Command::RemoveAgent { .. }
        | Command::Plan { .. }
        | Command::Pull { .. }
        | Command::Tick {} => true,
        Command::SetPresence { .. }
        | Command::Submit { .. }
        | Command::UpdateTicket { .. }
        | Command::Cancel { .. }
        | Command::Accept { .. }
        | Command::Decline { .. }
        | Command::Claim { .. }
        | Command::Assign { .. }
        | Command::TransferToQueue { .. }
        | Command::TransferToAgent { .. }
        | Command::Respond { .. }
        | Command::Pause { .. }
        | Command::Resume { .. }
        | Command::Resolve { .. }
        | Command::FinishWrapUp { .. }
        | Command::Reopen { .. }
        | Command::Requeue { .. } => false,
    }
}

//! A method for each command.

use super::outcome::Outcome;
use super::{Engine, Object};
use crate::error;
use crate::guard::guard;
use crate::input::{self, time};
use crate::records::documents::{self, Ticket};
use crate::records::policy::policy_of;
use deskmatch::Command;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// The document of an argument that is an id with fields, a document, or a value of its class.
fn with_fields<'py>(
    first: &Bound<'py, PyAny>,
    fields: Object<'_, 'py>,
    name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let Some(fields) = fields.filter(|fields| !fields.is_empty().unwrap_or(true)) else {
        return if first.is_instance_of::<PyString>() {
            let dict = PyDict::new(first.py());
            dict.set_item("id", first)?;
            Ok(dict.into_any())
        } else {
            Ok(first.clone())
        };
    };
    if !first.is_instance_of::<PyString>() {
        return Err(error::argument(name, "fields go with an id; a document has its own"));
    }
    let dict = fields.cast::<PyDict>()?.copy()?;
    dict.set_item("id", first)?;
    Ok(dict.into_any())
}

/// The changes of an argument that is a document, a value of its class, or fields.
fn changes<'py>(
    patch: Object<'_, 'py>,
    fields: Object<'_, 'py>,
    py: Python<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let fields = fields.filter(|fields| !fields.is_empty().unwrap_or(true));
    match (patch.filter(|patch| !patch.is_none()), fields) {
        (Some(_), Some(_)) => Err(error::argument("patch", "give a document or fields, not both")),
        (Some(patch), None) => Ok(patch.clone()),
        (None, Some(fields)) => Ok(fields.clone()),
        (None, None) => Ok(PyDict::new(py).into_any()),
    }
}

fn ticket_of(value: &Bound<'_, PyAny>) -> PyResult<deskmatch::Ticket> {
    match value.cast::<Ticket>() {
        Ok(ticket) => Ok(ticket.get().0.clone()),
        Err(_) => document(value, "submit", "ticket"),
    }
}

/// A document of a command. What is wrong with it is told as the engine tells it in every language.
fn document<T: serde::de::DeserializeOwned>(
    value: &Bound<'_, PyAny>,
    command: &str,
    field: &str,
) -> PyResult<T> {
    if let Ok(read) = input::typed::read(value) {
        return Ok(read);
    }
    let document = input::json::write(value, field)?;
    let mut whole = serde_json::json!({ "type": command, field: document });
    if field == "patch" {
        let subject = if command == "update_agent" { "agent" } else { "ticket" };
        whole[subject] = "-".into();
    }
    deskmatch_documents::request(&whole.to_string()).map_err(|error| error::of_engine(&error))?;
    input::read(value, field)
}

#[pymethods]
impl Engine {
    /// Replaces the policy.
    ///
    /// Raises `InvalidPolicyError` with every fault, and `PolicyInUseError` if it no longer knows something in use.
    #[pyo3(signature = (policy, *, at = None, request_id = None))]
    fn set_policy(
        &self,
        py: Python<'_>,
        policy: &Bound<'_, PyAny>,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| {
            self.command(
                py,
                Command::SetPolicy { policy: Box::new(policy_of(Some(policy))?) },
                at,
                request_id,
            )
        })
    }

    /// Adds an agent: an `Agent`, its document, or an id with its fields.
    ///
    /// Raises `DuplicateAgentError`, and `InvalidAgentError` with every fault.
    #[pyo3(signature = (agent, /, *, at = None, request_id = None, **fields))]
    fn add_agent<'py>(
        &self,
        agent: &Bound<'py, PyAny>,
        at: Object<'_, 'py>,
        request_id: Option<&str>,
        fields: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Outcome> {
        guard(|| {
            let value = with_fields(agent, fields.map(|fields| fields.as_any()), "agent")?;
            let read = match value.cast::<documents::Agent>() {
                Ok(agent) => agent.get().0.clone(),
                Err(_) => document(&value, "add_agent", "agent")?,
            };
            self.command(agent.py(), Command::add_agent(read), at, request_id)
        })
    }

    /// Changes an agent: an `AgentPatch`, its document, or its fields. What is not given stays as it is.
    ///
    /// Raises `UnknownAgentError`, and `InvalidAgentError` with every fault.
    #[pyo3(signature = (agent, patch = None, *, at = None, request_id = None, **fields))]
    fn update_agent<'py>(
        &self,
        py: Python<'py>,
        agent: &str,
        patch: Object<'_, 'py>,
        at: Object<'_, 'py>,
        request_id: Option<&str>,
        fields: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Outcome> {
        guard(|| {
            let value = changes(patch, fields.map(|fields| fields.as_any()), py)?;
            let patch = match value.cast::<documents::AgentPatch>() {
                Ok(patch) => patch.get().0.clone(),
                Err(_) => document(&value, "update_agent", "patch")?,
            };
            self.command(
                py,
                Command::UpdateAgent { agent: agent.into(), patch: Box::new(patch) },
                at,
                request_id,
            )
        })
    }

    /// Submits a ticket: a `Ticket`, its document, or an id with its fields.
    ///
    /// Raises `DuplicateTicketError`, and `InvalidTicketError` with every fault.
    #[pyo3(signature = (ticket, /, *, at = None, request_id = None, **fields))]
    fn submit<'py>(
        &self,
        ticket: &Bound<'py, PyAny>,
        at: Object<'_, 'py>,
        request_id: Option<&str>,
        fields: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Outcome> {
        guard(|| {
            let value = with_fields(ticket, fields.map(|fields| fields.as_any()), "ticket")?;
            self.command(ticket.py(), Command::submit(ticket_of(&value)?), at, request_id)
        })
    }

    /// Changes an open ticket: a `TicketPatch`, its document, or its fields. What is not given stays as it is.
    ///
    /// Raises `UnknownTicketError`, `WrongStateError`, and `InvalidTicketError` with every fault.
    #[pyo3(signature = (ticket, patch = None, *, at = None, request_id = None, **fields))]
    fn update_ticket<'py>(
        &self,
        py: Python<'py>,
        ticket: &str,
        patch: Object<'_, 'py>,
        at: Object<'_, 'py>,
        request_id: Option<&str>,
        fields: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Outcome> {
        guard(|| {
            let value = changes(patch, fields.map(|fields| fields.as_any()), py)?;
            let patch = match value.cast::<documents::TicketPatch>() {
                Ok(patch) => patch.get().0.clone(),
                Err(_) => document(&value, "update_ticket", "patch")?,
            };
            self.command(
                py,
                Command::UpdateTicket { ticket: ticket.into(), patch: Box::new(patch) },
                at,
                request_id,
            )
        })
    }

    /// Removes an agent. What it holds waits again; what it wraps up is closed.
    ///
    /// Raises `UnknownAgentError`.
    #[pyo3(signature = (agent, *, at = None, request_id = None))]
    fn remove_agent(
        &self,
        py: Python<'_>,
        agent: &str,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| self.command(py, Command::RemoveAgent { agent: agent.into() }, at, request_id))
    }

    /// Says whether an agent is there, altogether or on one channel: `online`, `draining`, `away` or `offline`. Altogether also takes
    /// back what was said of single channels.
    ///
    /// Raises `UnknownAgentError`, `UnknownChannelError`.
    #[pyo3(signature = (agent, presence, channel = None, *, at = None, request_id = None))]
    fn set_presence(
        &self,
        py: Python<'_>,
        agent: &str,
        presence: &Bound<'_, PyAny>,
        channel: Option<&str>,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| {
            self.command(
                py,
                Command::SetPresence {
                    agent: agent.into(),
                    presence: input::read(presence, "presence")?,
                    channel: channel.map(Into::into),
                },
                at,
                request_id,
            )
        })
    }

    /// Cancels an open ticket.
    ///
    /// Raises `UnknownTicketError`, `WrongStateError`.
    #[pyo3(signature = (ticket, *, at = None, request_id = None))]
    fn cancel(
        &self,
        py: Python<'_>,
        ticket: &str,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| self.command(py, Command::Cancel { ticket: ticket.into() }, at, request_id))
    }

    /// Accepts an offer.
    ///
    /// Raises `NoOfferError`, `UnknownTicketError`, `UnknownAgentError`.
    #[pyo3(signature = (ticket, agent, *, at = None, request_id = None))]
    fn accept(
        &self,
        py: Python<'_>,
        ticket: &str,
        agent: &str,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| {
            self.command(py, Command::Accept { ticket: ticket.into(), agent: agent.into() }, at, request_id)
        })
    }

    /// Declines an offer, or hands back a ticket that was assigned. `ask_again_at` is the moment from which the agent may be asked again;
    /// as the policy says by default.
    ///
    /// Raises `NoOfferError`, `UnknownTicketError`, `UnknownAgentError`.
    #[pyo3(signature = (ticket, agent, ask_again_at = None, *, at = None, request_id = None))]
    fn decline(
        &self,
        py: Python<'_>,
        ticket: &str,
        agent: &str,
        ask_again_at: Object<'_, '_>,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| {
            self.command(
                py,
                Command::Decline {
                    ticket: ticket.into(),
                    agent: agent.into(),
                    ask_again_at: ask_again_at.map(|at| time::moment(at, "ask_again_at")).transpose()?,
                },
                at,
                request_id,
            )
        })
    }

    /// An agent asks for its next ticket, of a queue or of any: the first by order that it may have.
    ///
    /// Raises `UnknownAgentError`, `UnknownQueueError`.
    #[pyo3(signature = (agent, queue = None, *, at = None, request_id = None))]
    fn pull(
        &self,
        py: Python<'_>,
        agent: &str,
        queue: Option<&str>,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| {
            self.command(
                py,
                Command::Pull { agent: agent.into(), queue: queue.map(Into::into) },
                at,
                request_id,
            )
        })
    }

    /// An agent takes this ticket, if it may; else the outcome has a refusal.
    ///
    /// Raises `UnknownTicketError`, `UnknownAgentError`, `WrongStateError`.
    #[pyo3(signature = (ticket, agent, *, at = None, request_id = None))]
    fn claim(
        &self,
        py: Python<'_>,
        ticket: &str,
        agent: &str,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| {
            self.command(py, Command::Claim { ticket: ticket.into(), agent: agent.into() }, at, request_id)
        })
    }

    /// Somebody gives this ticket to this agent, by the rules unless `force` is true. The reason is kept in the event.
    ///
    /// Raises `UnknownTicketError`, `UnknownAgentError`, `WrongStateError`.
    #[allow(clippy::too_many_arguments, reason = "one for each field of the command")]
    #[pyo3(signature = (ticket, agent, force = false, reason = None, *, at = None, request_id = None))]
    fn assign(
        &self,
        py: Python<'_>,
        ticket: &str,
        agent: &str,
        force: bool,
        reason: Option<&str>,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| {
            self.command(
                py,
                Command::Assign {
                    ticket: ticket.into(),
                    agent: agent.into(),
                    force,
                    reason: reason.map(Into::into),
                },
                at,
                request_id,
            )
        })
    }

    /// Moves a ticket to a queue, where it waits.
    ///
    /// Raises `UnknownTicketError`, `UnknownQueueError`, `WrongStateError`.
    #[pyo3(signature = (ticket, queue, *, at = None, request_id = None))]
    fn transfer_to_queue(
        &self,
        py: Python<'_>,
        ticket: &str,
        queue: &str,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| {
            self.command(
                py,
                Command::TransferToQueue { ticket: ticket.into(), queue: queue.into() },
                at,
                request_id,
            )
        })
    }

    /// Moves a ticket from the agent that holds it to another, if that one may have it; else the outcome has a refusal.
    ///
    /// Raises `UnknownTicketError`, `UnknownAgentError`, `WrongStateError`.
    #[pyo3(signature = (ticket, agent, *, at = None, request_id = None))]
    fn transfer_to_agent(
        &self,
        py: Python<'_>,
        ticket: &str,
        agent: &str,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| {
            self.command(
                py,
                Command::TransferToAgent { ticket: ticket.into(), agent: agent.into() },
                at,
                request_id,
            )
        })
    }

    /// Notes that the agent has responded to the requester for the first time.
    ///
    /// Raises `UnknownTicketError`, `WrongStateError`.
    #[pyo3(signature = (ticket, *, at = None, request_id = None))]
    fn respond(
        &self,
        py: Python<'_>,
        ticket: &str,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| self.command(py, Command::Respond { ticket: ticket.into() }, at, request_id))
    }

    /// The ticket waits on its requester.
    ///
    /// Raises `UnknownTicketError`, `WrongStateError`.
    #[pyo3(signature = (ticket, *, at = None, request_id = None))]
    fn pause(
        &self,
        py: Python<'_>,
        ticket: &str,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| self.command(py, Command::Pause { ticket: ticket.into() }, at, request_id))
    }

    /// The requester has answered.
    ///
    /// Raises `UnknownTicketError`, `WrongStateError`.
    #[pyo3(signature = (ticket, *, at = None, request_id = None))]
    fn resume(
        &self,
        py: Python<'_>,
        ticket: &str,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| self.command(py, Command::Resume { ticket: ticket.into() }, at, request_id))
    }

    /// The ticket is done; wrap-up begins if the queue has one.
    ///
    /// Raises `UnknownTicketError`, `WrongStateError`.
    #[pyo3(signature = (ticket, *, at = None, request_id = None))]
    fn resolve(
        &self,
        py: Python<'_>,
        ticket: &str,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| self.command(py, Command::Resolve { ticket: ticket.into() }, at, request_id))
    }

    /// The agent has finished wrapping up.
    ///
    /// Raises `UnknownTicketError`, `WrongStateError`.
    #[pyo3(signature = (ticket, *, at = None, request_id = None))]
    fn finish_wrap_up(
        &self,
        py: Python<'_>,
        ticket: &str,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| self.command(py, Command::FinishWrapUp { ticket: ticket.into() }, at, request_id))
    }

    /// Opens a closed ticket again. It waits anew: its age, steps and targets count from now.
    ///
    /// Raises `UnknownTicketError`, `WrongStateError`.
    #[pyo3(signature = (ticket, *, at = None, request_id = None))]
    fn reopen(
        &self,
        py: Python<'_>,
        ticket: &str,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| self.command(py, Command::Reopen { ticket: ticket.into() }, at, request_id))
    }

    /// Takes a ticket from its agent; it waits again, with its old age. The reason is kept in the event.
    ///
    /// Raises `UnknownTicketError`, `WrongStateError`.
    #[pyo3(signature = (ticket, reason = None, *, at = None, request_id = None))]
    fn requeue(
        &self,
        py: Python<'_>,
        ticket: &str,
        reason: Option<&str>,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| {
            self.command(
                py,
                Command::Requeue { ticket: ticket.into(), reason: reason.map(Into::into) },
                at,
                request_id,
            )
        })
    }

    /// Settles what waits by one optimal plan now, in a queue or in all, whatever the batch windows. `limit` is the most tickets to
    /// assign; the first by order are planned.
    ///
    /// Raises `UnknownQueueError`.
    #[pyo3(signature = (queue = None, limit = None, *, at = None, request_id = None))]
    fn plan(
        &self,
        py: Python<'_>,
        queue: Option<&str>,
        limit: Object<'_, '_>,
        at: Object<'_, '_>,
        request_id: Option<&str>,
    ) -> PyResult<Outcome> {
        guard(|| {
            self.command(
                py,
                Command::Plan {
                    queue: queue.map(Into::into),
                    limit: limit.map(|limit| input::read(limit, "limit")).transpose()?,
                },
                at,
                request_id,
            )
        })
    }

    /// Does what time has brought due. Every other command does so first; `next_due` says when it is time.
    #[pyo3(signature = (*, at = None, request_id = None))]
    fn tick(&self, py: Python<'_>, at: Object<'_, '_>, request_id: Option<&str>) -> PyResult<Outcome> {
        guard(|| self.command(py, Command::Tick {}, at, request_id))
    }
}

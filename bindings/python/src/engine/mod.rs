//! The engine as a live handle.

mod command;
mod lock;
pub(crate) mod outcome;
mod queries;

use crate::error;
use crate::guard::guard;
use crate::input::{self, time};
use crate::output::ToPy;
use crate::records::documents::{self, Ticket};
use crate::records::policy::policy_of;
use crate::records::views::{AgentNow, QueueNow, TicketNow};
use crate::strategy;
use deskmatch::{Command, Request, TicketState, Timestamp};
use lock::Lock;
use outcome::Outcome;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

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
    has_strategies: bool,
}

type Object<'a, 'py> = Option<&'a Bound<'py, PyAny>>;

/// The moment of a command: the one given, else now, but never before the engine's last one.
fn moment(engine: &deskmatch::Engine, at: Object<'_, '_>) -> PyResult<Timestamp> {
    match at.filter(|at| !at.is_none()) {
        Some(at) => time::moment(at, "at"),
        None => Ok(engine.now().map_or_else(time::now, |last| last.max(time::now()))),
    }
}

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
    deskmatch::Request::from_json(&whole.to_string()).map_err(|error| error::of_engine(&error))?;
    input::read(value, field)
}

impl Engine {
    pub(crate) fn new_with(engine: deskmatch::Engine, has_strategies: bool) -> Self {
        Engine { lock: Lock::new(engine), has_strategies }
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
    fn at_leisure<T: Send>(
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
        done.map(Outcome::from).map_err(|error| error::of_engine(&error))
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
    /// objects with a method of that name.
    ///
    /// Raises `InvalidPolicyError` with every fault, and `UnknownStrategyError` if the policy names one that is not given.
    #[new]
    #[pyo3(signature = (policy = None, *, strategies = None))]
    fn new(policy: Object<'_, '_>, strategies: Object<'_, '_>) -> PyResult<Self> {
        guard(|| {
            let (builder, has) =
                strategy::register(deskmatch::Engine::builder(policy_of(policy)?), strategies)?;
            let engine = builder.build().map_err(|error| error::of_engine(&error))?;
            Ok(Engine::new_with(engine, has))
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
            let (builder, has) = strategy::register(deskmatch::Engine::builder(policy), strategies)?;
            let bytes = snapshot.as_bytes();
            let engine = py.detach(|| builder.restore(bytes)).map_err(|error| error::of_engine(&error))?;
            Ok(Engine::new_with(engine, has))
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

    /// A digest of everything the engine knows: 32 hexadecimal digits, equal for equal states in every language. O(state).
    fn digest(&self, py: Python<'_>) -> PyResult<String> {
        guard(|| self.at_leisure(py, |engine| engine.digest().to_string()))
    }

    /// The whole state as bytes, for `restore`. O(state).
    fn snapshot<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(|| Ok(PyBytes::new(py, &self.at_leisure(py, |engine| engine.snapshot())?)))
    }

    /// An independent copy, to try things on. It shares the strategies of the host. O(state).
    fn fork(&self, py: Python<'_>) -> PyResult<Engine> {
        guard(|| Ok(Engine::new_with(self.at_leisure(py, |engine| engine.fork())?, self.has_strategies)))
    }

    /// The moment at which a `tick` would do something, in milliseconds since 1970, if there is one.
    #[getter]
    fn next_due(&self, py: Python<'_>) -> PyResult<Option<i64>> {
        guard(|| self.with(py, |engine| Ok(engine.next_due().map(Timestamp::as_millis))))
    }

    /// The last moment seen, in milliseconds since 1970; none before the first command.
    #[getter]
    fn now(&self, py: Python<'_>) -> PyResult<Option<i64>> {
        guard(|| self.with(py, |engine| Ok(engine.now().map(Timestamp::as_millis))))
    }

    /// The number of the last event; 0 before the first.
    #[getter]
    fn seq(&self, py: Python<'_>) -> PyResult<u64> {
        guard(|| self.with(py, |engine| Ok(engine.seq())))
    }

    /// The policy in force.
    #[getter]
    fn policy<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| self.with(py, |engine| engine.policy().to_py(py)))
    }

    /// The hash of the policy in force: 32 hexadecimal digits.
    #[getter]
    fn policy_hash(&self, py: Python<'_>) -> PyResult<String> {
        guard(|| self.with(py, |engine| Ok(engine.policy_hash().to_string())))
    }

    /// A ticket as it is now, if it is known.
    fn ticket<'py>(&self, py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
        guard(|| self.with(py, |engine| engine.ticket(id).map(TicketNow::from).to_py(py)))
    }

    /// An agent as it is now, if it is known.
    fn agent<'py>(&self, py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            self.with(py, |engine| {
                let channels = engine.policy().channel_names();
                engine.agent(id).map(|agent| AgentNow::new(agent, &channels)).to_py(py)
            })
        })
    }

    /// A queue as it is now, if the policy has it.
    fn queue<'py>(&self, py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
        guard(|| self.with(py, |engine| engine.queue(id).map(QueueNow::from).to_py(py)))
    }

    /// Every ticket known, in no order that means anything; those in one of `states` if given. O(tickets).
    #[pyo3(signature = (*, states = None))]
    fn tickets<'py>(&self, py: Python<'py>, states: Object<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            let states: Option<Vec<TicketState>> =
                states.map(|states| input::read(states, "states")).transpose()?;
            let wanted = move |state| states.as_ref().is_none_or(|states| states.contains(&state));
            let found: Vec<TicketNow> = self.at_leisure(py, |engine| {
                engine.tickets().filter(|ticket| wanted(ticket.state())).map(TicketNow::from).collect()
            })?;
            found.to_py(py)
        })
    }

    /// Every agent, in no order that means anything. O(agents).
    fn agents<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            let found: Vec<AgentNow> = self.at_leisure(py, |engine| {
                let channels = engine.policy().channel_names();
                engine.agents().map(|agent| AgentNow::new(agent, &channels)).collect()
            })?;
            found.to_py(py)
        })
    }

    /// Every queue of the policy, by name.
    fn queues<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            let found: Vec<QueueNow> =
                self.at_leisure(py, |engine| engine.queues().map(QueueNow::from).collect())?;
            found.to_py(py)
        })
    }

    /// The engine in figures. O(1).
    fn view<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| self.with(py, |engine| engine.view().to_py(py)))
    }

    /// The agents that could have a waiting ticket now, sorted by id, for a host that chooses itself and then claims.
    ///
    /// Raises `UnknownTicketError`.
    fn candidates<'py>(&self, py: Python<'py>, ticket: &str) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            let found = self.at_leisure(py, |engine| queries::candidates(engine, ticket))?;
            found.map_err(|error| error::of_engine(&error))?.to_py(py)
        })
    }

    /// Why a ticket went where it did, or why it waits, as things are now. O(agents).
    ///
    /// Raises `UnknownTicketError`.
    fn explain<'py>(&self, py: Python<'py>, ticket: &str) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            let explained = self.at_leisure(py, |engine| engine.explain(ticket))?;
            explained.map_err(|error| error::of_engine(&error))?.to_py(py)
        })
    }

    /// Why an assignment or an offer of the past was made, from the log after this engine's state.
    ///
    /// This engine is the one before the log: a new one, or one restored from a snapshot. `log` is a list of events or of their
    /// documents; `seq` is the number of the event.
    ///
    /// Raises `InvalidEventError` if the log does not follow, or the event is not in it.
    fn explain_event<'py>(&self, log: &Bound<'py, PyAny>, seq: u64) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            let events = queries::log_of(log)?;
            let explained = self.at_leisure(log.py(), |engine| engine.explain_event(&events, seq))?;
            explained.map_err(|error| error::of_engine(&error))?.to_py(log.py())
        })
    }

    /// What is to come for a ticket if nothing else happens, in order.
    ///
    /// Raises `UnknownTicketError`.
    fn timeline<'py>(&self, py: Python<'py>, ticket: &str) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            let moments = self.at_leisure(py, |engine| engine.timeline(ticket))?;
            moments.map_err(|error| error::of_engine(&error))?.to_py(py)
        })
    }

    /// What a policy would change for the tickets that wait now. O(state): the policy is tried on a fork.
    ///
    /// Raises what `set_policy` raises.
    #[pyo3(signature = (policy, *, at = None))]
    fn preview_policy<'py>(
        &self,
        policy: &Bound<'py, PyAny>,
        at: Object<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            let (py, policy) = (policy.py(), policy_of(Some(policy))?);
            let mut held = self.lock.hold(py)?;
            let engine = &mut *held.engine;
            let at = moment(engine, at)?;
            let preview = py.detach(|| engine.preview_policy(at, policy));
            preview.map_err(|error| error::of_engine(&error))?.to_py(py)
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        guard(|| self.with(py, |engine| Ok(queries::summary(engine))))
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
            if self.has_strategies {
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

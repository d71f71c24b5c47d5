//! Everything that happened: a class for each kind of event, all below `Event`.

use crate::error;
use crate::guard::guard;
use crate::input;
use crate::output::{self, ToPy};
use crate::record::{self, ClassInfo, FieldInfo};
use deskmatch::EventBody;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use serde_json::Value;
use smol_str::SmolStr;
use std::sync::Arc;

/// What every event has.
const HEAD: [FieldInfo; 3] = [
    FieldInfo {
        name: "seq",
        key: "seq",
        doc: &[" Its number: 1 for the first of an engine, without gaps."],
        hint: u64::hint,
    },
    FieldInfo { name: "at", key: "at", doc: &[" When, in milliseconds since 1970."], hint: i64::hint },
    FieldInfo {
        name: "request",
        key: "request",
        doc: &[" The request id of the command that led to it, if it had one."],
        hint: Option::<String>::hint,
    },
];

/// One thing that happened. Each kind has a class of its own, to be told apart by `match`.
#[pyclass(frozen, subclass, module = "deskmatch")]
pub(crate) struct Event {
    /// What happened with it: the events of one command are kept together, and cost one allocation.
    all: Arc<Vec<deskmatch::Event>>,
    index: usize,
}

impl Event {
    fn new(event: deskmatch::Event) -> Self {
        Event { all: Arc::new(vec![event]), index: 0 }
    }

    pub(crate) fn it(&self) -> &deskmatch::Event {
        &self.all[self.index]
    }
}

#[pymethods]
impl Event {
    /// Its number: 1 for the first of an engine, without gaps.
    #[getter]
    fn seq(&self) -> PyResult<u64> {
        guard(|| Ok(self.it().seq))
    }

    /// When, in milliseconds since 1970.
    #[getter]
    fn at(&self) -> PyResult<i64> {
        guard(|| Ok(self.it().at.as_millis()))
    }

    /// The request id of the command that led to it, if it had one.
    #[getter]
    fn request<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| self.it().request.to_py(py))
    }

    /// The kind in snake case, as in documents: `assigned`.
    #[getter]
    #[pyo3(name = "type")]
    fn name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| Ok(pyo3::types::PyString::intern(py, self.it().body.name()).into_any()))
    }

    /// Whether the other is the same event.
    fn __eq__(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        guard(|| Ok(other.cast::<Event>().is_ok_and(|other| other.get().it() == self.it())))
    }

    fn __hash__(&self) -> PyResult<u64> {
        guard(|| record::hash(self.it()))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        guard(|| {
            let class = class_of(&slf.get().it().body);
            record::repr(slf.as_any(), class.name, class.fields.iter().chain(&HEAD))
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        guard(|| record::reduce(py, "Event", self.it()))
    }

    /// The event as the document it is in JSON: what a log should keep.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| output::plain(py, self.it()))
    }

    /// The event as one line of JSON: what a log should keep.
    fn to_json(&self) -> PyResult<String> {
        guard(|| record::json(self.it()))
    }

    /// An event from the document that `to_dict` gives.
    ///
    /// Raises `InvalidArgumentError` if it is none.
    #[staticmethod]
    fn from_dict<'py>(document: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            let event: deskmatch::Event = read(&input::json::write(document, "")?)?;
            event.to_py(document.py())
        })
    }

    /// An event from the line that `to_json` gives.
    ///
    /// Raises `InvalidArgumentError` if it is none.
    #[staticmethod]
    fn from_json<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            let document =
                serde_json::from_str(text).map_err(|error| error::argument("", error.to_string()))?;
            read(&document)?.to_py(py)
        })
    }
}

/// The engine's reader for events is lenient about lists for objects; documents must be objects.
fn read(document: &Value) -> PyResult<deskmatch::Event> {
    if !document.is_object() {
        return Err(error::argument("", "expected an event: an object with `type`, `seq` and `at`"));
    }
    deskmatch_documents::event(document.clone()).map_err(|error| error::argument("", error.to_string()))
}

/// The engine's event of any object of the class or of its document.
pub(crate) fn event_of(value: &Bound<'_, PyAny>) -> PyResult<deskmatch::Event> {
    match value.cast::<Event>() {
        Ok(event) => Ok(event.get().it().clone()),
        Err(_) => read(&input::json::write(value, "event")?),
    }
}

impl Event {
    pub(crate) const CLASS: ClassInfo = ClassInfo {
        name: "Event",
        base: None,
        doc: &[" One thing that happened. Each kind has a class of its own, to be told apart by `match`."],
        fields: &HEAD,
        revive: |py, json| record::from_json::<deskmatch::Event>(json)?.to_py(py),
        to_json: |value| value.cast::<Event>().ok().map(|it| record::value_of(it.get().it())),
    };
}

/// An event of a kind from the arguments of its constructor.
fn construct(
    class: &ClassInfo,
    name: &str,
    given: &Bound<'_, PyTuple>,
    named: Option<&Bound<'_, PyDict>>,
) -> PyResult<Event> {
    let fields: Vec<&FieldInfo> = class.fields.iter().chain(&HEAD).collect();
    let document = record::arguments(class.name, &fields, given, named)?;
    let mut document = input::json::write(document.as_any(), "")?;
    if let Some(fields) = document.as_object_mut() {
        fields.insert("type".to_owned(), Value::from(name));
    }
    read(&document).map(Event::new)
}

/// A class for each kind: `Class = "name in documents" { attribute (key): Type, … }`.
macro_rules! events {
    ($(
        $(#[doc = $doc:literal])*
        $class:ident = $name:literal {
            $($(#[doc = $field_doc:literal])* $attribute:ident ($key:ident): $type:ty,)*
        }
    )*) => {
        $(
            $(#[doc = $doc])*
            #[pyclass(frozen, extends = Event, module = "deskmatch")]
            pub(crate) struct $class;

            impl $class {
                const CLASS: ClassInfo = ClassInfo {
                    name: stringify!($class),
                    base: Some("Event"),
                    doc: &[$($doc,)*],
                    fields: &[$(FieldInfo {
                        name: stringify!($attribute),
                        key: stringify!($key),
                        doc: &[$($field_doc,)*],
                        hint: <$type as ToPy>::hint,
                    },)*],
                    revive: Event::CLASS.revive,
                    to_json: |_| None,
                };
            }

            #[pymethods]
            impl $class {
                #[new]
                #[pyo3(signature = (*values, **fields))]
                fn new(
                    values: &Bound<'_, PyTuple>,
                    fields: Option<&Bound<'_, PyDict>>,
                ) -> PyResult<PyClassInitializer<Self>> {
                    guard(|| {
                        let event = construct(&Self::CLASS, $name, values, fields)?;
                        Ok(PyClassInitializer::from(event).add_subclass($class))
                    })
                }

                #[classattr]
                fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
                    record::match_args(py, Self::CLASS.fields)
                }

                $(
                    $(#[doc = $field_doc])*
                    #[getter]
                    fn $attribute<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                        guard(|| match &slf.as_super().get().it().body {
                            EventBody::$class { $key, .. } => $key.to_py(slf.py()),
                            _ => Err(error::internal("an event of another kind")),
                        })
                    }
                )*
            }
        )*

        /// The class of a kind. Written without a catch-all: a kind or a field that the engine gains does not build.
        pub(crate) fn class_of(body: &EventBody) -> &'static ClassInfo {
            match body {
                $(EventBody::$class { $($key: _),* } => &const { $class::CLASS },)*
            }
        }

        /// Every kind, by class and by its name in documents.
        pub(crate) const CLASSES: &[(ClassInfo, &str)] = &[$(($class::CLASS, $name),)*];

        pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
            module.add_class::<Event>()?;
            $(module.add_class::<$class>()?;)*
            Ok(())
        }

        /// One of several events as an object of its class. Copies nothing.
        pub(crate) fn object<'py>(
            py: Python<'py>,
            all: &Arc<Vec<deskmatch::Event>>,
            index: usize,
        ) -> PyResult<Bound<'py, PyAny>> {
            let event = Event { all: all.clone(), index };
            Ok(match event.it().body {
                $(EventBody::$class { .. } => {
                    Bound::new(py, PyClassInitializer::from(event).add_subclass($class))?.into_any()
                })*
            })
        }
    };
}

impl ToPy for deskmatch::Event {
    fn hint() -> String {
        "Event".to_owned()
    }

    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        object(py, &Arc::new(vec![self.clone()]), 0)
    }
}

events! {
    /// A policy is in force from now on.
    PolicyChanged = "policy_changed" {
        /// Its hash, which decisions carry.
        hash (hash): deskmatch::ContentHash,
        /// The policy.
        policy (policy): Box<deskmatch::Policy>,
    }
    /// An agent is known.
    AgentAdded = "agent_added" {
        /// The agent.
        agent (agent): Box<deskmatch::Agent>,
    }
    /// An agent has changed.
    AgentUpdated = "agent_updated" {
        /// The agent.
        agent (agent): deskmatch::AgentId,
        /// What changed.
        patch (patch): Box<deskmatch::AgentPatch>,
    }
    /// An agent is no longer known. What it held was taken from it by events before this one.
    AgentRemoved = "agent_removed" {
        /// The agent.
        agent (agent): deskmatch::AgentId,
    }
    /// An agent's presence has changed.
    PresenceChanged = "presence_changed" {
        /// The agent.
        agent (agent): deskmatch::AgentId,
        /// What it is now.
        presence (presence): deskmatch::Presence,
        /// The channel; altogether if not given.
        channel (channel): Option<deskmatch::ChannelId>,
        /// Why.
        reason (reason): deskmatch::PresenceReason,
    }
    /// A ticket has come in.
    Submitted = "submitted" {
        /// The ticket, with the moment of its creation.
        ticket (ticket): Box<deskmatch::Ticket>,
    }
    /// Routing rules have completed a ticket.
    Routed = "routed" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// What they set.
        route (route): Box<deskmatch::Route>,
    }
    /// A ticket is held back until a moment.
    Scheduled = "scheduled" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The moment.
        until (until): deskmatch::Timestamp,
    }
    /// A ticket waits in a queue.
    Queued = "queued" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The queue.
        queue (queue): deskmatch::QueueId,
    }
    /// A ticket is offered to an agent.
    Offered = "offered" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The agent.
        agent (agent): deskmatch::AgentId,
        /// Until when the offer stands.
        until (until): deskmatch::Timestamp,
        /// Why this agent.
        decision (decision): Box<deskmatch::Decision>,
    }
    /// An agent has accepted an offer; the assignment follows.
    OfferAccepted = "offer_accepted" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The agent.
        agent (agent): deskmatch::AgentId,
    }
    /// An agent has declined an offer.
    OfferDeclined = "offer_declined" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The agent.
        agent (agent): deskmatch::AgentId,
        /// Whether it may be asked again.
        excluded (excluded): deskmatch::Exclusion,
    }
    /// An agent has let an offer run out.
    OfferExpired = "offer_expired" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The agent.
        agent (agent): deskmatch::AgentId,
        /// Whether it may be asked again.
        excluded (excluded): deskmatch::Exclusion,
    }
    /// An offer was taken back.
    OfferRevoked = "offer_revoked" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The agent.
        agent (agent): deskmatch::AgentId,
        /// Why.
        reason (reason): deskmatch::RevokeReason,
    }
    /// An agent holds the ticket.
    Assigned = "assigned" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The agent.
        agent (agent): deskmatch::AgentId,
        /// Why this agent.
        decision (decision): Box<deskmatch::Decision>,
    }
    /// The agent has responded to the requester for the first time.
    Responded = "responded" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
    }
    /// A ticket waits on its requester.
    Paused = "paused" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
    }
    /// A ticket no longer waits on its requester.
    Resumed = "resumed" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
    }
    /// A ticket was taken from its agent and waits again.
    Requeued = "requeued" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The agent that held it.
        agent (agent): deskmatch::AgentId,
        /// Why.
        reason (reason): deskmatch::RequeueReason,
        /// What whoever asked for it said.
        note (note): Option<SmolStr>,
        /// Whether the agent may have it again.
        excluded (excluded): deskmatch::Exclusion,
    }
    /// A relaxation step was taken.
    Relaxed = "relaxed" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The step: its place in the queue's list, from 0.
        step (step): u8,
    }
    /// A step has raised a ticket's priority.
    Escalated = "escalated" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The priority before.
        from_ (from): deskmatch::PriorityId,
        /// The priority now.
        to (to): deskmatch::PriorityId,
    }
    /// A ticket has moved to another queue because it waited too long or too many did.
    Overflowed = "overflowed" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The queue before.
        from_ (from): deskmatch::QueueId,
        /// The queue now.
        to (to): deskmatch::QueueId,
    }
    /// A service target will be missed soon.
    TargetWarned = "target_warned" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The target.
        target (target): SmolStr,
        /// What it promises.
        kind (kind): deskmatch::TargetKind,
        /// When it will be missed.
        due (due): deskmatch::Timestamp,
    }
    /// A service target was missed.
    TargetMissed = "target_missed" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The target.
        target (target): SmolStr,
        /// What it promised.
        kind (kind): deskmatch::TargetKind,
        /// When it was due.
        due (due): deskmatch::Timestamp,
    }
    /// Somebody has moved a ticket to another queue, where it waits.
    Transferred = "transferred" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The queue before.
        from_ (from): deskmatch::QueueId,
        /// The queue now.
        to (to): deskmatch::QueueId,
    }
    /// A ticket has changed.
    TicketUpdated = "ticket_updated" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// What changed.
        patch (patch): Box<deskmatch::TicketPatch>,
    }
    /// A ticket is done.
    Resolved = "resolved" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The agent that did it.
        agent (agent): deskmatch::AgentId,
        /// Until when the agent wraps up at most, if it does.
        wrap_up_until (wrap_up_until): Option<deskmatch::Timestamp>,
    }
    /// The agent has finished wrapping up.
    WrappedUp = "wrapped_up" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// The agent.
        agent (agent): deskmatch::AgentId,
    }
    /// A ticket is closed.
    Closed = "closed" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
    }
    /// A ticket was cancelled.
    Cancelled = "cancelled" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// Why.
        reason (reason): deskmatch::CancelReason,
    }
    /// A closed ticket is open again.
    Reopened = "reopened" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
    }
    /// A closed or cancelled ticket is no longer known.
    Forgotten = "forgotten" {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
    }
    /// A batch window of a queue has opened: a ticket waits there that an agent may take.
    WindowOpened = "window_opened" {
        /// The queue.
        queue (queue): deskmatch::QueueId,
        /// When it settles.
        until (until): deskmatch::Timestamp,
    }
    /// A batch was settled by a plan; its assignments follow.
    Planned = "planned" {
        /// The queue; every queue if not given.
        queue (queue): Option<deskmatch::QueueId>,
        /// The plan in figures.
        summary (summary): deskmatch::PlanSummary,
    }
    /// A command with a request id was answered.
    Answered = "answered" {
        /// A hash of the command, so that another one under the same id is noticed.
        command (command): deskmatch::ContentHash,
        /// The refusal, if that was the answer.
        refusal (refusal): Option<Box<deskmatch::Refusal>>,
    }
}

//! A method for each question.

use super::{Engine, Object, moment, queries};
use crate::error;
use crate::guard::guard;
use crate::input;
use crate::output::ToPy;
use crate::records::policy::policy_of;
use crate::records::views::{AgentNow, QueueNow, TicketNow};
use deskmatch::{TicketState, Timestamp};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

#[pymethods]
impl Engine {
    /// A digest of everything the engine knows: 32 hexadecimal digits, equal for equal states in every language. O(state).
    fn digest(&self, py: Python<'_>) -> PyResult<String> {
        guard(|| self.at_leisure(py, |engine| engine.digest().to_string()))
    }

    /// The whole state as bytes, for `restore`. O(state).
    pub(super) fn snapshot<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(|| Ok(PyBytes::new(py, &self.at_leisure(py, |engine| engine.snapshot())?)))
    }

    /// An independent copy, to try things on. It shares the strategies of the host. O(state).
    pub(super) fn fork(&self, py: Python<'_>) -> PyResult<Engine> {
        guard(|| {
            let callables = self.lock.callables().map(|callables| callables.copied(py));
            Ok(Engine::new_with(self.at_leisure(py, |engine| engine.fork())?, callables))
        })
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

    /// The agents that could have a waiting ticket now, sorted by id, for a host that chooses itself and then claims. Each has its
    /// `score` where the queue has factors.
    ///
    /// Raises `UnknownTicketError`.
    fn candidates<'py>(&self, py: Python<'py>, ticket: &str) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            let found = self.at_leisure(py, |engine| queries::candidates(engine, ticket))?;
            found.map_err(|error| error::of_engine(&error))?.to_py(py)
        })
    }

    /// The agent that the strategy of a waiting ticket's queue would choose for it now; `None` if nobody may have it.
    ///
    /// For desks that show a suggestion and let a person decide, on queues whose tickets agents pull.
    ///
    /// Raises `UnknownTicketError`, and what a strategy of the host raises.
    fn suggest<'py>(&self, py: Python<'py>, ticket: &str) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            let found = self.at_leisure(py, |engine| queries::suggest(engine, ticket))?;
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
}

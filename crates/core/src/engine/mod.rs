//! The engine: a deterministic state machine, `(state, time, command) -> events`.

mod answers;
mod apply;
mod apply_holding;
mod apply_ticket;
mod batch;
mod bitset;
mod choose;
mod commands;
mod compiled;
pub(crate) mod demand;
pub(crate) mod desk;
mod digest;
mod dispatch;
mod eligibility;
mod fields;
mod image;
mod index_agent;
mod index_ticket;
mod journal;
mod lineup;
mod names;
mod plan_sized;
mod preview;
pub(crate) mod records;
mod rota;
pub(crate) mod score;
mod session;
mod slab;
mod snapshot;
mod steps;
mod table;
mod targets;
mod tick;
pub(crate) mod timers;
mod views;
mod windows;

#[cfg(test)]
pub(crate) use names::keyed_hash;
pub use preview::{PolicyPreview, TicketChange};
pub use views::{AgentView, Candidate, QueueView, TicketView};

use crate::command::{Command, Request};
use crate::error::{Error, ErrorKind};
use crate::event::{Event, EventBody};
use crate::explain::{Explanation, Moment};
use crate::hash::{ContentHash, Digest};
use crate::order;
use crate::policy::Policy;
use crate::rule::Refusal;
use crate::state::TicketState;
use crate::strategy::{Registry, Strategy};
use crate::time::Timestamp;
use compiled::Compiled;
use desk::Desk;
use session::Session;
use smol_str::SmolStr;
use std::sync::Arc;

/// The engine: it knows tickets, agents and a policy, and turns commands into events.
///
/// It does no input or output, reads no clock and draws no random number: the same commands at the same times give the same
/// events everywhere. After every command, no ticket waits that some agent may take. A command that is refused changes nothing.
///
/// One engine is one partition; engines share nothing. It is `Send`, and cheap to move.
///
/// ```
/// use deskmatch::{Agent, Capacity, Command, Engine, EventBody, Policy, SkillRequirement, Ticket, Timestamp};
///
/// let mut engine = Engine::new(Policy::default())?;
/// let nine = Timestamp(1_767_258_000_000);
/// engine.execute(nine, Command::add_agent(Agent::new("ada").with_skill("german", 80).with_capacity(Capacity::units(3))))?;
/// engine.execute(nine, Command::add_agent(Agent::new("bob").with_capacity(Capacity::units(3))))?;
///
/// let ticket = Ticket::new("T-1").with_skill(SkillRequirement::required("german", 50));
/// let outcome = engine.execute(nine, Command::submit(ticket))?;
/// assert!(outcome.events.iter().any(|event| matches!(&event.body, EventBody::Assigned { agent, .. } if *agent == "ada")));
///
/// // Why not bob?
/// let why = engine.explain("T-1")?;
/// assert!(why.to_string().contains("bob: not eligible by skill: needs german at level 50 or more, has no german"));
/// # Ok::<(), deskmatch::Error>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    desk: Desk,
    registry: Registry,
}

/// What a command came to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    /// What happened, in order. What the passing of time brought due comes first.
    pub events: Vec<Event>,
    /// Why nothing came of the command, if so. That is not an error.
    pub refusal: Option<Refusal>,
    /// Whether this is the answer to an earlier command with the same request id; nothing was done this time.
    pub repeated: bool,
}

/// Sets an engine up.
pub struct EngineBuilder {
    policy: Policy,
    registry: Registry,
}

impl EngineBuilder {
    /// Registers a strategy of the host under the name that the policy uses.
    #[must_use]
    pub fn strategy(mut self, name: impl Into<SmolStr>, strategy: impl Strategy + 'static) -> Self {
        self.registry.insert(name.into(), Arc::new(strategy));
        self
    }

    /// The engine.
    ///
    /// # Errors
    ///
    /// `invalid_policy` with every fault; `unknown_strategy` if the policy names one that is not registered.
    pub fn build(self) -> Result<Engine, Error> {
        let compiled = Compiled::new(Arc::new(self.policy))?;
        let custom = compiled.queues.iter().filter_map(|queue| queue.custom.as_ref());
        if let Some(name) = custom.clone().find(|name| self.registry.get(name).is_none()) {
            return Err(choose::unknown_strategy(name));
        }
        Ok(Engine { desk: Desk::new(Arc::new(compiled)), registry: self.registry })
    }
}

impl Engine {
    /// An engine with a policy and nothing else.
    ///
    /// # Errors
    ///
    /// `invalid_policy` with every fault.
    pub fn new(policy: Policy) -> Result<Engine, Error> {
        Engine::builder(policy).build()
    }

    /// An engine with strategies of the host.
    pub fn builder(policy: Policy) -> EngineBuilder {
        EngineBuilder { policy, registry: Registry::default() }
    }

    /// Does what time has brought due, then the command, then assigns whatever can be assigned.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`]. An error changes nothing: the digest stays the same.
    pub fn execute(&mut self, now: Timestamp, request: impl Into<Request>) -> Result<Outcome, Error> {
        let mut outcome = Outcome::default();
        let answered = self.run(now, request.into(), &mut outcome.events, false)?;
        outcome.refusal = answered.0;
        outcome.repeated = answered.1;
        Ok(outcome)
    }

    /// As [`execute`](Self::execute), but adds the events to those in a list that the caller keeps. Saves an allocation.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute); the list is then as it was.
    pub fn execute_into(
        &mut self,
        now: Timestamp,
        request: impl Into<Request>,
        events: &mut Vec<Event>,
    ) -> Result<Option<Refusal>, Error> {
        let length = events.len();
        let answered = self.run(now, request.into(), events, false);
        if answered.is_err() {
            events.truncate(length);
        }
        Ok(answered?.0)
    }

    /// What a command would lead to, without doing it: store its events, then [`apply`](Self::apply) them.
    ///
    /// The engine is borrowed exclusively because the command is played on the engine itself and taken back.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub fn decide(&mut self, now: Timestamp, request: impl Into<Request>) -> Result<Outcome, Error> {
        let mut outcome = Outcome::default();
        let answered = self.run(now, request.into(), &mut outcome.events, true)?;
        outcome.refusal = answered.0;
        outcome.repeated = answered.1;
        Ok(outcome)
    }

    /// Applies one event of a log. Never asks a strategy, so a log replays anywhere, whatever wrote it.
    ///
    /// # Errors
    ///
    /// `invalid_event` if it does not follow from the state; nothing has changed then.
    pub fn apply(&mut self, event: &Event) -> Result<(), Error> {
        let applied = self.desk.apply(event);
        self.desk.pending.clear();
        applied
    }

    fn run(
        &mut self,
        now: Timestamp,
        request: Request,
        events: &mut Vec<Event>,
        only_decide: bool,
    ) -> Result<(Option<Refusal>, bool), Error> {
        self.check_time(now)?;
        let Request { request_id, command } = request;
        let hash = match &request_id {
            Some(id) => match self.earlier_answer(id, &command)? {
                Earlier::Answered(answer, refusal) => {
                    events.extend(answer);
                    return Ok((refusal, true));
                }
                Earlier::New(hash) => Some(hash),
            },
            None => None,
        };
        let before = self.desk.clock;
        let is_due = self.desk.index.timers.first().is_some_and(|(at, _)| at <= now.0);
        // A new policy may bring strategies of the host, which may fail.
        let sets_policy = matches!(command, Command::SetPolicy { .. });
        let journaled = only_decide || is_due || sets_policy || self.desk.compiled.has_custom;
        if journaled {
            self.desk.begin_journal();
        }
        if sets_policy {
            self.desk.journal_everything();
        }
        self.desk.clock = now.0;
        self.desk.trusted = true;
        self.desk.pending.cause = self.desk.seq;
        let desk = &mut self.desk;
        let mut session = Session { desk, registry: &self.registry, now, request: request_id, events };
        let answered = session.work(command, hash, is_due, only_decide);
        self.desk.trusted = false;
        self.desk.pending.clear();
        match &answered {
            Ok(_) if !only_decide => self.desk.journal = None,
            _ if journaled => self.desk.roll_back(),
            // Nothing was due, so nothing but the clock has moved.
            _ => {
                self.desk.answers.drop_open();
                self.desk.clock = before;
            }
        }
        Ok((answered?, false))
    }

    fn check_time(&self, now: Timestamp) -> Result<(), Error> {
        if !now.is_valid() {
            let message = format!(
                "the moment {now} is outside the range that the engine accepts; give milliseconds since 1970"
            );
            return Err(Error::new(ErrorKind::TimeOutOfRange, message));
        }
        if now.0 < self.desk.clock {
            let message = format!(
                "the moment {now} is before {}, the last one; time may stand still but not go back",
                self.desk.clock
            );
            return Err(Error::new(ErrorKind::TimeWentBack, message));
        }
        Ok(())
    }

    fn earlier_answer(&self, id: &crate::id::RequestId, command: &Command) -> Result<Earlier, Error> {
        if !crate::id::is_valid(id.as_str()) {
            return Err(Error::about(ErrorKind::InvalidArgument, id, "a request id has 1 to 256 bytes"));
        }
        let json = serde_json::to_vec(command)
            .map_err(|error| Error::new(ErrorKind::InvalidJson, error.to_string()))?;
        let hash = ContentHash::of_bytes(&json);
        match self.desk.answers.get(id) {
            None => Ok(Earlier::New(hash)),
            Some(answer) if answer.command == hash => {
                Ok(Earlier::Answered(answer.events.clone(), answer.refusal.clone()))
            }
            Some(_) => Err(Error::about(
                ErrorKind::RequestReused,
                id,
                format!(
                    "the request id `{id}` came before with another command; use a new one for each command"
                ),
            )),
        }
    }

    /// The moment at which a `tick` would do something, if there is one. Never in the past of the last command.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.desk.index.timers.first().map(|(at, _)| Timestamp(at.max(self.desk.clock)))
    }

    /// The last moment seen; `None` before the first command.
    pub fn now(&self) -> Option<Timestamp> {
        (self.desk.clock != i64::MIN).then_some(Timestamp(self.desk.clock))
    }

    /// The number of the last event; 0 before the first.
    pub fn seq(&self) -> u64 {
        self.desk.seq
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.desk.compiled.policy
    }

    /// The hash of the policy in force.
    pub fn policy_hash(&self) -> ContentHash {
        self.desk.compiled.hash
    }

    /// A ticket as it is now, if it is known.
    pub fn ticket(&self, id: &str) -> Option<TicketView<'_>> {
        self.desk.ticket_slot(id).map(|slot| TicketView::new(&self.desk, slot))
    }

    /// An agent as it is now, if it is known.
    pub fn agent(&self, id: &str) -> Option<AgentView<'_>> {
        self.desk.agent_slot(id).map(|slot| AgentView::new(&self.desk, slot))
    }

    /// A queue as it is now, if the policy has it.
    pub fn queue(&self, id: &str) -> Option<QueueView<'_>> {
        self.desk.compiled.queue(id).map(|queue| QueueView::new(&self.desk, queue))
    }

    /// Every ticket known, in no order that means anything.
    pub fn tickets(&self) -> impl Iterator<Item = TicketView<'_>> {
        self.desk.tickets.iter().map(|(slot, _)| TicketView::new(&self.desk, slot))
    }

    /// Every agent, in no order that means anything.
    pub fn agents(&self) -> impl Iterator<Item = AgentView<'_>> {
        self.desk.agents.iter().map(|(slot, _)| AgentView::new(&self.desk, slot))
    }

    /// Every queue of the policy, by name.
    pub fn queues(&self) -> impl Iterator<Item = QueueView<'_>> {
        (0..self.desk.compiled.queues.len() as u16).map(|queue| QueueView::new(&self.desk, queue))
    }

    /// The engine in figures. O(1).
    pub fn view(&self) -> View {
        View {
            agents: self.desk.agents.len() as u64,
            submitted: self.desk.arrivals,
            scheduled: self.desk.count(TicketState::Scheduled),
            waiting: self.desk.count(TicketState::Waiting),
            offered: self.desk.count(TicketState::Offered),
            assigned: self.desk.count(TicketState::Assigned),
            paused: self.desk.count(TicketState::Paused),
            wrapping_up: self.desk.count(TicketState::WrappingUp),
            closed: self.desk.count(TicketState::Closed) + self.desk.forgotten[0],
            cancelled: self.desk.count(TicketState::Cancelled) + self.desk.forgotten[1],
        }
    }

    /// The agents that could have a waiting ticket now, sorted by id, for a host that chooses itself and then claims.
    ///
    /// # Errors
    ///
    /// `unknown_ticket`.
    pub fn candidates(&self, ticket: &str) -> Result<Vec<Candidate<'_>>, Error> {
        let slot = self.slot(ticket)?;
        let mut found = Vec::new();
        self.desk.candidates(slot, &mut found);
        order::sort_by(&mut found, |a, b| self.desk.agents[*a].id().cmp(self.desk.agents[*b].id()));
        Ok(Candidate::all(&self.desk, TicketView::new(&self.desk, slot), &found))
    }

    /// The agent that the strategy of a waiting ticket's queue would choose for it now; `None` if nobody may have it.
    ///
    /// For desks that show a suggestion and let a person decide, on queues whose tickets agents pull. What is suggested is what
    /// [`explain`](Self::explain) names first, but costs no more than a choice does. Nothing changes; the engine is borrowed
    /// exclusively because it learns which agents to keep in order.
    ///
    /// ```
    /// # use deskmatch::{Agent, Command, Engine, Policy, Ticket, Timestamp};
    /// let policy = r#"{ "queues": { "mail": { "dispatch": "pull" } } }"#;
    /// let mut engine = Engine::new(Policy::from_json(policy)?)?;
    /// engine.execute(Timestamp(0), Command::add_agent(Agent::new("ada")))?;
    /// engine.execute(Timestamp(0), Command::submit(Ticket::new("T-1").with_queue("mail")))?;
    /// assert_eq!(engine.suggest("T-1")?.map(|agent| agent.id().as_str()), Some("ada"));
    /// # Ok::<(), deskmatch::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `unknown_ticket`; `strategy_failed` and `strategy_answer` of a strategy of the host.
    pub fn suggest(&mut self, ticket: &str) -> Result<Option<AgentView<'_>>, Error> {
        let slot = self.slot(ticket)?;
        if self.desk.tickets[slot].lane == records::NONE {
            return Ok(None);
        }
        let choice = self.desk.choose(slot, None, &self.registry)?;
        Ok(choice.map(|choice| AgentView::new(&self.desk, choice.agent)))
    }

    /// Why a ticket went where it did, or why it waits, as things are now. O(agents).
    ///
    /// # Errors
    ///
    /// `unknown_ticket`.
    pub fn explain(&self, ticket: &str) -> Result<Explanation, Error> {
        Ok(self.desk.explanation(self.slot(ticket)?, None, &self.registry))
    }

    /// Why an assignment or an offer of the past was made, from the log after this engine's state.
    ///
    /// This engine is the one before the log: a new one, or one restored from a snapshot. The events before number `seq` are
    /// played on a fork of it, and the ticket of that event is explained as things were right before.
    ///
    /// # Errors
    ///
    /// `invalid_event` if the log does not follow, or the event is not in it or is about no ticket that was known then.
    pub fn explain_event(&self, log: &[Event], seq: u64) -> Result<Explanation, Error> {
        let mut fork = self.clone();
        let missing = || {
            Error::about(
                ErrorKind::InvalidEvent,
                seq,
                format!("event {seq} is not in the log after event {}", self.seq()),
            )
        };
        for event in log.iter().filter(|event| event.seq > self.seq()) {
            if event.seq < seq {
                fork.apply(event)?;
                continue;
            }
            if event.seq != seq {
                break;
            }
            let ticket = event.body.ticket().ok_or_else(missing)?;
            let slot = fork.slot(ticket.as_str())?;
            fork.desk.clock = event.at.0;
            for agent in fork.desk.agents.slots() {
                fork.desk.index_availability(agent);
            }
            let chosen = match &event.body {
                EventBody::Assigned { agent, .. } | EventBody::Offered { agent, .. } => {
                    fork.desk.agent_slot(agent.as_str())
                }
                _ => None,
            };
            return Ok(fork.desk.explanation(slot, chosen, &fork.registry));
        }
        Err(missing())
    }

    /// What is to come for a ticket if nothing else happens, in order.
    ///
    /// # Errors
    ///
    /// `unknown_ticket`.
    pub fn timeline(&self, ticket: &str) -> Result<Vec<Moment>, Error> {
        Ok(self.desk.timeline(self.slot(ticket)?))
    }

    /// A digest of everything the engine knows. Equal states have equal digests, on every platform. O(state).
    pub fn digest(&self) -> Digest {
        self.desk.digest()
    }

    /// An independent copy, to try things on. O(state).
    #[must_use]
    pub fn fork(&self) -> Engine {
        self.clone()
    }

    fn slot(&self, ticket: &str) -> Result<u32, Error> {
        self.desk.ticket_slot(ticket).ok_or_else(|| {
            Error::about(
                ErrorKind::UnknownTicket,
                ticket,
                format!("ticket `{ticket}` is not known, or no longer"),
            )
        })
    }
}

enum Earlier {
    Answered(Vec<Event>, Option<Refusal>),
    New(ContentHash),
}

/// An engine in figures. What was submitted is in exactly one of the states.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub struct View {
    /// Agents known.
    pub agents: u64,
    /// Tickets ever submitted.
    pub submitted: u64,
    /// Tickets held back.
    pub scheduled: u64,
    /// Tickets without an offer.
    pub waiting: u64,
    /// Tickets with a live offer.
    pub offered: u64,
    /// Tickets being worked on.
    pub assigned: u64,
    /// Tickets that wait on their requester.
    pub paused: u64,
    /// Tickets being wrapped up.
    pub wrapping_up: u64,
    /// Tickets done, those no longer known included.
    pub closed: u64,
    /// Tickets given up, those no longer known included.
    pub cancelled: u64,
}

impl Session<'_> {
    /// Does what is due, the command, and what it sets off.
    fn work(
        &mut self,
        command: Command,
        hash: Option<ContentHash>,
        is_due: bool,
        only_decide: bool,
    ) -> session::Answered {
        if is_due {
            self.run_due()?;
        }
        self.desk.pending.cause = self.desk.seq;
        let refusal = self.perform(command)?;
        self.run_due()?;
        if let Some(hash) = hash {
            let body = EventBody::Answered { command: hash, refusal: refusal.clone().map(Box::new) };
            if only_decide {
                let event =
                    Event { seq: self.desk.seq + 1, at: self.now, request: self.request.clone(), body };
                self.events.push(event);
            } else {
                self.emit(body)?;
            }
        }
        Ok(refusal)
    }
}

//! One batch: tickets and agents in, assignments out.

use std::collections::BTreeSet;

use deskmatch::{
    Agent, Command, DecisionDetail, Engine, Event, Explanation, Policy, QueueId, Ticket, TicketState,
    Timestamp,
};
use deskmatch_sim::batch::{fitted, held, is_planned, queues_named};

use crate::failure::{Failure, lines_of};
use crate::input::NamedPolicy;
use crate::records::Placed;
use crate::terminal;

/// Tickets that wait for the one moment at which all of them are settled.
pub(crate) struct Batch {
    start: Engine,
    engine: Engine,
    events: Vec<Event>,
    tickets: Vec<String>,
    policy: Policy,
    at: Timestamp,
}

impl Batch {
    /// Brings everything in without settling anything. Faults of tickets and agents are told all at once.
    pub(super) fn new(
        named: &NamedPolicy,
        explained: bool,
        tickets: Vec<Placed<Ticket>>,
        agents: Vec<Placed<Agent>>,
        at: Timestamp,
    ) -> Result<Self, Failure> {
        let names =
            queues_named(tickets.iter().map(|ticket| &ticket.value), agents.iter().map(|agent| &agent.value));
        let policy = complete(named, names, explained);
        let start =
            Engine::new(Policy::default()).map_err(|error| Failure::Input(lines_of("policy", &error)))?;
        let mut batch = Self {
            engine: start.fork(),
            start,
            events: Vec::new(),
            tickets: tickets.iter().map(|ticket| ticket.value.id.to_string()).collect(),
            at,
            policy,
        };
        let held = held(batch.policy.clone());
        let set = Command::SetPolicy { policy: Box::new(held) };
        batch.execute(set).map_err(|error| Failure::Input(lines_of(&named.name, &error)))?;
        let agents = agents.into_iter().map(|agent| (agent.place, Command::add_agent(agent.value)));
        let tickets = tickets.into_iter().map(|ticket| (ticket.place, Command::submit(ticket.value)));
        let mut faults = Vec::new();
        for (place, command) in agents.chain(tickets) {
            if let Err(error) = batch.execute(command) {
                faults.extend(lines_of(&place, &error));
            }
        }
        if faults.is_empty() { Ok(batch) } else { Err(Failure::Input(faults)) }
    }

    /// Settles everything: by the strategies ticket by ticket, then by one plan what is to be planned.
    pub(super) fn settle(&mut self) -> Result<(), Failure> {
        let policy = self.policy.clone();
        let is_planned = is_planned(&policy);
        let failed = |error: deskmatch::Error| Failure::Input(lines_of("the batch", &error));
        self.execute(Command::SetPolicy { policy: Box::new(policy) }).map_err(failed)?;
        if is_planned {
            self.execute(Command::Plan { queue: None, limit: None }).map_err(failed)?;
        }
        Ok(())
    }

    fn execute(&mut self, command: Command) -> Result<(), deskmatch::Error> {
        self.engine.execute_into(self.at, command, &mut self.events).map(|_| ())
    }

    pub(super) fn events(&self) -> &[Event] {
        &self.events
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Returns the tickets by id, in the order of the file.
    pub(super) fn tickets(&self) -> &[String] {
        &self.tickets
    }

    /// Explains a ticket: as it was when it was given to its agent, or as it is.
    pub(super) fn explanation(&self, id: &str, assigned: Option<&Event>) -> Option<Explanation> {
        match assigned {
            Some(event) => self.start.explain_event(&self.events, event.seq).ok(),
            None => self.engine.explain(id).ok(),
        }
    }

    /// Says in a line what came of the batch.
    pub(super) fn summary(&self) -> String {
        let view = self.engine.view();
        let mut parts = vec![format!("{} assigned", view.assigned)];
        for (number, word) in
            [(view.waiting, "waiting"), (view.scheduled, "scheduled"), (view.cancelled, "cancelled")]
        {
            if number > 0 {
                parts.push(format!("{number} {word}"));
            }
        }
        let word = if view.submitted == 1 { "ticket" } else { "tickets" };
        format!("{} {word}: {}", view.submitted, parts.join(", "))
    }

    /// Returns the state of a ticket in a word.
    pub(super) fn state(&self, id: &str) -> TicketState {
        self.engine.ticket(id).map_or(TicketState::Cancelled, |ticket| ticket.state())
    }
}

/// Fits the policy to a batch: queues planned or settled at once, nothing offered, nothing turned away.
fn complete(named: &NamedPolicy, names: BTreeSet<QueueId>, explained: bool) -> Policy {
    let mut policy = named.policy.clone();
    let is_ready_made = deskmatch::ReadyMade::named(&named.name).is_some();
    let known = policy.queue_names();
    let missing: Vec<QueueId> =
        names.into_iter().filter(|name| is_ready_made && !known.contains(name)).collect();
    if !missing.is_empty() {
        let list: Vec<&str> = missing.iter().map(QueueId::as_str).collect();
        let template = named.template.as_deref().unwrap_or_default();
        terminal::warn(&format!("{}: queues like `{template}` are added: {}", named.name, list.join(", ")));
    }
    policy = policy.with_queues_like(named.template.as_deref().unwrap_or_default(), missing);
    if explained {
        policy.detail = policy.detail.max(DecisionDetail::Summary);
    }
    fitted(policy)
}

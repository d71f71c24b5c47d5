//! The simulation at work: time, arrivals, what agents do, and the engine.

use std::time::Instant;

use deskmatch::{
    Command, Decision, Engine, Event, EventBody, Presence, PresenceReason, TargetKind, Timestamp,
};
use std::collections::HashMap;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::agenda::{Act, Agenda};
use super::fit::Fit;
use super::track::{Ledger, NOBODY};
use super::{Assignment, EngineTime, Observer, PolicyRun, Simulation};
use crate::error::{Error, ErrorKind};

/// After so many ticks at which nothing but empty batches happened, with nothing else to come, the simulation ends.
const IDLE_TICKS_MAX: u32 = 1_000;

pub(super) struct World<'a, 'o> {
    simulation: Simulation<'a>,
    fit: Fit<'a>,
    engine: Engine,
    observer: &'o mut dyn Observer,
    agenda: Agenda,
    ledger: Ledger,
    agent_numbers: HashMap<String, u32>,
    /// Why each live offer was made, by ticket and agent.
    offers: HashMap<(u32, u32), Box<Decision>>,
    events: Vec<Event>,
    measured: EngineTime,
    arrived: usize,
    idle_ticks: u32,
    has_responses: bool,
}

impl<'a, 'o> World<'a, 'o> {
    pub(super) fn new(
        simulation: &Simulation<'a>,
        fit: Fit<'a>,
        observer: &'o mut dyn Observer,
    ) -> Result<Self, Error> {
        let engine = Engine::new(deskmatch::Policy::default()).map_err(refused)?;
        let numbers = fit.agents.iter().zip(0_u32..);
        let agent_numbers = numbers.map(|(agent, number)| (agent.id.as_str().to_owned(), number)).collect();
        let responded = |kind: TargetKind| kind == TargetKind::FirstResponse;
        let has_responses = fit.policy.targets.values().any(|target| responded(target.kind))
            || fit.policy.queues.values().any(|queue| queue.unanswered_after.is_some());
        Ok(Self {
            ledger: Ledger::new(simulation.log.len(), fit.agents.len()),
            simulation: *simulation,
            fit,
            engine,
            observer,
            agenda: Agenda::default(),
            agent_numbers,
            offers: HashMap::new(),
            events: Vec::new(),
            measured: EngineTime::default(),
            arrived: 0,
            idle_ticks: 0,
            has_responses,
        })
    }

    pub(super) fn play(mut self, name: &str) -> Result<PolicyRun, Error> {
        let mut order = self.simulation.log.arrivals();
        order.truncate(self.simulation.options.tickets_max.unwrap_or(usize::MAX));
        let start_ms = order.first().and_then(|first| self.created_ms(*first)).unwrap_or_default();
        self.open(start_ms)?;
        let mut arrivals = order.into_iter().peekable();
        loop {
            let due_ms = self.engine.next_due().map(Timestamp::as_millis);
            let act_ms = self.agenda.next_ms();
            let arrival_ms = arrivals.peek().and_then(|ticket| self.created_ms(*ticket));
            let Some(now_ms) = [due_ms, act_ms, arrival_ms].into_iter().flatten().min() else { break };
            if due_ms == Some(now_ms) {
                self.execute(now_ms, Command::Tick {})?;
                if act_ms.is_none() && arrival_ms.is_none() && self.idle_ticks > IDLE_TICKS_MAX {
                    break;
                }
            } else if act_ms == Some(now_ms) {
                self.act()?;
            } else if let Some(ticket) = arrivals.next() {
                self.arrive(now_ms, ticket)?;
            }
        }
        Ok(self.finish(name))
    }

    fn created_ms(&self, ticket: u32) -> Option<i64> {
        self.simulation.log.ticket(ticket as usize).map(|ticket| ticket.created_ms())
    }

    /// Puts the policy in force and brings the agents in.
    fn open(&mut self, now_ms: i64) -> Result<(), Error> {
        let policy = Box::new(self.fit.policy.clone());
        self.execute(now_ms, Command::SetPolicy { policy })?;
        for agent in self.fit.agents.clone() {
            self.execute(now_ms, Command::add_agent(agent))?;
        }
        self.measured = EngineTime::default();
        Ok(())
    }

    fn arrive(&mut self, now_ms: i64, ticket: u32) -> Result<(), Error> {
        if let Some(logged) = self.simulation.log.ticket(ticket as usize) {
            let ticket = self.fit.ticket(&logged);
            self.execute(now_ms, Command::submit(ticket))?;
        }
        self.arrived += 1;
        self.observer.arrived(self.arrived);
        Ok(())
    }

    /// Does what is next on the agenda, if it still makes sense.
    fn act(&mut self) -> Result<(), Error> {
        let Some((now_ms, act)) = self.agenda.pop() else { return Ok(()) };
        let log = self.simulation.log;
        let id = |ticket: u32| log.ticket(ticket as usize).map_or("", |ticket| ticket.id());
        let is_current = |ticket: u32, turn: u32| {
            self.ledger.tracks.get(ticket as usize).is_some_and(|track| track.turn == turn)
        };
        let command = match act {
            Act::Respond { ticket, turn } if is_current(ticket, turn) => {
                Command::Respond { ticket: id(ticket).into() }
            }
            Act::Resolve { ticket, turn } if is_current(ticket, turn) => Command::resolve(id(ticket)),
            Act::Respond { .. } | Act::Resolve { .. } => return Ok(()),
            Act::Accept { ticket, agent, until_ms } => {
                let agent = self.agent_id(agent);
                let offers = self.engine.ticket(id(ticket)).map(|ticket| ticket.offers()).unwrap_or_default();
                if !offers.iter().any(|(to, until)| **to == agent && until.as_millis() == until_ms) {
                    return Ok(());
                }
                Command::accept(id(ticket), agent)
            }
            Act::Return { agent } => Command::set_presence(self.agent_id(agent), Presence::Online),
        };
        self.execute(now_ms, command)
    }

    fn agent_id(&self, number: u32) -> &str {
        self.fit.agents.get(number as usize).map_or("", |agent| agent.id.as_str())
    }

    /// Lets the engine do a command, and takes note of what happened.
    fn execute(&mut self, now_ms: i64, command: Command) -> Result<(), Error> {
        let mut events = std::mem::take(&mut self.events);
        let started = Instant::now();
        let answered = self.engine.execute_into(Timestamp(now_ms), command, &mut events);
        self.measured.elapsed += started.elapsed();
        self.measured.commands += 1;
        answered.map_err(refused)?;
        let mut idle = true;
        for event in &events {
            idle &= matches!(event.body, EventBody::WindowOpened { .. } | EventBody::Planned { .. });
            self.ledger.counts.note(&event.body);
            self.note(event)?;
            self.observer.happened(event).map_err(unwritten)?;
        }
        self.idle_ticks = if idle { self.idle_ticks + 1 } else { 0 };
        events.clear();
        self.events = events;
        Ok(())
    }

    /// Draws the consequences of an event for tickets and agenda.
    fn note(&mut self, event: &Event) -> Result<(), Error> {
        let now_ms = event.at.as_millis();
        if let EventBody::PresenceChanged { agent, reason: PresenceReason::MissedOffer, .. } = &event.body {
            let back_ms = now_ms.saturating_add(self.simulation.options.comeback_ms);
            self.agenda.enter(back_ms, Act::Return { agent: self.number(agent.as_str()) });
            return Ok(());
        }
        let ticket = event.body.ticket().and_then(|id| self.simulation.log.find(id.as_str()));
        let Some(index) = ticket.map(|ticket| ticket.index()) else { return Ok(()) };
        match &event.body {
            EventBody::Assigned { .. } => return self.assigned(index, event),
            EventBody::Offered { agent, until, decision, .. } => {
                let agent = self.number(agent.as_str());
                self.offers.insert((index as u32, agent), decision.clone());
                if !self.misses(index, agent) {
                    let at_ms = now_ms.saturating_add(self.simulation.options.reaction_ms);
                    let (ticket, until_ms) = (index as u32, until.as_millis());
                    self.agenda.enter(at_ms, Act::Accept { ticket, agent, until_ms });
                }
            }
            EventBody::OfferExpired { agent, .. }
            | EventBody::OfferDeclined { agent, .. }
            | EventBody::OfferRevoked { agent, .. } => {
                self.offers.remove(&(index as u32, self.number(agent.as_str())));
            }
            EventBody::Requeued { .. } | EventBody::Cancelled { .. } => {
                if let Some(track) = self.ledger.tracks.get_mut(index) {
                    track.turn += 1;
                    track.agent = NOBODY;
                }
            }
            EventBody::TargetMissed { .. } => {
                if let Some(track) = self.ledger.tracks.get_mut(index) {
                    track.late = true;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn assigned(&mut self, index: usize, event: &Event) -> Result<(), Error> {
        let EventBody::Assigned { ticket: id, agent, decision } = &event.body else { return Ok(()) };
        let (log, options) = (self.simulation.log, self.simulation.options);
        let number = self.number(agent.as_str());
        let (Some(ticket), Some(track)) = (log.ticket(index), self.ledger.tracks.get_mut(index)) else {
            return Ok(());
        };
        track.turn += 1;
        track.assignments += 1;
        track.agent = number;
        let (turn, assignments, at_ms) = (track.turn, track.assignments, event.at.as_millis());
        let offer = self.offers.remove(&(index as u32, number));
        let handle_time = options.handle_time.for_ticket(&ticket);
        let view = self.engine.ticket(id.as_str());
        let assignment = Assignment {
            ticket,
            agent: agent.as_str(),
            queue: view.map_or("", |view| view.queue().as_str()),
            priority: view.map_or("", |view| view.priority().as_str()),
            at_ms,
            number: assignments,
            handle_time,
            decision,
            offer: offer.as_deref(),
        };
        if assignments == 1 {
            let waited_ms = assignment.waited_ms();
            self.ledger.waits.push(waited_ms);
            self.ledger.within += u64::from(waited_ms <= options.within_ms);
        }
        self.observer.assigned(&assignment).map_err(unwritten)?;
        if let Some(load) = self.ledger.loads.get_mut(number as usize) {
            *load += 1;
        }
        let ticket = index as u32;
        if self.has_responses {
            let responds_ms = at_ms.saturating_add(options.response_ms.min(handle_time.duration_ms));
            self.agenda.enter(responds_ms, Act::Respond { ticket, turn });
        }
        self.agenda.enter(at_ms.saturating_add(handle_time.duration_ms), Act::Resolve { ticket, turn });
        Ok(())
    }

    fn number(&self, agent: &str) -> u32 {
        self.agent_numbers.get(agent).copied().unwrap_or(NOBODY)
    }

    /// Draws whether an agent misses this offer of a ticket.
    fn misses(&self, ticket: usize, agent: u32) -> bool {
        let permille = u64::from(self.simulation.options.missed_offers_permille);
        if permille == 0 {
            return false;
        }
        let id = self.simulation.log.ticket(ticket).map_or("", |ticket| ticket.id());
        // The running number of the offer makes each a new chance.
        let key = format!("{id}\u{0}{}\u{0}{}", self.agent_id(agent), self.ledger.counts.offers);
        let drawn = xxh3_64_with_seed(key.as_bytes(), self.simulation.options.handle_time.seed());
        drawn % 1_000 < permille
    }

    fn finish(mut self, name: &str) -> PolicyRun {
        let has_targets = self.fit.policy.queues.values().any(|queue| !queue.targets.is_empty())
            || self.fit.policy.routing.rules.iter().any(|rule| rule.then.targets.is_some());
        let counts = self.ledger.counts;
        PolicyRun {
            name: name.to_owned(),
            policy_hash: self.engine.policy_hash(),
            tickets: self.arrived as u64,
            assigned: self.ledger.waits.len() as u64,
            assigned_within: self.ledger.within,
            wait: self.ledger.waits.summary(),
            targets_missed: has_targets.then_some(counts.targets_missed),
            late_tickets: has_targets.then(|| self.ledger.late_tickets()),
            skill_fit: self.ledger.fit(self.simulation.log, &self.fit.levels),
            loads: self.ledger.take_loads(),
            view: self.engine.view(),
            engine_time: EngineTime { decisions: counts.decisions, ..self.measured },
            has_offers: self.fit.policy.queues.values().any(|queue| queue.offers.is_some()),
            has_responses: self.has_responses,
            notes: std::mem::take(&mut self.fit.notes),
            counts,
        }
    }
}

fn refused(error: deskmatch::Error) -> Error {
    Error::new(ErrorKind::Engine, error.to_string()).with_source(error)
}

fn unwritten(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("cannot write what happened: {error}")).with_source(error)
}

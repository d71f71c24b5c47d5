//! What a world is put through: commands, mostly sensible, some not.

use super::{Probe, Shadow, Shape, Step, World, agent_name, people, policies, queue_name};
use crate::laws::model::Model;
use crate::laws::random::Random;
use deskmatch::{Command, Request, TicketState, Timestamp};

/// Draws one step after another, looking at the desk as the model knows it.
pub(crate) struct Director {
    random: Random,
    shape: Shape,
    at: i64,
    next_ticket: usize,
    next_request: usize,
    past_requests: Vec<Request>,
    thorough: bool,
    /// Whether no ticket was found in the state that the command drawn is for.
    in_vain: bool,
    /// Agents that are still to be added at the beginning.
    newcomers: Vec<deskmatch::Agent>,
}

impl Director {
    pub(crate) fn new(random: Random, world: &World, thorough: bool) -> Director {
        let newcomers = world.agents.iter().rev().cloned().collect();
        Director {
            random,
            shape: world.shape.clone(),
            at: world.start,
            next_ticket: 0,
            next_request: 0,
            past_requests: Vec::new(),
            thorough,
            in_vain: false,
            newcomers,
        }
    }

    /// The next step.
    pub(crate) fn step(&mut self, model: &Model, next_due: Option<i64>) -> Step {
        if let Some(agent) = self.newcomers.pop() {
            return Step { at: self.at, request: Command::add_agent(agent).into(), probe: Probe::default() };
        }
        self.pass_time(next_due);
        let command = self.sensible_command(model);
        let request = self.request(command);
        Step { at: self.at, request, probe: self.probe() }
    }

    fn pass_time(&mut self, next_due: Option<i64>) {
        let span = match self.random.below(20) {
            0..=7 => 0,
            8..=13 => self.random.range(1, 3) * 1_000,
            14 => self.random.range(1, 999),
            15..=17 => next_due.map_or(0, |due| due - self.at),
            18 => next_due.map_or(1_000, |due| due - self.at + self.random.range(1, 5_000)),
            _ => self.random.range(5, 60) * 1_000,
        };
        self.at = (self.at + span.clamp(0, 3_600_000)).min(Timestamp::MAX.0);
    }

    fn probe(&mut self) -> Probe {
        let random = &mut self.random;
        let dice = random.draw();
        // Each look is taken once in so many commands; from a distance, sixteen times as rarely.
        let rarer = if self.thorough { 0 } else { 4 };
        let one_in = |bits: u32, shift: u32| dice >> shift & ((1 << (bits + rarer)) - 1) == 0;
        let how = [Shadow::Snapshot, Shadow::Snapshot, Shadow::Replay, Shadow::Fork, Shadow::Apply];
        Probe {
            decide: one_in(5, 0),
            digest: one_in(5, 6),
            shadow: one_in(6, 12).then(|| random.pick(&how)),
            explain: one_in(6, 19),
            tally: one_in(2, 26),
            json: one_in(6, 32),
            compare: one_in(5, 39),
            mood: if self.shape.custom && one_in(2, 46) { 1 + (dice >> 60 & 1) as u8 } else { 0 },
        }
    }

    fn request(&mut self, command: Command) -> Request {
        match self.random.below(40) {
            0 if !self.past_requests.is_empty() => self.random.pick(&self.past_requests),
            1 if !self.past_requests.is_empty() => {
                let earlier = self.random.pick(&self.past_requests);
                Request { request_id: earlier.request_id, command }
            }
            2..=5 => {
                self.next_request += 1;
                let request = command.with_request_id(format!("request-{}", self.next_request));
                self.past_requests.push(request.clone());
                request
            }
            _ => command.into(),
        }
    }

    /// A ticket in a state, or any open one, or one that may not exist.
    fn ticket(&mut self, model: &Model, states: &[TicketState]) -> String {
        let random = &mut self.random;
        if random.below(30) == 0 || model.open.is_empty() {
            return format!("t{}", random.below(self.next_ticket + 1));
        }
        let start = random.below(model.open.len());
        let fits = |ticket: &&usize| states.contains(&model.ticket(**ticket).state);
        let (before, after) = model.open.split_at(start);
        let found = after.iter().chain(before).find(fits);
        self.in_vain |= found.is_none();
        format!("t{}", found.copied().unwrap_or(model.open[start]))
    }

    fn closed_ticket(&mut self, model: &Model) -> String {
        let start = self.random.below(model.tickets.len().max(1));
        let closed = |ticket: &usize| model.known(*ticket).is_some_and(|t| t.state == TicketState::Closed);
        let found = (start..model.tickets.len()).chain(0..start).find(closed);
        self.in_vain |= found.is_none();
        format!("t{}", found.unwrap_or(start))
    }

    /// An agent that holds an offer of a ticket, with the ticket.
    fn offer(&mut self, model: &Model) -> Option<(String, String)> {
        if model.sought.is_empty() {
            return None;
        }
        let start = self.random.below(model.sought.len());
        let (before, after) = model.sought.split_at(start);
        let offered = |ticket: &&usize| !model.ticket(**ticket).offers.is_empty();
        let ticket = model.ticket(*after.iter().chain(before).find(offered)?);
        let agent = self.random.pick(&ticket.offers).agent;
        Some((format!("t{}", ticket.id), format!("a{agent}")))
    }

    fn submit(&mut self) -> Command {
        let again = self.random.below(40) == 0 && self.next_ticket > 0;
        let number = if again { self.random.below(self.next_ticket) } else { self.next_ticket };
        self.next_ticket += usize::from(!again);
        Command::submit(people::ticket(&mut self.random, &self.shape, number, self.at))
    }

    /// A command that mostly can be done.
    fn sensible_command(&mut self, model: &Model) -> Command {
        loop {
            self.in_vain = false;
            let command = self.command(model);
            if !self.in_vain || self.random.percent(15) {
                return command;
            }
        }
    }

    fn command(&mut self, model: &Model) -> Command {
        use TicketState::{Assigned, Offered, Paused, Scheduled, Waiting, WrappingUp};
        let few = model.open.len() < self.shape.tickets;
        let dice = self.random.below(if few { 130 } else { 100 });
        let offer = if dice < 13 { self.offer(model) } else { None };
        match (dice, offer) {
            (0..=8, Some((ticket, agent))) => Command::accept(ticket, agent),
            (9..=12, Some((ticket, agent))) => {
                let again = self.random.percent(20).then(|| self.later(10));
                Command::Decline { ticket: ticket.into(), agent: agent.into(), ask_again_at: again }
            }
            (0..=12, None) => Command::resolve(self.ticket(model, &[Assigned])),
            (13..=30, _) => Command::resolve(self.ticket(model, &[Assigned, Paused])),
            (31..=35, _) => Command::FinishWrapUp { ticket: self.ticket(model, &[WrappingUp]).into() },
            (36..=39, _) => Command::Pause { ticket: self.ticket(model, &[Assigned]).into() },
            (40..=43, _) => Command::Resume { ticket: self.ticket(model, &[Paused]).into() },
            (44..=46, _) => Command::Respond { ticket: self.ticket(model, &[Assigned]).into() },
            (47..=49, _) => {
                Command::Requeue { ticket: self.ticket(model, &[Assigned, Paused]).into(), reason: None }
            }
            (50..=52, _) => Command::Cancel { ticket: self.ticket(model, &[Waiting, Offered]).into() },
            (53..=55, _) => Command::Reopen { ticket: self.closed_ticket(model).into() },
            (56..=64, _) => self.by_hand(model, dice - 56),
            (65..=67, _) => {
                let patch = Box::new(people::ticket_patch(&mut self.random, &self.shape, self.at));
                let ticket = self.ticket(model, &[Waiting, Offered, Scheduled]).into();
                Command::UpdateTicket { ticket, patch }
            }
            (68..=80, _) => self.of_agents(model, dice - 68),
            (81, _) => self.policy(model),
            (82..=84, _) => Command::Plan {
                queue: self.random.percent(60).then(|| queue_name(&mut self.random, &self.shape).into()),
                limit: self.random.percent(30).then(|| self.random.range(0, 4) as u32),
            },
            (85..=89, _) => Command::Tick {},
            (90, _) => {
                let (ticket, agent) = (self.ticket(model, &[Offered]), self.agent());
                Command::accept(ticket, agent)
            }
            _ => self.submit(),
        }
    }

    fn later(&mut self, seconds: i64) -> Timestamp {
        Timestamp(
            (self.at + self.random.range(-2, seconds) * 1_000).clamp(Timestamp::MIN.0, Timestamp::MAX.0),
        )
    }

    fn agent(&mut self) -> String {
        agent_name(&mut self.random, &self.shape)
    }

    /// What people do with tickets past the engine's own choice.
    fn by_hand(&mut self, model: &Model, dice: usize) -> Command {
        use TicketState::{Assigned, Offered, Paused, Scheduled, Waiting};
        let sought = [Waiting, Offered, Scheduled];
        let agent = self.agent().into();
        match dice {
            0 | 1 => Command::Claim { ticket: self.ticket(model, &sought).into(), agent },
            2 => {
                let force = self.random.percent(50);
                let reason = self.random.percent(50).then(|| "because".into());
                Command::Assign { ticket: self.ticket(model, &sought).into(), agent, force, reason }
            }
            3 | 4 => {
                let queue = self.random.percent(50).then(|| queue_name(&mut self.random, &self.shape).into());
                Command::Pull { agent, queue }
            }
            5 => Command::TransferToAgent {
                ticket: self.ticket(model, &[Assigned, Paused, Waiting, Offered]).into(),
                agent,
            },
            6 | 7 => Command::TransferToQueue {
                ticket: self.ticket(model, &[Assigned, Waiting, Offered, Scheduled]).into(),
                queue: queue_name(&mut self.random, &self.shape).into(),
            },
            _ => {
                let ticket = self.ticket(model, &[Assigned]);
                let holder = ticket.get(1..).and_then(|id| id.parse().ok());
                let holder = holder.and_then(|id| model.known(id)).and_then(|ticket| ticket.holder);
                let agent = holder.map_or(agent, |holder| format!("a{holder}").into());
                Command::Decline { ticket: ticket.into(), agent, ask_again_at: None }
            }
        }
    }

    fn of_agents(&mut self, model: &Model, dice: usize) -> Command {
        let number = self.random.below(self.shape.agents + 1);
        let agent = format!("a{number}").into();
        match dice {
            0..=8 => {
                let channel = self
                    .random
                    .percent(20)
                    .then(|| format!("c{}", self.random.below(self.shape.channels)).into());
                let presence = people::presence(&mut self.random);
                Command::SetPresence { agent, presence, channel }
            }
            9 | 10 => {
                let patch = Box::new(people::agent_patch(&mut self.random, &self.shape, self.at));
                Command::UpdateAgent { agent, patch }
            }
            11 if model.agent(number).is_some() && self.random.percent(50) => Command::RemoveAgent { agent },
            _ => Command::add_agent(people::agent(&mut self.random, &self.shape, number, self.at)),
        }
    }

    fn policy(&mut self, model: &Model) -> Command {
        let old = &model.rules.policy;
        let policy = if self.random.percent(15) {
            policies::faulty(&mut self.random, old)
        } else {
            policies::changed(&mut self.random, &self.shape, old, self.at)
        };
        Command::SetPolicy { policy: Box::new(policy) }
    }
}

//! What a command should be answered, where the model can tell.

use super::Breach;
use super::breach::{Checked, hold};
use super::machine::Machine;
use super::model::number;
use super::world::Step;
use deskmatch::{Command, Error, ErrorKind, Refusal, Standing, TicketState};

use TicketState::{Assigned, Closed, Offered, Paused, Scheduled, Waiting, WrappingUp};

/// What is expected of an answer.
pub(crate) enum Expected {
    /// Anything but a fault of the engine.
    Anything,
    /// That it is done.
    Done,
    /// An error of a kind.
    Refused(ErrorKind),
    /// A refusal: by the holder, or by the first rule that says no.
    Held,
    Denied(deskmatch::Rule),
}

impl Expected {
    pub(crate) fn check(&self, answer: &Result<Option<Refusal>, Error>) -> Checked {
        let holds = match (self, answer) {
            (Expected::Anything, _) => true,
            (Expected::Done, Ok(refusal)) => refusal.is_none(),
            (Expected::Refused(kind), Err(error)) => error.kind() == *kind,
            (Expected::Held, Ok(Some(Refusal::AlreadyHeld { .. }))) => true,
            (Expected::Denied(rule), Ok(Some(Refusal::NotEligible { denial, .. }))) => denial.rule == *rule,
            _ => false,
        };
        let wanted = match self {
            Expected::Anything => "anything".to_owned(),
            Expected::Done => "done".to_owned(),
            Expected::Refused(kind) => format!("an error {kind}"),
            Expected::Held => "already held".to_owned(),
            Expected::Denied(rule) => format!("denied by {rule}"),
        };
        hold!(Answers, holds, "the answer is {answer:?}; expected {wanted}");
        Ok(())
    }
}

impl Machine {
    /// What a step should be answered. Only where nothing falls due before, and the request is new.
    pub(crate) fn expect(&mut self, step: &Step) -> Expected {
        let due = self.engine.next_due().is_some_and(|due| due.0 <= step.at);
        let backwards = self.engine.now().is_some_and(|now| now.0 > step.at);
        if due || backwards || step.request.request_id.is_some() {
            return Expected::Anything;
        }
        self.model.now = step.at;
        let in_state = |ticket: &deskmatch::TicketId, states: &[TicketState]| match self
            .model
            .known(number(ticket.as_str()))
        {
            None => Expected::Refused(ErrorKind::UnknownTicket),
            Some(ticket) if states.contains(&ticket.state) => Expected::Done,
            Some(_) => Expected::Refused(ErrorKind::WrongState),
        };
        match &step.request.command {
            Command::Pause { ticket } => in_state(ticket, &[Assigned]),
            Command::Resume { ticket } => in_state(ticket, &[Paused]),
            Command::Respond { ticket } | Command::Resolve { ticket } | Command::Requeue { ticket, .. } => {
                in_state(ticket, &[Assigned, Paused])
            }
            Command::FinishWrapUp { ticket } => in_state(ticket, &[WrappingUp]),
            Command::Cancel { ticket } => {
                in_state(ticket, &[Scheduled, Waiting, Offered, Assigned, Paused, WrappingUp])
            }
            Command::Accept { ticket, agent } | Command::Decline { ticket, agent, .. } => {
                let (t, a) = (self.model.known(number(ticket.as_str())), number(agent.as_str()));
                let may_hand_back = matches!(&step.request.command, Command::Decline { .. });
                match (t, self.model.agent(a)) {
                    (None, _) => Expected::Refused(ErrorKind::UnknownTicket),
                    (_, None) => Expected::Refused(ErrorKind::UnknownAgent),
                    (Some(t), _) if t.offer_of(a).is_some() => Expected::Done,
                    (Some(t), _) if may_hand_back && t.holder == Some(a) => {
                        in_state(ticket, &[Assigned, Paused])
                    }
                    (Some(t), _) if may_hand_back && t.holder.is_some() => {
                        Expected::Refused(ErrorKind::NotHolder)
                    }
                    _ => Expected::Refused(ErrorKind::NoOffer),
                }
            }
            Command::Claim { ticket, agent } | Command::Assign { ticket, agent, force: false, .. } => {
                self.expect_taken(ticket.as_str(), agent.as_str(), false)
            }
            Command::TransferToAgent { ticket, agent } => {
                self.expect_taken(ticket.as_str(), agent.as_str(), true)
            }
            _ => Expected::Anything,
        }
    }

    fn expect_taken(&self, ticket: &str, agent: &str, is_transfer: bool) -> Expected {
        let Some(t) = self.model.known(number(ticket)) else {
            return Expected::Refused(ErrorKind::UnknownTicket);
        };
        let a = number(agent);
        let movable = [Scheduled, Waiting, Offered, Assigned, Paused].contains(&t.state);
        if is_transfer && !movable {
            return Expected::Refused(ErrorKind::WrongState);
        }
        if self.model.agent(a).is_none() {
            return Expected::Refused(ErrorKind::UnknownAgent);
        }
        if t.holder.is_some_and(|holder| !is_transfer || holder == a) {
            return Expected::Held;
        }
        if t.state == Closed || !t.state.is_open() {
            return Expected::Refused(ErrorKind::WrongState);
        }
        match self.model.denied(t, a) {
            Some(rule) if t.offer_of(a).is_none() => Expected::Denied(rule),
            _ => Expected::Done,
        }
    }

    /// Compares everything that the engine shows with the model.
    pub(crate) fn compare(&mut self) -> Checked {
        for ticket in 0..self.model.tickets.len() {
            self.compare_ticket(ticket)?;
        }
        for agent in 0..self.model.agents.len() {
            self.compare_agent(agent)?;
        }
        for queue in self.engine.queues() {
            let id = number(queue.id().as_str());
            let mut own: Vec<&super::model::TicketModel> = self
                .model
                .sought
                .iter()
                .map(|ticket| self.model.ticket(*ticket))
                .filter(|ticket| ticket.queue == id && ticket.state == Waiting)
                .collect();
            own.sort_by_key(|ticket| ticket.asks.key);
            let own: Vec<usize> = own.into_iter().map(|ticket| ticket.id).collect();
            let shown: Vec<usize> = queue.tickets().iter().map(|t| number(t.id().as_str())).collect();
            hold!(Views, shown == own, "q{id} shows {shown:?}, not {own:?}");
            hold!(Views, queue.waiting() == own.len(), "q{id} counts {} waiting", queue.waiting());
            let until = Some(self.model.windows[id]).filter(|until| *until != super::model::NEVER);
            hold!(Views, queue.settles_at().map(|at| at.0) == until, "the window of q{id} differs");
        }
        self.model.count_check(super::Law::Views);
        self.explain_now()
    }

    fn compare_ticket(&self, ticket: usize) -> Checked {
        let name = format!("t{ticket}");
        let (shown, own) = (self.engine.ticket(&name), self.model.known(ticket));
        let (Some(shown), Some(own)) = (shown, own) else {
            hold!(Views, shown.is_none() && own.is_none(), "{name} is known to one side only");
            return Ok(());
        };
        hold!(Views, shown.state() == own.state, "{name} is {} here and {} there", shown.state(), own.state);
        let holder = shown.agent().map(|agent| number(agent.as_str()));
        hold!(Views, holder == own.holder, "{name} is held by {holder:?} and {:?}", own.holder);
        let place = [number(shown.queue().as_str()), number(shown.priority().as_str())];
        hold!(Views, place == [own.queue, own.priority], "{name} is in {place:?}");
        let offers: Vec<(usize, i64)> =
            shown.offers().iter().map(|(agent, until)| (number(agent.as_str()), until.0)).collect();
        let own_offers: Vec<(usize, i64)> = own.offers.iter().map(|o| (o.agent, o.until)).collect();
        hold!(Views, offers == own_offers, "{name} has the offers {offers:?}, not {own_offers:?}");
        let steps: u32 = shown.steps_taken().iter().map(|step| 1 << step).sum();
        hold!(Views, steps == own.steps, "{name} has taken {steps:b}, not {:b}", own.steps);
        hold!(Views, shown.attributes() == &own.attributes, "the attributes of {name} differ");
        hold!(Views, shown.preferred() == own.preferred, "the preferred agents of {name} differ");
        let mut levels = [0; super::model::SKILLS];
        for asked in shown.required_skills() {
            levels[number(asked.skill.as_str())] = asked.level;
        }
        hold!(Views, levels == own.asks.levels, "{name} requires {levels:?}, not {:?}", own.asks.levels);
        Ok(())
    }

    fn compare_agent(&self, agent: usize) -> Checked {
        let name = format!("a{agent}");
        let (shown, own) = (self.engine.agent(&name), self.model.agent(agent));
        let (Some(shown), Some(own)) = (shown, own) else {
            hold!(Views, shown.is_none() && own.is_none(), "{name} is known to one side only");
            return Ok(());
        };
        hold!(Views, *shown.agent() == own.spec, "{name} is {:?}, not {:?}", shown.agent(), own.spec);
        hold!(
            Views,
            shown.units_used() == own.used && shown.ledger() == own.ledger,
            "{name} has {} units, ledger {}; by its events {} and {}",
            shown.units_used(),
            shown.ledger(),
            own.used,
            own.ledger
        );
        let ids = |list: Vec<&deskmatch::TicketId>| {
            let mut ids: Vec<usize> = list.into_iter().map(|id| number(id.as_str())).collect();
            ids.sort_unstable();
            ids
        };
        let sorted = |list: &[usize]| {
            let mut list = list.to_vec();
            list.sort_unstable();
            list
        };
        hold!(Views, ids(shown.tickets()) == sorted(&own.tickets), "{name} holds other tickets");
        hold!(Views, ids(shown.offers()) == sorted(&own.offers), "{name} holds other offers");
        hold!(Views, shown.idle_since().0 == own.idle.0, "{name} is idle since {}", shown.idle_since());
        Ok(())
    }

    /// Asks why one open ticket is where it is.
    fn explain_now(&mut self) -> Checked {
        let Some(now) = self.engine.now() else { return Ok(()) };
        self.model.now = now.0;
        let seed = self.model.seq as usize;
        let Some(ticket) = self.model.open.get(seed % self.model.open.len().max(1)).copied() else {
            return Ok(());
        };
        let name = format!("t{ticket}");
        let explained = self.engine.explain(&name);
        let explanation = explained.map_err(|error| Breach {
            law: super::Law::Explanation,
            what: format!("{name} cannot be explained: {error:?}"),
        })?;
        self.model.check_explanation(ticket, None, &explanation)?;
        let timeline = self.engine.timeline(&name);
        hold!(Explanation, timeline.is_ok(), "{name} has no timeline");
        let candidates = self.engine.candidates(&name).unwrap_or_default();
        let t = self.model.ticket(ticket);
        let mut own = if self.model.may_be_given(t) { self.model.candidates(t) } else { Vec::new() };
        let mut shown: Vec<usize> =
            candidates.iter().map(|candidate| number(candidate.agent().id().as_str())).collect();
        own.sort_unstable();
        shown.sort_unstable();
        hold!(Explanation, own == shown, "{name} has the candidates {shown:?}, not {own:?}");
        if t.state == Waiting
            && let Ok(suggested) = self.engine.suggest(&name)
        {
            let suggested = suggested.map(|agent| agent.id().clone());
            let first = explanation.agents.first().filter(|first| first.standing == Standing::Chosen);
            let named = first.filter(|_| !own.is_empty()).map(|first| first.agent.clone());
            hold!(
                Explanation,
                suggested == named,
                "{name} goes to {suggested:?}, but {named:?} is explained"
            );
        }
        Ok(())
    }
}

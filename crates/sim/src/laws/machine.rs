//! The engine and the model side by side, one command after another.

use super::breach::{Checked, hold};
use super::counts::Counts;
use super::model::{Model, number};
use super::world::{Probe, Shadow, Step, World};
use super::{Breach, Law};
use deskmatch::{
    Command, Engine, Error, ErrorKind, Event, EventBody, Outcome, Refusal, Request, Strategy, StrategyError,
    TicketState, TicketView, Timestamp,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// A strategy of the host that takes the last candidate, or fails, or talks nonsense, as its mood is.
struct Moody(Arc<AtomicU8>);

impl Strategy for Moody {
    fn choose(
        &self,
        _ticket: &TicketView<'_>,
        candidates: &[deskmatch::Candidate<'_>],
    ) -> Result<usize, StrategyError> {
        match self.0.load(Ordering::Relaxed) {
            1 => Err("the host's strategy is out of sorts".into()),
            2 => Ok(candidates.len()),
            _ => Ok(candidates.len() - 1),
        }
    }
}

/// A second engine that follows the first.
struct Follower {
    engine: Engine,
    by_apply: bool,
    left: u32,
}

pub(crate) struct Machine {
    pub(crate) engine: Engine,
    pub(crate) model: Model,
    pub(crate) counts: Counts,
    mood: Arc<AtomicU8>,
    follower: Option<Follower>,
    /// The last snapshot, and what has happened since.
    base: Vec<u8>,
    tail: Vec<Event>,
    /// Everything, if it is kept.
    pub(crate) log: Option<Vec<Event>>,
    answered: BTreeMap<String, (Request, Vec<Event>, Option<Refusal>)>,
    events: Vec<Event>,
    first: Engine,
}

impl Machine {
    pub(crate) fn new(world: &World, keep_log: bool) -> Result<Machine, Breach> {
        let mood = Arc::new(AtomicU8::new(0));
        let builder = Engine::builder(world.policy.clone()).strategy("last", Moody(Arc::clone(&mood)));
        let engine = builder.build().map_err(|error| unexpected("the world's policy", &error))?;
        Ok(Machine {
            model: Model::new(&world.policy),
            counts: Counts::default(),
            follower: None,
            base: engine.snapshot(),
            tail: Vec::new(),
            log: keep_log.then(Vec::new),
            answered: BTreeMap::new(),
            events: Vec::new(),
            first: engine.fork(),
            mood,
            engine,
        })
    }

    /// Does one step and checks everything.
    pub(crate) fn step(&mut self, step: &Step) -> Checked {
        let at = Timestamp(step.at);
        let probe = step.probe;
        self.counts.commands += 1;
        self.prepare(step);
        if probe.mood != 0 && self.fails_midway(step)? {
            self.model.count_check(Law::Replay);
        }
        let tried = if probe.decide { Some(self.try_first(step)?) } else { None };
        let before = probe.explain.then(|| self.engine.fork());
        let digest = probe.digest.then(|| self.engine.digest());
        let expected = self.expect(step);
        let mut events = std::mem::take(&mut self.events);
        events.clear();
        let (answer, repeated) = self.execute(at, &step.request, &mut events);
        if let Some(tried) = tried {
            check_tried(tried, &answer, &events)?;
        }
        if repeated {
            self.check_repeated(&step.request, &events, &answer)?;
        } else {
            expected.check(&answer)?;
            self.take_in(&events, &probe, before.as_ref())?;
        }
        self.after(step, &answer, &events, repeated, digest)?;
        if !repeated {
            if let Some(log) = &mut self.log {
                log.extend_from_slice(&events);
            }
            self.tail.append(&mut events);
        }
        if let Some(how) = probe.shadow {
            self.begin_following(how)?;
        }
        self.events = events;
        Ok(())
    }

    fn prepare(&mut self, step: &Step) {
        self.model.check_tally = step.probe.tally;
        self.model.plan_limit = None;
        self.model.pull_queue = None;
        match &step.request.command {
            Command::Plan { limit, .. } => self.model.plan_limit = *limit,
            Command::Pull { queue, .. } => {
                self.model.pull_queue = queue.as_ref().map(|queue| number(queue.as_str()));
            }
            _ => {}
        }
    }

    fn execute(
        &mut self,
        at: Timestamp,
        request: &Request,
        events: &mut Vec<Event>,
    ) -> (Result<Option<Refusal>, Error>, bool) {
        if request.request_id.is_none() {
            return (self.engine.execute_into(at, request.clone(), events), false);
        }
        match self.engine.execute(at, request.clone()) {
            Ok(outcome) => {
                events.extend(outcome.events);
                (Ok(outcome.refusal), outcome.repeated)
            }
            Err(error) => (Err(error), false),
        }
    }

    /// Takes in events one by one.
    fn take_in(&mut self, events: &[Event], probe: &Probe, before: Option<&Engine>) -> Checked {
        for event in events {
            if let (
                EventBody::Assigned { ticket, agent, .. } | EventBody::Offered { ticket, agent, .. },
                Some(before),
            ) = (&event.body, before)
            {
                let explanation = before
                    .explain_event(events, event.seq)
                    .map_err(|error| unexpected("the explanation of an event", &error))?;
                self.model.now = event.at.0;
                let (ticket, agent) = (number(ticket.as_str()), number(agent.as_str()));
                self.model.check_explanation(ticket, Some(agent), &explanation)?;
            }
            self.model.take_in(event)?;
            self.counts.note(event.body.name());
            if probe.json {
                check_json(event)?;
            }
        }
        Ok(())
    }

    fn after(
        &mut self,
        step: &Step,
        answer: &Result<Option<Refusal>, Error>,
        events: &[Event],
        repeated: bool,
        digest: Option<deskmatch::Digest>,
    ) -> Checked {
        let at = step.at;
        if let Err(error) = answer {
            hold!(Answers, events.is_empty(), "a refused command leaves events: {error:?}");
            hold!(Replay, self.engine.seq() == self.model.seq, "a refused command moves the engine on");
            if let Some(before) = digest {
                hold!(
                    Replay,
                    self.engine.digest() == before,
                    "a refused command changes the digest: {error:?}"
                );
                self.model.count_check(Law::Replay);
            }
            hold!(
                Answers,
                !matches!(error.kind(), ErrorKind::InvalidEvent | ErrorKind::StrategyFailed),
                "a command is refused by mistake: {error:?}"
            );
        } else if !repeated {
            self.model.check_after(at, step.probe.compare)?;
            let due = self.engine.next_due();
            hold!(Due, due.is_none_or(|due| due.0 > at), "after {at} something is due at {due:?}");
            if let Some(id) = &step.request.request_id {
                let answer = answer.as_ref().ok().cloned().flatten();
                let entry = (step.request.clone(), events.to_vec(), answer);
                self.answered.insert(id.as_str().to_owned(), entry);
            }
        }
        self.check_view()?;
        if step.probe.compare {
            self.compare()?;
            if !repeated && answer.is_ok() {
                let again = self.engine.execute(Timestamp(at), Command::Tick {});
                let quiet = again.is_ok_and(|outcome| outcome.events.is_empty());
                hold!(Due, quiet, "a second tick at {at} does something");
            }
        }
        self.follow(step, answer, events, repeated)
    }

    fn check_view(&mut self) -> Checked {
        let view = self.engine.view();
        let shown = [
            view.scheduled,
            view.waiting,
            view.offered,
            view.assigned,
            view.paused,
            view.wrapping_up,
            view.closed,
            view.cancelled,
        ];
        let sum: u64 = shown.iter().sum();
        hold!(Counts, sum == view.submitted, "{sum} tickets are shown of {}", view.submitted);
        let mut own = self.model.counts;
        own[TicketState::Closed as usize] += self.model.forgotten[0];
        own[TicketState::Cancelled as usize] += self.model.forgotten[1];
        hold!(Counts, shown == own, "tickets by state are shown as {shown:?}, not {own:?}");
        self.model.count_check(Law::Counts);
        Ok(())
    }

    /// Tries a command while the host's strategy fails; nothing may change.
    fn fails_midway(&mut self, step: &Step) -> Result<bool, Breach> {
        let (before, due) = (self.engine.digest(), self.engine.next_due());
        self.mood.store(step.probe.mood, Ordering::Relaxed);
        let failed = self.engine.decide(Timestamp(step.at), step.request.clone()).is_err();
        let mut outcome = Ok(Outcome::default());
        if failed {
            outcome = self.engine.execute(Timestamp(step.at), step.request.clone());
        }
        self.mood.store(0, Ordering::Relaxed);
        hold!(Replay, !failed || outcome.is_err(), "what could not be decided is executed");
        hold!(Replay, self.engine.digest() == before, "a command that failed midway changes the digest");
        hold!(Replay, self.engine.next_due() == due, "a command that failed midway changes what is due");
        Ok(failed)
    }

    fn try_first(&mut self, step: &Step) -> Result<Result<Outcome, Error>, Breach> {
        let (before, due) = (self.engine.digest(), self.engine.next_due());
        let first = self.engine.decide(Timestamp(step.at), step.request.clone());
        let second = self.engine.decide(Timestamp(step.at), step.request.clone());
        hold!(Replay, self.engine.digest() == before, "deciding changes the digest");
        hold!(Replay, self.engine.next_due() == due, "deciding changes what is due");
        let same = match (&first, &second) {
            (Ok(first), Ok(second)) => first == second,
            (Err(first), Err(second)) => first.kind() == second.kind(),
            _ => false,
        };
        hold!(Replay, same, "deciding twice gives {first:?} and {second:?}");
        self.model.count_check(Law::Replay);
        Ok(first)
    }

    fn check_repeated(
        &mut self,
        request: &Request,
        events: &[Event],
        answer: &Result<Option<Refusal>, Error>,
    ) -> Checked {
        let id = request.request_id.as_ref().map_or("", |id| id.as_str());
        let Some((earlier, expected, refusal)) = self.answered.get(id) else {
            hold!(Answers, false, "request {id} is answered as if it had come before");
            return Ok(());
        };
        hold!(
            Answers,
            earlier == request && expected == events && answer.as_ref().ok() == Some(refusal),
            "request {id} is answered otherwise the second time"
        );
        self.model.count_check(Law::Answers);
        Ok(())
    }

    /// Starts another engine from this one's state.
    fn begin_following(&mut self, how: Shadow) -> Checked {
        let builder =
            || Engine::builder(deskmatch::Policy::default()).strategy("last", Moody(Arc::clone(&self.mood)));
        let engine = match how {
            Shadow::Fork | Shadow::Apply => self.engine.fork(),
            Shadow::Snapshot => {
                self.base = self.engine.snapshot();
                self.tail.clear();
                let restored = builder().restore(&self.base);
                restored.map_err(|error| unexpected("the restoring of a snapshot", &error))?
            }
            Shadow::Replay => {
                let restored = builder().restore(&self.base);
                let mut engine =
                    restored.map_err(|error| unexpected("the restoring of a snapshot", &error))?;
                for event in &self.tail {
                    engine.apply(event).map_err(|error| unexpected("replay", &error))?;
                }
                engine
            }
        };
        let (own, other) = (self.engine.digest(), engine.digest());
        hold!(Replay, own == other, "the digest is {own}; by {how:?} it is {other}");
        self.model.count_check(Law::Replay);
        self.follower = Some(Follower { engine, by_apply: how == Shadow::Apply, left: 24 });
        Ok(())
    }

    fn follow(
        &mut self,
        step: &Step,
        answer: &Result<Option<Refusal>, Error>,
        events: &[Event],
        repeated: bool,
    ) -> Checked {
        let Some(follower) = &mut self.follower else { return Ok(()) };
        let (at, request) = (Timestamp(step.at), step.request.clone());
        let outcome = if follower.by_apply {
            let outcome = follower.engine.decide(at, request);
            for event in outcome.iter().filter(|_| !repeated).flat_map(|outcome| &outcome.events) {
                follower
                    .engine
                    .apply(event)
                    .map_err(|error| unexpected("applying what was decided", &error))?;
            }
            outcome
        } else {
            follower.engine.execute(at, request)
        };
        let same = match (&outcome, answer) {
            (Ok(outcome), Ok(refusal)) => outcome.events == events && outcome.refusal == *refusal,
            (Err(other), Err(own)) => other.kind() == own.kind(),
            _ => false,
        };
        hold!(
            Determinism,
            same,
            "a second engine (apply: {}) answers {outcome:?}, not {answer:?} with {events:?}",
            follower.by_apply
        );
        self.model.count_check(Law::Determinism);
        follower.left -= 1;
        if follower.left == 0 {
            let (own, other) = (self.engine.digest(), follower.engine.digest());
            hold!(Determinism, own == other, "the digests of two engines are {own} and {other}");
            self.follower = None;
        }
        Ok(())
    }

    /// Replays everything from the beginning, at the end.
    pub(crate) fn finish(&mut self) -> Checked {
        let Some(log) = &self.log else { return Ok(()) };
        let mut engine = self.first.fork();
        for event in log {
            engine.apply(event).map_err(|error| unexpected("full replay", &error))?;
        }
        let (own, other) = (self.engine.digest(), engine.digest());
        hold!(Replay, own == other, "the digest is {own}; by full replay it is {other}");
        self.model.count_check(Law::Replay);
        Ok(())
    }
}

fn check_tried(
    tried: Result<Outcome, Error>,
    answer: &Result<Option<Refusal>, Error>,
    events: &[Event],
) -> Checked {
    let same = match (&tried, answer) {
        (Ok(tried), Ok(refusal)) => tried.events == events && tried.refusal == *refusal,
        (Err(tried), Err(error)) => tried.kind() == error.kind(),
        _ => false,
    };
    hold!(Replay, same, "what was decided is {tried:?}; what was done is {answer:?} with {events:?}");
    Ok(())
}

fn check_json(event: &Event) -> Checked {
    let text = serde_json::to_string(event).unwrap_or_default();
    match serde_json::from_str::<Event>(&text) {
        Ok(read) => hold!(Answers, read == *event, "an event is read otherwise than written: {text}"),
        Err(error) => hold!(Answers, false, "an event cannot be read: {error}: {text}"),
    }
    Ok(())
}

pub(crate) fn unexpected(what: &str, error: &Error) -> Breach {
    Breach { law: Law::Replay, what: format!("{what} fails: {error:?}") }
}

//! Playing a case through an engine.

use super::partial::mismatch;
use super::report::{CaseReport, Difference};
use super::{Case, Step};
use deskmatch::{Command, Engine, Error, Event, Outcome, Request, Timestamp};
use serde_json::{Value, json};

/// Plays a case and says what differs from it. O(steps × (agents + tickets)): everything is checked after every step.
///
/// A step that differs does not end the case, so that one report tells all.
pub fn play(case: &Case) -> CaseReport {
    let report = CaseReport { title: case.title.clone(), steps: 0, events: 0, differences: Vec::new() };
    let engine = match Engine::new(case.policy().clone()) {
        Ok(engine) => engine,
        Err(error) => {
            let mut report = report;
            let detail = format!("{error:?}");
            report.differences.push(Difference { place: "policy".into(), field: "error".into(), detail });
            return report;
        }
    };
    let mut player = Player { case, engine, log: Vec::new(), now: case.start, report, place: String::new() };
    player.add_agents();
    player.check_lint();
    for (index, step) in case.steps.iter().enumerate() {
        player.step(index, step);
    }
    player.finish();
    player.report
}

pub(super) struct Player<'a> {
    pub(super) case: &'a Case,
    pub(super) engine: Engine,
    log: Vec<Event>,
    now: Timestamp,
    report: CaseReport,
    place: String,
}

impl Player<'_> {
    pub(super) fn differ(&mut self, field: &str, detail: impl Into<String>) {
        let (place, field, detail) = (self.place.clone(), field.to_owned(), detail.into());
        self.report.differences.push(Difference { place, field, detail });
    }

    /// Compares a value with the one expected.
    pub(super) fn expect(&mut self, field: &str, expected: &Value, found: &Value) {
        if let Some(detail) = mismatch(expected, found, self.case.start) {
            self.differ(field, detail);
        }
    }

    fn add_agents(&mut self) {
        for (index, agent) in self.case.agents.iter().enumerate() {
            self.place = format!("agents[{index}], {}", agent.id);
            match self.engine.execute(self.now, Command::add_agent(agent.clone())) {
                Ok(outcome) => self.log.extend(outcome.events),
                Err(error) => self.differ("error", format!("{error:?}")),
            }
        }
    }

    fn check_lint(&mut self) {
        if self.case.lint.is_empty() {
            return;
        }
        self.place = "policy".to_owned();
        let found: Vec<Value> =
            self.case.policy().lint(&self.case.agents).iter().map(|warning| json!(warning)).collect();
        for expected in &self.case.lint {
            if found.iter().all(|warning| mismatch(expected, warning, self.case.start).is_some()) {
                let lines: Vec<String> = found.iter().map(Value::to_string).collect();
                self.differ("lint", format!("expected {expected}, found\n{}", lines.join("\n")));
            }
        }
    }

    fn step(&mut self, index: usize, step: &Step) {
        if let Some(at) = step.at {
            self.now = self.case.start.after(at);
        }
        let tick = json!({ "type": "tick" });
        let command = step.command.as_ref().unwrap_or(&tick);
        self.place = place(index, step, command);
        self.report.steps += 1;
        let before = self.engine.digest();
        let answer = self.answer(command);
        let unchanged = self.engine.digest() == before;
        match answer {
            Ok(outcome) => self.check_outcome(step, outcome),
            Err(error) => {
                match &step.error {
                    Some(code) if code == error.code() => {}
                    Some(code) => self.differ("error", format!("expected {code}, found {error:?}")),
                    None => self.differ("error", format!("expected none, found {error:?}")),
                }
                if !unchanged {
                    self.differ("law: an error changes nothing", "the digest has changed");
                }
                if step.events.as_ref().is_some_and(|events| !events.is_empty()) {
                    self.differ("events", "expected some, found an error");
                }
            }
        }
        if let Some(expected) = step.digest_unchanged.filter(|expected| *expected != unchanged) {
            self.differ("digest_unchanged", format!("expected {expected}, found {unchanged}"));
        }
        self.check_state(step);
        self.check_work_is_conserved();
    }

    /// Decides, then executes; both must come to the same.
    fn answer(&mut self, command: &Value) -> Result<Outcome, Error> {
        let request = Request::from_json(&command.to_string())?;
        let before = self.engine.digest();
        let decided = self.engine.decide(self.now, request.clone());
        if self.engine.digest() != before {
            self.differ("law: deciding changes nothing", "the digest has changed");
        }
        let executed = self.engine.execute(self.now, request);
        let same = match (&decided, &executed) {
            (Ok(decided), Ok(executed)) => decided == executed,
            (Err(decided), Err(executed)) => decided.code() == executed.code(),
            _ => false,
        };
        if !same {
            let detail = format!("decided {decided:?}\nexecuted {executed:?}");
            self.differ("law: what is decided is what is done", detail);
        }
        executed
    }

    fn check_outcome(&mut self, step: &Step, outcome: Outcome) {
        if let Some(code) = &step.error {
            self.differ("error", format!("expected {code}, found none"));
        }
        let refusal = json!(outcome.refusal);
        self.expect("refusal", step.refusal.as_ref().unwrap_or(&Value::Null), &refusal);
        if let Some(expected) = step.repeated {
            self.expect("repeated", &json!(expected), &json!(outcome.repeated));
        }
        let events: Vec<Value> = outcome.events.iter().map(|event| json!(event)).collect();
        for (event, written) in outcome.events.iter().zip(&events) {
            let read = serde_json::from_str::<Event>(&written.to_string());
            if read.as_ref().ok() != Some(event) {
                self.differ("law: events survive JSON", format!("{written}\nread as {read:?}"));
            }
        }
        self.check_events(step, &events);
        if !outcome.repeated {
            self.report.events += events.len();
            self.log.extend(outcome.events);
        }
    }

    /// The log replays to the same state, and a snapshot restores it.
    fn finish(&mut self) {
        self.place = "end".to_owned();
        let replayed = Engine::new(self.case.policy().clone()).and_then(|mut fresh| {
            self.log.iter().try_for_each(|event| fresh.apply(event))?;
            Ok(fresh.digest())
        });
        match replayed {
            Ok(digest) if digest == self.engine.digest() => {}
            Ok(_) => self.differ("law: the log replays", "the digest is another one"),
            Err(error) => self.differ("law: the log replays", format!("{error:?}")),
        }
        match Engine::restore(&self.engine.snapshot()) {
            Ok(restored) => {
                if restored.digest() != self.engine.digest() {
                    self.differ("law: a snapshot restores", "the digest is another one");
                }
                if restored.next_due() != self.engine.next_due() {
                    self.differ("law: a snapshot restores", "the moment due next is another one");
                }
            }
            Err(error) => self.differ("law: a snapshot restores", format!("{error:?}")),
        }
    }
}

/// The step as a person names it: `step 3, at 5m, submit T-1`.
fn place(index: usize, step: &Step, command: &Value) -> String {
    let mut place = format!("step {}", index + 1);
    if let Some(at) = step.at {
        place.push_str(&format!(", at {at}"));
    }
    if let Some(name) = command.get("type").and_then(Value::as_str) {
        place.push_str(&format!(", {name}"));
    }
    for field in ["ticket", "agent", "queue"] {
        let value = command.get(field);
        if let Some(id) = value.and_then(|value| value.as_str().or(value.get("id")?.as_str())) {
            place.push_str(&format!(" {id}"));
        }
    }
    place
}

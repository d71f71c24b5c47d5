//! What a replay writes as it goes: assignments, events, progress.

use std::io::{self, Write};

use deskmatch::Event;
use deskmatch_sim::HandleTimeSource;
use deskmatch_sim::replay::{Assignment, Observer};
use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::{self, Form, Rows};

/// The columns of an assignment. Times are milliseconds since 1970 UTC.
pub(super) const COLUMNS: &[&str] = &[
    "policy",
    "ticket",
    "agent",
    "queue",
    "priority",
    "created_ms",
    "assigned_ms",
    "waited_ms",
    "assignment",
    "handle_ms",
    "handle_time",
    "by",
    "strategy",
    "revision",
    "score",
    "eligible",
    "denied",
    "reason",
];

/// The bar moves after so many tickets.
const TICKETS_PER_STEP: usize = 256;

pub(super) struct Watcher<'a> {
    policy: String,
    rows: Option<(&'a str, Rows)>,
    events: Option<(&'a str, Box<dyn Write>)>,
    bar: ProgressBar,
}

impl<'a> Watcher<'a> {
    pub(super) fn new(out: Option<(&'a str, Form)>, events: Option<&'a str>) -> Result<Self, Failure> {
        let rows = out.map(|(path, form)| {
            let rows = Rows::new(form, output::create(path)?, COLUMNS);
            rows.map(|rows| (path, rows)).map_err(|error| Failure::output(path, &error))
        });
        let events = events.map(|path| Ok::<_, Failure>((path, output::create(path)?)));
        Ok(Self {
            policy: String::new(),
            rows: rows.transpose()?,
            events: events.transpose()?,
            bar: ProgressBar::hidden(),
        })
    }

    pub(super) fn begin(&mut self, policy: &str, bar: ProgressBar) {
        self.policy = policy.to_owned();
        self.bar = bar;
    }

    pub(super) fn end(&mut self) {
        self.bar.finish_and_clear();
    }

    pub(super) fn finish(&mut self) -> Result<(), Failure> {
        if let Some((path, rows)) = &mut self.rows {
            rows.flush().map_err(|error| Failure::output(path, &error))?;
        }
        if let Some((path, events)) = &mut self.events {
            events.flush().map_err(|error| Failure::output(path, &error))?;
        }
        Ok(())
    }

    /// Says why a simulation ended early.
    pub(super) fn failure(&self, error: &deskmatch_sim::Error, policy: &str) -> Failure {
        self.bar.finish_and_clear();
        let out = self.rows.as_ref().map(|(path, _)| *path);
        let files: Vec<&str> = out.into_iter().chain(self.events.as_ref().map(|(path, _)| *path)).collect();
        match Failure::simulation(error, &files.join(" and ")) {
            Failure::Input(lines) => {
                Failure::Input(lines.iter().map(|line| format!("policy `{policy}`: {line}")).collect())
            }
            other => other,
        }
    }
}

impl Observer for Watcher<'_> {
    fn arrived(&mut self, tickets: usize) {
        if tickets.is_multiple_of(TICKETS_PER_STEP) {
            self.bar.set_position(tickets as u64);
        }
    }

    fn assigned(&mut self, assignment: &Assignment<'_>) -> io::Result<()> {
        let Some((_, rows)) = &mut self.rows else { return Ok(()) };
        rows.write(values(&self.policy, assignment))
    }

    fn happened(&mut self, event: &Event) -> io::Result<()> {
        let Some((_, events)) = &mut self.events else { return Ok(()) };
        serde_json::to_writer(&mut *events, event)?;
        events.write_all(b"\n")
    }
}

fn values(policy: &str, assignment: &Assignment<'_>) -> Vec<Value> {
    let choice = assignment.choice();
    let source = match assignment.handle_time.source {
        HandleTimeSource::Model => "model",
        HandleTimeSource::Logged | HandleTimeSource::StartedToResolved => "data",
    };
    vec![
        json!(policy),
        json!(assignment.ticket.id()),
        json!(assignment.agent),
        json!(assignment.queue),
        json!(assignment.priority),
        json!(assignment.ticket.created_ms()),
        json!(assignment.at_ms),
        json!(assignment.waited_ms()),
        json!(assignment.number),
        json!(assignment.handle_time.duration_ms),
        json!(source),
        json!(assignment.by()),
        json!(choice.strategy.as_str()),
        json!(choice.revision),
        json!(choice.score),
        json!(assignment.eligible()),
        json!(assignment.denied()),
        json!(assignment.reason()),
    ]
}

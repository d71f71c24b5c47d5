//! Replaying a ticket log, or tickets given as values, under one or several policies.

mod given;

use crate::command;
use crate::error::{Answer, Failure};
use crate::work::{Control, Job};
use deskmatch::{Policy, ReadyMade};
use deskmatch_sim::replay::{
    Assignment, AssignmentRecord, Observer, PolicyRun, QueueUse, Simulation, SimulationOptions, SkillUse,
};
use deskmatch_sim::{
    HandleTimeModel, LogReader, Mapping, Roster, RosterOptions, TicketLog, parse_duration_ms,
};
use deskmatch_tape::Reader;
use serde::Deserialize;
use std::io;

/// What JavaScript asks for; the texts are checked here. Durations are texts such as `20m`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// The path of the log, or the log itself.
    log_path: Option<String>,
    log_text: Option<String>,
    /// A ready-made mapping, or a JSON document.
    #[serde(default = "servicenow")]
    mapping: String,
    #[serde(default)]
    map: Vec<String>,
    /// The path of the agents as CSV, or the CSV itself.
    agents_path: Option<String>,
    agents_text: Option<String>,
    handle_time: Option<String>,
    #[serde(default)]
    seed: u64,
    #[serde(default = "one")]
    capacity: u32,
    #[serde(default = "one")]
    resolved_min: u32,
    skills: Option<String>,
    queues: Option<String>,
    reaction: Option<String>,
    /// Of a thousand offers.
    #[serde(default)]
    missed_offers_permille: u16,
    comeback: Option<String>,
    response: Option<String>,
    within: Option<String>,
    limit: Option<u32>,
    #[serde(default)]
    strict: bool,
    #[serde(default)]
    assignments: bool,
    /// The names of the policies; each that is ready-made is followed by null, any other by its document.
    policies: Vec<String>,
}

fn servicenow() -> String {
    "servicenow".to_owned()
}

const fn one() -> u32 {
    1
}

fn io_failure(path: &str, error: &io::Error) -> Failure {
    Failure { path: Some(path.to_owned()), ..Failure::new("io", format!("`{path}` cannot be read: {error}")) }
}

fn unknown(field: &str, word: &str, known: &str) -> Failure {
    let message = format!("`{field}`: there is no `{word}`; there are {known}");
    Failure { path: Some(field.to_owned()), ..Failure::new("invalid_value", message) }
}

impl Options {
    fn log(&self) -> Answer<TicketLog> {
        let mapping = match Mapping::ready_made(&self.mapping) {
            Some(mapping) => mapping,
            None if self.mapping.trim_start().starts_with('{') => Mapping::from_json(&self.mapping)?,
            None => return Err(unknown("mapping", &self.mapping, &Mapping::READY_MADE.join(", "))),
        };
        let reader =
            LogReader::new(mapping.with_overrides(self.map.iter().map(String::as_str))?).strict(self.strict);
        match (&self.log_path, &self.log_text) {
            (Some(path), _) => {
                let file = std::fs::File::open(path).map_err(|error| io_failure(path, &error))?;
                Ok(reader.read(file)?)
            }
            (None, text) => Ok(reader.read(text.as_deref().unwrap_or_default().as_bytes())?),
        }
    }

    fn roster(&self, log: &TicketLog) -> Answer<Roster> {
        match (&self.agents_path, &self.agents_text) {
            (Some(path), _) => {
                let file = std::fs::File::open(path).map_err(|error| io_failure(path, &error))?;
                Ok(Roster::read(file)?)
            }
            (None, Some(text)) => Ok(Roster::read(text.as_bytes())?),
            (None, None) => {
                let options = RosterOptions { resolved_min: self.resolved_min, capacity: self.capacity };
                Ok(Roster::from_log(log, &options))
            }
        }
    }

    fn model(&self) -> Answer<SimulationOptions> {
        let default = SimulationOptions::default();
        let duration = |text: &Option<String>, otherwise: i64| match text {
            Some(text) => parse_duration_ms(text).map_err(Failure::from),
            None => Ok(otherwise),
        };
        let handle_time = match &self.handle_time {
            Some(text) => text.parse().map_err(Failure::from)?,
            None => default.handle_time.distribution(),
        };
        Ok(SimulationOptions {
            handle_time: HandleTimeModel::new(handle_time, self.seed),
            reaction_ms: duration(&self.reaction, default.reaction_ms)?,
            missed_offers_permille: self.missed_offers_permille,
            comeback_ms: duration(&self.comeback, default.comeback_ms)?,
            response_ms: duration(&self.response, default.response_ms)?,
            within_ms: duration(&self.within, default.within_ms)?,
            skills: match self.skills.as_deref() {
                None | Some("required") => SkillUse::Required,
                Some("preferred") => SkillUse::Preferred,
                Some("ignored") => SkillUse::Ignored,
                Some(word) => return Err(unknown("skills", word, "required, preferred, ignored")),
            },
            queues: match self.queues.as_deref() {
                None | Some("log") => QueueUse::Log,
                Some("policy") => QueueUse::Policy,
                Some(word) => return Err(unknown("queues", word, "log, policy")),
            },
            tickets_max: self.limit.map(|limit| limit as usize),
        })
    }
}

/// Notes assignments and how far the replay is, and ends it when it is no longer wanted.
struct Watcher<'a> {
    control: &'a Control,
    before: u64,
    policy: usize,
    assignments: Option<Vec<AssignmentRecord>>,
}

impl Observer for Watcher<'_> {
    fn arrived(&mut self, tickets: usize) {
        self.control.set_done(self.before + tickets as u64);
    }

    fn assigned(&mut self, assignment: &Assignment<'_>) -> io::Result<()> {
        if let Some(list) = &mut self.assignments {
            list.push(assignment.record(self.policy));
        }
        Ok(())
    }

    fn happened(&mut self, _: &deskmatch::Event) -> io::Result<()> {
        if self.control.is_aborted() { Err(io::Error::other("aborted")) } else { Ok(()) }
    }
}

/// Replays a log.
pub(crate) fn run(job: &mut Job<'_>) -> Answer<()> {
    let mut reader = Reader::new(job.input);
    let options = Options::deserialize(&mut reader)?;
    let policies = read_policies(&options, &mut reader)?;
    let model = options.model()?;
    let log = options.log()?;
    let roster = options.roster(&log)?;
    play(job, &Played { options: &options, policies: &policies, model }, &log, &roster)
}

/// Simulates tickets and agents given as values.
pub(crate) fn simulate(job: &mut Job<'_>) -> Answer<()> {
    let mut reader = Reader::new(job.input);
    let options = Options::deserialize(&mut reader)?;
    let policies = read_policies(&options, &mut reader)?;
    let model = options.model()?;
    let log = given::log(&mut reader)?;
    let roster = given::roster(&mut reader)?.map_or_else(|| options.roster(&log), Ok)?;
    play(job, &Played { options: &options, policies: &policies, model }, &log, &roster)
}

type NamedPolicy = (String, Policy);

fn read_policies(options: &Options, reader: &mut Reader<'_>) -> Answer<Vec<NamedPolicy>> {
    let policy = |name: &String| -> Answer<NamedPolicy> {
        let document = reader.take_value()?;
        let policy: Policy = match ReadyMade::named(name) {
            Some(ready_made) if document == [deskmatch_tape::NULL] => {
                deskmatch_documents::ready_made(ready_made)
            }
            _ => command::policy(document)?,
        };
        Ok((name.clone(), policy))
    };
    options.policies.iter().map(policy).collect()
}

/// What is asked of a replay.
struct Played<'a> {
    options: &'a Options,
    policies: &'a [NamedPolicy],
    model: SimulationOptions,
}

/// Plays a log under each policy, and lays the figures side by side.
fn play(job: &mut Job<'_>, asked: &Played<'_>, log: &TicketLog, roster: &Roster) -> Answer<()> {
    let Played { options, policies, model } = *asked;
    let simulation = Simulation::new(log, roster, model);
    let tickets = model.tickets_max.map_or(log.len(), |limit| limit.min(log.len())) as u64;
    job.control.set_total(tickets * policies.len() as u64);
    let assignments = options.assignments.then(Vec::new);
    let mut watcher = Watcher { control: job.control, before: 0, policy: 0, assignments };
    let mut runs: Vec<PolicyRun> = Vec::new();
    for (index, (name, policy)) in policies.iter().enumerate() {
        job.control.check()?;
        watcher.policy = index;
        watcher.before = tickets * index as u64;
        let run = simulation.run(name, policy, &mut watcher).map_err(|error| {
            if job.control.is_aborted() { Failure::aborted() } else { Failure::from(error) }
        })?;
        runs.push(run);
    }
    let report = simulation.report(&runs)?.without_measured();
    let text = report.to_text();
    let bad_rows: Vec<String> = log.bad_rows().iter().map(ToString::to_string).collect();
    job.write(&serde_json::json!({
        "report": report.to_json(), "text": text, "tickets": log.len(), "bad_rows": bad_rows,
        "bad_row_count": log.bad_row_count(),
    }))?;
    let assignments = watcher.assignments.unwrap_or_default();
    job.write(&assignments)
}

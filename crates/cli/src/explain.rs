//! `deskmatch explain`.

use deskmatch::{Command, DecidedBy, Engine, Event, EventBody, Explanation, Policy, Request};
use deskmatch_sim::case::Case;
use deskmatch_sim::format_moment_ms;
use deskmatch_sim::replay::reason;
use serde_json::json;

use crate::failure::{Failure, lines_of};
use crate::{case, input, output, records};

/// The largest log of events: 16 GiB.
const BYTES_MAX: u64 = 16 << 30;

#[derive(clap::Args, Debug)]
#[command(group = clap::ArgGroup::new("source").required(true).args(["log", "case"]))]
#[command(group = clap::ArgGroup::new("subject").required(true).multiple(true).args(["ticket", "event"]))]
pub(crate) struct Arguments {
    /// The ticket; as it was when it was last given to an agent, or as it is if it waits
    ticket: Option<String>,
    /// A log of events as JSON lines, from the first event on
    #[arg(long, value_name = "FILE")]
    log: Option<String>,
    /// A case, played to its end
    #[arg(long, value_name = "CASE.json")]
    case: Option<String>,
    /// The policy that the engine of the log began with; not needed where the log begins with it
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "case")]
    policy: Option<String>,
    /// The event to explain, by its number: an assignment or an offer
    #[arg(long, value_name = "SEQ")]
    event: Option<u64>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// An engine before anything happened, and what happened then.
struct History {
    start: Engine,
    events: Vec<Event>,
    /// The name of the file, for messages.
    path: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let history = match (&arguments.log, &arguments.case) {
        (_, Some(path)) => of_case(path)?,
        (Some(path), None) => of_log(path, arguments.policy.as_deref())?,
        (None, None) => return Err(Failure::usage("name a log with --log or a case with --case")),
    };
    let (event, explanation) = history.explain(arguments.ticket.as_deref(), arguments.event)?;
    if arguments.json {
        return output::print_json(&json!({"event": event, "explanation": explanation}));
    }
    let head = event.map(head).unwrap_or_default();
    output::print(&format!("{head}{explanation}"))
}

/// Says in a line which event it is.
fn head(event: &Event) -> String {
    let at = format_moment_ms(event.at.as_millis());
    let (agent, verb, decision) = match &event.body {
        EventBody::Assigned { agent, decision, .. } => (agent, "assigned to", decision),
        EventBody::Offered { agent, decision, .. } => (agent, "offered to", decision),
        _ => return format!("Event {} at {at}: {}.\n", event.seq, event.body.name()),
    };
    format!("Event {} at {at}: {verb} {agent}: {}.\n", event.seq, reason(decision))
}

fn of_log(path: &str, policy: Option<&str>) -> Result<History, Failure> {
    let policy = policy.map(input::policy).transpose()?.map(|policy| policy.policy);
    let text = input::text(path, BYTES_MAX)?;
    let events: Vec<Event> = records::lines(path, &text)?.into_iter().map(|line| line.value).collect();
    let start = new_engine(policy.unwrap_or_default(), path)?;
    Ok(History { start, events, path: path.to_owned() })
}

fn of_case(path: &str) -> Result<History, Failure> {
    let case: Case = case::read(path)?;
    let start = new_engine(case.policy().clone(), path)?;
    let mut engine = start.fork();
    let mut events = Vec::new();
    let mut now = case.start;
    for agent in &case.agents {
        // A case may be about what is refused; `run` judges it.
        let _ = engine.execute_into(now, Command::add_agent(agent.clone()), &mut events);
    }
    for step in &case.steps {
        now = step.at.map_or(now, |at| case.start.after(at));
        let request = match &step.command {
            None => Some(Command::Tick {}.into()),
            Some(command) => serde_json::from_value::<Request>(command.clone()).ok(),
        };
        if let Some(request) = request {
            let _ = engine.execute_into(now, request, &mut events);
        }
    }
    Ok(History { start, events, path: path.to_owned() })
}

fn new_engine(policy: Policy, path: &str) -> Result<Engine, Failure> {
    Engine::new(policy).map_err(|error| Failure::Input(lines_of(path, &error)))
}

impl History {
    fn explain(
        &self,
        ticket: Option<&str>,
        seq: Option<u64>,
    ) -> Result<(Option<&Event>, Explanation), Failure> {
        if let Some(seq) = seq {
            let event = self.events.iter().find(|event| event.seq == seq);
            let event =
                event.ok_or_else(|| Failure::in_file(&self.path, format_args!("there is no event {seq}")))?;
            let of = event.body.ticket();
            if of.is_none() {
                let name = event.body.name();
                let message =
                    format!("event {seq} ({name}) is about no ticket; name an assignment or an offer");
                return Err(Failure::in_file(&self.path, message));
            }
            if ticket.is_some_and(|ticket| of.is_none_or(|of| of.as_str() != ticket)) {
                let of = of.map_or("no ticket".to_owned(), |of| format!("ticket `{of}`"));
                return Err(Failure::in_file(&self.path, format_args!("event {seq} is about {of}")));
            }
            return Ok((Some(event), self.explain_event(seq)?));
        }
        let ticket = ticket.unwrap_or_default();
        let end = self.end()?;
        let waits =
            end.ticket(ticket).is_some_and(|ticket| !ticket.state().is_held() && ticket.state().is_open());
        match self.events.iter().rev().find(|event| is_decision(event, ticket)) {
            Some(event) if !waits => Ok((Some(event), self.explain_event(event.seq)?)),
            _ => end
                .explain(ticket)
                .map(|explanation| (None, explanation))
                .map_err(|error| Failure::in_file(&self.path, error)),
        }
    }

    fn explain_event(&self, seq: u64) -> Result<Explanation, Failure> {
        self.start.explain_event(&self.events, seq).map_err(|error| Failure::in_file(&self.path, error))
    }

    /// Returns the engine after everything.
    fn end(&self) -> Result<Engine, Failure> {
        let mut engine = self.start.fork();
        for event in &self.events {
            engine.apply(event).map_err(|error| {
                let hint = if event.seq == 1 { "; the log must begin with the first event" } else { "" };
                Failure::in_file(&self.path, format_args!("event {}: {error}{hint}", event.seq))
            })?;
        }
        Ok(engine)
    }
}

/// Returns whether an event gave the ticket to an agent by a decision of its own.
fn is_decision(event: &Event, ticket: &str) -> bool {
    match &event.body {
        EventBody::Assigned { ticket: of, decision, .. } => {
            of.as_str() == ticket && decision.by != DecidedBy::Accept
        }
        EventBody::Offered { ticket: of, .. } => of.as_str() == ticket,
        _ => false,
    }
}

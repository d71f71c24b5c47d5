//! One batch without an engine of the caller's: tickets and agents in, assignments out. As the command `deskmatch assign` does it.

use crate::command;
use crate::error::{Answer, Failure};
use crate::work::{Control, Job};
use deskmatch::order;
use deskmatch::{
    Agent, Command, DecidedBy, Decision, DecisionDetail, Engine, Event, EventBody, Fault, Policy, QueueId,
    ReadyMade, Standing, StrategyPolicy, Tally, Ticket, TicketState, Timestamp,
};
use deskmatch_sim::batch;
use deskmatch_sim::replay::reason;
use deskmatch_tape::{Reader, from_bytes, to_json};
#[cfg(feature = "schemas")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
struct Options<'a> {
    /// The moment of the batch.
    at: i64,
    /// Whether `at` was given; else a ticket made later than now moves the batch to its moment.
    fixed: bool,
    #[serde(borrow)]
    strategy: Option<&'a str>,
    reasons: bool,
    /// The queue that further queues are like; the policy is a ready-made one then.
    ready_made: Option<&'a str>,
}

/// What became of one ticket of a batch.
#[derive(Serialize)]
#[cfg_attr(feature = "schemas", derive(JsonSchema))]
pub(crate) struct Assignment {
    /// The ticket.
    ticket: String,
    /// Its agent, null if it has none.
    agent: Option<String>,
    /// Its state.
    state: TicketState,
    /// Its queue.
    queue: Option<String>,
    /// Its priority.
    priority: Option<String>,
    /// What led to the assignment.
    by: Option<DecidedBy>,
    /// The strategy of its queue.
    strategy: Option<String>,
    /// The score of the pair, if the strategy scores.
    score: Option<i64>,
    /// How many agents were eligible and how many each rule turned away.
    tally: Option<Tally>,
    /// Why, in a line; with `reasons` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Assigns.
pub(crate) fn run(job: &mut Job<'_>) -> Answer<()> {
    let mut reader = Reader::new(job.input);
    let options: Options<'_> = from_bytes(reader.take_value()?)?;
    let policy = match options.ready_made {
        Some(name) => ReadyMade::named(name).map(deskmatch_documents::ready_made).ok_or_else(|| {
            Failure::new("unknown_policy", format!("there is no ready-made policy `{name}`"))
        })?,
        None => command::policy(reader.take_value()?)?,
    };
    let mut faults = Vec::new();
    let tickets: Vec<Ticket> = list(&mut reader, "submit", "ticket", &mut faults)?;
    let agents: Vec<Agent> = list(&mut reader, "add_agent", "agent", &mut faults)?;
    refuse(faults)?;
    let mut batch = Batch::new(&options, policy, &tickets, &agents)?;
    batch.bring_in(tickets, agents, job.control)?;
    batch.settle()?;
    job.write(&batch.assignments(options.reasons))
}

/// Reads a list of documents, each by the straight road or, where it has faults, by the core's reader, which names them.
pub(crate) fn list<'a, T: Deserialize<'a>>(
    reader: &mut Reader<'a>,
    kind: &str,
    field: &str,
    faults: &mut Vec<Fault>,
) -> Answer<Vec<T>> {
    if reader.byte()? != deskmatch_tape::LIST {
        return Err(Failure::new("invalid_value", format!("the {field}s must be an array")));
    }
    let mut found = Vec::new();
    let mut index = 0;
    while !reader.list_ends()? {
        let bytes = reader.take_value()?;
        match from_bytes::<T>(bytes) {
            Ok(value) => found.push(value),
            Err(_) => {
                let text = format!(r#"{{ "type": "{kind}", "{field}": {} }}"#, to_json(bytes)?);
                let error = deskmatch_documents::request(&text).err();
                let told = error.as_ref().map(deskmatch::Error::faults).unwrap_or_default();
                let place =
                    |path: &str| format!("{field}s[{index}]{}", path.strip_prefix(field).unwrap_or_default());
                match error.as_ref().filter(|_| told.is_empty()) {
                    Some(error) => faults.push(Fault::new(place(""), error.to_string())),
                    None => faults.extend(
                        told.iter().map(|fault| Fault::new(place(&fault.path), fault.message.clone())),
                    ),
                }
            }
        }
        index += 1;
    }
    Ok(found)
}

fn refuse(faults: Vec<Fault>) -> Answer<()> {
    let Some(first) = faults.first() else { return Ok(()) };
    let count = faults.len();
    let noun = if count == 1 { "fault" } else { "faults" };
    let message = format!("the batch has {count} {noun}; {first}");
    let path = Some(first.path.clone());
    Err(Failure { path, faults, ..Failure::new("invalid_batch", message) })
}

/// Tickets that wait for the one moment at which all of them are settled.
struct Batch {
    engine: Engine,
    events: Vec<Event>,
    tickets: Vec<String>,
    policy: Policy,
    at: Timestamp,
}

impl Batch {
    fn new(options: &Options<'_>, mut policy: Policy, tickets: &[Ticket], agents: &[Agent]) -> Answer<Self> {
        if let Some(name) = options.strategy {
            policy.queues = policy.effective_queues();
            for queue in policy.queues.values_mut() {
                queue.strategy = strategy(name, &queue.strategy)?;
            }
        }
        let template = options.ready_made.and_then(ReadyMade::named).map(|ready_made| ready_made.template());
        let policy =
            complete(policy, template, batch::queues_named(tickets.iter(), agents.iter()), options.reasons);
        let youngest = tickets.iter().filter_map(|ticket| ticket.created).max().map_or(options.at, |at| at.0);
        let at = if options.fixed { options.at } else { options.at.max(youngest) };
        let mut engine = Engine::new(Policy::default())?;
        let set = Command::SetPolicy { policy: Box::new(batch::held(policy.clone())) };
        engine.execute(Timestamp(at), set)?;
        let tickets = tickets.iter().map(|ticket| ticket.id.to_string()).collect();
        Ok(Self { engine, events: Vec::new(), tickets, policy, at: Timestamp(at) })
    }

    /// Brings everything in without settling anything. Faults of tickets and agents are told all at once.
    fn bring_in(&mut self, tickets: Vec<Ticket>, agents: Vec<Agent>, control: &Control) -> Answer<()> {
        control.set_total((tickets.len() + agents.len()) as u64);
        let agents =
            agents.into_iter().enumerate().map(|(index, agent)| ("agents", index, Command::add_agent(agent)));
        let tickets =
            tickets.into_iter().enumerate().map(|(index, one)| ("tickets", index, Command::submit(one)));
        let mut faults = Vec::new();
        for (done, (list, index, command)) in agents.chain(tickets).enumerate() {
            if done % 256 == 0 {
                control.check()?;
                control.set_done(done as u64);
            }
            self.events.clear();
            if let Err(error) = self.engine.execute_into(self.at, command, &mut self.events) {
                let place = format!("{list}[{index}]");
                let told = error
                    .faults()
                    .iter()
                    .map(|fault| Fault::new(format!("{place}.{}", fault.path), fault.message.clone()));
                let before = faults.len();
                faults.extend(told);
                if faults.len() == before {
                    faults.push(Fault::new(place, error.to_string()));
                }
            }
        }
        self.events.clear();
        refuse(faults)
    }

    /// Settles everything: by the strategies ticket by ticket, then by one plan what is to be planned.
    fn settle(&mut self) -> Answer<()> {
        let is_planned = batch::is_planned(&self.policy);
        let set = Command::SetPolicy { policy: Box::new(self.policy.clone()) };
        self.engine.execute_into(self.at, set, &mut self.events)?;
        if is_planned {
            self.engine.execute_into(
                self.at,
                Command::Plan { queue: None, limit: None },
                &mut self.events,
            )?;
        }
        Ok(())
    }

    fn assignments(&self, reasons: bool) -> Vec<Assignment> {
        let assigned = self.events.iter().filter_map(|event| match &event.body {
            EventBody::Assigned { ticket, agent, decision } => {
                Some((ticket.as_str(), (agent.as_str(), &**decision)))
            }
            _ => None,
        });
        let assigned: BTreeMap<&str, (&str, &Decision)> = order::map(assigned);
        self.tickets
            .iter()
            .map(|id| self.assignment(id, assigned.get(id.as_str()).copied(), reasons))
            .collect()
    }

    fn assignment(&self, id: &str, assigned: Option<(&str, &Decision)>, reasons: bool) -> Assignment {
        let view = self.engine.ticket(id);
        let decision = assigned.map(|(_, decision)| decision);
        let waits = || self.engine.explain(id).ok();
        let explanation = if decision.is_none() && reasons { waits() } else { None };
        Assignment {
            ticket: id.to_owned(),
            agent: assigned.map(|(agent, _)| agent.to_owned()),
            state: view.map_or(TicketState::Cancelled, |view| view.state()),
            queue: view.map(|view| view.queue().to_string()),
            priority: view.map(|view| view.priority().to_string()),
            by: decision.map(|decision| decision.by),
            strategy: decision.map(|decision| decision.strategy.to_string()),
            score: decision.and_then(|decision| decision.score),
            tally: decision.map_or_else(|| explanation.as_ref().map(tally), |decision| decision.tally),
            reason: match (reasons, decision) {
                (false, _) => None,
                (true, Some(decision)) => Some(reason(decision)),
                (true, None) => Some(
                    explanation
                        .as_ref()
                        .map_or_else(|| "it is not known any more".into(), batch::why_it_waits),
                ),
            },
        }
    }
}

/// How many agents each rule turns away now.
fn tally(explanation: &deskmatch::Explanation) -> Tally {
    let mut tally = Tally::default();
    for agent in &explanation.agents {
        match &agent.standing {
            Standing::Denied { denial } => tally.denied[denial.rule as usize] += 1,
            Standing::Chosen | Standing::Outranked { .. } => tally.eligible += 1,
        }
    }
    tally
}

/// Fits the policy to a batch: queues planned or settled at once, nothing offered, nothing turned away. Queues that a ready-made
/// policy lacks are added to it.
fn complete(mut policy: Policy, template: Option<&str>, names: BTreeSet<QueueId>, explained: bool) -> Policy {
    let known = policy.queue_names();
    let missing: Vec<QueueId> =
        names.into_iter().filter(|name| template.is_some() && !known.contains(name)).collect();
    policy = policy.with_queues_like(template.unwrap_or_default(), missing);
    if explained {
        policy.detail = policy.detail.max(DecisionDetail::Summary);
    }
    batch::fitted(policy)
}

/// A strategy by name, with the factors of the one it replaces where that has some.
fn strategy(name: &str, old: &StrategyPolicy) -> Answer<StrategyPolicy> {
    deskmatch_documents::strategy_named(name, old).ok_or_else(|| Failure {
        path: Some("strategy".into()),
        ..Failure::new("unknown_strategy", format!("there is no strategy `{name}`"))
    })
}

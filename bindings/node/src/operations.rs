//! What JavaScript can ask for, each by a name. The list is what the binding's completeness is checked against.

use crate::command;
use crate::engines;
use crate::error::{Answer, Failure};
use crate::strategies;
use crate::views::{AgentNow, QueueNow, TicketNow, agents_of};
use deskmatch::{Agent, Engine, Event, Explanation, Policy, ReadyMade, Request, Timestamp};
use deskmatch_tape::{self as tape, Reader, Writer, from_bytes, to_writer};
#[cfg(feature = "schemas")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What an operation works with.
pub(crate) struct Call<'a> {
    pub(crate) engine: u32,
    /// The moment; whole milliseconds, checked by JavaScript.
    pub(crate) at: i64,
    pub(crate) input: &'a [u8],
    pub(crate) output: &'a mut Writer,
}

impl<'a> Call<'a> {
    fn now(&self) -> Timestamp {
        Timestamp(self.at)
    }

    pub(crate) fn read<T: Deserialize<'a>>(&self) -> Answer<T> {
        Ok(from_bytes(self.input)?)
    }

    pub(crate) fn write<T: Serialize + ?Sized>(&mut self, value: &T) -> Answer<()> {
        Ok(to_writer(self.output, value)?)
    }
}

pub(crate) type Operation = fn(&mut Call<'_>) -> Answer<()>;

macro_rules! operations {
    ($($name:ident),* $(,)?) => {
        /// Every operation, by name; its number is its place.
        pub(crate) const OPERATIONS: &[(&str, Operation)] = &[$((stringify!($name), $name),)*];
    };
}

operations! {
    execute, execute_many, decide, apply, create, restore, close, fork, snapshot, next_due, now, seq, policy, policy_hash,
    ticket, agent, queue, tickets, agents, queues, view, candidates, suggest, explain, explain_event, timeline,
    digest,
    preview_policy, check_policy, lint, ready_made, schemas, to_json,
    from_json, engine_time,
}

fn execute(call: &mut Call<'_>) -> Answer<()> {
    let (request, now) = (command::read(call.input)?, call.now());
    let outcome = engines::with(call.engine, |engine| Ok(engine.execute(now, request)?))?;
    Ok(tape::outcome(call.output, &outcome)?)
}

fn decide(call: &mut Call<'_>) -> Answer<()> {
    let (request, now) = (command::read(call.input)?, call.now());
    let outcome = engines::with(call.engine, |engine| Ok(engine.decide(now, request)?))?;
    Ok(tape::outcome(call.output, &outcome)?)
}

/// Many commands, each with its own answer, an outcome or a failure; JavaScript reads the answers when they are asked for.
fn execute_many(call: &mut Call<'_>) -> Answer<()> {
    call.output.bytes.reserve(call.input.len().saturating_mul(3));
    engines::with(call.engine, |engine| {
        Ok(tape::execute_many(engine, Timestamp(call.at), call.input, call.output, &Failures)?)
    })
}

/// What a batch seldom needs.
struct Failures;

impl tape::Seldom for Failures {
    fn read(&self, command: &[u8], output: &mut Writer) -> Option<Request> {
        command::thorough(command).map_err(|failure| failure.write(output)).ok()
    }

    fn refused(&self, error: deskmatch::Error, output: &mut Writer) {
        Failure::from(error).write(output);
    }
}

/// Reads a value by the reader that there is of such values already, so that the addon has no second one.
fn read_slowly<T>(
    bytes: &[u8],
    otherwise: &str,
    read: impl FnOnce(Value) -> serde_json::Result<T>,
) -> Answer<T> {
    let text = tape::to_json(bytes)?;
    let value = serde_json::from_str(&text).and_then(read);
    value.map_err(|error| Failure::new("invalid_json", format!("{otherwise}: {error}")))
}

/// An event that JavaScript hands in. What the event itself does not check, such as unknown fields, is not looked at, as
/// in JSON.
fn event(bytes: &[u8]) -> Answer<Event> {
    read_slowly(bytes, "the value is not an event", deskmatch_documents::event)
}

fn apply(call: &mut Call<'_>) -> Answer<()> {
    let event = event(call.input)?;
    engines::with(call.engine, |engine| Ok(engine.apply(&event)?))?;
    call.write(&())
}

#[derive(Deserialize)]
struct Making {
    #[serde(default)]
    strategies: Vec<strategies::Named>,
}

fn create(call: &mut Call<'_>) -> Answer<()> {
    let mut reader = Reader::new(call.input);
    let making = Making::deserialize(&mut reader)?;
    let policy = command::policy(reader.rest())?;
    let engine = strategies::register(Engine::builder(policy), making.strategies).build()?;
    let number = engines::keep(engine)?;
    call.write(&number)
}

fn restore(call: &mut Call<'_>) -> Answer<()> {
    let mut reader = Reader::new(call.input);
    let making = Making::deserialize(&mut reader)?;
    let builder = strategies::register(Engine::builder(Policy::default()), making.strategies);
    let number = engines::keep(deskmatch_documents::restore(builder, reader.rest())?)?;
    call.write(&number)
}

fn close(call: &mut Call<'_>) -> Answer<()> {
    engines::close(call.engine);
    call.write(&())
}

fn fork(call: &mut Call<'_>) -> Answer<()> {
    let fork = engines::with(call.engine, |engine| Ok(engine.fork()))?;
    let number = engines::keep(fork)?;
    call.write(&number)
}

fn snapshot(call: &mut Call<'_>) -> Answer<()> {
    let bytes = engines::with(call.engine, |engine| Ok(engine.snapshot()))?;
    // Plain bytes, not a value.
    call.output.bytes.extend_from_slice(&bytes);
    Ok(())
}

macro_rules! questions {
    ($($name:ident => $method:ident),* $(,)?) => {
        $(fn $name(call: &mut Call<'_>) -> Answer<()> {
            engines::with(call.engine, |engine| Ok(to_writer(call.output, &engine.$method())?))
        })*
    };
}

questions! { next_due => next_due, now => now, seq => seq, policy => policy, policy_hash => policy_hash, view => view, digest => digest }

macro_rules! views {
    ($($one:ident $all:ident $view:ident),*) => {
        $(
            fn $one(call: &mut Call<'_>) -> Answer<()> {
                let id: &str = call.read()?;
                engines::with(call.engine, |engine| Ok(to_writer(call.output, &engine.$one(id).map($view::from))?))
            }

            fn $all(call: &mut Call<'_>) -> Answer<()> {
                engines::with(call.engine, |engine| {
                    call.output.begin_list();
                    for view in engine.$all() {
                        to_writer(call.output, &$view::from(view))?;
                    }
                    call.output.end_list();
                    Ok(())
                })
            }
        )*
    };
}

views!(ticket tickets TicketNow, agent agents AgentNow, queue queues QueueNow);

fn candidates(call: &mut Call<'_>) -> Answer<()> {
    let ticket: &str = call.read()?;
    engines::with(call.engine, |engine| {
        let agents = engine.candidates(ticket)?;
        Ok(to_writer(call.output, &agents_of(&agents))?)
    })
}

fn suggest(call: &mut Call<'_>) -> Answer<()> {
    let ticket: &str = call.read()?;
    engines::with(call.engine, |engine| {
        let agent = engine.suggest(ticket)?.map(AgentNow::from);
        Ok(to_writer(call.output, &agent)?)
    })
}

/// Why a ticket went where it did, or why it waits: as data, and as a text that a team lead can read.
#[derive(Serialize)]
#[cfg_attr(feature = "schemas", derive(JsonSchema))]
#[cfg_attr(feature = "schemas", schemars(rename = "ExplanationWithText"))]
pub(crate) struct Explained {
    #[serde(flatten)]
    explanation: Explanation,
    /// The same as a text, one line an agent.
    text: String,
}

impl From<Explanation> for Explained {
    fn from(explanation: Explanation) -> Self {
        let text = explanation.to_string();
        Self { explanation, text }
    }
}

fn explain(call: &mut Call<'_>) -> Answer<()> {
    let ticket: &str = call.read()?;
    let explained = engines::with(call.engine, |engine| Ok(Explained::from(engine.explain(ticket)?)))?;
    call.write(&explained)
}

fn explain_event(call: &mut Call<'_>) -> Answer<()> {
    let mut reader = Reader::new(call.input);
    let seq = u64::deserialize(&mut reader)?;
    let log: Vec<Event> =
        read_slowly(reader.rest(), "the log is not a list of events", deskmatch_documents::events)?;
    let explained =
        engines::with(call.engine, |engine| Ok(Explained::from(engine.explain_event(&log, seq)?)))?;
    call.write(&explained)
}

fn timeline(call: &mut Call<'_>) -> Answer<()> {
    let ticket: &str = call.read()?;
    let moments = engines::with(call.engine, |engine| Ok(engine.timeline(ticket)?))?;
    call.write(&moments)
}

fn preview_policy(call: &mut Call<'_>) -> Answer<()> {
    let (policy, now) = (command::policy(call.input)?, call.now());
    let preview = engines::with(call.engine, |engine| Ok(engine.preview_policy(now, policy)?))?;
    call.write(&preview)
}

/// The policy as it is understood, with every default filled in.
fn check_policy(call: &mut Call<'_>) -> Answer<()> {
    let policy = command::policy(call.input)?;
    call.write(&policy)
}

fn lint(call: &mut Call<'_>) -> Answer<()> {
    let mut reader = Reader::new(call.input);
    let policy = command::policy(reader.take_value()?)?;
    let agents = Vec::<Agent>::deserialize(&mut reader)
        .map_err(|fault| Failure::new("invalid_agent", format!("the agents cannot be read: {fault}")))?;
    call.write(&policy.lint(&agents))
}

fn ready_made(call: &mut Call<'_>) -> Answer<()> {
    let Some(name) = call.read::<Option<&str>>()? else {
        let names: Vec<&str> = ReadyMade::ALL.iter().map(|policy| policy.name()).collect();
        return call.write(&names);
    };
    let found = ReadyMade::named(name).ok_or_else(|| {
        let known: Vec<&str> = ReadyMade::ALL.iter().map(|policy| policy.name()).collect();
        let message = format!("there is no ready-made policy `{name}`; there are {}", known.join(", "));
        Failure::new("unknown_policy", message)
    })?;
    call.write(&deskmatch_documents::ready_made(found))
}

#[cfg(feature = "schemas")]
fn schemas(call: &mut Call<'_>) -> Answer<()> {
    crate::schemas::write(call)
}

#[cfg(not(feature = "schemas"))]
fn schemas(_: &mut Call<'_>) -> Answer<()> {
    Err(Failure::internal("this addon was built without the schemas that typings are made of"))
}

/// A value as JSON text, with whole numbers of any size exact.
fn to_json(call: &mut Call<'_>) -> Answer<()> {
    let text = tape::to_json(call.input)?;
    call.write(&text)
}

/// The value that a JSON text holds, with whole numbers of up to 64 bits exact.
fn from_json(call: &mut Call<'_>) -> Answer<()> {
    let text: &str = call.read()?;
    tape::from_json(text, call.output)
        .map_err(|error| Failure::new("invalid_json", format!("the text is not JSON: {error}")))
}

/// For benchmarks: how many nanoseconds the engine itself takes for a list of commands, without the border.
fn engine_time(call: &mut Call<'_>) -> Answer<()> {
    let nanoseconds =
        engines::with(call.engine, |engine| Ok(tape::engine_time(engine, Timestamp(call.at), call.input)?))?;
    call.write(&nanoseconds)
}

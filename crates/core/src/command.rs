//! Commands: what a host asks of the engine.

use crate::agent::{Agent, AgentPatch};
use crate::by_value;
use crate::error::{Error, ErrorKind};
use crate::id::{AgentId, ChannelId, QueueId, RequestId, TicketId};
use crate::policy::faults::Faults;
use crate::policy::{Policy, structure};
use crate::presence::Presence;
use crate::ticket::{Ticket, TicketPatch};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use smol_str::SmolStr;
use std::sync::{Arc, LazyLock};

/// A command with, optionally, a request id: the same id again returns the first answer and does nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Request {
    /// The request id. The same id with another command is an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
    /// The command.
    #[serde(flatten)]
    pub command: Command,
}

impl Request {
    /// Reads a command, with its request id if it has one, from JSON: the way in for hosts that are sent text.
    ///
    /// Only the form is looked at; what the command names is checked when it is executed. Lists and objects may nest 128
    /// deep; the host bounds the length.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidJson`] if the text is not JSON, or not a command: an unknown `type`, an unknown or missing field,
    /// a key that comes twice, a value of another type or out of the range of its type. Where the fault lies in a ticket, an
    /// agent, a change or a policy, [`Error::faults`] names the place of every one.
    ///
    /// ```
    /// use deskmatch::{Command, Request};
    ///
    /// let request = Request::from_json(r#"{ "type": "resolve", "ticket": "T-1", "request_id": "r-7" }"#)?;
    /// assert_eq!(request, Command::resolve("T-1").with_request_id("r-7"));
    ///
    /// let error = Request::from_json(r#"{ "type": "submit", "ticket": { "id": "T-1", "size": -1 } }"#).unwrap_err();
    /// assert_eq!(error.code(), "invalid_json");
    /// assert_eq!(error.faults()[0].path, "ticket.size");
    /// # Ok::<(), deskmatch::Error>(())
    /// ```
    #[inline]
    pub fn from_json(text: &str) -> Result<Request, Error> {
        let mut faults = Faults::default();
        let value = structure::parse(text, &mut faults).map_err(not_a_command)?;
        let name = value.get("type").and_then(Value::as_str);
        if let Some((_, form)) = FORMS.iter().find(|(command, _)| Some(*command) == name) {
            structure::check(&value, form, &mut faults);
        }
        faults.into_result(ErrorKind::InvalidJson, || "the command".to_owned())?;
        // A list would pass for an object with its fields in order.
        if !value.is_object() {
            return Err(Error::new(ErrorKind::InvalidJson, "the text is not a command: expected an object"));
        }
        serde_json::from_value(value).map_err(not_a_command)
    }
}

/// The schemas of commands that carry documents: derived types alone would take lists for objects, and tell one fault.
static FORMS: LazyLock<[(&str, Value); 5]> = LazyLock::new(|| {
    let definitions: Value = serde_json::from_str(DEFINITIONS).unwrap_or_default();
    let of =
        |field: &str, name: &str| form(field, &definitions, json!({ "$ref": format!("#/$defs/{name}") }));
    let mut policy = Policy::schema().clone();
    let definitions_of_policy = policy.as_object_mut().and_then(|schema| schema.remove("$defs"));
    [
        ("set_policy", form("policy", &definitions_of_policy.unwrap_or_default(), policy)),
        ("add_agent", of("agent", "Agent")),
        ("update_agent", of("patch", "AgentPatch")),
        ("submit", of("ticket", "Ticket")),
        ("update_ticket", of("patch", "TicketPatch")),
    ]
});

/// The schemas of tickets, agents and their patches, without descriptions. A text, because the code that makes schemas of types is a tenth
/// of a program that embeds the engine; a test makes it and compares.
const DEFINITIONS: &str = include_str!("definitions.json");

/// The schema of an object of which one field is known.
fn form(field: &str, definitions: &Value, schema: Value) -> Value {
    json!({ "$defs": definitions, "properties": { field: schema }, "additionalProperties": {} })
}

fn not_a_command(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::InvalidJson, format!("the text is not a command: {error}"))
        .caused_by(Arc::new(error))
}

impl From<Command> for Request {
    fn from(command: Command) -> Self {
        Request { request_id: None, command }
    }
}

impl Command {
    /// Gives the command a request id.
    pub fn with_request_id(self, id: impl Into<RequestId>) -> Request {
        Request { request_id: Some(id.into()), command: self }
    }
}

/// What a host asks of the engine. In JSON an object whose `type` is the command in snake case.
///
/// ```
/// use deskmatch::{Command, Ticket};
///
/// let command: Command = serde_json::from_str(r#"{ "type": "submit", "ticket": { "id": "T-1" } }"#)?;
/// assert_eq!(command, Command::submit(Ticket::new("T-1")));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Replaces the policy. Refused, with every fault, if it is not valid or no longer knows something in use.
    SetPolicy {
        /// The new policy.
        #[serde(deserialize_with = "by_value::part")]
        policy: Box<Policy>,
    },
    /// Adds an agent.
    AddAgent {
        /// The agent.
        #[serde(deserialize_with = "by_value::part")]
        agent: Box<Agent>,
    },
    /// Changes an agent.
    UpdateAgent {
        /// The agent.
        agent: AgentId,
        /// What changes.
        #[serde(deserialize_with = "by_value::part")]
        patch: Box<AgentPatch>,
    },
    /// Removes an agent. What it holds waits again; what it wraps up is closed.
    RemoveAgent {
        /// The agent.
        agent: AgentId,
    },
    /// Says whether an agent is there, altogether or on one channel.
    SetPresence {
        /// The agent.
        agent: AgentId,
        /// What it is from now on.
        presence: Presence,
        /// The channel; altogether if not given, which also takes back what was said of single channels.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<ChannelId>,
    },
    /// Submits a ticket.
    Submit {
        /// The ticket.
        #[serde(deserialize_with = "by_value::part")]
        ticket: Box<Ticket>,
    },
    /// Changes an open ticket. Its strict class is decided anew; its queue is not.
    UpdateTicket {
        /// The ticket.
        ticket: TicketId,
        /// What changes.
        #[serde(deserialize_with = "by_value::part")]
        patch: Box<TicketPatch>,
    },
    /// Cancels an open ticket.
    Cancel {
        /// The ticket.
        ticket: TicketId,
    },
    /// Accepts an offer.
    Accept {
        /// The ticket.
        ticket: TicketId,
        /// The agent that holds the offer.
        agent: AgentId,
    },
    /// Declines an offer, or hands back a ticket that was assigned.
    Decline {
        /// The ticket.
        ticket: TicketId,
        /// The agent that holds the offer or the ticket.
        agent: AgentId,
        /// When the agent may be asked again; as the policy says if not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ask_again_at: Option<Timestamp>,
    },
    /// An agent asks for its next ticket, of a queue or of any: the first by order that it may have. Also serves
    /// tickets that collect in a batch window.
    Pull {
        /// The agent.
        agent: AgentId,
        /// The queue; any if not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queue: Option<QueueId>,
    },
    /// An agent takes this ticket, if it may.
    Claim {
        /// The ticket.
        ticket: TicketId,
        /// The agent.
        agent: AgentId,
    },
    /// Somebody gives this ticket to this agent.
    Assign {
        /// The ticket.
        ticket: TicketId,
        /// The agent.
        agent: AgentId,
        /// Whether the rules are passed over. The agent must be known all the same.
        #[serde(default)]
        force: bool,
        /// Why; kept in the event.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<SmolStr>,
    },
    /// Moves a ticket to a queue, where it waits.
    TransferToQueue {
        /// The ticket.
        ticket: TicketId,
        /// The queue.
        queue: QueueId,
    },
    /// Moves a ticket from the agent that holds it to another, if that one may have it.
    TransferToAgent {
        /// The ticket.
        ticket: TicketId,
        /// The other agent.
        agent: AgentId,
    },
    /// Notes that the agent has responded to the requester for the first time.
    Respond {
        /// The ticket.
        ticket: TicketId,
    },
    /// The ticket waits on its requester.
    Pause {
        /// The ticket.
        ticket: TicketId,
    },
    /// The requester has answered.
    Resume {
        /// The ticket.
        ticket: TicketId,
    },
    /// The ticket is done; wrap-up begins if the queue has one.
    Resolve {
        /// The ticket.
        ticket: TicketId,
    },
    /// The agent has finished wrapping up.
    FinishWrapUp {
        /// The ticket.
        ticket: TicketId,
    },
    /// Opens a closed ticket again. It waits anew: its age, steps and targets count from now.
    Reopen {
        /// The ticket.
        ticket: TicketId,
    },
    /// Takes a ticket from its agent; it waits again, with its old age.
    Requeue {
        /// The ticket.
        ticket: TicketId,
        /// Why; kept in the event.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<SmolStr>,
    },
    /// Settles what waits by one optimal plan now, whatever the batch windows.
    Plan {
        /// The queue; every queue if not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queue: Option<QueueId>,
        /// The most tickets to assign; as many as possible if not given. The first by order are planned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<u32>,
    },
    /// Does what time has brought due. Every other command does so first.
    Tick {},
}

impl Command {
    /// A submission.
    pub fn submit(ticket: Ticket) -> Self {
        Command::Submit { ticket: Box::new(ticket) }
    }

    /// The addition of an agent.
    pub fn add_agent(agent: Agent) -> Self {
        Command::AddAgent { agent: Box::new(agent) }
    }

    /// A resolution.
    pub fn resolve(ticket: impl Into<TicketId>) -> Self {
        Command::Resolve { ticket: ticket.into() }
    }

    /// The acceptance of an offer.
    pub fn accept(ticket: impl Into<TicketId>, agent: impl Into<AgentId>) -> Self {
        Command::Accept { ticket: ticket.into(), agent: agent.into() }
    }

    /// A presence, altogether.
    pub fn set_presence(agent: impl Into<AgentId>, presence: Presence) -> Self {
        Command::SetPresence { agent: agent.into(), presence, channel: None }
    }
}

//! A second desk, built from the events alone, by which the first is judged.
//!
//! It shares no code with the engine: plain lists instead of indexes, every question answered by looking at everything.

mod agent;
mod changes;
mod choice;
mod conditions;
mod due;
mod eligibility;
mod events;
mod explained;
mod moves;
mod order;
mod plan;
mod rules;
mod targets;
mod ticket;

pub(crate) use agent::AgentModel;
pub(crate) use rules::Rules;
pub(crate) use ticket::TicketModel;

use deskmatch::{Policy, TicketState};
use std::collections::{BTreeMap, VecDeque};

/// No moment.
pub(crate) const NEVER: i64 = i64::MAX;
/// How many skills a world has at most.
pub(crate) const SKILLS: usize = 8;
/// How many queues a world has at most.
pub(crate) const QUEUES: usize = 8;
/// How many channels a world has at most.
pub(crate) const CHANNELS: usize = 4;

/// The number in a name such as `t17`.
pub(crate) fn number(name: &str) -> usize {
    name.bytes().skip(1).fold(0, |number, digit| number * 10 + usize::from(digit.wrapping_sub(b'0') & 15))
}

/// The desk as its events tell it.
#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) rules: Rules,
    pub(crate) agents: Vec<AgentModel>,
    pub(crate) tickets: Vec<Option<Box<TicketModel>>>,
    /// Tickets that are not closed or cancelled.
    pub(crate) open: Vec<usize>,
    /// Tickets that wait or are offered.
    pub(crate) sought: Vec<usize>,
    pub(crate) now: i64,
    pub(crate) seq: u64,
    pub(crate) submitted: u64,
    pub(crate) counts: [u64; TicketState::ALL.len()],
    pub(crate) forgotten: [u64; 2],
    pub(crate) windows: [i64; QUEUES],
    pub(crate) requesters: BTreeMap<String, usize>,
    pub(crate) answers: VecDeque<String>,
    /// Tickets that came into a queue by the command at hand.
    pub(crate) arrived: Vec<usize>,
    /// Whether a ticket came back to where it waited, by the command at hand.
    pub(crate) returned: bool,
    /// The plan whose assignments are still to come.
    pub(crate) plan: Option<plan::Expected>,
    /// The most tickets that the next plan may take.
    pub(crate) plan_limit: Option<u32>,
    /// The offer that was accepted just now.
    pub(crate) accepted: Option<(usize, usize)>,
    /// The queue that the pull at hand names.
    pub(crate) pull_queue: Option<usize>,
    /// Whether the tallies of decisions are compared this time.
    pub(crate) check_tally: bool,
    pub(crate) checks: [u64; super::Law::ALL.len()],
}

impl Model {
    pub(crate) fn new(policy: &Policy) -> Model {
        Model {
            rules: Rules::new(policy),
            agents: Vec::new(),
            tickets: Vec::new(),
            open: Vec::new(),
            sought: Vec::new(),
            now: i64::MIN,
            seq: 0,
            submitted: 0,
            counts: [0; TicketState::ALL.len()],
            forgotten: [0; 2],
            windows: [NEVER; QUEUES],
            requesters: BTreeMap::new(),
            answers: VecDeque::new(),
            arrived: Vec::new(),
            returned: false,
            plan: None,
            plan_limit: None,
            accepted: None,
            pull_queue: None,
            check_tally: false,
            checks: [0; super::Law::ALL.len()],
        }
    }

    pub(crate) fn count_check(&mut self, law: super::Law) {
        self.checks[law as usize] += 1;
    }

    pub(crate) fn known(&self, ticket: usize) -> Option<&TicketModel> {
        self.tickets.get(ticket)?.as_deref()
    }

    /// A ticket that must be known.
    pub(crate) fn ticket(&self, ticket: usize) -> &TicketModel {
        self.known(ticket).expect("the events of a ticket come while it is known")
    }

    pub(crate) fn agent(&self, agent: usize) -> Option<&AgentModel> {
        self.agents.get(agent).filter(|agent| agent.known)
    }

    /// The numbers of the agents there are.
    pub(crate) fn present_agents(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.agents.len()).filter(|agent| self.agents[*agent].known)
    }

    pub(crate) fn is_held_back(&self, ticket: &TicketModel) -> bool {
        let queue = self.rules.queue(ticket.queue);
        queue.is_pulled || queue.window.is_some()
    }

    /// Whether a ticket waits, without an offer, for a plan that nobody has been told of.
    pub(crate) fn wants_window(&self, ticket: &TicketModel) -> bool {
        ticket.state == TicketState::Waiting
            && self.windows[ticket.queue] == NEVER
            && self.rules.queue(ticket.queue).window.is_some()
    }
}

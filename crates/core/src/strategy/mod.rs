//! Strategies: who among the eligible agents gets a ticket.
//!
//! | strategy | picks |
//! |---|---|
//! | [`round_robin`] | the agent whose last assignment is longest ago |
//! | [`longest_idle`] | the agent longest without new work |
//! | [`least_loaded`] | the smallest load over capacity, then the longest idle |
//! | [`fair_share`] | the smallest ledger of work received over weight |
//! | [`weighted`] | the highest weighted sum of factors |
//! | [`lexicographic`] | the best by the first factor, then by the second, … |
//! | [`random_weighted`] | by lot in proportion to weights, repeatable |
//! | [`optimal`] | the best plan for a whole batch |
//!
//! A host writes its own by implementing [`Strategy`] and registering it under the name that the policy uses.

pub mod fair_share;
pub mod least_loaded;
pub mod lexicographic;
pub mod longest_idle;
pub mod optimal;
pub mod random_weighted;
pub(crate) mod ranking;
pub mod round_robin;
pub mod weighted;

use crate::engine::{Candidate, TicketView};
use crate::id::AgentId;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::sync::Arc;

/// What a strategy of the host may fail with.
pub type StrategyError = Box<dyn StdError + Send + Sync>;

/// A strategy of the host.
///
/// It is asked only for tickets with at least one eligible agent, and only ever sees eligible agents. What it answers is
/// checked; an error or an impossible answer refuses the whole command and changes nothing. It must answer the same to the same
/// question, or decisions cannot be repeated; a log can be replayed all the same, because replaying asks no strategy.
///
/// ```
/// use deskmatch::{
///     Agent, Candidate, Command, Engine, EventBody, Policy, Strategy, StrategyError, Ticket, TicketView, Timestamp,
/// };
///
/// /// Gives every ticket to the agent with the shortest name.
/// struct Shortest;
///
/// impl Strategy for Shortest {
///     fn choose(&self, _ticket: &TicketView<'_>, candidates: &[Candidate<'_>]) -> Result<usize, StrategyError> {
///         let shortest = (0..candidates.len()).min_by_key(|index| candidates[*index].agent().id().as_str().len());
///         shortest.ok_or_else(|| "there is nobody".into())
///     }
/// }
///
/// let policy = r#"{ "queues": { "default": { "strategy": { "kind": "custom", "name": "shortest" } } } }"#;
/// let mut engine = Engine::builder(Policy::from_json(policy)?).strategy("shortest", Shortest).build()?;
/// engine.execute(Timestamp(0), Command::add_agent(Agent::new("beatrice")))?;
/// engine.execute(Timestamp(0), Command::add_agent(Agent::new("bob")))?;
/// let outcome = engine.execute(Timestamp(0), Command::submit(Ticket::new("T-1")))?;
/// assert!(outcome.events.iter().any(|event| matches!(&event.body, EventBody::Assigned { agent, .. } if *agent == "bob")));
/// # Ok::<(), deskmatch::Error>(())
/// ```
pub trait Strategy: Send + Sync {
    /// Grows when the same question would be answered otherwise. Decisions carry it.
    fn revision(&self) -> u32 {
        1
    }

    /// The index of the candidate that gets the ticket. Candidates are sorted by id.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from answering. It becomes the source of an error of the kind `strategy_failed`.
    fn choose(&self, ticket: &TicketView<'_>, candidates: &[Candidate<'_>]) -> Result<usize, StrategyError>;

    /// Pairs of a ticket and one of its candidates, by index: each ticket at most once, no agent beyond its room. By
    /// default, what [`choose`](Self::choose) picks ticket by ticket among the candidates that still have room.
    ///
    /// # Errors
    ///
    /// As [`choose`](Self::choose).
    fn plan(&self, batch: &Batch<'_>) -> Result<Vec<(usize, usize)>, StrategyError> {
        let mut room = batch.room.clone();
        let mut plan = Vec::new();
        for (index, entry) in batch.tickets.iter().enumerate() {
            let has_room =
                |place: &usize| room.get(entry.candidates[*place].agent().id()).is_some_and(|room| *room > 0);
            let places: Vec<usize> = (0..entry.candidates.len()).filter(has_room).collect();
            if places.is_empty() {
                continue;
            }
            let shown: Vec<Candidate<'_>> = places.iter().map(|place| entry.candidates[*place]).collect();
            let chosen = self.choose(&entry.ticket, &shown)?;
            let place = *places.get(chosen).ok_or("the choice is not among the candidates")?;
            if let Some(room) = room.get_mut(entry.candidates[place].agent().id()) {
                *room -= 1;
            }
            plan.push((index, place));
        }
        Ok(plan)
    }
}

/// Tickets to be planned together.
#[derive(Clone)]
pub struct Batch<'a> {
    /// The tickets, in the order in which they go.
    pub tickets: Vec<BatchTicket<'a>>,
    /// How many of them each agent has room for.
    pub room: BTreeMap<&'a AgentId, u32>,
}

/// A ticket of a batch.
#[derive(Clone)]
pub struct BatchTicket<'a> {
    /// The ticket.
    pub ticket: TicketView<'a>,
    /// The agents that may have it, sorted by id.
    pub candidates: Vec<Candidate<'a>>,
}

/// The strategies of the host, by name.
#[derive(Clone, Default)]
pub(crate) struct Registry(BTreeMap<SmolStr, Arc<dyn Strategy>>);

impl Registry {
    pub(crate) fn insert(&mut self, name: SmolStr, strategy: Arc<dyn Strategy>) {
        self.0.insert(name, strategy);
    }

    pub(crate) fn get(&self, name: &str) -> Option<&dyn Strategy> {
        self.0.get(name).map(|strategy| &**strategy)
    }
}

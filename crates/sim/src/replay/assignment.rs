//! One assignment, with its reason.

use deskmatch::{DecidedBy, Decision, Rule};
use serde::Serialize;

use crate::handle_time::HandleTime;
use crate::log::LoggedTicket;

/// An assignment of a simulation, as an [`Observer`](super::Observer) sees it.
#[derive(Clone, Copy, Debug)]
pub struct Assignment<'a> {
    /// The ticket, as the log has it.
    pub ticket: LoggedTicket<'a>,
    /// The agent.
    pub agent: &'a str,
    /// The queue.
    pub queue: &'a str,
    /// The priority under the policy, after escalations.
    pub priority: &'a str,
    /// When, in milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Which assignment of the ticket it is: 1 for the first.
    pub number: u32,
    /// How long the work will take.
    pub handle_time: HandleTime,
    /// What led to the assignment.
    pub decision: &'a Decision,
    /// Why the agent had an offer of the ticket, if it did.
    pub offer: Option<&'a Decision>,
}

/// An [`Assignment`] that stands by itself: what a host keeps of it, under the names that it has as a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AssignmentRecord {
    /// The policy, by its place among those that are played.
    pub policy: usize,
    /// The id of the ticket.
    pub ticket: String,
    /// The id of the agent.
    pub agent: String,
    /// The queue.
    pub queue: String,
    /// The priority under the policy, after escalations.
    pub priority: String,
    /// When, in milliseconds since 1970 UTC.
    pub at: i64,
    /// Which assignment of the ticket it is: 1 for the first.
    pub number: u32,
    /// How long the ticket has waited since it was created, in milliseconds.
    pub waited: i64,
    /// The stable name of what led to it; see [`Assignment::by`].
    pub by: &'static str,
    /// Why, in one line; see [`Assignment::reason`].
    pub reason: String,
}

impl Assignment<'_> {
    /// Returns what is to be kept of it. `policy` is the policy's place among those that are played.
    ///
    /// # Example: an observer that keeps every assignment
    ///
    /// ```
    /// use deskmatch::{Agent, ReadyMade, Timestamp};
    /// use deskmatch_sim::replay::{Assignment, AssignmentRecord, Observer, Simulation, SimulationOptions};
    /// use deskmatch_sim::{PastTicket, Roster, TicketLog};
    ///
    /// #[derive(Default)]
    /// struct Kept(Vec<AssignmentRecord>);
    ///
    /// impl Observer for Kept {
    ///     fn assigned(&mut self, assignment: &Assignment<'_>) -> std::io::Result<()> {
    ///         self.0.push(assignment.record(0));
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let log = TicketLog::of_tickets(&[PastTicket::new("T-1", Timestamp(5))])?;
    /// let roster = Roster::of_agents(&[Agent::new("ada")])?;
    /// let mut kept = Kept::default();
    /// let simulation = Simulation::new(&log, &roster, SimulationOptions::default());
    /// simulation.run("balanced", &ReadyMade::Balanced.policy(), &mut kept)?;
    /// let AssignmentRecord { ticket, agent, at, waited, .. } = &kept.0[0];
    /// assert_eq!((ticket.as_str(), agent.as_str(), *at, *waited), ("T-1", "ada", 5, 0));
    /// # Ok::<(), deskmatch_sim::Error>(())
    /// ```
    pub fn record(&self, policy: usize) -> AssignmentRecord {
        AssignmentRecord {
            policy,
            ticket: self.ticket.id().to_owned(),
            agent: self.agent.to_owned(),
            queue: self.queue.to_owned(),
            priority: self.priority.to_owned(),
            at: self.at_ms,
            number: self.number,
            waited: self.waited_ms(),
            by: self.by(),
            reason: self.reason(),
        }
    }

    /// Returns how long the ticket has waited since it was created, in milliseconds.
    pub fn waited_ms(&self) -> i64 {
        self.at_ms.saturating_sub(self.ticket.created_ms())
    }

    /// Returns the decision that chose the agent: that of the offer where there was one.
    pub fn choice(&self) -> &Decision {
        self.offer.unwrap_or(self.decision)
    }

    /// Returns how many agents were eligible for the [`choice`](Self::choice), where the policy keeps that.
    pub fn eligible(&self) -> Option<u32> {
        self.choice().tally.map(|tally| tally.eligible)
    }

    /// Says how many agents each rule turned away from the [`choice`](Self::choice): `queue 118, capacity 3`; empty where
    /// none was, or the policy keeps no such detail.
    pub fn denied(&self) -> String {
        denied(self.choice())
    }

    /// Returns the stable name of what led to it: `strategy`, `order`, `plan`, `accept` and so on.
    pub fn by(&self) -> &'static str {
        by_name(self.decision.by)
    }

    /// Says in one line why the ticket went where it did.
    pub fn reason(&self) -> String {
        match self.offer {
            Some(offer) => format!("the agent accepted an offer: {}", reason(offer)),
            None => reason(self.decision),
        }
    }
}

/// Returns the stable name of what led to an assignment, as JSON has it.
const fn by_name(by: DecidedBy) -> &'static str {
    match by {
        DecidedBy::Strategy => "strategy",
        DecidedBy::Preferred => "preferred",
        DecidedBy::Order => "order",
        DecidedBy::Plan => "plan",
        DecidedBy::Accept => "accept",
        DecidedBy::Pull => "pull",
        DecidedBy::Claim => "claim",
        DecidedBy::Hand => "hand",
        DecidedBy::Force => "force",
        DecidedBy::Transfer => "transfer",
    }
}

/// Says how many agents each rule turned away.
///
/// ```
/// use deskmatch::{Agent, Command, Engine, EventBody, Policy, Ticket, Timestamp};
/// use deskmatch_sim::replay::{denied, reason};
///
/// let mut engine = Engine::new(Policy::default())?;
/// for agent in [Agent::new("ada"), Agent::new("ben").with_presence(deskmatch::Presence::Away)] {
///     engine.execute(Timestamp(0), Command::add_agent(agent))?;
/// }
/// let outcome = engine.execute(Timestamp(0), Command::submit(Ticket::new("T-1")))?;
/// let assigned = outcome.events.iter().find_map(|event| match &event.body {
///     EventBody::Assigned { decision, .. } => Some(&**decision),
///     _ => None,
/// });
/// assert_eq!(assigned.map(denied).as_deref(), Some("presence 1"));
/// assert_eq!(
///     assigned.map(reason).as_deref(),
///     Some("least_loaded chose the agent; 1 eligible; turned away: presence 1"),
/// );
/// # Ok::<(), deskmatch::Error>(())
/// ```
pub fn denied(decision: &Decision) -> String {
    let Some(tally) = &decision.tally else { return String::new() };
    let parts = Rule::ALL.into_iter().filter(|rule| tally.denied_by(*rule) > 0);
    parts.map(|rule| format!("{rule} {}", tally.denied_by(rule))).collect::<Vec<_>>().join(", ")
}

/// Says in one line why a decision fell as it did; see [`denied`] for an example.
pub fn reason(decision: &Decision) -> String {
    let mut text = cause(decision);
    if let Some(score) = decision.score {
        text.push_str(&format!(", score {score}"));
    }
    if let Some(tally) = &decision.tally {
        text.push_str(&format!("; {} eligible", tally.eligible));
        let denied = denied(decision);
        if !denied.is_empty() {
            text.push_str(&format!("; turned away: {denied}"));
        }
    }
    if let Some(why) = &decision.reason {
        text.push_str(&format!("; {why}"));
    }
    text
}

fn cause(decision: &Decision) -> String {
    let strategy = &decision.strategy;
    match decision.by {
        DecidedBy::Strategy => format!("{strategy} chose the agent"),
        DecidedBy::Preferred => "the ticket's preferred agent had room".to_owned(),
        DecidedBy::Order => "the agent had room and the ticket was the first in order".to_owned(),
        DecidedBy::Plan => format!("the plan of the batch by {strategy} gave it to the agent"),
        DecidedBy::Accept => "the agent accepted an offer".to_owned(),
        DecidedBy::Pull => "the agent asked for its next ticket".to_owned(),
        DecidedBy::Claim => "the agent asked for this ticket".to_owned(),
        DecidedBy::Hand => "somebody gave it to the agent".to_owned(),
        DecidedBy::Force => "somebody gave it to the agent, whatever the rules say".to_owned(),
        DecidedBy::Transfer => "somebody moved it from another agent".to_owned(),
    }
}

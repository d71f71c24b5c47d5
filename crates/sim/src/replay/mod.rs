//! Replays a log through the real engine: what would this policy have done with these tickets and these agents?
//!
//! A [`Simulation`] is a discrete-event simulation. Time jumps from one moment at which something happens to the next;
//! at each the engine gets the command that a helpdesk would have sent it, and does the rest itself.
//!
//! # What is data and what is model
//!
//! | | |
//! |---|---|
//! | which tickets come, and when | data: created time, queue, category, priority, channel, requester and attributes of the log |
//! | who the agents are | data where a file says it; else derived from who resolved what, see [`Roster`] |
//! | how long the work takes | data where the log has it, else a [`HandleTimeModel`](crate::HandleTimeModel); the same draw for every policy |
//! | how agents work | model: each ticket takes its handle time from the moment of its assignment, however many others its agent holds |
//! | when agents are there | model: all the time; only who misses an offer is away for a while |
//! | offers | model: each is accepted after a reaction time, but for a stated share that is missed |
//! | the first response | model: a stated time after the assignment, or with the resolution if that is sooner |
//! | where a ticket arrives | model: in the queue and the category it ended in, as if it had been sorted rightly at once |
//!
//! A ticket that is taken from its agent takes its whole handle time again. Nobody declines, pauses or hands over.
//! At one moment the engine's own timers go first, then what agents do, in the order in which it was set off, then
//! what arrives, in the order of the log.
//!
//! # How the log is fitted to the policy
//!
//! * **Queues** of the log that the policy lacks are added, each like the policy's template (of a ready-made policy its
//!   [`template`](deskmatch::ReadyMade::template), else its default queue). A queue that no agent names is served by all
//!   agents, behind their own. See [`QueueUse`].
//! * **Priorities** of the log are those of the policy by name; else by the number they begin with (`1 - Critical`), or by
//!   their word (`major`), as far down the policy's priorities; else the policy's default.
//! * **Categories** become required skills where an agent that serves the ticket's queue has them all, else preferred
//!   ones. See [`SkillUse`].
//! * **Attributes** are handed over where the policy looks at any; whole numbers and truth values as such.
//! * **Channels** are those of the policy by name, else its default channel.
//! * Queues from which agents would **pull** push instead: as if agents pulled as soon as they have room.

mod agenda;
mod assignment;
mod fit;
mod options;
mod priorities;
mod run;
mod staff;
mod table;
#[cfg(test)]
mod tests;
mod track;
mod world;

pub use assignment::{Assignment, AssignmentRecord, denied, reason};
pub use options::{QueueUse, SimulationOptions, SkillUse};
pub use run::{EngineTime, PolicyRun};
pub use staff::attribute_of;

use deskmatch::{Event, Policy};

use crate::error::Error;
use crate::report::Report;
use crate::{Roster, TicketLog};
use fit::Fit;
use world::World;

/// Watches a simulation as it goes, for instance to write assignments to a file. Every method does nothing by default.
///
/// ```
/// use deskmatch_sim::replay::{Assignment, Observer};
///
/// #[derive(Default)]
/// struct Lines(Vec<String>);
///
/// impl Observer for Lines {
///     fn assigned(&mut self, assignment: &Assignment<'_>) -> std::io::Result<()> {
///         self.0.push(format!("{} {}", assignment.ticket.id(), assignment.agent));
///         Ok(())
///     }
/// }
/// ```
pub trait Observer {
    /// So many tickets have arrived.
    fn arrived(&mut self, tickets: usize) {
        let _ = tickets;
    }

    /// A ticket was assigned, for the first time or again.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being noted; ends the simulation.
    fn assigned(&mut self, assignment: &Assignment<'_>) -> std::io::Result<()> {
        let _ = assignment;
        Ok(())
    }

    /// The engine said that something happened. Events come in order, without gaps, and begin with the policy: a log of
    /// them stands for itself.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being noted; ends the simulation.
    fn happened(&mut self, event: &Event) -> std::io::Result<()> {
        let _ = event;
        Ok(())
    }
}

/// Watches nothing.
impl Observer for () {}

/// A log, its agents and a model of how they work: everything but the policy.
///
/// # Example: two policies on the same log
///
/// ```
/// use deskmatch::ReadyMade;
/// use deskmatch_sim::replay::{Simulation, SimulationOptions};
/// use deskmatch_sim::{HandleTimeModel, LogReader, Mapping, Roster, RosterOptions};
///
/// let csv = "number,opened_at,resolved_at,category,assignment_group,resolved_by\n\
///            T-1,1/3/2016 09:00,1/3/2016 09:30,vpn,network,ada\n\
///            T-2,1/3/2016 09:05,1/3/2016 10:00,vpn,network,ada\n";
/// let log = LogReader::new(Mapping::servicenow()).read(csv.as_bytes())?;
/// let roster = Roster::from_log(&log, &RosterOptions::default());
/// let handle_time = HandleTimeModel::new("fixed:20m".parse()?, 0);
/// let simulation = Simulation::new(&log, &roster, SimulationOptions { handle_time, ..SimulationOptions::default() });
///
/// let balanced = simulation.run("balanced", &ReadyMade::Balanced.policy(), &mut ())?;
/// let small = simulation.run("small", &ReadyMade::SmallEmailDesk.policy(), &mut ())?;
/// // Ada is busy from 9:00 to 9:20, so the second ticket waits for 15 minutes.
/// assert_eq!(balanced.wait.map(|wait| wait.max), Some(15 * 60_000));
/// let report = simulation.report(&[balanced, small])?;
/// assert_eq!(report.policies(), ["log (data)", "balanced", "small"]);
/// # Ok::<(), deskmatch_sim::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Simulation<'a> {
    log: &'a TicketLog,
    roster: &'a Roster,
    options: SimulationOptions,
}

impl<'a> Simulation<'a> {
    /// Creates a simulation of these tickets and agents.
    pub fn new(log: &'a TicketLog, roster: &'a Roster, options: SimulationOptions) -> Self {
        Self { log, roster, options }
    }

    /// Returns the log.
    pub fn log(&self) -> &'a TicketLog {
        self.log
    }

    /// Returns the agents.
    pub fn roster(&self) -> &'a Roster {
        self.roster
    }

    /// Returns the model.
    pub fn options(&self) -> &SimulationOptions {
        &self.options
    }

    /// Plays the log under one policy, until the last ticket is resolved and nothing more can happen.
    ///
    /// `name` is the policy's heading in the report. Costs O(n log n) in the tickets plus what the engine costs; memory
    /// grows by some 20 bytes a ticket and with the tickets that are open at once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`](crate::ErrorKind::InvalidModel) where policy and model would go on for ever: an offer
    /// that stands no longer than the reaction time, or a ticket that is taken back before the first response.
    /// [`ErrorKind::Engine`](crate::ErrorKind::Engine) where the engine refuses the policy, an agent or a ticket.
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) where the observer fails.
    pub fn run(&self, name: &str, policy: &Policy, observer: &mut dyn Observer) -> Result<PolicyRun, Error> {
        self.options.check(policy)?;
        let fit = Fit::new(self, policy);
        World::new(self, fit, observer)?.play(name)
    }

    /// Lays runs of this simulation side by side, with what the log itself did in the first column.
    ///
    /// # Errors
    ///
    /// None in practice: the rows are made to fit.
    pub fn report(&self, runs: &[PolicyRun]) -> Result<Report, Error> {
        table::report(self, runs)
    }
}

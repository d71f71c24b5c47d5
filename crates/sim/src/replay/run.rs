//! What came of one policy.

use std::time::Duration;

use deskmatch::{ContentHash, View};

use super::track::{Counts, SkillFit};
use crate::metrics::{Loads, Summary};

/// What came of one policy in a simulation. All but [`engine_time`](PolicyRun::engine_time) is the same in every run.
#[derive(Clone, Debug)]
pub struct PolicyRun {
    /// The policy's heading.
    pub name: String,
    /// The hash of the policy as it was played, queues of the log included.
    pub policy_hash: ContentHash,
    /// Tickets that arrived.
    pub tickets: u64,
    /// Tickets that were assigned at least once.
    pub assigned: u64,
    /// Tickets whose first assignment came within the time that the options state.
    pub assigned_within: u64,
    /// How long tickets waited for their first assignment, in milliseconds; those never assigned are not in it.
    pub wait: Option<Summary>,
    /// Times that a target was missed; `None` where the policy has no targets.
    pub targets_missed: Option<u64>,
    /// Tickets with a missed target.
    pub late_tickets: Option<u64>,
    /// Assignments received by each agent, also by those that had none.
    pub loads: Loads,
    /// Tickets by state at the end.
    pub view: View,
    /// What is worth telling below a report.
    pub notes: Vec<String>,
    /// What was measured on this machine.
    pub engine_time: EngineTime,
    pub(super) counts: Counts,
    pub(super) skill_fit: SkillFit,
    pub(super) has_offers: bool,
    pub(super) has_responses: bool,
}

/// How long the engine took, without reading, bookkeeping and writing. Differs from run to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EngineTime {
    /// The time spent in the engine.
    pub elapsed: Duration,
    /// Commands executed: what arrived, what agents did, ticks.
    pub commands: u64,
    /// Decisions taken: assignments and offers.
    pub decisions: u64,
}

impl EngineTime {
    /// Returns the decisions in a second of engine time; `None` if no time was measured.
    pub fn decisions_per_second(&self) -> Option<u64> {
        let rate = u128::from(self.decisions) * 1_000_000_000;
        u64::try_from(rate.checked_div(self.elapsed.as_nanos())?).ok()
    }
}

impl PolicyRun {
    /// Returns the tickets that no agent ever had.
    pub fn never_assigned(&self) -> u64 {
        self.tickets - self.assigned
    }

    /// Returns the assignments after a ticket's first.
    pub fn reassignments(&self) -> u64 {
        self.counts.assignments - self.assigned
    }

    /// Returns how often a ticket was taken from its agent and waited again.
    pub fn requeued(&self) -> u64 {
        self.counts.requeued
    }

    /// Returns the offers made.
    pub fn offers(&self) -> u64 {
        self.counts.offers
    }

    /// Returns the offers that ran out.
    pub fn offers_missed(&self) -> u64 {
        self.counts.offers_missed
    }

    /// Returns the decisions taken: assignments and offers, without the assignments that accept an offer.
    pub fn decisions(&self) -> u64 {
        self.counts.decisions
    }

    /// Returns the events that happened.
    pub fn events(&self) -> u64 {
        self.counts.events
    }

    /// Returns how many tickets asked for skills and were assigned, and how many of these in the end had an agent with
    /// all of the skills.
    pub fn skill_fit(&self) -> (u64, u64) {
        (self.skill_fit.asked, self.skill_fit.met)
    }
}

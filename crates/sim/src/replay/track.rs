//! What a simulation counts while it goes.

use deskmatch::{CancelReason, EventBody, RequeueReason};
use std::collections::HashMap;

use crate::log::{Symbol, TicketLog};
use crate::metrics::{Loads, Samples};

/// Stands for no agent.
pub(super) const NOBODY: u32 = u32::MAX;

/// Where one ticket of the log stands.
#[derive(Clone, Copy)]
pub(super) struct Track {
    /// Grows with every assignment and every loss, so that what was planned under an earlier one is known as stale.
    pub(super) turn: u32,
    /// How often it was assigned.
    pub(super) assignments: u32,
    /// Who holds it, or resolved it.
    pub(super) agent: u32,
    /// Whether a target of it was missed.
    pub(super) late: bool,
}

impl Default for Track {
    fn default() -> Self {
        Self { turn: 0, assignments: 0, agent: NOBODY, late: false }
    }
}

/// Counts of what happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) events: u64,
    pub(super) decisions: u64,
    pub(super) assignments: u64,
    pub(super) resolved: u64,
    pub(super) cancelled: u64,
    pub(super) requeued: u64,
    pub(super) unanswered: u64,
    pub(super) overflowed: u64,
    pub(super) offers: u64,
    pub(super) offers_missed: u64,
    pub(super) targets_missed: u64,
}

impl Counts {
    /// Counts an event, whatever ticket it is about.
    pub(super) fn note(&mut self, body: &EventBody) {
        self.events += 1;
        match body {
            EventBody::Offered { .. } => {
                self.offers += 1;
                self.decisions += 1;
            }
            EventBody::OfferExpired { .. } => self.offers_missed += 1,
            EventBody::Assigned { decision, .. } => {
                self.assignments += 1;
                self.decisions += u64::from(decision.by != deskmatch::DecidedBy::Accept);
            }
            EventBody::Requeued { reason, .. } => {
                self.requeued += 1;
                self.unanswered += u64::from(*reason == RequeueReason::Unanswered);
            }
            EventBody::Overflowed { .. } => self.overflowed += 1,
            EventBody::TargetMissed { .. } => self.targets_missed += 1,
            EventBody::Resolved { .. } => self.resolved += 1,
            EventBody::Cancelled {
                reason: CancelReason::Step | CancelReason::QueueFull | CancelReason::Command,
                ..
            } => {
                self.cancelled += 1;
            }
            _ => {}
        }
    }
}

/// How well agents fitted the tickets they had in the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SkillFit {
    /// Tickets that were assigned and ask for skills.
    pub(super) asked: u64,
    /// Those whose agent has them all.
    pub(super) met: u64,
    /// Skills asked for by them, and the sum of the agents' levels in these; no skill counts as level 0.
    pub(super) skills: u64,
    pub(super) levels: u64,
}

impl SkillFit {
    pub(super) fn add(&mut self, asked: &[Symbol], levels: Option<&HashMap<Symbol, u8>>) {
        if asked.is_empty() {
            return;
        }
        let level = |skill: &Symbol| levels.and_then(|levels| levels.get(skill)).copied().unwrap_or_default();
        self.asked += 1;
        self.met += u64::from(asked.iter().all(|skill| level(skill) > 0));
        self.skills += asked.len() as u64;
        self.levels += asked.iter().map(|skill| u64::from(level(skill))).sum::<u64>();
    }

    /// Returns the mean level in thousandths.
    pub(super) fn mean_level_thousandths(&self) -> Option<u64> {
        (self.levels * 1_000).checked_div(self.skills)
    }
}

/// What is known of every ticket and agent.
pub(super) struct Ledger {
    pub(super) tracks: Vec<Track>,
    pub(super) loads: Vec<u64>,
    pub(super) waits: Samples,
    pub(super) within: u64,
    pub(super) counts: Counts,
}

impl Ledger {
    pub(super) fn new(tickets: usize, agents: usize) -> Self {
        Self {
            tracks: vec![Track::default(); tickets],
            loads: vec![0; agents],
            waits: Samples::new(),
            within: 0,
            counts: Counts::default(),
        }
    }

    pub(super) fn late_tickets(&self) -> u64 {
        self.tracks.iter().filter(|track| track.late).count() as u64
    }

    pub(super) fn fit(&self, log: &TicketLog, levels: &[HashMap<Symbol, u8>]) -> SkillFit {
        let mut fit = SkillFit::default();
        for (track, ticket) in self.tracks.iter().zip(log.iter()).filter(|(track, _)| track.agent != NOBODY) {
            fit.add(ticket.skill_symbols(), levels.get(track.agent as usize));
        }
        fit
    }

    pub(super) fn take_loads(&mut self) -> Loads {
        Loads::new(std::mem::take(&mut self.loads))
    }
}

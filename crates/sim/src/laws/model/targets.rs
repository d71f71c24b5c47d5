//! Service targets: how long their clocks have run.

use super::rules::TargetRules;
use super::ticket::TargetModel;
use super::{Model, NEVER, TicketModel};
use deskmatch::TargetKind;

impl TicketModel {
    /// How long a target's clock has run by a moment: since the ticket's age began, inside the calendar, but for pauses.
    pub(crate) fn clock_of(&self, target: &TargetRules, now: i64) -> i64 {
        let inside = |from: i64, to: i64| -> i64 {
            if target.calendar.is_empty() {
                return (to - from).max(0);
            }
            target.calendar.iter().map(|open| (open.to.0.min(to) - open.from.0.max(from)).max(0)).sum()
        };
        let mut total = inside(self.origin, now);
        for (from, to) in &self.pauses {
            total -= inside((*from).max(self.origin), (*to).min(now));
        }
        total
    }

    pub(crate) fn settle(&mut self, kind: TargetKind, targets: &[TargetRules]) {
        for mark in &mut self.targets {
            mark.settled |= targets.iter().any(|target| target.name == mark.name && target.kind == kind);
        }
    }

    pub(crate) fn mark_targets(&mut self, names: &[impl AsRef<str>]) {
        let mark = |name: &str| TargetModel { name: name.to_owned(), warned: false, settled: false };
        self.targets = names.iter().map(|name| mark(name.as_ref())).collect();
    }

    /// Whether a target is for the priority that the ticket has now.
    pub(crate) fn is_promised(&self, target: &TargetRules) -> bool {
        target.priorities.is_empty() || target.priorities.contains(&self.priority)
    }
}

impl Model {
    pub(crate) fn target(&self, name: &str) -> Option<&TargetRules> {
        self.rules.targets.iter().find(|target| target.name == name)
    }

    /// Whether a target can still be missed: its calendar, if it has one, is long enough.
    pub(crate) fn can_be_missed(&self, ticket: &TicketModel, target: &TargetRules) -> bool {
        target.calendar.is_empty() || ticket.clock_of(target, NEVER) >= target.within
    }

    /// A target of a ticket that should have been missed by now.
    pub(crate) fn overdue_target<'t>(&self, ticket: &'t TicketModel) -> Option<&'t str> {
        let late = |mark: &&'t TargetModel| {
            !mark.settled
                && self.target(&mark.name).is_some_and(|target| {
                    ticket.is_promised(target) && ticket.clock_of(target, self.now) >= target.within
                })
        };
        ticket.targets.iter().find(late).map(|mark| mark.name.as_str())
    }
}

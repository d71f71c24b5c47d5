//! Service targets of a ticket: when each is due, and what is due next.

use super::desk::Desk;
use super::records::{TargetMark, TicketRecord};
use super::timers::NEVER;
use crate::policy::TargetKind;
use crate::time::Timestamp;

impl Desk {
    /// The marks of the targets made to a ticket, by the queue's list or by a rule's: also those for priorities that it
    /// may come to have.
    pub(crate) fn target_marks(targets: &[u16]) -> Vec<TargetMark> {
        let mark = |target: &u16| TargetMark { target: *target, warned: false, settled: false };
        targets.iter().map(mark).collect()
    }

    /// The targets of a ticket that hold for the priority it has now and are not settled.
    pub(crate) fn open_targets<'d>(
        &'d self,
        ticket: &'d TicketRecord,
    ) -> impl Iterator<Item = &'d TargetMark> {
        ticket.extra().targets.iter().filter(|mark| {
            let priorities = &self.compiled.targets[usize::from(mark.target)].priorities;
            !mark.settled && (priorities.is_empty() || priorities.contains(&ticket.priority))
        })
    }

    /// When a target is missed; `None` while its clock stands still, or if its calendar ends before.
    pub(crate) fn target_due(&self, ticket: &TicketRecord, mark: &TargetMark) -> Option<i64> {
        let terms = &self.compiled.targets[usize::from(mark.target)];
        self.clock_reaches(ticket, mark, terms.policy.within.as_millis())
    }

    /// When a target is warned of; `None` if it is not, or its clock stands still.
    pub(crate) fn target_warning(&self, ticket: &TicketRecord, mark: &TargetMark) -> Option<i64> {
        let policy = &self.compiled.targets[usize::from(mark.target)].policy;
        let before = policy.warn_before?;
        self.clock_reaches(ticket, mark, (policy.within.as_millis() - before.as_millis()).max(0))
    }

    /// The moment at which the target's clock shows so many milliseconds.
    fn clock_reaches(&self, ticket: &TicketRecord, mark: &TargetMark, millis: i64) -> Option<i64> {
        let calendar = &self.compiled.targets[usize::from(mark.target)].calendar;
        let (mut start, mut left) = (Timestamp(ticket.origin), millis);
        for (from, to) in &ticket.extra().pauses {
            let before = calendar.measure(start, Timestamp(*from));
            if before >= left {
                break;
            }
            if *to == NEVER {
                return None;
            }
            left -= before;
            start = start.max(Timestamp(*to));
        }
        calendar.advance(start, left).map(|at| at.0)
    }

    /// When a target of the ticket is next warned of or missed.
    pub(crate) fn next_target_moment(&self, ticket: &TicketRecord) -> i64 {
        let mut next = NEVER;
        if ticket.extra.is_none() {
            return next;
        }
        for mark in self.open_targets(ticket) {
            // A target that can never be missed, because its calendar ends before, is not warned of either.
            let Some(due) = self.target_due(ticket, mark) else { continue };
            let warning = if mark.warned { None } else { self.target_warning(ticket, mark) };
            next = next.min(warning.unwrap_or(NEVER)).min(due);
        }
        next
    }

    /// Settles the targets of a kind: they were met, those for other priorities too.
    pub(crate) fn settle_targets(&mut self, slot: u32, kind: TargetKind) {
        if let Some(extra) = self.tickets[slot].extra.as_deref_mut() {
            for mark in &mut extra.targets {
                mark.settled |= self.compiled.targets[usize::from(mark.target)].policy.kind == kind;
            }
        }
    }
}

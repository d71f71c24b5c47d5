//! What must be so after every command.

use super::{Model, NEVER, TicketModel};
use crate::laws::Law;
use crate::laws::breach::{Checked, hold};
use deskmatch::{Presence, TicketState};

impl Model {
    /// When a ticket is taken from an agent that is offline.
    pub(crate) fn offline_due(&self, ticket: &TicketModel) -> i64 {
        let (Some(after), Some(agent)) = (self.rules.queue(ticket.queue).offline_after, ticket.holder) else {
            return NEVER;
        };
        let agent = &self.agents[agent];
        if agent.spec.presence == Presence::Offline {
            agent.presence_at.max(ticket.since) + after
        } else {
            NEVER
        }
    }

    /// When a ticket is taken from an agent that has not responded.
    pub(crate) fn unanswered_due(&self, ticket: &TicketModel) -> i64 {
        match self.rules.queue(ticket.queue).policy.unanswered_after {
            Some(after) if !ticket.responded => ticket.since + after.as_millis(),
            _ => NEVER,
        }
    }

    pub(crate) fn relaxed(&mut self, ticket: usize, step: usize) -> Checked {
        self.in_state(ticket, &[TicketState::Waiting, TicketState::Offered], "relaxed")?;
        let t = self.ticket(ticket);
        let terms = self.rules.queue(t.queue).steps.get(step);
        let is_due = terms.is_some_and(|terms| {
            if terms.conditional { !self.somebody_present(t) } else { t.origin + terms.after <= self.now }
        });
        hold!(
            Due,
            is_due && !t.has_taken(step),
            "step {step} of t{ticket} is taken before its time, or twice"
        );
        self.ticket_mut(ticket).steps |= 1 << step;
        self.refresh(ticket);
        Ok(())
    }

    /// Checks the desk after a command.
    pub(crate) fn check_after(&mut self, now: i64, thorough: bool) -> Checked {
        self.now = now;
        self.check_conserved()?;
        for ticket in &self.open {
            let ticket = self.ticket(*ticket);
            match ticket.state {
                TicketState::Scheduled => {
                    let due = ticket.not_before.unwrap_or(ticket.origin);
                    hold!(Due, due > now, "t{} is still scheduled after {due}", ticket.id);
                }
                TicketState::Waiting | TicketState::Offered => self.check_sought(ticket)?,
                TicketState::Assigned => self.check_assigned(ticket)?,
                TicketState::WrappingUp => {
                    let until = ticket.wrap_up_until;
                    hold!(Due, until > now, "t{} is still wrapped up after {until}", ticket.id);
                }
                TicketState::Paused | TicketState::Closed | TicketState::Cancelled => {}
            }
        }
        self.check_queues()?;
        if thorough {
            for ticket in self.tickets.iter().flatten().filter(|ticket| !ticket.state.is_open()) {
                let until = ticket.since + self.rules.keep_closed;
                hold!(Due, until > now, "t{} is still known after {until}", ticket.id);
            }
        }
        hold!(Optimal, self.plan.as_ref().is_none_or(|plan| plan.left == 0), "a plan is not carried out");
        hold!(Holder, self.accepted.is_none(), "an accepted offer leads to nothing");
        self.plan = None;
        self.arrived.clear();
        self.returned = false;
        self.count_check(Law::Due);
        let known: u64 = self.counts.iter().sum::<u64>() + self.forgotten.iter().sum::<u64>();
        hold!(Counts, known == self.submitted, "{known} tickets are left of {}", self.submitted);
        self.count_check(Law::Counts);
        Ok(())
    }

    fn check_sought(&self, ticket: &TicketModel) -> Checked {
        for offer in &ticket.offers {
            hold!(
                Due,
                offer.until > self.now,
                "the offer of t{} to a{} still stands after {}",
                ticket.id,
                offer.agent,
                offer.until
            );
        }
        let queue = self.rules.queue(ticket.queue);
        for (index, step) in queue.steps.iter().enumerate().filter(|(step, _)| !ticket.has_taken(*step)) {
            let due = if step.after == NEVER { NEVER } else { ticket.origin + step.after };
            hold!(Due, due > self.now, "step {index} of t{} is still to come after {due}", ticket.id);
        }
        let waits_for_nobody = ticket.state == TicketState::Waiting
            && queue.has_conditional
            && queue.steps.iter().enumerate().any(|(i, step)| step.conditional && !ticket.has_taken(i));
        hold!(
            Due,
            !waits_for_nobody || self.somebody_present(ticket),
            "nobody is there for t{}, but its step is not taken",
            ticket.id
        );
        self.check_targets(ticket)
    }

    fn check_assigned(&self, ticket: &TicketModel) -> Checked {
        let (offline, unanswered) = (self.offline_due(ticket), self.unanswered_due(ticket));
        hold!(Due, offline > self.now, "t{} is still with an agent offline after {offline}", ticket.id);
        hold!(Due, unanswered > self.now, "t{} is still unanswered after {unanswered}", ticket.id);
        self.check_targets(ticket)
    }

    fn check_targets(&self, ticket: &TicketModel) -> Checked {
        if !ticket.targets.is_empty()
            && let Some(target) = self.overdue_target(ticket)
        {
            hold!(Due, false, "{target} of t{} is missed, and nobody was told", ticket.id);
        }
        Ok(())
    }

    fn check_queues(&self) -> Checked {
        for id in (0..super::QUEUES).filter(|queue| self.rules.has_queue(*queue)) {
            let queue = self.rules.queue(id);
            if queue.window.is_some() {
                let until = self.windows[id];
                hold!(Due, until > self.now, "the window of q{id} still stands after {until}");
            }
            if let Some((max, to)) = queue.limit
                && !self.returned
                && self.waiting_in(id) > max as usize
            {
                let mut over = self
                    .arrived
                    .iter()
                    .filter_map(|ticket| self.known(*ticket))
                    .filter(|ticket| ticket.queue == id && ticket.state == TicketState::Waiting);
                // Of several that came, only the last were too many, and they may have been where they should go.
                let over = over.next().filter(|ticket| {
                    over.next().is_none() && to.is_none_or(|to| to != id && !ticket.overflowed.contains(&to))
                });
                hold!(
                    Due,
                    over.is_none(),
                    "t{} is one too many in q{id} and stays there",
                    over.map_or(0, |ticket| ticket.id)
                );
            }
        }
        Ok(())
    }
}

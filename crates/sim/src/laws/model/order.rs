//! Which ticket goes first.

use super::{Model, Rules, TicketModel};
use crate::laws::Law;
use crate::laws::breach::{Checked, hold};
use deskmatch::OrderKind;

impl TicketModel {
    /// Class, rank within it, key, arrival: the smaller goes first.
    pub(crate) fn order_key(&self, rules: &Rules) -> (usize, u16, i64, u64) {
        let queue = rules.queue(self.queue);
        let own = queue.policy.classes.get(self.class).and_then(|class| class.order);
        let (rank, credit) = rules.priority(self.priority);
        let (within, key) = match own.unwrap_or(queue.policy.order) {
            OrderKind::VirtualArrival => (0, self.origin - credit - self.step_credit(rules)),
            OrderKind::Fifo => (0, self.origin),
            OrderKind::Lifo => (0, -self.origin),
            OrderKind::Deadline => (0, self.due),
            OrderKind::Priority => (rank, self.origin),
        };
        (self.class, within, key, self.arrival)
    }

    /// The head start that steps have given.
    pub(crate) fn step_credit(&self, rules: &Rules) -> i64 {
        let steps = rules.queue(self.queue).steps.iter().enumerate();
        steps.filter(|(step, _)| self.has_taken(*step)).map(|(_, step)| step.credit).sum()
    }
}

impl Model {
    /// Whether a ticket is the first that an agent may have by itself: no other comes before it.
    pub(crate) fn is_first_for(&self, ticket: &TicketModel, agent: usize) -> Option<usize> {
        let spec = &self.agents[agent];
        let rank = spec.rank_for(&ticket.asks.queues, ticket.age(self.now));
        let before = |other: &usize| {
            let other = self.ticket(*other);
            if other.id == ticket.id || self.is_held_back(other) || !self.may_be_given(other) {
                return false;
            }
            let other_rank = spec.rank_for(&other.asks.queues, other.age(self.now));
            (other_rank, other.asks.key) < (rank, ticket.asks.key) && self.can_take(other, agent)
        };
        self.sought.iter().copied().find(before)
    }

    /// Checks that an agent that takes a ticket passes over none before it.
    pub(crate) fn check_order(&mut self, ticket: usize, agent: usize) -> Checked {
        let ticket = self.ticket(ticket);
        if let Some(first) = self.is_first_for(ticket, agent) {
            hold!(Order, false, "agent a{agent} takes t{} although t{first} goes first", ticket.id);
        }
        self.count_check(Law::Order);
        Ok(())
    }

    /// Checks the bound by arrivals and credits alone, without any key.
    pub(crate) fn check_overtaking(&mut self, ticket: usize, agent: usize) -> Checked {
        let taken = self.ticket(ticket);
        let queue = self.rules.queue(taken.queue);
        if queue.policy.order != OrderKind::VirtualArrival || !queue.policy.classes.is_empty() {
            return Ok(());
        }
        let bound = self.rules.credit_max + queue.steps.iter().map(|step| step.credit).sum::<i64>();
        let rank_of = |t: &TicketModel| self.agents[agent].rank_for(&t.asks.queues, t.age(self.now));
        for other in self.sought.iter().map(|other| self.ticket(*other)) {
            let overtaken = other.queue == taken.queue
                && other.id != taken.id
                && other.origin + bound < taken.origin
                && rank_of(other) <= rank_of(taken)
                && self.may_be_given(other)
                && self.can_take(other, agent);
            hold!(
                Overtaking,
                !overtaken,
                "t{} is overtaken by t{}, which arrived {} ms later; the bound is {bound} ms",
                other.id,
                taken.id,
                taken.origin - other.origin
            );
        }
        self.count_check(Law::Overtaking);
        Ok(())
    }
}

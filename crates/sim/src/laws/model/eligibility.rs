//! Who may have a ticket, by the fixed list of rules.

use super::ticket::DeclinedModel;
use super::{Model, TicketModel};
use crate::laws::Law;
use crate::laws::breach::{Checked, hold};
use deskmatch::{Exclusion, PreferredAgent, Presence, Rule, Tally, TicketState};

impl Model {
    /// The first rule by which an agent may not have a ticket.
    pub(crate) fn denied(&self, ticket: &TicketModel, agent: usize) -> Option<Rule> {
        let a = &self.agents[agent];
        let channel = ticket.channel;
        if a.presence_on(channel) != Presence::Online {
            return Some(Rule::Presence);
        }
        if !a.on_shift(self.now) {
            return Some(Rule::Shift);
        }
        if a.rank_for(&ticket.asks.queues, ticket.age(self.now)).is_none() {
            return Some(Rule::Queue);
        }
        if !a.allowed[channel] {
            return Some(Rule::Channel);
        }
        if !a.has_room(channel, ticket.size) {
            return Some(Rule::Capacity);
        }
        if !self.has_skills(ticket, agent) {
            return Some(Rule::Skill);
        }
        if !ticket.asks.any_agent && !a.meets[ticket.queue] {
            return Some(Rule::Attribute);
        }
        if ticket.excluded.contains(&agent) {
            return Some(Rule::Excluded);
        }
        if self.has_declined(ticket, agent) {
            return Some(Rule::Declined);
        }
        if !self.is_free_for(ticket, agent) {
            return Some(Rule::Reserved);
        }
        (!a.within_rate(self.now)).then_some(Rule::Rate)
    }

    fn has_skills(&self, ticket: &TicketModel, agent: usize) -> bool {
        let a = &self.agents[agent];
        ticket.asks.levels.iter().zip(&a.levels).all(|(asked, has)| has >= asked)
    }

    fn has_declined(&self, ticket: &TicketModel, agent: usize) -> bool {
        ticket.declined.iter().any(|declined| declined.agent == agent && self.still_counts(declined))
    }

    pub(crate) fn still_counts(&self, declined: &DeclinedModel) -> bool {
        match declined.until {
            Exclusion::Not => false,
            Exclusion::ForGood => true,
            Exclusion::Until(at) => at.0 > self.now,
            Exclusion::UntilPresenceChanges => {
                self.agent(declined.agent).is_some_and(|agent| agent.presence_changes == declined.presences)
            }
        }
    }

    /// Whether a ticket is reserved for nobody, or for this agent too.
    fn is_free_for(&self, ticket: &TicketModel, agent: usize) -> bool {
        let mut reserved = false;
        for entry in ticket.preferred.iter().filter(|entry| entry.exclusive && self.prefers(ticket, entry)) {
            if super::number(entry.agent.as_str()) == agent {
                return true;
            }
            reserved = true;
        }
        !reserved
    }

    /// Whether a preference counts at this moment.
    pub(crate) fn prefers(&self, ticket: &TicketModel, entry: &PreferredAgent) -> bool {
        if entry.until.is_some_and(|until| until.0 <= self.now) {
            return false;
        }
        !entry.while_present
            || self.agent(super::number(entry.agent.as_str())).is_some_and(|agent| {
                agent.presence_on(ticket.channel) == Presence::Online && agent.on_shift(self.now)
            })
    }

    /// Whether an agent may be given a ticket: eligible, and without an offer of it.
    pub(crate) fn can_take(&self, ticket: &TicketModel, agent: usize) -> bool {
        self.denied(ticket, agent).is_none() && ticket.offer_of(agent).is_none()
    }

    /// Whether one more agent may be found for a ticket.
    pub(crate) fn may_be_given(&self, ticket: &TicketModel) -> bool {
        match ticket.state {
            TicketState::Waiting => true,
            TicketState::Offered => ticket.offers.len() < self.rules.queue(ticket.queue).concurrent,
            _ => false,
        }
    }

    /// Every agent that may be given a ticket.
    pub(crate) fn candidates(&self, ticket: &TicketModel) -> Vec<usize> {
        self.present_agents().filter(|agent| self.can_take(ticket, *agent)).collect()
    }

    /// Whether somebody who could ever take a ticket is there.
    pub(crate) fn somebody_present(&self, ticket: &TicketModel) -> bool {
        self.present_agents().any(|agent| {
            let a = &self.agents[agent];
            a.presence_on(ticket.channel) == Presence::Online
                && a.on_shift(self.now)
                && a.allowed[ticket.channel]
                && ticket.asks.queues.iter().any(|queue| a.services[*queue].is_some())
                && self.has_skills(ticket, agent)
                && (ticket.asks.any_agent || a.meets[ticket.queue])
                && !ticket.excluded.contains(&agent)
                && !self.has_declined(ticket, agent)
                && self.is_free_for(ticket, agent)
        })
    }

    /// Checks that no ticket waits that somebody may take.
    pub(crate) fn check_conserved(&mut self) -> Checked {
        let ready: Vec<usize> = self
            .present_agents()
            .filter(|agent| {
                let a = &self.agents[*agent];
                a.spec.presence == Presence::Online && a.on_shift(self.now) && a.within_rate(self.now)
            })
            .collect();
        if ready.is_empty() {
            return Ok(());
        }
        for ticket in self.sought.iter().map(|ticket| self.ticket(*ticket)) {
            // A batched ticket that somebody may take waits for a plan, and its window is open.
            if self.is_held_back(ticket) && !self.wants_window(ticket) || !self.may_be_given(ticket) {
                continue;
            }
            for agent in &ready {
                hold!(
                    Conserved,
                    !self.can_take(ticket, *agent),
                    "t{} waits although a{agent} may have it",
                    ticket.id
                );
            }
        }
        self.count_check(Law::Conserved);
        Ok(())
    }

    /// Checks how many agents a decision says were eligible and turned away.
    pub(crate) fn check_tally(&mut self, ticket: usize, tally: &Tally) -> Checked {
        let t = self.ticket(ticket);
        let mut own = Tally::default();
        for agent in self.present_agents() {
            match self.denied(t, agent) {
                None => own.eligible += 1,
                Some(rule) => own.denied[rule as usize] += 1,
            }
        }
        hold!(Explanation, own == *tally, "the decision on t{ticket} counts {tally:?}, not {own:?}");
        self.count_check(Law::Explanation);
        Ok(())
    }
}

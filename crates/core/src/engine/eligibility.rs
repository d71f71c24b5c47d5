//! Who may have a ticket, and if not, why not.

use super::bitset::{BitSet, count_in_all};
use super::demand::DemandKey;
use super::desk::Desk;
use super::records::{AgentRecord, NONE, TicketRecord};
use crate::decision::Tally;
use crate::event::Exclusion;
use crate::id::AgentId;
use crate::order;
use crate::presence::Presence;
use crate::rule::{Denial, Rule};
use crate::time::{Span, Timestamp};
use smallvec::SmallVec;

impl Desk {
    /// The first rule by which an agent may not have a ticket. This is the definition of eligibility; the bitsets are a way to
    /// find it fast, and the simulation compares the two.
    pub(crate) fn denied(&self, ticket: &TicketRecord, key: &DemandKey, slot: u32) -> Option<Rule> {
        let agent = &self.agents[slot];
        Rule::ALL.into_iter().find(|rule| !self.passes(*rule, ticket, key, slot, agent))
    }

    /// Whether an agent passes one rule.
    pub(crate) fn passes(
        &self,
        rule: Rule,
        ticket: &TicketRecord,
        key: &DemandKey,
        slot: u32,
        agent: &AgentRecord,
    ) -> bool {
        let channel = &agent.channels[usize::from(key.channel)];
        match rule {
            Rule::Presence => channel.presence.max(agent.spec.presence) == Presence::Online,
            Rule::Shift => self.index.shift.contains(slot),
            Rule::Queue => self.is_shown(ticket, key, agent),
            Rule::Channel => channel.allowed,
            Rule::Capacity => agent.fits(key.channel, agent.cost(key.channel, key.size)),
            Rule::Skill => key.skills.iter().all(|(skill, level)| agent.level(*skill) >= *level),
            Rule::Attribute => !key.selected || self.meets_condition(key.queue(), agent),
            Rule::Excluded => !ticket.extra().excluded.contains(agent.id()),
            Rule::Declined => {
                !ticket.extra().declined.iter().any(|d| d.agent == *agent.id() && self.still_declines(d))
            }
            Rule::Reserved => {
                key.reserved.as_ref().is_none_or(|reserved| reserved.binary_search(agent.id()).is_ok())
            }
            Rule::Rate => agent.rate_blocked_until(self.compiled.policy.rate_limit, self.clock).is_none(),
        }
    }

    /// Whether the agent serves one of the queues, and the ticket is old enough for it there.
    pub(crate) fn is_shown(&self, ticket: &TicketRecord, key: &DemandKey, agent: &AgentRecord) -> bool {
        key.queues
            .iter()
            .any(|queue| agent.service(*queue).is_some_and(|(_, delay)| self.age(ticket) >= delay))
    }

    /// How old a ticket is; a scheduled one has no age yet.
    pub(crate) fn age(&self, ticket: &TicketRecord) -> i64 {
        self.clock.saturating_sub(ticket.origin).max(0)
    }

    /// A failed rule in words.
    pub(crate) fn denial(&self, rule: Rule, ticket: &TicketRecord, key: &DemandKey, slot: u32) -> Denial {
        let agent = &self.agents[slot];
        let (found, needed) = match rule {
            Rule::Presence => {
                let presence = agent.channels[usize::from(key.channel)].presence.max(agent.spec.presence);
                (presence.to_string(), "online".to_string())
            }
            Rule::Shift => {
                let next = agent.next_shift_change(self.clock);
                let next = if next == super::timers::NEVER {
                    "no shift to come".into()
                } else {
                    format!("off shift until {next}")
                };
                (next, "on shift".to_string())
            }
            Rule::Queue => self.queue_words(ticket, key, agent),
            Rule::Channel => {
                let channel = &self.compiled.channels[usize::from(key.channel)].0;
                let allowed: Vec<&str> = agent.spec.channels.iter().map(|id| id.as_str()).collect();
                (format!("channels {}", allowed.join(", ")), format!("channel {channel}"))
            }
            Rule::Capacity => self.capacity_words(key, agent),
            Rule::Skill => self.skill_words(key, agent),
            Rule::Attribute => self.condition_words(key.queue(), agent),
            Rule::Excluded => ("excluded by the ticket".to_string(), "not excluded".to_string()),
            Rule::Declined => (self.declined_words(ticket, agent.id()), "not declined".to_string()),
            Rule::Reserved => {
                let agents: Vec<&str> = key.reserved.iter().flatten().map(AgentId::as_str).collect();
                (agent.id().to_string(), format!("one of {}", agents.join(", ")))
            }
            Rule::Rate => self.rate_words(agent),
        };
        Denial { rule, found, needed }
    }

    fn queue_words(&self, ticket: &TicketRecord, key: &DemandKey, agent: &AgentRecord) -> (String, String) {
        let delay = key.queues.iter().filter_map(|queue| agent.service(*queue)).map(|(_, delay)| delay).min();
        match delay {
            Some(delay) => (
                format!("a ticket {} old", Span::millis(self.age(ticket))),
                format!("a ticket {} old", Span::millis(delay)),
            ),
            None => {
                let serves: Vec<&str> =
                    agent.spec.queues.iter().map(|service| service.queue.as_str()).collect();
                let queues: Vec<&str> = key
                    .queues
                    .iter()
                    .map(|queue| self.compiled.queues[usize::from(*queue)].id.as_str())
                    .collect();
                (format!("queues {}", serves.join(", ")), format!("queue {}", queues.join(" or ")))
            }
        }
    }

    fn capacity_words(&self, key: &DemandKey, agent: &AgentRecord) -> (String, String) {
        let terms = &agent.channels[usize::from(key.channel)];
        if terms.held >= terms.max {
            let channel = &self.compiled.channels[usize::from(key.channel)].0;
            return (
                format!("{} tickets of channel {channel}", terms.held),
                format!("fewer than {}", terms.max),
            );
        }
        let free = u64::from(agent.spec.capacity.units).saturating_sub(agent.units_used);
        (
            format!("{free} of {} units free", agent.spec.capacity.units),
            format!("{} free", agent.cost(key.channel, key.size)),
        )
    }

    fn skill_words(&self, key: &DemandKey, agent: &AgentRecord) -> (String, String) {
        // The first by name: numbers depend on which skill was heard of first.
        let lacking = key
            .skills
            .iter()
            .filter(|(skill, level)| agent.level(*skill) < *level)
            .min_by_key(|(skill, _)| self.skills.text(u32::from(*skill)));
        let Some((skill, level)) = lacking else { return (String::new(), String::new()) };
        let name = self.skills.text(u32::from(*skill));
        let found = match agent.level(*skill) {
            0 => format!("no {name}"),
            level => format!("{name} at level {level}"),
        };
        (found, format!("{name} at level {level} or more"))
    }

    fn condition_words(&self, queue: u16, agent: &AgentRecord) -> (String, String) {
        let condition = self.compiled.queues[usize::from(queue)].agents.as_ref();
        condition.and_then(|condition| condition.first_failure(&*agent.spec)).unwrap_or_default()
    }

    fn declined_words(&self, ticket: &TicketRecord, agent: &AgentId) -> String {
        let declined = ticket.extra().declined.iter().find(|declined| declined.agent == *agent);
        match declined.map(|declined| declined.until) {
            Some(Exclusion::Until(Timestamp(until))) => format!("declined until {until}"),
            Some(Exclusion::UntilPresenceChanges) => "declined until its presence changes".to_string(),
            _ => "declined".to_string(),
        }
    }

    fn rate_words(&self, agent: &AgentRecord) -> (String, String) {
        let limit = agent.rate_limit(self.compiled.policy.rate_limit);
        let (max, window) = limit.map_or((0, Span::ZERO), |limit| (limit.max, limit.window));
        let count =
            |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
        let offers = agent.offers.len();
        let found = match (max as usize).saturating_sub(offers) {
            assigned if offers == 0 => count(assigned, "assignment"),
            0 => count(offers, "open offer"),
            assigned => format!("{} and {}", count(assigned, "assignment"), count(offers, "open offer")),
        };
        (format!("{found}, until {}", self.rate_free_at(agent)), format!("fewer than {max} in {window}"))
    }

    /// When an agent that has had all it may have can have more, if nothing happens but that assignments grow old and
    /// offers run out.
    pub(crate) fn rate_free_at(&self, agent: &AgentRecord) -> Timestamp {
        let Some(limit) = agent.rate_limit(self.compiled.policy.rate_limit) else {
            return Timestamp(self.clock);
        };
        let grown_old = agent.assigned_at.iter().map(|at| at + limit.window.as_millis());
        let run_out = agent.offers.iter().flat_map(|slot| &self.tickets[*slot].extra().offers);
        let run_out =
            run_out.filter(|offer| self.agents[offer.agent].id() == agent.id()).map(|offer| offer.until);
        let mut ends: Vec<i64> = grown_old.filter(|end| *end > self.clock).chain(run_out).collect();
        order::sort(&mut ends);
        let place = ends.len().checked_sub(limit.max as usize);
        Timestamp(place.and_then(|place| ends.get(place).copied()).unwrap_or(self.clock))
    }

    /// The agents that could have a waiting ticket at this moment, in no order that means anything.
    pub(crate) fn candidates(&self, slot: u32, found: &mut Vec<u32>) {
        found.clear();
        let ticket = &self.tickets[slot];
        if ticket.lane == NONE {
            return;
        }
        let demand = self.index.demands.get(ticket.lane);
        let sets = &self.index.channels[usize::from(ticket.channel)];
        let ready = if ticket.has_size() { &sets.willing } else { &sets.ready };
        let delayed =
            demand.key.queues.iter().any(|queue| !self.index.queues[usize::from(*queue)].delays.is_empty());
        let offers = &ticket.extra().offers;
        demand.capable().add_common(ready, found);
        if ticket.has_size() || delayed || !offers.is_empty() {
            found.retain(|agent| {
                (!ticket.has_size() || self.agents[*agent].fits(ticket.channel, ticket.size))
                    && (!delayed || self.is_shown(ticket, &demand.key, &self.agents[*agent]))
                    && offers.iter().all(|offer| offer.agent != *agent)
            });
        }
    }

    /// Whether a demand's tickets may go to an agent, apart from the single ticket's age and offers.
    pub(crate) fn takes(&self, slot: u32, demand: u32) -> bool {
        let demand = self.index.demands.get(demand);
        let sets = &self.index.channels[usize::from(demand.key.channel)];
        demand.capable().contains(slot)
            && if demand.key.has_size() {
                sets.willing.contains(slot) && self.agents[slot].fits(demand.key.channel, demand.key.size)
            } else {
                sets.ready.contains(slot)
            }
    }

    /// How many agents were eligible and how many each rule turned away.
    pub(crate) fn tally(&self, slot: u32) -> Tally {
        let ticket = &self.tickets[slot];
        if ticket.lane != NONE {
            let key = &self.index.demands.get(ticket.lane).key;
            if key.is_plain() && self.index.queues[usize::from(key.queue())].delays.is_empty() {
                return self.tally_by_sets(ticket);
            }
        }
        let key = self.demand_key(ticket);
        let mut tally = Tally::default();
        for agent in self.index.known.iter() {
            match self.denied(ticket, &key, agent) {
                Some(rule) => tally.denied[rule as usize] += 1,
                None => tally.eligible += 1,
            }
        }
        tally
    }

    fn tally_by_sets(&self, ticket: &TicketRecord) -> Tally {
        let sets = &self.index.channels[usize::from(ticket.channel)];
        let steps = [
            (Rule::Presence, &sets.present),
            (Rule::Shift, &self.index.shift),
            (Rule::Queue, &self.index.queues[usize::from(ticket.queue)].members),
            (Rule::Channel, &sets.allowed),
            (Rule::Capacity, &sets.room),
            (Rule::Skill, self.index.demands.get(ticket.lane).capable()),
            (Rule::Rate, &self.index.rate),
        ];
        let known = self.index.known.len();
        // Every set holds known agents alone, so one of as many turns nobody away.
        // No memory is asked for: this is done for every decision.
        let (rules, sets): (SmallVec<[Rule; 8]>, SmallVec<[&BitSet; 8]>) =
            steps.into_iter().filter(|(_, set)| set.len() < known).unzip();
        let mut tally = Tally { eligible: known, ..Tally::default() };
        for (rule, count) in rules.into_iter().zip(count_in_all(&sets)) {
            tally.denied[rule as usize] = tally.eligible - count;
            tally.eligible = count;
        }
        tally
    }
}

//! A ticket of the model.

use super::{NEVER, Rules, SKILLS, number};
use deskmatch::{Attributes, Exclusion, PreferredAgent, SkillClass, SkillRequirement, Ticket, TicketState};

#[derive(Clone, Debug)]
pub(crate) struct TicketModel {
    pub(crate) id: usize,
    pub(crate) state: TicketState,
    pub(crate) arrival: u64,
    pub(crate) origin: i64,
    pub(crate) due: i64,
    pub(crate) since: i64,
    pub(crate) queue: usize,
    pub(crate) channel: usize,
    pub(crate) priority: usize,
    pub(crate) class: usize,
    /// As asked, before relaxation.
    pub(crate) skills: Vec<SkillRequirement>,
    pub(crate) attributes: Attributes,
    pub(crate) requester: Option<String>,
    pub(crate) preferred: Vec<PreferredAgent>,
    pub(crate) excluded: Vec<usize>,
    pub(crate) declined: Vec<DeclinedModel>,
    pub(crate) offers: Vec<OfferModel>,
    pub(crate) holder: Option<usize>,
    pub(crate) held_units: u32,
    pub(crate) units_freed: bool,
    pub(crate) size: Option<u32>,
    pub(crate) effort: Option<i64>,
    pub(crate) steps: u32,
    pub(crate) overflowed: Vec<usize>,
    pub(crate) not_before: Option<i64>,
    pub(crate) routed_class: Option<String>,
    pub(crate) last_agent: Option<usize>,
    pub(crate) wrap_up_until: i64,
    pub(crate) responded: bool,
    pub(crate) pauses: Vec<(i64, i64)>,
    pub(crate) targets: Vec<TargetModel>,
    pub(crate) targets_routed: bool,
    /// What it asks at this moment; kept up to date.
    pub(crate) asks: Asks,
}

/// What a ticket asks after relaxation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asks {
    /// The least level of each skill; 0 for one that is not required.
    pub(crate) levels: [u8; SKILLS],
    /// Its own queue first, then those admitted.
    pub(crate) queues: Vec<usize>,
    pub(crate) any_agent: bool,
    /// Where it stands in its queue: class, rank within it, key, arrival.
    pub(crate) key: (usize, u16, i64, u64),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct DeclinedModel {
    pub(crate) agent: usize,
    pub(crate) until: Exclusion,
    /// How many times its presence had changed.
    pub(crate) presences: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct OfferModel {
    pub(crate) agent: usize,
    pub(crate) until: i64,
    pub(crate) units: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct TargetModel {
    pub(crate) name: String,
    pub(crate) warned: bool,
    pub(crate) settled: bool,
}

impl TicketModel {
    pub(crate) fn new(ticket: &Ticket, arrival: u64, now: i64, rules: &Rules) -> TicketModel {
        let created = ticket.created.map_or(now, |at| at.0);
        TicketModel {
            id: number(ticket.id.as_str()),
            state: TicketState::Scheduled,
            arrival,
            origin: ticket.not_before.map_or(created, |at| at.0.max(created)),
            due: ticket.due.map_or(NEVER, |at| at.0),
            since: now,
            queue: ticket.queue.as_ref().map_or(rules.default_queue, |id| number(id.as_str())),
            channel: ticket.channel.as_ref().map_or(rules.default_channel, |id| number(id.as_str())),
            priority: ticket.priority.as_ref().map_or(rules.default_priority, |id| number(id.as_str())),
            class: 0,
            skills: ticket.skills.clone(),
            attributes: ticket.attributes.clone(),
            requester: ticket.requester.as_ref().map(|id| id.as_str().to_owned()),
            preferred: ticket.preferred.clone(),
            excluded: ticket.excluded.iter().map(|id| number(id.as_str())).collect(),
            declined: Vec::new(),
            offers: Vec::new(),
            holder: None,
            held_units: 0,
            units_freed: false,
            size: ticket.size,
            effort: ticket.effort.map(|span| span.as_millis()),
            steps: 0,
            overflowed: Vec::new(),
            not_before: ticket.not_before.map(|at| at.0),
            routed_class: None,
            last_agent: None,
            wrap_up_until: NEVER,
            responded: false,
            pauses: Vec::new(),
            targets: Vec::new(),
            targets_routed: false,
            asks: Asks::default(),
        }
    }

    pub(crate) fn is_sought(&self) -> bool {
        matches!(self.state, TicketState::Waiting | TicketState::Offered)
    }

    /// How old it is; a scheduled ticket has no age yet.
    pub(crate) fn age(&self, now: i64) -> i64 {
        now.saturating_sub(self.origin).max(0)
    }

    pub(crate) fn has_taken(&self, step: usize) -> bool {
        self.steps >> step & 1 == 1
    }

    pub(crate) fn offer_of(&self, agent: usize) -> Option<OfferModel> {
        self.offers.iter().copied().find(|offer| offer.agent == agent)
    }

    pub(crate) fn required(&self) -> impl Iterator<Item = (usize, u8)> + '_ {
        self.skills
            .iter()
            .filter(|asked| asked.class == SkillClass::Required)
            .map(|asked| (number(asked.skill.as_str()), asked.level))
    }

    /// Reckons anew what it asks.
    pub(crate) fn reckon(&mut self, rules: &Rules) {
        let queue = rules.queue(self.queue);
        let mut levels = [0; SKILLS];
        for (skill, level) in self.required() {
            levels[skill] = level;
        }
        self.asks.queues.clear();
        self.asks.queues.push(self.queue);
        self.asks.any_agent = false;
        for (_, step) in queue.steps.iter().enumerate().filter(|(step, _)| self.steps >> step & 1 == 1) {
            for skill in &step.drop {
                levels[*skill] = 0;
            }
            for (skill, level) in &step.lower {
                levels[*skill] = levels[*skill].min(*level);
            }
            for admitted in &step.admit {
                if !self.asks.queues.contains(admitted) {
                    self.asks.queues.push(*admitted);
                }
            }
            self.asks.any_agent |= step.any_agent;
        }
        self.asks.levels = levels;
        self.asks.key = self.order_key(rules);
    }
}

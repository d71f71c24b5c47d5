//! What the engine keeps of each ticket and each agent.

use super::rota::Recency;
use super::timers::NEVER;
use crate::agent::Agent;
use crate::attribute::Attributes;
use crate::capacity::RateLimit;
use crate::event::Exclusion;
use crate::id::{AgentId, RequesterId, TicketId};
use crate::presence::Presence;
use crate::state::TicketState;
use crate::ticket::PreferredAgent;
use smallvec::SmallVec;
use smol_str::SmolStr;
use std::collections::VecDeque;

/// No slot, no lane, no size.
pub(crate) const NONE: u32 = u32::MAX;

/// Where a ticket stands in the order of its queue; comparable across queues. Smaller goes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct OrderKey {
    pub(crate) class: u32,
    pub(crate) key: i64,
    pub(crate) arrival: u64,
}

/// A skill that a ticket asks for. A weight of zero means that it is required.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Asked {
    pub(crate) skill: u16,
    pub(crate) level: u8,
    pub(crate) weight: u16,
}

/// Three lines of memory, which the end of a ticket reads and the next one in its slot writes. What is read first comes first, for
/// by then they have left every cache.
#[derive(Clone)]
#[repr(C, align(64))]
pub(crate) struct TicketRecord {
    pub(crate) id: TicketId,
    /// The number of its submission.
    pub(crate) arrival: u64,
    pub(crate) timer: i64,
    /// Since when it is in its state.
    pub(crate) since: i64,
    /// The agent that holds it.
    pub(crate) holder: u32,
    /// What it costs its holder.
    pub(crate) held_units: u32,
    pub(crate) queue: u16,
    pub(crate) channel: u16,
    /// The strict class of its queue that it is in. Derived.
    pub(crate) class: u16,
    pub(crate) state: TicketState,
    pub(crate) responded: bool,
    // The second line.
    pub(crate) extra: Option<Box<Extra>>,
    pub(crate) requester: Option<RequesterId>,
    pub(crate) attributes: Attributes,
    /// Where its age counts from: its creation, or `not_before` if that is later.
    pub(crate) origin: i64,
    // The third line.
    pub(crate) skills: SmallVec<[Asked; 2]>,
    pub(crate) due: i64,
    /// The number of the event that last made it assignable; 0 in an engine restored since.
    pub(crate) changed: u64,
    /// The number of the event by which it came into its queue; 0 in an engine restored since.
    pub(crate) entered: u64,
    /// The relaxation steps taken, one bit each.
    pub(crate) steps: u32,
    /// Its demand while agents are sought. Derived.
    pub(crate) lane: u32,
    pub(crate) size: u32,
    pub(crate) priority: u16,
}

/// What few tickets have.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub(crate) struct Extra {
    /// When it came into being, if that is not where its age counts from.
    pub(crate) created: Option<i64>,
    pub(crate) preferred: Vec<PreferredAgent>,
    pub(crate) excluded: Vec<AgentId>,
    pub(crate) declined: Vec<Declined>,
    pub(crate) offers: Vec<Offer>,
    /// When it waited on its requester; the last end is [`NEVER`] while it does.
    pub(crate) pauses: Vec<(i64, i64)>,
    pub(crate) targets: Vec<TargetMark>,
    /// Queues it has overflowed from.
    pub(crate) overflowed: Vec<u16>,
    pub(crate) not_before: Option<i64>,
    pub(crate) effort: Option<i64>,
    pub(crate) class: Option<SmolStr>,
    pub(crate) last_agent: Option<AgentId>,
    pub(crate) wrap_up_until: Option<i64>,
    /// Whether a rule has set its targets.
    pub(crate) targets_routed: bool,
    /// Whether it has given its units back while it waits on its requester.
    pub(crate) units_freed: bool,
}

static EMPTY: Extra = Extra {
    created: None,
    preferred: Vec::new(),
    excluded: Vec::new(),
    declined: Vec::new(),
    offers: Vec::new(),
    pauses: Vec::new(),
    targets: Vec::new(),
    overflowed: Vec::new(),
    not_before: None,
    effort: None,
    class: None,
    last_agent: None,
    wrap_up_until: None,
    targets_routed: false,
    units_freed: false,
};

/// An agent that does not get the ticket again for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declined {
    pub(crate) agent: AgentId,
    pub(crate) until: Exclusion,
    /// The agent's presence at the time: the moment of its last change, and how many there had been.
    pub(crate) presence: (i64, u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) agent: u32,
    pub(crate) until: i64,
    pub(crate) units: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TargetMark {
    pub(crate) target: u16,
    pub(crate) warned: bool,
    /// Met, or missed: nothing more to watch, whatever priority the ticket comes to have.
    pub(crate) settled: bool,
}

impl TicketRecord {
    pub(crate) fn extra(&self) -> &Extra {
        self.extra.as_deref().unwrap_or(&EMPTY)
    }

    pub(crate) fn extra_mut(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    /// Whether agents may still be found for it.
    pub(crate) fn is_sought(&self) -> bool {
        matches!(self.state, TicketState::Waiting | TicketState::Offered)
    }

    /// When it came into being.
    pub(crate) fn created(&self) -> i64 {
        self.extra().created.unwrap_or(self.origin)
    }

    pub(crate) fn set_created(&mut self, created: i64) {
        if created != self.origin || self.extra.is_some() {
            self.extra_mut().created = (created != self.origin).then_some(created);
        }
    }

    /// Lets its age count from another moment.
    pub(crate) fn set_origin(&mut self, origin: i64) {
        let created = self.created();
        self.origin = origin;
        self.set_created(created);
    }

    pub(crate) fn has_size(&self) -> bool {
        self.size != NONE
    }
}

/// What one channel is to one agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChannelTerms {
    pub(crate) cost: u32,
    pub(crate) max: u32,
    pub(crate) held: u32,
    pub(crate) allowed: bool,
    pub(crate) presence: Presence,
}

/// What assignments and releases read and change comes first, in three lines of memory.
#[derive(Clone)]
#[repr(C, align(64))]
pub(crate) struct AgentRecord {
    pub(crate) channels: SmallVec<[ChannelTerms; 2]>,
    pub(crate) tickets: SmallVec<[u32; 4]>,
    // The second line, in which a slot shows that it is not empty.
    /// When it was assigned tickets, for its rate limit: the latest ones.
    pub(crate) assigned_at: VecDeque<i64>,
    /// What every decision reads of the description. Reaches into the third line.
    pub(crate) brief: Brief,
    pub(crate) units_used: u64,
    pub(crate) idle: Recency,
    pub(crate) rotation: Recency,
    pub(crate) ledger: u64,
    pub(crate) turn: u64,
    // What the others hold is read for new demands, for ties and when something about the agent itself changes.
    /// The agent's own hash, which decides ties.
    pub(crate) hash: u64,
    /// A [`skill_bit`] for each skill: an agent without the bit has not the skill.
    pub(crate) skill_bits: u64,
    pub(crate) skills: SkillLevels,
    /// Rank, queue, delay; by rank and then by queue. Empty for an agent that serves every queue.
    pub(crate) queues: Box<[(u16, u16, i64)]>,
    pub(crate) offers: SmallVec<[u32; 4]>,
    /// As the desk described it, with changes and presence kept up to date.
    pub(crate) spec: Box<Agent>,
    /// The moment of its last change of presence, and how many there have been.
    pub(crate) presence_mark: (i64, u32),
    /// When its shift or its rate next need looking at. Derived.
    pub(crate) timer: i64,
}

/// The levels of an agent's skills, by skill.
pub(crate) type SkillLevels = SmallVec<[(u16, u8); 6]>;

/// What every decision reads of an agent's description.
#[derive(Clone)]
#[repr(C)]
pub(crate) struct Brief {
    pub(crate) id: AgentId,
    pub(crate) units: u32,
    pub(crate) weight: u32,
    pub(crate) has_rate_limit: bool,
    /// Whether it serves every queue alike.
    pub(crate) serves_all: bool,
}

impl Brief {
    pub(crate) fn of(spec: &Agent, queues: &[(u16, u16, i64)]) -> Brief {
        Brief {
            id: spec.id.clone(),
            units: spec.capacity.units,
            weight: spec.weight,
            has_rate_limit: spec.rate_limit.is_some(),
            serves_all: queues.is_empty(),
        }
    }
}

/// The bits of some skills.
pub(crate) fn skill_bits(skills: &SkillLevels) -> u64 {
    skills.iter().fold(0, |bits, (skill, _)| bits | skill_bit(*skill))
}

/// The bit of a skill; skills share bits.
pub(crate) fn skill_bit(skill: u16) -> u64 {
    1 << (skill % 64)
}

impl AgentRecord {
    pub(crate) fn id(&self) -> &AgentId {
        &self.brief.id
    }

    /// Whether it has a skill at a level.
    pub(crate) fn has(&self, skill: u16, level: u8) -> bool {
        level == 0 || (self.skill_bits & skill_bit(skill) != 0 && self.level(skill) >= level)
    }

    pub(crate) fn level(&self, skill: u16) -> u8 {
        self.skills.binary_search_by_key(&skill, |(id, _)| *id).map_or(0, |place| self.skills[place].1)
    }

    /// The agent's rank and delay in a queue, if it serves it.
    pub(crate) fn service(&self, queue: u16) -> Option<(u16, i64)> {
        if self.brief.serves_all {
            return Some((0, 0));
        }
        self.queues.iter().find(|(_, id, _)| *id == queue).map(|(rank, _, delay)| (*rank, *delay))
    }

    pub(crate) fn cost(&self, channel: u16, size: u32) -> u32 {
        if size == NONE { self.channels[usize::from(channel)].cost } else { size }
    }

    /// Whether a ticket of so many units fits beside what the agent has.
    pub(crate) fn fits(&self, channel: u16, units: u32) -> bool {
        let terms = &self.channels[usize::from(channel)];
        terms.held < terms.max
            && (units == 0 || self.units_used + u64::from(units) <= u64::from(self.brief.units))
    }

    /// Load over capacity, in millionths.
    pub(crate) fn load_share(&self) -> u64 {
        match u64::from(self.brief.units) {
            0 if self.units_used == 0 => 0,
            0 => u64::MAX,
            capacity => self.units_used.saturating_mul(1_000_000) / capacity,
        }
    }

    /// The agent's own rate limit, or that of the policy.
    pub(crate) fn rate_limit(&self, of_policy: Option<RateLimit>) -> Option<RateLimit> {
        if self.brief.has_rate_limit { self.spec.rate_limit } else { of_policy }
    }

    /// Until when the agent has had all the assignments it may have; `None` if it may have more, [`NEVER`] if its offers
    /// alone are as many.
    ///
    /// An offer counts for as long as it stands: it may still be accepted at its last moment.
    pub(crate) fn rate_blocked_until(&self, limit: Option<RateLimit>, now: i64) -> Option<i64> {
        let limit = self.rate_limit(limit)?;
        let until = match (limit.max as usize).saturating_sub(self.offers.len()) {
            0 => NEVER,
            left => self.assigned_at[self.assigned_at.len().checked_sub(left)?] + limit.window.as_millis(),
        };
        (until > now).then_some(until)
    }

    /// When the shift begins or ends next.
    pub(crate) fn next_shift_change(&self, now: i64) -> i64 {
        self.shift_at(now).1
    }

    pub(crate) fn on_shift(&self, now: i64) -> bool {
        self.shift_at(now).0
    }

    fn shift_at(&self, now: i64) -> (bool, i64) {
        let shifts = &self.spec.shifts;
        if shifts.is_empty() {
            return (true, NEVER);
        }
        let place = shifts.partition_point(|shift| shift.to.0 <= now);
        shifts.get(place).map_or((false, NEVER), |shift| {
            if shift.from.0 <= now { (true, shift.to.0) } else { (false, shift.from.0) }
        })
    }

    pub(crate) fn is_offline(&self) -> bool {
        self.spec.presence == Presence::Offline
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_stay_small() {
        assert!(size_of::<Option<TicketRecord>>() <= 192, "{}", size_of::<Option<TicketRecord>>());
        assert!(size_of::<Option<AgentRecord>>() <= 320, "{}", size_of::<Option<AgentRecord>>());
        assert!(size_of::<crate::event::Event>() <= 144, "{}", size_of::<crate::event::Event>());
    }
}

//! Reading the engine: tickets, agents and queues as they are now.

use super::desk::{Desk, Index};
use super::records::{AgentRecord, NONE, TicketRecord};
use super::score::Field;
use super::timers::NEVER;
use crate::agent::Agent;
use crate::attribute::Attributes;
use crate::id::{AgentId, ChannelId, PriorityId, QueueId, RequesterId, TicketId};
use crate::order;
use crate::presence::Presence;
use crate::skill::{SkillClass, SkillRequirement};
use crate::state::TicketState;
use crate::ticket::PreferredAgent;
use crate::time::{Span, Timestamp};

/// A ticket as it is now.
#[derive(Clone, Copy)]
pub struct TicketView<'a> {
    desk: &'a Desk,
    ticket: &'a TicketRecord,
}

impl<'a> TicketView<'a> {
    pub(crate) fn new(desk: &'a Desk, slot: u32) -> Self {
        Self { desk, ticket: &desk.tickets[slot] }
    }

    /// Its name.
    pub fn id(&self) -> &'a TicketId {
        &self.ticket.id
    }

    /// Where it is in its life.
    pub fn state(&self) -> TicketState {
        self.ticket.state
    }

    /// Since when it is in this state.
    pub fn since(&self) -> Timestamp {
        Timestamp(self.ticket.since)
    }

    /// Its queue.
    pub fn queue(&self) -> &'a QueueId {
        &self.desk.compiled.queues[usize::from(self.ticket.queue)].id
    }

    /// Its channel.
    pub fn channel(&self) -> &'a ChannelId {
        &self.desk.compiled.channels[usize::from(self.ticket.channel)].0
    }

    /// Its priority, after escalations.
    pub fn priority(&self) -> &'a PriorityId {
        &self.desk.compiled.priorities[usize::from(self.ticket.priority)].id
    }

    /// The skills it was submitted with or routed to, before relaxation.
    pub fn skills(&self) -> Vec<SkillRequirement> {
        let skill = |asked: &super::records::Asked| SkillRequirement {
            skill: self.desk.skills.text(u32::from(asked.skill)).clone().into(),
            level: asked.level,
            class: if asked.weight == 0 {
                SkillClass::Required
            } else {
                SkillClass::Preferred { weight: asked.weight }
            },
        };
        self.ticket.skills.iter().map(skill).collect()
    }

    /// The skills it requires at this moment, after relaxation.
    pub fn required_skills(&self) -> Vec<SkillRequirement> {
        let key = self.desk.demand_key(self.ticket);
        let skill = |(skill, level): &(u16, u8)| {
            SkillRequirement::required(self.desk.skills.text(u32::from(*skill)).clone(), *level)
        };
        key.skills.iter().map(skill).collect()
    }

    /// Its attributes.
    pub fn attributes(&self) -> &'a Attributes {
        &self.ticket.attributes
    }

    /// Who asked for help.
    pub fn requester(&self) -> Option<&'a RequesterId> {
        self.ticket.requester.as_ref()
    }

    /// Agents tried first, those added by affinity included.
    pub fn preferred(&self) -> &'a [PreferredAgent] {
        &self.ticket.extra().preferred
    }

    /// Agents that may not have it.
    pub fn excluded(&self) -> &'a [AgentId] {
        &self.ticket.extra().excluded
    }

    /// Its size, if it has one of its own.
    pub fn size(&self) -> Option<u32> {
        (self.ticket.size != NONE).then_some(self.ticket.size)
    }

    /// Its expected effort.
    pub fn effort(&self) -> Option<Span> {
        self.ticket.extra().effort.map(Span::millis)
    }

    /// When it came into being.
    pub fn created(&self) -> Timestamp {
        Timestamp(self.ticket.created())
    }

    /// How long it has been waiting to be dealt with, in milliseconds since its age began.
    pub fn age(&self) -> Span {
        Span::millis(self.desk.age(self.ticket))
    }

    /// Until when it is scheduled.
    pub fn not_before(&self) -> Option<Timestamp> {
        self.ticket.extra().not_before.map(Timestamp)
    }

    /// When it is due.
    pub fn due(&self) -> Option<Timestamp> {
        (self.ticket.due != NEVER).then_some(Timestamp(self.ticket.due))
    }

    /// The agent that holds it.
    pub fn agent(&self) -> Option<&'a AgentId> {
        (self.ticket.holder != NONE).then(|| self.desk.agents[self.ticket.holder].id())
    }

    /// The agents that hold a live offer of it, and until when.
    pub fn offers(&self) -> Vec<(&'a AgentId, Timestamp)> {
        let offers = self.ticket.extra().offers.iter();
        offers.map(|offer| (self.desk.agents[offer.agent].id(), Timestamp(offer.until))).collect()
    }

    /// Whether its agent has responded.
    pub fn responded(&self) -> bool {
        self.ticket.responded
    }

    /// The relaxation steps taken in its queue, by their places.
    pub fn steps_taken(&self) -> Vec<u8> {
        (0..32).filter(|step| self.ticket.steps >> step & 1 == 1).collect()
    }

    /// The strict class it is in, if its queue has classes.
    pub fn class(&self) -> Option<&'a str> {
        let classes = &self.desk.compiled.queues[usize::from(self.ticket.queue)].policy.classes;
        classes.get(usize::from(self.ticket.class)).map(|class| class.name.as_str())
    }
}

/// An agent as it is now.
#[derive(Clone, Copy)]
pub struct AgentView<'a> {
    desk: &'a Desk,
    agent: &'a AgentRecord,
}

impl<'a> AgentView<'a> {
    pub(crate) fn new(desk: &'a Desk, slot: u32) -> Self {
        Self { desk, agent: &desk.agents[slot] }
    }

    /// Its name.
    pub fn id(&self) -> &'a AgentId {
        self.agent.id()
    }

    /// Its description, with its present presence.
    pub fn agent(&self) -> &'a Agent {
        &self.agent.spec
    }

    /// Whether it is there.
    pub fn presence(&self) -> Presence {
        self.agent.spec.presence
    }

    /// Whether it is on shift.
    pub fn on_shift(&self) -> bool {
        self.agent.on_shift(self.desk.clock)
    }

    /// Its level in a skill; 0 if it has not got it.
    pub fn level(&self, skill: &str) -> u8 {
        self.agent.spec.skills.get(skill).copied().unwrap_or(0)
    }

    /// Units taken by its tickets and offers. Forced assignments and tickets that woke may lift it above the capacity.
    pub fn units_used(&self) -> u64 {
        self.agent.units_used
    }

    /// Units free.
    pub fn units_free(&self) -> u64 {
        u64::from(self.agent.spec.capacity.units).saturating_sub(self.agent.units_used)
    }

    /// Tickets and offers of a channel that count against its maximum.
    pub fn held_of_channel(&self, channel: &str) -> u32 {
        self.desk
            .compiled
            .channel(channel)
            .map_or(0, |channel| self.agent.channels[usize::from(channel)].held)
    }

    /// The tickets it holds, the first submitted first.
    pub fn tickets(&self) -> Vec<&'a TicketId> {
        self.named(&self.agent.tickets)
    }

    /// The tickets it holds an offer of, the first submitted first.
    pub fn offers(&self) -> Vec<&'a TicketId> {
        self.named(&self.agent.offers)
    }

    fn named(&self, slots: &[u32]) -> Vec<&'a TicketId> {
        let mut tickets: Vec<&TicketRecord> = slots.iter().map(|slot| &self.desk.tickets[*slot]).collect();
        order::sort_by_key(&mut tickets, |ticket| ticket.arrival);
        tickets.into_iter().map(|ticket| &ticket.id).collect()
    }

    /// When it last got or finished work, or came online.
    pub fn idle_since(&self) -> Timestamp {
        Timestamp(self.agent.idle.0)
    }

    /// Work received over its weight: units, in parts of 10^9 for a weight of one.
    pub fn ledger(&self) -> u64 {
        self.agent.ledger
    }
}

/// A queue as it is now.
#[derive(Clone, Copy)]
pub struct QueueView<'a> {
    desk: &'a Desk,
    queue: u16,
}

impl<'a> QueueView<'a> {
    pub(crate) fn new(desk: &'a Desk, queue: u16) -> Self {
        Self { desk, queue }
    }

    /// Its name.
    pub fn id(&self) -> &'a QueueId {
        &self.desk.compiled.queues[usize::from(self.queue)].id
    }

    /// How many of its tickets wait without an offer.
    pub fn waiting(&self) -> usize {
        self.desk.index.queues[usize::from(self.queue)].waiting as usize
    }

    /// How many agents serve it.
    pub fn agents(&self) -> usize {
        self.desk.index.queues[usize::from(self.queue)].members.iter().count()
    }

    /// When its batch window settles, if one is open.
    pub fn settles_at(&self) -> Option<Timestamp> {
        let until = self.desk.windows[usize::from(self.queue)];
        (until != NEVER).then_some(Timestamp(until))
    }

    /// Its tickets that wait without an offer, in the order in which they go. O(n log n) in the tickets waiting.
    pub fn tickets(&self) -> Vec<TicketView<'a>> {
        let Index { demands, fresh, .. } = &self.desk.index;
        let demands = demands.iter().filter(|(_, demand)| demand.key.queue() == self.queue);
        // The latest ticket may not be among the others of its demand yet.
        let slots = demands.flat_map(|(_, demand)| demand.waiting.values()).chain(fresh);
        let waits =
            |ticket: &TicketRecord| ticket.queue == self.queue && ticket.state == TicketState::Waiting;
        let mut waiting: Vec<u32> = slots.copied().filter(|slot| waits(&self.desk.tickets[*slot])).collect();
        order::sort_by_cached_key(&mut waiting, |slot| self.desk.order_key(&self.desk.tickets[*slot]));
        waiting.into_iter().map(|slot| TicketView::new(self.desk, slot)).collect()
    }
}

/// An eligible agent, as a strategy of the host sees it.
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    ticket: TicketView<'a>,
    agent: AgentView<'a>,
    slot: u32,
    field: Field,
}

impl<'a> Candidate<'a> {
    /// Agents as the candidates of one choice, in their order.
    pub(crate) fn all(desk: &'a Desk, ticket: TicketView<'a>, agents: &[u32]) -> Vec<Self> {
        let field = desk.field(ticket.ticket, agents);
        let one = |slot: &u32| Candidate { ticket, agent: AgentView::new(desk, *slot), slot: *slot, field };
        agents.iter().map(one).collect()
    }

    /// The ticket it is a candidate for.
    pub fn ticket(&self) -> &TicketView<'a> {
        &self.ticket
    }

    /// The agent.
    pub fn agent(&self) -> &AgentView<'a> {
        &self.agent
    }

    /// Its score by the factors of the ticket's queue, in points of a millionth: the weighted sum that `weighted` compares. `None`
    /// where the queue has no factors; a strategy of the host has those that its policy gives it.
    ///
    /// Computed when asked for: O(factors * skills of the ticket). The factor `fair_share` compares with the other candidates of the
    /// choice.
    ///
    /// ```
    /// use deskmatch::{Agent, Command, Engine, Policy, Ticket, Timestamp};
    ///
    /// let policy = r#"{ "queues": { "default": { "dispatch": "pull", "strategy":
    ///     { "kind": "weighted", "factors": [{ "factor": "attribute", "attribute": "grade", "weight": 2 }] } } } }"#;
    /// let mut engine = Engine::new(Policy::from_json(policy)?)?;
    /// for (id, grade) in [("ada", 90), ("bob", 50)] {
    ///     engine.execute(Timestamp(0), Command::add_agent(Agent::new(id).with_attribute("grade", grade)))?;
    /// }
    /// engine.execute(Timestamp(0), Command::submit(Ticket::new("T-1")))?;
    /// let scores: Vec<_> = engine.candidates("T-1")?.iter().map(|candidate| candidate.score()).collect();
    /// assert_eq!(scores, [Some(1_800_000), Some(1_000_000)]);
    /// # Ok::<(), deskmatch::Error>(())
    /// ```
    pub fn score(&self) -> Option<i64> {
        let desk = self.ticket.desk;
        let factors = desk.compiled.queues[usize::from(self.ticket.ticket.queue)].ranking.sum()?;
        Some(desk.score(factors, self.ticket.ticket, &self.field, self.slot))
    }
}

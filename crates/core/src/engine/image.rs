//! Tickets and agents as plain data with names in place of numbers: what snapshots hold and digests cover.

use super::desk::Desk;
use super::names::hash_text;
use super::records::{AgentRecord, Asked, Declined, Extra, NONE, Offer, TargetMark, TicketRecord};
use super::rota::Recency;
use super::timers::NEVER;
use crate::attribute::Attributes;
use crate::event::Exclusion;
use crate::policy::{Limits, Policy};
use crate::state::TicketState;
use crate::ticket::PreferredAgent;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use smol_str::SmolStr;

#[derive(Serialize, Deserialize)]
pub(crate) struct TicketImage {
    id: SmolStr,
    requester: Option<SmolStr>,
    arrival: u64,
    created: i64,
    origin: i64,
    due: i64,
    since: i64,
    /// Skill, level, weight.
    skills: Vec<(SmolStr, u8, u16)>,
    attributes: Attributes,
    queue: SmolStr,
    channel: SmolStr,
    priority: SmolStr,
    state: TicketState,
    responded: bool,
    holder: Option<SmolStr>,
    held_units: u32,
    size: u32,
    steps: u32,
    extra: Option<Box<ExtraImage>>,
}

#[derive(Serialize, Deserialize)]
struct ExtraImage {
    /// Agent, until, exclusive, while present.
    preferred: Vec<(SmolStr, Option<i64>, bool, bool)>,
    excluded: Vec<SmolStr>,
    declined: Vec<(SmolStr, Exclusion, (i64, u32))>,
    /// Agent, until, units.
    offers: Vec<(SmolStr, i64, u32)>,
    pauses: Vec<(i64, i64)>,
    /// Target, warned, settled.
    targets: Vec<(SmolStr, bool, bool)>,
    overflowed: Vec<SmolStr>,
    not_before: Option<i64>,
    effort: Option<i64>,
    class: Option<SmolStr>,
    last_agent: Option<SmolStr>,
    wrap_up_until: Option<i64>,
    targets_routed: bool,
    units_freed: bool,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct AgentImage {
    /// The description, in JSON.
    spec: String,
    idle: Recency,
    rotation: Recency,
    ledger: u64,
    turn: u64,
    assigned_at: Vec<i64>,
    presence_mark: (i64, u32),
}

/// What is wrong with an image.
pub(crate) type Flaw = String;

impl AgentImage {
    pub(crate) fn of(agent: &AgentRecord) -> AgentImage {
        AgentImage {
            spec: serde_json::to_string(&agent.spec).unwrap_or_default(),
            idle: agent.idle,
            rotation: agent.rotation,
            ledger: agent.ledger,
            turn: agent.turn,
            assigned_at: agent.assigned_at.iter().copied().collect(),
            presence_mark: agent.presence_mark,
        }
    }
}

impl TicketImage {
    pub(crate) fn arrival(&self) -> u64 {
        self.arrival
    }

    pub(crate) fn of(desk: &Desk, ticket: &TicketRecord) -> TicketImage {
        let compiled = &desk.compiled;
        TicketImage {
            id: ticket.id.clone().into(),
            requester: ticket.requester.clone().map(SmolStr::from),
            arrival: ticket.arrival,
            created: ticket.created(),
            origin: ticket.origin,
            due: ticket.due,
            since: ticket.since,
            skills: ticket
                .skills
                .iter()
                .map(|a| (desk.skills.text(u32::from(a.skill)).clone(), a.level, a.weight))
                .collect(),
            attributes: ticket.attributes.clone(),
            queue: compiled.queues[usize::from(ticket.queue)].id.clone().into(),
            channel: compiled.channels[usize::from(ticket.channel)].0.clone().into(),
            priority: compiled.priorities[usize::from(ticket.priority)].id.clone().into(),
            state: ticket.state,
            responded: ticket.responded,
            holder: (ticket.holder != NONE).then(|| desk.agents[ticket.holder].id().clone().into()),
            held_units: ticket.held_units,
            size: ticket.size,
            steps: ticket.steps,
            extra: ticket
                .extra
                .as_deref()
                .filter(|extra| **extra != Extra { created: extra.created, ..Extra::default() })
                .map(|extra| Box::new(ExtraImage::of(desk, extra))),
        }
    }
}

impl ExtraImage {
    fn of(desk: &Desk, extra: &Extra) -> ExtraImage {
        let compiled = &desk.compiled;
        let preferred = |p: &PreferredAgent| {
            (p.agent.clone().into(), p.until.map(|at| at.0), p.exclusive, p.while_present)
        };
        ExtraImage {
            preferred: extra.preferred.iter().map(preferred).collect(),
            excluded: extra.excluded.iter().map(|id| id.clone().into()).collect(),
            declined: extra.declined.iter().map(|d| (d.agent.clone().into(), d.until, d.presence)).collect(),
            offers: extra
                .offers
                .iter()
                .map(|o| (desk.agents[o.agent].id().clone().into(), o.until, o.units))
                .collect(),
            pauses: extra.pauses.clone(),
            targets: extra
                .targets
                .iter()
                .map(|m| (compiled.targets[usize::from(m.target)].name.clone(), m.warned, m.settled))
                .collect(),
            overflowed: extra
                .overflowed
                .iter()
                .map(|queue| compiled.queues[usize::from(*queue)].id.clone().into())
                .collect(),
            not_before: extra.not_before,
            effort: extra.effort,
            class: extra.class.clone(),
            last_agent: extra.last_agent.clone().map(SmolStr::from),
            wrap_up_until: extra.wrap_up_until,
            targets_routed: extra.targets_routed,
            units_freed: extra.units_freed,
        }
    }
}

impl Desk {
    /// Puts an agent of an image in. Its tickets and offers come with the tickets.
    #[inline]
    pub(crate) fn restore_agent(&mut self, image: AgentImage, policy: &Policy) -> Result<(), Flaw> {
        let spec = crate::by_value::text(&image.spec)
            .map_err(|error| format!("an agent is not readable: {error}"))?;
        crate::check::agent(&spec, policy).map_err(|error| error.to_string())?;
        self.check_skills(spec.skills.keys().map(crate::id::SkillId::as_str))?;
        self.trusted = true;
        let inserted = self.insert_agent(&spec, 0);
        self.trusted = false;
        inserted.map_err(|error| error.to_string())?;
        let slot = self.agent_slot(spec.id.as_str()).ok_or("an agent is lost")?;
        let agent = &mut self.agents[slot];
        let sound = |(at, _): Recency| at == i64::MIN || Timestamp(at).is_valid();
        if !sound(image.idle) || !sound(image.rotation) || !Timestamp(image.presence_mark.0).is_valid() {
            return Err(format!("agent `{}` has a moment out of range", spec.id));
        }
        let limit = spec.rate_limit.or(self.compiled.policy.rate_limit).map_or(0, |limit| limit.max as usize);
        if image.assigned_at.len() > limit.max(10_000)
            || image.assigned_at.iter().any(|at| !Timestamp(*at).is_valid())
        {
            return Err(format!("agent `{}` has assignments that cannot be", spec.id));
        }
        agent.idle = image.idle;
        agent.rotation = image.rotation;
        agent.ledger = image.ledger;
        agent.turn = image.turn;
        agent.assigned_at = image.assigned_at.into();
        agent.presence_mark = image.presence_mark;
        Ok(())
    }

    /// Refuses more skills than there are numbers for.
    fn check_skills<'a>(&self, skills: impl Iterator<Item = &'a str>) -> Result<(), Flaw> {
        let new = skills.filter(|skill| self.skills.get(skill).is_none()).count();
        let fits = self.skills.len() + new <= Limits::SKILLS_MAX as usize;
        if fits { Ok(()) } else { Err("it has one skill too many".into()) }
    }

    /// Puts a ticket of an image in, and on the lists of its agents.
    pub(crate) fn restore_ticket(&mut self, image: TicketImage) -> Result<(), Flaw> {
        let id = image.id.clone();
        let flaw = |what: &str| format!("ticket `{id}` {what}");
        if let Some(what) = self.flaw_in(&image) {
            return Err(flaw(what));
        }
        let compiled = self.compiled();
        let queue =
            compiled.queue(&image.queue).ok_or_else(|| flaw("is in a queue that the policy has not"))?;
        let channel = compiled
            .channel(&image.channel)
            .ok_or_else(|| flaw("is of a channel that the policy has not"))?;
        let priority = compiled
            .priority(&image.priority)
            .ok_or_else(|| flaw("has a priority that the policy has not"))?;
        let steps = compiled.queues[usize::from(queue)].steps.len();
        if u64::from(image.steps) >> steps != 0 {
            return Err(flaw("has taken a step that its queue has not"));
        }
        let mut skills = SmallVec::new();
        for (skill, level, weight) in image.skills {
            self.check_skills([skill.as_str()].into_iter())?;
            skills.push(Asked { skill: self.skills.intern(&skill) as u16, level, weight });
        }
        let holder = match &image.holder {
            Some(agent) => {
                self.agent_slot(agent).ok_or_else(|| flaw("is held by an agent that is not there"))?
            }
            None => NONE,
        };
        let extra =
            image.extra.map(|extra| self.restore_extra(*extra)).transpose().map_err(|what| flaw(&what))?;
        if let Some(what) = contradiction(image.state, holder, extra.as_deref()) {
            return Err(flaw(what));
        }
        let mut record = TicketRecord {
            id: image.id.into(),
            requester: image.requester.map(Into::into),
            arrival: image.arrival,
            origin: image.origin,
            due: image.due,
            since: image.since,
            skills,
            attributes: image.attributes,
            extra,
            queue,
            channel,
            priority,
            class: 0,
            state: image.state,
            responded: image.responded,
            holder,
            held_units: image.held_units,
            size: image.size,
            steps: image.steps,
            lane: NONE,
            timer: NEVER,
            changed: 0,
            entered: 0,
        };
        record.set_created(image.created);
        let slot = self.tickets.insert(record);
        self.ticket_table.insert(hash_text(&id), slot);
        self.restore_loads(slot);
        self.classify(slot);
        Ok(())
    }

    /// What cannot be about a ticket, whatever the policy and the agents.
    fn flaw_in(&self, image: &TicketImage) -> Option<&'static str> {
        let moments = [image.created, image.origin, image.since];
        if !crate::id::is_valid(&image.id) || self.ticket_slot(&image.id).is_some() {
            Some("has a name that cannot be, or is there twice")
        } else if moments.iter().any(|at| !Timestamp(*at).is_valid())
            || (image.due != NEVER && !Timestamp(image.due).is_valid())
        {
            Some("has a moment out of range")
        } else if image.arrival == 0 || image.arrival > self.arrivals {
            Some("has a number that cannot be")
        } else {
            None
        }
    }

    /// Puts a ticket on the lists of the agents that hold it or an offer of it.
    fn restore_loads(&mut self, slot: u32) {
        let ticket = &self.tickets[slot];
        let channel = usize::from(ticket.channel);
        if ticket.holder != NONE {
            let agent = &mut self.agents[ticket.holder];
            agent.tickets.push(slot);
            if !ticket.extra().units_freed {
                agent.units_used += u64::from(ticket.held_units);
                agent.channels[channel].held += 1;
            }
        }
        for offer in &ticket.extra().offers {
            let agent = &mut self.agents[offer.agent];
            agent.offers.push(slot);
            agent.units_used += u64::from(offer.units);
            agent.channels[channel].held += 1;
        }
    }

    fn restore_extra(&self, image: ExtraImage) -> Result<Box<Extra>, Flaw> {
        let moments = image
            .preferred
            .iter()
            .filter_map(|(_, until, _, _)| *until)
            .chain(image.not_before)
            .chain(image.wrap_up_until);
        let ends = image.pauses.iter().flat_map(|(from, to)| [*from, *to]).filter(|at| *at != NEVER);
        let declined = image
            .declined
            .iter()
            .filter_map(|(_, until, _)| if let Exclusion::Until(at) = until { Some(at.0) } else { None });
        let offered = image.offers.iter().map(|(_, until, _)| *until);
        if moments.chain(ends).chain(declined).chain(offered).any(|at| !Timestamp(at).is_valid_end()) {
            return Err("has a moment out of range".into());
        }
        let mut offers: Vec<Offer> = Vec::new();
        for (agent, until, units) in image.offers {
            let agent = self.agent_slot(&agent).ok_or("is offered to an agent that is not there")?;
            if offers.iter().any(|offer| offer.agent == agent) {
                return Err("is offered to an agent twice".into());
            }
            offers.push(Offer { agent, until, units });
        }
        let mut targets = Vec::new();
        for (name, warned, settled) in image.targets {
            let target = self.compiled.target(&name).ok_or("has a target that the policy has not")?;
            targets.push(TargetMark { target, warned, settled });
        }
        let overflowed: Option<Vec<u16>> =
            image.overflowed.iter().map(|queue| self.compiled.queue(queue)).collect();
        let preferred = |(agent, until, exclusive, while_present): (SmolStr, Option<i64>, bool, bool)| {
            PreferredAgent { agent: agent.into(), until: until.map(Timestamp), exclusive, while_present }
        };
        Ok(Box::new(Extra {
            preferred: image.preferred.into_iter().map(preferred).collect(),
            excluded: image.excluded.into_iter().map(Into::into).collect(),
            declined: image
                .declined
                .into_iter()
                .map(|(agent, until, presence)| Declined { agent: agent.into(), until, presence })
                .collect(),
            offers,
            pauses: image.pauses,
            targets,
            overflowed: overflowed.ok_or("has overflowed from a queue that the policy has not")?,
            created: None,
            not_before: image.not_before,
            effort: image.effort,
            class: image.class,
            last_agent: image.last_agent.map(Into::into),
            wrap_up_until: image.wrap_up_until,
            targets_routed: image.targets_routed,
            units_freed: image.units_freed,
        }))
    }
}

/// What a ticket's state says that who has it denies.
fn contradiction(state: TicketState, holder: u32, extra: Option<&Extra>) -> Option<&'static str> {
    let is_offered = extra.is_some_and(|extra| !extra.offers.is_empty());
    if state.is_held() != (holder != NONE) || (state == TicketState::Offered) != is_offered {
        return Some("is in a state that contradicts who has it");
    }
    let is_open = |extra: &Extra| extra.pauses.last().is_some_and(|(_, to)| *to == NEVER);
    (state == TicketState::Paused && !extra.is_some_and(is_open)).then_some("is paused since no moment")
}

//! Values that are one of several things. In Python, as in documents, they are one class whose fields are empty where they do not
//! apply.

use crate::guard::guard;
use crate::output::{ToPy, of_json};
use crate::record::{ClassInfo, record};
use deskmatch::{
    AgentId, Change as Changed, Exclusion, Occasion, QueueId, RelaxationStep, Rule, SkillClass, SkillId,
    Span, Standing, TargetKind, TicketId, Timestamp,
};
use pyo3::prelude::*;
use smol_str::SmolStr;

/// A word that the engine has no type for.
type Word = &'static str;

impl ToPy for Word {
    fn hint() -> String {
        "str".to_owned()
    }

    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(pyo3::types::PyString::intern(py, self).into_any())
    }
}

macro_rules! as_document {
    ($hint:literal: $($type:ty)*) => {$(
        impl ToPy for $type {
            fn hint() -> String {
                $hint.to_owned()
            }

            fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                of_json(py, &crate::record::value_of(self)?)
            }
        }
    )*};
}
as_document!("str | dict[str, int]": Exclusion);
as_document!("str | dict[str, dict[str, int]]": SkillClass);
as_document!("dict[str, Any]": RelaxationStep);

record! {
    /// How many agents were eligible, and how many each rule turned away: each agent by the first rule that failed.
    Tally(deskmatch::Tally) {
        /// Agents that could have had the ticket.
        eligible (eligible): u32,
        /// Agents that are not online, or not on this channel.
        presence (presence): u32 = |it: &deskmatch::Tally| it.denied_by(Rule::Presence),
        /// Agents that are not on shift.
        shift (shift): u32 = |it: &deskmatch::Tally| it.denied_by(Rule::Shift),
        /// Agents that do not serve the queue, or not yet.
        queue (queue): u32 = |it: &deskmatch::Tally| it.denied_by(Rule::Queue),
        /// Agents that may not work on the channel.
        channel (channel): u32 = |it: &deskmatch::Tally| it.denied_by(Rule::Channel),
        /// Agents without room.
        capacity (capacity): u32 = |it: &deskmatch::Tally| it.denied_by(Rule::Capacity),
        /// Agents that lack a required skill, or its level.
        skill (skill): u32 = |it: &deskmatch::Tally| it.denied_by(Rule::Skill),
        /// Agents that do not meet the queue's condition.
        attribute (attribute): u32 = |it: &deskmatch::Tally| it.denied_by(Rule::Attribute),
        /// Agents that the ticket excludes.
        excluded (excluded): u32 = |it: &deskmatch::Tally| it.denied_by(Rule::Excluded),
        /// Agents that have declined the ticket.
        declined (declined): u32 = |it: &deskmatch::Tally| it.denied_by(Rule::Declined),
        /// Agents for whom the ticket is not reserved.
        reserved (reserved): u32 = |it: &deskmatch::Tally| it.denied_by(Rule::Reserved),
        /// Agents that have had all they may have in the window.
        rate (rate): u32 = |it: &deskmatch::Tally| it.denied_by(Rule::Rate),
    }
}

record! {
    /// How one agent stands towards one ticket.
    AgentStanding(deskmatch::AgentStanding) {
        /// The agent.
        agent (agent): AgentId,
        /// `chosen`, `outranked` or `denied`.
        standing (standing): Word = |it: &deskmatch::AgentStanding| match it.standing {
            Standing::Chosen => "chosen",
            Standing::Outranked { .. } => "outranked",
            Standing::Denied { .. } => "denied",
        },
        /// Who outranks it, if somebody does.
        by (by): Option<AgentId> = |it: &deskmatch::AgentStanding| match &it.standing {
            Standing::Outranked { by, .. } => Some(by.clone()),
            Standing::Chosen | Standing::Denied { .. } => None,
        },
        /// What puts the other one first: a factor, `preferred`, `tie`, `order`, `holder` or `custom`.
        on (on): Option<SmolStr> = |it: &deskmatch::AgentStanding| match &it.standing {
            Standing::Outranked { on, .. } => Some(on.clone()),
            Standing::Chosen | Standing::Denied { .. } => None,
        },
        /// Why it may not have the ticket, if it may not.
        denial (denial): Option<deskmatch::Denial> = |it: &deskmatch::AgentStanding| match &it.standing {
            Standing::Denied { denial } => Some(denial.clone()),
            Standing::Chosen | Standing::Outranked { .. } => None,
        },
        /// The terms of its score, in the order of the strategy; none for an agent that was denied.
        terms (terms): Vec<deskmatch::Term>,
    }

    /// In words.
    fn __str__(&self) -> PyResult<String> {
        guard(|| Ok(self.0.to_string()))
    }
}

record! {
    /// A change to an agent, a ticket or the time that would help a waiting ticket.
    Change(deskmatch::Change) {
        /// What changes: `come_online`, `start_shift`, `serve_queue`, `wait_for_delay`, `work_on_channel`, `free_units`,
        /// `free_channel_slot`, `have_skill`, `meet_agent_condition`, `lift_exclusion`, `lift_decline`, `lift_reservation` or
        /// `wait_for_rate`.
        change (change): Word = |it: &Changed| match it {
            Changed::ComeOnline => "come_online",
            Changed::StartShift { .. } => "start_shift",
            Changed::ServeQueue { .. } => "serve_queue",
            Changed::WaitForDelay { .. } => "wait_for_delay",
            Changed::WorkOnChannel => "work_on_channel",
            Changed::FreeUnits { .. } => "free_units",
            Changed::FreeChannelSlot => "free_channel_slot",
            Changed::HaveSkill { .. } => "have_skill",
            Changed::MeetAgentCondition => "meet_agent_condition",
            Changed::LiftExclusion => "lift_exclusion",
            Changed::LiftDecline { .. } => "lift_decline",
            Changed::LiftReservation { .. } => "lift_reservation",
            Changed::WaitForRate { .. } => "wait_for_rate",
        },
        /// When it comes by itself, if it does.
        at (at): Option<Timestamp> = |it: &Changed| match it {
            Changed::StartShift { at } | Changed::LiftDecline { at } | Changed::LiftReservation { at } => *at,
            Changed::WaitForRate { at } => Some(*at),
            _ => None,
        },
        /// The queue to be served.
        queue (queue): Option<QueueId> = |it: &Changed| match it {
            Changed::ServeQueue { queue } => Some(queue.clone()),
            _ => None,
        },
        /// How long to wait, in milliseconds.
        wait (wait): Option<Span> = |it: &Changed| match it {
            Changed::WaitForDelay { wait } => Some(*wait),
            _ => None,
        },
        /// The fewest units that help somebody.
        units (units): Option<u32> = |it: &Changed| match it {
            Changed::FreeUnits { units } => Some(*units),
            _ => None,
        },
        /// The skill.
        skill (skill): Option<SkillId> = |it: &Changed| match it {
            Changed::HaveSkill { skill, .. } => Some(skill.clone()),
            _ => None,
        },
        /// The level that the ticket asks for.
        level (level): Option<u8> = |it: &Changed| match it {
            Changed::HaveSkill { level, .. } => Some(*level),
            _ => None,
        },
        /// The highest level among the agents that lack only this.
        best (best): Option<u8> = |it: &Changed| match it {
            Changed::HaveSkill { best, .. } => Some(*best),
            _ => None,
        },
    }

    /// In words.
    fn __str__(&self) -> PyResult<String> {
        guard(|| Ok(self.0.to_string()))
    }
}

record! {
    /// Something that is to come in a ticket's life if nothing else happens.
    Moment(deskmatch::Moment) {
        /// When; none for a step that waits for a condition.
        at (at): Option<Timestamp>,
        /// What: `queued`, `step`, `shown`, `offer_expires`, `decline_ends`, `preference_ends`, `target_warning` or
        /// `target_missed`.
        occasion (occasion): Word = |it: &deskmatch::Moment| match it.occasion {
            Occasion::Queued => "queued",
            Occasion::Step { .. } => "step",
            Occasion::Shown { .. } => "shown",
            Occasion::OfferExpires { .. } => "offer_expires",
            Occasion::DeclineEnds { .. } => "decline_ends",
            Occasion::PreferenceEnds { .. } => "preference_ends",
            Occasion::TargetWarning { .. } => "target_warning",
            Occasion::TargetMissed { .. } => "target_missed",
        },
        /// The relaxation step: its place in the queue's list, from 0.
        step (step): Option<u8> = |it: &deskmatch::Moment| match &it.occasion {
            Occasion::Step { step, .. } => Some(*step),
            _ => None,
        },
        /// What the step does, as the policy says it.
        effect (effect): Option<RelaxationStep> = |it: &deskmatch::Moment| match &it.occasion {
            Occasion::Step { effect, .. } => Some((**effect).clone()),
            _ => None,
        },
        /// The delay of the agents that are shown the ticket, in milliseconds.
        delay (delay): Option<Span> = |it: &deskmatch::Moment| match &it.occasion {
            Occasion::Shown { delay } => Some(*delay),
            _ => None,
        },
        /// Whose offer, decline or preference ends.
        agent (agent): Option<AgentId> = |it: &deskmatch::Moment| match &it.occasion {
            Occasion::OfferExpires { agent } | Occasion::DeclineEnds { agent } | Occasion::PreferenceEnds { agent } => {
                Some(agent.clone())
            }
            _ => None,
        },
        /// The service target.
        target (target): Option<SmolStr> = |it: &deskmatch::Moment| match &it.occasion {
            Occasion::TargetWarning { target, .. } | Occasion::TargetMissed { target, .. } => Some(target.clone()),
            _ => None,
        },
        /// What the target promises.
        kind (kind): Option<TargetKind> = |it: &deskmatch::Moment| match &it.occasion {
            Occasion::TargetWarning { kind, .. } | Occasion::TargetMissed { kind, .. } => Some(*kind),
            _ => None,
        },
    }
}

record! {
    /// Why nothing came of a command that was understood. That is an answer, not an error.
    Refusal(deskmatch::Refusal) {
        /// `not_eligible`, `already_held` or `nothing_to_pull`.
        type_ (type): Word = |it: &deskmatch::Refusal| match it {
            deskmatch::Refusal::NotEligible { .. } => "not_eligible",
            deskmatch::Refusal::AlreadyHeld { .. } => "already_held",
            deskmatch::Refusal::NothingToPull { .. } => "nothing_to_pull",
        },
        /// The ticket, if one was named.
        ticket (ticket): Option<TicketId> = |it: &deskmatch::Refusal| match it {
            deskmatch::Refusal::NotEligible { ticket, .. } | deskmatch::Refusal::AlreadyHeld { ticket, .. } => {
                Some(ticket.clone())
            }
            deskmatch::Refusal::NothingToPull { .. } => None,
        },
        /// The agent that was refused, where the rules refuse it.
        agent (agent): Option<AgentId> = |it: &deskmatch::Refusal| match it {
            deskmatch::Refusal::NotEligible { agent, .. } | deskmatch::Refusal::NothingToPull { agent } => {
                Some(agent.clone())
            }
            deskmatch::Refusal::AlreadyHeld { .. } => None,
        },
        /// The first rule that says so.
        denial (denial): Option<deskmatch::Denial> = |it: &deskmatch::Refusal| match it {
            deskmatch::Refusal::NotEligible { denial, .. } => Some(denial.clone()),
            deskmatch::Refusal::AlreadyHeld { .. } | deskmatch::Refusal::NothingToPull { .. } => None,
        },
        /// Who holds the ticket already.
        by (by): Option<AgentId> = |it: &deskmatch::Refusal| match it {
            deskmatch::Refusal::AlreadyHeld { by, .. } => Some(by.clone()),
            deskmatch::Refusal::NotEligible { .. } | deskmatch::Refusal::NothingToPull { .. } => None,
        },
    }

    /// In words.
    fn __str__(&self) -> PyResult<String> {
        guard(|| Ok(self.0.to_string()))
    }
}

pub(crate) const CLASSES: &[ClassInfo] =
    &[Tally::CLASS, AgentStanding::CLASS, Change::CLASS, Moment::CLASS, Refusal::CLASS];

//! What will happen to a waiting ticket if nothing else does.

use crate::engine::desk::Desk;
use crate::engine::timers::NEVER;
use crate::event::Exclusion;
use crate::id::AgentId;
use crate::order;
use crate::policy::{RelaxationStep, TargetKind};
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// Something that is to come in a ticket's life.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Moment {
    /// When; `None` for a step that waits for a condition.
    pub at: Option<Timestamp>,
    /// What.
    #[serde(flatten)]
    pub occasion: Occasion,
}

/// What is to come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "occasion", rename_all = "snake_case")]
pub enum Occasion {
    /// The ticket enters its queue.
    Queued,
    /// A relaxation step is taken.
    Step {
        /// Its place in the queue's list, from 0.
        step: u8,
        /// What it does.
        effect: Box<RelaxationStep>,
    },
    /// Agents with this delay are shown the ticket.
    Shown {
        /// The delay.
        delay: Span,
    },
    /// An offer runs out.
    OfferExpires {
        /// Whose.
        agent: AgentId,
    },
    /// A decline no longer counts.
    DeclineEnds {
        /// Whose.
        agent: AgentId,
    },
    /// A preference or reservation ends.
    PreferenceEnds {
        /// Whose.
        agent: AgentId,
    },
    /// A service target is warned of.
    TargetWarning {
        /// The target.
        target: SmolStr,
        /// What it promises.
        kind: TargetKind,
    },
    /// A service target is missed.
    TargetMissed {
        /// The target.
        target: SmolStr,
        /// What it promised.
        kind: TargetKind,
    },
}

impl Desk {
    /// What is to come for a ticket, in order; steps that wait for a condition last.
    pub(crate) fn timeline(&self, slot: u32) -> Vec<Moment> {
        let ticket = &self.tickets[slot];
        let mut moments = Vec::new();
        let mut add = |at: i64, occasion: Occasion| {
            moments.push(Moment { at: (at != NEVER).then_some(Timestamp(at)), occasion })
        };
        let terms = &self.compiled.queues[usize::from(ticket.queue)];
        let is_scheduled = ticket.state == crate::state::TicketState::Scheduled;
        if is_scheduled {
            add(ticket.origin, Occasion::Queued);
        }
        if ticket.is_sought() || is_scheduled {
            for (index, step) in
                terms.steps.iter().enumerate().filter(|(index, _)| ticket.steps >> index & 1 == 0)
            {
                let at = step.after.map_or(NEVER, |after| ticket.origin + after);
                add(at, Occasion::Step { step: index as u8, effect: Box::new(step.policy.clone()) });
            }
            for delay in self.index.queues[usize::from(ticket.queue)]
                .delays
                .keys()
                .filter(|delay| ticket.origin + **delay > self.clock)
            {
                add(ticket.origin + delay, Occasion::Shown { delay: Span::millis(*delay) });
            }
            for offer in &ticket.extra().offers {
                add(offer.until, Occasion::OfferExpires { agent: self.agents[offer.agent].id().clone() });
            }
            for declined in ticket.extra().declined.iter().filter(|declined| self.still_declines(declined)) {
                if let Exclusion::Until(until) = declined.until {
                    add(until.0, Occasion::DeclineEnds { agent: declined.agent.clone() });
                }
            }
            for preferred in &ticket.extra().preferred {
                if let Some(until) = preferred.until.filter(|until| until.0 > self.clock) {
                    add(until.0, Occasion::PreferenceEnds { agent: preferred.agent.clone() });
                }
            }
        }
        for mark in self.open_targets(ticket) {
            let target = &self.compiled.targets[usize::from(mark.target)];
            let (name, kind) = (target.name.clone(), target.policy.kind);
            if let Some(at) = self.target_warning(ticket, mark).filter(|_| !mark.warned) {
                add(at, Occasion::TargetWarning { target: name.clone(), kind });
            }
            if let Some(at) = self.target_due(ticket, mark) {
                add(at, Occasion::TargetMissed { target: name, kind });
            }
        }
        order::sort_by_key(&mut moments, |moment| (moment.at.is_none(), moment.at));
        moments
    }
}

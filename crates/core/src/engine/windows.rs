//! Opening batch windows: at once when a ticket of a batched queue waits that somebody may take, and only then.
//!
//! As in dispatch, before a command no such ticket was without a window. So only tickets that became assignable and agents
//! that gained something need a look, and a ticket that nobody may take wakes nobody.

use super::desk::Desk;
use super::records::{NONE, TicketRecord};
use super::session::Session;
use super::timers::NEVER;
use crate::error::Error;
use crate::event::EventBody;
use crate::state::TicketState;

/// What may have given a batched queue a ticket that can go out, since windows were last opened.
#[derive(Clone, Default)]
pub(crate) struct Causes {
    tickets: Vec<u32>,
    agents: Vec<u32>,
    /// Whether everything is to be looked at.
    all: bool,
}

impl Causes {
    /// Notes tickets that became assignable and agents that gained something, or every agent.
    pub(crate) fn note(&mut self, tickets: &[u32], agents: &[u32], everyone: bool) {
        self.tickets.extend_from_slice(tickets);
        self.all |= everyone;
        if !everyone {
            self.agents.extend_from_slice(agents);
        }
    }

    /// Notes that everything is to be looked at.
    pub(crate) fn note_all(&mut self) {
        self.all = true;
    }

    pub(crate) fn clear(&mut self) {
        self.tickets.clear();
        self.agents.clear();
        self.all = false;
    }
}

impl Session<'_> {
    /// Opens the windows of batched queues in which a ticket waits that somebody may take now.
    pub(crate) fn open_windows(&mut self) -> Result<(), Error> {
        let causes = std::mem::take(&mut self.desk.pending.windows);
        let mut queues = self.desk.queues_to_open(&causes);
        queues.sort_unstable();
        queues.dedup();
        for queue in queues {
            let terms = &self.desk.compiled.queues[usize::from(queue)];
            if let Some(window) = terms.batch_window() {
                let (queue, until) = (terms.id.clone(), self.now.after(window));
                self.emit(EventBody::WindowOpened { queue, until })?;
            }
        }
        Ok(())
    }
}

impl Desk {
    /// The queues without a window that need one, perhaps more than once each.
    fn queues_to_open(&mut self, causes: &Causes) -> Vec<u16> {
        let mut queues = Vec::new();
        let mut candidates = Vec::new();
        for slot in &causes.tickets {
            let Some(ticket) = self.tickets.get(*slot).filter(|ticket| self.wants_window(ticket)) else {
                continue;
            };
            let queue = ticket.queue;
            self.candidates(*slot, &mut candidates);
            if !candidates.is_empty() {
                queues.push(queue);
            }
        }
        if causes.agents.is_empty() && !causes.all {
            return queues;
        }
        self.flush_fresh();
        for (lane, demand) in self.index.demands.iter() {
            let queue = demand.key.queue();
            if demand.waiting.is_empty() || !self.has_closed_window(queue) || queues.contains(&queue) {
                continue;
            }
            let takers: Vec<u32> = if causes.all {
                self.index.known.iter().filter(|agent| self.takes(*agent, lane)).collect()
            } else {
                causes.agents.iter().copied().filter(|agent| self.takes(*agent, lane)).collect()
            };
            let goes_to = |ticket: &TicketRecord| {
                takers.iter().any(|agent| self.is_shown(ticket, &demand.key, &self.agents[*agent]))
            };
            let mut waiting = demand.waiting.values().map(|slot| &self.tickets[*slot]);
            if !takers.is_empty() && waiting.any(|ticket| self.wants_window(ticket) && goes_to(ticket)) {
                queues.push(queue);
            }
        }
        queues
    }

    /// Whether a ticket waits for a plan that is not to come yet. A plan is for tickets without an offer.
    fn wants_window(&self, ticket: &TicketRecord) -> bool {
        ticket.state == TicketState::Waiting && ticket.lane != NONE && self.has_closed_window(ticket.queue)
    }

    fn has_closed_window(&self, queue: u16) -> bool {
        self.windows[usize::from(queue)] == NEVER
            && self.compiled.queues[usize::from(queue)].batch_window().is_some()
    }
}

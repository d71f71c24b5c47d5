//! Taking back what a command has done so far.
//!
//! Kept only where a command may fail half-way or is only being tried: before a record is changed for the first time, its
//! old content is put aside.

use super::desk::Desk;
use super::names::{Names, hash_text};
use super::records::{AgentRecord, NONE, TicketRecord};
use super::timers::{NEVER, Wake};
use crate::id::{AgentId, RequesterId};
use crate::state::TicketState;
use std::collections::BTreeMap;

#[derive(Clone)]
pub(crate) struct Journal {
    tickets: BTreeMap<u32, Option<Box<TicketRecord>>>,
    agents: BTreeMap<u32, Option<Box<AgentRecord>>>,
    /// Agents that were only looked at again because time had passed.
    looked_at: Vec<u32>,
    requesters: Vec<(RequesterId, Option<AgentId>)>,
    windows: Vec<i64>,
    seq: u64,
    arrivals: u64,
    forgotten: [u64; 2],
    clock: i64,
    skills: usize,
    /// The whole state, for the one command that changes everything.
    whole: Option<Box<Desk>>,
}

impl Journal {
    #[cold]
    fn note_new_ticket(&mut self, slot: u32) {
        self.tickets.entry(slot).or_insert(None);
    }
}

impl Desk {
    pub(crate) fn begin_journal(&mut self) {
        self.journal = Some(Journal {
            tickets: BTreeMap::new(),
            agents: BTreeMap::new(),
            looked_at: Vec::new(),
            requesters: Vec::new(),
            windows: self.windows.clone(),
            seq: self.seq,
            arrivals: self.arrivals,
            forgotten: self.forgotten,
            clock: self.clock,
            skills: self.skills.len(),
            whole: None,
        });
    }

    /// Puts the whole state aside. O(state).
    pub(crate) fn journal_everything(&mut self) {
        if let Some(mut journal) = self.journal.take() {
            if journal.whole.is_none() && journal.tickets.is_empty() && journal.agents.is_empty() {
                journal.whole = Some(Box::new(self.clone()));
            }
            self.journal = Some(journal);
        }
    }

    #[inline]
    pub(crate) fn touch_ticket(&mut self, slot: u32) {
        if self.journal.is_some() {
            self.put_ticket_aside(slot);
        }
    }

    #[inline]
    pub(crate) fn touch_agent(&mut self, slot: u32) {
        if self.journal.is_some() {
            self.put_agent_aside(slot);
        }
    }

    #[inline]
    pub(crate) fn touch_new_ticket(&mut self, slot: u32) {
        if let Some(journal) = &mut self.journal {
            journal.note_new_ticket(slot);
        }
    }

    pub(crate) fn touch_new_agent(&mut self, slot: u32) {
        if let Some(journal) = &mut self.journal {
            journal.agents.entry(slot).or_insert(None);
        }
    }

    pub(crate) fn touch_requester(&mut self, requester: &RequesterId) {
        if let Some(journal) = &mut self.journal {
            journal.requesters.push((requester.clone(), self.requesters.get(requester).cloned()));
        }
    }

    // Most commands keep no journal: what one takes is kept out of their way, so that their own code stays together.

    #[cold]
    fn put_ticket_aside(&mut self, slot: u32) {
        if let Some(journal) = &mut self.journal {
            journal.tickets.entry(slot).or_insert_with(|| self.tickets.get(slot).cloned().map(Box::new));
        }
    }

    #[cold]
    fn put_agent_aside(&mut self, slot: u32) {
        if let Some(journal) = &mut self.journal {
            journal.agents.entry(slot).or_insert_with(|| self.agents.get(slot).cloned().map(Box::new));
        }
    }

    pub(crate) fn note_look(&mut self, agent: u32) {
        if let Some(journal) = &mut self.journal {
            journal.looked_at.push(agent);
        }
    }

    /// Takes back everything since the journal began.
    pub(crate) fn roll_back(&mut self) {
        let Some(journal) = self.journal.take() else { return };
        self.answers.drop_open();
        if let Some(whole) = journal.whole {
            *self = *whole;
            self.journal = None;
            self.pending.clear();
            return;
        }
        self.clock = journal.clock;
        self.seq = journal.seq;
        self.arrivals = journal.arrivals;
        self.forgotten = journal.forgotten;
        self.skills.truncate(journal.skills);
        for (requester, agent) in journal.requesters.into_iter().rev() {
            match agent {
                Some(agent) => self.requesters.insert(requester, agent),
                None => self.requesters.remove(&requester),
            };
        }
        for (queue, until) in journal.windows.into_iter().enumerate() {
            self.set_window(queue as u16, until);
        }
        let agents: Vec<AgentId> =
            journal.agents.values().flatten().map(|agent| agent.id().clone()).collect();
        for slot in journal.tickets.keys() {
            self.withdraw_ticket(*slot);
        }
        for (slot, old) in journal.agents {
            self.put_back_agent(slot, old);
        }
        for slot in journal.looked_at {
            if self.agents.get(slot).is_some() {
                self.index_availability(slot);
            }
        }
        for (slot, old) in journal.tickets {
            self.put_back_ticket(slot, old);
        }
        for agent in agents {
            self.reindex_watched_by_time(&agent);
        }
        self.pending.clear();
    }

    /// Takes a ticket out of the index altogether, as it is now.
    fn withdraw_ticket(&mut self, slot: u32) {
        if self.tickets.get(slot).is_none() {
            return;
        }
        self.unindex_ticket(slot);
        let ticket = &mut self.tickets[slot];
        let timer = std::mem::replace(&mut ticket.timer, NEVER);
        self.index.timers.reset(Wake::Ticket { arrival: ticket.arrival, slot }, timer, NEVER);
        self.index.counts[ticket.state as usize] -= 1;
        if ticket.state == TicketState::Waiting {
            self.index.queues[usize::from(ticket.queue)].waiting -= 1;
        }
    }

    fn put_back_ticket(&mut self, slot: u32, old: Option<Box<TicketRecord>>) {
        let current = self.tickets.get(slot).map(|ticket| ticket.id.clone());
        let Some(old) = old else {
            if let Some(id) = current {
                self.ticket_table.remove(hash_text(id.as_str()), slot);
                self.tickets.remove(slot);
            }
            return;
        };
        let id = old.id.clone();
        if let Some(current) = current.as_ref().filter(|current| **current != id) {
            // The slot was given up and used again.
            self.ticket_table.remove(hash_text(current.as_str()), slot);
        }
        self.tickets.put_back(slot, TicketRecord { lane: NONE, timer: NEVER, ..*old });
        if current.as_ref() != Some(&id) {
            self.ticket_table.insert(hash_text(id.as_str()), slot);
        }
        let ticket = &self.tickets[slot];
        self.index.counts[ticket.state as usize] += 1;
        if ticket.state == TicketState::Waiting {
            self.index.queues[usize::from(ticket.queue)].waiting += 1;
        }
        self.index_ticket(slot);
    }

    fn put_back_agent(&mut self, slot: u32, old: Option<Box<AgentRecord>>) {
        let current = self.agents.get(slot).map(|agent| agent.id().clone());
        if let Some(id) = &current {
            self.unindex_agent(slot);
            if old.as_ref().is_none_or(|old| old.id() != id) {
                self.agent_table.remove(hash_text(id.as_str()), slot);
            }
        }
        let Some(old) = old else {
            self.agents.remove(slot);
            return;
        };
        let id = old.id().clone();
        self.agents.put_back(slot, AgentRecord { timer: NEVER, ..*old });
        if current.as_ref() != Some(&id) {
            self.agent_table.insert(hash_text(id.as_str()), slot);
        }
        self.index_agent(slot);
    }
}

impl Names {
    /// Forgets the texts that came last.
    pub(crate) fn truncate(&mut self, length: usize) {
        while self.len() > length {
            self.pop();
        }
    }
}

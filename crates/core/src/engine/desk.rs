//! Everything the engine knows: tickets, agents, the policy, and the indexes that make decisions fast.
//!
//! The first part of [`Desk`] is the state: what events change, what snapshots hold and digests cover. The second part,
//! [`Index`], is derived from the state and the clock; it can be thrown away and made again.

use super::answers::Answers;
use super::bitset::BitSet;
use super::compiled::Compiled;
use super::demand::Demands;
use super::journal::Journal;
use super::names::{Names, hash_text};
use super::records::{AgentRecord, NONE, OrderKey, TicketRecord};
use super::rota::Rota;
use super::slab::Slab;
use super::table::SlotTable;
use super::timers::{NEVER, Timers};
use super::windows::Causes;
use crate::id::{AgentId, RequesterId};
use crate::order;
use crate::state::TicketState;
use crate::strategy::ranking::RotaKind;
use smallvec::SmallVec;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) compiled: Arc<Compiled>,
    pub(crate) skills: Names,
    pub(crate) agents: Slab<AgentRecord>,
    pub(crate) agent_table: SlotTable,
    pub(crate) tickets: Slab<TicketRecord>,
    pub(crate) ticket_table: SlotTable,
    /// The number of the last event.
    pub(crate) seq: u64,
    /// How many tickets were ever submitted.
    pub(crate) arrivals: u64,
    /// Closed and cancelled tickets that are no longer known.
    pub(crate) forgotten: [u64; 2],
    /// When each queue's batch window settles.
    pub(crate) windows: Vec<i64>,
    /// The last agent of each requester, where a queue wants to know.
    pub(crate) requesters: BTreeMap<RequesterId, AgentId>,
    pub(crate) answers: Answers,
    /// The last moment seen.
    pub(crate) clock: i64,
    pub(crate) index: Index,
    pub(crate) pending: Pending,
    pub(crate) journal: Option<Journal>,
    /// Whether the events applied are our own, made from checked commands.
    pub(crate) trusted: bool,
    pub(crate) about: About,
    /// The ticket submitted last.
    pub(crate) newest: u32,
}

/// What the event being applied is about, where we know it because the event is our own.
#[derive(Clone, Copy, Default)]
pub(crate) struct About {
    pub(crate) ticket: Option<u32>,
    pub(crate) agent: Option<u32>,
    pub(crate) queue: Option<u16>,
}

/// What is derived from the state and the clock.
#[derive(Clone, Default)]
pub(crate) struct Index {
    pub(crate) known: BitSet,
    /// The bits of each agent's skills, side by side, so that most agents without a skill are told without a look at them.
    pub(crate) skill_bits: Vec<u64>,
    /// What factors read of the agents' attributes: a column for each that [`Compiled`] lists, by slot.
    pub(crate) numbers: Vec<Vec<Option<i64>>>,
    /// The agent that each ticket was assigned to last, by slot, apart from the ticket so that both can be asked for at once.
    pub(crate) holders: Vec<u32>,
    pub(crate) shift: BitSet,
    pub(crate) rate: BitSet,
    pub(crate) channels: Vec<ChannelSets>,
    pub(crate) queues: Vec<QueueIndex>,
    pub(crate) demands: Demands,
    pub(crate) rotas: Vec<(RotaKind, Rota)>,
    pub(crate) timers: Timers,
    /// Waiting tickets that look at an agent's presence, by agent.
    pub(crate) watches: BTreeMap<AgentId, BTreeSet<u32>>,
    /// Tickets in each state.
    pub(crate) counts: [u64; TicketState::ALL.len()],
    /// A ticket that waits but is not yet among the others of its demand: it may be gone at once.
    pub(crate) fresh: Option<u32>,
}

impl Index {
    pub(crate) fn note_skills(&mut self, slot: u32, bits: u64) {
        put(&mut self.skill_bits, slot, bits);
    }

    pub(crate) fn note_holder(&mut self, slot: u32, agent: u32) {
        put(&mut self.holders, slot, agent);
    }

    pub(crate) fn note_numbers(&mut self, slot: u32, numbers: impl Iterator<Item = Option<i64>>) {
        for (column, number) in self.numbers.iter_mut().zip(numbers) {
            put(column, slot, number);
        }
    }
}

fn put<T: Clone + Default>(column: &mut Vec<T>, slot: u32, value: T) {
    let slot = slot as usize;
    if column.len() <= slot {
        column.resize(slot + 1, T::default());
    }
    column[slot] = value;
}

/// Agents by what one channel is to them.
#[derive(Clone, Default)]
pub(crate) struct ChannelSets {
    pub(crate) present: BitSet,
    pub(crate) allowed: BitSet,
    pub(crate) room: BitSet,
    /// Present, allowed, on shift and within their rate.
    pub(crate) willing: BitSet,
    /// Willing, with room for a ticket of the channel's own cost.
    pub(crate) ready: BitSet,
}

#[derive(Clone, Default)]
pub(crate) struct QueueIndex {
    pub(crate) members: BitSet,
    /// The delays of its agents, and how many agents have each.
    pub(crate) delays: BTreeMap<i64, u32>,
    /// The first waiting ticket of each demand.
    pub(crate) heads: BTreeMap<OrderKey, Head>,
    /// Tickets in the state `waiting`.
    pub(crate) waiting: u32,
}

/// The demand of a waiting ticket that is the first of its demand, and one thing it asks, so that most agents that cannot
/// have it are told without a look at the demand.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    pub(crate) lane: u32,
    pub(crate) skill: u16,
    pub(crate) level: u8,
}

/// What changed since the last dispatch.
#[derive(Clone, Default)]
pub(crate) struct Pending {
    /// Tickets that became assignable.
    pub(crate) tickets: SmallVec<[u32; 4]>,
    /// Agents that gained room or anything else that lets them take more.
    pub(crate) agents: SmallVec<[u32; 4]>,
    /// Whether every agent may have gained.
    pub(crate) everyone: bool,
    /// Whether agents were lost, so that steps that wait for nobody may be due.
    pub(crate) lost: bool,
    /// The number of the last event before what is being done now: the command itself, or what time brought due.
    pub(crate) cause: u64,
    /// What may have to open a batch window.
    pub(crate) windows: Causes,
}

impl Pending {
    pub(crate) fn clear(&mut self) {
        self.tickets.clear();
        self.agents.clear();
        self.everyone = false;
        self.lost = false;
        self.windows.clear();
    }
}

impl Desk {
    /// Puts tickets in the order in which they came.
    pub(crate) fn sort_by_arrival(&self, slots: &mut [u32]) {
        order::sort_by_key(slots, |slot| self.tickets[*slot].arrival);
    }

    pub(crate) fn new(compiled: Arc<Compiled>) -> Desk {
        let mut desk = Desk {
            skills: Names::default(),
            agents: Slab::default(),
            agent_table: SlotTable::default(),
            tickets: Slab::default(),
            ticket_table: SlotTable::default(),
            seq: 0,
            arrivals: 0,
            forgotten: [0; 2],
            windows: vec![NEVER; compiled.queues.len()],
            requesters: BTreeMap::new(),
            answers: Answers::new(compiled.policy.limits.requests),
            clock: i64::MIN,
            index: Index::default(),
            pending: Pending::default(),
            journal: None,
            trusted: false,
            about: About::default(),
            newest: NONE,
            compiled,
        };
        desk.rebuild_index();
        desk
    }

    pub(crate) fn agent_slot(&self, id: &str) -> Option<u32> {
        self.agent_table.find(hash_text(id), |slot| self.agents[slot].id().as_str() == id)
    }

    pub(crate) fn ticket_slot(&self, id: &str) -> Option<u32> {
        self.ticket_table.find(hash_text(id), |slot| {
            self.call_ticket(slot);
            self.tickets[slot].id.as_str() == id
        })
    }

    /// Asks for the lines of memory in which assignments and releases look an agent up. All of them are on their way at once then;
    /// each would be waited for alone where it is wanted.
    pub(crate) fn call_agent(&self, slot: u32) {
        self.agents.call(slot, 3);
        self.index.demands.lineups.call(slot);
    }

    /// Asks for the lines of memory of a ticket and of the agent that had it last.
    fn call_ticket(&self, slot: u32) {
        self.tickets.call(slot, 3);
        if let Some(agent) = self.index.holders.get(slot as usize) {
            self.call_agent(*agent);
        }
    }

    pub(crate) fn count(&self, state: TicketState) -> u64 {
        self.index.counts[state as usize]
    }

    pub(crate) fn open_tickets(&self) -> u64 {
        TicketState::ALL.into_iter().filter(|state| state.is_open()).map(|state| self.count(state)).sum()
    }

    /// Makes the whole index anew. O(agents + tickets).
    pub(crate) fn rebuild_index(&mut self) {
        let compiled = Arc::clone(&self.compiled);
        self.index = Index {
            channels: vec![ChannelSets::default(); compiled.channels.len()],
            queues: vec![QueueIndex::default(); compiled.queues.len()],
            rotas: compiled.rotas.iter().map(|kind| (*kind, Rota::default())).collect(),
            numbers: vec![Vec::new(); compiled.numbers.len()],
            ..Index::default()
        };
        for slot in self.agents.slots() {
            self.agents[slot].timer = NEVER;
            self.index_agent(slot);
        }
        for slot in self.tickets.slots() {
            let ticket = &mut self.tickets[slot];
            ticket.lane = NONE;
            ticket.timer = NEVER;
            self.index.note_holder(slot, ticket.holder);
            self.index.counts[ticket.state as usize] += 1;
            if ticket.state == TicketState::Waiting {
                self.index.queues[usize::from(ticket.queue)].waiting += 1;
            }
            self.index_ticket(slot);
        }
        for (queue, until) in self.windows.iter().enumerate() {
            self.index.timers.reset(super::timers::Wake::Queue { queue: queue as u16 }, NEVER, *until);
        }
        self.pending.clear();
    }
}

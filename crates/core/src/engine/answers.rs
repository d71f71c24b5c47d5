//! Answers to commands with request ids, so that sending one twice does it once.

use crate::event::{Event, EventBody};
use crate::hash::ContentHash;
use crate::id::RequestId;
use crate::rule::Refusal;
use std::collections::{BTreeMap, VecDeque};

/// What a command was answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Answer {
    pub(crate) command: ContentHash,
    pub(crate) refusal: Option<Refusal>,
    /// Its events, `answered` last.
    pub(crate) events: Vec<Event>,
}

/// The latest answers, up to a limit.
#[derive(Clone, Default)]
pub(crate) struct Answers {
    by_id: BTreeMap<RequestId, Answer>,
    order: VecDeque<RequestId>,
    /// Events of the request whose answer has not come yet.
    open: Vec<Event>,
    max: usize,
}

impl Answers {
    pub(crate) fn new(max: u32) -> Self {
        Self { max: max as usize, ..Self::default() }
    }

    pub(crate) fn get(&self, id: &RequestId) -> Option<&Answer> {
        self.by_id.get(id)
    }

    /// Takes note of an event of a request.
    pub(crate) fn note(&mut self, id: &RequestId, event: &Event) {
        self.open.push(event.clone());
        if let EventBody::Answered { command, refusal } = &event.body {
            let answer = Answer {
                command: *command,
                refusal: refusal.as_deref().cloned(),
                events: std::mem::take(&mut self.open),
            };
            if self.by_id.insert(id.clone(), answer).is_none() {
                self.order.push_back(id.clone());
            }
            self.limit(self.max as u32);
        }
    }

    /// Forgets the events of a request that came to nothing.
    pub(crate) fn drop_open(&mut self) {
        self.open.clear();
    }

    pub(crate) fn limit(&mut self, max: u32) {
        self.max = max as usize;
        while self.order.len() > self.max {
            if let Some(oldest) = self.order.pop_front() {
                self.by_id.remove(&oldest);
            }
        }
    }

    /// The answers, the oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&RequestId, &Answer)> {
        self.order.iter().filter_map(|id| self.by_id.get_key_value(id))
    }

    pub(crate) fn restore(&mut self, id: RequestId, answer: Answer) {
        if self.by_id.insert(id.clone(), answer).is_none() {
            self.order.push_back(id);
        }
    }
}

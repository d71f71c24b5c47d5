//! A digest of the state.

use super::desk::Desk;
use super::image::{AgentImage, TicketImage};
use super::timers::NEVER;
use crate::hash::{ContentHash, Digest};
use serde::Serialize;

impl Desk {
    /// A sum of hashes, one for each thing known, so that no order of keeping shows.
    pub(crate) fn digest(&self) -> Digest {
        let mut bytes = Vec::new();
        let mut sum = 0u128;
        let mut add = |kind: u8, thing: &dyn Fn(&mut Vec<u8>)| {
            bytes.clear();
            bytes.push(kind);
            thing(&mut bytes);
            sum = sum.wrapping_add(ContentHash::of_bytes(&bytes).0);
        };
        add(0, &|bytes| {
            write(bytes, &(self.compiled.hash.0.to_le_bytes(), self.seq, self.arrivals, self.forgotten));
        });
        for (queue, until) in self.windows.iter().enumerate().filter(|(_, until)| **until != NEVER) {
            add(1, &|bytes| write(bytes, &(self.compiled.queues[queue].id.as_str(), until)));
        }
        for (_, agent) in self.agents.iter() {
            add(2, &|bytes| write(bytes, &AgentImage::of(agent)));
        }
        for (_, ticket) in self.tickets.iter() {
            add(3, &|bytes| write(bytes, &TicketImage::of(self, ticket)));
        }
        for (requester, agent) in &self.requesters {
            add(4, &|bytes| write(bytes, &(requester.as_str(), agent.as_str())));
        }
        for (id, answer) in self.answers.iter() {
            add(5, &|bytes| {
                write(
                    bytes,
                    &(
                        id.as_str(),
                        answer.command.0.to_le_bytes(),
                        answer.events.first().map(|event| event.seq),
                    ),
                )
            });
        }
        ContentHash(sum)
    }
}

/// Plain data always has a binary form.
fn write(bytes: &mut Vec<u8>, thing: &impl Serialize) {
    if let Ok(written) = postcard::to_allocvec(thing) {
        bytes.extend_from_slice(&written);
    }
}

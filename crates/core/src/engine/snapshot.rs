//! Snapshots: the whole state as bytes.
//!
//! `DESKSNAP`, the version of the format (two bytes, little end first), a checksum of the rest (XXH3, eight bytes), then the
//! state in the postcard format with names in place of numbers. Whatever is read is checked before it is believed.

use super::answers::Answer;
use super::compiled::Compiled;
use super::desk::Desk;
use super::image::{AgentImage, TicketImage};
use super::timers::NEVER;
use super::{Engine, EngineBuilder};
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::hash::ContentHash;
use crate::order;
use crate::policy::{Limits, Policy};
use crate::rule::Refusal;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::Arc;

const MAGIC: &[u8; 8] = b"DESKSNAP";
const VERSION: u16 = 1;
const HEADER: usize = MAGIC.len() + 2 + 8;

#[derive(Serialize, Deserialize)]
struct Image {
    policy: String,
    seq: u64,
    arrivals: u64,
    forgotten: [u64; 2],
    clock: i64,
    windows: Vec<(SmolStr, i64)>,
    agents: Vec<AgentImage>,
    tickets: Vec<TicketImage>,
    requesters: Vec<(SmolStr, SmolStr)>,
    /// Request id, hash of the command, refusal and events in JSON.
    answers: Vec<(SmolStr, [u8; 16], String)>,
}

impl Engine {
    /// The whole state as bytes. Equal states written by the same version may differ in the order of their tickets. O(state).
    pub fn snapshot(&self) -> Vec<u8> {
        let desk = &self.desk;
        let answer =
            |answer: &Answer| serde_json::to_string(&(&answer.refusal, &answer.events)).unwrap_or_default();
        let windows = desk.windows.iter().enumerate().filter(|(_, until)| **until != NEVER);
        let image = Image {
            policy: serde_json::to_string(&*desk.compiled.policy).unwrap_or_default(),
            seq: desk.seq,
            arrivals: desk.arrivals,
            forgotten: desk.forgotten,
            clock: desk.clock,
            windows: windows
                .map(|(queue, until)| (desk.compiled.queues[queue].id.clone().into(), *until))
                .collect(),
            agents: desk.agents.iter().map(|(_, agent)| AgentImage::of(agent)).collect(),
            tickets: desk.tickets.iter().map(|(_, ticket)| TicketImage::of(desk, ticket)).collect(),
            requesters: desk
                .requesters
                .iter()
                .map(|(id, agent)| (id.clone().into(), agent.clone().into()))
                .collect(),
            answers: desk
                .answers
                .iter()
                .map(|(id, a)| (id.clone().into(), a.command.0.to_le_bytes(), answer(a)))
                .collect(),
        };
        let mut bytes = Vec::from(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&[0; 8]);
        let mut bytes = postcard::to_extend(&image, bytes).unwrap_or_default();
        if let Some((header, payload)) = bytes.split_at_mut_checked(HEADER) {
            header[HEADER - 8..].copy_from_slice(&xxhash_rust::xxh3::xxh3_64(payload).to_le_bytes());
        }
        bytes
    }

    /// The engine that wrote a snapshot, without strategies of the host.
    ///
    /// # Errors
    ///
    /// `invalid_snapshot` if the bytes are damaged or contradict themselves, `snapshot_version` if a later version wrote them,
    /// `unknown_strategy` if the policy needs a strategy of the host: see [`EngineBuilder::restore`].
    #[inline]
    pub fn restore(bytes: &[u8]) -> Result<Engine, Error> {
        Engine::builder(Policy::default()).restore(bytes)
    }
}

impl EngineBuilder {
    /// The engine that wrote a snapshot, with the strategies registered here. The policy is that of the snapshot.
    ///
    /// # Errors
    ///
    /// As [`Engine::restore`].
    #[inline]
    pub fn restore(self, bytes: &[u8]) -> Result<Engine, Error> {
        let image = read(bytes)?;
        let policy = Policy::from_json(&image.policy)
            .map_err(|error| flawed(format!("its policy is not valid: {error}")))?;
        let compiled = Compiled::new(Arc::new(policy))?;
        if let Some(name) = compiled
            .queues
            .iter()
            .filter_map(|queue| queue.custom.as_ref())
            .find(|name| self.registry.get(name).is_none())
        {
            return Err(super::choose::unknown_strategy(name));
        }
        let mut desk = Desk::new(Arc::new(compiled));
        desk.fill(image).map_err(flawed)?;
        Ok(Engine { desk, registry: self.registry })
    }
}

fn flawed(what: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidSnapshot, format!("the snapshot cannot be used: {what}"))
}

#[inline]
fn read(bytes: &[u8]) -> Result<Image, Error> {
    let (header, payload) = bytes.split_at_checked(HEADER).ok_or_else(|| flawed("it is too short"))?;
    if !header.starts_with(MAGIC) {
        return Err(flawed("it does not begin as one"));
    }
    let version = u16::from_le_bytes([header[8], header[9]]);
    if version != VERSION {
        let message = format!("the snapshot is of format {version}; this version reads format {VERSION}");
        return Err(Error::about(ErrorKind::SnapshotVersion, version, message));
    }
    if header[10..] != xxhash_rust::xxh3::xxh3_64(payload).to_le_bytes() {
        return Err(flawed("its checksum is wrong; it was damaged on the way"));
    }
    let (image, rest) = postcard::take_from_bytes(payload)
        .map_err(|error| flawed(format_args!("it cannot be read: {error}")))?;
    if rest.is_empty() { Ok(image) } else { Err(flawed("something follows it")) }
}

impl Desk {
    #[inline]
    fn fill(&mut self, image: Image) -> Result<(), String> {
        if image.clock != i64::MIN && !Timestamp(image.clock).is_valid() {
            return Err("its clock is out of range".into());
        }
        // A limit that was lowered later takes nothing away: what came in under the old one stays.
        let limits = Limits { agents: Limits::AGENTS_MAX, ..Limits::default() };
        let widest = Policy { limits, ..(*self.compiled.policy).clone() };
        if image.agents.len() > widest.limits.agents as usize {
            return Err("it has more agents than any policy allows".into());
        }
        self.seq = image.seq;
        self.arrivals = image.arrivals;
        self.forgotten = image.forgotten;
        for (queue, until) in image.windows {
            let queue =
                self.compiled.queue(&queue).ok_or("a batch window is of a queue that the policy has not")?;
            if !Timestamp(until).is_valid_end() {
                return Err("a batch window settles out of range".into());
            }
            self.windows[usize::from(queue)] = until;
        }
        for agent in image.agents {
            self.restore_agent(agent, &widest)?;
        }
        let mut arrivals = BTreeSet::new();
        for ticket in image.tickets {
            if !arrivals.insert(ticket.arrival()) {
                return Err("two tickets have the same number".into());
            }
            self.restore_ticket(ticket)?;
        }
        if arrivals.len() as u64 + self.forgotten[0].saturating_add(self.forgotten[1]) != self.arrivals {
            return Err("tickets are missing".into());
        }
        self.requesters =
            order::map(image.requesters.into_iter().map(|(id, agent)| (id.into(), agent.into())));
        for (id, command, json) in image.answers {
            let (refusal, events): (Option<Refusal>, Vec<Event>) = crate::by_value::text(&json)
                .map_err(|error| format!("an answer is not readable: {error}"))?;
            let command = ContentHash(u128::from_le_bytes(command));
            self.answers.restore(id.into(), Answer { command, refusal, events });
        }
        self.clock = image.clock;
        self.rebuild_index();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_bytes_are_refused() {
        let engine = Engine::new(Policy::default()).unwrap();
        let whole = engine.snapshot();
        assert_eq!(Engine::restore(&whole).unwrap().digest(), engine.digest());
        for length in 0..whole.len() {
            assert_eq!(
                Engine::restore(&whole[..length]).err().map(|error| error.kind()),
                Some(ErrorKind::InvalidSnapshot)
            );
        }
        for place in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[place] ^= 1;
            assert!(Engine::restore(&damaged).is_err(), "byte {place}");
        }
        let mut later = whole;
        later[8] = 99;
        assert_eq!(Engine::restore(&later).err().map(|error| error.kind()), Some(ErrorKind::SnapshotVersion));
    }
}

//! Reading commands.
//!
//! The common road reads a command straight from the tape. Whatever it does not take goes through the core's own reader of JSON
//! instead, which names every fault and its place; so both languages and all roads say the same of the same mistake.

use crate::error::{Answer, Failure};
use crate::tape::{Fault, Reader, from_bytes, to_json};
use deskmatch::{Command, Request};
use serde::Deserialize;

/// No command has more fields than this, `type` and `request_id` aside.
const FIELDS_MAX: usize = 6;

/// Reads a command from the bytes of one value.
pub(crate) fn read(bytes: &[u8]) -> Answer<Request> {
    let mut reader = Reader::new(bytes);
    match fast(&mut reader) {
        Ok(Some(request)) if reader.is_at_end() => Ok(request),
        _ => thorough(bytes),
    }
}

/// Reads the next command of several; the bytes are those of all.
pub(crate) fn read_next<'de>(reader: &mut Reader<'de>) -> Answer<Request> {
    let begin = *reader;
    match fast(reader) {
        Ok(Some(request)) => Ok(request),
        _ => {
            *reader = begin;
            let bytes = reader.take_value()?;
            thorough(bytes)
        }
    }
}

fn thorough(bytes: &[u8]) -> Answer<Request> {
    let text = to_json(bytes)?;
    deskmatch_documents::request(&text).map_err(|error| {
        let mut failure = Failure::from(error);
        if failure.path.is_none() {
            failure.path = failure.faults.first().map(|fault| fault.path.clone());
        }
        failure
    })
}

/// The fields of a command, by name and place.
struct Fields<'de> {
    list: [(&'de str, Reader<'de>); FIELDS_MAX],
    count: usize,
    taken: usize,
}

impl<'de> Fields<'de> {
    fn get<T: Deserialize<'de>>(&mut self, name: &str) -> Result<T, Fault> {
        let found = self.list[..self.count].iter_mut().find(|(key, _)| *key == name);
        let (_, reader) = found.ok_or_else(|| Fault::new("a field is missing"))?;
        self.taken += 1;
        T::deserialize(reader)
    }

    fn has(&self, name: &str) -> bool {
        self.list[..self.count].iter().any(|(key, _)| *key == name)
    }

    fn optional<T: Deserialize<'de>>(&mut self, name: &str) -> Result<Option<T>, Fault> {
        if self.has(name) { self.get(name) } else { Ok(None) }
    }
}

/// The command, `None` where the thorough road must look at it.
fn fast(reader: &mut Reader<'_>) -> Result<Option<Request>, Fault> {
    if reader.byte()? != crate::tape::OBJECT {
        return Ok(None);
    }
    let mut kind = None;
    let mut request_id = None;
    let mut fields = Fields { list: [("", *reader); FIELDS_MAX], count: 0, taken: 0 };
    while let Some(key) = reader.key()? {
        match key {
            "type" => kind = reader.text_value()?,
            "request_id" => request_id = Option::deserialize(&mut *reader)?,
            _ if fields.count == FIELDS_MAX => return Ok(None),
            _ => {
                fields.list[fields.count] = (key, *reader);
                fields.count += 1;
                reader.skip()?;
            }
        }
    }
    let Some(kind) = kind else { return Ok(None) };
    let Some(command) = command(kind, &mut fields)? else { return Ok(None) };
    Ok((fields.taken == fields.count).then_some(Request { request_id, command }))
}

fn command(kind: &str, fields: &mut Fields<'_>) -> Result<Option<Command>, Fault> {
    Ok(Some(match kind {
        "submit" => Command::Submit { ticket: Box::new(fields.get("ticket")?) },
        "add_agent" => Command::AddAgent { agent: Box::new(fields.get("agent")?) },
        "set_presence" => Command::SetPresence {
            agent: fields.get("agent")?,
            presence: fields.get("presence")?,
            channel: fields.optional("channel")?,
        },
        "cancel" => Command::Cancel { ticket: fields.get("ticket")? },
        "accept" => Command::Accept { ticket: fields.get("ticket")?, agent: fields.get("agent")? },
        "decline" => Command::Decline {
            ticket: fields.get("ticket")?,
            agent: fields.get("agent")?,
            ask_again_at: fields.optional("ask_again_at")?,
        },
        "pull" => Command::Pull { agent: fields.get("agent")?, queue: fields.optional("queue")? },
        "claim" => Command::Claim { ticket: fields.get("ticket")?, agent: fields.get("agent")? },
        "respond" => Command::Respond { ticket: fields.get("ticket")? },
        "pause" => Command::Pause { ticket: fields.get("ticket")? },
        "resume" => Command::Resume { ticket: fields.get("ticket")? },
        "resolve" => Command::Resolve { ticket: fields.get("ticket")? },
        "finish_wrap_up" => Command::FinishWrapUp { ticket: fields.get("ticket")? },
        "reopen" => Command::Reopen { ticket: fields.get("ticket")? },
        "requeue" => Command::Requeue { ticket: fields.get("ticket")?, reason: fields.optional("reason")? },
        "tick" => Command::Tick {},
        _ => return Ok(None),
    }))
}

/// Reads a policy: an object, or the text of a JSON document.
pub(crate) fn policy(bytes: &[u8]) -> Answer<deskmatch::Policy> {
    let text = match from_bytes::<&str>(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => to_json(bytes)?,
    };
    Ok(deskmatch_documents::policy(&text)?)
}

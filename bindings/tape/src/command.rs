//! Reading the commands that hosts send all the time.

use crate::{Fault, OBJECT, Reader};
use deskmatch::{Command, Request, Ticket};
use serde::Deserialize;

/// No command has more fields than this, `type` and `request_id` aside.
const FIELDS_MAX: usize = 6;

/// The moment before a command of a batch: `None` for the one of the call.
pub(crate) fn moment(reader: &mut Reader<'_>) -> Result<Option<i64>, Fault> {
    Option::deserialize(reader)
}

/// The fields of a command, by name and place.
struct Fields<'de> {
    list: [(&'de str, Reader<'de>); FIELDS_MAX],
    count: usize,
    taken: usize,
    /// The ticket of a `submit`, read where it stood.
    ticket: Option<Box<Ticket>>,
}

impl<'de> Fields<'de> {
    /// A reader at a field.
    fn reader(&mut self, name: &str) -> Result<Reader<'de>, Fault> {
        let found = self.list[..self.count].iter().find(|(key, _)| *key == name);
        let (_, reader) = found.ok_or_else(|| Fault::new("a field is missing"))?;
        self.taken += 1;
        Ok(*reader)
    }

    fn get<T: Deserialize<'de>>(&mut self, name: &str) -> Result<T, Fault> {
        T::deserialize(&mut self.reader(name)?)
    }

    fn has(&self, name: &str) -> bool {
        self.list[..self.count].iter().any(|(key, _)| *key == name)
    }

    fn optional<T: Deserialize<'de>>(&mut self, name: &str) -> Result<Option<T>, Fault> {
        if self.has(name) { self.get(name) } else { Ok(None) }
    }
}

/// Reads a command straight from the tape: `None` where a road that says what is wrong must look at it.
///
/// # Errors
///
/// Where the bytes are not of the form of a command.
// Inlined into the addon it would be compiled for size.
#[inline(never)]
pub fn request(reader: &mut Reader<'_>) -> Result<Option<Request>, Fault> {
    if reader.byte()? != OBJECT {
        return Ok(None);
    }
    let mut kind = None;
    let mut request_id = None;
    let mut fields = Fields { list: [("", *reader); FIELDS_MAX], count: 0, taken: 0, ticket: None };
    while let Some(key) = reader.key()? {
        match key {
            "type" => kind = reader.text_value()?,
            "request_id" => request_id = Option::deserialize(&mut *reader)?,
            // Most commands are these, and looking for the end of a ticket takes half as long as reading it.
            "ticket" if kind == Some("submit") && fields.ticket.is_none() => {
                fields.ticket = Some(ticket(reader)?);
            }
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
    let all_taken = fields.taken == fields.count && fields.ticket.is_none();
    Ok(all_taken.then_some(Request { request_id, command }))
}

/// One piece of code, for tickets that are read at once and those that wait for their command.
#[inline(never)]
fn ticket(reader: &mut Reader<'_>) -> Result<Box<Ticket>, Fault> {
    Ticket::deserialize(reader).map(Box::new)
}

fn command(kind: &str, fields: &mut Fields<'_>) -> Result<Option<Command>, Fault> {
    Ok(Some(match kind {
        "submit" => Command::Submit {
            ticket: match fields.ticket.take() {
                Some(ticket) => ticket,
                None => ticket(&mut fields.reader("ticket")?)?,
            },
        },
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

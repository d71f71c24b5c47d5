//! Tickets of the past and agents, given as values.

use crate::assign::list;
use crate::error::{Answer, Failure};
use deskmatch::{Agent, Fault};
use deskmatch_sim::{Error, PastTicket, Roster, TicketLog};
use deskmatch_tape::{LIST, NULL, Reader, Writer, from_bytes, from_json, to_json};
use serde_json::{Map, Value, json};

/// The log that tickets are.
pub(super) fn log(reader: &mut Reader<'_>) -> Answer<TicketLog> {
    if reader.byte()? != LIST {
        return Err(Failure::new("invalid_value", "the tickets must be an array"));
    }
    let (mut tickets, mut faults) = (Vec::new(), Vec::new());
    while !reader.list_ends()? {
        let bytes = reader.take_value()?;
        match from_bytes::<PastTicket>(bytes) {
            Ok(ticket) => tickets.push(ticket),
            Err(fault) => {
                let place = tickets.len() + faults.len();
                let field = field_at_fault(&to_json(bytes)?);
                let (field, told) = field.unwrap_or_else(|| (String::new(), fault.to_string()));
                faults.push(Fault::new(format!("tickets[{place}]{field}"), told));
            }
        }
    }
    if tickets.is_empty() && faults.is_empty() {
        faults.push(Fault::new("tickets", "there are none; give at least one"));
    }
    refuse(faults)?;
    TicketLog::of_tickets(&tickets).map_err(|error| of_row("tickets", error))
}

/// The agents; `None` where none are given, and the log is to tell of them.
pub(super) fn roster(reader: &mut Reader<'_>) -> Answer<Option<Roster>> {
    let bytes = reader.take_value()?;
    if bytes == [NULL] {
        return Ok(None);
    }
    let mut faults = Vec::new();
    let agents: Vec<Agent> = list(&mut Reader::new(bytes), "add_agent", "agent", &mut faults)?;
    refuse(faults)?;
    Roster::of_agents(&agents).map(Some).map_err(|error| of_row("agents", error))
}

/// The field that makes a ticket unreadable, with what is wrong with it: the first without which a ticket of the others can be read.
fn field_at_fault(text: &str) -> Option<(String, String)> {
    let given: Map<String, Value> = serde_json::from_str(text).ok()?;
    given.into_iter().find_map(|(field, value)| {
        let mut alone = json!({ "id": "T", "created": 0 });
        alone[field.as_str()] = value;
        let mut writer = Writer::default();
        from_json(&alone.to_string(), &mut writer).ok()?;
        let fault = from_bytes::<PastTicket>(&writer.bytes).err()?;
        Some((format!(".{field}"), fault.to_string()))
    })
}

fn refuse(faults: Vec<Fault>) -> Answer<()> {
    let Some(first) = faults.first() else { return Ok(()) };
    let (path, message) = (Some(first.path.clone()), first.to_string());
    Err(Failure { path, faults, ..Failure::new("invalid_value", message) })
}

/// An error about one of several values: the place is said as JavaScript counts.
fn of_row(name: &str, error: Error) -> Failure {
    let Some(line) = error.line() else { return Failure::from(error) };
    let field = error.field().or(error.column()).map(|field| format!(".{field}")).unwrap_or_default();
    let fault = Fault::new(format!("{name}[{}]{field}", line.saturating_sub(1)), error.message());
    let (path, message) = (Some(fault.path.clone()), fault.to_string());
    Failure { path, faults: vec![fault], ..Failure::new(error.kind().code(), message) }
}

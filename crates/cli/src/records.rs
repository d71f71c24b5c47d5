//! Tickets and agents in files: CSV, JSON lines, or a JSON list.

mod csv_tickets;

use deskmatch::{Agent, Ticket};
use deskmatch_sim::Roster;
use serde::de::DeserializeOwned;

use crate::failure::Failure;
use crate::input;

/// The largest file of tickets or agents: 4 GiB.
const BYTES_MAX: u64 = 4 << 30;

/// Something read, and where it stood.
#[derive(Debug)]
pub(crate) struct Placed<T> {
    /// `tickets.csv: line 3`.
    pub(crate) place: String,
    pub(crate) value: T,
}

/// Reads agents.
pub(crate) fn agents(path: &str) -> Result<Vec<Placed<Agent>>, Failure> {
    let text = input::text(path, BYTES_MAX)?;
    if let Some(agents) = json(path, &text)? {
        return Ok(agents);
    }
    let roster = Roster::read(text.as_bytes()).map_err(|error| Failure::in_file(path, error))?;
    let placed = |agent: Agent| Placed { place: path.to_owned(), value: agent };
    Ok(roster.to_agents().into_iter().map(placed).collect())
}

/// Reads tickets.
pub(crate) fn tickets(path: &str) -> Result<Vec<Placed<Ticket>>, Failure> {
    let text = input::text(path, BYTES_MAX)?;
    match json(path, &text)? {
        Some(tickets) => Ok(tickets),
        None => csv_tickets::read(path, &text),
    }
}

/// Reads a JSON list, or an object a line, with every fault at once; `None` where the text is neither.
fn json<T: DeserializeOwned>(path: &str, text: &str) -> Result<Option<Vec<Placed<T>>>, Failure> {
    match text.trim_start().as_bytes().first() {
        Some(b'[') => list(path, text).map(Some),
        Some(b'{') => lines(path, text).map(Some),
        _ => Ok(None),
    }
}

fn list<T: DeserializeOwned>(path: &str, text: &str) -> Result<Vec<Placed<T>>, Failure> {
    let items: Vec<T> = serde_json::from_str(text)
        .map_err(|error| Failure::in_file(path, fault(&error, error.line() as u64)))?;
    let placed = |(index, value)| Placed { place: format!("{path}: [{index}]"), value };
    Ok(items.into_iter().enumerate().map(placed).collect())
}

/// Reads one JSON object a line. Empty lines are passed over.
pub(crate) fn lines<T: DeserializeOwned>(path: &str, text: &str) -> Result<Vec<Placed<T>>, Failure> {
    let mut items = Vec::new();
    let mut faults = Vec::new();
    for (line, number) in text.lines().zip(1_u64..).filter(|(line, _)| !line.trim().is_empty()) {
        match serde_json::from_str(line) {
            Ok(value) => items.push(Placed { place: format!("{path}: line {number}"), value }),
            Err(error) => faults.push(format!("{path}: {}", fault(&error, number))),
        }
    }
    if faults.is_empty() { Ok(items) } else { Err(Failure::Input(faults)) }
}

/// Writes a fault of JSON with its place first.
fn fault(error: &serde_json::Error, line: u64) -> String {
    let message = error.to_string();
    let what = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what);
    format!("line {line}, column {}: {what}", error.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_line_is_told_with_its_number() {
        let text = "{\"id\":\"T-1\"}\n\n{\"id\":\"T-2\",\"prio\":1}\n{\n";
        let Err(Failure::Input(faults)) = lines::<Ticket>("t.jsonl", text) else { panic!("read") };
        assert_eq!(faults.len(), 2);
        assert!(faults[0].starts_with("t.jsonl: line 3, column 18: unknown field `prio`"), "{}", faults[0]);
        assert!(faults[1].starts_with("t.jsonl: line 4, column 1: EOF"), "{}", faults[1]);
    }

    #[test]
    fn a_list_is_read_whole() {
        let text = "[\n{\"id\":\"T-1\"},\n{\"id\":\"T-2\"}]";
        let tickets = json::<Ticket>("t.json", text).unwrap().unwrap();
        assert_eq!((tickets.len(), tickets[1].place.as_str()), (2, "t.json: [1]"));
        let Err(Failure::Input(faults)) = json::<Ticket>("t.json", "[\n{\"id\":7}]") else { panic!("read") };
        assert!(faults[0].starts_with("t.json: line 2, column 7: "), "{}", faults[0]);
    }
}

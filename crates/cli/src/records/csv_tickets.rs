//! Tickets in a CSV.

use deskmatch::{PreferredAgent, SkillRequirement, Span, Ticket, Timestamp};
use deskmatch_sim::replay::attribute_of;

use super::Placed;
use crate::failure::Failure;
use crate::input;

const COLUMNS: &str = "id, queue, channel, priority, skills, preferred_skills, requester, preferred, excluded, size, \
                       effort, not_before, due, created, attribute.NAME";
const NAMES: [&str; 14] = [
    "id",
    "queue",
    "channel",
    "priority",
    "skills",
    "preferred_skills",
    "requester",
    "preferred",
    "excluded",
    "size",
    "effort",
    "not_before",
    "due",
    "created",
];

/// Reads tickets from a CSV with a header, with every fault at once.
pub(super) fn read(path: &str, text: &str) -> Result<Vec<Placed<Ticket>>, Failure> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let header = match records.next() {
        Some(Ok(header)) => header,
        _ => {
            return Err(Failure::in_file(path, format_args!("the file is empty; its columns are {COLUMNS}")));
        }
    };
    check_header(path, &header)?;
    let mut tickets = Vec::new();
    let mut faults = Vec::new();
    for record in records {
        let record = record.map_err(|error| Failure::in_file(path, error))?;
        let line = record.position().map(csv::Position::line).unwrap_or_default();
        let place = format!("{path}: line {line}");
        match ticket(&header, &record) {
            Ok(value) => tickets.push(Placed { place, value }),
            Err(fault) => faults.push(format!("{place}{fault}")),
        }
    }
    if faults.is_empty() { Ok(tickets) } else { Err(Failure::Input(faults)) }
}

fn check_header(path: &str, header: &csv::StringRecord) -> Result<(), Failure> {
    let mut seen = Vec::new();
    for name in header {
        let is_known =
            NAMES.contains(&name) || name.strip_prefix("attribute.").is_some_and(|name| !name.is_empty());
        if !is_known || seen.contains(&name) {
            let what = if is_known { "comes twice" } else { "is not known" };
            return Err(Failure::in_file(
                path,
                format_args!("line 1: the column `{name}` {what}; the columns are {COLUMNS}"),
            ));
        }
        seen.push(name);
    }
    if seen.contains(&"id") {
        return Ok(());
    }
    Err(Failure::in_file(path, format_args!("line 1: there is no column `id`; the columns are {COLUMNS}")))
}

fn ticket(header: &csv::StringRecord, record: &csv::StringRecord) -> Result<Ticket, String> {
    if header.len() != record.len() {
        return Err(format!(": the row has {} fields, the header has {}", record.len(), header.len()));
    }
    let mut ticket = Ticket::default();
    for (name, value) in header.iter().zip(record).filter(|(_, value)| !value.is_empty()) {
        set(&mut ticket, name, value).map_err(|fault| format!(", column `{name}`: {fault}"))?;
    }
    Ok(ticket)
}

fn set(ticket: &mut Ticket, column: &str, value: &str) -> Result<(), String> {
    match column {
        "id" => ticket.id = value.into(),
        "queue" => ticket.queue = Some(value.into()),
        "channel" => ticket.channel = Some(value.into()),
        "priority" => ticket.priority = Some(value.into()),
        "requester" => ticket.requester = Some(value.into()),
        "skills" => {
            for (skill, level) in skills(value)? {
                ticket.skills.push(SkillRequirement::required(skill, level));
            }
        }
        "preferred_skills" => {
            for (skill, level) in skills(value)? {
                ticket.skills.push(SkillRequirement::preferred(skill, level, 1));
            }
        }
        "preferred" => ticket.preferred = parts(value).map(PreferredAgent::new).collect(),
        "excluded" => ticket.excluded = parts(value).map(Into::into).collect(),
        "size" => ticket.size = Some(value.parse().map_err(|_| format!("`{value}` is no whole number"))?),
        "effort" => ticket.effort = Some(span(value)?),
        "not_before" => ticket.not_before = Some(moment(value)?),
        "due" => ticket.due = Some(moment(value)?),
        "created" => ticket.created = Some(moment(value)?),
        _ => {
            let name = column.trim_start_matches("attribute.");
            ticket.attributes.insert(name.into(), attribute_of(value));
        }
    }
    Ok(())
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty())
}

/// Reads `german:50;vip`; without a level any will do.
fn skills(text: &str) -> Result<Vec<(&str, u8)>, String> {
    let skill = |part| match str::rsplit_once(part, ':') {
        None => Ok((part, 1)),
        Some((skill, level)) => match level.trim().parse::<u8>() {
            Ok(level) if (1..=100).contains(&level) => Ok((skill.trim(), level)),
            _ => Err(format!("the skill `{part}` needs a level from 1 to 100, as in `german:50`")),
        },
    };
    parts(text).map(skill).collect()
}

fn span(text: &str) -> Result<Span, String> {
    text.parse().map_err(|_| format!("`{text}` is no time; write it as in `20m`, `90s` or `2h`"))
}

/// Reads milliseconds since 1970 UTC, or a time such as `2026-03-02T09:00:00Z`.
fn moment(text: &str) -> Result<Timestamp, String> {
    input::moment_ms(text).map(Timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_read() {
        let text = "id,queue,skills,preferred_skills,size,effort,created,attribute.plan,attribute.vip,excluded\n\
                    T-1,support,german:50;lang:fr:20,vip,2,20m,2026-03-02T09:00:00Z,gold,true,ben;eva\n";
        let tickets = read("t.csv", text).unwrap();
        let ticket = &tickets[0].value;
        assert_eq!(ticket.skills.len(), 3);
        assert_eq!((ticket.skills[1].skill.as_str(), ticket.skills[1].level), ("lang:fr", 20));
        assert_eq!(ticket.created, Some(Timestamp(1_772_442_000_000)));
        assert_eq!((ticket.size, ticket.excluded.len(), ticket.attributes.len()), (Some(2), 2, 2));
        assert_eq!(tickets[0].place, "t.csv: line 2");
    }

    #[test]
    fn faults_name_line_and_column() {
        let text = "id,skills,size\nT-1,x:0,1\nT-2,,many\nT-3\n";
        let Err(Failure::Input(faults)) = read("t.csv", text) else { panic!("read") };
        assert_eq!(faults.len(), 3);
        assert!(faults[0].starts_with("t.csv: line 2, column `skills`: "), "{}", faults[0]);
        assert!(faults[1].starts_with("t.csv: line 3, column `size`: "), "{}", faults[1]);
        assert!(faults[2].starts_with("t.csv: line 4: the row has 1 fields"), "{}", faults[2]);
        assert!(read("t.csv", "id,colour\n").is_err() && read("t.csv", "queue\n").is_err());
        assert!(read("t.csv", "").is_err() && read("t.csv", "id,id\n").is_err());
    }
}

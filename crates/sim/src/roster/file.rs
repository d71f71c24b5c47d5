//! Agents in a CSV.

use std::collections::BTreeSet;
use std::io::Read;

use csv::{ByteRecord, StringRecord};

use super::{Roster, RosterAgent, RosterSource};
use crate::error::{Error, ErrorKind, quotable};
use crate::log::{ATTRIBUTE_BYTES_MAX, NAME_BYTES_MAX};

const COLUMNS: &str = "id, skills, queues, capacity, channels, weight, attribute.NAME";

/// What a column of the file holds.
enum Column {
    Id,
    Skills,
    Queues,
    Capacity,
    Channels,
    Weight,
    Attribute(String),
}

impl Roster {
    /// Reads agents from a CSV with a header.
    ///
    /// | column | holds | where empty |
    /// |---|---|---|
    /// | `id` | the agent's id; must be there | refused |
    /// | `skills` | `german:80;billing:50;vip`: names with levels 1 to 100; without a level it is 100 | no skills |
    /// | `queues` | `support;sales` | no queues |
    /// | `capacity` | units of work at once, 1 to 1,000,000 | 1 |
    /// | `channels` | `chat:3;email`: names, each with the most tickets at once where limited | all channels |
    /// | `weight` | part of a fair share, 1 to 1,000,000 | 1 |
    /// | `attribute.NAME` | an attribute of that name | no such attribute |
    ///
    /// Columns may come in any order, and all but `id` may be missing. A name may hold a colon where a level follows
    /// it: `lang:de:80`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRoster`] at the first fault, with line and column: one agent fewer would falsify a
    /// simulation, so no row is left out. [`ErrorKind::Io`] where the source fails.
    pub fn read(mut input: impl Read) -> Result<Self, Error> {
        Self::read_any(&mut input)
    }

    /// One piece of code for all sources, and one reader of CSV with that of logs.
    fn read_any(input: &mut dyn Read) -> Result<Self, Error> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(input);
        let mut record = ByteRecord::new();
        let mut header: Option<Vec<Column>> = None;
        let mut agents = Vec::new();
        let mut ids = BTreeSet::new();
        while reader.read_byte_record(&mut record).map_err(|error| io(error.into()))? {
            let line = record.position().map(csv::Position::line).unwrap_or_default();
            let row = StringRecord::from_byte_record(record.clone())
                .map_err(|error| {
                    invalid("the row is not UTF-8; convert the file to UTF-8").with_source(error)
                })
                .map_err(|error| error.at_line(line))?;
            let Some(columns) = &header else {
                header = Some(read_header(&row).map_err(|error| error.at_line(line))?);
                continue;
            };
            let agent = read_agent(&row, columns).map_err(|error| error.at_line(line))?;
            if !ids.insert(agent.id.clone()) {
                let message =
                    format!("the agent `{}` has come before; give each id once", quotable(&agent.id));
                return Err(invalid(message).at_line(line).at_column("id"));
            }
            agents.push(agent);
        }
        if agents.is_empty() {
            return Err(invalid(format!("the file has no agents; its columns are {COLUMNS}")));
        }
        let description = format!("agents are data: {} agents of a file", agents.len());
        Ok(Roster { agents, source: RosterSource::File, description })
    }

    /// Reads agents from a CSV file, as [`read`](Roster::read) does.
    ///
    /// # Errors
    ///
    /// Those of [`read`](Roster::read), and [`ErrorKind::Io`] where the file cannot be opened.
    pub fn read_path(path: &str) -> Result<Self, Error> {
        let file = std::fs::File::open(path)
            .map_err(|error| Error::io(&format!("the agents `{}`", quotable(path)), error))?;
        Self::read(file)
    }
}

fn io(error: std::io::Error) -> Error {
    Error::io("the agents", error)
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidRoster, message)
}

fn read_header(row: &StringRecord) -> Result<Vec<Column>, Error> {
    let mut seen = BTreeSet::new();
    let mut columns = Vec::new();
    for name in row {
        let name = name.trim_start_matches('\u{feff}').trim();
        if !seen.insert(name.to_owned()) {
            return Err(invalid("the column comes twice; keep one").at_column(name));
        }
        columns.push(match name {
            "id" => Column::Id,
            "skills" => Column::Skills,
            "queues" => Column::Queues,
            "capacity" => Column::Capacity,
            "channels" => Column::Channels,
            "weight" => Column::Weight,
            _ => match name.strip_prefix("attribute.") {
                Some(attribute) if (1..=NAME_BYTES_MAX).contains(&attribute.len()) => {
                    Column::Attribute(attribute.to_owned())
                }
                _ => {
                    return Err(invalid(format!("unknown column; the columns are {COLUMNS}")).at_column(name));
                }
            },
        });
    }
    if !seen.contains("id") {
        return Err(invalid(format!("there is no column `id`; the columns are {COLUMNS}")));
    }
    Ok(columns)
}

fn read_agent(row: &StringRecord, columns: &[Column]) -> Result<RosterAgent, Error> {
    if row.len() != columns.len() {
        let (fields, header) = (row.len(), columns.len());
        return Err(invalid(format!(
            "the row has {fields} fields, the header has {header}; look for a stray quote"
        )));
    }
    let mut agent = RosterAgent {
        id: String::new(),
        skills: Vec::new(),
        queues: Vec::new(),
        capacity: 1,
        channels: Vec::new(),
        weight: 1,
        attributes: Vec::new(),
    };
    for (column, value) in columns.iter().zip(row) {
        let value = value.trim();
        match column {
            Column::Id => agent.id = name(value).map_err(|error| error.at_column("id"))?,
            _ if value.is_empty() => {}
            Column::Skills => agent.skills = skills(value).map_err(|error| error.at_column("skills"))?,
            Column::Queues => agent.queues = queues(value).map_err(|error| error.at_column("queues"))?,
            Column::Capacity => agent.capacity = units(value).map_err(|error| error.at_column("capacity"))?,
            Column::Channels => {
                agent.channels = channels(value).map_err(|error| error.at_column("channels"))?
            }
            Column::Weight => agent.weight = units(value).map_err(|error| error.at_column("weight"))?,
            Column::Attribute(key) => {
                if value.len() > ATTRIBUTE_BYTES_MAX {
                    let message = format!(
                        "the value has {} bytes, at most {ATTRIBUTE_BYTES_MAX} are taken",
                        value.len()
                    );
                    return Err(invalid(message).at_column(&format!("attribute.{key}")));
                }
                agent.attributes.push((key.clone(), value.to_owned()));
            }
        }
    }
    Ok(agent)
}

fn name(text: &str) -> Result<String, Error> {
    let text = text.trim();
    if (1..=NAME_BYTES_MAX).contains(&text.len()) {
        return Ok(text.to_owned());
    }
    Err(invalid(format!("a name has 1 to {NAME_BYTES_MAX} bytes, not {}", text.len())))
}

/// Returns the parts between semicolons that are not empty.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty())
}

fn skills(text: &str) -> Result<Vec<(String, u8)>, Error> {
    let mut skills: Vec<(String, u8)> = Vec::new();
    for part in parts(text) {
        let (skill, level) = match part.rsplit_once(':') {
            None => (part, 100),
            Some((skill, level)) => {
                let level = level.trim().parse::<u8>().ok().filter(|level| (1..=100).contains(level));
                let level = level.ok_or_else(|| {
                    invalid(format!(
                        "the skill `{}` needs a level from 1 to 100, as in `german:80`",
                        quotable(part)
                    ))
                })?;
                (skill, level)
            }
        };
        let skill = name(skill)?;
        if skills.iter().any(|(known, _)| *known == skill) {
            return Err(invalid(format!("the skill `{}` comes twice; keep one", quotable(&skill))));
        }
        skills.push((skill, level));
    }
    Ok(skills)
}

fn queues(text: &str) -> Result<Vec<String>, Error> {
    let mut queues = Vec::new();
    for part in parts(text) {
        let queue = name(part)?;
        if queues.contains(&queue) {
            return Err(invalid(format!("the queue `{}` comes twice; keep one", quotable(&queue))));
        }
        queues.push(queue);
    }
    Ok(queues)
}

fn channels(text: &str) -> Result<Vec<(String, Option<u32>)>, Error> {
    let mut channels: Vec<(String, Option<u32>)> = Vec::new();
    for part in parts(text) {
        let (channel, limit) = match part.rsplit_once(':') {
            None => (part, None),
            Some((channel, limit)) => (channel, Some(units(limit.trim())?)),
        };
        let channel = name(channel)?;
        if channels.iter().any(|(known, _)| *known == channel) {
            return Err(invalid(format!("the channel `{}` comes twice; keep one", quotable(&channel))));
        }
        channels.push((channel, limit));
    }
    Ok(channels)
}

fn units(text: &str) -> Result<u32, Error> {
    let units = text.parse::<u32>().ok().filter(|units| (1..=1_000_000).contains(units));
    units.ok_or_else(|| invalid(format!("write a whole number from 1 to 1000000, not `{}`", quotable(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_read() {
        let csv = "weight,id,channels,attribute.site,queues,skills,capacity\n\
                   5,ada,chat:3;email,Bonn,support; sales,lang:de:80; vip,4\n\
                   ,ben,,,,,\n";
        let roster = Roster::read(csv.as_bytes()).unwrap();
        let ada = &roster.agents()[0];
        assert_eq!(ada.skills, [("lang:de".to_owned(), 80), ("vip".to_owned(), 100)]);
        assert_eq!(ada.queues, ["support", "sales"]);
        assert_eq!(ada.channels, [("chat".to_owned(), Some(3)), ("email".to_owned(), None)]);
        assert_eq!((ada.capacity, ada.weight), (4, 5));
        assert_eq!(ada.attributes, [("site".to_owned(), "Bonn".to_owned())]);
        let ben = &roster.agents()[1];
        assert_eq!((ben.capacity, ben.weight, ben.skills.len(), ben.attributes.len()), (1, 1, 0, 0));
    }

    #[test]
    fn a_fault_names_its_line_and_column() {
        for (csv, line, column) in [
            ("id,skills\nada,x:0\n", Some(2), Some("skills")),
            ("id,skills\nada,x:101\n", Some(2), Some("skills")),
            ("id,skills\nada,lang:de\n", Some(2), Some("skills")),
            ("id,skills\nada,x;x\n", Some(2), Some("skills")),
            ("id,capacity\nada,0\n", Some(2), Some("capacity")),
            ("id,weight\nada,-1\n", Some(2), Some("weight")),
            ("id,channels\nada,chat:none\n", Some(2), Some("channels")),
            ("id,queues\nada,a;a\n", Some(2), Some("queues")),
            ("id\nada\nada\n", Some(3), Some("id")),
            ("id,queues\n,a\n", Some(2), Some("id")),
            ("id,colour\nada,red\n", Some(1), Some("colour")),
            ("id,id\nada,ada\n", Some(1), Some("id")),
            ("queues\na\n", Some(1), None),
            ("id\nada,x\n", Some(2), None),
            ("id\n", None, None),
            ("", None, None),
        ] {
            let error = Roster::read(csv.as_bytes()).unwrap_err();
            assert_eq!(
                (error.kind(), error.line(), error.column()),
                (ErrorKind::InvalidRoster, line, column),
                "{csv}"
            );
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_refused() {
        let error = Roster::read(&b"id\n\xff\n"[..]).unwrap_err();
        assert_eq!((error.kind(), error.line()), (ErrorKind::InvalidRoster, Some(2)));
    }
}

//! The agents of a desk: from a file, or derived from a log.

mod derive;
mod file;
mod given;

pub use derive::RosterOptions;

/// One agent, as a simulation needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterAgent {
    /// The id, 1 to 256 bytes.
    pub id: String,
    /// The skills with their levels 1 to 100, highest level first where derived, else in the file's order.
    pub skills: Vec<(String, u8)>,
    /// The queues, most tickets first where derived, else in the file's order.
    pub queues: Vec<String>,
    /// How many units of work the agent holds at once. The default is 1.
    pub capacity: u32,
    /// The channels the agent serves, each with the most tickets at once where limited; empty means all.
    pub channels: Vec<(String, Option<u32>)>,
    /// The agent's part of a fair share, relative to others. The default is 1.
    pub weight: u32,
    /// Further attributes, by name.
    pub attributes: Vec<(String, String)>,
}

/// Says where a roster comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RosterSource {
    /// Data: a file of agents, or agents given as values.
    File,
    /// The log: who resolved what.
    Derived,
}

/// The agents of a desk.
///
/// # Example: agents in a file
///
/// ```
/// use deskmatch_sim::Roster;
///
/// let csv = "id,skills,queues,capacity\n\
///            ada,german:80;billing,support;sales,3\n\
///            ben,billing:50,support,2\n";
/// let roster = Roster::read(csv.as_bytes())?;
/// assert_eq!(roster.agents()[0].skills, [("german".to_owned(), 80), ("billing".to_owned(), 100)]);
/// assert_eq!(roster.agents()[1].capacity, 2);
/// # Ok::<(), deskmatch_sim::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    agents: Vec<RosterAgent>,
    source: RosterSource,
    description: String,
}

impl Roster {
    /// Returns the agents: in the file's order, or by id where derived.
    pub fn agents(&self) -> &[RosterAgent] {
        &self.agents
    }

    /// Returns the agents by value.
    pub fn into_agents(self) -> Vec<RosterAgent> {
        self.agents
    }

    /// Returns where this roster comes from.
    pub fn source(&self) -> RosterSource {
        self.source
    }

    /// Says in one line who the agents are, and what of it is assumed.
    pub fn describe(&self) -> &str {
        &self.description
    }
}

//! Agents given as the engine takes them.

use std::collections::BTreeSet;

use deskmatch::{Agent, AgentQueue, ChannelCapacity};

use super::{Roster, RosterAgent, RosterSource};
use crate::error::{Error, ErrorKind, quotable};
use crate::log::{ATTRIBUTE_BYTES_MAX, NAME_BYTES_MAX};

impl Roster {
    /// Makes a roster of agents as the engine takes them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRoster`] at the first agent that is at fault, with its number counted from 1 as the
    /// [`line`](Error::line) and its field as the [`column`](Error::column). So is an agent that says what a simulation
    /// does not model (presence, shifts, ranks and delays of queues, units of channels, a rate limit): a wish that is
    /// passed over would falsify the figures.
    ///
    /// # Example: an agent with room for two tickets
    ///
    /// ```
    /// use deskmatch::{Agent, Capacity};
    /// use deskmatch_sim::Roster;
    ///
    /// let roster = Roster::of_agents(&[Agent::new("ada").with_skill("vpn", 80).with_capacity(Capacity::units(2))])?;
    /// assert_eq!(roster.agents()[0].skills, [("vpn".to_owned(), 80)]);
    /// # Ok::<(), deskmatch_sim::Error>(())
    /// ```
    pub fn of_agents(agents: &[Agent]) -> Result<Self, Error> {
        let mut ids = BTreeSet::new();
        let mut given = Vec::with_capacity(agents.len());
        for (index, agent) in agents.iter().enumerate() {
            let read = agent_of(agent).and_then(|read| {
                if ids.insert(&agent.id) {
                    return Ok(read);
                }
                let message =
                    format!("the agent `{}` has come before; give each id once", quotable(&read.id));
                Err(fault("id", message))
            });
            given.push(read.map_err(|error| error.at_line(index as u64 + 1))?);
        }
        if given.is_empty() {
            return Err(Error::new(ErrorKind::InvalidRoster, "there are no agents; give at least one"));
        }
        let description = format!("agents are data: {} agents given", given.len());
        Ok(Roster { agents: given, source: RosterSource::File, description })
    }
}

fn fault(field: &str, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidRoster, message).at_column(field)
}

fn agent_of(agent: &Agent) -> Result<RosterAgent, Error> {
    check_modelled(agent)?;
    let name = |field: &str, text: &str| match text.len() {
        1..=NAME_BYTES_MAX => Ok(text.to_owned()),
        bytes => Err(fault(field, format!("a name has 1 to {NAME_BYTES_MAX} bytes, not {bytes}"))),
    };
    let count = |field: &str, number: u32| match number {
        1..=1_000_000 => Ok(number),
        _ => Err(fault(field, format!("write a whole number from 1 to 1000000, not `{number}`"))),
    };
    let skills = agent.skills.iter().map(|(skill, level)| match level {
        1..=100 => Ok((name("skills", skill.as_str())?, *level)),
        _ => Err(fault(
            "skills",
            format!("the skill `{}` needs a level from 1 to 100", quotable(skill.as_str())),
        )),
    });
    let channels = agent.channels.iter().map(|channel| {
        let max = agent.capacity.channels.get(channel.as_str()).and_then(|limit| limit.max);
        Ok((name("channels", channel.as_str())?, max))
    });
    let attributes = agent.attributes.iter().map(|(key, value)| {
        let text = value.to_string();
        match text.len() {
            0..=ATTRIBUTE_BYTES_MAX => Ok((key.to_string(), text)),
            bytes => {
                let message = format!("the value has {bytes} bytes, at most {ATTRIBUTE_BYTES_MAX} are taken");
                Err(fault(&format!("attributes.{key}"), message))
            }
        }
    });
    Ok(RosterAgent {
        id: name("id", agent.id.as_str())?,
        skills: skills.collect::<Result<_, _>>()?,
        queues: agent
            .queues
            .iter()
            .map(|entry| name("queues", entry.queue.as_str()))
            .collect::<Result<_, _>>()?,
        capacity: count("capacity", agent.capacity.units)?,
        channels: channels.collect::<Result<_, _>>()?,
        weight: count("weight", agent.weight)?,
        attributes: attributes.collect::<Result<_, _>>()?,
    })
}

/// Refuses what would be passed over.
fn check_modelled(agent: &Agent) -> Result<(), Error> {
    let plain = Agent::new(agent.id.clone());
    let is_plain = |entry: &AgentQueue| *entry == AgentQueue::new(entry.queue.clone());
    let is_limit = |limit: &ChannelCapacity| limit.units.is_none();
    let served = |channel: &str| agent.channels.iter().any(|served| served.as_str() == channel);
    for (field, is_modelled, what) in [
        ("presence", agent.presence == plain.presence, "every agent is there all the time"),
        ("channel_presence", agent.channel_presence.is_empty(), "every agent is there all the time"),
        ("shifts", agent.shifts.is_empty(), "every agent is there all the time"),
        (
            "rate_limit",
            agent.rate_limit.is_none(),
            "agents have no limit of their own; set one in the policy",
        ),
        (
            "queues",
            agent.queues.iter().all(is_plain),
            "agents serve their queues at rank 0 and without delay",
        ),
        (
            "capacity.channels",
            agent.capacity.channels.values().all(is_limit),
            "channels cost what the policy says",
        ),
        (
            "capacity.channels",
            agent.capacity.channels.keys().all(|channel| served(channel.as_str())),
            "a channel with a limit must be one of the agent's `channels`",
        ),
    ] {
        if !is_modelled {
            return Err(fault(field, format!("in a simulation {what}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use deskmatch::{Capacity, Interval, Presence, RateLimit, Span, Timestamp};

    #[test]
    fn agents_as_values_are_the_roster_that_a_file_would_be() {
        let ada = Agent::new("ada")
            .with_skill("german", 80)
            .with_queue("support")
            .with_capacity(Capacity::units(3).with_channel_max("chat", 2))
            .with_channel("chat")
            .with_attribute("site", "Bonn")
            .with_weight(5);
        let csv = "id,skills,queues,capacity,channels,weight,attribute.site\nada,german:80,support,3,chat:2,5,Bonn\n";
        let (given, read) = (Roster::of_agents(&[ada]).unwrap(), Roster::read(csv.as_bytes()).unwrap());
        assert_eq!(given.agents(), read.agents());
        assert_eq!(given.source(), read.source());
    }

    #[test]
    fn what_a_simulation_would_pass_over_is_refused() {
        let ada = || Agent::new("ada");
        let shift = Interval { from: Timestamp(0), to: Timestamp(1) };
        for (agent, field) in [
            (Agent::new(""), "id"),
            (ada().with_skill("german", 0), "skills"),
            (ada().with_skill("german", 101), "skills"),
            (ada().with_weight(0), "weight"),
            (ada().with_capacity(Capacity::units(0)), "capacity"),
            (ada().with_presence(Presence::Away), "presence"),
            (ada().with_shift(shift), "shifts"),
            (ada().with_rate_limit(RateLimit { max: 1, window: Span::millis(1) }), "rate_limit"),
            (ada().with_ranked_queue("support", 1, Span::ZERO), "queues"),
            (
                ada().with_channel("chat").with_capacity(Capacity::units(9).with_channel_units("chat", 2)),
                "capacity.channels",
            ),
            (ada().with_capacity(Capacity::units(9).with_channel_max("chat", 2)), "capacity.channels"),
        ] {
            let error = Roster::of_agents(&[Agent::new("ben"), agent]).unwrap_err();
            assert_eq!((error.line(), error.column()), (Some(2), Some(field)), "{error}");
        }
        assert_eq!(Roster::of_agents(&[ada(), ada()]).unwrap_err().column(), Some("id"));
        assert_eq!(Roster::of_agents(&[]).unwrap_err().kind(), ErrorKind::InvalidRoster);
    }
}

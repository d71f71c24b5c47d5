//! The agents of a roster as the engine takes them.

use deskmatch::order;
use deskmatch::{Agent, AgentQueue, AttributeValue, Capacity, ChannelCapacity};

use crate::roster::{Roster, RosterAgent};

/// The largest weight that the engine takes.
const WEIGHT_MAX: u64 = 10_000;

impl Roster {
    /// Returns the agents as the engine takes them, all online.
    ///
    /// Weights keep their proportions: they are multiplied by 100 where that fits, and else made to fit 10,000.
    /// Attributes that read as whole numbers or as `true` and `false` become such.
    ///
    /// ```
    /// use deskmatch_sim::Roster;
    ///
    /// let roster = Roster::read("id,skills,weight\nada,german:80,2\nben,,1\n".as_bytes())?;
    /// let agents = roster.to_agents();
    /// assert_eq!((agents[0].skills["german"], agents[0].weight, agents[1].weight), (80, 200, 100));
    /// # Ok::<(), deskmatch_sim::Error>(())
    /// ```
    pub fn to_agents(&self) -> Vec<Agent> {
        let heaviest = self.agents().iter().map(|agent| u64::from(agent.weight)).max().unwrap_or(1);
        self.agents().iter().map(|agent| agent_of(agent, weight(agent.weight, heaviest))).collect()
    }
}

fn weight(weight: u32, heaviest: u64) -> u32 {
    let weight = u64::from(weight);
    let scaled = if heaviest * 100 <= WEIGHT_MAX {
        weight * 100
    } else {
        (weight * WEIGHT_MAX / heaviest.max(WEIGHT_MAX)).max(1)
    };
    u32::try_from(scaled).unwrap_or(1)
}

fn agent_of(agent: &RosterAgent, weight: u32) -> Agent {
    let limits = agent.channels.iter().filter_map(|(channel, max)| {
        let limit = ChannelCapacity { max: Some((*max)?), ..ChannelCapacity::default() };
        Some((channel.as_str().into(), limit))
    });
    Agent {
        skills: order::map(agent.skills.iter().map(|(skill, level)| (skill.as_str().into(), *level))),
        queues: agent.queues.iter().map(|queue| AgentQueue::new(queue.as_str())).collect(),
        capacity: Capacity { units: agent.capacity, channels: order::map(limits) },
        channels: agent.channels.iter().map(|(channel, _)| channel.as_str().into()).collect(),
        attributes: order::map(
            agent.attributes.iter().map(|(name, value)| (name.as_str().into(), attribute_of(value))),
        ),
        weight,
        ..Agent::new(agent.id.as_str())
    }
}

/// Reads the text of a cell as an attribute: a whole number or a truth value where it is written just so, else a text.
///
/// ```
/// use deskmatch::AttributeValue;
/// use deskmatch_sim::replay::attribute_of;
///
/// assert_eq!(attribute_of("12"), AttributeValue::Integer(12));
/// assert_eq!(attribute_of("true"), AttributeValue::Bool(true));
/// assert_eq!(attribute_of("007"), AttributeValue::from("007"));
/// ```
pub fn attribute_of(text: &str) -> AttributeValue {
    match text {
        "true" => AttributeValue::Bool(true),
        "false" => AttributeValue::Bool(false),
        _ => match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => AttributeValue::Integer(number),
            _ => AttributeValue::from(text),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_keep_their_proportions_and_fit() {
        assert_eq!([weight(1, 1), weight(3, 100), weight(100, 100)], [100, 300, 10_000]);
        assert_eq!([weight(1, 5_000), weight(5_000, 5_000)], [1, 5_000]);
        assert_eq!([weight(1, 1_000_000), weight(500_000, 1_000_000)], [1, 5_000]);
    }

    #[test]
    fn limits_of_channels_become_capacities() {
        let csv = "id,channels,attribute.senior\nada,chat:3;email,true\n";
        let agents = Roster::read(csv.as_bytes()).unwrap().to_agents();
        assert_eq!(agents[0].channels.len(), 2);
        assert_eq!(agents[0].capacity.channels["chat"].max, Some(3));
        assert!(!agents[0].capacity.channels.contains_key("email"));
        assert_eq!(agents[0].attributes["senior"], AttributeValue::Bool(true));
    }
}

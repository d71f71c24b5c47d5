//! The record that every assignment carries.

use crate::explain::AgentStanding;
use crate::hash::ContentHash;
use crate::rule::Rule;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// Why an agent got a ticket: what chose it, under which policy, and among how many.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Decision {
    /// What led to it.
    pub by: DecidedBy,
    /// The strategy of the queue.
    pub strategy: SmolStr,
    /// The revision of the strategy: it grows when the same input would be decided otherwise.
    pub revision: u32,
    /// The hash of the policy.
    pub policy: ContentHash,
    /// The agent's score in points of a millionth, if the strategy scores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<i64>,
    /// How many agents were eligible and how many each rule turned away; not with the detail `off`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
    /// The standing of every agent, with the detail `full`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standings: Option<Box<Vec<AgentStanding>>>,
    /// Why somebody passed over the rules, if somebody did and said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<SmolStr>,
}

/// What led to an assignment or an offer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// The ticket became assignable, or several agents came to it at once; the queue's strategy chose the agent.
    Strategy,
    /// Its preferred agent was free.
    Preferred,
    /// The ticket had waited, and now there was one agent that could have it; the order chose the ticket for the agent.
    Order,
    /// The plan of a batch.
    Plan,
    /// The agent accepted an offer.
    Accept,
    /// The agent asked for its next ticket.
    Pull,
    /// The agent asked for this ticket.
    Claim,
    /// Somebody gave the ticket to the agent, which may have it.
    Hand,
    /// Somebody gave the ticket to the agent whatever the rules say.
    Force,
    /// Somebody moved the ticket from another agent.
    Transfer,
}

/// How many agents were eligible and how many each rule turned away, by the first rule that failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Agents that could have had the ticket.
    pub eligible: u32,
    /// Agents turned away, by rule in the order of [`Rule::ALL`].
    pub denied: [u32; Rule::ALL.len()],
}

impl Tally {
    /// How many agents a rule turned away.
    pub fn denied_by(&self, rule: Rule) -> u32 {
        self.denied[rule as usize]
    }
}

impl Serialize for Tally {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("eligible", &self.eligible)?;
        for rule in Rule::ALL {
            if self.denied_by(rule) > 0 {
                map.serialize_entry(rule.as_str(), &self.denied_by(rule))?;
            }
        }
        map.end()
    }
}

impl schemars::JsonSchema for Tally {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Tally".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let number = generator.subschema_for::<u32>();
        let mut properties = serde_json::Map::new();
        for name in ["eligible"].into_iter().chain(Rule::ALL.iter().map(|rule| rule.as_str())) {
            properties.insert(name.to_owned(), number.clone().to_value());
        }
        schemars::json_schema!({
            "description": "How many agents were eligible and how many each rule turned away, by the first rule that failed.",
            "type": "object",
            "properties": properties,
            "required": ["eligible"]
        })
    }
}

impl<'de> Deserialize<'de> for Tally {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = std::collections::BTreeMap::<SmolStr, u32>::deserialize(deserializer)?;
        let mut tally =
            Tally { eligible: map.get("eligible").copied().unwrap_or_default(), ..Tally::default() };
        for rule in Rule::ALL {
            tally.denied[rule as usize] = map.get(rule.as_str()).copied().unwrap_or_default();
        }
        Ok(tally)
    }
}

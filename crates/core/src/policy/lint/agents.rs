//! What the agents that there are make of a policy.

use super::conditions::never;
use super::{Linter, WarningCode};
use crate::agent::Agent;
use crate::id::{ChannelId, QueueId};
use crate::policy::CompiledCondition;
use crate::policy::faults::{Path, Shown};
use crate::skill::SkillClass;
use std::collections::BTreeMap;

fn serves(agent: &Agent, queue: &QueueId) -> bool {
    agent.queues.is_empty() || agent.queues.iter().any(|served| served.queue == *queue)
}

fn works_on(agent: &Agent, channel: &ChannelId) -> bool {
    agent.channels.is_empty() || agent.channels.contains(channel)
}

impl Linter<'_> {
    pub(super) fn agents(&mut self, agents: &[Agent]) {
        self.skills(agents);
        self.served_queues(agents);
        self.channels(agents);
    }

    /// Skills that are declared, or asked for by rules, and that no agent has.
    fn skills(&mut self, agents: &[Agent]) {
        let policy = self.policy;
        let mut levels: BTreeMap<&str, u8> = BTreeMap::new();
        for (skill, level) in agents.iter().flat_map(|agent| &agent.skills) {
            let highest = levels.entry(skill.as_str()).or_default();
            *highest = (*highest).max(*level);
        }
        let root = Path::Root;
        let skills = root.key("skills");
        let code = WarningCode::SkillNobodyHas;
        for skill in policy.skills.keys().filter(|skill| !levels.contains_key(skill.as_str())) {
            let message = "no agent has this skill; a ticket that requires it waits for ever";
            self.warn(code, &skills.key(skill.as_str()), message);
        }
        let routing = root.key("routing");
        let rules = routing.key("rules");
        for (index, rule) in policy.routing.rules.iter().enumerate() {
            let rule_path = rules.index(index);
            let then = rule_path.key("then");
            let path = then.key("skills");
            for (index, asked) in rule.then.skills.iter().enumerate() {
                let (skill, level) = (asked.skill.as_str(), asked.level);
                let highest = levels.get(skill).copied().unwrap_or(0);
                if asked.class == SkillClass::Required && highest < level {
                    let message = match highest {
                        0 => format!("no agent has the skill {}", Shown(skill)),
                        _ => format!(
                            "no agent has {} at level {level}; the highest is {highest}",
                            Shown(skill)
                        ),
                    };
                    self.warn(code, &path.index(index), message);
                }
            }
        }
    }

    /// Queues that no agent serves, or none that meets their condition on agents.
    fn served_queues(&mut self, agents: &[Agent]) {
        let root = Path::Root;
        let queues = root.key("queues");
        for queue in self.policy.queue_names() {
            let path = queues.key(queue.as_str());
            let mut serving = agents.iter().filter(|agent| serves(agent, &queue)).peekable();
            if serving.peek().is_none() {
                self.warn(
                    WarningCode::QueueNobodyServes,
                    &path,
                    "no agent serves this queue; its tickets wait for ever",
                );
                continue;
            }
            let selector = self.policy.queues.get(&queue).and_then(|queue| queue.agents.as_ref());
            let Some(selector) = selector.filter(|selector| !never(self.policy, selector)) else { continue };
            let compiled = CompiledCondition::new(selector);
            if !serving.any(|agent| compiled.matches(agent)) {
                let message = "no agent that serves this queue meets its condition";
                self.warn(WarningCode::SelectorNeverMatches, &path.key("agents"), message);
            }
        }
    }

    /// Channels on which no agent may work, and those whose tickets fit nobody.
    fn channels(&mut self, agents: &[Agent]) {
        let root = Path::Root;
        let channels = root.key("channels");
        for channel in self.policy.channel_names() {
            let path = channels.key(channel.as_str());
            let usual = self.policy.channels.get(&channel).map_or(1, |channel| channel.units);
            let mut working = agents.iter().filter(|agent| works_on(agent, &channel)).peekable();
            if working.peek().is_none() {
                self.warn(WarningCode::ChannelNobodyServes, &path, "no agent may work on this channel");
                continue;
            }
            let fits = |agent: &Agent| {
                let special = agent.capacity.channels.get(&channel).copied().unwrap_or_default();
                special.units.unwrap_or(usual) <= agent.capacity.units && special.max != Some(0)
            };
            if !working.any(fits) {
                let message = format_args!(
                    "a ticket costs {usual} units or what the agent says, and fits no agent even when it is free"
                );
                self.warn(WarningCode::CostAboveCapacity, &path.key("units"), message);
            }
        }
    }
}

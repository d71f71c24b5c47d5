//! Explanations, held against what the model knows.

use super::{Model, number};
use crate::laws::Law;
use crate::laws::breach::{Checked, hold};
use deskmatch::{Explanation, Standing};

impl Model {
    /// Checks that an explanation names every agent once, and each denial is true.
    pub(crate) fn check_explanation(
        &mut self,
        ticket: usize,
        chosen: Option<usize>,
        explanation: &Explanation,
    ) -> Checked {
        let t = self.ticket(ticket);
        hold!(
            Explanation,
            explanation.agents.len() == self.present_agents().count(),
            "t{ticket} is explained by {} agents",
            explanation.agents.len()
        );
        for (place, entry) in explanation.agents.iter().enumerate() {
            let agent = number(entry.agent.as_str());
            let denied = self.denied(t, agent);
            let has_it = t.holder == Some(agent) || t.offer_of(agent).is_some() || chosen == Some(agent);
            match &entry.standing {
                Standing::Denied { denial } => hold!(
                    Explanation,
                    denied == Some(denial.rule) && !has_it,
                    "a{agent} is said to be denied t{ticket} by {}, not {denied:?}",
                    denial.rule
                ),
                Standing::Chosen | Standing::Outranked { .. } => hold!(
                    Explanation,
                    denied.is_none() || has_it,
                    "a{agent} is said to be eligible for t{ticket}, denied by {denied:?}"
                ),
            }
            if place == 0
                && let Some(chosen) = chosen
            {
                hold!(
                    Explanation,
                    agent == chosen && entry.standing == Standing::Chosen,
                    "t{ticket} went to a{chosen}; the explanation says a{agent}"
                );
            }
        }
        self.count_check(Law::Explanation);
        Ok(())
    }
}

//! What came of a batch, ticket by ticket.

use std::collections::{BTreeMap, HashMap};
use std::io;

use deskmatch::{Event, EventBody, Explanation, Standing};
use deskmatch_sim::batch::why_it_waits;
use deskmatch_sim::replay::{denied, reason};
use serde_json::{Value, json};

use super::batch::Batch;
use crate::output::Rows;

/// The columns of a ticket.
pub(super) const COLUMNS: &[&str] = &[
    "ticket", "agent", "state", "queue", "priority", "by", "strategy", "score", "eligible", "denied",
    "reason",
];

/// The columns with the explanation.
pub(super) const COLUMNS_EXPLAINED: &[&str] = &[
    "ticket",
    "agent",
    "state",
    "queue",
    "priority",
    "by",
    "strategy",
    "score",
    "eligible",
    "denied",
    "reason",
    "explanation",
];

impl Batch {
    /// Writes a row for every ticket, in the order of the file.
    pub(super) fn write(&self, rows: &mut Rows, columns: &[&str]) -> io::Result<()> {
        let assigned = self.assigned();
        for id in self.tickets() {
            let event = assigned.get(id.as_str()).copied();
            let mut values = self.values(id, event);
            if columns.len() > values.len() {
                let explanation = self.explanation(id, event);
                values.push(json!(explanation));
            }
            rows.write(values)?;
        }
        rows.flush()
    }

    /// Explains every ticket as text.
    pub(super) fn explanations(&self) -> String {
        let assigned = self.assigned();
        let explained =
            self.tickets().iter().filter_map(|id| self.explanation(id, assigned.get(id.as_str()).copied()));
        explained.map(|explanation| explanation.to_string()).collect::<Vec<_>>().join("\n")
    }

    /// Returns the assignment of each ticket.
    fn assigned(&self) -> HashMap<&str, &Event> {
        let assigned = self.events().iter().filter_map(|event| match &event.body {
            EventBody::Assigned { ticket, .. } => Some((ticket.as_str(), event)),
            _ => None,
        });
        assigned.collect()
    }

    fn values(&self, id: &str, event: Option<&Event>) -> Vec<Value> {
        let view = self.engine().ticket(id);
        let queue = view.map(|view| view.queue().as_str());
        let priority = view.map(|view| view.priority().as_str());
        let (state, head) = (self.state(id), json!(id));
        if let Some(EventBody::Assigned { agent, decision, .. }) = event.map(|event| &event.body) {
            return vec![
                head,
                json!(agent),
                json!(state),
                json!(queue),
                json!(priority),
                json!(decision.by),
                json!(decision.strategy),
                json!(decision.score),
                json!(decision.tally.map(|tally| tally.eligible)),
                json!(denied(decision)),
                json!(reason(decision)),
            ];
        }
        let explanation = self.engine().explain(id).ok();
        let denied = explanation.as_ref().map(denials).unwrap_or_default();
        let strategy = explanation.as_ref().map(|explanation| explanation.strategy.as_str());
        let why = explanation.as_ref().map_or("it is not known any more".to_owned(), why_it_waits);
        let none = Value::Null;
        vec![
            head,
            none.clone(),
            json!(state),
            json!(queue),
            json!(priority),
            none.clone(),
            json!(strategy),
            none,
            json!(0),
            json!(denied),
            json!(why),
        ]
    }
}

/// Says how many agents each rule turns away now.
fn denials(explanation: &Explanation) -> String {
    let mut numbers = BTreeMap::new();
    for agent in &explanation.agents {
        if let Standing::Denied { denial } = &agent.standing {
            *numbers.entry(denial.rule).or_insert(0_u32) += 1;
        }
    }
    numbers.iter().map(|(rule, number)| format!("{rule} {number}")).collect::<Vec<_>>().join(", ")
}

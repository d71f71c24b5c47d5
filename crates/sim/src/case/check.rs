//! Checking events and the state after a step.

use super::partial::mismatch;
use super::player::Player;
use super::{Explained, Step};
use deskmatch::{AgentView, Dispatch, Standing, TicketState, TicketView, Timestamp};
use serde_json::{Value, json};

impl Player<'_> {
    pub(super) fn check_events(&mut self, step: &Step, found: &[Value]) {
        let Some(expected) = &step.events else { return };
        let named = |event: &&Value| {
            let name = event.get("type").and_then(Value::as_str).unwrap_or_default();
            step.only.as_ref().is_none_or(|only| only.iter().any(|wanted| wanted == name))
        };
        let found: Vec<&Value> = found.iter().filter(named).collect();
        if let Some(detail) = difference(expected, &found, self.case.start) {
            self.differ("events", detail);
        }
    }

    pub(super) fn check_state(&mut self, step: &Step) {
        self.check_who_has_what(step);
        for (ticket, expected) in &step.tickets {
            let found = self.engine.ticket(ticket).map_or(Value::Null, ticket_value);
            self.expect(&format!("tickets.{ticket}"), expected, &found);
        }
        for (agent, expected) in &step.agents {
            let found = self.engine.agent(agent).map_or(Value::Null, agent_value);
            self.expect(&format!("agents.{agent}"), expected, &found);
        }
        if let Some(expected) = &step.next_due {
            self.expect("next_due", expected, &json!(self.engine.next_due()));
        }
        for (ticket, expected) in &step.timeline {
            let found = self.engine.timeline(ticket).map_or(Value::Null, |moments| json!(moments));
            self.expect(&format!("timeline.{ticket}"), &json!(expected), &found);
        }
        if let Some(expected) = &step.view {
            self.expect("view", expected, &json!(self.engine.view()));
        }
        for (ticket, expected) in &step.denied {
            let found = self.denials(ticket);
            self.expect(&format!("denied.{ticket}"), &json!(expected), &found);
        }
        if let Some(explained) = &step.explain {
            self.check_explanation(explained);
        }
    }

    fn check_who_has_what(&mut self, step: &Step) {
        for (agent, expected) in &step.holds {
            let found = self.engine.agent(agent).map(|agent| json!(agent.tickets()));
            self.expect(&format!("holds.{agent}"), &json!(expected), &found.unwrap_or_default());
        }
        for (queue, expected) in &step.waiting {
            let found = self.engine.queue(queue).map(|queue| {
                let tickets = queue.tickets();
                json!(tickets.iter().map(TicketView::id).collect::<Vec<_>>())
            });
            self.expect(&format!("waiting.{queue}"), &json!(expected), &found.unwrap_or_default());
        }
        for (ticket, expected) in &step.states {
            let found = self.engine.ticket(ticket).map(|ticket| ticket.state());
            self.expect(&format!("states.{ticket}"), &json!(expected), &json!(found));
        }
        for (ticket, expected) in &step.offers {
            let mut expected = expected.clone();
            expected.sort_unstable();
            let found = self.engine.ticket(ticket).map(|ticket| {
                let mut agents: Vec<_> = ticket.offers().into_iter().map(|(agent, _)| agent).collect();
                agents.sort_unstable();
                json!(agents)
            });
            self.expect(&format!("offers.{ticket}"), &json!(expected), &found.unwrap_or_default());
        }
    }

    /// The rule that turns each agent away from a ticket, or null.
    fn denials(&self, ticket: &str) -> Value {
        let Ok(explanation) = self.engine.explain(ticket) else { return Value::Null };
        let rule = |standing: &Standing| match standing {
            Standing::Denied { denial } => json!(denial.rule),
            Standing::Chosen | Standing::Outranked { .. } => Value::Null,
        };
        explanation.agents.iter().map(|agent| (agent.agent.to_string(), rule(&agent.standing))).collect()
    }

    fn check_explanation(&mut self, expected: &Explained) {
        let field = format!("explain {}", expected.ticket);
        let explanation = match self.engine.explain(&expected.ticket) {
            Ok(explanation) => explanation,
            Err(error) => return self.differ(&field, format!("{error:?}")),
        };
        let text = explanation.to_string();
        for part in expected.text_contains.iter().filter(|part| !text.contains(part.as_str())) {
            self.differ(&field, format!("expected `{part}` in the text, found\n{text}"));
        }
        if let Some(data) = &expected.data {
            self.expect(&field, data, &json!(explanation));
        }
    }

    /// No ticket waits that an agent may take, where tickets go out by themselves and at once.
    pub(super) fn check_work_is_conserved(&mut self) {
        let queues = self.engine.policy().effective_queues();
        let at_once = |ticket: &TicketView<'_>| {
            queues
                .get(ticket.queue())
                .is_some_and(|queue| queue.dispatch == Dispatch::Push && queue.batch_window.is_none())
        };
        let waiting = self.engine.tickets().filter(|ticket| ticket.state() == TicketState::Waiting);
        let left: Vec<String> = waiting
            .filter(at_once)
            .filter_map(|ticket| {
                let candidates = self.engine.candidates(ticket.id().as_str()).ok()?;
                let agent = candidates.first()?.agent().id();
                Some(format!("{} waits although {agent} may take it", ticket.id()))
            })
            .collect();
        if !left.is_empty() {
            self.differ("law: work is conserved", left.join("\n"));
        }
    }
}

/// Where two lists of events differ: what both have, then `-` expected and `+` found, then what both have.
fn difference(expected: &[Value], found: &[&Value], start: Timestamp) -> Option<String> {
    let same = |expected: &Value, found: &Value| mismatch(expected, found, start).is_none();
    let before = expected.iter().zip(found).take_while(|(a, b)| same(a, b)).count();
    let (expected_left, found_left) = (&expected[before..], &found[before..]);
    if expected_left.is_empty() && found_left.is_empty() {
        return None;
    }
    let after =
        expected_left.iter().rev().zip(found_left.iter().rev()).take_while(|(a, b)| same(a, b)).count();
    let mut lines: Vec<String> = found[..before].iter().map(|event| format!("  {}", brief(event))).collect();
    let (expected_left, found_left) =
        (&expected_left[..expected_left.len() - after], &found_left[..found_left.len() - after]);
    lines.extend(expected_left.iter().map(|event| format!("- {event}")));
    lines.extend(found_left.iter().map(|event| format!("+ {}", brief(event))));
    if let ([expected], [found]) = (expected_left, found_left)
        && expected.get("type") == found.get("type")
    {
        lines.extend(mismatch(expected, found, start).map(|what| format!("  ({what})")));
    }
    lines.extend(found[found.len() - after..].iter().map(|event| format!("  {}", brief(event))));
    Some(lines.join("\n"))
}

/// An event without what would fill the screen.
fn brief(event: &Value) -> String {
    let mut event = event.clone();
    if let Some(fields) = event.as_object_mut() {
        fields.remove("policy");
        fields.remove("seq");
        for field in ["ticket", "agent"] {
            if let Some(id) = fields.get(field).and_then(|value| value.get("id")).cloned() {
                fields.insert(field.to_owned(), json!({ "id": id }));
            }
        }
        if let Some(decision) = fields.get_mut("decision").and_then(Value::as_object_mut) {
            decision.remove("policy");
            decision.remove("standings");
        }
    }
    event.to_string()
}

/// A ticket as cases see it.
fn ticket_value(ticket: TicketView<'_>) -> Value {
    json!({
        "state": ticket.state(),
        "queue": ticket.queue(),
        "channel": ticket.channel(),
        "priority": ticket.priority(),
        "class": ticket.class(),
        "agent": ticket.agent(),
        "required_skills": ticket.required_skills(),
        "attributes": ticket.attributes(),
        "size": ticket.size(),
        "age": ticket.age().as_millis(),
        "created": ticket.created(),
        "due": ticket.due(),
        "responded": ticket.responded(),
        "steps_taken": ticket.steps_taken(),
    })
}

/// An agent as cases see it.
fn agent_value(agent: AgentView<'_>) -> Value {
    json!({
        "presence": agent.presence(),
        "on_shift": agent.on_shift(),
        "skills": agent.agent().skills,
        "attributes": agent.agent().attributes,
        "weight": agent.agent().weight,
        "units_used": agent.units_used(),
        "units_free": agent.units_free(),
        "tickets": agent.tickets(),
        "offers": agent.offers(),
        "idle_since": agent.idle_since(),
        "ledger": agent.ledger(),
    })
}

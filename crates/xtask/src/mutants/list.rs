//! The bugs that are sown.

/// A bug: in a file of the core, one text in place of another.
pub(crate) struct Mutant {
    /// What is wrong then.
    pub(crate) name: &'static str,
    /// Under `crates/core/src`.
    pub(crate) file: &'static str,
    /// What stands there; exactly once.
    pub(crate) from: &'static str,
    /// What is put in its place.
    pub(crate) to: &'static str,
}

const fn mutant(name: &'static str, file: &'static str, from: &'static str, to: &'static str) -> Mutant {
    Mutant { name, file, from, to }
}

/// Every bug. Each breaks another part of the engine, and between them every law.
pub(crate) const MUTANTS: &[Mutant] = &[
    mutant(
        "capacity is off by one",
        "engine/records.rs",
        "self.units_used + u64::from(units) <= u64::from(self.brief.units)",
        "self.units_used + u64::from(units) <= u64::from(self.brief.units) + 1",
    ),
    mutant(
        "one more offer than allowed",
        "engine/index_ticket.rs",
        "ticket.extra().offers.len() < usize::from(offers.concurrent)",
        "ticket.extra().offers.len() <= usize::from(offers.concurrent)",
    ),
    mutant(
        "a finished ticket's units are not released",
        "engine/apply_holding.rs",
        "        if !freed {\n            record.units_used -= u64::from(units);",
        "        if !freed {",
    ),
    mutant(
        "an agent freed by a pause gets nothing",
        "engine/apply_holding.rs",
        "            self.index_room(agent);\n            self.pending.agents.push(agent);",
        "            self.index_room(agent);",
    ),
    mutant(
        "a second offer waits for the next command",
        "engine/dispatch.rs",
        "            self.desk.flush_fresh();\n            for agent in asked.drain(..) {",
        "            for agent in asked.drain(..) {",
    ),
    mutant(
        "credit does not count in the order",
        "engine/index_ticket.rs",
        "ticket.origin - priority.credit - credit",
        "ticket.origin - credit",
    ),
    mutant(
        "young tickets are shown to agents with a delay",
        "engine/dispatch.rs",
        "self.age(ticket) >= delay && ticket",
        "ticket",
    ),
    mutant(
        "a requeued ticket loses its age",
        "engine/apply_holding.rs",
        "        self.note_exclusion(slot, holder, excluded);",
        "        self.note_exclusion(slot, holder, excluded);\n        self.tickets[slot].origin = event.at.0;",
    ),
    mutant(
        "a changed ticket keeps its strict class",
        "engine/apply_ticket.rs",
        "        ticket.due = patch.due.map_or(ticket.due, |due| due.0);\n        self.classify(slot);",
        "        ticket.due = patch.due.map_or(ticket.due, |due| due.0);",
    ),
    mutant(
        "ties go by place in memory",
        "engine/choose.rs",
        "(self.tie_break(field, *agent), self.agents[*agent].id().clone())",
        "(u64::from(*agent), self.agents[*agent].id().clone())",
    ),
    mutant(
        "the longest idle is the longest unassigned",
        "engine/index_agent.rs",
        "RotaKind::Idle => (0, agent.idle)",
        "RotaKind::Idle => (0, agent.rotation)",
    ),
    mutant("the lowest score wins", "engine/score.rs", "(-score, 0)", "(score, 0)"),
    mutant(
        "an offer that is gone can be accepted",
        "engine/commands.rs",
        "        if !self.offer_of(slot, agent) {\n            return Err(no_offer(id, agent_id));",
        "        if !self.offer_of(slot, agent) && self.desk.tickets[slot].state != Waiting {\n            return Err(no_offer(id, agent_id));",
    ),
    mutant(
        "a declined offer is forgotten",
        "engine/apply_holding.rs",
        "            self.note_exclusion(slot, agent_slot, excluded);",
        "            let _ = excluded;",
    ),
    mutant(
        "a returning agent's ledger is not lifted",
        "engine/apply.rs",
        "            agent.ledger = agent.ledger.max(lifted.0);\n",
        "",
    ),
    mutant(
        "the rate limit allows one more",
        "engine/records.rs",
        "(limit.max as usize).saturating_sub(self.offers.len())",
        "(limit.max as usize + 1).saturating_sub(self.offers.len())",
    ),
    mutant(
        "open offers do not count against the rate",
        "engine/records.rs",
        "(limit.max as usize).saturating_sub(self.offers.len())",
        "(limit.max as usize).saturating_sub(0)",
    ),
    mutant(
        "a declined offer keeps its place in the rate",
        "engine/apply_holding.rs",
        "held -= 1;\n        self.index_rate_and_room(agent_slot);",
        "held -= 1;\n        self.index_room(agent_slot);",
    ),
    mutant(
        "plans do not see open offers",
        "engine/batch.rs",
        "saturating_sub(recent + agent.offers.len() as u64)",
        "saturating_sub(recent)",
    ),
    mutant(
        "targets for other priorities are watched",
        "engine/targets.rs",
        "!mark.settled && (priorities.is_empty() || priorities.contains(&ticket.priority))",
        "!mark.settled && (priorities.is_empty() || ticket.priority < u16::MAX)",
    ),
    mutant(
        "a ticket that nobody may take opens a window",
        "engine/windows.rs",
        "            if !candidates.is_empty() {",
        "            if queue < u16::MAX {",
    ),
    mutant(
        "an agent that gains opens no window",
        "engine/dispatch.rs",
        "windows.note(tickets, agents, everyone);",
        "windows.note(tickets, &[], everyone);",
    ),
    mutant(
        "a request id with another body is taken for the same",
        "engine/mod.rs",
        "Some(answer) if answer.command == hash => {",
        "Some(answer) if answer.command == hash || answer.refusal.is_none() => {",
    ),
    mutant(
        "snapshots lose declines",
        "engine/image.rs",
        ".map(|(agent, until, presence)| Declined {",
        ".take(0).map(|(agent, until, presence)| Declined {",
    ),
    mutant("taking back forgets timers", "engine/index_ticket.rs", "        self.touch_ticket(slot);\n", ""),
    mutant(
        "plans do not look at priorities",
        "engine/batch.rs",
        "Cover::MostRows { rank: ranks }",
        "Cover::MostRows { rank: vec![0; Vec::<u32>::len(&ranks)] }",
    ),
    mutant(
        "plans are made before shifts end",
        "engine/tick.rs",
        "any(|wake| !matches!(wake, Wake::Queue { .. })) {\n                due.retain(|wake| !matches!(",
        "any(|wake| matches!(wake, Wake::Queue { .. })) {\n                due.retain(|wake| matches!(",
    ),
    mutant(
        "the rule on rates is not counted",
        "engine/eligibility.rs",
        "            (Rule::Rate, &self.index.rate),\n",
        "",
    ),
    mutant(
        "forgotten tickets are not counted",
        "engine/apply_ticket.rs",
        "        self.forgotten[usize::from(ticket.state == Cancelled)] += 1;\n",
        "",
    ),
    mutant(
        "an agent is not moved in the lineups it is in",
        "engine/index_agent.rs",
        "        self.stand_everywhere(slot);",
        "",
    ),
    mutant(
        "a lineup outlives a change of an agent's level",
        "engine/index_agent.rs",
        "        self.leave_lineups(slot);",
        "",
    ),
    mutant(
        "a ladder begins with the highest rung",
        "engine/lineup/rungs.rs",
        "self.order.iter().map(|(_, rung)| *rung",
        "self.order.iter().rev().map(|(_, rung)| *rung",
    ),
    mutant(
        "a load is changed in one lineup only",
        "engine/lineup/lineups.rs",
        "for spot in ladders {",
        "for spot in ladders.take(1) {",
    ),
    mutant(
        "only the first of a ladder's equals is seen",
        "engine/lineup/ladder.rs",
        "while let Some(place) = next.filter(|place| *place < end) {",
        "if let Some(place) = next.filter(|place| *place < end) {",
    ),
    mutant(
        "an agent with the very level asked is passed over",
        "engine/records.rs",
        "self.level(skill) >= level)",
        "self.level(skill) > level)",
    ),
    mutant(
        "a changed attribute is not noticed",
        "engine/index_agent.rs",
        "        self.index.note_numbers(slot, numbers);",
        "        if self.index.numbers.iter().all(|column| column.len() <= slot as usize) {
            self.index.note_numbers(slot, numbers);
        }",
    ),
];

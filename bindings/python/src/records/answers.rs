//! Why an agent got a ticket, or none did.

use super::html;
use crate::guard::guard;
use crate::record::{ClassInfo, complete, record};
use pyo3::prelude::*;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

record! {
    /// Why an agent got a ticket: what chose it, under which policy, and among how many.
    Decision(deskmatch::Decision) {
        /// What led to it.
        by (by): deskmatch::DecidedBy,
        /// The strategy of the queue.
        strategy (strategy): SmolStr,
        /// The revision of the strategy: it grows when the same input would be decided otherwise.
        revision (revision): u32,
        /// The hash of the policy.
        policy (policy): deskmatch::ContentHash,
        /// The agent's score in points of a millionth, if the strategy scores.
        score (score): Option<i64>,
        /// How many agents were eligible and how many each rule turned away; not with the detail `off`.
        tally (tally): Option<deskmatch::Tally>,
        /// The standing of every agent, with the detail `full`.
        standings (standings): Option<Box<Vec<deskmatch::AgentStanding>>>,
        /// Why somebody passed over the rules, if somebody did and said so.
        reason (reason): Option<SmolStr>,
    }

    /// The decision as a table, for notebooks.
    fn _repr_html_(&self) -> PyResult<String> {
        guard(|| Ok(html::decision(&self.0)))
    }
}

record! {
    /// A rule that failed, with the value it found and the one it needed.
    Denial(deskmatch::Denial) {
        /// The rule.
        rule (rule): deskmatch::Rule,
        /// What was found: `german at level 40`.
        found (found): String,
        /// What was needed: `german at level 50 or more`.
        needed (needed): String,
    }

    /// In words: `skill: needs german at level 50 or more, has german at level 40`.
    fn __str__(&self) -> PyResult<String> {
        guard(|| Ok(self.0.to_string()))
    }
}

record! {
    /// What routing rules set on a ticket.
    Route(deskmatch::Route) {
        /// The rules that took effect, in order.
        rules (rules): Vec<SmolStr>,
        /// The queue, if they chose one.
        queue (queue): Option<deskmatch::QueueId>,
        /// The priority, if they set one.
        priority (priority): Option<deskmatch::PriorityId>,
        /// The strict class, if they set one.
        class_ (class): Option<SmolStr>,
        /// The skills they added or replaced.
        skills (skills): Vec<deskmatch::SkillRequirement>,
        /// The attributes they set.
        attributes (attributes): deskmatch::Attributes,
        /// The targets, if they set them.
        targets (targets): Option<Vec<SmolStr>>,
    }
}

record! {
    /// A plan in figures.
    PlanSummary(deskmatch::PlanSummary) {
        /// Tickets that waited.
        tickets (tickets): u32,
        /// Tickets that the plan assigns.
        assigned (assigned): u32,
        /// The sum of the scores of its pairs.
        score (score): i64,
        /// What choosing ticket by ticket would have assigned.
        greedy_assigned (greedy_assigned): u32,
        /// The sum of scores that choosing ticket by ticket would have reached.
        greedy_score (greedy_score): i64,
        /// Whether the plan is proved the best there is. Where tickets differ in size or channel it may be a good one instead.
        exact (exact): bool,
        /// What no plan can score that assigns as many tickets of each priority, where the plan is not exact but no other is proved to
        /// assign more.
        bound (bound): Option<i64>,
        /// The agents that the plan filled and for which one more ticket of room would have helped: the scarcest first, at most 16.
        prices (prices): Vec<deskmatch::AgentPrice>,
        /// The skills that the plan's tickets require and that only such agents have: the scarcest first, at most 16.
        skills (skills): Vec<deskmatch::SkillPrice>,
    }
}

record! {
    /// What one more ticket of room with an agent would have been worth to a plan, at most: its dual price.
    AgentPrice(deskmatch::AgentPrice) {
        /// The agent.
        agent (agent): deskmatch::AgentId,
        /// Whether one more ticket, or a more urgent one, would have been assigned.
        covers (covers): bool,
        /// What the score would have gained, in points. Where `covers` is set that comes first, and this may be below zero.
        points (points): i64,
    }
}

record! {
    /// What one more ticket of room for a skill would have been worth to a plan, at most: the price of the least scarce of the
    /// agents that have it.
    SkillPrice(deskmatch::SkillPrice) {
        /// The skill.
        skill (skill): deskmatch::SkillId,
        /// Whether one more ticket, or a more urgent one, would have been assigned.
        covers (covers): bool,
        /// What the score would have gained, in points. Where `covers` is set that comes first, and this may be below zero.
        points (points): i64,
    }
}

record! {
    /// One term of a score.
    Term(deskmatch::Term) {
        /// The factor.
        factor (factor): SmolStr,
        /// The agent's value: of a weighted sum in millionths; else a load in millionths of capacity or in units, a number of turns, the
        /// attribute, or how long ago in milliseconds, 9007199254740991 if it never was.
        value (value): i64,
        /// What it counts.
        weight (weight): i64,
        /// The points it adds.
        points (points): i64,
    }
}

record! {
    /// Why a ticket went where it did, or why it waits.
    Explanation(deskmatch::Explanation) {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// Its state.
        state (state): SmolStr,
        /// Its queue.
        queue (queue): deskmatch::QueueId,
        /// The moment the explanation is for.
        at (at): deskmatch::Timestamp,
        /// The strategy that chooses.
        strategy (strategy): SmolStr,
        /// The hash of the policy.
        policy (policy): deskmatch::ContentHash,
        /// Every agent, the chosen one first, then by rank, then the denied by name.
        agents (agents): Vec<deskmatch::AgentStanding>,
        /// Whether only the keyed hash of seed, ticket and agent put the first before the second.
        tie_broken (tie_broken): bool,
        /// For a waiting ticket: the smallest changes that would make it assignable, the one that frees most agents first.
        would_help (would_help): Vec<deskmatch::Remedy>,
    }

    /// The explanation as a text for a team lead, the same in every language.
    fn __str__(&self) -> PyResult<String> {
        guard(|| Ok(self.0.to_string()))
    }

    /// The explanation as a table, for notebooks.
    fn _repr_html_(&self) -> PyResult<String> {
        guard(|| Ok(html::explanation(&self.0)))
    }
}

record! {
    /// The changes that together would make a waiting ticket assignable.
    Remedy(deskmatch::Remedy) {
        /// The changes: one where one is enough, else as few as will do.
        changes (changes): Vec<deskmatch::Change>,
        /// How many agents could have the ticket after these changes.
        agents (agents): u32,
    }
}

record! {
    /// What a policy would change.
    PolicyPreview(deskmatch::PolicyPreview) {
        /// The hash of the policy.
        policy (policy): deskmatch::ContentHash,
        /// The waiting tickets that it changes, by name.
        changes (changes): Vec<deskmatch::TicketChange>,
    }
}

record! {
    /// What a policy would change for one waiting ticket.
    TicketChange(deskmatch::TicketChange) {
        /// The ticket.
        ticket (ticket): deskmatch::TicketId,
        /// Its place in its queue, from 1: before and after. `None` where it does not wait.
        place (place): (Option<u32>, Option<u32>),
        /// The agents that could ever take it: before and after.
        capable (capable): (u32, u32),
        /// The agent that would get it, or an offer of it, at once.
        agent (agent): Option<deskmatch::AgentId>,
    }
}

record! {
    /// An engine in figures. What was submitted is in exactly one of the states.
    View(deskmatch::View) {
        /// Agents known.
        agents (agents): u64,
        /// Tickets ever submitted.
        submitted (submitted): u64,
        /// Tickets held back.
        scheduled (scheduled): u64,
        /// Tickets without an offer.
        waiting (waiting): u64,
        /// Tickets with a live offer.
        offered (offered): u64,
        /// Tickets being worked on.
        assigned (assigned): u64,
        /// Tickets that wait on their requester.
        paused (paused): u64,
        /// Tickets being wrapped up.
        wrapping_up (wrapping_up): u64,
        /// Tickets done, those no longer known included.
        closed (closed): u64,
        /// Tickets given up, those no longer known included.
        cancelled (cancelled): u64,
    }
}

record! {
    /// One fault of a document: where it is, and what is wrong with it.
    Fault(deskmatch::Fault) {
        /// Where, as a JSON path: `queues.support.targets[0]`.
        path (path): String,
        /// What is wrong, and what was expected.
        message (message): String,
    }
}

/// What a [`deskmatch::Warning`] says.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Warned {
    code: String,
    severity: String,
    path: String,
    message: String,
}

impl From<&deskmatch::Warning> for Warned {
    fn from(it: &deskmatch::Warning) -> Self {
        let severity = match it.severity {
            deskmatch::Severity::Info => "info",
            deskmatch::Severity::Warning => "warning",
        };
        Self {
            code: it.code.code().to_owned(),
            severity: severity.to_owned(),
            path: it.path.clone(),
            message: it.message.clone(),
        }
    }
}

record! {
    /// Something in a valid policy that its author should look at.
    PolicyWarning(Warned) {
        /// What sort of thing, as a stable code.
        code (code): String,
        /// `info` or `warning`.
        severity (severity): String,
        /// Where, as a JSON path.
        path (path): String,
        /// What it is, and what to do.
        message (message): String,
    }
}

complete! {
    deskmatch::Decision { by, strategy, revision, policy, score, tally, standings, reason }
    deskmatch::Denial { rule, found, needed }
    deskmatch::Route { rules, queue, priority, class, skills, attributes, targets }
    deskmatch::PlanSummary { tickets, assigned, score, greedy_assigned, greedy_score, exact, bound, prices, skills }
    deskmatch::AgentPrice { agent, covers, points }
    deskmatch::SkillPrice { skill, covers, points }
    deskmatch::Term { factor, value, weight, points }
    deskmatch::Explanation { ticket, state, queue, at, strategy, policy, agents, tie_broken, would_help }
    deskmatch::Remedy { changes, agents }
    deskmatch::PolicyPreview { policy, changes }
    deskmatch::TicketChange { ticket, place, capable, agent }
    deskmatch::View { agents, submitted, scheduled, waiting, offered, assigned, paused, wrapping_up, closed, cancelled }
    deskmatch::Fault { path, message }
}

pub(crate) const CLASSES: &[ClassInfo] = &[
    Decision::CLASS,
    Denial::CLASS,
    Route::CLASS,
    PlanSummary::CLASS,
    AgentPrice::CLASS,
    SkillPrice::CLASS,
    Term::CLASS,
    Explanation::CLASS,
    Remedy::CLASS,
    PolicyPreview::CLASS,
    TicketChange::CLASS,
    View::CLASS,
    Fault::CLASS,
    PolicyWarning::CLASS,
];

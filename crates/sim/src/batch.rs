//! What one batch without an engine of the caller's has in common, whoever asks for it: how a policy is fitted to it.
//!
//! All tickets come in under [`held`], by which nothing is settled; then [`fitted`] itself is set, which settles them in the order of
//! their queues, and what [`is_planned`] is settled by one optimal plan.

use deskmatch::order;
use deskmatch::{
    Agent, Dispatch, Explanation, Factor, FactorTerm, LexicographicLayer, Policy, Prefer, QueueId, ReadyMade,
    Span, StrategyPolicy, Ticket,
};
use std::collections::BTreeSet;

/// The window of queues that are planned; nothing waits for its end.
const WINDOW: Span = Span::millis(1);

/// The queues that tickets and agents name.
pub fn queues_named<'a>(
    tickets: impl Iterator<Item = &'a Ticket>,
    agents: impl Iterator<Item = &'a Agent>,
) -> BTreeSet<QueueId> {
    let of_tickets = tickets.filter_map(|ticket| ticket.queue.clone());
    let of_agents = agents.flat_map(|agent| agent.queues.iter().map(|entry| entry.queue.clone()));
    order::set(of_tickets.chain(of_agents))
}

/// Fits a policy to a batch: queues planned or settled at once, nothing offered, nothing turned away.
pub fn fitted(mut policy: Policy) -> Policy {
    policy.queues = policy.effective_queues();
    for queue in policy.queues.values_mut() {
        let is_planned =
            queue.batch_window.is_some() || matches!(queue.strategy, StrategyPolicy::Optimal { .. });
        queue.batch_window = is_planned.then_some(queue.batch_window.unwrap_or(WINDOW));
        queue.dispatch = Dispatch::Push;
        queue.offers = None;
        queue.limit = None;
    }
    policy
}

/// Whether a [`fitted`] policy has queues for a plan.
pub fn is_planned(policy: &Policy) -> bool {
    policy.queues.values().any(|queue| queue.batch_window.is_some())
}

/// The policy under which every ticket waits until all are there.
pub fn held(mut policy: Policy) -> Policy {
    for queue in policy.queues.values_mut().filter(|queue| queue.batch_window.is_none()) {
        queue.dispatch = Dispatch::Pull;
    }
    policy
}

/// The strategy of a name, with the factors or layers of the one it replaces where that has some, else those of `balanced`; `None` if
/// no strategy has that name.
#[inline]
pub fn strategy_named(name: &str, old: &StrategyPolicy) -> Option<StrategyPolicy> {
    let factors = || match old {
        StrategyPolicy::Weighted { factors } | StrategyPolicy::Optimal { factors } => factors.clone(),
        StrategyPolicy::Custom { factors, .. } if !factors.is_empty() => factors.clone(),
        _ => factors_of_balanced(),
    };
    Some(match name {
        "round_robin" => StrategyPolicy::RoundRobin { weighted: false },
        "longest_idle" => StrategyPolicy::LongestIdle {},
        "least_loaded" => StrategyPolicy::LeastLoaded { absolute: false },
        "fair_share" => StrategyPolicy::FairShare {},
        "random_weighted" => StrategyPolicy::RandomWeighted {},
        "weighted" => StrategyPolicy::Weighted { factors: factors() },
        "optimal" => StrategyPolicy::Optimal { factors: factors() },
        "lexicographic" if matches!(old, StrategyPolicy::Lexicographic { .. }) => old.clone(),
        "lexicographic" => StrategyPolicy::Lexicographic {
            layers: [Factor::SkillLevel, Factor::Headroom, Factor::FairShare]
                .map(|factor| LexicographicLayer { factor, prefer: Prefer::High, attribute: None })
                .to_vec(),
        },
        _ => return None,
    })
}

#[inline]
fn factors_of_balanced() -> Vec<FactorTerm> {
    let policy = ReadyMade::Balanced.policy();
    match policy.queues.get(ReadyMade::Balanced.template()).map(|queue| &queue.strategy) {
        Some(StrategyPolicy::Weighted { factors }) => factors.clone(),
        _ => vec![FactorTerm::new(Factor::Headroom, 1)],
    }
}

/// Why a ticket waits, and what would help most.
pub fn why_it_waits(explanation: &Explanation) -> String {
    let state = &explanation.state;
    match explanation.would_help.first() {
        Some(remedy) => format!("{state}: no agent may have it; what would help: {remedy}"),
        None => format!("{state}: no agent may have it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strategy_by_name_keeps_the_factors_of_the_one_it_replaces() {
        let factors = vec![FactorTerm::new(Factor::SkillLevel, 7)];
        let old = StrategyPolicy::Weighted { factors: factors.clone() };
        assert_eq!(strategy_named("optimal", &old), Some(StrategyPolicy::Optimal { factors }));
        assert_eq!(
            strategy_named("weighted", &StrategyPolicy::FairShare {}),
            Some(StrategyPolicy::Weighted { factors: factors_of_balanced() })
        );
        assert_eq!(strategy_named("no such", &old), None);
    }

    #[test]
    fn a_fitted_policy_plans_or_settles_at_once_and_a_held_one_keeps_tickets() {
        let text = r#"{ "default_queue": "push", "queues": {
            "plan": { "strategy": { "kind": "optimal", "factors": [{ "factor": "headroom", "weight": 1 }] } },
            "push": { "offers": { "timeout": "30s" }, "dispatch": "pull" }
        } }"#;
        let policy = fitted(Policy::from_json(text).expect("it is valid"));
        assert!(is_planned(&policy));
        assert!(policy.queues["push"].offers.is_none() && policy.queues["push"].dispatch == Dispatch::Push);
        let held = held(policy);
        assert_eq!(held.queues["push"].dispatch, Dispatch::Pull);
        assert_eq!(held.queues["plan"].batch_window, Some(WINDOW));
        assert!(!is_planned(&fitted(Policy::default())));
    }
}

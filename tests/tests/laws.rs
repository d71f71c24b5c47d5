//! The laws of the engine, each over worlds of its own: random policies, agents, commands and time, judged by a second desk.
//!
//! A failure prints the seed of the world and the fewest commands found that break the law. `cargo xtask simulate` goes
//! through many more.

use deskmatch_sim::laws::{Counts, Law, Run};
use proptest::prelude::*;

/// How many worlds each law is given.
const WORLDS: u64 = 400;

/// Goes through the worlds of a law; every law is checked in each, this one at least so often.
fn holds(law: Law, checks_min: u64) -> Counts {
    let mut counts = Counts::default();
    for number in 0..WORLDS {
        let seed = (law as u64) << 32 | number;
        match Run::new(seed).with_commands(300).check() {
            Ok(seen) => counts.add(&seen),
            Err(failure) => panic!("{failure}"),
        }
    }
    let checks = counts.checks_of(law);
    assert!(checks >= checks_min, "`{}` was checked {checks} times only", law.name());
    counts
}

#[test]
fn a_full_agent_is_not_given_more() {
    holds(Law::Capacity, 5_000);
}

#[test]
fn a_ticket_has_one_holder_and_is_in_one_state() {
    let counts = holds(Law::Holder, 1_000);
    let seen: Vec<&str> = counts.events_by_name().into_iter().map(|(name, _)| name).collect();
    for name in ["offered", "offer_accepted", "offer_expired", "offer_revoked", "paused", "reopened"] {
        assert!(seen.contains(&name), "no `{name}` has come up");
    }
}

#[test]
fn no_ticket_waits_that_an_agent_may_take() {
    holds(Law::Conserved, 15_000);
}

#[test]
fn an_agent_passes_over_no_ticket_that_goes_first() {
    holds(Law::Order, 5_000);
}

#[test]
fn no_ticket_is_overtaken_beyond_the_bound() {
    holds(Law::Overtaking, 1_000);
}

#[test]
fn the_same_commands_give_the_same_events_and_digest() {
    holds(Law::Determinism, 5_000);
}

#[test]
fn a_snapshot_and_the_events_after_it_equal_a_full_replay() {
    holds(Law::Replay, 1_500);
}

#[test]
fn an_optimal_plan_equals_brute_force() {
    holds(Law::Optimal, 1_500);
}

#[test]
fn an_explanation_agrees_with_its_decision() {
    holds(Law::Explanation, 2_000);
}

#[test]
fn tickets_in_are_tickets_in_each_state() {
    holds(Law::Counts, 40_000);
}

#[test]
fn only_eligible_agents_get_tickets() {
    holds(Law::Eligible, 5_000);
}

#[test]
fn the_agent_chosen_is_the_best_by_the_strategy() {
    holds(Law::Choice, 4_000);
}

#[test]
fn what_falls_due_is_done_and_nothing_before() {
    holds(Law::Due, 20_000);
}

#[test]
fn what_the_engine_shows_is_what_its_events_say() {
    holds(Law::Views, 800);
}

#[test]
fn an_answer_comes_once_and_errors_are_those_documented() {
    holds(Law::Answers, 20);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_law_holds_in_any_world(seed: u64, commands in 20usize..500) {
        if let Err(failure) = Run::new(seed).with_commands(commands).check() {
            prop_assert!(false, "{}", failure);
        }
    }
}

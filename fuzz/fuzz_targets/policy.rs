//! A policy document of any bytes is refused or works; what is accepted reads back the same.
#![no_main]

use deskmatch::{Agent, Command, Engine, Policy, Ticket, Timestamp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(policy) = Policy::from_json(text) else { return };
    let _ = policy.lint(&[]);
    let again = Policy::from_json(&policy.to_json()).expect("a policy reads back");
    assert_eq!(policy.hash(), again.hash());
    let Ok(mut engine) = Engine::new(policy) else { return };
    for moment in [0, 1_000, 10_000_000] {
        let _ = engine.execute(Timestamp(moment), Command::add_agent(Agent::new(format!("agent-{moment}"))));
        let _ = engine.execute(Timestamp(moment), Command::submit(Ticket::new(format!("T-{moment}"))));
    }
});

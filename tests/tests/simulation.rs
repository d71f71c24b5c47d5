//! One simulation of tickets given as values, the same in every language.
//!
//! `simulation.json` has tickets with attributes and channels, agents, policies and a model, and what comes of them: every assignment
//! and the figures. Rust, Python and Node each simulate it and compare. Set `DESKMATCH_WRITE_TRANSCRIPTS` to write the answers anew.

use deskmatch::{Agent, Policy};
use deskmatch_sim::replay::{
    Assignment, AssignmentRecord, Observer, QueueUse, Simulation, SimulationOptions,
};
use deskmatch_sim::{HandleTimeModel, PastTicket, Roster, TicketLog};
use serde_json::{Value, json};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/simulation.json");

#[derive(Default)]
struct Kept {
    policy: usize,
    records: Vec<AssignmentRecord>,
}

impl Observer for Kept {
    fn assigned(&mut self, assignment: &Assignment<'_>) -> std::io::Result<()> {
        self.records.push(assignment.record(self.policy));
        Ok(())
    }
}

/// What comes of the file, in the form in which it holds the answers.
fn answers(file: &Value) -> Value {
    let part = |name: &str| file[name].clone();
    let tickets: Vec<PastTicket> = serde_json::from_value(part("tickets")).expect("tickets of the past");
    let agents: Vec<Agent> = serde_json::from_value(part("agents")).expect("agents");
    let log = TicketLog::of_tickets(&tickets).expect("no ticket is bad");
    let roster = Roster::of_agents(&agents).expect("no agent is bad");
    let model = &file["model"];
    let handle_time = model["handle_time"].as_str().and_then(|text| text.parse().ok());
    assert_eq!(model["queues"], "policy");
    let options = SimulationOptions {
        handle_time: HandleTimeModel::new(
            handle_time.expect("a distribution"),
            model["seed"].as_u64().expect("a seed"),
        ),
        queues: QueueUse::Policy,
        ..SimulationOptions::default()
    };
    let simulation = Simulation::new(&log, &roster, options);
    let mut kept = Kept::default();
    let mut runs = Vec::new();
    for (policy, (name, document)) in file["policies"].as_object().expect("policies").iter().enumerate() {
        kept.policy = policy;
        let policy = Policy::from_json(&document.to_string()).expect("a valid policy");
        runs.push(simulation.run(name, &policy, &mut kept).expect("the model fits"));
    }
    let report = simulation.report(&runs).expect("there are figures").without_measured();
    json!({ "assignments": kept.records, "rows": report.to_json()["rows"] })
}

#[test]
fn the_simulation_has_the_answers_that_every_language_has() {
    let text = std::fs::read_to_string(PATH).expect("the file is part of the repository");
    let mut file: Value = serde_json::from_str(&text).expect("the file is JSON");
    let found = answers(&file);
    if std::env::var_os("DESKMATCH_WRITE_TRANSCRIPTS").is_some() {
        file["answers"] = found;
        let text = serde_json::to_string_pretty(&file).expect("values are JSON");
        std::fs::write(PATH, text + "\n").expect("the file can be written");
        return;
    }
    assert_eq!(file["answers"], found);
    let queues = |name: &str| {
        let records = found["assignments"].as_array().into_iter().flatten();
        records.filter(|record| record["queue"] == name).count()
    };
    assert!(queues("vip") > 0 && queues("phone") > 0, "attributes and channels play a part");
}

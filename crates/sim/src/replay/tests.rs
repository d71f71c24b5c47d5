//! Small logs whose outcome is worked out by hand.

use std::collections::BTreeMap;

use deskmatch::{DecidedBy, Policy, ReadyMade, RequeueReason};

use super::*;
use crate::{ErrorKind, HandleTimeModel, LogReader, Mapping, RosterOptions};

const MINUTE_MS: i64 = 60_000;

/// Notes who got what when, in minutes since nine.
#[derive(Default)]
struct Notes {
    assigned: Vec<(String, String, i64)>,
    by: Vec<DecidedBy>,
    reasons: Vec<String>,
    events: Vec<String>,
    requeued: Vec<RequeueReason>,
}

/// 9:00 on 1 March 2016.
const NINE_MS: i64 = 1_456_822_800_000;

impl Observer for Notes {
    fn assigned(&mut self, assignment: &Assignment<'_>) -> std::io::Result<()> {
        let after_ms = assignment.at_ms - NINE_MS;
        self.assigned.push((assignment.ticket.id().to_owned(), assignment.agent.to_owned(), after_ms));
        self.by.push(assignment.decision.by);
        self.reasons.push(assignment.reason());
        Ok(())
    }

    fn happened(&mut self, event: &Event) -> std::io::Result<()> {
        self.events.push(event.body.name().to_owned());
        if let deskmatch::EventBody::Requeued { reason, .. } = &event.body {
            self.requeued.push(*reason);
        }
        Ok(())
    }
}

fn log(csv: &str) -> TicketLog {
    LogReader::new(Mapping::servicenow()).strict(true).read(csv.as_bytes()).unwrap()
}

fn always(handle_time: &str) -> SimulationOptions {
    let handle_time = HandleTimeModel::new(handle_time.parse().unwrap(), 0);
    SimulationOptions { handle_time, ..SimulationOptions::default() }
}

fn run(log: &TicketLog, agents: &str, policy: &str, options: SimulationOptions) -> (PolicyRun, Notes) {
    let roster = Roster::read(agents.as_bytes()).unwrap();
    let mut notes = Notes::default();
    let policy = Policy::from_json(policy).unwrap();
    let run = Simulation::new(log, &roster, options).run("test", &policy, &mut notes).unwrap();
    (run, notes)
}

fn at(ticket: &str, agent: &str, after_ms: i64) -> (String, String, i64) {
    (ticket.to_owned(), agent.to_owned(), after_ms)
}

#[test]
fn three_tickets_and_two_agents_wait_as_worked_out_by_hand() {
    // Work takes 20 minutes. Ada and Ben take T-1 and T-2 at once; T-3 comes at 9:10 and has to wait for Ada, who is free
    // at 9:20, before Ben at 9:25.
    let log = log("number,opened_at,assignment_group\n\
                   T-1,1/3/2016 09:00,desk\n\
                   T-2,1/3/2016 09:05,desk\n\
                   T-3,1/3/2016 09:10,desk\n");
    let (run, notes) = run(&log, "id,queues\nada,desk\nben,desk\n", r#"{ "seed": 1 }"#, always("fixed:20m"));
    let (first, second) = (notes.assigned[0].1.clone(), notes.assigned[1].1.clone());
    assert_ne!(first, second);
    assert_eq!(
        notes.assigned,
        [at("T-1", &first, 0), at("T-2", &second, 5 * MINUTE_MS), at("T-3", &first, 20 * MINUTE_MS)]
    );
    assert_eq!(notes.by, [DecidedBy::Strategy, DecidedBy::Strategy, DecidedBy::Order]);
    assert_eq!(notes.reasons[0], "least_loaded chose the agent; 2 eligible");
    assert_eq!(notes.reasons[1], "least_loaded chose the agent; 1 eligible; turned away: capacity 1");
    assert_eq!(
        notes.reasons[2],
        "the agent had room and the ticket was the first in order; 1 eligible; turned away: capacity 1"
    );
    let wait = run.wait.unwrap();
    assert_eq!((wait.p50, wait.max, wait.mean), (0, 10 * MINUTE_MS, 200_000));
    assert_eq!((run.tickets, run.assigned, run.never_assigned(), run.reassignments()), (3, 3, 0, 0));
    assert_eq!(run.assigned_within, 3, "ten minutes are within fifteen");
    assert_eq!((run.loads.max(), run.loads.min()), (Some(2), Some(1)));
    assert_eq!((run.view.closed, run.view.waiting), (3, 0));
    assert_eq!(run.targets_missed, None);
}

#[test]
fn an_agent_with_two_units_works_on_two_tickets_side_by_side() {
    let log = log("number,opened_at,assignment_group\n\
                   T-1,1/3/2016 09:00,desk\n\
                   T-2,1/3/2016 09:01,desk\n\
                   T-3,1/3/2016 09:02,desk\n");
    let (_, notes) = run(&log, "id,queues,capacity\nada,desk,2\n", "{}", always("fixed:10m"));
    assert_eq!(
        notes.assigned,
        [at("T-1", "ada", 0), at("T-2", "ada", MINUTE_MS), at("T-3", "ada", 10 * MINUTE_MS)]
    );
}

#[test]
fn logged_work_times_go_before_the_model() {
    let log = log("number,opened_at,assignment_group,time_worked\n\
                   T-1,1/3/2016 09:00,desk,00:03:00\n\
                   T-2,1/3/2016 09:00,desk,?\n\
                   T-3,1/3/2016 09:00,desk,?\n");
    let (_, notes) = run(&log, "id,queues\nada,desk\n", "{}", always("fixed:10m"));
    assert_eq!(
        notes.assigned,
        [at("T-1", "ada", 0), at("T-2", "ada", 3 * MINUTE_MS), at("T-3", "ada", 13 * MINUTE_MS)]
    );
}

#[test]
fn an_offer_is_accepted_after_the_reaction_time() {
    let log = log("number,opened_at,assignment_group\nT-1,1/3/2016 09:00,desk\nT-2,1/3/2016 09:00,desk\n");
    let policy = r#"{ "queues": { "desk": { "offers": { "timeout": "30s" }, "wrap_up": "1m" } } }"#;
    let options = SimulationOptions { reaction_ms: 7_000, ..always("fixed:10m") };
    let (run, notes) = run(&log, "id,queues\nada,desk\n", policy, options);
    // Ada accepts after 7 seconds, works for 10 minutes, wraps up for one, and is offered the next.
    assert_eq!(notes.assigned, [at("T-1", "ada", 7_000), at("T-2", "ada", 11 * MINUTE_MS + 14_000)]);
    assert_eq!((run.offers(), run.offers_missed(), run.decisions()), (2, 0, 2));
    assert_eq!(notes.reasons[0], "the agent accepted an offer: least_loaded chose the agent; 1 eligible");
}

#[test]
fn who_misses_an_offer_comes_back_and_every_ticket_is_done() {
    let rows: String =
        (0..60).map(|n| format!("T-{n},1/3/2016 {:02}:{:02},desk\n", 9 + n / 30, n % 30)).collect();
    let log = log(&format!("number,opened_at,assignment_group\n{rows}"));
    let policy = r#"{ "queues": { "desk": { "offers": { "timeout": "30s" } } } }"#;
    let options = SimulationOptions { missed_offers_permille: 300, ..always("fixed:5m") };
    let agents = "id,queues\nada,desk\nben,desk\nchen,desk\n";
    let (run, notes) = run(&log, agents, policy, options);
    assert_eq!((run.assigned, run.view.closed), (60, 60));
    assert!(run.offers_missed() > 5, "{} of {}", run.offers_missed(), run.offers());
    assert_eq!(run.offers(), 60 + run.offers_missed());
    let presence = notes.events.iter().filter(|name| *name == "presence_changed").count() as u64;
    assert_eq!(presence, 2 * run.offers_missed(), "away and back");
}

#[test]
fn an_agent_who_responds_in_time_keeps_its_ticket() {
    let log = log("number,opened_at,assignment_group\nT-1,1/3/2016 09:00,desk\n");
    let policy = r#"{
        "queues": { "desk": { "unanswered_after": "10m", "targets": ["answer", "done"] } },
        "targets": {
            "answer": { "kind": "first_response", "within": "4m" },
            "done": { "kind": "resolution", "within": "2h" }
        }
    }"#;
    let (run, notes) = run(&log, "id,queues\nada,desk\n", policy, always("fixed:1h"));
    assert_eq!(notes.requeued, []);
    assert_eq!(
        (run.targets_missed, run.late_tickets),
        (Some(1), Some(1)),
        "the response comes after 5 minutes"
    );
    assert!(notes.events.contains(&"responded".to_owned()));
}

#[test]
fn a_policy_under_which_nothing_could_end_is_refused() {
    let log = log("number,opened_at,assignment_group\nT-1,1/3/2016 09:00,desk\n");
    let roster = Roster::read("id\nada\n".as_bytes()).unwrap();
    for policy in [
        r#"{ "queues": { "desk": { "offers": { "timeout": "5s" } } } }"#,
        r#"{ "queues": { "desk": { "unanswered_after": "5m" } } }"#,
    ] {
        let policy = Policy::from_json(policy).unwrap();
        let simulation = Simulation::new(&log, &roster, SimulationOptions::default());
        let error = simulation.run("x", &policy, &mut ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidModel);
        assert!(error.to_string().contains("`desk`"), "{error}");
    }
}

#[test]
fn a_batch_that_nobody_can_serve_does_not_go_on_for_ever() {
    let log = log("number,opened_at,assignment_group\nT-1,1/3/2016 09:00,desk\nT-2,1/3/2016 09:00,desk\n");
    let policy = r#"{
        "skills": { "none": {} },
        "queues": { "desk": { "batch_window": "1s", "agents": { "field": "attributes.senior", "equals": true } } }
    }"#;
    let (run, _) = run(&log, "id,queues\nada,desk\n", policy, always("fixed:1m"));
    assert_eq!((run.assigned, run.never_assigned(), run.view.waiting), (0, 2, 2));
    assert_eq!(run.wait, None);
}

#[test]
fn a_skill_is_required_only_where_an_agent_of_the_queue_has_it() {
    let log = log("number,opened_at,category,assignment_group\n\
                   T-1,1/3/2016 09:00,vpn,desk\n\
                   T-2,1/3/2016 09:30,vpn,field\n\
                   T-3,1/3/2016 09:45,vpn,desk\n");
    let agents = "id,skills,queues\nada,vpn:80,desk\nben,,desk;field\n";
    let (run, notes) = run(&log, agents, "{}", always("fixed:20m"));
    // Nobody of `field` knows vpn: Ben gets the ticket all the same. In `desk` only Ada may have it.
    assert_eq!(
        notes.assigned,
        [at("T-1", "ada", 0), at("T-2", "ben", 30 * MINUTE_MS), at("T-3", "ada", 45 * MINUTE_MS)]
    );
    assert_eq!(run.skill_fit(), (3, 2));
    assert_eq!(run.skill_fit.mean_level_thousandths(), Some(53_333));
}

#[test]
fn queues_that_nobody_names_are_served_by_all() {
    let log = log("number,opened_at,assignment_group\nT-1,1/3/2016 09:00,orphans\nT-2,1/3/2016 09:01,?\n");
    let (run, _) = run(&log, "id,queues\nada,desk\nben,desk\n", "{}", always("fixed:20m"));
    assert_eq!(run.assigned, 2);
    let note = "queues that no agent names are served by all agents, behind their own: default, orphans";
    assert_eq!(run.notes, [note]);
}

#[test]
fn tickets_may_be_sent_where_the_rules_say() {
    let log = log(
        "number,opened_at,assignment_group,impact\nT-1,1/3/2016 09:00,desk,3\nT-2,1/3/2016 09:01,desk,1\n",
    );
    let policy = r#"{
        "queues": { "calm": {}, "hot": {} }, "default_queue": "calm",
        "routing": { "rules": [
            { "name": "hot", "when": { "field": "attributes.impact", "at_most": 1 }, "then": { "queue": "hot" } }
        ] }
    }"#;
    let options = SimulationOptions { queues: QueueUse::Policy, ..always("fixed:20m") };
    let (_, notes) = run(&log, "id,queues\nada,hot\nben,calm\n", policy, options);
    assert_eq!(notes.assigned, [at("T-1", "ben", 0), at("T-2", "ada", MINUTE_MS)]);
}

#[test]
fn a_limit_plays_the_first_tickets_only() {
    let log = log("number,opened_at\nT-2,1/3/2016 09:05\nT-1,1/3/2016 09:00\nT-3,1/3/2016 09:10\n");
    let options = SimulationOptions { tickets_max: Some(2), ..always("fixed:1m") };
    let (run, notes) = run(&log, "id\nada\n", "{}", options);
    assert_eq!(run.tickets, 2);
    assert_eq!(notes.assigned.iter().map(|(id, _, _)| id.as_str()).collect::<Vec<_>>(), ["T-1", "T-2"]);
}

#[test]
fn an_observer_that_fails_ends_the_simulation() {
    struct Full;
    impl Observer for Full {
        fn assigned(&mut self, _: &Assignment<'_>) -> std::io::Result<()> {
            Err(std::io::Error::other("the disk is full"))
        }
    }
    let log = log("number,opened_at\nT-1,1/3/2016 09:00\n");
    let roster = Roster::read("id\nada\n".as_bytes()).unwrap();
    let simulation = Simulation::new(&log, &roster, SimulationOptions::default());
    let error = simulation.run("x", &Policy::default(), &mut Full).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Io, "cannot write what happened: the disk is full".to_owned())
    );
}

#[test]
fn the_report_sets_the_log_beside_the_policies() {
    let log = log("number,opened_at,resolved_at,assignment_group,resolved_by,reassignment_count,category\n\
                   T-1,1/3/2016 09:00,1/3/2016 09:30,desk,ada,2,vpn\n\
                   T-2,1/3/2016 09:05,1/3/2016 09:40,desk,ben,0,vpn\n\
                   T-3,1/3/2016 09:06,1/3/2016 09:40,desk,ada,1,mail\n");
    let roster = Roster::from_log(&log, &RosterOptions::default());
    let simulation = Simulation::new(&log, &roster, always("fixed:1m"));
    let runs = [ReadyMade::Balanced, ReadyMade::SmallEmailDesk]
        .map(|policy| simulation.run(policy.name(), &policy.policy(), &mut ()).unwrap());
    let report = simulation.report(&runs).unwrap().without_measured();
    assert_eq!(report.policies(), ["log (data)", "balanced", "small_email_desk"]);
    let values: BTreeMap<&str, String> = report
        .rows()
        .map(|row| {
            (row.key.as_str(), row.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        })
        .collect();
    assert_eq!(values["assigned"], "3 3 3");
    assert_eq!(values["reassignments"], "3 0 0");
    assert_eq!(values["targets_missed"], "- - 0");
    assert_eq!(values["load_max"], "2 2 2");
    assert!(report.notes().iter().any(|note| note.starts_with("handle time is a model: always 1m")));
    assert_eq!(report.title(), "3 tickets, created 2016-03-01 09:00 UTC to 2016-03-01 09:06 UTC; 2 agents");
}

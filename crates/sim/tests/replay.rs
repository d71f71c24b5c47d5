//! The incidents that come with the project, replayed under every ready-made policy and judged by an independent checker.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

use std::collections::BTreeMap;

use deskmatch::{Engine, Event, EventBody, Policy, ReadyMade};
use deskmatch_sim::replay::{Assignment, Observer, PolicyRun, Simulation, SimulationOptions};
use deskmatch_sim::{HandleTimeModel, LogReader, Mapping, Roster, RosterOptions, TicketLog};

const INCIDENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/incidents/incidents.csv.gz");
const CAPACITY: u32 = 2;

fn incidents() -> TicketLog {
    LogReader::new(Mapping::servicenow()).strict(true).read_path(INCIDENTS).unwrap()
}

fn options() -> SimulationOptions {
    let handle_time = HandleTimeModel::new("lognormal:2h,1.0".parse().unwrap(), 3);
    SimulationOptions { handle_time, missed_offers_permille: 100, ..SimulationOptions::default() }
}

/// Keeps everything.
#[derive(Default)]
struct Witness {
    /// Ticket, agent, from, handle time.
    work: Vec<(String, String, i64, i64)>,
    events: Vec<Event>,
}

impl Observer for Witness {
    fn assigned(&mut self, assignment: &Assignment<'_>) -> std::io::Result<()> {
        let (ticket, agent) = (assignment.ticket.id().to_owned(), assignment.agent.to_owned());
        assert!(assignment.at_ms >= assignment.ticket.created_ms(), "{ticket}");
        self.work.push((ticket, agent, assignment.at_ms, assignment.handle_time.duration_ms));
        Ok(())
    }

    fn happened(&mut self, event: &Event) -> std::io::Result<()> {
        self.events.push(event.clone());
        Ok(())
    }
}

fn replay(log: &TicketLog, roster: &Roster, policy: ReadyMade) -> (PolicyRun, Witness) {
    let mut witness = Witness::default();
    let simulation = Simulation::new(log, roster, options());
    let run = simulation.run(policy.name(), &policy.policy(), &mut witness).unwrap();
    (run, witness)
}

fn roster(log: &TicketLog) -> Roster {
    Roster::from_log(log, &RosterOptions { capacity: CAPACITY, ..RosterOptions::default() })
}

#[test]
fn every_incident_is_worked_on_once_and_nobody_is_over_capacity() {
    let log = incidents();
    let roster = roster(&log);
    for policy in ReadyMade::ALL {
        let (run, witness) = replay(&log, &roster, *policy);
        assert_eq!((run.assigned, run.view.closed), (1_500, 1_500), "{policy}");
        // A ticket is given again only after it was taken back.
        assert_eq!(witness.work.len() as u64, 1_500 + run.requeued(), "{policy}");
        let mut changes: BTreeMap<&str, Vec<(i64, i32)>> = BTreeMap::new();
        for (_, agent, from_ms, handle_ms) in &witness.work {
            let changes = changes.entry(agent).or_default();
            // At one moment, work ends before other work begins.
            changes.extend([(*from_ms, 1), (from_ms + handle_ms, -1)]);
        }
        if run.requeued() > 0 {
            continue;
        }
        for (agent, mut changes) in changes {
            changes.sort_unstable();
            let mut held = 0;
            for (at_ms, change) in changes {
                held += change;
                assert!(held <= CAPACITY as i32, "{policy}: {agent} holds {held} at {at_ms}");
            }
        }
    }
}

#[test]
fn a_replay_is_the_same_every_time_and_its_events_stand_for_themselves() {
    let log = incidents();
    let roster = roster(&log);
    for policy in [ReadyMade::LiveChat, ReadyMade::TechnicalSupport] {
        let (first, witness) = replay(&log, &roster, policy);
        let (second, again) = replay(&log, &roster, policy);
        assert_eq!(witness.events, again.events);
        assert_eq!(first.policy_hash, second.policy_hash);
        let simulation = Simulation::new(&log, &roster, options());
        let texts =
            [first, second].map(|run| simulation.report(&[run]).unwrap().without_measured().to_text());
        assert_eq!(texts[0], texts[1]);
        let mut engine = Engine::new(Policy::default()).unwrap();
        for event in &witness.events {
            engine.apply(event).unwrap();
        }
        assert_eq!(engine.view().closed, 1_500);
    }
}

#[test]
fn a_queue_with_room_leaves_nobody_waiting() {
    let log = incidents();
    let roster = Roster::from_log(&log, &RosterOptions { capacity: 1_000, ..RosterOptions::default() });
    let (run, witness) = replay(&log, &roster, ReadyMade::Balanced);
    assert_eq!(run.wait.unwrap().max, 0);
    let offers = witness.events.iter().filter(|event| matches!(event.body, EventBody::Offered { .. }));
    assert_eq!(offers.count(), 0);
}

//! Exports of the helpdesks with a ready-made mapping, and the incidents that come with the project.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

use deskmatch_sim::{
    Basis, Figure, HandleTimeModel, HandleTimeSource, Loads, LogReader, Mapping, Report, Roster,
    RosterOptions, Samples, TicketLog,
};

const INCIDENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/incidents/incidents.csv.gz");

fn incidents() -> TicketLog {
    LogReader::new(Mapping::servicenow()).strict(true).read_path(INCIDENTS).unwrap()
}

#[test]
fn the_example_incidents_fold_into_1500_tickets() {
    let log = incidents();
    assert_eq!((log.len(), log.rows(), log.bad_row_count()), (1_500, 10_383, 0));
    let first = log.ticket(0).unwrap();
    assert_eq!((first.id(), first.rows(), first.created_ms()), ("INC0000045", 4, 1_456_708_560_000));
    assert_eq!((first.queue(), first.agent()), (Some("Group 56"), Some("Resolved by 149")));
    assert_eq!((first.priority(), first.status()), (Some("3 - Moderate"), Some("Closed")));
    assert_eq!(first.skills().collect::<Vec<_>>(), ["Category 55"]);
    assert_eq!(first.attributes().find(|(name, _)| *name == "impact"), Some(("impact", "2 - Medium")));
    assert!(log.absent().contains(&"handle_time".to_owned()));
}

#[test]
fn an_incident_that_moved_keeps_its_first_and_its_last_group() {
    let log = incidents();
    let moved = log.find("INC0000047").unwrap();
    assert_eq!((moved.first_queue(), moved.queue()), (Some("Group 70"), Some("Group 24")));
    assert_eq!(moved.reassignments(), Some(1));
}

#[test]
fn the_incidents_give_a_roster_with_levels() {
    let log = incidents();
    let roster = Roster::from_log(&log, &RosterOptions::default());
    assert!(roster.agents().len() > 100);
    assert!(roster.agents().windows(2).all(|pair| pair[0].id < pair[1].id));
    let skills_of =
        |id: &str| roster.agents().iter().find(|agent| agent.id == id).map(|agent| agent.skills.as_slice());
    let mut best = std::collections::BTreeMap::new();
    for ticket in log.iter() {
        let Some(agent) = ticket.agent() else { continue };
        for skill in ticket.skills() {
            let level = skills_of(agent).unwrap().iter().find(|(name, _)| name == skill).unwrap().1;
            let most = best.entry(skill).or_insert(level);
            *most = level.max(*most);
        }
    }
    assert!(
        best.len() > 20 && best.values().all(|level| *level == 100),
        "the most experienced has level 100"
    );
}

#[test]
fn the_incidents_come_out_the_same_from_json_lines() {
    let csv = incidents();
    let mut lines = String::new();
    for ticket in csv.iter() {
        let object = serde_json::json!({
            "number": ticket.id(), "opened_at": ticket.created_ms(), "resolved_at": ticket.resolved_ms(),
            "category": ticket.skills().collect::<Vec<_>>(), "assignment_group": ticket.queue(),
            "resolved_by": ticket.agent(),
        });
        lines.push_str(&format!("{object}\n"));
    }
    let mapping = Mapping::servicenow().with_override("times=epoch_ms").unwrap();
    let json = LogReader::new(mapping).strict(true).read(lines.as_bytes()).unwrap();
    assert_eq!(json.len(), csv.len());
    for (a, b) in csv.iter().zip(json.iter()) {
        assert_eq!(
            (a.id(), a.created_ms(), a.resolved_ms(), a.queue()),
            (b.id(), b.created_ms(), b.resolved_ms(), b.queue())
        );
    }
    let options = RosterOptions::default();
    assert_eq!(
        Roster::from_log(&json, &options).agents().len(),
        Roster::from_log(&csv, &options).agents().len()
    );
}

#[test]
fn a_servicenow_export_may_have_labels_and_its_default_times() {
    let csv = "Number,Opened,Resolved,Assignment group,Assigned to,Category,Priority,Time worked\n\
               INC1,2026-03-02 09:00:00,2026-03-02 10:00:00,Network,ada,vpn,2 - High,1970-01-01 00:25:00\n";
    let log = LogReader::new(Mapping::servicenow()).strict(true).read(csv.as_bytes()).unwrap();
    let ticket = log.ticket(0).unwrap();
    assert_eq!(
        (ticket.queue(), ticket.agent(), ticket.handle_time_ms()),
        (Some("Network"), Some("ada"), Some(1_500_000))
    );
}

#[test]
fn a_zendesk_view_is_read_by_its_headings() {
    let csv = "\u{feff}Summation column,Id,Requester,Requester id,Assignee,Group,Subject,Tags,Status,Priority,Via,\
               Ticket type,Created at,Assigned at,Organization,Initially assigned at,Solved at,Satisfaction Score,\
               Assignee stations,Reopens,First reply time in minutes\n\
               1,35436,Chen,8801,Ada,Support,\"VPN, again\",vpn remote,Solved,High,Mail,\
               Incident,2026-03-02 09:00:00 +0100,2026-03-02 09:10,Acme,2026-03-02 08:10:00 UTC,2026-03-02T10:00:00Z,Good,\
               3,1,12\n\
               1,35437,Dora,8802,-,-,Hello,,New,-,Web form,-,2026-03-02 09:05,,,,,-,0,0,\n";
    let log = LogReader::new(Mapping::zendesk()).strict(true).read(csv.as_bytes()).unwrap();
    let ticket = log.find("35436").unwrap();
    assert_eq!(ticket.created_ms(), 1_772_438_400_000);
    assert_eq!(ticket.first_assigned_ms(), Some(1_772_439_000_000));
    assert_eq!(ticket.first_response_ms(), Some(1_772_438_400_000 + 12 * 60_000));
    assert_eq!(
        (ticket.reassignments(), ticket.reopened(), ticket.requester()),
        (Some(2), Some(1), Some("8801"))
    );
    assert_eq!(ticket.attributes().collect::<Vec<_>>(), [("organization", "Acme")]);
    let fresh = log.find("35437").unwrap();
    assert_eq!((fresh.agent(), fresh.queue(), fresh.priority(), fresh.skills().len()), (None, None, None, 0));
    assert_eq!((fresh.reassignments(), fresh.channel()), (Some(0), Some("Web form")));
}

#[test]
fn zendesk_tags_are_split_where_the_mapping_says_how() {
    let csv = "Id,Created at,Tags\n1,2026-03-02 09:00,vpn  remote vpn\n";
    let mapping = Mapping::zendesk().with_overrides(["skills=Tags", "skills.separator= "]).unwrap();
    let log = LogReader::new(mapping).read(csv.as_bytes()).unwrap();
    assert_eq!(log.ticket(0).unwrap().skills().collect::<Vec<_>>(), ["vpn", "remote"]);
}

#[test]
fn a_jira_export_repeats_its_columns() {
    let csv = "Summary,Issue key,Issue id,Issue Type,Status,Project key,Priority,Resolution,Assignee,Reporter,Created,\
               Resolved,Component/s,Component/s,Labels,Labels,Labels,Time Spent\n\
               \"It said \"\"no\"\"\nand stopped\",DESK-1,10001,Incident,Done,DESK,High,Fixed,ada,chen,29/Feb/16 1:16 AM,\
               29/Feb/16 12:30 PM,mail,vpn,a,b,,1800\n\
               Next,DESK-2,10002,Task,To Do,DESK,Low,,,dora,29/Feb/16 1:20 AM,,,vpn,,,c,\n";
    let mapping = Mapping::jira().with_overrides(["skills=Component/s", "skills=Labels"]).unwrap();
    let log = LogReader::new(mapping).strict(true).read(csv.as_bytes()).unwrap();
    let ticket = log.find("DESK-1").unwrap();
    assert_eq!(ticket.skills().collect::<Vec<_>>(), ["mail", "vpn", "a", "b"]);
    assert_eq!(ticket.created_ms(), 1_456_708_560_000);
    assert_eq!(log.find("DESK-2").unwrap().skills().collect::<Vec<_>>(), ["vpn", "c"]);
    let time = HandleTimeModel::default().for_ticket(&ticket);
    assert_eq!((time.duration_ms, time.source), (1_800_000, HandleTimeSource::Logged));
    assert!(
        HandleTimeModel::default()
            .describe(&log)
            .starts_with("handle time is data (logged for 1) of 2 tickets, and")
    );
}

#[test]
fn a_line_number_counts_line_breaks_inside_quotes() {
    let csv = "Issue key,Created,Summary\nA-1,29/Feb/16 1:16 AM,\"one\ntwo\nthree\"\nA-2,soon,x\n";
    let log = LogReader::new(Mapping::jira()).read(csv.as_bytes()).unwrap();
    assert_eq!(log.bad_rows()[0].line(), Some(5));
}

#[test]
fn semicolons_and_windows_line_ends_are_understood() {
    let csv = "number;opened_at;assignment_group\r\n1;1/3/2016 09:00;desk\r\n\r\n2;1/3/2016 09:01;\"desk; field\"\r\n";
    let log = LogReader::new(Mapping::servicenow()).strict(true).read(csv.as_bytes()).unwrap();
    assert_eq!(log.queues().iter().collect::<Vec<_>>(), ["desk", "desk; field"]);
}

#[test]
fn a_report_of_the_log_itself_is_the_same_twice() {
    let text = || {
        let log = incidents();
        let mut to_resolution: Samples =
            log.iter().filter_map(|ticket| Some(ticket.resolved_ms()? - ticket.created_ms())).collect();
        let mut loads = vec![0; log.agents().len()];
        for agent in log.iter().filter_map(|ticket| ticket.agent_symbol()) {
            loads[agent.index()] += 1;
        }
        let mut report = Report::new(format!("{} incidents", log.len()), ["as it was"]);
        let p50 = Figure::duration_ms(to_resolution.quantile(500));
        report.row("resolution_p50_ms", "to resolution p50", Basis::Data, [p50]).unwrap();
        report
            .row("gini", "Gini of tickets", Basis::Data, [Figure::index(Loads::new(loads).gini_millionths())])
            .unwrap();
        report.note(HandleTimeModel::default().describe(&log));
        report.to_text()
    };
    assert_eq!(text(), text());
}

//! What a log may hold that is wrong, and what becomes of it.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

use std::io::Write;

use deskmatch_sim::{ErrorKind, Field, LogReader, Mapping, TicketLog};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

const HEADER: &str =
    "number,opened_at,resolved_at,category,assignment_group,reassignment_count,time_worked\n";

/// A row, and the kind, the column and the field of its fault.
type BadRow = (&'static [u8], ErrorKind, Option<&'static str>, Option<&'static str>);

fn read(log: impl AsRef<[u8]>) -> TicketLog {
    LogReader::new(Mapping::servicenow()).read(log.as_ref()).unwrap()
}

#[test]
fn each_bad_row_is_reported_with_line_column_and_reason_and_skipped() {
    let rows: [BadRow; 11] = [
        (b"?,1/3/2016 09:00,?,a,b,0,0", ErrorKind::MissingId, Some("number"), Some("id")),
        (b"2,soon,?,a,b,0,0", ErrorKind::InvalidTime, Some("opened_at"), Some("created")),
        (
            b"3,1/3/2016 09:00,31/2/2016,a,b,0,0",
            ErrorKind::InvalidTime,
            Some("resolved_at"),
            Some("resolved"),
        ),
        (b"4,1/3/2016 09:00,1/3/2016 08:59,a,b,0,0", ErrorKind::TimeOrder, None, Some("resolved")),
        (b"5,1/3/2016 09:00", ErrorKind::RowLength, None, None),
        (b"6,1/3/2016 09:00,?,a,b,0,0,0", ErrorKind::RowLength, None, None),
        (b"7,1/3/2016 09:00,?,\xff,b,0,0", ErrorKind::InvalidUtf8, Some("category"), None),
        (
            b"8,1/3/2016 09:00,?,a,b,-1,0",
            ErrorKind::InvalidNumber,
            Some("reassignment_count"),
            Some("reassignments"),
        ),
        (
            b"9,1/3/2016 09:00,?,a,b,0,long",
            ErrorKind::InvalidNumber,
            Some("time_worked"),
            Some("handle_time"),
        ),
        (b"10,?,?,a,b,0,0", ErrorKind::MissingCreated, None, Some("created")),
        (b"11", ErrorKind::RowLength, None, None),
    ];
    let mut log = HEADER.as_bytes().to_vec();
    for (row, ..) in rows {
        log.extend_from_slice(row);
        log.push(b'\n');
    }
    log.extend_from_slice(b"99,1/3/2016 09:00,1/3/2016 09:00,a,b,0,0\n");
    let mut reported = Vec::new();
    let log = LogReader::new(Mapping::servicenow())
        .bad_rows_kept(2)
        .read_with(log.as_slice(), |error| {
            assert!(!error.to_string().contains('\n'));
            reported.push((error.kind(), error.line(), error.column().map(str::to_owned), error.field()));
        })
        .unwrap();
    for (index, (row, kind, column, field)) in rows.into_iter().enumerate() {
        let expected = (kind, Some(index as u64 + 2), column.map(str::to_owned), field);
        assert_eq!(reported[index], expected, "{}", String::from_utf8_lossy(row));
    }
    assert_eq!((log.len(), log.rows(), log.bad_row_count(), log.bad_rows().len()), (1, 12, 11, 2));
    assert_eq!(log.queues().len(), 1, "a bad row leaves no trace");
}

#[test]
fn a_bad_update_leaves_its_ticket_as_it_was() {
    let log = read(format!("{HEADER}1,1/3/2016 09:00,?,a,desk,0,0\n1,1/3/2016 09:00,1/2/2016,b,field,4,0\n"));
    let ticket = log.ticket(0).unwrap();
    assert_eq!((ticket.queue(), ticket.resolved_ms(), ticket.reassignments()), (Some("desk"), None, Some(0)));
    assert_eq!((ticket.rows(), log.bad_row_count(), log.queues().len()), (1, 1, 1));
}

#[test]
fn strict_reading_stops_at_the_first_bad_row() {
    let log = format!("{HEADER}1,soon,?,a,b,0,0\n2,later,?,a,b,0,0\n");
    let error = LogReader::new(Mapping::servicenow()).strict(true).read(log.as_bytes()).unwrap_err();
    assert_eq!((error.line(), error.kind()), (Some(2), ErrorKind::InvalidTime));
}

#[test]
fn a_name_longer_than_the_engine_takes_is_bad() {
    let long = "x".repeat(257);
    let log = read(format!("{HEADER}{long},1/3/2016 09:00,?,a,b,0,0\n2,1/3/2016 09:00,?,{long},b,0,0\n"));
    let kinds: Vec<_> = log.bad_rows().iter().map(|error| (error.kind(), error.field())).collect();
    assert_eq!(kinds, [(ErrorKind::InvalidValue, Some("id")), (ErrorKind::InvalidValue, Some("skills"))]);
}

#[test]
fn bytes_that_are_not_utf8_do_no_harm_in_columns_nobody_reads() {
    let log = read(b"number,opened_at,short_description\n1,1/3/2016 09:00,Dr\xfccker\n");
    assert_eq!((log.len(), log.bad_row_count()), (1, 0));
}

#[test]
fn a_repeated_id_is_bad_where_rows_are_tickets() {
    let csv = "Id,Created at\n7,2026-03-02 09:00\n7,2026-03-02 10:00\n";
    let log = LogReader::new(Mapping::zendesk()).read(csv.as_bytes()).unwrap();
    assert_eq!((log.len(), log.bad_rows()[0].kind()), (1, ErrorKind::RepeatedId));
    assert_eq!(log.ticket(0).unwrap().created_ms(), 1_772_442_000_000);
    let folding = Mapping::zendesk().with_override("repeated_ids=fold").unwrap();
    let log = LogReader::new(folding).read(csv.as_bytes()).unwrap();
    assert_eq!((log.len(), log.bad_row_count(), log.ticket(0).unwrap().rows()), (1, 0, 2));
}

#[test]
fn json_lines_have_bad_lines_of_their_own() {
    let lines = b"{\"id\": 1, \"created_at\": \"2026-03-02T09:00:00Z\"}\n\
        \n\
        {\"id\": 2,\n\
        [1]\n\
        {\"id\": \"\xff\"}\n\
        {\"created_at\": \"2026-03-02T09:00:00Z\"}\n\
        {\"id\": {\"a\": 1}, \"created_at\": \"2026-03-02T09:00:00Z\"}\n";
    let log = LogReader::new(Mapping::zendesk()).read(&lines[..]).unwrap();
    let bad: Vec<_> = log.bad_rows().iter().map(|error| (error.line(), error.kind())).collect();
    assert_eq!(
        bad,
        [
            (Some(3), ErrorKind::InvalidJson),
            (Some(4), ErrorKind::InvalidJson),
            (Some(5), ErrorKind::InvalidUtf8),
            (Some(6), ErrorKind::MissingId),
            (Some(7), ErrorKind::InvalidValue),
        ]
    );
    assert_eq!(log.len(), 1);
}

#[test]
fn a_column_that_must_be_there_is_asked_for_by_name() {
    let reader = LogReader::new(Mapping::servicenow());
    let error = reader.read(&b"ref,opened_at\n1,1/3/2016\n"[..]).unwrap_err();
    assert_eq!((error.kind(), error.field(), error.line()), (ErrorKind::MissingColumn, Some("id"), Some(1)));
    assert!(error.to_string().contains("map it with `id=COLUMN`; the columns are `ref`, `opened_at`"));
    let mistyped = Mapping::servicenow().with_override("queue=Teem").unwrap();
    let error = LogReader::new(mistyped).read(&b"number,opened_at,Team\n"[..]).unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::MissingColumn, Some("queue")));
    let json = b"{\"id\": 1, \"created_at\": \"2026-03-02T09:00:00Z\", \"team\": \"a\"}\n";
    let mistyped = Mapping::zendesk().with_override("queue=teem").unwrap();
    let error = LogReader::new(mistyped).read(&json[..]).unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::MissingColumn, Some("queue")));
    let error = LogReader::new(Mapping::new("empty")).read(&json[..]).unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::MissingColumn, Some("id")));
}

#[test]
fn what_is_no_log_says_what_it_is() {
    for (bytes, what) in [
        (&b""[..], "empty"),
        (b" \n\n", "empty"),
        (b"PK\x03\x04rest", "zip"),
        (b"\xff\xfen\0u\0", "UTF-16"),
        (b"[{\"id\": 1}]", "JSON list"),
        (b"<html>", "XML or HTML"),
    ] {
        let error = LogReader::new(Mapping::servicenow()).read(bytes).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownFormat);
        assert!(error.to_string().contains(what), "{error}");
    }
}

#[test]
fn a_damaged_gzip_stream_and_a_missing_file_are_io_errors() {
    let reader = LogReader::new(Mapping::servicenow());
    let mut gz = gzip(format!("{HEADER}1,1/3/2016 09:00,?,a,b,0,0\n").as_bytes());
    gz.truncate(gz.len() - 6);
    assert_eq!(reader.read(gz.as_slice()).unwrap_err().kind(), ErrorKind::Io);
    let error = reader.read_path("no/such/log.csv").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().starts_with("cannot read the log `no/such/log.csv`: "));
    assert!(error.cause().is_some());
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn read_in_every_way(bytes: &[u8]) {
    for mapping in [Mapping::servicenow(), Mapping::zendesk(), Mapping::jira()] {
        let mapping = mapping.with_overrides(["skills.separator=;", "times=epoch", "missing=x"]).unwrap();
        for reader in [LogReader::new(mapping.clone()), LogReader::new(mapping.clone()).strict(true)] {
            if let Ok(log) = reader.read(bytes) {
                assert_eq!(
                    log.iter().map(|ticket| u64::from(ticket.rows())).sum::<u64>() + log.bad_row_count(),
                    log.rows()
                );
                for ticket in log.iter() {
                    assert!(!ticket.id().is_empty() && ticket.id().len() <= 256);
                    assert!(ticket.resolved_ms().is_none_or(|resolved| resolved >= ticket.created_ms()));
                    assert!(ticket.attributes().count() <= log.attribute_names().len());
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_in_every_way(&bytes);
        read_in_every_way(&gzip(&bytes));
        let mut damaged = vec![0x1f, 0x8b];
        damaged.extend_from_slice(&bytes);
        read_in_every_way(&damaged);
    }

    #[test]
    fn arbitrary_rows_never_panic(
        rows in prop::collection::vec(prop::collection::vec("[0-9/:. \"ex,;?-]{0,12}|\\PC{0,4}", 5..8), 0..12),
        breaks in prop::collection::vec(any::<u8>(), 0..3),
    ) {
        for header in ["number,opened_at,resolved_at,category,time_worked,reassignment_count",
                       "Id,Created at,Solved at,Tags,Group,Reopens",
                       "Issue key,Created,Resolved,Component/s,Component/s,Time Spent"] {
            let mut log = header.as_bytes().to_vec();
            for row in &rows {
                log.push(b'\n');
                log.extend_from_slice(row.join(",").as_bytes());
            }
            log.extend_from_slice(&breaks);
            read_in_every_way(&log);
        }
    }

    #[test]
    fn arbitrary_json_never_panics(values in prop::collection::vec("[0-9]{1,20}|null|true|\"\\PC{0,6}\"|\\[1,\\[2\\]\\]|\\{\"a\":1\\}", 4)) {
        let line = format!(
            "{{\"id\":{},\"created_at\":{},\"metric_set\":{{\"solved_at\":{}}},\"type\":{}}}\n",
            values[0], values[1], values[2], values[3]
        );
        read_in_every_way(line.as_bytes());
    }

    #[test]
    fn arbitrary_mappings_never_panic(text in "\\PC{0,80}", setting in "(skills|queue|times|missing|handle_time.unit|attribute.x)?=?\\PC{0,10}") {
        let _ = Mapping::from_json(&text);
        if let Ok(mapping) = Mapping::jira().with_override(&setting) {
            let _ = LogReader::new(mapping).read("Issue key,Created\nA-1,29/Feb/16 1:16 AM\n".as_bytes());
        }
    }
}

#[test]
fn a_mapping_without_a_field_leaves_it_missing() {
    let mapping = Mapping::servicenow().with_override("queue=").unwrap();
    assert!(mapping.columns(Field::Queue).is_empty());
    let log = LogReader::new(mapping).read(format!("{HEADER}1,1/3/2016,?,a,desk,0,0\n").as_bytes()).unwrap();
    assert_eq!(log.ticket(0).unwrap().queue(), None);
}

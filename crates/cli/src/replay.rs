//! `deskmatch replay`.

mod model;
mod writer;

use std::time::Duration;

use deskmatch_sim::replay::{PolicyRun, Simulation};
use deskmatch_sim::{LogReader, Mapping, Roster, RosterOptions, TicketLog};

use crate::failure::Failure;
use crate::input::{self, NamedPolicy};
use crate::output::{self, Form};
use crate::terminal;
use model::Model;
use writer::Watcher;

#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The log: CSV or JSON lines, plain or gzip; `-` is standard input
    log: String,
    /// How columns are read: `servicenow`, `zendesk`, `jira`, or a JSON file
    #[arg(long, value_name = "NAME|FILE", default_value = "servicenow")]
    mapping: String,
    /// Changes the mapping, as in `queue=Team`, `skills=Topic`, `times=mdy`; may come several times
    #[arg(long = "map", value_name = "FIELD=COLUMN")]
    maps: Vec<String>,
    /// The agents, as CSV; without it they are derived from who resolved what
    #[arg(long, value_name = "FILE")]
    agents: Option<String>,
    /// A ready-made policy or a file; several are laid side by side
    #[arg(long = "policy", value_name = "NAME|FILE", default_value = "balanced")]
    policies: Vec<String>,
    #[command(flatten)]
    model: Model,
    /// Write every assignment with its reason, as `.csv` or `.jsonl`
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
    /// Write every event as JSON lines, for `deskmatch explain`; with one policy only
    #[arg(long, value_name = "FILE")]
    events: Option<String>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Put the measured decisions per second into the report, which then differs from run to run
    #[arg(long)]
    timing: bool,
    /// End at the first bad row, with exit code 1
    #[arg(long)]
    strict: bool,
    /// Play only so many tickets, the first created first
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// No progress bar, and no speed on standard error
    #[arg(long, short)]
    quiet: bool,
}

const AFTER_HELP: &str = "\
Standard output is the same for the same input. What was measured goes to standard error, or into the report with \
--timing. Bad rows are reported on standard error with their lines, counted, and left out.";

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut policies =
        arguments.policies.iter().map(|name| input::policy(name)).collect::<Result<Vec<NamedPolicy>, _>>()?;
    input::name_apart(&mut policies);
    if arguments.events.is_some() && policies.len() > 1 {
        return Err(Failure::usage("--events takes one policy: name one with --policy"));
    }
    let form = arguments.out.as_deref().map(Form::of).transpose()?;
    let options = arguments.model.options(arguments.limit)?;
    let log = read_log(arguments)?;
    let roster = roster(arguments, &log)?;
    let simulation = Simulation::new(&log, &roster, options);
    let mut watcher = Watcher::new(arguments.out.as_deref().zip(form), arguments.events.as_deref())?;
    let tickets = arguments.limit.map_or(log.len(), |limit| limit.min(log.len()));
    let mut runs = Vec::new();
    for policy in &policies {
        watcher.begin(&policy.name, terminal::progress(&policy.name, tickets as u64, arguments.quiet));
        let run = simulation
            .run(&policy.name, &policy.policy, &mut watcher)
            .map_err(|error| watcher.failure(&error, &policy.name))?;
        watcher.end();
        if !arguments.quiet {
            terminal::tell(&speed(&run));
        }
        runs.push(run);
    }
    watcher.finish()?;
    let report = simulation.report(&runs).map_err(Failure::input)?;
    let report = if arguments.timing { report } else { report.without_measured() };
    if arguments.json { output::print_json(&report.to_json()) } else { output::print(&report.to_text()) }
}

fn read_log(arguments: &Arguments) -> Result<TicketLog, Failure> {
    let mapping = mapping(&arguments.mapping)?
        .with_overrides(arguments.maps.iter().map(String::as_str))
        .map_err(|error| Failure::usage(format_args!("--map: {error}")))?;
    let reader = LogReader::new(mapping).strict(arguments.strict).bad_rows_kept(0);
    let path = arguments.log.as_str();
    let on_bad_row = |error: &deskmatch_sim::Error| terminal::warn(&format!("{path}: {error}"));
    let log = if path == "-" {
        reader.read_with(std::io::stdin().lock(), on_bad_row)
    } else {
        let file = std::fs::File::open(path)
            .map_err(|error| Failure::in_file(path, format_args!("cannot be read: {error}")))?;
        reader.read_with(file, on_bad_row)
    };
    let log = log.map_err(|error| match error.kind().is_bad_row() {
        true => Failure::Found(format!("{path}: {error}")),
        false => Failure::in_file(path, error),
    })?;
    if log.bad_row_count() > 0 {
        terminal::warn(&format!(
            "{path}: {} of {} rows are bad and left out",
            log.bad_row_count(),
            log.rows()
        ));
    }
    if log.is_empty() {
        return Err(Failure::in_file(path, "no ticket can be read; look at the mapping"));
    }
    Ok(log)
}

fn mapping(name_or_path: &str) -> Result<Mapping, Failure> {
    const MAPPING_BYTES_MAX: u64 = 16 << 20;
    if let Some(mapping) = Mapping::ready_made(name_or_path) {
        return Ok(mapping);
    }
    if !std::path::Path::new(name_or_path).exists() && !name_or_path.contains(['/', '\\', '.']) {
        return Err(Failure::input(format_args!(
            "there is no mapping `{name_or_path}`: neither a file nor one of the ready-made ones ({})",
            Mapping::READY_MADE.join(", ")
        )));
    }
    let text = input::text(name_or_path, MAPPING_BYTES_MAX)?;
    Mapping::from_json(&text).map_err(|error| Failure::in_file(name_or_path, error))
}

fn roster(arguments: &Arguments, log: &TicketLog) -> Result<Roster, Failure> {
    let Some(path) = &arguments.agents else {
        let options =
            RosterOptions { resolved_min: arguments.model.resolved_min, capacity: arguments.model.capacity };
        let roster = Roster::from_log(log, &options);
        if roster.agents().is_empty() {
            let message = "no agent resolved a ticket of the log; name the agents with --agents";
            return Err(Failure::in_file(&arguments.log, message));
        }
        return Ok(roster);
    };
    let file = std::fs::File::open(path)
        .map_err(|error| Failure::in_file(path, format_args!("cannot be read: {error}")))?;
    Roster::read(file).map_err(|error| Failure::in_file(path, error))
}

/// Says how fast the engine was.
fn speed(run: &PolicyRun) -> String {
    let time = run.engine_time;
    let rate = time.decisions_per_second().map_or("-".to_owned(), |rate| rate.to_string());
    format!(
        "{}: {} decisions and {} commands in {} of engine time, {rate} decisions/s (measured)",
        run.name,
        time.decisions,
        time.commands,
        milliseconds(time.elapsed)
    )
}

fn milliseconds(time: Duration) -> String {
    let micros = time.as_micros();
    format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100)
}

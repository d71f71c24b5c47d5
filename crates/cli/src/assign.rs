//! `deskmatch assign`.

mod batch;
mod rows;

use deskmatch::{StrategyPolicy, Timestamp};
use deskmatch_sim::batch::strategy_named;

use crate::failure::Failure;
use crate::input;
use crate::output::{self, Form, Rows};
use crate::{records, terminal};
use batch::Batch;

#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The tickets, as CSV, JSON lines or a JSON list; `-` is standard input
    #[arg(long, value_name = "FILE")]
    tickets: String,
    /// The agents, as CSV, JSON lines or a JSON list
    #[arg(long, value_name = "FILE")]
    agents: String,
    /// A ready-made policy or a file
    #[arg(long, value_name = "NAME|FILE", default_value = "balanced")]
    policy: String,
    /// Uses this strategy in every queue
    #[arg(long, value_name = "NAME")]
    strategy: Option<Strategy>,
    /// The moment of the batch; by default that of the youngest ticket
    #[arg(long, value_name = "TIME", value_parser = input::moment_ms)]
    at: Option<i64>,
    /// Write the assignments to this `.csv` or `.jsonl` file instead
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
    /// Write JSON lines instead of CSV
    #[arg(long, conflicts_with = "out")]
    json: bool,
    /// Explain every ticket: as text, or as a field of the rows; the time grows with the square of the tickets
    #[arg(long)]
    explain: bool,
    /// Write every event as JSON lines, for `deskmatch explain`
    #[arg(long, value_name = "FILE")]
    events: Option<String>,
}

const AFTER_HELP: &str = "\
All tickets are settled together, in the order of their queues: the first ticket is given to the agent its queue's strategy \
picks, then the next. Queues with the strategy `optimal` or a batch window are settled by one optimal plan instead. Offers, \
length limits and pulling play no part in a batch. Queues that a ready-made policy lacks are added to it.";

/// The strategies there are.
#[derive(clap::ValueEnum, Clone, Copy, Debug)]
#[value(rename_all = "snake_case")]
enum Strategy {
    RoundRobin,
    LongestIdle,
    LeastLoaded,
    FairShare,
    Weighted,
    Lexicographic,
    RandomWeighted,
    Optimal,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let form = match &arguments.out {
        Some(path) => Form::of(path)?,
        None if arguments.json => Form::JsonLines,
        None => Form::Csv,
    };
    let mut policy = input::policy(&arguments.policy)?;
    if let Some(strategy) = arguments.strategy {
        policy.policy.queues = policy.policy.effective_queues();
        for queue in policy.policy.queues.values_mut() {
            queue.strategy = strategy.over(&queue.strategy);
        }
    }
    let (tickets, agents) = (records::tickets(&arguments.tickets)?, records::agents(&arguments.agents)?);
    let youngest = tickets.iter().filter_map(|ticket| ticket.value.created).max();
    let at = arguments.at.map(Timestamp).or(youngest).unwrap_or_default();
    let mut batch = Batch::new(&policy, arguments.explain, tickets, agents, at)?;
    batch.settle()?;
    if let Some(path) = &arguments.events {
        write_events(path, &batch)?;
    }
    let as_text = arguments.explain && form == Form::Csv;
    if as_text {
        output::print(&batch.explanations())?;
    }
    if arguments.out.is_some() || !as_text {
        let (what, to) = match &arguments.out {
            Some(path) => (path.as_str(), output::create(path)?),
            None => ("to standard output", Box::new(output::stdout()) as Box<dyn std::io::Write>),
        };
        let columns = if arguments.explain { rows::COLUMNS_EXPLAINED } else { rows::COLUMNS };
        let written = Rows::new(form, to, columns).and_then(|mut rows| batch.write(&mut rows, columns));
        written.map_err(|error| Failure::output(what, &error))?;
    }
    terminal::tell(&batch.summary());
    Ok(())
}

fn write_events(path: &str, batch: &Batch) -> Result<(), Failure> {
    let mut file = output::create(path)?;
    let mut write = || {
        for event in batch.events() {
            serde_json::to_writer(&mut file, event)?;
            file.write_all(b"\n")?;
        }
        file.flush()
    };
    write().map_err(|error| Failure::output(path, &error))
}

impl Strategy {
    /// Returns this strategy, with the factors of the one it replaces where that has some.
    fn over(self, old: &StrategyPolicy) -> StrategyPolicy {
        let name = match self {
            Strategy::RoundRobin => "round_robin",
            Strategy::LongestIdle => "longest_idle",
            Strategy::LeastLoaded => "least_loaded",
            Strategy::FairShare => "fair_share",
            Strategy::Weighted => "weighted",
            Strategy::Lexicographic => "lexicographic",
            Strategy::RandomWeighted => "random_weighted",
            Strategy::Optimal => "optimal",
        };
        strategy_named(name, old).expect("these are the names of strategies")
    }
}

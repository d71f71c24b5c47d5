//! `cargo xtask simulate`: random worlds through the engine, every event checked against the laws.

use crate::shell::{Done, cargo};
use deskmatch_sim::laws::{Counts, Failure, Law, Random, Run};
use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What to simulate.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many events to check at least
    #[arg(long, default_value_t = 1_000_000)]
    events: u64,
    /// Where the worlds are drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many worlds to go through at once; as many as there are cores by default
    #[arg(long)]
    threads: Option<usize>,
    /// How many commands each world is put through
    #[arg(long, default_value_t = 600)]
    commands: usize,
    /// Take every look, also the costly ones, sixteen times as often
    #[arg(long)]
    thorough: bool,
    /// Keep the build that runs, and the checks that only debug builds make, instead of building as released
    #[arg(long)]
    as_built: bool,
    /// Go through this one world alone, as a failure names it
    #[arg(long)]
    world: Option<u64>,
}

/// What the threads share.
struct Progress {
    next: AtomicU64,
    events: AtomicU64,
    stop: AtomicBool,
    found: Mutex<(Counts, Option<Box<Failure>>)>,
}

/// Simulates, and fails if a law breaks.
pub(crate) fn run(arguments: &Arguments) -> Done {
    if cfg!(debug_assertions) && !arguments.as_built {
        // Built as a user builds the engine, twice as many worlds are seen in the same time.
        let again = ["run", "--quiet", "--release", "--package", "xtask", "--"];
        return crate::shell::run(cargo(&again).args(std::env::args().skip(1)));
    }
    // A panic of the engine is caught and told as a broken law; its own message would tear the progress line.
    std::panic::set_hook(Box::new(|_| {}));
    if let Some(world) = arguments.world {
        let counts = run_of(world, arguments).check().map_err(|failure| failure.to_string())?;
        println!("world {world}: {} events, no law broken", counts.events);
        return Ok(());
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = arguments.threads.unwrap_or(cores).max(1);
    let progress = Progress {
        next: AtomicU64::new(0),
        events: AtomicU64::new(0),
        stop: AtomicBool::new(false),
        found: Mutex::new((Counts::default(), None)),
    };
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| work(arguments, &progress));
        }
        scope.spawn(|| show_progress(arguments, &progress, begun));
    });
    let found = progress.found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (counts, failure) = found;
    summarise(&counts, threads, begun.elapsed());
    match failure {
        None => Ok(()),
        Some(failure) => {
            let again = if arguments.thorough { " --thorough" } else { "" };
            let commands = arguments.commands;
            let seed = failure.seed;
            Err(format!(
                "a law broke; `cargo xtask simulate --world {seed} --commands {commands}{again}` shows it again\n{failure}"
            ))
        }
    }
}

fn run_of(world: u64, arguments: &Arguments) -> Run {
    let run = Run::new(world).with_commands(arguments.commands);
    if arguments.thorough { run } else { run.from_a_distance() }
}

/// Goes through one world after another until enough events are checked or a law breaks.
fn work(arguments: &Arguments, progress: &Progress) {
    let mut own = Counts::default();
    let mut broken = None;
    while !progress.stop.load(Ordering::Relaxed) {
        let number = progress.next.fetch_add(1, Ordering::Relaxed);
        let world = Random::new(arguments.seed.wrapping_mul(0x0100_0000_01b3).wrapping_add(number)).draw();
        match run_of(world, arguments).check() {
            Ok(counts) => {
                let events = progress.events.fetch_add(counts.events, Ordering::Relaxed) + counts.events;
                own.add(&counts);
                if events >= arguments.events {
                    progress.stop.store(true, Ordering::Relaxed);
                }
            }
            Err(failure) => {
                broken = Some(failure);
                progress.stop.store(true, Ordering::Relaxed);
            }
        }
    }
    let mut found = progress.found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    found.0.add(&own);
    if broken.is_some() {
        found.1 = broken;
    }
}

fn show_progress(arguments: &Arguments, progress: &Progress, begun: Instant) {
    if !std::io::stderr().is_terminal() {
        return;
    }
    while !progress.stop.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(200));
        let events = progress.events.load(Ordering::Relaxed);
        let percent = events.saturating_mul(100) / arguments.events.max(1);
        eprint!("\r{events} events, {percent} %, {} a second ", rate(events, begun.elapsed()));
        // The line is for people who watch; if it cannot be written, nothing is lost.
        let _ = std::io::stderr().flush();
    }
    eprintln!();
}

fn rate(events: u64, time: Duration) -> u64 {
    events.saturating_mul(1_000) / (time.as_millis() as u64).max(1)
}

fn summarise(counts: &Counts, threads: usize, time: Duration) {
    for (name, count) in counts.events_by_name() {
        println!("{count:>12}  {name}");
    }
    println!("checks:");
    for law in Law::ALL {
        println!("{:>12}  {}", counts.checks_of(*law), law.name());
    }
    println!(
        "{} worlds, {} commands, {} events in {:.1} s on {threads} threads: {} events a second",
        counts.worlds,
        counts.commands,
        counts.events,
        time.as_secs_f64(),
        rate(counts.events, time)
    );
}

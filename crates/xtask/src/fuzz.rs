//! `cargo xtask fuzz`: the fuzz targets under `fuzz/`, on the nightly toolchain that is installed.

use crate::shell::{Done, need_cargo_tool, program, root, run as step};
use deskmatch::{Engine, Policy, Request, Timestamp};
use std::path::Path;

const TARGETS: [&str; 4] = ["policy", "commands", "snapshot", "matching"];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How long each target runs, in seconds
    #[arg(long, default_value_t = 600)]
    seconds: u32,
    /// Only this target
    #[arg(long, value_parser = TARGETS)]
    target: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Done {
    need_cargo_tool("fuzz")?;
    let limit = format!("-max_total_time={}", arguments.seconds);
    for target in
        TARGETS.into_iter().filter(|target| arguments.target.as_deref().is_none_or(|only| only == *target))
    {
        let corpus = format!("fuzz/corpus/{target}");
        std::fs::create_dir_all(root().join(&corpus)).map_err(|error| format!("`{corpus}`: {error}"))?;
        let mut seeds = format!("fuzz/seeds/{target}");
        if target == "snapshot" {
            write_snapshots(&root().join(&corpus))
                .map_err(|error| format!("snapshots to begin with: {error}"))?;
            seeds.clone_from(&corpus);
        }
        step(&mut program(
            "cargo",
            &[
                "+nightly",
                "fuzz",
                "run",
                target,
                &corpus,
                &seeds,
                "--",
                &limit,
                "-max_len=65536",
                "-timeout=10",
            ],
        ))?;
    }
    Ok(())
}

/// What stands before a snapshot's payload, which the target puts there itself: magic, version, checksum.
const SNAPSHOT_HEADER: usize = 18;

/// Writes the snapshots of a day on the desk of the target `commands`, one after each command. They are made anew each time,
/// so that they are of the format that is read.
fn write_snapshots(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let policy = Policy::from_json(&std::fs::read_to_string(root().join("fuzz/desk.json"))?)?;
    let mut engine = Engine::new(policy)?;
    let day = std::fs::read_to_string(root().join("fuzz/seeds/commands/day.txt"))?;
    for (number, line) in day.lines().enumerate() {
        let (moment, command) = line.split_once(' ').ok_or("a line is a moment and a command")?;
        // Some commands of the day are refused on purpose.
        let _ = engine.execute(Timestamp(moment.parse()?), Request::from_json(command)?);
        std::fs::write(folder.join(format!("day-{number}")), &engine.snapshot()[SNAPSHOT_HEADER..])?;
    }
    Ok(())
}

//! `cargo xtask fuzz`: the fuzz targets under `fuzz/`, on the nightly toolchain that is installed.

use crate::shell::{Done, need_cargo_tool, program, run as step};

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
        let seeds = format!("fuzz/seeds/{target}");
        let corpus = format!("fuzz/corpus/{target}");
        std::fs::create_dir_all(crate::shell::root().join(&corpus))
            .map_err(|error| format!("`{corpus}`: {error}"))?;
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

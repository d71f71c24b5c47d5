//! `cargo xtask test`: everything that must hold before a change lands.

use crate::shell::{Done, cargo, run as step};
use crate::{node, python};

/// What the README's first screen runs, built as it says.
const MAIN_JOB: &[&str] = &["run", "--release", "--package", "deskmatch-cli", "--"];

fn run_main_job() -> Done {
    let replay = ["replay", "examples/incidents/incidents.csv.gz", "--mapping", "servicenow"];
    let policies =
        ["--policy", "balanced", "--policy", "technical_support", "--handle-time", "lognormal:2h,1.0"];
    step(&mut cargo(&[MAIN_JOB, &replay, &policies].concat()))
}

pub(crate) fn run() -> Done {
    step(&mut cargo(&["fmt", "--all", "--check"]))?;
    let clippy = ["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"];
    step(&mut cargo(&clippy))?;
    step(cargo(&["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))?;
    step(&mut cargo(&["test", "--workspace"]))?;
    // The same answers with all cores; the same digests with them, and with the optimiser and without checks.
    let solvers = ["test", "--package", "deskmatch-matching", "--features", "rayon", "--test", "threads"];
    step(&mut cargo(&solvers))?;
    step(&mut cargo(&[
        "test",
        "--package",
        "deskmatch-tests",
        "--features",
        "rayon",
        "--test",
        "determinism",
    ]))?;
    step(&mut cargo(&["test", "--package", "deskmatch-tests", "--release", "--test", "determinism"]))?;
    run_main_job()?;
    python::test()?;
    node::test()
}

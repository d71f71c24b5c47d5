//! `cargo xtask verify-matching`: every method of `deskmatch-matching` beside SciPy and OR-Tools.

use crate::shell::{Done, cargo, program, root, run as step};
use std::path::PathBuf;

/// What the comparison needs of Python.
const PACKAGES: [&str; 3] = ["numpy", "scipy", "ortools"];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many random problems, dealt out evenly to all families
    #[arg(long, default_value_t = 10_000)]
    count: u32,
    /// What the problems are drawn from: the same seed draws the same problems
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

pub(crate) fn run(arguments: &Arguments) -> Done {
    let python = python()?;
    step(&mut cargo(&["build", "--release", "--package", "deskmatch-rivals", "--bin", "solve_many"]))?;
    let binary = target().join("release").join(format!("solve_many{}", std::env::consts::EXE_SUFFIX));
    let (count, seed) = (arguments.count.to_string(), arguments.seed.to_string());
    let mut compare = program(&python.to_string_lossy(), &["benches/rivals/verify/verify.py"]);
    step(compare.arg(binary).args([count, seed]))
}

/// Where cargo puts what it builds.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// A Python with the packages, in a virtual environment beside what cargo builds.
fn python() -> Result<PathBuf, String> {
    let folder = target().join("verify-matching");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let name = python.to_string_lossy().into_owned();
    let imports = PACKAGES.map(|package| format!("import {package}")).join("; ");
    let is_ready = || program(&name, &["-c", &imports]).output().is_ok_and(|output| output.status.success());
    if !is_ready() {
        let host = if cfg!(windows) { "python" } else { "python3" };
        step(&mut program(host, &["-m", "venv", &folder.to_string_lossy()]))?;
        step(program(&name, &["-m", "pip", "install", "--quiet"]).args(PACKAGES))?;
    }
    Ok(python)
}

//! `cargo xtask verify-matching`: every method of `deskmatch-matching` beside SciPy and OR-Tools.

use crate::shell::{Done, cargo, program, root, run as step};
use std::path::{Path, PathBuf};

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
    /// A folder with the assignment problems of OR-Library (`assign100.txt`, packed or not), to be solved first
    #[arg(long)]
    orlib: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Done {
    if let Some(folder) = &arguments.orlib {
        solve_orlib(folder)?;
    }
    let python = python()?;
    step(&mut cargo(&["build", "--release", "--package", "deskmatch-rivals", "--bin", "solve_many"]))?;
    let binary = target().join("release").join(format!("solve_many{}", std::env::consts::EXE_SUFFIX));
    let (count, seed) = (arguments.count.to_string(), arguments.seed.to_string());
    let mut compare = program(&python.to_string_lossy(), &["benches/rivals/verify/verify.py"]);
    step(compare.arg(binary).args([count, seed]))
}

/// Solves published instances by every method.
fn solve_orlib(folder: &Path) -> Done {
    let folder = std::path::absolute(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut test = cargo(&["test", "--release", "--package", "deskmatch-matching", "--test", "orlib"]);
    step(test.env("DESKMATCH_ORLIB", folder))
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

//! The repository's own commands: `cargo xtask help`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its user")]

mod audit;
mod fuzz;
mod mutants;
mod node;
mod python;
mod shell;
mod simulate;
mod test;
mod torture;
mod verify_matching;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The repository's own commands", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Formats, lints, documents and tests everything, and runs the README's first command
    Test,
    /// Builds and tests the Python package alone
    Python,
    /// Builds the Python wheel and sdist, and installs the sdist in an empty environment
    Wheel,
    /// Lays out the packages for Node, checks the addon's size, and installs them in an empty folder
    Packages,
    /// Does to the bindings what no host should: malformed calls, panics, endless creating and dropping
    Torture,
    /// Checks dependencies: bans, licences and sources
    Audit,
    /// Runs the fuzz targets, one after the other
    Fuzz(fuzz::Arguments),
    /// Puts random worlds through the engine and checks every law after every event
    Simulate(simulate::Arguments),
    /// Sows bugs in a copy of the repository and sees that the simulation finds each
    Mutants(mutants::Arguments),
    /// Compares the solvers with SciPy and OR-Tools on random problems of every family
    VerifyMatching(verify_matching::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Test => test::run(),
        Command::Python => python::test(),
        Command::Wheel => python::wheel(),
        Command::Packages => node::packages(),
        Command::Torture => torture::run(),
        Command::Audit => audit::run(),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Simulate(arguments) => simulate::run(&arguments),
        Command::Mutants(arguments) => mutants::run(&arguments),
        Command::VerifyMatching(arguments) => verify_matching::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

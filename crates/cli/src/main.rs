//! The `deskmatch` command.

mod arguments;
mod assign;
mod case;
mod check;
mod completions;
mod explain;
mod failure;
mod input;
mod output;
mod policies;
mod records;
mod replay;
mod terminal;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser;
use failure::Failure;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // A reader that has gone away is no reason to complain.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(failure::USAGE) } else { ExitCode::SUCCESS };
        }
    };
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::report(&failure);
            ExitCode::from(failure.code())
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Assign(arguments) => assign::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Run(arguments) => case::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Policies(arguments) => policies::run(&arguments),
        Command::Schema => policies::schema(),
        Command::Completions(arguments) => completions::run(&arguments),
    }
}

//! The command line as a whole.

use clap::{Parser, Subcommand};

use crate::{assign, case, check, completions, explain, policies, replay};

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  findings: a policy with faults, a case that differs, a bad row with --strict
  2  the command line is not valid
  3  an input cannot be read or is not valid
  4  the output cannot be written

Errors go to standard error, with file, line and field where there are any. Colours are used on terminals only, \
and not at all where NO_COLOR is set.";

/// Decides which agent gets which ticket: replays ticket logs, assigns batches, checks policies, explains decisions.
#[derive(Parser, Debug)]
#[command(name = "deskmatch", version, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Replay a ticket log under one or several policies, side by side
    Replay(replay::Arguments),
    /// Assign a batch of tickets to agents
    Assign(assign::Arguments),
    /// Check policies: faults with their places, and what looks odd
    Check(check::Arguments),
    /// Play cases and show what differs
    Run(case::Arguments),
    /// Explain why a ticket went where it did, or why it waits
    Explain(explain::Arguments),
    /// List the ready-made policies, or print one
    Policies(policies::Arguments),
    /// Print the JSON Schema of policies
    Schema,
    /// Print completions for a shell
    Completions(completions::Arguments),
}

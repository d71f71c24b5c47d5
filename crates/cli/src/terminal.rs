//! What goes to standard error: faults, warnings and progress.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::failure::Failure;

/// A colour, as terminals know it.
#[derive(Clone, Copy)]
pub(crate) enum Colour {
    Red,
    Green,
    Yellow,
}

/// Writes a text in colour if the stream is a terminal that may have it.
pub(crate) fn coloured(stream: &impl IsTerminal, colour: Colour, text: &str) -> String {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|value| value == "dumb")
        || !stream.is_terminal();
    if plain {
        return text.to_owned();
    }
    let code = match colour {
        Colour::Red => 31,
        Colour::Green => 32,
        Colour::Yellow => 33,
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// Says on standard error why the command ends.
pub(crate) fn report(failure: &Failure) {
    for line in failure.lines() {
        say(Colour::Red, "error", &line);
    }
}

/// Says on standard error what is odd but does not end the command.
pub(crate) fn warn(line: &str) {
    say(Colour::Yellow, "warning", line);
}

fn say(colour: Colour, word: &str, line: &str) {
    let mut stderr = std::io::stderr();
    let word = coloured(&stderr, colour, word);
    // If nobody listens there is nobody to tell.
    let _ = writeln!(stderr, "{word}: {line}");
}

/// Writes a line to standard error as it is.
pub(crate) fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A bar on standard error that shows how many tickets are done; nothing where that is no terminal.
pub(crate) fn progress(name: &str, tickets: u64, quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(tickets), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{prefix} {wide_bar} {human_pos} of {human_len} tickets");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_prefix(name.to_owned());
    bar
}

//! `deskmatch run`.

use std::path::Path;

use deskmatch_sim::case::{Case, CaseReport, play};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::terminal::{Colour, coloured};
use crate::{input, output};

/// The largest case: 64 MiB.
const BYTES_MAX: u64 = 64 << 20;

#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// Cases, or folders of them
    #[arg(required = true, value_name = "CASE.json")]
    cases: Vec<String>,
    /// Show only what differs, and the sum
    #[arg(long, short)]
    quiet: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let paths = arguments.cases.iter().map(|path| files_of(path)).collect::<Result<Vec<_>, _>>()?.concat();
    let mut reports = Vec::new();
    let mut faults = Vec::new();
    for path in paths {
        match read(&path) {
            Ok(case) => reports.push((path, play(&case))),
            Err(failure) => faults.extend(failure.lines()),
        }
    }
    let passed = reports.iter().filter(|(_, report)| report.passed()).count();
    if arguments.json {
        output::print_json(&Value::Array(
            reports.iter().map(|(path, report)| to_json(path, report)).collect(),
        ))?;
    } else {
        let told = reports.iter().filter(|(_, report)| !arguments.quiet || !report.passed());
        let mut text: String = told.map(|(path, report)| to_text(path, report)).collect();
        if reports.len() > 1 {
            text.push_str(&format!("{passed} of {} cases passed\n", reports.len()));
        }
        output::print(&text)?;
    }
    if !faults.is_empty() {
        return Err(Failure::Input(faults));
    }
    if passed == reports.len() { Ok(()) } else { Err(Failure::Findings) }
}

/// Reads one case.
pub(crate) fn read(path: &str) -> Result<Case, Failure> {
    let text = input::text(path, BYTES_MAX)?;
    Case::from_json(&text).map_err(|error| Failure::in_file(path, error))
}

/// Returns the file itself, or the `.json` files of a folder, by name.
fn files_of(path: &str) -> Result<Vec<String>, Failure> {
    if !Path::new(path).is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable = |error| Failure::in_file(path, format_args!("cannot be read: {error}"));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if file.extension().is_some_and(|extension| extension == "json") {
            files.push(file.to_string_lossy().into_owned());
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Failure::in_file(path, "there is no `.json` file in this folder"));
    }
    Ok(files)
}

fn to_text(path: &str, report: &CaseReport) -> String {
    let stdout = std::io::stdout();
    let text = format!("{report}\n");
    let (word, colour) = if report.passed() { ("passed", Colour::Green) } else { ("failed", Colour::Red) };
    let rest = text.strip_prefix(word).unwrap_or(&text);
    format!("{path}: {}{rest}", coloured(&stdout, colour, word))
}

fn to_json(path: &str, report: &CaseReport) -> Value {
    let differences = report.differences().iter().map(|difference| {
        json!({"place": difference.place, "field": difference.field, "detail": difference.detail})
    });
    json!({
        "file": path,
        "title": report.title(),
        "passed": report.passed(),
        "steps": report.steps(),
        "events": report.events(),
        "differences": differences.collect::<Vec<_>>(),
    })
}

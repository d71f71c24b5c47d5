//! `deskmatch policies` and `deskmatch schema`.

use deskmatch::{Policy, ReadyMade};
use serde_json::json;

use crate::failure::Failure;
use crate::output;

#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// The policy to print as JSON; without it, all are listed
    name: Option<String>,
    /// List them as JSON
    #[arg(long, conflicts_with = "name")]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Some(name) = &arguments.name else { return list(arguments.json) };
    match ReadyMade::named(name) {
        Some(ready_made) => output::print(&with_line_break(ready_made.json())),
        None => {
            let known = ReadyMade::ALL.iter().map(|policy| policy.name()).collect::<Vec<_>>().join(", ");
            Err(Failure::usage(format_args!("there is no ready-made policy `{name}`; there are {known}")))
        }
    }
}

fn list(as_json: bool) -> Result<(), Failure> {
    let described = |ready_made: &ReadyMade| ready_made.policy().description.unwrap_or_default().to_string();
    if as_json {
        let all = ReadyMade::ALL
            .iter()
            .map(|policy| json!({"name": policy.name(), "description": described(policy)}));
        return output::print_json(&all.collect());
    }
    let width = ReadyMade::ALL.iter().map(|policy| policy.name().len()).max().unwrap_or_default();
    let lines: Vec<String> = ReadyMade::ALL
        .iter()
        .map(|policy| format!("{:width$}  {}\n", policy.name(), described(policy)))
        .collect();
    output::print(&lines.concat())
}

/// Prints the JSON Schema of policies.
pub(crate) fn schema() -> Result<(), Failure> {
    output::print(&with_line_break(&Policy::json_schema()))
}

fn with_line_break(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

//! `deskmatch check`.

use deskmatch::{Agent, Policy, Severity};
use deskmatch_sim::format_duration_ms;
use serde_json::{Value, json};

use crate::failure::{Failure, lines_of};
use crate::terminal::{Colour, coloured};
use crate::{input, output, records};

#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// Policies: files, `-` for standard input, or names of ready-made ones
    #[arg(required = true, value_name = "POLICY")]
    policies: Vec<String>,
    /// Agents to check against, as CSV, JSON lines or a JSON list
    #[arg(long, value_name = "FILE")]
    agents: Option<String>,
    /// Count warnings as findings too
    #[arg(long)]
    strict: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What was found in one policy.
struct Checked {
    path: String,
    outcome: Result<Policy, deskmatch::Error>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let agents = match &arguments.agents {
        Some(path) => records::agents(path)?.into_iter().map(|agent| agent.value).collect(),
        None => Vec::new(),
    };
    let mut checked = Vec::new();
    for path in &arguments.policies {
        let outcome = match deskmatch::ReadyMade::named(path) {
            Some(ready_made) => Ok(ready_made.policy()),
            None => Policy::from_json(&input::policy_text(path)?),
        };
        checked.push(Checked { path: path.clone(), outcome });
    }
    if arguments.json {
        let all: Vec<Value> = checked.iter().map(|checked| checked.to_json(&agents)).collect();
        output::print_json(&Value::Array(all))?;
    } else {
        let all: Vec<String> = checked.iter().map(|checked| checked.to_text(&agents)).collect();
        output::print(&all.concat())?;
    }
    let has_findings = |checked: &Checked| match &checked.outcome {
        Ok(policy) => {
            arguments.strict && policy.lint(&agents).iter().any(|w| w.severity == Severity::Warning)
        }
        Err(_) => true,
    };
    if checked.iter().any(has_findings) { Err(Failure::Findings) } else { Ok(()) }
}

impl Checked {
    fn to_text(&self, agents: &[Agent]) -> String {
        let stdout = std::io::stdout();
        let path = &self.path;
        let policy = match &self.outcome {
            Ok(policy) => policy,
            Err(error) => {
                let word = coloured(&stdout, Colour::Red, "error");
                let code = error.code();
                return lines_of(path, error)
                    .iter()
                    .map(|line| format!("{word}: {line} [{code}]\n"))
                    .collect();
            }
        };
        let mut text = String::new();
        for warning in policy.lint(agents).iter().filter(|warning| warning.severity == Severity::Warning) {
            let word = coloured(&stdout, Colour::Yellow, "warning");
            let (at, message, code) = (&warning.path, &warning.message, warning.code.code());
            text.push_str(&format!("{word}: {path}: `{at}`: {message} [{code}]\n"));
        }
        let word = coloured(&stdout, Colour::Green, "valid");
        text.push_str(&format!("{word}: {path}: policy {}\n", policy.hash()));
        for queue in policy.queue_names() {
            let bound = match policy.overtaking_bound(&queue) {
                Some(bound) if bound.is_zero() => "no ticket overtakes an older one".to_owned(),
                Some(bound) => format!(
                    "no ticket is overtaken by one that arrived more than {} later",
                    format_duration_ms(bound.as_millis())
                ),
                None => "there is no bound on how late a ticket may overtake another".to_owned(),
            };
            text.push_str(&format!("  queue {queue}: {bound}\n"));
        }
        text
    }

    fn to_json(&self, agents: &[Agent]) -> Value {
        match &self.outcome {
            Ok(policy) => {
                let (warnings, infos): (Vec<_>, Vec<_>) = policy
                    .lint(agents)
                    .into_iter()
                    .partition(|warning| warning.severity == Severity::Warning);
                let bounds = policy.queue_names().into_iter().map(|queue| {
                    let bound = policy.overtaking_bound(&queue).map(|bound| bound.as_millis());
                    json!({"queue": queue, "bound_ms": bound})
                });
                json!({
                    "file": self.path,
                    "valid": true,
                    "hash": policy.hash(),
                    "errors": [],
                    "warnings": warnings,
                    "infos": infos,
                    "overtaking": bounds.collect::<Vec<_>>(),
                })
            }
            Err(error) => {
                let faults = match error.faults() {
                    [] => vec![json!({"path": "", "message": error.to_string()})],
                    faults => faults.iter().map(|fault| json!(fault)).collect(),
                };
                json!({"file": self.path, "valid": false, "code": error.code(), "errors": faults, "warnings": []})
            }
        }
    }
}

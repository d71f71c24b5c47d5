//! Values as HTML, for notebooks.

use deskmatch::{Decision, Explanation, Standing};
use std::fmt::Write as _;

/// A text without what HTML would take for its own.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A table of rows; the first is its head.
pub(crate) fn table(caption: &str, head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("<table><caption>{}</caption><thead><tr>", escaped(caption));
    for cell in head {
        // Writing to a text does not fail.
        let _ = write!(text, "<th>{}</th>", escaped(cell));
    }
    text.push_str("</tr></thead><tbody>");
    for row in rows {
        text.push_str("<tr>");
        for cell in row {
            let _ = write!(text, "<td>{}</td>", escaped(cell));
        }
        text.push_str("</tr>");
    }
    text.push_str("</tbody></table>");
    text
}

pub(crate) fn decision(decision: &Decision) -> String {
    let mut rows = vec![
        vec![
            "by".to_owned(),
            serde_json::to_value(decision.by).ok().map_or_else(String::new, |by| words(&by)),
        ],
        vec!["strategy".to_owned(), format!("{}, revision {}", decision.strategy, decision.revision)],
        vec!["policy".to_owned(), decision.policy.to_string()],
    ];
    rows.extend(decision.score.map(|score| vec!["score".to_owned(), score.to_string()]));
    if let Some(tally) = &decision.tally {
        rows.push(vec!["eligible".to_owned(), tally.eligible.to_string()]);
        for rule in deskmatch::Rule::ALL {
            let denied = tally.denied_by(rule);
            if denied > 0 {
                rows.push(vec![format!("turned away by {rule}"), denied.to_string()]);
            }
        }
    }
    rows.extend(decision.reason.as_ref().map(|reason| vec!["reason".to_owned(), reason.to_string()]));
    table("Decision", &["", ""], &rows)
}

fn words(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub(crate) fn explanation(explanation: &Explanation) -> String {
    let caption = format!(
        "{} is {} in {} at {}, by {}",
        explanation.ticket, explanation.state, explanation.queue, explanation.at, explanation.strategy
    );
    let rows: Vec<Vec<String>> = explanation
        .agents
        .iter()
        .map(|agent| {
            let standing = match &agent.standing {
                Standing::Chosen => "chosen".to_owned(),
                Standing::Outranked { by, on } => format!("outranked by {by} on {on}"),
                Standing::Denied { denial } => denial.to_string(),
            };
            let terms: Vec<String> =
                agent.terms.iter().map(|term| format!("{} {}", term.factor, term.points)).collect();
            vec![agent.agent.to_string(), standing, terms.join(", ")]
        })
        .collect();
    table(&caption, &["agent", "standing", "points"], &rows)
}

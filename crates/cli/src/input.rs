//! Reading what a user names: files, standard input, ready-made policies.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use deskmatch::{Limits, Policy, ReadyMade};
use deskmatch_sim::TimeFormat;

use crate::failure::{Failure, lines_of};

/// A policy and what to call it.
#[derive(Clone, Debug)]
pub(crate) struct NamedPolicy {
    pub(crate) name: String,
    pub(crate) policy: Policy,
    /// The queue that further queues are like.
    pub(crate) template: Option<String>,
}

/// Returns the ready-made policy of that name, or reads a file.
pub(crate) fn policy(name_or_path: &str) -> Result<NamedPolicy, Failure> {
    if let Some(ready_made) = ReadyMade::named(name_or_path) {
        let template = Some(ready_made.template().to_owned());
        return Ok(NamedPolicy { name: name_or_path.to_owned(), policy: ready_made.policy(), template });
    }
    let text = policy_text(name_or_path)?;
    let policy = Policy::from_json(&text).map_err(|error| Failure::Input(lines_of(name_or_path, &error)))?;
    let name = Path::new(name_or_path).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let name = name.filter(|_| name_or_path != "-").unwrap_or_else(|| "stdin".to_owned());
    Ok(NamedPolicy { name, template: policy.queue_by_default().map(|queue| queue.to_string()), policy })
}

/// Reads the text of a policy; the document may still be at fault.
pub(crate) fn policy_text(path: &str) -> Result<String, Failure> {
    let known = || ReadyMade::ALL.iter().map(|policy| policy.name()).collect::<Vec<_>>().join(", ");
    let is_file = path == "-" || Path::new(path).exists();
    if !is_file && !path.contains(['/', '\\', '.']) {
        return Err(Failure::input(format_args!(
            "there is no policy `{path}`: neither a file nor one of the ready-made ones ({})",
            known()
        )));
    }
    text(path, Limits::POLICY_BYTES_MAX as u64 + 1)
}

/// Reads a whole file as text, or standard input where the path is `-`. A byte order mark is left out.
pub(crate) fn text(path: &str, bytes_max: u64) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = if path == "-" {
        std::io::stdin().lock().take(bytes_max).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(bytes_max).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::in_file(path, format_args!("cannot be read: {error}")))?;
    if bytes.len() as u64 >= bytes_max {
        return Err(Failure::in_file(path, format_args!("is larger than {} bytes", bytes_max - 1)));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        Failure::in_file(path, format_args!("line {line}: not UTF-8; convert the file to UTF-8"))
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Reads a moment: milliseconds since 1970 UTC, or a time such as `2026-03-02T09:00:00Z`.
pub(crate) fn moment_ms(text: &str) -> Result<i64, String> {
    if let Ok(at_ms) = text.parse::<i64>() {
        return Ok(at_ms);
    }
    let at_ms = TimeFormat::Iso.parse_ms(text);
    at_ms.ok_or_else(|| {
        format!("`{text}` is no moment; write `2026-03-02T09:00:00Z` or milliseconds since 1970")
    })
}

/// Gives every policy a name of its own: the second `a` becomes `a #2`.
pub(crate) fn name_apart(policies: &mut [NamedPolicy]) {
    for index in 1..policies.len() {
        let (before, rest) = policies.split_at_mut(index);
        let Some(policy) = rest.first_mut() else { continue };
        let plain = policy.name.clone();
        let mut number = 2;
        while before.iter().any(|other| other.name == policy.name) {
            policy.name = format!("{plain} #{number}");
            number += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_of_one_name_are_told_apart() {
        let mut policies = vec![policy("balanced").unwrap(); 3];
        name_apart(&mut policies);
        let names: Vec<&str> = policies.iter().map(|policy| policy.name.as_str()).collect();
        assert_eq!(names, ["balanced", "balanced #2", "balanced #3"]);
    }

    #[test]
    fn a_misspelt_ready_made_policy_names_those_there_are() {
        let Err(Failure::Input(lines)) = policy("balance") else { panic!("found") };
        assert!(lines[0].contains("balanced, small_email_desk"), "{lines:?}");
    }
}

//! Malformed policies, each with the code and the paths that it is refused with.
//!
//! The table is `bad_policies.json`: `policy` is a document, or its text where it is not JSON or has a key twice; `paths`
//! are the places of all faults, in order; `says` is a part of the message.

use deskmatch::Policy;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    why: String,
    policy: Value,
    code: String,
    paths: Vec<String>,
    #[serde(default)]
    says: String,
}

#[test]
fn every_malformed_policy_is_refused_with_its_code_and_paths() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("bad_policies.json")).unwrap();
    assert!(cases.len() >= 100, "the table has {} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let text = match &case.policy {
            Value::String(text) => text.clone(),
            document => document.to_string(),
        };
        let found = match Policy::from_json(&text) {
            Ok(_) => "was accepted".to_owned(),
            Err(error) => {
                let paths: Vec<&str> = error.faults().iter().map(|fault| fault.path.as_str()).collect();
                let message = error.to_string();
                if error.code() == case.code && paths == case.paths && message.contains(&case.says) {
                    continue;
                }
                format!("{}: {paths:?}: {message}", error.code())
            }
        };
        wrong.push(format!(
            "{}: expected {}: {:?}: {}\n    found {found}",
            case.why, case.code, case.paths, case.says
        ));
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn a_document_beyond_the_limit_is_not_even_read() {
    let text = " ".repeat(deskmatch::Limits::POLICY_BYTES_MAX + 1);
    assert_eq!(Policy::from_json(&text).unwrap_err().code(), "invalid_policy");
    let just_fits = format!("{{}}{}", " ".repeat(deskmatch::Limits::POLICY_BYTES_MAX - 2));
    assert_eq!(Policy::from_json(&just_fits).unwrap(), Policy::default());
}

#[test]
fn a_vast_document_of_faults_is_answered_with_the_first_thousand() {
    let text = format!("{{ \"routing\": {{ \"rules\": [{}] }} }}", vec!["0"; 2_000_000].join(","));
    let error = Policy::from_json(&text).unwrap_err();
    assert_eq!(error.faults().len(), 1_001);
    assert_eq!(error.faults()[1_000].message, "1999000 more faults are not listed");
}

#[test]
fn a_vast_document_of_unknown_names_is_answered_soon() {
    let queues: Vec<String> = (0..60_000).map(|n| format!("\"queue-{n:05}\": {{}}")).collect();
    let rules: Vec<String> = (0..150_000)
        .map(|n| format!("{{\"name\":\"{n}\",\"then\":{{\"queue\":\"queue-x{n:06}\",\"class\":\"c\"}}}}"))
        .collect();
    let text = format!(
        "{{\"default_queue\":\"queue-00000\",\"queues\":{{{}}},\"routing\":{{\"rules\":[{}]}}}}",
        queues.join(","),
        rules.join(",")
    );
    assert_eq!(Policy::from_json(&text).unwrap_err().faults().len(), 1_001);
}

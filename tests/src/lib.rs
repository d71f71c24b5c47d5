//! Tests that cross crates, and the cases that every language plays.
//!
//! `cases/*.json` are described in `README.md`; `tests/cases.rs` plays them, `tests/coverage.rs` proves that they leave
//! nothing out, and `tests/bad_input.rs` gives the engine commands that it must refuse.

use deskmatch_sim::case::Case;
use std::fs;
use std::path::PathBuf;

/// The guide's examples run with the documentation's.
#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/rust.md")]
pub struct GuideOfRust;

/// A case with the name of its file.
pub struct NamedCase {
    /// The name of the file, without its folder.
    pub name: String,
    /// The file as it is.
    pub text: String,
    /// The case.
    pub case: Case,
}

/// The folder of the cases.
pub fn cases_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cases")
}

/// Every case of the corpus, by name.
///
/// # Panics
///
/// If a file cannot be read or is not a case; the message names every such file and its fault.
pub fn corpus() -> Vec<NamedCase> {
    let mut cases = Vec::new();
    let mut faults = Vec::new();
    let entries = fs::read_dir(cases_dir()).expect("the folder of the cases is part of the repository");
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                faults.push(format!("{name}: {error}"));
                continue;
            }
        };
        match Case::from_json(&text) {
            Ok(case) => cases.push(NamedCase { name, text, case }),
            Err(error) => faults.push(format!("{name}: {error}")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

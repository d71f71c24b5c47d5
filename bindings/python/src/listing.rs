//! What there is, for stubs, documentation and the tests that nothing is missing.

use crate::guard::guard;
use crate::output::of_json;
use crate::records;
use deskmatch::ErrorKind;
use pyo3::prelude::*;
use serde_json::{Value, json};

/// The classes of values with their fields, the words, and the kinds of errors.
#[pyfunction]
pub(crate) fn _listing(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    guard(|| {
        let classes: Vec<Value> = records::classes().map(class).collect();
        let events: serde_json::Map<String, Value> = records::events::CLASSES
            .iter()
            .map(|(class, name)| ((*name).to_owned(), json!(class.name)))
            .collect();
        let words: serde_json::Map<String, Value> = records::words()
            .into_iter()
            .map(|(name, words, engine)| (name.to_owned(), json!({ "here": words, "engine": engine })))
            .collect();
        let matching = deskmatch_matching::ErrorKind::ALL.iter().map(|kind| kind.code());
        let replaying = deskmatch_sim::ErrorKind::ALL.iter().map(|kind| kind.code());
        let errors: Vec<&str> =
            ErrorKind::ALL.iter().map(|kind| kind.code()).chain(matching).chain(replaying).collect();
        of_json(py, &json!({ "classes": classes, "events": events, "words": words, "errors": errors }))
    })
}

fn class(class: &records::ClassInfo) -> Value {
    let fields: Vec<Value> = class
        .fields
        .iter()
        .map(|field| json!({ "name": field.name, "key": field.key, "doc": text(field.doc), "hint": (field.hint)() }))
        .collect();
    json!({ "name": class.name, "base": class.base, "doc": text(class.doc), "fields": fields })
}

/// Lines of a doc comment without the blank that begins each.
fn text(lines: &[&str]) -> String {
    let lines: Vec<&str> = lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n")
}

//! From Python to Rust.
//!
//! What is built from plain dictionaries, lists, texts and numbers is read straight into the engine's types ([`typed`]). Where that
//! fails, or where there are other objects in it, the value is taken for a document: it is written as JSON ([`json`]), and the
//! engine's own reader says what is wrong, in the same words as in every other language.

pub(crate) mod json;
pub(crate) mod time;
pub(crate) mod typed;

use crate::error;
use deskmatch::Fault;
use pyo3::prelude::*;
use serde::de::DeserializeOwned;

/// Reads a value of a type of the engine.
///
/// `path` is what the value is called where it stands.
pub(crate) fn read<T: DeserializeOwned>(value: &Bound<'_, PyAny>, path: &str) -> PyResult<T> {
    if let Ok(read) = typed::read(value) {
        return Ok(read);
    }
    let document = json::write(value, path)?;
    let value = crate::input::json::to_python(value.py(), &document)?;
    typed::read(&value).map_err(|fault| {
        let path = if path.is_empty() { fault.path } else { json::join(path, &fault.path) };
        error::argument(&path, fault.message)
    })
}

/// A fault of a value.
pub(crate) fn fault(path: &str, message: impl Into<String>) -> PyErr {
    error::document(&Fault::new(path, message))
}

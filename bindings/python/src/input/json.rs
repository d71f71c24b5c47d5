//! Python values as JSON documents.

use super::fault;
use crate::output;
use crate::record;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple, PyType};
use serde_json::{Map, Number, Value};

/// How deep lists and objects may nest, as in the engine's own reader. What contains itself is deeper.
pub(crate) const DEPTH_MAX: usize = 128;

/// Writes a value as JSON. Takes what `json.dumps` takes, and values of this package, dataclasses, enumerations, moments and spans.
pub(crate) fn write(value: &Bound<'_, PyAny>, path: &str) -> PyResult<Value> {
    write_below(value, path, 0)
}

/// As `json.loads` would give it.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    output::of_json(py, value)
}

/// A path and what is below it: `queues` and `[0].id` to `queues[0].id`.
pub(crate) fn join(above: &str, below: &str) -> String {
    match (above, below) {
        ("", below) => below.to_owned(),
        (above, "") => above.to_owned(),
        (above, below) if below.starts_with('[') => format!("{above}{below}"),
        (above, below) => format!("{above}.{below}"),
    }
}

fn write_below(value: &Bound<'_, PyAny>, path: &str, depth: usize) -> PyResult<Value> {
    if depth > DEPTH_MAX {
        return Err(fault(&shortened(path), "lists and objects nest deeper than 128, or contain themselves"));
    }
    if value.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Value::String(read_text(text, path)?));
    }
    if let Ok(truth) = value.cast::<PyBool>() {
        return Ok(Value::Bool(truth.is_true()));
    }
    if value.cast::<PyInt>().is_ok() {
        return number(value, path);
    }
    if let Ok(number) = value.cast::<PyFloat>() {
        return match Number::from_f64(number.value()) {
            Some(number) => Ok(Value::Number(number)),
            None => Err(fault(path, format!("{} is not a number that can be used", number.value()))),
        };
    }
    if let Ok(dict) = value.cast::<PyDict>() {
        return object(dict, path, depth);
    }
    if let Ok(list) = value.cast::<PyList>() {
        return array(list.iter(), path, depth);
    }
    if let Ok(tuple) = value.cast::<PyTuple>() {
        return array(tuple.iter(), path, depth);
    }
    if let Some(value) = record::to_json(value) {
        return value;
    }
    other(value, path, depth)
}

fn shortened(path: &str) -> String {
    if path.len() <= 80 {
        path.to_owned()
    } else {
        format!("{}…", path.chars().take(80).collect::<String>())
    }
}

fn read_text(text: &Bound<'_, PyString>, path: &str) -> PyResult<String> {
    text.to_str()
        .map(str::to_owned)
        .map_err(|_| fault(path, "a text with half a surrogate pair is not Unicode"))
}

fn number(value: &Bound<'_, PyAny>, path: &str) -> PyResult<Value> {
    if let Ok(number) = value.extract::<i64>() {
        return Ok(Value::Number(number.into()));
    }
    match value.extract::<u64>() {
        Ok(number) => Ok(Value::Number(number.into())),
        Err(_) => Err(fault(path, "the number does not fit into 64 bits")),
    }
}

fn object(dict: &Bound<'_, PyDict>, path: &str, depth: usize) -> PyResult<Value> {
    let mut fields = Map::with_capacity(dict.len());
    for (key, value) in dict.iter() {
        let key = key_text(&key, path)?;
        let below = join(path, &key);
        fields.insert(key, write_below(&value, &below, depth + 1)?);
    }
    Ok(Value::Object(fields))
}

fn key_text(key: &Bound<'_, PyAny>, path: &str) -> PyResult<String> {
    match key.cast::<PyString>() {
        Ok(text) => read_text(text, path),
        Err(_) => Err(fault(path, format!("a key must be a text, not {}", type_name(key)))),
    }
}

fn array<'py>(
    items: impl ExactSizeIterator<Item = Bound<'py, PyAny>>,
    path: &str,
    depth: usize,
) -> PyResult<Value> {
    let mut written = Vec::with_capacity(items.len());
    for (index, item) in items.enumerate() {
        written.push(write_below(&item, &format!("{path}[{index}]"), depth + 1)?);
    }
    Ok(Value::Array(written))
}

fn type_name(value: &Bound<'_, PyAny>) -> String {
    value.get_type().name().map_or_else(|_| "an object".to_owned(), |name| format!("a `{name}`"))
}

/// What is neither plain nor ours: numbers of NumPy, moments, spans, dataclasses, enumerations, mappings.
fn other(value: &Bound<'_, PyAny>, path: &str, depth: usize) -> PyResult<Value> {
    let py = value.py();
    if value.is_instance(datetime(py, "datetime")?)? {
        return Ok(Value::Number(super::time::of_datetime(value, path)?.into()));
    }
    if value.is_instance(datetime(py, "timedelta")?)? {
        return Ok(Value::Number(super::time::of_timedelta(value, path)?.into()));
    }
    if value.is_instance_of::<PyType>() {
        return Err(unknown(value, path));
    }
    if value.hasattr("__dataclass_fields__")? {
        let dict = PyDict::new(py);
        for name in value.getattr("__dataclass_fields__")?.cast_into::<PyDict>()?.keys() {
            let held = value.getattr(name.cast::<PyString>()?)?;
            // A field left empty is a field that is not given.
            if !held.is_none() {
                dict.set_item(name, held)?;
            }
        }
        return object(&dict, path, depth);
    }
    if value.is_instance(enumeration(py)?)? {
        return write_below(&value.getattr("value")?, path, depth + 1);
    }
    if let Ok(mapping) = value.cast::<PyMapping>() {
        let dict = PyDict::new(py);
        dict.update(mapping)?;
        return object(&dict, path, depth);
    }
    if value.hasattr("dtype")? && value.hasattr("item")? {
        return write_below(&value.call_method0("item")?, path, depth + 1);
    }
    Err(unknown(value, path))
}

fn unknown(value: &Bound<'_, PyAny>, path: &str) -> PyErr {
    fault(path, format!("{} cannot be part of a document", type_name(value)))
}

fn datetime<'py>(py: Python<'py>, name: &str) -> PyResult<&'py Bound<'py, PyType>> {
    static DATETIME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static TIMEDELTA: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let lock = if name == "datetime" { &DATETIME } else { &TIMEDELTA };
    lock.import(py, "datetime", name)
}

fn enumeration(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static ENUM: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    ENUM.import(py, "enum", "Enum")
}

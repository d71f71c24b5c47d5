//! Errors as Python exceptions. The classes are written in `deskmatch/errors.py`, one for each kind.

use crate::output::ToPy;
use deskmatch::{Error, Fault};
use pyo3::exceptions::{PyException, PyOSError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};
use std::error::Error as StdError;
use std::path::Path;

/// The classes by code.
static CLASSES: PyOnceLock<Py<PyDict>> = PyOnceLock::new();

/// An exception of the class for a code.
fn raise(code: &str, message: &str, path: Option<&str>, faults: &[Fault]) -> PyErr {
    Python::attach(|py| {
        let build = || -> PyResult<PyErr> {
            let classes = CLASSES.get_or_try_init(py, || {
                let module = py.import("deskmatch.errors")?;
                Ok::<_, PyErr>(module.getattr("BY_CODE")?.cast_into::<PyDict>()?.unbind())
            })?;
            let class = classes.bind(py).get_item(code)?;
            let class = class.ok_or_else(|| PyException::new_err(format!("{code}: {message}")))?;
            let faults =
                PyTuple::new(py, faults.iter().map(|fault| fault.to_py(py)).collect::<PyResult<Vec<_>>>()?)?;
            Ok(PyErr::from_value(class.call1((message, path, faults))?))
        };
        build().unwrap_or_else(|error| error)
    })
}

/// A fault of an argument: what it is called, and what is wrong with it.
pub(crate) fn argument(path: &str, message: impl AsRef<str>) -> PyErr {
    let fault = Fault::new(path, message.as_ref());
    raise(
        "invalid_argument",
        &fault.to_string(),
        (!path.is_empty()).then_some(path),
        std::slice::from_ref(&fault),
    )
}

/// A Python value that cannot be what a document asks for.
pub(crate) fn document(fault: &Fault) -> PyErr {
    let path = (!fault.path.is_empty()).then_some(fault.path.as_str());
    raise("invalid_json", &fault.to_string(), path, std::slice::from_ref(fault))
}

/// A file that cannot be read: Python's own error, with the name of the file.
pub(crate) fn file(path: &Path, error: &std::io::Error) -> PyErr {
    PyOSError::new_err((error.raw_os_error(), error.to_string(), path.to_path_buf()))
}

/// What is in a file of text.
pub(crate) fn read_file(path: &Path) -> PyResult<String> {
    std::fs::read_to_string(path).map_err(|error| file(path, &error))
}

/// A file to be read.
pub(crate) fn open_file(path: &Path) -> PyResult<std::fs::File> {
    std::fs::File::open(path).map_err(|error| file(path, &error))
}

/// A broken promise of ours.
pub(crate) fn internal(message: &str) -> PyErr {
    raise("internal", &format!("{message}; this is a fault of Deskmatch"), None, &[])
}

/// An engine that is in use by the caller itself, further up.
pub(crate) fn reentrant() -> PyErr {
    let message = "the engine is in the middle of a command; what it calls may not call it";
    raise("reentrant_call", message, None, &[])
}

/// An error of the engine about one of several things: the place is said first.
pub(crate) fn of_engine_at(place: &str, error: &Error) -> PyErr {
    raise(error.code(), &format!("`{place}`: {error}"), Some(place), error.faults())
}

/// An error of a code of its own.
pub(crate) fn of_code(code: &str, message: &str) -> PyErr {
    raise(code, message, None, &[])
}

/// An error of a code of its own about one of several things.
pub(crate) fn of_code_at(code: &str, place: &str, message: &str) -> PyErr {
    let fault = Fault::new(place, message);
    raise(code, &fault.to_string(), Some(place), std::slice::from_ref(&fault))
}

/// An error of the engine. What a strategy in Python raised becomes the cause.
pub(crate) fn of_engine(error: &Error) -> PyErr {
    let raised = raise(error.code(), &error.to_string(), error.subject(), error.faults());
    let mut source = StdError::source(error);
    while let Some(inner) = source {
        if let Some(cause) = inner.downcast_ref::<PyErr>() {
            Python::attach(|py| raised.set_cause(py, Some(cause.clone_ref(py))));
            break;
        }
        source = inner.source();
    }
    raised
}

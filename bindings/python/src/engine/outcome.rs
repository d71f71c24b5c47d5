//! What a command came to.

use crate::guard::guard;
use crate::output::ToPy;
use crate::records::events;
use deskmatch::{Event, Refusal};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyIterator, PyTuple};
use std::sync::Arc;

/// What a command came to: its events, or why nothing came of it. Iterating over it is iterating over its events.
#[pyclass(frozen, module = "deskmatch")]
pub(crate) struct Outcome {
    happened: Arc<Vec<Event>>,
    refusal: Option<Refusal>,
    repeated: bool,
    objects: PyOnceLock<Py<PyTuple>>,
}

impl From<deskmatch::Outcome> for Outcome {
    fn from(outcome: deskmatch::Outcome) -> Self {
        Outcome {
            happened: Arc::new(outcome.events),
            refusal: outcome.refusal,
            repeated: outcome.repeated,
            objects: PyOnceLock::new(),
        }
    }
}

impl Outcome {
    fn objects<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyTuple>> {
        let objects = self.objects.get_or_try_init(py, || {
            let made = (0..self.happened.len()).map(|index| events::object(py, &self.happened, index));
            Ok::<_, PyErr>(PyTuple::new(py, made.collect::<PyResult<Vec<_>>>()?)?.unbind())
        })?;
        Ok(objects.bind(py))
    }
}

#[pymethods]
impl Outcome {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str) {
        ("events", "refusal", "repeated")
    }

    /// What happened, in order. What the passing of time brought due comes first.
    #[getter]
    fn events<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        guard(|| self.objects(py).cloned())
    }

    /// Why nothing came of the command, if so. That is not an error.
    #[getter]
    fn refusal<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| self.refusal.to_py(py))
    }

    /// Whether this is the answer to an earlier command with the same request id; nothing was done this time.
    #[getter]
    fn repeated(&self) -> PyResult<bool> {
        guard(|| Ok(self.repeated))
    }

    fn __len__(&self) -> PyResult<usize> {
        guard(|| Ok(self.happened.len()))
    }

    /// False if the command was refused.
    fn __bool__(&self) -> PyResult<bool> {
        guard(|| Ok(self.refusal.is_none()))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        guard(|| self.objects(py)?.try_iter())
    }

    fn __getitem__<'py>(&self, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| self.objects(index.py())?.as_any().get_item(index))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        guard(|| {
            Ok(other.cast::<Outcome>().is_ok_and(|other| {
                let other = other.get();
                other.happened == self.happened
                    && other.refusal == self.refusal
                    && other.repeated == self.repeated
            }))
        })
    }

    fn __hash__(&self) -> PyResult<u64> {
        guard(|| crate::record::hash(&(&*self.happened, &self.refusal, self.repeated)))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        guard(|| {
            let refusal = self.refusal.to_py(py)?.repr()?;
            let repeated = if self.repeated { "True" } else { "False" };
            Ok(format!(
                "Outcome(events={}, refusal={refusal}, repeated={repeated})",
                self.objects(py)?.repr()?
            ))
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        guard(|| {
            let revive = py.import("deskmatch._native")?.getattr("_revive_outcome")?;
            let json = crate::record::json(&(&*self.happened, &self.refusal, self.repeated))?;
            PyTuple::new(py, [revive, PyTuple::new(py, [json])?.into_any()])
        })
    }
}

/// Makes an outcome from its JSON; what pickles hold.
#[pyfunction]
pub(crate) fn _revive_outcome(json: &str) -> PyResult<Outcome> {
    guard(|| {
        let (events, refusal, repeated) =
            crate::record::from_json::<(Vec<Event>, Option<Refusal>, bool)>(json)?;
        Ok(deskmatch::Outcome { events, refusal, repeated }.into())
    })
}

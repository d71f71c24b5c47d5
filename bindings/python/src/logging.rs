//! The bridge to Python's `logging`. Off until it is asked for: then every event of every engine is a record.

use crate::guard::guard;
use deskmatch::Event;
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

static IS_ON: AtomicBool = AtomicBool::new(false);
static LOGGER: Mutex<Option<(Py<PyAny>, i64)>> = Mutex::new(None);

/// Logs what happens in every engine from now on: one record an event, at `level`, with the event as JSON. None ends it.
///
/// It is off by default. A logger that raises makes the command raise, which has happened all the same.
#[pyfunction]
#[pyo3(signature = (logger, level = 20))]
pub(crate) fn log_events(py: Python<'_>, logger: Option<Py<PyAny>>, level: i64) -> PyResult<()> {
    guard(|| {
        let mut held = LOGGER.lock_py_attached(py).unwrap_or_else(std::sync::PoisonError::into_inner);
        IS_ON.store(logger.is_some(), Ordering::Relaxed);
        let before = std::mem::replace(&mut *held, logger.map(|logger| (logger, level)));
        drop(held);
        drop(before);
        Ok(())
    })
}

/// Logs events, if that was asked for.
pub(crate) fn tell(py: Python<'_>, events: &[Event]) -> PyResult<()> {
    if !IS_ON.load(Ordering::Relaxed) {
        return Ok(());
    }
    let held = LOGGER.lock_py_attached(py).unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some((logger, level)) = held.as_ref().map(|(logger, level)| (logger.clone_ref(py), *level)) else {
        return Ok(());
    };
    drop(held);
    for event in events {
        logger.bind(py).call_method1("log", (level, "%s", crate::record::json(event)?))?;
    }
    Ok(())
}

//! The one guard around everything that Python may call.
//!
//! A panic is a fault of ours. It must neither end the host nor pass by its `except Exception`, as the exception that PyO3 would
//! make of it does: it becomes a `deskmatch.InternalError`.

use crate::error;
use pyo3::prelude::*;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the next guarded call is to panic, so that tests see what becomes of it.
static ARMED: AtomicBool = AtomicBool::new(false);

/// Does the work of a call from Python; a panic becomes an error.
pub(crate) fn guard<T>(work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    let guarded = AssertUnwindSafe(|| {
        if ARMED.load(Ordering::Relaxed) && ARMED.swap(false, Ordering::Relaxed) {
            panic!("a panic that a test asked for");
        }
        work()
    });
    catch_unwind(guarded).unwrap_or_else(|payload| Err(error::internal(&message(&*payload))))
}

/// What a panic said.
pub(crate) fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned())
}

/// Lets the next guarded call panic. For tests: in the module only where the environment has `DESKMATCH_TEST_HOOKS`.
#[pyfunction]
pub(crate) fn _panic_next() {
    ARMED.store(true, Ordering::Relaxed);
}

/// Whether a panic asked for has not come yet: then the call that should have had it is not guarded.
#[pyfunction]
pub(crate) fn _take_panic() -> bool {
    ARMED.swap(false, Ordering::Relaxed)
}

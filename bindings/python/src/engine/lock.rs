//! The lock around an engine.
//!
//! An engine is used by one thread at a time. Who waits for it lets go of the interpreter meanwhile, so a thread that holds the engine
//! and needs the interpreter, as a strategy in Python does, is never waited for by one that holds the interpreter. A call from within
//! a call on the same engine would wait for itself; it is refused instead.

use crate::error;
use crate::strategy::{self, AtWork, Callables};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

pub(crate) struct Lock {
    engine: Mutex<deskmatch::Engine>,
    /// The thread that holds the lock, by an address of its own; 0 if none does.
    owner: AtomicUsize,
    /// The strategies in Python, if there are any.
    callables: Option<Arc<Callables>>,
}

thread_local! {
    static HERE: u8 = const { 0 };
}

/// An address that no other living thread has.
fn this_thread() -> usize {
    HERE.with(|here| std::ptr::from_ref(here).addr())
}

pub(crate) struct Held<'a> {
    pub(crate) engine: MutexGuard<'a, deskmatch::Engine>,
    owner: &'a AtomicUsize,
    _at_work: AtWork,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.owner.store(0, Ordering::Relaxed);
    }
}

impl Lock {
    pub(crate) fn new(engine: deskmatch::Engine, callables: Option<Arc<Callables>>) -> Self {
        Lock { engine: Mutex::new(engine), owner: AtomicUsize::new(0), callables }
    }

    /// The strategies in Python, if there are any.
    pub(crate) fn callables(&self) -> Option<&Arc<Callables>> {
        self.callables.as_ref()
    }

    /// Waits for the engine.
    ///
    /// Raises `ReentrantCallError` in a call from within a call, and `InternalError` if a panic has left the engine half changed.
    pub(crate) fn hold(&self, py: Python<'_>) -> PyResult<Held<'_>> {
        let me = this_thread();
        // Only this thread writes its own address, so no order between threads is needed.
        if self.owner.load(Ordering::Relaxed) == me {
            return Err(error::reentrant());
        }
        let broken = || {
            error::internal(
                "an earlier panic left the engine half changed; restore it from a snapshot and its log",
            )
        };
        let engine = self.engine.lock_py_attached(py).map_err(|_| broken())?;
        self.owner.store(me, Ordering::Relaxed);
        Ok(Held { engine, owner: &self.owner, _at_work: strategy::at_work(self.callables.as_ref()) })
    }
}

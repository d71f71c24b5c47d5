//! Work that needs no engine and may take long: on the thread of JavaScript, or off it.

use crate::error::{Answer, Failure};
use crate::exports::answered;
use crate::{assign, matching, replay, sized};
use deskmatch_tape::{Writer, from_bytes, to_writer};
use napi::bindgen_prelude::{AsyncTask, Buffer};
use napi::{Env, Task};
use napi_derive::napi;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How far work is, and whether it is still wanted. Shared between the thread that works and the one that asks.
#[derive(Default)]
pub(crate) struct Control {
    aborted: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
}

impl Control {
    pub(crate) fn is_aborted(&self) -> bool {
        self.aborted.load(Ordering::Relaxed)
    }

    /// Fails once the work is no longer wanted.
    pub(crate) fn check(&self) -> Answer<()> {
        if self.is_aborted() { Err(Failure::aborted()) } else { Ok(()) }
    }

    pub(crate) fn set_total(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }

    pub(crate) fn set_done(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }
}

/// What a piece of work is given.
pub(crate) struct Job<'a> {
    pub(crate) input: &'a [u8],
    pub(crate) control: &'a Control,
    pub(crate) output: &'a mut Writer,
}

impl<'a> Job<'a> {
    pub(crate) fn read<T: Deserialize<'a>>(&self) -> Answer<T> {
        Ok(from_bytes(self.input)?)
    }

    pub(crate) fn write<T: Serialize + ?Sized>(&mut self, value: &T) -> Answer<()> {
        Ok(to_writer(self.output, value)?)
    }
}

type Work = fn(&mut Job<'_>) -> Answer<()>;

/// Every piece of work, by name; its number is its place.
pub(crate) const WORKS: &[(&str, Work)] = &[
    ("assign", assign::run),
    ("solve_dense", matching::solve_dense_copied),
    ("solve_sparse", matching::solve_sparse),
    ("verify_sparse", matching::verify_sparse),
    ("solve_sized", sized::solve),
    ("replay", replay::run),
    ("simulate", replay::simulate),
];

thread_local! {
    static CONTROLS: RefCell<BTreeMap<u32, Arc<Control>>> = const { RefCell::new(BTreeMap::new()) };
}

fn control(number: u32) -> Arc<Control> {
    CONTROLS.with_borrow_mut(|controls| controls.entry(number).or_default().clone())
}

fn perform(work: u32, input: &[u8], control: &Control) -> Writer {
    let found = WORKS.get(work as usize);
    answered(found.map_or("work", |(name, _)| name), |output| {
        let (_, work) = found.ok_or_else(|| Failure::internal("there is no such work"))?;
        control.check()?;
        work(&mut Job { input, control, output })
    })
}

/// Does a piece of work here and now. The first byte of the answer says whether it is a value (0) or a failure (1).
#[napi]
pub(crate) fn work(number: u32, input: &[u8]) -> Buffer {
    Buffer::from(perform(number, input, &Control::default()).bytes)
}

/// Work on its way through another thread.
pub(crate) struct Pending {
    number: u32,
    input: Vec<u8>,
    control: Arc<Control>,
}

impl Task for Pending {
    type Output = Vec<u8>;
    type JsValue = Buffer;

    fn compute(&mut self) -> napi::Result<Vec<u8>> {
        Ok(perform(self.number, &self.input, &self.control).bytes)
    }

    fn resolve(&mut self, _: Env, output: Vec<u8>) -> napi::Result<Buffer> {
        Ok(Buffer::from(output))
    }
}

/// Does a piece of work on another thread. `control` is any number by which to ask how far it is.
#[napi]
pub(crate) fn work_async(number: u32, input: &[u8], control_number: u32) -> AsyncTask<Pending> {
    AsyncTask::new(Pending { number, input: input.to_vec(), control: control(control_number) })
}

/// Says that work is no longer wanted.
#[napi]
pub(crate) fn abort(control_number: u32) {
    control(control_number).aborted.store(true, Ordering::Relaxed);
}

/// How much of how much is done.
#[napi]
pub(crate) fn progress(control_number: u32) -> Vec<f64> {
    let control = control(control_number);
    [&control.done, &control.total].iter().map(|number| number.load(Ordering::Relaxed) as f64).collect()
}

/// Forgets a control whose work has ended.
#[napi]
pub(crate) fn forget(control_number: u32) {
    CONTROLS.with_borrow_mut(|controls| controls.remove(&control_number));
}

//! What the addon exports.

use crate::error::{Answer, Failure, OWN_CODES};
use crate::guard::{arm, guard};
use crate::matching::ENTRIES;
use crate::operations::{Call, OPERATIONS};
use crate::work::WORKS;
use crate::{engines, strategies};
use deskmatch_tape::{Writer, keys::KEYS};
use napi::Env;
use napi::bindgen_prelude::Uint8ArraySlice;
use napi_derive::napi;
use std::cell::RefCell;

thread_local! {
    /// An answer that was too long for the buffer it was asked into, until it is taken.
    static WAITING: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// Memory of an answer that was delivered, for the next one: fresh memory costs as much as what is written to it.
    static SPARE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// So much memory is kept from one answer to the next.
const SPARE_MAX: usize = 1 << 22;

/// Puts an answer into a buffer: its length, or minus its length where the buffer is too short and it waits to be taken.
/// The first byte says whether it is a value (0) or a failure (1).
#[allow(unsafe_code, reason = "writing into a buffer of JavaScript's is what the crossing is about")]
pub(crate) fn deliver(answer: Writer, mut output: Uint8ArraySlice<'_>) -> f64 {
    let length = answer.bytes.len();
    // SAFETY: no other reference to these bytes exists. The buffer is one of the package's own, which never leaves
    // `ts/native.ts`, and is another one than any that an outer or inner call reads from or writes to; and no JavaScript
    // runs between here and the end of this function.
    match unsafe { output.as_mut() }.get_mut(..length) {
        Some(place) => {
            place.copy_from_slice(&answer.bytes);
            if answer.bytes.capacity() <= SPARE_MAX {
                SPARE.set(answer.bytes);
            }
            length as f64
        }
        None => {
            WAITING.set(answer.bytes);
            -(length as f64)
        }
    }
}

/// Runs work under the guard and writes what came of it.
pub(crate) fn answered(name: &str, work: impl FnOnce(&mut Writer) -> Answer<()>) -> Writer {
    let mut spare = SPARE.take();
    spare.clear();
    let mut output = Writer::of(spare);
    output.bytes.push(0);
    if let Err(failure) = guard(name, || work(&mut output)) {
        output = Writer::new();
        output.bytes.push(1);
        failure.write(&mut output);
    }
    output
}

/// Does one of the operations.
#[napi]
pub(crate) fn call(
    env: Env,
    operation: u32,
    engine: u32,
    at: f64,
    input: &[u8],
    length: u32,
    output: Uint8ArraySlice<'_>,
) -> f64 {
    let Some((name, work)) = OPERATIONS.get(operation as usize) else {
        let answer = answered("call", |_| Err(Failure::internal("there is no such operation")));
        return deliver(answer, output);
    };
    let answer = answered(name, |writer| {
        let input =
            input.get(..length as usize).ok_or_else(|| Failure::internal("the input is too short"))?;
        strategies::during(env, || work(&mut Call { engine, at: at as i64, input, output: writer }))
    });
    deliver(answer, output)
}

/// Takes the answer that waits.
#[napi]
pub(crate) fn take(output: Uint8ArraySlice<'_>) -> f64 {
    let waiting = WAITING.take();
    deliver(Writer::of(waiting), output)
}

/// Takes the function that answers for all strategies written in JavaScript.
#[napi(ts_args_type = "host: (strategy: number, what: number, question: Uint8Array) => Array<number>")]
pub(crate) fn set_host(host: strategies::Host) {
    strategies::set_host(host);
}

/// What both sides must agree on.
#[napi(object)]
pub(crate) struct Agreement {
    /// The names of the operations, in the order of their numbers.
    pub operations: Vec<String>,
    /// The names of the pieces of work, in the order of their numbers.
    pub works: Vec<String>,
    /// The names of the other entries that the guard knows.
    pub entries: Vec<String>,
    /// The keys that have numbers, in their order.
    pub keys: Vec<String>,
    /// Every code that an error may have.
    pub codes: Vec<String>,
    /// The version of the engine.
    pub version: String,
}

/// Tells JavaScript the names behind the numbers.
#[napi]
pub(crate) fn agreement() -> Agreement {
    let owned = |names: &mut dyn Iterator<Item = &'static str>| names.map(str::to_owned).collect::<Vec<_>>();
    let core = deskmatch::ErrorKind::ALL.iter().map(|kind| kind.code());
    let matching = deskmatch_matching::ErrorKind::ALL.iter().map(|kind| kind.code());
    let simulation = deskmatch_sim::ErrorKind::ALL.iter().map(|kind| kind.code());
    let codes = core.chain(matching).chain(simulation).chain(OWN_CODES.iter().copied());
    Agreement {
        operations: owned(&mut OPERATIONS.iter().map(|(name, _)| *name)),
        works: owned(&mut WORKS.iter().map(|(name, _)| *name)),
        entries: owned(&mut ENTRIES.iter().copied()),
        keys: owned(&mut KEYS.iter().copied()),
        codes: owned(&mut deskmatch::order::set(codes).into_iter()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// For tests: makes the next call of an operation panic. Does nothing, and says so, unless the environment variable
/// `DESKMATCH_TEST_PANICS` was set when the addon was loaded.
#[napi]
pub(crate) fn arm_panic(name: String) -> bool {
    let operations = OPERATIONS.iter().map(|(known, _)| *known);
    let works = WORKS.iter().map(|(known, _)| *known);
    let mut all = operations.chain(works).chain(ENTRIES.iter().copied());
    let known = all.find(|known| *known == name);
    known.is_some_and(arm)
}

/// Marks an engine as lost: a panic went through it.
#[napi]
pub(crate) fn lose(engine: u32) {
    engines::lose(engine);
}

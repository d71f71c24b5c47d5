//! The one guard around everything that JavaScript calls.
//!
//! A panic that reaches Node-API ends the process: at once in a synchronous function, and even where the library promises to
//! catch it when the work is done on another thread. So nothing is called but through [`guard`], which turns a panic into
//! an error of the code `internal_error`.

use crate::error::{Answer, Failure};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{LazyLock, Mutex, PoisonError};

/// Runs the work; a panic comes back as an error.
pub(crate) fn guard<T>(name: &str, work: impl FnOnce() -> Answer<T>) -> Answer<T> {
    let guarded = AssertUnwindSafe(|| {
        if armed(name) {
            panic!("a panic on purpose in `{name}`");
        }
        work()
    });
    catch_unwind(guarded).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        Err(Failure::internal(format!("`{name}` met a fault of its own, please report it: {text}")))
    })
}

/// Whether tests may make entries panic. Read once, when the addon is loaded.
static HOOK: LazyLock<bool> = LazyLock::new(|| std::env::var_os("DESKMATCH_TEST_PANICS").is_some());

/// The entry that is to panic. Of the whole process, because work goes to other threads.
static ARMED: Mutex<Option<&'static str>> = Mutex::new(None);

/// Makes the next call of an entry panic, if the environment allows it; says whether it does.
pub(crate) fn arm(name: &'static str) -> bool {
    if *HOOK {
        *ARMED.lock().unwrap_or_else(PoisonError::into_inner) = Some(name);
    }
    *HOOK
}

fn armed(name: &str) -> bool {
    // The common case is one load.
    *HOOK && ARMED.lock().unwrap_or_else(PoisonError::into_inner).take_if(|armed| *armed == name).is_some()
}

//! A stream of commands of any bytes never ends the process, and a refused command changes nothing.
//!
//! Each line is a moment and a command in JSON, such as `5 {"type":"submit","ticket":{"id":"T-1"}}`.
#![no_main]

use deskmatch::{Engine, Policy, Request, Timestamp};
use libfuzzer_sys::fuzz_target;

const POLICY: &str = include_str!("../desk.json");

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut engine = Engine::new(Policy::from_json(POLICY).expect("the policy is valid")).expect("it is valid");
    for line in text.lines().take(64) {
        let (moment, json) = line.split_once(' ').unwrap_or(("0", line));
        let (Ok(moment), Ok(request)) = (moment.parse(), serde_json::from_str::<Request>(json)) else { continue };
        let before = engine.digest();
        if engine.execute(Timestamp(moment), request).is_err() {
            assert_eq!(engine.digest(), before, "a refused command changes nothing");
        }
    }
    let restored = Engine::restore(&engine.snapshot()).expect("our own snapshot can be read");
    assert_eq!(restored.digest(), engine.digest());
});

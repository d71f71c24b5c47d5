//! A snapshot of any bytes is refused or gives an engine that works. The checksum is put right first: it protects against
//! accidents, not against intent.
#![no_main]

use deskmatch::{Command, Engine, Timestamp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut snapshot = b"DESKSNAP\x01\x00".to_vec();
    snapshot.extend_from_slice(&xxhash_rust::xxh3::xxh3_64(bytes).to_le_bytes());
    snapshot.extend_from_slice(bytes);
    let Ok(mut engine) = Engine::restore(&snapshot) else { return };
    let again = Engine::restore(&engine.snapshot()).expect("our own snapshot can be read");
    assert_eq!(again.digest(), engine.digest());
    let now = engine.next_due().or(engine.now()).unwrap_or(Timestamp(0));
    let _ = engine.execute(now, Command::Tick {});
    let tickets: Vec<String> = engine.tickets().map(|ticket| ticket.id().to_string()).collect();
    for ticket in tickets {
        let _ = engine.explain(&ticket);
        let _ = engine.execute(now, Command::resolve(ticket));
    }
});

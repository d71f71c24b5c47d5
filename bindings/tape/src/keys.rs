//! The keys that have a number: those that occur in almost every value. Any other key crosses as its text.

use crate::print::Print;
use std::sync::LazyLock;

/// The numbered keys. JavaScript asks for this list when it loads the addon, so the two sides cannot disagree.
pub const KEYS: &[&str] = &[
    "type",
    "seq",
    "at",
    "ticket",
    "agent",
    "decision",
    "by",
    "strategy",
    "revision",
    "policy",
    "score",
    "tally",
    "eligible",
    "presence",
    "shift",
    "queue",
    "channel",
    "capacity",
    "skill",
    "attribute",
    "excluded",
    "declined",
    "reserved",
    "rate",
    "id",
    "skills",
    "level",
    "class",
    "attributes",
    "priority",
    "requester",
    "preferred",
    "size",
    "effort",
    "not_before",
    "due",
    "created",
    "units",
    "channels",
    "weight",
    "until",
    "reason",
    "from",
    "to",
    "kind",
    "target",
    "step",
    "events",
    "refusal",
    "repeated",
    "request_id",
    "request",
    "patch",
    "rules",
    "skill_level",
    "queues",
    "rank",
    "delay",
    "max",
    "exclusive",
    "while_present",
    "wrap_up_until",
    "factor",
    "value",
    "points",
    "terms",
    "standing",
    "standings",
    "on",
    "denial",
    "rule",
    "found",
    "needed",
    "hash",
    "note",
    "route",
    "summary",
    "state",
    "since",
    "offers",
    "tickets",
    "agents",
    "responded",
    "steps_taken",
    "age",
    "units_used",
    "units_free",
    "idle_since",
    "ledger",
    "on_shift",
    "shifts",
    "channel_presence",
    "rate_limit",
    "window",
    "required_skills",
    "code",
    "message",
    "path",
    "faults",
    "force",
    "required",
    "limit",
    "ask_again_at",
    "command",
    "log",
    "waiting",
];

// INVARIANT: the number of a key is one byte, as forms of answers have it.
const _: () = assert!(KEYS.len() as u64 + crate::KEY_FIRST <= 0x80);

/// Open addressing; a power of two well above the number of keys.
const SLOTS: usize = 512;

/// Keys by their prints, with one more than their numbers; 0 where there is none.
static TABLE: LazyLock<[(Print, u16); SLOTS]> = LazyLock::new(|| {
    let mut table = [(Print::default(), 0); SLOTS];
    for (number, key) in (1..).zip(KEYS) {
        let print = Print::of(key.as_bytes());
        // INVARIANT: no key is so long that its print could be that of another; checked when the table is made, before anything crosses.
        assert!(print.is_exact(), "the key `{key}` is too long");
        let mut slot = print.slot(SLOTS);
        while table[slot].1 != 0 {
            slot = (slot + 1) % SLOTS;
        }
        table[slot] = (print, number);
    }
    table
});

/// The number of a key.
pub(crate) fn number(key: &str) -> Option<u16> {
    let table = &*TABLE;
    let print = Print::of(key.as_bytes());
    let mut slot = print.slot(SLOTS);
    loop {
        let (known, number) = table[slot];
        if known == print {
            return number.checked_sub(1).filter(|_| print.is_exact());
        }
        if number == 0 {
            return None;
        }
        slot = (slot + 1) % SLOTS;
    }
}

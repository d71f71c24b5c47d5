//! The keys that have a number: those that occur in almost every value. Any other key crosses as its text.

use std::sync::LazyLock;

/// The numbered keys. JavaScript asks for this list when it loads the addon, so the two sides cannot disagree.
pub(crate) const KEYS: &[&str] = &[
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
const _: () = assert!(KEYS.len() as u64 + super::KEY_FIRST <= 0x80);

/// Open addressing; a power of two well above the number of keys.
const SLOTS: usize = 1024;

struct Table([u16; SLOTS]);

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table([u16::MAX; SLOTS]);
    for (number, key) in (0_u16..).zip(KEYS) {
        let mut slot = hash(key);
        while table.0[slot] != u16::MAX {
            slot = (slot + 1) % SLOTS;
        }
        table.0[slot] = number;
    }
    table
});

fn hash(key: &str) -> usize {
    let bytes = key.as_bytes();
    let at = |place: usize| usize::from(bytes.get(place).copied().unwrap_or_default());
    let length = bytes.len();
    (length * 67 + at(0) * 31 + at(length / 2) * 7 + at(length.wrapping_sub(1))) % SLOTS
}

/// The number of a key.
pub(crate) fn number(key: &str) -> Option<u16> {
    let table = &TABLE.0;
    let mut slot = hash(key);
    loop {
        let number = table[slot];
        let known = KEYS.get(usize::from(number))?;
        if *known == key {
            return Some(number);
        }
        slot = (slot + 1) % SLOTS;
    }
}

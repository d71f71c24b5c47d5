//! The moments at which something falls due.

use std::collections::BTreeSet;

/// What a timer wakes. Timers due at the same moment fire in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Wake {
    Agent { slot: u32 },
    Ticket { arrival: u64, slot: u32 },
    Queue { queue: u16 },
}

/// No moment.
pub(crate) const NEVER: i64 = i64::MAX;

#[derive(Clone, Default)]
pub(crate) struct Timers(BTreeSet<(i64, Wake)>);

impl Timers {
    /// Moves a timer; `NEVER` means that there is none.
    pub(crate) fn reset(&mut self, wake: Wake, from: i64, to: i64) {
        if from == to {
            return;
        }
        if from != NEVER {
            self.0.remove(&(from, wake));
        }
        if to != NEVER {
            self.0.insert((to, wake));
        }
    }

    pub(crate) fn first(&self) -> Option<(i64, Wake)> {
        self.0.first().copied()
    }

    /// The timers due by a moment, the earliest first.
    pub(crate) fn due(&self, now: i64) -> Vec<Wake> {
        self.0.iter().take_while(|(at, _)| *at <= now).map(|(_, wake)| *wake).collect()
    }
}

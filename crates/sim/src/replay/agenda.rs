//! What agents will do, and when.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Something an agent will do. Tickets and agents go by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    /// Accepts an offer that stands until a moment.
    Accept { ticket: u32, agent: u32, until_ms: i64 },
    /// Responds to the requester, if it still holds the ticket by the same assignment.
    Respond { ticket: u32, turn: u32 },
    /// Resolves the ticket, if it still holds it by the same assignment.
    Resolve { ticket: u32, turn: u32 },
    /// Comes back after a missed offer.
    Return { agent: u32 },
}

/// The acts to come: the earliest first, of the same moment the one that was entered first.
#[derive(Default)]
pub(super) struct Agenda {
    heap: BinaryHeap<Reverse<(i64, u64, Act)>>,
    entered: u64,
}

impl Agenda {
    pub(super) fn enter(&mut self, at_ms: i64, act: Act) {
        self.entered += 1;
        self.heap.push(Reverse((at_ms, self.entered, act)));
    }

    /// Returns when the next act is.
    pub(super) fn next_ms(&self) -> Option<i64> {
        self.heap.peek().map(|Reverse((at_ms, _, _))| *at_ms)
    }

    pub(super) fn pop(&mut self) -> Option<(i64, Act)> {
        self.heap.pop().map(|Reverse((at_ms, _, act))| (at_ms, act))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_of_one_moment_come_in_the_order_they_were_entered() {
        let mut agenda = Agenda::default();
        agenda.enter(5, Act::Return { agent: 9 });
        agenda.enter(5, Act::Accept { ticket: 0, agent: 0, until_ms: 0 });
        agenda.enter(1, Act::Return { agent: 1 });
        let order: Vec<i64> = std::iter::from_fn(|| agenda.pop()).map(|(at_ms, _)| at_ms).collect();
        assert_eq!(order, [1, 5, 5]);
        agenda.enter(7, Act::Return { agent: 2 });
        agenda.enter(7, Act::Return { agent: 1 });
        assert_eq!(agenda.pop(), Some((7, Act::Return { agent: 2 })));
        assert_eq!(agenda.next_ms(), Some(7));
    }
}

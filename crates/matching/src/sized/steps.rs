//! A clock that counts work instead of time, so that the same question gives the same answer on every machine.

/// Counts steps up to a limit. A step is about one look at one arc: 1 to 3 nanoseconds.
#[derive(Debug)]
pub(super) struct Steps {
    used: u64,
    limit: u64,
}

impl Steps {
    pub(super) fn new(limit: u64) -> Self {
        Self { used: 0, limit }
    }

    pub(super) fn spend(&mut self, steps: usize) {
        self.used = self.used.saturating_add(steps as u64);
    }

    pub(super) fn used(&self) -> u64 {
        self.used
    }

    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// Whether a share of the limit, in sixteenths, has been used.
    pub(super) fn beyond(&self, sixteenths: u64) -> bool {
        self.used
            >= (self.limit / 16).saturating_mul(sixteenths).saturating_add(self.limit % 16 * sixteenths / 16)
    }

    pub(super) fn are_spent(&self) -> bool {
        self.used >= self.limit
    }
}

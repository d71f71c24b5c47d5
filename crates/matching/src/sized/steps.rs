//! A clock that counts work instead of time, so that the same question gives the same answer on every machine.

/// How many steps pass between two questions whether the answer is still wanted: 3 to 7 milliseconds.
const STEPS_BETWEEN_QUESTIONS: u64 = 1 << 20;

/// Counts steps up to a limit. A step is about one look at one arc: 1 to 3 nanoseconds.
pub(super) struct Steps<'a> {
    used: u64,
    limit: u64,
    /// When to ask next whether the answer is still wanted.
    asks_at: u64,
    wanted: Option<&'a dyn Fn() -> bool>,
    unwanted: bool,
}

impl<'a> Steps<'a> {
    pub(super) fn new(limit: u64) -> Self {
        Self { used: 0, limit, asks_at: u64::MAX, wanted: None, unwanted: false }
    }

    /// Ends early once the answer is no longer wanted.
    pub(super) fn while_wanted(self, wanted: &'a dyn Fn() -> bool) -> Self {
        let mut steps = Self { wanted: Some(wanted), ..self };
        steps.ask();
        steps
    }

    pub(super) fn spend(&mut self, steps: usize) {
        self.used = self.used.saturating_add(steps as u64);
        if self.used >= self.asks_at {
            self.ask();
        }
    }

    /// Whether the answer was found to be no longer wanted.
    pub(super) fn are_unwanted(&self) -> bool {
        self.unwanted
    }

    #[cold]
    fn ask(&mut self) {
        match self.wanted {
            Some(wanted) if !wanted() => {
                self.limit = 0;
                self.asks_at = u64::MAX;
                self.unwanted = true;
            }
            _ => self.asks_at = self.used.saturating_add(STEPS_BETWEEN_QUESTIONS),
        }
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

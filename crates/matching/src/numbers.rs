//! Random numbers for tests.

/// Small random numbers (Marsaglia's xorshift64, 2003).
pub(crate) struct Numbers(u64);

impl Numbers {
    /// Starts from a seed; neighbouring seeds start far apart, and none at zero, where the generator would stay.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}

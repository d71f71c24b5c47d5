//! What a run has seen.

use super::Law;

/// Events and checks, counted.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Worlds gone through.
    pub worlds: u64,
    /// Commands given.
    pub commands: u64,
    /// Events checked.
    pub events: u64,
    by_name: Vec<(&'static str, u64)>,
    checks: [u64; Law::ALL.len()],
}

impl Counts {
    pub(crate) fn note(&mut self, name: &'static str) {
        self.events += 1;
        // Names are few and the same texts each time, so comparing where they lie is enough, and quick.
        match self.by_name.iter_mut().find(|(other, _)| std::ptr::eq(*other, name)) {
            Some((_, count)) => *count += 1,
            None => self.by_name.push((name, 1)),
        }
    }

    /// How many events there were of each kind, by name.
    pub fn events_by_name(&self) -> Vec<(&'static str, u64)> {
        let mut by_name = self.by_name.clone();
        by_name.sort_unstable();
        by_name.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
        by_name
    }

    /// How often a law was checked.
    pub fn checks_of(&self, law: Law) -> u64 {
        self.checks[law as usize]
    }

    pub(crate) fn add_checks(&mut self, checks: &[u64; Law::ALL.len()]) {
        for (sum, count) in self.checks.iter_mut().zip(checks) {
            *sum += count;
        }
    }

    /// Adds what another run has seen.
    pub fn add(&mut self, other: &Counts) {
        self.worlds += other.worlds;
        self.commands += other.commands;
        self.events += other.events;
        for (name, count) in &other.by_name {
            match self.by_name.iter_mut().find(|(known, _)| known == name) {
                Some((_, sum)) => *sum += count,
                None => self.by_name.push((name, *count)),
            }
        }
        self.add_checks(&other.checks);
    }
}

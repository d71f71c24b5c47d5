//! The best choice of rows for one column: the 0-1 knapsack problem.
//!
//! D. Pisinger 1997, "A minimal algorithm for the 0-1 knapsack problem", Operations Research 45, sections 2 to 4. Rows are
//! sorted by profit per unit. Taking them in order until one does not fit leaves little to decide: which of the last
//! taken to give back and which of the next to take instead. Dynamic programming goes outwards from that break, one row
//! on each side in turn, and keeps of the sets made so far those that no smaller set is worth as much as, and that could
//! still beat the best set known, by the bound of G. B. Dantzig 1957. The work ends when none is left.
//!
//! Costs O(rows log rows) for sorting and O(rows × room) at worst, a few dozen sets as a rule. Beyond a number of sets the search
//! is given up and Dantzig's bound stands for the answer: too high by less than one row's profit, and still a bound.

use super::steps::Steps;

/// A row that could be taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Above 0.
    pub(super) profit: i64,
    pub(super) size: u64,
    /// What the caller calls it.
    pub(super) name: u32,
}

/// The choice that leads to a set: one row taken or given back, and the choice before.
#[derive(Clone, Copy, Debug)]
struct Change {
    before: u32,
    entry: u32,
}

/// A set of rows.
#[derive(Clone, Copy, Debug)]
struct Set {
    size: u64,
    profit: i64,
    last: u32,
}

/// No change from the set at the break.
const NONE: u32 = u32::MAX;

/// How many sets are made before the search is given up.
const MOST_SETS: usize = 100_000;

/// Memory for one knapsack after the other.
#[derive(Debug, Default)]
pub(super) struct Knapsack {
    /// The rows to choose from; filled by the caller.
    pub(super) entries: Vec<Entry>,
    sets: Vec<Set>,
    next: Vec<Set>,
    changes: Vec<Change>,
    taken: Vec<bool>,
}

/// Rows sorted by profit per unit, and the two that are next: one to give back, one to take.
struct Window<'a> {
    entries: &'a [Entry],
    room: u64,
    /// Rows from here to the break have been decided.
    low: usize,
    /// Rows from the break to here have been decided.
    high: usize,
    /// The profit to beat.
    best: i64,
}

impl Window<'_> {
    /// Whether a set could still lead to one that is better than the best.
    #[inline]
    fn promises(&self, size: u64, profit: i64) -> bool {
        let missing = i128::from(self.best) + 1 - i128::from(profit);
        if size <= self.room {
            let free = i128::from(self.room - size);
            match self.entries.get(self.high) {
                Some(next) => free * i128::from(next.profit) >= missing * i128::from(next.size),
                None => missing <= 0,
            }
        } else {
            let over = i128::from(size - self.room);
            match self.low.checked_sub(1) {
                Some(last) => {
                    let last = self.entries[last];
                    over * i128::from(last.profit) <= -missing * i128::from(last.size)
                }
                None => false,
            }
        }
    }
}

impl Knapsack {
    /// Chooses among the entries and returns the best profit, or a bound above it. The names of those chosen are added to `chosen`;
    /// they fit the room in either case.
    pub(super) fn choose(&mut self, room: u64, chosen: &mut Vec<u32>, steps: &mut Steps<'_>) -> i64 {
        let all: u128 = self.entries.iter().map(|entry| u128::from(entry.size)).sum();
        if all <= u128::from(room) {
            chosen.extend(self.entries.iter().map(|entry| entry.name));
            return self.entries.iter().map(|entry| entry.profit).sum();
        }
        sort_by_density(&mut self.entries);
        steps.spend(self.entries.len() * 8);
        let (mut size, mut profit, mut at_break) = (0, 0, 0);
        while size + self.entries[at_break].size <= room {
            size += self.entries[at_break].size;
            profit += self.entries[at_break].profit;
            at_break += 1;
        }
        self.taken.clear();
        self.taken.resize(self.entries.len(), false);
        self.taken[..at_break].fill(true);
        let start = Set { size, profit, last: NONE };
        let value = match self.search(room, at_break, start, steps) {
            Some(best) => {
                self.apply(best.last);
                best.profit
            }
            None => {
                let next = self.entries[at_break];
                let part = i128::from(room - size) * i128::from(next.profit) / i128::from(next.size);
                profit + part as i64
            }
        };
        let taken = self.entries.iter().zip(&self.taken).filter(|&(_, &taken)| taken);
        chosen.extend(taken.map(|(entry, _)| entry.name));
        value
    }

    /// Finds the best set, or `None` where too many would have to be looked at.
    fn search(&mut self, room: u64, at_break: usize, start: Set, steps: &mut Steps<'_>) -> Option<Set> {
        let mut window =
            Window { entries: &self.entries, room, low: at_break, high: at_break, best: start.profit };
        let mut best = start;
        self.changes.clear();
        self.sets.clear();
        self.sets.push(start);
        while !self.sets.is_empty() {
            if window.high < window.entries.len() {
                window.high += 1;
                let (sets, next, changes) = (&self.sets, &mut self.next, &mut self.changes);
                widen::<true>(&mut window, sets, next, changes, &mut best);
                std::mem::swap(&mut self.sets, &mut self.next);
            }
            if window.low > 0 {
                window.low -= 1;
                let (sets, next, changes) = (&self.sets, &mut self.next, &mut self.changes);
                widen::<false>(&mut window, sets, next, changes, &mut best);
                std::mem::swap(&mut self.sets, &mut self.next);
            } else if window.high == window.entries.len() {
                break;
            }
            steps.spend(self.sets.len() * 4 + 4);
            if self.changes.len() > MOST_SETS {
                return None;
            }
        }
        Some(best)
    }

    /// Turns the set at the break into the one that a change led to.
    fn apply(&mut self, mut last: u32) {
        while last != NONE {
            let change = self.changes[last as usize];
            self.taken[change.entry as usize] ^= true;
            last = change.before;
        }
    }
}

/// Decides one more row: the newest of the window's upper end is taken or not, the newest of its lower end given back or not.
/// Of the sets that result, those that no smaller set is worth as much as are kept, ascending by size and by profit.
fn widen<const TAKE: bool>(
    window: &mut Window<'_>,
    sets: &[Set],
    next: &mut Vec<Set>,
    changes: &mut Vec<Change>,
    best: &mut Set,
) {
    let entry = if TAKE { window.high - 1 } else { window.low };
    let Entry { profit, size, .. } = window.entries[entry];
    let changed = |set: Set| {
        if TAKE {
            (set.size.saturating_add(size), set.profit + profit)
        } else {
            (set.size - size, set.profit - profit)
        }
    };
    next.clear();
    let mut most = i64::MIN;
    let (mut plain, mut other) = (0, 0);
    while plain < sets.len() || other < sets.len() {
        let moved = sets.get(other).map(|&set| changed(set));
        let (mut set, is_new) = match (sets.get(plain), moved) {
            (Some(&set), Some((size, profit))) if (set.size, -set.profit) <= (size, -profit) => (set, false),
            (Some(&set), None) => (set, false),
            (_, Some((size, profit))) => (Set { size, profit, last: sets[other].last }, true),
            (None, None) => break,
        };
        if is_new {
            other += 1;
        } else {
            plain += 1;
        }
        let fits = set.size <= window.room;
        if set.profit <= most || !(window.promises(set.size, set.profit) || fits && set.profit > window.best)
        {
            continue;
        }
        most = set.profit;
        if is_new {
            changes.push(Change { before: set.last, entry: entry as u32 });
            set.last = changes.len() as u32 - 1;
        }
        if fits && set.profit > window.best {
            window.best = set.profit;
            *best = set;
        }
        next.push(set);
    }
}

/// Puts what is worth most per unit first; of equals, the larger.
pub(super) fn sort_by_density(entries: &mut [Entry]) {
    entries.sort_unstable_by(|a, b| {
        let (left, right) =
            (i128::from(a.profit) * i128::from(b.size), i128::from(b.profit) * i128::from(a.size));
        right.cmp(&left).then(b.size.cmp(&a.size)).then(a.name.cmp(&b.name))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_trying(room: u64, entries: &[Entry]) -> i64 {
        let sets = (0u32..1 << entries.len()).map(|set| {
            let taken = || (0..entries.len()).filter(|&at| set >> at & 1 == 1).map(|at| entries[at]);
            (taken().map(|entry| entry.size).sum::<u64>(), taken().map(|entry| entry.profit).sum::<i64>())
        });
        sets.filter(|&(size, _)| size <= room).map(|(_, profit)| profit).max().unwrap_or(0)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn the_choice_fits_and_equals_trying_everything(
            pairs in prop::collection::vec((1..60i64, 0..12u64, any::<bool>()), 0..12),
            room in 0..50u64,
        ) {
            // Half of the rows have profits near their sizes, which is where knapsacks are hard.
            let entry = |(name, &(profit, size, like_size)): (u32, &(i64, u64, bool))| {
                let profit = if like_size { size as i64 * 5 + profit % 3 + 1 } else { profit };
                Entry { profit, size, name }
            };
            let entries: Vec<_> = (0..).zip(&pairs).map(entry).filter(|entry| entry.size <= room).collect();
            let mut knapsack = Knapsack { entries: entries.clone(), ..Knapsack::default() };
            let mut chosen = Vec::new();
            let value = knapsack.choose(room, &mut chosen, &mut Steps::new(u64::MAX));
            let named = |name: &u32| *entries.iter().find(|entry| entry.name == *name).expect("a known name");
            prop_assert!(chosen.iter().map(named).map(|entry| entry.size).sum::<u64>() <= room);
            prop_assert_eq!(chosen.iter().map(named).map(|entry| entry.profit).sum::<i64>(), value);
            prop_assert_eq!(value, by_trying(room, &entries));
        }
    }
}

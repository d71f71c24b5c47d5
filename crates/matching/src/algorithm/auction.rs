//! An auction for columns that take several rows each.
//!
//! Rows bid for columns; a column with k places holds the k highest bids, and its price is the lowest of them: D. P.
//! Bertsekas and D. A. Castañón 1989, "The auction algorithm for the transportation problem", Annals of Operations Research
//! 20, sections 3 and 4 (similar objects). A column is one node, whatever its capacity. Places that stay empty are taken by
//! idle bidders that want the lowest price and nothing else, so that all that is left empty ends at one price, the lowest.
//!
//! Epsilon shrinks from phase to phase; costs are scaled so that the last epsilon is below 1 / columns of a unit, which makes the
//! assignment a best one. Whole prices that prove it follow by rounding: with more steps to a unit than there are columns, some
//! fraction is used by no price; prices are shifted so that it becomes the largest and then cut off. Where a matched arc
//! was within one step of the best, the difference of whole prices is then on the right side of every arc.
//!
//! The auction needs every row to be placed, and gives up beyond a number of bids: the caller then uses another method.
//! Costs O(arcs) a round of bids; as a rule some 60 to 100 rounds, whatever the size.

use std::collections::VecDeque;

use super::assignment::{Assignment, NONE};
use super::{Instance, Scalar};
use crate::simd::prefetch;

/// How much smaller epsilon becomes from phase to phase.
const FACTOR: i64 = 6;

/// How many bids there may be, per bidder.
const BIDS_PER_BIDDER: usize = 600;

/// How many bids ahead a row is fetched.
const AHEAD: usize = 6;

/// Fewer rows than this are not worth the phases.
const FEWEST_ROWS: usize = 200;

/// The price of a column without places: more than any other can reach.
const CLOSED: i64 = i64::MAX / 4;

/// Returns a best assignment with the prices that prove it, or `None` where the auction does not suit or does not end.
pub(super) fn run<'a, P: Scalar>(instance: &'a Instance<'a, P>) -> Option<Assignment<'a, P>> {
    if instance.rows() < FEWEST_ROWS {
        return None;
    }
    run_any(instance)
}

fn run_any<'a, P: Scalar>(instance: &'a Instance<'a, P>) -> Option<Assignment<'a, P>> {
    let mut auction = Auction::new(instance)?;
    auction.sell()?;
    auction.settle(instance)
}

#[derive(Clone, Copy)]
struct Arc {
    column: u32,
    cost: i32,
}

impl Arc {
    #[inline]
    fn with(self, price: &[i64]) -> i64 {
        i64::from(self.cost) + price[self.column as usize]
    }
}

/// The cheapest arc's column, what it costs with its price, and what the next costs.
#[inline]
fn two_cheapest(arcs: &[Arc], price: &[i64]) -> (u32, i64, i64) {
    let (mut column, mut best, mut second) = (NONE, i64::MAX, i64::MAX);
    for arc in arcs {
        let now = arc.with(price);
        let better = now < best;
        second = second.min(if better { best } else { now });
        column = if better { arc.column } else { column };
        best = best.min(now);
    }
    (column, best, second)
}

struct Auction {
    starts: Vec<usize>,
    arcs: Vec<Arc>,
    rows: usize,
    /// Rows, then idle bidders.
    bidders: usize,
    /// The column of each bidder.
    column_of: Vec<u32>,
    /// What bidders pay for a column, in steps.
    price: Vec<i64>,
    places: Places,
    waiting: VecDeque<u32>,
    lowest: Lowest,
    /// For each row, what every arc behind its first few costs at least, with its price.
    beyond: Vec<i64>,
    /// How often the first few arcs of a row did not suffice since they were chosen.
    missed: Vec<u8>,
    steps: i64,
    largest: i64,
}

/// How many arcs stand at the front of a row: those that cost least when they were chosen. Prices only rise, so a row need
/// not look at the others before its second choice costs more than they did. One cache line.
const FRONT: usize = 8;

/// How often a whole row is read before its front is chosen anew.
const PATIENCE: u8 = 2;

impl Auction {
    /// Scales and packs the costs, less the least of each row.
    fn new<P: Scalar>(instance: &Instance<'_, P>) -> Option<Self> {
        let (rows, columns) = (instance.rows(), instance.columns());
        let room: usize = instance.capacities.iter().map(|&capacity| capacity as usize).sum();
        if room < rows || room > 3 * rows {
            return None;
        }
        let steps = columns as i64 + 2;
        let mut arcs = Vec::with_capacity(instance.heads.len());
        let mut largest = 1;
        for row in 0..rows as u32 {
            let least = instance.arcs(row).map(|(_, cost)| cost).min()?;
            for (column, cost) in instance.arcs(row) {
                let over = i64::try_from((cost - least).to_i128()).ok()?;
                let cost = i32::try_from(over.checked_mul(steps)?).ok()?;
                largest = largest.max(i64::from(cost));
                arcs.push(Arc { column, cost });
            }
        }
        let lowest = Lowest::new(columns, &instance.capacities);
        let price = |&capacity: &u32| if capacity == 0 { CLOSED } else { 0 };
        Some(Self {
            starts: instance.starts.to_vec(),
            arcs,
            rows,
            bidders: room,
            column_of: vec![NONE; room],
            price: instance.capacities.iter().map(price).collect(),
            places: Places::new(&instance.capacities),
            waiting: VecDeque::with_capacity(room),
            lowest,
            beyond: vec![i64::MIN; rows],
            missed: vec![0; rows],
            steps,
            largest,
        })
    }

    fn row(&self, row: usize) -> &[Arc] {
        &self.arcs[self.starts[row]..self.starts[row + 1]]
    }

    /// Runs all phases; `None` where bids go on for too long.
    fn sell(&mut self) -> Option<()> {
        let mut epsilon = (self.largest / FACTOR).max(1);
        let mut bids = self.bidders.saturating_mul(BIDS_PER_BIDDER);
        loop {
            self.release(epsilon);
            while let Some(bidder) = self.waiting.pop_front() {
                bids = bids.checked_sub(1)?;
                if let Some(&soon) = self.waiting.get(AHEAD)
                    && (soon as usize) < self.rows
                {
                    prefetch(self.row(soon as usize));
                }
                self.bid(bidder, epsilon);
            }
            if epsilon == 1 {
                return Some(());
            }
            epsilon = (epsilon / FACTOR).max(1);
        }
    }

    /// Lets every bidder keep its place at the column's price where that is within epsilon of the best.
    fn release(&mut self, epsilon: i64) {
        self.places.clear();
        for bidder in 0..self.bidders {
            let column = self.column_of[bidder];
            let keeps = column != NONE && {
                let (own, least) = if bidder < self.rows {
                    let offers = self.row(bidder).iter();
                    let reduced = |arc: &Arc| i64::from(arc.cost) + self.price[arc.column as usize];
                    offers.fold((i64::MAX, i64::MAX), |(own, least), arc| {
                        let now = reduced(arc);
                        (if arc.column == column { now } else { own }, least.min(now))
                    })
                } else {
                    (self.price[column as usize], self.lowest.two().map_or(0, |(_, least, _)| least))
                };
                own <= least + epsilon
            };
            if keeps {
                self.places.push(column, self.price[column as usize], bidder as u32);
            } else {
                self.column_of[bidder] = NONE;
                self.waiting.push_back(bidder as u32);
            }
        }
    }

    fn bid(&mut self, bidder: u32, epsilon: i64) {
        let Some((column, best, second)) = self.two_best(bidder) else { return };
        let gain = if second == i64::MAX { self.largest } else { second - best };
        let offer = self.price[column as usize] + gain + epsilon;
        self.column_of[bidder as usize] = column;
        if let Some(out) = self.places.push(column, offer, bidder) {
            self.column_of[out as usize] = NONE;
            self.waiting.push_back(out);
        }
        if let Some(price) = self.places.least_of_full(column)
            && price > self.price[column as usize]
        {
            self.price[column as usize] = price;
            self.lowest.set(column, price);
        }
    }

    /// The best column of a bidder, what it costs with its price, and the next best.
    #[inline]
    fn two_best(&mut self, bidder: u32) -> Option<(u32, i64, i64)> {
        if bidder as usize >= self.rows {
            return self.lowest.two();
        }
        let row = bidder as usize;
        let range = self.starts[row]..self.starts[row + 1];
        let arcs = &mut self.arcs[range];
        if arcs.len() > FRONT {
            let front = two_cheapest(&arcs[..FRONT], &self.price);
            if front.2 <= self.beyond[row] {
                return Some(front);
            }
            self.missed[row] += 1;
            if self.missed[row] > PATIENCE {
                self.missed[row] = 0;
                let (_, next, _) = arcs.select_nth_unstable_by_key(FRONT, |arc| arc.with(&self.price));
                self.beyond[row] = next.with(&self.price);
                return Some(two_cheapest(&arcs[..FRONT], &self.price));
            }
        }
        let all = two_cheapest(arcs, &self.price);
        (all.0 != NONE).then_some(all)
    }

    /// Rounds the prices and hands the places over, where the prices prove them.
    fn settle<'a, P: Scalar>(&self, instance: &'a Instance<'a, P>) -> Option<Assignment<'a, P>> {
        let steps = self.steps;
        let mut used = vec![false; steps as usize];
        for &price in self.price.iter().filter(|&&price| price < CLOSED) {
            used[price.rem_euclid(steps) as usize] = true;
        }
        let unused = used.iter().position(|&used| !used)? as i64;
        let whole = |price: i64| (price + steps - 1 - unused).div_euclid(steps);
        let open = |column: usize| instance.capacities[column] > 0;
        let floor =
            (0..self.price.len()).filter(|&column| open(column)).map(|column| whole(self.price[column]));
        let floor = floor.min().unwrap_or(0);
        // No row may want a closed column, whatever it pays.
        let ceiling = self.price.iter().filter(|&&price| price < CLOSED).max().copied().unwrap_or(0);
        let closed = whole(ceiling) - floor + self.largest / steps + 1;
        let mut placed = Assignment::new(instance);
        for (column, &price) in self.price.iter().enumerate() {
            let above = if open(column) { whole(price) - floor } else { closed };
            placed.column_price[column] = P::from_i128(-i128::from(above));
        }
        for row in 0..self.rows as u32 {
            let own = self.column_of[row as usize];
            let reduced =
                |(column, cost): (u32, P)| (cost - placed.column_price[column as usize], column == own);
            let least = instance.arcs(row).map(reduced).min_by_key(|&(reduced, own)| (reduced, !own));
            if !least.is_some_and(|(_, own)| own) {
                return None;
            }
            placed.fill(own, row);
        }
        let empty_is_free =
            |column: u32| !placed.has_room(column) || placed.column_price[column as usize] == P::ZERO;
        if !(0..instance.columns() as u32).all(empty_is_free) {
            return None;
        }
        placed.price_rows();
        Some(placed)
    }
}

/// The bids that each column holds: a heap a column, lowest bid first.
struct Places {
    first: Vec<usize>,
    count: Vec<u32>,
    bids: Vec<(i64, u32)>,
}

impl Places {
    fn new(capacities: &[u32]) -> Self {
        let mut first = Vec::with_capacity(capacities.len() + 1);
        let mut total = 0;
        for &capacity in capacities {
            first.push(total);
            total += capacity as usize;
        }
        first.push(total);
        Self { first, count: vec![0; capacities.len()], bids: vec![(0, 0); total] }
    }

    fn clear(&mut self) {
        self.count.fill(0);
    }

    fn least_of_full(&self, column: u32) -> Option<i64> {
        let (first, end) = (self.first[column as usize], self.first[column as usize + 1]);
        (self.count[column as usize] as usize == end - first && end > first).then(|| self.bids[first].0)
    }

    /// Takes a bid in, and returns the bidder that must leave for it where the column is full.
    #[inline]
    fn push(&mut self, column: u32, offer: i64, bidder: u32) -> Option<u32> {
        let (first, end) = (self.first[column as usize], self.first[column as usize + 1]);
        let count = self.count[column as usize] as usize;
        let heap = &mut self.bids[first..end];
        if count < heap.len() {
            self.count[column as usize] += 1;
            let mut at = count;
            while at > 0 && heap[(at - 1) / 2].0 > offer {
                heap[at] = heap[(at - 1) / 2];
                at = (at - 1) / 2;
            }
            heap[at] = (offer, bidder);
            return None;
        }
        let Some(&(_, out)) = heap.first() else { return Some(bidder) };
        let mut at = 0;
        loop {
            let mut child = 2 * at + 1;
            if child >= count {
                break;
            }
            if child + 1 < count && heap[child + 1].0 < heap[child].0 {
                child += 1;
            }
            if heap[child].0 >= offer {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = (offer, bidder);
        Some(out)
    }
}

/// A tournament of columns for the lowest price. Columns without places do not take part.
struct Lowest {
    leaves: usize,
    tree: Vec<i64>,
}

impl Lowest {
    fn new(columns: usize, capacities: &[u32]) -> Self {
        let leaves = columns.next_power_of_two().max(2);
        let mut tree = vec![i64::MAX; 2 * leaves];
        for (column, &capacity) in capacities.iter().enumerate() {
            if capacity > 0 {
                tree[leaves + column] = 0;
            }
        }
        for node in (1..leaves).rev() {
            tree[node] = tree[2 * node].min(tree[2 * node + 1]);
        }
        Self { leaves, tree }
    }

    #[inline]
    fn set(&mut self, column: u32, price: i64) {
        let mut node = self.leaves + column as usize;
        self.tree[node] = price;
        while node > 1 {
            node /= 2;
            let least = self.tree[2 * node].min(self.tree[2 * node + 1]);
            if self.tree[node] == least {
                break;
            }
            self.tree[node] = least;
        }
    }

    /// The column of lowest price, that price, and the next.
    fn two(&self) -> Option<(u32, i64, i64)> {
        let least = self.tree[1];
        let mut node = 1;
        let mut second = i64::MAX;
        while node < self.leaves {
            let (left, right) = (self.tree[2 * node], self.tree[2 * node + 1]);
            second = second.min(left.max(right));
            node = if left == least { 2 * node } else { 2 * node + 1 };
        }
        (least < i64::MAX).then_some(((node - self.leaves) as u32, least, second))
    }
}

#[cfg(test)]
mod tests {
    use super::super::shortest_paths;
    use super::*;

    /// Small random numbers (Marsaglia's xorshift64, 2003).
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 11) % limit
        }
    }

    struct Parts {
        starts: Vec<usize>,
        heads: Vec<u32>,
        costs: Vec<i64>,
        capacities: Vec<u32>,
    }

    fn random(seed: u64) -> Parts {
        let mut numbers = Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let (rows, columns) = (1 + numbers.below(40), 1 + numbers.below(20));
        let range = [2, 5, 100, 100_000][numbers.below(4) as usize];
        let density = 1 + numbers.below(10);
        let mut parts = Parts { starts: vec![0], heads: vec![], costs: vec![], capacities: vec![] };
        for _ in 0..rows {
            for column in 0..columns {
                if numbers.below(10) < density {
                    parts.heads.push(column as u32);
                    parts.costs.push(numbers.below(range) as i64 - range as i64 / 2);
                }
            }
            parts.starts.push(parts.heads.len());
        }
        let degree =
            |column: u64| parts.heads.iter().filter(|&&head| u64::from(head) == column).count() as u64;
        let most = 1 + 3 * rows / columns;
        parts.capacities =
            (0..columns).map(|column| numbers.below(most + 1).min(degree(column)) as u32).collect();
        parts
    }

    #[test]
    fn the_auction_ends_at_the_cost_of_shortest_paths_or_gives_up() {
        let (mut sold, mut idle) = (0, 0);
        for seed in 1..4_000 {
            let Parts { starts, heads, costs, capacities } = random(seed);
            let instance = Instance {
                starts: &starts,
                heads: &heads,
                costs,
                capacities,
                leave_out: None,
                leave_out_is_last_resort: true,
            };
            let cost = |columns: &[Option<u32>]| -> i64 {
                let own = |(row, &column)| {
                    instance.arcs(row).find(|&(head, _)| Some(head) == column).map_or(0, |(_, cost)| cost)
                };
                (0..).zip(columns).map(own).sum()
            };
            let Some(placed) = run_any(&instance) else { continue };
            let room: u32 = instance.capacities.iter().sum();
            (sold, idle) = (sold + 1, idle + usize::from(room as usize > instance.rows()));
            let outcome = placed.into_outcome();
            let expected = shortest_paths::run(&instance);
            let expected = expected.unwrap_or_else(|_| panic!("seed {seed}: the auction placed every row"));
            assert_eq!(cost(&outcome.columns), cost(&expected.columns), "seed {seed}");
            for row in 0..instance.rows() as u32 {
                let price = outcome.row_prices[row as usize];
                for (column, cost) in instance.arcs(row) {
                    let reduced = cost - outcome.column_prices[column as usize] - price;
                    let own = outcome.columns[row as usize] == Some(column);
                    assert!(
                        reduced >= 0 && (!own || reduced == 0),
                        "seed {seed}, row {row}, column {column}"
                    );
                }
            }
        }
        assert!(sold > 400 && idle > 200, "only {sold} of the instances were sold, {idle} with idle bidders");
    }
}

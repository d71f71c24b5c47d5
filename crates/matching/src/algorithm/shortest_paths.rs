//! Successive shortest augmenting paths with prices.
//!
//! Rows are placed one after the other. Each takes the cheapest alternating path to a column with room, or to a row
//! that is better left out; prices keep reduced costs non-negative, so Dijkstra's algorithm finds it (Tomizawa 1971;
//! Edmonds and Karp 1972; the roots are Kuhn 1955 and Munkres 1957). A column is one node, whatever its capacity.
//! Most rows are placed before, by the reduction of Jonker and Volgenant 1987, "A shortest augmenting path algorithm for
//! dense and sparse linear assignment problems": see [`reduction`].
//!
//! Where a row finds no path, the rows and columns that the search has reached violate Hall's condition (Hall 1935).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::assignment::{Assignment, NONE};
use super::{Instance, Outcome, Scalar, Uncoverable, reduction};

pub(super) fn run<P: Scalar>(instance: &Instance<'_, P>) -> Result<Outcome<P>, Uncoverable> {
    // So many looks at arcs do not fit the memory that would hold the arcs: the search ends before.
    run_within(instance, usize::MAX).unwrap_or_else(|| unreachable!("no search is that long"))
}

/// As [`run`], or `None` where searches look at more arcs than this, or would if they went on as they began.
pub(super) fn run_within<P: Scalar>(
    instance: &Instance<'_, P>,
    looks: usize,
) -> Option<Result<Outcome<P>, Uncoverable>> {
    let (mut placed, unplaced) = reduction::run(instance);
    let mut search = Search::new(instance.columns());
    let all = unplaced.len();
    for (done, row) in (1..).zip(unplaced) {
        match search.shortest_path(&placed, row) {
            Some(end) => {
                search.reprice(&mut placed, row);
                search.augment(&mut placed, row, end);
            }
            None => return Some(Err(search.uncoverable(&placed, row))),
        }
        search.clear();
        let has_begun = search.looks > instance.heads.len() / 4;
        if search.looks > looks || (has_begun && search.looks / done > looks / all) {
            return None;
        }
    }
    Some(Ok(placed.into_outcome()))
}

/// Where an augmenting path ends.
#[derive(Clone, Copy)]
enum End {
    /// In a column with room.
    Column(u32),
    /// With this row being left out.
    LeftOut(u32),
}

/// Dijkstra's algorithm over columns, with its memory kept between searches.
struct Search<P> {
    /// The length of the shortest path known to each column.
    distance: Vec<P>,
    /// The row before each column on that path.
    row_before: Vec<u32>,
    /// Columns whose distance is set.
    touched: Vec<u32>,
    /// Columns whose distance is final, in that order.
    scanned: Vec<u32>,
    /// Ties leave the heap by lowest column. An entry whose distance has since shrunk is stale.
    heap: BinaryHeap<Reverse<(P, u32)>>,
    /// The length of the best complete path, and where it ends.
    best: P,
    end: Option<End>,
    /// How many arcs all searches have looked at.
    looks: usize,
}

impl<P: Scalar> Search<P> {
    fn new(columns: usize) -> Self {
        Self {
            distance: vec![P::INFINITY; columns],
            row_before: vec![NONE; columns],
            touched: Vec::new(),
            scanned: Vec::new(),
            heap: BinaryHeap::new(),
            best: P::INFINITY,
            end: None,
            looks: 0,
        }
    }

    fn clear(&mut self) {
        for &column in &self.touched {
            self.distance[column as usize] = P::INFINITY;
        }
        self.touched.clear();
        self.scanned.clear();
        self.heap.clear();
        self.best = P::INFINITY;
        self.end = None;
    }

    /// Finds where the cheapest augmenting path from an unplaced row ends.
    fn shortest_path(&mut self, placed: &Assignment<'_, P>, row: u32) -> Option<End> {
        if let Some(out) = placed.instance.leave_out(row) {
            (self.best, self.end) = (out, Some(End::LeftOut(row)));
        }
        self.relax(placed, row, P::ZERO);
        while let Some(Reverse((distance, column))) = self.heap.pop() {
            if distance >= self.best {
                break;
            }
            if distance > self.distance[column as usize] {
                continue;
            }
            self.scanned.push(column);
            for &member in placed.members(column) {
                let base = distance - placed.row_price[member as usize];
                if let Some(out) = placed.instance.leave_out(member)
                    && base + out < self.best
                {
                    (self.best, self.end) = (base + out, Some(End::LeftOut(member)));
                }
                self.relax(placed, member, base);
            }
        }
        self.end
    }

    /// Looks at the columns that a row could move to, for `base` plus their reduced cost.
    fn relax(&mut self, placed: &Assignment<'_, P>, row: u32, base: P) {
        self.looks += placed.instance.starts[row as usize + 1] - placed.instance.starts[row as usize];
        for (column, cost) in placed.instance.arcs(row) {
            let distance = base + cost - placed.column_price[column as usize];
            let known = self.distance[column as usize];
            if distance >= self.best || distance >= known {
                continue;
            }
            if known == P::INFINITY {
                self.touched.push(column);
            }
            self.distance[column as usize] = distance;
            self.row_before[column as usize] = row;
            if placed.has_room(column) {
                (self.best, self.end) = (distance, Some(End::Column(column)));
            } else {
                self.heap.push(Reverse((distance, column)));
            }
        }
    }

    /// Moves the prices of all that the search has scanned, so that the path found becomes tight.
    fn reprice(&self, placed: &mut Assignment<'_, P>, row: u32) {
        placed.row_price[row as usize] = self.best;
        for &column in &self.scanned {
            let change = self.best - self.distance[column as usize];
            placed.column_price[column as usize] -= change;
            let first = placed.first_slot[column as usize];
            for slot in first..first + placed.load[column as usize] as usize {
                placed.row_price[placed.members[slot] as usize] += change;
            }
        }
    }

    /// Moves each row on the path one column on.
    fn augment(&self, placed: &mut Assignment<'_, P>, row: u32, end: End) {
        // The place that has become free, and the column it belongs to.
        let (mut column, mut slot) = match end {
            End::Column(column) => {
                placed.load[column as usize] += 1;
                (column, placed.first_slot[column as usize] + placed.load[column as usize] as usize - 1)
            }
            End::LeftOut(last) => {
                let place = (placed.column_of[last as usize], placed.slot_of[last as usize]);
                placed.column_of[last as usize] = NONE;
                if last == row {
                    return;
                }
                place
            }
        };
        loop {
            let mover = self.row_before[column as usize];
            let left = (placed.column_of[mover as usize], placed.slot_of[mover as usize]);
            placed.put(column, slot, mover);
            if mover == row {
                return;
            }
            (column, slot) = left;
        }
    }

    /// Names the rows and columns that a failed search has reached.
    fn uncoverable(&self, placed: &Assignment<'_, P>, row: u32) -> Uncoverable {
        let mut rows = vec![row];
        for &column in &self.scanned {
            rows.extend_from_slice(placed.members(column));
        }
        Uncoverable { rows, columns: self.scanned.clone() }
    }
}

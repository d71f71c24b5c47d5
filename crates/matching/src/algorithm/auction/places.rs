//! Who holds the places of each column.

use super::rows::Money;

/// The bids that each column holds: a heap a column, lowest bid first, and its idle bidders, which are all alike.
pub(super) struct Places<M> {
    first: Vec<usize>,
    columns: Vec<Column<M>>,
    bids: Vec<(M, u32)>,
}

#[derive(Clone, Copy)]
struct Column<M> {
    /// How many rows hold a place.
    rows: u32,
    /// How many idle bidders do.
    idle: u32,
    /// What each idle bidder bids.
    level: M,
}

/// Who leaves a column that was full for a new bid.
pub(super) enum Out {
    /// It was not.
    Nobody,
    Row(u32),
    Idle,
}

impl<M: Money> Places<M> {
    pub(super) fn new(capacities: &[u32]) -> Self {
        let mut first = Vec::with_capacity(capacities.len() + 1);
        let mut total = 0;
        for &capacity in capacities {
            first.push(total);
            total += capacity as usize;
        }
        first.push(total);
        let zero = M::narrowed(0);
        let column = Column { rows: 0, idle: 0, level: zero };
        Self { first, columns: vec![column; capacities.len()], bids: vec![(zero, 0); total] }
    }

    pub(super) fn columns(&self) -> u32 {
        self.columns.len() as u32
    }

    fn capacity(&self, column: u32) -> usize {
        self.first[column as usize + 1] - self.first[column as usize]
    }

    /// Empties a column of its rows and returns how many idle bidders it has.
    pub(super) fn clear_rows(&mut self, column: u32) -> u32 {
        let column = &mut self.columns[column as usize];
        column.rows = 0;
        column.idle
    }

    /// Sets how many idle bidders a column has, and what they bid.
    pub(super) fn set_idle(&mut self, column: u32, count: u32, level: M) {
        let column = &mut self.columns[column as usize];
        (column.idle, column.level) = (count, level);
    }

    pub(super) fn idle(&self, column: u32) -> u32 {
        self.columns[column as usize].idle
    }

    /// Puts a row back where it was, at the price that the column had.
    pub(super) fn keep(&mut self, column: u32, price: M, row: u32) {
        // INVARIANT: all rows kept bid the same, so the order of a heap is kept without looking.
        let at = self.first[column as usize] + self.columns[column as usize].rows as usize;
        self.bids[at] = (price, row);
        self.columns[column as usize].rows += 1;
    }

    /// The lowest bid, where the column is full.
    #[inline]
    pub(super) fn least_of_full(&self, column: u32) -> Option<M> {
        let capacity = self.capacity(column);
        let first = self.first[column as usize];
        let column = self.columns[column as usize];
        if ((column.rows + column.idle) as usize) < capacity || capacity == 0 {
            return None;
        }
        let idle = if column.idle > 0 { column.level } else { M::MAX };
        Some(if column.rows > 0 { self.bids[first].0.min(idle) } else { idle })
    }

    /// Takes a row's bid in; of equal bids an idle one leaves first.
    #[inline]
    pub(super) fn push(&mut self, column: u32, offer: M, row: u32) -> Out {
        let (first, end) = (self.first[column as usize], self.first[column as usize + 1]);
        let held = &mut self.columns[column as usize];
        let heap = &mut self.bids[first..end];
        let is_full = (held.rows + held.idle) as usize == end - first;
        if is_full && (held.idle == 0 || (held.rows > 0 && heap[0].0 < held.level)) {
            let out = heap[0].1;
            sift_down(&mut heap[..held.rows as usize], (offer, row));
            return Out::Row(out);
        }
        sift_up(heap, held.rows as usize, (offer, row));
        held.rows += 1;
        if is_full {
            held.idle -= 1;
            Out::Idle
        } else {
            Out::Nobody
        }
    }

    /// Lets up to `most` idle bidders take the places that are free and those whose rows bid no more than `beaten`; all of
    /// the column's idle bidders then bid `level`. Returns how many came in, and tells of each row that went out.
    pub(super) fn fill_with_idle(
        &mut self,
        column: u32,
        most: u64,
        beaten: M,
        level: M,
        mut out: impl FnMut(u32),
    ) -> u64 {
        let (first, end) = (self.first[column as usize], self.first[column as usize + 1]);
        let held = &mut self.columns[column as usize];
        let free = (end - first) as u64 - u64::from(held.rows + held.idle);
        let mut taken = free.min(most);
        while taken < most && held.rows > 0 && self.bids[first].0 <= beaten {
            let heap = &mut self.bids[first..first + held.rows as usize];
            out(heap[0].1);
            let last = heap[heap.len() - 1];
            held.rows -= 1;
            let shorter = held.rows as usize;
            if shorter > 0 {
                sift_down(&mut heap[..shorter], last);
            }
            taken += 1;
        }
        held.idle += taken as u32;
        held.level = level;
        taken
    }
}

/// Puts a bid into a heap of `count` bids that has space for one more.
#[inline]
fn sift_up<M: Money>(heap: &mut [(M, u32)], count: usize, bid: (M, u32)) {
    let mut at = count;
    while at > 0 && heap[(at - 1) / 2].0 > bid.0 {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = bid;
}

/// Puts a bid into a heap in the place of its lowest.
#[inline]
fn sift_down<M: Money>(heap: &mut [(M, u32)], bid: (M, u32)) {
    let mut at = 0;
    loop {
        let mut child = 2 * at + 1;
        if child >= heap.len() {
            break;
        }
        if child + 1 < heap.len() && heap[child + 1].0 < heap[child].0 {
            child += 1;
        }
        if heap[child].0 >= bid.0 {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = bid;
}

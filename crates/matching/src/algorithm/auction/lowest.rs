//! Which columns are cheapest.

use super::rows::Money;

/// A tournament of columns for the lowest price. Columns without places do not take part.
pub(super) struct Lowest<M> {
    leaves: usize,
    tree: Vec<M>,
}

impl<M: Money> Lowest<M> {
    pub(super) fn new(price: &[M]) -> Self {
        let leaves = price.len().next_power_of_two().max(2);
        let mut tree = vec![M::CLOSED; 2 * leaves];
        tree[leaves..leaves + price.len()].copy_from_slice(price);
        for node in (1..leaves).rev() {
            tree[node] = tree[2 * node].min(tree[2 * node + 1]);
        }
        Self { leaves, tree }
    }

    #[inline]
    pub(super) fn set(&mut self, column: u32, price: M) {
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

    pub(super) fn least(&self) -> M {
        self.tree[1]
    }

    /// The column of lowest price, that price, and the next. `M::CLOSED` where there is none.
    pub(super) fn two(&self) -> (u32, M, M) {
        let least = self.tree[1];
        let mut node = 1;
        let mut second = M::CLOSED;
        while node < self.leaves {
            let (left, right) = (self.tree[2 * node], self.tree[2 * node + 1]);
            second = second.min(left.max(right));
            node = if left == least { 2 * node } else { 2 * node + 1 };
        }
        ((node - self.leaves) as u32, least, second)
    }
}

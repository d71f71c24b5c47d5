//! The network simplex method on the graph of rows, columns and one root.
//!
//! Each row sends one unit to the root, through a column or straight along an arc that stands for being left out; a column
//! passes on as many as it takes. A spanning tree of arcs holds the flow, and prices are the costs of its paths to the root. An
//! arc that would be cheaper than its tree path enters, the flow goes round the cycle, and the arc that stops it leaves:
//! Dantzig 1951; Ahuja, Magnanti and Orlin 1993, "Network Flows", chapter 11. Trees are strongly feasible, and of the arcs that
//! stop the flow the last one round the cycle from its apex leaves, so that the method cannot cycle (Cunningham 1976). The
//! entering arc is the best of a block of rows, as Király and Kovács 2012 (arXiv:1207.6381, section 3.4) found best.
//!
//! A pivot costs the length of the cycle and the size of the subtree that moves; how many there are is not bounded by a polynomial, and a
//! budget ends the method. It needs no scaling and does not mind ties or wide ranges of costs.

use super::assignment::NONE;
use super::{Instance, Outcome, Scalar, Uncoverable, uncoverable};

/// How many pivots there may be, per row and column.
const PIVOTS_PER_NODE: usize = 60;

/// Returns a best assignment or the proof that there is none; `None` where numbers would not fit or pivots go on for too long.
pub(super) fn run<P: Scalar>(instance: &Instance<'_, P>) -> Option<Result<Outcome<P>, Uncoverable>> {
    run_within(instance, PIVOTS_PER_NODE)
}

/// The same with a number of pivots per row and column of the caller's choice.
pub(super) fn run_within<P: Scalar>(
    instance: &Instance<'_, P>,
    pivots_per_node: usize,
) -> Option<Result<Outcome<P>, Uncoverable>> {
    let mut simplex = Simplex::new(instance)?;
    let nodes = instance.rows() + instance.columns();
    for _ in 0..nodes.saturating_mul(pivots_per_node) {
        let Some(entering) = simplex.find_entering() else {
            return Some(simplex.finish());
        };
        simplex.pivot(entering);
    }
    None
}

/// An arc that is not in the tree and would be better used.
#[derive(Clone, Copy, Debug)]
struct Entering<P> {
    /// Where more flow is to go from and to.
    from: u32,
    to: u32,
    cost: P,
    /// How much of it fits.
    room: u32,
}

/// Rows come first, then columns, then the root. Every node but the root has an arc to its parent; an arc leads from a row, or from a
/// column to the root.
struct Simplex<'a, P> {
    instance: &'a Instance<'a, P>,
    rows: u32,
    root: u32,
    /// What it costs to leave a row out where that is not allowed: more than any way round.
    forbidden: P,
    parent: Vec<u32>,
    depth: Vec<u32>,
    /// The flow and the cost of the arc to the parent.
    flow: Vec<u32>,
    cost: Vec<P>,
    /// The cost of the path to the root.
    price: Vec<P>,
    /// For each column whose arc to the root is not in the tree: whether it is used up rather than unused.
    is_full: Vec<bool>,
    /// Children as lists: the first of each node, and the neighbours of each child.
    first_child: Vec<u32>,
    before: Vec<u32>,
    after: Vec<u32>,
    /// The row or column at which the search for an entering arc goes on.
    at: u32,
    /// How many arcs are looked at for one pivot.
    block: usize,
    stack: Vec<u32>,
}

impl<'a, P: Scalar> Simplex<'a, P> {
    fn new(instance: &'a Instance<'a, P>) -> Option<Self> {
        let (rows, columns) = (instance.rows(), instance.columns());
        let root = u32::try_from(rows + columns).ok().filter(|&root| root < NONE)?;
        let forbidden = P::from_i128(Self::forbidden(instance)?);
        let nodes = rows + columns + 1;
        let arcs = instance.heads.len() + nodes;
        let mut simplex = Self {
            instance,
            rows: rows as u32,
            root,
            forbidden,
            parent: vec![NONE; nodes],
            depth: vec![0; nodes],
            flow: vec![0; nodes],
            cost: vec![P::ZERO; nodes],
            price: vec![P::ZERO; nodes],
            is_full: vec![false; columns],
            first_child: vec![NONE; nodes],
            before: vec![NONE; nodes],
            after: vec![NONE; nodes],
            at: 0,
            block: arcs.isqrt().max(16),
            stack: Vec::new(),
        };
        simplex.plant();
        Some(simplex)
    }

    /// A cost above that of any alternating path, or `None` where sums of such costs would not fit.
    fn forbidden(instance: &Instance<'_, P>) -> Option<i128> {
        let (rows, columns) = (instance.rows(), instance.columns());
        let values = instance.values.iter().map(|value| i128::from(value.unsigned_abs())).max().unwrap_or(0);
        let outs = instance.leave_out.iter().flatten().map(|cost| cost.to_i128().abs()).max().unwrap_or(0);
        let path = 2 * rows.min(columns) as i128 + 4;
        let longest = values.checked_mul(path)?.checked_add(outs)?;
        let fits = longest.checked_mul(16).is_some_and(|sum| sum < P::INFINITY.to_i128());
        fits.then_some(longest + 1)
    }

    fn leave_out(&self, row: u32) -> P {
        self.instance.leave_out(row).unwrap_or(self.forbidden)
    }

    /// The first tree: each row in its cheapest column while one place more than that stays free, the others left out. From every node a
    /// unit can go on to the root: the tree is strongly feasible.
    fn plant(&mut self) {
        for column in 0..self.is_full.len() as u32 {
            self.link(self.rows + column, self.root);
        }
        for row in 0..self.rows {
            let has_room = |&(column, cost): &(u32, P)| {
                let node = (self.rows + column) as usize;
                self.flow[node] + 1 < self.instance.capacities[column as usize] && cost < self.leave_out(row)
            };
            let cheapest =
                self.instance.arcs(row).filter(has_room).min_by_key(|&(column, cost)| (cost, column));
            let (parent, cost) = match cheapest {
                Some((column, cost)) => {
                    let parent = self.rows + column;
                    self.flow[parent as usize] += 1;
                    (parent, cost)
                }
                None => (self.root, self.leave_out(row)),
            };
            (self.flow[row as usize], self.cost[row as usize]) = (1, cost);
            self.price[row as usize] = cost;
            self.link(row, parent);
            self.depth[row as usize] = self.depth[parent as usize] + 1;
        }
    }

    fn link(&mut self, node: u32, parent: u32) {
        let next = std::mem::replace(&mut self.first_child[parent as usize], node);
        (self.before[node as usize], self.after[node as usize]) = (NONE, next);
        if next != NONE {
            self.before[next as usize] = node;
        }
        self.parent[node as usize] = parent;
        self.depth[node as usize] = self.depth[parent as usize] + 1;
    }

    fn unlink(&mut self, node: u32) {
        let (before, after) = (self.before[node as usize], self.after[node as usize]);
        match before {
            NONE => self.first_child[self.parent[node as usize] as usize] = after,
            _ => self.after[before as usize] = after,
        }
        if after != NONE {
            self.before[after as usize] = before;
        }
    }

    /// The arc that is most out of line in the next block that has one, or `None` where no arc is.
    fn find_entering(&mut self) -> Option<Entering<P>> {
        let mut best: Option<(P, Entering<P>)> = None;
        let (mut looked_at, mut node) = (0, self.at);
        for _ in 0..self.root {
            let (reduced, entering) = self.best_of(node);
            if reduced < best.as_ref().map_or(P::ZERO, |&(least, _)| least) {
                best = entering.map(|entering| (reduced, entering));
            }
            looked_at += self.arcs_of(node);
            node = if node + 1 == self.root { 0 } else { node + 1 };
            if looked_at >= self.block {
                if best.is_some() {
                    break;
                }
                looked_at = 0;
            }
        }
        self.at = node;
        best.map(|(_, entering)| entering)
    }

    fn arcs_of(&self, node: u32) -> usize {
        if node >= self.rows {
            return 1;
        }
        self.instance.starts[node as usize + 1] - self.instance.starts[node as usize] + 1
    }

    /// How far the arcs that leave a node are out of line at most, below zero where one is, and which.
    #[inline]
    fn best_of(&self, node: u32) -> (P, Option<Entering<P>>) {
        let own = self.price[node as usize];
        if node >= self.rows {
            return self.way_to_root(node, own);
        }
        let (mut reduced, mut entering) = (P::ZERO, None);
        let out = self.leave_out(node) - own;
        if out < reduced {
            let cost = self.leave_out(node);
            (reduced, entering) = (out, Some(Entering { from: node, to: self.root, cost, room: u32::MAX }));
        }
        let columns = &self.price[self.rows as usize..];
        for (column, cost) in self.instance.arcs(node) {
            let now = cost - own + columns[column as usize];
            if now < reduced && self.instance.capacities[column as usize] > 0 {
                let to = self.rows + column;
                (reduced, entering) = (now, Some(Entering { from: node, to, cost, room: u32::MAX }));
            }
        }
        (reduced, entering)
    }

    /// The arc from a column to the root, forwards where it is unused and backwards where it is used up.
    fn way_to_root(&self, node: u32, own: P) -> (P, Option<Entering<P>>) {
        let column = (node - self.rows) as usize;
        let room = self.instance.capacities[column];
        if self.parent[node as usize] == self.root || room == 0 {
            return (P::ZERO, None);
        }
        if self.is_full[column] {
            return (own, Some(Entering { from: self.root, to: node, cost: P::ZERO, room }));
        }
        (-own, Some(Entering { from: node, to: self.root, cost: P::ZERO, room }))
    }

    /// Whether the arc between a node and its parent leads to the parent.
    fn leads_up(&self, node: u32) -> bool {
        node < self.rows || self.parent[node as usize] == self.root
    }

    /// How much more can go from a node to its parent, or, with `down`, from the parent to the node.
    fn room(&self, node: u32, down: bool) -> u32 {
        if self.leads_up(node) == down {
            return self.flow[node as usize];
        }
        if node < self.rows || self.parent[node as usize] != self.root {
            return u32::MAX;
        }
        self.instance.capacities[(node - self.rows) as usize] - self.flow[node as usize]
    }

    /// The last node that two nodes' paths to the root have in common.
    fn apex(&self, mut left: u32, mut right: u32) -> u32 {
        while left != right {
            if self.depth[left as usize] >= self.depth[right as usize] {
                left = self.parent[left as usize];
            } else {
                right = self.parent[right as usize];
            }
        }
        left
    }

    fn pivot(&mut self, entering: Entering<P>) {
        let Entering { from, to, cost, room } = entering;
        let apex = self.apex(from, to);
        // Round the cycle from its apex: down to `from`, over to `to` and up again. Of equals the last counts.
        let (mut least, mut leaving) = (room, None);
        let mut node = from;
        while node != apex {
            let room = self.room(node, true);
            if room < least {
                (least, leaving) = (room, Some((node, from, to)));
            }
            node = self.parent[node as usize];
        }
        node = to;
        while node != apex {
            let room = self.room(node, false);
            if room <= least {
                (least, leaving) = (room, Some((node, to, from)));
            }
            node = self.parent[node as usize];
        }
        self.send(from, apex, true, least);
        self.send(to, apex, false, least);
        // A column's arc to the root that was used up is now used less by as much.
        let flow = if from == self.root { room - least } else { least };
        match leaving {
            Some((out, inner, outer)) => self.exchange(out, inner, outer, flow, cost),
            None => self.is_full[(from.min(to) - self.rows) as usize] = from != self.root,
        }
    }

    /// Sends flow between a node and one above it.
    fn send(&mut self, mut node: u32, apex: u32, down: bool, amount: u32) {
        while node != apex {
            if self.leads_up(node) == down {
                self.flow[node as usize] -= amount;
            } else {
                self.flow[node as usize] += amount;
            }
            node = self.parent[node as usize];
        }
    }

    /// Cuts the subtree below `out` off and hangs it with its node `inner` on `outer`.
    fn exchange(&mut self, out: u32, inner: u32, outer: u32, flow: u32, cost: P) {
        if out >= self.rows && self.parent[out as usize] == self.root {
            self.is_full[(out - self.rows) as usize] = self.flow[out as usize] > 0;
        }
        let (mut node, mut parent, mut flow, mut cost) = (inner, outer, flow, cost);
        loop {
            let next = self.parent[node as usize];
            self.unlink(node);
            self.link(node, parent);
            std::mem::swap(&mut self.flow[node as usize], &mut flow);
            std::mem::swap(&mut self.cost[node as usize], &mut cost);
            if node == out {
                break;
            }
            (node, parent) = (next, node);
        }
        self.reprice(inner);
    }

    /// Prices a subtree anew after its top has got another arc.
    fn reprice(&mut self, top: u32) {
        let above = self.price[self.parent[top as usize] as usize];
        let cost = self.cost[top as usize];
        let price = if self.leads_up(top) { cost + above } else { above - cost };
        let change = price - self.price[top as usize];
        self.stack.push(top);
        while let Some(node) = self.stack.pop() {
            self.price[node as usize] += change;
            self.depth[node as usize] = self.depth[self.parent[node as usize] as usize] + 1;
            let mut child = self.first_child[node as usize];
            while child != NONE {
                self.stack.push(child);
                child = self.after[child as usize];
            }
        }
    }

    fn finish(self) -> Result<Outcome<P>, Uncoverable> {
        let rows = self.rows as usize;
        let mut columns = vec![None; rows];
        for node in 0..self.root {
            let parent = self.parent[node as usize];
            if parent == self.root || self.flow[node as usize] == 0 {
                continue;
            }
            let (row, column) = if node < self.rows { (node, parent) } else { (parent, node) };
            columns[row as usize] = Some(column - self.rows);
        }
        if self.instance.leave_out.is_none()
            && let Some(row) = columns.iter().position(Option::is_none)
        {
            return Err(uncoverable(self.instance, row as u32, &columns));
        }
        let row_prices = self.price[..rows].to_vec();
        // The price of a column that is empty and hangs on a row's arc may be above zero; zero proves as much.
        let column_price = |&price: &P| (-price).min(P::ZERO);
        let mut column_prices: Vec<P> =
            self.price[rows..self.root as usize].iter().map(column_price).collect();
        // Columns that take no row have no part in the tree: no row may want one at its price.
        for (row, &price) in (0..self.rows).zip(&row_prices) {
            for (column, cost) in self.instance.arcs(row) {
                if self.instance.capacities[column as usize] == 0 {
                    let own = &mut column_prices[column as usize];
                    *own = (*own).min(cost - price);
                }
            }
        }
        Ok(Outcome { columns, row_prices, column_prices })
    }
}

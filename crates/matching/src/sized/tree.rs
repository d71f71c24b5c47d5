//! The whole solver: bound, search, fix, and branch where that is not enough.
//!
//! Depth-first branch and bound over the pairs of a row: either this row goes to this column, or it does not. Every node
//! takes up the prices of the node above, improves them by a few steps, drops the pairs that cannot lead to anything better, and asks the
//! local search to make an assignment of what the columns chose. A node ends when its bound reaches the best assignment known. (A. M.
//! Geoffrion 1974, "Lagrangean relaxation for integer programming", Mathematical Programming Study 2, sections 3 and 4.)

use super::capacity_prices::CapacityPrices;
use super::fixing::Losses;
use super::instance::Instance;
use super::knapsack::Knapsack;
use super::lagrangian::Ascent;
use super::search::{Incumbent, Search};
use super::steps::Steps;
use super::subproblem::Subproblem;

/// What came of the question.
pub(super) struct Outcome {
    /// The best assignment found.
    pub(super) best: Option<Incumbent>,
    /// In units: no assignment costs less. `None` where it is proved that there is none.
    pub(super) bound: Option<i64>,
}

/// Steps of prices at the root, which take half of all steps at most.
const STEPS_AT_ROOT: u32 = 600;

/// Steps of prices at a node below the root.
const STEPS_AT_NODE: u32 = 24;

/// Steps of prices between two attempts to drop pairs.
const STEPS_BETWEEN_FIXINGS: u32 = 12;

/// How many rounds without anything better end a search for assignments.
const ROUNDS_AT_ROOT: u32 = 40;
const ROUNDS_AT_NODE: u32 = 20;

/// How many searches one start is good for: the first begins with what the columns chose, the others where the one before ended.
const SEARCHES_PER_START: u32 = 16;

/// How many items open nodes may hold together: 16 bytes each.
const MOST_OPEN_ITEMS: usize = 32_000_000;

struct Node {
    sub: Subproblem,
    prices: Vec<i64>,
    /// In fractions.
    bound: i64,
}

pub(super) struct Tree<'a> {
    instance: &'a Instance,
    search: Search<'a>,
    knapsack: Knapsack,
    losses: Losses,
    pub(super) steps: Steps<'a>,
    /// The steps that took.
    searched: u64,
    /// How often assignments were looked for.
    searches: u32,
    /// A cost that every assignment stays below, in units.
    beyond_any: i64,
    open: Vec<Node>,
    open_items: usize,
}

impl<'a> Tree<'a> {
    pub(super) fn new(instance: &'a Instance, mut steps: Steps<'a>) -> (Self, Vec<i64>) {
        let unit_prices = CapacityPrices::find(instance, &mut steps);
        let pays = |row| instance.row(row).iter().map(|&place| unit_prices.pays(place)).min().unwrap_or(0);
        let prices = (0..instance.rows()).map(|row| pays(row).min(instance.price_limit())).collect();
        let search = Search::new(instance, &unit_prices);
        let tree = Self {
            instance,
            search,
            knapsack: Knapsack::default(),
            losses: Losses::default(),
            steps,
            searched: 0,
            searches: 0,
            beyond_any: instance.beyond_any(),
            open: Vec::new(),
            open_items: 0,
        };
        (tree, prices)
    }

    /// Works until the best assignment is proved or the steps are spent.
    pub(super) fn grow(&mut self, prices: Vec<i64>) -> Outcome {
        let Some(sub) = Subproblem::whole(self.instance) else {
            return Outcome { best: None, bound: None };
        };
        self.push(Node { sub, prices, bound: i64::MIN });
        let mut at_root = true;
        let mut unfinished = i64::MAX;
        while let Some(mut node) = self.open.pop() {
            self.open_items -= node.sub.items.len();
            if self.reaches(node.bound) {
                continue;
            }
            if !at_root && self.steps.are_spent() || self.open_items > MOST_OPEN_ITEMS {
                unfinished = unfinished.min(node.bound);
                continue;
            }
            let open = self.work_on(&mut node, at_root);
            at_root = false;
            if open {
                self.branch(node);
            }
        }
        // Steps may be spent before anything fitted; where rows may stay out, something always does.
        if self.search.best.is_none() {
            self.search.keep_repaired(&mut self.steps);
        }
        let best = self.search.best.take();
        let units = |bound: i64| {
            (bound >> self.instance.fraction_bits)
                + i64::from(bound & ((1 << self.instance.fraction_bits) - 1) != 0)
        };
        let bound = match (unfinished, &best) {
            (i64::MAX, Some(best)) => Some(best.cost),
            (i64::MAX, None) => None,
            (bound, Some(best)) => Some(units(bound).min(best.cost)),
            (bound, None) => Some(units(bound)),
        };
        Outcome { best, bound }
    }

    fn push(&mut self, node: Node) {
        self.open_items += node.sub.items.len();
        self.open.push(node);
    }

    /// The cost that any assignment of interest stays below, in units.
    fn cost_to_beat(&self) -> i64 {
        self.search.cost_to_beat().min(self.beyond_any)
    }

    /// Whether a bound, in fractions, leaves nothing better than the best assignment known.
    fn reaches(&self, bound: i64) -> bool {
        bound > (self.cost_to_beat() - 1) << self.instance.fraction_bits
    }

    /// Improves the bound of a node and makes it smaller; says whether there is more to do in it.
    fn work_on(&mut self, node: &mut Node, at_root: bool) -> bool {
        let mut limit = if at_root { STEPS_AT_ROOT } else { STEPS_AT_NODE };
        let prices = node.prices.clone();
        let mut ascent = Ascent::new(self.instance, &node.sub, prices, &mut self.knapsack, &mut self.steps);
        loop {
            ascent.refresh(self.instance, &node.sub, &mut self.knapsack, &mut self.steps);
            if node.sub.free.is_empty() {
                self.search.begin(&node.sub, &ascent.best);
                self.search.keep_if_better();
                return false;
            }
            self.look_for_better(node, &ascent, at_root);
            let mut since = 0;
            while since < STEPS_BETWEEN_FIXINGS * if at_root { 3 } else { 1 } && limit > 0 {
                if self.reaches(ascent.best.bound) || at_root && self.steps.beyond(8) {
                    break;
                }
                let target = self.cost_to_beat() << self.instance.fraction_bits;
                ascent.step(self.instance, &node.sub, target, &mut self.knapsack, &mut self.steps);
                limit -= 1;
                since += 1;
                if at_root && since % 6 == 0 {
                    self.look_for_better(node, &ascent, at_root);
                }
            }
            node.bound = node.bound.max(ascent.best.bound);
            node.prices.clone_from(&ascent.prices);
            if self.reaches(node.bound) {
                return false;
            }
            if !self.shrink(node, &ascent) {
                return false;
            }
            let enough = limit == 0 || self.steps.are_spent() || at_root && self.steps.beyond(8);
            // A node without a choice left is looked at once more: it is an assignment.
            if enough && !node.sub.free.is_empty() {
                return true;
            }
        }
    }

    /// Makes an assignment of what the columns chose, and improves it.
    fn look_for_better(&mut self, node: &Node, ascent: &Ascent, at_root: bool) {
        let found = self.search.best.is_some();
        if found && self.searched > self.steps.used() / 2 {
            return;
        }
        let before = self.steps.used();
        if self.searches.is_multiple_of(SEARCHES_PER_START) {
            self.search.begin(&node.sub, &ascent.latest);
        }
        self.searches += 1;
        let allowed = self.steps.limit() / if found { 40 } else { 4 };
        self.search.swing(if at_root { ROUNDS_AT_ROOT } else { ROUNDS_AT_NODE }, allowed, &mut self.steps);
        self.searched += self.steps.used() - before;
    }

    /// Drops the pairs that cannot lead to anything better; says whether the node is still open.
    fn shrink(&mut self, node: &mut Node, ascent: &Ascent) -> bool {
        self.losses.find(self.instance, &node.sub, &ascent.prices, &ascent.best, &mut self.steps);
        let bound = ascent.best.bound;
        let losses = &self.losses.losses;
        let of_use = |at: usize| !self.reaches(bound.saturating_add(losses[at]));
        if (0..losses.len()).all(of_use) {
            return true;
        }
        match node.sub.restrict(self.instance, of_use) {
            Some(sub) => {
                node.sub = sub;
                true
            }
            None => false,
        }
    }

    /// Splits a node in two: a row goes to a column, or it does not.
    fn branch(&mut self, node: Node) {
        let mut ascent_choice = super::lagrangian::Choice::default();
        ascent_choice.make(self.instance, &node.sub, &node.prices, &mut self.knapsack, &mut self.steps);
        self.losses.find(self.instance, &node.sub, &node.prices, &ascent_choice, &mut self.steps);
        let Some(pair) = self.pair_to_decide(&node, &ascent_choice.times) else {
            return;
        };
        let row = node.sub.items[pair].row;
        let column = node.sub.starts.partition_point(|&start| start <= pair) - 1;
        let out = node.sub.restrict(self.instance, |at| at != pair);
        let into = node.sub.restrict(self.instance, |at| {
            node.sub.items[at].row != row
                || (node.sub.starts[column]..node.sub.starts[column + 1]).contains(&at)
        });
        for sub in [out, into].into_iter().flatten() {
            self.push(Node { sub, prices: node.prices.clone(), bound: node.bound });
        }
    }

    /// The pair whose absence would cost most, of a row that is not yet chosen exactly once.
    fn pair_to_decide(&self, node: &Node, times: &[u32]) -> Option<usize> {
        let rows = self.instance.rows();
        // For each row its two places that cost least.
        let mut least = vec![(i64::MAX, usize::MAX); rows];
        let mut second = vec![i64::MAX; rows];
        for (at, (item, &loss)) in node.sub.items.iter().zip(&self.losses.losses).enumerate() {
            let row = item.row as usize;
            if loss < least[row].0 {
                second[row] = least[row].0;
                least[row] = (loss, at);
            } else {
                second[row] = second[row].min(loss);
            }
        }
        let undecided = |row: usize| times[row] != 1;
        let rows = node.sub.free.iter().map(|&row| row as usize);
        let row = rows.max_by_key(|&row| (undecided(row), second[row], std::cmp::Reverse(row)))?;
        Some(least[row].1)
    }
}

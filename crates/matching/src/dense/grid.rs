//! A matrix as the solvers see it: costs to minimise, no more bidders than objects.

use super::NONE;
use super::cost::sealed::Element;
use super::matrix::Matrix;
use crate::simd::Level;

/// A matrix of no more bytes stays in the second cache, or nearly.
const IN_CACHE: usize = 1 << 22;

/// The shorter side of the matrix bids for the objects of the longer one, so that every bidder must be placed.
#[derive(Clone, Copy)]
pub(super) struct Grid<'a, T> {
    pub(super) data: &'a [T],
    pub(super) bidders: usize,
    pub(super) objects: usize,
    pub(super) stride: usize,
    /// Whether the costs of one bidder lie in one piece.
    pub(super) in_lines: bool,
    /// -1 when maximising.
    pub(super) sign: f64,
    pub(super) level: Level,
}

impl<'a, T: Element> Grid<'a, T> {
    /// Makes the rows bid, or with `turned` the columns.
    pub(super) fn new(matrix: Matrix<'a, T>, turned: bool, sign: f64, level: Level) -> Self {
        let (bidders, objects) =
            if turned { (matrix.columns, matrix.rows) } else { (matrix.rows, matrix.columns) };
        let in_lines = matrix.by_rows != turned;
        Self { data: matrix.data, bidders, objects, stride: matrix.stride, in_lines, sign, level }
    }

    /// The costs of a bidder: where they lie, or copied to `buffer` where they lie apart.
    #[inline]
    pub(super) fn line<'b>(&self, bidder: usize, buffer: &'b mut Vec<T>) -> &'b [T]
    where
        'a: 'b,
    {
        if self.in_lines {
            let start = bidder * self.stride;
            return &self.data[start..start + self.objects];
        }
        buffer.clear();
        buffer.extend((0..self.objects).map(|object| self.data[object * self.stride + bidder]));
        buffer
    }

    /// The costs of the next bidder, for the memory to fetch meanwhile: nothing where they lie apart, or in a cache anyway.
    pub(super) fn line_behind(&self, bidder: usize) -> &'a [T] {
        let is_far = self.in_lines && size_of_val(self.data) > IN_CACHE;
        if is_far && bidder + 1 < self.bidders { self.raw_line(bidder + 1) } else { &[] }
    }

    #[inline]
    pub(super) fn cost(&self, bidder: usize, object: usize) -> f64 {
        let (line, place) = if self.in_lines { (bidder, object) } else { (object, bidder) };
        self.data[line * self.stride + place].load(self.sign)
    }

    /// The number of lines in memory, and their length.
    pub(super) fn shape(&self) -> (usize, usize) {
        if self.in_lines { (self.bidders, self.objects) } else { (self.objects, self.bidders) }
    }

    /// A line as it lies in memory, whoever it belongs to.
    pub(super) fn raw_line(&self, line: usize) -> &'a [T] {
        let length = self.shape().1;
        &self.data[line * self.stride..line * self.stride + length]
    }
}

/// Who has what, at which prices, and the memory of a search. Reused from one problem to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Board {
    /// The object of each bidder, or [`NONE`].
    pub(super) object_of: Vec<u32>,
    /// The bidder of each object, or [`NONE`].
    pub(super) bidder_of: Vec<u32>,
    /// INVARIANT: no bidder with an object has another of smaller cost less price. Prices only fall within a solve.
    pub(super) price: Vec<f64>,
    /// The cost of what each bidder has, kept beside to save a look at the matrix.
    pub(super) cost_of: Vec<f64>,
    /// What leaving each bidder out costs; empty where all must be placed.
    pub(super) leave_out: Vec<f64>,
    /// Whether a bidder without an object is left out for good.
    pub(super) left_out: Vec<bool>,
    /// Bidders without an object.
    pub(super) waiting: Vec<u32>,
}

impl Board {
    #[inline]
    pub(super) fn clear(&mut self, bidders: usize, objects: usize) {
        fn fill<V: Clone>(list: &mut Vec<V>, length: usize, value: V) {
            list.clear();
            list.resize(length, value);
        }
        fill(&mut self.object_of, bidders, NONE);
        fill(&mut self.cost_of, bidders, 0.0);
        fill(&mut self.left_out, bidders, false);
        fill(&mut self.bidder_of, objects, NONE);
        fill(&mut self.price, objects, 0.0);
        self.waiting.clear();
        self.leave_out.clear();
    }

    #[inline]
    pub(super) fn leave_out(&self, bidder: u32) -> f64 {
        self.leave_out.get(bidder as usize).copied().unwrap_or(f64::INFINITY)
    }

    /// Gives an object to a bidder and returns the bidder that had it.
    #[inline]
    pub(super) fn give(&mut self, object: u32, bidder: u32, cost: f64) -> u32 {
        let before = std::mem::replace(&mut self.bidder_of[object as usize], bidder);
        if before != NONE {
            self.object_of[before as usize] = NONE;
        }
        self.object_of[bidder as usize] = object;
        self.cost_of[bidder as usize] = cost;
        before
    }

    /// What a bidder with an object pays: its cost less the object's price.
    #[inline]
    pub(super) fn pays(&self, bidder: u32) -> f64 {
        let object = self.object_of[bidder as usize];
        if object == NONE {
            return self.leave_out(bidder);
        }
        self.cost_of[bidder as usize] - self.price[object as usize]
    }

    /// Moves each bidder on the path found by a search one object on. `before` says which bidder is before an object, `cost` looks
    /// a pair up.
    #[inline(always)]
    pub(super) fn augment(
        &mut self,
        first: u32,
        end: u32,
        before: impl Fn(u32) -> u32,
        cost: impl Fn(usize, usize) -> f64,
    ) {
        let mut object = end;
        loop {
            let bidder = before(object);
            let left = self.object_of[bidder as usize];
            self.bidder_of[object as usize] = bidder;
            self.object_of[bidder as usize] = object;
            self.cost_of[bidder as usize] = cost(bidder as usize, object as usize);
            if bidder == first {
                return;
            }
            object = left;
        }
    }
}

/// Bidders that share too few objects. In no particular order.
#[derive(Clone, Debug, Default)]
pub(super) struct Stuck {
    pub(super) bidders: Vec<u32>,
    pub(super) objects: Vec<u32>,
}

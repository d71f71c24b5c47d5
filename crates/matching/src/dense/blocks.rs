//! Blocks of lines, each on whichever core is free, with the feature `rayon`.
//!
//! How lines are cut into blocks follows from the matrix alone, and what blocks come to is put together in their order. So the
//! answer is the same with any number of threads, and the same as without them.

use super::cost::Cost;
use super::grid::Grid;
use super::kernels::{ColumnLeast, Content, lower};
use super::solver::content_of;
use rayon::prelude::*;
use std::ops::Range;

/// Fewer entries are read sooner than they are shared out.
const WORTH_SHARING: usize = 1 << 20;

/// Into how many blocks lines are cut at most: enough for many cores, few enough that each has long lines to itself.
const BLOCKS: usize = 32;

/// Whether lines of some length are worth sharing out.
pub(super) fn are_worth_it(lines: usize, length: usize) -> bool {
    lines.saturating_mul(length) >= WORTH_SHARING
}

/// Does something with every block and returns what it comes to, in the order of the blocks.
pub(super) fn each<R: Send>(lines: Range<usize>, work: impl Fn(Range<usize>) -> R + Sync) -> Vec<R> {
    let size = lines.len().div_ceil(BLOCKS).max(1);
    let starts: Vec<usize> = lines.clone().step_by(size).collect();
    starts.into_par_iter().map(|start| work(start..(start + size).min(lines.end))).collect()
}

/// Reads some lines, lowers `least` to the least cost in each column, and says what the lines hold; the number of the first broken
/// line where there is one.
pub(super) fn inspect<T: Cost>(
    grid: &Grid<'_, T>,
    lines: Range<usize>,
    least: &mut [f64],
) -> Result<Content, usize> {
    let read = |lines: Range<usize>| {
        let mut least = vec![f64::INFINITY; grid.objects];
        let mut all = Content::NOTHING;
        for number in lines {
            let line = grid.raw_line(number);
            let magnitude = grid.level.run(ColumnLeast { line, sign: grid.sign, least: &mut least });
            let content = content_of(line, grid.sign, grid.level, magnitude);
            if !content.valid {
                return Err(number);
            }
            all.add(&content);
        }
        Ok((all, least))
    };
    let mut all = Content::NOTHING;
    for block in each(lines, read) {
        let (content, of_block) = block?;
        all.add(&content);
        for (least, other) in least.iter_mut().zip(of_block) {
            *least = lower(other, *least);
        }
    }
    Ok(all)
}

//! Compiles hot loops for the processor that runs them.
//!
//! A [`Kernel`] is plain, safe Rust over fixed-width lanes. [`Level::run`] calls one of several copies of it, each
//! compiled for another instruction set; the copy is chosen at run time, so one binary suits every processor. All
//! copies come from the same source and use only operations that IEEE 754 rounds in one way (no fused multiply-add),
//! so they give the same bits: a test compares them with the scalar copy.
//!
//! This is the only module with `unsafe`: calling a function that needs more instructions than the build assumes.

#![allow(clippy::float_arithmetic, reason = "the loops over dense matrices are in floats: see `dense`")]
#![allow(
    unsafe_code,
    reason = "calls into functions compiled for instructions that `Level::detect` has found"
)]

/// A loop worth compiling for each instruction set. Implementations mark `run` with `#[inline(always)]`, as it is
/// compiled for an instruction set only where it is inlined into the function that enables it.
pub(crate) trait Kernel {
    type Output;

    fn run<I: Instructions>(self, instructions: I) -> Self::Output;
}

/// What compilers do not find by themselves. A value of an implementing type proves that the processor can do it.
pub(crate) trait Instructions: Copy {
    /// Sets bit `i` where `values[i] < limit`. `N` is 16 or 32.
    fn below<const N: usize>(self, values: &[f64; N], limit: f64) -> u32;

    /// Sets bit `i` where `values[i] == wanted`. `N` is 16 or 32.
    fn equal<const N: usize>(self, values: &[f64; N], wanted: f64) -> u32;

    /// The lesser value of each lane, `b` where neither is. Says it so that it is one instruction: of a comparison
    /// and a choice the compiler makes a store of some lanes, which a load that follows has to wait for.
    fn lower(self, a: &[f64; 16], b: &[f64; 16]) -> [f64; 16];

    /// `a` and `b` in each lane.
    #[inline(always)]
    fn add(self, a: &[f64; 16], b: &[f64; 16]) -> [f64; 16] {
        std::array::from_fn(|lane| a[lane] + b[lane])
    }

    /// `a` less `b` in each lane.
    #[inline(always)]
    fn subtract(self, a: &[f64; 16], b: &[f64; 16]) -> [f64; 16] {
        std::array::from_fn(|lane| a[lane] - b[lane])
    }

    /// The values with infinity in each lane that is `unwanted`.
    #[inline(always)]
    fn without(self, values: &[f64; 16], unwanted: f64) -> [f64; 16] {
        values.map(|value| if value == unwanted { f64::INFINITY } else { value })
    }

    /// The distances and marks, with `costs - prices + base` and the mark in each lane where that is shorter. A mark is as wide as
    /// a distance: of lanes of two widths the compiler makes scalars.
    #[inline(always)]
    fn shorten(self, step: Step<'_>, distances: &[f64; 16], marks: &[f64; 16]) -> ([f64; 16], [f64; 16]) {
        let (mut shortest, mut marked) = (*distances, *marks);
        for lane in 0..16 {
            let through = step.costs[lane] - step.prices[lane] + step.base;
            if through < shortest[lane] {
                (shortest[lane], marked[lane]) = (through, step.mark);
            }
        }
        (shortest, marked)
    }

    /// The least value.
    fn least(self, values: &[f64; 16]) -> f64;

    /// The least of short numbers.
    #[inline(always)]
    fn least_short(self, values: &[u16; 32]) -> u16 {
        // First of each eight, as compilers take a loop over all of them apart, then of these.
        let mut eight = [u16::MAX; 8];
        for part in values.as_chunks::<8>().0 {
            for lane in 0..8 {
                eight[lane] = eight[lane].min(part[lane]);
            }
        }
        eight.into_iter().fold(u16::MAX, u16::min)
    }

    /// The first lane in which two short numbers, added up to the limits of their type, come to the bits that are wanted.
    #[inline(always)]
    fn first_sum(self, a: &[i16; 32], b: &[i16; 32], wanted: u16) -> Option<usize> {
        let is_it = |lane: usize| a[lane].saturating_add(b[lane]) as u16 == wanted;
        let any = (0..32).fold(0, |any, lane| any | u16::from(is_it(lane)));
        if any == 0 { None } else { (0..32).find(|&lane| is_it(lane)) }
    }

    /// Sets bit `i` where `values[i] < limit`.
    #[inline(always)]
    fn below_short(self, values: &[u16; 32], limit: u16) -> u32 {
        values.iter().enumerate().fold(0, |mask, (lane, &value)| mask | u32::from(value < limit) << lane)
    }

    /// Moves the words with a bit to the front of `to`, in order. What is behind them there is of no meaning.
    #[inline(always)]
    fn compress(self, words: &[u32; 32], which: u32, to: &mut [u32; 32]) {
        let (mut count, mut left) = (0, which);
        while left != 0 {
            to[count] = words[left.trailing_zeros() as usize];
            (count, left) = (count + 1, left & (left - 1));
        }
    }

    /// What stands in a table at some places. Of each place, only so many bits count as the table has places for.
    #[inline(always)]
    fn look_up(self, table: &Table, places: &[u32; 16]) -> [u32; 16] {
        places.map(|place| table[place as usize % TABLE])
    }

    /// The short numbers of `first`, with that of `second` in one lane.
    #[inline(always)]
    fn with_lane(self, first: &[u16; 32], second: &[u16; 32], lane: usize) -> [u16; 32] {
        // Lanes are never indexed by a variable, so that they stay in registers.
        std::array::from_fn(|at| if at as u16 == lane as u16 { second[at] } else { first[at] })
    }

    /// The least value of `first`, a bit for each lane that has it, and the least value when the lanes with a bit have
    /// theirs from `second`.
    fn two_least(self, first: &[f64; 16], second: &[f64; 16]) -> (f64, u32, f64);
}

/// What [`Instructions::look_up`] looks at: a power of two, so that no place is beyond it.
pub(crate) const TABLE: usize = 1 << 11;
pub(crate) type Table = [u32; TABLE];

/// What [`Instructions::shorten`] looks at.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    pub(crate) costs: &'a [f64; 16],
    pub(crate) prices: &'a [f64; 16],
    pub(crate) base: f64,
    pub(crate) mark: f64,
}

#[derive(Clone, Copy)]
struct Scalar;

impl Instructions for Scalar {
    #[inline(always)]
    fn below<const N: usize>(self, values: &[f64; N], limit: f64) -> u32 {
        values.iter().enumerate().fold(0, |mask, (lane, &value)| mask | u32::from(value < limit) << lane)
    }

    #[inline(always)]
    fn equal<const N: usize>(self, values: &[f64; N], wanted: f64) -> u32 {
        values.iter().enumerate().fold(0, |mask, (lane, &value)| mask | u32::from(value == wanted) << lane)
    }

    #[inline(always)]
    fn lower(self, a: &[f64; 16], b: &[f64; 16]) -> [f64; 16] {
        let mut lowest = *b;
        for (lowest, &a) in lowest.iter_mut().zip(a) {
            *lowest = if a < *lowest { a } else { *lowest };
        }
        lowest
    }

    #[inline(always)]
    fn least(self, values: &[f64; 16]) -> f64 {
        // By halves: a chain of sixteen comparisons would take longer than a short line.
        let mut lanes = *values;
        let mut half = lanes.len() / 2;
        while half > 0 {
            for lane in 0..half {
                let (a, b) = (lanes[lane + half], lanes[lane]);
                lanes[lane] = if a < b { a } else { b };
            }
            half /= 2;
        }
        lanes[0]
    }

    #[inline(always)]
    fn two_least(self, first: &[f64; 16], second: &[f64; 16]) -> (f64, u32, f64) {
        let least = self.least(first);
        let mut others = *first;
        for (other, second) in others.iter_mut().zip(second) {
            *other = if *other == least { *second } else { *other };
        }
        (least, self.equal(first, least), self.least(&others))
    }
}

#[cfg(target_arch = "x86_64")]
mod x86;

/// The instruction set that kernels run with.
///
/// INVARIANT: a level other than `Scalar` is only ever made by [`Level::detect`], after the processor said that it has the
/// instructions; so the variants are private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Level(Set);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    /// What every processor of the target can do.
    pub(crate) const SCALAR: Self = Self(Set::Scalar);

    /// The widest set of this processor.
    pub(crate) fn detect() -> Self {
        Self::available().last().copied().unwrap_or(Self::SCALAR)
    }

    /// All sets of this processor, narrowest first.
    pub(crate) fn available() -> &'static [Self] {
        #[cfg(target_arch = "x86_64")]
        {
            const ALL: [Level; 3] = [Level(Set::Scalar), Level(Set::Avx2), Level(Set::Avx512)];
            // Every processor with AVX2 has the others, but one that is emulated may not.
            let avx2 = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("lzcnt")
                && is_x86_feature_detected!("popcnt");
            let avx512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512bw");
            match (avx2, avx512) {
                (true, true) => &ALL,
                (true, false) => &ALL[..2],
                _ => &ALL[..1],
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        &[Self::SCALAR]
    }

    /// Runs what is made for many wide registers where there are some, and else gives it back: loops over lists are faster
    /// there, and no copy is compiled.
    #[inline(always)]
    pub(crate) fn run_wide<K: Kernel>(self, kernel: K) -> Result<K::Output, K> {
        match self.0 {
            // SAFETY: by the invariant of `Level`, the processor has the instructions.
            #[cfg(target_arch = "x86_64")]
            Set::Avx512 => Ok(unsafe { avx512(kernel) }),
            _ => Err(kernel),
        }
    }

    #[inline(always)]
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self.0 {
            Set::Scalar => scalar(kernel),
            // SAFETY: by the invariant of `Level`, the processor has the instructions.
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 => unsafe { avx2(kernel) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Set::Avx512 => unsafe { avx512(kernel) },
        }
    }
}

/// Not inlined, so that a program has one copy of a loop for all that call it, as of those for wider sets.
#[inline(never)]
fn scalar<K: Kernel>(kernel: K) -> K::Output {
    kernel.run(Scalar)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run(x86::Avx2(()))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,bmi1,bmi2,lzcnt,popcnt")]
fn avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run(x86::Avx512(()))
}

/// Asks the processor to fetch the start of a slice, which will be read soon. Changes nothing that can be observed but time.
#[inline(always)]
pub(crate) fn prefetch<T>(soon: &[T]) {
    fetch(soon, LINES);
}

/// Asks the processor to fetch the start of a slice, so many lines of memory at the most. For crates that keep from `unsafe`; no part
/// of the interface.
#[inline(always)]
pub fn fetch<T>(soon: &[T], lines: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let lines = std::mem::size_of_val(soon).div_ceil(LINE).min(lines);
        for line in 0..lines {
            // SAFETY: a prefetch does not read, whatever the address; SSE is part of every x86-64 processor.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(soon.as_ptr().cast::<i8>().wrapping_add(line * LINE)) };
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (soon, lines);
}

/// Bytes in a cache line.
#[cfg(target_arch = "x86_64")]
const LINE: usize = 64;

/// The most lines that [`prefetch`] asks for.
const LINES: usize = 6;

#[cfg(test)]
mod tests;

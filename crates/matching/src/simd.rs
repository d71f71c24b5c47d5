//! Compiles hot loops for the processor that runs them.
//!
//! A [`Kernel`] is plain, safe Rust over fixed-width lanes. [`Level::run`] calls one of several copies of it, each
//! compiled for another instruction set; the copy is chosen at run time, so one binary suits every processor. All
//! copies come from the same source and use only operations that IEEE 754 rounds in one way (no fused multiply-add),
//! so they give the same bits: a test compares them with the scalar copy.
//!
//! This is the only module with `unsafe`: calling a function that needs more instructions than the build assumes.

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
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        _CMP_EQ_OQ, _CMP_LT_OQ, _mm256_cmp_pd, _mm256_loadu_pd, _mm256_movemask_pd, _mm256_set1_pd,
        _mm512_cmp_pd_mask, _mm512_loadu_pd, _mm512_set1_pd,
    };

    use super::Instructions;

    /// INVARIANT: made only where the processor has AVX2.
    #[derive(Clone, Copy)]
    pub(super) struct Avx2(pub(super) ());

    /// INVARIANT: made only where the processor has AVX-512.
    #[derive(Clone, Copy)]
    pub(super) struct Avx512(pub(super) ());

    #[inline(always)]
    fn mask4<const HOW: i32, const N: usize>(values: &[f64; N], with: f64) -> u32 {
        let mut mask = 0;
        for (number, four) in values.as_chunks::<4>().0.iter().enumerate() {
            // SAFETY: callers have an `Avx2`; the load reads the four numbers of the array.
            let bits = unsafe {
                _mm256_movemask_pd(_mm256_cmp_pd::<HOW>(_mm256_loadu_pd(four.as_ptr()), _mm256_set1_pd(with)))
            };
            mask |= (bits as u32) << (4 * number);
        }
        mask
    }

    #[inline(always)]
    fn mask8<const HOW: i32, const N: usize>(values: &[f64; N], with: f64) -> u32 {
        let mut mask = 0;
        for (number, eight) in values.as_chunks::<8>().0.iter().enumerate() {
            // SAFETY: callers have an `Avx512`; the load reads the eight numbers of the array.
            let bits =
                unsafe { _mm512_cmp_pd_mask::<HOW>(_mm512_loadu_pd(eight.as_ptr()), _mm512_set1_pd(with)) };
            mask |= u32::from(bits) << (8 * number);
        }
        mask
    }

    impl Instructions for Avx2 {
        #[inline(always)]
        fn below<const N: usize>(self, values: &[f64; N], limit: f64) -> u32 {
            mask4::<_CMP_LT_OQ, N>(values, limit)
        }

        #[inline(always)]
        fn equal<const N: usize>(self, values: &[f64; N], wanted: f64) -> u32 {
            mask4::<_CMP_EQ_OQ, N>(values, wanted)
        }
    }

    impl Instructions for Avx512 {
        #[inline(always)]
        fn below<const N: usize>(self, values: &[f64; N], limit: f64) -> u32 {
            mask8::<_CMP_LT_OQ, N>(values, limit)
        }

        #[inline(always)]
        fn equal<const N: usize>(self, values: &[f64; N], wanted: f64) -> u32 {
            mask8::<_CMP_EQ_OQ, N>(values, wanted)
        }
    }
}

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
            let avx2 = is_x86_feature_detected!("avx2");
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

    #[inline(always)]
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self.0 {
            Set::Scalar => kernel.run(Scalar),
            // SAFETY: by the invariant of `Level`, the processor has the instructions.
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 => unsafe { avx2(kernel) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Set::Avx512 => unsafe { avx512(kernel) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run(x86::Avx2(()))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw")]
fn avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run(x86::Avx512(()))
}

/// Asks the processor to fetch the start of a slice, which will be read soon. Changes nothing that can be observed but time.
#[inline(always)]
pub(crate) fn prefetch<T>(soon: &[T]) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let lines = std::mem::size_of_val(soon).div_ceil(LINE).min(LINES);
        for line in 0..lines {
            // SAFETY: a prefetch does not read, whatever the address; SSE is part of every x86-64 processor.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(soon.as_ptr().cast::<i8>().wrapping_add(line * LINE)) };
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = soon;
}

/// Bytes in a cache line.
#[cfg(target_arch = "x86_64")]
const LINE: usize = 64;

/// The most lines that one call asks for.
#[cfg(target_arch = "x86_64")]
const LINES: usize = 6;

//! Compiles hot loops for the processor that runs them.
//!
//! A [`Kernel`] is plain, safe Rust over fixed-width lanes. [`Level::run`] calls one of several copies of it, each
//! compiled for another instruction set; the copy is chosen at run time, so one binary suits every processor. All
//! copies come from the same source and use only operations that IEEE 754 rounds in one way (no fused multiply-add),
//! so they give the same bits: a test compares them with the scalar copy.
//!
//! This is the only module with `unsafe`: calling a function that needs more instructions than the build assumes.

#![allow(unsafe_code, reason = "calls into functions compiled for instructions that `Level::detect` has found")]

/// A loop worth compiling for each instruction set. Implementations mark `run` with `#[inline(always)]`, as it is
/// compiled for an instruction set only where it is inlined into the function that enables it.
pub(crate) trait Kernel {
    type Output;

    fn run(self) -> Self::Output;
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
            Set::Scalar => kernel.run(),
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
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw")]
fn avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

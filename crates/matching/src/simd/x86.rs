//! The instructions of x86-64 beyond those that all its processors have.

use std::arch::x86_64::{
    __m256d, __m256i, __m512d, _CMP_EQ_OQ, _CMP_LT_OQ, _mm_cvtsd_f64, _mm_cvtsi128_si32, _mm_min_epu16,
    _mm_min_pd, _mm_minpos_epu16, _mm_unpackhi_pd, _mm256_blendv_pd, _mm256_castpd256_pd128,
    _mm256_castsi256_si128, _mm256_cmp_pd, _mm256_cmpeq_epi16, _mm256_extractf128_pd,
    _mm256_extracti128_si256, _mm256_loadu_pd, _mm256_loadu_si256, _mm256_max_epu16, _mm256_min_epu16,
    _mm256_min_pd, _mm256_movemask_epi8, _mm256_movemask_pd, _mm256_packs_epi16, _mm256_permute4x64_epi64,
    _mm256_set1_epi16, _mm256_set1_pd, _mm256_storeu_pd, _mm512_add_pd, _mm512_adds_epi16, _mm512_and_si512,
    _mm512_castpd512_pd256, _mm512_castsi512_si256, _mm512_cmp_pd_mask, _mm512_cmpeq_epi16_mask,
    _mm512_cmplt_epu16_mask, _mm512_extractf64x4_pd, _mm512_extracti64x4_epi64, _mm512_i32gather_epi32,
    _mm512_loadu_pd, _mm512_loadu_si512, _mm512_mask_mov_epi16, _mm512_mask_mov_pd,
    _mm512_maskz_compress_epi32, _mm512_min_pd, _mm512_set1_epi16, _mm512_set1_epi32, _mm512_set1_pd,
    _mm512_storeu_pd, _mm512_storeu_si512, _mm512_sub_pd,
};

use super::{Instructions, Step, TABLE, Table};

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

/// The least of four numbers. Callers have an `Avx2`, or more.
#[inline(always)]
fn least4(four: __m256d) -> f64 {
    // SAFETY: as said; nothing is read from memory.
    unsafe {
        let two = _mm_min_pd(_mm256_extractf128_pd::<1>(four), _mm256_castpd256_pd128(four));
        _mm_cvtsd_f64(_mm_min_pd(_mm_unpackhi_pd(two, two), two))
    }
}

/// The least of sixteen short numbers. Callers have an `Avx2`, or more.
#[inline(always)]
fn least_of_16(sixteen: __m256i) -> u16 {
    // SAFETY: as said; nothing is read from memory.
    unsafe {
        let eight = _mm_min_epu16(_mm256_extracti128_si256::<1>(sixteen), _mm256_castsi256_si128(sixteen));
        _mm_cvtsi128_si32(_mm_minpos_epu16(eight)) as u16
    }
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

    #[inline(always)]
    fn lower(self, a: &[f64; 16], b: &[f64; 16]) -> [f64; 16] {
        let mut lowest = [0.0; 16];
        for from in [0, 4, 8, 12] {
            // SAFETY: the processor has AVX2; each load and the store are of four of the sixteen numbers.
            unsafe {
                let (a, b) = (_mm256_loadu_pd(a[from..].as_ptr()), _mm256_loadu_pd(b[from..].as_ptr()));
                _mm256_storeu_pd(lowest[from..].as_mut_ptr(), _mm256_min_pd(a, b));
            }
        }
        lowest
    }

    #[inline(always)]
    fn least_short(self, values: &[u16; 32]) -> u16 {
        // SAFETY: the processor has AVX2; each load reads sixteen of the 32 numbers.
        unsafe {
            let load = |from: usize| _mm256_loadu_si256(values[from..].as_ptr().cast());
            least_of_16(_mm256_min_epu16(load(16), load(0)))
        }
    }

    #[inline(always)]
    fn below_short(self, values: &[u16; 32], limit: u16) -> u32 {
        // SAFETY: the processor has AVX2; each load reads sixteen of the 32 numbers.
        unsafe {
            // Numbers without a sign are compared by which is the lesser; the halves of two vectors of bytes lie across.
            let limit = _mm256_set1_epi16(limit as i16);
            let at_least = |from: usize| {
                let own = _mm256_loadu_si256(values[from..].as_ptr().cast());
                _mm256_cmpeq_epi16(_mm256_max_epu16(own, limit), own)
            };
            let bytes =
                _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi16(at_least(0), at_least(16)));
            !(_mm256_movemask_epi8(bytes) as u32)
        }
    }

    #[inline(always)]
    fn least(self, values: &[f64; 16]) -> f64 {
        // SAFETY: the processor has AVX2; each load reads four of the sixteen numbers.
        unsafe {
            let load = |from: usize| _mm256_loadu_pd(values[from..].as_ptr());
            least4(_mm256_min_pd(_mm256_min_pd(load(12), load(4)), _mm256_min_pd(load(8), load(0))))
        }
    }

    #[inline(always)]
    fn two_least(self, first: &[f64; 16], second: &[f64; 16]) -> (f64, u32, f64) {
        let least = self.least(first);
        // SAFETY: the processor has AVX2; each load reads four of the sixteen numbers.
        let next = unsafe {
            let wanted = _mm256_set1_pd(least);
            let other = |from: usize| {
                let own = _mm256_loadu_pd(first[from..].as_ptr());
                let hits = _mm256_cmp_pd::<_CMP_EQ_OQ>(own, wanted);
                _mm256_blendv_pd(own, _mm256_loadu_pd(second[from..].as_ptr()), hits)
            };
            least4(_mm256_min_pd(_mm256_min_pd(other(12), other(4)), _mm256_min_pd(other(8), other(0))))
        };
        (least, self.equal(first, least), next)
    }
}

/// The least of eight numbers. Callers have an `Avx512`.
#[inline(always)]
fn least8(eight: __m512d) -> f64 {
    // SAFETY: as said; nothing is read from memory.
    unsafe { least4(_mm256_min_pd(_mm512_extractf64x4_pd::<1>(eight), _mm512_castpd512_pd256(eight))) }
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

    #[inline(always)]
    fn lower(self, a: &[f64; 16], b: &[f64; 16]) -> [f64; 16] {
        let mut lowest = [0.0; 16];
        for from in [0, 8] {
            // SAFETY: the processor has AVX-512; each load and the store are of eight of the sixteen numbers.
            unsafe {
                let (a, b) = (_mm512_loadu_pd(a[from..].as_ptr()), _mm512_loadu_pd(b[from..].as_ptr()));
                _mm512_storeu_pd(lowest[from..].as_mut_ptr(), _mm512_min_pd(a, b));
            }
        }
        lowest
    }

    #[inline(always)]
    fn add(self, a: &[f64; 16], b: &[f64; 16]) -> [f64; 16] {
        let mut sums = [0.0; 16];
        for from in [0, 8] {
            // SAFETY: the processor has AVX-512; each load and the store are of eight of the sixteen numbers.
            unsafe {
                let (a, b) = (_mm512_loadu_pd(a[from..].as_ptr()), _mm512_loadu_pd(b[from..].as_ptr()));
                _mm512_storeu_pd(sums[from..].as_mut_ptr(), _mm512_add_pd(a, b));
            }
        }
        sums
    }

    #[inline(always)]
    fn subtract(self, a: &[f64; 16], b: &[f64; 16]) -> [f64; 16] {
        let mut differences = [0.0; 16];
        for from in [0, 8] {
            // SAFETY: the processor has AVX-512; each load and the store are of eight of the sixteen numbers.
            unsafe {
                let (a, b) = (_mm512_loadu_pd(a[from..].as_ptr()), _mm512_loadu_pd(b[from..].as_ptr()));
                _mm512_storeu_pd(differences[from..].as_mut_ptr(), _mm512_sub_pd(a, b));
            }
        }
        differences
    }

    #[inline(always)]
    fn without(self, values: &[f64; 16], unwanted: f64) -> [f64; 16] {
        let mut others = [0.0; 16];
        for from in [0, 8] {
            // SAFETY: the processor has AVX-512; the load and the store are of eight of the sixteen numbers.
            unsafe {
                let own = _mm512_loadu_pd(values[from..].as_ptr());
                let hits = _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(own, _mm512_set1_pd(unwanted));
                let others_here = _mm512_mask_mov_pd(own, hits, _mm512_set1_pd(f64::INFINITY));
                _mm512_storeu_pd(others[from..].as_mut_ptr(), others_here);
            }
        }
        others
    }

    #[inline(always)]
    fn shorten(self, step: Step<'_>, distances: &[f64; 16], marks: &[f64; 16]) -> ([f64; 16], [f64; 16]) {
        let (mut shortest, mut marked) = ([0.0; 16], [0.0; 16]);
        for from in [0, 8] {
            // SAFETY: the processor has AVX-512; each load and store is of eight of the sixteen numbers.
            unsafe {
                let load = |values: &[f64; 16]| _mm512_loadu_pd(values[from..].as_ptr());
                let reduced = _mm512_sub_pd(load(step.costs), load(step.prices));
                let through = _mm512_add_pd(reduced, _mm512_set1_pd(step.base));
                let known = load(distances);
                let hits = _mm512_cmp_pd_mask::<_CMP_LT_OQ>(through, known);
                let marks = _mm512_mask_mov_pd(load(marks), hits, _mm512_set1_pd(step.mark));
                _mm512_storeu_pd(shortest[from..].as_mut_ptr(), _mm512_min_pd(through, known));
                _mm512_storeu_pd(marked[from..].as_mut_ptr(), marks);
            }
        }
        (shortest, marked)
    }

    #[inline(always)]
    fn least_short(self, values: &[u16; 32]) -> u16 {
        // SAFETY: the processor has AVX-512, and so SSE 4.1; the load reads the 32 numbers.
        unsafe {
            let all = _mm512_loadu_si512(values.as_ptr().cast());
            let half = _mm256_min_epu16(_mm512_extracti64x4_epi64::<1>(all), _mm512_castsi512_si256(all));
            least_of_16(half)
        }
    }

    #[inline(always)]
    fn first_sum(self, a: &[i16; 32], b: &[i16; 32], wanted: u16) -> Option<usize> {
        // SAFETY: the processor has AVX-512 with its instructions for short numbers; each load reads 32 numbers.
        let hits = unsafe {
            let (a, b) = (_mm512_loadu_si512(a.as_ptr().cast()), _mm512_loadu_si512(b.as_ptr().cast()));
            _mm512_cmpeq_epi16_mask(_mm512_adds_epi16(a, b), _mm512_set1_epi16(wanted as i16))
        };
        if hits == 0 { None } else { Some(hits.trailing_zeros() as usize) }
    }

    #[inline(always)]
    fn below_short(self, values: &[u16; 32], limit: u16) -> u32 {
        // SAFETY: the processor has AVX-512 with its instructions for short numbers; the load reads the 32 numbers.
        unsafe {
            let values = _mm512_loadu_si512(values.as_ptr().cast());
            _mm512_cmplt_epu16_mask(values, _mm512_set1_epi16(limit as i16))
        }
    }

    #[inline(always)]
    fn compress(self, words: &[u32; 32], which: u32, to: &mut [u32; 32]) {
        let (low, high) = (which as u16, (which >> 16) as u16);
        // SAFETY: the processor has AVX-512; loads are of sixteen of the 32 words, and so are stores: the second begins behind
        // sixteen of them at most.
        unsafe {
            let load = |from: usize| _mm512_loadu_si512(words[from..].as_ptr().cast());
            let behind = to.as_mut_ptr().add(low.count_ones() as usize);
            _mm512_storeu_si512(to.as_mut_ptr().cast(), _mm512_maskz_compress_epi32(low, load(0)));
            _mm512_storeu_si512(behind.cast(), _mm512_maskz_compress_epi32(high, load(16)));
        }
    }

    #[inline(always)]
    fn look_up(self, table: &Table, places: &[u32; 16]) -> [u32; 16] {
        let mut found = [0; 16];
        // SAFETY: the processor has AVX-512; the load and the store are of sixteen words, and all places are within the table.
        unsafe {
            let places = _mm512_loadu_si512(places.as_ptr().cast());
            let places = _mm512_and_si512(places, _mm512_set1_epi32(TABLE as i32 - 1));
            let words = _mm512_i32gather_epi32::<4>(places, table.as_ptr().cast());
            _mm512_storeu_si512(found.as_mut_ptr().cast(), words);
        }
        found
    }

    #[inline(always)]
    fn with_lane(self, first: &[u16; 32], second: &[u16; 32], lane: usize) -> [u16; 32] {
        let mut all = [0; 32];
        // SAFETY: the processor has AVX-512 with its instructions for short numbers; each load and the store are of 32.
        unsafe {
            let (first, second) =
                (_mm512_loadu_si512(first.as_ptr().cast()), _mm512_loadu_si512(second.as_ptr().cast()));
            let mixed = _mm512_mask_mov_epi16(first, 1 << (lane % 32), second);
            _mm512_storeu_si512(all.as_mut_ptr().cast(), mixed);
        }
        all
    }

    #[inline(always)]
    fn least(self, values: &[f64; 16]) -> f64 {
        // SAFETY: the processor has AVX-512; each load reads eight of the sixteen numbers.
        unsafe {
            least8(_mm512_min_pd(_mm512_loadu_pd(values[8..].as_ptr()), _mm512_loadu_pd(values.as_ptr())))
        }
    }

    #[inline(always)]
    fn two_least(self, first: &[f64; 16], second: &[f64; 16]) -> (f64, u32, f64) {
        let least = self.least(first);
        // SAFETY: the processor has AVX-512; each load reads eight of the sixteen numbers.
        unsafe {
            let wanted = _mm512_set1_pd(least);
            let (low, high) = (_mm512_loadu_pd(first.as_ptr()), _mm512_loadu_pd(first[8..].as_ptr()));
            let low_hits = _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(low, wanted);
            let high_hits = _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(high, wanted);
            let low = _mm512_mask_mov_pd(low, low_hits, _mm512_loadu_pd(second.as_ptr()));
            let high = _mm512_mask_mov_pd(high, high_hits, _mm512_loadu_pd(second[8..].as_ptr()));
            let hits = u32::from(low_hits) | u32::from(high_hits) << 8;
            (least, hits, least8(_mm512_min_pd(high, low)))
        }
    }
}

//! Logarithm, exponential and normal quantile in integers, so that every platform draws the same numbers.
//!
//! Numbers are fixed point with 32 fractional bits ("Q32") unless a name says otherwise.

/// One, in Q32.
pub(crate) const ONE: i64 = 1 << 32;

/// The natural logarithm of two, in Q64.
const LN_2_Q64: u128 = 0xB172_17F7_D1CF_79AB;
/// The logarithm of e to base two, in Q62.
const LOG2_E_Q62: i128 = 0x5C55_1D94_AE0B_F85D;
/// The natural logarithm of two, in Q62.
const LN_2_Q62: i128 = (LN_2_Q64 >> 2) as i128;

/// Returns the logarithm of `x` to base two in Q32, rounded down; `x` of zero counts as one.
///
/// It squares the mantissa once for each fractional bit.
pub(crate) fn log2(x: u64) -> u64 {
    let x = x.max(1);
    let whole = u64::from(63 - x.leading_zeros());
    // In Q63, between one and two.
    let mut mantissa = u128::from(x << x.leading_zeros());
    let mut fraction = 0;
    for _ in 0..32 {
        mantissa = (mantissa * mantissa) >> 63;
        fraction <<= 1;
        if mantissa >= 1 << 64 {
            mantissa >>= 1;
            fraction |= 1;
        }
    }
    (whole << 32) | fraction
}

/// Returns `-ln(u / 2^64)` in Q32, between 0 and 44.4; `u` of zero counts as one.
pub(crate) fn minus_ln_of_share(u: u64) -> i64 {
    let log2_inverse = (64_u128 << 32) - u128::from(log2(u));
    // At most 64 * ln 2 in Q32, which fits.
    ((log2_inverse * LN_2_Q64) >> 64) as i64
}

/// Returns the standard normal quantile of the share `u / 2^64` in Q32, between -9.2 and 9.2.
///
/// Rational approximation 26.2.23 of Abramowitz and Stegun, Handbook of Mathematical Functions (1964); its error is
/// below 0.00045.
pub(crate) fn normal_quantile(u: u64) -> i64 {
    const C: [i128; 3] = [2_515_517, 802_853, 10_328];
    const D: [i128; 3] = [1_432_788, 189_269, 1_308];
    const MILLION: i128 = 1_000_000;
    let (tail, sign) = if u < 1 << 63 { (u, -1) } else { (!u, 1) };
    let doubled = u128::from(minus_ln_of_share(tail).unsigned_abs()) * 2;
    // The square root of a Q64 number is a Q32 number; it is below 10.
    let t = (doubled << 32).isqrt() as i128;
    let t2 = (t * t) >> 32;
    let t3 = (t2 * t) >> 32;
    let one = i128::from(ONE);
    let above = C[0] * one + C[1] * t + C[2] * t2;
    let below = MILLION * one + D[0] * t + D[1] * t2 + D[2] * t3;
    let quantile = (t - (above << 32) / below).max(0);
    sign * quantile as i64
}

/// Returns `scale * e^x` for `x` in Q32, rounded down and at most `u64::MAX`.
pub(crate) fn scaled_exp(scale: u64, x: i64) -> u64 {
    // e^x = 2^(whole + part), with the part from 0 to below 1.
    let exponent = (i128::from(x) * LOG2_E_Q62) >> 62;
    let whole = exponent >> 32;
    let part_q62 = (exponent & (i128::from(ONE) - 1)) << 30;
    let z = (part_q62 * LN_2_Q62) >> 62;
    let one = 1_i128 << 62;
    let mut term = one;
    let mut sum = one;
    for n in 1..=20 {
        term = ((term * z) >> 62) / n;
        sum += term;
    }
    // The sum lies between one and two in Q62, so the product has at most 127 bits.
    let product = (u128::from(scale)).saturating_mul(sum as u128);
    let scaled = if whole >= 62 {
        if scale == 0 { 0 } else { u128::MAX }
    } else {
        product.checked_shr((62 - whole) as u32).unwrap_or(0)
    };
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn real(q32: i64) -> f64 {
        q32 as f64 / ONE as f64
    }

    #[test]
    fn logarithms_agree_with_floating_point() {
        for x in [1, 2, 3, 10, 1_000, 123_456_789, u64::MAX] {
            assert!((real(log2(x) as i64) - (x as f64).log2()).abs() < 1e-8, "{x}");
        }
        assert_eq!(log2(0), 0);
        assert_eq!(log2(8), 3 << 32);
    }

    #[test]
    fn known_normal_quantiles_are_met() {
        for (share, quantile) in [(0.5, 0.0), (0.975, 1.959_964), (0.025, -1.959_964), (0.9999, 3.719_016)] {
            let u = (share * 2_f64.powi(64)) as u64;
            assert!((real(normal_quantile(u)) - quantile).abs() < 5e-4, "{share}");
        }
        assert!(real(normal_quantile(0)) > -9.3 && real(normal_quantile(u64::MAX)) < 9.3);
    }

    #[test]
    fn exponentials_agree_with_floating_point() {
        for x in [-30.0, -1.0, -0.001, 0.0, 0.5, 1.0, 3.3, 12.0] {
            let got = scaled_exp(1_200_000_000, (x * ONE as f64) as i64) as f64;
            let expected = 1_200_000_000.0 * f64::exp(x);
            assert!((got - expected).abs() <= 1.0 + expected * 1e-8, "{x}: {got} {expected}");
        }
    }

    #[test]
    fn extreme_exponents_saturate() {
        assert_eq!(scaled_exp(1, i64::MAX), u64::MAX);
        assert_eq!(scaled_exp(u64::MAX, 50 * ONE), u64::MAX);
        assert_eq!(scaled_exp(u64::MAX, i64::MIN), 0);
        assert_eq!(scaled_exp(0, i64::MAX), 0);
    }
}

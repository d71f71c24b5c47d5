//! `random_weighted`: an agent by lot, in proportion to weights.
//!
//! The lot is a keyed hash of the seed, the ticket and the agent: the same ticket draws the same agent from the same
//! candidates, on every machine. It is weighted rendezvous hashing (Wang and Ravishankar 1998; weights by exponential
//! variates as in Efraimidis and Spirakis 2006, "Weighted random sampling with a reservoir", algorithm A-ES): the agent
//! with the smallest `-log2(u) / weight` wins, so one more or one less candidate moves only its own share.
//!
//! *Ties*: a keyed hash of seed, ticket and agent. *Cost*: O(candidates).

use super::ranking::{Layer, Plan};

pub(crate) fn layers() -> Plan {
    ("random_weighted", vec![Layer::Lot], None)
}

/// `-log2(hash / 2^64) / weight`, in fixed point: smaller with a larger weight. Integers only, so the same everywhere.
pub(crate) fn lot(hash: u64, weight: u32) -> i64 {
    // 1 <= u <= 2^64 stands for u / 2^64 in (0, 1].
    let u = u128::from(hash) + 1;
    let cost = (64 << FRACTION) - log2(u);
    ((cost as u128) << 20).checked_div(u128::from(weight)).map_or(i64::MAX, |lot| lot as i64)
}

const FRACTION: u32 = 24;

/// The binary logarithm with [`FRACTION`] binary digits, by repeated squaring (Knuth, TAOCP vol. 1, exercise 1.2.2-28).
fn log2(u: u128) -> u64 {
    let whole = 127 - u.leading_zeros();
    let mut mantissa = if whole <= 63 { (u << (63 - whole)) as u64 } else { (u >> (whole - 63)) as u64 };
    let mut log = u64::from(whole);
    for _ in 0..FRACTION {
        let square = u128::from(mantissa) * u128::from(mantissa);
        let carry = (square >> 127) as u64;
        mantissa = if carry == 1 { (square >> 64) as u64 } else { (square >> 63) as u64 };
        log = log << 1 | carry;
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::keyed_hash;

    #[test]
    fn the_logarithm_of_a_power_of_two_is_exact() {
        for power in 0..=64 {
            assert_eq!(log2(1 << power), power << FRACTION);
        }
        // log2(3) = 1.584962500721156…
        assert_eq!(log2(3), 26_591_258);
    }

    #[test]
    fn shares_follow_the_weights() {
        let weights = [100u32, 200, 700];
        let mut wins = [0u32; 3];
        for ticket in 0..20_000 {
            let best = (0..3)
                .min_by_key(|agent| lot(keyed_hash(9, &format!("{ticket}/{agent}")), weights[*agent]))
                .unwrap();
            wins[best] += 1;
        }
        for (won, weight) in wins.iter().zip(weights) {
            let expected = weight * 20;
            assert!(won.abs_diff(expected) < 400, "{wins:?}");
        }
    }
}

//! The numbers that a matrix may hold.

use std::cmp::Ordering;
use std::fmt::Debug;

use super::FORBIDDEN_COST;

/// A number that a dense matrix may hold: `i32`, `i64`, `f32` or `f64`.
///
/// | type | forbidden pair | range | prices and objective |
/// |---|---|---|---|
/// | `i32` | `i32::MIN` | any | `i64`, `i128`; exact |
/// | `i64` | `i64::MIN` | `4 (k + 2) × largest` at most `2^53`, `k` being the shorter side | `i64`, `i128`; exact |
/// | `f32`, `f64` | `INFINITY` when minimising, `NEG_INFINITY` when maximising | finite, at most `1e300` | `f64` |
///
/// The trait is sealed. Inside, all numbers are `f64`, which holds every integer up to `2^53` exactly; the range of
/// `i64` says how far sums may grow. Wider integers are for [`Problem`](crate::Problem), which has no such limit.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::dense::Cost;
///
/// assert_eq!(i32::FORBIDDEN, i32::MIN);
/// assert!(f64::FORBIDDEN.is_infinite());
/// ```
pub trait Cost: sealed::Element {
    /// The type of a price.
    type Price: Copy + Debug + PartialEq + PartialOrd + Default + 'static;
    /// The type of an objective.
    type Total: Copy + Debug + PartialEq + PartialOrd + Default + 'static;
    /// What stands for a forbidden pair when minimising. Integers use it for both goals; floats use the other
    /// infinity when maximising.
    const FORBIDDEN: Self;
}

pub(crate) mod sealed {
    /// What the solver needs of a number.
    pub trait Element: Copy + Debug + PartialEq + PartialOrd + Default + Send + Sync + 'static {
        /// Whether values are whole numbers by type.
        const INTEGER: bool;

        /// A number that holds the cost of any pair that is allowed, in no more bytes than that takes.
        type Kept: Copy + Debug + PartialEq + Default + Into<f64> + Send + Sync;

        /// A cost that [`load`](Self::load) has returned, not infinite.
        fn keep(cost: f64) -> Self::Kept;

        /// The cost to minimise: `INFINITY` for a forbidden pair, the negated value where `sign` is -1.
        fn load(self, sign: f64) -> f64;

        /// Turns a price into the caller's type.
        fn price(value: f64) -> <Self as super::Cost>::Price
        where
            Self: super::Cost;

        /// Adds up values in the caller's sign.
        fn total(values: impl Iterator<Item = Self>) -> <Self as super::Cost>::Total
        where
            Self: super::Cost;

        /// Adds up values that have been plain numbers.
        fn total_of(values: impl Iterator<Item = f64>) -> <Self as super::Cost>::Total
        where
            Self: super::Cost;

        /// The value as a plain number.
        fn widen(self) -> f64;

        /// The value as a whole number, if it is one of 64 bits.
        fn whole(self) -> Option<i64>;

        /// How a row's and a column's price together compare with the gain of this value, or `None` where it is
        /// forbidden. Floats within the tolerance are equal.
        fn compare_gain(
            self,
            maximise: bool,
            row: <Self as super::Cost>::Price,
            column: <Self as super::Cost>::Price,
            tolerance: f64,
        ) -> Option<Ordering>
        where
            Self: super::Cost;

        /// How a price compares with zero.
        fn compare_zero(price: <Self as super::Cost>::Price, tolerance: f64) -> Option<Ordering>
        where
            Self: super::Cost;
    }
    use std::cmp::Ordering;
    use std::fmt::Debug;
}

use sealed::Element;

macro_rules! integer {
    ($type:ty, $kept:ty) => {
        impl Element for $type {
            const INTEGER: bool = true;

            type Kept = $kept;

            #[inline(always)]
            fn keep(cost: f64) -> $kept {
                cost as $kept
            }

            #[inline(always)]
            fn load(self, sign: f64) -> f64 {
                if self == <$type>::MIN { FORBIDDEN_COST } else { self as f64 * sign }
            }

            fn price(value: f64) -> i64 {
                value as i64
            }

            fn total(values: impl Iterator<Item = Self>) -> i128 {
                values.map(i128::from).sum()
            }

            fn total_of(values: impl Iterator<Item = f64>) -> i128 {
                values.map(|value| value as i128).sum()
            }

            fn widen(self) -> f64 {
                self as f64
            }

            fn whole(self) -> Option<i64> {
                Some(i64::from(self))
            }

            fn compare_gain(self, maximise: bool, row: i64, column: i64, _: f64) -> Option<Ordering> {
                let value = i128::from(self);
                let gain = if maximise { value } else { -value };
                (self != <$type>::MIN).then(|| (i128::from(row) + i128::from(column)).cmp(&gain))
            }

            fn compare_zero(price: i64, _: f64) -> Option<Ordering> {
                Some(price.cmp(&0))
            }
        }

        impl Cost for $type {
            type Price = i64;
            type Total = i128;
            const FORBIDDEN: Self = <$type>::MIN;
        }
    };
}

macro_rules! float {
    ($type:ty) => {
        impl Element for $type {
            const INTEGER: bool = false;

            type Kept = $type;

            #[inline(always)]
            fn keep(cost: f64) -> $type {
                cost as $type
            }

            #[inline(always)]
            fn load(self, sign: f64) -> f64 {
                f64::from(self) * sign
            }

            fn price(value: f64) -> f64 {
                // Adding zero turns a negative zero into a plain one.
                value + 0.0
            }

            fn total(values: impl Iterator<Item = Self>) -> f64 {
                values.map(f64::from).sum::<f64>() + 0.0
            }

            fn total_of(values: impl Iterator<Item = f64>) -> f64 {
                values.sum::<f64>() + 0.0
            }

            fn widen(self) -> f64 {
                f64::from(self)
            }

            fn whole(self) -> Option<i64> {
                let value = f64::from(self);
                // Below 2^63 the conversion is exact; what is not a number has no fraction of 0.
                (value.fract() == 0.0 && value.abs() < 9_223_372_036_854_775_808.0).then_some(value as i64)
            }

            fn compare_gain(self, maximise: bool, row: f64, column: f64, tolerance: f64) -> Option<Ordering> {
                let value = f64::from(self);
                let gain = if maximise { value } else { -value };
                if gain == f64::NEG_INFINITY {
                    None
                } else {
                    Self::compare_zero(row + column - gain, tolerance)
                }
            }

            fn compare_zero(price: f64, tolerance: f64) -> Option<Ordering> {
                // What is not a number proves nothing.
                let order = price.partial_cmp(&0.0).unwrap_or(Ordering::Less);
                Some(if price.abs() <= tolerance { Ordering::Equal } else { order })
            }
        }

        impl Cost for $type {
            type Price = f64;
            type Total = f64;
            const FORBIDDEN: Self = <$type>::INFINITY;
        }
    };
}

integer!(i32, i32);
// Costs that do not fit are refused: see `Cost`.
integer!(i64, f64);
float!(f32);
float!(f64);

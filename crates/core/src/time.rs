//! Moments and spans of time, in whole milliseconds. The engine owns no clock: every moment is an argument.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
///
/// Accepted by the engine between [`Timestamp::MIN`] and [`Timestamp::MAX`]. A JavaScript number holds these exactly, and every
/// moment at which something that begins then may end.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The earliest moment accepted: −2^53 ms.
    pub const MIN: Timestamp = Timestamp(-(1 << 53));
    /// The latest moment accepted: a span of [`Span::MAX`] before 2^53 ms, some 285,000 years from now.
    pub const MAX: Timestamp = Timestamp((1 << 53) - Span::MAX.0);

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The moment a span later.
    pub const fn after(self, span: Span) -> Timestamp {
        Timestamp(self.0.saturating_add(span.0))
    }

    pub(crate) const fn is_valid(self) -> bool {
        self.0 >= Self::MIN.0 && self.0 <= Self::MAX.0
    }

    /// Whether something that begins at an accepted moment can end at this one: an offer made at the last moment of all
    /// ends after it.
    pub(crate) const fn is_valid_end(self) -> bool {
        self.0 >= Self::MIN.0 && self.0 <= Self::MAX.after(Span::MAX).0
    }
}

impl From<i64> for Timestamp {
    fn from(millis: i64) -> Self {
        Timestamp(millis)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A span of time: zero or more milliseconds.
///
/// In JSON a string such as `"90s"`, `"5m"`, `"8h"`, `"2d"`, `"1500ms"`, or whole milliseconds as a number. At most
/// [`Span::MAX`].
///
/// ```
/// use deskmatch::Span;
///
/// assert_eq!("5m".parse::<Span>()?, Span::minutes(5));
/// assert_eq!(Span::seconds(90).to_string(), "90s");
/// # Ok::<(), deskmatch::InvalidSpan>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// The longest span accepted: a hundred years.
    pub const MAX: Span = Span(36_525 * 86_400_000);

    const UNITS: [(&'static str, i64); 5] =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    /// A span of whole milliseconds; cut to between zero and [`Span::MAX`].
    pub const fn millis(millis: i64) -> Span {
        if millis < 0 {
            Span::ZERO
        } else if millis > Span::MAX.0 {
            Span::MAX
        } else {
            Span(millis)
        }
    }

    /// A span of whole seconds; cut to [`Span::MAX`].
    pub const fn seconds(seconds: i64) -> Span {
        Span::millis(seconds.saturating_mul(1_000))
    }

    /// A span of whole minutes; cut to [`Span::MAX`].
    pub const fn minutes(minutes: i64) -> Span {
        Span::millis(minutes.saturating_mul(60_000))
    }

    /// A span of whole hours; cut to [`Span::MAX`].
    pub const fn hours(hours: i64) -> Span {
        Span::millis(hours.saturating_mul(3_600_000))
    }

    /// A span of days of 24 hours; cut to [`Span::MAX`].
    pub const fn days(days: i64) -> Span {
        Span::millis(days.saturating_mul(86_400_000))
    }

    /// Whole milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whether the span is no time at all.
    pub const fn is_zero(&self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, size) =
            Self::UNITS.into_iter().find(|(_, size)| self.0 != 0 && self.0 % size == 0).unwrap_or(("ms", 1));
        // Two units below the largest read better in the smaller one: "90s" rather than "1m30s".
        write!(f, "{}{unit}", self.0 / size)
    }
}

/// A text that is not a span of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a span of time; write one such as `90s`, `5m`, `8h` or `2d`, of at most 36525 days")]
pub struct InvalidSpan {
    text: String,
}

impl FromStr for Span {
    type Err = InvalidSpan;

    fn from_str(text: &str) -> Result<Span, InvalidSpan> {
        let fault = || InvalidSpan { text: text.chars().take(64).collect() };
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let (_, size) = Self::UNITS.into_iter().find(|(name, _)| *name == unit).ok_or_else(fault)?;
        let number: i64 = number.parse().map_err(|_| fault())?;
        let millis = number.checked_mul(size).filter(|millis| *millis <= Span::MAX.0).ok_or_else(fault)?;
        Ok(Span(millis))
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Span;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a span of time such as \"90s\", \"5m\", \"8h\", \"2d\", or whole milliseconds")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Span, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_u64<E: de::Error>(self, millis: u64) -> Result<Span, E> {
                i64::try_from(millis)
                    .ok()
                    .filter(|millis| *millis <= Span::MAX.0)
                    .map(Span)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(millis), &self))
            }

            fn visit_i64<E: de::Error>(self, millis: i64) -> Result<Span, E> {
                u64::try_from(millis)
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(millis), &self))
                    .and_then(|millis| self.visit_u64(millis))
            }
        }
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Visitor)
        } else {
            deserializer.deserialize_str(Visitor)
        }
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A span of time: a string such as \"90s\", \"5m\", \"8h\", \"2d\", or whole milliseconds.",
            "anyOf": [
                { "type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$" },
                { "type": "integer", "minimum": 0, "maximum": Span::MAX.0 }
            ]
        })
    }
}

/// A half-open interval of time, `from` included and `to` not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// The first moment inside.
    pub from: Timestamp,
    /// The first moment after.
    pub to: Timestamp,
}

/// Intervals in which time counts, sorted and apart: business hours as plain moments.
///
/// No interval at all means that time always counts.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct IntervalTable(Vec<Interval>);

impl IntervalTable {
    /// Builds a table from intervals that are sorted and do not overlap; `None` otherwise.
    pub fn new(intervals: Vec<Interval>) -> Option<IntervalTable> {
        let table = IntervalTable(intervals);
        table.is_valid().then_some(table)
    }

    /// The intervals, in order.
    pub fn intervals(&self) -> &[Interval] {
        &self.0
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.0
            .iter()
            .all(|interval| interval.from < interval.to && interval.from.is_valid() && interval.to.is_valid())
            && self.0.windows(2).all(|pair| pair[0].to <= pair[1].from)
    }

    /// Whether the moment counts. An empty table counts always.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.0.is_empty()
            || self.0.get(self.first_ending_after(at)).is_some_and(|interval| interval.from <= at)
    }

    /// Milliseconds that count between two moments; zero if they are reversed. O(log n) plus the intervals between.
    pub fn measure(&self, from: Timestamp, to: Timestamp) -> i64 {
        if to <= from {
            return 0;
        }
        if self.0.is_empty() {
            return to.0 - from.0;
        }
        self.0[self.first_ending_after(from)..]
            .iter()
            .take_while(|interval| interval.from < to)
            .map(|interval| interval.to.min(to).0 - interval.from.max(from).0)
            .sum()
    }

    /// The first moment by which `millis` have counted since `from`; `None` if the table ends before.
    pub fn advance(&self, from: Timestamp, millis: i64) -> Option<Timestamp> {
        if self.0.is_empty() {
            return Some(Timestamp(from.0.saturating_add(millis)));
        }
        let mut left = millis.max(0);
        for interval in &self.0[self.first_ending_after(from)..] {
            let start = interval.from.max(from);
            let length = interval.to.0 - start.0;
            if left <= length {
                return Some(Timestamp(start.0 + left));
            }
            left -= length;
        }
        None
    }

    /// The next moment after `at` at which counting starts or stops.
    pub fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        let interval = self.0.get(self.first_ending_after(at))?;
        Some(if interval.from > at { interval.from } else { interval.to })
    }

    fn first_ending_after(&self, at: Timestamp) -> usize {
        self.0.partition_point(|interval| interval.to <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(pairs: &[(i64, i64)]) -> IntervalTable {
        IntervalTable::new(
            pairs.iter().map(|&(from, to)| Interval { from: from.into(), to: to.into() }).collect(),
        )
        .unwrap()
    }

    #[test]
    fn spans_are_read_in_every_unit_and_written_in_the_largest_that_fits() {
        for (text, millis) in [
            ("0ms", 0),
            ("1500ms", 1_500),
            ("90s", 90_000),
            ("5m", 300_000),
            ("8h", 28_800_000),
            ("2d", 172_800_000),
        ] {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.as_millis(), millis);
            assert_eq!(span.to_string(), text);
            assert_eq!(serde_json::from_str::<Span>(&millis.to_string()).unwrap(), span);
        }
    }

    #[test]
    fn what_is_not_a_span_is_refused() {
        for text in ["", "5", "m", "5 m", "-5m", "5.5m", "5w", "36526d", "99999999999999999999s"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
        for json in ["-1", "1.5", "null", "18446744073709551615", "true"] {
            assert!(serde_json::from_str::<Span>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn an_interval_table_measures_and_advances_only_inside() {
        let hours = table(&[(100, 200), (300, 400)]);
        assert_eq!(hours.measure(0.into(), 500.into()), 200);
        assert_eq!(hours.measure(150.into(), 350.into()), 100);
        assert_eq!(hours.measure(350.into(), 150.into()), 0);
        assert_eq!(hours.advance(150.into(), 50), Some(200.into()));
        assert_eq!(hours.advance(150.into(), 51), Some(301.into()));
        assert_eq!(hours.advance(150.into(), 151), None);
        assert!(hours.contains(100.into()) && !hours.contains(200.into()));
        assert_eq!(hours.next_change(100.into()), Some(200.into()));
        assert_eq!(hours.next_change(200.into()), Some(300.into()));
        assert_eq!(hours.next_change(400.into()), None);
    }

    #[test]
    fn an_empty_table_counts_always() {
        let always = IntervalTable::default();
        assert_eq!(always.measure(5.into(), 9.into()), 4);
        assert_eq!(always.advance(5.into(), 4), Some(9.into()));
        assert!(always.contains(0.into()));
    }

    #[test]
    fn overlapping_or_reversed_intervals_are_refused() {
        for pairs in [&[(1, 1)][..], &[(2, 1)], &[(1, 3), (2, 4)], &[(3, 4), (1, 2)]] {
            assert!(
                IntervalTable::new(
                    pairs.iter().map(|&(a, b)| Interval { from: a.into(), to: b.into() }).collect()
                )
                .is_none()
            );
        }
    }
}

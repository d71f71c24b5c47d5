//! What stands in a cell of a report.

use crate::duration::format_duration_ms;

/// Says what a figure rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basis {
    /// Read or counted from the log alone.
    Data,
    /// Follows from the simulation, and so from its model of handle times.
    Model,
    /// Measured on this machine; differs from run to run.
    Measured,
}

impl Basis {
    /// Every basis, in order of declaration.
    pub const ALL: [Basis; 3] = [Basis::Data, Basis::Model, Basis::Measured];

    /// Returns the name of this basis in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Basis::Data => "data",
            Basis::Model => "model",
            Basis::Measured => "measured",
        }
    }

    /// Returns what the name means.
    pub const fn meaning(self) -> &'static str {
        match self {
            Basis::Data => "read from the log",
            Basis::Model => "follows from the simulation, and so from its handle times",
            Basis::Measured => "measured on this machine, differs from run to run",
        }
    }
}

/// One value of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// A number of things.
    Count(u64),
    /// A duration in milliseconds.
    DurationMs(i64),
    /// A part of a whole, shown in percent.
    Share {
        /// The part in millionths of the whole.
        millionths: u32,
    },
    /// An index between 0 and 1, shown with three decimals.
    Index {
        /// The index in millionths.
        millionths: u32,
    },
    /// A number with a fraction, shown with one decimal.
    Number {
        /// The number in thousandths.
        thousandths: u64,
    },
    /// A rate.
    PerSecond(u64),
    /// A word or two.
    Text(String),
    /// No value.
    Missing,
}

impl Figure {
    /// Returns an index, or [`Figure::Missing`].
    pub fn index(millionths: Option<u32>) -> Self {
        millionths.map_or(Figure::Missing, |millionths| Figure::Index { millionths })
    }

    /// Returns a duration, or [`Figure::Missing`].
    pub fn duration_ms(duration_ms: Option<i64>) -> Self {
        duration_ms.map_or(Figure::Missing, Figure::DurationMs)
    }

    /// Returns the share of a part in a whole, or [`Figure::Missing`] where the whole is zero.
    pub fn share(part: u64, whole: u64) -> Self {
        let millionths = crate::metrics::ratio_millionths(part.into(), whole.into());
        millionths.map_or(Figure::Missing, |millionths| Figure::Share { millionths })
    }

    /// Returns the unit in JSON; `None` of a missing value.
    pub(crate) fn unit(&self) -> Option<&'static str> {
        match self {
            Figure::Count(_) => Some("count"),
            Figure::DurationMs(_) => Some("ms"),
            Figure::Share { .. } => Some("share"),
            Figure::Index { .. } => Some("index"),
            Figure::Number { .. } => Some("number"),
            Figure::PerSecond(_) => Some("per_second"),
            Figure::Text(_) => Some("text"),
            Figure::Missing => None,
        }
    }
}

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Figure::Count(count) => f.write_str(&grouped(*count)),
            Figure::DurationMs(duration_ms) => f.write_str(&format_duration_ms(*duration_ms)),
            Figure::Share { millionths } => {
                let tenths = (u64::from(*millionths) + 500) / 1_000;
                write!(f, "{}.{} %", tenths / 10, tenths % 10)
            }
            Figure::Index { millionths } => {
                let thousandths = (u64::from(*millionths) + 500) / 1_000;
                write!(f, "{}.{:03}", thousandths / 1_000, thousandths % 1_000)
            }
            Figure::Number { thousandths } => {
                let tenths = thousandths.saturating_add(50) / 100;
                write!(f, "{}.{}", grouped(tenths / 10), tenths % 10)
            }
            Figure::PerSecond(rate) => write!(f, "{}/s", grouped(*rate)),
            Figure::Text(text) => f.write_str(text),
            Figure::Missing => f.write_str("-"),
        }
    }
}

/// Writes a number with a comma before each group of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_for_people() {
        for (figure, expected) in [
            (Figure::Count(1_234_567), "1,234,567"),
            (Figure::Count(999), "999"),
            (Figure::share(544, 1_000), "54.4 %"),
            (Figure::share(1, 0), "-"),
            (Figure::index(Some(719_500)), "0.720"),
            (Figure::index(None), "-"),
            (Figure::Number { thousandths: 94_250 }, "94.3"),
            (Figure::PerSecond(1_000_000), "1,000,000/s"),
            (Figure::duration_ms(Some(61_000)), "1m 1s"),
            (Figure::Number { thousandths: u64::MAX }, "18,446,744,073,709,551.6"),
        ] {
            assert_eq!(figure.to_string(), expected);
        }
    }
}

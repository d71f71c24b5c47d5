//! Durations as people write them.

use crate::error::{Error, ErrorKind, quotable};

const UNITS_MS: [(&str, i64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Reads a duration such as `20m`, `90s`, `1h30m`, `2d` or `500ms` as milliseconds.
///
/// The units are `d`, `h`, `m`, `s` and `ms`, each with a whole number before it; blanks between the parts are allowed.
///
/// # Errors
///
/// [`ErrorKind::InvalidModel`] where the text is not such a duration or exceeds an `i64` of milliseconds.
///
/// ```
/// use deskmatch_sim::parse_duration_ms;
///
/// assert_eq!(parse_duration_ms("1h 30m")?, 5_400_000);
/// assert!(parse_duration_ms("soon").is_err());
/// # Ok::<(), deskmatch_sim::Error>(())
/// ```
pub fn parse_duration_ms(text: &str) -> Result<i64, Error> {
    checked(text.trim()).ok_or_else(|| {
        let shown = quotable(text);
        Error::new(
            ErrorKind::InvalidModel,
            format!("cannot read the duration `{shown}`; write it as in `20m`, `90s` or `1h30m`"),
        )
    })
}

fn checked(text: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut rest = text;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, tail) = rest.split_at_checked(digits)?;
        let letters = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let (unit, tail) = tail.split_at_checked(letters)?;
        let (_, unit_ms) = UNITS_MS.iter().find(|(name, _)| *name == unit)?;
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(*unit_ms)?)?;
        rest = tail.trim_start();
    }
    Some(total)
}

/// Writes a duration in its two largest units, rounded down: `45s`, `12m 30s`, `3h 5m`, `2d 4h`.
///
/// Below a second it writes milliseconds. What has one unit only is written with that alone, so that every text
/// written here is read back by [`parse_duration_ms`].
///
/// ```
/// use deskmatch_sim::format_duration_ms;
///
/// assert_eq!(format_duration_ms(11_100_000), "3h 5m");
/// assert_eq!(format_duration_ms(0), "0s");
/// ```
pub fn format_duration_ms(duration_ms: i64) -> String {
    let sign = if duration_ms < 0 { "-" } else { "" };
    let duration = duration_ms.unsigned_abs();
    if duration == 0 {
        return "0s".to_owned();
    }
    if duration < 1_000 {
        return format!("{sign}{duration}ms");
    }
    const STEPS: [(&str, u64); 4] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let first = STEPS.iter().position(|(_, unit_ms)| duration >= *unit_ms).unwrap_or(STEPS.len() - 1);
    let (name, unit_ms) = STEPS[first];
    let mut text = format!("{sign}{}{name}", duration / unit_ms);
    if let Some((name, smaller_ms)) = STEPS.get(first + 1) {
        let part = duration % unit_ms / smaller_ms;
        if part > 0 {
            text.push_str(&format!(" {part}{name}"));
        }
    }
    text
}

/// Writes a moment, given in milliseconds since 1970 UTC, to the second: `2016-02-29 01:16:05 UTC`.
///
/// Seconds are left out where they are zero. A moment beyond the years -9999 to 9999 is written in milliseconds.
///
/// ```
/// use deskmatch_sim::format_moment_ms;
///
/// assert_eq!(format_moment_ms(1_456_708_565_000), "2016-02-29 01:16:05 UTC");
/// assert_eq!(format_moment_ms(0), "1970-01-01 00:00 UTC");
/// ```
pub fn format_moment_ms(at_ms: i64) -> String {
    let form = if at_ms.rem_euclid(60_000) < 1_000 { "%Y-%m-%d %H:%M UTC" } else { "%Y-%m-%d %H:%M:%S UTC" };
    match jiff::Timestamp::from_millisecond(at_ms) {
        Ok(at) => at.strftime(form).to_string(),
        Err(_) => format!("{at_ms} ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_every_unit() {
        for (text, expected_ms) in [("20m", 1_200_000), ("90s", 90_000), ("1d 2h", 93_600_000), ("7ms", 7)] {
            assert_eq!(parse_duration_ms(text).unwrap(), expected_ms, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_duration_is_refused() {
        for text in ["", "m", "5", "-5m", "5 m", "1.5h", "9223372036854775807d", "5µs", "５m"] {
            assert!(parse_duration_ms(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_are_written_in_two_units() {
        for (duration_ms, expected) in [
            (999, "999ms"),
            (1_000, "1s"),
            (750_000, "12m 30s"),
            (86_400_000, "1d"),
            (-61_000, "-1m 1s"),
            (i64::MAX, "106751991167d 7h"),
        ] {
            assert_eq!(format_duration_ms(duration_ms), expected);
        }
    }
}

//! Times as exports write them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, ErrorKind, quotable};

/// Says how a column writes its times. A mapping lists the formats to try, in order.
///
/// **A time without a zone is read as UTC.** Hours and minutes may be missing (midnight), seconds and fractions may be
/// there or not; fractions below a millisecond are dropped. Two-digit years below 69 are in this century.
///
/// | name | reads |
/// |---|---|
/// | `iso` | `2016-02-29T01:16:00Z`, `2016-02-29 01:16`, `2016-02-29 01:16:00.5 +0100`, `... UTC`: RFC 3339, ServiceNow's default, Zendesk |
/// | `dmy` | `29/2/2016 01:16`, `29-02-2016 01:16:00`, `29.2.16 1:16 PM` |
/// | `mdy` | `2/29/2016 01:16`, `2/29/16 1:16 PM` |
/// | `jira` | `29/Feb/16 1:16 AM`, `29 Feb 2016 01:16`: English month names |
/// | `epoch` | seconds since 1970, or milliseconds from 10^11 on; fractions allowed |
/// | `epoch_s`, `epoch_ms` | seconds, milliseconds since 1970 |
/// | any text with `%` | a pattern as of `strptime`, such as `%d.%m.%Y %H:%M` |
///
/// Whether `3/4/2016` is in March or April no reader can tell, so a mapping has to say `dmy` or `mdy`; the default is
/// `iso`, `jira`, `epoch`, which leave no doubt.
///
/// ```
/// use deskmatch_sim::TimeFormat;
///
/// let day_first = TimeFormat::from_name("dmy").unwrap();
/// assert_eq!(day_first.parse_ms("1/1/1970 00:01"), Some(60_000));
/// assert_eq!(TimeFormat::Iso.parse_ms("1970-01-01T01:00:00+01:00"), Some(0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeFormat {
    /// `iso`: year, month, day, as in RFC 3339 and the like.
    Iso,
    /// `dmy`: day, month, year, in digits.
    DayFirst,
    /// `mdy`: month, day, year, in digits.
    MonthFirst,
    /// `jira`: day, name of the month, year.
    Jira,
    /// `epoch`: seconds since 1970, or milliseconds where the number is 10^11 or more.
    Epoch,
    /// `epoch_s`: seconds since 1970.
    EpochSeconds,
    /// `epoch_ms`: milliseconds since 1970.
    EpochMilliseconds,
    /// A pattern as of `strptime`.
    Pattern(String),
}

impl TimeFormat {
    /// Returns the formats that are tried where a mapping names none.
    pub fn defaults() -> Vec<TimeFormat> {
        vec![TimeFormat::Iso, TimeFormat::Jira, TimeFormat::Epoch]
    }

    /// Returns the format of that name, or the pattern that the text is.
    pub fn from_name(name: &str) -> Option<TimeFormat> {
        match name {
            "iso" => Some(TimeFormat::Iso),
            "dmy" => Some(TimeFormat::DayFirst),
            "mdy" => Some(TimeFormat::MonthFirst),
            "jira" => Some(TimeFormat::Jira),
            "epoch" => Some(TimeFormat::Epoch),
            "epoch_s" => Some(TimeFormat::EpochSeconds),
            "epoch_ms" => Some(TimeFormat::EpochMilliseconds),
            pattern if pattern.contains('%') => Some(TimeFormat::Pattern(pattern.to_owned())),
            _ => None,
        }
    }

    /// Returns the name of this format, or its pattern.
    pub fn name(&self) -> &str {
        match self {
            TimeFormat::Iso => "iso",
            TimeFormat::DayFirst => "dmy",
            TimeFormat::MonthFirst => "mdy",
            TimeFormat::Jira => "jira",
            TimeFormat::Epoch => "epoch",
            TimeFormat::EpochSeconds => "epoch_s",
            TimeFormat::EpochMilliseconds => "epoch_ms",
            TimeFormat::Pattern(pattern) => pattern,
        }
    }

    /// Reads a text as milliseconds since 1970 UTC, or returns `None` where it is not in this format.
    pub fn parse_ms(&self, text: &str) -> Option<i64> {
        let text = text.trim();
        match self {
            TimeFormat::Iso => iso(text),
            TimeFormat::DayFirst => digits(text, true),
            TimeFormat::MonthFirst => digits(text, false),
            TimeFormat::Jira => named_month(text),
            // Seconds reach the number of 10^11 in the year 5138.
            TimeFormat::Epoch => epoch(text, 1).and_then(|whole| {
                let is_seconds = whole.unsigned_abs() < 100_000_000_000;
                epoch(text, if is_seconds { 1_000 } else { 1 })
            }),
            TimeFormat::EpochSeconds => epoch(text, 1_000),
            TimeFormat::EpochMilliseconds => epoch(text, 1),
            TimeFormat::Pattern(pattern) => strptime(pattern, text),
        }
    }

    pub(crate) fn unknown(name: &str) -> Error {
        Error::new(
            ErrorKind::InvalidMapping,
            format!(
                "unknown time format `{}`; use iso, dmy, mdy, jira, epoch, epoch_s, epoch_ms or a pattern such as `%d.%m.%Y %H:%M`",
                quotable(name)
            ),
        )
    }
}

impl Serialize for TimeFormat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for TimeFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        TimeFormat::from_name(&name)
            .ok_or_else(|| serde::de::Error::custom(TimeFormat::unknown(&name).message()))
    }
}

/// Reads bytes one by one, going forward only over what fits.
struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text.as_bytes() }
    }

    fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn take(&mut self, any_of: &[u8]) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        any_of.contains(first).then(|| {
            self.rest = rest;
            *first
        })
    }

    fn skip_blanks(&mut self) {
        while self.take(b" ").is_some() {}
    }

    /// Takes a number of one to `digits_max` digits.
    fn number(&mut self, digits_max: usize) -> Option<(i32, usize)> {
        let mut value: i32 = 0;
        let mut count = 0;
        while count < digits_max {
            let Some(digit) = self.take(b"0123456789") else { break };
            value = value.checked_mul(10)?.checked_add(i32::from(digit - b'0'))?;
            count += 1;
        }
        (count > 0).then_some((value, count))
    }

    /// Takes a number of one or two digits.
    fn two(&mut self) -> Option<i8> {
        self.number(2).and_then(|(value, _)| i8::try_from(value).ok())
    }

    /// Takes a year of two or four digits.
    fn year(&mut self) -> Option<i16> {
        let (value, count) = self.number(4)?;
        match (count, value) {
            (4, _) => i16::try_from(value).ok(),
            (2, 0..69) => i16::try_from(2000 + value).ok(),
            (2, _) => i16::try_from(1900 + value).ok(),
            _ => None,
        }
    }

    /// Takes a time of day, `H:M[:S[.fraction]] [AM|PM]`.
    fn time_of_day(&mut self) -> Option<Time> {
        let mut hour = self.two()?;
        self.take(b":")?;
        let minute = self.two()?;
        let mut second = 0;
        let mut nanos = 0;
        if self.take(b":").is_some() {
            second = self.two()?;
            if self.take(b".,").is_some() {
                let (value, count) = self.number(9)?;
                nanos = value.checked_mul(10_i32.checked_pow(9 - u32::try_from(count).ok()?)?)?;
                while self.take(b"0123456789").is_some() {}
            }
        }
        let before_half_day = self.rest;
        self.skip_blanks();
        if let Some(letter) = self.take(b"aApP") {
            self.take(b"mM")?;
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if letter.eq_ignore_ascii_case(&b'p') { 12 } else { 0 };
        } else {
            self.rest = before_half_day;
        }
        // A leap second is read as the second before it.
        Time::new(hour, minute, second.min(59), nanos).ok().filter(|_| second <= 60)
    }

    /// Takes an offset from UTC: `Z`, `UTC`, `GMT`, `+01:00`, `-0800`, `+01`.
    fn offset(&mut self) -> Option<Offset> {
        for name in ["Z", "z", "UTC", "GMT"] {
            if let Some(rest) = self.rest.strip_prefix(name.as_bytes()) {
                self.rest = rest;
                return Some(Offset::UTC);
            }
        }
        let sign = if self.take(b"+-")? == b'-' { -1 } else { 1 };
        let hours = self.two()?;
        self.take(b":");
        let minutes = self.two().unwrap_or(0);
        if hours > 25 || minutes > 59 {
            return None;
        }
        Offset::from_seconds(sign * (i32::from(hours) * 3_600 + i32::from(minutes) * 60)).ok()
    }

    /// Reads the rest after a date as time of day and offset, each of which may be missing.
    fn finish(mut self, date: Date) -> Option<i64> {
        let mut time = Time::midnight();
        let mut offset = Offset::UTC;
        if self.take(b"Tt").is_some() {
            time = self.time_of_day()?;
        } else if !self.is_at_end() {
            self.take(b" ,")?;
            self.skip_blanks();
            time = self.time_of_day()?;
        }
        self.skip_blanks();
        if !self.is_at_end() {
            offset = self.offset()?;
        }
        self.is_at_end().then_some(())?;
        to_ms(DateTime::from_parts(date, time), offset)
    }
}

fn to_ms(datetime: DateTime, offset: Offset) -> Option<i64> {
    Some(offset.to_timestamp(datetime).ok()?.as_millisecond())
}

fn iso(text: &str) -> Option<i64> {
    let mut cursor = Cursor::new(text);
    let (year, count) = cursor.number(4)?;
    cursor.take(b"-")?;
    let month = cursor.two()?;
    cursor.take(b"-")?;
    let day = cursor.two()?;
    let date = Date::new(i16::try_from(year).ok()?, month, day).ok().filter(|_| count == 4)?;
    cursor.finish(date)
}

fn digits(text: &str, day_first: bool) -> Option<i64> {
    let mut cursor = Cursor::new(text);
    let first = cursor.two()?;
    let separator = cursor.take(b"/-.")?;
    let second = cursor.two()?;
    cursor.take(&[separator])?;
    let year = cursor.year()?;
    let (day, month) = if day_first { (first, second) } else { (second, first) };
    cursor.finish(Date::new(year, month, day).ok()?)
}

fn named_month(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let mut cursor = Cursor::new(text);
    let day = cursor.two()?;
    let separator = cursor.take(b"/- ")?;
    let (name, rest) = cursor.rest.split_at_checked(3)?;
    let month = MONTHS.iter().position(|month| month.as_bytes().eq_ignore_ascii_case(name))?;
    cursor.rest = rest;
    cursor.take(&[separator])?;
    let year = cursor.year()?;
    cursor.finish(Date::new(year, i8::try_from(month + 1).ok()?, day).ok()?)
}

/// Reads a decimal number of units as milliseconds.
fn epoch(text: &str, unit_ms: i64) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: i64 = whole.parse().ok()?;
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || text.ends_with('.') {
        return None;
    }
    let mut part_ms = 0;
    let mut place_ms = unit_ms;
    for digit in fraction.bytes() {
        place_ms /= 10;
        part_ms += place_ms * i64::from(digit - b'0');
    }
    let part_ms = if text.starts_with('-') { -part_ms } else { part_ms };
    let ms = whole.checked_mul(unit_ms)?.checked_add(part_ms)?;
    // What no calendar holds is a wrong column, not a time.
    jiff::Timestamp::from_millisecond(ms).ok().map(|timestamp| timestamp.as_millisecond())
}

fn strptime(pattern: &str, text: &str) -> Option<i64> {
    let parts = jiff::fmt::strtime::parse(pattern, text).ok()?;
    if parts.offset().is_some() {
        return parts.to_timestamp().ok().map(|timestamp| timestamp.as_millisecond());
    }
    let datetime = parts.to_datetime().or_else(|_| parts.to_date().map(|date| date.at(0, 0, 0, 0))).ok()?;
    to_ms(datetime, Offset::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 29 February 2016, 01:16 UTC.
    const LEAP_DAY_MS: i64 = 1_456_708_560_000;

    #[test]
    fn the_same_moment_is_read_in_every_format() {
        for (format, text) in [
            ("dmy", "29/2/2016 01:16"),
            ("dmy", "29-02-2016 01:16:00"),
            ("dmy", "29.2.16 1:16 AM"),
            ("mdy", "2/29/2016 01:16"),
            ("mdy", "02/29/16 1:16:00 am"),
            ("iso", "2016-02-29 01:16:00"),
            ("iso", "2016-02-29T01:16:00Z"),
            ("iso", "2016-02-29T02:16:00.000+01:00"),
            ("iso", "2016-02-28 17:16:00 -0800"),
            ("iso", "2016-02-29 01:16 UTC"),
            ("jira", "29/Feb/16 1:16 AM"),
            ("jira", "29 feb 2016 01:16"),
            ("epoch", "1456708560"),
            ("epoch", "1456708560000"),
            ("epoch", "1456708560.0"),
            ("epoch_s", "1456708560"),
            ("epoch_ms", "1456708560000"),
            ("%d|%m|%Y %H.%M", "29|02|2016 01.16"),
            ("%Y%m%dT%H%M%S%z", "20160229T021600+0100"),
        ] {
            let format = TimeFormat::from_name(format).unwrap();
            assert_eq!(format.parse_ms(text), Some(LEAP_DAY_MS), "{} {text}", format.name());
        }
    }

    #[test]
    fn noon_and_midnight_are_told_apart() {
        let at = |text| TimeFormat::Jira.parse_ms(text).unwrap();
        assert_eq!(at("01/Jan/70 12:00 AM"), 0);
        assert_eq!(at("01/Jan/70 12:00 PM"), 43_200_000);
        assert_eq!(at("01/Jan/70 11:59 PM"), 86_340_000);
        assert_eq!(TimeFormat::Jira.parse_ms("01/Jan/70 13:00 PM"), None);
    }

    #[test]
    fn a_date_alone_is_its_midnight() {
        assert_eq!(TimeFormat::Iso.parse_ms("1970-01-02"), Some(86_400_000));
        assert_eq!(TimeFormat::Pattern("%d.%m.%Y".into()).parse_ms("02.01.1970"), Some(86_400_000));
    }

    #[test]
    fn fractions_of_seconds_count_to_the_millisecond() {
        assert_eq!(TimeFormat::Iso.parse_ms("1970-01-01T00:00:00.0459999999999Z"), Some(45));
        assert_eq!(TimeFormat::EpochSeconds.parse_ms("1.0459"), Some(1_045));
        assert_eq!(TimeFormat::EpochSeconds.parse_ms("-1.5"), Some(-1_500));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "?",
            "29/2/2015 01:16",
            "32/1/2016",
            "2016-13-01",
            "2016-02-29 24:00",
            "2016-02-29 01:61",
            "2016-02-29T",
            "2016-02-29 01:16 CET",
            "2016-02-29 01:16 +99:00",
            "16-2-2-9",
            "1/2/3",
            "29/Fev/16 1:16",
            "1e9",
            "NaN",
            "99999999999999999999",
            "9223372036854775807",
            "--1",
            "1.",
            "2016-02-29 01:16 x",
            "٢٩/٢/٢٠١٦",
        ] {
            for format in TimeFormat::defaults().into_iter().chain([TimeFormat::DayFirst]) {
                assert_eq!(format.parse_ms(text), None, "{} {text}", format.name());
            }
        }
    }

    #[test]
    fn two_digit_years_turn_over_at_69() {
        assert_eq!(TimeFormat::DayFirst.parse_ms("1/1/69"), Some(-365 * 86_400_000));
        assert!(TimeFormat::DayFirst.parse_ms("1/1/68") > Some(LEAP_DAY_MS));
    }
}

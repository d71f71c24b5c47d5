//! How long a ticket's work takes: data where the log says it, a stated model where it does not.
//!
//! Few logs hold work times: most hold when a ticket was opened and when it was resolved, and the time between is mostly
//! waiting. So a simulation has to assume how long the work takes, and every figure about waiting depends on that. A
//! [`HandleTimeModel`] says what it assumes ([`describe`](HandleTimeModel::describe)), and which tickets it had to
//! assume it for.
//!
//! A drawn time depends on the seed and the ticket's id alone, by the hash XXH3: not on the order of tickets, on the
//! policy, or on the platform. All arithmetic is in integers.

use std::fmt;
use std::str::FromStr;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::duration::{format_duration_ms, parse_duration_ms};
use crate::error::{Error, ErrorKind, quotable};
use crate::fixed_point::{minus_ln_of_share, normal_quantile, scaled_exp};
use crate::log::{LoggedTicket, TicketLog};

const MILLION: i64 = 1_000_000;

/// Says how handle times are spread.
///
/// | text | means |
/// |---|---|
/// | `fixed:20m` | always 20 minutes |
/// | `exponential:20m` | exponential with that mean |
/// | `lognormal:20m,1.0` | log-normal with that median and that standard deviation of the logarithm, 0 to 4 |
///
/// Durations are 1 ms to 30 days. The default is `lognormal:20m,1.0`: handle times of service desks are skewed to the
/// right and close to log-normal (Brown et al., Statistical Analysis of a Telephone Call Center, JASA 100, 2005). Median
/// and spread are a guess at a technical desk; put what you know of yours in their place.
///
/// ```
/// use deskmatch_sim::Distribution;
///
/// let distribution: Distribution = "lognormal:8m,0.75".parse()?;
/// assert_eq!(distribution.to_string(), "lognormal:8m,0.75");
/// assert_eq!(Distribution::default().to_string(), "lognormal:20m,1.0");
/// # Ok::<(), deskmatch_sim::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// Every ticket takes the same time.
    Fixed {
        /// That time in milliseconds.
        duration_ms: i64,
    },
    /// Exponential times: most are short, memoryless.
    Exponential {
        /// The mean in milliseconds.
        mean_ms: i64,
    },
    /// Log-normal times: the logarithm is normal.
    LogNormal {
        /// The median in milliseconds.
        median_ms: i64,
        /// The standard deviation of the logarithm, in millionths.
        sigma_millionths: i64,
    },
}

impl Default for Distribution {
    fn default() -> Self {
        Distribution::LogNormal { median_ms: 20 * 60_000, sigma_millionths: MILLION }
    }
}

impl Distribution {
    /// The longest time that is stated or drawn: 30 days in milliseconds. What is drawn beyond it is cut to it.
    pub const MAX_MS: i64 = 30 * 86_400_000;

    /// Returns the time at a share `u / 2^64` of the distribution, in milliseconds: at least 1, at most
    /// [`MAX_MS`](Self::MAX_MS). It does not fall as `u` grows, except within the error of the normal quantile (0.00045).
    ///
    /// ```
    /// use deskmatch_sim::Distribution;
    ///
    /// let median_ms = Distribution::default().at_share_ms(1 << 63);
    /// assert_eq!(median_ms, 20 * 60_000);
    /// ```
    pub fn at_share_ms(&self, u: u64) -> i64 {
        let drawn_ms = match *self {
            Distribution::Fixed { duration_ms } => duration_ms,
            // The share above `u` is as good a share, and makes the time grow with `u`.
            Distribution::Exponential { mean_ms } => {
                ((i128::from(mean_ms) * i128::from(minus_ln_of_share(!u))) >> 32) as i64
            }
            Distribution::LogNormal { median_ms, sigma_millionths } => {
                let exponent =
                    i128::from(normal_quantile(u)) * i128::from(sigma_millionths) / i128::from(MILLION);
                let scale = u64::try_from(median_ms).unwrap_or_default();
                i64::try_from(scaled_exp(scale, exponent as i64)).unwrap_or(Self::MAX_MS)
            }
        };
        drawn_ms.clamp(1, Self::MAX_MS)
    }

    /// Returns the mean in milliseconds, without the cut at [`MAX_MS`](Self::MAX_MS).
    pub fn mean_ms(&self) -> i64 {
        match *self {
            Distribution::Fixed { duration_ms } => duration_ms,
            Distribution::Exponential { mean_ms } => mean_ms,
            Distribution::LogNormal { median_ms, sigma_millionths } => {
                // The mean is median * e^(sigma^2 / 2).
                let half_square =
                    (i128::from(sigma_millionths).pow(2) << 32) / (2 * i128::from(MILLION).pow(2));
                let scale = u64::try_from(median_ms).unwrap_or_default();
                i64::try_from(scaled_exp(scale, half_square as i64)).unwrap_or(i64::MAX)
            }
        }
    }

    fn in_words(&self) -> String {
        match *self {
            Distribution::Fixed { duration_ms } => format!("always {}", format_duration_ms(duration_ms)),
            Distribution::Exponential { mean_ms } => {
                format!("exponential, mean {}", format_duration_ms(mean_ms))
            }
            Distribution::LogNormal { median_ms, sigma_millionths } => format!(
                "log-normal, median {}, sigma {}, mean {}",
                format_duration_ms(median_ms),
                decimal(sigma_millionths),
                format_duration_ms(self.mean_ms()),
            ),
        }
    }
}

/// Writes millionths with at least one and no needless decimals.
fn decimal(millionths: i64) -> String {
    let text = format!("{}.{:06}", millionths / MILLION, millionths % MILLION);
    let short = text.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
}

/// Writes a duration so that no millisecond is lost.
fn exact(duration_ms: i64) -> String {
    let short = format_duration_ms(duration_ms).replace(' ', "");
    match parse_duration_ms(&short) {
        Ok(same) if same == duration_ms => short,
        _ => format!("{duration_ms}ms"),
    }
}

impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Distribution::Fixed { duration_ms } => write!(f, "fixed:{}", exact(duration_ms)),
            Distribution::Exponential { mean_ms } => write!(f, "exponential:{}", exact(mean_ms)),
            Distribution::LogNormal { median_ms, sigma_millionths } => {
                write!(f, "lognormal:{},{}", exact(median_ms), decimal(sigma_millionths))
            }
        }
    }
}

impl FromStr for Distribution {
    type Err = Error;

    /// Reads a distribution as its table shows it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] with what was expected.
    fn from_str(text: &str) -> Result<Self, Error> {
        let (name, parameters) = text.split_once(':').ok_or_else(|| unknown(text))?;
        match name.trim() {
            "fixed" => Ok(Distribution::Fixed { duration_ms: in_range(parameters)? }),
            "exponential" => Ok(Distribution::Exponential { mean_ms: in_range(parameters)? }),
            "lognormal" => {
                let (median, sigma) = parameters.split_once(',').ok_or_else(|| unknown(text))?;
                let sigma_millionths = parse_sigma(sigma.trim()).ok_or_else(|| {
                    let shown = quotable(sigma);
                    invalid(format!("sigma is a decimal from 0 to 4, not `{shown}`"))
                })?;
                Ok(Distribution::LogNormal { median_ms: in_range(median)?, sigma_millionths })
            }
            _ => Err(unknown(text)),
        }
    }
}

fn in_range(text: &str) -> Result<i64, Error> {
    let duration_ms = parse_duration_ms(text)?;
    if (1..=Distribution::MAX_MS).contains(&duration_ms) {
        return Ok(duration_ms);
    }
    Err(invalid(format!("a handle time is 1ms to 30d, not `{}`", quotable(text))))
}

fn parse_sigma(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !is_number || whole.is_empty() || fraction.len() > 6 {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|whole| *whole <= 4)?;
    let part: i64 = format!("{fraction:0<6}").parse().ok()?;
    Some(whole * MILLION + part).filter(|sigma| *sigma <= 4 * MILLION)
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidModel, message)
}

fn unknown(text: &str) -> Error {
    let shown = quotable(text);
    invalid(format!(
        "unknown handle time `{shown}`; write `fixed:20m`, `exponential:20m` or `lognormal:20m,1.0`"
    ))
}

/// Says where a handle time comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HandleTimeSource {
    /// The log has a column of handle times.
    Logged,
    /// The log has when the work started, and the ticket was resolved after that.
    StartedToResolved,
    /// The model drew it.
    Model,
}

/// How long a ticket's work takes, and who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandleTime {
    /// The time in milliseconds, at least 1.
    pub duration_ms: i64,
    /// Where it comes from.
    pub source: HandleTimeSource,
}

/// Gives every ticket a handle time.
///
/// Data goes first: the log's handle time, else the time from the start of work to the resolution; a time of zero
/// counts as not recorded, as exports write it. Else the model draws one for the ticket's id.
///
/// ```
/// use deskmatch_sim::{HandleTimeModel, HandleTimeSource, LogReader, Mapping};
///
/// let csv = "Issue key,Created,Resolved,Time Spent\n\
///            DESK-1,29/Feb/16 9:00 AM,29/Feb/16 5:00 PM,1800\n\
///            DESK-2,29/Feb/16 9:05 AM,,\n";
/// let log = LogReader::new(Mapping::jira()).read(csv.as_bytes())?;
/// let model = HandleTimeModel::new("exponential:15m".parse()?, 7);
///
/// let logged = model.for_ticket(&log.ticket(0).unwrap());
/// assert_eq!((logged.duration_ms, logged.source), (30 * 60_000, HandleTimeSource::Logged));
/// let drawn = model.for_ticket(&log.ticket(1).unwrap());
/// assert_eq!(drawn.duration_ms, model.draw_ms("DESK-2"));
/// # Ok::<(), deskmatch_sim::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HandleTimeModel {
    distribution: Distribution,
    seed: u64,
}

impl HandleTimeModel {
    /// Creates a model. The default one is the default [`Distribution`] with seed 0.
    pub fn new(distribution: Distribution, seed: u64) -> Self {
        Self { distribution, seed }
    }

    /// Returns how drawn times are spread.
    pub fn distribution(&self) -> Distribution {
        self.distribution
    }

    /// Returns the seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Draws the time of a ticket in milliseconds: always the same for the same seed and id.
    pub fn draw_ms(&self, id: &str) -> i64 {
        self.distribution.at_share_ms(xxh3_64_with_seed(id.as_bytes(), self.seed))
    }

    /// Returns the time of a logged ticket: data where there is some, else drawn.
    ///
    /// Times of the log are cut to [`Distribution::MAX_MS`] too.
    pub fn for_ticket(&self, ticket: &LoggedTicket<'_>) -> HandleTime {
        let cut = |duration_ms: i64| duration_ms.min(Distribution::MAX_MS);
        if let Some(duration_ms) = ticket.handle_time_ms().filter(|duration_ms| *duration_ms > 0) {
            return HandleTime { duration_ms: cut(duration_ms), source: HandleTimeSource::Logged };
        }
        let span_ms =
            ticket.resolved_ms().zip(ticket.started_ms()).map(|(end, start)| end.saturating_sub(start));
        if let Some(duration_ms) = span_ms.filter(|span_ms| *span_ms > 0) {
            return HandleTime { duration_ms: cut(duration_ms), source: HandleTimeSource::StartedToResolved };
        }
        HandleTime { duration_ms: self.draw_ms(ticket.id()), source: HandleTimeSource::Model }
    }

    /// Says in one line what of the handle times of a log is data and what is model, and which model.
    ///
    /// ```
    /// use deskmatch_sim::{HandleTimeModel, LogReader, Mapping};
    ///
    /// let log = LogReader::new(Mapping::servicenow()).read("number,opened_at\nT-1,1/3/2016 09:00\n".as_bytes())?;
    /// assert_eq!(
    ///     HandleTimeModel::default().describe(&log),
    ///     "handle time is a model: log-normal, median 20m, sigma 1.0, mean 32m 58s, drawn per ticket id with seed 0; \
    ///      the log has no work times",
    /// );
    /// # Ok::<(), deskmatch_sim::Error>(())
    /// ```
    pub fn describe(&self, log: &TicketLog) -> String {
        let (mut logged, mut spans) = (0_usize, 0_usize);
        for ticket in log.iter() {
            match self.for_ticket(&ticket).source {
                HandleTimeSource::Logged => logged += 1,
                HandleTimeSource::StartedToResolved => spans += 1,
                HandleTimeSource::Model => {}
            }
        }
        let total = log.len();
        let model = format!("{}, drawn per ticket id with seed {}", self.distribution.in_words(), self.seed);
        if logged + spans == 0 {
            return format!("handle time is a model: {model}; the log has no work times");
        }
        let mut sources = Vec::new();
        if logged > 0 {
            sources.push(format!("logged for {logged}"));
        }
        if spans > 0 {
            sources.push(format!("start of work to resolution for {spans}"));
        }
        let data = format!("handle time is data ({}) of {total} tickets", sources.join(", "));
        if logged + spans == total {
            return data;
        }
        format!("{data}, and a model for {}: {model}", total - logged - spans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_and_median(distribution: &str) -> (i64, i64) {
        let model = HandleTimeModel::new(distribution.parse().unwrap(), 11);
        let mut drawn: Vec<i64> = (0..100_000).map(|n| model.draw_ms(&format!("T-{n}"))).collect();
        drawn.sort_unstable();
        (drawn.iter().sum::<i64>() / 100_000, drawn[50_000])
    }

    #[test]
    fn drawn_times_have_the_stated_mean_and_median() {
        assert_eq!(mean_and_median("fixed:20m"), (1_200_000, 1_200_000));
        let (mean, median) = mean_and_median("exponential:20m");
        assert!((mean - 1_200_000).abs() < 15_000, "{mean}");
        assert!((median - 831_777).abs() < 15_000, "{median}");
        let (mean, median) = mean_and_median("lognormal:20m,1.0");
        assert!((mean - 1_978_466).abs() < 40_000, "{mean}");
        assert!((median - 1_200_000).abs() < 20_000, "{median}");
    }

    #[test]
    fn a_draw_is_fixed_for_all_time_and_platforms() {
        const GOLDEN_MS: [i64; 3] = [657_593, 1_403_447, 472_948];
        // Written down once; a change of these numbers changes every published figure.
        let model = HandleTimeModel::default();
        assert_eq!(["INC0000045", "T-1", ""].map(|id| model.draw_ms(id)), GOLDEN_MS);
    }

    #[test]
    fn another_seed_draws_another_time() {
        let distribution = Distribution::default();
        let (a, b) = (HandleTimeModel::new(distribution, 1), HandleTimeModel::new(distribution, 2));
        assert_ne!(a.draw_ms("T-1"), b.draw_ms("T-1"));
        assert_eq!(a.draw_ms("T-1"), a.draw_ms("T-1"));
    }

    #[test]
    fn times_grow_with_the_share() {
        for text in ["exponential:20m", "lognormal:20m,1.0", "lognormal:20m,4", "lognormal:30d,4"] {
            let distribution: Distribution = text.parse().unwrap();
            let times: Vec<i64> = (0..64_u64).map(|n| distribution.at_share_ms(n << 58 | 1 << 57)).collect();
            assert!(times.windows(2).all(|pair| pair[0] <= pair[1]), "{text} {times:?}");
            for extreme in [0, 1, u64::MAX] {
                assert!((1..=Distribution::MAX_MS).contains(&distribution.at_share_ms(extreme)), "{text}");
            }
        }
    }

    #[test]
    fn a_written_distribution_reads_back_the_same() {
        for text in [
            "fixed:20m",
            "fixed:1d1h",
            "exponential:90061001ms",
            "lognormal:1h30m,0.000001",
            "lognormal:5s,4.0",
        ] {
            let distribution: Distribution = text.parse().unwrap();
            assert_eq!(distribution.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_distribution_is_refused() {
        for text in [
            "",
            "20m",
            "fixed",
            "fixed:",
            "fixed:0s",
            "fixed:31d",
            "normal:20m",
            "lognormal:20m",
            "lognormal:20m,5",
            "lognormal:20m,-1",
            "lognormal:20m,1.0.0",
            "lognormal:20m,.5",
            "lognormal:20m,NaN",
            "exponential:-1m",
        ] {
            assert_eq!(text.parse::<Distribution>().unwrap_err().kind(), ErrorKind::InvalidModel, "{text}");
        }
    }
}

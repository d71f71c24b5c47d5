//! Priorities of a log as priorities of a policy.

use deskmatch::order;
use deskmatch::{Policy, PriorityId};

use crate::log::Symbols;

/// Words for how important something is, the most important first.
const WORDS: [&[&str]; 5] = [
    &["blocker", "critical", "emergency", "highest", "immediate", "urgent"],
    &["high", "major"],
    &["medium", "moderate", "normal", "standard"],
    &["low", "minor"],
    &["lowest", "planning", "trivial"],
];

/// Returns the policy's priority for each priority of the log, by its number; `None` means the policy's default.
///
/// A name that the policy has, but for case, is that priority. Others go by their importance: the number they begin
/// with, from 1, else a word. Where the policy has as many priorities as the log's importance reaches down, the n-th is
/// the n-th; else those found are spread over the policy's, the most important on the most important and the least on the
/// least.
pub(super) fn fit(log: &Symbols, policy: &Policy) -> Vec<Option<PriorityId>> {
    let mut ladder: Vec<(u16, &PriorityId)> =
        policy.priorities.iter().map(|(name, priority)| (priority.rank, name)).collect();
    order::sort(&mut ladder);
    let same_name = |text: &str| ladder.iter().find(|(_, name)| name.as_str().eq_ignore_ascii_case(text));
    let mut steps: Vec<usize> =
        log.iter().filter(|text| same_name(text).is_none()).filter_map(importance).collect();
    order::sort(&mut steps);
    steps.dedup();
    let place = |step: usize| -> Option<usize> {
        let last = ladder.len().checked_sub(1)?;
        if steps.last().is_none_or(|most| *most <= last) {
            return Some(step);
        }
        let index = steps.binary_search(&step).ok()?;
        let below = steps.len().saturating_sub(1).max(1);
        // To the nearest, and of two equally near to the less important.
        Some((2 * index * last + below) / (2 * below))
    };
    log.iter()
        .map(|text| {
            let found = same_name(text).or_else(|| ladder.get(place(importance(text)?)?));
            found.map(|(_, name)| (*name).clone())
        })
        .collect()
}

/// Returns how far down a priority stands, from 0; `None` where its name does not say.
fn importance(text: &str) -> Option<usize> {
    let text = text.trim();
    let number = text.strip_prefix(['P', 'p']).unwrap_or(text);
    let digits: String = number.chars().take_while(char::is_ascii_digit).take(3).collect();
    if let Ok(number) = digits.parse::<usize>() {
        return Some(number.saturating_sub(1));
    }
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    words.find_map(|word| {
        WORDS.iter().position(|words| words.iter().any(|known| known.eq_ignore_ascii_case(word)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use deskmatch::ReadyMade;

    fn fitted(names: &[&str]) -> Vec<String> {
        let mut symbols = Symbols::default();
        for name in names {
            symbols.intern(name).unwrap();
        }
        let found = fit(&symbols, &ReadyMade::Balanced.policy());
        found.into_iter().map(|id| id.map_or("-".to_owned(), |id| id.to_string())).collect()
    }

    #[test]
    fn numbers_count_from_one() {
        assert_eq!(fitted(&["3 - Moderate", "4 - Low", "1 - Critical"]), ["normal", "low", "urgent"]);
        assert_eq!(fitted(&["P2", "p1"]), ["high", "urgent"]);
    }

    #[test]
    fn more_steps_than_the_policy_has_are_spread() {
        assert_eq!(
            fitted(&["1 - Critical", "2 - High", "3 - Moderate", "4 - Low", "5 - Planning"]),
            ["urgent", "high", "normal", "normal", "low"]
        );
    }

    #[test]
    fn names_and_words_are_understood() {
        assert_eq!(fitted(&["Urgent", "Normal", "LOW", "-"]), ["urgent", "normal", "low", "-"]);
        assert_eq!(fitted(&["Major", "Blocker", "Minor", "whenever"]), ["high", "urgent", "low", "-"]);
        assert_eq!(
            fitted(&["Highest", "High", "Medium", "Low", "Lowest"]),
            ["urgent", "high", "normal", "low", "low"]
        );
    }

    #[test]
    fn a_policy_without_priorities_has_its_default_only() {
        let mut symbols = Symbols::default();
        symbols.intern("1 - Critical").unwrap();
        assert_eq!(fit(&symbols, &Policy::default()), [None]);
    }
}

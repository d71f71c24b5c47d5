//! What a policy must keep beyond its form: names that exist, numbers in range, choices that do not contradict.

mod condition;
mod queue;
mod routing;
mod strategy;

use super::faults::{Faults, Path, Shown};
use super::{DEFAULT_NAME, Limits, Policy};
use crate::capacity::Capacity;
use crate::error::{Error, ErrorKind};
use std::borrow::Borrow;
use std::collections::BTreeMap;

impl Policy {
    /// Checks everything that the form of the document does not show. O(size of the document).
    ///
    /// [`Policy::from_json`] does so too, and so does an engine that is given a policy.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPolicy`] with every fault, each with its path.
    ///
    /// ```
    /// use deskmatch::{Policy, QueuePolicy};
    ///
    /// let mut policy = Policy::default();
    /// policy.queues.insert("tier1".into(), QueuePolicy::default());
    /// policy.default_queue = Some("tier2".into());
    /// let error = policy.validate().unwrap_err();
    /// assert_eq!(error.faults()[0].path, "default_queue");
    /// ```
    pub fn validate(&self) -> Result<(), Error> {
        let mut checker = Checker { faults: Faults::default(), policy: self };
        checker.all();
        checker.faults.into_result(ErrorKind::InvalidPolicy, || "the policy".to_owned())
    }
}

/// Collects the faults of one policy.
struct Checker<'a> {
    faults: Faults,
    policy: &'a Policy,
}

impl Checker<'_> {
    fn all(&mut self) {
        let policy = self.policy;
        let root = Path::Root;
        if let Some(name) = &policy.name {
            self.faults.name(&root.key("name"), name);
        }
        self.names(&root.key("skills"), &policy.skills, policy.limits.skills.into());
        self.names(&root.key("channels"), &policy.channels, Limits::NAMES_MAX.into());
        self.names(&root.key("priorities"), &policy.priorities, Limits::NAMES_MAX.into());
        self.names(&root.key("queues"), &policy.queues, Limits::NAMES_MAX.into());
        self.names(&root.key("targets"), &policy.targets, Limits::NAMES_MAX.into());
        self.names(&root.key("calendars"), &policy.calendars, Limits::NAMES_MAX.into());
        let channels = root.key("channels");
        for (name, channel) in &policy.channels {
            let path = channels.key(name.as_str());
            self.faults.within(&path.key("units"), channel.units, 0, Capacity::UNITS_MAX.into());
        }
        let queues = root.key("queues");
        for (name, queue) in &policy.queues {
            self.queue_policy(&queues.key(name.as_str()), queue);
        }
        self.default_of(&root.key("default_queue"), "queue", &policy.queues, policy.default_queue.as_ref());
        self.default_of(
            &root.key("default_channel"),
            "channel",
            &policy.channels,
            policy.default_channel.as_ref(),
        );
        self.default_of(
            &root.key("default_priority"),
            "priority",
            &policy.priorities,
            policy.default_priority.as_ref(),
        );
        self.routing(&root.key("routing"));
        self.targets(&root.key("targets"));
        let calendars = root.key("calendars");
        for (name, table) in &policy.calendars {
            self.faults.intervals(&calendars.key(name), table.intervals());
        }
        self.faults.rate_limit(&root.key("rate_limit"), policy.rate_limit.as_ref());
        self.limits(&root.key("limits"));
    }

    fn names<K: Borrow<str>, V>(&mut self, path: &Path<'_>, map: &BTreeMap<K, V>, limit: u64) {
        let count = map.len();
        self.faults.require(
            count as u64 <= limit,
            path,
            format_args!("there are {count} of them; at most {limit}"),
        );
        for name in map.keys() {
            self.faults.name(&path.key(name.borrow()), name.borrow());
        }
    }

    fn default_of<K: Ord + Borrow<str>, V>(
        &mut self,
        path: &Path<'_>,
        noun: &str,
        map: &BTreeMap<K, V>,
        chosen: Option<&K>,
    ) {
        let Some(chosen) = chosen.map(Borrow::borrow) else {
            self.faults.require(
                map.len() <= 1 || map.contains_key(DEFAULT_NAME),
                path,
                format_args!(
                    "is missing; name the {noun} meant where none is given, one of {}",
                    list(map.keys().map(Borrow::borrow))
                ),
            );
            return;
        };
        let known = if map.is_empty() { chosen == DEFAULT_NAME } else { map.contains_key(chosen) };
        self.known(known, path, noun, chosen, map.keys().map(Borrow::borrow));
    }

    /// Requires a name to be known; if it is not, tells the one that was probably meant, or those there are.
    fn known<'n>(
        &mut self,
        known: bool,
        path: &Path<'_>,
        noun: &str,
        name: &str,
        names: impl Iterator<Item = &'n str> + Clone,
    ) {
        if known || self.faults.is_full() {
            return self.faults.require(known, path, "");
        }
        let hint = match closest(name, names.clone()) {
            Some(meant) => format!("did you mean {}?", Shown(meant)),
            None => format!("expected {}", list(names)),
        };
        self.faults.add(path, format_args!("{} is not a {noun} of the policy; {hint}", Shown(name)));
    }

    fn queue_name(&mut self, path: &Path<'_>, name: &str) {
        let names = self.policy.queues.keys().map(Borrow::borrow);
        self.known(self.policy.has_queue(name), path, "queue", name, names);
    }

    fn priority_name(&mut self, path: &Path<'_>, name: &str) {
        let names = self.policy.priorities.keys().map(Borrow::borrow);
        self.known(self.policy.has_priority(name), path, "priority", name, names);
    }

    fn skill_name(&mut self, path: &Path<'_>, name: &str) {
        self.faults.name(path, name);
        let names = self.policy.skills.keys().map(Borrow::borrow);
        self.known(self.policy.has_skill(name), path, "skill", name, names);
    }

    fn target_names(&mut self, path: &Path<'_>, targets: &[smol_str::SmolStr]) {
        for (index, name) in targets.iter().enumerate() {
            let names = self.policy.targets.keys().map(|name| name.as_str());
            let known = self.policy.targets.contains_key(name);
            self.known(known, &path.index(index), "target", name, names);
        }
        self.faults.distinct(path, None, targets.len(), |index| targets[index].as_str());
    }

    fn targets(&mut self, path: &Path<'_>) {
        for (name, target) in &self.policy.targets {
            let path = path.key(name);
            let message = "no time at all is missed at once; give more than 0";
            self.faults.require(!target.within.is_zero(), &path.key("within"), message);
            let priorities = path.key("priorities");
            for (index, priority) in target.priorities.iter().enumerate() {
                self.priority_name(&priorities.index(index), priority.as_str());
            }
            if let Some(calendar) = &target.calendar {
                let names = self.policy.calendars.keys().map(|name| name.as_str());
                let known = self.policy.calendars.contains_key(calendar);
                self.known(known, &path.key("calendar"), "calendar", calendar, names);
            }
        }
    }

    fn limits(&mut self, path: &Path<'_>) {
        let limits = &self.policy.limits;
        for (key, value, low, high) in [
            ("agents", limits.agents, 1, Limits::AGENTS_MAX),
            ("open_tickets", limits.open_tickets, 1, Limits::OPEN_TICKETS_MAX),
            ("skills", limits.skills, 0, Limits::SKILLS_MAX),
            ("attributes", limits.attributes, 0, Limits::ATTRIBUTES_MAX),
            ("requests", limits.requests, 0, Limits::REQUESTS_MAX),
        ] {
            self.faults.within(&path.key(key), value, low, high.into());
        }
    }
}

/// Names in backticks, at most sixteen of them.
pub(in crate::policy) fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    const LISTED_MAX: usize = 16;
    let mut text = String::new();
    for (index, name) in names.take(LISTED_MAX + 1).enumerate() {
        match index {
            0 => text.push_str(&Shown(name).to_string()),
            LISTED_MAX => text.push_str(" or another"),
            _ => text.push_str(&format!(", {}", Shown(name))),
        }
    }
    if text.is_empty() { format!("`{DEFAULT_NAME}` or nothing: the policy names none") } else { text }
}

/// The name that was probably meant: one that differs in at most a third of its characters, and in at most two.
pub(in crate::policy) fn closest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    /// Beyond this nobody reads a hint, and comparing costs time.
    const COMPARED_MAX: usize = 1_000;
    const CHARACTERS_MAX: usize = 32;
    let wanted: Vec<char> = name.chars().take(CHARACTERS_MAX + 1).collect();
    if wanted.len() > CHARACTERS_MAX {
        return None;
    }
    names
        .take(COMPARED_MAX)
        .filter(|known| known.len() <= 4 * CHARACTERS_MAX)
        .map(|known| (distance(&wanted, known), known))
        .filter(|(distance, known)| *distance <= 2.min(known.chars().count().div_ceil(3)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// How many characters must be put in, taken out or changed to make one text the other.
fn distance(from: &[char], to: &str) -> usize {
    let mut row: Vec<usize> = (0..=from.len()).collect();
    for (index, wanted) in to.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, found) in from.iter().enumerate() {
            let changed = diagonal + usize::from(*found != wanted);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[from.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_meant_is_found_if_it_is_near() {
        let names = || ["support", "sales", "timeout"].into_iter();
        assert_eq!(closest("suport", names()), Some("support"));
        assert_eq!(closest("timout", names()), Some("timeout"));
        assert_eq!(closest("billing", names()), None);
        assert_eq!(closest("", names()), None);
        assert_eq!(closest(&"s".repeat(1_000), names()), None);
    }

    #[test]
    fn the_default_policy_is_valid() {
        Policy::default().validate().unwrap();
    }
}

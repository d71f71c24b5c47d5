//! Which names a policy knows. A policy that names no queue, channel or priority has one of it, called `default`.

use super::{DEFAULT_NAME, Policy, QueuePolicy};
use crate::id::{ChannelId, PriorityId, QueueId};
use std::borrow::Borrow;
use std::collections::BTreeMap;

fn has<K: Ord + Borrow<str>, V>(map: &BTreeMap<K, V>, name: &str) -> bool {
    if map.is_empty() { name == DEFAULT_NAME } else { map.contains_key(name) }
}

/// The one meant where none is named: the chosen one, the only one, or the one called `default`.
fn default_of<'a, K: Ord + Borrow<str>, V>(
    map: &'a BTreeMap<K, V>,
    chosen: Option<&'a K>,
) -> Option<&'a str> {
    if let Some(chosen) = chosen {
        return Some(chosen.borrow());
    }
    if map.is_empty() {
        return Some(DEFAULT_NAME);
    }
    match map.first_key_value() {
        Some((only, _)) if map.len() == 1 => Some(only.borrow()),
        _ => map.get_key_value(DEFAULT_NAME).map(|(name, _)| name.borrow()),
    }
}

impl Policy {
    pub(crate) fn has_queue(&self, name: &str) -> bool {
        has(&self.queues, name)
    }

    pub(crate) fn has_channel(&self, name: &str) -> bool {
        has(&self.channels, name)
    }

    pub(crate) fn has_priority(&self, name: &str) -> bool {
        has(&self.priorities, name)
    }

    /// Whether the skill may be named: it is declared, or no skill is.
    pub(crate) fn has_skill(&self, name: &str) -> bool {
        self.skills.is_empty() || self.skills.contains_key(name)
    }

    /// The queues in force, by name: those of the document, or the single one called [`DEFAULT_NAME`].
    pub fn effective_queues(&self) -> BTreeMap<QueueId, QueuePolicy> {
        if self.queues.is_empty() {
            BTreeMap::from([(DEFAULT_NAME.into(), QueuePolicy::default())])
        } else {
            self.queues.clone()
        }
    }

    /// The names of the queues in force, in order.
    pub fn queue_names(&self) -> Vec<QueueId> {
        names(&self.queues)
    }

    /// The names of the channels in force, in order.
    pub fn channel_names(&self) -> Vec<ChannelId> {
        names(&self.channels)
    }

    /// The names of the priorities in force, in order.
    pub fn priority_names(&self) -> Vec<PriorityId> {
        names(&self.priorities)
    }

    /// The queue of a ticket for which nobody chose one. `None` only in a policy that is not valid.
    pub fn queue_by_default(&self) -> Option<QueueId> {
        default_of(&self.queues, self.default_queue.as_ref()).map(QueueId::from)
    }

    /// The channel of a ticket that names none. `None` only in a policy that is not valid.
    pub fn channel_by_default(&self) -> Option<ChannelId> {
        default_of(&self.channels, self.default_channel.as_ref()).map(ChannelId::from)
    }

    /// The priority of a ticket that names none. `None` only in a policy that is not valid.
    pub fn priority_by_default(&self) -> Option<PriorityId> {
        default_of(&self.priorities, self.default_priority.as_ref()).map(PriorityId::from)
    }

    /// Adds queues that are like another one, which may be `default` in a policy that names none. Queues that exist are
    /// left as they are, and so is the queue of a ticket for which nobody chose one; a template that does not exist
    /// gives queues with every setting at its default.
    ///
    /// ```
    /// use deskmatch::{Policy, ReadyMade};
    ///
    /// let policy = ReadyMade::Balanced.policy().with_queues_like("default", ["billing".into(), "returns".into()]);
    /// assert_eq!(policy.queues["billing"], policy.queues["default"]);
    /// ```
    #[must_use]
    pub fn with_queues_like(mut self, template: &str, names: impl IntoIterator<Item = QueueId>) -> Policy {
        let default = self.queue_by_default();
        self.queues = self.effective_queues();
        let template = self.queues.get(template).cloned().unwrap_or_default();
        for name in names {
            self.queues.entry(name).or_insert_with(|| template.clone());
        }
        if self.queue_by_default() != default {
            self.default_queue = default;
        }
        self
    }
}

fn names<K: Clone + Ord + for<'a> From<&'a str>, V>(map: &BTreeMap<K, V>) -> Vec<K> {
    if map.is_empty() { vec![DEFAULT_NAME.into()] } else { map.keys().cloned().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_that_names_none_has_one_called_default() {
        let policy = Policy::default();
        assert!(
            policy.has_queue("default") && policy.has_channel("default") && policy.has_priority("default")
        );
        assert!(!policy.has_queue("support"));
        assert!(policy.has_skill("anything"));
        assert_eq!(policy.queue_names(), [QueueId::from("default")]);
        assert_eq!(policy.queue_by_default(), Some("default".into()));
    }

    #[test]
    fn the_default_is_the_chosen_one_the_only_one_or_the_one_so_called() {
        let mut policy = Policy::default();
        policy.queues.insert("support".into(), QueuePolicy::default());
        assert_eq!(policy.queue_by_default(), Some("support".into()));
        assert!(!policy.has_queue("default"));
        policy.queues.insert("sales".into(), QueuePolicy::default());
        assert_eq!(policy.queue_by_default(), None);
        policy.queues.insert("default".into(), QueuePolicy::default());
        assert_eq!(policy.queue_by_default(), Some("default".into()));
        policy.default_queue = Some("sales".into());
        assert_eq!(policy.queue_by_default(), Some("sales".into()));
    }

    #[test]
    fn queues_like_another_leave_what_exists() {
        let policy = Policy::default().with_queues_like("default", ["a".into(), "default".into()]);
        assert_eq!(policy.queue_names(), [QueueId::from("a"), "default".into()]);
        assert_eq!(policy.queue_by_default(), Some("default".into()));
        let mut policy = Policy::default();
        policy
            .queues
            .insert("support".into(), QueuePolicy { paused_frees_units: true, ..QueuePolicy::default() });
        let policy = policy.with_queues_like("support", ["a".into()]);
        assert!(policy.queues["a"].paused_frees_units);
        assert_eq!(policy.default_queue, Some("support".into()));
    }
}

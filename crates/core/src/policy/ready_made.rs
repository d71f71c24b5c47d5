//! Policies that a desk can start from.

use super::Policy;
use std::fmt;

/// A policy that a desk can start from. The guide explains each: what desk it is for, what its parts do, what to change.
///
/// All have the priorities `urgent`, `high`, `normal` and `low`, and none declares skills, so that any name will do.
///
/// ```
/// use deskmatch::ReadyMade;
///
/// let policy = ReadyMade::LiveChat.policy();
/// assert_eq!(policy.queues["chat"].wrap_up.to_string(), "30s");
/// assert_eq!(ReadyMade::named("live_chat"), Some(ReadyMade::LiveChat));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ReadyMade {
    /// Skill, room, idle time and fair shares together, in one queue.
    Balanced,
    /// A handful of people who answer e-mail and share the work fairly.
    SmallEmailDesk,
    /// Chats that are offered for 30 seconds.
    LiveChat,
    /// Incidents for specialists, and for others when the specialists do not come.
    TechnicalSupport,
    /// Three lines, each behind the other.
    TieredSupport,
    /// Cases that go strictly in their order, with a reason for every decision.
    RegulatedQueue,
}

impl ReadyMade {
    /// Every ready-made policy.
    pub const ALL: &[ReadyMade] = &[
        ReadyMade::Balanced,
        ReadyMade::SmallEmailDesk,
        ReadyMade::LiveChat,
        ReadyMade::TechnicalSupport,
        ReadyMade::TieredSupport,
        ReadyMade::RegulatedQueue,
    ];

    /// Its name, in snake case.
    pub const fn name(self) -> &'static str {
        match self {
            ReadyMade::Balanced => "balanced",
            ReadyMade::SmallEmailDesk => "small_email_desk",
            ReadyMade::LiveChat => "live_chat",
            ReadyMade::TechnicalSupport => "technical_support",
            ReadyMade::TieredSupport => "tiered_support",
            ReadyMade::RegulatedQueue => "regulated_queue",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<ReadyMade> {
        Self::ALL.iter().copied().find(|policy| policy.name() == name)
    }

    /// Its document, to be copied and changed.
    pub const fn json(self) -> &'static str {
        match self {
            ReadyMade::Balanced => include_str!("ready_made/balanced.json"),
            ReadyMade::SmallEmailDesk => include_str!("ready_made/small_email_desk.json"),
            ReadyMade::LiveChat => include_str!("ready_made/live_chat.json"),
            ReadyMade::TechnicalSupport => include_str!("ready_made/technical_support.json"),
            ReadyMade::TieredSupport => include_str!("ready_made/tiered_support.json"),
            ReadyMade::RegulatedQueue => include_str!("ready_made/regulated_queue.json"),
        }
    }

    /// The policy.
    #[inline]
    pub fn policy(self) -> Policy {
        Policy::from_json(self.json()).expect("the ready-made policies are valid: a test reads each of them")
    }

    /// The queue of the policy that further queues are like, for [`Policy::with_queues_like`]: where its tickets arrive.
    pub const fn template(self) -> &'static str {
        match self {
            ReadyMade::Balanced => "default",
            ReadyMade::SmallEmailDesk => "support",
            ReadyMade::LiveChat => "chat",
            ReadyMade::TechnicalSupport => "technical",
            ReadyMade::TieredSupport => "tier1",
            ReadyMade::RegulatedQueue => "cases",
        }
    }
}

impl fmt::Display for ReadyMade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Severity;

    #[test]
    fn every_ready_made_policy_is_valid_and_earns_no_warning() {
        for ready_made in ReadyMade::ALL {
            let policy =
                Policy::from_json(ready_made.json()).unwrap_or_else(|error| panic!("{ready_made}: {error}"));
            assert_eq!(policy.name.as_deref(), Some(ready_made.name()));
            let warnings =
                policy.lint(&[]).into_iter().filter(|warning| warning.severity == Severity::Warning);
            assert_eq!(warnings.collect::<Vec<_>>(), [], "{ready_made}");
        }
    }

    #[test]
    fn every_ready_made_policy_takes_further_queues() {
        for ready_made in ReadyMade::ALL {
            let policy = ready_made.policy();
            assert!(policy.has_queue(ready_made.template()), "{ready_made}");
            let more = policy.clone().with_queues_like(ready_made.template(), ["Billing 7".into()]);
            more.validate().unwrap();
            assert_eq!(more.queues["Billing 7"], policy.queues[ready_made.template()]);
            assert_eq!(more.queue_by_default(), policy.queue_by_default());
        }
    }

    #[test]
    fn names_find_their_policies() {
        for ready_made in ReadyMade::ALL {
            assert_eq!(ReadyMade::named(ready_made.name()), Some(*ready_made));
        }
        assert_eq!(ReadyMade::named("Balanced"), None);
    }
}

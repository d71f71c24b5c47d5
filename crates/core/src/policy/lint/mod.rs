//! The linter: what a valid policy probably does not mean.

mod agents;
mod conditions;
mod overflow;
mod queues;

use super::faults::{Path, Shown};
use super::{OrderKind, Policy};
use crate::agent::Agent;
use crate::id::QueueId;
use crate::order;
use crate::time::Span;
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt;

/// Something in a valid policy that its author should look at.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, schemars::JsonSchema)]
pub struct Warning {
    /// What sort of thing.
    pub code: WarningCode,
    /// How much it matters; the same for every warning of a code.
    pub severity: Severity,
    /// Where, as a JSON path.
    pub path: String,
    /// What it is, and what to do.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
        };
        write!(f, "{severity}: `{}`: {} [{}]", self.path, self.message, self.code.code())
    }
}

/// How much a warning matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know; nothing to change.
    Info,
    /// Probably not meant.
    Warning,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $text:literal, $severity:ident;)*) => {
        /// What sort of thing a [`Warning`] is about. Each has a stable code.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum WarningCode {
            $($(#[$doc])* $code,)*
        }

        impl WarningCode {
            /// Every code there is.
            pub const ALL: &[WarningCode] = &[$(WarningCode::$code,)*];

            /// The stable code, in snake case.
            pub const fn code(self) -> &'static str {
                match self {
                    $(WarningCode::$code => $text,)*
                }
            }

            /// How much it matters.
            pub const fn severity(self) -> Severity {
                match self {
                    $(WarningCode::$code => Severity::$severity,)*
                }
            }
        }
    };
}

codes! {
    /// A skill that a rule asks for or the policy declares, and no agent has at that level.
    SkillNobodyHas = "skill_nobody_has", Warning;
    /// A queue that no agent serves.
    QueueNobodyServes = "queue_nobody_serves", Warning;
    /// A channel on which no agent may work.
    ChannelNobodyServes = "channel_nobody_serves", Warning;
    /// A ticket of a channel that costs more than any agent can hold.
    CostAboveCapacity = "cost_above_capacity", Warning;
    /// A routing rule that no ticket can match.
    RuleNeverMatches = "rule_never_matches", Warning;
    /// A condition on agents that none can meet.
    SelectorNeverMatches = "selector_never_matches", Warning;
    /// A strict class that no ticket can be in.
    ClassNeverReached = "class_never_reached", Warning;
    /// A relaxation step that comes when the targets of its queue are missed already.
    StepAfterTarget = "step_after_target", Warning;
    /// A relaxation step that changes nothing.
    StepWithoutEffect = "step_without_effect", Warning;
    /// An offer that may stand longer than a ticket may wait for its agent.
    OfferLongerThanTarget = "offer_longer_than_target", Warning;
    /// A target that warns as soon as its clock starts.
    WarningAtOnce = "warning_at_once", Warning;
    /// Queues that pass tickets round in a circle.
    OverflowCycle = "overflow_cycle", Warning;
    /// An order in which a ticket may wait for ever.
    OrderMayStarve = "order_may_starve", Warning;
    /// A queue in which no ticket may wait.
    NoTicketMayWait = "no_ticket_may_wait", Warning;
    /// A credit in a queue whose order does not look at credits.
    CreditWithoutEffect = "credit_without_effect", Warning;
    /// A setting that nothing looks at.
    SettingWithoutEffect = "setting_without_effect", Warning;
    /// A target that no queue and no rule names.
    UnusedTarget = "unused_target", Warning;
    /// A calendar that no target names.
    UnusedCalendar = "unused_calendar", Warning;
    /// The most by which a later ticket may overtake an earlier one.
    OvertakingBound = "overtaking_bound", Info;
    /// A queue for which there is no such bound.
    NoOvertakingBound = "no_overtaking_bound", Info;
}

impl schemars::JsonSchema for WarningCode {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "WarningCode".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let codes: Vec<&str> = WarningCode::ALL.iter().map(|code| code.code()).collect();
        schemars::json_schema!({
            "description": "What sort of thing a warning is about.",
            "type": "string",
            "enum": codes
        })
    }
}

impl Serialize for WarningCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl Policy {
    /// Looks for what a valid policy probably does not mean; sorted by path. With no agents given, nothing is said
    /// about agents. O(size of the policy × agents) at worst.
    ///
    /// ```
    /// use deskmatch::{Agent, Policy, WarningCode};
    ///
    /// let policy = Policy::from_json(r#"{ "queues": { "support": { "order": "lifo" } } }"#)?;
    /// let warnings = policy.lint(&[Agent::new("ada").with_queue("sales")]);
    /// let codes: Vec<_> = warnings.iter().map(|warning| warning.code).collect();
    /// assert_eq!(codes, [WarningCode::QueueNobodyServes, WarningCode::OrderMayStarve]);
    /// # Ok::<(), deskmatch::Error>(())
    /// ```
    pub fn lint(&self, agents: &[Agent]) -> Vec<Warning> {
        let mut linter = Linter { policy: self, warnings: Vec::new() };
        linter.rules();
        linter.queues();
        linter.targets();
        linter.overflow_cycles();
        if !agents.is_empty() {
            linter.agents(agents);
        }
        let mut warnings = linter.warnings;
        order::sort_by(&mut warnings, |a, b| {
            (&a.path, a.code, &a.message).cmp(&(&b.path, b.code, &b.message))
        });
        warnings
    }

    /// The most by which a ticket of the queue may be overtaken: none goes before one that arrived more than this
    /// earlier, as long as both wait. `None` where there is no bound (the orders `lifo`, `deadline` and `priority`, and
    /// strict classes) or no such queue.
    ///
    /// It is the largest credit of a priority less the smallest, and the credits of the relaxation steps of this queue and
    /// of those that overflow into it. A ticket that somebody transfers brings what it got in its old queue besides.
    ///
    /// ```
    /// use deskmatch::{Policy, Span};
    ///
    /// let policy = Policy::from_json(r#"{
    ///     "priorities": { "high": { "credit": "4h" }, "low": { "rank": 1, "credit": "1h" } },
    ///     "default_priority": "low",
    ///     "queues": { "support": { "relaxation": [{ "after": "2h", "credit": "30m" }] } }
    /// }"#)?;
    /// assert_eq!(policy.overtaking_bound(&"support".into()), Some(Span::minutes(210)));
    /// # Ok::<(), deskmatch::Error>(())
    /// ```
    pub fn overtaking_bound(&self, queue: &QueueId) -> Option<Span> {
        self.bound_of(queue, &overflow::Entrances::new(self))
    }

    fn bound_of<'a>(&'a self, queue: &'a QueueId, entrances: &overflow::Entrances<'a>) -> Option<Span> {
        if !self.has_queue(queue.as_str()) {
            return None;
        }
        let (order, classes) = self
            .queues
            .get(queue)
            .map_or((OrderKind::default(), 0), |policy| (policy.order, policy.classes.len()));
        match order {
            _ if classes > 0 => None,
            OrderKind::Fifo => Some(Span::ZERO),
            OrderKind::Lifo | OrderKind::Deadline | OrderKind::Priority => None,
            OrderKind::VirtualArrival => {
                let credits = || self.priorities.values().map(|priority| priority.credit.as_millis());
                let spread = credits().max().unwrap_or(0) - credits().min().unwrap_or(0);
                let steps = entrances
                    .sources(queue)
                    .iter()
                    .filter_map(|source| self.queues.get(*source))
                    .flat_map(|source| &source.relaxation)
                    .fold(0_i64, |sum, step| sum.saturating_add(step.credit.as_millis()));
                Some(Span::millis(spread.saturating_add(steps)))
            }
        }
    }
}

/// Collects the warnings about one policy.
struct Linter<'a> {
    policy: &'a Policy,
    warnings: Vec<Warning>,
}

impl Linter<'_> {
    fn warn(&mut self, code: WarningCode, path: &Path<'_>, message: impl fmt::Display) {
        self.warnings.push(Warning {
            code,
            severity: code.severity(),
            path: path.to_string(),
            message: message.to_string(),
        });
    }

    /// Targets and calendars: used, and with a sensible warning.
    fn targets(&mut self) {
        let policy = self.policy;
        let root = Path::Root;
        let of_queues = policy.queues.values().flat_map(|queue| &queue.targets);
        let of_rules = policy.routing.rules.iter().flat_map(|rule| rule.then.targets.iter().flatten());
        let named: BTreeSet<&str> = order::set(of_queues.chain(of_rules).map(|name| name.as_str()));
        let targets = root.key("targets");
        for (name, target) in &policy.targets {
            let path = targets.key(name);
            if !named.contains(name.as_str()) {
                let message =
                    "no queue and no rule names it; name it in `targets` of a queue, or take it out";
                self.warn(WarningCode::UnusedTarget, &path, message);
            }
            if let Some(before) = target.warn_before.filter(|before| *before >= target.within) {
                let message =
                    format_args!("warns {before} before a target of {}: at once; warn later", target.within);
                self.warn(WarningCode::WarningAtOnce, &path.key("warn_before"), message);
            }
        }
        let used: BTreeSet<&str> =
            order::set(policy.targets.values().filter_map(|target| target.calendar.as_deref()));
        let calendars = root.key("calendars");
        for name in policy.calendars.keys().filter(|name| !used.contains(name.as_str())) {
            let message =
                format_args!("no target counts in {}; name it in a target, or take it out", Shown(name));
            self.warn(WarningCode::UnusedCalendar, &calendars.key(name), message);
        }
    }
}

#[cfg(test)]
mod tests;

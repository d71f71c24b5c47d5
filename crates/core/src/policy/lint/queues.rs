//! Queues: orders that may starve, steps that come too late or do nothing, settings nothing looks at.

use super::conditions::never;
use super::overflow::Entrances;
use super::{Linter, WarningCode};
use crate::id::QueueId;
use crate::order;
use crate::policy::faults::Path;
use crate::policy::{
    Dispatch, Factor, FactorTerm, LexicographicLayer, OrderKind, QueuePolicy, RelaxationStep, StrategyPolicy,
    Target, TargetKind,
};
use crate::time::Span;
use std::collections::{BTreeMap, BTreeSet};

impl Linter<'_> {
    pub(super) fn queues(&mut self) {
        let policy = self.policy;
        let root = Path::Root;
        let queues = root.key("queues");
        let names = policy.queue_names();
        let entrances = Entrances::new(policy);
        for name in &names {
            self.bound(&queues.key(name.as_str()), policy.bound_of(name, &entrances));
        }
        for (name, queue) in &policy.queues {
            let path = queues.key(name.as_str());
            self.orders(&path, queue);
            self.classes(&path, queue);
            self.strategy(&path, &queue.strategy);
            self.steps(&path, name, queue);
            self.promises(&path, queue);
            if queue.dispatch == Dispatch::Pull && queue.batch_window.is_some() {
                let message = "tickets of this queue are pulled, so no window collects them";
                self.warn(WarningCode::SettingWithoutEffect, &path.key("batch_window"), message);
            }
            if queue.agents.as_ref().is_some_and(|agents| never(policy, agents)) {
                let message = "no agent can meet this condition: its parts contradict";
                self.warn(WarningCode::SelectorNeverMatches, &path.key("agents"), message);
            }
            if queue.limit.as_ref().is_some_and(|limit| limit.max == 0) {
                let limit = path.key("limit");
                let message = "no ticket may wait: each that finds nobody goes elsewhere at once";
                self.warn(WarningCode::NoTicketMayWait, &limit.key("max"), message);
            }
        }
        let looked_at = policy.queues.is_empty() || policy.queues.values().any(looks_at_credit);
        let priorities = root.key("priorities");
        for (name, priority) in &policy.priorities {
            if !looked_at && !priority.credit.is_zero() {
                let message = "no queue has the order `virtual_arrival`, which alone looks at credits";
                let path = priorities.key(name.as_str());
                self.warn(WarningCode::CreditWithoutEffect, &path.key("credit"), message);
            }
        }
    }

    fn bound(&mut self, path: &Path<'_>, bound: Option<Span>) {
        match bound {
            Some(bound) if !bound.is_zero() => {
                let message =
                    format_args!("no ticket is overtaken by one that arrived more than {bound} later");
                self.warn(WarningCode::OvertakingBound, &path.key("order"), message);
            }
            Some(_) => {
                let message = "no ticket is overtaken by one that arrived later";
                self.warn(WarningCode::OvertakingBound, &path.key("order"), message);
            }
            None => {}
        }
    }

    /// The order of the queue and of its classes.
    fn orders(&mut self, path: &Path<'_>, queue: &QueuePolicy) {
        if !queue.classes.is_empty() {
            let message = "tickets of a later class wait for as long as there are tickets of an earlier one";
            self.warn(WarningCode::NoOvertakingBound, &path.key("classes"), message);
        }
        let classes = path.key("classes");
        for (index, class) in queue.classes.iter().enumerate() {
            if let Some(order) = class.order {
                let path = classes.index(index);
                self.order(&path.key("order"), order);
            }
        }
        self.order(&path.key("order"), queue.order);
    }

    fn order(&mut self, path: &Path<'_>, order: OrderKind) {
        let starve = WarningCode::OrderMayStarve;
        match order {
            OrderKind::Lifo => {
                self.warn(starve, path, "old tickets wait for as long as young ones come; `fifo` serves all");
            }
            OrderKind::Priority => {
                let message = "unimportant tickets wait for as long as important ones come; `virtual_arrival` with credits serves all";
                self.warn(starve, path, message);
            }
            OrderKind::Deadline => {
                let message = "tickets without a due moment wait for as long as there are others";
                self.warn(WarningCode::NoOvertakingBound, path, message);
            }
            OrderKind::VirtualArrival | OrderKind::Fifo => {}
        }
    }

    fn strategy(&mut self, path: &Path<'_>, strategy: &StrategyPolicy) {
        let path = path.key("strategy");
        match strategy {
            StrategyPolicy::Weighted { factors }
            | StrategyPolicy::Optimal { factors }
            | StrategyPolicy::Custom { factors, .. } => {
                let path = path.key("factors");
                for (index, term) in factors.iter().enumerate() {
                    self.term(&path.index(index), term);
                }
            }
            StrategyPolicy::Lexicographic { layers } => {
                let path = path.key("layers");
                for (index, layer) in layers.iter().enumerate() {
                    self.layer(&path.index(index), layer);
                }
            }
            StrategyPolicy::RoundRobin { .. }
            | StrategyPolicy::LongestIdle {}
            | StrategyPolicy::LeastLoaded { .. }
            | StrategyPolicy::FairShare {}
            | StrategyPolicy::RandomWeighted {} => {}
        }
    }

    fn term(&mut self, path: &Path<'_>, term: &FactorTerm) {
        let scaled = matches!(term.factor, Factor::Cost | Factor::Attribute);
        let timed = matches!(term.factor, Factor::IdleTime | Factor::Wait | Factor::Slack);
        for (key, given, used, whose) in [
            ("horizon", term.horizon.is_some(), timed, "`idle_time`, `wait` and `slack`"),
            ("attribute", term.attribute.is_some(), term.factor == Factor::Attribute, "`attribute`"),
            ("low", term.low.is_some(), scaled, "`cost` and `attribute`"),
            ("high", term.high.is_some(), scaled, "`cost` and `attribute`"),
        ] {
            if given && !used {
                let message = format_args!("this factor does not look at it; only {whose} do");
                self.warn(WarningCode::SettingWithoutEffect, &path.key(key), message);
            }
        }
    }

    fn layer(&mut self, path: &Path<'_>, layer: &LexicographicLayer) {
        if matches!(layer.factor, Factor::Priority | Factor::Wait | Factor::Slack) {
            let message = "the same for every agent, so this layer decides nothing; take it out";
            self.warn(WarningCode::SettingWithoutEffect, &path.key("factor"), message);
        }
        if layer.attribute.is_some() && layer.factor != Factor::Attribute {
            let message = "this factor does not look at it; only `attribute` does";
            self.warn(WarningCode::SettingWithoutEffect, &path.key("attribute"), message);
        }
    }

    /// Relaxation steps that change nothing, in the order of their ages.
    fn steps(&mut self, path: &Path<'_>, name: &QueueId, queue: &QueuePolicy) {
        let path = path.key("relaxation");
        let mut steps: Vec<(usize, &RelaxationStep)> = queue.relaxation.iter().enumerate().collect();
        order::sort_by_key(&mut steps, |(_, step)| step.after.unwrap_or(Span::MAX));
        let mut asked_less = AskedLess::default();
        let mut cancelled = false;
        for (index, step) in steps {
            let path = path.index(index);
            let code = WarningCode::StepWithoutEffect;
            let changes = asked_less.take(step, name, queue);
            if cancelled && step.after.is_some() {
                self.warn(code, &path, "the ticket is cancelled before this step comes");
            } else if !changes {
                self.warn(code, &path, "the step changes nothing that steps before it have not changed");
            }
            cancelled |= step.cancel && step.after.is_some();
            if !step.credit.is_zero() && !looks_at_credit(queue) {
                let message = "the order of this queue does not look at credits; only `virtual_arrival` does";
                self.warn(WarningCode::CreditWithoutEffect, &path.key("credit"), message);
            }
        }
    }

    /// Steps and offers that are too late for the targets of the queue.
    fn promises(&mut self, path: &Path<'_>, queue: &QueuePolicy) {
        let targets = || queue.targets.iter().filter_map(|name| self.policy.targets.get(name));
        let until_taken = |target: &&Target| target.kind == TargetKind::FirstAssignment;
        let until_answered = |target: &&Target| target.kind != TargetKind::Resolution;
        // Time in a calendar passes later than on the wall: such a target is not compared.
        let plain = |target: &&Target| target.calendar.is_none();
        let all_plain = targets().filter(until_answered).all(|target| target.calendar.is_none());
        let latest = targets().filter(until_answered).map(|target| target.within).max().filter(|_| all_plain);
        let earliest = targets().filter(until_taken).filter(plain).map(|target| target.within).min();
        if let Some(latest) = latest {
            let path = path.key("relaxation");
            for (index, step) in queue.relaxation.iter().enumerate().filter(|(_, step)| !step.cancel) {
                if let Some(after) = step.after.filter(|after| *after >= latest) {
                    let message = format_args!(
                        "at {after} the targets of this queue, the latest at {latest}, are missed"
                    );
                    let path = path.index(index);
                    self.warn(WarningCode::StepAfterTarget, &path.key("after"), message);
                }
            }
        }
        if let (Some(earliest), Some(offers)) = (earliest, &queue.offers)
            && offers.timeout > earliest
        {
            let offers_path = path.key("offers");
            let timeout = offers.timeout;
            let message = format_args!("an offer stands for {timeout}, longer than the target of {earliest}");
            self.warn(WarningCode::OfferLongerThanTarget, &offers_path.key("timeout"), message);
        }
    }
}

fn looks_at_credit(queue: &QueuePolicy) -> bool {
    queue.order == OrderKind::VirtualArrival
        || queue.classes.iter().any(|class| class.order == Some(OrderKind::VirtualArrival))
}

/// What the steps so far have taken back.
#[derive(Default)]
struct AskedLess<'a> {
    dropped: BTreeSet<&'a str>,
    lowered: BTreeMap<&'a str, u8>,
    admitted: BTreeSet<&'a str>,
    any_agent: bool,
}

impl<'a> AskedLess<'a> {
    /// Takes a step and says whether it changes anything.
    fn take(&mut self, step: &'a RelaxationStep, name: &QueueId, queue: &QueuePolicy) -> bool {
        let mut changes = step.cancel || step.escalate.is_some() || !step.credit.is_zero();
        changes |= step.overflow.as_ref().is_some_and(|other| other != name);
        for skill in &step.drop_skills {
            changes |= self.dropped.insert(skill.as_str());
        }
        for (skill, level) in &step.lower_skills {
            let skill = skill.as_str();
            let lower = self.lowered.get(skill).is_none_or(|before| level < before);
            if lower && !self.dropped.contains(skill) {
                self.lowered.insert(skill, *level);
                changes = true;
            }
        }
        for other in step.admit.iter().filter(|other| *other != name) {
            changes |= self.admitted.insert(other.as_str());
        }
        if step.any_agent && !self.any_agent && queue.agents.is_some() {
            self.any_agent = true;
            changes = true;
        }
        changes
    }
}

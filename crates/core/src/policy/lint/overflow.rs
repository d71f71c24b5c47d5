//! Where queues send the tickets that are too old or too many.

use super::{Linter, WarningCode};
use crate::id::QueueId;
use crate::policy::faults::{Path, Shown};
use crate::policy::{LengthAction, Policy};
use std::collections::{BTreeMap, BTreeSet};

/// The queues that tickets of a queue may overflow to.
fn exits<'a>(policy: &'a Policy, queue: &QueueId) -> Vec<&'a QueueId> {
    let Some(queue) = policy.queues.get(queue) else { return Vec::new() };
    let limit = queue.limit.as_ref().and_then(|limit| match &limit.then {
        LengthAction::Overflow(other) => Some(other),
        LengthAction::Cancel => None,
    });
    queue.relaxation.iter().filter_map(|step| step.overflow.as_ref()).chain(limit).collect()
}

/// From which queues tickets may overflow into each. O(queues and their exits) to build.
pub(super) struct Entrances<'a>(BTreeMap<&'a QueueId, Vec<&'a QueueId>>);

impl<'a> Entrances<'a> {
    pub(super) fn new(policy: &'a Policy) -> Entrances<'a> {
        let mut entrances: BTreeMap<&QueueId, Vec<&QueueId>> = BTreeMap::new();
        for from in policy.queues.keys() {
            for to in exits(policy, from) {
                entrances.entry(to).or_default().push(from);
            }
        }
        Entrances(entrances)
    }

    /// A queue and all from which tickets may overflow into it, by one way or by several.
    pub(super) fn sources(&self, queue: &'a QueueId) -> BTreeSet<&'a QueueId> {
        let mut found = BTreeSet::from([queue]);
        let mut left = vec![queue];
        while let Some(queue) = left.pop() {
            for from in self.0.get(queue).into_iter().flatten() {
                if found.insert(from) {
                    left.push(from);
                }
            }
        }
        found
    }
}

impl Linter<'_> {
    /// Circles of overflow. O(queues and their exits).
    pub(super) fn overflow_cycles(&mut self) {
        let policy = self.policy;
        let mut done: BTreeSet<&QueueId> = BTreeSet::new();
        for start in policy.queues.keys() {
            // The way from the start to here, with the exits still to try; a queue met again on the way is a circle.
            let mut way: Vec<(&QueueId, Vec<&QueueId>)> = Vec::new();
            let mut on_way: BTreeSet<&QueueId> = BTreeSet::new();
            if done.insert(start) {
                on_way.insert(start);
                way.push((start, exits(policy, start)));
            }
            while let Some((queue, left)) = way.last_mut() {
                let queue = *queue;
                let Some(next) = left.pop() else {
                    on_way.remove(queue);
                    way.pop();
                    continue;
                };
                if on_way.contains(next) {
                    let from = way.iter().position(|(queue, _)| *queue == next).unwrap_or(0);
                    self.circle(&way[from..].iter().map(|(queue, _)| *queue).collect::<Vec<_>>());
                } else if done.insert(next) {
                    on_way.insert(next);
                    way.push((next, exits(policy, next)));
                }
            }
        }
    }

    fn circle(&mut self, queues: &[&QueueId]) {
        let Some(first) = queues.first() else { return };
        let mut names: Vec<String> =
            queues.iter().take(16).map(|queue| Shown(queue.as_str()).to_string()).collect();
        names.push(Shown(first.as_str()).to_string());
        let root = Path::Root;
        let path = root.key("queues");
        let message = format_args!(
            "tickets overflow in a circle: {}; a ticket enters each of them once and then stays",
            names.join(" to ")
        );
        self.warn(WarningCode::OverflowCycle, &path.key(first.as_str()), message);
    }
}

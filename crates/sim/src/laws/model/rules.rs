//! A policy, as the model reads it.

use super::{CHANNELS, NEVER, QUEUES, number};
use deskmatch::{
    Dispatch, Interval, LengthAction, OfflinePolicy, Policy, QueuePolicy, RelaxationStep, StepCondition,
    StrategyPolicy, TargetKind,
};

#[derive(Clone)]
pub(crate) struct Rules {
    pub(crate) policy: Policy,
    queues: [Option<Box<QueueRules>>; QUEUES],
    pub(crate) channels: [Option<u32>; CHANNELS],
    /// Rank and credit.
    pub(crate) priorities: Vec<Option<(u16, i64)>>,
    pub(crate) rank_max: u16,
    pub(crate) default_queue: usize,
    pub(crate) default_channel: usize,
    pub(crate) default_priority: usize,
    pub(crate) credit_max: i64,
    pub(crate) uses_requesters: bool,
    pub(crate) uses_ledger: bool,
    pub(crate) keep_closed: i64,
    pub(crate) targets: Vec<TargetRules>,
}

#[derive(Clone)]
pub(crate) struct QueueRules {
    pub(crate) policy: QueuePolicy,
    pub(crate) is_pulled: bool,
    pub(crate) window: Option<i64>,
    pub(crate) steps: Vec<StepRules>,
    pub(crate) has_conditional: bool,
    pub(crate) limit: Option<(u32, Option<usize>)>,
    pub(crate) concurrent: usize,
    pub(crate) offline_after: Option<i64>,
}

#[derive(Clone)]
pub(crate) struct StepRules {
    pub(crate) after: i64,
    pub(crate) conditional: bool,
    pub(crate) drop: Vec<usize>,
    pub(crate) lower: Vec<(usize, u8)>,
    pub(crate) admit: Vec<usize>,
    pub(crate) credit: i64,
    pub(crate) any_agent: bool,
}

#[derive(Clone)]
pub(crate) struct TargetRules {
    pub(crate) name: String,
    pub(crate) kind: TargetKind,
    pub(crate) within: i64,
    pub(crate) warn_before: Option<i64>,
    pub(crate) priorities: Vec<usize>,
    pub(crate) calendar: Vec<Interval>,
}

impl Rules {
    pub(crate) fn new(policy: &Policy) -> Rules {
        let mut queues: [Option<Box<QueueRules>>; QUEUES] = Default::default();
        for (id, queue) in &policy.queues {
            queues[number(id.as_str())] = Some(Box::new(QueueRules::new(queue)));
        }
        let mut channels = [None; CHANNELS];
        for (id, channel) in &policy.channels {
            channels[number(id.as_str())] = Some(channel.units);
        }
        let mut priorities = vec![None; 8];
        for (id, priority) in &policy.priorities {
            priorities[number(id.as_str())] = Some((priority.rank, priority.credit.as_millis()));
        }
        let of = |id: Option<&str>, first: Option<&str>| id.or(first).map_or(0, number);
        let credits = priorities.iter().flatten().map(|(_, credit): &(u16, i64)| *credit);
        let targets = policy.targets.iter().map(|(name, target)| TargetRules {
            name: name.to_string(),
            kind: target.kind,
            within: target.within.as_millis(),
            warn_before: target.warn_before.map(|span| span.as_millis()),
            priorities: target.priorities.iter().map(|id| number(id.as_str())).collect(),
            calendar: target
                .calendar
                .as_ref()
                .and_then(|name| policy.calendars.get(name))
                .map_or(Vec::new(), |table| table.intervals().to_vec()),
        });
        Rules {
            rank_max: priorities.iter().flatten().map(|(rank, _)| *rank).max().unwrap_or_default(),
            credit_max: credits.max().unwrap_or_default(),
            default_queue: of(
                policy.default_queue.as_ref().map(|id| id.as_str()),
                policy.queues.keys().next().map(|id| id.as_str()),
            ),
            default_channel: of(
                policy.default_channel.as_ref().map(|id| id.as_str()),
                policy.channels.keys().next().map(|id| id.as_str()),
            ),
            default_priority: of(
                policy.default_priority.as_ref().map(|id| id.as_str()),
                policy.priorities.keys().next().map(|id| id.as_str()),
            ),
            uses_requesters: policy.queues.values().any(|queue| queue.affinity.requester.is_some()),
            uses_ledger: policy.queues.values().any(|queue| uses_ledger(&queue.strategy)),
            keep_closed: policy.limits.keep_closed.as_millis(),
            targets: targets.collect(),
            policy: policy.clone(),
            queues,
            channels,
            priorities,
        }
    }

    pub(crate) fn queue(&self, queue: usize) -> &QueueRules {
        self.queues[queue].as_deref().expect("a ticket is in a queue of the policy")
    }

    pub(crate) fn has_queue(&self, queue: usize) -> bool {
        self.queues.get(queue).is_some_and(Option::is_some)
    }

    pub(crate) fn priority(&self, priority: usize) -> (u16, i64) {
        self.priorities[priority].unwrap_or_default()
    }
}

impl QueueRules {
    fn new(policy: &QueuePolicy) -> QueueRules {
        let steps: Vec<StepRules> = policy.relaxation.iter().map(StepRules::new).collect();
        QueueRules {
            is_pulled: policy.dispatch == Dispatch::Pull,
            window: policy
                .batch_window
                .filter(|_| policy.dispatch == Dispatch::Push)
                .map(|span| span.as_millis()),
            has_conditional: steps.iter().any(|step| step.conditional),
            limit: policy.limit.as_ref().map(|limit| {
                let to = match &limit.then {
                    LengthAction::Cancel => None,
                    LengthAction::Overflow(to) => Some(number(to.as_str())),
                };
                (limit.max, to)
            }),
            concurrent: policy.offers.as_ref().map_or(0, |offers| usize::from(offers.concurrent)),
            offline_after: match policy.agent_offline {
                OfflinePolicy::Keep => None,
                OfflinePolicy::RequeueAfter(span) => Some(span.as_millis()),
            },
            policy: policy.clone(),
            steps,
        }
    }

    pub(crate) fn has_offers(&self) -> bool {
        self.policy.offers.is_some()
    }
}

impl StepRules {
    fn new(step: &RelaxationStep) -> StepRules {
        StepRules {
            after: step.after.map_or(NEVER, |after| after.as_millis()),
            conditional: step.when == Some(StepCondition::NobodyPresent),
            drop: step.drop_skills.iter().map(|skill| number(skill.as_str())).collect(),
            lower: step.lower_skills.iter().map(|(skill, level)| (number(skill.as_str()), *level)).collect(),
            admit: step.admit.iter().map(|queue| number(queue.as_str())).collect(),
            credit: step.credit.as_millis(),
            any_agent: step.any_agent,
        }
    }
}

fn uses_ledger(strategy: &StrategyPolicy) -> bool {
    use deskmatch::Factor::FairShare;
    match strategy {
        StrategyPolicy::FairShare {} | StrategyPolicy::RoundRobin { weighted: true } => true,
        StrategyPolicy::Weighted { factors }
        | StrategyPolicy::Optimal { factors }
        | StrategyPolicy::Custom { factors, .. } => factors.iter().any(|term| term.factor == FairShare),
        StrategyPolicy::Lexicographic { layers } => layers.iter().any(|layer| layer.factor == FairShare),
        _ => false,
    }
}

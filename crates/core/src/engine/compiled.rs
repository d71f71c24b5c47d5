//! A policy made ready for use: names as numbers, strategies as layers, conditions as tables.

use crate::error::Error;
use crate::hash::ContentHash;
use crate::id::{ChannelId, PriorityId, QueueId};
use crate::order;
use crate::policy::{
    CompiledCondition, DEFAULT_NAME, Dispatch, OrderKind, Policy, QueuePolicy, RelaxationStep, Router,
    StepCondition, StrategyPolicy, Target,
};
use crate::strategy::ranking::{Ranking, RotaKind};
use crate::time::{IntervalTable, Span};
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) struct Compiled {
    pub(crate) policy: Arc<Policy>,
    pub(crate) hash: ContentHash,
    pub(crate) queues: Vec<QueueTerms>,
    pub(crate) channels: Vec<(ChannelId, u32)>,
    pub(crate) priorities: Vec<PriorityTerms>,
    pub(crate) targets: Vec<TargetTerms>,
    pub(crate) router: Router,
    pub(crate) default_queue: Option<u16>,
    pub(crate) default_channel: u16,
    pub(crate) default_priority: u16,
    pub(crate) rank_max: u16,
    pub(crate) rotas: Vec<RotaKind>,
    /// The attributes of agents that factors read as numbers.
    pub(crate) numbers: Vec<SmolStr>,
    pub(crate) uses_ledger: bool,
    pub(crate) uses_requesters: bool,
    pub(crate) has_custom: bool,
    /// Whether a queue collects its tickets in batch windows.
    pub(crate) has_windows: bool,
}

pub(crate) struct QueueTerms {
    pub(crate) id: QueueId,
    pub(crate) policy: QueuePolicy,
    pub(crate) ranking: Ranking,
    pub(crate) strategy_name: SmolStr,
    pub(crate) custom: Option<SmolStr>,
    pub(crate) agents: Option<CompiledCondition>,
    pub(crate) targets: Vec<u16>,
    pub(crate) steps: Vec<StepTerms>,
    pub(crate) has_conditional_steps: bool,
}

pub(crate) struct StepTerms {
    /// The age at which it is taken; `None` for one that waits for a condition.
    pub(crate) after: Option<i64>,
    pub(crate) admit: Vec<u16>,
    pub(crate) overflow: Option<u16>,
    pub(crate) escalate: Option<u16>,
    pub(crate) policy: RelaxationStep,
}

pub(crate) struct PriorityTerms {
    pub(crate) id: PriorityId,
    pub(crate) rank: u16,
    pub(crate) credit: i64,
}

pub(crate) struct TargetTerms {
    pub(crate) name: SmolStr,
    pub(crate) policy: Target,
    pub(crate) priorities: Vec<u16>,
    pub(crate) calendar: IntervalTable,
}

impl Compiled {
    pub(crate) fn new(policy: Arc<Policy>) -> Result<Compiled, Error> {
        policy.validate()?;
        let queues: Vec<QueueId> = if policy.queues.is_empty() {
            vec![DEFAULT_NAME.into()]
        } else {
            policy.queues.keys().cloned().collect()
        };
        let channels = if policy.channels.is_empty() {
            vec![(DEFAULT_NAME.into(), 1)]
        } else {
            policy.channels.iter().map(|(id, channel)| (id.clone(), channel.units)).collect()
        };
        let priorities = if policy.priorities.is_empty() {
            vec![PriorityTerms { id: DEFAULT_NAME.into(), rank: 0, credit: 0 }]
        } else {
            let terms = |(id, priority): (&PriorityId, &crate::policy::PriorityPolicy)| PriorityTerms {
                id: id.clone(),
                rank: priority.rank,
                credit: priority.credit.as_millis(),
            };
            policy.priorities.iter().map(terms).collect()
        };
        let mut compiled = Compiled {
            hash: policy.hash(),
            router: Router::new(&policy),
            queues: Vec::new(),
            targets: Vec::new(),
            default_queue: default_index(
                queues.iter().map(QueueId::as_str),
                policy.default_queue.as_ref().map(QueueId::as_str),
            ),
            default_channel: default_index(
                channels.iter().map(|(id, _): &(ChannelId, u32)| id.as_str()),
                policy.default_channel.as_ref().map(ChannelId::as_str),
            )
            .unwrap_or_default(),
            default_priority: default_index(
                priorities.iter().map(|terms| terms.id.as_str()),
                policy.default_priority.as_ref().map(PriorityId::as_str),
            )
            .unwrap_or_default(),
            rank_max: priorities.iter().map(|terms| terms.rank).max().unwrap_or_default(),
            channels,
            priorities,
            rotas: Vec::new(),
            numbers: Vec::new(),
            uses_ledger: false,
            uses_requesters: false,
            has_custom: false,
            has_windows: false,
            policy: Arc::clone(&policy),
        };
        compiled.compile_targets();
        let fallback = QueuePolicy::default();
        for id in &queues {
            let terms = compiled.compile_queue(id, policy.queues.get(id).unwrap_or(&fallback), &queues);
            compiled.queues.push(terms);
        }
        compiled.rotas = RotaKind::ALL
            .into_iter()
            .filter(|kind| compiled.queues.iter().any(|queue| queue.ranking.rota == Some(*kind)))
            .collect();
        let numbers: BTreeSet<&str> =
            order::set(compiled.queues.iter().flat_map(|queue| queue.ranking.attributes()));
        compiled.numbers = numbers.into_iter().map(SmolStr::new).collect();
        compiled.uses_ledger = compiled.queues.iter().any(|queue| queue.ranking.uses_ledger());
        compiled.uses_requesters =
            compiled.queues.iter().any(|queue| queue.policy.affinity.requester.is_some());
        compiled.has_custom = compiled.queues.iter().any(|queue| queue.custom.is_some());
        compiled.has_windows = compiled.queues.iter().any(|queue| queue.batch_window().is_some());
        Ok(compiled)
    }

    fn compile_targets(&mut self) {
        for (name, target) in &self.policy.targets {
            let calendar = target.calendar.as_ref().and_then(|name| self.policy.calendars.get(name)).cloned();
            self.targets.push(TargetTerms {
                name: name.clone(),
                priorities: target.priorities.iter().filter_map(|id| self.priority(id.as_str())).collect(),
                policy: target.clone(),
                calendar: calendar.unwrap_or_default(),
            });
        }
    }

    fn compile_queue(&self, id: &QueueId, policy: &QueuePolicy, queues: &[QueueId]) -> QueueTerms {
        let queue = |id: &QueueId| queues.binary_search(id).ok().map(|index| index as u16);
        let step = |step: &RelaxationStep| StepTerms {
            after: step.after.map(|after| after.as_millis()),
            admit: step.admit.iter().filter_map(queue).collect(),
            overflow: step.overflow.as_ref().and_then(queue),
            escalate: step.escalate.as_ref().and_then(|id| self.priority(id.as_str())),
            policy: step.clone(),
        };
        let custom = if let StrategyPolicy::Custom { name, .. } = &policy.strategy {
            Some(name.clone())
        } else {
            None
        };
        let ranking = Ranking::of(&policy.strategy);
        QueueTerms {
            id: id.clone(),
            strategy_name: custom.clone().unwrap_or(SmolStr::new_static(ranking.name)),
            custom,
            ranking,
            agents: policy.agents.as_ref().map(CompiledCondition::new),
            targets: policy.targets.iter().filter_map(|name| self.target(name)).collect(),
            steps: policy.relaxation.iter().map(step).collect(),
            has_conditional_steps: policy
                .relaxation
                .iter()
                .any(|step| step.when == Some(StepCondition::NobodyPresent)),
            policy: policy.clone(),
        }
    }

    pub(crate) fn seed(&self) -> u64 {
        self.policy.seed
    }

    pub(crate) fn queue(&self, id: &str) -> Option<u16> {
        self.queues.binary_search_by(|terms| terms.id.as_str().cmp(id)).ok().map(|index| index as u16)
    }

    pub(crate) fn channel(&self, id: &str) -> Option<u16> {
        self.channels.binary_search_by(|(name, _)| name.as_str().cmp(id)).ok().map(|index| index as u16)
    }

    pub(crate) fn priority(&self, id: &str) -> Option<u16> {
        self.priorities.binary_search_by(|terms| terms.id.as_str().cmp(id)).ok().map(|index| index as u16)
    }

    pub(crate) fn target(&self, name: &str) -> Option<u16> {
        self.targets.binary_search_by(|terms| terms.name.as_str().cmp(name)).ok().map(|index| index as u16)
    }
}

impl QueueTerms {
    /// The order of a strict class; the last class is that of the tickets in none.
    pub(crate) fn order(&self, class: u16) -> OrderKind {
        self.policy.classes.get(usize::from(class)).and_then(|class| class.order).unwrap_or(self.policy.order)
    }

    /// Whether its tickets wait for a plan or for agents to ask, rather than go out at once.
    pub(crate) fn is_held_back(&self) -> bool {
        self.policy.batch_window.is_some() || self.is_pulled()
    }

    /// How long its tickets are collected for a plan, if they are: where agents ask, nothing is planned by itself.
    pub(crate) fn batch_window(&self) -> Option<Span> {
        self.policy.batch_window.filter(|_| !self.is_pulled())
    }

    /// Whether its tickets wait for agents to ask.
    pub(crate) fn is_pulled(&self) -> bool {
        self.policy.dispatch == Dispatch::Pull
    }
}

/// The place of the default among sorted names: the one named, else `default`, else the only one.
fn default_index<'a>(names: impl Iterator<Item = &'a str> + Clone, named: Option<&str>) -> Option<u16> {
    let wanted = named.unwrap_or(DEFAULT_NAME);
    let only = names.clone().count() == 1;
    names.clone().position(|name| name == wanted).or(only.then_some(0)).map(|index| index as u16)
}

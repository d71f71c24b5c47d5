//! Log, roster and policy fitted together: names of the one in terms of the others.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use deskmatch::order;
use deskmatch::{
    Agent, AgentQueue, Attributes, ChannelId, Dispatch, Policy, PriorityId, QueueId, ReadyMade, RequesterId,
    SkillId, SkillRequirement, Span, Ticket,
};

use super::options::{QueueUse, SkillUse};
use super::staff::attribute_of;
use super::{Simulation, priorities};
use crate::log::{LoggedTicket, Symbol, Symbols, TicketLog};

/// The most skills that a ticket of the engine asks for.
const SKILLS_MAX: usize = 255;
/// The rank of queues that an agent serves only because nobody else does.
const RANK_OF_ORPHANS: u16 = 1;

/// What the log's names are under the policy, and the agents under both.
pub(super) struct Fit<'a> {
    log: &'a TicketLog,
    /// The policy, completed for the log.
    pub(super) policy: Policy,
    /// The agents, in the roster's order.
    pub(super) agents: Vec<Agent>,
    /// Of each agent, its levels by the log's number of the skill.
    pub(super) levels: Vec<HashMap<Symbol, u8>>,
    skill_use: SkillUse,
    has_attributes: bool,
    queues: Vec<Option<QueueId>>,
    priorities: Vec<Option<PriorityId>>,
    channels: Vec<Option<ChannelId>>,
    skills: Vec<Option<SkillId>>,
    /// Of each queue of the log (and of none, in the last place), whether an agent of it has all of some skills.
    capable: Vec<HashMap<Box<[Symbol]>, bool>>,
    /// Of each queue of the log (and of none), the agents that serve it.
    servers: Vec<Vec<u32>>,
    /// What is worth telling below the report.
    pub(super) notes: Vec<String>,
}

impl<'a> Fit<'a> {
    pub(super) fn new(simulation: &Simulation<'a>, policy: &Policy) -> Self {
        let log = simulation.log;
        let options = simulation.options;
        let mut agents = simulation.roster.to_agents();
        let policy = complete(policy, log, &agents, options.queues);
        let mut notes = Vec::new();
        let orphans = seat(&mut agents, &policy);
        notes.extend(describe_orphans(&orphans, &policy, log, options.queues));
        let known: BTreeSet<QueueId> = order::set(policy.queue_names());
        let by_log = options.queues == QueueUse::Log;
        let queues: Vec<Option<QueueId>> =
            log.queues().iter().map(|name| known.get(name).filter(|_| by_log).cloned()).collect();
        let servers = servers(&queues, &policy, &agents);
        let priorities = priorities::fit(log.priorities(), &policy);
        notes.extend(describe_priorities(log.priorities(), &priorities));
        let channels = policy.channel_names();
        let levels = agents.iter().map(|agent| levels_of(agent, log.skills())).collect();
        Self {
            skill_use: options.skills,
            has_attributes: looks_at_attributes(&policy),
            channels: log
                .channels()
                .iter()
                .map(|name| channels.iter().find(|known| known.as_str().eq_ignore_ascii_case(name)).cloned())
                .collect(),
            skills: log.skills().iter().map(|name| skill_of(name, &policy)).collect(),
            capable: vec![HashMap::new(); servers.len()],
            log,
            policy,
            agents,
            levels,
            queues,
            priorities,
            servers,
            notes,
        }
    }

    /// Returns a ticket of the log as it is submitted.
    pub(super) fn ticket(&mut self, logged: &LoggedTicket<'_>) -> Ticket {
        let place = logged.queue_symbol().map(Symbol::index);
        let attributes = logged.attributes().map(|(name, value)| (name.into(), attribute_of(value)));
        let channel = logged.channel().and_then(|channel| self.log.channels().find(channel));
        Ticket {
            queue: place.and_then(|place| self.queues.get(place)?.clone()),
            priority: logged
                .priority_symbol()
                .and_then(|priority| self.priorities.get(priority.index())?.clone()),
            channel: channel.and_then(|channel| self.channels.get(channel.index())?.clone()),
            skills: self.skills_of(logged, place),
            attributes: if self.has_attributes { order::map(attributes) } else { Attributes::new() },
            requester: logged.requester().map(RequesterId::from),
            ..Ticket::new(logged.id())
        }
    }

    fn skills_of(&mut self, logged: &LoggedTicket<'_>, place: Option<usize>) -> Vec<SkillRequirement> {
        let asked = logged.skill_symbols();
        if asked.is_empty() || self.skill_use == SkillUse::Ignored {
            return Vec::new();
        }
        let required = self.skill_use == SkillUse::Required && self.somebody_can(asked, place);
        let names = asked.iter().filter_map(|skill| self.skills.get(skill.index())?.as_ref());
        let asked = names.take(SKILLS_MAX).map(|skill| {
            if required {
                SkillRequirement::required(skill.clone(), 1)
            } else {
                SkillRequirement::preferred(skill.clone(), 1, 1)
            }
        });
        asked.collect()
    }

    /// Returns whether an agent that serves the queue has all the skills.
    fn somebody_can(&mut self, asked: &[Symbol], place: Option<usize>) -> bool {
        let place = place.unwrap_or(self.queues.len());
        let Some(known) = self.capable.get_mut(place) else { return false };
        if let Some(answer) = known.get(asked) {
            return *answer;
        }
        let has_all = |agent: &u32| {
            let levels = self.levels.get(*agent as usize);
            levels.is_some_and(|levels| asked.iter().all(|skill| levels.contains_key(skill)))
        };
        let answer = self.servers.get(place).is_some_and(|servers| servers.iter().any(has_all));
        known.insert(asked.into(), answer);
        answer
    }
}

/// Adds the queues that log and roster name, lets closed tickets be forgotten at once, and lets queues push.
fn complete(policy: &Policy, log: &TicketLog, agents: &[Agent], queues: QueueUse) -> Policy {
    let mut policy = policy.clone();
    if queues == QueueUse::Log {
        let mut names: BTreeSet<QueueId> =
            order::set(log.iter().filter_map(|ticket| ticket.queue()).map(QueueId::from));
        names.extend(agents.iter().flat_map(|agent| &agent.queues).map(|entry| entry.queue.clone()));
        policy = policy.clone().with_queues_like(template(&policy).as_str(), names);
    }
    policy.limits.keep_closed = Span::ZERO;
    for queue in policy.queues.values_mut() {
        queue.dispatch = Dispatch::Push;
    }
    policy
}

/// Returns whether anything in the policy depends on attributes of tickets: hundreds of bytes a ticket otherwise spared.
fn looks_at_attributes(policy: &Policy) -> bool {
    let owners = policy.queues.values().any(|queue| queue.affinity.owner.is_some());
    // Conditions name an attribute as a field, `attributes.plan`.
    owners || policy.to_json().contains("\"attributes.")
}

/// Returns the queue of the policy that queues of the log are made like.
fn template(policy: &Policy) -> QueueId {
    let ready_made =
        policy.name.as_deref().and_then(ReadyMade::named).map(|ready_made| ready_made.template());
    let existing = ready_made.filter(|template| policy.queues.contains_key(*template));
    existing.map(QueueId::from).or_else(|| policy.queue_by_default()).unwrap_or_else(|| "default".into())
}

/// Gives every agent the queues that nobody names, and takes from it what the policy does not know.
fn seat(agents: &mut [Agent], policy: &Policy) -> Vec<QueueId> {
    let queues: BTreeSet<QueueId> = order::set(policy.queue_names());
    let channels = policy.channel_names();
    for agent in agents.iter_mut() {
        agent.queues.retain(|entry| queues.contains(&entry.queue));
        agent.channels.retain(|channel| channels.contains(channel));
        agent.capacity.channels.retain(|channel, _| channels.contains(channel));
        if !policy.skills.is_empty() {
            agent.skills.retain(|skill, _| policy.skills.contains_key(skill));
        }
    }
    let named: BTreeSet<&QueueId> =
        order::set(agents.iter().flat_map(|agent| &agent.queues).map(|entry| &entry.queue));
    let orphans: Vec<QueueId> = queues.iter().filter(|queue| !named.contains(queue)).cloned().collect();
    if named.is_empty() {
        return Vec::new();
    }
    for agent in agents.iter_mut().filter(|agent| !agent.queues.is_empty()) {
        let further = orphans
            .iter()
            .map(|queue| AgentQueue { rank: RANK_OF_ORPHANS, ..AgentQueue::new(queue.clone()) });
        agent.queues.extend(further);
    }
    orphans
}

/// Names the queues that all agents serve because none does alone; not one that no ticket can come to.
fn describe_orphans(
    orphans: &[QueueId],
    policy: &Policy,
    log: &TicketLog,
    queues: QueueUse,
) -> Option<String> {
    let default = policy.queue_by_default();
    let is_default_used = queues == QueueUse::Policy || log.iter().any(|ticket| ticket.queue().is_none());
    let used = |queue: &&QueueId| is_default_used || default.as_ref() != Some(*queue);
    let told: Vec<&str> = orphans.iter().filter(used).map(QueueId::as_str).collect();
    (!told.is_empty()).then(|| {
        let told = shortened(told.into_iter());
        format!("queues that no agent names are served by all agents, behind their own: {told}")
    })
}

/// Writes a few names, and how many more there are.
fn shortened<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    const SHOWN_MAX: usize = 6;
    let more = names.len().saturating_sub(SHOWN_MAX);
    let mut text = names.take(SHOWN_MAX).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

fn servers(queues: &[Option<QueueId>], policy: &Policy, agents: &[Agent]) -> Vec<Vec<u32>> {
    let mut by_queue: BTreeMap<&QueueId, Vec<u32>> = BTreeMap::new();
    let mut everywhere = Vec::new();
    for (agent, number) in agents.iter().zip(0_u32..) {
        if agent.queues.is_empty() {
            everywhere.push(number);
        }
        for entry in &agent.queues {
            by_queue.entry(&entry.queue).or_default().push(number);
        }
    }
    let default = policy.queue_by_default();
    let all = queues.iter().map(Option::as_ref).chain([None]);
    all.map(|queue| {
        let own = queue.or(default.as_ref()).and_then(|queue| by_queue.get(queue));
        own.into_iter().flatten().chain(&everywhere).copied().collect()
    })
    .collect()
}

fn levels_of(agent: &Agent, skills: &Symbols) -> HashMap<Symbol, u8> {
    agent.skills.iter().filter_map(|(skill, level)| Some((skills.find(skill.as_str())?, *level))).collect()
}

fn skill_of(name: &str, policy: &Policy) -> Option<SkillId> {
    (policy.skills.is_empty() || policy.skills.contains_key(name)).then(|| SkillId::from(name))
}

/// Says which priority of the log is which of the policy, where the names differ.
fn describe_priorities(log: &Symbols, fitted: &[Option<PriorityId>]) -> Option<String> {
    let mut pairs: Vec<(&str, &str)> = log
        .iter()
        .zip(fitted)
        .map(|(name, id)| (name, id.as_ref().map_or("the default", PriorityId::as_str)))
        .filter(|(name, id)| name != id)
        .collect();
    order::sort(&mut pairs);
    let shown: Vec<String> = pairs.iter().map(|(name, id)| format!("{name} = {id}")).collect();
    (!shown.is_empty()).then(|| format!("priorities: {}", shortened(shown.iter().map(String::as_str))))
}

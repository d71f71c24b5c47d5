//! Checks of what commands bring: tickets, agents and changes to them, against the policy.
//!
//! Every fault is told, each with its path. On success nothing is allocated, but for lists that are long.

use crate::agent::{Agent, AgentPatch, AgentQueue};
use crate::attribute::{AttributeValue, Attributes};
use crate::capacity::{Capacity, RateLimit};
use crate::error::{Error, ErrorKind};
use crate::event::Route;
use crate::id::{AgentId, ChannelId, SkillId};
use crate::policy::Policy;
use crate::policy::faults::{Faults, Path, Shown};
use crate::skill::{LEVEL_MAX, SkillClass, SkillRequirement};
use crate::ticket::{PreferredAgent, Ticket, TicketPatch};
use crate::time::{Interval, Timestamp};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// The most skills that one ticket may ask for.
pub(crate) const TICKET_SKILLS_MAX: usize = 255;
/// The most that a preferred skill may weigh.
pub(crate) const SKILL_WEIGHT_MAX: u16 = 1_000;
/// The longest text that an attribute may hold, in bytes.
pub(crate) const ATTRIBUTE_BYTES_MAX: usize = 64 << 10;
/// The largest share of an agent.
pub(crate) const AGENT_WEIGHT_MAX: u32 = 10_000;
/// The most assignments that a rate limit may count.
pub(crate) const RATE_MAX: u32 = 10_000;

/// Checks a ticket that is submitted.
pub(crate) fn ticket(ticket: &Ticket, policy: &Policy, now: Timestamp) -> Result<(), Error> {
    let mut checker = Checker { faults: Faults::default(), policy };
    let root = Path::Root;
    checker.faults.name(&root.key("id"), ticket.id.as_str());
    if let Some(queue) = &ticket.queue {
        checker.queue(&root.key("queue"), queue.as_str());
    }
    if let Some(channel) = &ticket.channel {
        checker.channel(&root.key("channel"), channel.as_str());
    }
    if let Some(priority) = &ticket.priority {
        checker.priority(&root.key("priority"), priority.as_str());
    }
    checker.requirements(&root.key("skills"), &ticket.skills);
    checker.attributes(&ticket.attributes);
    if let Some(requester) = &ticket.requester {
        checker.faults.name(&root.key("requester"), requester.as_str());
    }
    checker.preferred(&ticket.preferred);
    checker.excluded(&ticket.excluded);
    checker.size(ticket.size);
    checker.moment(&root.key("not_before"), ticket.not_before);
    checker.moment(&root.key("due"), ticket.due);
    checker.moment(&root.key("created"), ticket.created);
    if let Some(created) = ticket.created.filter(|created| *created > now) {
        let message =
            format_args!("`{created}` lies in the future: it is `{now}`; give a moment that has passed");
        checker.faults.add(&root.key("created"), message);
    }
    checker
        .finish(ErrorKind::InvalidTicket, || format!("the ticket {}", Shown(ticket.id.as_str())))
        .map_err(|error| error.on(&ticket.id))
}

/// Checks a change to a ticket that has these attributes.
pub(crate) fn ticket_patch(
    patch: &TicketPatch,
    attributes: &Attributes,
    policy: &Policy,
) -> Result<(), Error> {
    let mut checker = Checker { faults: Faults::default(), policy };
    let root = Path::Root;
    if let Some(priority) = &patch.priority {
        checker.priority(&root.key("priority"), priority.as_str());
    }
    if let Some(skills) = &patch.skills {
        checker.requirements(&root.key("skills"), skills);
    }
    checker.attribute_changes(&patch.attributes, attributes);
    checker.preferred(patch.preferred.as_deref().unwrap_or_default());
    checker.excluded(patch.excluded.as_deref().unwrap_or_default());
    checker.size(patch.size);
    checker.moment(&root.key("due"), patch.due);
    checker.finish(ErrorKind::InvalidTicket, || "the change to the ticket".to_owned())
}

/// Checks that a ticket with what routing sets on it keeps the limits of a ticket.
pub(crate) fn routed(ticket: &Ticket, route: &Route, policy: &Policy) -> Result<(), Error> {
    let mut faults = Faults::default();
    let root = Path::Root;
    let added =
        route.skills.iter().filter(|new| !ticket.skills.iter().any(|asked| asked.skill == new.skill)).count();
    let skills = ticket.skills.len() + added;
    faults.require(
        skills <= TICKET_SKILLS_MAX,
        &root.key("skills"),
        format_args!(
            "{skills} skills with those of the routing rules; a ticket has at most {TICKET_SKILLS_MAX}"
        ),
    );
    let added = route.attributes.keys().filter(|name| !ticket.attributes.contains_key(*name)).count();
    let (attributes, limit) = (ticket.attributes.len() + added, policy.limits.attributes as usize);
    faults.require(
        attributes <= limit,
        &root.key("attributes"),
        format_args!(
            "{attributes} attributes with those of the routing rules; the policy's limit is {limit}"
        ),
    );
    faults
        .into_result(ErrorKind::InvalidTicket, || format!("the ticket {}", Shown(ticket.id.as_str())))
        .map_err(|error| error.on(&ticket.id))
}

/// Checks an agent that is added.
pub(crate) fn agent(agent: &Agent, policy: &Policy) -> Result<(), Error> {
    let mut checker = Checker { faults: Faults::default(), policy };
    let root = Path::Root;
    checker.faults.name(&root.key("id"), agent.id.as_str());
    checker.levels(&agent.skills);
    checker.agent_queues(&agent.queues);
    checker.capacity(&agent.capacity);
    checker.agent_channels(&agent.channels);
    checker.attributes(&agent.attributes);
    checker.weight(agent.weight);
    let presence = root.key("channel_presence");
    for channel in agent.channel_presence.keys() {
        checker.channel(&presence.key(channel.as_str()), channel.as_str());
    }
    checker.shifts(&agent.shifts);
    checker.faults.rate_limit(&root.key("rate_limit"), agent.rate_limit.as_ref());
    checker
        .finish(ErrorKind::InvalidAgent, || format!("the agent {}", Shown(agent.id.as_str())))
        .map_err(|error| error.on(&agent.id))
}

/// Checks a change to an agent that has these attributes.
pub(crate) fn agent_patch(patch: &AgentPatch, attributes: &Attributes, policy: &Policy) -> Result<(), Error> {
    let mut checker = Checker { faults: Faults::default(), policy };
    if let Some(skills) = &patch.skills {
        checker.levels(skills);
    }
    checker.agent_queues(patch.queues.as_deref().unwrap_or_default());
    if let Some(capacity) = &patch.capacity {
        checker.capacity(capacity);
    }
    checker.agent_channels(patch.channels.as_deref().unwrap_or_default());
    checker.attribute_changes(&patch.attributes, attributes);
    if let Some(weight) = patch.weight {
        checker.weight(weight);
    }
    checker.shifts(patch.shifts.as_deref().unwrap_or_default());
    checker.faults.rate_limit(&Path::Root.key("rate_limit"), patch.rate_limit.as_ref());
    checker.finish(ErrorKind::InvalidAgent, || "the change to the agent".to_owned())
}

impl Faults {
    /// Requires a level of a skill: 1 to 100.
    pub(crate) fn level(&mut self, path: &Path<'_>, level: u8) {
        self.within(path, level, 1, LEVEL_MAX.into());
    }

    /// Requires a valid rate limit.
    pub(crate) fn rate_limit(&mut self, path: &Path<'_>, limit: Option<&RateLimit>) {
        let Some(limit) = limit else { return };
        self.within(&path.key("max"), limit.max, 1, RATE_MAX.into());
        self.require(
            !limit.window.is_zero(),
            &path.key("window"),
            "the window is no time at all; give more than 0",
        );
    }

    /// Requires a valid attribute.
    pub(crate) fn attribute(&mut self, path: &Path<'_>, name: &str, value: Option<&AttributeValue>) {
        self.name(&path.key(name), name);
        if let Some(AttributeValue::Text(text)) = value {
            let bytes = text.len();
            self.require(
                bytes <= ATTRIBUTE_BYTES_MAX,
                &path.key(name),
                format_args!("the text has {bytes} bytes; at most {ATTRIBUTE_BYTES_MAX}"),
            );
        }
    }

    /// Requires skills to ask for: valid levels and weights, none twice, not too many.
    pub(crate) fn requirements(&mut self, path: &Path<'_>, skills: &[SkillRequirement]) {
        let count = skills.len();
        if count > TICKET_SKILLS_MAX {
            self.add(path, format_args!("{count} skills; a ticket has at most {TICKET_SKILLS_MAX}"));
        }
        for (index, asked) in skills.iter().enumerate() {
            let path = path.index(index);
            self.name(&path.key("skill"), asked.skill.as_str());
            self.level(&path.key("level"), asked.level);
            if let SkillClass::Preferred { weight } = asked.class {
                let class = path.key("class");
                let preferred = class.key("preferred");
                self.within(&preferred.key("weight"), weight, 1, SKILL_WEIGHT_MAX.into());
            }
        }
        self.distinct(path, Some("skill"), skills.len(), |index| skills[index].skill.as_str());
    }

    /// Requires that no name comes twice in a list.
    pub(crate) fn distinct<'a>(
        &mut self,
        path: &Path<'_>,
        key: Option<&str>,
        count: usize,
        name: impl Fn(usize) -> &'a str,
    ) {
        /// Up to so many names are compared pair by pair, which needs no memory.
        const PAIRWISE_MAX: usize = 16;
        let mut seen = BTreeSet::new();
        for index in 1..count {
            let twice = if count <= PAIRWISE_MAX {
                (0..index).any(|earlier| name(earlier) == name(index))
            } else {
                if index == 1 {
                    seen.insert(name(0));
                }
                !seen.insert(name(index))
            };
            if twice {
                let place = path.index(index);
                let place = key.map_or(place, |key| place.key(key));
                self.add(&place, format_args!("{} is named twice; name it once", Shown(name(index))));
            }
        }
    }
}

/// The checks that need to know the policy.
struct Checker<'a> {
    faults: Faults,
    policy: &'a Policy,
}

impl Checker<'_> {
    fn finish(self, kind: ErrorKind, what: impl FnOnce() -> String) -> Result<(), Error> {
        self.faults.into_result(kind, what)
    }

    fn known(&mut self, known: bool, path: &Path<'_>, name: &str, noun: &str) {
        self.faults.require(known, path, format_args!("{} is not a {noun} of the policy", Shown(name)));
    }

    fn queue(&mut self, path: &Path<'_>, name: &str) {
        self.known(self.policy.has_queue(name), path, name, "queue");
    }

    fn channel(&mut self, path: &Path<'_>, name: &str) {
        self.known(self.policy.has_channel(name), path, name, "channel");
    }

    fn priority(&mut self, path: &Path<'_>, name: &str) {
        self.known(self.policy.has_priority(name), path, name, "priority");
    }

    fn skill(&mut self, path: &Path<'_>, skill: &SkillId) {
        self.known(self.policy.has_skill(skill.as_str()), path, skill.as_str(), "skill");
    }

    fn requirements(&mut self, path: &Path<'_>, skills: &[SkillRequirement]) {
        self.faults.requirements(path, skills);
        for (index, asked) in skills.iter().enumerate() {
            self.skill(&path.index(index).key("skill"), &asked.skill);
        }
    }

    fn levels(&mut self, skills: &BTreeMap<SkillId, u8>) {
        let path = Path::Root;
        let path = path.key("skills");
        let (count, limit) = (skills.len(), self.policy.limits.skills as usize);
        self.faults.require(
            count <= limit,
            &path,
            format_args!("{count} skills; the policy's limit is {limit}"),
        );
        for (skill, level) in skills {
            let path = path.key(skill.as_str());
            self.faults.name(&path, skill.as_str());
            self.faults.level(&path, *level);
            self.skill(&path, skill);
        }
    }

    fn attributes(&mut self, attributes: &Attributes) {
        let path = Path::Root;
        let path = path.key("attributes");
        self.attribute_count(&path, attributes.len());
        for (name, value) in attributes {
            self.faults.attribute(&path, name, Some(value));
        }
    }

    fn attribute_changes(
        &mut self,
        changes: &BTreeMap<SmolStr, Option<AttributeValue>>,
        before: &Attributes,
    ) {
        let path = Path::Root;
        let path = path.key("attributes");
        let mut count = before.len();
        for (name, value) in changes {
            self.faults.attribute(&path, name, value.as_ref());
            match (before.contains_key(name), value) {
                (true, None) => count -= 1,
                (false, Some(_)) => count += 1,
                _ => {}
            }
        }
        if !changes.is_empty() {
            self.attribute_count(&path, count);
        }
    }

    fn attribute_count(&mut self, path: &Path<'_>, count: usize) {
        let limit = self.policy.limits.attributes as usize;
        self.faults.require(
            count <= limit,
            path,
            format_args!("{count} attributes; the policy's limit is {limit}"),
        );
    }

    fn preferred(&mut self, preferred: &[PreferredAgent]) {
        let path = Path::Root;
        let path = path.key("preferred");
        for (index, entry) in preferred.iter().enumerate() {
            let path = path.index(index);
            self.faults.name(&path.key("agent"), entry.agent.as_str());
            self.moment(&path.key("until"), entry.until);
        }
    }

    fn excluded(&mut self, excluded: &[AgentId]) {
        let path = Path::Root;
        let path = path.key("excluded");
        for (index, agent) in excluded.iter().enumerate() {
            self.faults.name(&path.index(index), agent.as_str());
        }
    }

    fn size(&mut self, size: Option<u32>) {
        if let Some(size) = size {
            self.faults.within(&Path::Root.key("size"), size, 0, Capacity::UNITS_MAX.into());
        }
    }

    fn moment(&mut self, path: &Path<'_>, at: Option<Timestamp>) {
        if let Some(at) = at {
            self.faults.within(path, at.0, Timestamp::MIN.0.into(), Timestamp::MAX.0.into());
        }
    }

    fn agent_queues(&mut self, queues: &[AgentQueue]) {
        let path = Path::Root;
        let path = path.key("queues");
        for (index, served) in queues.iter().enumerate() {
            self.queue(&path.index(index).key("queue"), served.queue.as_str());
        }
        self.faults.distinct(&path, Some("queue"), queues.len(), |index| queues[index].queue.as_str());
    }

    fn agent_channels(&mut self, channels: &[ChannelId]) {
        let path = Path::Root;
        let path = path.key("channels");
        for (index, channel) in channels.iter().enumerate() {
            self.channel(&path.index(index), channel.as_str());
        }
        self.faults.distinct(&path, None, channels.len(), |index| channels[index].as_str());
    }

    fn capacity(&mut self, capacity: &Capacity) {
        let path = Path::Root;
        let path = path.key("capacity");
        self.faults.within(&path.key("units"), capacity.units, 0, Capacity::UNITS_MAX.into());
        let path = path.key("channels");
        for (channel, special) in &capacity.channels {
            let path = path.key(channel.as_str());
            self.channel(&path, channel.as_str());
            if let Some(units) = special.units {
                self.faults.within(&path.key("units"), units, 0, Capacity::UNITS_MAX.into());
            }
        }
    }

    fn weight(&mut self, weight: u32) {
        self.faults.within(&Path::Root.key("weight"), weight, 1, AGENT_WEIGHT_MAX.into());
    }

    fn shifts(&mut self, shifts: &[Interval]) {
        let path = Path::Root;
        self.faults.intervals(&path.key("shifts"), shifts);
    }
}

impl Faults {
    /// Requires intervals that are sorted and apart.
    pub(crate) fn intervals(&mut self, path: &Path<'_>, intervals: &[Interval]) {
        for (index, Interval { from, to }) in intervals.iter().enumerate() {
            let path = path.index(index);
            for (key, at) in [("from", from), ("to", to)] {
                self.within(&path.key(key), at.0, Timestamp::MIN.0.into(), Timestamp::MAX.0.into());
            }
            let message = format_args!("`{to}` is not after `{from}`; an interval ends after it begins");
            self.require(from < to, &path.key("to"), message);
            if let Some(before) = index.checked_sub(1).and_then(|before| intervals.get(before)) {
                let end = before.to;
                self.require(
                    end <= *from,
                    &path.key("from"),
                    format_args!(
                        "`{from}` is before `{end}`, the end of the interval before; sort them, apart"
                    ),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests;

//! Agents from a log: who resolved what.

use deskmatch::order;
use std::collections::{BTreeMap, BTreeSet};

use super::{Roster, RosterAgent, RosterSource};
use crate::fixed_point::log2;
use crate::log::{LoggedTicket, TicketLog};

/// Says how agents are derived from a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RosterOptions {
    /// How many tickets with a skill an agent must have resolved to have the skill. The default is 1.
    pub resolved_min: u32,
    /// The capacity of every agent, in units; no log says it. The default is 1.
    pub capacity: u32,
}

impl Default for RosterOptions {
    fn default() -> Self {
        Self { resolved_min: 1, capacity: 1 }
    }
}

/// What the log says of one agent, by the dense numbers of skills and queues.
#[derive(Default)]
struct Resolved {
    skills: BTreeMap<usize, u32>,
    queues: BTreeMap<usize, u32>,
    tickets: u32,
}

impl Roster {
    /// Derives the agents from who resolved what.
    ///
    /// Every agent that resolved a ticket is in the roster. A ticket counts as resolved where it has a time of
    /// resolution or of closing; in a log that has neither column, every ticket with an agent counts.
    ///
    /// * The **skills** of an agent are those of the tickets it resolved. The **level** grows with their number, on a
    ///   logarithmic scale that ends at the agent with the most tickets of that skill:
    ///   `level = 1 + floor(99 * log2(1 + resolved) / log2(1 + most))`. So the most experienced has 100, and who
    ///   resolved one ticket where the best resolved 1,000 has 10.
    /// * The **queues** are those of the tickets it resolved.
    /// * **Capacity** is an assumption: see [`RosterOptions`].
    ///
    /// Costs O(tickets * skills per ticket + agents * skills).
    pub fn from_log(log: &TicketLog, options: &RosterOptions) -> Self {
        let counts = count(log);
        let mut most = vec![0_u32; log.skills().len()];
        for resolved in &counts {
            for (skill, number) in &resolved.skills {
                if let Some(most) = most.get_mut(*skill) {
                    *most = (*most).max(*number);
                }
            }
        }
        let mut agents: Vec<RosterAgent> = log
            .agents()
            .iter()
            .zip(&counts)
            .filter(|(_, resolved)| resolved.tickets > 0)
            .map(|(id, resolved)| agent(id, resolved, &most, log, options))
            .collect();
        order::sort_by(&mut agents, |a, b| a.id.cmp(&b.id));
        let queues: BTreeSet<usize> =
            counts.iter().flat_map(|resolved| resolved.queues.keys().copied()).collect();
        let description = format!(
            "agents are derived from the log: {} who resolved something; skills from {} and queues from {} they \
             resolved it in; capacity {} is assumed",
            counted(agents.len(), "agent"),
            counted(most.iter().filter(|number| **number > 0).count(), "category"),
            counted(queues.len(), "group"),
            options.capacity.max(1),
        );
        Roster { agents, source: RosterSource::Derived, description }
    }
}

fn counted(number: usize, noun: &str) -> String {
    match (number, noun) {
        (1, noun) => format!("1 {noun}"),
        (number, "category") => format!("{number} categories"),
        (number, noun) => format!("{number} {noun}s"),
    }
}

fn count(log: &TicketLog) -> Vec<Resolved> {
    let mut counts: Vec<Resolved> = Vec::new();
    counts.resize_with(log.agents().len(), Resolved::default);
    let has_times = log.iter().any(|ticket| is_done(&ticket));
    for ticket in log.iter().filter(|ticket| !has_times || is_done(ticket)) {
        let Some(resolved) = ticket.agent_symbol().and_then(|agent| counts.get_mut(agent.index())) else {
            continue;
        };
        resolved.tickets += 1;
        for skill in ticket.skill_symbols() {
            *resolved.skills.entry(skill.index()).or_default() += 1;
        }
        if let Some(queue) = ticket.queue_symbol() {
            *resolved.queues.entry(queue.index()).or_default() += 1;
        }
    }
    counts
}

fn is_done(ticket: &LoggedTicket<'_>) -> bool {
    ticket.resolved_ms().or(ticket.closed_ms()).is_some()
}

fn agent(
    id: &str,
    resolved: &Resolved,
    most: &[u32],
    log: &TicketLog,
    options: &RosterOptions,
) -> RosterAgent {
    let enough = resolved.skills.iter().filter(|(_, number)| **number >= options.resolved_min);
    let mut skills: Vec<(String, u8)> = enough
        .filter_map(|(skill, number)| {
            let name = log.skills().at(*skill)?.to_owned();
            Some((name, level(*number, most.get(*skill).copied()?)))
        })
        .collect();
    order::sort_by(&mut skills, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut queues: Vec<(String, u32)> = resolved
        .queues
        .iter()
        .filter_map(|(queue, number)| Some((log.queues().at(*queue)?.to_owned(), *number)))
        .collect();
    order::sort_by(&mut queues, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    RosterAgent {
        id: id.to_owned(),
        skills,
        queues: queues.into_iter().map(|(queue, _)| queue).collect(),
        capacity: options.capacity.max(1),
        channels: Vec::new(),
        weight: 1,
        attributes: Vec::new(),
    }
}

/// Returns the level of who resolved so many where the best resolved `most`.
fn level(resolved: u32, most: u32) -> u8 {
    let above = log2(u64::from(resolved) + 1) * 99;
    let below = log2(u64::from(most.max(resolved)) + 1);
    above.checked_div(below).map_or(1, |share| 1 + share.min(99) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LogReader, Mapping};

    fn roster(csv: &str, options: RosterOptions) -> Roster {
        let log = LogReader::new(Mapping::servicenow()).read(csv.as_bytes()).unwrap();
        Roster::from_log(&log, &options)
    }

    #[test]
    fn levels_grow_with_the_count_from_1_to_100() {
        assert_eq!(
            [level(1, 1), level(0, 5), level(1, 1_000), level(1_000, 1_000), level(0, 0)],
            [100, 1, 10, 100, 1]
        );
        let levels: Vec<u8> = (0..=5_000).map(|resolved| level(resolved, 5_000)).collect();
        assert!(levels.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(levels.iter().all(|level| (1..=100).contains(level)));
    }

    #[test]
    fn who_resolved_what_gives_skills_and_groups_give_queues() {
        let csv = "number,opened_at,resolved_at,category,assignment_group,resolved_by\n\
                   1,1/3/2016 09:00,1/3/2016 10:00,mail,desk,ada\n\
                   2,1/3/2016 09:00,1/3/2016 10:00,mail,desk,ada\n\
                   3,1/3/2016 09:00,1/3/2016 10:00,mail,desk,ada\n\
                   4,1/3/2016 09:00,1/3/2016 10:00,mail,field,ben\n\
                   5,1/3/2016 09:00,1/3/2016 10:00,vpn,field,ben\n\
                   6,1/3/2016 09:00,?,vpn,field,chen\n";
        let agents = roster(csv, RosterOptions::default()).into_agents();
        assert_eq!(agents.len(), 2, "chen resolved nothing");
        assert_eq!(
            (agents[0].skills.as_slice(), agents[0].queues.as_slice()),
            (&[("mail".to_owned(), 100)][..], &["desk".to_owned()][..])
        );
        assert_eq!(agents[1].skills, [("vpn".to_owned(), 100), ("mail".to_owned(), 50)]);
    }

    #[test]
    fn a_single_ticket_need_not_make_an_expert() {
        let csv = "number,opened_at,resolved_at,category,resolved_by\n\
                   1,1/3/2016 09:00,1/3/2016 10:00,mail,ada\n\
                   2,1/3/2016 09:00,1/3/2016 10:00,mail,ada\n\
                   3,1/3/2016 09:00,1/3/2016 10:00,vpn,ada\n";
        let agents = roster(csv, RosterOptions { resolved_min: 2, capacity: 4 }).into_agents();
        assert_eq!((agents[0].skills.as_slice(), agents[0].capacity), (&[("mail".to_owned(), 100)][..], 4));
    }

    #[test]
    fn a_log_without_resolutions_counts_who_holds_a_ticket() {
        let csv = "number,opened_at,category,assigned_to\n1,1/3/2016 09:00,mail,ada\n";
        let derived = roster(csv, RosterOptions::default());
        assert_eq!(derived.agents()[0].id, "ada");
        assert!(derived.describe().starts_with("agents are derived from the log: 1 agent who"));
    }
}

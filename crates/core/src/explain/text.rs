//! Explanations as text that a team lead can read.

use super::{AgentStanding, Change, Explanation, Remedy, Standing, Term};
use crate::time::Span;
use std::fmt;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Ticket {} is {} in queue {} (strategy {}, policy {}).",
            self.ticket, self.state, self.queue, self.strategy, self.policy
        )?;
        let able =
            self.agents.iter().filter(|agent| !matches!(agent.standing, Standing::Denied { .. })).count();
        writeln!(f, "{able} of {} agents may have it.", self.agents.len())?;
        for agent in &self.agents {
            writeln!(f, "  {agent}")?;
        }
        if self.tie_broken {
            writeln!(f, "The first two are equal; the draw by seed, ticket and agent decided.")?;
        }
        if !self.would_help.is_empty() {
            writeln!(f, "What would help:")?;
            for remedy in &self.would_help {
                writeln!(f, "  {remedy}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for AgentStanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.agent)?;
        match &self.standing {
            Standing::Chosen => f.write_str("chosen")?,
            Standing::Outranked { by, on } => write!(f, "behind {by} on {on}")?,
            Standing::Denied { denial } => {
                write!(f, "not eligible by {}: needs {}, has {}", denial.rule, denial.needed, denial.found)?
            }
        }
        for (index, term) in self.terms.iter().enumerate() {
            f.write_str(if index == 0 { " (" } else { ", " })?;
            match term.weight {
                0 if term.value == Term::NEVER => write!(f, "{} never", term.factor)?,
                0 if is_time(&term.factor) => write!(f, "{} {}", term.factor, Span::millis(term.value))?,
                0 => write!(f, "{} {}", term.factor, term.value)?,
                weight => write!(f, "{} {} x {weight} = {}", term.factor, term.value, term.points)?,
            }
        }
        if !self.terms.is_empty() {
            f.write_str(")")?;
        }
        Ok(())
    }
}

/// Whether an unweighted term says how long ago something was.
fn is_time(factor: &str) -> bool {
    matches!(factor, "idle_time" | "last_assignment")
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, change) in self.changes.iter().enumerate() {
            if index > 0 {
                f.write_str(", and ")?;
            }
            write!(f, "{change}")?;
        }
        match self.agents {
            1 => f.write_str(": frees 1 agent"),
            agents => write!(f, ": frees {agents} agents"),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::ComeOnline => f.write_str("an agent comes online"),
            Change::StartShift { at: Some(at) } => write!(f, "a shift begins, at {at} at the earliest"),
            Change::StartShift { at: None } => f.write_str("a shift is planned"),
            Change::ServeQueue { queue } => write!(f, "an agent serves queue {queue}"),
            Change::WaitForDelay { wait } => write!(f, "the ticket waits {wait} more"),
            Change::WorkOnChannel => f.write_str("an agent works on the channel"),
            Change::FreeUnits { units: 1 } => f.write_str("an agent frees 1 unit"),
            Change::FreeUnits { units } => write!(f, "an agent frees {units} units"),
            Change::FreeChannelSlot => f.write_str("an agent finishes a ticket of the channel"),
            Change::HaveSkill { skill, level, best: 0 } => write!(f, "an agent has {skill} at level {level}"),
            Change::HaveSkill { skill, level, best } => {
                write!(f, "an agent has {skill} at level {level} (the best has {best})")
            }
            Change::MeetAgentCondition => f.write_str("an agent meets the queue's condition"),
            Change::LiftExclusion => f.write_str("the ticket does not exclude the agent"),
            Change::LiftDecline { at: Some(at) } => write!(f, "a decline ends, at {at} at the earliest"),
            Change::LiftDecline { at: None } => f.write_str("a decline no longer counts"),
            Change::LiftReservation { at: Some(at) } => write!(f, "the reservation ends, at {at} by itself"),
            Change::LiftReservation { at: None } => f.write_str("the reservation ends"),
            Change::WaitForRate { at } => {
                write!(f, "an agent's rate window moves on, at {at} at the earliest")
            }
        }
    }
}

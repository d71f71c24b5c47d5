//! The report of a simulation: the log and each policy, side by side.

use super::track::SkillFit;
use super::{PolicyRun, Simulation};
use crate::error::Error;
use crate::log::{Symbol, TicketLog};
use crate::metrics::{Loads, Samples, Summary};
use crate::report::{Basis, Figure, Report};
use crate::roster::RosterSource;
use crate::{LoggedTicket, format_duration_ms, format_moment_ms};
use std::collections::HashMap;

/// The heading of the first column.
const LOG: &str = "log (data)";

/// A figure of several waits.
type Part = fn(&Summary) -> i64;

/// What the log says of how its tickets went, as far as it does.
struct History {
    tickets: u64,
    assigned: Option<u64>,
    within: Option<u64>,
    wait: Option<Summary>,
    reassignments: Option<u64>,
    loads: Option<Loads>,
    level: Option<u64>,
}

pub(super) fn report(simulation: &Simulation<'_>, runs: &[PolicyRun]) -> Result<Report, Error> {
    let history = History::of(simulation);
    let names = std::iter::once(LOG.to_owned()).chain(runs.iter().map(|run| run.name.clone()));
    let mut table = Table { report: Report::new(title(simulation, &history), names), runs };
    tickets(&mut table, simulation, &history)?;
    service(&mut table, &history)?;
    agents(&mut table, &history)?;
    speed(&mut table)?;
    notes(&mut table.report, simulation, runs);
    Ok(table.report)
}

fn title(simulation: &Simulation<'_>, history: &History) -> String {
    let agents = simulation.roster.agents().len();
    let chosen = chosen(simulation);
    let first = chosen.first().and_then(|index| simulation.log.ticket(*index as usize));
    let last = chosen.last().and_then(|index| simulation.log.ticket(*index as usize));
    let span = first.zip(last).map_or(String::new(), |(first, last)| {
        format!(
            ", created {} to {}",
            format_moment_ms(first.created_ms()),
            format_moment_ms(last.created_ms())
        )
    });
    format!("{} tickets{span}; {} agents", Figure::Count(history.tickets), Figure::Count(agents as u64))
}

/// Returns the tickets that are played, by number, in order of creation.
fn chosen(simulation: &Simulation<'_>) -> Vec<u32> {
    let mut order = simulation.log.arrivals();
    order.truncate(simulation.options.tickets_max.unwrap_or(usize::MAX));
    order
}

/// A report that is filled row by row: first what the log says, then each policy.
struct Table<'r> {
    report: Report,
    runs: &'r [PolicyRun],
}

impl Table<'_> {
    fn row(
        &mut self,
        key: &str,
        label: &str,
        logged: Figure,
        figure: impl Fn(&PolicyRun) -> Figure,
    ) -> Result<(), Error> {
        self.row_of(Basis::Model, key, label, logged, figure)
    }

    fn row_of(
        &mut self,
        basis: Basis,
        key: &str,
        label: &str,
        logged: Figure,
        figure: impl Fn(&PolicyRun) -> Figure,
    ) -> Result<(), Error> {
        let values = std::iter::once(logged).chain(self.runs.iter().map(figure));
        self.report.row(key, label, basis, values)
    }

    fn has(&self, property: impl Fn(&PolicyRun) -> bool) -> bool {
        self.runs.iter().any(property)
    }
}

fn tickets(table: &mut Table<'_>, simulation: &Simulation<'_>, history: &History) -> Result<(), Error> {
    let within = format_duration_ms(simulation.options.within_ms);
    let tickets = history.tickets;
    table.report.section("Tickets");
    table.row_of(Basis::Data, "tickets", "arrived", Figure::Count(tickets), |run| {
        Figure::Count(run.tickets)
    })?;
    table.row("assigned", "assigned", count(history.assigned), |run| Figure::Count(run.assigned))?;
    let never = history.assigned.map(|assigned| tickets - assigned);
    table.row("never_assigned", "never assigned", count(never), |run| Figure::Count(run.never_assigned()))?;
    if table.has(|run| run.view.cancelled > 0) {
        table.row("cancelled", "cancelled by the policy", Figure::Missing, |run| {
            Figure::Count(run.view.cancelled)
        })?;
    }
    table.report.section("Wait for the first agent");
    let logged = history.within.map_or(Figure::Missing, |part| Figure::share(part, tickets));
    table.row("assigned_within", &format!("assigned within {within}"), logged, |run| {
        Figure::share(run.assigned_within, run.tickets)
    })?;
    let parts: [(&str, &str, Part); 5] = [
        ("wait_p50_ms", "p50", |wait| wait.p50),
        ("wait_p90_ms", "p90", |wait| wait.p90),
        ("wait_p99_ms", "p99", |wait| wait.p99),
        ("wait_max_ms", "longest", |wait| wait.max),
        ("wait_mean_ms", "mean", |wait| wait.mean),
    ];
    for (key, label, part) in parts {
        let logged = Figure::duration_ms(history.wait.as_ref().map(part));
        table.row(key, label, logged, |run| Figure::duration_ms(run.wait.as_ref().map(part)))?;
    }
    Ok(())
}

fn service(table: &mut Table<'_>, history: &History) -> Result<(), Error> {
    table.report.section("Service");
    table.row("targets_missed", "targets missed", Figure::Missing, |run| count(run.targets_missed))?;
    table.row("late_tickets", "tickets with a missed target", Figure::Missing, |run| {
        count(run.late_tickets)
    })?;
    table.row("reassignments", "reassignments", count(history.reassignments), |run| {
        Figure::Count(run.reassignments())
    })?;
    if table.has(|run| run.counts.requeued > 0) {
        table.row("requeued", "taken back to wait again", Figure::Missing, |run| {
            Figure::Count(run.requeued())
        })?;
    }
    if table.has(|run| run.counts.overflowed > 0) {
        table.row("overflowed", "moved to another queue", Figure::Missing, |run| {
            Figure::Count(run.counts.overflowed)
        })?;
    }
    if table.has(|run| run.has_offers) {
        let of_offers = |run: &PolicyRun, number: u64| {
            if run.has_offers { Figure::Count(number) } else { Figure::Missing }
        };
        table.row("offers", "offers", Figure::Missing, |run| of_offers(run, run.offers()))?;
        table.row("offers_missed", "offers missed", Figure::Missing, |run| {
            of_offers(run, run.offers_missed())
        })?;
    }
    Ok(())
}

fn agents(table: &mut Table<'_>, history: &History) -> Result<(), Error> {
    let logged = history.loads.as_ref();
    table.report.section("Load: tickets per agent");
    table.row(
        "busy_agents",
        "agents with any",
        count(logged.map(|loads| loads.busy_agents() as u64)),
        |run| Figure::Count(run.loads.busy_agents() as u64),
    )?;
    table.row("load_p50", "p50", count(logged.and_then(Loads::median)), |run| count(run.loads.median()))?;
    table.row("load_max", "most", count(logged.and_then(Loads::max)), |run| count(run.loads.max()))?;
    table.row(
        "load_gini",
        "Gini (0 is even)",
        Figure::index(logged.and_then(Loads::gini_millionths)),
        |run| Figure::index(run.loads.gini_millionths()),
    )?;
    table.row(
        "load_jain",
        "Jain (1 is even)",
        Figure::index(logged.and_then(Loads::jain_millionths)),
        |run| Figure::index(run.loads.jain_millionths()),
    )?;
    if !table.has(|run| run.skill_fit.asked > 0) {
        return Ok(());
    }
    table.report.section("Skill");
    table.row("skill_fit", "agent has what is asked", Figure::Missing, |run| {
        Figure::share(run.skill_fit.met, run.skill_fit.asked)
    })?;
    let level = |thousandths: Option<u64>| {
        thousandths.map_or(Figure::Missing, |thousandths| Figure::Number { thousandths })
    };
    table.row("skill_level", "mean level", level(history.level), |run| {
        level(run.skill_fit.mean_level_thousandths())
    })
}

fn speed(table: &mut Table<'_>) -> Result<(), Error> {
    table.report.section("Engine");
    table.row("decisions", "decisions", Figure::Missing, |run| Figure::Count(run.decisions()))?;
    table.row("events", "events", Figure::Missing, |run| Figure::Count(run.events()))?;
    table.row_of(Basis::Measured, "decisions_per_second", "decisions per second", Figure::Missing, |run| {
        run.engine_time.decisions_per_second().map_or(Figure::Missing, Figure::PerSecond)
    })
}

fn notes(report: &mut Report, simulation: &Simulation<'_>, runs: &[PolicyRun]) {
    let options = &simulation.options;
    report.note(format!("`{LOG}` is what the log says happened; what it does not say is `-`"));
    report.note(options.handle_time.describe(simulation.log));
    report.note(simulation.roster.describe());
    report.note(offered_load(simulation));
    let log = simulation.log;
    if log.bad_row_count() > 0 {
        report.note(format!(
            "{} of {} rows of the log are bad and left out",
            log.bad_row_count(),
            log.rows()
        ));
    }
    let has_offers = runs.iter().any(|run| run.has_offers);
    let has_responses = runs.iter().any(|run| run.has_responses);
    for line in options.describe(has_offers, has_responses) {
        report.note(line);
    }
    if runs.iter().any(|run| run.targets_missed.is_none())
        && runs.iter().any(|run| run.targets_missed.is_some())
    {
        report.note("targets are each policy's own: a policy without targets misses none, and none is shown");
    }
    // What is true of all policies is told once.
    let mut told: Vec<&String> = Vec::new();
    for note in runs.iter().flat_map(|run| &run.notes) {
        if told.contains(&note) {
            continue;
        }
        told.push(note);
        let of: Vec<&str> =
            runs.iter().filter(|run| run.notes.contains(note)).map(|run| run.name.as_str()).collect();
        if of.len() == runs.len() {
            report.note(note);
        } else {
            report.note(format!("{}: {note}", of.join(", ")));
        }
    }
}

/// Says how much of the agents' time the work would fill if it could be spread evenly.
fn offered_load(simulation: &Simulation<'_>) -> String {
    let model = simulation.options.handle_time;
    let chosen = chosen(simulation);
    let played = || chosen.iter().filter_map(|index| simulation.log.ticket(*index as usize));
    let work_ms: i128 = played().map(|ticket| i128::from(model.for_ticket(&ticket).duration_ms)).sum();
    let first_ms = played().next().map_or(0, |ticket| ticket.created_ms());
    let last_ms = played().next_back().map_or(0, |ticket| ticket.created_ms());
    let units: u128 = simulation.roster.agents().iter().map(|agent| u128::from(agent.capacity)).sum();
    let room_ms = units * u128::from(last_ms.abs_diff(first_ms));
    let share = crate::metrics::ratio_millionths(u128::try_from(work_ms).unwrap_or(0), room_ms);
    let share = share.map_or(Figure::Missing, |millionths| Figure::Share { millionths });
    format!(
        "offered load: the work of all tickets is {share} of the agents' capacity from the first arrival to the last"
    )
}

fn count(number: Option<u64>) -> Figure {
    number.map_or(Figure::Missing, Figure::Count)
}

impl History {
    fn of(simulation: &Simulation<'_>) -> Self {
        let log = simulation.log;
        let chosen = chosen(simulation);
        let played = || chosen.iter().filter_map(|index| log.ticket(*index as usize));
        let has_agents = !log.agents().is_empty();
        let mut waits: Samples = played().filter_map(|ticket| logged_wait_ms(&ticket)).collect();
        let within_ms = simulation.options.within_ms;
        let within =
            played().filter_map(|ticket| logged_wait_ms(&ticket)).filter(|wait| *wait <= within_ms).count();
        let changes = played().filter_map(|ticket| ticket.reassignments());
        let changes = changes.fold(None, |sum: Option<u64>, n| Some(sum.unwrap_or(0) + u64::from(n)));
        Self {
            tickets: chosen.len() as u64,
            assigned: has_agents.then(|| played().filter(|ticket| ticket.agent().is_some()).count() as u64),
            within: (!waits.is_empty()).then_some(within as u64),
            wait: waits.summary(),
            reassignments: changes,
            loads: has_agents.then(|| loads(simulation, &chosen)),
            level: mean_level(simulation, &chosen),
        }
    }
}

/// Returns how long a ticket waited by the log: until its first agent had it, or work on it began.
fn logged_wait_ms(ticket: &LoggedTicket<'_>) -> Option<i64> {
    let taken_ms = ticket.first_assigned_ms().or(ticket.started_ms())?;
    Some(taken_ms.saturating_sub(ticket.created_ms())).filter(|wait_ms| *wait_ms >= 0)
}

/// Returns the tickets of each agent of the roster by the log, and of agents that are in the log alone.
fn loads(simulation: &Simulation<'_>, chosen: &[u32]) -> Loads {
    let log = simulation.log;
    let mut loads = vec![0_u64; log.agents().len()];
    let mut counted = vec![false; log.agents().len()];
    let mut idle = Vec::new();
    for agent in simulation.roster.agents() {
        match log.agents().find(&agent.id).and_then(|symbol| counted.get_mut(symbol.index())) {
            Some(counted) => *counted = true,
            None => idle.push(0),
        }
    }
    for agent in chosen.iter().filter_map(|index| log.ticket(*index as usize)?.agent_symbol()) {
        if let (Some(load), Some(counted)) = (loads.get_mut(agent.index()), counted.get_mut(agent.index())) {
            *load += 1;
            *counted = true;
        }
    }
    idle.extend(loads.iter().zip(&counted).filter(|(_, counted)| **counted).map(|(load, _)| *load));
    Loads::new(idle)
}

/// Returns the mean level of the agents that resolved tickets, in thousandths.
fn mean_level(simulation: &Simulation<'_>, chosen: &[u32]) -> Option<u64> {
    let log = simulation.log;
    let mut levels: Vec<Option<HashMap<Symbol, u8>>> = vec![None; log.agents().len()];
    for agent in simulation.roster.agents() {
        if let Some(place) = log.agents().find(&agent.id).and_then(|symbol| levels.get_mut(symbol.index())) {
            *place = Some(levels_of(&agent.skills, log));
        }
    }
    let mut fit = SkillFit::default();
    for ticket in chosen.iter().filter_map(|index| log.ticket(*index as usize)) {
        let known = ticket.agent_symbol().and_then(|agent| levels.get(agent.index())?.as_ref());
        // In a derived roster an agent of an unresolved ticket may have no levels; it says nothing of the fit.
        if known.is_some() || (ticket.agent().is_some() && simulation.roster.source() == RosterSource::File) {
            fit.add(ticket.skill_symbols(), known);
        }
    }
    fit.mean_level_thousandths()
}

fn levels_of(skills: &[(String, u8)], log: &TicketLog) -> HashMap<Symbol, u8> {
    skills.iter().filter_map(|(skill, level)| Some((log.skills().find(skill)?, *level))).collect()
}

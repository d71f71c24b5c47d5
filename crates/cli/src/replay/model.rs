//! The model of a replay, as options of the command line.

use clap::ValueEnum;
use deskmatch_sim::replay::{QueueUse, SimulationOptions, SkillUse};
use deskmatch_sim::{Distribution, HandleTimeModel, parse_duration_ms};

use crate::failure::Failure;

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Model: what the log does not say")]
pub(crate) struct Model {
    /// How long the work takes where the log does not say: `fixed:20m`, `exponential:20m`, `lognormal:MEDIAN,SIGMA`
    #[arg(long, value_name = "MODEL", default_value = "lognormal:20m,1.0", value_parser = distribution)]
    handle_time: Distribution,
    /// The seed of everything drawn
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// How many units of work each derived agent holds at once
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    #[arg(conflicts_with = "agents")]
    pub(crate) capacity: u32,
    /// How many tickets of a category a derived agent must have resolved to have it as a skill
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "agents")]
    pub(crate) resolved_min: u32,
    /// What a ticket's category is
    #[arg(long, value_name = "USE", default_value = "required")]
    skills: Skills,
    /// Where tickets arrive: in the log's queues, or where the policy's rules send them
    #[arg(long, value_name = "WHOSE", default_value = "log")]
    queues: Queues,
    /// How long an agent takes to accept an offer
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = duration_ms)]
    reaction: i64,
    /// How many of a hundred offers are missed, 0 to 90
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=90))]
    missed_offers: u16,
    /// How long an agent stays away after a missed offer
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration_ms)]
    comeback: i64,
    /// How long after the assignment an agent first responds
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration_ms)]
    response: i64,
    /// The wait that the report counts as short
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = duration_ms)]
    within: i64,
}

/// What a ticket's category is.
#[derive(ValueEnum, Clone, Copy, Debug)]
enum Skills {
    /// A required skill where an agent of the queue has it, else a preferred one
    Required,
    /// A preferred skill
    Preferred,
    /// Nothing
    Ignored,
}

/// Whose queues tickets arrive in.
#[derive(ValueEnum, Clone, Copy, Debug)]
enum Queues {
    /// The log's, added to the policy where it lacks them
    Log,
    /// The policy's, by its rules
    Policy,
}

fn distribution(text: &str) -> Result<Distribution, String> {
    text.parse().map_err(|error: deskmatch_sim::Error| error.to_string())
}

fn duration_ms(text: &str) -> Result<i64, String> {
    parse_duration_ms(text).map_err(|error| error.to_string())
}

impl Model {
    pub(crate) fn options(&self, limit: Option<usize>) -> Result<SimulationOptions, Failure> {
        Ok(SimulationOptions {
            handle_time: HandleTimeModel::new(self.handle_time, self.seed),
            reaction_ms: self.reaction,
            missed_offers_permille: self.missed_offers * 10,
            comeback_ms: self.comeback,
            response_ms: self.response,
            within_ms: self.within,
            skills: match self.skills {
                Skills::Required => SkillUse::Required,
                Skills::Preferred => SkillUse::Preferred,
                Skills::Ignored => SkillUse::Ignored,
            },
            queues: match self.queues {
                Queues::Log => QueueUse::Log,
                Queues::Policy => QueueUse::Policy,
            },
            tickets_max: limit,
        })
    }
}

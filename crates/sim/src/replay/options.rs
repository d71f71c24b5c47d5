//! The model of a simulation: what the log does not say.

use deskmatch::Policy;

use crate::duration::format_duration_ms;
use crate::error::{Error, ErrorKind};
use crate::handle_time::HandleTimeModel;

/// Says what becomes of a ticket's categories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SkillUse {
    /// Required skills where an agent that serves the ticket's queue has them all, else preferred ones; so no ticket is
    /// made unassignable by its category.
    #[default]
    Required,
    /// Preferred skills, always.
    Preferred,
    /// Nothing.
    Ignored,
}

/// Says where tickets arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueueUse {
    /// In the queue that the log names, which is added to the policy where it is missing.
    #[default]
    Log,
    /// Where the policy's routing rules or its default send them; the log's queues are left out.
    Policy,
}

/// What a simulation assumes. Times are in milliseconds.
///
/// ```
/// use deskmatch_sim::replay::{SimulationOptions, SkillUse};
///
/// let options = SimulationOptions { reaction_ms: 10_000, ..SimulationOptions::default() };
/// assert_eq!(options.skills, SkillUse::Required);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SimulationOptions {
    /// How long the work on a ticket takes where the log does not say it.
    pub handle_time: HandleTimeModel,
    /// How long after it was made an offer is accepted. The default is 5 seconds.
    pub reaction_ms: i64,
    /// How many offers of a thousand are missed, drawn by ticket and agent; at most 900. The default is 0.
    pub missed_offers_permille: u16,
    /// How long an agent that a missed offer made unavailable stays so. The default is 5 minutes.
    pub comeback_ms: i64,
    /// How long after the assignment the agent first responds, if the work takes that long. The default is 5 minutes.
    pub response_ms: i64,
    /// The wait that the row "assigned within" counts. The default is 15 minutes.
    pub within_ms: i64,
    /// What becomes of a ticket's categories.
    pub skills: SkillUse,
    /// Where tickets arrive.
    pub queues: QueueUse,
    /// How many tickets are played, the first created first; all if not given.
    pub tickets_max: Option<usize>,
}

impl Default for SimulationOptions {
    fn default() -> Self {
        Self {
            handle_time: HandleTimeModel::default(),
            reaction_ms: 5_000,
            missed_offers_permille: 0,
            comeback_ms: 5 * 60_000,
            response_ms: 5 * 60_000,
            within_ms: 15 * 60_000,
            skills: SkillUse::default(),
            queues: QueueUse::default(),
            tickets_max: None,
        }
    }
}

impl SimulationOptions {
    /// The largest share of offers that may be missed: more, and a simulation hardly ends.
    pub const MISSED_OFFERS_PERMILLE_MAX: u16 = 900;

    /// Refuses what would never end: offers that nobody can accept, tickets that nobody can keep.
    pub(super) fn check(&self, policy: &Policy) -> Result<(), Error> {
        let times = [self.reaction_ms, self.comeback_ms, self.response_ms, self.within_ms];
        if times.iter().any(|time_ms| *time_ms < 0) {
            return Err(invalid("the times of the model must not be negative"));
        }
        if self.missed_offers_permille > Self::MISSED_OFFERS_PERMILLE_MAX {
            return Err(invalid("at most 90 % of the offers may be missed"));
        }
        for (name, queue) in &policy.queues {
            if let Some(offers) = &queue.offers
                && offers.timeout.as_millis() <= self.reaction_ms
            {
                return Err(invalid(format!(
                    "offers of the queue `{name}` stand for {}, and agents accept after {}; choose a shorter reaction time",
                    offers.timeout,
                    format_duration_ms(self.reaction_ms)
                )));
            }
            if let Some(limit) = queue.unanswered_after
                && limit.as_millis() <= self.response_ms
            {
                return Err(invalid(format!(
                    "the queue `{name}` takes tickets back after {limit}, and agents respond after {}; choose a shorter \
                     response time",
                    format_duration_ms(self.response_ms)
                )));
            }
        }
        Ok(())
    }

    /// Says in lines what is assumed of agents, in a simulation of a policy that asks for it.
    pub(super) fn describe(&self, has_offers: bool, has_responses: bool) -> Vec<String> {
        let mut lines = vec![
            "work is a model: a ticket takes its handle time from its assignment on, however many others its agent holds; \
             agents are there all the time; nobody declines, pauses or hands over"
                .to_owned(),
            "arrival is a model: a ticket arrives in the queue and with the category and priority it ended with"
                .to_owned(),
        ];
        if has_offers {
            lines.push(format!(
                "offers are a model: accepted after {}, {} missed; who is away after a missed one is back after {}",
                format_duration_ms(self.reaction_ms),
                share(self.missed_offers_permille),
                format_duration_ms(self.comeback_ms)
            ));
        }
        if has_responses {
            lines.push(format!(
                "the first response is a model: {} after the assignment, or with the resolution if that is sooner",
                format_duration_ms(self.response_ms)
            ));
        }
        lines
    }
}

fn share(permille: u16) -> String {
    if permille == 0 { "none".to_owned() } else { format!("{}.{} %", permille / 10, permille % 10) }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidModel, message)
}

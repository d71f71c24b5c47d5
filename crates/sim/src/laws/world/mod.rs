//! Worlds drawn from a seed: a policy, agents, and the commands that they are put through.

mod commands;
mod people;
mod policies;
mod queues;

pub(crate) use commands::Director;

use super::random::Random;
use deskmatch::{Agent, Policy, Request, Span, Timestamp};

/// One thing done to the engine, and how closely it is looked at.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) at: i64,
    pub(crate) request: Request,
    pub(crate) probe: Probe,
}

/// The costly looks taken around one command.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Probe {
    /// Try the command first, twice, and see that nothing changed.
    pub(crate) decide: bool,
    /// Compare the digest before and after, if the command is refused.
    pub(crate) digest: bool,
    /// Let a second engine, made in some way, follow for a while.
    pub(crate) shadow: Option<Shadow>,
    /// Ask why, at each assignment and offer.
    pub(crate) explain: bool,
    /// Count eligible and denied agents at each choice.
    pub(crate) tally: bool,
    /// Write events as JSON and read them back.
    pub(crate) json: bool,
    /// Compare everything that the engine shows.
    pub(crate) compare: bool,
    /// What the host's strategies do before they answer properly.
    pub(crate) mood: u8,
}

/// How a second engine comes into being.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shadow {
    Snapshot,
    Replay,
    Fork,
    /// Decides, and applies what was decided.
    Apply,
}

/// What stays the same in a world while its policy changes.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) queues: usize,
    pub(crate) channels: usize,
    pub(crate) priorities: usize,
    pub(crate) skills: usize,
    pub(crate) agents: usize,
    /// How many open tickets it aims at.
    pub(crate) tickets: usize,
    /// Whether strategies of the host are used.
    pub(crate) custom: bool,
    /// Whether most extras of a policy are left out, so that the plain paths are taken often.
    pub(crate) plain: bool,
}

/// A world at its beginning.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) shape: Shape,
    pub(crate) policy: Policy,
    pub(crate) agents: Vec<Agent>,
    pub(crate) start: i64,
}

impl World {
    pub(crate) fn new(random: &mut Random) -> World {
        let large = random.below(60) == 0;
        let crowd = random.below(240) == 0;
        let shape = Shape {
            queues: random.range(1, 4) as usize,
            channels: random.range(1, 3) as usize,
            priorities: random.range(1, 4) as usize,
            skills: random.range(1, 5) as usize,
            agents: match (crowd, large) {
                (true, _) => random.range(110, 150) as usize,
                (_, true) => random.range(20, 40) as usize,
                _ => random.range(3, 8) as usize,
            },
            tickets: if large || crowd { random.range(20, 60) } else { random.range(6, 16) } as usize,
            custom: random.percent(10),
            plain: random.percent(35),
        };
        let start = match random.below(40) {
            0 => Timestamp::MAX.0 - 10_000_000,
            1 => Timestamp::MIN.0,
            2 => -5_000,
            _ => 1_000_000,
        };
        let policy = policies::policy(random, &shape, start);
        let agents = (0..shape.agents).map(|agent| people::agent(random, &shape, agent, start)).collect();
        World { shape, policy, agents, start }
    }
}

/// A span of whole seconds.
fn seconds(random: &mut Random, low: i64, high: i64) -> Span {
    Span::seconds(random.range(low, high))
}

fn queue_name(random: &mut Random, shape: &Shape) -> String {
    format!("q{}", random.below(shape.queues))
}

fn agent_name(random: &mut Random, shape: &Shape) -> String {
    format!("a{}", random.below(shape.agents + 1))
}

fn level(random: &mut Random) -> u8 {
    random.pick(&[20, 50, 80, 100])
}

//! Going through a world, and telling what went wrong in few commands.

use super::machine::Machine;
use super::random::Random;
use super::world::{Director, Step, World};
use super::{Breach, Counts, Law};
use deskmatch::Command;
use std::fmt;

/// One world, from its seed.
///
/// ```
/// let counts = deskmatch_sim::laws::Run::new(7).with_commands(50).check()?;
/// assert!(counts.events > 0);
/// # Ok::<(), Box<deskmatch_sim::laws::Failure>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Run {
    seed: u64,
    commands: usize,
    thorough: bool,
}

/// A world in which a law broke.
#[derive(Clone)]
pub struct Failure {
    /// The seed of the world.
    pub seed: u64,
    /// The number of the command at which it broke, from 1.
    pub command: usize,
    /// What broke.
    pub breach: Breach,
    /// The commands that are enough to break it, as JSON, each with its moment.
    pub commands: Vec<String>,
    /// The policy of the world, as JSON.
    pub policy: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}, command {}: {}", self.seed, self.command, self.breach)?;
        writeln!(f, "policy {}", self.policy)?;
        for command in &self.commands {
            writeln!(f, "  {command}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl std::error::Error for Failure {}

/// A panic of the engine is a broken law as well.
fn guarded(what: impl FnOnce() -> Result<(), Breach>) -> Result<(), Breach> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(what)) {
        Ok(result) => result,
        Err(payload) => {
            let text = payload.downcast_ref::<String>().cloned();
            let text = text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err(Breach { law: Law::Answers, what: format!("a panic: {}", text.unwrap_or_default()) })
        }
    }
}

impl Run {
    /// The world of a seed, with 400 commands, looked at closely.
    pub const fn new(seed: u64) -> Run {
        Run { seed, commands: 400, thorough: true }
    }

    /// Takes the costly looks (digests, snapshots, second engines, explanations) sixteen times as rarely. Every event is
    /// checked all the same.
    #[must_use]
    pub const fn from_a_distance(mut self) -> Run {
        self.thorough = false;
        self
    }

    /// Sets how many commands it is put through.
    #[must_use]
    pub const fn with_commands(mut self, commands: usize) -> Run {
        self.commands = commands;
        self
    }

    /// Puts the world through its commands and checks every law.
    ///
    /// # Errors
    ///
    /// The law that broke, with as few commands as are found to break it.
    pub fn check(&self) -> Result<Counts, Box<Failure>> {
        let mut random = Random::new(self.seed);
        let world = World::new(&mut random);
        let again = random.below(if self.thorough { 12 } else { 96 }) == 0;
        let mut director = Director::new(random, &world, self.thorough);
        let mut steps = Vec::with_capacity(self.commands);
        let mut counts = Counts::default();
        let mut broken = None;
        match Machine::new(&world, again) {
            Err(breach) => broken = Some(breach),
            Ok(mut machine) => {
                for _ in 0..self.commands {
                    let due = machine.engine.next_due().map(|due| due.0);
                    steps.push(director.step(&machine.model, due));
                    if let Err(breach) = guarded(|| machine.step(&steps[steps.len() - 1])) {
                        broken = Some(breach);
                        break;
                    }
                }
                if broken.is_none() {
                    broken = guarded(|| machine.finish()).err();
                }
                if broken.is_none() && again {
                    broken = go_through_again(&world, &steps, &machine, self.seed).err();
                }
                machine.counts.worlds = 1;
                machine.counts.add_checks(&machine.model.checks);
                counts = machine.counts;
            }
        }
        match broken {
            None => Ok(counts),
            Some(breach) => Err(Box::new(self.failure(&world, steps, breach))),
        }
    }

    fn failure(&self, world: &World, steps: Vec<Step>, breach: Breach) -> Failure {
        let command = steps.len();
        let steps = shrink(world, steps, breach.law);
        let breach = replay(world, &steps).err().unwrap_or(breach);
        let text = |step: &Step| {
            let json = serde_json::to_string(&step.request).unwrap_or_default();
            let quiet = step.probe == super::world::Probe::default();
            let probe = if quiet { String::new() } else { format!("  {:?}", step.probe) };
            format!("{} {json}{probe}", step.at)
        };
        let policy = serde_json::to_string(&world.policy).unwrap_or_default();
        Failure { seed: self.seed, command, breach, commands: steps.iter().map(text).collect(), policy }
    }
}

/// The same commands again, with the agents added in another order: the same events.
fn go_through_again(world: &World, steps: &[Step], first: &Machine, seed: u64) -> Result<(), Breach> {
    let joined = world.agents.len().min(steps.len());
    let mut steps = steps.to_vec();
    let mut random = Random::new(seed ^ 0x5bd1_e995);
    for place in (1..joined).rev() {
        steps.swap(place, random.below(place + 1));
    }
    let mut machine = Machine::new(world, true)?;
    for step in &steps {
        guarded(|| machine.step(step))?;
    }
    let (one, two) = (first.log.as_deref().unwrap_or_default(), machine.log.as_deref().unwrap_or_default());
    let differs = one.iter().zip(two).skip(joined).find(|(one, two)| one != two);
    let what = match differs {
        Some((one, two)) => format!("with agents in another order {two:?} comes of what gave {one:?}"),
        None if one.len() != two.len() => "with agents in another order fewer or more happens".to_owned(),
        None if first.engine.digest() != machine.engine.digest() => {
            "with agents in another order the digest differs".to_owned()
        }
        None => return Ok(()),
    };
    Err(Breach { law: Law::Determinism, what })
}

/// Does steps and gives the first breach.
fn replay(world: &World, steps: &[Step]) -> Result<(), Breach> {
    let mut machine = Machine::new(world, true)?;
    for step in steps {
        guarded(|| machine.step(step))?;
    }
    guarded(|| machine.finish())
}

/// Leaves out what is not needed for the same law to break.
fn shrink(world: &World, mut steps: Vec<Step>, law: Law) -> Vec<Step> {
    let breaks = |steps: &[Step]| replay(world, steps).is_err_and(|breach| breach.law == law);
    if !breaks(&steps) {
        return steps;
    }
    let mut chunk = steps.len().div_ceil(2);
    while chunk > 0 {
        let mut start = 0;
        while start < steps.len() {
            let end = (start + chunk).min(steps.len());
            let mut fewer = steps.clone();
            fewer.drain(start..end);
            if breaks(&fewer) {
                steps = fewer;
            } else {
                start = end;
            }
        }
        chunk /= 2;
    }
    for place in 0..steps.len() {
        let mut plainer = steps.clone();
        plainer[place].probe = super::world::Probe::default();
        if let Command::Tick {} = plainer[place].request.command {
            plainer[place].request.request_id = None;
        }
        if breaks(&plainer) {
            steps = plainer;
        }
    }
    steps
}

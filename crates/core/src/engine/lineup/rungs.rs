//! The values of one word that changes, such as a load, among the agents of all ladders of one kind.

/// Which rung each agent is on, and the rungs in the order of their values. The ladders of a kind share them, so that a change of
/// an agent's load is worked out once, however many lineups the agent stands in.
#[derive(Clone, Default)]
pub(crate) struct Rungs {
    /// The values from the lowest up, and the rung of each.
    order: Vec<(u64, u16)>,
    /// How many agents are on each rung.
    counts: Vec<u32>,
    /// The rung of each agent, or `NOWHERE`.
    of_agents: Vec<u16>,
}

/// Stands for no rung.
pub(super) const NOWHERE: u16 = u16::MAX;

/// The rung that an agent leaves and the one it comes to, either of which may be `NOWHERE`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Climb {
    pub(super) from: u16,
    pub(super) to: u16,
}

impl Rungs {
    pub(super) fn of(&self, agent: u32) -> u16 {
        self.of_agents.get(agent as usize).copied().unwrap_or(NOWHERE)
    }

    /// Gives an agent its value, or takes it away; `None` if that changes nothing. O(rungs).
    pub(super) fn stand(&mut self, agent: u32, value: Option<u64>) -> Option<Climb> {
        let agent = agent as usize;
        if self.of_agents.len() <= agent {
            self.of_agents.resize(agent + 1, NOWHERE);
        }
        let from = self.of_agents[agent];
        let to = value.map_or(NOWHERE, |value| self.rung(value));
        if from == to {
            return None;
        }
        self.of_agents[agent] = to;
        if let Some(count) = self.counts.get_mut(usize::from(from)) {
            *count -= 1;
        }
        if let Some(count) = self.counts.get_mut(usize::from(to)) {
            *count += 1;
        }
        Some(Climb { from, to })
    }

    /// The rung of a value: one that is there, else an empty one, else a new one.
    fn rung(&mut self, value: u64) -> u16 {
        match self.order.iter().find(|(other, _)| *other >= value) {
            Some((same, rung)) if *same == value => *rung,
            _ => self.add(value),
        }
    }

    #[cold]
    fn add(&mut self, value: u64) -> u16 {
        let rung = match self.order.iter().position(|(_, rung)| self.counts[usize::from(*rung)] == 0) {
            Some(empty) => self.order.remove(empty).1,
            None => {
                self.counts.push(0);
                self.counts.len() as u16 - 1
            }
        };
        let place = self.order.partition_point(|(other, _)| *other < value);
        self.order.insert(place, (value, rung));
        rung
    }

    /// The rungs from the lowest value up, those on which no agent is among them.
    pub(super) fn lowest_first(&self) -> impl Iterator<Item = u16> {
        self.order.iter().map(|(_, rung)| *rung)
    }

    /// Whether there are so many that another way to keep the order is better.
    pub(super) fn are_many(&self) -> bool {
        self.counts.len() > 64
    }
}

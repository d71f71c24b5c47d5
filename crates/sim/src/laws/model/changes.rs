//! What happens to the policy, to agents and to batch windows.

use super::{AgentModel, CHANNELS, Model, NEVER, Rules, TicketModel};
use crate::laws::breach::{Checked, hold};
use deskmatch::{Agent, ContentHash, Event, Policy, Presence};

impl Model {
    pub(crate) fn policy_changed(&mut self, policy: &Policy, hash: ContentHash) -> Checked {
        hold!(Views, policy.hash() == hash, "the policy changes to one of another hash");
        let new = Rules::new(policy);
        for ticket in self.tickets.iter_mut().flatten() {
            let before = &self.rules.queue(ticket.queue).policy.relaxation;
            if *before != new.queue(ticket.queue).policy.relaxation {
                ticket.steps = 0;
            }
            ticket.overflowed.retain(|queue| new.has_queue(*queue));
            ticket.targets.retain(|mark| new.targets.iter().any(|target| target.name == mark.name));
            ticket.classify(&new);
            ticket.reckon(&new);
        }
        self.rules = new;
        self.arrived.clear();
        for (queue, until) in self.windows.iter_mut().enumerate() {
            if !self.rules.has_queue(queue) || self.rules.queue(queue).window.is_none() {
                *until = NEVER;
            }
        }
        for agent in self.agents.iter_mut().filter(|agent| agent.known) {
            agent.reckon(&self.rules);
        }
        self.forget_answers();
        Ok(())
    }

    /// The smallest ledger and turn among the agents that are online, but for one.
    fn smallest_ledger(&self, but: usize) -> (u64, u64) {
        let online = || {
            self.present_agents()
                .filter(|agent| *agent != but && self.agents[*agent].spec.presence == Presence::Online)
        };
        if !self.rules.uses_ledger {
            return (0, 0);
        }
        (
            online().map(|agent| self.agents[agent].ledger).min().unwrap_or(0),
            online().map(|agent| self.agents[agent].turn).min().unwrap_or(0),
        )
    }

    pub(crate) fn agent_added(&mut self, spec: &Agent) -> Checked {
        let agent = super::number(spec.id.as_str());
        hold!(Views, self.agent(agent).is_none(), "a{agent} is added although it is known");
        while self.agents.len() <= agent {
            self.agents.push(AgentModel::nobody(&self.rules));
        }
        let (ledger, turn) = self.smallest_ledger(agent);
        self.agents[agent] = AgentModel::new(spec, self.now, self.seq, &self.rules);
        (self.agents[agent].ledger, self.agents[agent].turn) = (ledger, turn);
        Ok(())
    }

    pub(crate) fn agent_removed(&mut self, agent: usize) -> Checked {
        let a = &mut self.agents[agent];
        hold!(Holder, a.tickets.is_empty() && a.offers.is_empty(), "a{agent} is removed with its tickets");
        a.known = false;
        Ok(())
    }

    pub(crate) fn presence_changed(
        &mut self,
        agent: usize,
        presence: Presence,
        channel: Option<usize>,
    ) -> Checked {
        hold!(Views, self.agent(agent).is_some(), "the presence of a{agent} changes, which is unknown");
        let (ledger, turn) = self.smallest_ledger(agent);
        let (now, seq) = (self.now, self.seq);
        let a = &mut self.agents[agent];
        let was_online = a.spec.presence == Presence::Online;
        match channel {
            Some(channel) => {
                a.presences[channel] = presence;
                a.spec.channel_presence.insert(format!("c{channel}").into(), presence);
            }
            None => {
                a.spec.presence = presence;
                a.presences = [Presence::Online; CHANNELS];
                a.spec.channel_presence.clear();
            }
        }
        (a.presence_changes, a.presence_at) = (seq, now);
        if !was_online && a.spec.presence == Presence::Online {
            a.idle = (now, false, 0);
            a.ledger = a.ledger.max(ledger);
            a.turn = a.turn.max(turn);
        }
        Ok(())
    }

    pub(crate) fn window_opened(&mut self, queue: usize, until: i64) -> Checked {
        let window = self.rules.queue(queue).window;
        hold!(
            Due,
            self.windows[queue] == NEVER && window.is_some_and(|window| until == self.now + window),
            "the window of q{queue} opens until {until} while it stands until {}",
            self.windows[queue]
        );
        let could_go = |ticket: &TicketModel| {
            ticket.queue == queue && self.wants_window(ticket) && !self.candidates(ticket).is_empty()
        };
        hold!(
            Due,
            self.sought.iter().any(|ticket| could_go(self.ticket(*ticket))),
            "the window of q{queue} opens although nobody may take any of its tickets"
        );
        self.windows[queue] = until;
        Ok(())
    }

    pub(crate) fn answered(&mut self, event: &Event) -> Checked {
        let Some(request) = &event.request else {
            hold!(Answers, false, "event {} answers no request", event.seq);
            return Ok(());
        };
        hold!(
            Answers,
            !self.answers.iter().any(|answered| answered == request.as_str()),
            "request {request} is answered twice"
        );
        self.answers.push_back(request.as_str().to_owned());
        self.forget_answers();
        Ok(())
    }

    fn forget_answers(&mut self) {
        while self.answers.len() > self.rules.policy.limits.requests as usize {
            self.answers.pop_front();
        }
    }
}

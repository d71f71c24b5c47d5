//! Queues: their classes, offers, relaxation steps, affinity and length limit.

use super::Checker;
use crate::policy::faults::Path;
use crate::policy::field::Subject;
use crate::policy::{LengthAction, Limits, OfferPolicy, QueuePolicy, RelaxationStep};
use crate::time::Span;
use std::borrow::Borrow;

impl Checker<'_> {
    pub(super) fn queue_policy(&mut self, path: &Path<'_>, queue: &QueuePolicy) {
        self.classes(&path.key("classes"), queue);
        self.strategy(&path.key("strategy"), &queue.strategy);
        if let Some(agents) = &queue.agents {
            self.condition(&path.key("agents"), agents, Subject::Agent);
        }
        if let Some(offers) = &queue.offers {
            self.offers(&path.key("offers"), offers);
        }
        self.relaxation(&path.key("relaxation"), &queue.relaxation);
        self.target_names(&path.key("targets"), &queue.targets);
        self.positive(&path.key("unanswered_after"), queue.unanswered_after);
        if let Some(owner) = &queue.affinity.owner {
            let affinity = path.key("affinity");
            self.faults.name(&affinity.key("owner").key("attribute"), &owner.attribute);
        }
        if let Some(LengthAction::Overflow(other)) = queue.limit.as_ref().map(|limit| &limit.then) {
            let limit = path.key("limit");
            self.queue_name(&limit.key("then").key("overflow"), other.as_str());
        }
        self.positive(&path.key("batch_window"), queue.batch_window);
    }

    fn positive(&mut self, path: &Path<'_>, span: Option<Span>) {
        let given = span.is_none_or(|span| !span.is_zero());
        self.faults.require(given, path, "is no time at all; give more than 0, or leave it out");
    }

    fn classes(&mut self, path: &Path<'_>, queue: &QueuePolicy) {
        let (count, limit) = (queue.classes.len(), Limits::CLASSES_MAX);
        self.faults.require(count <= limit, path, format_args!("{count} classes; at most {limit}"));
        for (index, class) in queue.classes.iter().enumerate() {
            let path = path.index(index);
            self.faults.name(&path.key("name"), &class.name);
            if let Some(when) = &class.when {
                self.condition(&path.key("when"), when, Subject::Ticket);
            }
        }
        self.faults.distinct(path, Some("name"), count, |index| queue.classes[index].name.as_str());
    }

    fn offers(&mut self, path: &Path<'_>, offers: &OfferPolicy) {
        let message = "an offer that stands for no time cannot be accepted; give more than 0";
        self.faults.require(!offers.timeout.is_zero(), &path.key("timeout"), message);
        self.faults.within(&path.key("concurrent"), offers.concurrent, 1, Limits::OFFERS_MAX.into());
    }

    fn relaxation(&mut self, path: &Path<'_>, steps: &[RelaxationStep]) {
        let (count, limit) = (steps.len(), Limits::STEPS_MAX);
        self.faults.require(count <= limit, path, format_args!("{count} steps; at most {limit}"));
        for (index, step) in steps.iter().enumerate() {
            self.step(&path.index(index), step);
        }
    }

    fn step(&mut self, path: &Path<'_>, step: &RelaxationStep) {
        match (&step.after, &step.when) {
            (None, None) => self.faults.add(path, "neither `after` nor `when` is given; give exactly one"),
            (Some(_), Some(_)) => {
                self.faults.add(path, "both `after` and `when` are given; give exactly one")
            }
            _ => {}
        }
        let drop_skills = path.key("drop_skills");
        for (index, skill) in step.drop_skills.iter().enumerate() {
            self.skill_name(&drop_skills.index(index), skill.as_str());
        }
        let lower_skills = path.key("lower_skills");
        for (skill, level) in &step.lower_skills {
            let path = lower_skills.key(skill.borrow());
            self.skill_name(&path, skill.as_str());
            self.faults.level(&path, *level);
        }
        let admit = path.key("admit");
        for (index, queue) in step.admit.iter().enumerate() {
            self.queue_name(&admit.index(index), queue.as_str());
        }
        if let Some(priority) = &step.escalate {
            self.priority_name(&path.key("escalate"), priority.as_str());
        }
        if let Some(queue) = &step.overflow {
            self.queue_name(&path.key("overflow"), queue.as_str());
        }
    }
}

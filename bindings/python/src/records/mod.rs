//! The values that Python sees, by what they are about.

pub(crate) mod answers;
pub(crate) mod documents;
pub(crate) mod events;
pub(crate) mod flat;
pub(crate) mod html;
pub(crate) mod policy;
pub(crate) mod views;

pub(crate) use crate::record::ClassInfo;
use crate::record::words;
use pyo3::prelude::*;

words! {
    Presence { Online = "online", Draining = "draining", Away = "away", Offline = "offline", }
    TicketState {
        Scheduled = "scheduled", Waiting = "waiting", Offered = "offered", Assigned = "assigned", Paused = "paused",
        WrappingUp = "wrapping_up", Closed = "closed", Cancelled = "cancelled",
    }
    DecidedBy {
        Strategy = "strategy", Preferred = "preferred", Order = "order", Plan = "plan", Accept = "accept", Pull = "pull",
        Claim = "claim", Hand = "hand", Force = "force", Transfer = "transfer",
    }
    Rule {
        Presence = "presence", Shift = "shift", Queue = "queue", Channel = "channel", Capacity = "capacity", Skill = "skill",
        Attribute = "attribute", Excluded = "excluded", Declined = "declined", Reserved = "reserved", Rate = "rate",
    }
    PresenceReason { Command = "command", MissedOffer = "missed_offer", }
    RevokeReason { Taken = "taken", AgentLeft = "agent_left", NotEligible = "not_eligible", TicketMoved = "ticket_moved", }
    RequeueReason {
        Command = "command", Declined = "declined", AgentOffline = "agent_offline", AgentRemoved = "agent_removed",
        Unanswered = "unanswered", Transferred = "transferred",
    }
    CancelReason { Command = "command", Step = "step", QueueFull = "queue_full", }
    TargetKind { FirstAssignment = "first_assignment", FirstResponse = "first_response", Resolution = "resolution", }
}

/// Every class of values.
pub(crate) fn classes() -> impl Iterator<Item = &'static ClassInfo> {
    const OWN: &[ClassInfo] = &[events::Event::CLASS, policy::Policy::CLASS];
    let kinds = events::CLASSES.iter().map(|(class, _)| class);
    let groups = [documents::CLASSES, answers::CLASSES, flat::CLASSES, views::CLASSES, OWN];
    groups.into_iter().flatten().chain(kinds)
}

macro_rules! add {
    ($module:ident: $($class:path)*) => {
        $($module.add_class::<$class>()?;)*
    };
}

pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    use answers as a;
    use documents as d;
    add!(module: d::Ticket d::PreferredAgent d::TicketPatch d::SkillRequirement d::Agent d::AgentQueue d::AgentPatch
        d::Capacity d::ChannelCapacity d::RateLimit d::Interval);
    add!(module: a::Decision a::Denial a::Route a::PlanSummary a::AgentPrice a::SkillPrice a::Term a::Explanation a::Remedy a::PolicyPreview
        a::TicketChange a::View a::Fault a::PolicyWarning);
    add!(module: flat::Tally flat::AgentStanding flat::Change flat::Moment flat::Refusal);
    add!(module: views::TicketView views::AgentView views::QueueView policy::Policy);
    events::add_to(module)
}

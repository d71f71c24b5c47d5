//! What a broken law says of itself.

use std::fmt;

macro_rules! laws {
    ($($(#[$doc:meta])* $law:ident = $name:literal,)*) => {
        /// What the checker holds the engine to.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Law {
            $($(#[$doc])* $law,)*
        }

        impl Law {
            /// Every law.
            pub const ALL: &[Law] = &[$(Law::$law,)*];

            /// The law in a few words.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Law::$law => $name,)*
                }
            }
        }
    };
}

laws! {
    /// No agent is over capacity by the engine's own choice.
    Capacity = "no agent is over capacity",
    /// A ticket has one holder at most, no more live offers than allowed, and is in one state.
    Holder = "one holder, one state",
    /// No waiting ticket has an eligible agent with room.
    Conserved = "work is conserved",
    /// An agent passes over no ticket that the order puts first.
    Order = "order holds",
    /// No ticket is overtaken by one that arrived more than the largest credit later.
    Overtaking = "the overtaking bound holds",
    /// The same commands give the same events and digest.
    Determinism = "the same commands, the same events",
    /// Snapshot plus tail equals full replay; trying and refusing change nothing.
    Replay = "snapshot plus tail is full replay",
    /// An optimal plan equals brute force.
    Optimal = "optimal equals brute force",
    /// An explanation agrees with its decision.
    Explanation = "explanations agree with decisions",
    /// Nothing is lost.
    Counts = "nothing is lost",
    /// Who gets a ticket is eligible for it.
    Eligible = "only eligible agents get tickets",
    /// The strategy's choice is its best candidate.
    Choice = "the choice is the best candidate",
    /// What is due is done, what is not due is not.
    Due = "what is due is done",
    /// What the engine shows is what its events say.
    Views = "views agree with events",
    /// Answers come once, errors are those expected, events are read as they were written.
    Answers = "answers and errors are as documented",
}

/// A broken law.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Breach {
    /// The law.
    pub law: Law,
    /// What was found.
    pub what: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.law.name(), self.what)
    }
}

/// Nothing, or a broken law.
pub(crate) type Checked = Result<(), Breach>;

/// Breaks a law unless a condition holds.
macro_rules! hold {
    ($law:ident, $condition:expr, $($what:tt)*) => {
        if !$condition {
            return Err($crate::laws::Breach { law: $crate::laws::Law::$law, what: format!($($what)*) });
        }
    };
}
pub(crate) use hold;

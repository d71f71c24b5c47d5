//! The laws, checked: random worlds are put through random commands, and an independent model judges every event.
//!
//! The model is a second desk built from the events alone. It keeps no index and shares no code with the engine; it answers
//! every question by looking at everything, so the worlds are small. The same seed gives the same world everywhere.

mod breach;
mod counts;
mod expect;
mod machine;
mod model;
mod random;
mod run;
mod world;

pub use breach::{Breach, Law};
pub use counts::Counts;
pub use random::Random;
pub use run::{Failure, Run};

//! Whether an agent is there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whether an agent takes work, from the most to the least available.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Takes work.
    #[default]
    Online,
    /// Keeps its work and gets no more.
    Draining,
    /// Keeps its work for now; its open offers are taken back.
    Away,
    /// Gone: its open offers are taken back, and its queue says what happens to the work it holds.
    Offline,
}

impl Presence {
    /// The word used in JSON and in texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Presence::Online => "online",
            Presence::Draining => "draining",
            Presence::Away => "away",
            Presence::Offline => "offline",
        }
    }
}

impl fmt::Display for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

//! What a ticket asks of an agent's skills.

use crate::id::SkillId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The highest level of a skill; the lowest is 1.
pub const LEVEL_MAX: u8 = 100;

/// One skill that a ticket asks for, at a minimum level.
///
/// ```
/// use deskmatch::{SkillClass, SkillRequirement};
///
/// let german = SkillRequirement::required("german", 50);
/// assert_eq!(german.class, SkillClass::Required);
/// let billing = SkillRequirement::preferred("billing", 1, 3);
/// assert_eq!(billing.class, SkillClass::Preferred { weight: 3 });
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SkillRequirement {
    /// The skill.
    pub skill: SkillId,
    /// The lowest level that will do, 1 to 100; 1 by default.
    #[serde(default = "level_min")]
    pub level: u8,
    /// Whether the ticket cannot do without; required by default.
    #[serde(default)]
    pub class: SkillClass,
}

const fn level_min() -> u8 {
    1
}

impl SkillRequirement {
    /// A skill without which nobody may take the ticket.
    pub fn required(skill: impl Into<SkillId>, level: u8) -> Self {
        Self { skill: skill.into(), level, class: SkillClass::Required }
    }

    /// A skill that is welcome: it counts `weight` in the factor `preferred_skills`.
    pub fn preferred(skill: impl Into<SkillId>, level: u8, weight: u16) -> Self {
        Self { skill: skill.into(), level, class: SkillClass::Preferred { weight } }
    }
}

/// Whether a skill is a condition or a wish.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SkillClass {
    /// An agent without it is not eligible.
    #[default]
    Required,
    /// An agent with it scores higher in the factor `preferred_skills`.
    Preferred {
        /// How much it counts beside the ticket's other preferred skills, 1 to 1000.
        weight: u16,
    },
}

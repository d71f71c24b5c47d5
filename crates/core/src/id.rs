//! Names and identifiers: the caller's own UTF-8 strings, 1 to 256 bytes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::fmt;

/// The longest identifier accepted, in bytes.
pub const ID_BYTES_MAX: usize = 256;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Cheap to clone. Any text can be put in; the engine refuses an empty one and one longer than
        /// [`ID_BYTES_MAX`] bytes when it is used, with the path of the fault.
        #[derive(PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(SmolStr);

        impl Clone for $name {
            // Two ways that do not meet: else the compiler takes a short text to pieces and puts it together again, which the
            // processor waits for.
            #[inline]
            fn clone(&self) -> Self {
                if self.0.is_heap_allocated() { Self(share(&self.0)) } else { Self(self.0.clone()) }
            }
        }

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl AsRef<str>) -> Self {
                Self(SmolStr::new(text))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(SmolStr::from(text))
            }
        }

        impl From<SmolStr> for $name {
            fn from(text: SmolStr) -> Self {
                Self(text)
            }
        }

        impl From<$name> for SmolStr {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.as_str())
            }
        }
    };
}

/// Another owner of a long text.
#[inline(never)]
fn share(text: &SmolStr) -> SmolStr {
    text.clone()
}

id!(
    /// Names a ticket.
    TicketId
);
id!(
    /// Names an agent.
    AgentId
);
id!(
    /// Names a queue of the policy.
    QueueId
);
id!(
    /// Names a skill.
    SkillId
);
id!(
    /// Names a channel of the policy: chat, e-mail, voice.
    ChannelId
);
id!(
    /// Names a priority of the policy.
    PriorityId
);
id!(
    /// Names a command, so that sending it twice does it once.
    RequestId
);
id!(
    /// Names whoever asked for help: the customer, the caller of an incident.
    RequesterId
);

/// Whether a text may serve as an identifier or a name.
pub(crate) fn is_valid(text: &str) -> bool {
    !text.is_empty() && text.len() <= ID_BYTES_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_holds_1_to_256_bytes() {
        assert!(is_valid("T-1"));
        assert!(is_valid(&"é".repeat(128)));
        assert!(!is_valid(""));
        assert!(!is_valid(&"é".repeat(129)));
    }

    #[test]
    fn an_id_is_plain_text_in_json() {
        let id = TicketId::new("T-1");
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"T-1\"");
        assert_eq!(serde_json::from_str::<TicketId>("\"T-1\"").unwrap(), id);
    }
}

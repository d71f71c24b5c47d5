//! Reading the large parts of documents by way of plain values.
//!
//! serde reads what stands in a tagged or flattened type from a buffer of its own, and makes code for that beside the code that
//! reads the same type from a document or a text. Commands and events have whole policies, tickets and agents in them: read as plain
//! values first, each of these types is read by one piece of code, and a program that embeds the engine is half a megabyte smaller.
//! It takes longer, so it is not for what hosts send all the time: the bindings read tickets and agents straight from their own values.
//!
//! For the same reason every function that leads to a reader of documents is `#[inline]`: it is compiled where it is called, for a crate
//! that says how. The bindings have one that is compiled for size. A single caller in this crate that is not would keep a copy here.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Reads a part of a command or an event.
pub(crate) fn part<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Box<T>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    serde_json::from_value(value).map(Box::new).map_err(D::Error::custom)
}

/// Reads a text.
pub(crate) fn text<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_value(serde_json::from_str(text)?)
}

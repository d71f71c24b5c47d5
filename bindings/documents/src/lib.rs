//! What both bindings read as documents: policies, commands, events and snapshots.
//!
//! Readers that serde makes are many and large, and are run once where the engine is run a million times. The engine's are `#[inline]`, so they
//! are compiled where they are called: for the bindings that is here, in a crate that the workspace's manifest has compiled for size.
//! A binding that called the engine's readers itself would get a second copy of them, at twice the size. Nothing here does more
//! than call.

use deskmatch::{Engine, EngineBuilder, Error, Event, Policy, ReadyMade, Request, StrategyPolicy};
use deskmatch_sim::case::Case;
use serde_json::Value;

/// [`Policy::from_json`].
///
/// # Errors
///
/// As there.
pub fn policy(text: &str) -> Result<Policy, Error> {
    Policy::from_json(text)
}

/// [`ReadyMade::policy`].
pub fn ready_made(name: ReadyMade) -> Policy {
    name.policy()
}

/// [`Request::from_json`].
///
/// # Errors
///
/// As there.
pub fn request(text: &str) -> Result<Request, Error> {
    Request::from_json(text)
}

/// An event from its document. Whether it follows from a state, only [`Engine::apply`] can say.
///
/// # Errors
///
/// Where the document is not an event.
pub fn event(document: Value) -> serde_json::Result<Event> {
    serde_json::from_value(document)
}

/// Events from the list of their documents.
///
/// # Errors
///
/// Where the document is not a list of events.
pub fn events(document: Value) -> serde_json::Result<Vec<Event>> {
    serde_json::from_value(document)
}

/// [`EngineBuilder::restore`].
///
/// # Errors
///
/// As there.
pub fn restore(builder: EngineBuilder, snapshot: &[u8]) -> Result<Engine, Error> {
    builder.restore(snapshot)
}

/// [`Case::from_json`].
///
/// # Errors
///
/// As there.
pub fn case(text: &str) -> Result<Case, deskmatch_sim::Error> {
    Case::from_json(text)
}

/// [`deskmatch_sim::batch::strategy_named`], which may read a ready-made policy.
pub fn strategy_named(name: &str, old: &StrategyPolicy) -> Option<StrategyPolicy> {
    deskmatch_sim::batch::strategy_named(name, old)
}

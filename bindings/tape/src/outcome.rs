//! Writing what commands came to.

use crate::{Fault, Writer, to_writer};
use deskmatch::Outcome;

/// Writes an outcome as an object of events, refusal and repeated.
///
/// # Errors
///
/// As [`to_writer`].
// Inlined into the addon it would be compiled for size.
#[inline(never)]
pub fn outcome(output: &mut Writer, outcome: &Outcome) -> Result<(), Fault> {
    output.begin_object();
    output.key("events");
    to_writer(output, &outcome.events)?;
    output.key("refusal");
    to_writer(output, &outcome.refusal)?;
    output.key("repeated");
    to_writer(output, &outcome.repeated)?;
    output.end_object();
    Ok(())
}

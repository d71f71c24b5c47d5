//! Reading commands.
//!
//! The common road reads a command straight from the tape. Whatever it does not take goes through the core's own reader of JSON
//! instead, which names every fault and its place; so both languages and all roads say the same of the same mistake.

use crate::error::{Answer, Failure};
use deskmatch::Request;
use deskmatch_tape::{Reader, from_bytes, request as fast, to_json};

/// Reads a command from the bytes of one value.
pub(crate) fn read(bytes: &[u8]) -> Answer<Request> {
    let mut reader = Reader::new(bytes);
    match fast(&mut reader) {
        Ok(Some(request)) if reader.is_at_end() => Ok(request),
        _ => thorough(bytes),
    }
}

/// Reads a command by the core's own reader.
pub(crate) fn thorough(bytes: &[u8]) -> Answer<Request> {
    let text = to_json(bytes)?;
    deskmatch_documents::request(&text).map_err(|error| {
        let mut failure = Failure::from(error);
        if failure.path.is_none() {
            failure.path = failure.faults.first().map(|fault| fault.path.clone());
        }
        failure
    })
}

/// Reads a policy: an object, or the text of a JSON document.
pub(crate) fn policy(bytes: &[u8]) -> Answer<deskmatch::Policy> {
    let text = match from_bytes::<&str>(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => to_json(bytes)?,
    };
    Ok(deskmatch_documents::policy(&text)?)
}

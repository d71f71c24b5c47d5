//! Many commands in one crossing.
//!
//! The whole loop is here: compiled for size, handing a command or an outcome on takes as long as reading it.

use crate::command::{moment, request};
use crate::{Fault, Reader, Writer, outcome};
use deskmatch::{Engine, Error, Request, Timestamp};
use std::time::Instant;

/// What is seldom needed, and is told in words that the addon has.
pub trait Seldom {
    /// Reads a command by the road that says what is wrong; if anything is, writes it.
    fn read(&self, command: &[u8], output: &mut Writer) -> Option<Request>;

    /// Writes why the engine refused a command.
    fn refused(&self, error: Error, output: &mut Writer);
}

/// Executes the commands, each after its moment or null, and writes an answer for each.
///
/// # Errors
///
/// Where the bytes are not moments and values, or the answers are longer than 4 GiB. What is wrong with a command is an answer.
// Inlined into the addon it would be compiled for size.
#[inline(never)]
pub fn execute_many(
    engine: &mut Engine,
    now: Timestamp,
    input: &[u8],
    output: &mut Writer,
    seldom: &dyn Seldom,
) -> Result<(), Fault> {
    let mut reader = Reader::new(input);
    output.begin_batch();
    while !reader.is_at_end() {
        let at = moment(&mut reader)?.map_or(now, Timestamp);
        let begun = output.begin_answer();
        let done = match next(&mut reader, output, seldom)? {
            Some(request) => match engine.execute(at, request) {
                Ok(done) => {
                    outcome(output, &done)?;
                    true
                }
                Err(error) => {
                    seldom.refused(error, output);
                    false
                }
            },
            None => false,
        };
        output.end_answer(begun, !done)?;
    }
    output.end_batch()
}

fn next(reader: &mut Reader<'_>, output: &mut Writer, seldom: &dyn Seldom) -> Result<Option<Request>, Fault> {
    let begin = *reader;
    if let Ok(Some(request)) = request(reader) {
        return Ok(Some(request));
    }
    *reader = begin;
    Ok(seldom.read(reader.take_value()?, output))
}

/// For benchmarks: how many nanoseconds the engine itself takes for a list of commands.
///
/// # Errors
///
/// Where a command is none of those that are read at once, or is refused.
#[inline(never)]
pub fn engine_time(engine: &mut Engine, now: Timestamp, input: &[u8]) -> Result<u64, Fault> {
    let mut reader = Reader::new(input);
    let mut requests = Vec::new();
    while !reader.is_at_end() {
        requests.push(request(&mut reader)?.ok_or_else(|| Fault::new("a command cannot be read at once"))?);
    }
    let begun = Instant::now();
    for request in requests {
        engine.execute(now, request).map_err(|error| Fault::new(error.to_string()))?;
    }
    Ok(begun.elapsed().as_nanos() as u64)
}

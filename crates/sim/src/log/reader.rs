//! Opens a log, finds out what it is, and reads it.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;

use super::cells::{Cells, RowSink};
use super::{LogFormat, Mapping, TicketLog, csv_rows, json_rows, row};
use crate::error::{Error, ErrorKind, quotable};

/// How many bytes are looked at to tell what a log is.
const PEEK_BYTES: usize = 1 << 16;

/// Reads ticket logs by a [`Mapping`].
///
/// By default bad rows are left out and counted, and the first 1,000 of them are kept in the log; see the
/// [module](crate::log) for what is bad. Reading costs O(rows) time; memory grows with the tickets, not with the rows.
///
/// ```
/// use deskmatch_sim::{ErrorKind, LogReader, Mapping};
///
/// let csv = "number,opened_at\nT-1,1/3/2016 09:00\n?,1/3/2016 09:01\nT-3,soon\n";
/// let log = LogReader::new(Mapping::servicenow()).read(csv.as_bytes())?;
/// assert_eq!((log.len(), log.bad_row_count()), (1, 2));
/// let bad: Vec<_> = log.bad_rows().iter().map(|error| (error.line(), error.kind())).collect();
/// assert_eq!(bad, [(Some(3), ErrorKind::MissingId), (Some(4), ErrorKind::InvalidTime)]);
/// # Ok::<(), deskmatch_sim::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LogReader {
    mapping: Mapping,
    strict: bool,
    bad_rows_kept: usize,
}

impl LogReader {
    /// Creates a reader of logs of this form.
    pub fn new(mapping: Mapping) -> Self {
        Self { mapping, strict: false, bad_rows_kept: 1_000 }
    }

    /// Sets whether the first bad row ends the reading with its error. The default is no.
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets how many bad rows the log keeps; all are counted and reported in any case. The default is 1,000.
    pub fn bad_rows_kept(mut self, count: usize) -> Self {
        self.bad_rows_kept = count;
        self
    }

    /// Reads a file, or standard input where the path is `-`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] where it cannot be opened, and those of [`read`](LogReader::read).
    pub fn read_path(&self, path: &str) -> Result<TicketLog, Error> {
        if path == "-" {
            return self.read(std::io::stdin().lock());
        }
        let file =
            File::open(path).map_err(|error| Error::io(&format!("the log `{}`", quotable(path)), error))?;
        self.read(file)
    }

    /// Reads a log from any source: CSV or JSON lines, plain or gzip.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] where the source fails or a gzip stream is damaged; [`ErrorKind::UnknownFormat`] where it is
    /// no such log; [`ErrorKind::MissingColumn`] where it lacks a column that the mapping needs; [`ErrorKind::Limit`];
    /// and with [`strict`](LogReader::strict) the first bad row.
    pub fn read(&self, input: impl Read) -> Result<TicketLog, Error> {
        self.read_with(input, |_| {})
    }

    /// Reads a log as [`read`](LogReader::read) does, and reports each bad row as soon as it is met.
    ///
    /// # Errors
    ///
    /// Those of [`read`](LogReader::read).
    pub fn read_with(
        &self,
        mut input: impl Read,
        mut on_bad_row: impl FnMut(&Error),
    ) -> Result<TicketLog, Error> {
        self.read_any(&mut input, &mut on_bad_row)
    }

    /// One piece of code for all sources: what is read at once is long.
    fn read_any(&self, input: &mut dyn Read, on_bad_row: &mut dyn FnMut(&Error)) -> Result<TicketLog, Error> {
        let (start, mut input) = peek(input, 2)?;
        if start == [0x1f, 0x8b] {
            let mut plain = MultiGzDecoder::new(BufReader::with_capacity(PEEK_BYTES, input));
            return self.read_plain(&mut plain, on_bad_row);
        }
        self.read_plain(&mut input, on_bad_row)
    }

    fn read_plain(
        &self,
        input: &mut dyn Read,
        on_bad_row: &mut dyn FnMut(&Error),
    ) -> Result<TicketLog, Error> {
        let (start, mut input) = peek(input, PEEK_BYTES)?;
        let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start);
        refuse_other_formats(text)?;
        if text.len() < start.len() {
            input.read_exact(&mut [0; 3]).map_err(|error| Error::io("the log", error))?;
        }
        let mapping = &self.mapping;
        let mut collector = Collector { reader: self, log: TicketLog::new(mapping), on_bad_row };
        let is_json = match mapping.format {
            LogFormat::Auto => text.trim_ascii_start().first() == Some(&b'{'),
            LogFormat::Csv => false,
            LogFormat::JsonLines => true,
        };
        let absent = if is_json {
            json_rows::read_rows(BufReader::with_capacity(PEEK_BYTES, input), mapping, &mut collector)?
        } else {
            let delimiter = mapping.delimiter.unwrap_or_else(|| delimiter_of(text));
            csv_rows::read_rows(&mut input, mapping, delimiter, &mut collector)?
        };
        let mut log = collector.log;
        log.absent = absent;
        Ok(log)
    }
}

/// Puts good rows into the log, and counts and reports bad ones.
struct Collector<'r, F> {
    reader: &'r LogReader,
    log: TicketLog,
    on_bad_row: F,
}

impl<F: FnMut(&Error)> RowSink for Collector<'_, F> {
    fn row<C: Cells>(&mut self, line: u64, cells: &C) -> Result<(), Error> {
        match row::read(cells, &self.reader.mapping).and_then(|row| self.log.add(&row)) {
            Ok(()) => {
                self.log.rows += 1;
                Ok(())
            }
            Err(error) if error.kind().is_bad_row() => self.bad_row(line, error),
            Err(error) => Err(error.at_line(line)),
        }
    }

    fn bad_row(&mut self, line: u64, error: Error) -> Result<(), Error> {
        let error = error.at_line(line);
        if self.reader.strict {
            return Err(error);
        }
        (self.on_bad_row)(&error);
        self.log.rows += 1;
        self.log.bad_row_count += 1;
        if self.log.bad_rows.len() < self.reader.bad_rows_kept {
            self.log.bad_rows.push(error);
        }
        Ok(())
    }
}

/// A source with its first bytes put back before it.
type Peeked<R> = std::io::Chain<Cursor<Vec<u8>>, R>;

/// Takes up to `count` bytes from the front of a source and returns them with a source that still has them.
fn peek<R: Read>(mut input: R, count: usize) -> Result<(Vec<u8>, Peeked<R>), Error> {
    let mut start = Vec::new();
    input.by_ref().take(count as u64).read_to_end(&mut start).map_err(|error| Error::io("the log", error))?;
    Ok((start.clone(), Cursor::new(start).chain(input)))
}

fn refuse_other_formats(start: &[u8]) -> Result<(), Error> {
    let refuse = |message: &str| Err(Error::new(ErrorKind::UnknownFormat, message));
    let text = start.trim_ascii_start();
    if text.is_empty() {
        return refuse("the log is empty; it needs CSV with a header, or JSON lines");
    }
    if start.starts_with(b"PK\x03\x04") {
        return refuse("the log is a zip file or a spreadsheet; unpack it or export it as CSV");
    }
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
        return refuse("the log is UTF-16; convert it to UTF-8");
    }
    if text.starts_with(b"[") {
        return refuse("the log is a JSON list; write one object a line, as `jq -c '.[]'` does");
    }
    if text.starts_with(b"<") {
        return refuse("the log is XML or HTML; export it as CSV");
    }
    Ok(())
}

/// Returns the most frequent of comma, semicolon and tab in the header, outside quotes; the comma of equals.
fn delimiter_of(start: &[u8]) -> u8 {
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0)];
    let mut in_quotes = false;
    for byte in start {
        match byte {
            b'"' => in_quotes = !in_quotes,
            b'\n' | b'\r' if !in_quotes => break,
            _ if in_quotes => {}
            _ => {
                for (delimiter, count) in &mut counts {
                    *count += u32::from(delimiter == byte);
                }
            }
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
    counts.iter().find(|(_, count)| *count == most).map_or(b',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_found_outside_quotes() {
        assert_eq!(delimiter_of(b"id,created"), b',');
        assert_eq!(delimiter_of(b"\"a,b,c\";d;e\n,,,,"), b';');
        assert_eq!(delimiter_of(b"a\tb\tc"), b'\t');
        assert_eq!(delimiter_of(b"id"), b',');
    }
}

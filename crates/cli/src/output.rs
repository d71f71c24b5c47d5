//! Writing rows: CSV or JSON lines, to a file or to standard output.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::failure::Failure;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Csv,
    JsonLines,
}

impl Form {
    /// Returns the form that a file's name asks for.
    pub(crate) fn of(path: &str) -> Result<Form, Failure> {
        let extension =
            Path::new(path).extension().map(|extension| extension.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("csv") => Ok(Form::Csv),
            Some("jsonl" | "ndjson") => Ok(Form::JsonLines),
            _ => Err(Failure::usage(format_args!(
                "cannot tell the form of `{path}` from its name; end it in `.csv` or `.jsonl`"
            ))),
        }
    }
}

/// Creates a file to be written.
pub(crate) fn create(path: &str) -> Result<Box<dyn Write>, Failure> {
    match File::create(path) {
        Ok(file) => Ok(Box::new(BufWriter::with_capacity(1 << 16, file))),
        Err(error) => Err(Failure::Output(format!("cannot write {path}: {error}"))),
    }
}

/// Returns standard output, buffered.
pub(crate) fn stdout() -> BufWriter<io::StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// Writes a text to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = stdout();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::output("to standard output", &error))
}

/// Writes JSON to standard output, indented, with a line break at the end.
pub(crate) fn print_json(value: &Value) -> Result<(), Failure> {
    print(&format!("{value:#}\n"))
}

/// Writes rows with the same columns, one after the other, keeping none.
pub(crate) struct Rows {
    columns: &'static [&'static str],
    sink: Sink,
}

enum Sink {
    Csv(Box<csv::Writer<Box<dyn Write>>>),
    JsonLines(Box<dyn Write>),
}

impl Rows {
    pub(crate) fn new(form: Form, to: Box<dyn Write>, columns: &'static [&'static str]) -> io::Result<Self> {
        let sink = match form {
            Form::Csv => {
                let mut writer = csv::Writer::from_writer(to);
                writer.write_record(columns).map_err(io::Error::from)?;
                Sink::Csv(Box::new(writer))
            }
            Form::JsonLines => Sink::JsonLines(to),
        };
        Ok(Self { columns, sink })
    }

    /// Writes one row, with a value for each column; null is an empty cell of a CSV.
    pub(crate) fn write(&mut self, values: Vec<Value>) -> io::Result<()> {
        match &mut self.sink {
            Sink::Csv(writer) => {
                let cells = values.iter().map(|value| match value {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                });
                writer.write_record(cells).map_err(io::Error::from)
            }
            Sink::JsonLines(writer) => {
                for (index, (name, value)) in self.columns.iter().zip(&values).enumerate() {
                    // The order of the columns, which a map would not keep.
                    write!(writer, "{}{}:{value}", if index == 0 { '{' } else { ',' }, json!(name))?;
                }
                writer.write_all(b"}\n")
            }
        }
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Csv(writer) => writer.flush(),
            Sink::JsonLines(writer) => writer.flush(),
        }
    }
}

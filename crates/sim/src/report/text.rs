//! A report as an aligned table.

use super::{Basis, Line, Report, ReportRow};

/// The widest name of a policy and the widest value; what is longer is cut.
const COLUMN_WIDTH_MAX: usize = 24;
/// The widest label, indent included.
const LABEL_WIDTH_MAX: usize = 40;
/// The blanks between columns.
const GAP: usize = 2;
const INDENT: &str = "  ";

pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    push_wrapped(&mut out, &report.title);
    let label_width = report
        .lines
        .iter()
        .map(|line| match line {
            Line::Section(heading) => width(heading),
            Line::Row(row) => width(&row.label) + indent(report).len(),
        })
        .max()
        .unwrap_or_default()
        .min(LABEL_WIDTH_MAX);
    let columns = columns(report);
    for block in blocks(&columns, label_width) {
        out.push('\n');
        render_block(&mut out, report, label_width, &columns, block);
    }
    render_notes(&mut out, report);
    out
}

/// Rows are set in only where there are headings above them.
fn indent(report: &Report) -> &'static str {
    if report.lines.iter().any(|line| matches!(line, Line::Section(_))) { INDENT } else { "" }
}

/// A policy's column: its name and its width.
struct Column {
    name: String,
    width: usize,
}

fn columns(report: &Report) -> Vec<Column> {
    report
        .policies
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let name = cut(name, COLUMN_WIDTH_MAX);
            let values =
                report.rows().filter_map(|row| row.values.get(index)).map(|value| width(&value.to_string()));
            let widest = values.max().unwrap_or_default().max(width(&name));
            Column { width: widest.min(COLUMN_WIDTH_MAX), name }
        })
        .collect()
}

/// Splits the columns into runs that fit beside the labels and the basis.
fn blocks(columns: &[Column], label_width: usize) -> Vec<std::ops::Range<usize>> {
    let basis_width = Basis::ALL.iter().map(|basis| basis.name().len()).max().unwrap_or_default();
    let room = Report::WIDTH.saturating_sub(label_width + GAP + basis_width);
    let mut blocks = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (index, column) in columns.iter().enumerate() {
        let needed = column.width + GAP;
        if index > start && used + needed > room {
            blocks.push(start..index);
            (start, used) = (index, 0);
        }
        used += needed;
    }
    blocks.push(start..columns.len());
    blocks
}

fn render_block(
    out: &mut String,
    report: &Report,
    label_width: usize,
    columns: &[Column],
    block: std::ops::Range<usize>,
) {
    let names = columns.get(block.clone()).unwrap_or_default();
    let mut line = pad_end("", label_width);
    for column in names {
        line.push_str(&pad_start(&column.name, column.width + GAP));
    }
    push_line(out, &line);
    for entry in &report.lines {
        match entry {
            Line::Section(heading) => push_line(out, &cut(heading, Report::WIDTH)),
            Line::Row(row) => {
                push_line(out, &render_row(row, indent(report), label_width, names, block.start))
            }
        }
    }
}

fn render_row(row: &ReportRow, indent: &str, label_width: usize, columns: &[Column], start: usize) -> String {
    let label = cut(&format!("{indent}{}", row.label), label_width);
    let mut line = pad_end(&label, label_width);
    for (column, value) in columns.iter().zip(row.values.iter().skip(start)) {
        let value = cut(&value.to_string(), column.width);
        line.push_str(&pad_start(&value, column.width + GAP));
    }
    line.push_str(&" ".repeat(GAP));
    line.push_str(row.basis.name());
    line
}

fn render_notes(out: &mut String, report: &Report) {
    let used = Basis::ALL.into_iter().filter(|basis| report.rows().any(|row| row.basis == *basis));
    let meanings: Vec<String> = used.map(|basis| format!("{}: {}", basis.name(), basis.meaning())).collect();
    let full_names = report.policies.iter().filter(|name| width(name) > COLUMN_WIDTH_MAX);
    let full_names: Vec<String> =
        full_names.map(|name| format!("{} is {name}", cut(name, COLUMN_WIDTH_MAX))).collect();
    if meanings.is_empty() && report.notes.is_empty() && full_names.is_empty() {
        return;
    }
    out.push('\n');
    for note in meanings.iter().chain(&full_names).chain(&report.notes) {
        push_wrapped(out, note);
    }
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}

/// Adds a text, broken at blanks into lines that fit; later lines are set in.
fn push_wrapped(out: &mut String, text: &str) {
    let mut line = String::new();
    for word in text.split_whitespace() {
        let mut word = word;
        loop {
            let gap = if line.trim().is_empty() { 0 } else { 1 };
            if width(&line) + gap + width(word) <= Report::WIDTH {
                line.push_str(&" ".repeat(gap));
                line.push_str(word);
                break;
            }
            if gap == 0 {
                // A word wider than a line is broken.
                let room = Report::WIDTH.saturating_sub(width(&line));
                let end = word.char_indices().nth(room).map_or(word.len(), |(end, _)| end);
                let (head, tail) = word.split_at(end);
                line.push_str(head);
                word = tail;
            }
            push_line(out, &line);
            line = INDENT.to_owned();
        }
    }
    push_line(out, &line);
}

/// Counts characters; wide and combining ones are not told apart.
fn width(text: &str) -> usize {
    text.chars().count()
}

fn cut(text: &str, width_max: usize) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if width(&plain) <= width_max {
        return plain;
    }
    let mut short: String = plain.chars().take(width_max.saturating_sub(1)).collect();
    short.push('…');
    short
}

fn pad_end(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

fn pad_start(text: &str, to: usize) -> String {
    format!("{}{text}", " ".repeat(to.saturating_sub(width(text))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Figure;

    #[test]
    fn many_policies_are_set_in_blocks_that_fit() {
        let names: Vec<String> = (0..12).map(|n| format!("policy number {n}")).collect();
        let mut report = Report::new("many", names);
        report.row("assigned", "assigned", Basis::Data, (0..12).map(Figure::Count)).unwrap();
        let text = report.to_text();
        assert!(text.lines().all(|line| width(line) <= Report::WIDTH));
        assert_eq!(text.matches("assigned").count(), 3);
        for n in 0..12 {
            assert!(text.contains(&format!("policy number {n}")));
        }
    }

    #[test]
    fn a_row_needs_a_value_for_each_policy() {
        let mut report = Report::new("", ["a", "b"]);
        let error = report.row("x", "x", Basis::Data, [Figure::Missing]).unwrap_err();
        assert_eq!(error.to_string(), "the row `x` has 1 values for 2 policies; give one for each");
    }

    #[test]
    fn measured_rows_can_be_left_out() {
        let mut report = Report::new("", ["a"]);
        report.row("rate", "decisions", Basis::Measured, [Figure::PerSecond(3)]).unwrap();
        assert!(report.to_text().contains("differs from run to run"));
        assert_eq!(report.without_measured().to_text(), "\n\n  a\n");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_page(
            title in ".{0,150}",
            policies in prop::collection::vec(".{0,40}", 0..8),
            label in ".{0,60}",
            note in ".{0,300}",
            value in ".{0,40}",
        ) {
            let mut report = Report::new(title, policies.clone());
            report.section(label.clone());
            report.row("k", label, Basis::Data, policies.iter().map(|_| Figure::Text(value.clone()))).unwrap();
            report.note(note);
            for line in report.to_text().lines() {
                prop_assert!(width(line) <= Report::WIDTH, "{line:?}");
            }
        }
    }
}

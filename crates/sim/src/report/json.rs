//! A report as JSON.

use serde_json::{Value, json};

use super::{Figure, Report};

pub(super) fn render(report: &Report) -> Value {
    let rows: Vec<Value> = report
        .rows()
        .map(|row| {
            json!({
                "key": row.key,
                "label": row.label,
                "basis": row.basis.name(),
                "unit": row.values.iter().find_map(Figure::unit),
                "values": row.values.iter().map(value).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({"title": report.title, "policies": report.policies, "rows": rows, "notes": report.notes})
}

fn value(figure: &Figure) -> Value {
    match figure {
        Figure::Count(number) | Figure::PerSecond(number) => json!(number),
        Figure::DurationMs(duration_ms) => json!(duration_ms),
        // A division of two small integers is exact to the last bit everywhere.
        Figure::Share { millionths } | Figure::Index { millionths } => json!(f64::from(*millionths) / 1e6),
        Figure::Number { thousandths } => json!(*thousandths as f64 / 1e3),
        Figure::Text(text) => json!(text),
        Figure::Missing => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Basis;

    #[test]
    fn values_are_plain_numbers_with_a_unit() {
        let mut report = Report::new("day", ["a", "b"]);
        report.row("wait", "wait", Basis::Model, [Figure::Missing, Figure::DurationMs(5)]).unwrap();
        report.row("done", "done", Basis::Data, [Figure::Missing, Figure::Missing]).unwrap();
        let json = report.to_json();
        assert_eq!(
            json["rows"][0],
            json!({"key": "wait", "label": "wait", "basis": "model", "unit": "ms", "values": [null, 5]})
        );
        assert_eq!(json["rows"][1]["unit"], Value::Null);
    }
}

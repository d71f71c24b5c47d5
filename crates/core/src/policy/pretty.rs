//! JSON for people: spread over lines.

/// Spreads JSON that has no white space over lines, as serde's writer for people does: two spaces a level, lists and objects without
/// contents in one piece.
///
/// Working on the text, as that writer would be a second copy of all that writes a policy.
pub(super) fn pretty(json: &str) -> String {
    let mut text = String::with_capacity(json.len() * 2);
    let (mut depth, mut in_word, mut is_escaped) = (0, false, false);
    let mut last = ' ';
    for next in json.chars() {
        if in_word {
            in_word = is_escaped || next != '"';
            is_escaped = next == '\\' && !is_escaped;
        } else {
            let opens = matches!(last, '{' | '[');
            let closes = matches!(next, '}' | ']');
            depth -= usize::from(closes);
            if last == ',' || opens != closes && (opens || closes) {
                text.push('\n');
                text.extend(std::iter::repeat_n("  ", depth));
            }
            if last == ':' {
                text.push(' ');
            }
            depth += usize::from(matches!(next, '{' | '['));
            in_word = next == '"';
        }
        text.push(next);
        last = if in_word { ' ' } else { next };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn any_value() -> impl Strategy<Value = Value> {
        let plain = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[a\\\\\"\n{}\\[\\],: é]{0,8}".prop_map(Value::from),
        ];
        plain.prop_recursive(4, 40, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a\\\\\":,{]{0,4}", inner, 0..4)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn what_is_empty_stays_in_one_piece() {
        let value = json!({ "a": [], "b": {}, "c": [{}, [1, "\\\""]] });
        assert_eq!(pretty(&value.to_string()), serde_json::to_string_pretty(&value).unwrap());
    }

    proptest! {
        #[test]
        fn a_text_is_spread_as_serde_writes_it(value in any_value()) {
            prop_assert_eq!(pretty(&value.to_string()), serde_json::to_string_pretty(&value).unwrap());
        }
    }
}

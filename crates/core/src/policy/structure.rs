//! The form of a policy document: keys that come twice, and a walk along the published schema that finds every fault.

use super::faults::{Faults, Path, Shown};
use super::validate::{closest, list};
use crate::time::Span;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Reads JSON and notes keys that come twice, of which `serde_json` would silently keep the last.
///
/// The depth is bounded by `serde_json` to 128.
#[inline]
pub(crate) fn parse(text: &str, faults: &mut Faults) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Tree { path: &Path::Root, faults }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// One value of the document that is being read.
struct Tree<'a> {
    path: &'a Path<'a>,
    faults: &'a mut Faults,
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) =
            items.next_element_seed(Tree { path: &self.path.index(list.len()), faults: &mut *self.faults })?
        {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let path = self.path.key(&key);
            if map.contains_key(&key) {
                self.faults.add(&path, "comes twice in its object; keep one");
            }
            let value = entries.next_value_seed(Tree { path: &path, faults: &mut *self.faults })?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// Compares a document with the schema of its type and notes every difference.
///
/// Knows the keywords that `schemars` writes for the types of this crate. Recurses as deep as the document is.
pub(crate) fn check(document: &Value, schema: &Value, faults: &mut Faults) {
    Walk { definitions: schema.get("$defs"), faults }.value(&Path::Root, document, schema);
}

struct Walk<'a> {
    definitions: Option<&'a Value>,
    faults: &'a mut Faults,
}

impl<'a> Walk<'a> {
    fn value(&mut self, path: &Path<'_>, value: &Value, schema: &'a Value) {
        let mut schema = schema;
        while let Some(name) = reference(schema) {
            if name == "Span" {
                return self.span(path, value);
            }
            let Some(definition) = self.definitions.and_then(|definitions| definitions.get(name)) else {
                return;
            };
            schema = definition;
        }
        if let Some(branches) = schema.get("anyOf").or(schema.get("oneOf")).and_then(Value::as_array) {
            return self.branches(path, value, branches);
        }
        if let Some(word) = schema.get("const").filter(|word| *word != value) {
            return self.mismatch(path, value, &list(word.as_str().into_iter()));
        }
        let types = types(schema);
        if !types.is_empty() && !types.contains(&type_of(value)) {
            let expected: Vec<&str> =
                types.iter().filter(|name| **name != "null").map(|name| noun(name)).collect();
            return self.mismatch(path, value, &expected.join(" or "));
        }
        match value {
            Value::Number(number) => self.range(path, number, schema),
            Value::Array(items) => {
                if let Some(schema) = schema.get("items") {
                    for (index, item) in items.iter().enumerate() {
                        self.value(&path.index(index), item, schema);
                    }
                }
            }
            Value::Object(entries) => self.object(path, entries, schema),
            _ => {}
        }
    }

    fn mismatch(&mut self, path: &Path<'_>, value: &Value, expected: &str) {
        self.faults.add(path, format_args!("found {}; expected {expected}", Found(value)));
    }

    fn span(&mut self, path: &Path<'_>, value: &Value) {
        let valid = match value {
            Value::String(text) => text.parse::<Span>().is_ok(),
            Value::Number(number) => {
                number.as_i64().is_some_and(|ms| (0..=Span::MAX.as_millis()).contains(&ms))
            }
            _ => false,
        };
        if !valid {
            let expected = "a span of time such as `90s`, `5m`, `8h` or `2d`, or whole milliseconds, of at most 36525 days";
            self.mismatch(path, value, expected);
        }
    }

    fn range(&mut self, path: &Path<'_>, number: &Number, schema: &Value) {
        let Some(value) = whole(number) else { return };
        let (low, high) = match schema.get("format").and_then(Value::as_str) {
            Some("int8") => (i8::MIN.into(), i8::MAX.into()),
            Some("int16") => (i16::MIN.into(), i16::MAX.into()),
            Some("int32") => (i32::MIN.into(), i32::MAX.into()),
            Some("uint8") => (0, u8::MAX.into()),
            Some("uint16") => (0, u16::MAX.into()),
            Some("uint32") => (0, u32::MAX.into()),
            Some("uint64") => (0, u64::MAX.into()),
            _ => (i64::MIN.into(), i64::MAX.into()),
        };
        let bound = |key| schema.get(key).and_then(Value::as_number).and_then(whole);
        let low = bound("minimum").map_or(low, |bound| bound.max(low));
        let high = bound("maximum").map_or(high, |bound| bound.min(high));
        self.faults.within(path, value, low, high);
    }

    fn object(&mut self, path: &Path<'_>, entries: &Map<String, Value>, schema: &'a Value) {
        let properties = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties").filter(|schema| schema.is_object());
        for (key, value) in entries {
            let path = path.key(key);
            match properties.and_then(|properties| properties.get(key)).or(others) {
                Some(schema) => self.value(&path, value, schema),
                None => self.unknown(&path, key, properties.into_iter().flat_map(Map::keys)),
            }
        }
        for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            if let Some(key) = key.as_str().filter(|key| !entries.contains_key(*key)) {
                self.faults.add(&path.key(key), "is missing; it must be given");
            }
        }
    }

    fn unknown<'k>(&mut self, path: &Path<'_>, key: &str, keys: impl Iterator<Item = &'k String> + Clone) {
        let keys = keys.map(String::as_str);
        match closest(key, keys.clone()) {
            Some(meant) => {
                self.faults.add(path, format_args!("is not a field here; did you mean {}?", Shown(meant)))
            }
            None => self.faults.add(path, format_args!("is not a field here; expected {}", list(keys))),
        }
    }

    /// A value of which there are several forms: picks the form that is meant, so that its own faults are told.
    fn branches(&mut self, path: &Path<'_>, value: &Value, branches: &'a [Value]) {
        let nothing = |branch: &&Value| branch.get("type").and_then(Value::as_str) == Some("null");
        if value.is_null() && branches.iter().any(|branch| nothing(&branch)) {
            return;
        }
        let forms: Vec<&'a Value> = branches.iter().filter(|branch| !nothing(branch)).collect();
        if let [only] = forms[..] {
            return self.value(path, value, only);
        }
        if let Some(tag) = tag_of(&forms) {
            return self.tagged(path, value, tag, &forms);
        }
        let meant = forms.iter().find(|form| match value {
            Value::Object(entries) => key_of(form).is_some_and(|key| entries.contains_key(key)),
            value => form.get("const") == Some(value),
        });
        match meant {
            Some(form) if value.is_object() => self.value(path, value, form),
            Some(_) => {}
            None => {
                let words = forms.iter().filter_map(|form| form.get("const").and_then(Value::as_str));
                let mut expected = list(words);
                for key in forms.iter().filter_map(|form| key_of(form)) {
                    expected.push_str(&format!(", {{ \"{key}\": … }}"));
                }
                self.mismatch(path, value, &expected);
            }
        }
    }

    /// An object whose form a word in it tells: `{ "kind": "weighted", … }`.
    fn tagged(&mut self, path: &Path<'_>, value: &Value, tag: &str, forms: &[&'a Value]) {
        let names = || forms.iter().filter_map(|form| tag_value(form, tag));
        let Value::Object(entries) = value else {
            return self.mismatch(path, value, &format!("an object whose `{tag}` is {}", list(names())));
        };
        let path_of_tag = path.key(tag);
        match entries.get(tag) {
            None => {
                self.faults.add(&path_of_tag, format_args!("is missing; expected one of {}", list(names())));
            }
            Some(Value::String(name)) => match forms.iter().find(|form| tag_value(form, tag) == Some(name)) {
                Some(form) => self.value(path, value, form),
                None => {
                    let hint = closest(name, names()).map_or_else(
                        || format!("expected {}", list(names())),
                        |name| format!("did you mean `{name}`?"),
                    );
                    self.faults.add(&path_of_tag, format_args!("found {}; {hint}", Found(&entries[tag])));
                }
            },
            Some(other) => self.mismatch(&path_of_tag, other, &list(names())),
        }
    }
}

/// The definition that a schema refers to.
fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")
}

/// The types that a schema allows; none if it does not say.
fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The word that tells the forms of a tagged object apart: the property that is constant in every one.
fn tag_of<'a>(forms: &[&'a Value]) -> Option<&'a str> {
    let (first, rest) = forms.split_first()?;
    let keys = first.get("properties")?.as_object()?.keys().map(String::as_str);
    keys.into_iter()
        .find(|key| tag_value(first, key).is_some() && rest.iter().all(|form| tag_value(form, key).is_some()))
}

fn tag_value<'a>(form: &'a Value, tag: &str) -> Option<&'a str> {
    form.get("properties")?.get(tag)?.get("const")?.as_str()
}

/// The one key of a form such as `{ "overflow": … }`.
fn key_of(form: &Value) -> Option<&str> {
    form.get("required")?.get(0)?.as_str()
}

fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn noun(type_name: &str) -> &str {
    match type_name {
        "boolean" => "true or false",
        "integer" => "a whole number",
        "string" => "a text",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

/// What was found, as one tells a user.
struct Found<'a>(&'a Value);

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Null => f.write_str("null"),
            Value::Bool(value) => write!(f, "`{value}`"),
            Value::Number(number) => write!(f, "the number `{number}`"),
            Value::String(text) => write!(f, "the text {}", Shown(text)),
            Value::Array(_) => f.write_str("a list"),
            Value::Object(_) => f.write_str("an object"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use proptest::prelude::*;

    const RICH: &str = include_str!("../../tests/rich_policy.json");

    fn faults_of(document: &Value) -> usize {
        let mut faults = Faults::default();
        check(document, &serde_json::from_str(&Policy::json_schema()).unwrap(), &mut faults);
        usize::from(!faults.is_empty())
    }

    /// Every place of a document, as a JSON pointer.
    fn places(value: &Value, at: &str, found: &mut Vec<String>) {
        found.push(at.to_owned());
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    places(value, &format!("{at}/{key}"), found);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    places(value, &format!("{at}/{index}"), found);
                }
            }
            _ => {}
        }
    }

    fn junk() -> impl Strategy<Value = Value> {
        let numbers = prop_oneof![
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-2_i64..300).prop_map(Value::from),
            Just(Value::from(65_536)),
            Just(Value::from(4_294_967_296_i64)),
            Just(Value::from(3_155_760_000_001_i64)),
            Just(serde_json::json!(0.5)),
        ];
        let words = ["", "5m", "99999999d", "fifo", "for_good", "keep", "weighted", "away", "full", "x"];
        prop_oneof![
            numbers,
            proptest::sample::select(words.to_vec()).prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            Just(Value::Null),
            Just(serde_json::json!({})),
            Just(serde_json::json!([])),
            Just(serde_json::json!({ "for": "5m" })),
            Just(serde_json::json!({ "kind": "round_robin" })),
            Just(serde_json::json!([{ "name": "x" }])),
        ]
    }

    /// The rich policy with one place replaced, taken out, or given a further key.
    fn spoilt() -> impl Strategy<Value = Value> {
        let rich: Value = serde_json::from_str(RICH).unwrap();
        let mut found = Vec::new();
        places(&rich, "", &mut found);
        (proptest::sample::select(found), junk(), 0..4, "[a-z]{1,3}").prop_map(
            move |(place, junk, how, key)| {
                let mut document = rich.clone();
                let (parent, last) = place.rsplit_once('/').unwrap_or(("", ""));
                match (how, document.pointer_mut(if how == 0 { parent } else { &place })) {
                    (0, Some(Value::Object(entries))) => {
                        entries.remove(last);
                    }
                    (1, Some(Value::Object(entries))) => {
                        entries.insert(key, junk);
                    }
                    (_, Some(value)) => *value = junk,
                    (_, None) => {}
                }
                document
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_the_walk_lets_pass_the_types_do_too(document in spoilt()) {
            if faults_of(&document) == 0 {
                let policy = serde_json::from_value::<Policy>(document.clone());
                prop_assert!(policy.is_ok(), "{}: {:#}", policy.unwrap_err(), document);
            }
        }

        #[test]
        fn what_the_types_write_the_walk_lets_pass(document in spoilt()) {
            if let Ok(policy) = serde_json::from_value::<Policy>(document) {
                prop_assert_eq!(faults_of(&serde_json::to_value(policy).unwrap()), 0);
            }
        }
    }

    #[test]
    fn the_policy_with_everything_passes() {
        let document: Value = serde_json::from_str(RICH).unwrap();
        assert_eq!(faults_of(&document), 0);
        Policy::from_json(RICH).unwrap();
    }

    #[test]
    fn reading_keeps_what_serde_reads() {
        let mut faults = Faults::default();
        assert_eq!(parse(RICH, &mut faults).unwrap(), serde_json::from_str::<Value>(RICH).unwrap());
        assert!(faults.is_empty());
    }
}

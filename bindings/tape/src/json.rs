//! Values as JSON text and back: for the core's own readers, which name the place of every fault, and for logs.

use crate::{
    ASCII, BIG_I64, BIG_U64, FALSE, FLOAT, Fault, LIST, NEGATIVE, NULL, OBJECT, Reader, TEXT, TRUE, UINT,
    Writer,
};
use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use std::fmt::{self, Write as _};

/// The value as JSON, with the keys in their order and whole numbers of any size exact.
///
/// # Errors
///
/// Where the bytes are no value, or hold a number that JSON has not.
pub fn to_json(bytes: &[u8]) -> Result<String, Fault> {
    let mut reader = Reader::new(bytes);
    let mut text = String::with_capacity(bytes.len() * 2);
    write(&mut reader, &mut text)?;
    if reader.is_at_end() { Ok(text) } else { Err(Fault::new("something follows the value")) }
}

/// Depth is bounded by the reader.
fn write(reader: &mut Reader<'_>, text: &mut String) -> Result<(), Fault> {
    match reader.byte()? {
        NULL => text.push_str("null"),
        FALSE => text.push_str("false"),
        TRUE => text.push_str("true"),
        UINT => number(text, reader.varint()?),
        NEGATIVE => {
            text.push('-');
            number(text, reader.varint()?);
        }
        BIG_U64 => number(text, u64::from_le_bytes(reader.eight()?)),
        BIG_I64 => number(text, i64::from_le_bytes(reader.eight()?)),
        FLOAT => {
            let value = serde_json::Number::from_f64(f64::from_le_bytes(reader.eight()?));
            number(text, value.ok_or_else(|| Fault::new("a number is not finite"))?);
        }
        TEXT | ASCII => quoted(reader.text()?, text)?,
        LIST => list(reader, text)?,
        OBJECT => object(reader, text)?,
        tag => return Err(Fault::new(format!("{tag} is no tag of a value"))),
    }
    Ok(())
}

fn number(text: &mut String, number: impl fmt::Display) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{number}");
}

fn quoted(word: &str, text: &mut String) -> Result<(), Fault> {
    text.push_str(&serde_json::to_string(word).map_err(|error| Fault::new(error.to_string()))?);
    Ok(())
}

fn list(reader: &mut Reader<'_>, text: &mut String) -> Result<(), Fault> {
    reader.deeper()?;
    text.push('[');
    let mut is_first = true;
    while !reader.list_ends()? {
        if !is_first {
            text.push(',');
        }
        is_first = false;
        write(reader, text)?;
    }
    text.push(']');
    reader.shallower();
    Ok(())
}

fn object(reader: &mut Reader<'_>, text: &mut String) -> Result<(), Fault> {
    reader.deeper()?;
    text.push('{');
    let mut is_first = true;
    while let Some(key) = reader.key()? {
        if !is_first {
            text.push(',');
        }
        is_first = false;
        quoted(key, text)?;
        text.push(':');
        write(reader, text)?;
    }
    text.push('}');
    reader.shallower();
    Ok(())
}

/// Writes the value that a JSON text holds, with the keys in their order.
///
/// # Errors
///
/// Where the text is not JSON.
pub fn from_json(text: &str, writer: &mut Writer) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Copy(writer).deserialize(&mut deserializer)?;
    deserializer.end()
}

/// Copies one value of any form.
struct Copy<'w>(&'w mut Writer);

impl<'de> DeserializeSeed<'de> for Copy<'_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! plain {
    ($($method:ident $type:ty),*) => {
        $(fn $method<E: de::Error>(self, value: $type) -> Result<(), E> {
            crate::to_writer(self.0, &value).map_err(E::custom)
        })*
    };
}

impl<'de> Visitor<'de> for Copy<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    plain! { visit_bool bool, visit_u64 u64, visit_i64 i64, visit_f64 f64, visit_str &str }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        crate::to_writer(self.0, &()).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.0.begin_list();
        while items.next_element_seed(Copy(&mut *self.0))?.is_some() {}
        self.0.end_list();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.0.begin_object();
        while let Some(key) = entries.next_key::<String>()? {
            self.0.key(&key);
            entries.next_value_seed(Copy(&mut *self.0))?;
        }
        self.0.end_object();
        Ok(())
    }
}

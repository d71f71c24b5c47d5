//! Reading plain Python values straight into types of the engine, without a copy as JSON between.

use deskmatch::Fault;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyDictMethods, PyFloat, PyInt, PyList, PyString, PyTuple};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Unexpected, Visitor};
use std::fmt::Display;

/// Reads a value; a fault names where it is wrong.
pub(crate) fn read<T: DeserializeOwned>(value: &Bound<'_, PyAny>) -> Result<T, Fault> {
    T::deserialize(Reader(value, 0)).map_err(|wrong| Fault::new(wrong.path, wrong.message))
}

#[derive(Debug)]
pub(crate) struct Wrong {
    path: String,
    message: String,
}

impl Wrong {
    fn below(mut self, key: &str) -> Self {
        self.path = super::json::join(key, &self.path);
        self
    }
}

impl Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: Display>(message: T) -> Self {
        Wrong { path: String::new(), message: message.to_string() }
    }
}

fn python(error: &PyErr) -> Wrong {
    de::Error::custom(error)
}

/// A value, and how deep it lies.
struct Reader<'a, 'py>(&'a Bound<'py, PyAny>, usize);

impl<'a, 'py> Reader<'a, 'py> {
    fn text(&self) -> Option<Result<&'a str, Wrong>> {
        let text = self.0.cast::<PyString>().ok()?;
        Some(text.to_str().map_err(|_| de::Error::custom("a text with half a surrogate pair is not Unicode")))
    }

    /// How deep what is inside lies. Readers of types that keep what they read before they know it go as deep as they are let.
    fn deeper(&self) -> Result<usize, Wrong> {
        if self.1 < super::json::DEPTH_MAX {
            Ok(self.1 + 1)
        } else {
            Err(Wrong::internal("lists and objects nest deeper than 128, or contain themselves"))
        }
    }

    fn fields<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let dict = self.0.cast_exact::<PyDict>().map_err(|_| self.unexpected(&"an object"))?;
        let depth = self.deeper()?;
        visitor.visit_map(Fields { entries: dict.iter(), value: None, depth })
    }

    fn items<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let depth = self.deeper()?;
        if let Ok(list) = self.0.cast_exact::<PyList>() {
            return visitor.visit_seq(Items { items: list.iter(), index: 0, depth });
        }
        let tuple = self.0.cast_exact::<PyTuple>().map_err(|_| self.unexpected(&"a list"))?;
        visitor.visit_seq(Items { items: tuple.iter(), index: 0, depth })
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if let Ok(number) = self.0.extract::<i64>() {
            return if number < 0 { visitor.visit_i64(number) } else { visitor.visit_u64(number as u64) };
        }
        let number: u64 =
            self.0.extract().map_err(|_| de::Error::custom("the number does not fit into 64 bits"))?;
        visitor.visit_u64(number)
    }

    fn unexpected(&self, expected: &dyn de::Expected) -> Wrong {
        let found = self.0.get_type().name().map(|name| name.to_string()).unwrap_or_default();
        de::Error::invalid_type(Unexpected::Other(&found), expected)
    }
}

impl<'de> de::Deserializer<'de> for Reader<'_, '_> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if let Some(text) = self.text() {
            return visitor.visit_str(text?);
        }
        if let Ok(truth) = self.0.cast::<PyBool>() {
            return visitor.visit_bool(truth.is_true());
        }
        if self.0.cast_exact::<PyInt>().is_ok() {
            return self.number(visitor);
        }
        if self.0.is_none() {
            return visitor.visit_unit();
        }
        if self.0.cast_exact::<PyDict>().is_ok() {
            return self.fields(visitor);
        }
        if self.0.cast_exact::<PyList>().is_ok() || self.0.cast_exact::<PyTuple>().is_ok() {
            return self.items(visitor);
        }
        match self.0.cast_exact::<PyFloat>() {
            Ok(number) => visitor.visit_f64(number.value()),
            Err(_) => Err(self.unexpected(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.0.is_none() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.fields(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.fields(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        if let Some(text) = self.text() {
            return visitor.visit_enum(text?.into_deserializer());
        }
        let dict = self.0.cast_exact::<PyDict>().map_err(|_| self.unexpected(&visitor))?;
        let mut entries = dict.iter();
        match (entries.next(), entries.next()) {
            (Some((key, value)), None) => {
                let depth = self.deeper()?;
                visitor.visit_enum(Variant { key, value, depth })
            }
            _ => Err(de::Error::custom("expected an object with one key")),
        }
    }

    /// What nobody asks for is not looked at.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct identifier
    }
}

struct Fields<'py> {
    entries: pyo3::types::dict::BoundDictIterator<'py>,
    value: Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)>,
    depth: usize,
}

impl<'de> de::MapAccess<'de> for Fields<'_> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        let read = {
            let text =
                key.cast::<PyString>().map_err(|_| Reader(&key, self.depth).unexpected(&"a text as key"))?;
            let text = text.to_str().map_err(|error| python(&error))?;
            seed.deserialize(StrDeserializer::new(text))?
        };
        self.value = Some((key, value));
        Ok(Some(read))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Wrong> {
        let (key, value) = self.value.take().ok_or_else(|| Wrong::internal("a value before its key"))?;
        seed.deserialize(Reader(&value, self.depth)).map_err(|wrong| wrong.below(&key.to_string()))
    }
}

impl Wrong {
    fn internal(message: &str) -> Self {
        de::Error::custom(message)
    }
}

struct Items<I> {
    items: I,
    index: usize,
    depth: usize,
}

impl<'de, 'py, I: ExactSizeIterator<Item = Bound<'py, PyAny>>> de::SeqAccess<'de> for Items<I> {
    type Error = Wrong;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Wrong> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(Reader(&item, self.depth))
            .map(Some)
            .map_err(|wrong| wrong.below(&format!("[{index}]")))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// An externally tagged variant: an object with one key.
struct Variant<'py> {
    key: Bound<'py, PyAny>,
    value: Bound<'py, PyAny>,
    depth: usize,
}

impl<'de> de::EnumAccess<'de> for Variant<'_> {
    type Error = Wrong;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Wrong> {
        let name = seed.deserialize(Reader(&self.key, self.depth))?;
        Ok((name, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_> {
    type Error = Wrong;

    fn unit_variant(self) -> Result<(), Wrong> {
        Err(de::Error::custom("expected a text"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Wrong> {
        seed.deserialize(Reader(&self.value, self.depth)).map_err(|wrong| wrong.below(&self.key.to_string()))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Wrong> {
        Reader(&self.value, self.depth).items(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        Reader(&self.value, self.depth).fields(visitor).map_err(|wrong| wrong.below(&self.key.to_string()))
    }
}

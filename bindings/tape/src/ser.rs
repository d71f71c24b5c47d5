//! Writing values.

use crate::apart::Apart;
use crate::key::Key;
use crate::{
    ASCII, BIG_I64, BIG_U64, END, FALSE, FLOAT, Fault, KEY_END, KEY_FIRST, KEY_TEXT, LIST, NEGATIVE, NULL,
    OBJECT, SAFE_MAX, TEXT, TRUE, UINT, keys,
};
use serde::ser::{self, Serialize};

/// Writes a value after what was written before.
///
/// # Errors
///
/// Where a key is no text or a number is beyond 64 bits.
pub fn to_writer<T: Serialize + ?Sized>(writer: &mut Writer, value: &T) -> Result<(), Fault> {
    value.serialize(writer)
}

/// Collects values as bytes.
#[derive(Default)]
pub struct Writer {
    /// What was written.
    pub bytes: Vec<u8>,
    /// Where the answers of a batch keep what they have in common; see [`crate::apart`].
    pub(crate) apart: Option<Box<Apart>>,
}

impl Writer {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes that were written before.
    pub fn of(bytes: Vec<u8>) -> Self {
        Self { bytes, apart: None }
    }

    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// Writes what comes before a value, or is all of it.
    fn tag(&mut self, tag: u8) {
        match &mut self.apart {
            Some(apart) => apart.form.push(tag),
            None => self.bytes.push(tag),
        }
    }

    /// Writes a text.
    pub fn text(&mut self, text: &str) {
        if let Some(apart) = &mut self.apart {
            return apart.text(&mut self.bytes, text);
        }
        self.bytes.push(if text.is_ascii() { ASCII } else { TEXT });
        self.varint(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Writes a key of an object.
    pub fn key(&mut self, key: &str) {
        if let Some(apart) = &mut self.apart {
            return apart.key(&mut self.bytes, key);
        }
        match keys::number(key) {
            Some(number) => self.varint(u64::from(number) + KEY_FIRST),
            None => {
                self.varint(KEY_TEXT);
                self.varint(key.len() as u64);
                self.bytes.extend_from_slice(key.as_bytes());
            }
        }
    }

    /// Writes a key that is the name of a field or of a variant.
    fn field(&mut self, name: &'static str) {
        match &mut self.apart {
            Some(apart) => apart.field(&mut self.bytes, name),
            None => self.key(name),
        }
    }

    /// Begins a list.
    pub fn begin_list(&mut self) {
        self.tag(LIST);
    }

    /// Ends a list.
    pub fn end_list(&mut self) {
        self.tag(END);
    }

    /// Begins an object.
    pub fn begin_object(&mut self) {
        self.tag(OBJECT);
    }

    /// Ends an object.
    pub fn end_object(&mut self) {
        self.tag(KEY_END as u8);
    }

    fn unsigned(&mut self, number: u64) {
        if let Some(apart) = &mut self.apart {
            return apart.unsigned(&mut self.bytes, number);
        }
        if number <= SAFE_MAX {
            self.bytes.push(UINT);
            self.varint(number);
        } else {
            self.bytes.push(BIG_U64);
            self.bytes.extend_from_slice(&number.to_le_bytes());
        }
    }

    fn signed(&mut self, number: i64) {
        if number >= 0 {
            self.unsigned(number.unsigned_abs());
        } else if let Some(apart) = &mut self.apart {
            apart.negative(&mut self.bytes, number);
        } else if number.unsigned_abs() <= SAFE_MAX {
            self.bytes.push(NEGATIVE);
            self.varint(number.unsigned_abs());
        } else {
            self.bytes.push(BIG_I64);
            self.bytes.extend_from_slice(&number.to_le_bytes());
        }
    }
}

macro_rules! numbers {
    ($($method:ident $type:ty => $write:ident),*) => {
        $(fn $method(self, number: $type) -> Result<(), Fault> {
            self.$write(number.into());
            Ok(())
        })*
    };
}

impl<'a> ser::Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Fault;
    type SerializeSeq = Open<'a>;
    type SerializeTuple = Open<'a>;
    type SerializeTupleStruct = Open<'a>;
    type SerializeTupleVariant = Open<'a>;
    type SerializeMap = Open<'a>;
    type SerializeStruct = Open<'a>;
    type SerializeStructVariant = Open<'a>;

    numbers! {
        serialize_u8 u8 => unsigned, serialize_u16 u16 => unsigned, serialize_u32 u32 => unsigned,
        serialize_u64 u64 => unsigned, serialize_i8 i8 => signed, serialize_i16 i16 => signed,
        serialize_i32 i32 => signed, serialize_i64 i64 => signed
    }

    fn serialize_i128(self, number: i128) -> Result<(), Fault> {
        match i64::try_from(number) {
            Ok(number) => self.signed(number),
            Err(_) => return Err(Fault::new("a number is beyond 64 bits")),
        }
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> Result<(), Fault> {
        self.tag(if value { TRUE } else { FALSE });
        Ok(())
    }

    fn serialize_f32(self, number: f32) -> Result<(), Fault> {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Result<(), Fault> {
        if let Some(apart) = &mut self.apart {
            apart.float(&mut self.bytes, number);
            return Ok(());
        }
        self.bytes.push(FLOAT);
        self.bytes.extend_from_slice(&number.to_le_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Fault> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result<(), Fault> {
        self.text(text);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Fault> {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result<(), Fault> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Fault> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Fault> {
        self.tag(NULL);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Fault> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Fault> {
        match &mut self.apart {
            Some(apart) => apart.variant(&mut self.bytes, variant),
            None => self.text(variant),
        }
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Fault> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Fault> {
        self.begin_object();
        self.field(variant);
        value.serialize(&mut *self)?;
        self.end_object();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'a>, Fault> {
        self.begin_list();
        Ok(Open { writer: self, wrapped: false })
    }

    fn serialize_tuple(self, length: usize) -> Result<Open<'a>, Fault> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Open<'a>, Fault> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'a>, Fault> {
        self.begin_object();
        self.field(variant);
        self.begin_list();
        Ok(Open { writer: self, wrapped: true })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'a>, Fault> {
        self.begin_object();
        Ok(Open { writer: self, wrapped: false })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Open<'a>, Fault> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'a>, Fault> {
        self.begin_object();
        self.field(variant);
        self.begin_object();
        Ok(Open { writer: self, wrapped: true })
    }

    /// Hashes and spans, mostly: written where they belong, without a text of their own.
    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<(), Fault> {
        use std::io::Write as _;
        if let Some(apart) = &mut self.apart {
            return apart.displayed(&mut self.bytes, value);
        }
        let begin = self.bytes.len();
        self.bytes.extend_from_slice(&[ASCII, 0]);
        write!(self.bytes, "{value}").map_err(|error| Fault::new(error.to_string()))?;
        let written = &self.bytes[begin + 2..];
        match u8::try_from(written.len()) {
            Ok(length) if length < 0x80 && written.is_ascii() => self.bytes[begin + 1] = length,
            _ => {
                let text = String::from_utf8_lossy(written).into_owned();
                self.bytes.truncate(begin);
                self.text(&text);
            }
        }
        Ok(())
    }
}

/// A list or an object that is being written.
pub struct Open<'a> {
    writer: &'a mut Writer,
    /// Whether it is the value of an object with one field.
    wrapped: bool,
}

impl Open<'_> {
    fn end_list(self) -> Result<(), Fault> {
        self.writer.end_list();
        if self.wrapped {
            self.writer.end_object();
        }
        Ok(())
    }

    fn end_object(self) -> Result<(), Fault> {
        self.writer.end_object();
        if self.wrapped {
            self.writer.end_object();
        }
        Ok(())
    }
}

macro_rules! lists {
    ($($trait:ident $method:ident),*) => {
        $(impl ser::$trait for Open<'_> {
            type Ok = ();
            type Error = Fault;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
                value.serialize(&mut *self.writer)
            }

            fn end(self) -> Result<(), Fault> {
                self.end_list()
            }
        })*
    };
}

lists! {
    SerializeSeq serialize_element, SerializeTuple serialize_element, SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
}

macro_rules! objects {
    ($($trait:ident),*) => {
        $(impl ser::$trait for Open<'_> {
            type Ok = ();
            type Error = Fault;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Fault> {
                self.writer.field(key);
                value.serialize(&mut *self.writer)
            }

            fn end(self) -> Result<(), Fault> {
                self.end_object()
            }
        })*
    };
}

objects!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Open<'_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        key.serialize(Key(&mut *self.writer))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Fault> {
        self.end_object()
    }
}

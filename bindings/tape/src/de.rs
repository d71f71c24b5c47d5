//! Reading values.

use crate::{
    ASCII, BIG_I64, BIG_U64, DEPTH_MAX, END, FALSE, FLOAT, Fault, KEY_END, KEY_FIRST, KEY_TEXT, LIST,
    NEGATIVE, NULL, OBJECT, TEXT, TRUE, UINT, keys::KEYS,
};
use serde::de::{self, DeserializeSeed, Unexpected, Visitor};

/// Reads one value that fills the bytes.
///
/// # Errors
///
/// Where they are none of the type.
pub fn from_bytes<'de, T: de::Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Fault> {
    let mut reader = Reader::new(bytes);
    let value = T::deserialize(&mut reader)?;
    if reader.is_at_end() { Ok(value) } else { Err(Fault::new("something follows the value")) }
}

/// Reads values one after the other. Cheap to copy, so that a place can be come back to.
#[derive(Clone, Copy)]
pub struct Reader<'de> {
    bytes: &'de [u8],
    place: usize,
    depth: u32,
}

impl<'de> Reader<'de> {
    /// A reader at the first byte.
    pub fn new(bytes: &'de [u8]) -> Self {
        Self { bytes, place: 0, depth: 0 }
    }

    /// Whether nothing is left.
    pub fn is_at_end(&self) -> bool {
        self.place == self.bytes.len()
    }

    /// The next byte, which stays.
    ///
    /// # Errors
    ///
    /// Where the bytes are not of that form.
    pub fn peek(&self) -> Result<u8, Fault> {
        self.bytes.get(self.place).copied().ok_or_else(Fault::cut)
    }

    /// The next byte.
    ///
    /// # Errors
    ///
    /// Where the bytes are not of that form.
    pub fn byte(&mut self) -> Result<u8, Fault> {
        let byte = self.peek()?;
        self.place += 1;
        Ok(byte)
    }

    pub(crate) fn varint(&mut self) -> Result<u64, Fault> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Fault::new("a number is too long"))
    }

    pub(crate) fn eight(&mut self) -> Result<[u8; 8], Fault> {
        let taken = self.bytes.get(self.place..self.place + 8).ok_or_else(Fault::cut)?;
        self.place += 8;
        taken.try_into().map_err(|_| Fault::cut())
    }

    pub(crate) fn text(&mut self) -> Result<&'de str, Fault> {
        let length = usize::try_from(self.varint()?).map_err(|_| Fault::cut())?;
        let end = self.place.checked_add(length).ok_or_else(Fault::cut)?;
        let taken = self.bytes.get(self.place..end).ok_or_else(Fault::cut)?;
        self.place = end;
        std::str::from_utf8(taken).map_err(|_| Fault::new("a text is not UTF-8"))
    }

    /// The text, if the value is one; the place stays where it was otherwise.
    ///
    /// # Errors
    ///
    /// Where the bytes are not of that form.
    pub fn text_value(&mut self) -> Result<Option<&'de str>, Fault> {
        if !matches!(self.peek()?, TEXT | ASCII) {
            return Ok(None);
        }
        self.place += 1;
        self.text().map(Some)
    }

    /// The next key of an object, `None` at its end.
    ///
    /// # Errors
    ///
    /// Where the bytes are not of that form.
    pub fn key(&mut self) -> Result<Option<&'de str>, Fault> {
        match self.varint()? {
            KEY_END => Ok(None),
            KEY_TEXT => self.text().map(Some),
            number => {
                let key = usize::try_from(number - KEY_FIRST).ok().and_then(|number| KEYS.get(number));
                key.copied().map(Some).ok_or_else(|| Fault::new("a key has an unknown number"))
            }
        }
    }

    pub(crate) fn deeper(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Fault::new(format!("lists and objects nest more than {DEPTH_MAX} deep")));
        }
        Ok(())
    }

    /// The bytes of the next value, which is passed over.
    ///
    /// # Errors
    ///
    /// Where the bytes are not of that form.
    pub fn take_value(&mut self) -> Result<&'de [u8], Fault> {
        let begin = self.place;
        self.skip()?;
        Ok(&self.bytes[begin..self.place])
    }

    /// The bytes that were not read yet.
    pub fn rest(&self) -> &'de [u8] {
        &self.bytes[self.place..]
    }

    pub(crate) fn shallower(&mut self) {
        self.depth -= 1;
    }

    /// Whether a list ends here; passes over its end if so.
    ///
    /// # Errors
    ///
    /// Where the bytes are not of that form.
    pub fn list_ends(&mut self) -> Result<bool, Fault> {
        let ends = self.peek()? == END;
        self.place += usize::from(ends);
        Ok(ends)
    }

    /// Passes over one value.
    ///
    /// # Errors
    ///
    /// Where the bytes are not of that form.
    pub fn skip(&mut self) -> Result<(), Fault> {
        de::IgnoredAny::deserialize_from(self)
    }

    /// Passes over a tag, or says what is there in place of what the visitor expects.
    fn expect(&mut self, tag: u8, expected: &dyn de::Expected) -> Result<(), Fault> {
        if self.peek()? != tag {
            return Err(self.unexpected(expected));
        }
        self.place += 1;
        Ok(())
    }

    /// What is wrong with the value that comes next. One piece of code for all types: what differs is only what they expect.
    #[cold]
    #[inline(never)]
    fn unexpected(&mut self, expected: &dyn de::Expected) -> Fault {
        let mut ahead = *self;
        let wrong = |found: Unexpected<'_>| <Fault as de::Error>::invalid_type(found, expected);
        let told = match ahead.byte() {
            Ok(NULL) => Ok(wrong(Unexpected::Unit)),
            Ok(tag @ (FALSE | TRUE)) => Ok(wrong(Unexpected::Bool(tag == TRUE))),
            Ok(UINT) => ahead.varint().map(|number| wrong(Unexpected::Unsigned(number))),
            Ok(BIG_U64) => ahead.eight().map(|bytes| wrong(Unexpected::Unsigned(u64::from_le_bytes(bytes)))),
            Ok(BIG_I64) => ahead.eight().map(|bytes| wrong(Unexpected::Signed(i64::from_le_bytes(bytes)))),
            Ok(FLOAT) => ahead.eight().map(|bytes| wrong(Unexpected::Float(f64::from_le_bytes(bytes)))),
            Ok(TEXT | ASCII) => ahead.text().map(|text| wrong(Unexpected::Str(text))),
            Ok(LIST) => Ok(wrong(Unexpected::Seq)),
            Ok(OBJECT) => Ok(wrong(Unexpected::Map)),
            Ok(NEGATIVE) => {
                let below_zero = |magnitude: u64| i64::try_from(magnitude).map_or(i64::MIN, |number| -number);
                ahead.varint().map(|magnitude| wrong(Unexpected::Signed(below_zero(magnitude))))
            }
            Ok(tag) => Err(Fault::new(format!("{tag} is no tag of a value"))),
            Err(fault) => Err(fault),
        };
        told.unwrap_or_else(|fault| fault)
    }

    fn negative(&mut self) -> Result<i64, Fault> {
        let magnitude = i64::try_from(self.varint()?).map_err(|_| Fault::new("a number is too small"))?;
        Ok(-magnitude)
    }

    /// A number that is not the usual one, or what is there in its place. One piece of code for all types of number.
    #[cold]
    #[inline(never)]
    fn other_number(&mut self, expected: &dyn de::Expected) -> Result<Number, Fault> {
        let tag = self.peek()?;
        if !matches!(tag, NEGATIVE | BIG_U64 | BIG_I64 | FLOAT) {
            return Err(self.unexpected(expected));
        }
        self.place += 1;
        Ok(match tag {
            NEGATIVE => Number::Signed(self.negative()?),
            BIG_U64 => Number::Unsigned(u64::from_le_bytes(self.eight()?)),
            BIG_I64 => Number::Signed(i64::from_le_bytes(self.eight()?)),
            _ => Number::Float(f64::from_le_bytes(self.eight()?)),
        })
    }

    fn list<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Fault> {
        self.deeper()?;
        let value = visitor.visit_seq(Items(self))?;
        if self.byte()? != END {
            return Err(Fault::new("a list has more items than expected"));
        }
        self.depth -= 1;
        Ok(value)
    }

    fn object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Fault> {
        self.deeper()?;
        let mut entries = Entries { reader: self, ended: false };
        let value = visitor.visit_map(&mut entries)?;
        if !entries.ended {
            return Err(Fault::new("an object has more fields than expected"));
        }
        self.depth -= 1;
        Ok(value)
    }
}

/// Passing over a value without knowing its type.
trait Ignored: Sized {
    fn deserialize_from(reader: &mut Reader<'_>) -> Result<(), Fault>;
}

impl Ignored for de::IgnoredAny {
    fn deserialize_from(reader: &mut Reader<'_>) -> Result<(), Fault> {
        <de::IgnoredAny as de::Deserialize<'_>>::deserialize(reader).map(|_| ())
    }
}

/// A number that is not the usual one.
enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

/// Every type of number is read from every number: its own visitor says whether it fits.
macro_rules! numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            match self.peek()? {
                UINT => {
                    self.place += 1;
                    visitor.visit_u64(self.varint()?)
                }
                _ => match self.other_number(&visitor)? {
                    Number::Unsigned(number) => visitor.visit_u64(number),
                    Number::Signed(number) => visitor.visit_i64(number),
                    Number::Float(number) => visitor.visit_f64(number),
                },
            }
        })*
    };
}

impl<'de> de::Deserializer<'de> for &mut Reader<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.byte()? {
            NULL => visitor.visit_unit(),
            FALSE => visitor.visit_bool(false),
            TRUE => visitor.visit_bool(true),
            UINT => visitor.visit_u64(self.varint()?),
            NEGATIVE => visitor.visit_i64(self.negative()?),
            BIG_U64 => visitor.visit_u64(u64::from_le_bytes(self.eight()?)),
            BIG_I64 => visitor.visit_i64(i64::from_le_bytes(self.eight()?)),
            FLOAT => visitor.visit_f64(f64::from_le_bytes(self.eight()?)),
            TEXT | ASCII => visitor.visit_borrowed_str(self.text()?),
            LIST => self.list(visitor),
            OBJECT => self.object(visitor),
            tag => Err(Fault::new(format!("{tag} is no tag of a value"))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.peek()? == NULL {
            self.place += 1;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    /// A list does not pass for an object with its fields in order.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_map(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.expect(OBJECT, &visitor)?;
        self.object(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.expect(LIST, &visitor)?;
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.text_value()? {
            Some(text) => visitor.visit_borrowed_str(text),
            None => Err(self.unexpected(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.peek()? {
            tag @ (FALSE | TRUE) => {
                self.place += 1;
                visitor.visit_bool(tag == TRUE)
            }
            _ => Err(self.unexpected(&visitor)),
        }
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32
        deserialize_u64 deserialize_f32 deserialize_f64
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if self.peek()? != OBJECT {
            let word = self
                .text_value()?
                .ok_or_else(|| Fault::new("a word or an object with one field was expected"))?;
            return visitor.visit_enum(de::value::BorrowedStrDeserializer::new(word));
        }
        self.place += 1;
        self.deeper()?;
        let value = visitor.visit_enum(Variant(self))?;
        if self.key()?.is_some() {
            return Err(Fault::new("an object with one field was expected"));
        }
        self.depth -= 1;
        Ok(value)
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple_struct identifier ignored_any
    }
}

struct Items<'a, 'de>(&'a mut Reader<'de>);

impl<'de> de::SeqAccess<'de> for Items<'_, 'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        if self.0.peek()? == END {
            return Ok(None);
        }
        seed.deserialize(&mut *self.0).map(Some)
    }
}

struct Entries<'a, 'de> {
    reader: &'a mut Reader<'de>,
    ended: bool,
}

impl<'de> de::MapAccess<'de> for &mut Entries<'_, 'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        match self.reader.key()? {
            Some(key) => seed.deserialize(de::value::BorrowedStrDeserializer::new(key)).map(Some),
            None => {
                self.ended = true;
                Ok(None)
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        seed.deserialize(&mut *self.reader)
    }
}

/// An enum as an object with one field.
struct Variant<'a, 'de>(&'a mut Reader<'de>);

impl<'de> de::EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let key = self.0.key()?.ok_or_else(|| Fault::new("an object with one field was expected"))?;
        Ok((seed.deserialize(de::value::BorrowedStrDeserializer::new(key))?, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        de::Deserialize::deserialize(self.0)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        de::Deserializer::deserialize_seq(self.0, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        de::Deserializer::deserialize_struct(self.0, "", fields, visitor)
    }
}

//! How values cross between JavaScript and Rust: as bytes, in one crossing each way; and what every command goes through.
//!
//! The addon is compiled for size, this crate for speed: reading commands and writing what came of them happens a million times where the
//! rest happens once.
//!
//! A value is a tag and what follows it. JavaScript writes and reads the same form in `ts/tape.ts`. Making objects property by
//! property through Node-API costs some 50 to 100 ns a property; a buffer costs a few. It also keeps every getter, proxy and
//! cycle on the side where it can be met safely: Rust sees plain bytes only, bounded in depth.
//!
//! | tag | value | then |
//! |---|---|---|
//! | 0, 1, 2 | null, false, true | |
//! | 3 | a whole number from zero | a varint |
//! | 4 | a whole number below zero | a varint of its magnitude |
//! | 5, 6 | a bigint without and with sign | eight bytes, little end first |
//! | 7 | a number with a fraction | eight bytes |
//! | 8, 9 | a text; one of ASCII alone | its length as a varint, its bytes |
//! | 10 | a list | its items, then 12 |
//! | 11 | an object | keys and values, then 0 in place of a key |
//!
//! A key is a varint: 0 ends the object, 1 is a text that follows, any other is an entry of [`keys::KEYS`], counted from 2.

mod apart;
mod batch;
mod command;
mod de;
mod json;
mod key;
pub mod keys;
mod names;
mod outcome;
mod print;
mod ser;

pub use batch::{Seldom, engine_time, execute_many};
pub use command::request;
pub use de::{Reader, from_bytes};
pub use json::{from_json, to_json};
pub use outcome::outcome;
pub use ser::{Open, Writer, to_writer};

use std::fmt;

/// The tag of a null.
pub const NULL: u8 = 0;
pub(crate) const FALSE: u8 = 1;
pub(crate) const TRUE: u8 = 2;
pub(crate) const UINT: u8 = 3;
pub(crate) const NEGATIVE: u8 = 4;
pub(crate) const BIG_U64: u8 = 5;
pub(crate) const BIG_I64: u8 = 6;
pub(crate) const FLOAT: u8 = 7;
pub(crate) const TEXT: u8 = 8;
pub(crate) const ASCII: u8 = 9;
/// The tag of a list.
pub const LIST: u8 = 10;
/// The tag of an object.
pub const OBJECT: u8 = 11;
pub(crate) const END: u8 = 12;
/// A whole number of more than 31 bits, in a form; see [`apart`].
pub(crate) const WIDE: u8 = 13;

/// The key that ends an object.
pub(crate) const KEY_END: u64 = 0;
/// The key whose text follows.
pub(crate) const KEY_TEXT: u64 = 1;
/// The first key of the table.
pub(crate) const KEY_FIRST: u64 = 2;

/// Lists and objects may nest this deep, as in JSON.
pub(crate) const DEPTH_MAX: u32 = 128;

/// The largest whole number that crosses as a number of JavaScript; larger ones are bigints.
pub(crate) const SAFE_MAX: u64 = 1 << 53;

/// Bytes that are not a value, or not of the form expected.
#[derive(Debug)]
pub struct Fault(String);

impl Fault {
    /// What is wrong, in words. Not inlined: every value that is read may be wrong.
    #[cold]
    #[inline(never)]
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    #[cold]
    #[inline(never)]
    fn cut() -> Self {
        Self("the value ends too soon".into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl serde::ser::Error for Fault {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

//! Frozen Python classes over types of the engine.
//!
//! A record class holds the engine's own value and makes its attributes when they are asked for, so an event that nobody looks into
//! costs one allocation. The list of fields is checked by the compiler: a field more or less in the engine does not build.

use crate::error;
use crate::guard::guard;
use crate::input;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A field of a class, as stubs and documentation tell it.
pub(crate) struct FieldInfo {
    /// The attribute in Python.
    pub(crate) name: &'static str,
    /// The name in documents; it differs where the name is a keyword of Python.
    pub(crate) key: &'static str,
    pub(crate) doc: &'static [&'static str],
    pub(crate) hint: fn() -> String,
}

/// A class, as stubs and documentation tell it.
pub(crate) struct ClassInfo {
    pub(crate) name: &'static str,
    pub(crate) base: Option<&'static str>,
    pub(crate) doc: &'static [&'static str],
    pub(crate) fields: &'static [FieldInfo],
    pub(crate) revive: for<'py> fn(Python<'py>, &str) -> PyResult<Bound<'py, PyAny>>,
    pub(crate) to_json: fn(&Bound<'_, PyAny>) -> Option<PyResult<Value>>,
}

/// What the engine's value must be able to do.
pub(crate) trait Core: Clone + PartialEq + Serialize + DeserializeOwned {}
impl<T: Clone + PartialEq + Serialize + DeserializeOwned> Core for T {}

/// The JSON of one of our own values; `None` if it is not ours.
pub(crate) fn to_json(value: &Bound<'_, PyAny>) -> Option<PyResult<Value>> {
    crate::records::classes().find_map(|class| (class.to_json)(value))
}

pub(crate) fn value_of(core: &impl Serialize) -> PyResult<Value> {
    serde_json::to_value(core).map_err(|error| error::internal(&error.to_string()))
}

/// `Name(field=value, …)`, without the fields that say nothing. What it writes can be evaluated.
pub(crate) fn repr<'f>(
    value: &Bound<'_, PyAny>,
    name: &str,
    fields: impl IntoIterator<Item = &'f FieldInfo>,
) -> PyResult<String> {
    let mut text = format!("{name}(");
    let mut first = true;
    for field in fields {
        let held = value.getattr(field.name)?;
        if held.is_none() {
            continue;
        }
        if !first {
            text.push_str(", ");
        }
        first = false;
        // Writing to a text does not fail.
        let _ = write!(text, "{}={}", field.name, held.repr()?);
    }
    text.push(')');
    Ok(text)
}

/// The arguments of a constructor as one document: those without a name go by the order of the fields.
pub(crate) fn arguments<'py>(
    class: &str,
    fields: &[&FieldInfo],
    given: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(given.py());
    if given.len() > fields.len() {
        return Err(error::argument("", format!("`{class}` takes at most {} values", fields.len())));
    }
    for (field, value) in fields.iter().zip(given.iter()) {
        dict.set_item(field.key, value)?;
    }
    for (name, value) in named.into_iter().flatten() {
        let text = name.cast::<PyString>()?.to_str()?;
        let key = fields.iter().find(|field| field.name == text || field.key == text);
        let Some(key) = key.map(|field| field.key) else {
            return Err(error::argument(text, format!("`{class}` has no such field")));
        };
        if dict.contains(key)? {
            return Err(error::argument(text, "given twice"));
        }
        // A field that says nothing is a field that is not given.
        if !value.is_none() {
            dict.set_item(key, value)?;
        }
    }
    Ok(dict)
}

/// A value from the arguments of its constructor.
pub(crate) fn construct<T: Core>(
    class: &ClassInfo,
    given: &Bound<'_, PyTuple>,
    named: Option<&Bound<'_, PyDict>>,
) -> PyResult<T> {
    let fields: Vec<&FieldInfo> = class.fields.iter().collect();
    input::read(arguments(class.name, &fields, given, named)?.as_any(), "")
}

pub(crate) fn from_json<T: Core>(text: &str) -> PyResult<T> {
    // By the road of all other values: a reader of JSON for each of the classes would be a tenth of the package.
    let document = serde_json::from_str(text).map_err(|error| error::argument("", error.to_string()))?;
    Python::attach(|py| input::read(&input::json::to_python(py, &document)?, ""))
}

pub(crate) fn json(core: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(core).map_err(|error| error::internal(&error.to_string()))
}

pub(crate) fn hash(core: &impl Serialize) -> PyResult<u64> {
    let mut hasher = DefaultHasher::new();
    json(core)?.hash(&mut hasher);
    Ok(hasher.finish())
}

/// What `pickle` and `copy` make a value of again.
pub(crate) fn reduce<'py>(
    py: Python<'py>,
    name: &str,
    core: &impl Serialize,
) -> PyResult<Bound<'py, PyTuple>> {
    let revive = py.import("deskmatch._native")?.getattr("_revive")?;
    let arguments = PyTuple::new(py, [name.to_owned(), json(core)?])?;
    PyTuple::new(py, [revive, arguments.into_any()])
}

/// Makes a value of a class from its JSON; what pickles hold.
#[pyfunction]
pub(crate) fn _revive<'py>(py: Python<'py>, class: &str, json: &str) -> PyResult<Bound<'py, PyAny>> {
    guard(|| {
        let info = crate::records::classes().find(|info| info.name == class);
        let info = info.ok_or_else(|| error::argument("class", format!("there is no class `{class}`")))?;
        (info.revive)(py, json)
    })
}

pub(crate) fn match_args(py: Python<'_>, fields: &[FieldInfo]) -> PyResult<Py<PyTuple>> {
    Ok(PyTuple::new(py, fields.iter().map(|field| field.name))?.unbind())
}

/// Words of the engine as Python texts. Words and variants are checked by the compiler and, in the stubs' test, against the engine.
macro_rules! words {
    ($($type:ident { $($variant:ident = $word:literal,)* })*) => {
        $(
            impl $crate::output::ToPy for deskmatch::$type {
                fn hint() -> String {
                    stringify!($type).to_owned()
                }

                fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                    let word = match self {
                        $(deskmatch::$type::$variant => pyo3::intern!(py, $word),)*
                    };
                    Ok(word.clone().into_any())
                }
            }
        )*

        /// Every kind of words with its words, as written here and as the engine writes them.
        pub(crate) fn words() -> Vec<(&'static str, Vec<&'static str>, Vec<serde_json::Value>)> {
            vec![$((
                stringify!($type),
                vec![$($word,)*],
                vec![$(serde_json::json!(deskmatch::$type::$variant),)*],
            ),)*]
        }
    };
}
pub(crate) use words;

/// The value of a field: the field itself, or what an expression makes of the whole.
macro_rules! field_value {
    ($core:expr, $field:ident) => {
        $core.$field
    };
    ($core:expr, $field:ident, $get:expr) => {
        ($get)(&$core)
    };
}
pub(crate) use field_value;

/// A frozen class over a type of the engine: `Name(path::to::Type) { attribute (key): Type, … }`, then methods of its own.
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        $name:ident($core:ty) {
            $($(#[doc = $field_doc:literal])* $attribute:ident ($key:ident): $type:ty $(= $get:expr)?,)*
        }
        $($extra:tt)*
    ) => {
        $(#[doc = $doc])*
        #[pyclass(frozen, module = "deskmatch")]
        #[derive(Clone, PartialEq)]
        pub(crate) struct $name(pub(crate) $core);

        impl $name {
            pub(crate) const CLASS: $crate::record::ClassInfo = $crate::record::ClassInfo {
                name: stringify!($name),
                base: None,
                doc: &[$($doc,)*],
                fields: &[$($crate::record::FieldInfo {
                    name: stringify!($attribute),
                    key: stringify!($key),
                    doc: &[$($field_doc,)*],
                    hint: <$type as $crate::output::ToPy>::hint,
                },)*],
                revive: |py, json| Ok(Bound::new(py, $name($crate::record::from_json(json)?))?.into_any()),
                to_json: |value| value.cast::<$name>().ok().map(|it| $crate::record::value_of(&it.get().0)),
            };
        }

        #[pymethods]
        impl $name {
            #[new]
            #[pyo3(signature = (*values, **fields))]
            fn new(
                values: &Bound<'_, pyo3::types::PyTuple>,
                fields: Option<&Bound<'_, pyo3::types::PyDict>>,
            ) -> PyResult<Self> {
                $crate::guard::guard(|| $crate::record::construct(&Self::CLASS, values, fields).map($name))
            }

            #[classattr]
            fn __match_args__(py: Python<'_>) -> PyResult<Py<pyo3::types::PyTuple>> {
                $crate::record::match_args(py, Self::CLASS.fields)
            }

            $(
                $(#[doc = $field_doc])*
                #[getter]
                fn $attribute<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                    $crate::guard::guard(|| {
                        $crate::output::ToPy::to_py(&$crate::record::field_value!(self.0, $key $(, $get)?), py)
                    })
                }
            )*

            /// Whether the other is of the same class and says the same.
            fn __eq__(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
                $crate::guard::guard(|| Ok(other.cast::<$name>().is_ok_and(|other| other.get().0 == self.0)))
            }

            fn __hash__(&self) -> PyResult<u64> {
                $crate::guard::guard(|| $crate::record::hash(&self.0))
            }

            fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
                $crate::guard::guard(|| $crate::record::repr(slf.as_any(), stringify!($name), Self::CLASS.fields))
            }

            fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, pyo3::types::PyTuple>> {
                $crate::guard::guard(|| $crate::record::reduce(py, stringify!($name), &self.0))
            }

            /// The value as the document it is in JSON, with moments and spans as the engine writes them.
            fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                $crate::guard::guard(|| $crate::output::plain(py, &self.0))
            }

            /// A value from the document that `to_dict` gives.
            ///
            /// Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
            #[staticmethod]
            fn from_dict(document: &Bound<'_, PyAny>) -> PyResult<Self> {
                $crate::guard::guard(|| $crate::input::read(document, "").map($name))
            }

            $($extra)*
        }

        impl $crate::output::ToPy for $core {
            fn hint() -> String {
                stringify!($name).to_owned()
            }

            fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                Ok(Bound::new(py, $name(self.clone()))?.into_any())
            }
        }
    };
}
pub(crate) use record;

/// Lets the compiler see that no field of a type is forgotten.
macro_rules! complete {
    ($($core:ty { $($field:ident),* $(,)? })*) => {
        $(const _: fn(&$core) = {
            type It = $core;
            |it: &It| {
                let It { $($field: _),* } = it;
            }
        };)*
    };
}
pub(crate) use complete;

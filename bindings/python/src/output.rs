//! From Rust to Python: plain values, and what a stub says of them.

use deskmatch::{
    AgentId, AttributeValue, ChannelId, ContentHash, PriorityId, QueueId, RequestId, RequesterId, SkillId,
    Span, TicketId, Timestamp,
};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use serde::Serialize;
use serde_json::Value;
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// A value that Python sees.
pub(crate) trait ToPy {
    /// The type as a stub spells it.
    fn hint() -> String;
    /// The value.
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;
}

macro_rules! plain {
    ($hint:literal: $($type:ty)*) => {$(
        impl ToPy for $type {
            fn hint() -> String {
                $hint.to_owned()
            }

            fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.into_bound_py_any(py)
            }
        }
    )*};
}
plain!("int": u8 u16 u32 u64 i64 usize);
plain!("bool": bool);
plain!("float": f64);
plain!("str": String);

macro_rules! texts {
    ($($type:ty)*) => {$(
        impl ToPy for $type {
            fn hint() -> String {
                "str".to_owned()
            }

            fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                Ok(PyString::new(py, self.as_str()).into_any())
            }
        }
    )*};
}
texts!(SmolStr AgentId ChannelId PriorityId QueueId RequestId RequesterId SkillId TicketId);

macro_rules! milliseconds {
    ($($type:ident)*) => {$(
        impl ToPy for $type {
            fn hint() -> String {
                stringify!($type).to_owned()
            }

            fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.as_millis().into_bound_py_any(py)
            }
        }
    )*};
}
milliseconds!(Timestamp Span);

impl ToPy for ContentHash {
    fn hint() -> String {
        "str".to_owned()
    }

    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_string().into_bound_py_any(py)
    }
}

impl ToPy for AttributeValue {
    fn hint() -> String {
        "str | int | bool".to_owned()
    }

    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            AttributeValue::Bool(value) => value.into_bound_py_any(py),
            AttributeValue::Integer(value) => value.into_bound_py_any(py),
            AttributeValue::Text(value) => value.to_py(py),
        }
    }
}

impl<T: ToPy> ToPy for Option<T> {
    fn hint() -> String {
        format!("{} | None", T::hint())
    }

    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Some(value) => value.to_py(py),
            None => Ok(py.None().into_bound(py)),
        }
    }
}

impl<T: ToPy> ToPy for Box<T> {
    fn hint() -> String {
        T::hint()
    }

    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        (**self).to_py(py)
    }
}

/// Lists become tuples: what holds them is frozen.
impl<T: ToPy> ToPy for Vec<T> {
    fn hint() -> String {
        format!("tuple[{}, ...]", T::hint())
    }

    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let items = self.iter().map(|item| item.to_py(py)).collect::<PyResult<Vec<_>>>()?;
        Ok(PyTuple::new(py, items)?.into_any())
    }
}

impl<A: ToPy, B: ToPy> ToPy for (A, B) {
    fn hint() -> String {
        format!("tuple[{}, {}]", A::hint(), B::hint())
    }

    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyTuple::new(py, [self.0.to_py(py)?, self.1.to_py(py)?])?.into_any())
    }
}

/// Maps become new dictionaries: changing one changes nothing else.
impl<K: ToPy, V: ToPy> ToPy for BTreeMap<K, V> {
    fn hint() -> String {
        format!("dict[{}, {}]", K::hint(), V::hint())
    }

    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let dict = PyDict::new(py);
        for (key, value) in self {
            dict.set_item(key.to_py(py)?, value.to_py(py)?)?;
        }
        Ok(dict.into_any())
    }
}

/// A document as `json.loads` would give it.
pub(crate) fn plain<'py>(py: Python<'py>, value: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    let value = serde_json::to_value(value).map_err(|error| crate::error::internal(&error.to_string()))?;
    of_json(py, &value)
}

/// A JSON value as `json.loads` would give it.
pub(crate) fn of_json<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::Null => Ok(py.None().into_bound(py)),
        Value::Bool(value) => value.into_bound_py_any(py),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => number.into_bound_py_any(py),
            (None, Some(number)) => number.into_bound_py_any(py),
            (None, None) => number.as_f64().into_bound_py_any(py),
        },
        Value::String(text) => text.into_bound_py_any(py),
        Value::Array(items) => {
            let items = items.iter().map(|item| of_json(py, item)).collect::<PyResult<Vec<_>>>()?;
            Ok(PyList::new(py, items)?.into_any())
        }
        Value::Object(fields) => {
            let dict = PyDict::new(py);
            for (key, value) in fields {
                dict.set_item(PyString::intern(py, key), of_json(py, value)?)?;
            }
            Ok(dict.into_any())
        }
    }
}

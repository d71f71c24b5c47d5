//! Moments from Python: whole milliseconds since 1970, or a `datetime` that knows its zone.

use crate::error;
use deskmatch::Timestamp;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt, PyType};
use std::time::{SystemTime, UNIX_EPOCH};

const MS_PER_DAY: i64 = 86_400_000;

/// The moment of an argument.
pub(crate) fn moment(value: &Bound<'_, PyAny>, path: &str) -> PyResult<Timestamp> {
    if value.cast::<PyInt>().is_ok() && value.cast::<PyBool>().is_err() {
        return match value.extract::<i64>() {
            Ok(millis) => Ok(Timestamp(millis)),
            Err(_) => Err(error::argument(path, "the number does not fit into 64 bits")),
        };
    }
    let datetime = value.py().import("datetime")?.getattr("datetime")?.cast_into::<PyType>()?;
    if value.is_instance(&datetime)? {
        return of_datetime(value, path).map(Timestamp);
    }
    let found = value.get_type().name()?;
    let message =
        format!("expected whole milliseconds since 1970 or a `datetime` with a time zone, not a `{found}`");
    Err(error::argument(path, message))
}

/// The milliseconds since 1970 of a `datetime`, those begun not counted.
pub(crate) fn of_datetime(value: &Bound<'_, PyAny>, path: &str) -> PyResult<i64> {
    if value.call_method0("utcoffset")?.is_none() {
        let message =
            "a `datetime` without a time zone could be any moment; give it one, such as `timezone.utc`";
        return Err(error::argument(path, message));
    }
    let module = value.py().import("datetime")?;
    let utc = module.getattr("timezone")?.getattr("utc")?;
    let epoch = module.getattr("datetime")?.call1((1970, 1, 1, 0, 0, 0, 0, utc))?;
    of_timedelta_signed(&value.sub(epoch)?)
}

/// The milliseconds of a `timedelta`.
pub(crate) fn of_timedelta(value: &Bound<'_, PyAny>, path: &str) -> PyResult<i64> {
    let millis = of_timedelta_signed(value)?;
    if millis < 0 {
        return Err(error::argument(path, "a span of time is zero or more"));
    }
    Ok(millis)
}

fn of_timedelta_signed(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    let days: i64 = value.getattr("days")?.extract()?;
    let seconds: i64 = value.getattr("seconds")?.extract()?;
    let micros: i64 = value.getattr("microseconds")?.extract()?;
    Ok(days * MS_PER_DAY + seconds * 1_000 + micros / 1_000)
}

/// What the machine's clock says. The binding is the border: the engine below has no clock.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

"""Frames of pandas, Polars and Arrow: in as columns, out in kind. None of them is loaded before it is met."""

from __future__ import annotations

from .errors import InvalidArgumentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

KINDS = ("pandas", "polars", "pyarrow", "dict")


def _module(value: object) -> str:
    return type(value).__module__.partition(".")[0]


def _is(value: object, module: str, name: str) -> bool:
    return _module(value) == module and type(value).__name__ == name


def given(rows: Any, name: str) -> list[Any] | dict[str, list[Any]] | Iterable[Any]:
    """The rows as the native side reads them: as they are, or a frame as its columns."""
    if _is(rows, "pandas", "DataFrame"):
        return {str(column): _pandas_column(rows.iloc[:, place]) for place, column in enumerate(rows.columns)}
    if _is(rows, "polars", "LazyFrame"):
        raise InvalidArgumentError(f"`{name}`: collect a lazy frame first", name)
    if _is(rows, "polars", "DataFrame"):
        return {column: rows.get_column(column).to_list() for column in rows.columns}
    if hasattr(rows, "__arrow_c_stream__"):
        return _arrow_columns(rows, name)
    return rows  # type: ignore[no-any-return]


def _pandas_column(series: Any) -> list[Any]:
    """A column with none where something is missing, and whole numbers whole again where gaps have made them fractions."""
    import pandas

    if pandas.api.types.is_float_dtype(series.dtype):
        series = series.convert_dtypes()
    missing = series.isna()
    values = series.tolist()
    return [None if gap else value for value, gap in zip(values, missing.tolist(), strict=True)] if missing.any() else values


def _arrow_columns(rows: Any, name: str) -> dict[str, list[Any]]:
    """A table of the Arrow C data interface, read by PyArrow or Polars, whichever there is."""
    try:
        import pyarrow  # pyright: ignore[reportMissingImports]
    except ImportError:
        try:
            import polars
        except ImportError:
            raise InvalidArgumentError("to read Arrow data, install `pyarrow` or `polars`", name) from None
        frame: Any = polars.DataFrame(rows)
        return {column: frame.get_column(column).to_list() for column in frame.columns}
    return pyarrow.table(rows).to_pydict()  # type: ignore[no-any-return]


def like(rows: Any, columns: dict[str, list[Any]]) -> Any:
    """The answer in the kind of what was given."""
    if _is(rows, "pandas", "DataFrame"):
        import pandas

        return pandas.DataFrame(columns, index=rows.index)
    if _is(rows, "polars", "DataFrame"):
        import polars

        schema = {name: polars.Int64 if name == "score" else polars.String for name in columns}
        return polars.DataFrame(columns, schema=schema)
    if hasattr(rows, "__arrow_c_stream__"):
        try:
            import pyarrow  # pyright: ignore[reportMissingImports]
        except ImportError:
            import polars

            return polars.DataFrame(columns)
        return pyarrow.table(columns)
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def kind_of(rows: Any) -> str | None:
    """The kind of frame that rows are; none for a list."""
    if _is(rows, "pandas", "DataFrame"):
        return "pandas"
    if _is(rows, "polars", "DataFrame"):
        return "polars"
    return "pyarrow" if hasattr(rows, "__arrow_c_stream__") else None


def made(columns: dict[str, list[Any]], kind: str | None, wish: str | None) -> Any:
    """A frame of columns: of the kind asked for, else of the one wished for, else of the first library that is installed."""
    if kind is not None:
        if kind not in KINDS:
            raise InvalidArgumentError(f"`kind`: expected one of {', '.join(KINDS)}", "kind")
        try:
            return _made(columns, kind)
        except ImportError:
            raise InvalidArgumentError(f"`kind`: `{kind}` is not installed", "kind") from None
    for each in (wish, *KINDS):
        try:
            return _made(columns, each or "pandas")
        except ImportError:
            pass
    return columns


def _made(columns: dict[str, list[Any]], kind: str) -> Any:
    if kind == "pandas":
        import pandas

        return pandas.DataFrame(columns)
    if kind == "polars":
        import polars

        # By all the rows: a column may have its first value far down.
        return polars.DataFrame(columns, infer_schema_length=None, strict=False)
    if kind == "pyarrow":
        import pyarrow  # pyright: ignore[reportMissingImports]

        return pyarrow.table(columns)
    return columns

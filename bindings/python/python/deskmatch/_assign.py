"""`assign`: one batch, no engine needed."""

from __future__ import annotations

from . import _native
from .errors import InvalidArgumentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypeVar

    from ._types import At, Document, PolicyLike

    Frame = TypeVar("Frame")


def assign(
    tickets: Any,
    agents: Any,
    policy: PolicyLike | None = None,
    strategy: str | Document | None = None,
    *,
    at: At | None = None,
    reasons: bool = False,
) -> Any:
    """Assigns a batch of tickets to agents, and says who gets what.

    ``tickets`` and ``agents`` are lists of documents (dictionaries, dataclasses, ``Ticket`` and ``Agent``), or frames: of pandas, of
    Polars, or anything with the Arrow C data interface. A frame's columns are the fields of the documents; ``skills`` may be texts
    such as ``german:50;billing``, ``queues``, ``channels`` and ``excluded`` such as ``support;sales``, an agent's ``capacity`` a number
    of units; ``attribute.NAME`` is an attribute. Another column is an error, so that no wish is passed over.

    ``policy`` is the ready-made policy ``balanced`` by default, with a queue for each that is named. ``strategy``, a name or a document,
    takes the place of the strategies of all queues; ``"optimal"`` plans the whole batch at once. ``at`` is the moment of the batch; by
    default that of the youngest ticket. Offers, length limits and pulling play no part in a batch.

    Returns, in the order of the tickets, a row for each: ``ticket``, ``agent`` (none if it waits), ``state``, ``queue``, ``priority``,
    ``by``, ``strategy``, ``score``; with ``reasons`` also ``reason``, in words. The answer is of the kind of ``tickets``: a list of
    dictionaries; a frame of pandas with the index of the tickets; a frame of Polars; a table of PyArrow.

    Raises what the engine raises; ``path`` names the row: ``tickets[3].size``.

    >>> agents = [{"id": "ada", "skills": {"german": 80}}, {"id": "bob"}]
    >>> tickets = [{"id": "T-1", "skills": [{"skill": "german"}]}, {"id": "T-2"}]
    >>> [(row["ticket"], row["agent"]) for row in assign(tickets, agents)]
    [('T-1', 'ada'), ('T-2', 'bob')]
    """
    columns = _native._assign(_given(tickets), _given(agents), policy, strategy, at, reasons)
    return _like(tickets, columns)


def _module(value: object) -> str:
    return type(value).__module__.partition(".")[0]


def _is(value: object, module: str, name: str) -> bool:
    return _module(value) == module and type(value).__name__ == name


def _given(rows: Any) -> list[Any] | dict[str, list[Any]] | Iterable[Any]:
    """The rows as the native side reads them: as they are, or a frame as its columns."""
    if _is(rows, "pandas", "DataFrame"):
        return {str(name): _pandas_column(rows.iloc[:, place]) for place, name in enumerate(rows.columns)}
    if _is(rows, "polars", "LazyFrame"):
        raise InvalidArgumentError("collect a lazy frame first", "tickets")
    if _is(rows, "polars", "DataFrame"):
        return {name: rows.get_column(name).to_list() for name in rows.columns}
    if hasattr(rows, "__arrow_c_stream__"):
        return _arrow_columns(rows)
    return rows  # type: ignore[no-any-return]


def _pandas_column(series: Any) -> list[Any]:
    """A column with none where something is missing, and whole numbers whole again where gaps have made them fractions."""
    import pandas

    if pandas.api.types.is_float_dtype(series.dtype):
        series = series.convert_dtypes()
    missing = series.isna()
    values = series.tolist()
    return [None if gap else value for value, gap in zip(values, missing.tolist(), strict=True)] if missing.any() else values


def _arrow_columns(rows: Any) -> dict[str, list[Any]]:
    """A table of the Arrow C data interface, read by PyArrow or Polars, whichever there is."""
    try:
        import pyarrow  # pyright: ignore[reportMissingImports]
    except ImportError:
        try:
            import polars
        except ImportError:
            raise InvalidArgumentError("to read Arrow data, install `pyarrow` or `polars`", "tickets") from None
        frame: Any = polars.DataFrame(rows)
        return {name: frame.get_column(name).to_list() for name in frame.columns}
    return pyarrow.table(rows).to_pydict()  # type: ignore[no-any-return]


def _like(rows: Any, columns: dict[str, list[Any]]) -> Any:
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

"""`assign`: one batch, no engine needed."""

from __future__ import annotations

from . import _native
from ._frames import given, like

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._types import At, Document, PolicyLike


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
    columns = _native._assign(given(tickets, "tickets"), given(agents, "agents"), policy, strategy, at, reasons)
    return like(tickets, columns)

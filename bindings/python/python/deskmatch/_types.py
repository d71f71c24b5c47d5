"""What arguments may be. For type checkers only: nothing here is loaded at run time."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, Union

if TYPE_CHECKING:
    from ._native import AgentView, Policy, TicketView

At: TypeAlias = Union[int, datetime]
"""A moment: whole milliseconds since 1970, or a `datetime` with a time zone."""

Document: TypeAlias = Mapping[str, Any]
"""A document as JSON has it; a dataclass or a value of this package does where its fields are those of the document."""

PolicyLike: TypeAlias = Union["Policy", Document, str, "os.PathLike[str]"]
"""A policy, its document, its JSON, or the path of a file."""

Choice: TypeAlias = Union["AgentView", str, int]
"""One of the candidates, its id, or its place among them."""


class Chooser(Protocol):
    """A strategy of the host that chooses."""

    def choose(self, ticket: TicketView, candidates: Sequence[AgentView], /) -> Choice: ...


class Scorer(Protocol):
    """A strategy of the host that scores pairs: the highest score gets the ticket."""

    def score(self, ticket: TicketView, candidate: AgentView, /) -> float: ...


StrategyLike: TypeAlias = Union[Chooser, Scorer, Callable[["TicketView", Sequence["AgentView"]], Choice]]
"""A strategy of the host: an object with a method `choose` or `score`, or just the method `choose`."""

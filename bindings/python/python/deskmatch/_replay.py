"""`replay` and `simulate`: what would this policy have done with these tickets?"""

from __future__ import annotations

from . import _native
from ._frames import given, kind_of
from .errors import InvalidArgumentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping
    from datetime import timedelta
    from typing import Any, Literal, Union

    from ._types import PolicyLike

    Span = Union[int, str, timedelta]
    Progress = Union[bool, Callable[[str, int, int], object]]


def replay(
    log: str | os.PathLike[str] | bytes,
    policies: Mapping[str, PolicyLike] | PolicyLike | None = None,
    *,
    mapping: str = "servicenow",
    agents: str | os.PathLike[str] | None = None,
    capacity: int = 1,
    resolved_min: int = 1,
    handle_time: str = "lognormal:20m,1.0",
    seed: int = 0,
    reaction: Span = "5s",
    missed_offers: int = 0,
    comeback: Span = "5m",
    response: Span = "5m",
    within: Span = "15m",
    skills: Literal["required", "preferred", "ignored"] = "required",
    queues: Literal["log", "policy"] = "log",
    limit: int | None = None,
    assignments: bool = False,
    progress: Progress = False,
) -> _native.ReplayReport:
    """Replays a log of tickets under policies, and lays the figures side by side. The same log gives the same figures always.

    ``log`` is the path of a CSV or of JSON lines, plain or gzip, or such bytes. ``policies`` are policies by name, or one; the ready-made
    policy ``balanced`` by default. ``mapping`` says how columns are read: ``servicenow``, ``zendesk``, ``jira``, or the path of a file.

    What the log does not say is a model: ``agents`` (the path of a CSV; by default they are derived from who resolved what, each with
    ``capacity`` units, and with each category as a skill of which they resolved ``resolved_min``), ``handle_time`` (``fixed:20m``,
    ``exponential:20m``, ``lognormal:MEDIAN,SIGMA``, drawn from ``seed``), ``reaction`` to an offer, ``missed_offers`` in percent,
    ``comeback`` after one, ``response`` after the assignment. ``within`` is the wait that counts as short. ``skills`` and ``queues`` say
    what becomes of categories, and where tickets arrive. ``limit`` plays only so many tickets, the first created first.
    ``assignments`` keeps every assignment, for ``assignments_frame`` of the report.

    ``progress`` is called with the policy's name, the tickets that arrived and how many there are, every few milliseconds; true draws a
    bar with tqdm if it is installed. What it raises ends the replay, and so does Ctrl-C.

    Raises a ``ReplayError`` that names line and column, and ``OSError`` if a file cannot be read.
    """
    settings = _settings(
        capacity, resolved_min, handle_time, seed, reaction, missed_offers, comeback, response, within, skills, queues, limit, assignments
    )
    settings.update(mapping=mapping, agents=agents)
    return _watched(progress, lambda told: _native._replay(log, _by_name(policies), settings, told))


def simulate(
    tickets: Any,
    agents: Any = None,
    policies: Mapping[str, PolicyLike] | PolicyLike | None = None,
    *,
    capacity: int = 1,
    resolved_min: int = 1,
    handle_time: str = "lognormal:20m,1.0",
    seed: int = 0,
    reaction: Span = "5s",
    missed_offers: int = 0,
    comeback: Span = "5m",
    response: Span = "5m",
    within: Span = "15m",
    skills: Literal["required", "preferred", "ignored"] = "required",
    queues: Literal["log", "policy"] = "log",
    limit: int | None = None,
    assignments: bool = False,
    progress: Progress = False,
) -> _native.ReplayReport:
    """Simulates a desk on tickets of the past that are in memory, under one or several policies. As ``replay``, without a file.

    ``tickets`` are dictionaries, dataclasses, or a frame of pandas, of Polars or anything with the Arrow C data interface. A ticket has
    ``id`` and ``created``, and where they are known ``resolved``, ``handle_time``, ``queue``, ``priority``, ``channel``, ``requester``,
    ``agent`` (who resolved it), ``skills`` (names; in a frame ``vpn;german``) and ``attributes`` (in a frame columns ``attribute.NAME``).
    Moments are milliseconds since 1970 or ``datetime`` with a time zone, spans milliseconds, ``"20m"`` or ``timedelta``.

    ``agents`` are as for ``assign``, but without what a simulation does not model, such as shifts; where none are given they are derived
    from who resolved what. All else is as for ``replay``: the same tickets and agents give the same figures.

    Returns the report; with ``assignments`` it keeps every assignment for ``assignments_frame``, which is of the kind of ``tickets``.

    Raises a ``ReplayError`` or ``InvalidArgumentError`` whose ``path`` names the value at fault, such as ``tickets[3].resolved``. No
    ticket is left out.

    >>> tickets = [{"id": f"T-{n}", "created": n * 300_000, "handle_time": "20m"} for n in range(2)]
    >>> report = simulate(tickets, [{"id": "ada"}], assignments=True)
    >>> report.assignments_frame("dict")["waited"]
    [0, 900000]
    """
    settings = _settings(
        capacity, resolved_min, handle_time, seed, reaction, missed_offers, comeback, response, within, skills, queues, limit, assignments
    )
    settings.update(kind=kind_of(tickets))
    rows, staff = given(tickets, "tickets"), None if agents is None else given(agents, "agents")
    return _watched(progress, lambda told: _native._simulate(rows, staff, _by_name(policies), settings, told))


def _settings(
    capacity: int,
    resolved_min: int,
    handle_time: str,
    seed: int,
    reaction: Span,
    missed_offers: int,
    comeback: Span,
    response: Span,
    within: Span,
    skills: str,
    queues: str,
    limit: int | None,
    assignments: bool,
) -> dict[str, Any]:
    """What both calls say of the model, by name."""
    if not 0 <= missed_offers <= 90:
        raise InvalidArgumentError("`missed_offers`: expected 0 to 90 percent", "missed_offers")
    return dict(locals())


def _by_name(policies: Mapping[str, PolicyLike] | PolicyLike | None) -> dict[str, Any]:
    if policies is None:
        return {"balanced": _native.Policy.ready_made("balanced")}
    if isinstance(policies, dict) and policies and all(_is_policy(value) for value in policies.values()):
        return policies
    return {getattr(policies, "name", None) or "policy": policies}


def _watched(progress: Progress, run: Callable[[Any], _native.ReplayReport]) -> _native.ReplayReport:
    """Runs with what is to be told of the progress."""
    if progress is True:
        with _Bar() as bar:
            return run(bar)
    return run(progress or None)


_FIELDS = frozenset(_native.Policy({}).to_dict()) | {
    "name", "description", "skills", "channels", "priorities", "queues", "default_queue", "default_channel", "default_priority",
    "routing", "targets", "calendars", "rate_limit",
}  # fmt: skip


def _is_policy(value: object) -> bool:
    """Whether a value stands for a policy: the values of a dictionary of policies do, the fields of a policy do not."""
    if isinstance(value, dict):
        return value.keys() <= _FIELDS
    return isinstance(value, (_native.Policy, str)) or hasattr(value, "__fspath__")


class _Bar:
    """A bar of tqdm for each policy; nothing where tqdm is not installed."""

    def __init__(self) -> None:
        self.bar: Any = None
        self.policy: str | None = None

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def __call__(self, policy: str, arrived: int, tickets: int) -> None:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            return
        if policy != self.policy:
            self.__exit__()
            self.bar, self.policy = tqdm(total=tickets, desc=policy, unit=" tickets"), policy
        self.bar.update(arrived - self.bar.n)

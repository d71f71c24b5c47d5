"""`replay`: what would this policy have done with these tickets?"""

from __future__ import annotations

from . import _native
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

    ``progress`` is called with the policy's name, the tickets that arrived and how many there are, every few milliseconds; true draws a
    bar with tqdm if it is installed. What it raises ends the replay, and so does Ctrl-C.

    Raises a ``ReplayError`` that names line and column, and ``OSError`` if a file cannot be read.
    """
    if policies is None:
        policies = {"balanced": _native.Policy.ready_made("balanced")}
    elif not (isinstance(policies, dict) and policies and all(_is_policy(value) for value in policies.values())):
        policies = {getattr(policies, "name", None) or "policy": policies}
    settings: dict[str, Any] = {
        "mapping": mapping,
        "agents": agents,
        "capacity": capacity,
        "resolved_min": resolved_min,
        "handle_time": handle_time,
        "seed": seed,
        "reaction": reaction,
        "missed_offers": missed_offers,
        "comeback": comeback,
        "response": response,
        "within": within,
        "skills": skills,
        "queues": queues,
        "limit": limit,
    }
    if not 0 <= missed_offers <= 90:
        raise InvalidArgumentError("`missed_offers`: expected 0 to 90 percent", "missed_offers")
    if progress is True:
        with _Bar() as bar:
            return _native._replay(log, policies, settings, bar)
    return _native._replay(log, policies, settings, progress or None)


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

"""The host survives: whatever a caller gives, it gets an exception of a class it can catch, and the engine is as it was.

A tenth of the torture that `cargo xtask torture` does. `DESKMATCH_TORTURE` says how many calls.
"""

from __future__ import annotations

import gc
import inspect
import os
import random
from collections.abc import Callable, Iterator
from typing import Any

import deskmatch
import pytest
from deskmatch import _native

CALLS = int(os.environ.get("DESKMATCH_TORTURE", "100000"))


class Raises:
    """An object whose every question is answered by an exception."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"asked for {name}")

    def __iter__(self) -> Iterator[Any]:
        raise RuntimeError("asked for items")

    def __index__(self) -> int:
        raise RuntimeError("asked for a number")

    def __fspath__(self) -> str:
        raise RuntimeError("asked for a path")


def cyclic() -> Any:
    loop: dict[str, Any] = {"type": "submit"}
    loop["ticket"] = loop
    return loop


def deep(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels):
        value = {"id": [value]}
    return value


def bad_values() -> list[Any]:
    """What a caller may give by mistake or in malice."""
    items: list[Any] = []
    items.append(items)
    return [
        None, True, 0, -1, 2**31, 2**63, 2**64, -(2**63), -(2**80), 10**400, 1.5, float("nan"), float("inf"), -float("inf"), 1j,
        "", "x", "é" * 300, "\ud800", "\0", "x" * 300, b"", b"DESKSNAP" + bytes(20), bytearray(b"x"), [], {}, (), set(), [[]], [None],
        {"": None}, {1: 2}, {"id": None}, {"id": ""}, {"id": float("nan")}, {"type": "submit"}, {"type": "nonsense"}, {"type": 7},
        {"type": "submit", "ticket": {"id": "T", "size": -1}}, {"type": "submit", "ticket": {"id": "T", "size": 2**70}},
        {"type": "tick", "type ": 1}, object(), object, Raises(), lambda: None, deskmatch, deskmatch.Ticket, deskmatch.Ticket("T-1"),
        deskmatch.Policy({}), deskmatch.Engine(), cyclic(), items, deep(100), deep(5_000), range(3), iter([1]), Ellipsis, NotImplemented,
        '{"type":', '{"type":"tick"}', '{"id":' * 2_000, memoryview(b"x"), {"a": Raises()}, type("T", (str,), {})("sub"),
    ]  # fmt: skip


BIG: list[Any] = ["x" * 10_000_000, "é" * 5_000_000, {"id": "x" * 10_000_000}, '{"type": "resolve", "ticket": "' + "x" * 10_000_000 + '"}']

# What a caller may catch. Not `PanicException`, which is a `BaseException`, nor anything else that would end a host.
ORDINARY = Exception


def desk() -> deskmatch.Engine:
    engine = deskmatch.Engine()
    engine.add_agent("ada", capacity={"units": 2}, at=0)
    for number in range(4):
        engine.submit(f"T-{number}", at=0)
    return engine


def exported() -> dict[str, tuple[str, Callable[..., Any]]]:
    """Everything that can be called, by name, with how."""
    found: dict[str, tuple[str, Callable[..., Any]]] = {}
    for name, thing in vars(_native).items():
        if name in ("_panic_next", "_take_panic", "log_events"):
            continue
        if inspect.isclass(thing):
            found[name] = ("class", thing)
            for member, value in vars(thing).items():
                if callable(value) and not member.startswith("__"):
                    found[f"{name}.{member}"] = ("method", getattr(thing, member))
        elif callable(thing):
            found[name] = ("function", thing)
    return found


def selves() -> dict[str, Any]:
    """An object of each class that has methods."""
    engine: Any = desk()
    outcome: Any = engine.submit("T-9", at=0)
    problem = _native.AssignmentProblem([{0: 1}], columns=1)
    numpy = pytest.importorskip("numpy")
    own: list[Any] = [
        engine, outcome, problem, problem.solve(), _native.assign_dense(numpy.eye(2)), _native.assign_sized([{}], [1], [1], unmatched=0), engine.policy, engine.explain("T-0"), *outcome,
        engine.view(), engine.ticket("T-0"), engine.agent("ada"), engine.queue("default"), outcome[0].ticket, engine.agent("ada").agent,
        deskmatch.replay(b"number,opened_at,resolved_at,resolved_by\nT-1,1/3/2016 09:00,1/3/2016 09:30,ada\n"),
    ]  # fmt: skip
    found = {type(value).__name__: value for value in own}
    for info in _native._listing()["classes"]:
        name = info["name"]
        for document in ({}, {"id": "x"}, DOCUMENTS.get(name, {})):
            if name not in found:
                try:
                    found[name] = getattr(_native, name).from_dict(document)
                except deskmatch.DeskmatchError:
                    pass
    return found


DOCUMENTS: dict[str, Any] = {
    "AgentPrice": {"agent": "a", "covers": True, "points": 1},
    "AgentQueue": {"queue": "q"},
    "AgentStanding": {"agent": "a", "standing": "chosen"},
    "Change": {"change": "come_online"},
    "Capacity": {"units": 1},
    "Denial": {"rule": "skill", "found": "x", "needed": "y"},
    "Decision": {"by": "order", "strategy": "s", "revision": 1, "policy": "0" * 32},
    "Fault": {"path": "p", "message": "m"},
    "Interval": {"from": 1, "to": 2},
    "Moment": {"at": 1, "occasion": "queued"},
    "PlanSummary": {
        "tickets": 1, "assigned": 1, "score": 1, "greedy_assigned": 1, "greedy_score": 1, "exact": True,
    },
    "PolicyPreview": {"policy": "0" * 32, "changes": []},
    "PolicyWarning": {"code": "c", "severity": "info", "path": "p", "message": "m"},
    "PreferredAgent": {"agent": "a"},
    "RateLimit": {"max": 1, "window": 5},
    "Refusal": {"type": "nothing_to_pull", "agent": "a"},
    "Remedy": {"changes": [], "agents": 1},
    "Route": {"rules": []},
    "SkillPrice": {"skill": "s", "covers": True, "points": 1},
    "SkillRequirement": {"skill": "s"},
    "Term": {"factor": "f", "value": 1, "weight": 1, "points": 1},
    "TicketChange": {"ticket": "t", "place": [1, 2], "capable": [1, 2], "agent": None},
    "Event": {"seq": 1, "at": 1, "type": "closed", "ticket": "T"},
}  # fmt: skip


def torture(calls: int, seed: int) -> int:
    """Calls what is exported with what is wrong; gives how many calls raised."""
    draw = random.Random(seed)
    values, everything, own = bad_values(), list(exported().items()), selves()
    names = ["at", "request_id", "force", "queue", "limit", "skills", "cost_matrix", "maximize", "policy", "strategies", "id", "x"]
    raised = 0
    for _ in range(calls):
        name, (how, function) = everything[draw.randrange(len(everything))]
        arguments = [draw.choice(values) for _ in range(draw.randrange(4))]
        named = {draw.choice(names): draw.choice(values) for _ in range(draw.randrange(3))}
        owner = name.partition(".")[0]
        if how == "method" and owner in own and draw.random() < 0.9 and not is_static(name):
            arguments.insert(0, own[owner])
        try:
            function(*arguments, **named)
        except ORDINARY:
            raised += 1
    return raised


def is_static(name: str) -> bool:
    owner, _, member = name.partition(".")
    return isinstance(inspect.getattr_static(getattr(_native, owner), member), staticmethod)


def resident_kib() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


def test_malformed_calls_raise_and_nothing_else() -> None:
    seed = int(os.environ.get("DESKMATCH_SEED", "1"))
    print(f"seed {seed}")
    raised = torture(CALLS, seed)
    assert raised > CALLS // 3


@pytest.mark.parametrize("value", BIG, ids=["ascii", "utf8", "in a document", "json"])
def test_ten_megabytes_are_refused_where_a_name_belongs(value: Any) -> None:
    engine = desk()
    before = engine.digest()
    for call in (engine.submit, engine.execute, engine.decide, engine.resolve, engine.set_policy, engine.add_agent):
        with pytest.raises((deskmatch.DeskmatchError, TypeError)):
            call(value, at=0)
    assert engine.digest() == before


def test_what_is_deep_or_contains_itself_is_refused() -> None:
    for value in (cyclic(), deep(200), deep(100_000)):
        for call in (desk().submit, desk().execute, deskmatch.Engine, deskmatch.Ticket.from_dict, deskmatch.Event.from_dict):
            with pytest.raises(deskmatch.InvalidJsonError, match="nest deeper"):
                call(value)
    # Unwinding what is this deep is Python's own affair.


def test_a_panic_behind_any_export_is_an_exception_that_hosts_catch() -> None:
    own = selves()
    missing = {info["name"] for info in _native._listing()["classes"]} - set(own)
    kinds = {info["name"] for info in _native._listing()["classes"] if info["base"]}
    assert missing <= kinds, missing
    unguarded = []
    for name, value in own.items():
        for member in sorted(set(dir(value)) - set(dir(object))):
            raw = inspect.getattr_static(type(value), member)
            if type(raw).__name__ == "getset_descriptor":
                unguarded += survives(f"{name}.{member}", lambda: getattr(value, member))
        if type(value).__module__ == "deskmatch":
            for special in (repr, hash, str, lambda value: value == value, lambda value: value.__reduce__()):
                if type(value).__name__ not in ("DenseAssignment", "Assignment", "AssignmentProblem", "ReplayReport", "SizedAssignment", "Engine"):
                    unguarded += survives(f"{name} {special}", lambda: special(value))
    engine = own["Engine"]
    calls: dict[str, tuple[Any, ...]] = {
        "accept": ("T", "a"), "add_agent": ("z",), "apply": ([],), "assign": ("T", "a"), "cancel": ("T",), "candidates": ("T",),
        "claim": ("T", "a"), "decide": ({},), "decline": ("T", "a"), "execute": ({},), "execute_many": ([],), "explain": ("T",),
        "explain_event": ([], 1), "finish_wrap_up": ("T",), "pause": ("T",), "preview_policy": ({},), "pull": ("a",), "queue": ("q",),
        "agent": ("a",), "ticket": ("T",), "remove_agent": ("a",), "reopen": ("T",), "requeue": ("T",), "resolve": ("T",),
        "respond": ("T",), "restore": (b"",), "resume": ("T",), "set_policy": ({},), "set_presence": ("a", "away"), "submit": ("T",),
        "suggest": ("T",),
        "timeline": ("T",), "transfer_to_agent": ("T", "a"), "transfer_to_queue": ("T", "q"), "update_agent": ("a",),
        "update_ticket": ("T",),
    }  # fmt: skip
    for member, raw in vars(_native.Engine).items():
        if callable(raw) and not member.startswith("__"):
            unguarded += survives(f"Engine.{member}", lambda: getattr(engine, member)(*calls.get(member, ())))
    functions: dict[str, tuple[Any, ...]] = {
        "_revive": ("Ticket", "{}"), "_revive_outcome": ("[]",), "_play_case": ("{}",), "linear_sum_assignment": ([[1]],),
        "assign_dense": ([[1]],), "assign_sized": ([[1]], [1], [1]), "log_events": (None,), "_assign": ([], [], None, None, None, False), "_replay": (b"", {}, {}, None), "_simulate": ([], None, {}, {}, None), "_time_commands": (desk(), []),
        "_time_matrix": (pytest.importorskip("numpy").eye(1),),
    }  # fmt: skip
    for name, function in vars(_native).items():
        if inspect.isbuiltin(function) and name not in ("_panic_next", "_take_panic"):
            unguarded += survives(name, lambda: function(*functions.get(name, ())))
    for name, thing in vars(_native).items():
        if inspect.isclass(thing) and "__new__" in vars(thing):
            arguments: Any = ([],) if name == "AssignmentProblem" else ()
            options: Any = {"columns": 1} if name == "AssignmentProblem" else {}
            unguarded += survives(name, lambda: thing(*arguments, **options))
    assert not unguarded


def survives(name: str, call: Callable[[], object]) -> list[str]:
    """Lets the next call panic: it must raise what a host catches."""
    _native._panic_next()
    try:
        call()
    except deskmatch.InternalError:
        return []
    except BaseException as error:
        return [f"{name}: {type(error).__name__}: {error}"]
    finally:
        not_guarded = _native._take_panic()
    return [f"{name}: {'is not guarded' if not_guarded else 'hides the panic'}"]


def test_creating_and_dropping_leaves_no_memory_behind() -> None:
    def work(rounds: int) -> None:
        for _ in range(rounds):
            engine = desk()
            for event in engine.submit("T", skills=[{"skill": "german"}], at=1):
                event.to_dict()
                repr(event)
            engine.explain("T").to_dict()
            deskmatch.Ticket.from_dict(deskmatch.Ticket("x", attributes={"a": 1}).to_dict())
            try:
                engine.submit({"id": "T"}, at=1)
            except deskmatch.DuplicateTicketError:
                pass

    work(CALLS // 50)
    gc.collect()
    before = resident_kib()
    work(CALLS // 10)
    gc.collect()
    after = resident_kib()
    assert after <= before * 1.05, f"{before} KiB became {after} KiB"

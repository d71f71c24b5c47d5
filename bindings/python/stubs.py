"""Writes what type checkers read, `python/deskmatch/_native.pyi` and `python/deskmatch/words.py`, from the package as it is built.

    python stubs.py            # writes both
    python stubs.py --check    # fails if either is not as it would be written
"""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import Any

import deskmatch
from deskmatch import _native

HERE = Path(__file__).resolve().parent / "python" / "deskmatch"

STUB_HEAD = '''# Written by stubs.py; do not edit.
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

import numpy
import numpy.typing

from ._types import *
from .words import *

__version__: str

Timestamp: TypeAlias = int
Span: TypeAlias = int
FrameKind: TypeAlias = Literal["pandas", "polars", "pyarrow", "dict"]
'''

COMMAND = {"at": "At | None", "request_id": "str | None", "return": "Outcome"}

# What parameters take, and what calls return: by `Class.method`, then by name, whatever the method.
TYPES: dict[str, dict[str, str]] = {
    "Engine.__new__": {"policy": "PolicyLike | None", "strategies": "Mapping[str, StrategyLike] | None"},
    "Engine.restore": {
        "snapshot": "bytes",
        "strategies": "Mapping[str, StrategyLike] | None",
        "return": "Engine",
    },
    "Engine.execute": {"command": "Document | str"},
    "Engine.decide": {"command": "Document | str"},
    "Engine.execute_many": {
        "commands": "Iterable[Document | str | tuple[At, Document | str]]",
        "on_error": 'Literal["raise", "return"]',
        "return": "list[Any]",
    },
    "Engine.apply": {"events": "Event | Document | Iterable[Event | Document]", "return": "None"},
    "Engine.set_policy": {"policy": "PolicyLike"},
    "Engine.preview_policy": {"policy": "PolicyLike", "return": "PolicyPreview"},
    "Engine.add_agent": {"agent": "str | Agent | Document"},
    "Engine.update_agent": {"patch": "AgentPatch | Document | None"},
    "Engine.submit": {"ticket": "str | Ticket | Document"},
    "Engine.update_ticket": {"patch": "TicketPatch | Document | None"},
    "Engine.pull": {"queue": "str | None"},
    "Engine.plan": {"queue": "str | None"},
    "Engine.ticket": {"return": "TicketView | None"},
    "Engine.agent": {"return": "AgentView | None"},
    "Engine.queue": {"return": "QueueView | None"},
    "Engine.tickets": {"return": "tuple[TicketView, ...]"},
    "Engine.agents": {"return": "tuple[AgentView, ...]"},
    "Engine.queues": {"return": "tuple[QueueView, ...]"},
    "Engine.view": {"return": "View"},
    "Engine.candidates": {"return": "tuple[AgentView, ...]"},
    "Engine.suggest": {"return": "AgentView | None"},
    "Engine.explain": {"return": "Explanation"},
    "Engine.explain_event": {"return": "Explanation"},
    "Engine.timeline": {"return": "tuple[Moment, ...]"},
    "Engine.digest": {"return": "str"},
    "Engine.snapshot": {"return": "bytes"},
    "Engine.fork": {"return": "Engine"},
    "ReplayReport.assignments_frame": {"kind": "FrameKind | None", "return": "Any"},
    "ReplayReport.summary_frame": {"kind": "FrameKind | None", "return": "Any"},
    "Policy.__new__": {"document": "Document | str | None"},
    "Policy.load": {"path": "str | os.PathLike[str]", "return": "Policy"},
    "Policy.lint": {"agents": "Iterable[Agent | Document] | None", "return": "tuple[PolicyWarning, ...]"},
    "AgentView.level": {"return": "int"},
    "linear_sum_assignment": {"return": 'tuple["numpy.typing.NDArray[numpy.int64]", "numpy.typing.NDArray[numpy.int64]"]'},
    "log_events": {"logger": "logging.Logger | None", "level": "int", "return": "None"},
    "assign_sized": {
        "costs": "Any",
        "sizes": "Any",
        "capacities": "Iterable[int] | Any",
        "unmatched": "int | Sequence[int] | None",
        "steps": "int | None",
        "return": "SizedAssignment",
    },
    "assign_dense": {"unmatched": "Any", "return": "DenseAssignment"},
    "AssignmentProblem.solve": {
        "cover": 'Literal["all", "most", "optional"]',
        "ranks": "Sequence[int] | None",
        "unmatched": "int | Sequence[int] | None",
        "return": "Assignment",
    },
    "AssignmentProblem.verify": {"answer": "Assignment", "return": "None"},
}

PARAMETERS = {
    "cost_matrix": "Any",
    "maximize": "bool",
    "agent": "str",
    "ask_again_at": "At | None",
    "at": "At | None",
    "channel": "str | None",
    "document": "Document",
    "fields": "Any",
    "force": "bool",
    "id": "str",
    "limit": "int | None",
    "log": "Iterable[Event | Document]",
    "name": "str",
    "presence": "Presence",
    "queue": "str",
    "reason": "str | None",
    "request_id": "str | None",
    "seq": "int",
    "skill": "str",
    "states": "Iterable[TicketState] | None",
    "text": "str",
    "ticket": "str",
}

RETURNS = {
    "from_dict": "Self",
    "from_json": "Self",
    "json_schema": "str",
    "ready_made": "Policy",
    "to_dict": "dict[str, Any]",
    "to_json": "str",
    "_repr_html_": "str",
}

PROPERTIES = {
    "Assignment.column_prices": "tuple[int, ...]",
    "Assignment.columns": "tuple[int | None, ...]",
    "Assignment.matched": "int",
    "Assignment.method": "str",
    "Assignment.objective": "int",
    "Assignment.row_prices": "tuple[int, ...]",
    "AssignmentProblem.columns": "int",
    "AssignmentProblem.rows": "int",
    "DenseAssignment.column_prices": '"numpy.typing.NDArray[Any]"',
    "DenseAssignment.columns": "tuple[int | None, ...]",
    "DenseAssignment.copied": "bool",
    "DenseAssignment.method": "str",
    "DenseAssignment.objective": "float",
    "DenseAssignment.row_prices": '"numpy.typing.NDArray[Any]"',
    "Engine.next_due": "int | None",
    "Engine.now": "int | None",
    "Engine.policy": "Policy",
    "Engine.policy_hash": "str",
    "Engine.seq": "int",
    "Event.at": "int",
    "Event.request": "str | None",
    "Event.seq": "int",
    "Event.type": "str",
    "Outcome.events": "tuple[Event, ...]",
    "Outcome.refusal": "Refusal | None",
    "Outcome.repeated": "bool",
    "Policy.description": "str | None",
    "Policy.hash": "str",
    "Policy.name": "str | None",
    "ReplayReport.policies": "list[str]",
    "Policy.queues": "tuple[str, ...]",
    "SizedAssignment.bound": "int",
    "SizedAssignment.columns": "tuple[int | None, ...]",
    "SizedAssignment.gap": "int",
    "SizedAssignment.objective": "int",
    "SizedAssignment.proved": "bool",
    "SizedAssignment.steps": "int",
}

SPECIAL = {
    "AssignmentProblem": [
        "def __new__(cls, rows: Iterable[Mapping[int, int] | Iterable[tuple[int, int]]], *, columns: int, "
        "capacities: Sequence[int] | None = None) -> AssignmentProblem: ..."
    ],
    "Outcome": [
        "def __len__(self) -> int: ...",
        "def __bool__(self) -> bool: ...",
        "def __iter__(self) -> Iterator[Event]: ...",
        "def __getitem__(self, index: int) -> Event: ...",
        '__match_args__ = ("events", "refusal", "repeated")',
    ],
    "Engine": ["def __copy__(self) -> Engine: ...", "def __deepcopy__(self, memo: Any) -> Engine: ..."],
    "Policy": ["READY_MADE: tuple[str, ...]"],
}


def taken(hint: str, classes: set[str]) -> str:
    """What a constructor takes where an attribute has a type."""
    if hint.endswith(" | None"):
        return f"{taken(hint.removesuffix(' | None'), classes)} | None"
    if listed := re.fullmatch(r"tuple\[(.*), \.\.\.\]", hint):
        return f"Sequence[{taken(listed[1], classes)}]"
    if mapped := re.fullmatch(r"dict\[(\w+), (.*)\]", hint):
        return f"Mapping[{mapped[1]}, {taken(mapped[2], classes)}]"
    if hint in classes:
        return f"{hint} | Document"
    return {"Timestamp": "int | datetime", "Span": "int | str | timedelta"}.get(hint, hint)


def doc(text: str | None, indent: str) -> list[str]:
    if not text:
        return []
    lines = text.strip().splitlines()
    if len(lines) == 1:
        return [f'{indent}"""{lines[0]}"""']
    return [f'{indent}"""{lines[0]}', *(f"{indent}{line}".rstrip() for line in lines[1:]), f'{indent}"""']


def signature(owner: str, name: str, member: Any, bound: bool) -> str:
    """The signature of a method with types; a parameter that nothing is said of is a fault of this file."""
    types = TYPES.get(f"{owner}.{name}" if owner else name, {})
    parts: list[str] = ["self"] if bound else []
    starred = slashed = False
    parameters = list(inspect.signature(member).parameters.values())
    for parameter in parameters:
        if parameter.name == "self" or (parameter.name.startswith("$")):
            continue
        if slashed and parameter.kind is not parameter.POSITIONAL_ONLY:
            parts.append("/")
            slashed = False
        slashed = slashed or parameter.kind is parameter.POSITIONAL_ONLY
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            parts.append("*")
            starred = True
        hint = types.get(parameter.name) or PARAMETERS.get(parameter.name)
        if hint is None:
            raise SystemExit(f"stubs.py does not know the type of `{parameter.name}` in {owner}.{name}")
        stars = {parameter.VAR_KEYWORD: "**", parameter.VAR_POSITIONAL: "*"}.get(parameter.kind, "")
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        parts.append(f"{stars}{parameter.name}: {hint}{default}")
    if slashed:
        parts.append("/")
    names = {parameter.name for parameter in parameters}
    returned = types.get("return") or RETURNS.get(name) or ("Outcome" if "request_id" in names else None)
    if name == "__new__":
        parts, returned = ["cls", *parts[1:]], "Self"
    if returned is None:
        raise SystemExit(f"stubs.py does not know what {owner}.{name} returns")
    return f"def {name}({', '.join(parts)}) -> {returned.replace('Self', owner)}: ..."


def members(owner: str, cls: type) -> list[str]:
    """The methods and properties that a class has of its own, in order of their names."""
    lines: list[str] = []
    for name, raw in sorted(vars(cls).items()):
        member = getattr(cls, name)
        if name.startswith("_") and name != "_repr_html_":
            continue
        if type(raw).__name__ == "getset_descriptor":
            if hint := PROPERTIES.get(f"{owner}.{name}"):
                lines += ["    @property", f"    def {name}(self) -> {hint}:", *doc(raw.__doc__, " " * 8), "        ..."]
        elif callable(member):
            is_static = isinstance(raw, staticmethod)
            text = signature(owner, name, member, bound=not is_static)
            body = doc(member.__doc__, " " * 8)
            lines += ["    @staticmethod"] if is_static else []
            lines += [f"    {text.removesuffix(' ...')}", *body, "        ..."]
    lines += [f"    {line}" for line in SPECIAL.get(owner, [])]
    return lines


def record(info: Any, classes: set[str]) -> list[str]:
    """A class of values."""
    name = info["name"]
    cls = getattr(_native, name)
    base = f"({info['base']})" if info["base"] else ""
    lines = [f"class {name}{base}:", *doc(info["doc"], "    ")]
    fields = info["fields"]
    lines.append(f"    __match_args__ = {tuple(field['name'] for field in fields)!r}")
    for field in fields:
        lines += ["    @property", f"    def {field['name']}(self) -> {field['hint']}:"]
        lines += [*doc(field["doc"], " " * 8), "        ..."]
    given = [f"{field['name']}: {taken(field['hint'], classes)} = ..." for field in fields]
    if info["base"]:
        given += ["seq: int = ...", "at: int | datetime = ...", "request: str | None = None"]
    lines.append(f"    def __new__(cls, {', '.join(given)}) -> {name}: ...")
    lines += members(name, cls) if not info["base"] else []
    return lines


def stub() -> str:
    listing: Any = _native._listing()
    classes = {info["name"] for info in listing["classes"]}
    out = [STUB_HEAD]
    for info in sorted(listing["classes"], key=lambda info: (info["base"] is not None, info["name"])):
        name = info["name"]
        if name in ("Event", "Policy"):
            out.append("\n".join(plain(name)) + "\n")
        else:
            out.append("\n".join(record(info, classes)) + "\n")
    for name in ("Assignment", "AssignmentProblem", "DenseAssignment", "Engine", "Outcome", "ReplayReport", "SizedAssignment"):
        out.append("\n".join(plain(name)) + "\n")
    for name, function in sorted(vars(_native).items()):
        if inspect.isbuiltin(function) and not name.startswith("_"):
            text = signature("", name, function, bound=False)
            out.append("\n".join([text.removesuffix(" ..."), *doc(function.__doc__, "    "), "    ..."]) + "\n")
    out.append("def _listing() -> Any: ...\n")
    out.append("def _assign(tickets: Any, agents: Any, policy: Any, strategy: Any, at: Any, reasons: bool) -> dict[str, list[Any]]: ...\n")
    out.append("def _replay(log: Any, policies: dict[str, Any], settings: dict[str, Any], progress: Any) -> ReplayReport: ...\n")
    out.append(
        "def _simulate(tickets: Any, agents: Any, policies: dict[str, Any], settings: dict[str, Any], progress: Any) -> ReplayReport: ...\n"
    )
    for name, text in (("_panic_next", "None"), ("_take_panic", "bool")):
        out.append(f"def {name}() -> {text}: ...\n")
    out.append("def _play_case(text: str) -> str: ...\n")
    out.append("def _time_commands(engine: Engine, commands: list[Any]) -> int: ...\n")
    out.append("def _time_matrix(cost: Any) -> int: ...\n")
    out.append("def _solver_ns() -> int: ...\n")
    return "\n".join(out)


def plain(name: str) -> list[str]:
    """A class that is no record."""
    cls = getattr(_native, name)
    lines = [f"class {name}:", *doc(cls.__doc__, "    ")]
    if name == "Engine":
        lines.append(
            "    def __new__(cls, policy: PolicyLike | None = None, *, "
            "strategies: Mapping[str, StrategyLike] | None = None) -> Engine: ..."
        )
    if name == "Policy":
        lines.append("    def __new__(cls, document: Document | str | None = None, /) -> Policy: ...")
    return lines + members(name, cls)


def words() -> str:
    """The words of the engine as literal types."""
    out = ['"""The words of the engine, as types. Written by stubs.py; do not edit."""', "", "from typing import Literal", ""]
    for name, told in sorted(_native._listing()["words"].items()):
        if told["here"] != told["engine"]:
            raise SystemExit(f"`{name}` has other words in the engine: {told}")
        out.append(f"{name} = Literal[{', '.join(repr(word) for word in told['here'])}]")
    return "\n".join(out).replace("'", '"') + "\n"


def main() -> int:
    written = {HERE / "_native.pyi": stub(), HERE / "words.py": words()}
    if "--check" not in sys.argv:
        for path, text in written.items():
            path.write_text(text)
        return 0
    stale = [path.name for path, text in written.items() if not path.exists() or path.read_text() != text]
    if stale:
        print(f"{', '.join(stale)}: not as the package is; run `python stubs.py` in {HERE.parents[1].name}")
    return 1 if stale else 0


if __name__ == "__main__":
    assert deskmatch.__version__
    sys.exit(main())

"""Nothing of the engine is missing in Python, and what is here is what the engine has."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import deskmatch
import pytest
from conftest import ROOT
from deskmatch import _native, errors

CORE = ROOT / "crates" / "core" / "src"
LISTING: Any = _native._listing()

# Methods of the engine in Rust that have another form in Python.
IN_OTHER_WORDS = {
    "Engine": {
        "new": "Engine(policy)",
        "builder": "Engine(policy, strategies=…)",
        "execute_into": "execute_many",
    },
    "TicketView": {"class": "class_"},
    "AgentView": {},
    "QueueView": {},
}


def methods(name: str) -> set[str]:
    """The public methods of a type, read from the sources of the core."""
    found: set[str] = set()
    for path in CORE.rglob("*.rs"):
        for block in re.finditer(rf"^impl(?:<[^>]*>)? {name}(?:<[^>]*>)? \{{\n(.*?)^\}}", path.read_text(), re.M | re.S):
            found.update(re.findall(r"^    pub (?:const )?fn (\w+)", block[1], re.M))
    return found


@pytest.mark.parametrize("name", IN_OTHER_WORDS)
def test_every_public_method_is_here(name: str) -> None:
    found = methods(name)
    assert len(found) >= 5, f"the sources of {name} were not found"
    missing = {method for method in found if not hasattr(getattr(deskmatch, name), method)}
    assert missing == set(IN_OTHER_WORDS[name])


def test_every_command_has_a_method() -> None:
    block = (CORE / "command.rs").read_text().split("pub enum Command {")[1].split("\n}\n")[0]
    commands = [re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower() for name in re.findall(r"^    ([A-Z]\w+) \{", block, re.M)]
    assert len(commands) >= 24
    for command in commands:
        parameters = inspect.signature(getattr(deskmatch.Engine, command)).parameters
        assert {"at", "request_id"} <= set(parameters), command


def test_every_event_has_a_class_with_its_fields() -> None:
    block = (CORE / "event.rs").read_text().split("pub enum EventBody {")[1].split("\n}\n")[0]
    kinds = re.findall(r"^    ([A-Z]\w+) \{\n(.*?)^    \},", block, re.M | re.S)
    assert len(kinds) == len(LISTING["events"]) >= 30
    for name, body in kinds:
        fields = re.findall(r"^        (\w+):", body, re.M)
        found = tuple(field + "_" if field in ("from", "class") else field for field in fields)
        assert getattr(deskmatch, name).__match_args__ == found


def test_every_kind_of_error_has_a_class() -> None:
    codes = set(LISTING["errors"])
    assert len(codes) >= 25
    ours = {"reentrant_call", "internal", "matching", "replay", "invalid_solution"}
    assert set(errors.BY_CODE) == codes | ours
    for code, cls in errors.BY_CODE.items():
        assert issubclass(cls, deskmatch.DeskmatchError)
        assert cls.code == code
        assert getattr(deskmatch, cls.__name__) is cls
        assert cls.__doc__


def test_words_are_those_of_the_engine() -> None:
    for name, words in LISTING["words"].items():
        assert words["here"] == words["engine"], name


def test_a_tally_has_every_rule() -> None:
    assert deskmatch.Tally.__match_args__ == ("eligible", *LISTING["words"]["Rule"]["engine"])


def test_every_strategy_can_be_used() -> None:
    schema = json.loads(deskmatch.Policy.json_schema())
    kinds = [variant["properties"]["kind"]["const"] for variant in schema["$defs"]["StrategyPolicy"]["oneOf"]]
    assert len(kinds) >= 9
    more: dict[str, Any] = {
        "weighted": {"factors": [{"factor": "headroom", "weight": 1}]},
        "optimal": {"factors": [{"factor": "headroom", "weight": 1}]},
        "lexicographic": {"layers": [{"factor": "headroom"}]},
        "custom": {"name": "first"},
    }
    for kind in kinds:
        policy = {"queues": {"default": {"strategy": {"kind": kind, **more.get(kind, {})}}}}
        engine = deskmatch.Engine(policy, strategies={"first": lambda ticket, candidates: candidates[0]})
        engine.add_agent("ada", at=0)
        engine.submit("T-1", at=0)
        engine.plan(at=0)
        ticket = engine.ticket("T-1")
        assert ticket and ticket.agent == "ada", kind


def test_everything_is_documented() -> None:
    for name, thing in vars(deskmatch).items():
        if name.startswith("_") or inspect.ismodule(thing):
            continue
        assert thing.__doc__, name
        for member, value in vars(thing).items() if inspect.isclass(thing) else ():
            if not member.startswith("_") and (callable(value) or inspect.isdatadescriptor(value)):
                assert value.__doc__, f"{name}.{member}"

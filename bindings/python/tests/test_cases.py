"""Every case, played through Python, comes out as it says and as it does in Rust."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import deskmatch
import pytest
from conftest import CASES, ROOT
from player import Player


def case_id(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", CASES, ids=case_id)
def test_case(path: Path) -> None:
    player = Player(json.loads(path.read_text())).play()
    assert not player.differences, "\n".join(player.differences)


@pytest.mark.parametrize("path", CASES, ids=case_id)
def test_a_case_gives_the_digests_and_texts_of_rust(path: Path) -> None:
    """The engine in Rust plays the same steps: same digest after each, same text for each ticket at the end."""
    text = path.read_text()
    told = json.loads(deskmatch._native._play_case(text))
    player = Player(json.loads(text)).play()
    assert player.trace == told["digests"]
    texts = {ticket.id: str(player.engine.explain(ticket.id)) for ticket in player.engine.tickets()}
    assert texts == told["explanations"]
    assert [json.loads(event.to_json()) for event in player.log] == told["events"]


def table() -> Any:
    return json.loads((ROOT / "tests" / "bad_commands.json").read_text())


def desk(bad: Any) -> deskmatch.Engine:
    engine = deskmatch.Engine(bad["policy"])
    for agent in bad["agents"]:
        engine.add_agent(agent, at=0)
    for command in bad["setup"]:
        engine.execute(command, at=0)
    engine.tick(at=3_600_000)
    return engine


@pytest.mark.parametrize("bad", table()["bad"], ids=lambda bad: bad["why"])
def test_a_bad_command_is_refused_as_in_rust(bad: Any) -> None:
    engine = desk(table())
    before = engine.digest()
    with pytest.raises(deskmatch.DeskmatchError) as caught:
        engine.execute(bad["command"], at=bad.get("at", 3_600_000))
    error = caught.value
    assert error.code == bad["code"]
    assert bad.get("says", "") in str(error)
    if "subject" in bad:
        assert error.path == bad["subject"]
    assert engine.digest() == before


def test_a_wrong_expectation_is_noticed() -> None:
    """The player can fail: otherwise nothing above means anything."""
    case = {
        "title": "wrong on purpose",
        "agents": [{"id": "ada"}],
        "steps": [
            {
                "do": {"type": "submit", "ticket": {"id": "T-1"}},
                "events": [{"type": "submitted"}, {"type": "queued"}, {"type": "assigned", "agent": "bob"}],
                "holds": {"ada": []},
                "states": {"T-1": "waiting"},
                "next_due": "5m",
            }
        ],
    }
    assert len(Player(case).play().differences) == 4

"""`assign`: the same answer from every kind of rows, in their kind."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timezone
from typing import Any

import deskmatch
import numpy
import pandas
import polars
import pytest

TICKETS: list[dict[str, Any]] = [
    {"id": "T-1", "queue": "sales", "skills": [{"skill": "german", "level": 50}], "attributes": {"plan": "gold"}},
    {"id": "T-2", "queue": "sales", "size": 2},
    {"id": "T-3", "skills": [{"skill": "klingon"}]},
]
AGENTS: list[dict[str, Any]] = [
    {"id": "ada", "skills": {"german": 80}, "capacity": {"units": 2}},
    {"id": "bob", "capacity": {"units": 3}},
]

TICKET_COLUMNS = {
    "id": ["T-1", "T-2", "T-3"],
    "queue": ["sales", "sales", None],
    "skills": ["german:50", None, "klingon"],
    "size": [None, 2, None],
    "attribute.plan": ["gold", None, None],
}
AGENT_COLUMNS = {"id": ["ada", "bob"], "skills": ["german:80", None], "capacity": [2, 3]}


class ArrowOnly:
    """What has the Arrow C data interface and nothing else."""

    def __init__(self, frame: polars.DataFrame) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


@dataclasses.dataclass
class Row:
    id: str
    queue: str | None = None
    skills: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    size: int | None = None
    attributes: dict[str, str] = dataclasses.field(default_factory=dict)


def agents_of(answer: Any) -> list[Any]:
    if isinstance(answer, pandas.DataFrame):
        return [None if pandas.isna(agent) else agent for agent in answer["agent"]]
    if isinstance(answer, polars.DataFrame):
        return answer["agent"].to_list()
    return [row["agent"] for row in answer]


def test_every_kind_of_rows_gives_the_same_in_its_kind() -> None:
    by_list = deskmatch.assign(TICKETS, AGENTS)
    assert agents_of(by_list) == ["ada", "bob", None]
    assert [row["state"] for row in by_list] == ["assigned", "assigned", "waiting"]
    by_class = deskmatch.assign([Row(**ticket) for ticket in TICKETS], [deskmatch.Agent.from_dict(agent) for agent in AGENTS])
    assert by_class == by_list
    frame = pandas.DataFrame(TICKET_COLUMNS, index=["x", "y", "z"])
    by_pandas = deskmatch.assign(frame, pandas.DataFrame(AGENT_COLUMNS))
    assert isinstance(by_pandas, pandas.DataFrame)
    assert list(by_pandas.index) == ["x", "y", "z"]
    assert agents_of(by_pandas) == agents_of(by_list)
    by_polars = deskmatch.assign(polars.DataFrame(TICKET_COLUMNS), polars.DataFrame(AGENT_COLUMNS))
    assert isinstance(by_polars, polars.DataFrame)
    assert by_polars.to_dicts() == by_list
    by_arrow = deskmatch.assign(ArrowOnly(polars.DataFrame(TICKET_COLUMNS)), ArrowOnly(polars.DataFrame(AGENT_COLUMNS)))
    assert agents_of(by_arrow) == agents_of(by_list)


def test_the_best_plan_serves_the_most() -> None:
    agents = [{"id": "ada", "skills": {"german": 90}}, {"id": "bob"}]
    tickets = [{"id": "T-1", "created": 0}, {"id": "T-2", "skills": [{"skill": "german"}], "created": 0}]
    assert sorted(agents_of(deskmatch.assign(tickets, agents, strategy="optimal"))) == ["ada", "bob"]


@pytest.mark.parametrize(
    "strategy",
    ["round_robin", "longest_idle", "least_loaded", "fair_share", "weighted", "lexicographic", "random_weighted", "optimal"],
)
def test_every_strategy_can_be_named(strategy: str) -> None:
    answer = deskmatch.assign(TICKETS, AGENTS, strategy=strategy, reasons=True)
    assert answer[0]["strategy"] == strategy
    assert "klingon" in answer[2]["reason"]


def test_moments_of_frames_know_their_zone() -> None:
    due = datetime(2026, 1, 1, tzinfo=timezone.utc)
    for frame in (pandas.DataFrame({"id": ["T-1"], "due": [due]}), polars.DataFrame({"id": ["T-1"], "due": [due]})):
        assert agents_of(deskmatch.assign(frame, AGENTS)) in (["ada"], ["bob"])
    naive = pandas.DataFrame({"id": ["T-1"], "due": [datetime(2026, 1, 1)]})
    with pytest.raises(deskmatch.InvalidArgumentError, match="time zone"):
        deskmatch.assign(naive, AGENTS)


def test_faults_name_their_row() -> None:
    with pytest.raises(deskmatch.InvalidArgumentError) as caught:
        deskmatch.assign([{"id": "T-1"}, {"id": "T-2", "size": -1}], AGENTS)
    assert caught.value.path == "tickets[1].size"
    with pytest.raises(deskmatch.DuplicateTicketError) as again:
        deskmatch.assign([{"id": "T-1"}, {"id": "T-1"}], AGENTS)
    assert again.value.path == "tickets[1]"
    with pytest.raises(deskmatch.InvalidArgumentError, match=r"attribute\.colour"):
        deskmatch.assign(pandas.DataFrame({"id": ["T-1"], "colour": ["red"]}), AGENTS)
    with pytest.raises(deskmatch.DeskmatchError):
        deskmatch.assign([{"id": "T-1", "size": numpy.nan}], AGENTS)


def test_nothing_gives_nothing() -> None:
    assert deskmatch.assign([], []) == []
    assert deskmatch.assign(pandas.DataFrame({"id": []}), AGENTS).empty

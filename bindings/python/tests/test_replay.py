"""`replay`: figures, progress, and stopping."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import deskmatch
import pandas
import polars
import pytest
from conftest import ROOT

LOG = ROOT / "examples" / "incidents" / "incidents.csv.gz"
TWO = {"balanced": deskmatch.Policy.ready_made("balanced"), "technical": deskmatch.Policy.ready_made("technical_support")}


def test_a_log_gives_the_figures_of_the_command_line() -> None:
    report = deskmatch.replay(LOG, TWO, handle_time="lognormal:2h,1.0")
    assert report.policies == ["log (data)", "balanced", "technical"]
    again = deskmatch.replay(LOG.read_bytes(), TWO, handle_time="lognormal:2h,1.0")
    assert str(again) == str(report)
    # As the README of the repository prints it.
    figures = [line.split() for line in str(report).splitlines()]
    assert ["p50", "-", "7m", "8s", "12m", "31s", "model"] in figures
    assert "<pre>" in report._repr_html_()


def test_progress_is_told_and_may_end_it() -> None:
    told: list[tuple[str, int, int]] = []
    deskmatch.replay(LOG, progress=lambda *each: told.append(each))
    assert told[-1] == ("balanced", 1_500, 1_500)
    assert [arrived for _, arrived, _ in told] == sorted(arrived for _, arrived, _ in told)

    def stop(policy: str, arrived: int, tickets: int) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        deskmatch.replay(LOG, progress=stop)
    deskmatch.replay(LOG, limit=10, progress=True)


MINUTE = 60_000
TICKETS: list[dict[str, Any]] = [
    {"id": "T-1", "created": 0, "resolved": 30 * MINUTE, "handle_time": "20m", "queue": "net", "agent": "ada", "skills": ["vpn"]},
    {"id": "T-2", "created": 5 * MINUTE, "resolved": 60 * MINUTE, "queue": "net", "agent": "ada", "skills": ["vpn", "mail"]},
    {"id": "T-3", "created": 6 * MINUTE, "queue": "net", "priority": "high", "requester": "cy", "attributes": {"tier": 2}},
]
AGENTS: list[dict[str, Any]] = [
    {"id": "ada", "skills": {"vpn": 80, "mail": 50}, "queues": [{"queue": "net"}], "weight": 2},
    {"id": "bob", "queues": [{"queue": "net"}], "capacity": {"units": 2}, "weight": 1},
]
LOG_OF_THEM = b"""number,opened_at,resolved_at,took,assignment_group,resolved_by,category,priority,caller_id,tier
T-1,1/1/1970 00:00,1/1/1970 00:30,20,net,ada,vpn,,,
T-2,1/1/1970 00:05,1/1/1970 01:00,,net,ada,vpn;mail,,,
T-3,1/1/1970 00:06,,,net,,,high,cy,2
"""
MAPPING = {
    "fields": {
        "id": "number",
        "created": "opened_at",
        "resolved": "resolved_at",
        "handle_time": "took",
        "queue": "assignment_group",
        "agent": "resolved_by",
        "skills": "category",
        "priority": "priority",
        "requester": "caller_id",
    },
    "attributes": ["tier"],
    "times": ["dmy"],
    "units": {"handle_time": "m"},
    "skill_separator": ";",
}


@pytest.mark.parametrize("staff", [None, AGENTS])
def test_tickets_in_memory_give_what_the_same_log_gives(tmp_path: Path, staff: Any) -> None:
    (tmp_path / "mapping.json").write_text(json.dumps(MAPPING))
    (tmp_path / "log.csv").write_bytes(LOG_OF_THEM)
    csv = "id,skills,queues,capacity,weight\nada,vpn:80;mail:50,net,1,2\nbob,,net,2,1\n"
    (tmp_path / "agents.csv").write_text(csv)
    options: dict[str, Any] = {"handle_time": "exponential:15m", "seed": 7, "assignments": True}
    file = str(tmp_path / "agents.csv") if staff else None
    read = deskmatch.replay(tmp_path / "log.csv", TWO, mapping=str(tmp_path / "mapping.json"), agents=file, **options)
    made = deskmatch.simulate(TICKETS, staff, TWO, **options)
    assert made.to_dict()["rows"] == read.to_dict()["rows"]
    frame = made.assignments_frame("dict")
    assert frame == read.assignments_frame("dict")
    assert sorted(set(zip(frame["policy"], frame["ticket"], strict=True))) == [
        (policy, ticket["id"]) for policy in TWO for ticket in TICKETS
    ]


@dataclasses.dataclass
class Past:
    id: str
    created: datetime
    handle_time: timedelta


def test_every_kind_of_rows_is_simulated_and_answered_in_kind() -> None:
    times = [datetime(2026, 1, 1, 9, 5 * n, tzinfo=timezone.utc) for n in range(3)]
    columns: dict[str, Any] = {
        "id": ["T-1", "T-2", "T-3"],
        "created": times,
        "handle_time": [timedelta(minutes=20)] * 3,
        "skills": ["vpn;mail", None, "vpn"],
        "attribute.tier": [1, None, 2],
    }
    staff = {"id": ["ada", "bob"], "skills": ["vpn:80;mail:50", None], "capacity": [1, 1]}
    options: dict[str, Any] = {"assignments": True, "policies": {"balanced": TWO["balanced"]}}
    pandas_frame, polars_frame = pandas.DataFrame(columns), polars.DataFrame(columns)
    in_pandas = deskmatch.simulate(pandas_frame, pandas.DataFrame(staff), **options).assignments_frame()
    in_polars = deskmatch.simulate(polars_frame, polars.DataFrame(staff), **options).assignments_frame()
    assert isinstance(in_pandas, pandas.DataFrame) and isinstance(in_polars, polars.DataFrame)
    assert in_pandas.to_dict("list") == in_polars.to_dict(as_series=False)
    assert list(in_pandas["ticket"]) == ["T-1", "T-2", "T-3"]
    rows = [Past(ticket, at, timedelta(minutes=20)) for ticket, at in zip(columns["id"], times, strict=True)]
    report = deskmatch.simulate(rows, [deskmatch.Agent("ada")], assignments=True)
    assert report.assignments_frame("dict")["waited"] == [0, 15 * MINUTE, 30 * MINUTE]
    summary = report.summary_frame()
    assert isinstance(summary, pandas.DataFrame)
    assert list(summary["policy"]) == ["log (data)", "balanced"]
    assert summary["assigned"].tolist()[1] == 3
    assert isinstance(report.summary_frame("polars"), polars.DataFrame)
    assert report.summary_frame("dict").keys() == set(summary.columns)
    assert "<pre>" in report._repr_html_()


def test_a_simulation_tells_its_progress_and_may_be_ended() -> None:
    many = [{"id": f"T-{n}", "created": n * MINUTE} for n in range(2_000)]
    told: list[tuple[str, int, int]] = []
    deskmatch.simulate(many, [{"id": "ada"}], progress=lambda *each: told.append(each))
    assert told[-1] == ("balanced", 2_000, 2_000)

    def stop(policy: str, arrived: int, tickets: int) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        deskmatch.simulate(many, [{"id": "ada"}], progress=stop)


@pytest.mark.parametrize(
    ("tickets", "staff", "path"),
    [
        ([], None, "tickets"),
        ([{"id": "T-1"}], None, "tickets[0]"),
        ([*TICKETS, {"id": "T-1", "created": 0}], None, "tickets[3].id"),
        ([*TICKETS, {"id": "T-4", "created": 5, "resolved": 4}], None, "tickets[3].resolved"),
        ([{"id": "T-1", "created": datetime(2026, 1, 1)}], None, "tickets[0].created"),
        ([{"id": "T-1", "created": 0, "colour": 1}], None, "tickets[0]"),
        (TICKETS, [], "agents"),
        (TICKETS, [AGENTS[0], {"id": "bob", "shifts": [{"from": 0, "to": 1}]}], "agents[1].shifts"),
        (TICKETS, [AGENTS[0], AGENTS[0]], "agents[1].id"),
        (pandas.DataFrame({"id": ["T-1"], "created": [0], "colour": [1]}), None, "tickets.colour"),
        ("T-1", None, "tickets[0]"),
        (7, None, "tickets"),
    ],
)
def test_what_cannot_be_simulated_is_named(tickets: Any, staff: Any, path: str) -> None:
    with pytest.raises(deskmatch.DeskmatchError) as caught:
        deskmatch.simulate(tickets, staff)
    assert path in (caught.value.path or str(caught.value))


def test_the_simulation_of_every_language_has_the_same_answers() -> None:
    """The file that Rust, Python and Node all simulate."""
    file = json.loads((ROOT / "tests" / "tests" / "simulation.json").read_text())
    report = deskmatch.simulate(file["tickets"], file["agents"], file["policies"], assignments=True, **file["model"])
    frame = report.assignments_frame("dict")
    names = list(file["policies"])
    rows = [dict(zip(frame, values, strict=True)) for values in zip(*frame.values(), strict=True)]
    assert [{**row, "policy": names.index(row["policy"])} for row in rows] == file["answers"]["assignments"]
    assert report.to_dict()["rows"] == file["answers"]["rows"]


def test_frames_that_cannot_be_made_are_refused() -> None:
    report = deskmatch.simulate(TICKETS)
    with pytest.raises(deskmatch.InvalidArgumentError, match="assignments=True"):
        report.assignments_frame()
    with pytest.raises(deskmatch.InvalidArgumentError, match="kind"):
        report.summary_frame("parquet")  # type: ignore[arg-type]


def test_what_is_wrong_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        deskmatch.replay(tmp_path / "nowhere.csv")
    with pytest.raises(deskmatch.DeskmatchError):
        deskmatch.replay(b"number,opened_at\n")
    with pytest.raises(deskmatch.InvalidModelError):
        deskmatch.replay(LOG, handle_time="sometimes")
    with pytest.raises(deskmatch.InvalidArgumentError):
        deskmatch.replay(LOG, missed_offers=91)


def test_ctrl_c_stops_within_100_ms(tmp_path: Path) -> None:
    """A long log under ten policies, in a process of its own."""
    script = tmp_path / "long.py"
    script.write_text(
        textwrap.dedent(
            """
            import sys, time, deskmatch
            lines = ["number,opened_at,resolved_at,category,assignment_group,resolved_by"]
            for n in range(400_000):
                day, hour, minute = n // 15_000 + 1, n // 60 % 24, n % 60
                lines.append(f"T-{n},{day}/3/2016 {hour:02}:{minute:02},,c{n % 50},g{n % 20},")
                if n < 2_000:
                    lines[-1] = f"T-{n},{day}/3/2016 {hour:02}:{minute:02},{day}/3/2016 23:59,c{n % 50},g{n % 20},a{n % 300}"
            log = "\\n".join(lines).encode()
            try:
                print("begun", flush=True)
                policies = {f"p{number}": {} for number in range(10)}
                deskmatch.replay(log, policies, progress=lambda policy, arrived, of: print("plays", arrived, flush=True))
            except KeyboardInterrupt:
                print("stopped", time.time(), flush=True)
            """
        )
    )
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith("plays"):
                break
        sent = time.time()
        os.kill(process.pid, signal.SIGINT)
        rest = process.stdout.read()
    stopped = [line for line in rest.splitlines() if line.startswith("stopped")]
    assert stopped, rest[-500:]
    took = float(stopped[0].split()[1]) - sent
    print(f"stopped after {took * 1_000:.0f} ms")
    # Promised is a tenth of a second; a machine that is busy with other tests may take longer to give its turn.
    assert took < 1.0

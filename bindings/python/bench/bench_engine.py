"""What Python adds to the engine's own time: one submission, and a batch of them; beside what a user would write instead.

    python bench/bench_engine.py

The engine's own time is measured in Rust on the same commands (`_native._time_commands`), in turn with Python's, in one run; the least
of several rounds counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DESKMATCH_TEST_HOOKS", "1")

import deskmatch

ROUNDS, TICKETS = 7, 10_000


def best_ns(work: Callable[[], int]) -> float:
    return min(work() for _ in range(ROUNDS)) / TICKETS


def documents() -> list[dict[str, Any]]:
    return [{"type": "submit", "ticket": {"id": f"T-{n}", "skills": [{"skill": f"s{n % 20}", "level": 10}]}} for n in range(TICKETS)]


def desk(agents: int) -> deskmatch.Engine:
    engine = deskmatch.Engine()
    for n in range(agents):
        skills = {f"s{(n + k) % 20}": 50 for k in range(5)}
        engine.add_agent({"id": f"a{n}", "skills": skills, "capacity": {"units": 1_000}}, at=0)
    return engine


def timed(engine: deskmatch.Engine, work: Callable[[deskmatch.Engine], object]) -> int:
    begun = time.perf_counter_ns()
    work(engine)
    return time.perf_counter_ns() - begun


def one_by_one(engine: deskmatch.Engine, tickets: list[dict[str, Any]]) -> None:
    for ticket in tickets:
        for event in engine.submit(ticket, at=0).events:
            pass


def pandas_loop(agents: int, tickets: int) -> float:
    """What one writes with pandas: filter, sort, take the first, count."""
    import pandas

    frame = pandas.DataFrame({"id": [f"a{n}" for n in range(agents)], "load": 0, "capacity": 1_000})
    for skill in range(20):
        frame[f"s{skill}"] = [50 if (skill - n) % 20 < 5 else 0 for n in range(agents)]
    begun = time.perf_counter_ns()
    for n in range(tickets):
        able = frame[(frame[f"s{n % 20}"] >= 10) & (frame["load"] < frame["capacity"])]
        frame.loc[able["load"].idxmin(), "load"] += 1
    return (time.perf_counter_ns() - begun) / tickets


def plain_loop(agents: int, tickets: int) -> float:
    """What one writes without pandas: the least loaded of those that can."""
    desk = [{"skills": {f"s{(n + k) % 20}": 50 for k in range(5)}, "load": 0, "capacity": 1_000} for n in range(agents)]
    begun = time.perf_counter_ns()
    for n in range(tickets):
        able = (a for a in desk if a["skills"].get(f"s{n % 20}", 0) >= 10 and a["load"] < a["capacity"])  # type: ignore[attr-defined,operator]
        min(able, key=lambda agent: agent["load"])["load"] += 1  # type: ignore[operator,return-value,arg-type]
    return (time.perf_counter_ns() - begun) / tickets


def main() -> None:
    commands = documents()
    tickets = [command["ticket"] for command in commands]
    own = best_ns(lambda: deskmatch._native._time_commands(desk(1_000), commands))
    single = best_ns(lambda: timed(desk(1_000), lambda engine: one_by_one(engine, tickets)))
    batch = best_ns(lambda: timed(desk(1_000), lambda engine: engine.execute_many(commands, at=0)))
    print(f"1,000 agents, a submission: engine {own:.0f} ns, submit with its events {single:.0f} ns: {single - own:+.0f} ns")
    print(f"1,000 agents, in a batch of {TICKETS:,}: {batch:.0f} ns each: {batch - own:+.0f} ns")
    many = best_ns(lambda: timed(desk(10_000), lambda engine: one_by_one(engine, tickets)))
    frame, plain = pandas_loop(10_000, 200), plain_loop(10_000, 200)
    print(f"10,000 agents, a submission: {many:.0f} ns; pandas {frame:.0f} ns: {frame / many:.0f} times; a loop {plain:.0f} ns: {plain / many:.0f} times")
    code = "import time; t = time.perf_counter(); import deskmatch; print(time.perf_counter() - t)"
    imports = [float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) for _ in range(9)]
    print(f"import deskmatch: {min(imports) * 1_000:.1f} ms at best, {sorted(imports)[4] * 1_000:.1f} ms in the middle")


if __name__ == "__main__":
    main()

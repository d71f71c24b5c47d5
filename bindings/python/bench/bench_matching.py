"""`linear_sum_assignment` beside the Rust call and SciPy's, and `assign` beside its solver, in one run.

    python bench/bench_matching.py
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DESKMATCH_TEST_HOOKS", "1")

import deskmatch
import numpy
import pandas
import polars
import scipy.optimize


def seconds(work: Callable[[], object], rounds: int = 5) -> float:
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def main() -> None:
    cost = numpy.random.default_rng(1).random((2_000, 2_000))
    taken = []
    # In turn, so that whatever else the machine does strikes both.
    for _ in range(30):
        rust = deskmatch._native._time_matrix(cost) / 1e9
        taken.append((seconds(lambda: deskmatch.linear_sum_assignment(cost), 1), rust))
    ours, rust = (min(times) for times in zip(*taken, strict=True))
    theirs = seconds(lambda: scipy.optimize.linear_sum_assignment(cost), 2)
    print(f"2,000 x 2,000: Python {ours * 1e3:.1f} ms, Rust {rust * 1e3:.1f} ms ({ours / rust - 1:+.1%}), SciPy {theirs * 1e3:.1f} ms")
    count = 100_000
    columns: dict[str, Any] = {"id": [f"T-{n}" for n in range(count)], "skills": [f"s{n % 20}:10" for n in range(count)]}
    agents = [{"id": f"a{n}", "skills": {f"s{n % 20}": 50}, "capacity": {"units": 200}} for n in range(1_000)]
    for name, frame in (("pandas", pandas.DataFrame(columns)), ("polars", polars.DataFrame(columns))):
        begun = time.perf_counter()
        deskmatch.assign(frame, agents)
        whole = time.perf_counter() - begun
        solver = deskmatch._native._solver_ns() / 1e9
        print(f"assign of {count:,} from {name}: {whole:.2f} s, the border {whole - solver:.2f} s, the solver {solver:.2f} s")


if __name__ == "__main__":
    main()

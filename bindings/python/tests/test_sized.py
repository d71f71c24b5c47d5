"""Rows of several sizes: answers judged by trying everything, and Ctrl-C."""

from __future__ import annotations

import itertools
import random
import signal
import threading
import time
from typing import Any

import deskmatch
import numpy
import pytest
import scipy.sparse


def best(costs: Any, sizes: list[int], capacities: list[int], maximize: bool, unmatched: int | None) -> float | None:
    """The best total by trying everything; None where nothing fits."""
    found: float | None = None
    places: list[int | None] = [*range(len(capacities)), *([None] if unmatched is not None else [])]
    for choice in itertools.product(places, repeat=len(sizes)):
        room, total = list(capacities), 0.0
        for row, column in enumerate(choice):
            if column is None:
                assert unmatched is not None
                total += unmatched
            else:
                room[column] -= sizes[row]
                total += costs[row, column]
        if min(room, default=0) >= 0 and numpy.isfinite(total):
            found = total if found is None else max(found, total) if maximize else min(found, total)
    return found


def test_answers_are_those_of_trying_everything() -> None:
    draw = random.Random(7)
    infeasible = 0
    for _ in range(200):
        rows, columns, maximize = draw.randrange(6), draw.randrange(1, 4), draw.random() < 0.5
        forbidden = -numpy.inf if maximize else numpy.inf
        costs = numpy.array(
            [[forbidden if draw.random() < 0.15 else draw.randrange(-20, 20) for _ in range(columns)] for _ in range(rows)], dtype=float
        ).reshape(rows, columns)
        sizes = [draw.randrange(6) for _ in range(rows)]
        capacities = [draw.randrange(12) for _ in range(columns)]
        unmatched = draw.choice([None, draw.randrange(-20, 20)])
        wanted = best(costs, sizes, capacities, maximize, unmatched)
        if wanted is None:
            infeasible += 1
            with pytest.raises(deskmatch.InfeasibleError):
                deskmatch.assign_sized(costs, sizes, capacities, maximize, unmatched=unmatched)
            continue
        answer = deskmatch.assign_sized(costs, sizes, capacities, maximize, unmatched=unmatched)
        assert (answer.objective, answer.bound, answer.gap, answer.proved) == (wanted, wanted, 0, True)
        sparse = [{column: int(cost) for column, cost in enumerate(row) if numpy.isfinite(cost)} for row in costs]
        again = deskmatch.assign_sized(sparse, sizes, capacities, maximize, unmatched=unmatched)
        assert again.columns == answer.columns
        used = [0] * columns
        for size, column in zip(sizes, answer.columns, strict=True):
            if column is not None:
                used[column] += size
        assert all(units <= room for units, room in zip(used, capacities, strict=True))
    assert 20 < infeasible < 150


def hard() -> tuple[Any, Any, list[int]]:
    """Rows that fill their columns and cost more where they are smaller: more than a few million steps can prove."""
    row, column = numpy.ogrid[:60, :10]
    sizes = 1 + (row * row * 37 + column * column * 101 + row * column * 13) % 100
    return 111 - sizes + (row * 17 + column * 29 + row * column * 7) % 21, sizes, [238] * 10


def test_an_answer_that_is_not_proved_says_how_far_it_may_be_from_the_best() -> None:
    costs, sizes, capacities = hard()
    answer = deskmatch.assign_sized(costs, sizes, capacities, steps=3_000_000)
    assert not answer.proved
    assert 0 < answer.gap == answer.objective - answer.bound < answer.bound / 50
    assert repr(answer) == f"<deskmatch.SizedAssignment: 60 rows matched, objective {answer.objective}, gap {answer.gap}>"
    again = deskmatch.assign_sized(costs.astype(float), sizes, capacities, steps=3_000_000)
    assert (again.columns, again.bound, again.steps) == (answer.columns, answer.bound, answer.steps)


def test_the_forms_of_a_problem_are_one() -> None:
    costs = numpy.array([[4, 9], [6, 5], [3, 8]])
    sizes, capacities = [3, 2, 2], [5, 4]
    answer = deskmatch.assign_sized(costs, sizes, capacities)
    same: list[tuple[Any, Any, Any]] = [
        (costs.tolist(), numpy.array(sizes), numpy.array(capacities)),
        (numpy.asfortranarray(costs.astype("float32")), tuple(sizes), capacities),
        (costs.astype("int8")[:, ::-1][:, ::-1], numpy.repeat(numpy.array(sizes)[:, None], 2, axis=1), capacities),
        (costs.astype("uint16"), [[3, 3], [2, 2], [2, 2]], capacities),
        ([dict(enumerate(row)) for row in costs.tolist()], sizes, capacities),
        ([{column: (value, size) for column, value in enumerate(row)} for row, size in zip(costs.tolist(), sizes, strict=True)], None, capacities),
        (scipy.sparse.csr_matrix(costs), sizes, capacities),
    ]
    for given, its_sizes, room in same:
        assert deskmatch.assign_sized(given, its_sizes, room).columns == answer.columns


@pytest.mark.parametrize(
    ("costs", "sizes", "capacities", "error"),
    [
        ([[1, 2]], [1, 2], [3, 3], deskmatch.InvalidArgumentError),
        ([[1, 2]], None, [3, 3], deskmatch.InvalidArgumentError),
        ([[1, 2]], [-1], [3, 3], deskmatch.InvalidArgumentError),
        ([[1, 2]], [[1]], [3, 3], deskmatch.InvalidArgumentError),
        ([[1, 2]], [1.5], [3, 3], deskmatch.InvalidArgumentError),
        ([[1, 2]], [1], [3], deskmatch.LengthMismatchError),
        ([[1, 2]], [1], ["x", 3], deskmatch.InvalidArgumentError),
        ([1, 2], [1, 1], [3], deskmatch.InvalidArgumentError),
        ([[1.5, 2]], [1], [3, 3], deskmatch.ValueOutOfRangeError),
        ([[float("nan"), 2]], [1], [3, 3], deskmatch.NotANumberError),
        ([[1, 2]], [9], [3, 3], deskmatch.InfeasibleError),
        ([{5: 1}], [1], [3], deskmatch.ColumnOutOfRangeError),
        ([{0: (1, 2)}], [1], [3], deskmatch.InvalidArgumentError),
        ([{0: 1}], None, [3], deskmatch.InvalidArgumentError),
        (scipy.sparse.csr_matrix(numpy.array([[1.5, 2.0]])), [1], [3, 3], deskmatch.InvalidArgumentError),
        (scipy.sparse.csr_matrix(numpy.array([[1, 2]])), [1], [3], deskmatch.InvalidArgumentError),
    ],
    ids=repr,
)
def test_what_does_not_fit_together_is_refused(costs: Any, sizes: Any, capacities: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        deskmatch.assign_sized(costs, sizes, capacities)


def test_steps_that_are_too_few_to_find_anything_are_an_error() -> None:
    """The sizes leave one unit of all: nothing is found at once, and nothing is proved."""
    sizes = [51 + number * 7 % 29 for number in range(16)]
    with pytest.raises(deskmatch.OutOfStepsError):
        deskmatch.assign_sized([[0] * 4 for _ in sizes], sizes, [262] * 4, steps=0)


def test_ctrl_c_ends_it_and_other_threads_run_meanwhile() -> None:
    # A shell starts what it runs in the background deaf to it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        ctrl_c()
    finally:
        signal.signal(signal.SIGINT, before)


def ctrl_c() -> None:
    turns = 0

    def work() -> None:
        nonlocal turns
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            turns += 1
            time.sleep(0.001)
        signal.raise_signal(signal.SIGINT)

    thread = threading.Thread(target=work)
    thread.start()
    costs, sizes, capacities = hard()
    # So many steps would take centuries: work that cannot be ended would never come back.
    with pytest.raises(KeyboardInterrupt):
        deskmatch.assign_sized(costs, sizes, capacities, steps=2**62)
    thread.join()
    assert turns > 20

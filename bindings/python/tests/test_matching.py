"""The solvers: in SciPy's place, and beside it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import deskmatch
import numpy
import pytest
import scipy.optimize
from scipy.optimize.tests import test_linear_assignment


def test_scipys_own_tests_pass_with_ours_in_its_place(tmp_path: Path) -> None:
    """SciPy's file is taken from the installed package, not copied here."""
    plugin = tmp_path / "ours.py"
    plugin.write_text(
        "import deskmatch, scipy.optimize\n"
        "import scipy.optimize._lsap\n"
        "scipy.optimize.linear_sum_assignment = deskmatch.linear_sum_assignment\n"
    )
    assert test_linear_assignment.__file__
    command = [sys.executable, "-m", "pytest", "-q", "-p", "ours", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    command += ["--noconftest", "-c", "/dev/null", test_linear_assignment.__file__]
    import subprocess

    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)})
    assert run.returncode == 0, run.stdout + run.stderr
    assert " passed" in run.stdout
    assert int(run.stdout.split(" passed")[0].split()[-1]) >= 20, run.stdout


def shapes() -> Iterator[Any]:
    random = numpy.random.default_rng(7)
    for rows, columns in [(1, 1), (5, 5), (8, 3), (3, 8), (40, 40), (60, 45), (150, 150)]:
        for dtype in (numpy.float64, numpy.float32, numpy.int64, numpy.int32):
            yield (random.random((rows, columns)) * 1_000 - 300).astype(dtype)


@pytest.mark.parametrize("maximize", [False, True])
@pytest.mark.parametrize("layout", ["C", "F", "strided"])
def test_the_sum_is_scipys(layout: str, maximize: bool) -> None:
    for cost in shapes():
        given = numpy.repeat(cost, 2, axis=1)[:, ::2] if layout == "strided" else numpy.asarray(cost, order=layout)  # type: ignore[call-overload]
        rows, columns = deskmatch.linear_sum_assignment(given, maximize=maximize)
        their_rows, their_columns = scipy.optimize.linear_sum_assignment(cost, maximize=maximize)
        assert rows.dtype == their_rows.dtype
        assert columns.dtype == their_columns.dtype
        assert len(rows) == len(columns) == len(their_rows)
        assert (rows[1:] > rows[:-1]).all()
        assert len(set(columns.tolist())) == len(columns)
        as_sum = cost.astype(float)
        assert as_sum[rows, columns].sum() == pytest.approx(as_sum[their_rows, their_columns].sum(), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "int32"])
def test_only_what_does_not_lie_in_one_piece_is_copied(dtype: str) -> None:
    cost = numpy.arange(12).reshape(3, 4).astype(dtype)
    assert not deskmatch.assign_dense(cost).copied
    assert not deskmatch.assign_dense(numpy.asfortranarray(cost)).copied
    assert deskmatch.assign_dense(cost[:, ::2]).copied
    assert deskmatch.assign_dense(cost.astype("int16")).copied


@pytest.mark.parametrize(
    "cost",
    [
        [[1, 2], [3]],
        [["a"]],
        [[None]],
        [[1j]],
        numpy.zeros((2, 2, 2)),
        numpy.zeros(3),
        7,
        numpy.array([[numpy.nan]]),
        numpy.array([[-numpy.inf]]),
        numpy.array([[numpy.inf]]),
        numpy.array([["x"]]),
        numpy.array([[object()]]),
    ],
    ids=repr,
)
def test_what_scipy_refuses_is_refused_with_the_same_class(cost: Any) -> None:
    with pytest.raises((ValueError, TypeError)) as theirs:
        scipy.optimize.linear_sum_assignment(cost)
    with pytest.raises(theirs.type):
        deskmatch.linear_sum_assignment(cost)


def test_integers_at_the_ends_of_their_range_are_taken_as_scipy_takes_them() -> None:
    low, high = numpy.iinfo(numpy.int64).min, numpy.iinfo(numpy.int64).max
    cost = numpy.array([[low, 0, high], [0, 5, high]])
    for ours, theirs in zip(deskmatch.linear_sum_assignment(cost), scipy.optimize.linear_sum_assignment(cost), strict=True):
        numpy.testing.assert_array_equal(ours, theirs)


def test_prices_prove_a_dense_answer() -> None:
    cost = numpy.array([[90, 80, 75, 70], [35, 85, 55, 65], [125, 95, 90, 95], [45, 110, 95, 115], [50, 100, 90, 100]])
    answer = deskmatch.assign_dense(cost)
    assert answer.objective == 265
    assert answer.columns == (3, 2, 1, 0, None)
    prices = answer.row_prices[:, None] + answer.column_prices[None, :]
    assert (prices >= -cost).all()


def test_columns_take_as_many_rows_as_they_have_room_for() -> None:
    problem = deskmatch.AssignmentProblem([{0: 9, 1: 8}, {0: 7}, {1: 2}, {}], columns=2, capacities=[1, 2])
    answer = problem.solve(maximize=True, cover="most")
    assert answer.columns == (1, 0, 1, None)
    assert (answer.objective, answer.matched, answer.method) == (17, 3, "shortest_paths")
    problem.verify(answer)
    with pytest.raises(deskmatch.InfeasibleError):
        problem.solve()
    other = deskmatch.AssignmentProblem([{0: 9}, {0: 7}, {1: 2}, {}], columns=2, capacities=[1, 2])
    with pytest.raises(deskmatch.InvalidSolutionError):
        other.verify(answer)


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([{5: 1}], deskmatch.ColumnOutOfRangeError),
        ([[(0, 1), (0, 2)]], deskmatch.DuplicateArcError),
        ([{0: 2**70}], deskmatch.InvalidArgumentError),
        ([{-1: 2}], deskmatch.InvalidArgumentError),
        ([{0: 1.5}], deskmatch.InvalidArgumentError),
        ([{0: float("nan")}], deskmatch.InvalidArgumentError),
    ],
)
def test_a_row_that_cannot_be_is_refused(rows: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        deskmatch.AssignmentProblem(rows, columns=2)

"""Compares every method of deskmatch-matching with SciPy and OR-Tools on random problems of every family.

usage: verify.py BINARY COUNT SEED

BINARY is `solve_many`, built in release mode; it gets the problems as a stream and answers a line each. Every answer of ours
comes with a certificate that it checks itself. The objective must equal that of SciPy (dense: linear_sum_assignment, sparse:
min_weight_full_bipartite_matching) and of OR-Tools (SimpleLinearSumAssignment, SimpleMinCostFlow); where there is no assignment, all
must say so. Prints a table of families and ends with status 1 on any disagreement.
"""

import collections
import itertools
import math
import struct
import subprocess
import sys

import numpy as np
from ortools.graph.python import linear_sum_assignment as lsa
from ortools.graph.python import min_cost_flow
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

FORBIDDEN = np.iinfo(np.int64).min
INFEASIBLE = "infeasible"
# How many problems go through one run of the binary.
BATCH = 1000
# Whole numbers up to here are sums that SciPy's doubles hold exactly.
EXACT = 2**44
# What OR-Tools can scale by the number of nodes.
ORTOOLS_LIMIT = 2**40


# ---- families: each makes a problem from a generator of random numbers


def shape(rng, most=40):
    return int(rng.integers(1, most + 1)), int(rng.integers(1, most + 1))


def square(rng, most=40):
    return (int(rng.integers(1, most + 1)),) * 2


def forbid(rng, values, share):
    values = values.copy()
    values[rng.random(values.shape) < share] = FORBIDDEN
    return values


def geometric(rng, size):
    ours, theirs = rng.random((size[0], 2)), rng.random((size[1], 2))
    return np.hypot(*(ours[:, None, :] - theirs[None, :, :]).transpose(2, 0, 1))


def products(rng):
    rows, columns = shape(rng)
    return np.outer(np.arange(1, rows + 1), np.arange(1, columns + 1)).astype(np.int64)


def progression(rng):
    rows, columns = shape(rng)
    ratio = rng.uniform(1.01, 2.0)
    return ratio ** ((np.arange(rows)[:, None] * columns + np.arange(columns)) % int(rng.integers(2, 60)))


def near_the_limits(rng):
    size = square(rng, 6)
    powers = np.array([1 << int(k) for k in rng.integers(40, 63, size[0] * size[1])], dtype=np.int64)
    return (powers * rng.choice([-1, 1], powers.size) + rng.integers(-3, 4, powers.size)).reshape(size)


def permutation_like(rng):
    size = int(rng.integers(1, 41))
    values = rng.integers(1, 5, (size, size)) * 1000
    values[np.arange(size), rng.permutation(size)] = rng.integers(0, 2, size)
    return values


def mixed(rng):
    size = shape(rng, 25)
    return rng.random(size) * 10.0 ** rng.integers(-30, 31, size)


def low_rank(rng):
    rows, columns = shape(rng)
    return rng.integers(0, 6, (rows, 3)) @ rng.integers(0, 6, (3, columns))


def contested(rng):
    """Squares beyond the size of whole rows, whose rows want the same columns: bids come first."""
    size = (int(rng.integers(201, 401)),) * 2
    noise = rng.random(size) * 10.0 ** rng.integers(-6, 0)
    rows, columns = rng.random((size[0], 1)), rng.random((1, size[1]))
    return [geometric(rng, size), rows * columns + noise, rows + columns + noise][rng.integers(3)]


def capacitated(rng, slack):
    # Problems of 200 rows or more are sold by auction, so a tenth is of that size.
    rows = int(rng.integers(200, 260)) if rng.random() < 0.1 else int(rng.integers(1, 60))
    columns = int(rng.integers(1, max(2, rows // 3)))
    share = rng.uniform(0.1, 0.9)
    values = forbid(rng, rng.integers(0, rng.choice([4, 1000, 10**6]), (rows, columns)), share)
    empty = (values == FORBIDDEN).all(axis=1)
    values[empty, rng.integers(0, columns, rows)[empty]] = 7
    capacities = np.full(columns, rows // columns) + (np.arange(columns) < rows % columns)
    if slack:
        capacities = np.ceil(capacities * rng.uniform(1.05, 2.0)).astype(int) + rng.integers(0, 2, columns)
    return values, capacities


def crowded(rng):
    values, capacities = capacitated(rng, False)
    return values, np.floor(capacities * rng.uniform(0.2, 1.0)).astype(int)


FAMILIES = {
    "uniform": lambda rng: rng.random(shape(rng)),
    "uniform, large": lambda rng: rng.random(square(rng, 150)),
    "whole numbers to a million": lambda rng: rng.integers(0, 10**6, shape(rng)),
    "negative whole numbers": lambda rng: rng.integers(-1000, 1001, shape(rng)),
    "small whole numbers, ties": lambda rng: rng.integers(0, rng.integers(2, 7), shape(rng)),
    "all equal": lambda rng: np.full(shape(rng), rng.integers(-5, 6)),
    "products i * j": products,
    "low rank": low_rank,
    "contested, large": contested,
    "geometric": lambda rng: geometric(rng, shape(rng)),
    "geometric, whole": lambda rng: (geometric(rng, square(rng)) * 1000).astype(np.int64),
    "geometric progressions": progression,
    "powers of two near the limits": near_the_limits,
    "denormals": lambda rng: rng.integers(0, 2**20, shape(rng)) * 5e-324,
    "huge and tiny mixed": mixed,
    "permutation-like": permutation_like,
    "70 % forbidden": lambda rng: forbid(rng, rng.integers(0, 100, shape(rng)), 0.7),
    "95 % forbidden": lambda rng: forbid(rng, rng.integers(0, 100, square(rng, 80)), 0.95),
    "30 % forbidden, reals": lambda rng: np.where(rng.random(size := shape(rng)) < 0.3, np.inf, rng.random(size)),
    "wide": lambda rng: rng.integers(0, 1000, (int(rng.integers(1, 15)), int(rng.integers(30, 150)))),
    "tall": lambda rng: rng.integers(0, 1000, (int(rng.integers(30, 150)), int(rng.integers(1, 15)))),
    "empty": lambda rng: np.zeros([(0, 0), (0, 3), (3, 0)][rng.integers(3)], dtype=np.int64),
    "capacities, tight": lambda rng: capacitated(rng, False),
    "capacities, slack": lambda rng: capacitated(rng, True),
    "capacities, too few places": crowded,
}


# ---- what others say


def by_scipy(values, maximise):
    """The objective; exact where SciPy's choice is summed in whole numbers."""
    costs = values
    if values.dtype.kind == "i":
        costs = np.where(values == FORBIDDEN, -np.inf if maximise else np.inf, values.astype(float))
    try:
        rows, columns = linear_sum_assignment(costs, maximize=maximise)
    except ValueError:
        return INFEASIBLE
    picked = values[rows, columns]
    return sum(map(int, picked)) if values.dtype.kind == "i" else float(picked.astype(float).sum())


def by_scipy_sparse(values, maximise):
    allowed = values != FORBIDDEN
    # A weight of zero is no weight to SciPy: all are made positive.
    shift = 1 - int(values[allowed].min()) if not maximise else 1 + int(values[allowed].max())
    weights = np.where(allowed, (values if not maximise else -values) + shift, 0)
    try:
        rows, columns = min_weight_full_bipartite_matching(csr_matrix(weights.astype(float)))
    except ValueError:
        return INFEASIBLE
    return int(values[rows, columns].sum())


def by_ortools(values, maximise):
    solver = lsa.SimpleLinearSumAssignment()
    rows, columns = np.nonzero(values != FORBIDDEN)
    costs = values[rows, columns] * (-1 if maximise else 1)
    if len(set(rows)) < len(values) or len(set(columns)) < len(values):
        return INFEASIBLE
    solver.add_arcs_with_cost(rows, columns, costs)
    status = solver.solve()
    if status == solver.INFEASIBLE:
        return INFEASIBLE
    assert status == solver.OPTIMAL, status
    return solver.optimal_cost() * (-1 if maximise else 1)


def by_flow(values, capacities, maximise):
    rows, columns = values.shape
    solver = min_cost_flow.SimpleMinCostFlow()
    tails, heads = np.nonzero(values != FORBIDDEN)
    costs = values[tails, heads] * (-1 if maximise else 1)
    solver.add_arcs_with_capacity_and_unit_cost(tails, heads + rows, np.ones(len(tails), dtype=int), costs)
    solver.add_arcs_with_capacity_and_unit_cost(
        np.arange(columns) + rows, np.full(columns, rows + columns), capacities, np.zeros(columns, dtype=int)
    )
    places = int(capacities.sum())
    # Where there are more rows than places, as many as there are places must be matched: to stay out costs more than any way round.
    out = (1 + 2 * int(np.abs(costs).max(initial=0))) * (rows + 1)
    ways_out = solver.add_arcs_with_capacity_and_unit_cost(
        np.arange(rows), np.full(rows, rows + columns), np.full(rows, int(rows > places)), np.full(rows, out)
    )
    solver.set_nodes_supplies(np.append(np.arange(rows), rows + columns), np.append(np.ones(rows, dtype=int), -rows))
    status = solver.solve()
    if status == solver.INFEASIBLE:
        return INFEASIBLE
    assert status == solver.OPTIMAL, status
    left_out = int(solver.flows(ways_out).sum())
    if rows > places > rows - left_out:
        return INFEASIBLE
    return (solver.optimal_cost() - left_out * out) * (-1 if maximise else 1)


def by_trying(values, maximise):
    best = max if maximise else min
    whole = [[int(value) for value in row] for row in values]
    orders = itertools.permutations(range(len(whole)))
    return best(sum(row[column] for row, column in zip(whole, order)) for order in orders)


# ---- one problem


def write(problem, maximise):
    if isinstance(problem, tuple):
        values, capacities = problem
        rows, columns = np.nonzero(values != FORBIDDEN)
        ends = np.searchsorted(rows, np.arange(len(values)), side="right")
        lists = [capacities.astype("<u4"), ends.astype("<u4"), columns.astype("<u4"), values[rows, columns].astype("<i8")]
        return struct.pack("<BBII", 2, maximise, *values.shape) + b"".join(part.tobytes() for part in lists)
    kind = "<i8" if problem.dtype.kind == "i" else "<f8"
    return struct.pack("<BBII", kind == "<f8", maximise, *problem.shape) + problem.astype(kind).tobytes()


def expected(problem, maximise):
    """What others say: a dictionary of names and objectives, by the kind of number that they apply to."""
    if isinstance(problem, tuple):
        return {"whole": {"OR-Tools flow": by_flow(*problem, maximise)}}
    if problem.dtype.kind != "i":
        with np.errstate(over="ignore", under="ignore"):
            narrow = problem.astype(np.float32)
        return {"real": {"SciPy": by_scipy(problem, maximise)}, "narrow": {"SciPy": by_scipy(narrow, maximise)}}
    allowed = problem[problem != FORBIDDEN]
    largest = max(map(abs, map(int, (allowed.min(), allowed.max())))) if allowed.size else 0
    if largest > EXACT:
        return {"whole": {"trying everything": by_trying(problem, maximise)}}
    said = {"SciPy": by_scipy(problem, maximise)}
    if allowed.size:
        said["SciPy sparse"] = by_scipy_sparse(problem, maximise)
    if problem.shape[0] == problem.shape[1] and largest <= ORTOOLS_LIMIT and problem.size:
        said["OR-Tools"] = by_ortools(problem, maximise)
    return {"whole": said}


def agree(ours, theirs, kind):
    if INFEASIBLE in (ours, theirs):
        return ours == theirs
    if kind == "whole":
        return int(float(ours)) == theirs if "." in ours or "e" in ours else int(ours) == theirs
    return math.isclose(float(ours), theirs, rel_tol=1e-9, abs_tol=0.0)


def refused(way, problem):
    """Whether a matrix of i64 is beyond the documented range of the dense solver, which then must say so."""
    if not way.startswith("i64/"):
        return False
    allowed = problem[problem != FORBIDDEN]
    largest = max(map(abs, map(int, (allowed.min(), allowed.max())))) if allowed.size else 0
    return 4 * (min(problem.shape) + 2) * largest > 2**53


def judge(line, problem, said):
    """Returns how many comparisons were made, how many were refusals, and what disagrees."""
    compared, refusals, faults = 0, 0, []
    for answer in line.split():
        way, ours = answer.split("=")
        if ours == "value_out_of_range" and refused(way, problem):
            refusals += 1
            continue
        kind = "whole" if "whole" in said else "narrow" if way.startswith("f32/") else "real"
        for name, theirs in said[kind].items():
            compared += 1
            if not agree(ours, theirs, kind):
                faults.append(f"{way} says {ours}, {name} says {theirs}")
    return compared, refusals, faults


def main():
    binary, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    families = list(FAMILIES.items())
    totals = collections.defaultdict(lambda: [0, 0, 0, 0])
    bad = 0
    for start in range(0, count, BATCH):
        batch = []
        for number in range(start, min(start + BATCH, count)):
            name, make = families[number % len(families)]
            # Each problem has a seed of its own, so that one can be made again alone.
            rng = np.random.default_rng([seed, number])
            problem, maximise = make(rng), bool(rng.integers(2))
            if maximise and not isinstance(problem, tuple) and problem.dtype.kind == "f":
                problem[np.isinf(problem)] = -np.inf
            batch.append((number, name, problem, maximise))
        stream = b"".join(write(problem, maximise) for _, _, problem, maximise in batch)
        lines = subprocess.run([binary], input=stream, stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
        assert len(lines) == len(batch), (len(lines), len(batch))
        for (number, name, problem, maximise), line in zip(batch, lines):
            compared, refusals, faults = judge(line, problem, expected(problem, maximise))
            total = totals[name]
            total[0] += 1
            total[1] += compared
            total[2] += refusals
            total[3] += len(faults)
            for fault in faults[:3]:
                print(f"problem {number} of seed {seed} ({name}, {'max' if maximise else 'min'}): {fault}", file=sys.stderr)
            bad += bool(faults)
    print("| family | problems | comparisons | refused as documented | disagreements |")
    print("|---|---|---|---|---|")
    for name in [name for name, _ in families if name in totals]:
        print(f"| {name} | {' | '.join(map(str, totals[name]))} |")
    print(f"| all | {' | '.join(str(sum(column)) for column in zip(*totals.values()))} |")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()

"""Compares deskmatch-matching with other solvers, row by row, in CPU time.

usage: compare.py [--lemon PROGRAM] HARNESS BINARY INSTANCE...

HARNESS is a directory with gen.py (makes instance files by name) and run_many.py (runs Python solvers in turn in one
process); BINARY is `deskmatch-rivals`, built in release mode. Ours runs before and after the others and the better of the two
medians counts, since the machine may change its pace in between. One line of Markdown a row.

With --lemon, the three algorithms of LEMON run on the rows that are sparse, by the program built from lemon/lemon.cpp, and the best
of them has a column of its own.
"""

import argparse
import json
import os
import subprocess
import sys

PEERS = "lapx-lapjvr,lapx-lapjvr-f32,lapx-lapjvh"
ENVIRONMENT = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", RAYON_NUM_THREADS="1")


def peers_of(name):
    family, *rest = name.split("-")
    if family == "cap":
        return "ortools-mcf"
    if family == "machol":
        return PEERS + ",pot-emd"
    if is_sparse(name):
        return PEERS + ",ortools-lsa"
    if family != "rect" and int(rest[0]) < 600:
        return PEERS + ",laprust,lapjv-f32"
    return PEERS


def is_sparse(name):
    family, *rest = name.split("-")
    return family == "cap" or (family == "hd" and rest[1] != "0")


def results(command, harness):
    done = subprocess.run(command, capture_output=True, text=True, cwd=harness, env=ENVIRONMENT)
    return [json.loads(line[7:]) for line in done.stdout.splitlines() if line.startswith("RESULT")]


def lemon(program, path, runs, harness):
    """The fastest of the algorithms of LEMON, each in a process of its own."""
    each = [results([program, path, runs, "6", solver], harness) for solver in ("ns", "cs", "cap")]
    return sum(each, [])


def best_of(measured):
    return min(measured, key=lambda result: result["cpu_med"])


def cells(measured, own):
    """Milliseconds, name and ratio of the best of the others."""
    if not measured:
        return "- | - | -"
    best = best_of(measured)
    return f"{best['cpu_med'] * 1e3:.4g} | {best['solver']} | {best['cpu_med'] / own['cpu_med']:.2f}"


def compare(name, arguments):
    harness = arguments.harness
    path = os.path.join(harness, "inst", name + ".raw")
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        subprocess.run([sys.executable, "gen.py", name, path], cwd=harness, check=True)
    large = os.path.getsize(path) > 100_000_000
    ours = [arguments.binary, path, "3" if large else "7"]
    runs = "2" if large else "5"
    peers = [sys.executable, "run_many.py", name, runs, "6", peers_of(name)]
    own = results(ours, harness)
    others = results(peers, harness)
    flows = lemon(arguments.lemon, path, runs, harness) if arguments.lemon and is_sparse(name) else []
    own += results(ours, harness)
    assert all(result["ok"] for result in own + flows), own + flows
    others = [result for result in others if "cpu_med" in result and result.get("ok")]
    exact = [result for result in own if not result["solver"].endswith("f32")]
    for result in others + flows:
        if not result["solver"].endswith("f32"):
            assert abs(result["obj"] - exact[0]["obj"]) <= 1e-9 * abs(exact[0]["obj"]) + 1e-12, (result, exact[0])
    best = best_of(own)
    kind = best["solver"].removeprefix("deskmatch-")
    line = f"| {name} | {best['cpu_med'] * 1e3:.4g} | {kind} | {best['method']} | {cells(others, best)} |"
    return line + (f" {cells(flows, best)} |" if arguments.lemon else "")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lemon", metavar="PROGRAM", type=os.path.abspath)
    parser.add_argument("harness", type=os.path.abspath)
    parser.add_argument("binary", type=os.path.abspath)
    parser.add_argument("names", nargs="+", metavar="INSTANCE")
    arguments = parser.parse_args()
    heads = ["instance", "ours, ms", "input", "method", "best other, ms", "which", "ratio"]
    heads += ["best of LEMON, ms", "which", "ratio"] if arguments.lemon else []
    print("| " + " | ".join(heads) + " |", flush=True)
    print("|" + "---|" * len(heads), flush=True)
    for name in arguments.names:
        print(compare(name, arguments), flush=True)


if __name__ == "__main__":
    main()

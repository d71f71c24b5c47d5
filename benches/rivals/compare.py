"""Compares deskmatch-matching with other solvers, row by row, in CPU time.

usage: compare.py HARNESS BINARY INSTANCE...

HARNESS is a directory with gen.py (makes instance files by name) and run_many.py (runs Python solvers in turn in one
process); BINARY is `deskmatch-rivals`, built in release mode. Ours runs before and after the others and the better of the two
medians counts, since the machine may change its pace in between. One line of Markdown a row.
"""

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
    if family == "hd" and rest[1] in ("70", "95"):
        return PEERS + ",ortools-lsa"
    if family != "rect" and int(rest[0]) < 600:
        return PEERS + ",laprust,lapjv-f32"
    return PEERS


def results(command, harness):
    done = subprocess.run(command, capture_output=True, text=True, cwd=harness, env=ENVIRONMENT)
    return [json.loads(line[7:]) for line in done.stdout.splitlines() if line.startswith("RESULT")]


def main():
    harness, binary, *names = sys.argv[1:]
    print("| instance | ours, ms | input | method | best other, ms | which | ratio |", flush=True)
    print("|---|---|---|---|---|---|---|", flush=True)
    for name in names:
        path = os.path.join(harness, "inst", name + ".raw")
        if not os.path.exists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            subprocess.run([sys.executable, "gen.py", name, path], cwd=harness, check=True)
        large = os.path.getsize(path) > 100_000_000
        ours = [binary, path, "3" if large else "7"]
        peers = [sys.executable, "run_many.py", name, "2" if large else "5", "6", peers_of(name)]
        own = results(ours, harness)
        others = [result for result in results(peers, harness) if "cpu_med" in result and result.get("ok")]
        own += results(ours, harness)
        best = min(own, key=lambda result: result["cpu_med"])
        assert all(result["ok"] for result in own), own
        if not others:
            print(f"| {name} | {best['cpu_med'] * 1e3:.4g} | {best['solver']} | {best['method']} | - | - | - |")
            continue
        other = min(others, key=lambda result: result["cpu_med"])
        exact = [result for result in own if not result["solver"].endswith("f32")]
        for result in others:
            if not result["solver"].endswith("f32"):
                assert abs(result["obj"] - exact[0]["obj"]) <= 1e-9 * abs(exact[0]["obj"]) + 1e-12, (result, exact[0])
        ratio = other["cpu_med"] / best["cpu_med"]
        kind = best["solver"].removeprefix("deskmatch-")
        print(
            f"| {name} | {best['cpu_med'] * 1e3:.4g} | {kind} | {best['method']} "
            f"| {other['cpu_med'] * 1e3:.4g} | {other['solver']} | {ratio:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()

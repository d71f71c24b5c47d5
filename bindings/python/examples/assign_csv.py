"""Assigns a CSV of tickets with pandas: who gets what, and why.

    python assign_csv.py tickets.csv agents.csv assignments.csv
"""

from __future__ import annotations

import sys

import deskmatch
import pandas


def main(tickets_path: str, agents_path: str, out_path: str) -> pandas.DataFrame:
    tickets, agents = pandas.read_csv(tickets_path), pandas.read_csv(agents_path)
    assigned = deskmatch.assign(tickets, agents, strategy="optimal", reasons=True)
    joined = tickets.join(assigned[["agent", "state", "reason"]])
    joined.to_csv(out_path, index=False)
    return joined


if __name__ == "__main__":
    print(main(*sys.argv[1:4]).to_string(index=False))

"""What docstrings show runs as shown."""

from __future__ import annotations

import doctest
import inspect
from typing import Any

import deskmatch

FINDER = doctest.DocTestParser()


def shown() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, thing in vars(deskmatch).items():
        if name.startswith("_") or inspect.ismodule(thing):
            continue
        found.append((name, thing.__doc__ or ""))
        if inspect.isclass(thing):
            found += [(f"{name}.{member}", getattr(value, "__doc__", "") or "") for member, value in vars(thing).items()]
    return found


def test_docstrings() -> None:
    runner, examples = doctest.DocTestRunner(verbose=False), 0
    for name, text in shown():
        names: dict[str, Any] = dict(vars(deskmatch))
        test = FINDER.get_doctest(text, names, name, None, None)
        examples += len(test.examples)
        runner.run(test)
    assert examples >= 10
    assert runner.summarize(verbose=False).failed == 0

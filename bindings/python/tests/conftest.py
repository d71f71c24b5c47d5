"""What the tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("DESKMATCH_TEST_HOOKS", "1")

ROOT = Path(__file__).resolve().parents[3]
"""The repository."""

CASES = sorted((ROOT / "tests" / "cases").glob("*.json"))


def pytest_configure() -> None:
    if not CASES:
        raise pytest.UsageError("there are no cases under tests/cases")

"""The examples are tests."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conftest import ROOT

PACKAGE = ROOT / "bindings" / "python"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, PACKAGE / "examples" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_helpdesk_is_short_and_survives_a_restart(tmp_path: Path) -> None:
    assert len((PACKAGE / "examples" / "helpdesk.py").read_text().splitlines()) < 150
    helpdesk: Any = load("helpdesk")
    path = str(tmp_path / "desk.db")
    desk = helpdesk.Desk(path)
    client = helpdesk.create_app(desk).test_client()

    def do(**command: Any) -> Any:
        return client.post("/commands", json=command)

    assert do(type="add_agent", agent={"id": "ada", "capacity": {"units": 2}}).status_code == 200
    for number in range(3):
        do(type="submit", ticket={"id": f"T-{number}"}, request_id=f"r-{number}")
    assert do(type="submit", ticket={"id": "T-0"}, request_id="r-0").get_json()["repeated"]
    assert do(type="resolve", ticket="T-9").status_code == 404
    assert do(type="resume", ticket="T-0").status_code == 409
    desk.keep()
    do(type="resolve", ticket="T-0")
    before, table = desk.engine.digest(), client.get("/assignments").get_json()
    assert [row["ticket"] for row in table] == ["T-1", "T-2"]
    desk.close()

    again = helpdesk.Desk(path)
    client = helpdesk.create_app(again).test_client()
    assert again.engine.digest() == before
    assert client.get("/assignments").get_json() == table
    assert "ada: chosen" in client.get("/tickets/T-1/why").get_data(as_text=True)
    again.close()


def test_a_csv_is_assigned_with_pandas(tmp_path: Path) -> None:
    examples = PACKAGE / "examples"
    frame = load("assign_csv").main(examples / "tickets.csv", examples / "agents.csv", tmp_path / "out.csv")
    assert dict(zip(frame["id"], frame["agent"], strict=True)) | {"T-4": None} == {
        "T-1": "eva", "T-2": "bob", "T-3": "ada", "T-4": None,
    }  # fmt: skip
    assert "klingon" in frame["reason"][3]
    assert (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("page", [PACKAGE / "README.md", ROOT / "README.md", ROOT / "docs" / "guide" / "python.md"], ids=str)
def test_what_the_pages_show_runs_as_printed(page: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each block runs after those before it; what it prints is what its comments say, in order."""
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"^```python\n(.*?)^```", page.read_text(), re.M | re.S)
    assert blocks
    names: dict[str, Any] = {}
    for block in blocks:
        capsys.readouterr()
        exec(compile(block, str(page), "exec"), names)
        printed = capsys.readouterr().out
        for comment in re.findall(r"print\(.*\)  # (.*)", block):
            for part in re.split(r"[;,] ", comment):
                assert part in printed, f"{part!r} is not in\n{printed}"


def test_the_notebook_runs_and_shows_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cells, in order, in one namespace. No kernel is started; the last expression of a cell is what it shows."""
    monkeypatch.chdir(PACKAGE / "examples")
    notebook = json.loads((PACKAGE / "examples" / "two_policies.ipynb").read_text())
    names: dict[str, Any] = {}
    shown: list[Any] = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(cell["source"]))
            last = tree.body.pop()
            assert isinstance(last, ast.Expr)
            exec(compile(tree, "two_policies.ipynb", "exec"), names)
            shown.append(eval(compile(ast.Expression(last.value), "two_policies.ipynb", "eval"), names))
    report, waits, figure = shown
    assert "<pre>" in report._repr_html_()
    assert waits["p50"]["balanced"] < waits["p50"]["technical_support"]
    assert waits["p99"]["balanced"] > waits["p99"]["technical_support"]
    assert len(figure.axes[0].patches) == 6

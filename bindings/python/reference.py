"""Writes the reference page, `docs/reference/python.md`, from the stubs and the docstrings.

    python reference.py            # writes it
    python reference.py --check    # fails if it is not as it would be written

Nothing is imported: the page is what the files say, and the files are compared with the package by `stubs.py --check`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Union

HERE = Path(__file__).resolve().parent
PACKAGE = HERE / "python" / "deskmatch"
PAGE = HERE.parents[1] / "docs" / "reference" / "python.md"

HEAD = """# Python reference

<!-- Written by bindings/python/reference.py; do not edit. -->

The [guide](../guide/python.md) says how to begin; this page has every class, method and exception of the package `deskmatch`. Moments are
milliseconds since 1970 where they are given back, and milliseconds or a `datetime` with a time zone where they are taken.
"""

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]


def paragraphs(node: Union[Function, ast.ClassDef, ast.Module], shift: str = "") -> list[str]:
    """A docstring as Markdown: examples fenced, names of code in single backticks."""
    text = ast.get_docstring(node) or ""
    lines: list[str] = []
    is_example = False
    for line in text.replace("``", "`").splitlines():
        begins = line.startswith(">>>")
        if begins and not is_example:
            lines.append("```pycon")
        if is_example and not line.strip():
            lines.append("```")
        is_example = begins or (is_example and bool(line.strip()))
        lines.append(f"{shift}{line}".rstrip())
    if is_example:
        lines.append("```")
    return [*lines, ""] if lines else []


def signature(node: Function) -> str:
    """The call as it is written, without the object that a method is of."""
    arguments = ast.unparse(node.args)
    parts = [part for part in arguments.split(", ") if part not in ("self", "cls")]
    if parts[:1] == ["/"]:
        parts = parts[1:]
    returned = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({', '.join(parts)}){returned}"


def has(node: Function, decorator: str) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == decorator for mark in node.decorator_list)


def functions(body: list[ast.stmt]) -> Iterator[Function]:
    return (node for node in body if isinstance(node, ast.FunctionDef))


def of_function(node: Function, level: int) -> list[str]:
    return [f"{'#' * level} `{node.name}`", "", "```python", signature(node), "```", "", *paragraphs(node)]


def of_class(node: ast.ClassDef) -> list[str]:
    bases = ", ".join(f"`{ast.unparse(base)}`" for base in node.bases)
    lines = [f"### `{node.name}`", ""]
    lines += [f"Below {bases}.", ""] if bases else []
    lines += paragraphs(node)
    properties = [each for each in functions(node.body) if has(each, "property")]
    if properties:
        lines += ["| attribute | type | |", "|---|---|---|"]
        for each in properties:
            kind = ast.unparse(each.returns).strip("'").replace("|", "\\|") if each.returns else ""
            text = " ".join((ast.get_docstring(each) or "").split()).replace("``", "`").replace("|", "\\|")
            lines.append(f"| `{each.name}` | `{kind}` | {text} |")
        lines.append("")
    for each in functions(node.body):
        is_shown = each.name == "__new__" or not each.name.startswith("_")
        if is_shown and not has(each, "property"):
            lines += of_function(each, 4)
    return lines


def exceptions() -> list[str]:
    tree = ast.parse((PACKAGE / "errors.py").read_text())
    lines = ["## Exceptions", "", *paragraphs(tree)]
    lines += ["| class | also | code | |", "|---|---|---|---|"]
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        codes = [keyword.value.value for keyword in node.keywords if isinstance(keyword.value, ast.Constant)]
        also = [ast.unparse(base) for base in node.bases if ast.unparse(base) != "DeskmatchError"]
        text = " ".join((ast.get_docstring(node) or "").split()).replace("``", "`")
        lines.append(f"| `{node.name}` | {', '.join(f'`{base}`' for base in also)} | {''.join(f'`{code}`' for code in codes)} | {text} |")
    return [*lines, ""]


def page() -> str:
    stub = ast.parse((PACKAGE / "_native.pyi").read_text())
    classes = [node for node in stub.body if isinstance(node, ast.ClassDef)]
    events = [node for node in classes if any(ast.unparse(base) == "Event" for base in node.bases)]
    main = ("Engine", "Outcome", "Policy", "ReplayReport", "AssignmentProblem", "Assignment", "DenseAssignment", "SizedAssignment", "Event")
    first = sorted((node for node in classes if node.name in main), key=lambda node: main.index(node.name))
    values = [node for node in classes if node not in events and node not in first]
    written = [ast.parse((PACKAGE / name).read_text()) for name in ("_assign.py", "_replay.py")]
    calls = [node for tree in (*written, stub) for node in functions(tree.body) if not node.name.startswith("_")]
    lines = [HEAD, "## Functions", ""]
    for call in calls:
        lines += of_function(call, 3)
    for title, nodes in (("Classes", first), ("Events", events), ("Values", values)):
        lines += [f"## {title}", ""]
        for node in nodes:
            lines += of_class(node)
    return "\n".join([*lines, *exceptions()]).rstrip() + "\n"


def main() -> int:
    text = page()
    if "--check" not in sys.argv:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text)
        return 0
    if not PAGE.exists() or PAGE.read_text() != text:
        print("docs/reference/python.md: not as the stubs and docstrings are; run `python reference.py` in bindings/python")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

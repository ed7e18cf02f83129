"""Splits the author's script into cells, and replaces each solution with the stub that students start from."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.errors import CourseError
from autograder.submission.cells import MARKER, RawCell, script_cells
from autograder.text import did_you_mean

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
_NEARLY = re.compile(r"(BEGIN|END)[ _-]*SOLUTION", re.IGNORECASE)
_GRAMMAR = "rfc3987_syntax"
_WRITTEN = re.compile(r"written:(\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class AuthorCell:
    """One cell of the future release.

    kind: markdown, written, setup, exercise or demo. name: the exercise's, or the number of a setup or written cell.
    source: what students get. solution: the lines (number in the script, text) that students do not get.
    points: of a written answer, which a person grades.
    """

    kind: str
    name: str
    source: str
    line: int
    solution: tuple[tuple[int, str], ...] = ()
    points: float = 0.0


def read_script(path: Path) -> list[AuthorCell]:
    """The cells of solutions/<id>/<id>.py.

    Raises: CourseError, with file and line, for an unknown tag, unbalanced solution marks, or an exercise without a
    solution or without the definition of its name.
    """
    jupytext = _jupytext()
    text = _read(path)
    # jupytext reads the prose but no line numbers; script_cells has the lines of the code.
    code = iter(script_cells(text, path.name) if MARKER.search(text) else [])
    cells: list[AuthorCell] = []
    counts = {"setup": 0, "written": 0}
    marks = [text.count("\n", 0, mark.start()) + 1 for mark in MARKER.finditer(text)]
    for cell in jupytext.reads(text, fmt="py:percent").cells:
        if not cell.source.strip():
            continue
        if cell.cell_type == "code":
            if all(not row.strip() or row.lstrip().startswith("#") for row in cell.source.split("\n")):
                continue  # only comments; script_cells has skipped it, too
            raw = next(code, RawCell("", ""))
            if _letters(raw.source) != _letters(cell.source):
                raise CourseError(
                    f"{path}, line {raw.first_line}: cells are cut in the wrong place; is there a `# %%` in a string?"
                )
            cells.append(_code_cell(path, raw, counts))
        else:
            line = _line_of(text, cell.source, marks)
            cells.append(_prose_cell(path, cell, line, counts))
    names = [cell.name for cell in cells if cell.kind == "exercise"]
    for cell in cells:
        if cell.kind == "exercise" and names.count(cell.name) > 1:
            raise CourseError(f"{path}, line {cell.line}: there is more than one exercise {cell.name}")
    if not names:
        raise CourseError(f'{path}: no cell is an exercise; tag one: # %% tags=["exercise:NAME"]')
    return cells


def _jupytext() -> ModuleType:
    """jupytext, imported in a fourth of the time. It imports jsonschema, which would spend a second on a grammar of web
    addresses that no notebook schema uses. Without this module, jsonschema skips the grammar."""
    absent = _GRAMMAR not in sys.modules
    if absent:
        sys.modules[_GRAMMAR] = None  # type: ignore[assignment]  # importing it fails
    try:
        return importlib.import_module("jupytext")
    finally:
        if absent:
            del sys.modules[_GRAMMAR]


def code_cells(path: Path) -> list[AuthorCell]:
    """Only the code cells, without importing jupytext. Raises: CourseError as `read_script`."""
    text = _read(path)
    counts = {"setup": 0, "written": 0}
    return [_code_cell(path, raw, counts) for raw in (script_cells(text, path.name) if MARKER.search(text) else [])]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise CourseError(f"{path}: cannot be read ({error})") from error


def _letters(source: str) -> str:
    """The characters that do not change when jupytext reads a commented magic."""
    return "".join(source.replace("#", "").split())


def _line_of(text: str, source: str, marks: list[int]) -> int:
    """The line of a markdown cell: that of its first line as a comment."""
    at = text.find("# " + source.strip().split("\n")[0])
    return max((line for line in marks if at >= 0 and line <= text.count("\n", 0, at) + 1), default=1)


def _prose_cell(path: Path, cell: Any, line: int, counts: dict[str, int]) -> AuthorCell:
    if _NEARLY.search(cell["source"]):
        raise CourseError(f"{path}, line {line}: a solution mark in prose; it would not be removed")
    for tag in cell["metadata"].get("tags", []):
        written = _WRITTEN.fullmatch(tag)
        if not written:
            raise CourseError(f"{path}, line {line}: unknown tag {tag!r}; prose can have only written:POINTS")
        counts["written"] += 1
        return AuthorCell("written", str(counts["written"]), cell["source"], line, points=float(written[1]))
    return AuthorCell("markdown", "", cell["source"], line)


def _code_cell(path: Path, raw: RawCell, counts: dict[str, int]) -> AuthorCell:
    if not raw.tags:
        _no_marks(path, raw)
        counts["setup"] += 1
        return AuthorCell("setup", str(counts["setup"]), raw.source, raw.first_line)
    kind, _, name = raw.tags[0].partition(":")
    if raw.tags == ("demo",):
        _no_marks(path, raw)
        return AuthorCell("demo", "", raw.source, raw.first_line)
    if len(raw.tags) > 1 or kind != "exercise" or not name.isidentifier():
        said = ", ".join(raw.tags)
        hint = did_you_mean(said, ["exercise:NAME", "demo"])
        raise CourseError(f"{path}, line {raw.first_line}: unknown tag {said!r} on a code cell{hint}")
    return _exercise(path, raw, name)


def _no_marks(path: Path, raw: RawCell) -> None:
    for number, row in enumerate(raw.source.split("\n"), raw.first_line):
        if _NEARLY.search(row):
            raise CourseError(
                f"{path}, line {number}: a solution mark outside an exercise cell; it would not be removed"
            )


def _exercise(path: Path, raw: RawCell, name: str) -> AuthorCell:
    kept: list[str] = []
    solution: list[tuple[int, str]] = []
    opened = 0  # the line of a BEGIN without its END
    regions = 0
    for number, row in enumerate(raw.source.split("\n"), raw.first_line):
        mark = row.strip()
        if mark == BEGIN:
            if opened:
                raise CourseError(f"{path}, line {number}: {BEGIN} inside the region that begins in line {opened}")
            opened, regions = number, regions + 1
            kept += _stub(row[: len(row) - len(row.lstrip())], name)
        elif mark == END:
            if not opened:
                raise CourseError(f"{path}, line {number}: {END} without {BEGIN}")
            opened = 0
        elif _NEARLY.search(row):
            raise CourseError(f"{path}, line {number}: write the mark exactly so: {BEGIN}, {END}")
        elif opened:
            solution.append((number, row))
        else:
            kept.append(row)
    if opened:
        raise CourseError(f"{path}, line {opened}: {BEGIN} without {END}")
    if not regions:
        raise CourseError(f"{path}, line {raw.first_line}: the exercise {name} has no {BEGIN}")
    source = "\n".join(kept)
    _check_stub(path, raw, name, source)
    return AuthorCell("exercise", name, source, raw.first_line, tuple(solution))


def _stub(indent: str, name: str) -> list[str]:
    if not indent:  # a value, such as the answer to a question
        return ["# YOUR CODE HERE", f"{name} = None"]
    return [f"{indent}# YOUR CODE HERE", f'{indent}raise NotImplementedError("{name} is not written yet")']


def _check_stub(path: Path, raw: RawCell, name: str, source: str) -> None:
    """Raises: CourseError unless the stub is Python that defines the exercise without raising anything."""
    where = f"{path}, line {raw.first_line}"
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        line = raw.first_line + (error.lineno or 1) - 1
        raise CourseError(
            f"{where}: without its solution {name} is not Python ({error.msg}, near line {line})"
        ) from error
    if name not in {bound for node in tree.body for bound in bound_names(node)}:
        raise CourseError(f"{where}: the cell does not define {name}; the def line belongs outside the solution")
    bodies: list[ast.AST] = list(tree.body)
    while bodies:
        node = bodies.pop()
        if isinstance(node, ast.Raise):
            raise CourseError(
                f"{where}: a solution of {name} is not inside a function, so its stub could not be loaded"
            )
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            bodies += ast.iter_child_nodes(node)


def bound_names(node: ast.stmt) -> set[str]:
    """The names that a top-level statement defines."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return set()

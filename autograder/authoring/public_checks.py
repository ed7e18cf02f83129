"""Extracts the public checks from checks.py into a file, with only the code that they need."""

from __future__ import annotations

import ast
from collections.abc import Set
from pathlib import Path

from autograder.authoring.script import bound_names
from autograder.errors import CourseError

_ALLOWED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
_VALUES = (ast.Assign, ast.AnnAssign, ast.AugAssign)


def public_checks(path: Path, assignment_id: str, public: Set[str], hidden: Set[str]) -> str:
    """The text of test_<id>.py: the checks named in `public`, and the imports, helpers and constants that they use.

    Raises: CourseError if a public check uses a hidden one, or if the effect of a statement on others is not clear.
    """
    source = path.read_text(encoding="utf-8")
    body = statements(path, source)
    owners: dict[str, list[ast.stmt]] = {}
    for node in body:
        for name in bound_names(node):
            owners.setdefault(name, []).append(node)
    needed: set[int] = set()
    used: set[str] = set()
    waiting = sorted(public)
    while waiting:
        name = waiting.pop()
        if name in used:
            continue
        used.add(name)
        if name in hidden:
            raise CourseError(f"{path}: a public check uses the hidden check {name}, which would be released with it")
        for node in owners.get(name, []):
            needed.add(id(node))
            if not isinstance(node, ast.Import | ast.ImportFrom):
                waiting += [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]
    head = (
        f'"""The public checks of {assignment_id}.\n\n'
        f"Run them with `autograder check {assignment_id}`, or with pytest in this folder. This file is generated:\n"
        'the grader has its own copy, so changing it changes nothing but what you see.\n"""\n'
    )
    return head + _joined(source.split("\n"), [node for node in body if id(node) in needed], used)


def statements(path: Path, source: str, strict: bool = True) -> list[ast.stmt]:
    """The top-level statements of a file that was loaded already, without the docstring.

    Raises: CourseError with `strict` for statements other than definitions and assignments.
    """
    body = ast.parse(source).body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    for node in body if strict else ():
        plain = isinstance(node, _VALUES) and not any(
            isinstance(n, ast.Subscript | ast.Attribute) for n in _targets(node)
        )
        if not plain and not isinstance(node, _ALLOWED):
            raise CourseError(
                f"{path}, line {node.lineno}: only imports, definitions and assignments to names can stand at the top "
                "level, because the public checks are copied together with just those that they use"
            )
    return body


def _targets(node: ast.stmt) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]  # type: ignore[attr-defined]


def first_row(lines: list[str], node: ast.stmt) -> int:
    """The index of a statement's first line, with its decorators and the comment right above it."""
    row = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]) - 1
    while row > 0 and lines[row - 1].startswith("#"):
        row -= 1
    return row


def _joined(lines: list[str], nodes: list[ast.stmt], used: set[str]) -> str:
    """The statements' own text; names that are not used here are removed from imports."""
    text, last, defined = "", -1, False
    for node in nodes:
        start, stop = first_row(lines, node), node.end_lineno or node.lineno
        defines = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        rows = lines[start:stop]
        if isinstance(node, ast.Import | ast.ImportFrom) and not bound_names(node) <= used:
            node.names = [alias for alias in node.names if (alias.asname or alias.name.split(".")[0]) in used]
            rows = [ast.unparse(node)]
        blank = 2 if text and (defines or defined) else 0 if start == last else 1
        text += "\n" * blank + "\n".join(rows) + "\n"
        last, defined = stop, defines
    return text

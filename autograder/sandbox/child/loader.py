"""Run a submission's cells, so that what fails costs only the names that it would have defined."""

from __future__ import annotations
import __future__

import ast
import importlib
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

from .workspace import describe

MODULE_NAME = "submission"


def load(
    cells: Sequence[tuple[str, str, str, int]], progress: Callable[[int], None] | None = None
) -> tuple[dict[str, Any], list[list[Any]]]:
    """Execute cells of (label, kind, source, first line) in order.

    kind "demo": nothing runs, but its top-level imports are bound lazily, since a function elsewhere may use them.
    kind "script": a whole plain file; each top-level statement is on its own, so an import that this machine lacks
    costs only what needs it. Any other kind stops at its first exception, as in a notebook.
    A cell that met a NameError is tried once more at the end: notebooks are often run out of order.

    Returns the names, and the problems as [type names, message, label, line].
    """
    module = types.ModuleType(MODULE_NAME)
    sys.modules[MODULE_NAME] = module  # dataclasses and pickling look a class's module up
    names = module.__dict__
    names.update(get_ipython=lambda: _Inert(), display=lambda *args, **kwargs: None)
    problems: list[list[Any]] = []
    again: list[int] = []
    flags: set[str] = set()
    for index, cell in enumerate(cells):
        if progress:
            progress(index)
        found = _run(cell, names, flags)
        if any("NameError" in types_ for types_, *_ in found):
            again.append(index)
        problems += found
    for index in again:
        if progress:
            progress(index)
        if not _run(cells[index], names, flags):
            problems = [p for p in problems if p[2] != cells[index][0]]
    return names, problems


def _run(cell: tuple[str, str, str, int], names: dict[str, Any], flags: set[str]) -> list[list[Any]]:
    label, kind, source, first_line = cell
    problems = []
    try:
        # The padding makes a line number in a message the file's own.
        body = ast.parse("\n" * (first_line - 1) + source, filename=f"<{label}>").body
    except BaseException as error:  # MemoryError and RecursionError are what the parser says to absurd nesting
        return [_at(label, describe(error))]
    if kind == "demo":
        for statement in body:
            if isinstance(statement, ast.Import):
                for alias in statement.names:
                    root = alias.name.split(".")[0]
                    names.setdefault(alias.asname or root, _LazyModule(alias.name if alias.asname else root))
        return []
    for statement in body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            flags |= {alias.name for alias in statement.names}  # they hold for the cells that follow, as in IPython
    compiler_flags = sum(getattr(__future__, flag).compiler_flag for flag in flags if hasattr(__future__, flag))
    groups = [[statement] for statement in body] if kind == "script" else [body]
    for statements in groups:
        try:
            exec(compile(ast.Module(statements, []), f"<{label}>", "exec", compiler_flags, dont_inherit=True), names)
        except BaseException as error:  # SystemExit too: a stray exit() in a scratch cell
            problems.append(_at(label, describe(error)))
    return problems


def _at(label: str, problem: list[Any]) -> list[Any]:
    types_, message, _, line = problem
    return [types_, message, label, line]


class _LazyModule:
    """Stands for a module that only drawing needs; it is imported when first used."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(importlib.import_module(self._name), attribute)


class _Inert:
    """What `get_ipython()` returns when grading: accepts everything, does nothing."""

    def __getattr__(self, attribute: str) -> Any:
        return lambda *args, **kwargs: None

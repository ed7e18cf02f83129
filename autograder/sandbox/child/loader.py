"""Runs a submission's cells, so that a failing cell costs only the names that it would have defined.

Protects a student's work against accidents: a cell that raises, exits, or is run out of order.
Does not protect against hostile code. It runs here without restriction, but behind the walls of `confine`.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import functools
import importlib
import inspect
import linecache
import sys
import types
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .workspace import describe

MODULE_NAME = "submission"


def load(
    cells: Sequence[tuple[str, str, str, int]],
    progress: Callable[[int], None] | None = None,
    kinds: Mapping[str, str] | None = None,
    main: bool = False,
) -> tuple[dict[str, Any], list[list[Any]], list[list[Any]]]:
    """Execute cells of (label, kind, source, first line) in order, statement by statement.

    kind "demo": nothing runs, but its top-level imports are bound lazily, since a function elsewhere may use them.
    kind "script": a whole plain file, in which each top-level statement stands alone. Other kinds: the cell ends at its
    first exception, as in a notebook, except for imports and definitions, because the exception may not have occurred
    on the student's machine. For the same reason, a failing import ends no cell.
    If a cell raised a NameError, its remaining statements are tried once more at the end, because notebooks are run out
    of order.

    kinds: exercise -> "def" or "class". If its name is bound to something else after its definition
    (`sgd = sgd(w, dw)`), its last definition is restored at the end. main: the code is in `__main__`, as a notebook's.
    Returns the names; the problems as [type names, message, label, line]; the restored names as [name, label, line].
    """
    module = types.ModuleType("__main__" if main else MODULE_NAME)
    sys.modules[MODULE_NAME] = sys.modules[module.__name__] = module  # dataclasses and pickle look it up
    names = module.__dict__
    names.update(get_ipython=get_ipython, display=lambda *args, **kwargs: None, earlier=earlier)
    problems: list[list[Any]] = []
    with _Runner(names, kinds or {}) as runner:
        left: dict[int, list[ast.stmt]] = {}
        for index, cell in enumerate(cells):
            if progress:
                progress(index)
            left[index], found = runner.run(cell)
            if not any("NameError" in types_ for types_, *_ in found):
                del left[index]
            problems += found
        for index, statements in left.items():
            if progress:
                progress(index)
            _, found = runner.run(cells[index], statements)
            if not found:
                problems = [p for p in problems if p[2] != cells[index][0]]
        return names, problems, runner.put_back()


class _Runner:
    """Executes statements in one namespace, and keeps the definitions of the exercises."""

    def __init__(self, names: dict[str, Any], kinds: Mapping[str, str]) -> None:
        self._names = names
        self._kinds = kinds
        self._defined: dict[str, Any] = {}
        self._rebound: dict[str, list[Any]] = {}
        self._flags: set[str] = set()
        self._tasks: Any = None

    def __enter__(self) -> _Runner:
        return self

    def __exit__(self, *_: object) -> None:
        if self._tasks is not None:
            with contextlib.suppress(Exception):  # a task may still be waiting
                self._tasks.close()

    def run(
        self, cell: tuple[str, str, str, int], statements: list[ast.stmt] | None = None
    ) -> tuple[list[ast.stmt], list[list[Any]]]:
        """Execute a cell, or these statements of it. Returns what failed or was skipped, and the problems."""
        label, kind, source, first_line = cell
        if statements is None:
            try:
                statements = self._parsed(label, source, first_line)
            except BaseException as error:  # the parser raises MemoryError or RecursionError for absurd nesting
                return [], [_at(label, describe(error))]
        if kind == "demo":
            self._bind_lazily(statements)
            return [], []
        left: list[ast.stmt] = []
        problems: list[list[Any]] = []
        ended, awaits = False, _awaits(statements)
        for statement in statements:
            if ended and kind != "script" and not _only_defines(statement):
                left.append(statement)
                continue
            try:
                self._execute(statement, f"<{label}>", awaits)
            except BaseException as error:  # SystemExit too: a stray exit() in a scratch cell
                problems.append(_at(label, describe(error)))
                left.append(statement)
                ended = ended or not isinstance(statement, ast.Import | ast.ImportFrom)
            self._note_bindings(statement, label)
        return left, problems

    def _parsed(self, label: str, source: str, first_line: int) -> list[ast.stmt]:
        padded = "\n" * (first_line - 1) + source  # so that line numbers in messages are those of the file
        name = f"<{label}>"
        body = ast.parse(padded, filename=name).body
        rows = [f"{row}\n" for row in padded.split("\n")]
        linecache.cache[name] = (len(padded), None, rows, name)  # for inspect.getsource, and thus for torch.jit.script
        for statement in body:
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                self._flags |= {alias.name for alias in statement.names}  # also for the following cells, as in IPython
        return body

    def _bind_lazily(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            if isinstance(statement, ast.Import):
                for alias in statement.names:
                    root = alias.name.split(".")[0]
                    self._names.setdefault(alias.asname or root, _LazyModule(alias.name if alias.asname else root))

    def _execute(self, statement: ast.stmt, filename: str, awaits: bool) -> None:
        flags = sum(getattr(__future__, flag).compiler_flag for flag in self._flags if hasattr(__future__, flag))
        flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        code = compile(ast.Module([statement], []), filename, "exec", flags, dont_inherit=True)
        if not awaits:
            exec(code, self._names)
            return
        import asyncio  # takes 30 ms, and few submissions need it

        async def run() -> None:  # inside the event loop, so that `create_task` works too
            value = eval(code, self._names)
            if code.co_flags & inspect.CO_COROUTINE:
                await value

        self._tasks = self._tasks or asyncio.Runner()
        self._tasks.run(run())

    def _note_bindings(self, statement: ast.stmt, label: str) -> None:
        if not self._kinds:
            return
        defined = set(_defined_by(statement))
        for name, kind in self._kinds.items():
            value = self._names.get(name)
            if name in defined and (isinstance(value, _AS_CLASS) if kind == "class" else callable(value)):
                self._defined[name] = value
                self._rebound.pop(name, None)
            elif name in self._defined and value is not self._defined[name]:
                self._rebound.setdefault(name, [name, label, statement.lineno])

    def put_back(self) -> list[list[Any]]:
        """Bind each exercise to its last definition again. Returns [name, label, line] of each rebinding."""
        for name in self._rebound:
            self._names[name] = self._defined[name]
        return list(self._rebound.values())


def _at(label: str, problem: list[Any]) -> list[Any]:
    types_, message, _, line = problem
    return [types_, message, label, line]


# A class may be replaced by one of these: a layer made from it, for instance, is called like a class, too.
_AS_CLASS = (type, types.FunctionType, functools.partial)


def _awaits(statements: Sequence[ast.stmt]) -> bool:
    """Whether one of them awaits something outside of a function."""
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith) or getattr(node, "is_async", False):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return False


def _only_defines(statement: ast.stmt) -> bool:
    """Whether it only imports or defines something and calls nothing, apart from decorators and defaults."""
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return statement.value is not None and not any(_calls_in(statement.value))
    return isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def _defined_by(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement defines, also within its blocks. `f = f(x)` and `for f in ...` define nothing."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        match waiting.pop():
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _assigned(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from _assigned(target, value)
            case block:
                parts = ast.iter_child_nodes(block)
                waiting += [part for part in parts if isinstance(part, ast.stmt | ast.ExceptHandler | ast.match_case)]


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        if not any(isinstance(call.func, ast.Name) and call.func.id == target.id for call in _calls_in(value)):
            yield target.id
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, other in zip(target.elts, value.elts, strict=True):
            yield from _assigned(one, other)


def _calls_in(value: ast.AST) -> Iterator[ast.Call]:
    """The calls that evaluating an expression makes immediately."""
    waiting: list[ast.AST] = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)


class _LazyModule:
    """Stands for a module that only plotting needs. It is imported at its first use."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(importlib.import_module(self._name), attribute)


class _Inert:
    """The result of `get_ipython()` in grading: it accepts everything, does nothing, and is false."""

    def __getattr__(self, attribute: str) -> Any:
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        return None

    def __bool__(self) -> bool:
        return False

    def getoutput(self, *args: Any, **kwargs: Any) -> list[str]:
        return []


def earlier(assignment_id: str, *given: Any) -> Any:
    """Replaces `autograder.notebook.earlier`, which does not exist in grading: returns what the assignment provides."""
    return given[0] if len(given) == 1 else given


def get_ipython() -> _Inert:
    return _Inert()


def replace_shell() -> None:
    """From now on, IPython's own `get_ipython` returns the inert shell, too. Without a shell, it would return None."""
    name = "IPython.core.getipython"
    module = types.ModuleType(name)
    module.get_ipython = get_ipython  # type: ignore[attr-defined]
    sys.modules[name] = module


def place_warnings() -> None:
    """From now on, a warning names its place in the submission as all other messages do."""
    usual = warnings.formatwarning

    def formatted(message: Any, category: type[Warning], filename: str, lineno: int, line: str | None = None) -> str:
        if not filename.startswith("<"):
            return usual(message, category, filename, lineno, line)
        label = filename.strip("<>")
        where = f"line {lineno}" if label.startswith("line ") else f"{label}, line {lineno}"
        return f"{where}: {category.__name__}: {message}\n"

    warnings.formatwarning = formatted

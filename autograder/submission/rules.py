"""Enforces what students must write themselves: allowed imports, and library names that are forbidden in exercises.

There are two searches, because neither sees everything. This one reads the submission and finds what is written in it,
even if it never runs. `sandbox.child.forbidden` replaces library functions while an exercise is checked, and finds
what is called.

The text may be hostile. So each statement is walked once, however many names it contains and exercises use it, and
each name is stored once per statement. For each exercise, only the names are followed.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.course.settings import Rules
from autograder.errors import Failure
from autograder.text import place

Cell = tuple[str, str, str, int]  # label, kind, source, first line

_MOST_VIOLATIONS = 20  # per exercise; nobody reads more
_NAME_LIMIT_CHARS = 300  # maximum length of a library name, which may otherwise be as long as the file


@dataclass(frozen=True)
class Violation:
    """A forbidden use in an exercise. name: as in the rules or the import. label, line: its place."""

    exercise: str
    name: str
    label: str
    line: int
    imported: bool = False

    @property
    def message(self) -> str:
        if self.imported:
            package = self.name.partition(".")[0]
            return f"{self.exercise} imports {self.name}, and {package} is not among the imports that are allowed here"
        return f"{self.exercise} uses {self.name}, which it is to do without: write that part yourself"


class RuleBook:
    """What a submission may not use, and where it does so.

    guarded: library names that the sandbox guards, by exercise. notes: violations that cost no points.
    """

    def __init__(self, rules: Rules, cells: Sequence[Cell], exercises: Sequence[str]) -> None:
        found = search(cells, exercises, rules) if rules else []
        costs = rules.on_violation == "fail"
        self.guarded = rules.forbidden if costs else {}
        self.notes = () if costs else tuple(f"{each.message} ({place(each.label, each.line)})" for each in found)
        self._found = {each.exercise: each for each in reversed(found)} if costs else {}

    def is_kept(self, exercise: str) -> bool:
        """Whether this exercise uses nothing forbidden."""
        return exercise not in self._found

    def require_kept(self, exercise: str) -> None:
        """Raises: Failure if this exercise uses something forbidden."""
        if violation := self._found.get(exercise):
            raise Failure(f"{violation.message} ({place(violation.label, violation.line)})")


def search(cells: Sequence[Cell], exercises: Sequence[str], rules: Rules) -> list[Violation]:
    """The violations in a submission's cells, at most one for each exercise and name, the first few of each exercise.

    An exercise's code is its definition and everything in the submission that it uses, directly or indirectly.
    A cell that cannot be parsed defines nothing, so nothing is found in it.
    """
    text = "\n".join(source for _, kind, source, _ in cells if kind != "demo")
    # Parsing takes 10 ms. If a part of a name occurs nowhere in the text, the name cannot be found, so skip it.
    names = dict.fromkeys(name for each in exercises for name in rules.forbidden_in(each))
    written = _written(names, text)
    parsed = list(_parsed(cells)) if written or rules.allowed_imports is not None else []
    written = _written(written, "\n".join(_without_prose(source, module) for _, _, source, module in parsed))
    forbidden = {each: set(rules.forbidden_in(each)).intersection(written) for each in exercises}
    searched = [each for each in exercises if forbidden[each] or rules.allowed_imports is not None]
    aliases: dict[str, str] = {}
    owners: dict[str, list[_Statement]] = {}
    for label, first_line, _, module in parsed if searched else ():
        for node in ast.walk(module):
            aliases.update(_bound_by_import(node))
        for code in module.body:
            statement = _Statement(code, label, first_line)
            for name in statement.defines:
                owners.setdefault(name, []).append(statement)
    imported = {name.partition(".")[0] for name in aliases.values()}

    @functools.cache
    def suspects(statement: _Statement) -> dict[tuple[str, bool], int]:
        """The names in this statement that some exercise may not use: (name, whether it is imported) -> its line."""
        found: dict[tuple[str, bool], int] = {}
        for name, line in statement.library_names(aliases):
            for rule in written:
                if name == rule or name.startswith(rule + "."):
                    found.setdefault((rule, False), line)
            if rules.allowed_imports is not None and _is_foreign(name, imported, rules.allowed_imports):
                found.setdefault((name, True), line)
        return found

    violations: list[Violation] = []
    for exercise in searched:
        found: dict[str, Violation] = {}
        for statement in _code_of(exercise, owners, set(exercises)):
            for (name, as_import), line in suspects(statement).items():
                if len(found) < _MOST_VIOLATIONS and (as_import or name in forbidden[exercise]):
                    found.setdefault(name, Violation(exercise, name, statement.label, line, as_import))
        violations += found.values()
    return violations


def _written(names: Iterable[str], text: str) -> list[str]:
    return [name for name in names if all(part in text for part in name.split("."))]


def _without_prose(source: str, module: ast.Module) -> str:
    """The source without docstrings of several lines, because these may name what an exercise must not use."""
    rows = [row.encode() for row in source.split("\n")]
    methods = [each for outer in module.body if isinstance(outer, ast.ClassDef) for each in outer.body]
    for prose in _docstrings([*module.body, *methods]):
        first, last = prose.lineno - 1, (prose.end_lineno or 0) - 1
        if first < last and not str(prose.value).isprintable():  # otherwise it is read as an expression, below
            before, behind = rows[first][: prose.col_offset], rows[last][prose.end_col_offset :]
            rows[first : last + 1] = [before, *[b""] * (last - first - 1), behind]
    return b"\n".join(rows).decode()


def _docstrings(statements: Sequence[ast.stmt]) -> Iterator[ast.Constant]:
    for each in statements:
        first = each.body[0] if isinstance(each, ast.FunctionDef | ast.ClassDef) else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            yield first.value


def _parsed(cells: Sequence[Cell]) -> Iterator[tuple[str, int, str, ast.Module]]:
    for label, kind, source, first_line in cells:
        if kind != "demo":
            try:
                yield label, first_line, source, ast.parse(source)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue


class _Statement:
    """A top-level statement of a cell. defines: the names it defines. names: the submission's names that it uses."""

    def __init__(self, code: ast.stmt, label: str, first_line: int) -> None:
        self.label = label
        self.names: dict[str, None] = {}
        # (first name, the rest of a dotted one, whether only an imported name counts as the first) -> line.
        self._mentioned: dict[tuple[str, str, bool], int] = {}
        stored, inner, shared = dict[str, None](), dict[str, None](), set[str]()
        arguments = set[str]()
        for node, (first, rest) in _walk(code):
            line = getattr(node, "lineno", 0) + first_line - 1
            for name in _bound_by_import(node).values():
                self._mention("", name, line, known=False)
            if first:
                self._mention(first, rest, line)
            match node:
                case ast.Name(id=name, ctx=context):
                    self.names[name] = None
                    if isinstance(context, ast.Store):
                        stored[name] = None
                case ast.arg(arg=name):
                    arguments.add(name)
                case ast.Global(names=names):
                    shared.update(names)
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    inner[name] = None
                case ast.Call() if name := _imported_by(node):
                    self._mention("", name, line, known=False)
                case ast.Constant(value=str(text)):
                    for first, rest in _dotted_in(text):
                        self._mention(first, rest, line, known=False)
        self.defines: Collection[str] = stored | inner
        self._own: Collection[str] = ()
        if isinstance(code, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.defines = (code.name,)
            # Its arguments and variables. The same name elsewhere means something else.
            self._own = (stored.keys() | arguments) - shared
            for name in self._own:
                self.names.pop(name, None)

    def _mention(self, first: str, rest: str, line: int, *, known: bool = True) -> None:
        self._mentioned.setdefault((first, rest, known), line)

    def library_names(self, aliases: Mapping[str, str]) -> Iterator[tuple[str, int]]:
        """Every library name that this code uses, with its line, including names in imports and in text."""
        for (first, rest, known), line in self._mentioned.items():
            library = None if first in self._own else aliases.get(first)
            if library is not None:
                yield (library + rest)[:_NAME_LIMIT_CHARS], line
            elif not known:
                yield (first + rest)[:_NAME_LIMIT_CHARS], line


def _walk(code: ast.AST) -> Iterator[tuple[ast.AST, tuple[str, str]]]:
    """Every node, with the dotted name that ends there: `np.linalg.inv` as (np, .linalg.inv).

    The parts of a longer name are not listed; otherwise, the parts of a name as long as the file would be read once
    for each of them.
    """
    parts: set[int] = set()
    for node in ast.walk(code):
        if isinstance(node, ast.Attribute):
            parts.add(id(node.value))
        whole = isinstance(node, ast.Attribute | ast.Name) and id(node) not in parts
        yield node, _dotted(node) if whole else ("", "")


def _dotted(node: ast.AST) -> tuple[str, str]:
    """The first name and the start of the rest; empty if the expression does not begin with a name."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(f".{node.attr}")
        node = node.value
    return (node.id, "".join(reversed(names))[:_NAME_LIMIT_CHARS]) if isinstance(node, ast.Name) else ("", "")


def _dotted_in(text: str) -> Iterator[tuple[str, str]]:
    """The dotted names in text that is an expression.

    import_module("scipy.signal"), eval("torch.conv2d(x, w)"): a sentence in a docstring is not parsed.
    """
    if "." in text and text.isprintable():
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            for _, (first, rest) in _walk(ast.parse(text, mode="eval")):
                if rest:
                    yield first, rest


def _code_of(
    exercise: str, owners: Mapping[str, Sequence[_Statement]], exercises: Collection[str]
) -> Iterator[_Statement]:
    """The statements of an exercise's definition and of what it uses, each once, without other exercises."""
    waiting, seen = [exercise], {exercise, *exercises}
    reached: set[_Statement] = set()
    while waiting:
        for statement in owners.get(waiting.pop(), ()):
            if statement not in reached:
                reached.add(statement)
                yield statement
                waiting += [name for name in statement.names if name not in seen]
                seen.update(statement.names)


def _bound_by_import(node: ast.AST) -> dict[str, str]:
    """name in the code -> dotted name in the library."""
    if isinstance(node, ast.Import):
        names = ((a.asname, a.name if a.asname else a.name.partition(".")[0]) for a in node.names)
        return {own or name: name[:_NAME_LIMIT_CHARS] for own, name in names}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        module = node.module[:_NAME_LIMIT_CHARS]
        return {alias.asname or alias.name: f"{module}.{alias.name}"[:_NAME_LIMIT_CHARS] for alias in node.names}
    return {}


def _imported_by(call: ast.Call) -> str:
    """The module that import_module("torch") or __import__("torch") imports; its text has no dot to recognize it by."""
    match call:
        case ast.Call(
            func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            return name
    return ""


def _is_foreign(name: str, imported: Collection[str], allowed: Sequence[str]) -> bool:
    root = name.partition(".")[0]
    return root in imported and root not in allowed and root not in sys.stdlib_module_names

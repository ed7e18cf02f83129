"""What an assignment asks students to write themselves: which imports it allows, which library names it forbids where.

Two searches, since neither sees everything. This one reads the submission and sees what is written in it, also where it
never runs; `sandbox.child.guard` stands in the libraries' place while an exercise is judged, and sees what is called.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.errors import Failure
from autograder.explain import place
from autograder.settings import Rules

Cell = tuple[str, str, str, int]  # label, kind, source, first line


@dataclass(frozen=True)
class Violation:
    """An exercise that uses what it may not. name: as the rules or the import write it. label, line: where."""

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
    """What a submission may not use, and where it does so all the same.

    guarded: what the sandbox is to watch for, by exercise. notes: violations that cost nothing.
    """

    def __init__(self, rules: Rules, cells: Sequence[Cell], exercises: Sequence[str]) -> None:
        found = search(cells, exercises, rules) if rules else []
        costs = rules.on_violation == "fail"
        self.guarded = rules.forbidden if costs else {}
        self.notes = () if costs else tuple(f"{each.message} ({place(each.label, each.line)})" for each in found)
        self._found = {each.exercise: each for each in reversed(found)} if costs else {}

    def require_kept(self, exercise: str) -> None:
        """Raises: Failure if this exercise uses what it may not."""
        if violation := self._found.get(exercise):
            raise Failure(f"{violation.message} ({place(violation.label, violation.line)})")


def search(cells: Sequence[Cell], exercises: Sequence[str], rules: Rules) -> list[Violation]:
    """The violations in a submission's cells, at most one for each exercise and name.

    An exercise's code is its definition and whatever of the submission it names, through any number of steps.
    A cell that cannot be parsed defines nothing, so there is nothing in it to find.
    """
    text = "\n".join(source for _, kind, source, _ in cells if kind != "demo")
    # To read code takes 10 ms; a name of which a part is written nowhere cannot be found in it.
    forbidden = {
        exercise: [rule for rule in rules.forbidden_in(exercise) if all(part in text for part in rule.split("."))]
        for exercise in exercises
    }
    searched = [each for each in exercises if forbidden[each] or rules.allowed_imports is not None]
    modules = _parsed(cells) if searched else []
    aliases: dict[str, str] = {}
    owners: dict[str, list[tuple[str, ast.AST]]] = {}
    for label, module in modules:
        for node in ast.walk(module):
            aliases.update(_bound_by_import(node))
        for statement in module.body:
            for name in _defined(statement):
                owners.setdefault(name, []).append((label, statement))
    found: dict[tuple[str, str], Violation] = {}
    imported = {name.partition(".")[0] for name in aliases.values()}
    for exercise in searched:
        for label, node in _code_of(exercise, owners, set(exercises)):
            for name, line in _names_in(node, aliases):
                for rule in forbidden[exercise]:
                    if name == rule or name.startswith(rule + "."):
                        found.setdefault((exercise, rule), Violation(exercise, rule, label, line))
                if rules.allowed_imports is not None and _is_foreign(name, imported, rules.allowed_imports):
                    found.setdefault((exercise, name), Violation(exercise, name, label, line, imported=True))
    return list(found.values())


def _parsed(cells: Sequence[Cell]) -> list[tuple[str, ast.Module]]:
    modules = []
    for label, kind, source, first_line in cells:
        if kind != "demo":
            try:
                modules.append((label, ast.parse("\n" * (first_line - 1) + source)))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
    return modules


def _bound_by_import(node: ast.AST) -> dict[str, str]:
    """name in the code -> dotted name in the library."""
    if isinstance(node, ast.Import):
        return {
            a.asname or a.name.partition(".")[0]: a.name if a.asname else a.name.partition(".")[0] for a in node.names
        }
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return {}


def _defined(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name


def _code_of(
    exercise: str, owners: Mapping[str, list[tuple[str, ast.AST]]], exercises: set[str]
) -> Iterator[tuple[str, ast.AST]]:
    """The definition of an exercise and of what it names. Another exercise is judged on its own."""
    waiting, seen = [exercise], {exercise}
    while waiting:
        for label, statement in owners.get(waiting.pop(), []):
            yield label, statement
            own = _own_names(statement)
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and node.id not in seen | exercises | own:
                    seen.add(node.id)
                    waiting.append(node.id)


def _own_names(statement: ast.AST) -> set[str]:
    """The arguments and variables of a function or class: whatever has the same name elsewhere is another thing."""
    if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return set()
    shared = {name for node in ast.walk(statement) if isinstance(node, ast.Global) for name in node.names}
    stored = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return (stored | {node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)}) - shared


def _names_in(node: ast.AST, aliases: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Every library name that this code uses, with its line; also in an import and in text that names one."""
    own = _own_names(node)
    aliases = {name: library for name, library in aliases.items() if name not in own}
    for each in ast.walk(node):
        line = getattr(each, "lineno", 0)
        for name in _bound_by_import(each).values():
            yield name, line
        if isinstance(each, ast.Attribute | ast.Name):
            dotted = _dotted(each, aliases)
            if dotted:
                yield dotted, line
        elif isinstance(each, ast.Call) and (imported := _imported_by(each)):
            yield imported, line
        elif isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value.isprintable():
            # import_module("scipy.signal"), eval("torch.conv2d(x, w)"): a sentence in a docstring is not parsed.
            try:
                inner = ast.parse(each.value, mode="eval") if "." in each.value else None
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            for part in ast.walk(inner) if inner else ():
                if isinstance(part, ast.Attribute) and (dotted := _dotted(part, aliases, unknown=True)):
                    yield dotted, line


def _imported_by(call: ast.Call) -> str:
    """What import_module("torch") or __import__("torch") imports, whose text has no dot to know it by."""
    match call:
        case ast.Call(
            func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            return name
    return ""


def _dotted(node: ast.expr, aliases: Mapping[str, str], *, unknown: bool = False) -> str:
    """`np.linalg.inv` as numpy.linalg.inv; empty if it does not begin with an imported name (or, `unknown`, any)."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or not (unknown or node.id in aliases):
        return ""
    return ".".join([aliases.get(node.id, node.id), *reversed(parts)])


def _is_foreign(name: str, imported: Collection[str], allowed: Sequence[str]) -> bool:
    root = name.partition(".")[0]
    return root in imported and root not in allowed and root not in sys.stdlib_module_names

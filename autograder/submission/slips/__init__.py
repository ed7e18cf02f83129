"""Proposes small changes to a student's code: if the code passes with one of them, that is where the mistake is.

The changes reverse common slips: a wrong axis, operator, constant or variable, something missing or superfluous, a
statement at the wrong depth. The idea of finding a bug by trying mutants of the faulty program is from Debroy & Wong
2010, "Using mutation to automatically suggest fixes for faulty programs".

Runs in the reading process, on text that may be hostile. Other rooms use `slips_in`, `Slip` and `QUESTIONS`.
"""

from __future__ import annotations

import ast
import contextlib
import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from autograder.submission.slips.changes import QUESTIONS, Change, Place
from autograder.submission.slips.expressions import changes_of_expressions
from autograder.submission.slips.statements import changes_of_statements

__all__ = ["QUESTIONS", "Slip", "slips_in"]

_MOST = 180  # changes; trying one costs a millisecond or two
# There are many changes of these kinds, and few of them help. They are tried after the others of the same rank.
_LATER = {"number": 0.6, "missing_function": 0.6, "variable": 0.6, "missing": 0.6}
_MOST_LINES, _MOST_CHARS = 150, 12_000  # of a definition
_MOST_CHANGED, _MOST_TWIN = 1000, 120  # bytes of code that one change is about
_MADE_TWICE = {"comparison", "operator", "sign", "axis", "order", "parentheses", "transpose", "too_much", "function",
               "missing_function", "off_by_one"}  # fmt: skip
_MOST_TWINS, _TWINS_LATER = 6, 0.5
_VARIABLE = re.compile(r"(?<![\w.])[A-Za-z_]\w*\b(?!\s*\(|\s*=[^=])")  # but not the name of a function or argument
_KINDS = ("exercise", "other", "script")  # of the cells that hold a student's own code


@dataclass(frozen=True)
class Slip:
    """One change. kind: a key of QUESTIONS. label, line: its place in the submitted file. code: the code there now.
    row: the line in which it begins. source: the changed definition of the exercise, or of code that it uses. again:
    further lines with the same change.
    """

    kind: str
    label: str
    line: int
    code: str
    row: str
    source: str
    again: tuple[int, ...] = ()


class _Definition:
    """A top-level function or class, and the places of its nodes, which count bytes.

    line: of the file, on which it begins. padded: the text after as many empty lines as make line numbers in messages
    those of the file.
    """

    def __init__(self, label: str, line: int, text: str, tree: ast.stmt) -> None:
        self.label, self.line, self.tree = label, line, tree
        self.padded = "\n" * (line - 1) + text
        self._bytes = text.encode()
        self._rows = text.split("\n")
        self._starts = [0, *itertools.accumulate(len(row) + 1 for row in self._bytes.split(b"\n"))]

    def span(self, node: Place) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[node.end_lineno - 1] + node.end_col_offset

    def code(self, node: Place) -> str:
        start, end = self.span(node)
        return self._bytes[start:end].decode()

    def changed(self, changes: Sequence[Change]) -> Slip:
        """The slip with these changes, which are in the order of their places. Raises: RecursionError."""
        changed = self._bytes
        for change in reversed(changes):
            start, end = self.span(change.node)
            changed = changed[:start] + _written(change).encode() + changed[end:]
        node, kind = changes[0].node, changes[0].kind
        lines = list(dict.fromkeys(self.line + change.node.lineno - 1 for change in changes))
        source = "\n" * (self.line - 1) + changed.decode()
        row = self._rows[node.lineno - 1].strip()
        return Slip(kind, self.label, lines[0], self.code(node), row, source, tuple(lines[1:]))


def slips_in(cells: Sequence[tuple[str, str, str, int]], exercise: str, others: Collection[str] = ()) -> list[Slip]:
    """The likeliest single changes to an exercise and to the student's own code that it uses.

    cells: as `Cell.loadable`. others: the other exercises, whose code is not changed. Empty for code that cannot be
    parsed.
    """
    definitions = dict[str, _Definition]()
    for label, kind, source, first_line in cells:
        if kind in _KINDS:
            definitions |= _definitions(label, source, first_line)
    candidates: list[tuple[float, int, _Definition, list[Change]]] = []
    for depth, name in enumerate(_used_by(exercise, definitions, others)):
        for rank, changes in _candidates(definitions[name]):
            candidates.append((rank + depth, len(candidates), definitions[name], changes))
    candidates.sort(key=lambda each: each[:2])
    found: dict[str, Slip] = {}
    for *_, definition, changes in candidates:
        with contextlib.suppress(RecursionError):  # an expression may be nested too deeply to be unparsed
            slip = definition.changed(changes)
            if slip.source != definition.padded:
                found.setdefault(slip.source, slip)
        if len(found) == _MOST:
            break
    return list(found.values())


def _definitions(label: str, source: str, first_line: int) -> dict[str, _Definition]:
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    rows = source.split("\n")
    found = {}
    for each in statements:
        if isinstance(each, ast.FunctionDef | ast.ClassDef):
            first = min([each.lineno, *(decorator.lineno for decorator in each.decorator_list)])
            last = each.end_lineno or first
            text = "\n".join(rows[first - 1 : last])
            if last - first < _MOST_LINES and len(text) <= _MOST_CHARS:
                try:
                    tree = ast.parse(text).body[0]
                except (SyntaxError, ValueError):  # it shares its first line: `x = 1; class A: ...`
                    continue
                found[each.name] = _Definition(label, first_line + first - 1, text, tree)
    return found


def _used_by(exercise: str, definitions: dict[str, _Definition], others: Collection[str]) -> list[str]:
    """The exercise and what it uses, directly or indirectly, nearest first."""
    found = [exercise] if exercise in definitions else []
    for name in found:
        used = (node.id for node in ast.walk(definitions[name].tree) if isinstance(node, ast.Name))
        found += [each for each in dict.fromkeys(used) if each in definitions and each not in (*found, *others)]
    return found


def _candidates(definition: _Definition) -> Iterator[tuple[float, list[Change]]]:
    """Each single change, and combined changes of several similar places at once, with their ranks."""
    alone = []
    for change in _changes(definition.tree):
        start, end = definition.span(change.node)
        if end - start <= _MOST_CHANGED:
            alone.append(change)
            yield change.rank + _LATER.get(change.kind, 0), [change]
    for changes in _twins(alone, definition):
        yield changes[0].rank + _LATER.get(changes[0].kind, 0) + _TWINS_LATER, changes


def _twins(changes: Sequence[Change], definition: _Definition) -> Iterator[list[Change]]:
    """Changes that are equal up to the names of variables, such as for a width and a height."""
    alike: dict[str, list[Change]] = {}
    for change in changes:
        code = definition.code(change.node)
        if isinstance(change.new, ast.expr) and change.kind in _MADE_TWICE and len(code) <= _MOST_TWIN:
            alike.setdefault(_nameless(f"{code} -> {ast.unparse(change.new)}"), []).append(change)
    for group in alike.values():
        group.sort(key=lambda change: definition.span(change.node))
        spans = [definition.span(change.node) for change in group]
        apart = all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
        if 1 < len(group) <= _MOST_TWINS and apart:
            yield group


def _nameless(code: str) -> str:
    """The code with its variables numbered in order."""
    known: dict[str, str] = {}
    return _VARIABLE.sub(lambda match: known.setdefault(match[0], f"_{len(known)}"), code)


def _changes(tree: ast.stmt) -> Iterator[Change]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from changes_of_expressions(function, tree)
            yield from changes_of_statements(function)


def _written(change: Change) -> str:
    if isinstance(change.new, ast.expr):
        written = ast.unparse(change.new)
        return written if isinstance(change.new, ast.Slice | ast.Name | ast.Constant) else f"({written})"
    statements = change.new if isinstance(change.new, list) else [change.new]
    rows = [row for each in statements for row in ast.unparse(ast.fix_missing_locations(each)).split("\n")]
    return f"\n{' ' * change.node.col_offset}".join(rows)

"""Small changes to a student's own code: if it is right with one of them, that is where the mistake is.

The changes are the slips that people make, turned round: another axis, operator, constant or variable, something left
out or too much, a statement at the wrong depth. To look for a fault by trying mutants of the faulty program is from
Debroy & Wong 2010, "Using mutation to automatically suggest fixes for faulty programs".

Runs in the process for reading, on text that may be hostile. `slips_in`, `Slip` and `QUESTIONS` leave this room.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from autograder.submission.slips.changes import QUESTIONS, Change, New, Place
from autograder.submission.slips.expressions import changes_of_expressions
from autograder.submission.slips.statements import changes_of_statements

__all__ = ["QUESTIONS", "Slip", "slips_in"]

_MOST = 240  # changes; trying one costs a millisecond or two
_MOST_LINES, _MOST_CHARS = 150, 12_000  # of a definition
_KINDS = ("exercise", "other", "script")  # of the cells that hold a student's own code


@dataclass(frozen=True)
class Slip:
    """One change. kind: a key of QUESTIONS. label, line: of the place in what was handed in. code: what stands
    there. label and source define the exercise, or what belongs to it, anew: changed.
    """

    kind: str
    label: str
    line: int
    code: str
    source: str


@dataclass(frozen=True)
class _Definition:
    """A top-level function or class. line: of the file, on which it begins."""

    label: str
    line: int
    text: str
    tree: ast.stmt


def slips_in(cells: Sequence[tuple[str, str, str, int]], exercise: str, others: Collection[str] = ()) -> list[Slip]:
    """The likeliest single changes to an exercise and to what it uses of the student's own.

    cells: as `Cell.loadable`. others: exercises, whose code is another matter. Nothing of what cannot be parsed.
    """
    definitions = dict[str, _Definition]()
    for label, kind, source, first_line in cells:
        if kind in _KINDS:
            definitions |= _definitions(label, source, first_line)
    ranked = []
    for depth, name in enumerate(_used_by(exercise, definitions, others)):
        definition = definitions[name]
        for number, (change, slip) in enumerate(_slips(definition)):
            ranked.append((change.rank + depth, number, slip))
    ranked.sort(key=lambda each: each[:2])
    return [slip for *_, slip in ranked[:_MOST]]


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
                except (SyntaxError, ValueError):  # its first line is not its own: `x = 1; class A: ...`
                    continue
                found[each.name] = _Definition(label, first_line + first - 1, text, tree)
    return found


def _used_by(exercise: str, definitions: dict[str, _Definition], others: Collection[str]) -> list[str]:
    """The exercise, and what it uses, directly or not, nearest first."""
    found = [exercise] if exercise in definitions else []
    for name in found:
        used = (node.id for node in ast.walk(definitions[name].tree) if isinstance(node, ast.Name))
        found += [each for each in dict.fromkeys(used) if each in definitions and each not in (*found, *others)]
    return found


def _slips(definition: _Definition) -> Iterator[tuple[Change, Slip]]:
    text = _Text(definition.text)
    seen = {definition.text}
    for change in _changes(definition.tree):
        changed = text.with_(change.node, change.new)
        if changed not in seen:
            seen.add(changed)
            line = definition.line + change.node.lineno - 1
            padded = "\n" * (definition.line - 1) + changed  # a line number in a message is the file's own
            yield change, Slip(change.kind, definition.label, line, text.of(change.node), padded)


def _changes(tree: ast.stmt) -> Iterator[Change]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from changes_of_expressions(function, tree)
            yield from changes_of_statements(function)


class _Text:
    """A text, and the places of nodes in it, which count bytes."""

    def __init__(self, text: str) -> None:
        self._bytes = text.encode()
        self._starts = [0, *itertools.accumulate(len(row) + 1 for row in self._bytes.split(b"\n"))]

    def _span(self, node: Place) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[node.end_lineno - 1] + node.end_col_offset

    def of(self, node: Place) -> str:
        start, end = self._span(node)
        return self._bytes[start:end].decode()

    def with_(self, node: Place, new: New) -> str:
        """The text with something else in the place of a node."""
        start, end = self._span(node)
        if isinstance(new, ast.expr):
            written = ast.unparse(new)
            if not isinstance(new, ast.Slice | ast.Name | ast.Constant):
                written = f"({written})"
        else:
            statements = new if isinstance(new, list) else [new]
            rows = [row for each in statements for row in ast.unparse(ast.fix_missing_locations(each)).split("\n")]
            written = f"\n{' ' * node.col_offset}".join(rows)
        return (self._bytes[:start] + written.encode() + self._bytes[end:]).decode()

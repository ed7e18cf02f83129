"""Defines a change, the kinds of changes, and helpers to make them."""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Node = TypeVar("Node", bound=ast.AST)

# The question for the student, by the kind of the change that makes the code right.
QUESTIONS = {
    "comparison": "Is the comparison right?",
    "operator": "Is the operator right?",
    "sign": "Is the sign right?",
    "number": "Is the number right?",
    "value": "Is each argument right?",
    "axis": "Is it the right axis, and should it be kept?",
    "variable": "Is it the right variable?",
    "order": "Is this the right order?",
    "parentheses": "Are the parentheses where they should be?",
    "transpose": "Is it the right way round, or should something be transposed?",
    "too_much": "Is something here too much?",
    "missing": "Is a factor or a term missing?",
    "function": "Is it the right function?",
    "missing_function": "Is something missing around it, such as a square, a root or an absolute value?",
    "depth": "Which lines belong into the block, and which behind it?",
    "condition": "Is the condition right?",
    "off_by_one": "Is it off by one?",
    "copy": "Does it have to be a copy, or must it be none?",
    "adds": "Should it add to what is there, or replace it?",
}

Place = ast.expr | ast.stmt
New = ast.expr | ast.stmt | list[ast.stmt]


class Span(ast.stmt):
    """Consecutive statements of a block, as one place."""

    def __init__(self, statements: Sequence[ast.stmt]) -> None:
        super().__init__()
        first, last = statements[0], statements[-1]
        self.lineno, self.col_offset = first.lineno, first.col_offset
        self.end_lineno, self.end_col_offset = last.end_lineno, last.end_col_offset


@dataclass(frozen=True)
class Change:
    """kind: a key of QUESTIONS. rank: lower is likelier. new: replaces the node."""

    kind: str
    rank: float
    node: Place
    new: New


def with_(node: Node, **fields: Any) -> Node:
    """A copy of the node with these fields replaced."""
    changed = copy.copy(node)
    for field, value in fields.items():
        setattr(changed, field, value)
    return changed


def swaps(items: Sequence[ast.expr]) -> Iterator[list[ast.expr]]:
    """All sequences in which two of the items are swapped."""
    for one, other in itertools.combinations(range(len(items)), 2):
        if not isinstance(items[one], ast.Starred) and not isinstance(items[other], ast.Starred):
            swapped = list(items)
            swapped[one], swapped[other] = items[other], items[one]
            yield swapped


def shifted(value: ast.expr) -> Iterator[ast.expr]:
    """The value plus one, and minus one."""
    for op in (ast.Add(), ast.Sub()):
        yield ast.BinOp(value, op, ast.Constant(1))

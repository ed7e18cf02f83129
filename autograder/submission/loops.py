"""The loops in a piece of code, and the one that it does not leave."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NamedTuple


class Loop(NamedTuple):
    """A loop's first and last line, from 1, and its kind."""

    first: int
    last: int
    is_while: bool


def loops_in(source: str) -> list[Loop]:
    """The loops of a piece of code; none if it cannot be parsed."""
    try:
        nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.For | ast.While)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [Loop(node.lineno, node.end_lineno or 0, isinstance(node, ast.While)) for node in nodes]


def loop_around(lines: Sequence[int], loops: Sequence[Loop]) -> int | None:
    """The line, from 1, of the loop in which the code was at all of these lines; None if there is no such loop.

    Of `while` loops the innermost, else of `for` loops the outermost: a `for` seldom has no end, whereas a `while` with
    a `for` in it may have been seen in that alone.
    """
    first, last = min(lines), max(lines)
    around = [loop for loop in loops if loop.first <= first and last <= loop.last]
    whiles = [loop.first for loop in around if loop.is_while]
    return max(whiles) if whiles else min((loop.first for loop in around), default=None)

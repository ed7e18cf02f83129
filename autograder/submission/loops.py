"""The loops in a piece of code, and the one that it does not leave."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NamedTuple

# What gives the same for the same arguments, and keeps nothing.
_PURE = frozenset({"abs", "all", "any", "bool", "divmod", "float", "int", "len", "max", "min", "pow", "round", "sum"})
_PURE_MODULES = frozenset({"np", "numpy", "math"})


class Loop(NamedTuple):
    """A loop's first and last line, from 1, and its kind.

    closed: it is a `while` whose next turn follows from its function's variables alone: nothing in it draws, reads a
    clock, asks other code of the submission, or keeps something elsewhere.
    """

    first: int
    last: int
    is_while: bool
    closed: bool = False


def loops_in(source: str) -> list[Loop]:
    """The loops of a piece of code; none if it cannot be parsed."""
    try:
        tree = ast.parse(source)
        loops = [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
        closed = {id(node) for function in _functions(tree) for node in _closed_in(function)}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [Loop(node.lineno, node.end_lineno or 0, isinstance(node, ast.While), id(node) in closed) for node in loops]


def _functions(tree: ast.AST) -> list[ast.FunctionDef]:
    """The functions that hold no other one: what they keep for each other is not theirs alone."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    holding = {
        id(node)
        for node in found
        for inner in ast.walk(node)
        if inner is not node and isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
    }
    return [node for node in found if id(node) not in holding]


def _closed_in(function: ast.FunctionDef) -> list[ast.While]:
    """The closed loops of a function, of which no loop around them begins anew."""
    nodes = list(ast.walk(function))
    if any(isinstance(node, ast.Global | ast.Nonlocal | ast.Yield | ast.YieldFrom | ast.For) for node in nodes):
        return []
    local = {node.arg for node in nodes if isinstance(node, ast.arg)}
    local |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return [
        node for node in nodes if isinstance(node, ast.While) and all(_is_pure(each, local) for each in ast.walk(node))
    ]


def _is_pure(node: ast.AST, local: set[str]) -> bool:
    if isinstance(node, ast.Call):
        if isinstance(_root(node.func), ast.Call | ast.Constant):
            return True  # of what another call gave, which is looked at by itself
        names = _dotted(node.func)
        if len(names) == 1:
            return names[0] in _PURE - local
        return bool(names) and (names[0] in local or (names[0] in _PURE_MODULES and "random" not in names))
    if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return _dotted(node)[:1] != [] and _dotted(node)[0] in local
    return not isinstance(node, ast.Await | ast.Import | ast.ImportFrom | ast.ListComp | ast.GeneratorExp | ast.With)


def _root(node: ast.AST) -> ast.AST:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node


def _dotted(node: ast.AST) -> list[str]:
    """The names of `a.b.c`, or of `a[0].b`; none if it is something else."""
    root = _root(node)
    inside = [each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)]
    return [root.id, *inside] if isinstance(root, ast.Name) else []


def loop_around(lines: Sequence[int], loops: Sequence[Loop]) -> int | None:
    """The line, from 1, of the loop in which the code was at all of these lines; None if there is no such loop.

    Of `while` loops the innermost, else of `for` loops the outermost: a `for` seldom has no end, whereas a `while` with
    a `for` in it may have been seen in that alone.
    """
    first, last = min(lines), max(lines)
    around = [loop for loop in loops if loop.first <= first and last <= loop.last]
    whiles = [loop.first for loop in around if loop.is_while]
    return max(whiles) if whiles else min((loop.first for loop in around), default=None)


def is_endless(lines: Sequence[int], loops: Sequence[Loop]) -> bool:
    """Whether code that was at all of these lines, with the same values each time, is in a loop without end."""
    first, last = min(lines), max(lines)
    around = [loop for loop in loops if loop.first <= first and last <= loop.last]
    return bool(around) and all(loop.closed for loop in around)

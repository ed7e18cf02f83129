"""Finds the loops in a piece of code, and the loop in which it is stuck."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

# Functions that return the same for the same arguments and store nothing.
_PURE = frozenset({"abs", "all", "any", "bool", "divmod", "float", "int", "len", "max", "min", "pow", "round", "sum"})
_PURE_MODULES = frozenset({"np", "numpy", "math"})


class Loop(NamedTuple):
    """A loop's first and last line, from 1, and its kind.

    closed: it is a `while` whose next turn follows from its function's variables alone: nothing in it draws, reads a
    clock, asks other code of the submission, or keeps something elsewhere.
    body: the first line at which it is known to have another turn; 0 if there is none. kept_by: the local variables
    that must keep plain values so that nothing but an exception ends it; None if something else may.
    """

    first: int
    last: int
    is_while: bool
    closed: bool = False
    body: int = 0
    kept_by: frozenset[str] | None = None


def loops_in(source: str) -> list[Loop]:
    """The loops of a piece of code; none if it cannot be parsed."""
    try:
        tree = ast.parse(source)
        loops = [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
        functions = _functions(tree)
        closed = {id(node) for function in functions for node in _closed_in(function)}
        kept = {id(node): kept_by for function in functions for node, kept_by in _kept_in(function)}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [
        Loop(
            node.lineno,
            node.end_lineno or 0,
            isinstance(node, ast.While),
            id(node) in closed,
            _body_of(node),
            kept.get(id(node)),
        )
        for node in loops
    ]


def _body_of(loop: ast.For | ast.While) -> int:
    above = loop.test if isinstance(loop, ast.While) else loop.iter
    if isinstance(above, ast.Constant):
        return loop.lineno
    first = loop.body[0].lineno
    return first if first > (above.end_lineno or first) else 0


def _functions(tree: ast.AST) -> list[ast.FunctionDef]:
    """The functions that contain no other function, so that all their variables are their own."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    holding = {
        id(node)
        for node in found
        for inner in ast.walk(node)
        if inner is not node and isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
    }
    return [node for node in found if id(node) not in holding]


def _closed_in(function: ast.FunctionDef) -> list[ast.While]:
    """The closed loops of a function that no enclosing loop can restart."""
    nodes = list(ast.walk(function))
    if any(isinstance(node, ast.Global | ast.Nonlocal | ast.Yield | ast.YieldFrom | ast.For) for node in nodes):
        return []
    local = _local_in(function)
    return [
        node for node in nodes if isinstance(node, ast.While) and all(_is_pure(each, local) for each in ast.walk(node))
    ]


def _is_pure(node: ast.AST, local: set[str]) -> bool:
    if isinstance(node, ast.Call):
        if isinstance(_root(node.func), ast.Call | ast.Constant):
            return True  # a method of another call's result; that call is checked by itself
        names = _dotted(node.func)
        if len(names) == 1:
            return names[0] in _PURE - local
        return bool(names) and (names[0] in local or (names[0] in _PURE_MODULES and "random" not in names))
    if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return _dotted(node)[:1] != [] and _dotted(node)[0] in local
    return not isinstance(node, ast.Await | ast.Import | ast.ImportFrom | ast.ListComp | ast.GeneratorExp | ast.With)


# What ends a loop, or binds names in ways that are not analyzed.
_LEAVES = (ast.Break, ast.Return, ast.Raise, ast.Assert, ast.Match, ast.Import, ast.ImportFrom, ast.Try, ast.TryStar)
# Conditions made only of these have the same value for the same plain values.
_PLAIN = (ast.Name, ast.Constant, ast.Compare, ast.BoolOp, ast.BinOp, ast.UnaryOp)
_SIGNS = (ast.expr_context, ast.cmpop, ast.boolop, ast.operator, ast.unaryop)
_MORE, _LESS = (ast.Gt, ast.GtE), (ast.Lt, ast.LtE)


def _kept_in(function: ast.FunctionDef) -> Iterator[tuple[ast.While, frozenset[str]]]:
    """The `while` loops of a function whose condition stays true once it is true, and the variables that must not
    change for that."""
    nodes = list(ast.walk(function))
    if any(isinstance(node, ast.Global | ast.Nonlocal | ast.Yield | ast.YieldFrom | ast.Await) for node in nodes):
        return
    local = _local_in(function)
    for loop in nodes:
        if not isinstance(loop, ast.While) or loop.orelse:  # the `else` runs after the loop
            continue
        if not any(isinstance(node, _LEAVES) for node in ast.walk(loop)):
            kept_by = _kept_by(loop.test, _changes_in(loop))
            if kept_by is not None and kept_by <= local:
                yield loop, kept_by


_Changes = dict[str, set[type[ast.operator] | None]]


def _kept_by(test: ast.expr, changes: _Changes) -> frozenset[str] | None:
    """The variables that must keep their values so that a condition stays true; None if that would not be enough.

    test: the loop's condition, or a part of it. changes: what the loop does to variables.
    """
    parts = list(ast.walk(test))
    if not all(isinstance(part, _PLAIN + _SIGNS) for part in parts):
        return None
    names = frozenset(part.id for part in parts if isinstance(part, ast.Name))
    if not names:
        return names if isinstance(test, ast.Constant) and test.value else None
    if names.isdisjoint(changes):
        return names
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        each_by = [_kept_by(part, changes) for part in test.values]
        return None if None in each_by else frozenset().union(*filter(None, each_by))
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    # It moves away from the limit: `n > 0` with `n += 1`, or `n < 10` with `n -= 1`.
    larger, smaller = test.left, test.comparators[0]
    if isinstance(test.ops[0], _LESS):
        larger, smaller = smaller, larger
    elif not isinstance(test.ops[0], _MORE):
        return None
    for counter, limit, step in ((larger, smaller, ast.Add), (smaller, larger, ast.Sub)):
        if isinstance(counter, ast.Name) and changes.get(counter.id, set()) <= {step}:
            still = frozenset(part.id for part in ast.walk(limit) if isinstance(part, ast.Name))
            if still.isdisjoint(changes):
                return still
    return None


def _changes_in(loop: ast.While) -> _Changes:
    """How a loop changes its variables: Add or Sub if it adds or subtracts a number above 0; None otherwise.

    One walk covers all of them, because the loop, and so their number, may be as large as its author likes.
    """
    steps: dict[int, type[ast.operator]] = {}
    for node in ast.walk(loop):
        match node:
            case ast.AugAssign(target=target, op=op, value=ast.Constant(value=int() | float() as by)):
                pass
            case ast.Assign(
                targets=[ast.Name(id=after) as target],
                value=ast.BinOp(left=ast.Name(id=before), op=op, right=ast.Constant(value=int() | float() as by)),
            ) if before == after:
                pass
            case _:
                continue
        if by > 0:
            steps[id(target)] = type(op)
    changes: _Changes = {}
    for node in ast.walk(loop):
        if isinstance(node, ast.Name) and _binds(node):
            changes.setdefault(node.id, set()).add(steps.get(id(node)))
    return changes


def _local_in(function: ast.FunctionDef) -> set[str]:
    return _bound_in(function) | {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}


def _bound_in(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and _binds(each)}


def _binds(name: ast.Name) -> bool:
    return not isinstance(name.ctx, ast.Load)


def _root(node: ast.AST) -> ast.AST:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node


def _dotted(node: ast.AST) -> list[str]:
    """The names in `a.b.c` or `a[0].b`; empty for other expressions."""
    root = _root(node)
    inside = [each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)]
    return [root.id, *inside] if isinstance(root, ast.Name) else []


def _around(lines: Sequence[int], loops: Sequence[Loop]) -> list[Loop]:
    """The loops that contain all of these lines."""
    first, last = min(lines), max(lines)
    return [loop for loop in loops if loop.first <= first and last <= loop.last]


def loop_around(lines: Sequence[int], loops: Sequence[Loop]) -> int | None:
    """The line, from 1, of the loop in which the code was at all of these lines; None if there is no such loop.

    Among `while` loops, the innermost; otherwise, the outermost `for`. A `for` is seldom endless, and a `while` with a
    `for` in it may have been seen only in the `for`.
    """
    around = _around(lines, loops)
    whiles = [loop.first for loop in around if loop.is_while]
    return max(whiles) if whiles else min((loop.first for loop in around), default=None)


def is_never_left(lines: Sequence[int], steady: Collection[str], loops: Sequence[Loop]) -> bool:
    """Whether code that was seen at all of these lines is in a loop that only an exception can end.

    steady: the variables with plain values that were the same each time.
    """
    around = _around(lines, loops)
    return any(
        loop.kept_by is not None
        and loop.kept_by <= set(steady)
        # At the condition, the condition may be false, and an enclosing loop may have restarted this one.
        and (0 < loop.body <= max(lines) or (len(around) == 1 and len(lines) > 1))
        for loop in around
    )


def entered_once(lines: Sequence[int], loops: Sequence[Loop]) -> int:
    """The line, from 1, of the `while` in which the code was at all of these lines, unless an enclosing loop may have
    restarted it; 0 if there is none."""
    outermost = min(_around(lines, loops), default=None)
    return outermost.first if outermost and outermost.is_while else 0


def is_endless(lines: Sequence[int], loops: Sequence[Loop]) -> bool:
    """Whether code that was seen at these lines, and returned to an earlier state, is in an endless loop."""
    around = _around(lines, loops)
    return bool(around) and all(loop.closed for loop in around)

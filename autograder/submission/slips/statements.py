"""Proposes changes to statements that may be superfluous, at the wrong depth or in the wrong order."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.submission.slips.changes import Change, Span, with_

_Block = ast.For | ast.While | ast.If | ast.With
_NEAR = 4  # statements: the greatest distance over which one is moved


def changes_of_statements(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Change]:
    waiting: list[ast.AST] = [function]
    while waiting:
        owner = waiting.pop()
        for field in ("body", "orelse"):
            block = getattr(owner, field, None)
            if isinstance(block, list):
                waiting += [each for each in block if not isinstance(each, ast.FunctionDef | ast.ClassDef)]
                for index in range(len(block)):
                    yield from _of_statement(block, index)


def _of_statement(block: list[ast.stmt], index: int) -> Iterator[Change]:
    statement = block[index]
    if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Pass):
        return
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):  # a docstring
        return
    yield Change("too_much", 3, statement, ast.Pass())
    for other in range(index + 1, min(index + _NEAR, len(block))):
        between = block[index : other + 1]
        yield Change("order", 2.5, Span(between), [between[-1], *between[:-1]])
        if len(between) > 2:
            yield Change("order", 2.5, Span(between), [*between[1:], between[0]])
    if isinstance(statement, ast.If):
        yield Change("condition", 2, statement.test, ast.UnaryOp(ast.Not(), statement.test))
        yield Change("condition", 3, statement, statement.body)
        if statement.orelse:
            yield Change("condition", 3, statement, statement.orelse)
    if isinstance(statement, _Block) and not getattr(statement, "orelse", None):
        yield from _of_depth(block, index, statement)


def _of_depth(block: list[ast.stmt], index: int, inner: _Block) -> Iterator[Change]:
    """Move a block's last statements behind it, its first statement before it, or neighboring statements into it."""
    body = inner.body
    for count in range(1, min(_NEAR, len(body))):
        yield Change("depth", 1.5, inner, [with_(inner, body=body[:-count]), *body[-count:]])
    if len(body) > 1:
        yield Change("depth", 2.5, inner, [body[0], with_(inner, body=body[1:])])
    for count in range(1, min(_NEAR, len(block) - index)):
        following = block[index + 1 : index + 1 + count]
        yield Change("depth", 2.5, Span([inner, *following]), [with_(inner, body=[*body, *following])])
    if index > 0:
        yield Change("depth", 2.5, Span(block[index - 1 : index + 1]), [with_(inner, body=[block[index - 1], *body])])

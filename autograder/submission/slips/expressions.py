"""Proposes changes to an expression."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from autograder.submission.slips.calls import changes_of_call
from autograder.submission.slips.changes import Change, shifted, swaps, with_

_Function = ast.FunctionDef | ast.AsyncFunctionDef

_OTHER_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add, ast.MatMult),
    ast.Div: (ast.Mult, ast.FloorDiv), ast.FloorDiv: (ast.Div,), ast.Mod: (ast.FloorDiv,), ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,), ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,),
}  # fmt: skip
_ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Pow, ast.MatMult)
_OTHER_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE), ast.LtE: (ast.Lt, ast.GtE, ast.Gt), ast.Gt: (ast.GtE, ast.Lt, ast.LtE),
    ast.GtE: (ast.Gt, ast.LtE, ast.Lt), ast.Eq: (ast.NotEq, ast.GtE, ast.LtE), ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
_MOST_VARIABLES, _MOST_NAMES = 60, 10


def changes_of_expressions(function: _Function, definition: ast.stmt) -> Iterator[Change]:
    """Changes to everything that a function computes. definition: the function, or the class of a method."""
    names, attributes = _names_in(function), _attributes_in(definition)
    for node in _nodes_of(function):
        yield from _of(node, names, attributes)
    defaults = [each for each in (*function.args.defaults, *function.args.kw_defaults) if each is not None]
    for default in defaults:
        yield from _of_constant(default, names) if isinstance(default, ast.Constant) else ()


def _nodes_of(function: _Function) -> Iterator[ast.AST]:
    """The nodes of what it computes, without inner functions, docstrings, annotations and error messages."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, _Function | ast.ClassDef | ast.JoinedStr | ast.Raise):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        yield node
        parts = [value for field, value in ast.iter_fields(node) if field != "annotation"]
        children = [each for part in parts for each in (part if isinstance(part, list) else [part])]
        waiting += [each for each in reversed(children) if isinstance(each, ast.AST)]


def _names_in(function: _Function) -> list[str]:
    """Its arguments and variables."""
    args = function.args
    names = [arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs) if arg.arg not in ("self", "cls")]
    stored = [node.id for node in _nodes_of(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return list(dict.fromkeys(names + stored))[:_MOST_VARIABLES]


def _attributes_in(definition: ast.stmt) -> list[str]:
    """The attributes of `self` that are read or written."""
    found = (node for node in ast.walk(definition) if isinstance(node, ast.Attribute) and _is_self(node.value))
    return list(dict.fromkeys(node.attr for node in found))[:_MOST_VARIABLES]


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _of(node: ast.AST, names: Sequence[str], attributes: Sequence[str]) -> Iterator[Change]:
    match node:
        case ast.Compare():
            yield from _of_comparison(node)
        case ast.BinOp():
            yield from _of_operation(node)
        case ast.UnaryOp(op=ast.USub()):
            yield Change("sign", 2, node, node.operand)
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield Change("condition", 2, node, node.operand)
        case ast.BoolOp(op=op, values=values):
            yield Change("condition", 1, node, ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values))
            for index in range(len(values)):
                left = [*values[:index], *values[index + 1 :]]
                yield Change("condition", 3, node, left[0] if len(left) == 1 else ast.BoolOp(op, left))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield Change("condition", 2, node, ast.IfExp(test, orelse, body))
            yield Change("condition", 3, node, body)
            yield Change("condition", 3, node, orelse)
        case ast.Call():
            yield from changes_of_call(node)
        case ast.Constant():
            yield from _of_constant(node, names)
        case ast.Name(ctx=ast.Load()) if node.id in names:
            for rank, name in enumerate(_nearest(node.id, names)):
                yield Change("variable", 3 + 0.1 * rank, node, ast.Name(name, ast.Load()))
        case ast.Attribute(attr="T"):
            yield Change("transpose", 2, node, node.value)
        case ast.Attribute(ctx=ast.Load()) if _is_self(node.value):
            for rank, name in enumerate(_nearest(node.attr, attributes)):
                yield Change("variable", 3 + 0.1 * rank, node, ast.Attribute(node.value, name, ast.Load()))
        case ast.Slice():
            yield from _of_slice(node)
        case ast.Subscript(ctx=ast.Load(), slice=ast.Name() | ast.BinOp() as index):
            for one in shifted(index):
                yield Change("off_by_one", 2, node, ast.Subscript(node.value, one, ast.Load()))
        case ast.Tuple(ctx=ast.Load(), elts=items) if len(items) <= 6:
            for swapped in swaps(items):
                yield Change("order", 2, node, ast.Tuple(swapped, ast.Load()))
        case ast.AugAssign(target=target, op=op, value=value):
            for other in _OTHER_OPERATORS.get(type(op), ()):
                yield Change("operator", 2, node, ast.AugAssign(target, other(), value))
            yield Change("adds", 2, node, ast.Assign([target], value))
            yield Change("copy", 2.5, node, ast.Assign([target], ast.BinOp(with_(target, ctx=ast.Load()), op, value)))
            yield from _around(value, names, 1)
        case ast.GeneratorExp(elt=value) | ast.ListComp(elt=value):
            yield from _around(value, names, 1)
        case ast.Assign(targets=[target], value=value):
            if isinstance(target, ast.Name | ast.Subscript | ast.Attribute):
                yield Change("adds", 2, node, ast.AugAssign(target, ast.Add(), value))
            yield from _around(value, names, 1)
        case ast.Return(value=ast.expr() as value):
            for each in value.elts if isinstance(value, ast.Tuple) else [value]:
                yield from _around(each, names, 0)


def _nearest(name: str, names: Sequence[str]) -> list[str]:
    """The other names. Those that begin alike or are adjacent come first."""
    at = names.index(name) if name in names else 0
    others = [each for each in names if each != name]
    others.sort(key=lambda each: (each[0].lower() != name[0].lower(), abs(names.index(each) - at)))
    return others[:_MOST_NAMES]


def _of_comparison(node: ast.Compare) -> Iterator[Change]:
    for index, op in enumerate(node.ops):
        for rank, other in enumerate(_OTHER_COMPARISONS[type(op)]):
            ops = [*node.ops[:index], other(), *node.ops[index + 1 :]]
            yield Change("comparison", 1 + rank / 2, node, ast.Compare(node.left, ops, node.comparators))
    if len(node.ops) == 1 and isinstance(node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE):
        for one in shifted(node.comparators[0]):
            yield Change("off_by_one", 2.5, node, ast.Compare(node.left, node.ops, [one]))
        size = ast.Call(ast.Name("abs", ast.Load()), [node.left], [])
        yield Change("missing_function", 3, node, ast.Compare(size, node.ops, node.comparators))


def _of_operation(node: ast.BinOp) -> Iterator[Change]:
    left, op, right = node.left, node.op, node.right
    for rank, other in enumerate(_OTHER_OPERATORS.get(type(op), ())):
        yield Change("operator", 2 + rank, node, ast.BinOp(left, other(), right))
    if isinstance(op, ast.MatMult):
        one, two = _transposed(left), _transposed(right)
        for first, second in ((one, right), (left, two), (two, left), (right, one), (one, two), (right, left)):
            yield Change("transpose", 2, node, ast.BinOp(first, op, second))
    elif isinstance(op, _ORDERED):
        yield Change("order", 1, node, ast.BinOp(right, op, left))
    yield Change("too_much", 2, node, left)
    if not isinstance(op, ast.Pow | ast.Mod):
        yield Change("too_much", 2, node, right)
    for regrouped in _regrouped(left, op, right):
        yield Change("parentheses", 2, node, regrouped)
    if isinstance(op, ast.Div | ast.Mult | ast.Pow):
        for power in (ast.Constant(2), ast.Constant(0.5)):
            yield Change("missing_function", 3.5, node, ast.BinOp(left, op, ast.BinOp(right, ast.Pow(), power)))


def _regrouped(left: ast.expr, op: ast.operator, right: ast.expr) -> Iterator[ast.expr]:
    """The same operands grouped differently: (a + b) * c for a + b * c, sqrt(v + eps) for sqrt(v) + eps."""
    if isinstance(left, ast.BinOp) and type(left.op) is not type(op):
        yield ast.BinOp(left.left, left.op, ast.BinOp(left.right, op, right))
        yield ast.BinOp(ast.BinOp(left.left, op, right), left.op, left.right)
    if isinstance(right, ast.BinOp) and type(right.op) is not type(op):
        yield ast.BinOp(ast.BinOp(left, op, right.left), right.op, right.right)
    if isinstance(left, ast.BinOp) and isinstance(right, ast.BinOp) and _divides_alike(left, right):
        yield ast.BinOp(ast.BinOp(left.left, op, right.left), left.op, left.right)
    for call, operand in ((left, right), (right, left)):
        if isinstance(call, ast.Call) and len(call.args) == 1 and not call.keywords:
            inner = ast.BinOp(call.args[0], op, operand) if call is left else ast.BinOp(operand, op, call.args[0])
            yield ast.Call(call.func, [inner], [])
            if isinstance(op, ast.Div | ast.Mult):
                yield (
                    ast.BinOp(left, op, ast.Call(call.func, [right], []))
                    if call is left
                    else ast.BinOp(ast.Call(call.func, [left], []), op, right)
                )


def _divides_alike(one: ast.BinOp, other: ast.BinOp) -> bool:
    """Whether the terms are like a // 2 and b // 2, whose difference is not (a - b) // 2."""
    return type(one.op) is type(other.op) and ast.dump(one.right) == ast.dump(other.right)


def _transposed(value: ast.expr) -> ast.expr:
    if isinstance(value, ast.Attribute) and value.attr == "T":
        return value.value
    return ast.Attribute(value, "T", ast.Load())


def _of_constant(node: ast.Constant, names: Sequence[str]) -> Iterator[Change]:
    value = node.value
    others: list[float]
    if isinstance(value, bool):
        yield Change("value", 1, node, ast.Constant(not value))
        return
    if isinstance(value, int):
        others = [value + 1, value - 1, 2 * value, -value, 0, 1, 2, 0.5, value * value]
    elif isinstance(value, float):
        others = [2 * value, value / 2, 1 - value, -value, 0.0, 1.0, 0.5, 10 * value, value / 10, 1e-8, 1e-5]
        for rank, name in enumerate(names[:4]):  # a number instead of an argument
            yield Change("number", 3.5 + 0.1 * rank, node, ast.Name(name, ast.Load()))
    else:
        return
    for rank, other in enumerate(dict.fromkeys(each for each in others if each != value)):
        new: ast.expr = ast.UnaryOp(ast.USub(), ast.Constant(-other)) if other < 0 else ast.Constant(other)
        yield Change("number", 2 + 0.2 * rank, node, new)


def _of_slice(node: ast.Slice) -> Iterator[Change]:
    for field in ("lower", "upper"):
        bound = getattr(node, field)
        if bound is not None:
            for one in shifted(bound):
                yield Change("off_by_one", 2, node, with_(node, **{field: one}))
            yield Change("off_by_one", 3, node, with_(node, **{field: None}))
    if node.lower is None and node.upper is not None:
        yield Change("order", 3, node, ast.Slice(node.upper, None, node.step))
    elif node.upper is None and node.lower is not None:
        yield Change("order", 3, node, ast.Slice(None, node.lower, node.step))


def _around(value: ast.expr, names: Sequence[str], later: float) -> Iterator[Change]:
    """A further operation on a value that is stored or returned."""
    if isinstance(value, ast.Constant | ast.Lambda | ast.Dict | ast.List | ast.ListComp | ast.Tuple):
        return
    yield Change("sign", 2 + later, value, ast.UnaryOp(ast.USub(), value))
    yield Change("transpose", 3 + later, value, ast.Attribute(value, "T", ast.Load()))
    for rank, method in enumerate(("copy", "clone", "detach")):
        yield Change("copy", 3 + rank + later, value, ast.Call(ast.Attribute(value, method, ast.Load()), [], []))
    for name in ("sqrt", "square", "exp", "log", "abs"):
        function = ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load())
        yield Change("missing_function", 3 + later, value, ast.Call(function, [value], []))
    for op, number in ((ast.Mult(), 2), (ast.Div(), 2), (ast.Add(), 1), (ast.Sub(), 1)):
        yield Change("missing", 3 + later, value, ast.BinOp(value, op, ast.Constant(number)))
    yield Change("missing", 3.5 + later, value, ast.BinOp(ast.Constant(1), ast.Sub(), value))
    for rank, name in enumerate(names[:_MOST_NAMES]):
        for op in (ast.Div(), ast.Mult(), ast.Add(), ast.Sub()):
            new = ast.BinOp(value, op, ast.Name(name, ast.Load()))
            yield Change("missing", 3.5 + later + 0.1 * rank, value, new)
    for rank, name in enumerate(names[:3]):
        for axis in (0, 1):
            shape = ast.Attribute(ast.Name(name, ast.Load()), "shape", ast.Load())
            size = ast.Subscript(shape, ast.Constant(axis), ast.Load())
            for op in (ast.Div(), ast.Mult()):
                yield Change("missing", 4 + later + 0.1 * rank, value, ast.BinOp(value, op, size))

"""What may be meant instead of an expression."""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Iterator, Sequence

from autograder.submission.slips.changes import Change

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
_ALIKE = [
    ("max", "min"), ("maximum", "minimum"), ("amax", "amin"), ("argmax", "argmin"), ("any", "all"), ("sum", "mean"),
    ("max", "mean"), ("max", "sum"), ("ceil", "floor"), ("ceil", "round"), ("floor", "round"), ("zeros", "ones"),
    ("zeros_like", "ones_like"), ("std", "var"), ("log", "log2"), ("log", "log10"), ("log", "log1p"), ("exp", "exp2"),
    ("exp", "expm1"), ("sin", "cos"), ("sqrt", "square"), ("randn", "rand"), ("normal", "uniform"),
    ("standard_normal", "random"), ("repeat", "tile"), ("append", "extend"), ("popleft", "pop"), ("hstack", "vstack"),
    ("multiply", "matmul"), ("multiply", "dot"), ("MaxPool2d", "AvgPool2d"), ("max_pool2d", "avg_pool2d"),
    ("relu", "tanh"), ("ReLU", "Tanh"), ("sigmoid", "tanh"), ("Sigmoid", "Tanh"),
    ("train", "eval"), ("softmax", "log_softmax"), ("add", "multiply"),
]  # fmt: skip
_OTHER_NAMES: dict[str, list[str]] = {}
for _pair in _ALIKE:
    for _one, _other in (_pair, _pair[::-1]):
        _OTHER_NAMES.setdefault(_one, []).append(_other)
_BUILT_IN = {"max", "min", "any", "all", "sum"}
_COPYING = {"copy", "clone", "detach", "list", "deepcopy"}
_OF_ONE = {"sqrt", "exp", "log", "abs", "square", "float", "int", "round", "floor", "ceil", "tanh", "sigmoid", "relu",
           "mean", "sum", "item", "transpose", "squeeze", "sorted", "reversed", "set"}  # fmt: skip
_GROUPED = {"sqrt", "exp", "log", "abs", "square", "sum", "mean"}
_REDUCTIONS = {"sum", "mean", "max", "min", "amax", "amin", "std", "var", "prod", "argmax", "argmin", "any", "all",
               "argsort", "sort", "softmax", "log_softmax", "cumsum", "norm", "logsumexp", "flip", "concatenate",
               "stack", "cat", "repeat", "roll", "squeeze", "unsqueeze", "expand_dims", "take", "delete"}  # fmt: skip
_AXES = {"axis", "dim", "axes"}
_MODULES = {"np", "numpy", "torch", "F", "math", "nn", "random"}
_TORCH = {"torch", "F", "nn"}
_MOST_VARIABLES, _MOST_NAMES = 60, 10


def changes_of_expressions(function: _Function, definition: ast.stmt) -> Iterator[Change]:
    """Of all that a function computes. definition: what it is part of, a class if it is a method."""
    names, attributes = _names_in(function), _attributes_in(definition)
    for node in _nodes_of(function):
        yield from _of(node, names, attributes)
    defaults = [each for each in (*function.args.defaults, *function.args.kw_defaults) if each is not None]
    for default in defaults:
        yield from _of_constant(default, names) if isinstance(default, ast.Constant) else ()


def _nodes_of(function: _Function) -> Iterator[ast.AST]:
    """What it computes, without functions inside it, docstrings, annotations and the text of errors."""
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
    """What is read or written of `self`."""
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
            yield from _of_call(node)
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
            for shifted in _shifted(index):
                yield Change("off_by_one", 2, node, ast.Subscript(node.value, shifted, ast.Load()))
        case ast.Tuple(ctx=ast.Load(), elts=items) if len(items) <= 6:
            for swapped in _swaps(items):
                yield Change("order", 2, node, ast.Tuple(swapped, ast.Load()))
        case ast.AugAssign(target=target, op=op, value=value):
            for other in _OTHER_OPERATORS.get(type(op), ()):
                yield Change("operator", 2, node, ast.AugAssign(target, other(), value))
            yield Change("adds", 2, node, ast.Assign([target], value))
            yield Change("copy", 2.5, node, ast.Assign([target], ast.BinOp(_loaded(target), op, value)))
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
    """The other names, those first that begin alike or stand next to it."""
    at = names.index(name) if name in names else 0
    others = [each for each in names if each != name]
    others.sort(key=lambda each: (each[0].lower() != name[0].lower(), abs(names.index(each) - at)))
    return others[:_MOST_NAMES]


def _loaded(target: ast.expr) -> ast.expr:
    loaded = copy.copy(target)
    loaded.ctx = ast.Load()  # type: ignore[attr-defined]
    return loaded


def _swaps(items: Sequence[ast.expr]) -> Iterator[list[ast.expr]]:
    """With two of them in each other's place."""
    for one, other in itertools.combinations(range(len(items)), 2):
        if not isinstance(items[one], ast.Starred) and not isinstance(items[other], ast.Starred):
            swapped = list(items)
            swapped[one], swapped[other] = items[other], items[one]
            yield swapped


def _shifted(value: ast.expr) -> Iterator[ast.expr]:
    """One more and one less."""
    for op in (ast.Add(), ast.Sub()):
        yield ast.BinOp(value, op, ast.Constant(1))


def _of_comparison(node: ast.Compare) -> Iterator[Change]:
    for index, op in enumerate(node.ops):
        for rank, other in enumerate(_OTHER_COMPARISONS[type(op)]):
            ops = [*node.ops[:index], other(), *node.ops[index + 1 :]]
            yield Change("comparison", 1 + rank / 2, node, ast.Compare(node.left, ops, node.comparators))
    if len(node.ops) == 1 and isinstance(node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE):
        for shifted in _shifted(node.comparators[0]):
            yield Change("off_by_one", 2.5, node, ast.Compare(node.left, node.ops, [shifted]))
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
    """The same operands in other groups: (a + b) * c for a + b * c, sqrt(v + eps) for sqrt(v) + eps."""
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
    """Whether a // 2 and b // 2 are meant, of which (a - b) // 2 is another thing."""
    return type(one.op) is type(other.op) and ast.dump(one.right) == ast.dump(other.right)


def _transposed(value: ast.expr) -> ast.expr:
    if isinstance(value, ast.Attribute) and value.attr == "T":
        return value.value
    return ast.Attribute(value, "T", ast.Load())


def _of_call(node: ast.Call) -> Iterator[Change]:
    func, args, keywords = node.func, node.args, node.keywords
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    method = isinstance(func, ast.Attribute) and not (isinstance(func.value, ast.Name) and func.value.id in _MODULES)
    for other in _OTHER_NAMES.get(name, ()):
        if isinstance(func, ast.Attribute):
            yield Change("function", 2, node, ast.Call(ast.Attribute(func.value, other, ast.Load()), args, keywords))
        elif name in _BUILT_IN and other in _BUILT_IN:
            yield Change("function", 2, node, ast.Call(ast.Name(other, ast.Load()), args, keywords))
    if name in _COPYING or name in _OF_ONE:
        kind = "copy" if name in _COPYING else "too_much"
        if len(args) == 1 and not method:
            yield Change(kind, 2, node, args[0])
        elif method and not args:
            yield Change(kind, 2, node, func.value)  # type: ignore[attr-defined]
    if args and isinstance(args[0], ast.Name):
        squared = ast.BinOp(args[0], ast.Pow(), ast.Constant(2))
        yield Change("missing_function", 3.4, args[0], squared)
    if name in _GROUPED and len(args) == 1 and isinstance(args[0], ast.BinOp):
        inner = args[0]
        yield Change("parentheses", 2, node, ast.BinOp(ast.Call(func, [inner.left], keywords), inner.op, inner.right))
        yield Change("parentheses", 2, node, ast.BinOp(inner.left, inner.op, ast.Call(func, [inner.right], keywords)))
    if name in ("transpose", "permute", "reshape", "view"):
        yield from _of_axes_in_order(node)
    for swapped in _swaps(args[:4]):
        yield Change("order", 2, node, ast.Call(func, [*swapped, *args[4:]], keywords))
    if name in _REDUCTIONS:
        yield from _of_reduction(node, 0 if method else 1)
    if name in ("var", "std"):
        yield from _of_spread(node)
    for index, keyword in enumerate(keywords):
        if keyword.arg and keyword.arg not in _AXES:
            left = [*keywords[:index], *keywords[index + 1 :]]
            yield Change("value", 3, node, ast.Call(func, args, left))
    if name in ("range", "arange"):
        yield from _of_range(node)
    if method and name in _OTHER_NAMES and not args:  # |x|.max() for x.max()
        size = ast.Call(ast.Name("abs", ast.Load()), [func.value], [])  # type: ignore[attr-defined]
        new = ast.Call(ast.Attribute(size, name, ast.Load()), args, keywords)
        yield Change("missing_function", 3, node, new)


def _of_axes_in_order(node: ast.Call) -> Iterator[Change]:
    """Other orders of few numbers or sizes that stand in a row, in a tuple or by themselves."""
    args = node.args
    wrapped = bool(args) and isinstance(args[-1], ast.Tuple | ast.List)
    items = args[-1].elts if wrapped else args  # type: ignore[attr-defined]
    if not wrapped and isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") in _MODULES:
        items = args[1:]
    if 2 <= len(items) <= 4:
        before = args[:-1] if wrapped else args[: len(args) - len(items)]
        for order in itertools.permutations(items):
            if list(order) != items:
                after: list[ast.expr] = [ast.Tuple(list(order), ast.Load())] if wrapped else list(order)
                yield Change("order", 3, node, ast.Call(node.func, [*before, *after], node.keywords))


def _axes() -> list[ast.expr]:
    single = [ast.Constant(None), *map(ast.Constant, (0, 1)), ast.UnaryOp(ast.USub(), ast.Constant(1)),
              *map(ast.Constant, (2, 3))]  # fmt: skip
    several = [(0, 1), (1, 2), (2, 3), (0, 2), (0, 2, 3), (1, 2, 3), (0, 1, 2)]
    return [*single, *(ast.Tuple([ast.Constant(axis) for axis in axes], ast.Load()) for axes in several)]


def _of_reduction(node: ast.Call, at: int) -> Iterator[Change]:
    """Another axis, whether it has a name or a place; the axis kept, or not. at: the axis's place."""
    func, args, keywords = node.func, node.args, node.keywords
    torch = isinstance(func, ast.Attribute) and getattr(func.value, "id", "") in _TORCH
    named = next((index for index, each in enumerate(keywords) if each.arg in _AXES), None)
    for rank, axis in enumerate(_axes()):
        if named is not None:
            new = [*keywords[:named], ast.keyword(keywords[named].arg, axis), *keywords[named + 1 :]]
            call = ast.Call(func, args, new)
        elif len(args) > at:
            call = ast.Call(func, [*args[:at], axis, *args[at + 1 :]], keywords)
        elif isinstance(axis, ast.Constant) and axis.value is None:
            continue
        else:
            call = ast.Call(func, args, [*keywords, ast.keyword("dim" if torch else "axis", axis)])
        yield Change("axis", 1 + 0.1 * rank, node, call)
    kept = [each for each in keywords if each.arg not in ("keepdims", "keepdim")]
    if len(kept) == len(keywords):
        kept = [*keywords, ast.keyword("keepdim" if torch else "keepdims", ast.Constant(True))]
    yield Change("axis", 2, node, ast.Call(func, args, kept))


def _of_spread(node: ast.Call) -> Iterator[Change]:
    """Divided by N, or by N - 1."""
    others = [each for each in node.keywords if each.arg not in ("ddof", "unbiased", "correction")]
    for keyword in (ast.keyword("ddof", ast.Constant(1)), ast.keyword("unbiased", ast.Constant(False))):
        yield Change("value", 2, node, ast.Call(node.func, node.args, [*others, keyword]))


def _of_range(node: ast.Call) -> Iterator[Change]:
    args = node.args
    for index, arg in enumerate(args[:2]):
        for shifted in _shifted(arg):
            changed = [*args[:index], shifted, *args[index + 1 :]]
            yield Change("off_by_one", 2, node, ast.Call(node.func, changed, node.keywords))
    if len(args) == 1:
        one = ast.Constant(1)
        yield Change("off_by_one", 2, node, ast.Call(node.func, [one, args[0]], node.keywords))
        more = ast.BinOp(args[0], ast.Add(), one)
        yield Change("off_by_one", 2, node, ast.Call(node.func, [one, more], node.keywords))
        yield Change("order", 3, node, ast.Call(ast.Name("reversed", ast.Load()), [node], []))
    if len(args) == 3:
        yield Change("off_by_one", 3, node, ast.Call(node.func, args[:2], node.keywords))


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
        for rank, name in enumerate(names[:4]):  # a number in the place of an argument
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
            for shifted in _shifted(bound):
                yield Change("off_by_one", 2, node, _with(node, field, shifted))
            yield Change("off_by_one", 3, node, _with(node, field, None))
    if node.lower is None and node.upper is not None:
        yield Change("order", 3, node, ast.Slice(node.upper, None, node.step))
    elif node.upper is None and node.lower is not None:
        yield Change("order", 3, node, ast.Slice(None, node.lower, node.step))


def _with(node: ast.Slice, field: str, value: ast.expr | None) -> ast.Slice:
    changed = copy.copy(node)
    setattr(changed, field, value)
    return changed


def _around(value: ast.expr, names: Sequence[str], later: float) -> Iterator[Change]:
    """Something more to be done to a value that is kept or returned."""
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

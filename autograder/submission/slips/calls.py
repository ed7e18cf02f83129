"""Proposes changes to a call: another function, other arguments, another axis."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from autograder.submission.slips.changes import Change, shifted, swaps

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
_GROUPED = {"sqrt", "exp", "log", "abs", "square", "sum", "mean", "tanh", "sin", "cos", "relu", "sigmoid", "norm"}
_REDUCTIONS = {"sum", "mean", "max", "min", "amax", "amin", "std", "var", "prod", "argmax", "argmin", "any", "all",
               "argsort", "sort", "softmax", "log_softmax", "cumsum", "norm", "logsumexp", "flip", "concatenate",
               "stack", "cat", "repeat", "roll", "squeeze", "unsqueeze", "expand_dims", "take", "delete"}  # fmt: skip
_AXES = {"axis", "dim", "axes"}
_MODULES = {"np", "numpy", "torch", "F", "math", "nn", "random"}
_TORCH = {"torch", "F", "nn"}


def changes_of_call(node: ast.Call) -> Iterator[Change]:
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
    for swapped in swaps(args[:4]):
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
    """Other orders of a few numbers or sizes in sequence, in a tuple or as separate arguments."""
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
    """Another axis, passed by name or by position; the axis kept or not. at: the axis's position."""
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
    """Divide by N, or by N - 1."""
    others = [each for each in node.keywords if each.arg not in ("ddof", "unbiased", "correction")]
    for keyword in (ast.keyword("ddof", ast.Constant(1)), ast.keyword("unbiased", ast.Constant(False))):
        yield Change("value", 2, node, ast.Call(node.func, node.args, [*others, keyword]))


def _of_range(node: ast.Call) -> Iterator[Change]:
    args = node.args
    for index, arg in enumerate(args[:2]):
        for one in shifted(arg):
            changed = [*args[:index], one, *args[index + 1 :]]
            yield Change("off_by_one", 2, node, ast.Call(node.func, changed, node.keywords))
    if len(args) == 1:
        one = ast.Constant(1)
        yield Change("off_by_one", 2, node, ast.Call(node.func, [one, args[0]], node.keywords))
        more = ast.BinOp(args[0], ast.Add(), one)
        yield Change("off_by_one", 2, node, ast.Call(node.func, [one, more], node.keywords))
        yield Change("order", 3, node, ast.Call(ast.Name("reversed", ast.Load()), [node], []))
    if len(args) == 3:
        yield Change("off_by_one", 3, node, ast.Call(node.func, args[:2], node.keywords))

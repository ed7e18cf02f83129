"""Makes mutants: correct code with one small bug, as an author or a student might write by accident.

The operators are those of mutation testing (DeMillo, Lipton & Sayward 1978, "Hints on test data selection"), plus some
for array code: axes, slices, in place or not. Text is left alone: docstrings, annotations, f-strings, and the messages
of exceptions (but not whether one is raised). If two changes give the same code, only one is kept.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_OPERATORS: dict[str, type[ast.operator]] = {
    "+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div, "//": ast.FloorDiv, "%": ast.Mod, "**": ast.Pow,
    "@": ast.MatMult, "<<": ast.LShift, ">>": ast.RShift, "&": ast.BitAnd, "|": ast.BitOr, "^": ast.BitXor,
}  # fmt: skip
_COMPARISONS: dict[str, type[ast.cmpop]] = {
    "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE, "==": ast.Eq, "!=": ast.NotEq,
    "is": ast.Is, "is not": ast.IsNot, "in": ast.In, "not in": ast.NotIn,
}  # fmt: skip
_SYMBOLS = {kind: symbol for symbol, kind in (_OPERATORS | _COMPARISONS).items()}
_OTHER_OPERATOR = {
    "+": "-", "-": "+", "*": "/", "/": "*", "//": "/", "%": "//", "**": "*", "@": "*",
    "<<": ">>", ">>": "<<", "&": "|", "|": "&", "^": "|",
}  # fmt: skip
_ORDERED = {"-", "/", "//", "%", "**", "@", "<<", ">>"}
_OTHER_COMPARISONS = {
    "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"], "==": ["!="], "!=": ["=="],
    "is": ["is not"], "is not": ["is"], "in": ["not in"], "not in": ["in"],
}  # fmt: skip
_PAIRS = [
    ("max", "min"), ("maximum", "minimum"), ("amax", "amin"), ("argmax", "argmin"), ("any", "all"), ("ceil", "floor"),
    ("sum", "mean"), ("zeros", "ones"), ("zeros_like", "ones_like"),
]  # fmt: skip
_OTHER_NAME = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])}
_BUILT_IN = {"max", "min", "any", "all"}  # the other names of the pairs are not Python's own
_COMMUTATIVE = {"max", "min", "maximum", "minimum", "add", "multiply", "isclose", "array_equal", "logical_and", "gcd"}
_COPYING_METHODS = {"copy", "clone", "detach"}
_COPYING_FUNCTIONS = {"copy", "deepcopy", "array", "dict", "list"}
_AXES = {"axis", "dim"}
_COUNTED = {"range", "arange"}
_DROPPED = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Raise, ast.Return, ast.Delete, ast.Break,
            ast.Continue)  # fmt: skip
_Variants = Iterator[tuple[str, ast.AST]]


@dataclass(frozen=True)
class Mutant:
    """One exercise with one change in one line. A dropped statement becomes `pass`.

    id: such as `adam:12:BinOp:+->-`, unique in an assignment; the line is that in solutions/<id>/<id>.py.
    old, new: the changed line before and after, as written by `ast.unparse`. source: the whole changed cell.
    """

    id: str
    exercise: str
    line: int
    old: str
    new: str
    source: str

    @property
    def change(self) -> str:
        """An identification that does not change when lines are added above."""
        return f"{self.old} -> {self.new}"


def mutants(exercise: str, source: str, first_line: int) -> list[Mutant]:
    """All mutants of an exercise's cell, in the order of its lines. first_line: where the cell begins in its file."""
    tree = ast.parse(source)
    original = ast.unparse(tree)
    seen, ids = {original}, dict[str, int]()
    found = []
    for holder, key, node, line in _sites(tree, 1):
        for what, variant in _variants(node):
            _put(holder, key, variant)
            text = ast.unparse(ast.fix_missing_locations(tree))
            _put(holder, key, node)
            if text in seen:
                continue
            seen.add(text)
            name = f"{exercise}:{first_line + line - 1}:{type(node).__name__}:{what}"
            ids[name] = ids.get(name, 0) + 1
            unique = name if ids[name] == 1 else f"{name}#{ids[name]}"
            old, new = _changed_line(original, text)
            found.append(Mutant(unique, exercise, first_line + line - 1, old, new, text))
    return sorted(found, key=lambda mutant: mutant.line)


def _sites(node: ast.AST, line: int) -> Iterator[tuple[Any, Any, ast.AST, int]]:
    """Every node below `node` that may be changed: its parent, its field or index there, the node, its line."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "exc", "msg") or isinstance(node, ast.JoinedStr):
            continue
        items = enumerate(value) if isinstance(value, list) else [(field, value)]
        for key, item in items:
            if not isinstance(item, ast.AST) or _does_nothing(item):
                continue
            at = getattr(item, "lineno", line)
            yield value if isinstance(value, list) else node, key, item, at
            yield from _sites(item, at)


def _does_nothing(node: ast.AST) -> bool:
    """Whether it is a docstring, an ellipsis, or the declaration of a type."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.AnnAssign) and node.value is None


def _put(holder: Any, key: Any, node: ast.AST) -> None:
    if isinstance(holder, list):
        holder[key] = node
    else:
        setattr(holder, key, node)


def _changed_line(before: str, after: str) -> tuple[str, str]:
    """The line that differs."""
    rows = zip(before.split("\n"), after.split("\n"), strict=False)
    return next((old.strip(), new.strip()) for old, new in rows if old != new)


def _with(node: ast.AST, **fields: Any) -> Any:
    changed = copy.copy(node)
    for field, value in fields.items():
        setattr(changed, field, value)
    return changed


def _swapped(items: Sequence[Any], index: int) -> list[Any]:
    """The items with those at index and index + 1 swapped."""
    return [*items[:index], items[index + 1], items[index], *items[index + 2 :]]


def _without(items: Sequence[Any], index: int) -> list[Any]:
    return [*items[:index], *items[index + 1 :]]


def _not(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _shifted(bound: ast.expr, by: int) -> ast.expr:
    return ast.BinOp(bound, ast.Add() if by > 0 else ast.Sub(), ast.Constant(1))


def _variants(node: ast.AST) -> _Variants:
    """Replacements for a node: (what is changed, the other node)."""
    if isinstance(node, ast.stmt):
        yield from _of_statement(node)
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node.value)
    elif isinstance(node, ast.keyword):
        yield from _of_keyword(node)
    else:
        yield from _of_expression(node)


def _of_statement(node: ast.stmt) -> _Variants:
    if isinstance(node, _DROPPED):
        yield "dropped", ast.Pass()
    match node:
        case ast.AugAssign(target, op, value):
            symbol = _SYMBOLS[type(op)]
            other = _OTHER_OPERATOR[symbol]
            yield f"{symbol}=->{other}=", _with(node, op=_OPERATORS[other]())
            yield f"{symbol}=->=", ast.Assign([target], value)
        case ast.Assign([ast.Name(name) as target], ast.BinOp(ast.Name(left), op, right)) if name == left:
            yield "in place", ast.AugAssign(target, op, right)
        case ast.Return(ast.Tuple(items) as result):
            for i in range(len(items) - 1):
                yield f"{i}<->{i + 1}", _with(node, value=_with(result, elts=_swapped(items, i)))
        case ast.If(test) | ast.While(test) if _worth_negating(test):
            yield "negated", _with(node, test=_not(test))


def _worth_negating(test: ast.expr) -> bool:
    """Whether no other operator negates this test."""
    return not isinstance(test, ast.Constant | ast.UnaryOp) and not (
        isinstance(test, ast.Compare) and len(test.ops) == 1
    )


def _of_expression(node: ast.AST) -> _Variants:
    match node:
        case ast.BinOp(left, op, right):
            symbol = _SYMBOLS[type(op)]
            other = _OTHER_OPERATOR[symbol]
            yield f"{symbol}->{other}", _with(node, op=_OPERATORS[other]())
            if symbol in _ORDERED:
                yield f"{symbol} swapped", _with(node, left=right, right=left)
        case ast.UnaryOp(ast.USub() | ast.Not() | ast.Invert(), operand):
            yield "sign dropped" if isinstance(node.op, ast.USub) else "not dropped", operand
        case ast.Compare(ops=ops):
            for i, comparison in enumerate(ops):
                symbol = _SYMBOLS[type(comparison)]
                for other in _OTHER_COMPARISONS[symbol]:
                    changed = [*ops[:i], _COMPARISONS[other](), *ops[i + 1 :]]
                    yield f"{symbol}->{other}", _with(node, ops=changed)
        case ast.BoolOp(ast.And()):
            yield "and->or", _with(node, op=ast.Or())
        case ast.BoolOp(ast.Or()):
            yield "or->and", _with(node, op=ast.And())
        case ast.IfExp(test) if _worth_negating(test):
            yield "negated", _with(node, test=_not(test))
        case ast.comprehension(ifs=ifs):
            for i, test in enumerate(ifs):
                if _worth_negating(test):
                    yield "negated", _with(node, ifs=[*ifs[:i], _not(test), *ifs[i + 1 :]])
        case ast.Slice(lower, upper):
            if lower is not None and not _is_number(lower):
                yield "lower+1", _with(node, lower=_shifted(lower, 1))
            if upper is not None and not _is_number(upper):
                yield "upper-1", _with(node, upper=_shifted(upper, -1))
        case ast.Attribute(attr=name, ctx=ast.Load()) if name in _OTHER_NAME:
            yield f"{name}->{_OTHER_NAME[name]}", _with(node, attr=_OTHER_NAME[name])
        case ast.Name(name, ast.Load()) if name in _BUILT_IN:
            yield f"{name}->{_OTHER_NAME[name]}", _with(node, id=_OTHER_NAME[name])


def _is_number(node: ast.expr) -> bool:
    """Whether it is a literal number, which has its own variants."""
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


def _of_call(node: ast.Call) -> _Variants:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    args = node.args
    if isinstance(node.func, ast.Attribute) and name in _COPYING_METHODS and not args:
        yield f"{name} dropped", node.func.value
    elif name in _COPYING_FUNCTIONS and len(args) == 1 and not node.keywords:
        yield f"{name} dropped", args[0]
    if name not in _COMMUTATIVE:
        for i in range(len(args) - 1):
            if not any(isinstance(each, ast.Starred) for each in args[i : i + 2]):
                yield f"args {i}<->{i + 1}", _with(node, args=_swapped(args, i))
    for i, keyword in enumerate(node.keywords):
        yield f"{keyword.arg or '**'} dropped", _with(node, keywords=_without(node.keywords, i))
    if name in _COUNTED and args:
        stop = 0 if len(args) == 1 else 1
        if stop and not _is_number(args[0]):
            yield "start+1", _with(node, args=[_shifted(args[0], 1), *args[1:]])
        if not _is_number(args[stop]) and not isinstance(args[stop], ast.Starred):
            yield "stop-1", _with(node, args=[*args[:stop], _shifted(args[stop], -1), *args[stop + 1 :]])


def _of_keyword(node: ast.keyword) -> _Variants:
    if node.arg not in _AXES:
        return
    match node.value:
        case ast.Constant(None):
            yield "None->0", _with(node, value=ast.Constant(0))
        case ast.Tuple(items) if len(items) > 1:
            for i in range(len(items)):
                yield f"axis {i} dropped", _with(node, value=_with(node.value, elts=_without(items, i)))
        case value:
            yield f"{ast.unparse(value)}->None", _with(node, value=ast.Constant(None))


def _of_constant(value: Any) -> _Variants:
    if isinstance(value, bool):
        others: list[Any] = [not value]
    elif isinstance(value, int):
        others = [value + 1, value - 1]
    elif isinstance(value, float | complex):
        others = [2 * value, -value] if value else [1.0]
    else:
        return
    for other in others:
        negative = not isinstance(other, complex | bool) and other < 0
        # A negative constant would be unparsed without the parentheses that it may need.
        new: ast.expr = ast.UnaryOp(ast.USub(), ast.Constant(-other)) if negative else ast.Constant(other)
        yield f"{value!r}->{other!r}", new

"""The bugs put into code: one at a time, named, in the same order each time."""

from __future__ import annotations

import ast

import pytest

from autograder.proofs.mutants import mutants


def changes(source: str) -> set[str]:
    """The changed lines of all mutants of a cell."""
    return {mutant.new for mutant in mutants("f", source, 1)}


# What each operator makes of a line, which may have other mutants, too.
OPERATORS = [
    ("y = a + b", {"y = a - b"}),
    ("y = a - b", {"y = a + b", "y = b - a"}),
    ("y = a * b", {"y = a / b"}),
    ("y = a / b", {"y = a * b", "y = b / a"}),
    ("y = a // b", {"y = a / b", "y = b // a"}),
    ("y = a ** b", {"y = a * b", "y = b ** a"}),
    ("y = a @ b", {"y = a * b", "y = b @ a"}),
    ("y = -a", {"y = a"}),
    ("y = a < b", {"y = a <= b", "y = a >= b"}),
    ("y = a == b", {"y = a != b"}),
    ("y = a is None", {"y = a is not None"}),
    ("y = a not in b", {"y = a in b"}),
    ("y = a and b", {"y = a or b"}),
    ("y = not a", {"y = a"}),
    ("y = b if a else c", {"y = b if not a else c"}),
    ("if a or b:\n    y()", {"if not (a or b):"}),
    ("while a.more:\n    y()", {"while not a.more:"}),
    ("y = [a for a in b if a.ok]", {"y = [a for a in b if not a.ok]"}),
    ("y = 0", {"y = 1", "y = -1"}),
    ("y = 3 ** a", {"y = 4 ** a", "y = 2 ** a"}),
    ("y = 0.5 ** a", {"y = 1.0 ** a", "y = (-0.5) ** a"}),
    ("y = 0.0", {"y = 1.0"}),
    ("y = True", {"y = False"}),
    ("y = a.sum(axis=0)", {"y = a.sum(axis=1)", "y = a.sum(axis=None)", "y = a.sum()"}),
    ("y = a.sum(axis=None)", {"y = a.sum(axis=0)", "y = a.sum()"}),
    ("y = a.sum(axis=(0, 2))", {"y = a.sum(axis=(2,))", "y = a.sum(axis=(0,))"}),
    ("y = a.max(keepdims=True)", {"y = a.max()", "y = a.max(keepdims=False)", "y = a.min(keepdims=True)"}),
    ("y = f(a, b, c)", {"y = f(b, a, c)", "y = f(a, c, b)"}),
    ("y = f(a, **b)", {"y = f(a)"}),
    ("y = max(a, b)", {"y = min(a, b)"}),
    ("y = np.zeros_like(a)", {"y = np.ones_like(a)"}),
    ("y = a.mean()", {"y = a.sum()"}),
    ("y = np.maximum.reduce(a)", {"y = np.minimum.reduce(a)"}),
    ("y = a.copy()", {"y = a"}),
    ("y = dict(a)", {"y = a"}),
    ("y = a[b:c]", {"y = a[b + 1:c]", "y = a[b:c - 1]"}),
    ("y = a[1:-1]", {"y = a[2:-1]", "y = a[0:-1]", "y = a[1:-2]", "y = a[1:-0]", "y = a[1:1]"}),
    ("y = range(a)", {"y = range(a - 1)"}),
    ("y = range(a, b)", {"y = range(a + 1, b)", "y = range(a, b - 1)"}),
    ("y += a", {"y -= a", "y = a", "pass"}),
    ("y = y - a", {"y -= a", "pass"}),
    ("y.append(a)", {"pass"}),
    ("def g():\n    return (a, b, c)", {"return (b, a, c)", "return (a, c, b)", "pass"}),
    ("def g(a, b=1e-8):\n    return a", {"def g(a, b=2e-08):", "def g(a, b=-1e-08):"}),
    ("for a in b:\n    break", {"pass"}),
    ("if a:\n    raise ValueError(1 + 2)", {"pass", "if not a:"}),
]


@pytest.mark.parametrize(("source", "expected"), OPERATORS, ids=[source for source, _ in OPERATORS])
def test_an_operator_makes_its_faults(source: str, expected: set[str]) -> None:
    assert changes(source) >= expected


@pytest.mark.parametrize(
    "source",
    [
        "def f(a: 'x' = None) -> int:\n    '''Adds 1 + 2.'''",  # a docstring, an annotation
        "import numpy as np",
        "x: int",
        "def f(a, b): ...",
    ],
)
def test_text_and_declarations_have_no_faults(source: str) -> None:
    assert changes(source) == set()


def test_neither_messages_nor_what_is_raised_are_changed() -> None:
    assert changes("if a:\n    raise ValueError(f'{1 + a}', 2)") == {"pass", "if not a:"}
    assert changes("y = f'{1 + a} of {3}'") == {"pass"}


def test_the_arguments_of_commutative_functions_stay() -> None:
    assert changes("y = np.maximum(a, b)") == {"y = np.minimum(a, b)", "pass"}


CELL = "\n\ndef f(x):\n    '''What it does.'''\n\n    # a comment\n    y = x + x\n    return y + x\n"


def test_a_mutant_is_named_by_exercise_line_kind_and_change() -> None:
    found = mutants("f", CELL, 40)
    assert [mutant.id for mutant in found] == [
        "f:46:Assign:dropped",
        "f:46:BinOp:+->-",
        "f:47:Return:dropped",
        "f:47:BinOp:+->-",
    ]
    assert (found[1].old, found[1].new, found[1].line) == ("y = x + x", "y = x - x", 46)
    assert found[1].change == "y = x + x -> y = x - x"


def test_faults_of_one_name_are_numbered() -> None:
    ids = [mutant.id for mutant in mutants("f", "y = a + b + c", 1)]
    assert ids == ["f:1:Assign:dropped", "f:1:BinOp:+->-", "f:1:BinOp:+->-#2"]


def test_each_mutant_differs_from_the_others_in_one_line_of_valid_code() -> None:
    found = mutants("f", CELL, 1)
    original = ast.unparse(ast.parse(CELL)).split("\n")
    assert len({mutant.source for mutant in found}) == len(found)
    for mutant in found:
        rows = mutant.source.split("\n")
        ast.parse(mutant.source)
        assert [a.strip() for a, b in zip(rows, original, strict=True) if a != b] == [mutant.new]


def test_the_same_code_gives_the_same_mutants() -> None:
    assert mutants("f", CELL, 3) == mutants("f", CELL, 3)

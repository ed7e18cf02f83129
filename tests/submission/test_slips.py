"""If one small change makes wrong code right, that change is among those that are tried."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.submission.slips import QUESTIONS, Slip, slips_in

X = np.array([[1.0, -2.0, 4.0], [3.0, 0.5, -1.0]])
SQUARE = np.array([[1.0, 2.0], [0.0, 3.0]])


def slips_of(source: str, exercise: str = "f", first_line: int = 1, **kwargs: Any) -> list[Slip]:
    return slips_in([("cell 3", "exercise", source, first_line)], exercise, **kwargs)


def value(source: str, *args: Any) -> Any:
    """The result of `f` for copies of these arguments; None if it raises."""
    names: dict[str, Any] = {"np": np}
    try:
        exec(source, names)
        return names["f"](*(np.copy(arg) for arg in args))
    except Exception:
        return None


def agree(one: Any, other: Any) -> bool:
    try:
        return bool(np.shape(one) == np.shape(other) and np.allclose(one, other))
    except TypeError:
        return False


# kind, line and code of the slip; the wrong and the right source; the arguments of the call.
CASES: dict[str, tuple[str, int, str, str, str, tuple[Any, ...]]] = {
    "strictly": (
        "comparison", 2, "x > 0.5",
        "def f(x):\n    return np.where(x > 0.5, x, 0)",
        "def f(x):\n    return np.where(x >= 0.5, x, 0) + 0",
        (np.array([0.5, 1.0, 0.0]),),
    ),
    "times for divided by": (
        "operator", 3, "x * s",
        "def f(x):\n    s = 4.0\n    return x * s",
        "def f(x):\n    s = 4.0\n    return x / s",
        (X,),
    ),
    "a minus too many": ("sign", 2, "-x", "def f(x):\n    return -x", "def f(x):\n    return x", (X,)),
    "a minus too few": ("sign", 2, "x", "def f(x):\n    return x", "def f(x):\n    return -x", (X,)),
    "another power": (
        "number", 2, "3", "def f(x):\n    return x ** 3", "def f(x):\n    return x ** 2", (X,),
    ),
    "divided by N - 1": (
        "value", 2, "np.var(x, ddof=1)",
        "def f(x):\n    return np.var(x, ddof=1)",
        "def f(x):\n    return np.var(x)",
        (X,),
    ),
    "columns for rows": (
        "axis", 2, "np.sum(x, axis=0)",
        "def f(x):\n    return np.sum(x, axis=0)",
        "def f(x):\n    return np.sum(x, axis=1)",
        (X,),
    ),
    "the axis by its place": (
        "axis", 2, "x.max(0)", "def f(x):\n    return x.max(0)", "def f(x):\n    return x.max()", (X,),
    ),
    "an axis lost": (
        "axis", 2, "x.mean(axis=1)",
        "def f(x):\n    return x.mean(axis=1)",
        "def f(x):\n    return x.mean(axis=1, keepdims=True)",
        (X,),
    ),
    "the variable beside it": (
        "variable", 4, "b",
        "def f(x):\n    a = x + 1\n    b = x - 1\n    return b * 3",
        "def f(x):\n    return (x + 1) * 3",
        (X,),
    ),
    "what is subtracted": (
        "order", 2, "y - x", "def f(x, y):\n    return y - x", "def f(x, y):\n    return x - y", (X, 2 * X + 1),
    ),
    "stored before it is used": (
        "order", 3, "c = 0.9 * c\n    s = x / c",
        "def f(x):\n    c = 2.0\n    c = 0.9 * c\n    s = x / c\n    return s + c",
        "def f(x):\n    c = 2.0\n    s = x / c\n    c = 0.9 * c\n    return s + c",
        (X,),
    ),
    "a row of sizes": (
        "order", 2, "x.transpose(1, 0, 2)",
        "def f(x):\n    return x.transpose(1, 0, 2)",
        "def f(x):\n    return x.transpose(2, 0, 1)",
        (np.arange(24.0).reshape(2, 3, 4),),
    ),
    "before the division": (
        "parentheses", 2, "x + 1 / 4",
        "def f(x):\n    return x + 1 / 4",
        "def f(x):\n    return (x + 1) / 4",
        (X,),
    ),
    "outside the root": (
        "parentheses", 2, "np.sqrt(x) + 0.3",
        "def f(x):\n    return np.sqrt(x) + 0.3",
        "def f(x):\n    return np.sqrt(x + 0.3)",
        (X**2,),
    ),
    "inside the root": (
        "parentheses", 2, "np.sqrt(x + 0.3)",
        "def f(x):\n    return np.sqrt(x + 0.3)",
        "def f(x):\n    return np.sqrt(x) + 0.3",
        (X**2,),
    ),
    "the root of one part": (
        "parentheses", 2, "np.sqrt(x) / 4",
        "def f(x):\n    return np.sqrt(x) / 4",
        "def f(x):\n    return np.sqrt(x / 4)",
        (X**2,),
    ),
    "a matrix the wrong way round": (
        "transpose", 2, "x @ w",
        "def f(x, w):\n    return x @ w",
        "def f(x, w):\n    return x @ w.T",
        (SQUARE + 1, SQUARE),
    ),
    "a term too many": (
        "too_much", 2, "x + 1e-3", "def f(x):\n    return x + 1e-3", "def f(x):\n    return x", (X,),
    ),
    "a statement too many": (
        "too_much", 3, "y *= 2",
        "def f(x):\n    y = x + 1\n    y *= 2\n    return y",
        "def f(x):\n    return x + 1",
        (X,),
    ),
    "a factor too few": (
        "missing", 3, "x.sum()",
        "def f(x):\n    n = len(x)\n    return x.sum()",
        "def f(x):\n    return x.sum() / len(x)",
        (X,),
    ),
    "the mean for the sum": (
        "function", 2, "np.mean(x, 1)", "def f(x):\n    return np.mean(x, 1)", "def f(x):\n    return x.sum(1)", (X,),
    ),
    "no root": (
        "missing_function", 2, "x * x", "def f(x):\n    return x * x",
        "def f(x):\n    return np.log(x * x)", (X,),
    ),
    "no absolute value": (
        "missing_function", 2, "x.max()",
        "def f(x):\n    return x.max()",
        "def f(x):\n    return np.abs(x).max()",
        (-X,),
    ),
    "returned too soon": (
        "depth", 3, "for row in x:\n        s += row\n        return s",
        "def f(x):\n    s = 0\n    for row in x:\n        s += row\n        return s",
        "def f(x):\n    return x.sum(axis=0)",
        (X,),
    ),
    "behind the loop": (
        "depth", 3, "for row in x:\n        s = s + row\n    s = 2 * s",
        "def f(x):\n    s = 0\n    for row in x:\n        s = s + row\n    s = 2 * s\n    return s",
        "def f(x):\n    s = 0\n    for row in x:\n        s = 2 * (s + row)\n    return s",
        (X,),
    ),
    "or for and": (
        "condition", 4, "a > 0 or a < 2",
        "def f(x):\n    s = 0\n    for a in x.ravel():\n        if a > 0 or a < 2:\n            s += a\n    return s",
        "def f(x):\n    return x[(x > 0) & (x < 2)].sum()",
        (X,),
    ),
    "one too few": (
        "off_by_one", 3, "range(n - 1)",
        "def f(x):\n    n = len(x)\n    return sum(x[i] for i in range(n - 1))",
        "def f(x):\n    return x.sum(axis=0)",
        (X,),
    ),
    "one too far": (
        "off_by_one", 2, "1:3", "def f(x):\n    return x[:, 1:3]", "def f(x):\n    return x[:, 1:2]", (X,),
    ),
    "in place": (
        "copy", 3, "y *= 2",
        "def f(x):\n    y = x\n    y *= 2\n    return x + y",
        "def f(x):\n    return x + 2 * x",
        (X,),
    ),
    "replaced": (
        "adds", 4, "s = row",
        "def f(x):\n    s = 0\n    for row in x:\n        s = row\n    return s",
        "def f(x):\n    return x.sum(axis=0)",
        (X,),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_slip_is_found_where_it_is(case: str) -> None:
    kind, line, code, wrong, right, args = CASES[case]
    expected = value(right, *args)
    assert expected is not None
    assert not agree(value(wrong, *args), expected)
    helpful = [slip for slip in slips_of(wrong) if agree(value(slip.source, *args), expected)]
    assert (kind, line, code) in [(slip.kind, slip.line, slip.code) for slip in helpful]


def test_each_question_is_asked_of_something() -> None:
    assert {kind for kind, *_ in CASES.values()} == set(QUESTIONS)


def test_one_place_is_changed_and_all_else_left_as_it_is() -> None:
    source = 'def f(x):\n    """Zürich: ½"""\n    größe = 2  # half\n    return x * größe, "ü"\n'
    slips = slips_of(source)
    assert len({slip.source for slip in slips}) == len(slips) > 10
    for slip in slips:
        assert '"""Zürich: ½"""' in slip.source
        assert slip.code in source
        assert source.split("\n")[slip.line - 1].startswith("    ")
    assert 'return (größe * x), "ü"' not in [slip.source.split("\n")[-1].strip() for slip in slips]  # the same result
    assert any(slip.source.endswith('return (x / größe), "ü"') for slip in slips)


def test_lines_are_those_of_the_file() -> None:
    source = "\n\n@staticmethod\ndef f(x):\n    return x + 1\n"
    slip = slips_of(source, first_line=40)[0]
    assert slip.line == 44
    assert slip.source.split("\n")[41].startswith("@staticmethod")
    assert slip.label == "cell 3"


def test_what_is_wrong_twice_in_the_same_way_is_one_slip() -> None:
    source = (
        "def f(x):\n    a, b, c, d = x\n    w = c - a + 1\n    h = d - b + 1\n    n = a + 1\n    return w * h * n\n"
    )
    box = np.array([1.0, 2.0, 5.0, 9.0])
    slip = next(slip for slip in slips_of(source) if agree(value(slip.source, box), 4 * 7 * 2))
    assert (slip.kind, slip.line, slip.again, slip.code) == ("too_much", 3, (4,), "c - a + 1")


def test_what_the_exercise_uses_is_changed_too_and_nothing_else() -> None:
    source = (
        "def unused(x):\n    return x + 1\n\n"
        "def helper(x):\n    return deeper(x) + 2\n\n"
        "def deeper(x):\n    return x + 3\n\n"
        "def other(x):\n    return x + 4\n\n"
        "def f(x):\n    return helper(x) + other(x)\n"
    )
    places = {slip.code for slip in slips_of(source, others=["other"])}
    assert {"2", "3"} <= places
    assert not {"1", "4"} & places


def test_a_class_is_changed_as_a_whole() -> None:
    source = (
        "class f:\n    def __init__(self, a, b):\n        self.a, self.b = a, b\n\n"
        "    def g(self, x):\n        return self.a * x\n"
    )
    slips = slips_of(source)
    assert ("variable", 6, "self.a") in [(slip.kind, slip.line, slip.code) for slip in slips]
    assert all("class f:" in slip.source for slip in slips)


def test_the_last_definition_counts() -> None:
    cells = [
        ("cell 1", "exercise", "def f(x):\n    return x + 1", 1),
        ("cell 2", "other", "def f(x):\n    return x", 1),
    ]
    assert {slip.label for slip in slips_in(cells, "f")} == {"cell 2"}


def test_given_code_is_not_changed() -> None:
    given = ("cell 1", "setup", "def helper(x):\n    return x + 1", 1)
    slips = slips_in([given, ("cell 2", "exercise", "def f(x):\n    return helper(x)", 1)], "f")
    assert {slip.label for slip in slips} == {"cell 2"}


@pytest.mark.parametrize(
    "source",
    [
        "def f(x:\n    return x",
        "f = lambda x: x + 1",
        "x = 1; " + "def g(): pass",
        "def f(x):\n    return " + "(" * 5000 + ")" * 5000,
        "def f(x):\n    return x\0",
        "def f(x):\n" + "    x = x + 1\n" * 1000,
        "def f(x):\n    return '" + "a" * 20_000 + "'",
        "",
    ],
    ids=["no Python", "a lambda", "behind a semicolon", "nested", "a null", "many lines", "long lines", "nothing"],
)
def test_what_cannot_be_read_has_none(source: str) -> None:
    assert slips_of(source) == []


def test_there_are_not_many_however_long_the_code() -> None:
    rows = "".join(f"    a{i} = x[{i}] + a{max(i - 1, 0)} * 2 if x.sum(axis=0) > 3 else x\n" for i in range(100))
    assert 100 < len(slips_of(f"def f(x):\n    a0 = x\n{rows}    return a9")) < 500


@pytest.mark.parametrize(
    "body",
    [
        "+".join(["a * b"] * 1500),
        "<".join(["a"] * 3000),
        " and ".join(["a"] * 1500),
        "x.transpose(" + "0," * 3000 + "1)",
        "(" * 60 + "a" + ") + 1" * 60,
        "+".join(["a"] * 400),
    ],
    ids=["a long sum", "many comparisons", "many conditions", "many axes", "nested", "a deep sum"],
)
def test_an_expression_may_be_as_long_as_it_likes(body: str) -> None:
    assert slips_of(f"def f(x):\n    a = x + 1\n    return {body}\n")

"""What an exception is likely to mean. The messages come from real exceptions where this Python can raise them."""

from __future__ import annotations

import pytest

from autograder.sandbox.explain import explain
from autograder.submission.loops import is_endless, loop_around, loops_in


def explained(code: str) -> str:
    """What is said of the exception that this code raises."""
    try:
        exec(compile(code, "<cell>", "exec"), {"np": __import__("numpy")})
    except SyntaxError as error:
        return explain([c.__name__ for c in type(error).__mro__], str(error.msg), code)
    except Exception as error:
        return explain([c.__name__ for c in type(error).__mro__], str(error), code.split("\n")[-1])
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("print 'x'", "This is Python 2: `print` is a function in Python 3, print(x)."),
        ("exec 'x'", "This is Python 2: `print` is a function"),
        ("try:\n    pass\nexcept KeyError, e:\n    pass", "This is Python 2: write `except Error as e:`"),
        ("raise ValueError, 'no'", "This is Python 2: write `except Error as e:`"),
        ("x = 0777", "This looks like Python 2"),
        ("1 <> 2", "This looks like Python 2"),
        ("np.float(1)", "np.float was removed from numpy; use float or np.float64."),
        ("np.Inf", "np.Inf was removed from numpy; use np.inf."),
        ("xrange(3)", "This is Python 2: `xrange` is `range` in Python 3."),
        ("import cPickle", "This is Python 2: `cPickle` is `pickle` in Python 3."),
        ("{}.iteritems()", "This is Python 2: `iteritems` is `items` in Python 3."),
        ("range(5 / 2)", "`/` gives a float in Python 3"),
        ("[1, 2][:3 / 2]", "`/` gives a float in Python 3"),
        ("map(abs, [1])[0]", "In Python 3 `map` does not give a list; list(...) turns it into one."),
        ("len(zip([1]))", "In Python 3 `zip` does not give a list"),
        ("{}.keys()[0]", "In Python 3 `dict_keys` does not give a list"),
        ("def f():\n    return f()\nf()", "The recursion is deeper than Python allows"),
    ],
)
def test_an_exception_is_explained(code: str, sentence: str) -> None:
    assert explained(code).startswith(sentence)


@pytest.mark.parametrize(
    "code", ["x = (", "np.nonsense", "nonsense", "import nonsense", "[].nonsense", "range('a' + 'b')", "{}['a']"]
)
def test_nothing_is_said_where_the_message_says_it(code: str) -> None:
    assert explained(code) == ""


def test_the_memory_limit_is_named() -> None:
    assert explain(["MemoryError", "Exception"], "").startswith("The memory limit was reached")


# line 1 is `def f(n):`
LOOPS = """\
def f(n):
    while n:
        for i in range(n):
            n += i
            g(n)
        while i < n:
            i += 1
    for i in n:
        for j in i:
            n.append(j)
    return n
"""


@pytest.mark.parametrize(
    ("lines", "loop"),
    [([4], 2), ([3, 4, 5], 2), ([2, 4], 2), ([6, 7], 6), ([7], 6), ([5, 7], 2), ([10], 8), ([8, 10], 8), ([11], None),
     ([1], None), ([5, 10], None)],
)  # fmt: skip
def test_the_loop_around_some_lines(lines: list[int], loop: int | None) -> None:
    assert loop_around(lines, loops_in(LOOPS)) == loop


@pytest.mark.parametrize("source", ["while True print(1)", "\0", "(" * 5000, "-" * 100_000 + "1"])
def test_what_cannot_be_parsed_has_no_loop(source: str) -> None:
    assert loop_around([1], loops_in(source)) is None


def endless(body, lines=(3,), head="def f(x, n, g, t):"):
    return is_endless(lines, loops_in(f"{head}\n" + body))


@pytest.mark.parametrize(
    "body",
    [
        "    y = 1\n    while n > 0: y = x * 2",
        "    y = 1\n    while np.abs(x).max() > t.eps: x[0] = max(x[1], 0)",
        "    y = []\n    while len(y) < n: x.sum(), math.sqrt(t)",
        "    while n:\n        while x: y = n",
    ],
)
def test_a_loop_whose_next_turn_follows_from_its_variables_can_be_endless(body: str) -> None:
    assert endless(body)


@pytest.mark.parametrize(
    "body",
    [
        "    y = 1\n    for y in x: n = y",  # how far it is, no variable says
        "    for y in x:\n        while n > 0: n = n",
        "    while n:\n        for y in x: n = y",
        "    y = 1\n    while g(x) > 0: n = n",  # a function of the submission's: it may count
        "    y = 1\n    while time.time() < t: pass",
        "    y = 1\n    while np.random.rand() < t: pass",
        "    y = 1\n    while rng.random() < t: pass",  # of the module
        "    y = 1\n    while n: STATE[0] += 1",
        "    y = 1\n    while n: STATE.n = 1",
        "    global n\n    while n: n = n",
        "    y = iter(x)\n    while n: next(y)",
        "    yield x\n    while n: yield n",
        "    def k(): return n\n    while n: n = n",
        "    abs = x\n    while n: abs(n)",
        "    y = 1\n    x = n",
    ],
)
def test_what_may_still_end_is_not_called_endless(body: str) -> None:
    assert not endless(body)

"""In which loop code is stuck, and whether it can ever leave it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

import pytest

from autograder.submission import loops
from autograder.submission.loops import entered_once, is_endless, is_never_left, loop_around, loops_in

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


@pytest.mark.parametrize(
    ("lines", "loop"),
    [([3, 4], 2), ([4, 5], 2), ([6, 7], 2), ([2], 2), ([9], 0), ([1, 2], 0), ([5, 10], 0)],
)
def test_the_loop_without_an_end_of_its_own_that_was_entered_once(lines: list[int], loop: int) -> None:
    assert entered_once(lines, loops_in(LOOPS)) == loop
    around = loops_in("for i in x:\n    while i:\n        i = f(i)\nwhile x:\n    x = f(x)")
    assert [entered_once(each, around) for each in ([3], [2, 3], [5], [4, 5], [3, 5])] == [0, 0, 4, 4, 0]


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
        "    y = 1\n    for y in x: n = y",  # no variable tells how far it is
        "    for y in x:\n        while n > 0: n = n",
        "    while n:\n        for y in x: n = y",
        "    y = 1\n    while g(x) > 0: n = n",  # a function of the submission's, which may count
        "    y = 1\n    while time.time() < t: pass",
        "    y = 1\n    while np.random.rand() < t: pass",
        "    y = 1\n    while rng.random() < t: pass",  # a global variable
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


def never_left(body: str, lines: Sequence[int], steady: Collection[str] = ("n", "m")) -> bool:
    rows = "".join(f"    {row}\n" for row in body.split("\n"))
    return is_never_left(lines, steady, loops_in("def f(x, n, m):\n" + rows))


def lines_of_loop(body: str) -> tuple[int, int]:
    """The lines of its condition and its first statement; the same line twice if it has only one."""
    first = 2 + body.count("\n", 0, body.index("while"))
    return first, first + body[body.index("while") :].partition("\n")[0].endswith(":")


@pytest.mark.parametrize(
    "body",
    [
        "while n < m:\n    x[n] += 1",
        "while n < m:\n    x.append(f(n))\n    i = 1",
        "while not n:\n    for i in x: g(i)",
        "while 0 < n <= 2 * m and m != 3:\n    x = x[::-1]",
        "while True:\n    x += 1",
        "while True: x += 1\nx = 2",
        "i = 0\nwhile i >= 0:\n    i += 1",
        "i = 0\nwhile n > i:\n    i -= 2\n    x[i] = i",
        "i = 0\nwhile i < n + m:\n    if x[i]: i -= 1",
        "for i in x:\n    while n:\n        print(x)",
        "i = 0\nwhile i >= 0: i += 1",
        "i = 0\nwhile i < n:\n    i = i - 1",
        "i = 0\nwhile i >= 0 and n > m:\n    i = i + 1\n    x[i] = n",
        "i = j = 0\nwhile i < n and j > -1:\n    i -= 1; j += 1",
    ],
)
def test_a_loop_whose_condition_stays_true_is_never_left(body: str) -> None:
    assert never_left(body, lines_of_loop(body))


@pytest.mark.parametrize(
    "body",
    [
        "while n < m:\n    n += 1",
        "while n < m:\n    n = n + 0",
        "while n < m:\n    n, y = 1, 2",
        "while n < m:\n    for n in x: pass",
        "while n < m:\n    if x: break",
        "while n < m:\n    if x: return 1",
        "while n < m:\n    if x: raise ValueError",
        "while n < m:\n    match x:\n        case n: pass",
        "while n < k:\n    x = 1",  # a global variable, which others may change
        "while x:\n    x.pop()",  # not known to be a plain value that does not change
        "while len(x) < n:\n    x = g(x)",
        "while x[0] < n:\n    g(x)",
        "while n > m:\n    m += 1",
        "while n > m:\n    n += 1; m += 1",
        "while n > 0:\n    n += m",  # m may be negative
        "while n > 0:\n    n += 1\n    n -= 2",
        "while n > 0:\n    n += 0",
        "while n != 0:\n    n += 2",
        "while n > 0:\n    n = m + 1",
        "while n > 0:\n    n = n + m",
        "while n > 0:\n    n = n - -1",  # it is endless, but not recognized
        "while n > 0:\n    n = m = n + 1",
        "while n > 0 and x < 3:\n    n += 1",
        "while n > 0 and m > 0:\n    n += 1; m -= 1",
        "i = 0\nwhile n > 0 or i > 0:\n    n += 1; i -= 1",  # unknown which of the two conditions is true
        "while n < m < 3:\n    n -= 1",
        "while False:\n    n = n",
        "global n\nwhile n:\n    x = 1",
        "yield 1\nwhile n:\n    x = 1",
        "def g():\n    return n\nwhile n:\n    g()",
    ],
)
def test_a_loop_that_something_may_end_is_not_called_endless(body: str) -> None:
    assert not never_left(body, lines_of_loop(body))


def test_a_condition_may_be_false_where_it_was_seen_alone() -> None:
    two_lines = "while n < m:\n    x = 1\nelse:\n    x = 2"
    assert not never_left("for i in x:\n    while n < m: x = 1", (3, 3))
    assert not never_left("for i in x:\n    while n < m:\n        x = 1", (3, 3))
    assert not never_left("while n < m: x = 1", (2,))
    assert never_left("while n < m: x = 1", (2, 2))  # only its body takes time
    assert not never_left(two_lines, (2, 3))
    assert not never_left(two_lines, (4, 5))


def test_all_that_a_condition_asks_must_have_kept_its_value() -> None:
    body = "while n < m:\n    x = 1"
    assert never_left(body, (3, 3), steady=("m", "n", "k"))
    assert not never_left(body, (3, 3), steady=("n", "k"))


def test_a_condition_of_twice_the_parts_is_read_in_twice_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    walked = 0

    def walk(node: ast.AST) -> Iterator[ast.AST]:
        nonlocal walked
        for each in ast.walk(node):
            walked += 1
            yield each

    def nodes_of(parts: int) -> int:
        nonlocal walked
        walked = 0
        assert loops_in(f"def f(n, m):\n    while {'n > 0 and ' * parts}n > m:\n        n += 1")[0].kept_by == {"m"}
        return walked

    monkeypatch.setattr(loops, "ast", _With(ast, walk=walk))
    assert nodes_of(200) < 2.5 * nodes_of(100)


class _With:
    """A module with some functions replaced."""

    def __init__(self, module: object, **functions: object) -> None:
        self._module = module
        self.__dict__ |= functions

    def __getattr__(self, name: str) -> object:
        return getattr(self._module, name)

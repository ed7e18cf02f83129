"""What exceptions probably mean. The messages come from real exceptions if this Python can raise them."""

from __future__ import annotations

import pytest

from autograder.sandbox.explain import explain


def explained(code: str) -> str:
    """The explanation of the exception that this code raises."""
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

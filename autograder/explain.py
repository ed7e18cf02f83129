"""Say what an exception in a student's code is likely to mean, where its own message does not."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

_REMOVED_ALIASES = {
    "float": "float or np.float64", "int": "int or np.int64", "bool": "bool or np.bool_", "object": "object",
    "complex": "complex or np.complex128", "str": "str", "long": "int", "unicode": "str",
    "float_": "np.float64", "complex_": "np.complex128", "Inf": "np.inf", "Infinity": "np.inf", "infty": "np.inf",
    "NaN": "np.nan", "product": "np.prod", "cumproduct": "np.cumprod", "alltrue": "np.all", "sometrue": "np.any",
    "in1d": "np.isin", "row_stack": "np.vstack", "trapz": "np.trapezoid", "asscalar": "array.item()",
    "round_": "np.round", "rank": "np.ndim", "msort": "np.sort(axis=0)",
}  # fmt: skip
_PYTHON_2_NAMES = {"xrange": "range", "raw_input": "input", "unicode": "str", "basestring": "str", "long": "int",
                   "reduce": "functools.reduce", "cPickle": "pickle", "reload": "importlib.reload"}  # fmt: skip
_PYTHON_2_METHODS = {"iteritems": "items", "itervalues": "values", "iterkeys": "keys", "has_key": "in"}
_NO_LIST = re.compile(
    r"'(map|filter|zip|dict_keys|dict_values|dict_items)'(?: object is not subscriptable| has no len\(\))"
)


def is_unwritten(types: Sequence[str], message: str) -> bool:
    """Whether this exception is a stub's. torch raises the same type for what it cannot do with some data."""
    return "NotImplementedError" in types[:1] and (not message.strip() or "not written yet" in message)


def place(label: str, line: int, text: str = "") -> str:
    """Where something happened, as a student finds it: "cell 7, line 2: x = y", or in a script "line 40: x = y".

    label: of the cell; a script's cells are called by their first line and a kernel's by a file, which helps nobody.
    """
    nameless = label.startswith("line ") or "ipykernel_" in label
    where = f"line {line}" if nameless else f"{label}, line {line}"
    return f"{where}: {text.strip()}" if text.strip() else where


def loops_in(source: str) -> list[ast.For | ast.While]:
    """The loops of a piece of code; none if it cannot be parsed."""
    try:
        return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.For | ast.While)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def loop_around(lines: Sequence[int], loops: Sequence[ast.For | ast.While]) -> int | None:
    """The line, from 1, of the loop in which the code was at all of these lines; None if there is no such loop.

    Of `while` loops the innermost, else of `for` loops the outermost: a `for` seldom has no end, whereas a `while` with
    a `for` in it may have been seen in that alone.
    """
    around = [loop for loop in loops if loop.lineno <= min(lines) and max(lines) <= (loop.end_lineno or 0)]
    whiles = [loop.lineno for loop in around if isinstance(loop, ast.While)]
    return max(whiles) if whiles else min((loop.lineno for loop in around), default=None)


def explain(types: Sequence[str], message: str, source_line: str = "") -> str:
    """One sentence to add to the message, or an empty string.

    types: names of the exception's class and base classes. source_line: the student's line, if known.
    """
    if "OutOfMemoryError" in types[:1]:
        return (
            "The GPU's memory that this check may use was not enough: does something keep the graphs of earlier steps, "
            "such as a sum of losses without .item() or .detach()?"
        )
    if "Forbidden" in types[:1]:
        return "This exercise asks you to write that part yourself."
    if "SyntaxError" in types:
        if "call to 'print'" in message or re.match(r"\s*(print\s+[^\s(=]|exec\s+['\"])", source_line):
            return "This is Python 2: `print` is a function in Python 3, print(x)."
        if "multiple exception types must be parenthesized" in message or re.match(r"\s*raise \w+\s*,", source_line):
            return "This is Python 2: write `except Error as e:` and `raise Error(message)`."
        if "leading zeros in decimal integer" in message or re.search(r"<>|`[^`]+`|\d[lL]\b|\bur'", source_line):
            return "This looks like Python 2; the course uses Python 3."
        return ""
    alias = re.search(r"(?:module 'numpy' has no attribute '|`np\.)(\w+)", message)
    if "AttributeError" in types and alias and alias[1] in _REMOVED_ALIASES:
        return f"np.{alias[1]} was removed from numpy; use {_REMOVED_ALIASES[alias[1]]}."
    name = re.search(r"name '(\w+)' is not defined|No module named '(\w+)", message)
    unknown = (name[1] or name[2]) if name and {"NameError", "ImportError"} & set(types) else ""
    if unknown in _PYTHON_2_NAMES:
        return f"This is Python 2: `{unknown}` is `{_PYTHON_2_NAMES[unknown]}` in Python 3."
    method = re.search(r"has no attribute '(\w+)'", message)
    if "AttributeError" in types and method and method[1] in _PYTHON_2_METHODS:
        return f"This is Python 2: `{method[1]}` is `{_PYTHON_2_METHODS[method[1]]}` in Python 3."
    whole = "cannot be interpreted as an integer" in message or "slice indices must be integers" in message
    if "TypeError" in types and whole and "/" in source_line:
        return "`/` gives a float in Python 3, also between integers; `//` gives an integer."
    lazy = _NO_LIST.search(message)
    if "TypeError" in types and lazy:
        return f"In Python 3 `{lazy[1]}` gives no list; list(...) makes one of it."
    if "MemoryError" in types:
        return "The memory limit was reached; is an array larger than it needs to be?"
    if "RecursionError" in types:
        return "The recursion is deeper than Python allows; can a loop with a stack do it?"
    return ""

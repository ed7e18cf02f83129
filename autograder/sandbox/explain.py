"""Explain what an exception in a student's code probably means if its own message does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

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
_LAZY = re.compile(
    r"'(map|filter|zip|dict_keys|dict_values|dict_items)'(?: object is not subscriptable| has no len\(\))"
)


def is_unwritten(types: Sequence[str], message: str) -> bool:
    """Whether this exception is a stub's. torch raises the same type for operations that it does not support."""
    return "NotImplementedError" in types[:1] and (not message.strip() or "not written yet" in message)


def explain(types: Sequence[str], message: str, source_line: str = "") -> str:
    """One sentence to add to the message, or an empty string.

    types: names of the exception's class and base classes. source_line: the student's line, if known.
    """
    for name in types[:1]:
        if name in _BY_NAME:
            return _BY_NAME[name]
    for base, clue in _CLUES:
        if base in types and (says := clue(message, source_line)):
            return says
    return next((says for base, says in _BY_BASE.items() if base in types), "")


# ---- exceptions that say it all -------------------------------------------------------------------------------------

_BY_NAME = {
    "OutOfMemoryError": (
        "The GPU's memory that this check may use was not enough: does something keep the graphs of earlier steps, "
        "such as a sum of losses without .item() or .detach()?"
    ),
    "Forbidden": "This exercise asks you to write that part yourself.",
}
_BY_BASE = {
    "MemoryError": "The memory limit was reached; is an array larger than it needs to be?",
    "RecursionError": "The recursion is deeper than Python allows; can a loop with a stack do it?",
}


# ---- exceptions whose message or line says more ---------------------------------------------------------------------


def _python_2_syntax(message: str, source_line: str) -> str:
    if "call to 'print'" in message or re.match(r"\s*(print\s+[^\s(=]|exec\s+['\"])", source_line):
        return "This is Python 2: `print` is a function in Python 3, print(x)."
    if "multiple exception types must be parenthesized" in message or re.match(r"\s*raise \w+\s*,", source_line):
        return "This is Python 2: write `except Error as e:` and `raise Error(message)`."
    if "leading zeros in decimal integer" in message or re.search(r"<>|`[^`]+`|\d[lL]\b|\bur'", source_line):
        return "This looks like Python 2; the course uses Python 3."
    return ""


def _removed_alias(message: str, source_line: str) -> str:
    alias = re.search(r"(?:module 'numpy' has no attribute '|`np\.)(\w+)", message)
    if alias and alias[1] in _REMOVED_ALIASES:
        return f"np.{alias[1]} was removed from numpy; use {_REMOVED_ALIASES[alias[1]]}."
    return ""


def _python_2_name(message: str, source_line: str) -> str:
    match = re.search(r"name '(\w+)' is not defined|No module named '(\w+)'", message)
    unknown = (match[1] or match[2]) if match else ""
    if unknown in _PYTHON_2_NAMES:
        return f"This is Python 2: `{unknown}` is `{_PYTHON_2_NAMES[unknown]}` in Python 3."
    return ""


def _python_2_method(message: str, source_line: str) -> str:
    method = re.search(r"has no attribute '(\w+)'", message)
    if method and method[1] in _PYTHON_2_METHODS:
        return f"This is Python 2: `{method[1]}` is `{_PYTHON_2_METHODS[method[1]]}` in Python 3."
    return ""


def _float_division(message: str, source_line: str) -> str:
    whole = "cannot be interpreted as an integer" in message or "slice indices must be integers" in message
    if whole and "/" in source_line:
        return "`/` gives a float in Python 3, also between integers; `//` gives an integer."
    return ""


def _lazy_sequence(message: str, source_line: str) -> str:
    lazy = _LAZY.search(message)
    return f"In Python 3 `{lazy[1]}` does not give a list; list(...) turns it into one." if lazy else ""


# Name of a base class -> a function that may explain such an exception, from its message and the student's line.
_CLUES: tuple[tuple[str, Callable[[str, str], str]], ...] = (
    ("SyntaxError", _python_2_syntax),
    ("AttributeError", _removed_alias),
    ("NameError", _python_2_name),
    ("ImportError", _python_2_name),
    ("AttributeError", _python_2_method),
    ("TypeError", _float_division),
    ("TypeError", _lazy_sequence),
)

"""The failing case of a check, for students to inspect: the function's inputs, its result, and the expected result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checking.kernel import Failing
from autograder.checking.values import describe
from autograder.text import printable

_MOST_ENTRIES, _MOST_KEYS = 24, 8


@dataclass(frozen=True)
class Case:
    """function: the function that was called last before the check failed; args, kwargs: its arguments.

    more: the number of calls after that one, each with the previous call's result.
    got, expected: the two values that differ, such as two arrays; name: what they are. None if the check compares
    no two values.
    """

    exercise: str
    function: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    more: int
    message: str
    name: str = ""
    got: Any = None
    expected: Any = None

    @classmethod
    def of(cls, failing: Failing) -> Case:
        found = failing.mismatch
        values = (found.name, _plain(found.got), _plain(found.expected)) if found else ()
        call = failing.label, failing.args, failing.kwargs, failing.more
        return cls(failing.check.exercise, *call, failing.message, *values)

    def __repr__(self) -> str:
        named = ", **c.kwargs" if self.kwargs else ""
        on = f", and {self.more} more calls, each with the result of the previous call" if self.more else ""
        lines = [f'c = case("{self.exercise}")', f"{self.function}(*c.args{named}){on}, where c has"]
        lines += [_shown(f"args[{i}]", value) for i, value in enumerate(self.args)]
        lines += [_shown(f"kwargs[{key!r}]", value) for key, value in self.kwargs.items()]
        if self.expected is not None:
            lines += [
                f"and {self.name} is compared:",
                _shown("got", self.got),
                _shown("expected", self.expected),
            ]
        return printable("\n".join([*lines, self.message]))

    def show(self) -> Any:
        """Plot got, expected and their difference as images, for the plane in which they differ most. Returns the axes.

        Raises: ValueError unless the case has two arrays of the same shape with at least two axes.
        """
        from autograder import plots

        if self.expected is None or np.shape(self.got) != np.shape(self.expected) or np.ndim(self.expected) < 2:
            raise ValueError(f"there are no two arrays to plot: {self.message}")
        got, expected = np.asarray(self.got), np.asarray(self.expected)
        error = np.abs(np.nan_to_num(got) - np.nan_to_num(expected))
        plane = tuple(int(i) for i in np.unravel_index(int(np.argmax(error)), error.shape)[:-2])
        where = f"[{', '.join(map(str, plane))}]" if plane else ""
        return plots.difference(got[plane], expected[plane], (f"got{where}", f"expected{where}", "difference"))


def _shown(label: str, value: Any) -> str:
    """A line for a value: a small array in full with one row per line, a dict by its items, anything else in short."""
    return f"  {label} = {_described(value, len(label) + 5)}"


def _described(value: Any, indent: int) -> str:
    if isinstance(value, dict) and 0 < len(value) <= _MOST_KEYS:
        items = ", ".join(f"{describe(key)}: {describe(item)}" for key, item in value.items())
        return f"{{{items}}}"
    if not isinstance(value, np.ndarray) or not 0 < value.size <= _MOST_ENTRIES or value.dtype == object:
        return describe(value)
    return f"array({np.array2string(value, precision=6, separator=', ', prefix=' ' * (indent + len('array(')))})"


def _plain(value: Any) -> Any:
    """A zero-dimensional array as a plain number; anything else unchanged."""
    return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value

"""The calls that a check made, their arguments and results."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.checking.replies import Leaves, leaves
from autograder.checking.values import untorched
from autograder.sandbox.child import protocol
from autograder.sandbox.namespace import Record

MOST = 1 << 20  # entries to examine; a hint may take milliseconds
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


@dataclass(frozen=True, eq=False)
class Call:
    """One request that a check made, with the reply.

    kind: as in `protocol`. A request that is not a function call has no arguments. Neither has a PROBE, whose arguments
    and result belong to the check. label: of the function or value. parameters: the names of its arguments, in order,
    as in the statement; empty if unknown.
    """

    kind: str
    label: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    gave: Leaves
    parameters: Sequence[str] = ()

    @property
    def given(self) -> Given:
        return Given.of(self.args, self.kwargs, self.parameters)

    @property
    def exercise(self) -> str:
        """The function; for a method, the class."""
        return self.label.split(".")[0]


def calls(record: Record, parameters: Mapping[str, Sequence[str]] | None = None) -> list[Call]:
    """All requests of a check in order. Those that call no function have no arguments.

    parameters: label -> the names of the arguments; methods are under `CLASS.METHOD`.
    """
    found, named = [], parameters or {}
    for (label, request), reply in zip(record.requests, record.replies, strict=False):
        given = request[1] if request[0] == protocol.CALLS else [request[1] if request[0] == protocol.KEEP else request]
        for each, gave in zip(given, leaves(reply), strict=False):
            kind = each[0]
            if kind in (protocol.CALL, protocol.METHOD):
                called = (
                    [f"{label}.forward", f"{label}.__call__"] if kind == protocol.METHOD and not each[2] else [label]
                )
                names = next((named[key] for key in called if key in named), ())
                found.append(Call(kind, label, tuple(each[-2]), dict(each[-1]), gave, names))
            else:
                found.append(Call(kind, label, (), {}, gave))
    return found


def words_of(position: int, parameters: Sequence[str]) -> str:
    """The name of an argument in sentences; its position if the name is unknown."""
    return f"`{parameters[position]}`" if position < len(parameters) else f"its {ORDINALS[position]} argument"


@dataclass
class Given:
    """A function's arguments by their names in sentences: arrays, numbers, and the lengths of axes."""

    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, args: Sequence[Any], kwargs: dict[str, Any] | None = None, parameters: Sequence[str] = ()) -> Given:
        given = cls()
        named = [(words_of(i, parameters), value) for i, value in enumerate(args[: len(ORDINALS)])]
        for words, value in [*named, *((f"`{key}`", value) for key, value in (kwargs or {}).items())]:
            given._take(words, value)
        for words, array in given.arrays.items():
            for axis, length in enumerate(array.shape):
                if length > 1:
                    given.lengths.setdefault(f"the length of axis {axis} of {words}", length)
            if array.ndim > 1 and array.size > 1:
                given.lengths[f"the number of entries of {words}"] = array.size
            if array.ndim > 2:
                given.lengths[f"the lengths of the first two axes of {words}"] = array.shape[0] * array.shape[1]
        return given

    def _take(self, words: str, value: Any, depth: int = 0) -> None:
        value = untorched(value)
        if isinstance(value, bool | np.bool_):
            return
        if isinstance(value, int | float | np.integer | np.floating):
            if math.isfinite(value):
                self.numbers[words] = float(value)
        elif isinstance(value, np.ndarray) and value.dtype.kind in "biuf" and 0 < value.size <= MOST:
            self.arrays[words] = value
        elif isinstance(value, dict) and depth < 2:
            for key, item in value.items():
                if isinstance(key, str):  # other keys are not names, and the student's code may have chosen them
                    self._take(f"`{key}`", item, depth + 1)
        elif isinstance(value, list | tuple) and 0 < len(value) <= len(ORDINALS) and depth < 2:
            if all(isinstance(item, int | float) for item in value):
                self.arrays[words] = np.asarray(value, float)
            else:
                for i, item in enumerate(value):
                    self._take(f"item {i} of {words}", item, depth + 1)

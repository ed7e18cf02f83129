"""Splits replies into parts, and compares two results up to rounding."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from autograder.checking.compare import allowed
from autograder.checking.values import untorched
from autograder.sandbox.child import protocol
from autograder.sandbox.child.wire import UNRECORDED, Frame, Reference, WireError, decode

_RTOL = 1e-6
_LONGEST = 4096  # items of a list that is converted to an array
A_HANDLE = "<an object>"
# Paths of parts: of a value; of an exception's type and message.
_VALUE, RAISED, MESSAGE = (protocol.VALUE,), (protocol.RAISED,), (protocol.RAISED, "message")


def leaves(reply: Frame) -> list[Leaves]:
    """The parts of a reply, by path, for each call that it answers: one, unless several were requested at once.

    Parts are arrays, plain values, and which arguments were changed in place. An exception is its type's name and
    message. An object that stayed on its side is `A_HANDLE`, since the student chooses the name of its class. What was
    not recorded is not a part.
    """
    try:
        message = decode(reply)
    except WireError:
        return [Leaves()]
    match message:  # a hostile process may have sent anything
        case [protocol.RAISED, [str(type_name), *_], str(said), *_]:
            return [Leaves({RAISED: type_name, MESSAGE: said})]
        case [protocol.VALUES, [_, *_] as values, *_]:
            return [_leaves_of(value, _VALUE) for value in values]
        case [protocol.VALUE, value, list(modified)] if all(type(index) is int for index in modified):
            # Lists and dicts are ignored: whether a state is kept in the given dict is a matter of taste.
            arrays = [index for index in modified if index >= 0]
            return [Leaves(_leaves_of(value, _VALUE) | {("modified in place",): str([arrays])})]
        case [str(kind), *content] if kind not in (protocol.RAISED, protocol.VALUES):
            return [_leaves_of(content[0] if content else None, (kind,))]
    return [Leaves()]


class Leaves(dict[tuple[Any, ...], Any]):
    """The parts of one call's result, by path."""

    MISSING = object()

    def at(self, path: tuple[Any, ...]) -> Any:
        """The part at a path, whether it is in a list of numbers or in an array of them; MISSING if there is none."""
        if path in self:
            return self[path]
        for end in range(len(path) - 1, 0, -1):
            array = untorched(self.get(path[:end]))
            if isinstance(array, np.ndarray):
                return _within(array, path[end:])
        length = self.get((*path, "length"))
        items = (
            [self.at((*path, i)) for i in range(length)] if isinstance(length, int) and 0 < length < _LONGEST else []
        )
        if not items or not all(_is_number_or_array(item) for item in items):
            return self.MISSING
        try:
            return np.asarray([untorched(item) for item in items])
        except ValueError:
            return self.MISSING

    @functools.cached_property
    def layouts(self) -> dict[tuple[Any, ...], dict[tuple[Any, ...], tuple[int, ...]]]:
        """For each item of the result, the shapes of all its parts, by path."""
        found: dict[tuple[Any, ...], dict[tuple[Any, ...], tuple[int, ...]]] = {}
        for path, value in self.items():
            found.setdefault(path[:2], {})[path] = np.shape(value)
        return found


def _within(array: np.ndarray, keys: tuple[Any, ...]) -> Any:
    """The item at these keys of the list from which this array was made."""
    for key in keys:
        if key == "length" and array.ndim:
            return len(array)
        if not isinstance(key, int) or not array.ndim or key >= len(array):
            return Leaves.MISSING
        array = array[key]
    return array if array.ndim else array[()]


def _is_number_or_array(value: Any) -> bool:
    return isinstance(untorched(value), int | float | np.ndarray | np.generic) and not isinstance(value, bool)


def leaves_of(value: Any) -> Leaves:
    """The parts of a decoded value."""
    return _leaves_of(value, _VALUE)


def _leaves_of(value: Any, path: tuple[Any, ...]) -> Leaves:
    found = Leaves()
    _collect_leaves(value, path, found)
    return found


def _collect_leaves(value: Any, path: tuple[Any, ...], found: Leaves) -> None:
    if isinstance(value, list | tuple):
        found[(*path, "length")] = len(value)
        for i, item in enumerate(value):
            _collect_leaves(item, (*path, i), found)
    elif isinstance(value, dict):
        for key, item in value.items():
            _collect_leaves(item, (*path, key), found)
    elif isinstance(value, Reference):
        if value != UNRECORDED:
            found[path] = A_HANDLE
    else:
        found[path] = bool(value) if isinstance(value, np.bool_) else value


def same_parts(a: Any, b: Any) -> bool:
    """Whether two results have the same parts, up to rounding."""
    mine, theirs = _leaves_of(a, ()), _leaves_of(b, ())
    return mine.keys() == theirs.keys() and all(same_value(mine[path], theirs[path]) for path in mine)


def same_value(a: Any, b: Any) -> bool:
    """Whether two parts are the same result, up to rounding in the dtype of `a`."""
    if isinstance(a, str | bytes | bool | None) or isinstance(b, str | bytes | bool | None):
        return type(a) is type(b) and bool(a == b)
    try:
        x, y = np.asarray(untorched(a)), np.asarray(untorched(b))
        if x.shape != y.shape or x.dtype.kind not in "biufc" or y.dtype.kind not in "biufc":
            return False
        if x.dtype == y.dtype and x.tobytes() == y.tobytes():  # often true, and a diagnosis compares thousands
            return True
        y = y if y.dtype.kind in "fc" else y.astype(float)
        with np.errstate(all="ignore"):
            error = float(np.abs(x - y).max(initial=0.0))
            if error < np.inf:  # all numbers are finite, as nearly always
                return error == 0 or error <= allowed(a, float(np.abs(y).max(initial=0.0)), _RTOL)
            scale = float(np.max(np.abs(y[np.isfinite(y)]), initial=0.0))
            return bool(np.allclose(x, y, rtol=0, atol=allowed(a, scale, _RTOL), equal_nan=True))
    except (TypeError, ValueError):
        return False


def same_reply(a: Frame, b: Frame) -> bool:
    """Whether two replies are the same result, up to rounding and the message of an exception, which may differ between
    versions of Python or NumPy."""
    mine, theirs = leaves(a), leaves(b)
    return len(mine) == len(theirs) and all(
        x.keys() == y.keys() and all(path == MESSAGE or same_value(x[path], y[path]) for path in x)
        for x, y in zip(mine, theirs, strict=True)
    )

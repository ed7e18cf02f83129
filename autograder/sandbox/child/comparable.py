"""Turns values into others that can be compared later, after the values themselves may have changed."""

from __future__ import annotations

from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import numpy as np

_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes, range, slice, type(...)})
_FIXED = frozenset({FunctionType, BuiltinFunctionType, ModuleType, np.ufunc, type(np.sum)})
_OF_TORCH = frozenset({"device", "dtype"})  # it may not be loaded


class TooMuchError(Exception):
    """Values that are too large to compare, or of a kind that may contain more than it shows."""


class Comparables:
    """Comparable forms of values. most_values, most_bytes: of all together.

    meet: called with each function and class among them, since only their identity is compared.
    """

    def __init__(self, most_values: int, most_bytes: int, meet: Callable[[Any], object] = id) -> None:
        self._values = most_values
        self._bytes = most_bytes
        self._meet = meet

    def of(self, value: Any) -> Any:
        """Raises: TooMuchError."""
        kind = type(value)
        self._values -= 1
        if self._values < 0:
            raise TooMuchError
        if kind in _PLAIN or (kind.__module__ == "torch" and kind.__name__ in _OF_TORCH):
            return kind, repr(value)  # 1 is not 1.0, and nan is nan
        if kind in _FIXED or isinstance(value, type):
            if isinstance(value, FunctionType | type):
                self._meet(value)
            return kind, id(value)
        if kind is np.ndarray or isinstance(value, np.generic):
            self._bytes -= value.nbytes
            if self._bytes < 0 or value.dtype.hasobject:
                raise TooMuchError
            return kind, value.dtype.str, value.shape, value.tobytes()
        if kind in (list, tuple, set, frozenset):
            return kind, [self.of(each) for each in value]
        if kind is dict:
            return kind, [(self.of(key), self.of(each)) for key, each in value.items()]
        raise TooMuchError

"""Reads JSON objects strictly: every field must have the right type, and unknown fields are errors."""

from __future__ import annotations

import math
from typing import Any

from autograder.errors import CourseError


class Fields:
    """The fields of a JSON object, which messages call `where`. Raises: CourseError if `data` is not an object."""

    def __init__(self, data: object, where: str) -> None:
        if not isinstance(data, dict):
            raise CourseError(f"{where} is not an object")
        self.data, self.where = dict(data), where

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def take(self, key: str, kind: type, *, optional: bool = False) -> Any:
        """The field's value, which must have this type; an integer is accepted as a float. optional: it may be null.

        Raises: CourseError if it is missing, was taken already, or has another type, or is a number that is not finite.
        """
        if key not in self.data:
            raise CourseError(f"{self.where}.{key} is missing")
        value = self.data.pop(key)
        if value is None and optional:
            return None
        if kind is float and type(value) is int and abs(value) < 2**53:
            value = float(value)
        if type(value) is not kind or (isinstance(value, float) and not math.isfinite(value)):
            raise CourseError(f"{self.where}.{key} is {str(value)[:60]!r}; it must be a {kind.__name__}")
        return value

    def take_dict(self, key: str, kind: type) -> dict[str, Any]:
        """An object whose values all have this type."""
        inner = Fields(self.take(key, dict), f"{self.where}.{key}")
        return {name: inner.take(name, kind) for name in list(inner.data)}

    def take_strings(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        items = {str(index): item for index, item in enumerate(self.take(key, list))}
        inner = Fields(items, f"{self.where}.{key}")
        return tuple(inner.take(index, str) for index in items)

    def take_whole_numbers(self, key: str) -> tuple[int, ...]:
        """A list of integers."""
        items = {str(index): item for index, item in enumerate(self.take(key, list))}
        inner = Fields(items, f"{self.where}.{key}")
        return tuple(inner.take(index, int) for index in items)

    def same(self, key: str, stored: float | None, computed: float | None) -> None:
        """Raises: CourseError if a stored sum differs from the sum of the parts."""
        if (stored is None) != (computed is None) or abs((stored or 0) - (computed or 0)) > 1e-6:
            raise CourseError(f"{self.where}.{key} is {stored}, but its checks add up to {computed}")

    def end(self) -> None:
        """Raises: CourseError, which names an unknown field, if there is one."""
        if self.data:
            raise CourseError(f"{self.where}.{next(iter(self.data))} is not a field that this version knows")

"""A wrong array and the right one, and helpers for the rules that compare them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograder.checking.compare import allowed
from autograder.checking.rules.calls import Given

Array = np.ndarray
_RTOL = 1e-6


@dataclass
class Pair:
    """The result and the expected one. coarse: the relative error of its dtype. whole: the result was integers.

    shapes_only: the values are unknown. counted: both are integers.
    """

    got: Array
    expected: Array
    given: Given
    coarse: float = 0.0
    whole: bool = False
    shapes_only: bool = False
    counted: bool = False

    def same(self, a: Array, b: Array) -> bool:
        """Whether two arrays are the same up to rounding."""
        if self.shapes_only or a.shape != b.shape or not np.isfinite(b).all():
            return False
        scale = float(np.max(np.abs(b), initial=0.0))
        bound = max(allowed(a, scale, _RTOL), self.coarse * scale)
        return bool(np.max(np.abs(a - b), initial=0.0) <= bound)

    def close_to(self, a: float, b: float) -> bool:
        return abs(a - b) <= max(_RTOL, self.coarse) * abs(b)

    @property
    def wrong(self) -> Array:
        scale = float(np.max(np.abs(self.expected), initial=0.0))
        bound = max(allowed(self.got, scale, _RTOL), self.coarse * scale)
        return np.asarray(np.abs(self.got - self.expected) > bound)


def every(pair: Pair) -> str:
    return "{it} is" if pair.got.size == 1 else "Every value of {it} is"


def distinct(values: Array) -> int:
    """The number of different values, all of which a coincidence would have to match."""
    rounded = np.round(values / (np.max(np.abs(values), initial=0.0) or 1.0), 7)
    return len(np.unique(rounded))


def common_factor(a: Array, e: Array, pair: Pair) -> float | None:
    """The number that e is multiplied by in a; None if there is no such number."""
    if not a.size or not e.any() or a.shape != e.shape:
        return None
    i = np.unravel_index(int(np.argmax(np.abs(e))), e.shape)
    factor = float(a[i] / e[i])
    return factor if factor and pair.same(a, factor * e) else None

"""Which of the submission's functions are at work all the while: those that are in each of some samples of its stack.

The one that loops is in each sample; what it calls comes and goes.
"""

from __future__ import annotations

from types import FrameType
from typing import Any

from .workspace import label_of

SAMPLES = 5
_MAX_FRAMES = 50
_PLAIN = frozenset({type(None), bool, int, float})
_MOST_STEADY, _LARGEST = 50, 1 << 64


def running(frame: FrameType | None) -> list[FrameType]:
    """The submission's functions on this stack, innermost first."""
    found: list[FrameType] = []
    while frame is not None and len(found) < _MAX_FRAMES:
        if label_of(frame.f_code):
            found.append(frame)
        frame = frame.f_back
    return found


class AtWork:
    """The functions that were in all samples so far, with the lines at which they were, and the variables that have
    kept a plain value. One look is so many SAMPLES.

    before: the last look. count: of samples.
    """

    def __init__(self, before: AtWork | None = None) -> None:
        self.count = 0
        self._looks_before = before.looks if before else {}
        self._lines: dict[FrameType, list[int]] = {}
        self._steady: dict[FrameType, set[tuple[str, type, Any]]] = {}

    def add(self, functions: list[FrameType]) -> None:
        """One more sample: what `running` gave."""
        known = self._lines
        self._lines = {at: [*known.get(at, ()), at.f_lineno] for at in functions if self.count == 0 or at in known}
        for at in self._lines:
            plain = _plain_in(at)
            self._steady[at] = self._steady[at] & plain if at in self._steady else plain
        self.count += 1

    @property
    def innermost(self) -> FrameType | None:
        return next(iter(self._lines), None)

    @property
    def looks(self) -> dict[FrameType, int]:
        """In how many looks in a row, with this one, the same call of each function has been at work."""
        return {at: self._looks_before.get(at, 0) + 1 for at in self._lines}

    def places(self) -> list[list[Any]]:
        """As a STUCK says it."""
        looks = self.looks
        found = []
        for at, lines in self._lines.items():
            steady = [name for name, _, _ in self._steady[at]][:_MOST_STEADY]
            found.append([label_of(at.f_code), at.f_code.co_qualname, lines, steady, looks[at]])
        return found


def _plain_in(frame: FrameType) -> set[tuple[str, type, Any]]:
    """The variables that hold a number, a truth value or nothing."""
    return {
        (name, type(value), value)
        for name, value in frame.f_locals.items()
        if type(value) in _PLAIN and (type(value) is not int or -_LARGEST < value < _LARGEST)
    }

"""Which of the submission's functions run for a long time: those in every one of several samples of its stack.

The function that loops is in every sample; the functions that it calls come and go.
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
    """The functions that were in all samples so far, the lines at which they were, and those of their variables that
    kept a plain value. One look consists of SAMPLES samples.

    before: the previous look. count: of samples.
    """

    def __init__(self, before: AtWork | None = None) -> None:
        self.count = 0
        self._looks_before = before.looks if before else {}
        self._lines: dict[FrameType, list[int]] = {}
        self._steady: dict[FrameType, set[tuple[str, type, Any]]] = {}

    def add(self, functions: list[FrameType]) -> None:
        """Add one sample, a result of `running`."""
        known = self._lines
        self._lines = {at: [*known.get(at, ()), _line(at)] for at in functions if self.count == 0 or at in known}
        for at in self._lines:
            plain = _plain_in(at)
            self._steady[at] = self._steady[at] & plain if at in self._steady else plain
        self.count += 1

    @property
    def innermost(self) -> FrameType | None:
        return next(iter(self._lines), None)

    @property
    def looks(self) -> dict[FrameType, int]:
        """For how many consecutive looks, including this one, the same call of each function has been running."""
        return {at: self._looks_before.get(at, 0) + 1 for at in self._lines}

    def places(self) -> list[list[Any]]:
        """The places for a STUCK message."""
        looks = self.looks
        found = []
        for at, lines in self._lines.items():
            steady = [name for name, _, _ in self._steady[at]][:_MOST_STEADY]
            found.append([label_of(at.f_code), at.f_code.co_qualname, lines, steady, looks[at]])
        return found


def _line(frame: FrameType) -> int:
    """The line at which a function is; its first if the instruction has none, as some that the compiler adds."""
    line: int | None = frame.f_lineno
    return frame.f_code.co_firstlineno if line is None else line


def _plain_in(frame: FrameType) -> set[tuple[str, type, Any]]:
    """The variables that hold a number, a boolean or None."""
    return {
        (name, type(value), value)
        for name, value in frame.f_locals.items()
        if type(value) in _PLAIN and (type(value) is not int or -_LARGEST < value < _LARGEST)
    }

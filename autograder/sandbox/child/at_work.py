"""Which of the submission's functions are at work all the while: those that are in each of some samples of its stack.

The one that loops is in each sample; what it calls comes and goes.
"""

from __future__ import annotations

from types import FrameType
from typing import Any

from .workspace import label_of

SAMPLES = 5
_MAX_FRAMES = 50


def running(frame: FrameType | None) -> list[FrameType]:
    """The submission's functions on this stack, innermost first."""
    found: list[FrameType] = []
    while frame is not None and len(found) < _MAX_FRAMES:
        if label_of(frame.f_code):
            found.append(frame)
        frame = frame.f_back
    return found


class AtWork:
    """The functions that were in all samples so far, with the lines at which they were. count: of samples."""

    def __init__(self) -> None:
        self.count = 0
        self._lines: dict[FrameType, list[int]] = {}

    def add(self, functions: list[FrameType]) -> None:
        """One more sample: what `running` gave."""
        known = self._lines
        self._lines = {at: [*known.get(at, ()), at.f_lineno] for at in functions if self.count == 0 or at in known}
        self.count += 1

    def places(self) -> list[list[Any]]:
        """As a STUCK says it."""
        return [[label_of(at.f_code), at.f_code.co_qualname, lines] for at, lines in self._lines.items()]

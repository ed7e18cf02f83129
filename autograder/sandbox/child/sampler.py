"""Where code is that does not come to an end: looked at while a check computes, and said to the grader once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from signal import ITIMER_PROF, SIGPROF, setitimer, signal  # by name: a submission may change the module
from types import FrameType
from typing import Any

from . import forbidden, protocol
from .workspace import label_of

_SAMPLES = 5
_MAX_FRAMES = 50


class Sampler:
    """Samples the submission's functions at work. The one that loops is in each sample; what it calls comes and goes.

    say: sends a STUCK to the grader, with the innermost place first.
    computing: whether the submission's code runs, so that nothing else is being sent.
    """

    def __init__(self, say: Callable[[list[Any]], None]) -> None:
        self._say = say
        self.computing = False
        self._samples = 0
        self._at_work: dict[FrameType, list[int]] = {}

    def begin(self, look_s: float) -> None:
        """Look at the next check. look_s: seconds of computing until it is said where the code is; 0 for never."""
        self._samples, self._at_work = 0, {}
        signal(SIGPROF, self._sample)
        setitimer(ITIMER_PROF, look_s / _SAMPLES, look_s / _SAMPLES)

    def _sample(self, _: int, frame: FrameType | None) -> None:
        if not self.computing:
            return
        with forbidden.judging(""), contextlib.suppress(Exception):  # it must not be raised in the student's code
            found: dict[FrameType, list[int]] = {}
            while frame is not None and len(found) < _MAX_FRAMES:
                known = self._at_work.get(frame)
                if label_of(frame.f_code) and (known is not None or self._samples == 0):
                    found[frame] = [*(known or ()), frame.f_lineno]
                frame = frame.f_back
            self._samples, self._at_work = self._samples + 1, found
            if self._samples == _SAMPLES:
                setitimer(ITIMER_PROF, 0)
                self._at_work = {}
                places = [[label_of(at.f_code), at.f_code.co_qualname, lines] for at, lines in found.items()]
                self._say([protocol.STUCK, places])

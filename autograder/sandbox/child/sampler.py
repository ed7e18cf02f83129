"""Samples where a check's code is while it computes, and reports it to the grader, to find code that never ends."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable
from signal import ITIMER_PROF, SIGPROF, setitimer, signal  # by name: a submission may change the module
from types import FrameType
from typing import Any

from . import forbidden, protocol
from .at_work import SAMPLES, AtWork, running
from .comparable import Comparables

_STATES = 2 * SAMPLES  # recent states to compare with: a loop may take several turns to return to one
_MOST_VALUES, _MOST_BYTES = 1000, 1 << 20  # in a function's variables; comparing more takes too long


class Sampler:
    """Samples the submission's running functions.

    say: sends a STUCK message to the grader, innermost place first, after each `look_s` of computing.
    given_up: called at each sample after the first message; ends the process if the grader has told it to.
    """

    def __init__(self, say: Callable[[list[Any]], None], given_up: Callable[[], None]) -> None:
        self._say, self._given_up = say, given_up
        self._said = False
        self._computing = False
        self._at_work = AtWork()
        self._states: deque[Any] = deque(maxlen=_STATES)
        self._recurring: FrameType | None = None  # the function whose state occurred before
        signal(SIGPROF, self._sample)

    def begin(self, look_s: float) -> None:
        """Start to watch the next check. look_s: seconds of computing between reports; 0 for none."""
        self._at_work, self._recurring, self._said = AtWork(), None, False
        setitimer(ITIMER_PROF, look_s / SAMPLES, look_s / SAMPLES)

    def computes(self, computing: bool) -> None:
        """Tell whether the submission's code runs from now on. Only then may a report be sent between messages."""
        self._computing = computing
        self._states.clear()  # they keep the values of the code's variables alive

    def _sample(self, _: int, frame: FrameType | None) -> None:
        if not self._computing:
            return
        with forbidden.Judging(""), contextlib.suppress(Exception):  # nothing may be raised in the student's code
            if self._said:
                self._given_up()
            functions = running(frame)
            # Not inside a library call, which may be sampled more than once at one place of one turn.
            state = _state_of(functions) if functions and functions[0] is frame else None
            if state is not None:
                if state in self._states:
                    self._recurring = functions[0]
                self._states.append(state)
            self._at_work.add(functions)
            if self._at_work.count == SAMPLES:
                at_work, recurring = self._at_work, self._recurring
                self._at_work, self._recurring = AtWork(at_work), None
                recurs = recurring is not None and recurring is at_work.innermost
                self._say([protocol.STUCK, at_work.places(), recurs])
                self._said = True


def _state_of(functions: list[FrameType]) -> Any:
    """These calls, how far each is, and the values of their variables, comparable with a later state; None if that is
    not possible. Includes the frames themselves, so that no later call gets the identity of one of them."""
    of = Comparables(_MOST_VALUES, _MOST_BYTES).of
    try:
        return [(at, at.f_lasti, {name: of(value) for name, value in at.f_locals.items()}) for at in functions]
    except Exception:
        return None

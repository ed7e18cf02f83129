"""A limit on how long the course's own code may take, so that a reference without end is a message and not a wait.

Time is counted while this process computes, so that a busy machine is nobody's fault; code that waits for something is
ended much later, by the clock. It rests on signals, so it holds in the main thread of systems that have them; elsewhere
nothing is limited. A single call into compiled code is ended when it returns.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from autograder.errors import CourseError
from autograder.sandbox.child.workspace import label_of

_CLOCK = 20  # so many times the limit by the clock, for code that waits
_AGAIN_S = 1.0  # code that swallows the interruption is interrupted again
_SPARED = 5  # times that a destructor is left alone, from which Python prints an exception instead of raising it


class Endless(CourseError):
    """The course's own code did not end within its time."""


class _Overtime(BaseException):
    """Raised in the code that takes too long; no `except Exception` there holds it up."""


class _Alarm:
    """The signals' handler, while it stands. limited: a deadline is running. at: where the code was when its time was
    over. spared: how often it was left alone."""

    def __init__(self) -> None:
        self.limited = False
        self.at: str | None = None
        self.spared = 0

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if not self.limited:  # it ended in time, at the last moment
            return
        if self.spared < _SPARED and _in_destructor(frame):
            self.spared += 1
            return
        if self.at is None:
            self.at = _place(frame)
        raise _Overtime


_standing: _Alarm | None = None


@contextlib.contextmanager
def standing() -> Iterator[None]:
    """Each deadline inside the block costs little: what answers the signals is put in place once for all of them."""
    global _standing
    if _standing is not None or not _has_signals():
        yield
        return
    _standing = _Alarm()
    before = {number: signal.signal(number, _standing) for number in (signal.SIGPROF, signal.SIGALRM)}
    try:
        yield
    finally:
        _standing = None
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def deadline(limit_s: float, what: str) -> Iterator[None]:
    """Let the block compute for so many seconds. what: begins the message. Inside another deadline that one governs.

    Raises: Endless if the time is over, whatever the code inside makes of being interrupted.
    """
    with contextlib.nullcontext() if _standing else standing():
        alarm = _standing
        if alarm is None or alarm.limited or not _has_signals():
            yield
            return
        alarm.limited, alarm.at, alarm.spared = True, None, 0
        try:
            signal.setitimer(signal.ITIMER_PROF, limit_s, _AGAIN_S)
            signal.setitimer(signal.ITIMER_REAL, _CLOCK * limit_s, _AGAIN_S)
            yield
        except BaseException:
            if alarm.at is None:
                raise
        finally:
            alarm.limited = False
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
        if alarm.at is not None:
            raise Endless(f"{what} did not end within {limit_s:g} s{alarm.at}; is there a loop without end?")


def _has_signals() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def _in_destructor(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_name == "__del__":
            return True
        frame = frame.f_back
    return False


def _place(frame: FrameType | None) -> str:
    """The function at work that is nearest to the course's own files, with its line."""
    while frame is not None:
        label, path = label_of(frame.f_code), Path(frame.f_code.co_filename)
        if label or path.name in ("checks.py", "mistakes.py"):
            return f" (in {frame.f_code.co_name}, line {frame.f_lineno}{'' if label else f' of {path.name}'})"
        frame = frame.f_back
    return ""

"""Limits how long the course's own code may take, so that an endless reference is reported instead of hanging.

The limit counts this process's CPU time, so a busy machine does not matter. Code that waits for something is ended much
later, by the clock. The limit uses signals, so it works only in the main thread of systems that have them; otherwise
nothing is limited. A single call of compiled code is interrupted only when it returns.
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

_CLOCK = 20  # factor for the limit by the clock, for code that waits
_AGAIN_S = 1.0  # interval after which code that swallowed the interruption is interrupted again
_SPARED = 5  # how often a destructor is not interrupted: Python prints exceptions there instead of raising them


class Endless(CourseError):
    """The course's own code did not end within its time."""


class _Overtime(BaseException):
    """Raised in code that takes too long. Not an Exception, so that `except Exception` there does not catch it."""


class _Alarm:
    """The signal handler. limited: a deadline is running. at: where the code was when its time was up. spared: how
    often a destructor was not interrupted."""

    def __init__(self) -> None:
        self.limited = False
        self.at: str | None = None
        self.spared = 0

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if not self.limited:  # the code finished just in time
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
    """Make deadlines inside the block cheap, by installing the signal handler once for all of them."""
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
    """Limit the block to this many seconds of computing. what: begins the message. An outer deadline takes precedence.

    Raises: Endless if the time is up, even if the code inside swallows the interruption.
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


def is_running() -> bool:
    """Whether a deadline is running."""
    return _standing is not None and _standing.limited


def _has_signals() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def _in_destructor(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_name == "__del__":
            return True
        frame = frame.f_back
    return False


def _place(frame: FrameType | None) -> str:
    """The innermost function that is in the course's own files, with its line."""
    while frame is not None:
        label, path = label_of(frame.f_code), Path(frame.f_code.co_filename)
        if label or path.name in ("checks.py", "mistakes.py"):
            return f" (in {frame.f_code.co_name}, line {frame.f_lineno}{'' if label else f' of {path.name}'})"
        frame = frame.f_back
    return ""

"""The two families of errors: the student's, which are scored, and ours, which are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mismatch:
    """Two values that should be equal. name: what they are, such as "dw"."""

    name: str
    got: Any
    expected: Any


class Failure(Exception):
    """The student's work is wrong or missing, as this message says.

    `status` is the check status that a report shows: failed, timeout or crashed. `share`: the part of the check's
    points that is earned all the same, at least 0 and less than 1. hint: where to look, which is said where nothing
    better is known. mismatch: what was compared, where two values were.
    """

    status = "failed"

    def __init__(
        self, message: str = "", *, share: float = 0.0, hint: str = "", mismatch: Mismatch | None = None
    ) -> None:
        super().__init__(message)
        self.hint, self.mismatch = hint, mismatch
        if not 0 <= share < 1:
            raise CourseError(f"a failure cannot earn the share {share} of a check's points; it must be in [0, 1)")
        self.share = float(share)  # a report takes floats, and numpy's numbers are not

    @property
    def message(self) -> str:
        return str(self)


@dataclass(frozen=True)
class AtWork:
    """A function of the student's that was at work all the while, and the lines at which it was seen.

    label: of its cell. steady: those of its variables that hold plain values, and held the same each time. looks: in
    how many looks in a row, with this one, the same call of it was at work. The student's process said so.
    """

    label: str
    function: str
    lines: tuple[int, ...]
    steady: tuple[str, ...] = ()
    looks: int = 1


class Timeout(Failure):
    """The student's code gave no answer before the deadline. at_work: where it was, innermost function first."""

    status = "timeout"

    def __init__(self, message: str = "", at_work: Sequence[AtWork] = ()) -> None:
        super().__init__(message)
        self.at_work = tuple(at_work)


class Crashed(Failure):
    """The student's process ended, or was ended, without an answer: a signal, a limit, a malformed frame."""

    status = "crashed"


class Raised(Failure):
    """The student's code raised an exception.

    types: names of its class and base classes, most special first.
    """

    def __init__(self, message: str, types: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.types = types


class CourseError(Exception):
    """Our fault or our installation's: reported to staff, status `error`, never a student's zero."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows of it in a notebook: what is wrong, without the way through our code."""
        return [str(self)]


class SandboxLost(CourseError):
    """Something other than the submission ended its sandbox, so nothing can be said of the check that ran."""

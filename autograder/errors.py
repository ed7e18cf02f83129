"""The two families of errors: `Failure` is the student's and is scored; `CourseError` is the course's or grader's."""

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
    """The student's work is wrong or missing. The message says how.

    status: the check status in the report: failed, timeout or crashed. share: the part of the check's points that is
    still earned, at least 0 and less than 1. hint: where to look, shown if there is no better diagnosis. mismatch: the
    two values that were compared, if any.
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
    """A function of the student's code that was running when the check timed out, and the lines at which it was seen.

    label: the label of its cell. steady: its variables with plain values that were the same in every sample. looks: the
    number of consecutive samples, including this one, in which the same call was running. The student's process reports
    all this, so it may be forged.
    """

    label: str
    function: str
    lines: tuple[int, ...]
    steady: tuple[str, ...] = ()
    looks: int = 1


class Timeout(Failure):
    """The student's code did not answer before the timeout. at_work: where it was, innermost function first."""

    status = "timeout"

    def __init__(self, message: str = "", at_work: Sequence[AtWork] = ()) -> None:
        super().__init__(message)
        self.at_work = tuple(at_work)


class Crashed(Failure):
    """The student's process ended or was killed without an answer: a signal, a limit, a malformed frame."""

    status = "crashed"


class Raised(Failure):
    """The student's code raised an exception.

    types: the names of its class and base classes, most specific first.
    """

    def __init__(self, message: str, types: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.types = types


class CourseError(Exception):
    """The course, grader or installation is broken: reported to staff, status `error`, never a student's zero."""

    def _render_traceback_(self) -> list[str]:
        """Show only the message in IPython, without a traceback through the grader's code."""
        return [str(self)]


class SandboxLost(CourseError):
    """Something other than the submission ended its sandbox, so the check that was running has no result."""

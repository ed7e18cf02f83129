"""Helpers that several tests need: sample reports, and a measurement of how running time grows."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from autograder.gradebook.policy import Attempt, CourseGrade, Outcome, Penalty
from autograder.report.report import CheckResult, ExerciseResult, Report


def check(status: str = "passed", **changes: object) -> CheckResult:
    values: dict[str, object] = {
        "name": f"is_{status}",
        "title": "Adam follows the reference.",
        "points": 6.0 if status == "passed" else 0.0,
        "max_points": 6.0,
        "public": True,
        "status": status,
    }
    return CheckResult(**(values | changes))  # type: ignore[arg-type]  # the values are of their fields' types


def report(*checks: CheckResult, submission: str = "alice", **changes: object) -> Report:
    values: dict[str, object] = {
        "assignment": "optimizers",
        "submission": submission,
        "exercises": (ExerciseResult("adam", checks),),
        "isolation": "bubblewrap",
        "seed": "00ff",
        "versions": {"python": "3.11.2"},
        "duration_s": 0.25,
    }
    return Report(**(values | changes))  # type: ignore[arg-type]  # the values are of their fields' types


# Names that people give their work and that break formats. Each must be shown unchanged, and have no other effect.
AWKWARD = (
    'Zoë "the" O\'Brien',
    "a,b;c\td",
    "two\nlines",
    "=1+1",
    "@SUM(A1)",
    "| a | b |",
    "<script>alert(1)</script> & <!-- ]]>",
    "`code` *bold* _it_ [link](http://x) ![i](y) $x$ ~~s~~ # h",
    "a\\|b\\*c\\",
    "::error file=x::100%",
    "%0A::stop-commands::x",
    "\u202egnp.exe\u2066",
    "\x00\x1b[31m\r\ud800\ufffe",
    "学生😀e\u0301",
    "x" * 200,
    "",
)


def grade(student: str = "alice", **changes: object) -> CourseGrade:
    """A grade with late work on `conv`, `rnn` dropped, `gan` waiting for staff."""
    when = datetime(2026, 10, 13, 12, tzinfo=UTC)
    outcomes = (
        Outcome("conv", Attempt(80.0, 100.0, when), Penalty(10.0, "A day late."), 70.0, 100.0, 5.0, reason="The best."),
        Outcome("rnn", None, Penalty(0.0, "Nothing was handed in."), 0.0, 50.0, status="dropped"),
        Outcome("gan", Attempt(None, 20.0), Penalty(0.0, "Staff will look."), None, 20.0, status="waits"),
    )
    values: dict[str, object] = {
        "student": student,
        "outcomes": outcomes,
        "total": 70.0,
        "provisional": True,
        "reason": "(1 × 70 %) / 1 = 70 %.",
    }
    return CourseGrade(**(values | changes))  # type: ignore[arg-type]  # the values are of their fields' types


IN_PROPORTION = 11  # ratio for four times the size: linear time gives 4, quadratic 16; noise lies between


def growth(work: Callable[[int], object], size: int, times: int = 4) -> float:
    """CPU time of work(times * size) relative to work(size): about `times` for linear time, its square for quadratic.

    A busy machine can only increase a measurement. So it takes the minimum of several: three per round for the smaller
    size, and for the larger as many, up to nine, as are needed to show linear time.
    """

    def taken(n: int) -> float:
        before = time.process_time()
        work(n)
        return time.process_time() - before

    small: list[float] = []
    large: list[float] = []
    ratio = 0.0
    for _ in range(3):
        small += [taken(size) for _ in range(3)]
        for _ in range(3):
            large.append(taken(times * size))
            ratio = min(large) / max(min(small), 1e-3)
            if ratio < 1.5 * times:  # another measurement of the larger size could only lower it
                return ratio
    return ratio

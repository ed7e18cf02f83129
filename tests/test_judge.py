"""Running an assignment's checks: order, deadlines, points, and hints that cost nobody anything."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from autograder.answers import LiveAnswers
from autograder.checks import Check, Mistake, check
from autograder.compare import equal
from autograder.errors import CourseError, Crashed, Failure, Timeout
from autograder.judge import judge, run_check
from autograder.namespace import Namespace, local


def checks_of(*plan: tuple[str, str, float]) -> list[Check]:
    """Checks of (exercise, name, points) that want the exercise to return 1."""

    def made(exercise: str, name: str, points: float) -> Check:
        def claim(student: Any) -> None:
            """It is one."""
            equal(getattr(student, exercise)(), 1)

        claim.__name__ = name
        return check(exercise, points=points)(claim).__check__  # type: ignore[attr-defined,no-any-return]

    return [made(*each) for each in plan]


def one() -> int:
    return 1


ANSWERS = LiveAnswers({"f": one, "g": one}, [Mistake("two", "f", "It is not two.", lambda: 2)])
PLAN = checks_of(("f", "a", 3), ("g", "b", 5), ("f", "c", 7))


class Students:
    """Opens `names`; notes the deadline of each check, and raises what `faults` says instead."""

    def __init__(self, names: dict[str, Any], **faults: Exception) -> None:
        self.names, self.faults = names, faults
        self.deadlines: dict[str, float] = {}

    @contextlib.contextmanager
    def __call__(self, check: Check, timeout_s: float) -> Iterator[Namespace]:
        self.deadlines[check.name] = timeout_s
        if check.name in self.faults:
            raise self.faults[check.name]
        yield Namespace(local(self.names))


def test_results_are_by_exercise_with_the_points_of_what_passed() -> None:
    results = judge(PLAN, Students({"f": lambda: 2, "g": one}), ANSWERS, b"seed", 10)
    assert [(e.name, [c.name for c in e.checks], e.score) for e in results] == [("f", ["a", "c"], 0), ("g", ["b"], 5)]
    assert [(c.mistake, c.hint) for c in results[0].checks] == [("two", "It is not two.")] * 2


def test_after_a_timeout_only_the_same_exercise_gets_less_time() -> None:
    students = Students({"f": one, "g": one}, a=Timeout("late"))
    results = judge(PLAN, students, ANSWERS, b"seed", 10)
    assert students.deadlines == {"a": 10, "c": 2, "b": 10}
    assert [c.status for c in results[0].checks] == ["timeout", "passed"]


def test_a_check_with_a_deadline_of_its_own_gets_it() -> None:
    def claim(student: Any) -> None:
        """One."""

    slow = check("f", points=1, timeout_s=33)(claim).__check__  # type: ignore[attr-defined]
    students = Students({})
    judge([slow], students, ANSWERS, b"seed", 10)
    assert students.deadlines == {"claim": 33}


@pytest.mark.parametrize(
    ("fault", "status"),
    [(Failure("gone"), "failed"), (Crashed("signal"), "crashed"), (CourseError("no sandbox"), "error")],
)
def test_a_student_that_cannot_be_opened_has_the_status_of_the_fault(fault: Exception, status: str) -> None:
    results = judge(PLAN, Students({"f": one, "g": one}, a=fault), ANSWERS, b"seed", 10)
    assert [(c.name, c.status) for e in results for c in e.checks] == [("a", status), ("c", "passed"), ("b", "passed")]
    assert results[0].checks[0].message == str(fault)
    assert (results[0].score is None) == (status == "error")


def test_a_reference_that_raises_is_an_error_and_never_a_zero() -> None:
    def asks(student: Any, reference: Any) -> None:
        """Asks."""
        equal(student.f(), reference.f())

    def broken() -> None:
        raise OSError("disk")

    (claim,) = [check("f", points=1)(asks).__check__]  # type: ignore[attr-defined]
    (result,) = judge([claim], Students({"f": one}), LiveAnswers({"f": broken}, []), b"seed", 10)
    assert result.score is None
    assert result.checks[0].message == "CourseError: the reference's f raised OSError: disk (, line 0)"


def test_a_hint_that_cannot_be_given_costs_nobody_a_point() -> None:
    class NoMistakes(LiveAnswers):
        def mistakes(self, check: Check, seed: bytes) -> Any:
            raise CourseError("damaged")

    results = judge(PLAN, Students({"f": lambda: 3, "g": one}), NoMistakes(ANSWERS.names, []), b"seed", 10)
    assert [(c.status, c.mistake) for e in results for c in e.checks] == [("failed", None)] * 2 + [("passed", None)]


def test_replies_are_kept_only_of_checks_that_a_diagnosis_will_look_at() -> None:
    for value, kept in ((1, False), (2, True)):
        outcome = run_check(PLAN[0], Students({"f": lambda v=value: v}), ANSWERS, b"seed", 10)
        assert (outcome.student is not None) == kept

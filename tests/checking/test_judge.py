"""Running an assignment's checks: order, time limits, points, and hints that cost nobody anything."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checking.answers import LiveAnswers
from autograder.checking.compare import equal
from autograder.checking.declare import Check, Mistake, check
from autograder.checking.judge import PENDING, judge, run_check
from autograder.checking.run import Outcome
from autograder.errors import CourseError, Crashed, Failure, Timeout
from autograder.report.report import CheckResult
from autograder.report.store import read, write
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local
from autograder.text import HOLDS_FOR_NOTHING
from tests.samples import report


def checks_of(*plan: tuple[str, str, float]) -> list[Check]:
    """Checks of (exercise, name, points) that expect the exercise to return 1."""

    def made(exercise: str, name: str, points: float) -> Check:
        def claim(student: Any) -> None:
            """It is one."""
            equal(getattr(student, exercise)(), 1)

        claim.__name__ = name
        return check(exercise, points=points)(claim).__checks__[0]  # type: ignore[attr-defined,no-any-return]

    return [made(*each) for each in plan]


def one() -> int:
    return 1


ANSWERS = LiveAnswers({"f": one, "g": one}, [Mistake("two", "f", "It is not two.", lambda: 2)])
PLAN = checks_of(("f", "a", 3), ("g", "b", 5), ("f", "c", 7))


class Students:
    """Opens `names`, records the time limit of each check, and raises what `faults` contains for it."""

    def __init__(self, names: dict[str, Any], **faults: Exception) -> None:
        self.names, self.faults = names, faults
        self.deadlines: dict[str, float] = {}

    @contextlib.contextmanager
    def __call__(self, check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
        self.deadlines[check.name] = timeout_s
        if check.name in self.faults:
            raise self.faults[check.name]
        yield Namespace(Local(self.names))


def test_results_are_by_exercise_with_the_points_of_what_passed() -> None:
    results = judge(PLAN, Students({"f": lambda: 2, "g": one}), ANSWERS, b"seed", 10)
    assert [(e.name, [c.name for c in e.checks], e.score) for e in results] == [("f", ["a", "c"], 0), ("g", ["b"], 5)]
    assert [(c.mistake, c.hint) for c in results[0].checks] == [("two", "It is not two.")] * 2


# Checks that run together


class Together(Students):
    """Also runs checks together; `alone` are the names of those that were then run by themselves, unless shared."""

    def __init__(self, names: dict[str, Any], counts: bool = True) -> None:
        super().__init__(names)
        self.counts = counts
        self.together: list[list[str]] = []
        self.shared: dict[str, bool] = {}

    def __call__(self, check: Check, timeout_s: float, shared: bool) -> contextlib.AbstractContextManager[Namespace]:
        self.shared[check.name] = shared
        return super().__call__(check, timeout_s, shared)

    def run(
        self, checks: Sequence[Check], run: Callable[[Check, Namespace], Outcome]
    ) -> dict[Check, tuple[Outcome, float]]:
        self.together.append([check.name for check in checks])
        outcomes = {check: (run(check, Namespace(Local(self.names))), 7.0) for check in checks}
        return outcomes if self.counts else {}


def test_what_passes_together_is_not_run_again_and_all_else_is_run_by_itself() -> None:
    students = Together({"f": lambda: 2, "g": one})
    results = judge(PLAN, students, ANSWERS, b"seed", 10, run_together=students.run)
    assert students.together == [["a", "b", "c"]]
    assert students.shared == {"a": False, "c": False}
    assert [(e.name, [c.status for c in e.checks]) for e in results] == [("f", ["failed"] * 2), ("g", ["passed"])]
    assert [c.mistake for c in results[0].checks] == ["two"] * 2
    assert results[1].checks[0].duration_s == 7


def test_if_nothing_counts_checks_run_as_usual_and_hidden_ones_are_not_tried_together() -> None:
    plan = [replace(PLAN[0], public=True), *PLAN[1:]]
    students = Together({"f": one, "g": one}, counts=False)
    results = judge(plan, students, ANSWERS, b"seed", 10, run_together=students.run)
    assert students.together == [["a"]]
    assert students.shared == {"a": True, "b": True, "c": True}
    assert all(check.status == "passed" for each in results for check in each.checks)


@pytest.mark.parametrize("option", ["trains", "timed", "random"])
def test_checks_that_train_measure_time_or_judge_draws_run_by_themselves(option: str) -> None:
    students = Together({"f": one, "g": one})
    judge([replace(PLAN[0], **{option: True}), PLAN[1]], students, ANSWERS, b"seed", 10, run_together=students.run)
    assert students.together == [["b"]]
    assert list(students.shared) == ["a"]


# Order, time limits, points


def test_after_a_timeout_only_the_same_exercise_gets_less_time() -> None:
    students = Students({"f": one, "g": one}, a=Timeout("late"))
    results = judge(PLAN, students, ANSWERS, b"seed", 10)
    assert students.deadlines == {"a": 10, "c": 2, "b": 10}
    assert [c.status for c in results[0].checks] == ["timeout", "passed"]


def test_a_check_with_a_deadline_of_its_own_gets_it() -> None:
    def claim(student: Any) -> None:
        """One."""

    slow = check("f", points=1, timeout_s=33)(claim).__checks__[0]  # type: ignore[attr-defined]
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

    (claim,) = [check("f", points=1)(asks).__checks__[0]]  # type: ignore[attr-defined]
    (result,) = judge([claim], Students({"f": one}), LiveAnswers({"f": broken}, []), b"seed", 10)
    assert result.score is None
    assert result.checks[0].message == "CourseError: the reference's f raised OSError: disk (, line 0)"


def test_of_what_is_not_written_the_reference_is_not_asked() -> None:
    def stub() -> int:
        raise NotImplementedError

    def broken() -> int:
        raise AssertionError("the reference was asked")

    answers = LiveAnswers({"f": broken}, [Mistake("two", "f", "It is not two.", broken)])
    (result,) = judge(PLAN[:1], Students({"f": stub}), answers, b"seed", 10)[0].checks
    assert (result.status, result.message, result.mistake) == ("failed", "f is not written yet", None)


@pytest.mark.parametrize("fault", [CourseError("damaged"), IndexError("of ours")], ids=repr)
def test_a_hint_that_cannot_be_given_costs_nobody_a_point(fault: Exception) -> None:
    class NoMistakes(LiveAnswers):
        def mistakes(self, check: Check, seed: bytes, names: Any = None) -> Any:
            raise fault

    results = judge(PLAN, Students({"f": lambda: 3, "g": one}), NoMistakes(ANSWERS.names, []), b"seed", 10)
    assert [(c.status, c.mistake) for e in results for c in e.checks] == [("failed", None)] * 2 + [("passed", None)]


def test_replies_are_kept_only_of_checks_that_a_diagnosis_will_look_at() -> None:
    for value, kept in ((1, False), (2, True)):
        outcome = run_check(PLAN[0], Students({"f": lambda v=value: v}), ANSWERS, b"seed", 10)
        assert (outcome.student is not None) == kept


# ---- one process for many checks ------------------------------------------------------------------------------------


class Reused(Students):
    """Opens `names` as reused if the process may be shared, and records which were."""

    def __init__(self, names: dict[str, Any], alone: dict[str, Any], *, reused: bool = True) -> None:
        super().__init__(names)
        self.alone, self.reused = alone, reused
        self.asked: list[tuple[str, bool]] = []

    @contextlib.contextmanager
    def __call__(self, check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
        self.asked.append((check.name, shared))
        yield Namespace(Local(self.names if shared else self.alone), reused=shared and self.reused)


def public(**options: Any) -> Check:
    return named("c", **{"public": True, **options})


def late() -> None:
    raise Timeout("late")


@pytest.mark.parametrize(
    ("alone", "status"), [(one, "passed"), (lambda: 2, "failed"), (late, "failed")], ids=["right", "wrong", "raises"]
)
def test_what_fails_in_a_shared_process_is_judged_by_one_of_its_own(alone: Any, status: str) -> None:
    students = Reused({"f": lambda: 3}, {"f": alone})
    assert run_check(public(), students, ANSWERS, b"seed", 10).status == status
    assert students.asked == [("c", True), ("c", False)]


def test_what_passes_or_had_a_process_of_its_own_is_judged_once() -> None:
    for students, claim in [
        (Reused({"f": one}, {"f": lambda: 2}), public()),
        (Reused({"f": one}, {"f": lambda: 2}), public(public=False)),
        (Reused({"f": lambda: 2}, {"f": one}, reused=False), public()),
        (Reused({"f": one}, {"f": lambda: 2}), public(trains=True)),
        (Reused({"f": one}, {"f": lambda: 2}), public(trains=True, public=False)),
    ]:
        status = run_check(claim, students, ANSWERS, b"seed", 10).status
        assert students.asked == [("c", not claim.trains)]
        assert status == ("passed" if students.asked[0][1] and students.reused else "failed")


def test_what_takes_too_long_is_not_tried_again() -> None:
    class Slow(Reused):
        @contextlib.contextmanager
        def __call__(self, check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
            self.asked.append((check.name, shared))

            class Never:
                def request(self, *_: Any) -> Any:
                    raise Timeout("late")

            yield Namespace(Never(), reused=True)

    students = Slow({}, {})
    assert run_check(public(), students, ANSWERS, b"seed", 10).status == "timeout"
    assert students.asked == [("c", True)]


# ---- partial credit -------------------------------------------------------------------------------------------------


def scored(points: float, share: float) -> CheckResult:
    def claim(student: Any) -> None:
        """Holds of one."""
        if student.f() != 1:
            raise Failure("partly", share=share)

    (made,) = [check("f", points=points)(claim).__checks__[0]]  # type: ignore[attr-defined]
    (result,) = judge([made], Students({"f": lambda: 2}), ANSWERS, b"seed", 10)
    return result.checks[0]


@pytest.mark.parametrize(
    ("points", "share", "earned"),
    [(8, 0.6, 4.8), (8, 1 / 3, 2.67), (7, 0, 0), (5, 0.9999, 5), (0, 0.5, 0), (20 / 3, 0.9999, 20 / 3)],
)
def test_a_share_of_the_points_is_rounded_to_hundredths(points: float, share: float, earned: float) -> None:
    result = scored(points, share)
    assert (result.status, result.points, result.max_points) == ("failed", earned, points)


def test_a_share_that_numpy_computed_is_one_like_any_other(tmp_path: Path) -> None:
    result = scored(8, np.float64(0.6))
    assert type(result.points) is float
    assert read(write(report(result), tmp_path)).score == 4.8


def test_full_points_are_not_rounded() -> None:
    (made,) = checks_of(("f", "third", 1 / 3))
    (result,) = judge([made], Students({"f": one}), ANSWERS, b"seed", 10)
    assert result.score == round(1 / 3, 6)
    assert result.checks[0].points == 1 / 3


def test_what_a_check_measured_is_in_its_result() -> None:
    def claim(student: Any, evidence: Any) -> None:
        """Measures."""
        evidence.number("f", student.f())

    (made,) = [check("f", points=1)(claim).__checks__[0]]  # type: ignore[attr-defined]
    (result,) = judge([made], Students({"f": lambda: 0.25}), ANSWERS, b"seed", 10)
    assert [(figure.title, figure.data) for figure in result.checks[0].evidence] == [("f", {"value": 0.25})]


# ---- checks that train ----------------------------------------------------------------------------------------------


def named(name: str, **options: Any) -> Check:
    """A check of f, with these options, that expects 1."""

    def claim(student: Any) -> None:
        """It is one."""
        equal(student.f(), 1)

    claim.__name__ = name
    return check("f", **({"points": 1} | options))(claim).__checks__[0]  # type: ignore[attr-defined,no-any-return]


class Counting(LiveAnswers):
    """Counts the checks on which known mistakes are tried."""

    def __init__(self) -> None:
        super().__init__(ANSWERS.names, ANSWERS.known)
        self.tried: list[str] = []

    def mistakes(self, check: Check, seed: bytes, names: Any = None) -> Any:
        self.tried.append(check.name)
        return super().mistakes(check, seed, names)


@pytest.mark.parametrize("wrong", [2, 3])
def test_mistakes_are_not_tried_on_a_check_that_trains(wrong: int) -> None:
    answers = Counting()
    plan = [named("cheap"), named("long", trains=True)]
    results = judge(plan, Students({"f": lambda: wrong}), answers, b"seed", 10)
    assert answers.tried == ["cheap"]
    assert [(c.status, c.mistake) for c in results[0].checks] == [
        ("failed", "two" if wrong == 2 else None),
        ("failed", None),
    ]


def test_mistakes_are_not_tried_on_a_check_that_trained_well_either() -> None:
    class TwoWays(Counting):
        def __init__(self) -> None:
            super().__init__()
            self.known = [*self.known, Mistake("also two", "f", "Another two.", lambda: 2)]

    def fails(student: Any) -> None:
        """Is one."""
        equal(student.f(), 1)

    def trains(student: Any) -> None:
        """Runs."""
        student.f()

    plan = [
        check("f", points=1)(fails).__checks__[0],  # type: ignore[attr-defined]
        check("f", points=1, trains=True)(trains).__checks__[0],  # type: ignore[attr-defined]
    ]
    answers = TwoWays()
    results = judge(plan, Students({"f": lambda: 2}), answers, b"seed", 10)
    assert [c.status for c in results[0].checks] == ["failed", "passed"]
    assert set(answers.tried) == {"fails"}


@pytest.mark.parametrize(("options", "kept"), [({}, True), ({"trains": True}, False), ({"gpu": True}, False)])
def test_replies_of_a_check_that_trains_are_not_kept(options: dict[str, Any], kept: bool) -> None:
    outcome = run_check(named("c", **options), Students({"f": lambda: 2}), ANSWERS, b"seed", 10)
    assert outcome.status == "failed"
    assert (outcome.student is not None) == kept


@pytest.mark.parametrize(("options", "deadline"), [({}, 2), ({"trains": True}, 10), ({"gpu": True}, 10)])
def test_running_out_of_time_in_training_does_not_shorten_other_checks(
    options: dict[str, Any], deadline: float
) -> None:
    students = Students({"f": one}, first=Timeout("late"))
    judge([named("first", **options), named("second")], students, ANSWERS, b"seed", 10, Shared([]))
    assert students.deadlines["second"] == deadline


# ---- checks that need a GPU -----------------------------------------------------------------------------------------


class Shared:
    """A device that records turns; nothing computes on it."""

    def __init__(self, log: list[str]) -> None:
        self.log = log

    @contextlib.contextmanager
    def turn(self, *, alone: bool) -> Iterator[None]:
        self.log.append("alone" if alone else "together")
        try:
            yield
        finally:
            self.log.append("done")


class Logged(Students):
    """Records in the device's log when a check has its turn."""

    def __init__(self, log: list[str], **faults: Exception) -> None:
        super().__init__({"f": one}, **faults)
        self.log = log

    @contextlib.contextmanager
    def __call__(self, check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
        self.log.append(check.name)
        with super().__call__(check, timeout_s, shared) as names:
            yield names


GPU_PLAN = [named("plain", points=3), named("shared", gpu=True, points=5), named("timed", gpu=True, alone=True)]


def test_without_a_gpu_what_needs_one_is_pending_and_not_run() -> None:
    students = Students({"f": one})
    (result,) = judge(GPU_PLAN, students, ANSWERS, b"seed", 10)
    assert [(c.status, c.points) for c in result.checks] == [("passed", 3), ("pending", 0), ("pending", 0)]
    assert result.checks[1].message == PENDING
    assert list(students.deadlines) == ["plain"]
    assert result.score == 3


def test_what_needs_a_gpu_runs_in_its_turn_alone_where_it_judges_time() -> None:
    log: list[str] = []
    (result,) = judge(GPU_PLAN, Logged(log), ANSWERS, b"seed", 10, Shared(log))
    assert log == ["plain", "together", "shared", "done", "alone", "timed", "done"]
    assert [c.status for c in result.checks] == ["passed"] * 3


def test_a_turn_ends_with_a_check_that_cannot_be_run() -> None:
    log: list[str] = []
    judge(GPU_PLAN[1:2], Logged(log, shared=Crashed("signal")), ANSWERS, b"seed", 10, Shared(log))
    assert log == ["together", "shared", "done"]


# ---- randomness -----------------------------------------------------------------------------------------------------


def test_a_reference_that_draws_from_global_generators_says_the_same_each_time() -> None:
    drawn: list[tuple[float, float]] = []

    def draws(student: Any, reference: Any) -> None:
        """Draws."""
        drawn.append(tuple(reference.f()))

    (claim,) = [check("f", points=1)(draws).__checks__[0]]  # type: ignore[attr-defined]
    answers = LiveAnswers({"f": lambda: (random.random(), float(np.random.rand()))}, [])
    for seed in (b"ada", b"ada", b"bob"):
        judge([claim], Students({}), answers, seed, 10)
    assert drawn[0] == drawn[1]
    assert drawn[0][0] != drawn[2][0]
    assert drawn[0][1] != drawn[2][1]


# ---- checks that pass for code that does nothing ---------------------------------------------------------------------


def with_side_condition(f: Any) -> dict[str, tuple[str, float, str]]:
    """check -> (status, points, message) of a value and of a side condition of `f`."""

    def value(student: Any, reference: Any) -> None:
        """It is one."""
        equal(student.f(), reference.f())

    def is_an_integer(student: Any) -> None:
        """It is an integer."""
        equal(isinstance(student.f(), int), True)

    checks = [
        check("f", points=3)(value).__checks__[0],  # type: ignore[attr-defined]
        check("f", points=1, side_condition=True)(is_an_integer).__checks__[0],  # type: ignore[attr-defined]
    ]
    (result,) = judge(checks, Students({"f": f}), ANSWERS, b"seed", 1.0)
    return {c.name: (c.status, c.points, c.message) for c in result.checks}


def test_a_side_condition_counts_beside_a_value() -> None:
    found = with_side_condition(lambda: 1)
    assert found == {"value": ("passed", 3, ""), "is_an_integer": ("passed", 1, "")}


def test_a_side_condition_alone_earns_nothing_and_says_why() -> None:
    assert with_side_condition(lambda: 7)["is_an_integer"] == ("failed", 0, HOLDS_FOR_NOTHING)


def test_a_side_condition_that_does_not_hold_says_so_itself() -> None:
    found = with_side_condition(lambda: "seven")["is_an_integer"]
    assert found[:2] == ("failed", 0)
    assert found[2] not in ("", HOLDS_FOR_NOTHING)

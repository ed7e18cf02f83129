"""Run an assignment's checks on one student's code, wherever it runs, and say what they found."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from autograder.answers import Answers
from autograder.checks import Check, Outcome, blame, exercises_in_order, run
from autograder.diagnose import diagnose, repair_first
from autograder.errors import CourseError, Failure
from autograder.gpu import Device
from autograder.namespace import Namespace
from autograder.report import CheckResult, ExerciseResult

# Opens the student's names for one check, with the seconds that it may take, and whether in a process that serves other
# checks too. Raises Failure, CourseError.
OpenStudent = Callable[[Check, float, bool], AbstractContextManager[Namespace]]

PENDING = "to be judged on a machine with a GPU; it counts neither for nor against you until then"

# After a time-out the exercise's other checks get less: they need milliseconds, and a class has many endless loops.
_AFTER_TIMEOUT = 0.2

# What failing checks received is kept until their exercise is diagnosed, up to this; no honest work sends as much.
_KEPT_BYTES = 32 << 20


def judge(
    checks: Sequence[Check],
    open_student: OpenStudent,
    answers: Answers,
    seed: bytes,
    check_s: float,
    device: Device | None = None,
) -> tuple[ExerciseResult, ...]:
    """The results of all checks, by exercise.

    check_s: the deadline of a check that states none, in seconds. device: for checks that need a GPU; without one they
    are `pending`.
    Public checks run first, so that what the student's code prints in them can be told from the rest.
    """
    outcomes: dict[Check, Outcome] = {}
    timed_out: set[str] = set()
    kept_bytes = 0
    for check in sorted(checks, key=lambda check: not check.public):
        timeout_s = (check.timeout_s or check_s) * (_AFTER_TIMEOUT if check.exercise in timed_out else 1.0)
        if check.gpu and device is None:
            outcomes[check] = Outcome("pending", PENDING)
            continue
        with device.turn(alone=check.alone) if check.gpu and device else contextlib.nullcontext():
            outcome = run_check(check, open_student, answers, seed, timeout_s)
        if outcome.status == "timeout" and not check.costly:
            timed_out.add(check.exercise)
        if outcome.student is not None:
            kept_bytes += sum(frame.weight for frame in outcome.student.replies)
        outcomes[check] = outcome if kept_bytes <= _KEPT_BYTES else _without_replies(outcome)
    faulty = {check.exercise for check, outcome in outcomes.items() if check.public and outcome.status == "failed"}
    results = []
    for exercise in exercises_in_order(checks):
        mine = {check: outcomes[check] for check in checks if check.exercise == exercise}
        results.append(ExerciseResult(exercise, _results(mine, answers, seed, faulty)))
    for outcome in outcomes.values():
        _without_replies(outcome)
    return tuple(results)


def _without_replies(outcome: Outcome) -> Outcome:
    """The outcome alone. Its replies lie in a reference cycle and would else wait for the garbage collector."""
    if outcome.student is not None:
        outcome.student.replies.clear()
    return replace(outcome, student=None)


def run_check(check: Check, open_student: OpenStudent, answers: Answers, seed: bytes, timeout_s: float) -> Outcome:
    """The outcome of one check, with the blame settled; its replies are kept only where a diagnosis can use them.

    Checks share a process, since a fork costs more than most of them. What does not hold there may be due to what
    another check has left behind: a process of its own has the last word.
    """

    def attempt(*, shared: bool) -> Outcome:
        with open_student(check, timeout_s, shared) as student:
            return run(check, student, answers.reference(check, seed), seed)

    try:
        outcome = attempt(shared=not check.costly)
        if outcome.status not in ("passed", "timeout") and outcome.student and outcome.student.reused:
            outcome = attempt(shared=False)
    except Failure as failure:
        return Outcome(failure.status, failure.message)
    except CourseError as error:
        return Outcome("error", str(error))
    if outcome.status in ("failed", "error"):
        outcome = blame(check, outcome, answers.expected(check, seed))
    return outcome if outcome.status == "failed" and not check.costly else _without_replies(outcome)


def _results(
    outcomes: dict[Check, Outcome], answers: Answers, seed: bytes, faulty: Collection[str]
) -> tuple[CheckResult, ...]:
    diagnoses = {}
    if any(outcome.status == "failed" for outcome in outcomes.values()):
        with contextlib.suppress(Exception):  # a hint that we cannot give, for whatever reason, costs nobody a point
            diagnoses = diagnose(outcomes, answers, seed)
    results = []
    for check, outcome in outcomes.items():
        diagnosis = diagnoses.get(check)
        results.append(
            CheckResult(
                name=check.name,
                title=check.title,
                points=min(round(check.points * outcome.share, 2), check.points) if outcome.share < 1 else check.points,
                max_points=check.points,
                public=check.public,
                status=outcome.status,
                message=outcome.message,
                mistake=diagnosis.mistake if diagnosis else None,
                hint=diagnosis.says if diagnosis else repair_first(check, outcome, faulty),
                duration_s=outcome.duration_s,
                evidence=outcome.evidence,
            )
        )
    return tuple(results)

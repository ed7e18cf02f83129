"""Runs an assignment's checks on one student's code, wherever that runs, and reports the results."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from autograder.checking.answers import Answers
from autograder.checking.deadline import standing
from autograder.checking.declare import Check
from autograder.checking.diagnose import Diagnosis, diagnose, repair_first
from autograder.checking.difference import compared, pictured
from autograder.checking.lending import noting_objects
from autograder.checking.run import Outcome, blame, exercises_in_order, quietly, run, run_quietly
from autograder.errors import CourseError, Failure
from autograder.gpu import Device
from autograder.report.report import CheckResult, ExerciseResult
from autograder.sandbox.namespace import Namespace, lend, record_of
from autograder.text import HOLDS_FOR_NOTHING, is_missing

# Runs a function on each of these checks and the student's names, all at once. Returns its results with their seconds;
# nothing if nothing counts.
RunTogether = Callable[[Sequence[Check], Callable[[Check, Namespace], Outcome]], dict[Check, tuple[Outcome, float]]]

# Opens the student's names for one check, given the seconds that it may take, and whether its process may serve other
# checks, too. Raises Failure, CourseError.
OpenStudent = Callable[[Check, float, bool], AbstractContextManager[Namespace]]

PENDING = "to be judged on a machine with a GPU; it counts neither for nor against you until then"

# After a timeout, an exercise's other checks get less time: they need milliseconds, and a class has many endless loops.
_AFTER_TIMEOUT = 0.2

_FAULTS = ("failed", "timeout", "crashed")

# Replies to failing checks are kept until their exercise is diagnosed, up to this size. Honest work sends less.
_KEPT_BYTES = 32 << 20


@standing()
def judge(
    checks: Sequence[Check],
    open_student: OpenStudent,
    answers: Answers,
    seed: bytes,
    check_s: float,
    device: Device | None = None,
    renew: Callable[[], object] = lambda: None,
    *,
    named: bool = True,
    run_together: RunTogether | None = None,
) -> tuple[ExerciseResult, ...]:
    """The results of all checks, by exercise.

    check_s: the time limit in seconds of a check without its own. device: for checks that need a GPU; without one, they
    are `pending`. renew: ends all of the student's processes, and whatever they have stored; the next check starts new
    ones. named: whether to diagnose failures. run_together: runs checks at once, if that is possible.
    Public checks run first, so that what the student's code prints in them can be separated from later output.
    """
    outcomes: dict[Check, Outcome] = {}
    timed_out: set[str] = set()
    kept_bytes = 0
    together: dict[Check, Outcome] = {}
    for alike in ([check for check in checks if check.public], [check for check in checks if not check.public]):
        # If none of the public ones counted, none of the hidden ones will.
        if run_together is not None and (together or not outcomes):
            together |= _together(alike, run_together, answers, seed)
        for check in alike:
            if check in together and together[check].status == "passed":
                outcomes[check] = together[check]
                continue
            timeout_s = (check.timeout_s or check_s) * (_AFTER_TIMEOUT if check.exercise in timed_out else 1.0)
            if check.gpu and device is None:
                outcomes[check] = Outcome("pending", PENDING)
                continue
            with device.turn(alone=check.alone) if check.gpu and device else contextlib.nullcontext():
                outcome = run_check(check, open_student, answers, seed, timeout_s, shared=check not in together)
            if outcome.status == "timeout" and not check.costly:
                timed_out.add(check.exercise)
            if outcome.student is not None:
                kept_bytes += sum(frame.weight for frame in record_of(outcome.student).replies)
            outcomes[check] = outcome if kept_bytes <= _KEPT_BYTES else _without_replies(outcome)
    outcomes |= _with_loans(outcomes, open_student, answers, seed, check_s, renew)
    results = results_of({check: outcomes[check] for check in checks}, answers, seed, named=named)
    for outcome in outcomes.values():
        _without_replies(outcome)
    return results


def results_of(
    outcomes: Mapping[Check, Outcome], answers: Answers, seed: bytes, *, named: bool = True
) -> tuple[ExerciseResult, ...]:
    """The results of these outcomes, with points and diagnoses, by exercise in the order of the checks."""
    faulty = {check.exercise for check, outcome in outcomes.items() if check.public and outcome.status == "failed"}
    results = []
    for exercise in exercises_in_order(list(outcomes)):
        mine = _earned({check: outcome for check, outcome in outcomes.items() if check.exercise == exercise})
        results.append(ExerciseResult(exercise, _results(mine, answers, seed, faulty, named=named)))
    return tuple(results)


def _with_loans(
    outcomes: Mapping[Check, Outcome],
    open_student: OpenStudent,
    answers: Answers,
    seed: bytes,
    check_s: float,
    renew: Callable[[], object],
) -> dict[Check, Outcome]:
    """The better outcomes of checks that are run again with the course's own functions instead of broken ones.

    Only after hidden checks have run, when nothing reaches the submission's author any more. Each exercise gets new
    processes; otherwise, the code could compute in one exercise what it was asked in another.
    """
    better: dict[Check, Outcome] = {}
    if all(check.public for check in outcomes):
        return better
    broken = {check.exercise for check, outcome in outcomes.items() if outcome.status in _FAULTS}
    for exercise in exercises_in_order(list(outcomes)):
        lots = [
            (check, lot)
            for check in outcomes
            if check.exercise == exercise and _may_be_due_to_another(check, outcomes)
            for lot in answers.loans(check, broken - {exercise}, _called(outcomes[check]))
        ]
        if lots:
            renew()
        for check, lot in lots:
            best, timeout_s, refused = better.get(check, outcomes[check]), check.timeout_s or check_s, set[str]()
            with contextlib.suppress(Failure, CourseError), open_student(check, timeout_s, False) as student:
                for name, function in lot.items():
                    lend(student, name, noting_objects(name, function, refused))
                again = run(check, student, answers.reference(check, seed), seed)
                if again.share > best.share:
                    better[check] = replace(_without_replies(again), lent=tuple(sorted(lot)))
                elif refused & broken and not best.lent:
                    better[check] = replace(best, waits=tuple(sorted(refused & broken)))
    return better


def _called(outcome: Outcome) -> Sequence[str]:
    return record_of(outcome.student).called if outcome.student is not None else ()


def _may_be_due_to_another(check: Check, outcomes: Mapping[Check, Outcome]) -> bool:
    """Whether the check fails although the exercise is written."""
    outcome = outcomes[check]
    return outcome.status == "failed" and not check.costly and not is_missing(check.exercise, outcome.message)


def _earned(outcomes: dict[Check, Outcome]) -> dict[Check, Outcome]:
    """One exercise's outcomes, without points for side conditions if no other check passes."""
    if any(outcome.share > 0 for check, outcome in outcomes.items() if not check.side_condition):
        return outcomes
    return {
        check: Outcome("failed", HOLDS_FOR_NOTHING, outcome.duration_s) if outcome.share > 0 else outcome
        for check, outcome in outcomes.items()
    }


def on_loan(outcome: Outcome) -> str:
    """A sentence on an outcome obtained with the course's own functions; "" if there were none."""
    if not outcome.lent:
        return ""
    return f"Judged with the course's own {' and '.join(outcome.lent)}, so that a fault there costs no points here."


def _without_replies(outcome: Outcome, duration_s: float | None = None) -> Outcome:
    """The outcome without its replies. They are in a reference cycle, which only the garbage collector would free.

    duration_s: if given, replaces the outcome's.
    """
    if outcome.student is None:
        return outcome
    record_of(outcome.student).forget()
    duration_s = outcome.duration_s if duration_s is None else duration_s
    return replace(outcome, student=None, mismatch=None, duration_s=duration_s)


def _together(
    checks: Sequence[Check], run_together: RunTogether, answers: Answers, seed: bytes
) -> dict[Check, Outcome]:
    """The outcomes of those of the checks that can be run together, without replies.

    Only `passed` counts. What else they show may be due to another check.
    """

    def run_one(check: Check, student: Namespace) -> Outcome:
        return run_quietly(check, student, answers.reference(check, seed), seed)

    suited = [check for check in checks if not (check.costly or check.timed or check.random)]
    if not suited:
        return {}
    with quietly():
        found = run_together(suited, run_one)
    return {check: _without_replies(outcome, duration_s) for check, (outcome, duration_s) in found.items()}


def run_check(
    check: Check, open_student: OpenStudent, answers: Answers, seed: bytes, timeout_s: float, *, shared: bool = True
) -> Outcome:
    """The outcome of one check, after `blame`. Its replies are kept only if a diagnosis can use them.

    Checks share a process, since a fork costs more than most of them. A failure there may be caused by what another
    check left behind, so the check is then run again in its own process, which decides.
    """

    def attempt(*, shared: bool) -> Outcome:
        with open_student(check, timeout_s, shared) as student:
            return run(check, student, answers.reference(check, seed), seed)

    try:
        outcome = attempt(shared=shared and not check.costly)
        if outcome.status not in ("passed", "timeout") and outcome.student and record_of(outcome.student).reused:
            outcome = attempt(shared=False)
    except Failure as failure:
        return Outcome(failure.status, failure.message)
    except CourseError as error:
        return Outcome("error", str(error))
    if outcome.status == "failed" and is_missing(check.exercise, outcome.message):
        return _without_replies(outcome)  # there is nothing to blame or diagnose
    if outcome.status in ("failed", "error"):
        outcome = blame(check, outcome, answers.expected(check, seed))
    return outcome if outcome.status == "failed" and not check.costly else _without_replies(outcome)


def _results(
    outcomes: dict[Check, Outcome], answers: Answers, seed: bytes, faulty: Collection[str], *, named: bool
) -> tuple[CheckResult, ...]:
    diagnoses = {}
    if named and any(outcome.status == "failed" for outcome in outcomes.values()):
        with contextlib.suppress(Exception):  # a failing diagnosis must not cost anybody a point
            diagnoses = diagnose(outcomes, answers, seed, faulty)
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
                hint=_hint(check, outcome, diagnosis, faulty, answers.parameters),
                duration_s=outcome.duration_s,
                evidence=outcome.evidence or pictured(outcome.mismatch),
                compared=compared(outcome.mismatch, diagnosis.mistake if diagnosis and diagnosis.general else None),
            )
        )
    return tuple(results)


def _hint(
    check: Check, outcome: Outcome, diagnosis: Diagnosis | None, faulty: Collection[str], known: Collection[str]
) -> str:
    """The hint for the student. A rule says what is visible, and the check's own hint says what may cause it."""
    if diagnosis is None:
        return on_loan(outcome) or repair_first(check, outcome, faulty, known) or outcome.hint
    if diagnosis.whole or not outcome.hint:
        return diagnosis.says
    first = outcome.hint.split()[0]
    own = outcome.hint[0].upper() + outcome.hint[1:] if first.isalpha() and len(first) > 2 else outcome.hint
    return f"{diagnosis.says} {own}"

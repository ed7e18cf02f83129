"""Finds the place of one small change that makes a student's exercise right, or a good part of it.

Used for exercises without any other diagnosis. The changed code runs where the student's own code does, on the inputs
of the public checks at home. Which change helps therefore reveals nothing about the student's hidden inputs.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from autograder.checking.answers import Answers
from autograder.checking.declare import Check
from autograder.checking.diagnose import waits_for_another
from autograder.checking.judge import OpenStudent
from autograder.checking.run import PUBLIC_SEED, run
from autograder.errors import Failure
from autograder.report.results import ExerciseResult
from autograder.sandbox.namespace import define, record_of
from autograder.submission.slips import QUESTIONS, Slip
from autograder.text import is_missing, place

_CHECK_S = 0.3  # for a check of the unchanged code
_LEAST_S, _TIMES = (
    0.1,
    5,
)  # for a check of changed code: this much more, and this many times as long, as for the unchanged code
_AGAIN = 60  # changes that are tried on a second check if none helps the first
_TRIALS, _SUBMISSION_S = 240, 1.0  # for all exercises of a submission together
_MOST_LOST = 4  # changes with which the code does not end, or ends its process
_MOST_CODE = 80  # characters of the code that are quoted
_ALONE = 15  # shorter code is quoted with its line, since it is hard to find otherwise


def with_slips(
    exercises: Sequence[ExerciseResult],
    checks: Sequence[Check],
    open_student: OpenStudent,
    answers: Answers,
    slips_of: Callable[[str], Sequence[Slip]],
) -> tuple[ExerciseResult, ...]:
    """The same results, with a sentence if one small change makes an exercise right. No points change.

    open_student: opens the student's names for checks on the public inputs. slips_of: the changes to try, by exercise.
    """
    budget = _Budget(_TRIALS, time.monotonic() + _SUBMISSION_S)
    results = []
    for each in exercises:
        failing = {check.name: check.duration_s for check in each.checks if check.status == "failed"}
        if _is_unexplained(each) and time.monotonic() < budget.end:
            cheap = [check for check in checks if check.exercise == each.name and not (check.costly or check.timed)]
            witnesses = [check for check in cheap if check.name in failing]
            witnesses.sort(key=lambda check: (not check.public, failing[check.name]))
            with contextlib.suppress(Exception):  # no error here may cost anybody a point
                trials = _Trials(cheap, open_student, answers, budget)
                each = _told(each, *trials.best(witnesses, slips_of(each.name)))
        results.append(each)
    return tuple(results)


def _is_unexplained(exercise: ExerciseResult) -> bool:
    """Whether it is written and fails without any diagnosis, and another exercise is not the reason."""
    failing = [check for check in exercise.checks if check.status != "passed"]
    return bool(failing) and all(
        check.status in ("failed", "pending")
        and check.mistake is None
        and not is_missing(exercise.name, check.message)
        and not waits_for_another(check.hint)
        for check in failing
    )


@dataclass
class _Budget:
    """Of one submission. trials: how many more changes may be tried. end: when its time is up, as time.monotonic()."""

    trials: int
    end: float

    def take(self) -> bool:
        """Whether one more change may be tried; if so, it is counted."""
        self.trials -= 1
        return self.trials >= 0 and time.monotonic() <= self.end


class _Trials:
    """Runs the checks of one exercise on its changed code."""

    def __init__(self, checks: Sequence[Check], open_student: OpenStudent, answers: Answers, budget: _Budget) -> None:
        self._checks, self._open, self._answers, self._budget = checks, open_student, answers, budget
        self._lost, self._most_s = 0, _CHECK_S

    def best(self, failing: Sequence[Check], slips: Sequence[Slip]) -> tuple[Slip | None, set[str]]:
        """The first change with which all checks pass, else the one that fixes most; and the names of the fixed checks.

        failing: the checks that fail without a change; each change is tried on the first two. One of two mistakes fixes
        only a part of them, but so may a coincidence: a single check that is less than half of them is not enough.
        """
        wrong = {check.name for check in failing}
        best, mended = None, set[str]()
        for witness, tried in zip(failing, (slips, slips[:_AGAIN]), strict=False):
            start = time.monotonic()
            if mended or self._status(witness, None) != "failed":
                continue
            self._most_s = _LEAST_S + _TIMES * (time.monotonic() - start)
            for slip in tried:
                if self._lost > _MOST_LOST or len(mended) == len(wrong) or not self._budget.take():
                    break
                # Tried in one process, where each change replaces the previous one; if it helps, tried in a new one.
                if self._status(witness, slip, shared=True) == "passed":
                    left = self._left(slip, wrong, shared=True)
                    if len(wrong - left) > len(mended) and left == self._left(slip, wrong):
                        best, mended = slip, wrong - left
        return (best, mended) if 2 * len(mended) >= len(wrong) or len(mended) > 1 else (None, set())

    def _left(self, slip: Slip, wrong: Collection[str], *, shared: bool = False) -> set[str]:
        """The names of the checks that fail with a change; all names if a check that passed without it fails."""
        left = set[str]()
        for check in self._checks:
            if self._status(check, slip, shared=shared) != "passed":
                if check.name not in wrong:
                    return {each.name for each in self._checks}
                left.add(check.name)
        return left

    def _status(self, check: Check, slip: Slip | None, *, shared: bool = False) -> str:
        try:
            with self._open(check, self._most_s, shared) as student:
                if slip is not None:
                    define(student, slip.source, slip.label)
                outcome = run(check, student, self._answers.reference(check, PUBLIC_SEED), PUBLIC_SEED)
                status = outcome.status
                record_of(student).forget()
        except Failure as failure:
            status = failure.status
        self._lost += status in ("timeout", "crashed")
        return status


def _told(exercise: ExerciseResult, slip: Slip | None, mended: Collection[str]) -> ExerciseResult:
    if slip is None:
        return exercise
    code = f"`{_short(slip.code)}`"
    if len(slip.code) < _ALONE and slip.row != slip.code:
        code += f" in `{_short(slip.row)}`"
    where = place(slip.label, slip.line)
    if slip.again:
        where += f", and alike in line{'s' if len(slip.again) > 1 else ''} {', '.join(map(str, slip.again))}"
    says = f"In {where}, one small change makes this check hold: look at {code}. {QUESTIONS[slip.kind]}"
    return replace(
        exercise,
        checks=tuple(
            replace(check, mistake=f"slip_{slip.kind}", hint=f"{says} {check.hint}".strip())
            if check.name in mended
            else check
            for check in exercise.checks
        ),
    )


def _short(code: str) -> str:
    code = " ".join(code.split())
    return code if len(code) <= _MOST_CODE else f"{code[: _MOST_CODE - 4]} ..."

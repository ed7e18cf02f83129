"""Digests of what unrecognized failing exercises returned, to group the same failures.

In grading, each student has their own inputs. The exercises are therefore run once more on the public checks' inputs.
Only a digest is stored, and no code is compared.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.checking.answers import LiveAnswers
from autograder.checking.declare import Check
from autograder.checking.judge import OpenStudent
from autograder.checking.replies import MESSAGE, RAISED, Leaves, leaves, same_value
from autograder.checking.run import PUBLIC_SEED, run
from autograder.checking.values import untorched
from autograder.report.results import ExerciseResult
from autograder.sandbox.explain import is_unwritten
from autograder.sandbox.namespace import record_of

_CHECK_S = 2.0
_SUBMISSION_S = 5.0  # for all of its exercises together; those after that get no digest
_DIGITS = 6
# The offset of the rounding grid, in parts of its step: numbers that people choose, such as 1 / 64, lie on no border.
_OFF = 0.31


def with_digests(
    exercises: Sequence[ExerciseResult], checks: Sequence[Check], open_student: OpenStudent, answers: LiveAnswers
) -> tuple[ExerciseResult, ...]:
    """The same results, with a digest for each exercise that fails without a known mistake. Nothing else changes.

    open_student: opens the student's names for checks on the public inputs. If anything goes wrong, there is no digest.
    """
    end = time.monotonic() + _SUBMISSION_S
    return tuple(
        replace(each, digest=_digest(each.name, checks, open_student, answers))
        if _is_unnamed(each, answers) and time.monotonic() < end
        else each
        for each in exercises
    )


def _is_unnamed(exercise: ExerciseResult, answers: LiveAnswers) -> bool:
    """Whether it fails without a known mistake. General rules do not count as known, and questions have no points."""
    statuses = {check.status for check in exercise.checks}
    if not exercise.max_score or "failed" not in statuses or not statuses <= {"failed", "passed", "pending"}:
        return False
    known = {mistake.name for mistake in answers.known if mistake.exercise == exercise.name}
    return known.isdisjoint(check.mistake for check in exercise.checks)


def _digest(exercise: str, checks: Sequence[Check], open_student: OpenStudent, answers: LiveAnswers) -> str:
    """The digest of the replies in its failing public checks, in order; "" if nothing differs from the reference."""
    digest = hashlib.sha256()
    differs = False
    with contextlib.suppress(Exception):  # no error here may cost anybody a point
        for check in checks:
            if check.exercise == exercise and check.public and not check.costly and not check.timed:
                parts = _wrong_parts(check, open_student, answers)
                if parts:
                    differs = True
                    digest.update(repr((check.name, parts)).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()[:16] if differs else ""
    return ""


def _wrong_parts(check: Check, open_student: OpenStudent, answers: LiveAnswers) -> list[Any]:
    """The parts that a failing check received and that differ from the reference's; empty for unwritten code.

    Raises: Failure, CourseError; ValueError if the check neither passed nor failed.
    """
    expected = answers.expected(check, PUBLIC_SEED)
    with open_student(check, _CHECK_S, False) as student:
        outcome = run(check, student, answers.reference(check, PUBLIC_SEED), PUBLIC_SEED)
        got = [call for frame in record_of(student).replies for call in leaves(frame)]
        record_of(student).forget()
    if outcome.status not in ("passed", "failed") or expected.student is None:
        raise ValueError(outcome.message)
    if outcome.status == "passed" or (got and is_unwritten([got[-1].get(RAISED, "")], got[-1].get(MESSAGE, ""))):
        return []
    right = [call for frame in record_of(expected.student).replies for call in leaves(frame)]
    return [
        (at, path, _rounded(value))
        for at, call in enumerate(got)
        for path, value in _differing(call, right[at] if at < len(right) else Leaves())
    ]


def _differing(call: Leaves, right: Leaves) -> list[tuple[tuple[Any, ...], Any]]:
    """The parts that differ. If the result itself is wrong, parts of a cache with a layout of its own are ignored."""
    parts = sorted(call.items(), key=lambda item: repr(item[0]))
    differ = [(path, value) for path, value in parts if path not in right or not same_value(value, right[path])]
    if not any(len(path) < 3 for path, _ in differ):
        return differ
    return [
        (path, value)
        for path, value in differ
        if len(path) < 3 or call.layouts.get(path[:2]) == right.layouts.get(path[:2])
    ]


def _rounded(value: Any) -> Any:
    """The value up to rounding: six digits, relative to the largest number of an array."""
    if isinstance(value, str | bytes | bool | None):
        return value
    array = np.asarray(untorched(value))
    if array.dtype.kind not in "biufc":
        return str(array.dtype)
    if array.dtype.kind == "c":
        array = np.stack([array.real, array.imag])
    numbers = array.astype(np.float64).ravel()
    finite = np.isfinite(numbers)
    odd = [(int(at), str(numbers[at])) for at in np.flatnonzero(~finite)]
    largest = float(np.max(np.abs(numbers[finite]), initial=0.0))
    # The exponent needs the offset, too: 1 and 1 - 1e-16 must have the same step.
    step = 10.0 ** (math.floor(math.log10(largest) + _OFF) - _DIGITS + 1) if largest > 0 else 1.0
    whole = np.floor(numbers[finite] / step + _OFF).astype(np.int64)
    return array.shape, step, hashlib.sha256(whole.tobytes()).hexdigest(), odd

"""Which known mistake do these outputs match?

For a failing check, what the student's code gave, reply by reply, is held against what each known mistake of the
exercise gives on the same inputs. Only the parts in which the mistake differs from the reference count as its
symptoms: a student's cache may look as it likes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.answers import Answers, KnownMistake, Recording, leaves
from autograder.checks import Check, Outcome

_RTOL = 1e-6
_FULL, _SYMPTOMS = 2, 1


@dataclass(frozen=True)
class Diagnosis:
    """The known mistake that a failing check's outputs match. says: the sentence for the student."""

    mistake: str
    says: str


def diagnose(outcomes: Mapping[Check, Outcome], answers: Answers, seed: bytes) -> dict[Check, Diagnosis]:
    """Name the mistakes behind one exercise's failing checks.

    outcomes: all checks of the exercise. A check with several candidates takes the one that explains most of the
    exercise's failing checks and, among those, also passes the most checks that the student passes.
    """
    matches: dict[Check, dict[str, int]] = {}
    known: dict[str, KnownMistake] = {}
    for check, outcome in outcomes.items():
        if outcome.status != "failed" or outcome.student is None or not outcome.student.replies:
            continue
        expected = answers.expected(check, seed)
        if expected.student is None:
            continue
        for mistake in answers.mistakes(check, seed):
            grade = _match(outcome.student.replies, mistake.replies, expected.student.replies)
            if grade:
                matches.setdefault(check, {})[mistake.name] = grade
                known[mistake.name] = mistake
    explained = Counter(name for found in matches.values() for name in found)
    full = Counter(name for found in matches.values() for name, grade in found.items() if grade == _FULL)
    agreeing: Counter[str] = Counter()
    if any(len(found) > 1 for found in matches.values()):
        for check, outcome in outcomes.items():
            if outcome.status == "passed":
                agreeing.update(m.name for m in answers.mistakes(check, seed) if m.replies is None)
    result = {}
    for check, found in matches.items():
        best = max(found, key=lambda name: (found[name], full[name], explained[name], agreeing[name]))
        result[check] = Diagnosis(best, known[best].says)
    return result


def _match(student: Recording, mistake: Recording | None, reference: Recording) -> int:
    """_FULL if every part equals the mistake's, _SYMPTOMS if all in which it differs from the reference do, else 0."""
    if mistake is None or len(mistake) != len(student):
        return 0
    full, symptoms = True, 0
    for i, (got_frame, wrong_frame) in enumerate(zip(student, mistake, strict=True)):
        got, wrong = leaves(got_frame), leaves(wrong_frame)
        right = leaves(reference[i]) if i < len(reference) else {}
        for path, value in wrong.items():
            same = path in got and _same(got[path], value)
            if path not in right or not _same(right[path], value):
                if not same:
                    return 0
                symptoms += 1
            full = full and same
    if not symptoms:
        return 0
    return _FULL if full else _SYMPTOMS


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, str | bytes | bool | None) or isinstance(b, str | bytes | bool | None):
        return type(a) is type(b) and bool(a == b)
    try:
        x, y = np.asarray(a), np.asarray(b)
        if x.shape != y.shape or x.dtype.kind not in "biufc" or y.dtype.kind not in "biufc":
            return False
        scale = float(np.max(np.abs(y[np.isfinite(y)]), initial=0.0))
        return bool(np.allclose(x, y, rtol=0, atol=_RTOL * scale + 1e-12, equal_nan=True))
    except (TypeError, ValueError):
        return False

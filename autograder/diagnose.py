"""Which known mistake do these outputs match?

For a failing check, what the student's code gave, reply by reply, is held against what each known mistake of the
exercise gives on the same inputs. Only the parts in which the mistake differs from the reference count as its
symptoms, and not those inside a cache that the student has laid out in another way. A mistake whose first symptom comes
after the student's results have already gone wrong is not what the failing check is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.answers import Answers, KnownMistake, Leaves, leaves, same_value
from autograder.checks import Check, Outcome
from autograder.explain import is_unwritten
from autograder.sandbox.child.wire import Frame

_FULL, _SYMPTOMS = 2, 1
_RAISED, _MESSAGE = ("raised",), ("raised", "message")


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
        student = _calls(outcome.student.replies)
        if is_unwritten([student[-1].get(_RAISED, "")], student[-1].get(_MESSAGE, "")):
            continue  # nothing is written yet, so nothing is mistaken
        expected = answers.expected(check, seed)
        if expected.student is None:
            continue
        reference = _calls(expected.student.replies)
        failing = [mistake for mistake in answers.mistakes(check, seed) if mistake.replies is not None]
        wrong_ways = [(mistake, _calls(mistake.replies or ())) for mistake in failing]
        wrong_ways = [(mistake, wrong) for mistake, wrong in wrong_ways if len(wrong) == len(student)]
        # Replies that no mistake changes come from other exercises, such as the forward pass before a backward one.
        first_symptoms = [_first_difference(wrong, reference) for _, wrong in wrong_ways]
        own = {i for _, wrong in wrong_ways for i in _differences(wrong, reference)}
        goes_wrong = min((i for i in _differences(student, reference) if i in own), default=len(student))
        for (mistake, wrong), first_symptom in zip(wrong_ways, first_symptoms, strict=True):
            grade = _match(student, wrong, reference) if first_symptom <= goes_wrong else 0
            if grade:
                matches.setdefault(check, {})[mistake.name] = grade
                known[mistake.name] = mistake
    explained = Counter(name for found in matches.values() for name in found)
    full = Counter(name for found in matches.values() for name, grade in found.items() if grade == _FULL)
    agreeing: Counter[str] = Counter()
    if any(len(found) > 1 for found in matches.values()):
        for check, outcome in outcomes.items():
            if outcome.status == "passed" and not check.costly:
                agreeing.update(m.name for m in answers.mistakes(check, seed) if m.replies is None)
    result = {}
    for check, found in matches.items():
        best = max(found, key=lambda name: (found[name], full[name], explained[name], agreeing[name]))
        result[check] = Diagnosis(best, known[best].says)
    return result


def repair_first(check: Check, outcome: Outcome, faulty: Collection[str]) -> str:
    """A hint for a failing check that needs another exercise, such as a forward pass before a backward one.

    faulty: the exercises whose own public checks fail. Returns "" if the check called none of them.
    """
    if outcome.status != "failed" or outcome.student is None or not outcome.student.replies:
        return ""
    last = leaves(outcome.student.replies[-1])[-1]
    if is_unwritten([last.get(_RAISED, "")], last.get(_MESSAGE, "")):
        return ""  # the message says what is not written yet
    other = next((name for name in outcome.student.called if name in faulty and name != check.exercise), None)
    return f"Repair `{other}` first: its own checks fail." if other else ""


def _calls(replies: Sequence[Frame]) -> list[Leaves]:
    """What each call gave."""
    return [call for frame in replies for call in leaves(frame)]


def _match(student: Sequence[Leaves], mistake: Sequence[Leaves], reference: Sequence[Leaves]) -> int:
    """_FULL if every part equals the mistake's, _SYMPTOMS if all in which it differs from the reference do, else 0."""
    full, symptoms = True, 0
    for i, (got, wrong) in enumerate(zip(student, mistake, strict=True)):
        right = reference[i] if i < len(reference) else Leaves()
        for path, value in wrong.items():
            same = path in got and same_value(got[path], value)
            if path == _MESSAGE and right.get(_RAISED) == wrong[_RAISED]:
                continue  # an exception that is asked for: its words are free
            if path not in right or not same_value(right[path], value):
                if same:
                    symptoms += 1
                elif not _of_another_layout(path, got, wrong):
                    return 0
            full = full and same
    if not symptoms:
        return 0
    return _FULL if full else _SYMPTOMS


def _differences(replies: Sequence[Leaves], reference: Sequence[Leaves]) -> list[int]:
    """The replies in which a result itself differs from the reference's, whatever a cache or a config inside says."""
    return [
        i
        for i, (got, right) in enumerate(zip(replies, reference, strict=False))
        if any(len(path) < 3 and not _agree(path, got, right) for path in right)
    ]


def _first_difference(replies: Sequence[Leaves], reference: Sequence[Leaves]) -> int:
    """The first reply in which anything differs from the reference."""
    for i, (got, right) in enumerate(zip(replies, reference, strict=False)):
        if got.keys() != right.keys() or not all(_agree(path, got, right) for path in right):
            return i
    return min(len(replies), len(reference))


def _agree(path: tuple[Any, ...], got: Leaves, right: Leaves) -> bool:
    if path == _MESSAGE:
        return got.get(_RAISED) == right[_RAISED]
    return path in got and same_value(got[path], right[path])


def _of_another_layout(path: tuple[Any, ...], got: Leaves, wrong: Leaves) -> bool:
    """Whether this part lies in a list, tuple or dict inside the result that the student has built in their own way."""
    inside = path[:2]
    if len(path) < 3:
        return False
    if not isinstance(path[2], int) and path[-1] != "length":
        return path not in got  # keys carry names: what the student has under the same one is the same thing
    return got.layouts.get(inside) != wrong.layouts.get(inside)

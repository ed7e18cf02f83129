"""Which known mistake do these outputs match? Where none does, general rules say what is true of them.

For a failing check, what the student's code gave, reply by reply, is held against what each known mistake of the
exercise gives on the same inputs. Only the parts in which the mistake differs from the reference count as its
symptoms, and not those inside a cache that the student has laid out in another way. A mistake whose first symptom comes
after the student's results have already gone wrong is not what the failing check is about.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.checking.answers import Answers, KnownMistake
from autograder.checking.declare import Check
from autograder.checking.replies import MESSAGE, RAISED, Leaves, leaves, same_value
from autograder.checking.rules.apply import findings
from autograder.checking.run import Outcome
from autograder.sandbox.child.wire import Frame
from autograder.sandbox.explain import is_unwritten
from autograder.sandbox.namespace import Record, record_of
from autograder.text import stub_in

_FULL, _SYMPTOMS = 2, 1


@dataclass(frozen=True)
class Diagnosis:
    """What a failing check's outputs match: a known mistake, or a general rule. says: the sentence for the student.

    mistake: its id; None where only a place is known. general: a rule has found it.
    """

    mistake: str | None
    says: str
    general: bool = False


@dataclass(frozen=True)
class _Match:
    """A mistake that gives what the student's code gave. grade: _FULL or _SYMPTOMS."""

    mistake: KnownMistake
    grade: int


def diagnose(
    outcomes: Mapping[Check, Outcome], answers: Answers, seed: bytes, faulty: Collection[str] = ()
) -> dict[Check, Diagnosis]:
    """Name the mistakes behind one exercise's failing checks.

    outcomes: all checks of the exercise. faulty: the exercises whose own public checks fail. A check with several
    candidates takes the one that explains most of the exercise's failing checks and, among those, also passes the most
    checks that the student passes.
    """
    matches = {check: _matches(check, outcome, answers, seed) for check, outcome in outcomes.items()}
    explained = Counter(name for found in matches.values() for name in found)
    full = Counter(name for found in matches.values() for name, match in found.items() if match.grade == _FULL)
    several = any(len(found) > 1 for found in matches.values())
    agreeing = _passing_mistakes(outcomes, answers, seed) if several else Counter()

    def merit(match: _Match) -> tuple[int, ...]:
        name = match.mistake.name
        return match.grade, full[name], explained[name], agreeing[name]

    best = {check: max(found.values(), key=merit).mistake for check, found in matches.items() if found}
    named = {check: Diagnosis(mistake.name, mistake.says) for check, mistake in best.items()}
    with contextlib.suppress(Exception):  # a name that is found is not to be lost by what is said of other checks
        names = {mistake.name for mistake in best.values()}
        named |= _by_rules(outcomes, set(best), names, answers, seed, faulty)
    return named


def _by_rules(
    outcomes: Mapping[Check, Outcome],
    done: Collection[Check],
    names: Collection[str],
    answers: Answers,
    seed: bytes,
    faulty: Collection[str],
) -> dict[Check, Diagnosis]:
    """What general rules say of the failing checks that no known mistake matches.

    done: those that one does. names: of the mistakes found; what fails a check by itself explains it.
    """
    unknown = {
        check: outcome
        for check, outcome in outcomes.items()
        if check not in done
        and _failing(outcome) is not None
        and not (
            names and any(each.name in names and each.replies is not None for each in answers.mistakes(check, seed))
        )
    }
    expected = {}
    for check in unknown:
        right = answers.expected(check, seed)
        expected[check] = _calls(record_of(right.student).replies) if right.student is not None else []
    return {
        check: Diagnosis(None if finding.weak else finding.name, finding.says, general=True)
        for check, finding in findings(unknown, expected, faulty, lambda check: answers.computing(check, seed)).items()
    }


def _matches(check: Check, outcome: Outcome, answers: Answers, seed: bytes) -> dict[str, _Match]:
    """The mistakes, by name, that may be behind a failing check."""
    failing = _failing(outcome)
    if failing is None:
        return {}
    student = _calls(failing.replies)
    if _says_unwritten(student[-1]):
        return {}  # nothing is written yet, so nothing is mistaken
    expected = answers.expected(check, seed)
    if expected.student is None:
        return {}
    reference = _calls(record_of(expected.student).replies)
    wrong_ways = [
        (mistake, wrong)
        for mistake in answers.mistakes(check, seed)
        if mistake.replies is not None and len(wrong := _calls(mistake.replies)) == len(student)
    ]
    # Replies that no mistake changes come from other exercises, such as the forward pass before a backward one.
    own = {i for _, wrong in wrong_ways for i in _differences(wrong, reference)}
    goes_wrong = min((i for i in _differences(student, reference) if i in own), default=len(student))
    return {
        mistake.name: _Match(mistake, grade)
        for mistake, wrong in wrong_ways
        if _first_difference(wrong, reference) <= goes_wrong and (grade := _grade(student, wrong, reference))
    }


def _passing_mistakes(outcomes: Mapping[Check, Outcome], answers: Answers, seed: bytes) -> Counter[str]:
    """How many of the checks that the student passes each mistake passes, too."""
    passed = [check for check, outcome in outcomes.items() if outcome.status == "passed" and not check.costly]
    return Counter(each.name for check in passed for each in answers.mistakes(check, seed) if each.replies is None)


def repair_first(check: Check, outcome: Outcome, faulty: Collection[str]) -> str:
    """A hint for a failing check that needs another exercise, such as a forward pass before a backward one.

    faulty: the exercises whose own public checks fail. Returns "" if the check called none of them.
    """
    failing = _failing(outcome)
    if failing is None:
        return ""
    end = leaves(failing.replies[-1])[-1]
    if _says_unwritten(end):
        stub = stub_in(end.get(MESSAGE, ""))
        return f"{check.exercise} needs `{stub}` first." if stub not in ("", check.exercise) else ""
    other = next((name for name in failing.called if name in faulty and name != check.exercise), None)
    return f"Repair `{other}` first: its own checks fail." if other else ""


def _failing(outcome: Outcome) -> Record | None:
    """What the student's code gave in a failing check; None if there is nothing to look at."""
    record = record_of(outcome.student) if outcome.status == "failed" and outcome.student is not None else None
    return record if record is not None and record.replies else None


def _says_unwritten(call: Leaves) -> bool:
    return is_unwritten([call.get(RAISED, "")], call.get(MESSAGE, ""))


def _calls(replies: Sequence[Frame]) -> list[Leaves]:
    """What each call gave."""
    return [call for frame in replies for call in leaves(frame)]


def _grade(student: Sequence[Leaves], mistake: Sequence[Leaves], reference: Sequence[Leaves]) -> int:
    """_FULL if every part equals the mistake's, _SYMPTOMS if all in which it differs from the reference do, else 0."""
    full, symptoms = True, 0
    for i, (got, wrong) in enumerate(zip(student, mistake, strict=True)):
        right = reference[i] if i < len(reference) else Leaves()
        for path, value in wrong.items():
            same = same_value(got.at(path), value)
            if path == MESSAGE and right.get(RAISED) == wrong[RAISED]:
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
    if path == MESSAGE:
        return got.get(RAISED) == right[RAISED]
    return same_value(got.at(path), right[path])


def _of_another_layout(path: tuple[Any, ...], got: Leaves, wrong: Leaves) -> bool:
    """Whether this part lies in a list, tuple or dict inside the result that the student has built in their own way."""
    inside = path[:2]
    if len(path) < 3:
        return False
    if not isinstance(path[2], int) and path[-1] != "length":
        return path not in got  # keys carry names: what the student has under the same one is the same thing
    return got.layouts.get(inside) != wrong.layouts.get(inside)

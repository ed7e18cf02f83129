"""Recognizes known mistakes by what the student's code returned.

For a failing check, the student's replies are compared with those of each known mistake of the exercise on the same
inputs. Only the parts in which the mistake differs from the reference count as its symptoms, except for those inside a
cache whose layout the student has chosen differently. A mistake whose first symptom comes after the student's results
have already gone wrong does not explain the failing check.

Agreement in one check may be coincidence, so all checks of the exercise are used as evidence. A mistake is *refuted* by
a check that the student passes and it does not. It is *contradicted* by a failing check in which its results differ
from the student's, unless a second mistake, for which there is other evidence, shows there, too. Results that many
mistakes share, such as nan, 0 or a boolean, are evidence only if the mistake explains all failures.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checking.answers import Answers, KnownMistake
from autograder.checking.declare import Check
from autograder.checking.replies import MESSAGE, RAISED, Leaves, leaves, same_value
from autograder.checking.rules.calls import calls
from autograder.checking.run import Outcome
from autograder.checking.values import is_a_fraction, untorched
from autograder.sandbox.child import protocol
from autograder.sandbox.child.wire import Frame
from autograder.sandbox.explain import is_unwritten
from autograder.sandbox.namespace import Record, record_of

NONE, SYMPTOMS, FULL = range(3)
# The weight of the values that agree: below the first, it may be coincidence; above the second, a rule adds nothing.
_ENOUGH, _MUCH = 1.0, 3.0
_MANY = 5  # fully explained checks outweigh contradicting ones if there are this many times as many
_SEVERAL = 3  # fully explained checks, so that a single check against the mistake counts as an exception
_TWICE = 2  # checks that contradict a mistake before it is no longer tried
# The weight of each further digit of an integer, of a fraction, and of a boolean. Other numbers weigh 1; nan and 0
# weigh nothing.
_DIGIT, _FRACTION, _TRUTH = 0.2, 0.2, 0.1
_LOOKED_AT = 64  # values; agreement in more is no coincidence


@dataclass(frozen=True)
class Match:
    """A mistake that may be behind a failing check. sure: all results agree with it, or much in them. enough:
    what agrees is more than truth values and the like.
    """

    mistake: KnownMistake
    sure: bool
    enough: bool = True


@dataclass(frozen=True)
class _Trial:
    """One mistake's results in one failing check, compared with the student's.

    grade: NONE, SYMPTOMS or FULL. weight: of the values that agree. unlike: the number of parts that differ, as parts
    with another layout may. fails: whether the mistake fails the check. shows: whether its results differ from the
    reference's. contradicts: whether its symptoms differ from the student's results, and no other exercise can be the
    reason.
    """

    mistake: KnownMistake
    grade: int = NONE
    weight: float = 0.0
    unlike: int = 0
    fails: bool = False
    shows: bool = False
    contradicts: bool = False


@dataclass(frozen=True, eq=False)
class _Case:
    """A failing check, with the result of each call. others: the indices of calls to other functions."""

    check: Check
    student: list[Leaves]
    reference: list[Leaves]
    others: frozenset[int]

    @classmethod
    def of(cls, check: Check, outcome: Outcome, answers: Answers, seed: bytes) -> _Case | None:
        """The case; None if there is nothing to compare."""
        record = failing(outcome)
        if record is None:
            return None
        student = calls_in(record.replies)
        right = answers.expected(check, seed).student
        if says_unwritten(student[-1]) or right is None:  # nothing is written yet, so there is no mistake
            return None
        made = enumerate(calls(record))
        others = frozenset(i for i, call in made if call.kind == protocol.CALL and call.label != check.exercise)
        return cls(check, student, calls_in(record_of(right).replies), others)

    @functools.cached_property
    def goes_wrong(self) -> int:
        """The first call of the exercise itself whose result differs from the reference's."""
        found = _differences(self.student, self.reference)
        return min((i for i in found if i not in self.others), default=len(self.student))

    @functools.cached_property
    def other_goes_wrong(self) -> int:
        """The first call of another function whose result differs from the reference's."""
        found = _differences(self.student, self.reference)
        return min((i for i in found if i in self.others), default=len(self.student))

    @functools.cached_property
    def raised(self) -> bool:
        """Whether the student's code ended with an unexpected exception, which hides further errors."""
        return RAISED in self.student[-1] and not any(RAISED in call for call in self.reference)

    def tried(self, mistake: KnownMistake) -> _Trial:
        if mistake.replies is None:
            return _Trial(mistake)
        wrong = mistake.calls
        first = _first_difference(wrong, self.reference)
        if first >= len(wrong):
            return _Trial(mistake, fails=True)  # it fails for something not returned, such as a type or its duration
        grade, weight, unlike, otherwise = NONE, 0.0, 0, True
        if len(wrong) == len(self.student) and first <= self.goes_wrong:
            grade, weight, unlike, otherwise = _grade(self, wrong)
        # An exception is a consequence of an earlier error; code written differently may not raise one.
        contradicts = otherwise and first < self.other_goes_wrong and self.raised == _ends_raising(wrong)
        return _Trial(mistake, grade, weight, unlike, fails=True, shows=True, contradicts=contradicts)


def matches(outcomes: Mapping[Check, Outcome], answers: Answers, seed: bytes) -> dict[Check, Match]:
    """The known mistakes behind one exercise's failing checks. outcomes: of all its checks."""
    cases = [case for check, outcome in outcomes.items() if (case := _Case.of(check, outcome, answers, seed))]
    # A timed check runs its code many times, and shows nothing about results that other checks do not.
    cases = [case for case in cases if not case.check.timed] or cases
    cheap = [check for check, outcome in outcomes.items() if outcome.status == "passed" and not check.costly]
    return _Evidence(cases, [check for check in cheap if not check.timed], answers, seed).best()


class _Evidence:
    """All failing checks of an exercise, and the known mistakes' results in them. Each is tried at most once."""

    def __init__(self, cases: Sequence[_Case], passed: Sequence[Check], answers: Answers, seed: bytes) -> None:
        self._cases, self._passed, self._answers, self._seed = cases, passed, answers, seed
        self._trials: dict[_Case, dict[str, _Trial]] = {case: {} for case in cases}

    def best(self) -> dict[Check, Match]:
        """For each failing check, the accepted mistake that explains most of the failing checks."""
        names: list[str] = []
        for case in self._cases:
            # If an earlier mistake explains this check, the others need not be tried: each costs a run of the check.
            if not any(self._trial(case, name).grade for name in names if not self._contradicted(name, names)):
                found = self._try(case, self._hopeful())
                names += [name for name, trial in found.items() if trial.grade and name not in names]
        held = [name for name in names if not self._refuted(name)]
        held = [name for name in held if self._is_enough(name) and not self._contradicted(name, held)]
        full = Counter(name for name in held for case in self._cases if self._trial(case, name).grade == FULL)
        explained = Counter(name for name in held for case in self._cases if self._trial(case, name).grade)

        def merit(trial: _Trial) -> tuple[float, ...]:
            name = trial.mistake.name
            unlike = sum(self._trial(case, name).unlike for case in self._cases)
            return trial.grade, full[name], explained[name], self._weight(name), self._agreeing(name), -unlike

        best = {}
        for case in self._cases:
            trials = [trial for name in held if (trial := self._trial(case, name)).grade]
            if trials:
                top = max(trials, key=merit)
                best[case.check] = Match(top.mistake, top.grade == FULL or top.weight > _MUCH, top.weight >= _ENOUGH)
        return best

    def _hopeful(self) -> list[str] | None:
        """The mistakes worth trying: not those that two checks contradict and none confirms. None: all."""
        tried = [trials for trials in self._trials.values() if trials]
        if not tried:
            return self._slow() if any(case.check.timed for case in self._cases) else None
        against = Counter(name for trials in tried for name, trial in trials.items() if trial.contradicts)
        matched = {name for trials in tried for name, trial in trials.items() if trial.grade}
        return [name for name in tried[0] if name in matched or against[name] < _TWICE]

    def _slow(self) -> list[str] | None:
        """The mistakes that no passed check refutes, which is cheaper to find out than to time them all. None: all."""
        if not self._passed:
            return None
        names = [mistake.name for mistake in self._answers.mistakes(self._passed[0], self._seed)]
        return [name for name in names if not self._refuted(name)]

    def _trial(self, case: _Case, name: str) -> _Trial:
        if name not in self._trials[case]:
            self._try(case, (name,))
        return self._trials[case][name]

    def _try(self, case: _Case, names: Sequence[str] | None = None) -> dict[str, _Trial]:
        """Try the mistakes of these names on a failing check; None: all. Earlier trials are kept."""
        tried = self._trials[case]
        for mistake in self._answers.mistakes(case.check, self._seed, names):
            if mistake.name not in tried:
                tried[mistake.name] = case.tried(mistake)
        return tried

    def _where_passed(self, name: str) -> Iterator[tuple[Check, KnownMistake]]:
        """The mistake's results in each check that the student passes."""
        for check in self._passed:
            for mistake in self._answers.mistakes(check, self._seed, (name,)):
                yield check, mistake

    @functools.cache  # noqa: B019  (it lives as long as one diagnosis)
    def _refuted(self, name: str) -> bool:
        """Whether the student passes a check that the mistake fails.

        One such check is ignored if the mistake fully explains every failure: the student may have handled a corner.
        """
        against = sum(
            mistake.replies is not None and self._differs(check, mistake.calls)
            for check, mistake in self._where_passed(name)
        )
        tried = [self._trials[case].get(name) for case in self._cases] if against == 1 else []
        is_all = len(tried) >= _SEVERAL and all(trial is not None and trial.grade == FULL for trial in tried)
        return bool(against) and not is_all

    def _differs(self, check: Check, wrong: Sequence[Leaves]) -> bool:
        """Whether the check fails because of what is returned, not because of how long it takes."""
        right = self._answers.expected(check, self._seed)
        return right.student is not None and _first_difference(wrong, calls_in(record_of(right.student).replies)) < len(
            wrong
        )

    def _weight(self, name: str) -> float:
        return sum(self._trial(case, name).weight for case in self._cases)

    @functools.cache  # noqa: B019  (it lives as long as one diagnosis)
    def _agreeing(self, name: str) -> int:
        """In how many checks the mistake and the student's code both fail or both pass, whatever they return."""
        both_pass = sum(mistake.replies is None for _, mistake in self._where_passed(name))
        return both_pass + sum(self._trial(case, name).fails for case in self._cases)

    def _is_enough(self, name: str) -> bool:
        trials = [self._trial(case, name) for case in self._cases]
        explains_all = all(trial.grade == FULL or (trial.fails and not trial.shows) for trial in trials)
        return explains_all or self._weight(name) >= _ENOUGH

    def _contradicted(self, name: str, names: Sequence[str]) -> bool:
        """Whether a check contradicts the mistake, and no other of these names, made at the same time, explains it."""
        against = {case for case in self._cases if self._trial(case, name).contradicts}
        trials = [self._trial(case, name) for case in self._cases]
        if sum(trial.grade == FULL and trial.weight > _MUCH for trial in trials) >= _MANY * len(against):
            return False
        return bool(against) and not any(
            other != name and self._both(name, other) and all(self._trial(case, other).shows for case in against)
            for other in names
        )

    def _both(self, one: str, other: str) -> bool:
        """Whether two mistakes may have been made at once: each explains some case alone.

        In a case that one of them explains fully, the other must not show, unless the case ends in an exception.
        """
        alone = {one: False, other: False}
        for case in self._cases:
            for name, second in ((one, other), (other, one)):
                mine, theirs = self._trial(case, name), self._trial(case, second)
                if mine.grade == FULL and mine.weight >= _ENOUGH:
                    if theirs.shows and not theirs.grade and not case.raised:
                        return False
                    alone[name] = alone[name] or not theirs.shows or case.raised
        return all(alone.values())


def failing(outcome: Outcome) -> Record | None:
    """The record of a failing check; None if there is nothing to look at."""
    record = record_of(outcome.student) if outcome.status == "failed" and outcome.student is not None else None
    return record if record is not None and record.replies else None


def _ends_raising(replies: Sequence[Leaves]) -> bool:
    return bool(replies) and RAISED in replies[-1]


def says_unwritten(call: Leaves) -> bool:
    return is_unwritten([call.get(RAISED, "")], call.get(MESSAGE, ""))


def calls_in(replies: Sequence[Frame]) -> list[Leaves]:
    """The parts of each call's result."""
    return [call for frame in replies for call in leaves(frame)]


def _grade(case: _Case, mistake: Sequence[Leaves]) -> tuple[int, float, int, bool]:
    """How far the student's replies match the mistake's: the grade, the weight of the symptoms, the number of parts
    that differ, and whether a symptom contradicts.

    FULL if every number returned equals the mistake's, except inside a cache. SYMPTOMS if all parts in which the
    mistake differs from the reference do, except inside a cache of another layout. Else NONE.
    """
    full, unlike, symptoms = True, 0, []
    for i, (got, wrong) in enumerate(zip(case.student, mistake, strict=True)):
        right = case.reference[i] if i < len(case.reference) else Leaves()
        if RAISED not in wrong and any(path not in wrong and path in got and _has_a_key(path) for path in right):
            return NONE, 0.0, 0, True  # what the mistake leaves out is here
        for path, value in wrong.items():
            mine = got.at(path)
            same = same_value(mine, value)
            unlike += not same
            if path == MESSAGE and right.get(RAISED) == wrong[RAISED]:
                continue  # an expected exception may have any message
            if path not in right or not same_value(right[path], value):
                if same:
                    symptoms.append(value)
                elif not _of_another_layout(path, got, wrong):
                    return NONE, 0.0, 0, _is_finite(mine) == _is_finite(value)  # another form of a mistake may give nan
            elif not same and len(path) < 3 and path[-1] != "length" and i not in case.others:
                full = full and not (_is_numbers(mine) and _is_numbers(value))
    weight = sum(map(_weight, symptoms), 0.0)
    return (FULL if full else SYMPTOMS) if symptoms else NONE, weight, unlike, False


def _has_a_key(path: tuple[Any, ...]) -> bool:
    """Whether this part lies in a dict, under a name of its own."""
    return any(isinstance(key, str) and key != "length" for key in path[1:])


def _is_numbers(value: Any) -> bool:
    return isinstance(untorched(value), int | float | np.ndarray | np.generic)


def _is_finite(value: Any) -> bool:
    return not _is_numbers(value) or bool(np.isfinite(np.asarray(untorched(value))).all())


def _weight(value: Any) -> float:
    """How unlikely it is that two different wrong programs return this value by coincidence."""
    if isinstance(value, str):
        return 1.0 if value else 0.0
    try:
        array = np.asarray(untorched(value))
    except ValueError:
        return 0.0
    if array.dtype.kind in "iu":
        sizes = np.abs(np.unique(array)[:_LOOKED_AT].astype(float))
        digits = np.floor(np.log10(sizes[sizes > 0]))
        return float(np.clip(_DIGIT * digits, _DIGIT, 1.0).sum())
    if array.dtype.kind not in "fc":
        return _TRUTH
    values = np.unique(array[np.isfinite(array) & (array != 0)])
    whole = sum(map(is_a_fraction, values[:_LOOKED_AT].tolist()))
    return len(values) - whole + _FRACTION * whole


def _differences(replies: Sequence[Leaves], reference: Sequence[Leaves]) -> list[int]:
    """The replies whose result itself differs from the reference's, whatever is inside a cache or config."""
    return [
        i
        for i, (got, right) in enumerate(zip(replies, reference, strict=False))
        if any(len(path) < 3 and not _agree(path, got, right) for path in right)
    ]


def _first_difference(replies: Sequence[Leaves], reference: Sequence[Leaves]) -> int:
    """The first reply with any difference from the reference."""
    for i, (got, right) in enumerate(zip(replies, reference, strict=False)):
        if got.keys() != right.keys() or not all(_agree(path, got, right) for path in right):
            return i
    return min(len(replies), len(reference))


def _agree(path: tuple[Any, ...], got: Leaves, right: Leaves) -> bool:
    if path == MESSAGE:
        return got.get(RAISED) == right[RAISED]
    return same_value(got.at(path), right[path])


def _of_another_layout(path: tuple[Any, ...], got: Leaves, wrong: Leaves) -> bool:
    """Whether this part is in a list, tuple or dict inside the result that the student has built differently."""
    inside = path[:2]
    if len(path) < 3:
        return False
    if not isinstance(path[2], int) and path[-1] != "length":
        return path not in got  # keys are names: the same key means the same thing
    return got.layouts.get(inside) != wrong.layouts.get(inside)

"""Collects why points were lost: each cause once, however many checks it affected, the largest loss first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.report.report import CheckResult, ExerciseResult, Report
from autograder.report.results import total
from autograder.text import is_missing

UNWRITTEN = "not written yet"
_JUDGED_AS_WRONG = ("failed", "timeout", "crashed")


@dataclass(frozen=True)
class Cause:
    """One reason for lost points. sentence: describes it. checks: the checks that failed for it, in order."""

    sentence: str
    exercises: tuple[str, ...]
    checks: tuple[CheckResult, ...]

    @property
    def points(self) -> float:
        return total(map(lost, self.checks))

    @property
    def mistake(self) -> str | None:
        return next((check.mistake for check in self.checks if check.mistake), None)

    @property
    def message(self) -> str:
        """What came out of the first of its checks that says so, if that says more than the sentence."""
        message = next((check.message for check in self.checks if check.message), "")
        return "" if self.sentence == UNWRITTEN or message == self.sentence else message


def lost(check: CheckResult) -> float:
    """Points that are lost: not those that nobody has judged yet, nor those that a fault of ours holds back."""
    return check.max_points - check.points if check.status in _JUDGED_AS_WRONG else 0.0


def unwritten(exercise: ExerciseResult) -> bool:
    """Whether there is nothing of this exercise yet, as its checks say."""
    return any(is_missing(exercise.name, check.message) for check in exercise.checks)


def causes(report: Report) -> tuple[Cause, ...]:
    """What cost points in this report.

    Checks with the same advice have one cause, in whichever exercises they are: a known mistake, or another exercise to
    repair first. What has no name is the exercise's own, and belongs to its known mistake if there is one.
    """
    found: dict[str, list[tuple[str, CheckResult]]] = {}
    for exercise in report.exercises:
        if exercise.manual:
            continue  # a person's verdict is no diagnosis; it stands with the answer
        for sentence, check in _explained(exercise):
            found.setdefault(sentence, []).append((exercise.name, check))
    result = [
        Cause(sentence, tuple(dict.fromkeys(name for name, _ in where)), tuple(check for _, check in where))
        for sentence, where in found.items()
    ]
    return tuple(sorted(result, key=lambda cause: -cause.points))


def _explained(exercise: ExerciseResult) -> Iterator[tuple[str, CheckResult]]:
    """The checks that cost points, each with the sentence that stands for its cause."""
    wrong = [check for check in exercise.checks if lost(check) > 0]
    if unwritten(exercise):
        yield from ((UNWRITTEN, check) for check in wrong)
        return
    # Of a hidden check a student sees no name, only the advice; it may be the sentence of a mistake.
    named = {check.hint for check in wrong if check.hint and (check.mistake or not check.public)}
    for check in wrong:
        if check.hint in named:
            yield check.hint, check
        elif len(named) == 1:
            yield next(iter(named)), check
        else:
            yield _own_words(exercise, [check for check in wrong if check.hint not in named]), check


def _own_words(exercise: ExerciseResult, wrong: list[CheckResult]) -> str:
    """What these checks say of an exercise that is wrong in a way that nobody has foreseen."""
    advice = next((check.hint for check in wrong if check.hint), "")
    said = next((check.message.strip().split("\n")[0] for check in wrong if check.message.strip()), "")
    return advice or said or f"{exercise.name}: {wrong[0].title}"

"""Collects why points were lost: each cause once, however many checks it affects, largest loss first."""

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
        """The first of its checks' messages that says more than the sentence."""
        message = next((check.message for check in self.checks if check.message), "")
        return "" if self.sentence == UNWRITTEN or message == self.sentence else message


def lost(check: CheckResult) -> float:
    """The lost points: not those that are not judged yet, nor those held back by the grader's own error."""
    return check.max_points - check.points if check.status in _JUDGED_AS_WRONG else 0.0


def unwritten(exercise: ExerciseResult) -> bool:
    """Whether nothing of this exercise is written, according to its checks."""
    return any(is_missing(exercise.name, check.message) for check in exercise.checks)


def causes(report: Report) -> tuple[Cause, ...]:
    """The causes of lost points in this report.

    Checks with the same advice, in any exercises, have one cause: a known mistake, or another exercise to repair first.
    Other failures belong to their exercise, or to its known mistake if there is one.
    """
    found: dict[str, list[tuple[str, CheckResult]]] = {}
    for exercise in report.exercises:
        if exercise.manual:
            continue  # a person's grade is not a diagnosis; it is shown with the answer
        for sentence, check in _explained(exercise):
            found.setdefault(sentence, []).append((exercise.name, check))
    result = [
        Cause(sentence, tuple(dict.fromkeys(name for name, _ in where)), tuple(check for _, check in where))
        for sentence, where in found.items()
    ]
    return tuple(sorted(result, key=lambda cause: -cause.points))


def _explained(exercise: ExerciseResult) -> Iterator[tuple[str, CheckResult]]:
    """The checks that cost points, each with the sentence of its cause."""
    wrong = [check for check in exercise.checks if lost(check) > 0]
    if unwritten(exercise):
        yield from ((UNWRITTEN, check) for check in wrong)
        return
    # Students see only the advice of a hidden check, not its name; the advice may be the sentence of a mistake.
    named = {check.hint for check in wrong if check.hint and (check.mistake or not check.public)}
    for check in wrong:
        if check.hint in named:
            yield check.hint, check
        elif len(named) == 1:
            yield next(iter(named)), check
        else:
            yield _own_words(exercise, [check for check in wrong if check.hint not in named]), check


def _own_words(exercise: ExerciseResult, wrong: list[CheckResult]) -> str:
    """What these checks say about an exercise that fails in an unforeseen way."""
    advice = next((check.hint for check in wrong if check.hint), "")
    said = next((check.message.strip().split("\n")[0] for check in wrong if check.message.strip()), "")
    return advice or said or f"{exercise.name}: {wrong[0].title}"

"""Statistics over a class's reports: for each exercise and check, who made which mistake, and who was slow."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.report.report import Report

FEWEST = 10  # verdicts below which a correlation says nothing
_FEWEST_TIMES = 5
_FAR = 3  # quartile distances beyond the upper quartile: Tukey's far fence
_NOTICED_S = 1.0
_UNJUDGED = ("error", "pending")


@dataclass(frozen=True)
class Item:
    """Statistics of an exercise, or of one of its checks, in a class. title: the check's, empty for an exercise.

    judged: submissions with a verdict; the others are pending or the grader failed. passed: submissions in which all
    checks pass. share: the mean share of its points that they earn, 0 to 1. seconds: the median time.
    discrimination: the correlation, -1 to 1, of that share with the points of everything else. Near 0 it does not
    separate strong from weak students; below 0 the check is probably wrong. None if it cannot be computed.
    """

    exercise: str
    title: str
    judged: int
    passed: int
    share: float
    discrimination: float | None
    seconds: float


@dataclass(frozen=True)
class Shown:
    """A known mistake, its sentence for students, and the reports with it."""

    exercise: str
    mistake: str
    says: str
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class Group:
    """Reports in which an exercise fails in the same unnamed way. message: that of the first report."""

    exercise: str
    message: str
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class _Verdict:
    """One submission's result for an item. rest: its points in everything else."""

    points: float
    max_points: float
    passed: bool
    seconds: float
    rest: float


def exercises(reports: Iterable[Report]) -> list[Item]:
    """Exercises with points, in order; if one is partly pending, only what was judged."""
    found: dict[tuple[str, str], list[_Verdict]] = {}
    for report in reports:
        score = sum(check.points for check in report.checks)
        for each in report.exercises:
            verdicts = found.setdefault((each.name, ""), []) if each.max_score else []
            judged = [check for check in each.checks if check.status not in _UNJUDGED]
            of = sum(check.max_points for check in judged)
            if of and each.score is not None:
                points, seconds = sum(check.points for check in judged), sum(check.duration_s for check in judged)
                passed = all(check.status == "passed" for check in judged)
                verdicts.append(_Verdict(points, of, passed, seconds, score - points))
    return [_item(*key, verdicts) for key, verdicts in found.items()]


def checks(reports: Iterable[Report]) -> list[Item]:
    """Checks with points, in order."""
    found: dict[tuple[str, str], list[_Verdict]] = {}
    for report in reports:
        score = sum(check.points for check in report.checks)
        for exercise in report.exercises:
            for each in exercise.checks:
                verdicts = found.setdefault((exercise.name, each.title), []) if each.max_points else []
                if each.status not in _UNJUDGED:
                    passed = each.status == "passed"
                    verdicts.append(
                        _Verdict(each.points, each.max_points, passed, each.duration_s, score - each.points)
                    )
    return [_item(*key, verdicts) for key, verdicts in found.items()]


def _item(exercise: str, title: str, verdicts: Sequence[_Verdict]) -> Item:
    shares = [each.points / each.max_points for each in verdicts]
    return Item(
        exercise=exercise,
        title=title,
        judged=len(verdicts),
        passed=sum(each.passed for each in verdicts),
        share=statistics.fmean(shares) if shares else 0.0,
        discrimination=correlation(shares, [each.rest for each in verdicts]),
        seconds=statistics.median(each.seconds for each in verdicts) if verdicts else 0.0,
    )


def correlation(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Pearson's r, -1 to 1; None for fewer than `FEWEST` pairs, or if one of the two is constant."""
    if len(x) < FEWEST or min(x) == max(x) or min(y) == max(y):
        return None
    return statistics.correlation(x, y)


def mistakes(reports: Iterable[Report]) -> list[Shown]:
    """The known mistakes, most frequent first; a submission counts once for each."""
    says: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str], dict[str, Report]] = {}
    for report in reports:
        for exercise in report.exercises:
            for check in exercise.checks:
                if check.mistake:
                    key = (exercise.name, check.mistake)
                    says.setdefault(key, check.hint)
                    found.setdefault(key, {})[report.submission] = report
    shown = [Shown(*key, says[key], tuple(who.values())) for key, who in found.items()]
    return sorted(shown, key=lambda each: -len(each.reports))


def groups(reports: Iterable[Report]) -> list[Group]:
    """Failures without a name, grouped by what was returned for equal inputs; largest group first.

    A group may consist of one report. What is true of one report is true of its whole group.
    """
    messages: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str], list[Report]] = {}
    for report in reports:
        for each in report.exercises:
            if each.digest:
                key = (each.name, each.digest)
                failed = sorted(
                    (check for check in each.checks if check.status == "failed"), key=lambda it: not it.public
                )
                messages.setdefault(key, next((check.message for check in failed), ""))
                found.setdefault(key, []).append(report)
    shown = [Group(key[0], messages[key], tuple(who)) for key, who in found.items()]
    return sorted(shown, key=lambda each: -len(each.reports))


def slow(reports: Sequence[Report]) -> list[Report]:
    """Submissions that took far longer than the others, slowest first: beyond Tukey's far fence, and over a second."""
    if len(reports) < _FEWEST_TIMES:
        return []
    low, _, high = statistics.quantiles([report.duration_s for report in reports], method="inclusive")
    fence = max(high + _FAR * (high - low), _NOTICED_S)
    found = [report for report in reports if report.duration_s > fence]
    return sorted(found, key=lambda report: -report.duration_s)

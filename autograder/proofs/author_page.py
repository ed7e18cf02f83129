"""Renders an audit as a page for the author: which check catches which mistake, what each costs, what takes time.

Besides the audit, it measures what each mistake costs in which exercise, and what correct alternatives in
`tests/alternatives/<id>/` earn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.checking.declare import collect_mistakes
from autograder.course.course import Course
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.intake.find import Found
from autograder.proofs.audit import Audit
from autograder.proofs.costs import Cost, costs
from autograder.proofs.mistakes import MistakeAudit
from autograder.report.report import CheckResult, Report
from autograder.views.pages import page


@dataclass(frozen=True)
class Row:
    """A mistake in the table of its exercise. says: the sentence for students. cost: None if it was not measured."""

    mistake: MistakeAudit
    says: str
    cost: Cost | None

    @property
    def elsewhere(self) -> Mapping[str, float]:
        """Points lost in other exercises, where a single bug should cost nothing."""
        lost = self.cost.exercises if self.cost else {}
        return {name: points for name, points in lost.items() if name != self.mistake.exercise}

    @property
    def named(self) -> str:
        """The name under which it was recognized, if not its own."""
        return "" if self.mistake.ok else ", ".join(self.mistake.named_as) or "nothing"


@dataclass(frozen=True)
class Exercise:
    """An exercise's checks with the reference's results, and its mistakes."""

    name: str
    checks: tuple[CheckResult, ...]
    rows: tuple[Row, ...]

    @property
    def points(self) -> float:
        return sum(check.max_points for check in self.checks)

    @property
    def uncaught(self) -> bool:
        """Whether some mistake passes every check, or some check catches no mistake."""
        caught = {name for row in self.rows for name in row.mistake.caught_by}
        judged = {check.name for check in self.checks if check.status != "pending"}
        return any(row.named for row in self.rows) or not judged <= caught


def author_page(course: Course, audit: Audit) -> str:
    """The page as HTML. Raises: CourseError if the assignment cannot be loaded."""
    assert audit.reference is not None
    known = collect_mistakes(course.solutions_dir(audit.assignment) / "mistakes.py")
    says = {(each.exercise, each.name): each.says for each in known}
    costs_of = {(each.exercise, each.mistake): each for each in costs(course, audit.assignment)}
    exercises = []
    for result in audit.reference.exercises:
        rows = [
            Row(each, says.get(key, ""), costs_of.get(key))
            for each in audit.mistakes
            if each.exercise == result.name
            for key in [(each.exercise, each.name)]
        ]
        if result.checks and not result.manual:
            exercises.append(Exercise(result.name, result.checks, tuple(rows)))
    return render(audit, exercises, _alternatives(course, audit))


def render(audit: Audit, exercises: Sequence[Exercise], alternatives: Sequence[Report]) -> str:
    """The page as HTML. alternatives: the reports on other correct solutions."""
    rows = [row for each in exercises for row in each.rows]
    return page(
        "audit.html",
        title=f"{audit.assignment}: audit",
        audit=audit,
        exercises=exercises,
        unnamed=[row for row in rows if row.named],
        dear=[row for row in rows if row.elsewhere],
        alternatives=alternatives,
        slowest=_slowest([check for each in exercises for check in each.checks]),
    )


def _alternatives(course: Course, audit: Audit) -> Sequence[Report]:
    files = sorted((course.root / "tests" / "alternatives" / audit.assignment).glob("*.py"))
    if not files:
        return []
    with Grader(course, audit.assignment, Options(audit.isolation)) as grader:
        return [grader.grade(Found(path.stem, path, None)) for path in files]


def _slowest(checks: Sequence[CheckResult], most: int = 10) -> list[tuple[CheckResult, float]]:
    """The checks that take most of the reference's time, each with its fraction of the longest."""
    found = sorted(checks, key=lambda check: -check.duration_s)[:most]
    longest = max((check.duration_s for check in found), default=0.0) or 1.0
    return [(check, check.duration_s / longest) for check in found if check.duration_s]

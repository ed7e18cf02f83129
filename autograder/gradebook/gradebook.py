"""The course's gradebook: every student's grade, from the reports of any number of assignments and attempts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.gradebook.policy import Attempt, CourseGrade, course_grade
from autograder.report.report import Report


def gradebook(course: Course, reports: Iterable[Report], now: datetime) -> list[CourseGrade]:
    """The grade of every student who has a report, sorted by name.

    Several reports of one student on one assignment are attempts, in the order of handing in.
    Raises: CourseError if that order is not known, or the extensions cannot be read; UnknownName if the course lacks
    an assignment.
    """
    by_student: dict[str, dict[str, list[Report]]] = {}
    max_scores: dict[str, float] = {}
    for report in reports:
        assignment_id = course.assignment(report.assignment).id
        by_student.setdefault(report.submission, {}).setdefault(assignment_id, []).append(report)
        max_scores[assignment_id] = max(report.max_score, max_scores.get(assignment_id, 0.0))
    return [
        course_grade(course, student, {key: _attempts(each) for key, each in works.items()}, max_scores, now)
        for student, works in sorted(by_student.items())
    ]


@dataclass(frozen=True)
class Final:
    """A student's final score on one assignment: like a report's, minus the late penalty."""

    assignment: str
    submission: str
    score: float | None
    max_score: float
    pending: float


def finals(grades: Iterable[CourseGrade], assignment_id: str) -> list[Final]:
    """The final scores of all students who handed in this assignment and are not excused from it."""
    return [
        Final(assignment_id, grade.student, each.final, each.max_score, each.pending)
        for grade in grades
        for each in grade.outcomes
        if each.assignment == assignment_id and each.attempt and each.status != "excused"
    ]


def _attempts(reports: list[Report]) -> list[Attempt]:
    times = [report.submitted for report in reports]
    if len(reports) > 1 and (None in times or len(set(times)) < len(times)):
        raise CourseError(
            f"{reports[0].submission} has {len(reports)} reports on {reports[0].assignment}, and their hand-in times "
            "are unknown or equal. Grade with --timestamps, and name each folder only once."
        )
    attempts = [Attempt(each.score, each.max_score, each.submitted, each.pending) for each in reports]
    return sorted(attempts, key=lambda attempt: attempt.submitted.timestamp() if attempt.submitted else 0.0)

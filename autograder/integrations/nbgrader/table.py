"""Writes grades as CSV: reports with the columns of `nbgrader export`, and nbgrader's gradebook with our columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.plugins import ExportPlugin

from autograder.course.course import Course
from autograder.files import write_atomically
from autograder.gradebook.policy import effective_due, late_penalty
from autograder.integrations import csv as ours
from autograder.report.report import CheckResult, ExerciseResult, Report
from autograder.tables import inert

_COLUMNS = ("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
            "late_submission_penalty", "score", "max_score")  # fmt: skip


def render(reports: Sequence[Report], course: Course) -> str:
    """The reports as `nbgrader export` would write them, for programs that read its format. Unknown scores stay empty.

    Names and e-mail addresses are not in reports. Times are UTC, as nbgrader stores them.
    """
    file = io.StringIO(newline="")
    table = csv.writer(file, lineterminator="\n")
    table.writerow(_COLUMNS)
    times: dict[str, dict[str, datetime]] = {}
    for report in reports:
        if report.submitted is not None:
            times.setdefault(report.submission, {})[report.assignment] = report.submitted
    for report in sorted(reports, key=lambda report: (report.assignment, report.submission)):
        student, score, submitted = report.submission, report.score, report.submitted
        due = effective_due(course, report.assignment, student)
        grade: list[object] = ["", "", ""]
        if score is not None:
            penalty = late_penalty(
                course, report.assignment, student, score, report.max_score, submitted, times.get(student, {})
            ).points
            grade = [score, penalty, max(0.0, score - penalty)]
        names = [inert(report.submission), "", "", ""]
        table.writerow([report.assignment, _utc(due), _utc(submitted), *names, *grade, report.max_score])
    return file.getvalue()


class CsvExport(ExportPlugin):
    """For `nbgrader export --exporter`: the columns of `autograder export --to csv`.

    One row per submission and a column per exercise, with points given by hand and before penalties. If an answer still
    needs manual grading, there is no score.
    """

    def export(self, gradebook: Any) -> None:
        wanted = [str(each) for each in self.assignment], [str(each) for each in self.student]
        reports = [
            _report(submission)
            for assignment in gradebook.assignments
            if not wanted[0] or assignment.name in wanted[0]
            for submission in sorted(
                gradebook.assignment_submissions(assignment.name), key=lambda each: each.student.id
            )
            if not wanted[1] or submission.student.id in wanted[1]
        ]
        path = write_atomically(Path(self.to or "grades.csv").absolute(), ours.render(reports))
        self.log.info("%d submissions in %s", len(reports), path)


def _report(submission: Any) -> Report:
    """A row of the gradebook in the form of a report, with a cell as an exercise."""
    grades = sorted((grade for notebook in submission.notebooks for grade in notebook.grades), key=_place)
    exercises = [
        ExerciseResult(
            grade.name.removeprefix("check_"),
            (CheckResult(grade.name, "", grade.score, grade.max_score, True, _status(grade)),),
        )
        for grade in grades
    ]
    return Report(submission.assignment.name, submission.student.id, tuple(exercises), "", "")


def _place(grade: Any) -> int:
    """The position of its cell in the notebook."""
    return [cell.name for cell in grade.cell.notebook.source_cells].index(grade.name)


def _status(grade: Any) -> str:
    if grade.manual_score is None and (grade.auto_score is None or grade.needs_manual_grade):
        return "error"  # its points, whatever they are, are not final
    return "passed" if grade.score >= grade.max_score else "failed"


def _utc(instant: datetime | None) -> str:
    return "" if instant is None else str(instant.astimezone(UTC).replace(tzinfo=None))

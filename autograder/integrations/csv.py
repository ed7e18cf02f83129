"""Writes reports as a CSV table, for spreadsheets and scripts.

Spreadsheets run a cell that begins like a formula, and students choose their names. Such text gets a leading
apostrophe, which a spreadsheet takes as "this is text". So does text after a semicolon, because spreadsheets in
locales with a decimal comma begin a new cell there. Numbers come from the grader and stay numbers.

Both tables are for people, so they begin with a byte-order mark, without which Excel does not recognize UTF-8. Tables
that another program imports have none (`canvas`, whose importer does not remove it; `--to nbgrader`, to match
nbgrader).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from autograder.gradebook.policy import CourseGrade
from autograder.report.report import Report
from autograder.tables import inert

_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def render(reports: Sequence[Report]) -> str:
    """One row per report, with the exercises' scores in one column each. A score that is null is left empty.

    The columns of written answers are empty until somebody gives points for them, so that points can be entered there.
    """
    exercises = list(dict.fromkeys(exercise.name for report in reports for exercise in report.exercises))
    heads = ["submission", "assignment", "score", "max_score", "pending", "needs_staff", "mistakes"]
    file = io.StringIO(newline="")
    table = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    table.writerow([inert(head) for head in [*heads, *exercises]])
    for report in reports:
        scores = {each.name: None if each.manual and each.pending else each.score for each in report.exercises}
        table.writerow(
            [
                inert(report.submission),
                inert(report.assignment),
                report.score,
                report.max_score,
                report.pending,
                "yes" if report.needs_staff else "no",
                inert(", ".join(report.mistakes)),
                *(scores.get(name) for name in exercises),
            ]
        )
    return _MARK + file.getvalue()


def render_grades(grades: Sequence[CourseGrade]) -> str:
    """One row per student. For each assignment: the score that counts, the score before late penalties, and the reason.

    Unknown values are left empty.
    """
    ids = [outcome.assignment for outcome in grades[0].outcomes] if grades else []
    parts = ["", " score", " max_score", " penalty", " pending", " status", " submitted", " reason"]
    file = io.StringIO(newline="")
    table = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    table.writerow(["student", "total", "provisional", *(each + part for each in ids for part in parts), "reason"])
    for grade in grades:
        cells: list[object] = [inert(grade.student), grade.total, "yes" if grade.provisional else "no"]
        for outcome in grade.outcomes:
            attempt = outcome.attempt
            cells += [outcome.final, attempt and attempt.score, outcome.max_score, outcome.penalty.points]
            cells += [outcome.pending, outcome.status]
            cells += [attempt.submitted.isoformat() if attempt and attempt.submitted else "", outcome.said]
        table.writerow([*cells, inert(grade.reason)])
    return _MARK + file.getvalue()

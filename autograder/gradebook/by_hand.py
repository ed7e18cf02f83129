"""Adds manual points to reports: for written answers, and to replace the points of checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.errors import CourseError
from autograder.report.report import Report
from autograder.report.results import CheckResult, ExerciseResult, by_hand
from autograder.tables import Table, inert, parse, read_text
from autograder.text import number, same_name

Given = Mapping[tuple[str, str], Mapping[str, float]]  # (assignment, student) -> exercise -> points


def with_points(report: Report, given: Given) -> Report:
    """The report with its manual points applied."""
    mine = given.get((report.assignment, report.submission), {})

    def graded(each: ExerciseResult) -> ExerciseResult:
        points = mine.get(each.name)
        if points is None:
            return each
        if each.manual:
            return by_hand(each.name, each.max_score, points, "Graded by hand.")
        status = "passed" if points >= each.max_score else "failed"
        return replace(each, checks=(CheckResult(each.name, "Graded by hand.", points, each.max_score, True, status),))

    return replace(report, exercises=tuple(map(graded, report.exercises)))


def read_points(path: Path, reports: Sequence[Report]) -> tuple[Given, list[str]]:
    """The points in a table, and notes for the person who wrote it.

    The table has a row for each student (column `student` or `submission`), a column for each written answer
    (`written_1`), and a column `assignment` if the reports are of several. An empty cell means not graded yet. Other
    columns are ignored, so the table may be the output of `export --to csv`.
    Raises: CourseError that names the line.
    """
    text, notes = read_text(path)
    table = parse(text, str(path))
    who = next((head for head in ("student", "submission") if head in table.heads), "student")
    student = table.column(who, str(path))
    assignments = {report.assignment for report in reports}
    if "assignment" not in table.heads and len(assignments) > 1:
        raise CourseError(f"{path}: the reports are of {', '.join(sorted(assignments))}; add a column 'assignment'")
    answers = {each.name: table.heads.index(each.name) for report in reports for each in report.exercises
               if each.manual and each.name in table.heads}  # fmt: skip
    if not answers:
        wanted = sorted({each.name for report in reports for each in report.exercises if each.manual})
        raise CourseError(f"{path}: no column is for a written answer; the answers are {', '.join(wanted) or 'none'}")
    known = {(each.assignment, name): each for each in reports for name in (inert(each.submission), each.submission)}
    given: dict[tuple[str, str], dict[str, float]] = {}
    for row in table.rows:
        points = {name: row.cells[place].strip() for name, place in answers.items() if row.cells[place].strip()}
        assignment = row.cells[table.heads.index("assignment")] if "assignment" in table.heads else min(assignments)
        if not points or assignment not in assignments:
            continue
        where = f"{path}, line {row.line}"
        report = known.get((assignment, same_name(row.cells[student].strip())))
        if report is None:
            raise CourseError(f"{where}: there is no report on {row.cells[student]!r} for {assignment}")
        if (assignment, report.submission) in given:
            raise CourseError(f"{where}: a second row for {report.submission}")
        most = {each.name: each.max_score for each in report.exercises if each.manual}
        given[assignment, report.submission] = {
            name: _points(said, most.get(name, 0.0), table, f"{where}, {name}") for name, said in points.items()
        }
    return given, notes


def _points(said: str, most: float, table: Table, where: str) -> float:
    try:
        points = float(said if table.separator == "," else said.replace(",", "."))
    except ValueError:
        raise CourseError(f"{where}: {said!r} is not a number of points") from None
    if not 0 <= points <= most:
        raise CourseError(f"{where}: {said} is not between 0 and {number(most)} points")
    return points

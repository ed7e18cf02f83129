"""Canvas: writes the scores into a gradebook's CSV, ready for import.

The roster is a gradebook exported from Canvas. The result contains its rows, with the columns that identify students
and the assignment's column. Nothing is guessed: a submission that matches no row with certainty is listed and gets no
score.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from autograder.errors import CourseError
from autograder.intake.downloads import number_of
from autograder.integrations.roster import Scored, Upload, column_of, enter, is_number, most_points, plain
from autograder.tables import parse
from autograder.text import number

_KEYS = ("ID", "SIS User ID", "SIS Login ID", "Student")
_WHO = {*_KEYS, "LastName", "FirstName", "Integration ID", "Root Account", "Section"}
_OF_ASSIGNMENT = re.compile(r"(?P<title>.*) \((?P<id>\d+)\)", re.DOTALL)


def render(reports: Sequence[Scored], roster: str, assignment: str) -> Upload:
    """The roster with the scores of these reports in the column of `assignment`, its title or its number in Canvas.

    A cell whose submission is missing or has no score stays as it is, and so does `EX`.
    Raises: CourseError if the roster is not Canvas's gradebook, or if no column, or more than one, is the assignment's.
    """
    heads, rows, delimiter = _read(roster)
    column = column_of(heads, _OF_ASSIGNMENT, assignment)
    students = [row for row in rows if _is_student(row)]
    problems, missing = enter(
        reports,
        students,
        column,
        rows_of=lambda submission: _rows_of(submission, heads, students),
        name_of=lambda row: row[0],
        keys=("ID", "SIS User ID", "SIS Login ID", "name"),
        stays=lambda row: "excused in Canvas" if row[column].strip().casefold() == "ex" else "",
    )
    problems += _differing_points(rows, heads[column], column, reports)
    kept = [place for place, head in enumerate(heads) if head in _WHO] + [column]
    file = io.StringIO(newline="")
    table = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    table.writerows([row[place] for place in kept] for row in [heads, *rows])
    return Upload(file.getvalue(), tuple(problems), tuple(missing))


def _read(roster: str) -> tuple[list[str], list[list[str]], str]:
    """Heads, rows (each as long as the heads), and the delimiter of the result, as Canvas does not accept tabs."""
    table = parse(roster, "the roster")
    missing = {"Student", "ID", "Section"} - set(table.heads)
    if missing:
        raise CourseError(
            f"the roster has no column {', '.join(sorted(missing))}; export it from Canvas: Grades > Export"
        )
    return table.heads, [row.cells for row in table.rows], ";" if table.separator == ";" else ","


def _is_student(row: list[str]) -> bool:
    """Whether it is neither the row of points possible nor the one that says how grades are posted."""
    posting = all(not cell.strip() or cell.strip().startswith(("Manual Posting", "Muted")) for cell in row)
    return "Points Possible" not in row[0] and not posting


def _rows_of(submission: str, heads: list[str], students: list[list[str]]) -> list[int]:
    """The rows that have this id under any of the keys. A number may be one student's ID and another's SIS ID.

    Otherwise, the row of the ID in a file name made by Canvas for a download, if the name matches the student's, too.
    """
    places = [heads.index(key) for key in _KEYS if key in heads]
    wanted = plain(submission)
    found = [index for index, row in enumerate(students) if wanted and wanted in {plain(row[at]) for at in places}]
    if found or (number_in_name := number_of(wanted)) is None:
        return found
    identity, name = heads.index("ID"), heads.index("Student")
    return [
        index
        for index, row in enumerate(students)
        if row[identity].strip() == number_in_name
        and any(word in wanted.lower() for word in re.findall(r"\w+", plain(row[name]).lower()))
    ]


def _differing_points(rows: list[list[str]], head: str, column: int, reports: Sequence[Scored]) -> list[str]:
    most = most_points(reports)
    for row in rows:
        if "Points Possible" in row[0] and not is_number(row[column], most):
            said = row[column].strip() or "no"
            return [f"{head}: Canvas has {said} points possible, the reports have {number(most)}"]
    return []

"""Reads reports for commands, and adds what came after grading: manual points, and mistakes that were named later."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli import arguments
from autograder.cli.arguments import argument
from autograder.cli.shell import complain
from autograder.course.course import Course, NoCourse
from autograder.errors import CourseError
from autograder.text import installing

if TYPE_CHECKING:
    from autograder.report.report import Report

MANUAL = argument(
    "--manual",
    type=arguments.path,
    metavar="FILE",
    help="Manual points: a table, or nbgrader's gradebook.db (docs/written-answers.md).",
)
_SQLITE = b"SQLite format 3\0"


def read_reports(folders: Sequence[Path], manual: Path | None) -> Sequence[Report]:
    """The reports in these folders, with manual points and mistakes that were named later. Raises: CourseError."""
    from autograder.report.found import with_found
    from autograder.report.store import read_folder

    reports = [report for folder in folders for report in read_folder(folder)]
    with contextlib.suppress(NoCourse):  # reports can be read anywhere
        course = Course.find(Path.cwd())
        found = {each: course.found(each) for each in {report.assignment for report in reports}}
        reports = [with_found(report, found[report.assignment]) for report in reports]
    return _with_manual(reports, manual)


def _with_manual(reports: Sequence[Report], file: Path | None) -> Sequence[Report]:
    """The reports with the points in this file. Raises: CourseError if it cannot be read."""
    from autograder.gradebook.by_hand import read_points, with_points

    if file is None:
        return reports
    try:
        with open(file, "rb") as opened:
            is_gradebook = opened.read(len(_SQLITE)) == _SQLITE
    except OSError as error:
        raise CourseError(f"Cannot read {file}: {error.strerror or error}") from error
    if is_gradebook:
        try:
            from autograder.integrations.nbgrader import ledger
        except ImportError as error:
            raise CourseError(f"--manual {file} needs nbgrader: {installing('instructor')} ({error})") from error
        given = ledger.given_by_hand(f"sqlite:///{file.absolute()}")
    else:
        given, notes = read_points(file, reports)
        for note in notes:
            complain(note)
    return [with_points(report, given) for report in reports]

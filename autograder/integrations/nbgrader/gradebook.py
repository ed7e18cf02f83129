"""Writes reports to nbgrader's gradebook and its folder autograded/, with nbgrader's own converter in one process."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.intake.find import Found
from autograder.integrations.nbgrader import CONFIG_FILE, configure, ledger
from autograder.report.report import Report
from autograder.submission.release import Release


def fill(course: Course, assignment_id: str, found: Sequence[Found], reports: Sequence[Report], database: Path) -> None:
    """Write what `nbgrader autograde` would have written about these submissions. reports: in the same order.

    Raises: CourseError if the gradebook does not know the assignment, or nbgrader could not write.
    """
    config = _config(course)
    config.CourseDirectory.assignment_id = assignment_id
    config.CourseDirectory.db_url = _url(database)
    config.BaseConverter.force = True
    log = _Log()
    graded = {item.id: (item, report) for item, report in zip(found, reports, strict=True)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy warns about nbgrader
        try:
            directory = CourseDirectory(config=config, log=log)
            _FromReports(graded, coursedir=directory, config=config, log=log).start()
        except NbGraderException as error:
            raise CourseError(f"nbgrader could not write all of {database}: {log.first() or error}") from error


class _FromReports(Autograde):
    """nbgrader's converter for submissions that were graded already, wherever they are."""

    def __init__(self, graded: dict[str, tuple[Found, Report]], **options: Any) -> None:
        self.graded = graded  # the exporter looks for this attribute
        super().__init__(**options)

    def init_notebooks(self) -> None:
        assignment_id = self.coursedir.assignment_id
        folders = [self._format_source(assignment_id, student) for student in self.graded]
        self.assignments = {folder: [str(Path(folder) / f"{assignment_id}.ipynb")] for folder in folders}

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        super().init_assignment(assignment_id, student_id)
        _, report = self.graded[student_id]
        if report.submitted is not None:
            with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
                gradebook.update_or_create_submission(assignment_id, student_id, timestamp=report.submitted)


class _Log(logging.Logger):
    """Stores nbgrader's errors, and prints nothing."""

    def __init__(self) -> None:
        super().__init__("autograder.nbgrader", logging.ERROR)
        self._records: list[logging.LogRecord] = []

    def handle(self, record: logging.LogRecord) -> None:
        self._records.append(record)

    def first(self) -> str:
        """The last line of the first error with a cause: of a traceback, the exception."""
        rows = [record.getMessage().strip().split("\n") for record in self._records]
        return next((row[-1] for row in rows if len(row) > 1), rows[0][0] if rows else "")


def _config(course: Course) -> Any:
    """The configuration of the instructor's nbgrader_config.py, or ours if there is none."""
    if (course.root / CONFIG_FILE).is_file():
        return PyFileConfigLoader(CONFIG_FILE, str(course.root)).load_config()
    config = Config()
    configure(config, course.root / CONFIG_FILE)
    return config


def require(release: Release, database: Path) -> None:
    """Raises: CourseError, which says what to do, if the gradebook does not know this release of the assignment."""
    if not database.is_file():
        raise CourseError(
            f"There is no gradebook {database}; run: nbgrader generate_assignment {release.assignment_id}"
        )
    ledger.agree(_url(database), release.assignment_id, release.points)


def _url(database: Path) -> str:
    return f"sqlite:///{database.absolute()}"

"""Connects nbgrader's `autograde` to the grader: finds and grades each student's work, and returns a notebook.

nbgrader's configuration can name the exporter that reads notebooks. Ours is created after nbgrader has looked for the
submissions and before it processes the first, so it lives as long as the command, with one warm sandbox.

If grading fails for any reason, the gradebook must not show a score that somebody could believe. Problems that affect
the whole class end the command before anything is changed. A student is graded before nbgrader processes them, because
nbgrader gives a zero to a student without a notebook. Until the new scores are written, the earlier ones stay, each
marked for manual grading. If something fails in between, the cells have no score and are marked likewise, with the
reason in the log.
"""

from __future__ import annotations

import fnmatch
import glob
import json
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.converters.base import NbGraderException
from sqlalchemy.exc import SQLAlchemyError
from traitlets import Enum

from autograder.checking.run import exercises_in_order
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.gradebook import policy
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.grading.worksheet import notebook_of
from autograder.intake.find import Found, pick
from autograder.intake.timestamps import nbgrader_s
from autograder.integrations.nbgrader import ledger
from autograder.report.report import Report
from autograder.sandbox.backends import BUBBLEWRAP, PROCESS
from autograder.submission.release import Release


class SandboxedExporter(NotebookExporter):
    """Reads submissions for nbgrader's Autograde, its `parent`, and provides the reports on them.

    It grades them itself, unless the parent has an attribute `graded`: student -> (submission, report).
    """

    isolation = Enum(
        (BUBBLEWRAP, PROCESS), BUBBLEWRAP, help="'process' does not protect: only for code you trust."
    ).tag(config=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._autograde = cast(Any, self.parent)
        self._graded: dict[str, tuple[Found, Report]] | None = getattr(self._autograde, "graded", None)
        self._latest: tuple[str, Report] | None = None
        self.withheld: str | None = None  # a student whose work could not be judged
        self._directory = self._autograde.coursedir
        assignment_id = self._directory.assignment_id
        try:
            self.course = Course.find(Path(self._directory.root))
            self.release = Release.load(self.course.release_dir(assignment_id), assignment_id)
            policy.effective_due(self.course, assignment_id, "")  # raises if the extensions cannot be read
            if self._graded is None:
                self._grader = Grader(self.course, assignment_id, Options(self.isolation))
                weakref.finalize(self, self._grader.close)
            for points in self._points():
                ledger.agree(self._directory.db_url, assignment_id, points | self.release.written)
        except CourseError as error:
            self.log.error(str(error))
            raise NbGraderException(str(error)) from error
        self._directory.get_existing_timestamp = self._timestamp
        self._take_up = self._autograde.init_assignment
        self._autograde.init_assignment = self._judge_first
        if self._graded is None:
            self._take_all(assignment_id)

    def _timestamp(self, folder: str) -> datetime | None:
        """The timestamp as nbgrader stores it, UTC without a zone. None if damaged; the work is still graded."""
        when = nbgrader_s(Path(folder))
        if isinstance(when, str):
            self.log.error("%s: %s", folder, when)
        return when.astimezone(UTC).replace(tzinfo=None) if isinstance(when, datetime) else None

    def _points(self) -> Iterator[dict[str, float]]:
        """The points of the check cells, according to the checks, or to each report."""
        if self._graded is None:
            exercises = exercises_in_order(self._grader.checks)
            totals = {each: sum(c.points for c in self._grader.checks if c.exercise == each) for each in exercises}
            yield {f"check_{name}": points for name, points in totals.items() if points}
        for _, report in (self._graded or {}).values():
            yield {f"check_{each.name}": each.max_score for each in report.by_checks.exercises if each.max_score}

    def _take_all(self, assignment_id: str) -> None:
        """Include everyone who submitted anything, even a script, a notebook with another name, or an empty folder."""
        if not fnmatch.fnmatchcase(assignment_id, self._directory.notebook_id):
            return
        for folder in glob.glob(self._autograde._format_source(assignment_id, self._directory.student_id)):
            self._autograde.assignments[folder] = [str(Path(folder) / f"{assignment_id}.ipynb")]

    def found(self, student: str) -> Found:
        """This student's submission in nbgrader's folder submitted/, found in the same way as by `autograder grade`."""
        if self._graded is not None:
            return self._graded[student][0]
        assignment_id = self.release.assignment_id
        folder = self._directory.format_path(self._directory.submitted_directory, student, assignment_id)
        return pick(Path(folder), student, assignment_id, self.release)

    def report(self, student: str) -> Report:
        """The report on this student's work, graded on first access."""
        if self._graded is not None:
            return self._graded[student][1]
        if self._latest is None or self._latest[0] != student:
            self._latest = student, self._grader.grade(self.found(student))
        return self._latest[1]

    def _judge_first(self, assignment_id: str, student: str) -> None:
        """Replaces the converter's `init_assignment`, with which it begins to process a student."""
        self.withheld = None
        try:
            self.report(student)
        except Exception as error:
            self._withhold(student, error)
        url = self._directory.db_url
        kept = ledger.scores(url, assignment_id, student)
        try:
            self._take_up(assignment_id, student)
        finally:
            ledger.hold(url, assignment_id, student, kept)

    def _withhold(self, student: str, error: Exception) -> None:
        self.withheld = student
        self.log.error("%s could not be judged: %s: %s", student, type(error).__name__, error)
        self.log.debug("This is where it happened:", exc_info=error)

    def from_filename(self, filename: str, resources: Any = None, **options: Any) -> Any:
        """Like nbconvert's, but we read submissions; work that could not be judged is shown without results."""
        student = resources["nbgrader"]["student"]
        try:
            return self._from_filename(filename, student, resources, **options)
        except SQLAlchemyError:  # then the gradebook cannot be written, either
            raise
        except Exception as error:
            self._withhold(student, error)
            return self._from_filename(filename, student, resources, **options)

    def _from_filename(self, filename: str, student: str, resources: Any, **options: Any) -> Any:
        if not self._autograde._sanitizing:  # it reads what we have written
            return super().from_filename(filename, resources=resources, **options)
        found = Found(student, None, None) if self.withheld else self.found(student)
        work = notebook_of(found, self.release)
        resources["metadata"] = {"name": Path(filename).stem, "path": str(Path(filename).parent)}
        return self.from_notebook_node(nbformat.reads(json.dumps(work), 4), resources, **options)

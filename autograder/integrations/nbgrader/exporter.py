"""Between nbgrader's `autograde` and the grader: which work is whose, in the form that nbgrader takes, and its report.

nbgrader lets its configuration name the exporter that reads notebooks. Ours is made after nbgrader has looked for the
submissions and before it takes up the first, so it lives as long as the command does, with one warm sandbox.
"""

from __future__ import annotations

import fnmatch
import glob
import json
import weakref
from pathlib import Path
from typing import Any, cast

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.converters.base import NbGraderException
from traitlets import Enum

from autograder.course import Course
from autograder.errors import CourseError
from autograder.grade import Grader, Options
from autograder.hand_ins import Found, pick
from autograder.integrations.nbgrader.handed_in import notebook_of
from autograder.release import Release
from autograder.report import Report
from autograder.sandbox.backends import BUBBLEWRAP, PROCESS


class SandboxedExporter(NotebookExporter):
    """Reads submissions for nbgrader's Autograde, its `parent`, and has the reports on them.

    They are graded here, unless the parent has an attribute `graded`: student -> what was handed in, and its report.
    """

    isolation = Enum(
        (BUBBLEWRAP, PROCESS), BUBBLEWRAP, help="'process' is no protection: only for code you trust."
    ).tag(config=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._autograde = cast(Any, self.parent)
        self._graded: dict[str, tuple[Found, Report]] | None = getattr(self._autograde, "graded", None)
        self._latest: tuple[str, Report] | None = None
        self._directory = self._autograde.coursedir
        assignment_id = self._directory.assignment_id
        try:
            self.course = Course.find(Path(self._directory.root))
            self.release = Release.load(self.course.release_dir(assignment_id), assignment_id)
            if self._graded is None:
                self._grader = Grader(self.course, assignment_id, Options(self.isolation))
                weakref.finalize(self, self._grader.close)
        except CourseError as error:
            self.log.error(str(error))
            raise NbGraderException(str(error)) from error
        if self._graded is None:
            self._take_all(assignment_id)

    def _take_all(self, assignment_id: str) -> None:
        """Everyone who handed something in, also a script or a notebook under another name, or a folder without any."""
        if not fnmatch.fnmatchcase(assignment_id, self._directory.notebook_id):
            return
        for folder in glob.glob(self._autograde._format_source(assignment_id, self._directory.student_id)):
            self._autograde.assignments[folder] = [str(Path(folder) / f"{assignment_id}.ipynb")]

    def found(self, student: str) -> Found:
        """What this student handed in, found as `autograder grade` finds it in nbgrader's folder submitted/."""
        if self._graded is not None:
            return self._graded[student][0]
        assignment_id = self.release.assignment_id
        folder = self._directory.format_path(self._directory.submitted_directory, student, assignment_id)
        return pick(Path(folder), student, assignment_id, self.release)

    def report(self, student: str) -> Report:
        """The report on this student's work, graded when first asked for."""
        if self._graded is not None:
            return self._graded[student][1]
        if self._latest is None or self._latest[0] != student:
            self._latest = student, self._grader.grade(self.found(student))
        return self._latest[1]

    def from_filename(self, filename: str, resources: Any = None, **options: Any) -> Any:
        """As nbconvert's, but what a student handed in is read by us."""
        if not self._autograde._sanitizing:  # what we have written
            return super().from_filename(filename, resources=resources, **options)
        work = notebook_of(self.found(resources["nbgrader"]["student"]), self.release)
        resources["metadata"] = {"name": Path(filename).stem, "path": str(Path(filename).parent)}
        return self.from_notebook_node(nbformat.reads(json.dumps(work), 4), resources, **options)

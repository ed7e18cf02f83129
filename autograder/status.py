"""What a student's last `autograder check` found, remembered beside the course for `autograder status`."""

from __future__ import annotations

import json
from pathlib import Path

from autograder import report as reports
from autograder.course import Course
from autograder.errors import CourseError
from autograder.files import write_atomically
from autograder.report import Report


def _path(course: Course, assignment_id: str) -> Path:
    return course.root / ".autograder" / "status" / f"{assignment_id}.json"


def save(course: Course, report: Report) -> None:
    """Remember the report. Raises: CourseError if it cannot be written."""
    write_atomically(_path(course, report.assignment), json.dumps(report.to_dict()) + "\n")


def load(course: Course, assignment_id: str) -> Report | None:
    """The last report, or None when there is none that can be read: the next check writes it anew."""
    try:
        return reports.read(_path(course, assignment_id))
    except CourseError:
        return None

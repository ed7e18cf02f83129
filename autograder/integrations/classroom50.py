"""Writes the `result.json` of Classroom 50, the open successor of GitHub Classroom (schema `classroom50/result/v1`).

Its points are integers, while ours may be fractions: see `whole`. Pending work is left out. The format cannot express
that the grader failed. In that case no result.json is written and the exit code is not 0, so the runner records an
error and no points.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from autograder.errors import CourseError
from autograder.integrations.feedback import feedback, judged
from autograder.report.report import Report, for_student
from autograder.text import printable

SCHEMA = "classroom50/result/v1"
# Field of the result <- environment variable set by Classroom 50's runner.
_VARIABLES = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "assignment_type": "ASSIGNMENT_TYPE",
    "owner": "OWNER",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}


@dataclass(frozen=True)
class Run:
    """The runner's data about the submission, for fields of the result. at: the time, with a time zone."""

    fields: Mapping[str, str]
    at: datetime

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], at: datetime) -> Run:
        """Raises: CourseError, which names the variables that are not set."""
        # Older runners omit some variables; fill them in as the runner itself does.
        given = dict(environment)
        given["OWNER"] = given.get("OWNER") or given.get("USERNAME", "")
        given["ASSIGNMENT_TYPE"] = given.get("ASSIGNMENT_TYPE") or "individual"
        given["REVIEW_URL"] = given.get("REVIEW_URL") or given.get("COMMIT_URL", "")
        missing = [name for name in _VARIABLES.values() if not given.get(name)]
        if missing:
            raise CourseError(
                f"A result for Classroom 50 needs the environment of its runner; not set: {', '.join(missing)}"
            )
        return cls({field: given[name] for field, name in _VARIABLES.items()}, at)


def render(report: Report, run: Run) -> str:
    """The result of one submission. Raises: CourseError if it could not be graded, so that nobody gets a zero."""
    if report.score is None:
        raise CourseError(f"{report.submission} could not be graded, and Classroom 50 has no result that says so")
    shown = judged(for_student(report))
    tests = [
        {
            "test-name": printable(f"{exercise.name}: {check.title}"),
            "passed": check.status == "passed",
            "score": whole(check.points, check.max_points),
            "max-score": whole(check.max_points, check.max_points),
            "message": feedback(check),
        }
        for exercise in shown.exercises
        for check in exercise.checks
    ]
    result = {
        "schema": SCHEMA,
        **run.fields,
        "datetime": _utc(report.submitted or run.at),
        "graded_at": _utc(run.at),
        "score": whole(report.score, shown.max_score),
        "max-score": whole(shown.max_score, shown.max_score),
        "tests": tests,
    }
    return json.dumps(result, indent=1, ensure_ascii=False).encode("utf-8", "replace").decode() + "\n"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def whole(points: float, max_points: float) -> int:
    """Points as an integer: rounded to nearest, halves up, but the maximum only if all points were earned.

    The total is rounded from the exact total, so it can differ from the sum of the rounded checks.
    """
    nearest, most = math.floor(points + 0.5), math.floor(max_points + 0.5)
    return nearest if points >= max_points else min(nearest, max(0, most - 1))

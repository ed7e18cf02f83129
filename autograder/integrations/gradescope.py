"""Gradescope: writes results.json, and reads the submitter from the metadata of Gradescope's harness.

For every check, including hidden ones, students see the title, status, points and hint. The rest is left out before
anything is written. Gradescope's visibility settings are not used, because a hidden test would also hide the total.

The format cannot express two things. Pending work has no score and no status. If the grader failed on a check, nothing
has a score, so Gradescope takes the run as failed and not as a zero.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from autograder.errors import CourseError
from autograder.integrations.feedback import NOT_GRADED, feedback, shortened
from autograder.report.report import CheckResult, Report, for_student
from autograder.text import number, printable, score_line
from autograder.times import instant

_TEXT = {"output_format": "text", "test_output_format": "text", "test_name_format": "text"}
# stdout contains the whole report, for staff.
_VISIBILITY = {"visibility": "visible", "stdout_visibility": "hidden"}
_MOST_OUTPUT_CHARS = 20_000


def render(report: Report, earlier: Sequence[float] = ()) -> str:
    """results.json of one submission. earlier: the scores of the student's earlier submissions."""
    shown = for_student(report)
    tests = [
        _test(f"{number_of}.{place}", exercise.name, check, scored=report.score is not None)
        for number_of, exercise in enumerate(shown.exercises, 1)
        for place, check in enumerate(exercise.checks, 1)
    ]
    results = {"score": report.score} if report.score is not None else {}
    return _document(
        results
        | {"execution_time": round(report.duration_s, 3), "output": _output(shown, earlier)}
        | {"extra_data": {"report": shown.to_dict()}, "tests": tests}
    )


def render_fault() -> str:
    """results.json when nothing could be graded: no score, which is not a zero."""
    return _document({"output": NOT_GRADED, "tests": []})


def _document(results: dict[str, Any]) -> str:
    return json.dumps(_TEXT | _VISIBILITY | results, indent=1) + "\n"


def _test(place: str, exercise: str, check: CheckResult, *, scored: bool) -> dict[str, Any]:
    test: dict[str, Any] = {
        "number": place,
        "name": printable(f"{exercise}: {check.title}"),
        "max_score": check.max_points,
        "visibility": "visible",
    }
    if scored and check.status != "pending":
        test["score"] = check.points
    if check.status not in ("pending", "error"):
        test["status"] = "passed" if check.status == "passed" else "failed"
    if text := feedback(check):
        test["output"] = text
    return test


def _output(shown: Report, earlier: Sequence[float]) -> str:
    lines = [score_line(shown.score, shown.max_score, shown.pending)]
    if shown.score is None:
        lines.append(NOT_GRADED)
    if earlier:
        lines.append(f"Submission {len(earlier) + 1}; the best score before was {number(max(earlier))}.")
    lines += [f"Note: {note}" for note in shown.notes]
    if shown.output.strip():
        lines.append(f"\nWhat your code printed:\n{shown.output}")
    return shortened(printable("\n".join(lines)), _MOST_OUTPUT_CHARS)


def submitter(metadata: object) -> str:
    """Who submitted, according to submission_metadata.json: the student's e-mail address, or those of the group.

    The hidden inputs follow from it, so it is the same for every attempt.
    Raises: CourseError if the metadata name nobody.
    """
    users = metadata.get("users") if isinstance(metadata, dict) else None
    listed = users if isinstance(users, list) else []
    names = [str(user.get("email") or user.get("id") or "") for user in listed if isinstance(user, dict)]
    if not names or not all(names):
        raise CourseError("submission_metadata.json names no user with an email or an id")
    return ", ".join(sorted(names))


def submitted(metadata: object) -> datetime | None:
    """The time of submission, if the metadata contain it."""
    created = metadata.get("created_at") if isinstance(metadata, dict) else None
    with contextlib.suppress(ValueError):
        return instant(created) if isinstance(created, str) else None
    return None


def earlier_scores(metadata: object) -> list[float]:
    """The scores of the same student's earlier submissions; submissions without one are left out."""
    earlier = metadata.get("previous_submissions") if isinstance(metadata, dict) else None
    scores = []
    for each in earlier if isinstance(earlier, list) else []:
        try:
            scores.append(float(each["score"]))  # a number, or a string with one
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
    return scores

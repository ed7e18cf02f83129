"""PrairieLearn: writes results.json, which an external grader leaves in /grade/results.

The format follows docs/externalGrading.md of PrairieLearn/PrairieLearn (06a6d59). `score` is a share from 0 to 1. A
result that is not `gradable` costs the student neither points nor an attempt, so it is used if the grader failed.
`tests` are shown by the element pl-external-grader-results. The file has at most 1 MB.
"""

from __future__ import annotations

import json
from typing import Any

from autograder.integrations.feedback import NOT_GRADED, PENDING, feedback, judged, shortened
from autograder.report.report import CheckResult, Report, for_student
from autograder.text import printable

_MOST_CHARS = 200_000  # for all messages together, and again for the code's output: a character has up to 4 bytes


def render(report: Report) -> str:
    """results.json of one submission. Pending work is in neither sum, which the message says."""
    shown = for_student(report)
    if shown.score is None:
        return _document({"gradable": False, "format_errors": [NOT_GRADED]})
    done = judged(shown)
    most = sum(each.max_points for exercise in done.exercises for each in exercise.checks)
    got = sum(each.points for exercise in done.exercises for each in exercise.checks)
    checks = [(exercise.name, check) for exercise in done.exercises for check in exercise.checks]
    notes = [*shown.notes, *([PENDING] if shown.pending else [])]
    results: dict[str, Any] = {
        "gradable": True,
        "score": got / most if most else 0.0,
        "tests": [_test(name, check, _MOST_CHARS // len(checks)) for name, check in checks],
    }
    if notes:
        results["message"] = shortened(printable("\n".join(notes)), 10_000)
    if shown.output.strip():
        results["output"] = shortened(printable(shown.output), _MOST_CHARS // 4)
    return _document(results)


def _test(exercise: str, check: CheckResult, most_chars: int) -> dict[str, Any]:
    test = {
        "name": printable(exercise),
        "description": printable(check.title),
        "points": check.points,
        "max_points": check.max_points,
    }
    said = feedback(check, max(100, min(most_chars, 4000)))
    return test | ({"message": said} if said else {})


def _document(results: dict[str, Any]) -> str:
    return json.dumps(results, indent=1, ensure_ascii=False) + "\n"

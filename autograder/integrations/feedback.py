"""Renders what a report tells its student as plain text, for any program that shows it."""

from __future__ import annotations

from dataclasses import replace

from autograder.report.report import CheckResult, Report
from autograder.text import number, printable

NOT_GRADED = (
    "This could not be graded, because of a problem of the course, not of your code. It is not a zero: "
    "your instructor has to grade it again; please tell them."
)
# For hidden checks, whose messages students do not see.
_SAID = {"timeout": "It ran out of time.", "crashed": "It crashed."}
PENDING = "This will be graded later, by a person or on another machine: its points are neither lost nor given."


def feedback(check: CheckResult, most_chars: int = 4000) -> str:
    """Why the check fails and what to look at, as far as known. check: as its student may see it."""
    if check.status == "passed":
        return ""
    if check.status == "error":
        return NOT_GRADED
    if check.status == "pending":
        return PENDING
    lines = [check.message or _SAID.get(check.status, ""), f"→ {check.hint}" if check.hint else ""]
    return shortened(printable("\n".join(filter(None, lines))).strip(), most_chars)


def shortened(text: str, most_chars: int) -> str:
    return text if len(text) <= most_chars else text[: most_chars - 1] + "…"


def points(check: CheckResult) -> str:
    """`3 / 6`; `not graded / 6` or `pending / 6` if there are no points yet."""
    missing = {"error": "not graded", "pending": "pending"}
    return f"{missing.get(check.status, number(check.points))} / {number(check.max_points)}"


def judged(report: Report) -> Report:
    """`report` without its pending checks, for formats that cannot express them.

    Their points are in neither sum, so they are neither lost nor given.
    """
    exercises = (
        replace(each, checks=tuple(check for check in each.checks if check.status != "pending"))
        for each in report.exercises
    )
    return replace(report, exercises=tuple(each for each in exercises if each.checks))

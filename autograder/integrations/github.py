"""GitHub Actions: writes annotations at the student's lines, a job summary, and the result of an autograding runner.

All three show only what students may see. Submissions choose names and messages, so an annotation always stays one
line with one command, and text stays plain text in the Markdown.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence

from autograder.integrations.feedback import feedback, judged, points, shortened
from autograder.report.report import CheckResult, ExerciseResult, Report, for_student
from autograder.text import SIGNS, number, printable, score_line
from autograder.text import shortened as shortened_list

RUNNER_VERSION = 3
_STATUSES = {"passed": "pass", "error": "error"}
_LONGEST_MESSAGE = 4000
_LONGEST_CELL = 300
_MOST_ROWS = 500  # GitHub refuses a summary of more than 1 MiB


def render(reports: Sequence[Report]) -> str:
    """A workflow command for each failing exercise, to be printed to stdout on its own line.

    GitHub shows the first ten errors of a step, so there is one per exercise and not one per check.
    """
    lines = []
    for report in map(for_student, reports):
        whose = f"{report.submission}, " if len(reports) > 1 else ""
        lines += [_annotation(report, each, whose) for each in report.exercises if not _holds(each)]
    return "".join(f"{line}\n" for line in lines)


def problems(messages: Sequence[str]) -> str:
    """A workflow command for each problem that prevented grading."""
    return "".join(f"::error::{_data(shortened(printable(each), _LONGEST_MESSAGE))}\n" for each in messages)


def _holds(exercise: ExerciseResult) -> bool:
    return all(check.status == "passed" for check in exercise.checks)


def _annotation(report: Report, exercise: ExerciseResult, whose: str) -> str:
    said = [check for check in exercise.checks if check.status != "passed"]
    level = "notice" if all(check.status == "pending" for check in said) else "error"
    if not exercise.max_score:
        level = "warning"  # a question without points
    properties, cell = {}, None
    if report.source:
        properties["file"] = report.source.file
        cell = report.source.cells.get(exercise.name)  # students do not know the lines of a notebook's JSON
        if exercise.name in report.source.lines:
            properties["line"] = str(report.source.lines[exercise.name])
    points_line = f": {score_line(exercise.score, exercise.max_score)}" if exercise.max_score else ""
    properties["title"] = f"{whose}{exercise.name}{points_line}"
    paragraphs = [f"In cell {cell}."] if cell else []
    paragraphs += [f"{SIGNS[check.status]} {check.title}\n{feedback(check)}".strip() for check in said]
    message = shortened(printable("\n".join(paragraphs)), _LONGEST_MESSAGE)
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{level} {written}::{_data(message)}"


def _data(text: str) -> str:
    """A message, escaped as the runner's toolkit does."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property, escaped as the runner's toolkit does."""
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")


def summary(reports: Sequence[Report]) -> str:
    """A job summary in Markdown: one submission's checks, or one row per submission if there are several."""
    shown = [for_student(report) for report in reports]
    if len(shown) == 1:
        (report,) = shown
        total = score_line(report.score, report.max_score, report.pending)
        head = f"### {markdown(report.assignment)}: {markdown(total)}\n"
        notes = "".join(f"\n- {markdown(note)}" for note in report.notes)
        rows = [_row(each.name, check) for each in report.exercises for check in each.checks]
        return f"{head}{notes}\n{_table(('', 'exercise', 'check', 'points', 'what to look at'), rows)}"
    rows = [
        (
            report.submission,
            score_line(report.score, report.max_score, report.pending),
            shortened_list(report.wrong),
        )
        for report in shown
    ]
    return f"### {len(shown)} submissions\n\n{_table(('submission', 'score', 'what is wrong'), rows)}"


def _row(exercise: str, check: CheckResult) -> tuple[str, ...]:
    return SIGNS[check.status], exercise, check.title, points(check), feedback(check)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *[list(map(markdown, row)) for row in rows[:_MOST_ROWS]]]
    text = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return text + (f"\n{len(rows) - _MOST_ROWS} more rows.\n" if len(rows) > _MOST_ROWS else "")


def markdown(text: str) -> str:
    """`text` for a cell of a table, as text: no markup, link, mention, formula or HTML, all on one line."""
    line = " ".join(shortened(printable(text), _LONGEST_CELL).split())
    escaped = re.sub(r"[\\`*_{}\[\]<>#|~&@$:]", lambda match: f"&#{ord(match[0])};", line)
    return re.sub(r"(?i)www\.", lambda match: match[0].replace(".", "&#46;"), escaped)


def result(report: Report) -> str:
    """The step output `result` of an autograding runner, version 3: JSON in base64.

    It knows only pass, fail and error, so pending checks are left out, also from the maximum.
    """
    shown = judged(for_student(report))
    tests = []
    for exercise in shown.exercises:
        line = shown.source.lines.get(exercise.name, 0) if shown.source else 0
        for check in exercise.checks:
            test = {
                "name": printable(f"{exercise.name}: {check.title}"),
                "status": _STATUSES.get(check.status, "fail"),
                "message": feedback(check),
                "test_code": "",
                "task_id": 0,
                "filename": printable(shown.source.file) if shown.source else "",
                "line_no": line,
                "duration": round(check.duration_s, 3),
                "score": check.points,
            }
            tests.append(test)
    found = {test["status"] for test in tests}
    # The grader's errors take precedence: a visible failure would hide that other checks could not be judged.
    status = next((each for each in ("error", "fail") if each in found), "pass")
    payload = {"version": RUNNER_VERSION, "status": status, "max_score": shown.max_score, "tests": tests}
    if report.pending:
        payload["message"] = f"{number(report.pending)} points are judged later"
    return base64.b64encode(json.dumps(payload).encode()).decode()

"""Reports as a CSV table, for spreadsheets and scripts.

Spreadsheets run a cell that begins like a formula, and students choose their names: such text gets an apostrophe in
front, which a spreadsheet takes as "this is text". Numbers are ours and stay numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from autograder.report import Report
from autograder.text import printable

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def render(reports: Sequence[Report]) -> str:
    """One row per report; the scores of the exercises follow, in a column each. A score that is null is left empty."""
    exercises = list(dict.fromkeys(exercise.name for report in reports for exercise in report.exercises))
    heads = ["submission", "assignment", "score", "max_score", "pending", "needs_staff", "mistakes"]
    file = io.StringIO(newline="")
    table = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    table.writerow([_text(head) for head in [*heads, *exercises]])
    for report in reports:
        scores = {exercise.name: exercise.score for exercise in report.exercises}
        table.writerow(
            [
                _text(report.submission),
                _text(report.assignment),
                report.score,
                report.max_score,
                report.pending,
                "yes" if report.needs_staff else "no",
                _text(", ".join(report.mistakes)),
                *(scores.get(name) for name in exercises),
            ]
        )
    return file.getvalue()


def _text(cell: str) -> str:
    cell = printable(cell)  # a NUL or a lone carriage return makes a file that no csv module reads back
    return f"'{cell}" if cell.startswith(_FORMULA) else cell

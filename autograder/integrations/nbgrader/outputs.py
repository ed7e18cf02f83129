"""Renders a report as the outputs of a notebook's cells, for nbgrader's feedback pages and formgrader.

It contains only what the student may see, because the pages go to students, and formgrader shows the same notebook.
"""

from __future__ import annotations

from typing import Any

from autograder.errors import CourseError
from autograder.integrations.feedback import NOT_GRADED
from autograder.report import report as reports
from autograder.report.report import ExerciseResult, Report
from autograder.text import number, printable
from autograder.views.cell import escape, render_html, render_text
from autograder.views.pages import drawn

Output = dict[str, Any]
_NOTES = "notes"  # the id of the top cell, for notes on the whole submission


def show(notebook: Any, report: Report) -> None:
    """Write the results into the notebook's check cells, as if they had been run.

    Each graded cell ends with the points of its exercise, public and hidden, as a plain float: nbgrader reads the
    score from there. notebook: of nbformat 4. Raises: CourseError if its points are not those of the checks.
    """
    seen = reports.for_student(report)
    by_cell = {f"check_{exercise.name}": exercise for exercise in seen.exercises}
    for cell in notebook["cells"]:
        meta = cell["metadata"].get("nbgrader", {})
        exercise = by_cell.get(meta.get("grade_id"))
        if exercise is not None:
            points = float(meta.get("points", 0)) if meta.get("grade") else 0.0
            if abs(points - exercise.max_score) > 1e-6:
                raise CourseError(
                    f"the gradebook gives {number(points)} points for {exercise.name}, its checks "
                    f"{number(exercise.max_score)}; run: nbgrader generate_assignment {report.assignment} --force"
                )
            cell["outputs"] = [_shown(render_text(exercise, headline(exercise)), _page(exercise))]
            if meta.get("grade") and judged(exercise):
                cell["outputs"].append(_value(exercise.score or 0.0))
    for output in reversed(_overview(seen)):
        _put_on_top(notebook, output)


def withhold(notebook: Any) -> None:
    """Write into all check cells that they could not be graded, without a value."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["outputs"] = [_note(NOT_GRADED)]


def note(notebook: Any, text: str) -> None:
    """Add a sentence at the top of the notebook."""
    _put_on_top(notebook, _note(text))


def judged(exercise: ExerciseResult) -> bool:
    """Whether all of its checks were judged, so that it has points; otherwise, a person has to give them."""
    return all(check.status not in ("error", "pending") for check in exercise.checks)


def headline(exercise: ExerciseResult) -> str:
    """What an exercise earned, in a few words."""
    statuses = {check.status for check in exercise.checks}
    if "error" in statuses:
        return NOT_GRADED
    if "pending" in statuses:
        return "graded by hand, or again on a machine with a GPU: its points are neither lost nor given"
    if not exercise.max_score:
        return "right" if statuses == {"passed"} else "not right"
    return f"{number(exercise.score or 0.0)} of {number(exercise.max_score)} points"


def _put_on_top(notebook: Any, output: Output) -> None:
    if notebook["cells"][0]["id"] != _NOTES:
        source = "# About the whole of what was handed in"
        cell: Output = {"cell_type": "code", "execution_count": None, "id": _NOTES, "metadata": {}, "outputs": []}
        notebook["cells"].insert(0, cell | {"source": source})
    notebook["cells"][0]["outputs"].insert(0, output)


def _note(text: str) -> Output:
    return _shown(printable(text), f"<p>{escape(text)}</p>")


def _page(exercise: ExerciseResult) -> str:
    evidence = [figure for check in exercise.checks for figure in check.evidence]
    return render_html(exercise, headline(exercise)) + (drawn(evidence) if evidence else "")


def _overview(report: Report) -> list[Output]:
    """What was repaired to read the submission, why nothing could be read, and what the code printed."""
    said = list(report.notes)
    checks = report.by_checks.checks
    reasons = {check.message for check in checks if check.public and check.status != "passed"}
    if len(reasons) == 1 and not any(check.status == "passed" for check in checks):
        said += reasons
    outputs = [_note(each) for each in said]
    if report.output.strip():
        html = f"<details><summary>What your code printed</summary><pre>{escape(report.output)}</pre></details>"
        outputs.append(_shown(printable(report.output), html))
    return outputs


def _shown(text: str, html: str) -> Output:
    html = f'<div class="tex2jax_ignore">{html}</div>'  # output of a student's code is not a formula
    return {"output_type": "display_data", "metadata": {}, "data": {"text/plain": text, "text/html": html}}


def _value(points: float) -> Output:
    data = {"text/plain": repr(float(points)), "text/html": ""}
    return {"output_type": "execute_result", "metadata": {}, "execution_count": None, "data": data}

"""Writes the released notebook, with nbgrader's metadata, and the same cells as a script."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.authoring.script import AuthorCell, read_script
from autograder.checking.declare import Check, collect
from autograder.course.course import Course
from autograder.errors import CourseError

TOTAL_POINTS = 100
SCHEMA = 1
_IMPORT = "from autograder.notebook import case, check, hint"
_RUN_FIRST = "# Run this cell and those below it in order; after a restart of the kernel, begin here again.\n"
_SCRIPT_HEAD = (
    "# Each part that begins with `# %%` is a cell: most editors run them one by one, `python` runs the whole file.\n"
    "# Keep the tags on these lines; they tell the grader which cell is which.\n\n"
)


def notebook(course: Course, assignment_id: str) -> dict[str, Any]:
    """The notebook that the sources give now; fast, because no answers are recorded. Raises: CourseError."""
    return as_notebook(assignment_id, *sources(course.solutions_dir(assignment_id)))


def sources(folder: Path) -> tuple[list[AuthorCell], list[Check]]:
    """The script's cells and the checks. Raises: CourseError if they do not match, or the points do not total 100."""
    script, file = folder / f"{folder.name}.py", folder / "checks.py"
    cells, checks = read_script(script), collect(file)
    exercises = {cell.name for cell in cells if cell.kind == "exercise"}
    judged = {check.exercise for check in checks}
    if exercises - judged:
        raise CourseError(f"{file}: no check for the exercises {', '.join(sorted(exercises - judged))} of {script}")
    if judged - exercises:
        raise CourseError(
            f"{script}: no exercise cell for {', '.join(sorted(judged - exercises))}, which {file} judges"
        )
    names = [check.name for check in checks]
    for check in checks:
        if names.count(check.name) > 1:
            raise CourseError(f"{file}: two checks are called {check.name}")
    total = sum(check.points for check in checks) + sum(cell.points for cell in cells)
    if not math.isclose(total, TOTAL_POINTS):
        raise CourseError(f"{file}: the points sum to {total:g}, expected {TOTAL_POINTS} with those of written answers")
    return cells, checks


def as_notebook(assignment_id: str, cells: Sequence[AuthorCell], checks: Sequence[Check]) -> dict[str, Any]:
    """The release notebook, nbformat 4.5, with nbgrader's metadata of schema 3."""
    import nbformat

    made: list[dict[str, Any]] = []
    for cell in cells:
        if cell.kind in ("setup", "exercise", "demo") and not any(c["cell_type"] == "code" for c in made):
            made.append(_check_cell("check_import", _RUN_FIRST + _IMPORT, 0))
        made.append(_cell(cell))
        if cell.kind == "exercise":
            points = sum(check.points for check in checks if check.exercise == cell.name)
            made.append(_check_cell(f"check_{cell.name}", f'check("{cell.name}")', points))
    made += [
        {"cell_type": "markdown", "metadata": {}, "source": _end(assignment_id)},
        _check_cell("check_all", "check()", 0),
    ]
    for number, cell_ in enumerate(made):
        cell_["id"] = f"cell-{number}"
    notebook = {
        "cells": made,
        "metadata": {
            "autograder": {"assignment": assignment_id, "schema": SCHEMA},
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    nbformat.validate(nbformat.from_dict(notebook))
    for cell_ in made:
        cell_["source"] = cell_["source"].splitlines(keepends=True)  # as Jupyter stores it, which gives line diffs
    return notebook


def _end(assignment_id: str) -> str:
    return (
        "---\n## Handing in\n\n"
        "The next cell shows where you stand: points here, points that come when it is graded, what is left. Save, "
        f"then hand in this file, or the zip that `autograder submit {assignment_id}` makes of it in a terminal."
    )


def _cell(cell: AuthorCell) -> dict[str, Any]:
    if cell.kind == "markdown":
        return {"cell_type": "markdown", "metadata": {}, "source": cell.source}
    if cell.kind == "written":
        graded = _nbgrader(f"written_{cell.name}", grade=True, solution=True, locked=False, points=cell.points)
        return {"cell_type": "markdown", "metadata": {"nbgrader": graded, "deletable": False}, "source": cell.source}
    if cell.kind == "demo":
        return _code(cell.source, "demo", {"jupyter": {"source_hidden": True}})  # readers should look at the plot
    if cell.kind == "setup":
        locked = _nbgrader(f"setup_{cell.name}", grade=False, solution=False, locked=True)
        return _code(cell.source, f"setup:{cell.name}", {"nbgrader": locked, "deletable": False, "editable": False})
    stub = _nbgrader(cell.name, grade=False, solution=True, locked=False)
    return _code(cell.source, f"exercise:{cell.name}", {"nbgrader": stub, "deletable": False})


def _check_cell(grade_id: str, source: str, points: float) -> dict[str, Any]:
    graded = _nbgrader(grade_id, grade=points > 0, solution=False, locked=True, points=points)
    return _code(source, "check", {"nbgrader": graded, "deletable": False, "editable": False})


def _code(source: str, tag: str, metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {**metadata, "tags": [tag]},
        "outputs": [],
        "source": source,
    }


def _nbgrader(grade_id: str, *, grade: bool, solution: bool, locked: bool, points: float = 0) -> dict[str, Any]:
    metadata = {"schema_version": 3, "grade_id": grade_id, "grade": grade, "solution": solution, "locked": locked}
    metadata["task"] = False
    if grade:
        metadata["points"] = int(points) if float(points).is_integer() else points
    return metadata


def as_script(assignment_id: str, cells: Sequence[AuthorCell]) -> str:
    """The same cells as a percent script. Its checks run with the file or its cells, but not on import."""
    parts: list[str] = []
    imported = False
    for cell in cells:
        if cell.kind in ("markdown", "written"):
            tags = f' tags=["written:{cell.points:g}"]' if cell.kind == "written" else ""
            parts.append(f"# %% [markdown]{tags}\n{_commented(cell.source)}")
            continue
        if not imported:
            parts.append(f'# %% tags=["check"]\n{_IMPORT}')
            imported = True
        tag = cell.kind if cell.kind == "demo" else f"{cell.kind}:{cell.name}"
        parts.append(f'# %% tags=["{tag}"]\n{cell.source}')
        if cell.kind == "exercise":
            parts.append(f'# %% tags=["check"]\nif __name__ == "__main__":\n    check("{cell.name}")')
    parts.append(f"# %% [markdown]\n{_commented(_end(assignment_id))}")
    parts.append('# %% tags=["check"]\nif __name__ == "__main__":\n    check()')
    return _SCRIPT_HEAD + "\n\n".join(parts) + "\n"


def _commented(text: str) -> str:
    return "\n".join(f"# {row}".rstrip() for row in text.split("\n"))

"""Checks whether the released files are still what solutions/ would give.

`grade` does this after each class, so it runs nothing and does not import jupytext. What needs a build, such as whether
recorded answers are right, is checked by `audit`.
"""

from __future__ import annotations

import json
import math

from autograder.authoring.public_checks import public_checks
from autograder.authoring.script import code_cells
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.report.report import Report
from autograder.submission.release import Release, same_text
from autograder.text import number

TOTAL_POINTS = 100


def warnings(course: Course, release: Release, report: Report) -> list[str]:
    """Warnings for staff about this release, based on one report of a student who used it."""
    released, report = _points(release), report.by_checks
    judged = {exercise.name: exercise.max_score for exercise in report.exercises}
    written = {name: points for name, points in released.items() if name.startswith("written_")}
    said = []
    total = math.fsum((written | judged).values())
    if not math.isclose(total, TOTAL_POINTS):
        said.append(f"the points of {release.assignment_id} sum to {number(total)}, expected {TOTAL_POINTS}")
    other = [name for name, points in judged.items() if not math.isclose(points, released.get(name, 0.0))]
    changed = [f"the points of {', '.join(other)}"] if other else []
    changed += _changed(course, release, report)
    if changed:
        said.append(
            f"students have a release of {release.assignment_id} that is not what solutions/ gives now "
            f"({'; '.join(changed)}); run: autograder build {release.assignment_id}"
        )
    return said


def _points(release: Release) -> dict[str, float]:
    """Exercise or written answer -> its points in the released notebook."""
    found = {}
    for cell in json.loads(release.notebook)["cells"] if release.notebook else ():
        graded = cell["metadata"].get("nbgrader", {})
        if graded.get("grade"):
            found[graded["grade_id"].removeprefix("check_")] = float(graded["points"])
    return found


def _changed(course: Course, release: Release, report: Report) -> list[str]:
    folder, assignment_id = course.solutions_dir(release.assignment_id), release.assignment_id
    found = []
    try:
        cells = [
            (cell.kind if cell.kind == "demo" else f"{cell.kind}:{cell.name}", same_text(cell.source))
            for cell in code_cells(folder / f"{assignment_id}.py")
        ]
        if cells != [
            (raw.tags[0], same_text(raw.source)) for raw in release.cells if raw.tags and raw.tags[0] != "check"
        ]:
            found.append(f"{assignment_id}.py")
        public = {check.name.partition("[")[0] for check in report.checks if check.public}
        hidden = {check.name.partition("[")[0] for check in report.checks if not check.public}
        tests = release.folder / f"test_{assignment_id}.py"
        if tests.read_text(encoding="utf-8") != public_checks(folder / "checks.py", assignment_id, public, hidden):
            found.append(tests.name)
    except (OSError, ValueError, CourseError) as error:
        found.append(str(error))
    return found

"""A class graded by stock `nbgrader autograde`, and the same work by `autograder grade`, on the same cores.

nbgrader gets a notebook of its own kind: a solution cell for each exercise, and a test cell for each check, within its
hidden-tests markers if the check is hidden. A test cell runs exactly our check, in the kernel, on the student's
functions (see `direct`). Both graders have the same time limit, nbgrader per cell, ours per check. Both start with the
submitted files and end with every score stored.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.checking.declare import Check, collect
from autograder.course.course import Course
from autograder.report import store
from benchmarks import classes
from benchmarks.classes import ROOT, Student

ASSIGNMENTS = ("optimizers", "conv", "pytorch")
CHECK_S, QUICK_CHECK_S = 10.0, 2.0
NBGRADER = Path(sys.executable).with_name("nbgrader")


def measure(quick: bool) -> dict[str, Any]:
    chosen = ASSIGNMENTS[:1] if quick else ASSIGNMENTS
    return {"assignments": {name: compare(name, quick) for name in chosen}}


def compare(assignment_id: str, quick: bool) -> dict[str, Any]:
    """Seconds of both graders: for the class without its loops, for only the loops, and for all together."""
    numbers, check_s = classes.numbers_of(quick), QUICK_CHECK_S if quick else CHECK_S
    groups = {"ordinary": ("right", "mistake", "exception"), "loops": ("loop",), "all": classes.KINDS}
    result: dict[str, Any] = {"submissions": numbers, "check_s": check_s}
    with tempfile.TemporaryDirectory() as temporary:
        course = classes.own_course(Path(temporary, "ours"), assignment_id, check_s)
        class_ = classes.students(Course.find(ROOT), assignment_id, numbers)
        theirs = prepare(Path(temporary, "theirs"), course, assignment_id, class_, check_s)
        for group, kinds in groups.items():
            members = [student for student in class_ if student.kind in kinds]
            submitted, out = course.root / "submitted" / group, course.root / "graded" / group
            classes.hand_in(course, assignment_id, members, submitted)
            seconds = {
                "submissions": len(members),
                "autograder_s": classes.grade(course, assignment_id, submitted, out),
            }
            if group != "all":  # graded one after another, so the total is the sum of both
                (theirs / "submitted").rename(theirs / "waiting")
                (theirs / "submitted").mkdir()
                for student in members:
                    (theirs / "waiting" / student.id).rename(theirs / "submitted" / student.id)
                command = [NBGRADER, "autograde", assignment_id, "--log-level=ERROR"]
                seconds["nbgrader_s"] = classes.timed(command, theirs, allowed=(0, 1))
                shutil.rmtree(theirs / "submitted")
                (theirs / "waiting").rename(theirs / "submitted")
            result[group] = seconds
        ours, stored = store.read_folder(out), scores(theirs)
    result["all"]["nbgrader_s"] = result["ordinary"]["nbgrader_s"] + result["loops"]["nbgrader_s"]
    for group in groups:
        result[group]["ratio"] = result[group]["nbgrader_s"] / result[group]["autograder_s"]
    # The minimum: each endless loop takes its time limit.
    deadlines_s = sum(
        check.duration_s
        for each in ours
        if each.submission.startswith("loop")
        for check in each.checks
        if check.status == "timeout"
    )
    bound_s = deadlines_s / len(os.sched_getaffinity(0))
    result["deadlines"] = {
        "sum_s": deadlines_s,
        "over_workers_s": bound_s,
        "all_over_that": result["all"]["autograder_s"] / bound_s,
    }
    agree = [abs((each.score or 0) - stored.get(each.submission, -1)) < 0.01 for each in ours]
    result["same_score"] = sum(agree) / len(agree)
    return result


def prepare(home: Path, course: Course, assignment_id: str, class_: Sequence[Student], check_s: float) -> Path:
    """An nbgrader course with its release made and every student's work submitted."""
    folder = vanilla_folder(home / "tests", course, assignment_id)
    reference = classes.exercises(course, assignment_id)
    source = home / "source" / assignment_id / f"{assignment_id}.ipynb"
    source.parent.mkdir(parents=True)
    checks = collect(course.solutions_dir(assignment_id) / "checks.py")
    source.write_text(json.dumps(notebook(course, assignment_id, reference, checks, folder)))
    (home / "nbgrader_config.py").write_text(
        f'c = get_config()\nc.CourseDirectory.course_id = "benchmark"\nc.ExecutePreprocessor.timeout = {int(check_s)}\n'
    )
    classes.timed([NBGRADER, "generate_assignment", assignment_id, "--log-level=ERROR"], home)
    released = json.loads((home / "release" / assignment_id / f"{assignment_id}.ipynb").read_text())
    for student in class_:
        for cell in released["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            if name in student.code:
                cell["source"] = student.code[name]
        path = home / "submitted" / student.id / assignment_id / f"{assignment_id}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(released))
    return home


def vanilla_folder(folder: Path, course: Course, assignment_id: str) -> Path:
    """A folder for `direct.Vanilla`: the checks, the files that they read, and only the reference."""
    folder.mkdir(parents=True)
    for path in course.solutions_dir(assignment_id).iterdir():
        if path.is_file() and path.name != f"{assignment_id}.py":
            (folder / path.name).write_bytes(path.read_bytes())
    parts = [*classes.setups(course, assignment_id), *classes.exercises(course, assignment_id).values()]
    (folder / "reference.py").write_text("\n\n\n".join(parts))
    return folder


def notebook(
    course: Course,
    assignment_id: str,
    code: Mapping[str, str],
    checks: Sequence[Check],
    folder: Path,
    *,
    start: bool = True,
) -> dict[str, Any]:
    """The instructor's notebook for nbgrader. start: include the cell that loads the checks."""
    import_ = f"import sys\nsys.path.append({str(ROOT)!r})\nfrom benchmarks.direct import Vanilla\n"
    import_ += f"holds = Vanilla({str(folder)!r}, globals()).holds"
    cells = [
        _cell(f"setup{index}", text, locked=True) for index, text in enumerate(classes.setups(course, assignment_id))
    ]
    if start:
        cells.append(_cell("start", import_, locked=True))
    for name, text in code.items():
        cells.append(_cell(name, text, solution=True))
        for check in [each for each in checks if each.exercise == name]:
            test = f'holds("{check.name}")'
            hidden = test if check.public else f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
            # A check of several exercises is called `function[exercise]`, which is invalid as a cell's id.
            grade_id = re.sub(r"\W+", "_", f"test_{check.name}")
            cells.append(_cell(grade_id, hidden, grade=True, locked=True, points=check.points))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _cell(grade_id: str, source: str, **nbgrader: Any) -> dict[str, Any]:
    given = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": False,
        "solution": False,
        "locked": False,
        "task": False,
    }
    metadata = {"nbgrader": given | nbgrader}
    return {
        "cell_type": "code",
        "id": hashlib.sha256(grade_id.encode()).hexdigest()[:16],
        "source": source,
        "metadata": metadata,
        "outputs": [],
        "execution_count": None,
    }


def scores(home: Path) -> dict[str, float]:
    """Student -> the score that nbgrader stored; those that it failed to grade are missing."""
    classes.timed([NBGRADER, "export", "--to", "grades.csv", "--log-level=ERROR"], home)
    with (home / "grades.csv").open(newline="") as file:
        return {
            row["student_id"]: float(row["score"]) for row in csv.DictReader(file) if row["timestamp"] or row["score"]
        }

"""The same work graded by otter-grader without containers: `otter run` per submission, and its API in one process.

Otter is installed in its own environment, whose Python OTTER_PYTHON names:

    python -m venv ~/otter
    ~/otter/bin/pip install otter-grader ipykernel numpy scipy torch msgpack pyyaml pytest pydantic
    OTTER_PYTHON=~/otter/bin/python python -m benchmarks otter

`otter grade` needs Docker; `otter.api.grade_submission` does the same grading without it. The tests are of otter's own
kind, one case per check, which runs exactly our check on the student's functions (see `direct`). Otter has no time
limit for a cell, so the class has no endless loops.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.checking.declare import collect
from autograder.course.course import Course
from benchmarks import classes, nbgrader
from benchmarks.classes import ROOT, Student

ASSIGNMENTS = ("optimizers", "conv", "pytorch")

_HEAD = """\
from otter.test_files import test_case

OK_FORMAT = False
name = {name!r}
points = None


def vanilla(env):
    import sys
    if {root!r} not in sys.path:
        sys.path.append({root!r})
    from benchmarks.direct import Vanilla
    if "__vanilla__" not in env:
        env["__vanilla__"] = Vanilla({folder!r}, env)
    return env["__vanilla__"]
"""
_CASE = """

@test_case(name={check!r}, points={points}, hidden={hidden})
def {check}(env):
    vanilla(env).holds({check!r})
"""
_API = """
import json, sys, time
from otter.api import grade_submission
scores = {}
started = time.perf_counter()
for path in sys.argv[2:]:
    scores[path] = grade_submission(path, sys.argv[1], quiet=True).total
print(json.dumps({"seconds": time.perf_counter() - started, "scores": scores}))
"""


def measure(quick: bool) -> dict[str, Any]:
    python = os.environ.get("OTTER_PYTHON", "")
    probe = [python, "-c", "import otter, ipykernel, msgpack; print(otter.__version__)"]
    try:
        version = subprocess.run(probe, capture_output=True, text=True, check=True).stdout.split()[-1]
    except (OSError, subprocess.CalledProcessError) as error:
        return {"missing": f"otter-grader was not measured: OTTER_PYTHON={python!r} does not run it ({error})"}
    result: dict[str, Any] = {}
    for name in ASSIGNMENTS[:1] if quick else ASSIGNMENTS:
        try:
            result[name] = compare(name, Path(python), quick)
        except RuntimeError as error:
            result[name] = {"missing": str(error)[-500:]}
    return {"otter": version, "assignments": result}


def compare(assignment_id: str, python: Path, quick: bool) -> dict[str, Any]:
    """Seconds for the same submissions, and the ratios."""
    numbers = classes.numbers_of(quick) | {"loop": 0}
    with tempfile.TemporaryDirectory() as temporary:
        course = classes.own_course(Path(temporary, "ours"), assignment_id, nbgrader.CHECK_S)
        class_ = classes.students(Course.find(ROOT), assignment_id, numbers)
        classes.hand_in(course, assignment_id, class_, course.root / "submitted")
        ours_s = classes.grade(course, assignment_id, course.root / "submitted", course.root / "graded")
        home = Path(temporary, "theirs")
        archive, notebooks = prepare(home, course, assignment_id, class_, python)
        run_s = 0.0
        for path in notebooks:
            command = [python.with_name("otter"), "run", "--no-logo", "-a", archive, "-o", home / "out", path]
            run_s += classes.timed(command, home)
        done = subprocess.run(
            [python, "-c", _API, archive, *notebooks], cwd=home, capture_output=True, text=True, check=True
        )
        api = json.loads(done.stdout.splitlines()[-1])
        scores = {Path(path).stem: score for path, score in api["scores"].items()}
        ours = {path.stem: json.loads(path.read_text())["score"] for path in (course.root / "graded").glob("*.json")}
    return {
        "submissions": len(class_),
        "autograder_s": ours_s,
        "otter_run_s": run_s,
        "otter_api_s": api["seconds"],
        "ratio_run": run_s / ours_s,
        "ratio_api": api["seconds"] / ours_s,
        "same_score": sum(abs((ours[id_] or 0) - scores[id_]) < 0.01 for id_ in ours) / len(ours),
    }


def prepare(
    home: Path, course: Course, assignment_id: str, class_: Sequence[Student], python: Path
) -> tuple[Path, list[Path]]:
    """Otter's archive of tests, and the notebooks."""
    folder = nbgrader.vanilla_folder(home / "checks", course, assignment_id)
    checks = collect(course.solutions_dir(assignment_id) / "checks.py")
    for name in ("tests", "out"):
        (home / name).mkdir()
    for exercise in dict.fromkeys(check.exercise for check in checks):
        text = _HEAD.format(name=exercise, root=str(ROOT), folder=str(folder))
        for check in [each for each in checks if each.exercise == exercise]:
            text += _CASE.format(check=check.name, points=check.points, hidden=not check.public)
        (home / "tests" / f"{exercise}.py").write_text(text)
    archive = home / "autograder.zip"
    command = [python.with_name("otter"), "generate", "-t", "tests", "-o", archive, "--no-config"]
    classes.timed([*command, "--no-requirements", "--no-environment"], home)
    paths = []
    for student in class_:
        notebook = nbgrader.notebook(course, assignment_id, student.code, [], folder, start=False)
        paths.append(home / f"{student.id}.ipynb")
        paths[-1].write_text(json.dumps(notebook))
    return archive, paths

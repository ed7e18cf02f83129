"""A class for the benchmarks: mostly ordinary work, with some known mistakes, exceptions and endless loops."""

from __future__ import annotations

import ast
import builtins
import inspect
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.script import bound_names
from autograder.checking.declare import Mistake, collect, collect_mistakes
from autograder.course.course import Course
from autograder.submission.read import read

ROOT = Path(__file__).parent.parent
PROGRAM = Path(sys.executable).with_name("autograder")
KINDS = ("right", "mistake", "exception", "loop")
# No state changes; the counter is forgotten; it counts the wrong way; and a loop that only a time limit can detect.
LOOPS = (
    "while True: pass",
    "n, total = 10, 0.0\n    while n > 0:\n        total += 0.1 * n",
    "n = 0\n    while n >= 0:\n        n += 1",
    "x = 0.5\n    while x > 1e-6:\n        x = 3.9 * x * (1 - x)",
)


@dataclass(frozen=True)
class Student:
    """code: exercise -> the source of its cell. kind: one of KINDS."""

    id: str
    kind: str
    code: dict[str, str]


def students(course: Course, assignment_id: str, numbers: dict[str, int]) -> list[Student]:
    """This many students of each kind. Exceptions and loops are in the last exercises, which few others call."""
    reference = exercises(course, assignment_id)
    checked = dict.fromkeys(c.exercise for c in collect(course.solutions_dir(assignment_id) / "checks.py") if c.points)
    functions = [name for name in checked if reference[name].startswith("def ")]
    mistakes = collect_mistakes(course.solutions_dir(assignment_id) / "mistakes.py")
    nodes = [node for source in setups(course, assignment_id) for node in ast.parse(source).body]
    given = {name for node in nodes for name in bound_names(node)}
    wrong = [(each.exercise, text) for each in mistakes if (text := _standing_alone(each, reference, given))]

    def with_body(*bodies: str) -> Callable[[int], dict[str, str]]:
        def faulty(index: int) -> dict[str, str]:
            name, body = functions[-1 - index % len(functions)], bodies[index % len(bodies)]
            head = re.match(r"def \w+\(", reference[name])
            assert head is not None
            return {name: f"{head[0]}*args, **kwargs):\n    {body}\n"}

        return faulty

    changes: dict[str, Callable[[int], dict[str, str]]] = {
        "right": lambda index: {},
        "mistake": lambda index: dict([wrong[7 * index % len(wrong)]]),
        "exception": with_body("return [][0]"),
        "loop": with_body(*LOOPS),
    }
    found = []
    for kind, index in ((each, index) for each in KINDS for index in range(numbers[each])):
        code = reference | changes[kind](index)
        first = next(iter(code))
        code[first] += f"\n# {kind} {index}: no two files are alike\n"
        found.append(Student(f"{kind}-{index:03}", kind, code))
    return found


def exercises(course: Course, assignment_id: str) -> dict[str, str]:
    """Exercise -> its reference's source."""
    cells = read(course.solutions_dir(assignment_id) / f"{assignment_id}.py").cells
    return {cell.name: cell.source.strip() for cell in cells if cell.kind == "exercise" and cell.name}


def setups(course: Course, assignment_id: str) -> list[str]:
    """The cells that belong to no exercise."""
    cells = read(course.solutions_dir(assignment_id) / f"{assignment_id}.py").cells
    return [cell.source for cell in cells if cell.kind not in ("exercise", "demo")]


def _standing_alone(mistake: Mistake, reference: dict[str, str], given: set[str]) -> str:
    """The source of a mistake with its exercise's name, or "" if it needs more than the notebook provides.

    given: the names that the notebook's own cells define.
    """
    try:
        edited = mistake.edited(reference[mistake.exercise]) if mistake.edits else ""
        (node,) = ast.parse(edited or textwrap.dedent(inspect.getsource(mistake.implementation))).body
    except (OSError, TypeError, ValueError):
        return ""
    if not isinstance(node, ast.FunctionDef):
        return ""
    node.decorator_list, node.name = [], mistake.exercise
    bound = (
        {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)} | given | set(reference) | set(dir(builtins))
    )
    bound |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    loaded = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return ast.unparse(node) if loaded <= bound else ""


def own_course(folder: Path, assignment_id: str, check_s: float) -> Course:
    """A built course with only this assignment, and with this time limit for a check."""
    source = Course.find(ROOT)
    preload = list(source.assignment(assignment_id).preload)
    limits = {"load_s": 20, "check_s": check_s, "submission_s": 300}
    item = {
        "id": assignment_id,
        "title": "A benchmark",
        "preload": preload,
        "gpu": source.assignment(assignment_id).gpu,
    }
    folder.mkdir(parents=True)
    (folder / "course.yml").write_text(json.dumps({"title": "Benchmark", "limits": limits, "assignments": [item]}))
    for kind in ("solutions", "assignments"):
        shutil.copytree(ROOT / kind / assignment_id, folder / kind / assignment_id)
    timed([PROGRAM, "build", assignment_id], folder)
    return Course.load(folder / "course.yml")


def hand_in(course: Course, assignment_id: str, class_: Sequence[Student], folder: Path) -> None:
    """Write the released notebook with each student's code to folder/<student>/<assignment>.ipynb."""
    released = (course.release_dir(assignment_id) / f"{assignment_id}.ipynb").read_text()
    for student in class_:
        notebook: dict[str, Any] = json.loads(released)
        for cell in notebook["cells"]:
            for tag in cell["metadata"].get("tags", []):
                name = tag.removeprefix("exercise:")
                if name != tag:
                    cell["source"] = student.code[name]
        path = folder / student.id / f"{assignment_id}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))


def timed(command: Sequence[str | Path], cwd: Path, allowed: Sequence[int] = (0,), **variables: str) -> float:
    """The seconds that a command takes, with its folder first in PATH and these environment variables.

    Raises: RuntimeError, with its output, if it ends with another exit code.
    """
    environment = os.environ | {"PATH": f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"} | variables
    started = time.perf_counter()
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True, env=environment)
    seconds = time.perf_counter() - started
    if done.returncode not in allowed:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return seconds


def grade(course: Course, assignment_id: str, submitted: Path, out: Path, *options: str) -> float:
    """The seconds of `autograder grade`, run from a shell on all cores."""
    command = [PROGRAM, "grade", submitted, "--assignment", assignment_id, "--out", out, *options]
    return timed(command, course.root)


def numbers_of(quick: bool) -> dict[str, int]:
    """The number of students of each kind: a tenth of the class has endless loops, and a tenth raises."""
    return dict(zip(KINDS, (3, 1, 1, 1) if quick else (26, 6, 4, 4), strict=True))


def ids(class_: Sequence[Student], *kinds: str) -> list[str]:
    return [student.id for student in itertools.chain(class_) if student.kind in kinds]

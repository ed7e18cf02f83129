"""Where the time of one submission goes, by stopwatches around the grader's own functions; and the total CPU time.

Each phase excludes the phases inside it. `checks` is the grader's part of the checks: the reference, the comparisons,
and other work like pytest's. `student` is the time in which the grader waits for the student's process.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.checking import judge
from autograder.checking.answers import load_live
from autograder.checking.run import run
from autograder.course.course import Course
from autograder.grading import grader
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.intake.find import Found
from autograder.processes import keep_to
from autograder.report import store
from autograder.sandbox.exchange import Exchange
from autograder.sandbox.session import Session
from benchmarks import classes, direct, floor

ASSIGNMENTS = ("optimizers", "conv", "pytorch")
ROUNDS, QUICK_ROUNDS = 40, 4
# For the others, only CPU time; for those that train, of two submissions.
OTHERS, OTHERS_ROUNDS = tuple(name for name in floor.ASSIGNMENTS if name not in ASSIGNMENTS), 10
TRAINING_ROUNDS = 2
# The functions, with their phases.
PLACES: list[tuple[Any, str, str]] = [
    (grader, "apart", "read"),
    (Session, "load", "fork and load"),
    (Session, "stop", "stop"),
    (Session, "seal", "stop"),
    (judge, "run_check", "checks"),
    (judge, "_together", "checks"),
    (Exchange, "request", "student"),
    (judge, "diagnose", "diagnosis"),
    (Grader, "content_of", "digest"),
    (store, "write", "write"),
]


class Stopwatch:
    """Exclusive seconds by phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._stack: list[str] = ["other"]
        self._since = time.perf_counter()

    def _switch(self) -> None:
        now = time.perf_counter()
        self.seconds[self._stack[-1]] = self.seconds.get(self._stack[-1], 0.0) + now - self._since
        self._since = now

    def around(self, function: Callable[..., Any], phase: str) -> Callable[..., Any]:
        @functools.wraps(function, updated=())
        def timed(*args: Any, **kwargs: Any) -> Any:
            self._switch()
            self._stack.append(phase)
            try:
                return function(*args, **kwargs)
            finally:
                self._switch()
                self._stack.pop()

        return timed

    def lap(self) -> dict[str, float]:
        self._switch()
        seconds, self.seconds = self.seconds, {}
        return seconds


def measure(quick: bool) -> dict[str, Any]:
    rounds = QUICK_ROUNDS if quick else ROUNDS
    used = {name: cpu(name, rounds) for name in ASSIGNMENTS}
    if not quick:
        used |= {name: cpu(name, OTHERS_ROUNDS) for name in OTHERS}
        used |= {name: cpu(name, TRAINING_ROUNDS) for name in floor.TRAINING}
    return {
        "wall": {f"{name} {kind}": wall(name, kind, rounds) for name in ASSIGNMENTS for kind in ("right", "mistake")},
        "cpu": used,
    }


def wall(assignment_id: str, kind: str, rounds: int) -> dict[str, float]:
    """The median seconds of each phase, over different submissions."""
    laps: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as temporary, pytest.MonkeyPatch.context() as patch:
        course, found = work(Path(temporary), assignment_id, {kind: rounds + 2})
        watch = Stopwatch()
        for owner, name, phase in PLACES:
            patch.setattr(owner, name, watch.around(getattr(owner, name), phase))
        with Grader(course, assignment_id, Options()) as grader:
            for item in found:
                watch.lap()
                store.write(grader.grade(item), Path(temporary, "out"))
                laps.append(watch.lap())
    phases = sorted({phase for lap in laps for phase in lap})
    medians = {phase: statistics.median(lap.get(phase, 0.0) for lap in laps[2:]) for phase in phases}
    return medians | {"total": statistics.median(sum(lap.values()) for lap in laps[2:])}


def cpu(assignment_id: str, rounds: int) -> dict[str, float] | str:
    """CPU seconds of one ordinary submission, in all processes, and of the student's own code in it.

    Computed as the difference of a longer and a shorter run, which removes the start. Each runs in its own control
    group, because a parent does not know the CPU time of processes that it has not waited for.
    """
    few, program = 2, [sys.executable, "-m", "benchmarks.phases", assignment_id]
    with tempfile.TemporaryDirectory() as temporary:
        work(Path(temporary), assignment_id, {"right": rounds + few})
        used = [cpu_of([*program, temporary, str(number)]) for number in (few, rounds + few)]
    if None in used:
        return "not measured: this user may make no control group"
    total = ((used[1] or 0) - (used[0] or 0)) / rounds
    if assignment_id in floor.TRAINING:  # the time is spent in the student's objects, which `own_code` does not measure
        return {"submission_s": total}
    own = statistics.median(own_code(assignment_id) for _ in range(7))
    return {"submission_s": total, "own_code_s": own, "beyond_s": total - own}


def cpu_of(command: list[str]) -> float | None:
    """CPU seconds of a command and its descendants; None if no control group can be created."""
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines() if " cgroup" in line]
    for folder in mounts:
        group = Path(folder, f"benchmark-{os.getpid()}")
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            if (group / "cpuacct.usage").exists() or "usage_usec" in _text(group / "cpu.stat"):
                join = f"echo $$ > {shlex.quote(str(group / 'cgroup.procs'))} && exec {shlex.join(command)}"
                subprocess.run(["sh", "-c", join], check=True, cwd=classes.ROOT)
                if nanoseconds := _text(group / "cpuacct.usage"):
                    return int(nanoseconds) / 1e9
                return int(_text(group / "cpu.stat").split()[1]) / 1e6
        except subprocess.CalledProcessError:
            continue
        finally:
            _remove(group)
    return None


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _remove(group: Path) -> None:
    for _ in range(50):  # until the last process is gone
        with contextlib.suppress(OSError):
            return group.rmdir()
        time.sleep(0.1)
    return None


def own_code(assignment_id: str) -> float:
    """CPU seconds in the reference's functions when the checks call them as the student's.

    Time inside objects that such a function returned is not counted.
    """
    checks, answers = load_live(Course.find(classes.ROOT), assignment_id)
    spent = 0.0

    def timed(function: Any) -> Any:
        def called(*args: Any, **kwargs: Any) -> Any:
            nonlocal spent
            started = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                spent += time.process_time() - started

        return called

    names = {name: timed(value) if inspect.isfunction(value) else value for name, value in answers.names.items()}
    for check in checks:
        run(check, direct.Direct(names), direct.Direct(answers.names), direct.SEED)  # type: ignore[arg-type]
    return spent


def work(folder: Path, assignment_id: str, numbers: dict[str, int]) -> tuple[Course, list[Found]]:
    course = classes.own_course(folder / "course", assignment_id, check_s=10)
    class_ = classes.students(Course.find(classes.ROOT), assignment_id, dict.fromkeys(classes.KINDS, 0) | numbers)
    classes.hand_in(course, assignment_id, class_, folder / "submitted")
    return course, [Found(each.id, folder / "submitted" / each.id / f"{assignment_id}.ipynb", None) for each in class_]


def main(assignment_id: str, folder: str, number: str) -> None:
    """Grade some of the work in this folder, on one core, like a worker of `autograder grade`."""
    keep_to(min(os.sched_getaffinity(0)))
    submitted = sorted(Path(folder, "submitted").iterdir())[: int(number)]
    with Grader(Course.load(Path(folder, "course", "course.yml")), assignment_id, Options()) as grader:
        for path in submitted:
            store.write(grader.grade(Found(path.name, path / f"{assignment_id}.ipynb", None)), Path(folder, "out"))


if __name__ == "__main__":
    main(*sys.argv[1:])

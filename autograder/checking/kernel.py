"""Judges the names in a student's own kernel: the one place where student code and checks share a process.

There is nothing to protect there, because a release contains only public checks and recorded answers.
"""

from __future__ import annotations

import contextlib
import functools
import linecache
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.checking.answers import Answers, load_released
from autograder.checking.declare import Check
from autograder.checking.judge import judge
from autograder.checking.run import PUBLIC_SEED, blame, run
from autograder.errors import CourseError, Mismatch
from autograder.intake.find import find_own
from autograder.report.report import ExerciseResult
from autograder.sandbox.child.loader import load
from autograder.sandbox.namespace import Namespace, record_of
from autograder.sandbox.transports import Local
from autograder.submission.definitions import own_definitions
from autograder.submission.read import read
from autograder.submission.release import Release


def check_in_kernel(folder: Path, exercise: str, names: Mapping[str, Any]) -> ExerciseResult:
    """Run the public checks of one exercise on `names`, without time limits.

    folder: the release. Raises: CourseError if it is damaged or has no such check.
    """
    assignment_id = assignment_in(folder)
    checks, answers = load_released(folder, assignment_id)
    chosen = [check for check in checks if check.exercise == exercise]
    if not chosen:
        raise CourseError(f"{assignment_id} has no public check of {exercise!r}")
    (result,) = _judged(folder, chosen, answers, names)
    return result


def check_all_in_kernel(folder: Path, names: Mapping[str, Any]) -> tuple[ExerciseResult, ...]:
    """Run all public checks on `names`, except those that train: they are `pending`, and must be run individually."""
    checks, answers = load_released(folder, assignment_in(folder))
    results = _judged(folder, [replace(check, gpu=check.costly) for check in checks], answers, names)
    release = _release(folder)
    return release.in_order(results) if release is not None else results


@dataclass(frozen=True)
class Failing:
    """A failing check, and the call that it made last.

    label, args, kwargs: of the last call; more: the number of calls after it, each of which uses the previous result.
    """

    check: Check
    message: str
    label: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    more: int
    mismatch: Mismatch | None


def first_failing(folder: Path, exercise: str, names: Mapping[str, Any]) -> Failing | None:
    """The first public check of an exercise that fails on `names`, among those that do not train.

    Raises: CourseError if the release is damaged.
    """
    checks, answers = load_released(folder, assignment_in(folder))
    for check in checks:
        if check.exercise == exercise and not check.costly:
            student = _open(folder, names)
            outcome = run(check, student, answers.reference(check), PUBLIC_SEED)
            call = record_of(student).call
            if outcome.status in ("failed", "error"):
                outcome = blame(check, outcome, answers.expected(check, PUBLIC_SEED))
            if outcome.status != "passed" and call is not None:
                return Failing(check, outcome.message, *call, outcome.mismatch)
    return None


def _open(folder: Path, names: Mapping[str, Any]) -> Namespace:
    release = _release(folder)
    return Namespace(
        Local(dict(names)),
        explain_missing=lambda name: "Run the cell that defines it.",
        source_line=lambda label, line: linecache.getline(label, line),
        given=release.lines if release is not None else (),
    )


@functools.cache
def _release(folder: Path) -> Release | None:
    """The release, as of its first use; None if its notebook is missing, since only the checks are needed."""
    with contextlib.suppress(CourseError):
        return Release.load(folder, assignment_in(folder))
    return None


def _judged(
    folder: Path, checks: Sequence[Check], answers: Answers, names: Mapping[str, Any]
) -> tuple[ExerciseResult, ...]:
    @contextlib.contextmanager
    def open_student(check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
        yield _open(folder, names)

    return judge(checks, open_student, answers, PUBLIC_SEED, check_s=0.0)


def assignment_in(folder: Path) -> str:
    """The id of the assignment whose release this folder contains, whatever the folder's name."""
    return next((p.stem.removeprefix("test_") for p in sorted(folder.glob("test_*.py"))), folder.name)


def own_work(folder: Path) -> dict[str, Any]:
    """What the student's notebook or script in this release defines, loaded into this process.

    Cells that belong neither to an exercise nor to the release only import and define, since they may compute for long.
    Raises: CourseError if there is no release; Failure if nothing in it can be read.
    """
    release = Release.load(folder, folder.name)
    path, _ = find_own(release)
    cells = []
    for label, kind, source, first_line in read(path, release).loadable:
        if kind == "other":
            source = own_definitions(source, {}, set(), set())[0]
        cells.append((label, kind, source, first_line))
    names, _, _ = load(cells, kinds=release.kinds_of_exercises)
    return names

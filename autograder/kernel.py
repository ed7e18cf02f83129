"""Judge the names of a student's own kernel: the one place where student code and checks share a process.

There is nothing to protect there: a release holds public checks and recorded answers only.
"""

from __future__ import annotations

import contextlib
import linecache
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.answers import load_released
from autograder.checks import PUBLIC_SEED, Check
from autograder.errors import CourseError
from autograder.judge import judge
from autograder.namespace import Namespace, local
from autograder.report import ExerciseResult


def check_in_kernel(folder: Path, exercise: str, names: Mapping[str, Any]) -> ExerciseResult:
    """The public checks of one exercise on `names`, without deadlines.

    folder: the release, whose name is the assignment's id. Raises: CourseError if it is damaged or has no such check.
    """
    assignment_id = next((p.stem.removeprefix("test_") for p in sorted(folder.glob("test_*.py"))), folder.name)
    checks, answers = load_released(folder, assignment_id)
    chosen = [check for check in checks if check.exercise == exercise]
    if not chosen:
        raise CourseError(f"{assignment_id} has no public check of {exercise!r}")

    @contextlib.contextmanager
    def open_student(check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
        yield Namespace(
            local(dict(names)),
            explain_missing=lambda name: "Run the cell that defines it.",
            source_line=lambda label, line: linecache.getline(label, line),
        )

    (result,) = judge(chosen, open_student, answers, PUBLIC_SEED, check_s=0.0)
    return result
